/**
 * Reading and writing the protocol's packed structures: big endian, no padding, and every length counts what follows it.
 *
 *   list   u16 count · u16 length of the items in bytes · items
 */
import { concatBytes, view } from '../bytes.ts';

/** Reads in order. Past the end it gives zeros and remembers it: a decoder reads its whole structure and then asks once. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #isShort = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = view(bytes);
  }

  /** Something was read that is not there. */
  get isShort(): boolean {
    return this.#isShort;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const at = this.#pass(1);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#pass(2);
    return at === undefined ? 0 : this.#view.getUint16(at);
  }

  u32(): number {
    const at = this.#pass(4);
    return at === undefined ? 0 : this.#view.getUint32(at);
  }

  /** The next bytes, not copied. */
  take(count: number): Uint8Array {
    const at = this.#pass(count);
    return at === undefined ? new Uint8Array(0) : this.#bytes.subarray(at, at + count);
  }

  /** Bytes between the last item and the end that the length announces are passed over. */
  list<T>(readItem: (reader: Reader) => T): readonly T[] {
    const count = this.u16();
    const inner = new Reader(this.take(this.u16()));
    const items: T[] = [];
    for (let i = 0; i < count && !this.#isShort; i += 1) {
      const item = readItem(inner);
      if (inner.isShort) this.#isShort = true;
      else items.push(item);
    }
    return items;
  }

  #pass(count: number): number | undefined {
    if (count > this.left) {
      this.#isShort = true;
      this.#at = this.#bytes.length;
      return undefined;
    }
    this.#at += count;
    return this.#at - count;
  }
}

/** 16-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  let at = 0;
  for (const value of values) {
    bytes[at++] = value >> 8;
    bytes[at++] = value;
  }
  return bytes;
}

/** 32-bit words. */
export function longs(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const fields = view(bytes);
  for (const [i, value] of values.entries()) fields.setUint32(4 * i, value);
  return bytes;
}

/** @throws RangeError when the items are longer than a list can say. */
export function list(items: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...items);
  if (body.length > 0xffff) throw new RangeError(`a list of ${body.length} bytes`);
  return concatBytes(words(items.length, body.length), body);
}

/** Bytes behind their length. */
export const sized = (bytes: Uint8Array): Uint8Array => concatBytes(words(bytes.length), bytes);
