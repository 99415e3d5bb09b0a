/** The way out of the simulated ComDevice: at once, or one byte after the other as a serial line lets them. */

const BITS_PER_BYTE = 10;

export class Outlet {
  readonly #byteMs: number;
  #waiting: { readonly fromMs: number; readonly bytes: Uint8Array }[] = [];
  #freeAtMs = 0;
  #sentCount = 0;

  /** `baudRate` 0: without pacing. */
  constructor(baudRate: number) {
    this.#byteMs = baudRate > 0 ? (1000 * BITS_PER_BYTE) / baudRate : 0;
  }

  put(bytes: Uint8Array, now: number): void {
    const fromMs = Math.max(now, this.#freeAtMs);
    this.#freeAtMs = fromMs + bytes.length * this.#byteMs;
    this.#waiting.push({ fromMs, bytes });
  }

  /** What has left by now and was not taken before. */
  take(now: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const { fromMs, bytes } = first;
      const count =
        this.#byteMs === 0 ? bytes.length : Math.min(bytes.length, Math.floor((now - fromMs) / this.#byteMs));
      if (count > this.#sentCount) taken.push(bytes.slice(this.#sentCount, count));
      this.#sentCount = Math.max(this.#sentCount, count);
      if (count < bytes.length) break;
      this.#waiting.shift();
      this.#sentCount = 0;
    }
    return taken;
  }

  /** The cable is out: what was under way is lost. */
  clear(): void {
    this.#waiting = [];
    this.#freeAtMs = 0;
    this.#sentCount = 0;
  }
}
