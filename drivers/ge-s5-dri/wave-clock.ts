/**
 * When the samples of a waveform block were taken, on our clock.
 *
 * The monitor's records carry whole seconds only, and arrival jitters by hundreds of milliseconds, so the first block is
 * put so that its last sample is now, and each further block begins where the one before ended: the trace has no seams.
 * It is put anew, with a gap before it, when something is missing or our clock and the samples have drifted apart.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { WAVE_BITS, WAVE_TYPES } from './layout-table.ts';
import type { WaveBlock, WaveformRecord } from './messages.ts';

/** Arrival may stray from the samples' own time by so much before the trace is put anew. */
export const MAX_DRIFT_MS = 1500;
/** Record times are whole seconds: two of them can be off by almost two before one is missing. */
const MAX_TIME_STEP_S = 2;

export interface WaveClock {
  readonly last?: { readonly number: number; readonly time: number; readonly durationMs: number };
  /** Where the next block of each waveform type begins. */
  readonly nextAt: ReadonlyMap<number, MonotonicMs>;
}

export interface PlacedBlock {
  readonly block: WaveBlock;
  readonly rateHz: number;
  readonly at: MonotonicMs;
  readonly isGapBefore: boolean;
}

export const STOPPED_CLOCK: WaveClock = { nextAt: new Map() };

/** Blocks of waveform types without a known rate cannot be placed and are left out. */
export function placeBlocks(
  clock: WaveClock,
  { header, blocks }: WaveformRecord,
  now: MonotonicMs,
): { clock: WaveClock; placed: readonly PlacedBlock[] } {
  const hasLostOne = isRecordMissing(clock, header);
  const nextAt = new Map(clock.nextAt);
  let recordMs = 0;
  const placed = blocks.flatMap((block): PlacedBlock[] => {
    const rateHz = WAVE_TYPES[block.type]?.rateHz;
    if (rateHz === undefined) return [];
    const durationMs = (block.samples.length * 1000) / rateHz;
    const expected = hasLostOne || (block.status & WAVE_BITS.gap) !== 0 ? undefined : nextAt.get(block.type);
    const isNext = expected !== undefined && Math.abs(expected + durationMs - now) <= MAX_DRIFT_MS;
    const at = isNext ? expected : later(now, -durationMs);
    nextAt.set(block.type, later(at, durationMs));
    recordMs = Math.max(recordMs, durationMs);
    return [{ block, rateHz, at, isGapBefore: !isNext }];
  });
  return { clock: { last: { number: header.number, time: header.time, durationMs: recordMs }, nextAt }, placed };
}

/** Waveform records have a counter of their own (seen in two recordings, level 10), so every number must follow the last. */
function isRecordMissing({ last }: WaveClock, { number, time }: WaveformRecord['header']): boolean {
  if (!last) return false;
  const isNextNumber = number === ((last.number + 1) & 0xff);
  return !isNextNumber || Math.abs(time - last.time - last.durationMs / 1000) > MAX_TIME_STEP_S;
}
