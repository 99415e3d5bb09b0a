/**
 * The packets of a .vital file, unpacked from its gzip; everything little endian.
 *
 *   header   "VITA" │ u32 version 3 │ u16 length of what follows │ i16 minutes of time zone │ …
 *   packet   u8 type │ u32 length │ content        9 device · 0 track · 1 record · others are passed over by their length
 *   record   u16 10 │ f64 time, s since 1970 │ u16 track │ wave: u32 count, samples · number: one · text: u32 0, string
 *   string   u32 length │ UTF-8
 *
 * A file that was cut off gives every complete packet before the cut.
 */
import { latin1, view } from '$drivers/bytes.ts';

export interface TrackPacket {
  readonly id: number;
  readonly kind: 'wave' | 'numeric' | 'text';
  readonly format: number;
  readonly name: string;
  readonly unit: string;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  readonly monitorType: number;
  readonly device: number;
}

export interface RecordPacket {
  /** ms since 1970. */
  readonly atMs: number;
  readonly track: number;
  readonly content: Uint8Array;
}

export interface VitalPackets {
  /** Names by device number. */
  readonly devices: ReadonlyMap<number, string>;
  readonly tracks: ReadonlyMap<number, TrackPacket>;
  readonly records: readonly RecordPacket[];
  /** Packets of a known type that contradict themselves. */
  readonly unreadable: number;
  /** Bytes after the last complete packet. */
  readonly cutOffBytes: number;
}

const HEAD_BYTES = 10;
const TYPE = { track: 0, record: 1, device: 9 } as const;

/** @returns undefined when the file does not begin as one of version 3. */
export function readPackets(bytes: Uint8Array): VitalPackets | undefined {
  if (bytes.length < HEAD_BYTES || latin1(bytes.subarray(0, 4)) !== 'VITA') return undefined;
  if (view(bytes).getUint32(4, true) !== 3) return undefined;
  const devices = new Map<number, string>();
  const tracks = new Map<number, TrackPacket>();
  const records: RecordPacket[] = [];
  let unreadable = 0;
  let at = HEAD_BYTES + view(bytes).getUint16(8, true);
  while (at + 5 <= bytes.length) {
    const [type, length] = [bytes[at], view(bytes).getUint32(at + 1, true)];
    if (at + 5 + length > bytes.length) break;
    const content = new Fields(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
    if (type === TYPE.device) readDevice(content, devices);
    else if (type === TYPE.track) readTrack(content, tracks);
    else if (type === TYPE.record) readRecord(content, records);
    if (content.isShort) unreadable += 1;
  }
  return { devices, tracks, records, unreadable, cutOffBytes: Math.max(0, bytes.length - at) };
}

function readDevice(content: Fields, devices: Map<number, string>): void {
  const [device, type, name] = [content.u32(), content.text(), content.text()];
  if (!content.isShort) devices.set(device, name || type);
}

const KINDS: Readonly<Record<number, TrackPacket['kind']>> = { 1: 'wave', 2: 'numeric', 5: 'text' };

function readTrack(content: Fields, tracks: Map<number, TrackPacket>): void {
  const [id, recordType, format] = [content.u16(), content.u8(), content.u8()];
  const [name, unit] = [content.text(), content.text()];
  content.skip(4 + 4 + 4);
  const [rateHz, gain, offset] = [content.f32(), content.f64(), content.f64()];
  const [monitorType, device] = [content.u8(), content.u32()];
  const kind = KINDS[recordType];
  if (content.isShort || !kind) return content.fail();
  tracks.set(id, { id, kind, format, name, unit, rateHz, gain, offset, monitorType, device });
}

function readRecord(content: Fields, records: RecordPacket[]): void {
  const length = content.u16();
  const [atMs, track] = [content.f64() * 1000, content.u16()];
  content.skip(length - 10);
  if (content.isShort || !Number.isFinite(atMs)) return content.fail();
  records.push({ atMs, track, content: content.rest() });
}

/** The text of a text record's content; undefined when it is cut short. */
export function readText(content: Uint8Array): string | undefined {
  const fields = new Fields(content);
  fields.skip(4);
  const text = fields.text();
  return fields.isShort ? undefined : text;
}

/** Reads on from field to field; past the end everything is 0 and {@link Fields.isShort} says so. */
class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  isShort = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = view(bytes);
  }

  readonly u8 = (): number => this.#take(1, (at) => this.#view.getUint8(at));
  readonly u16 = (): number => this.#take(2, (at) => this.#view.getUint16(at, true));
  readonly u32 = (): number => this.#take(4, (at) => this.#view.getUint32(at, true));
  readonly f32 = (): number => this.#take(4, (at) => this.#view.getFloat32(at, true));
  readonly f64 = (): number => this.#take(8, (at) => this.#view.getFloat64(at, true));

  text(): string {
    const length = this.u32();
    const from = this.#at;
    this.skip(length);
    return this.isShort ? '' : new TextDecoder().decode(this.#bytes.subarray(from, from + length));
  }

  skip(length: number): void {
    if (length < 0 || this.#at + length > this.#bytes.length) this.isShort = true;
    else this.#at += length;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  fail(): void {
    this.isShort = true;
  }

  #take(length: number, read: (at: number) => number): number {
    const at = this.#at;
    this.skip(length);
    return this.isShort ? 0 : read(at);
  }
}
