/** The instants at which a device speaks by itself: whole multiples of its period, however the host steps. */
export class Pace {
  readonly #everyMs: number;
  #lastMs = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Nobody listened until now: what was due is not made up for. */
  skipTo(simMs: number): void {
    this.#lastMs = Math.floor(simMs / this.#everyMs) * this.#everyMs;
  }

  get nextMs(): number {
    return this.#lastMs + this.#everyMs;
  }

  /** The instants since the last call up to this one, the oldest first. */
  *until(simMs: number): Generator<number> {
    while (this.#lastMs + this.#everyMs <= simMs) {
      this.#lastMs += this.#everyMs;
      yield this.#lastMs;
    }
  }
}
