/**
 * Wave frames: everything that the waveforms of one view brought since the last frame, in one buffer.
 *
 *   0  f64  base      station time of the frame, ms
 *   8  u16  count     blocks that follow
 *  10  u16  version   2
 *  then per block:
 *   0  u16  channel   number of the WaveChannel
 *   2  u16  samples   count; bit 15: something is missing before this block; bit 14: steps
 *   4  i16  start     first sample's time minus base, ms
 *   6  i16  × samples, or with steps: i16 the first sample, i8 × (samples − 1) how far each is from the one before, and a
 *           zero byte where that makes the length even
 *
 * Little endian. Most samples are near the one before, so steps halve what is sent. Waves are sent tens of milliseconds
 * after they were sampled, so ±32 s are plenty; a block further away than that is history, not a live wave, and is left
 * out. Scale, rate and meaning stand in the WaveChannel.
 */
import { later, monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';

const HEADER_BYTES = 12;
const BLOCK_HEADER_BYTES = 6;
const VERSION = 2;
const GAP_BIT = 0x8000;
const STEPS_BIT = 0x4000;
const MAX_SAMPLES = 0x3fff;
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
  const fitting = parts
    .filter((part) => part.samples.length <= MAX_SAMPLES && Math.abs(part.at - at) <= MAX_START_MS)
    .map((part) => ({ ...part, isSteps: fitsSteps(part.samples) }));
  const size = fitting.reduce((sum, { samples, isSteps }) => sum + blockBytes(samples.length, isSteps), HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  writeHeader(view, at, fitting.length);
  let offset = HEADER_BYTES;
  for (const { channel, samples, isGapBefore, isSteps, at: start } of fitting) {
    view.setUint16(offset, channel, true);
    view.setUint16(offset + 2, samples.length | (isGapBefore ? GAP_BIT : 0) | (isSteps ? STEPS_BIT : 0), true);
    view.setInt16(offset + 4, Math.round(start - at), true);
    if (isSteps) writeSteps(view, offset + BLOCK_HEADER_BYTES, samples);
    else new Int16Array(bytes.buffer, offset + BLOCK_HEADER_BYTES, samples.length).set(samples);
    offset += blockBytes(samples.length, isSteps);
  }
  return bytes;
}

/** @returns undefined for bytes that are no whole frame of this version. */
export function unpackWaves(bytes: Uint8Array): WaveFrame | undefined {
  const frame = openFrame(bytes);
  if (frame === undefined) return undefined;
  const { view, at, blocks } = frame;
  const parts = blocks.map(({ offset, head }) => ({
    channel: view.getUint16(offset, true),
    at: later(at, view.getInt16(offset + 4, true)),
    samples: readSamples(view, offset + BLOCK_HEADER_BYTES, head),
    isGapBefore: (head & GAP_BIT) !== 0,
  }));
  return { at, parts };
}

/** The same frame with the parts of some channels only; undefined when none is left, or for what is no frame. */
export function filterWaves(
  bytes: Uint8Array,
  keeps: (channel: number) => boolean,
): Uint8Array<ArrayBuffer> | undefined {
  const frame = openFrame(bytes);
  if (frame === undefined) return undefined;
  const kept = frame.blocks.filter(({ offset }) => keeps(frame.view.getUint16(offset, true)));
  if (kept.length === 0) return undefined;
  const part = new Uint8Array(kept.reduce((sum, { length }) => sum + length, HEADER_BYTES));
  writeHeader(new DataView(part.buffer), frame.at, kept.length);
  let end = HEADER_BYTES;
  for (const { offset, length } of kept) {
    part.set(bytes.subarray(offset, offset + length), end);
    end += length;
  }
  return part;
}

interface Block {
  readonly offset: number;
  readonly length: number;
  readonly head: number;
}

interface OpenFrame {
  readonly view: DataView;
  readonly at: MonotonicMs;
  readonly blocks: readonly Block[];
}

function openFrame(bytes: Uint8Array): OpenFrame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = monotonicMs(view.getFloat64(0, true));
  if (view.getUint16(10, true) !== VERSION || !Number.isFinite(at)) return undefined;
  const blocks: Block[] = [];
  let offset = HEADER_BYTES;
  for (let left = view.getUint16(8, true); left > 0; left -= 1) {
    if (offset + BLOCK_HEADER_BYTES > bytes.length) return undefined;
    const head = view.getUint16(offset + 2, true);
    const length = blockBytes(head & MAX_SAMPLES, (head & STEPS_BIT) !== 0);
    blocks.push({ offset, length, head });
    offset += length;
  }
  return offset === bytes.length ? { view, at, blocks } : undefined;
}

function writeHeader(view: DataView, at: MonotonicMs, count: number): void {
  view.setFloat64(0, at, true);
  view.setUint16(8, count, true);
  view.setUint16(10, VERSION, true);
}

const blockBytes = (samples: number, isSteps: boolean): number =>
  BLOCK_HEADER_BYTES + (isSteps ? 2 + samples - 1 + ((samples - 1) % 2) : 2 * samples);

/** Worth it from three samples on. */
function fitsSteps(samples: Int16Array): boolean {
  let before = samples[0];
  if (before === undefined || samples.length < 3) return false;
  for (const sample of samples) {
    const step = sample - before;
    if (step < -128 || step > 127) return false;
    before = sample;
  }
  return true;
}

function writeSteps(view: DataView, offset: number, samples: Int16Array): void {
  let before = 0;
  samples.forEach((sample, i) => {
    if (i === 0) view.setInt16(offset, sample, true);
    else view.setInt8(offset + 1 + i, sample - before);
    before = sample;
  });
}

function readSamples(view: DataView, offset: number, head: number): Int16Array {
  const samples = new Int16Array(head & MAX_SAMPLES);
  const isSteps = (head & STEPS_BIT) !== 0;
  let before = 0;
  for (let i = 0; i < samples.length; i += 1) {
    if (!isSteps) before = view.getInt16(offset + 2 * i, true);
    else before = i === 0 ? view.getInt16(offset, true) : before + view.getInt8(offset + 1 + i);
    samples[i] = before;
  }
  return samples;
}
