/** Range reads of recorded waveforms: the query checked, the samples packed. */
import { z } from 'zod';
import { fail, monotonicMs, ok, type Result } from '$lib/domain/index.ts';
import type { TimeSpan } from '$lib/realtime/review.ts';
import { packRuns } from '$lib/realtime/review-waves.ts';
import type { SessionRow, StoreReader } from '$lib/store/store.ts';

/** Longer ranges are an export's business. */
const LONGEST_MS = 60_000;

const time = z
  .string({ error: 'is missing' })
  .regex(/^\d{1,15}(\.\d+)?$/, 'must be a station time in milliseconds')
  .transform(Number);

const querySchema = z
  .object({ from: time, to: time })
  .refine(({ from, to }) => to > from, { path: ['to'], error: 'must be later than from' })
  .refine(({ from, to }) => to - from <= LONGEST_MS, { path: ['to'], error: 'must be at most 60 s later than from' });

/** @returns the range asked for, or one sentence that says what is wrong with it. */
export function waveRange(query: URLSearchParams): Result<TimeSpan, string> {
  const parsed = querySchema.safeParse({ from: query.get('from') ?? undefined, to: query.get('to') ?? undefined });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`The range cannot be read: ${issue?.path.join('.') ?? 'it'} ${issue?.message ?? 'is wrong'}.`);
  }
  return ok({ from: monotonicMs(parsed.data.from), to: monotonicMs(parsed.data.to) });
}

/** What was recorded of the session in this range; nothing of the sessions before and after it in the same bed. */
export function readWaves(store: StoreReader, row: SessionRow, range: TimeSpan): Uint8Array<ArrayBuffer> {
  const from = monotonicMs(Math.max(range.from, row.from));
  const to = monotonicMs(Math.min(range.to, row.to ?? range.to));
  return packRuns(to > from ? store.waveRuns(row.bed, { from, to }) : []);
}
