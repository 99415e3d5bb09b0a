/**
 * Wave frames: everything that the waveforms of one view brought since the last frame, in one buffer.
 *
 *   0  f64  base      station time of the frame, ms
 *   8  u16  count     blocks that follow
 *  10  u16  version   1
 *  then per block, without padding:
 *   0  u16  channel   number of the WaveChannel
 *   2  u16  samples   count; top bit set: something is missing before this block
 *   4  i16  start     first sample's time minus base, ms
 *   6  i16  × samples
 *
 * Little endian. Waves are sent tens of milliseconds after they were sampled, so ±32 s are plenty; a block further away
 * than that is history, not a live wave, and is left out. Scale, rate and meaning stand in the WaveChannel.
 */
import { later, monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';

const HEADER_BYTES = 12;
const BLOCK_HEADER_BYTES = 6;
const VERSION = 1;
const GAP_BIT = 0x8000;
const MAX_SAMPLES = 0x7fff;
const MAX_START_MS = 32_000;

export interface WavePart {
  readonly channel: number;
  readonly at: MonotonicMs;
  readonly samples: Int16Array;
  readonly isGapBefore: boolean;
}

export interface WaveFrame {
  readonly at: MonotonicMs;
  readonly parts: readonly WavePart[];
}

/** @returns the frame's bytes; parts that do not fit the format (too long, too far from `at`) are left out. */
export function packWaves(at: MonotonicMs, parts: readonly WavePart[]): Uint8Array<ArrayBuffer> {
  const fitting = parts.filter((part) => part.samples.length <= MAX_SAMPLES && Math.abs(part.at - at) <= MAX_START_MS);
  const size = fitting.reduce((sum, { samples }) => sum + BLOCK_HEADER_BYTES + 2 * samples.length, HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, at, true);
  view.setUint16(8, fitting.length, true);
  view.setUint16(10, VERSION, true);
  let offset = HEADER_BYTES;
  for (const part of fitting) {
    view.setUint16(offset, part.channel, true);
    view.setUint16(offset + 2, part.samples.length | (part.isGapBefore ? GAP_BIT : 0), true);
    view.setInt16(offset + 4, Math.round(part.at - at), true);
    offset += BLOCK_HEADER_BYTES;
    new Int16Array(bytes.buffer, offset, part.samples.length).set(part.samples);
    offset += 2 * part.samples.length;
  }
  return bytes;
}

/** @returns undefined for bytes that are no whole frame of this version. */
export function unpackWaves(bytes: Uint8Array): WaveFrame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.length);
  const at = monotonicMs(view.getFloat64(0, true));
  if (view.getUint16(10, true) !== VERSION || !Number.isFinite(at)) return undefined;
  const parts: WavePart[] = [];
  let offset = HEADER_BYTES;
  for (let left = view.getUint16(8, true); left > 0; left -= 1) {
    if (offset + BLOCK_HEADER_BYTES > aligned.length) return undefined;
    const head = view.getUint16(offset + 2, true);
    const count = head & MAX_SAMPLES;
    const start = offset + BLOCK_HEADER_BYTES;
    if (start + 2 * count > aligned.length) return undefined;
    parts.push({
      channel: view.getUint16(offset, true),
      at: later(at, view.getInt16(offset + 4, true)),
      samples: new Int16Array(aligned.buffer, aligned.byteOffset + start, count),
      isGapBefore: (head & GAP_BIT) !== 0,
    });
    offset = start + 2 * count;
  }
  return offset === aligned.length ? { at, parts } : undefined;
}

/** The same frame with the parts of some channels only. */
export function filterWaves(
  bytes: Uint8Array,
  keeps: (channel: number) => boolean,
): Uint8Array<ArrayBuffer> | undefined {
  const frame = unpackWaves(bytes);
  if (frame === undefined) return undefined;
  const parts = frame.parts.filter(({ channel }) => keeps(channel));
  return parts.length === 0 ? undefined : packWaves(frame.at, parts);
}
