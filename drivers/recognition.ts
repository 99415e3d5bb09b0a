/**
 * Which protocol a line speaks, by what each driver's own framing and codec make of the bytes. Pure.
 *
 *   bytes ─ cut ─▶ frames ─ decode ─▶ good: bytes of frames that say something
 *              ╰──▶ noise, frames that say nothing ─▶ bad          still in the rest: not judged
 *
 * One frame may be chance, for some protocols have no sum; several of them with little between them are not. The beginning of
 * a stream is usually the end of a frame, which is why the share of good bytes need not be all.
 */
import type { AnyDriver } from './driver.ts';

/** What one driver makes of the bytes so far. */
export interface Evidence {
  readonly driver: AnyDriver;
  readonly rest: Uint8Array;
  readonly messages: number;
  readonly goodBytes: number;
  readonly badBytes: number;
  /** The last thing that was understood, in the driver's words. */
  readonly lastWords?: string;
}

/** Fewer messages, or fewer bytes in them, are chance. */
const SURE_MESSAGES = 2;
const SURE_BYTES = 24;
const SURE_SHARE = 0.6;

const NO_BYTES = new Uint8Array(0);

export const noEvidence = (driver: AnyDriver): Evidence => ({
  driver,
  rest: NO_BYTES,
  messages: 0,
  goodBytes: 0,
  badBytes: 0,
});

export function weigh(evidence: Evidence, chunk: Uint8Array): Evidence {
  const { driver } = evidence;
  const { rest, cuts } = driver.cut(evidence.rest, chunk);
  let { messages, goodBytes, badBytes, lastWords } = evidence;
  for (const cut of cuts) {
    if (cut.kind === 'noise') {
      badBytes += cut.bytes.length;
      continue;
    }
    const decoded = driver.decode(cut.payload);
    if (!decoded.ok) {
      badBytes += cut.wire.length;
      continue;
    }
    messages += 1;
    goodBytes += cut.wire.length;
    lastWords = driver.describe(decoded.message);
  }
  const weighed = { driver, rest, messages, goodBytes, badBytes };
  return lastWords === undefined ? weighed : { ...weighed, lastWords };
}

/** The part of the judged bytes that say something, 0 to 1; 0 without any. */
export function goodShare({ goodBytes, badBytes }: Evidence): number {
  const judged = goodBytes + badBytes;
  return judged === 0 ? 0 : goodBytes / judged;
}

/** At least once something was understood, and little came between. */
export const isLikely = (evidence: Evidence): boolean => evidence.messages > 0 && goodShare(evidence) >= SURE_SHARE;

export const isSure = (evidence: Evidence): boolean =>
  isLikely(evidence) && evidence.messages >= SURE_MESSAGES && evidence.goodBytes >= SURE_BYTES;

/** The surest of those that are sure: the most of the bytes understood, then the most bytes. */
export function winnerOf(evidence: readonly Evidence[]): Evidence | undefined {
  const isBetter = (a: Evidence, b: Evidence): boolean =>
    goodShare(a) === goodShare(b) ? a.goodBytes > b.goodBytes : goodShare(a) > goodShare(b);
  return evidence
    .filter(isSure)
    .reduce<Evidence | undefined>((best, one) => (best && !isBetter(one, best) ? best : one), undefined);
}
