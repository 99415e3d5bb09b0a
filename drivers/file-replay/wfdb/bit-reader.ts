/** Bits of a byte array from the highest to the lowest. Past the end every bit is 0 and {@link BitReader.isPastEnd} says so. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit: number;
  isPastEnd = false;

  constructor(bytes: Uint8Array, fromByte: number) {
    this.#bytes = bytes;
    this.#bit = fromByte * 8;
  }

  /** The next whole byte; what is left of the present one is passed over. */
  alignedByte(): number {
    this.#bit = Math.ceil(this.#bit / 8) * 8;
    return this.#bit / 8;
  }

  /** @param count up to 36 bits */
  unsigned(count: number): number {
    let value = 0;
    for (let left = count; left > 0;) {
      const byte = this.#bytes[Math.floor(this.#bit / 8)];
      if (byte === undefined) {
        this.isPastEnd = true;
        return 0;
      }
      const free = 8 - (this.#bit % 8);
      const taken = Math.min(free, left);
      value = value * 2 ** taken + ((byte >> (free - taken)) & (2 ** taken - 1));
      this.#bit += taken;
      left -= taken;
    }
    return value;
  }

  /** Two's complement. */
  signed(count: number): number {
    const value = this.unsigned(count);
    return count > 0 && value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** How many 0 bits stand before the next 1 bit, which is passed over as well. */
  zeros(): number {
    const from = this.#bit;
    for (;;) {
      const byte = this.#bytes[Math.floor(this.#bit / 8)];
      if (byte === undefined) {
        this.isPastEnd = true;
        return 0;
      }
      const free = 8 - (this.#bit % 8);
      const ahead = byte & (2 ** free - 1);
      if (ahead !== 0) {
        this.#bit += Math.clz32(ahead) - (32 - free) + 1;
        return this.#bit - from - 1;
      }
      this.#bit += free;
    }
  }
}
