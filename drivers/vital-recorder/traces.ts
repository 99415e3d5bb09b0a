/**
 * Wave records as the station's waveforms: scaled, and put on our clock without seams.
 *
 * A record says when it begins and how fast its samples follow, so each sample has its time. A record that begins where the
 * one before ended continues it, also on our clock, though the clocks' difference is only ever estimated; records of 62 and
 * 63 samples in turn at 62.5 Hz are one trace. One that begins later has a gap before it, one that begins earlier is a repeat.
 */
import { later, monotonicMs, NO_SAMPLE, WAVEFORMS, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { WaveformBlock, WaveformKey } from '$lib/domain/index.ts';
import { conversion, type WaveRow } from './mapping-table.ts';
import type { WaveRecord, WaveTrack } from './messages.ts';

/** Records of a trace may miss each other by two samples, or by so much where samples are closer than that. */
const SEAM_MS = 20;
const SEAM_SAMPLES = 2;
/** Where the trace goes and where the clocks put it may differ by so much before it is put anew. */
export const MAX_DRIFT_MS = 250;
const MOST_STEPS = 32_767;

/** Where a trace ended: on the recorder's clock and on ours. */
interface TraceEnd {
  readonly rateHz: number;
  readonly time: number;
  readonly at: MonotonicMs;
}

export type Traces = ReadonlyMap<WaveformKey, TraceEnd>;

/** @returns undefined where the recorder's unit, or its drawing range for what has none, does not say what the samples are. */
export function scaleOf(
  row: WaveRow,
  waveform: WaveformKey,
  { unit, range }: WaveTrack,
): ((value: number) => number) | undefined {
  if (row.units !== 'range') return conversion(row.units, unit);
  if (!range) return undefined;
  const [low, high] = WAVEFORMS[waveform].range;
  const factor = (high - low) / (range[1] - range[0]);
  return (value) => low + (value - range[0]) * factor;
}

export interface Placing {
  readonly source: DeviceId;
  readonly waveform: WaveformKey;
  readonly gain: number;
  readonly scale: (value: number) => number;
  /** Our clock minus the recorder's, ms. */
  readonly leadMs: number;
}

/** The records of a track, the earliest first, as blocks; `traces` is the caller's own copy and is brought up to date. */
export function placeRecords(traces: Map<WaveformKey, TraceEnd>, track: WaveTrack, placing: Placing): WaveformBlock[] {
  const { rateHz } = track;
  const { waveform, leadMs } = placing;
  const inOrder = track.records.toSorted((a, b) => a.time - b.time);
  return inOrder.flatMap((record): WaveformBlock[] => {
    const before = traces.get(waveform);
    const seamMs = Math.max(SEAM_MS, (SEAM_SAMPLES * 1000) / rateHz);
    const isSameTrace = before?.rateHz === rateHz;
    if (record.samples.length === 0 || (isSameTrace && record.time < before.time - seamMs)) return [];
    const mapped = record.time + leadMs;
    const isNext = isSameTrace && record.time <= before.time + seamMs && Math.abs(before.at - mapped) <= MAX_DRIFT_MS;
    const at = isNext ? before.at : monotonicMs(mapped);
    const durationMs = (record.samples.length * 1000) / rateHz;
    traces.set(waveform, { rateHz, time: record.time + durationMs, at: later(at, durationMs) });
    return [blockOf(record, rateHz, at, !isNext, placing)];
  });
}

function blockOf(
  { samples }: WaveRecord,
  rateHz: number,
  at: MonotonicMs,
  isGapBefore: boolean,
  { source, waveform, gain, scale }: Placing,
): WaveformBlock {
  const steps = Int16Array.from(samples, (sample) => {
    const step = Math.round(scale(sample) / gain);
    return Math.abs(step) <= MOST_STEPS ? step : NO_SAMPLE;
  });
  return { kind: 'waveform', source, waveform, at, rateHz, samples: steps, gain, offset: 0, isGapBefore };
}
