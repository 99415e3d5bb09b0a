/**
 * Messages on a byte stream: a 32-bit big-endian length and that many bytes of payload. Pure; what the payload is made of
 * is the callers' business.
 */

/** Longer than any snapshot of a large ward; a stream that announces more is not ours. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

export function frameOf(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, 4);
  return frame;
}

/** Cuts a stream into payloads, whatever the chunks are. */
export class FrameCutter {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** @throws RangeError when the stream announces a payload that cannot be */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const payloads: Uint8Array[] = [];
    for (;;) {
      const payload = this.#take();
      if (payload === undefined) return payloads;
      payloads.push(payload);
    }
  }

  #take(): Uint8Array | undefined {
    if (this.#length < 4) return undefined;
    const head = this.#joined();
    const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (size > MAX_PAYLOAD_BYTES) throw new RangeError(`a message of ${size} bytes was announced on the bus`);
    if (head.length < 4 + size) return undefined;
    this.#chunks = [head.subarray(4 + size)];
    this.#length = head.length - 4 - size;
    return head.subarray(4, 4 + size);
  }

  /** The chunks as one; only copied while a payload spans several. */
  #joined(): Uint8Array {
    const [first, ...others] = this.#chunks;
    if (first !== undefined && others.length === 0) return first;
    const whole = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [whole];
    return whole;
  }
}
