/**
 * Smallest and largest value of each waveform in one slice of signal, kept apart from the samples so that an overview of
 * hours never touches them. The extents of one slice after the other make a track:
 *
 *   per slice: f64 time of the first sample · f64 duration, both ms · u8 number of waveforms, each:
 *                u8 waveform id · f32 low · f32 high, physical units; NaN and NaN when there was no sample in it
 */
import {
  LARGEST_WAVEFORM_ID,
  NO_SAMPLE,
  WAVEFORM_IDS,
  waveformOfId,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';
import type { ByteWriter } from './byte-cursor.ts';
import type { Damage } from './wave-codec.ts';

/** A whole number, not Infinity: the loop over the samples then needs no floating point. */
const ABOVE_ALL = 32768;
const HEAD_BYTES = 17;
const PAIR_BYTES = 9;

/** First sample to end of the last one, ms. */
export interface Stretch {
  readonly at: number;
  readonly duration: number;
}

export function stretchOf(blocks: readonly WaveformBlock[]): Stretch {
  let at = Infinity;
  let end = -Infinity;
  for (const block of blocks) {
    at = Math.min(at, block.at);
    end = Math.max(end, block.at + (block.samples.length * 1000) / block.rateHz);
  }
  return { at, duration: end - at };
}

/** Of the slice at hand, by waveform id; used again for every slice of the ward. */
const isPresent = new Uint8Array(LARGEST_WAVEFORM_ID + 1);
const lows = new Float64Array(LARGEST_WAVEFORM_ID + 1);
const highs = new Float64Array(LARGEST_WAVEFORM_ID + 1);

/** Appends one slice to a track. */
export function writeExtents(track: ByteWriter, { at, duration }: Stretch, blocks: readonly WaveformBlock[]): void {
  isPresent.fill(0);
  lows.fill(Infinity);
  highs.fill(-Infinity);
  for (const block of blocks) takeIn(block, WAVEFORM_IDS[block.waveform]);
  let count = 0;
  for (const one of isPresent) count += one;
  track.f64(at);
  track.f64(duration);
  track.u8(count);
  for (let id = 0; id <= LARGEST_WAVEFORM_ID; id += 1) {
    if (isPresent[id] === 0) continue;
    const [low = 0, high = 0] = [lows[id], highs[id]];
    track.u8(id);
    track.f32(low > high ? Number.NaN : low);
    track.f32(low > high ? Number.NaN : high);
  }
}

function takeIn({ samples, gain, offset }: WaveformBlock, id: number): void {
  let smallest = ABOVE_ALL;
  let largest = NO_SAMPLE;
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] ?? NO_SAMPLE;
    if (sample > largest) largest = sample;
    if (sample < smallest && sample !== NO_SAMPLE) smallest = sample;
  }
  isPresent[id] = 1;
  if (smallest > largest) return;
  const [a, b] = [smallest * gain + offset, largest * gain + offset];
  lows[id] = Math.min(lows[id] ?? a, a, b);
  highs[id] = Math.max(highs[id] ?? a, a, b);
}

/** One slice of a track that is read; {@link readPairs} gives its waveforms. */
export interface Extents extends Stretch {
  readonly track: DataView;
  readonly from: number;
  readonly to: number;
}

/** Gives the slices of a track in their order. Never throws: what is not the whole of a track is a {@link Damage}. */
export function readTrack(bytes: Uint8Array, take: (extents: Extents) => void): Damage | undefined {
  const track = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length;) {
    const from = offset + HEAD_BYTES;
    const to = from > bytes.length ? Infinity : from + PAIR_BYTES * track.getUint8(from - 1);
    if (to > bytes.length) return { why: 'cut-short', offset };
    take({ at: track.getFloat64(offset, true), duration: track.getFloat64(offset + 8, true), track, from, to });
    offset = to;
  }
  return undefined;
}

/** Smallest and largest value of each waveform in one slice. */
export function readPairs(
  { track, from, to }: Extents,
  take: (waveform: WaveformKey, low: number, high: number) => void,
): Damage | undefined {
  for (let offset = from; offset < to; offset += PAIR_BYTES) {
    const waveform = waveformOfId(track.getUint8(offset));
    if (waveform === undefined) return { why: 'unknown-waveform', offset };
    take(waveform, track.getFloat32(offset + 1, true), track.getFloat32(offset + 5, true));
  }
  return undefined;
}
