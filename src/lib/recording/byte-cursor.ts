/**
 * Writing and reading the little-endian, variable-length numbers that our stored blobs consist of. The writer grows; the
 * reader never throws: past the end it yields zeros and says so once asked, so a decoder checks once and not per field.
 *
 * varint: seven bits per byte, least significant first, high bit set on all but the last byte; up to 2^53 - 1.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Empties it and keeps the room: one writer serves many blobs. */
  clear(): void {
    this.#length = 0;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  f32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** For a hot loop that writes by itself: the buffer, with room for so many more bytes after {@link length}. */
  room(byteCount: number): Uint8Array {
    this.#reserve(byteCount);
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** What the hot loop has written. */
  set length(length: number) {
    this.#length = length;
  }

  text(value: string): void {
    const bytes = encoder.encode(value);
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + byteCount));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** A copy of all that was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;
  #isPastEnd = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** For a hot loop that reads by itself: what is left; {@link skip} then says how much of it was used. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }

  skip(byteCount: number): void {
    this.#advance(byteCount);
  }

  /** Something was asked for that the bytes do not hold: what was read since is worthless. */
  get isPastEnd(): boolean {
    return this.#isPastEnd;
  }

  u8(): number {
    return this.#advance(1) ? this.#view.getUint8(this.#offset - 1) : 0;
  }

  f64(): number {
    return this.#advance(8) ? this.#view.getFloat64(this.#offset - 8, true) : 0;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 8; index += 1) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    this.#isPastEnd = true;
    return 0;
  }

  text(): string {
    const length = this.varint();
    return this.#advance(length) ? decoder.decode(this.#bytes.subarray(this.#offset - length, this.#offset)) : '';
  }

  #advance(byteCount: number): boolean {
    if (byteCount > this.remaining) this.#isPastEnd = true;
    else this.#offset += byteCount;
    return !this.#isPastEnd;
  }
}
