/**
 * What the simulated pump takes for a command.
 *
 *   basic mode   everything up to a CR, capitals or not, without spaces and control characters: a safe packet is nothing but
 *                text there, and so is what a lost CR leaves behind
 *   safe mode    right packets; half a second without a byte ends a packet, and anything else is a bad one
 */
import { cut, open } from '$drivers/pump-newera-ne1000/framing.ts';
import type { Mode } from '$drivers/pump-newera-ne1000/messages.ts';

const CR = 0x0d;
const [SPACE, DEL] = [0x20, 0x7f] as const;
const MAX_COMMAND = 80;
const BETWEEN_BYTES_MS = 500;
const NO_BYTES = new Uint8Array(0);

/** A command as text, or that a packet was none. */
export type Heard = { readonly kind: 'command'; readonly text: string } | { readonly kind: 'bad-packet' };

export class Receiver {
  #text = '';
  #rest: Uint8Array = NO_BYTES;
  #lastByteAtMs = -Infinity;

  forget(): void {
    this.#text = '';
    this.#rest = NO_BYTES;
  }

  hear(bytes: Uint8Array, mode: Mode, now: number): readonly Heard[] {
    const late = this.giveUp(now);
    this.#lastByteAtMs = now;
    return [...late, ...(mode === 'safe' ? this.#packets(bytes) : this.#lines(bytes))];
  }

  /** Half a packet that is not going on. */
  giveUp(now: number): readonly Heard[] {
    if (this.#rest.length === 0 || now - this.#lastByteAtMs < BETWEEN_BYTES_MS) return [];
    this.#rest = NO_BYTES;
    return [{ kind: 'bad-packet' }];
  }

  #lines(bytes: Uint8Array): readonly Heard[] {
    const heard: Heard[] = [];
    for (const byte of bytes) {
      if (byte === CR) {
        heard.push({ kind: 'command', text: this.#text });
        this.#text = '';
      } else if (byte > SPACE && byte !== DEL && this.#text.length < MAX_COMMAND) {
        this.#text += String.fromCharCode(byte).toUpperCase();
      }
    }
    return heard;
  }

  #packets(bytes: Uint8Array): readonly Heard[] {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    return cuts.map((piece): Heard => {
      const packet = piece.kind === 'frame' ? open(piece.payload) : undefined;
      return packet?.mode === 'safe' ? { kind: 'command', text: packet.text.toUpperCase() } : { kind: 'bad-packet' };
    });
  }
}
