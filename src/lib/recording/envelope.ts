/**
 * Smallest and largest value of each waveform in one slice, kept beside the samples so that an overview of hours never
 * touches them.
 *
 *   per waveform: u8 waveform id · f32 low · f32 high, physical units; NaN and NaN when there was no sample in it
 */
import { NO_SAMPLE, type WaveformBlock, type WaveformKey } from '$lib/domain/index.ts';
import { ByteWriter } from './byte-cursor.ts';
import type { Damage } from './wave-codec.ts';
import { WAVEFORM_IDS, waveformOfId } from './waveform-ids.ts';

const EXTENT_BYTES = 9;

const writer = new ByteWriter();

export function encodeEnvelope(blocks: readonly WaveformBlock[]): Uint8Array {
  const extents = new Map<WaveformKey, Range>();
  for (const block of blocks) {
    const before = extents.get(block.waveform) ?? NOTHING;
    const now = rangeOf(block);
    extents.set(block.waveform, [Math.min(before[0], now[0]), Math.max(before[1], now[1])]);
  }
  writer.clear();
  for (const [waveform, [low, high]] of extents) {
    writer.u8(WAVEFORM_IDS[waveform]);
    writer.f32(low > high ? Number.NaN : low);
    writer.f32(low > high ? Number.NaN : high);
  }
  return writer.bytes();
}

/**
 * Gives each waveform's pair to `take`, in the order of writing; an overview of hours asks for tens of thousands of them.
 * Never throws: what is not the whole of something {@link encodeEnvelope} wrote is a {@link Damage}.
 */
export function readEnvelope(
  bytes: Uint8Array,
  take: (waveform: WaveformKey, low: number, high: number) => void,
): Damage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += EXTENT_BYTES) {
    const waveform = waveformOfId(view.getUint8(offset));
    if (waveform === undefined) return { why: 'unknown-waveform', offset };
    if (offset + EXTENT_BYTES > bytes.length) return { why: 'cut-short', offset };
    take(waveform, view.getFloat32(offset + 1, true), view.getFloat32(offset + 5, true));
  }
  return undefined;
}

type Range = readonly [low: number, high: number];
const NOTHING: Range = [Infinity, -Infinity];

function rangeOf(block: WaveformBlock): Range {
  let smallest = Infinity;
  let largest = -Infinity;
  const { samples } = block;
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] ?? NO_SAMPLE;
    if (sample === NO_SAMPLE) continue;
    if (sample < smallest) smallest = sample;
    if (sample > largest) largest = sample;
  }
  if (smallest > largest) return NOTHING;
  const a = smallest * block.gain + block.offset;
  const b = largest * block.gain + block.offset;
  return [Math.min(a, b), Math.max(a, b)];
}
