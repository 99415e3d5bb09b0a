/**
 * Samples of the CO2 waveform as blocks. Each comes in a frame of its own, 20 a second, with a counter:
 *
 *   · · · · ·│· · · · ·│· ·        five samples are a block; what is left is told when the next one stays away
 *
 * The first sample is put so that it ends when it arrives, each further one follows without a seam. It is put anew, with a gap,
 * when the counter leaves a number out, when the unit changes, or when our clock and the samples have drifted apart.
 */
import { later, NO_SAMPLE, type DeviceId, type MonotonicMs, type WaveformBlock } from '$lib/domain/index.ts';
import { WAVE_HZ, WAVE_STEPS } from './layout-table.ts';
import type { WaveFrame } from './messages.ts';
import { CO2_TROUBLE, MMHG_PER_KPA, TENFOLD } from './observations.ts';

const SAMPLE_MS = 1000 / WAVE_HZ;
const BLOCK_SAMPLES = 5;
const MAX_DRIFT_MS = 1500;
const QUIET_MS = 500;
/** The highest level fits into the 16 bits of a sample when two steps are one. */
const LEVELS_PER_SAMPLE = 2;

const SCALES: Readonly<Record<number, Pick<WaveformBlock, 'waveform' | 'gain'> | undefined>> = {
  1: { waveform: 'co2Pressure', gain: LEVELS_PER_SAMPLE / WAVE_STEPS },
  2: { waveform: 'co2Pressure', gain: ((LEVELS_PER_SAMPLE / WAVE_STEPS) * MMHG_PER_KPA) / TENFOLD },
  3: { waveform: 'co2', gain: LEVELS_PER_SAMPLE / WAVE_STEPS / TENFOLD },
};

export interface Trace {
  readonly counter: number;
  readonly unit: number;
  /** Samples not told yet, and when the first of them began; the next one begins after the last. */
  readonly samples: readonly number[];
  readonly at: MonotonicMs;
  readonly isGapBefore: boolean;
}

type Result = readonly [Trace | undefined, readonly WaveformBlock[]];

/** One more sample. @param unit key of `SCALES`; while it is not known there is no waveform. */
export function addSample(
  trace: Trace | undefined,
  frame: WaveFrame,
  unit: number | undefined,
  source: DeviceId,
  now: MonotonicMs,
): Result {
  if (unit === undefined || !SCALES[unit]) return [undefined, flush(trace, source)[1]];
  if (trace && follows(trace, frame, unit, now)) return append(trace, frame, source);
  const anew: Trace = { counter: 0, unit, samples: [], at: later(now, -SAMPLE_MS), isGapBefore: true };
  const [begun, blocks] = append(anew, frame, source);
  return [begun, [...flush(trace, source)[1], ...blocks]];
}

function append(trace: Trace, { counter, level, status }: WaveFrame, source: DeviceId): Result {
  const sample = (status & CO2_TROUBLE) === 0 ? Math.floor(level / LEVELS_PER_SAMPLE) : NO_SAMPLE;
  const grown: Trace = { ...trace, counter, samples: [...trace.samples, sample] };
  return grown.samples.length < BLOCK_SAMPLES ? [grown, []] : flush(grown, source);
}

/** Tells what is left when no sample has come for a while. */
export const flushQuiet = (trace: Trace | undefined, source: DeviceId, now: MonotonicMs): Result =>
  trace && now - nextAt(trace) >= QUIET_MS ? flush(trace, source) : [trace, []];

function follows(trace: Trace, { counter }: WaveFrame, unit: number, now: MonotonicMs): boolean {
  const isCounted = counter === ((trace.counter + 1) & 0xff);
  return isCounted && unit === trace.unit && Math.abs(later(nextAt(trace), SAMPLE_MS) - now) <= MAX_DRIFT_MS;
}

const nextAt = ({ at, samples }: Trace): MonotonicMs => later(at, samples.length * SAMPLE_MS);

function flush(trace: Trace | undefined, source: DeviceId): Result {
  const scale = trace && SCALES[trace.unit];
  if (!trace || !scale || trace.samples.length === 0) return [trace, []];
  const { at, isGapBefore } = trace;
  const samples = Int16Array.from(trace.samples);
  return [
    { ...trace, samples: [], at: nextAt(trace), isGapBefore: false },
    [{ kind: 'waveform', source, at, rateHz: WAVE_HZ, samples, ...scale, offset: 0, isGapBefore }],
  ];
}
