/** A Vital Recorder file written by the test, field by field as the format's description has them. */
import { concatBytes, fromLatin1, view } from '$drivers/bytes.ts';

function fields(size: number, write: (data: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(view(bytes));
  return bytes;
}

const u8 = (value: number) => Uint8Array.of(value);
const u16 = (value: number) => fields(2, (data) => data.setUint16(0, value, true));
const u32 = (value: number) => fields(4, (data) => data.setUint32(0, value, true));
const f32 = (value: number) => fields(4, (data) => data.setFloat32(0, value, true));
const f64 = (value: number) => fields(8, (data) => data.setFloat64(0, value, true));
const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return concatBytes(u32(bytes.length), bytes);
};

const packet = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts);
  return concatBytes(u8(type), u32(content.length), content);
};

export const HEAD = concatBytes(fromLatin1('VITA'), u32(3), u16(10), new Uint8Array(10));

export const device = (id: number, name: string): Uint8Array =>
  packet(9, u32(id), text(name), text(name), text('COM1'));

export interface TrackOptions {
  readonly id: number;
  readonly kind: 1 | 2 | 5;
  readonly format: number;
  readonly name: string;
  readonly unit?: string;
  readonly rateHz?: number;
  readonly gain?: number;
  readonly offset?: number;
  readonly type?: number;
}

export const track = ({
  id,
  kind,
  format,
  name,
  unit = '',
  rateHz = 0,
  gain = 1,
  offset = 0,
  type = 0,
}: TrackOptions) =>
  packet(
    0,
    ...[u16(id), u8(kind), u8(format), text(name), text(unit), f32(0), f32(1), u32(0)],
    ...[f32(rateHz), f64(gain), f64(offset), u8(type), u32(7)],
  );

const record = (id: number, atS: number, ...content: readonly Uint8Array[]): Uint8Array =>
  packet(1, u16(10), f64(atS), u16(id), ...content);

export const numeric = (id: number, atS: number, value: number): Uint8Array => record(id, atS, f32(value));

export const wave = (id: number, atS: number, samples: readonly number[]): Uint8Array =>
  record(id, atS, u32(samples.length), ...samples.map((sample) => u16(sample & 0xffff)));

export const event = (id: number, atS: number, said: string): Uint8Array => record(id, atS, u32(0), text(said));
