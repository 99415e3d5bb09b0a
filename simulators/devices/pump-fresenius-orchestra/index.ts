/**
 * A simulated Orchestra base with its pumps, or one pump that stands alone, on its serial line.
 *
 *   received  cut and decoded with the driver's own framing and codec; ACK at once, the reply 100 ms later
 *   unasked   keep-alives every second while a session is open; changes of what was enabled, once a second at most, each again
 *             after 1 s until it is acknowledged, three times (inferred, like all times here)
 *
 * The pumps stand in the modules 1 to 5 in their order; one that is off, or pulled out, is missing in the mask and cannot be
 * reached. Settings: see `settings.ts`; further pumps as `pumps`.
 */
import { decodeSaid } from '$drivers/pump-fresenius-orchestra/codec.ts';
import { cut } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { MODULES } from '$drivers/pump-fresenius-orchestra/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import { Base } from './base.ts';
import { readBaseSettings } from './settings.ts';
import { Unit } from './unit.ts';

/** @throws RangeError for more pumps than a base carries. */
export const simulateOrchestra = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Orchestra(bedside, options);

const NO_BYTES = new Uint8Array(0);

class Orchestra implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #pumps: BedsidePumps;
  readonly #base: Base;
  #isConnected = false;
  #rest: Uint8Array = NO_BYTES;
  #out: Uint8Array[] = [];

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    const base = readBaseSettings(settings);
    this.#bedside = bedside;
    this.#pumps = new BedsidePumps(bedside, base, (_, n) => String(n + 1));
    const units = this.#pumps.pumps.map((pump, n) => new Unit(pump, base.isStandAlone ? '' : addressOf(n)));
    this.#base = new Base(base, base.isStandAlone ? units.slice(0, 1) : units, onForbidden);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    for (const now of this.#pumps.until(input.simMs)) this.#moveTo(now);
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#isConnected = input.type === 'connected';
        this.#hangUp();
        return [];
      case 'received':
        if (this.#bedside.line().isLinked) this.#hear(input.bytes, input.simMs);
        return this.#take();
      case 'tick':
        return this.#take();
    }
  }

  #moveTo(now: number): void {
    const bytes = this.#base.advance(now);
    if (!this.#bedside.line().isLinked) this.#hangUp();
    else if (this.#isConnected) this.#out.push(...bytes);
  }

  #hear(bytes: Uint8Array, now: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      if (piece.kind === 'frame') this.#out.push(...this.#base.hear(decodeSaid(piece.payload), now));
      else if (piece.why === 'bad-sum') this.#out.push(...this.#base.hearDamaged());
    }
  }

  #hangUp(): void {
    this.#rest = NO_BYTES;
    this.#out = [];
    this.#base.hangUp();
  }

  #take(): readonly Uint8Array[] {
    const taken = this.#out;
    this.#out = [];
    return taken;
  }
}

function addressOf(n: number): string {
  const address = MODULES[n];
  if (address === undefined) throw new RangeError(`a base carries ${MODULES.length} pumps`);
  return address;
}
