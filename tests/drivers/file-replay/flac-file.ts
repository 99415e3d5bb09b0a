/** A small FLAC encoder for tests: one frame for each block, each channel as the test wants it told. */
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { crc16, crc8 } from '$drivers/file-replay/wfdb/flac-crc.ts';

class Bits {
  readonly bits: number[] = [];
  put(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit -= 1) this.bits.push(Math.floor(value / 2 ** bit) & 1);
    return this;
  }
  signed(value: number, count: number): this {
    return this.put(value < 0 ? value + 2 ** count : value, count);
  }
  rice(value: number, parameter: number): this {
    const folded = value < 0 ? -2 * value - 1 : 2 * value;
    for (let i = 0; i < folded >> parameter; i += 1) this.bits.push(0);
    return this.put(1, 1).put(folded & (2 ** parameter - 1), parameter);
  }
  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.bits.length / 8));
    this.bits.forEach((bit, i) => (bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (7 - (i % 8)))));
    return bytes;
  }
}

export type Way = 'constant' | 'verbatim' | 'wasted' | 'fixed' | 'fixed-plain' | 'linear';

const WIDTH = 16;

function subframe(out: Bits, samples: readonly number[], way: Way, width: number): void {
  const type = { constant: 0, verbatim: 1, wasted: 1, fixed: 10, 'fixed-plain': 10, linear: 33 }[way];
  out
    .put(0, 1)
    .put(type, 6)
    .put(way === 'wasted' ? 1 : 0, 1);
  if (way === 'wasted') {
    out.put(1, 2);
    samples.forEach((sample) => out.signed(sample >> 2, width - 2));
    return;
  }
  if (way === 'constant') return void out.signed(samples[0] ?? 0, width);
  if (way === 'verbatim') return samples.forEach((sample) => void out.signed(sample, width));
  for (const sample of samples.slice(0, 2)) out.signed(sample, width);
  // 3·2⁻¹ of the last, −1·2⁻¹ of the one before, in 4 bits each and shifted by 1.
  if (way === 'linear') out.put(3, 4).signed(1, 5).signed(3, 4).signed(-1, 4);
  const predict = (a: number, b: number) => (way === 'linear' ? Math.floor((3 * a - b) / 2) : 2 * a - b);
  const rests = samples.map((sample, i) => sample - predict(samples[i - 1] ?? 0, samples[i - 2] ?? 0)).slice(2);
  out.put(0, 2).put(way === 'fixed' ? 1 : 0, 4);
  const half = samples.length / 2;
  if (way === 'fixed-plain') out.put(15, 4).put(18, 5);
  if (way === 'linear') out.put(3, 4);
  rests.forEach((rest, i) => {
    if (way === 'fixed' && i === 0) out.put(3, 4);
    if (way === 'fixed' && i === half - 2) out.put(5, 4);
    if (way === 'fixed-plain') out.signed(rest, 18);
    else out.rice(rest, way === 'fixed' && i >= half - 2 ? 5 : 3);
  });
}

export interface Block {
  readonly channels: readonly (readonly number[])[];
  readonly ways: readonly Way[];
  readonly stereo?: 'left-side' | 'side-right' | 'mid-side';
}

function frame({ channels, ways, stereo }: Block, number: number): Uint8Array {
  const size = channels[0]?.length ?? 0;
  const code = stereo ? { 'left-side': 8, 'side-right': 9, 'mid-side': 10 }[stereo] : channels.length - 1;
  const head = new Bits().put(0x7ffc, 15).put(0, 1).put(7, 4).put(0, 4).put(code, 4).put(4, 3).put(0, 1);
  const withSize = concatBytes(
    head
      .put(number, 8)
      .put(size - 1, 16)
      .bytes(),
  );
  const body = new Bits();
  const [left = [], right = []] = channels;
  const side = left.map((value, i) => value - (right[i] ?? 0));
  const mid = left.map((value, i) => (value + (right[i] ?? 0)) >> 1);
  const told = stereo
    ? { 'left-side': [left, side], 'side-right': [side, right], 'mid-side': [mid, side] }[stereo]
    : channels;
  told.forEach((samples, i) => subframe(body, samples, ways[i] ?? 'verbatim', WIDTH + (samples === side ? 1 : 0)));
  const bytes = concatBytes(withSize, Uint8Array.of(crc8(withSize)), body.bytes());
  const sum = crc16(bytes);
  return concatBytes(bytes, Uint8Array.of(sum >> 8, sum & 0xff));
}

/** @returns the head of the file, and each frame. */
export function flacParts(blocks: readonly Block[]): readonly Uint8Array[] {
  const size = blocks[0]?.channels[0]?.length ?? 0;
  const info = new Bits().put(size, 16).put(size, 16).put(0, 24).put(0, 24).put(96_000, 20);
  info
    .put((blocks[0]?.channels.length ?? 1) - 1, 3)
    .put(WIDTH - 1, 5)
    .put(size * blocks.length, 36);
  const head = concatBytes(fromLatin1('fLaC'), Uint8Array.of(0x80, 0, 0, 34), info.bytes(), new Uint8Array(16));
  return [head, ...blocks.map(frame)];
}
