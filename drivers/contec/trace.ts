/**
 * The pleth, a quarter of a second at a time. Its height is a share of the oximeter's own scale, in percent: what a step means
 * in light is not known.
 *
 * The wire carries no times. The first block is put so that its last sample is now, and each further one begins where the
 * one before ended, as long as nothing is missing between them and our clock agrees.
 */
import { later, NO_SAMPLE, type DeviceId, type MonotonicMs, type WaveformBlock } from '$lib/domain/index.ts';
import { SAMPLE_HZ, SEVEN_BITS } from './layout-table.ts';
import type { Sample } from './messages.ts';
import { absenceOf } from './observations.ts';

export const BLOCK_SAMPLES = SAMPLE_HZ / 4;
/** Arrival may stray from the samples' own time by so much before the trace is put anew. */
export const MAX_DRIFT_MS = 1500;
const SAMPLE_MS = 1000 / SAMPLE_HZ;

export interface Trace {
  /** Samples that wait for their block to be full. */
  readonly pending: readonly number[];
  /** Where the next block begins; undefined when the trace has to begin anew. */
  readonly nextAt: MonotonicMs | undefined;
}

export const NO_TRACE: Trace = { pending: [], nextAt: undefined };

/** One more sample, and the block that it fills. Without a sensor on the finger it is none. */
export function addSample(
  { pending, nextAt }: Trace,
  sample: Sample,
  source: DeviceId,
  now: MonotonicMs,
): readonly [Trace, readonly WaveformBlock[]] {
  const samples = [...pending, absenceOf(sample) === 'sensor-off' ? NO_SAMPLE : sample.pleth];
  return samples.length < BLOCK_SAMPLES
    ? [{ pending: samples, nextAt }, []]
    : close({ pending: samples, nextAt }, source, now);
}

/** Something is missing: what waits is a shorter block, and the next one begins anew. */
export function breakTrace(trace: Trace, source: DeviceId, now: MonotonicMs): readonly WaveformBlock[] {
  return trace.pending.length > 0 ? close(trace, source, now)[1] : [];
}

function close(
  { pending, nextAt }: Trace,
  source: DeviceId,
  now: MonotonicMs,
): readonly [Trace, readonly WaveformBlock[]] {
  const durationMs = pending.length * SAMPLE_MS;
  const anew = later(now, SAMPLE_MS - durationMs);
  const isNext = nextAt !== undefined && Math.abs(nextAt - anew) <= MAX_DRIFT_MS;
  const at = isNext ? nextAt : anew;
  const block: WaveformBlock = {
    kind: 'waveform',
    source,
    waveform: 'pleth',
    at,
    rateHz: SAMPLE_HZ,
    samples: Int16Array.from(pending),
    gain: 100 / SEVEN_BITS,
    offset: 0,
    isGapBefore: !isNext,
  };
  return [{ pending: [], nextAt: later(at, durationMs) }, [block]];
}
