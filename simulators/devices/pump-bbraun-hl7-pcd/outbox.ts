/**
 * What a gateway still has to send: one message at a time, the next when the one before has been acknowledged, and the same again
 * after 10 s without a word. A full one forgets the oldest.
 */
export const RESEND_MS = 10_000;
const MOST_WAITING = 5000;

interface Waiting {
  readonly controlId: string;
  readonly message: Uint8Array;
}

export class Outbox {
  #waiting: Waiting[] = [];
  #sentAtMs: number | undefined;

  put(controlId: string, message: Uint8Array): void {
    this.#waiting.push({ controlId, message });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.splice(1, 1);
  }

  /** What leaves now, if anything does. */
  next(now: number): Uint8Array | undefined {
    const [first] = this.#waiting;
    if (!first || (this.#sentAtMs !== undefined && now - this.#sentAtMs < RESEND_MS)) return undefined;
    this.#sentAtMs = now;
    return first.message;
  }

  /** Also a message that the station will not take is done with: sending it again would bring the same answer. */
  acknowledged(controlId: string): void {
    if (this.#sentAtMs === undefined || this.#waiting[0]?.controlId !== controlId) return;
    this.#waiting.shift();
    this.#sentAtMs = undefined;
  }

  /** A new connection: what was not acknowledged is sent again at once. */
  restart(): void {
    this.#sentAtMs = undefined;
  }
}
