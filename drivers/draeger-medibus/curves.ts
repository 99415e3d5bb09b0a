/**
 * The device's curves: which ones are asked for, and where their samples stand in time.
 *
 * Records have neither time nor number. The first block of a curve ends when it arrives, each further one follows without a
 * seam; when samples and our clock are more than a second apart, some were lost, and the next block begins anew with a gap.
 * A lost record is not seen before: its samples' place closes up, by 20 ms each.
 */
import type { DeviceId, MonotonicMs, WaveformBlock, WaveformKey } from '$lib/domain/index.ts';
import { later, monotonicMs } from '$lib/domain/index.ts';
import { valueOfBin } from './codec-data.ts';
import type { Curve, Message } from './messages.ts';
import { CURVES } from './tables.ts';

/** Fifty samples a second draw a pulse well, and two curves of them take less than a third of a line of 9600 baud. */
const LEAST_INTERVAL_US = 20_000;
const MOST_MULTIPLIER = 9;
const MAX_DRIFT_MS = 1000;
const NEVER = monotonicMs(-Infinity);

/** A curve that was asked for: the stream that it is, counted from the lowest bit, is its place in the list. */
export interface Stream {
  readonly code: string;
  readonly multiplier: number;
  readonly waveform: WaveformKey;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  readonly bins: readonly number[];
  /** Time of the next sample; undefined before the first. */
  readonly nextAt: MonotonicMs | undefined;
}

/** Of the curves on offer those that the station draws, each once. One that is too fast for the highest multiplier is left out. */
export const planStreams = (offered: readonly Curve[]): readonly Stream[] =>
  Object.entries(CURVES).flatMap(([code, waveform]): readonly Stream[] => {
    const curve = offered.find((each) => each.code === code);
    if (!curve) return [];
    const multiplier = Math.ceil(LEAST_INTERVAL_US / curve.intervalUs);
    if (multiplier > MOST_MULTIPLIER) return [];
    const offset = valueOfBin(0, curve);
    return [
      {
        code,
        multiplier,
        waveform,
        rateHz: 1_000_000 / (curve.intervalUs * multiplier),
        gain: valueOfBin(1, curve) - offset,
        offset,
        bins: [],
        nextAt: undefined,
      },
    ];
  });

export const maskOf = (streams: readonly Stream[]): number => (1 << streams.length) - 1;

/** The bins of a record, each to its stream. */
export function onRecord(
  streams: readonly Stream[],
  { mask, bins }: Extract<Message, { kind: 'record' }>,
): readonly Stream[] {
  const present = [0, 1, 2, 3].filter((bit) => (mask & (1 << bit)) !== 0);
  return streams.map((stream, number) => {
    const bin = bins[present.indexOf(number)];
    return bin === undefined ? stream : { ...stream, bins: [...stream.bins, bin] };
  });
}

/** The samples that have come together until now, a block of each curve. */
export function takeBlocks(
  streams: readonly Stream[],
  source: DeviceId,
  now: MonotonicMs,
): readonly [readonly Stream[], readonly WaveformBlock[]] {
  const blocks: WaveformBlock[] = [];
  const rest = streams.map((stream) => {
    const { waveform, rateHz, gain, offset, bins } = stream;
    if (bins.length === 0) return stream;
    const durationMs = (bins.length * 1000) / rateHz;
    const arrivedAt = later(now, -durationMs);
    const { nextAt = NEVER } = stream;
    const isSeamless = Math.abs(arrivedAt - nextAt) <= MAX_DRIFT_MS;
    const at = isSeamless ? nextAt : arrivedAt;
    const samples = Int16Array.from(bins);
    blocks.push({ kind: 'waveform', source, waveform, at, rateHz, samples, gain, offset, isGapBefore: !isSeamless });
    return { ...stream, bins: [], nextAt: later(at, durationMs) };
  });
  return [rest, blocks];
}
