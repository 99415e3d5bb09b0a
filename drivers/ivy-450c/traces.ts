/**
 * The waveforms of a record as blocks of one second. The first block ends when its record arrives, each further one follows
 * without a seam. It is put anew, with a gap, when more than half a second lies between the samples and our clock, and when
 * bytes of the line were no record: there may have been one.
 */
import { later, SECOND_MS, type MonotonicMs, type WaveformBlock } from '$lib/domain/index.ts';
import { TRACES, type TraceName } from './layout-table.ts';
import type { Line, Message } from './messages.ts';
import type { Moment } from './nibp.ts';

const MAX_DRIFT_MS = 500;

const SCALES: Readonly<Record<Exclude<TraceName, 'respiration'>, Pick<WaveformBlock, 'waveform' | 'gain' | 'offset'>>> =
  {
    ecg: { waveform: 'ecg1', gain: 0.02, offset: -2 },
    /** Of the monitor's scale: it says no unit. */
    pleth: { waveform: 'pleth', gain: 100 / 255, offset: 0 },
    /** mmHg: in the recording the lowest and the highest sample of every second are the diastolic and systolic pressure. */
    p1: { waveform: 'pressure1', gain: 1, offset: 0 },
    p2: { waveform: 'pressure2', gain: 1, offset: 0 },
  };

/** When the next block begins; undefined when it cannot follow the one before. */
export type Seam = MonotonicMs | undefined;

export function tracesOf(
  { traces, lines }: Message,
  seam: Seam,
  { source, at: now }: Moment,
): readonly [Seam, readonly WaveformBlock[]] {
  const isNext = seam !== undefined && Math.abs(later(seam, SECOND_MS) - now) <= MAX_DRIFT_MS;
  const at = isNext ? seam : later(now, -SECOND_MS);
  const shown = (['ecg', 'pleth', 'p1', 'p2'] as const).filter(
    (name) => name === 'ecg' || name === 'pleth' || hasPressure(lines[name === 'p1' ? 'P1' : 'P2']),
  );
  const blocks = shown.map((name): WaveformBlock => {
    const samples = Int16Array.from(traces[name]);
    const rateHz = TRACES[name].count;
    return { kind: 'waveform', source, at, rateHz, samples, ...SCALES[name], isGapBefore: !isNext };
  });
  return [later(at, SECOND_MS), blocks];
}

/** Without a transducer the trace stands at the edge of its scale. */
const hasPressure = (line: Line | undefined): boolean => line?.numbers.some((number) => number !== undefined) === true;
