/** A device whose line is flooded with random bytes for a while: between its own bytes, in the middle of them, and alone. */
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';

export class FloodedDevice implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  readonly #fromMs: number;
  readonly #toMs: number;
  #seed = 1;

  constructor(device: SimulatedDevice, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
    this.#device = device;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const said = this.#device.step(input);
    if (input.simMs < this.#fromMs || input.simMs >= this.#toMs) return said;
    return [
      this.#noise(),
      ...said.flatMap((bytes) => [bytes.subarray(0, 3), this.#noise(), bytes.subarray(3)]),
      this.#noise(),
    ];
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: this.#next() % 60 }, () => this.#next());
  }

  /** A byte of a linear congruential generator. */
  #next(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed >>> 24;
  }
}
