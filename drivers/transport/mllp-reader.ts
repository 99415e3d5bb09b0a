/**
 * MLLP messages out of the bytes of one connection, piece by piece, as `drivers/hl7/mllp.ts` finds them; but here every byte is
 * looked at once however they are portioned, and what is kept is bounded whatever is sent.
 *
 *   outside ── VT ──▶ inside ── FS CR ──▶ a message, outside
 *      ▲                │  ╰── VT: begins anew, what was begun is noise · FS and no CR: noise, outside
 *      ╰── FS CR ── skipping ◀── longer than any message: its beginning is kept, the rest is passed over
 */
import { CR, FS, VT } from '../hl7/mllp.ts';

export type Piece =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** All of a message that is too long has passed; `head` is its beginning. */
  | { readonly kind: 'too-long'; readonly head: Uint8Array }
  | { readonly kind: 'noise'; readonly byteCount: number };

/** Enough for the header of a message. */
export const HEAD_BYTES = 1024;

const NO_BYTES = new Uint8Array(0);

export class MllpReader {
  readonly #maxBytes: number;
  #state: 'outside' | 'inside' | 'skipping' = 'outside';
  /** Grows with the message, at most to the longest; its first `#heldBytes` are the message so far. */
  #buffer: Uint8Array = NO_BYTES;
  #heldBytes = 0;
  #skippedBytes = 0;
  /** The chunk at hand, from where it is not yet looked at. */
  #chunk: Uint8Array = NO_BYTES;
  #at = 0;
  /** Where the next marks are in the chunk; its length where there is none. */
  #nextVt = 0;
  #nextFs = 0;
  /** An FS was the last byte so far. */
  #hasFs = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Kept of the message that is under way. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /** Of the message that is too long, so far. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  get isInMessage(): boolean {
    return this.#state !== 'outside';
  }

  /** Gives it bytes; all pieces of the ones before must have been taken. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
    this.#nextVt = -1;
    this.#nextFs = -1;
  }

  /** The next piece; undefined when more bytes are needed. */
  next(): Piece | undefined {
    while (this.#at < this.#chunk.length) {
      const piece = this.#hasFs ? this.#afterFs() : this.#state === 'outside' ? this.#outside() : this.#inside();
      if (piece) return piece;
    }
    this.#chunk = NO_BYTES;
    return undefined;
  }

  #outside(): Piece | undefined {
    const from = this.#at;
    const start = this.#findVt();
    this.#at = Math.min(start + 1, this.#chunk.length);
    if (start < this.#chunk.length) this.#begin();
    return start > from ? { kind: 'noise', byteCount: start - from } : undefined;
  }

  #begin(): void {
    this.#state = 'inside';
    this.#forget();
  }

  #forget(): void {
    this.#buffer = NO_BYTES;
    this.#heldBytes = 0;
    this.#skippedBytes = 0;
  }

  #inside(): Piece | undefined {
    const end = Math.min(this.#findVt(), this.#findFs());
    this.#keep(this.#chunk.subarray(this.#at, end));
    this.#at = Math.min(end + 1, this.#chunk.length);
    if (end === this.#chunk.length) return undefined;
    if (this.#chunk[end] === FS) {
      this.#hasFs = true;
      return undefined;
    }
    const byteCount = 1 + this.#heldBytes + this.#skippedBytes;
    this.#begin();
    return { kind: 'noise', byteCount };
  }

  #keep(bytes: Uint8Array): void {
    const wantedBytes = this.#heldBytes + bytes.length;
    if (this.#state === 'skipping') {
      this.#skippedBytes += bytes.length;
    } else if (wantedBytes <= this.#maxBytes) {
      this.#reserve(wantedBytes);
      this.#buffer.set(bytes, this.#heldBytes);
      this.#heldBytes = wantedBytes;
    } else {
      this.#state = 'skipping';
      this.#reserve(HEAD_BYTES);
      this.#buffer.set(bytes.subarray(0, Math.max(0, HEAD_BYTES - this.#heldBytes)), this.#heldBytes);
      this.#buffer = this.#buffer.slice(0, HEAD_BYTES);
      this.#heldBytes = Math.min(HEAD_BYTES, wantedBytes);
      this.#skippedBytes = wantedBytes - this.#heldBytes;
    }
  }

  #reserve(byteCount: number): void {
    if (byteCount <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(byteCount, Math.min(2 * this.#buffer.length, this.#maxBytes), HEAD_BYTES));
    grown.set(this.#buffer.subarray(0, this.#heldBytes));
    this.#buffer = grown;
  }

  #afterFs(): Piece {
    this.#hasFs = false;
    const isEnd = this.#chunk[this.#at] === CR;
    if (isEnd) this.#at += 1;
    const wasSkipping = this.#state === 'skipping';
    const whole = this.#buffer.slice(0, this.#heldBytes);
    // With the marks, but for a byte after FS that is no CR: that one is looked at again.
    const byteCount = 2 + this.#heldBytes + this.#skippedBytes;
    this.#state = 'outside';
    this.#forget();
    if (!isEnd) return { kind: 'noise', byteCount };
    return wasSkipping ? { kind: 'too-long', head: whole } : { kind: 'message', bytes: whole };
  }

  #findVt(): number {
    if (this.#nextVt < this.#at) this.#nextVt = find(this.#chunk, VT, this.#at);
    return this.#nextVt;
  }

  #findFs(): number {
    if (this.#nextFs < this.#at) this.#nextFs = find(this.#chunk, FS, this.#at);
    return this.#nextFs;
  }
}

function find(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}
