/**
 * A B. Braun rack with its pumps, as a ComDevice shows it on a serial line or a socket.
 *
 * The first pump executes the staff's order at the bedside and reports what really reaches the patient; further pumps have
 * orders of their own. The rack lives from instant 0 of the scenario on, whether or not anybody listens: it belongs to a bed
 * for good, and clients come and go. Everything moves on one grid, so the host's steps change nothing.
 */
import { decodeRequest } from '$drivers/pump-bbraun-bcc/codec.ts';
import { cut } from '$drivers/pump-bbraun-bcc/framing.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { ComDevice } from './com-device.ts';
import { Outlet } from './outlet.ts';
import { GRID_MS } from './pump.ts';
import { readRackSettings, type RackSettings } from './settings.ts';
import { createSlots, orderOf, type Slot } from './slots.ts';

/** A rack at instant 0, on this bedside. Settings: see `settings.ts`. @throws RangeError for a place that no rack has. */
export const createBbraunRack = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new BbraunRack(bedside, options);

const MINUTES_PER_HOUR = 60;
const NO_BYTES = new Uint8Array(0);

class BbraunRack implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: RackSettings;
  readonly #slots: readonly Slot[];
  readonly #comDevice: ComDevice;
  readonly #outlet: Outlet;
  #nowMs = 0;
  #isConnected = false;
  #deliveredMgPerMin: number | undefined;
  #rest: Uint8Array = NO_BYTES;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readRackSettings(settings);
    this.#slots = createSlots(this.#settings, bedside.order());
    this.#comDevice = new ComDevice(this.#settings, this.#slots, onForbidden);
    this.#outlet = new Outlet(this.#settings.baudRate);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    while (this.#nowMs + GRID_MS <= input.simMs) this.#moveTo(this.#nowMs + GRID_MS);
    switch (input.type) {
      case 'connected':
        this.#isConnected = true;
        this.#hangUp();
        this.#comDevice.connect(input.simMs);
        return [];
      case 'disconnected':
        this.#isConnected = false;
        this.#hangUp();
        return [];
      case 'received':
        if (this.#bedside.line().isLinked) this.#hear(input.bytes, input.simMs);
        return this.#outlet.take(input.simMs);
      case 'tick':
        return this.#outlet.take(input.simMs);
    }
  }

  #hangUp(): void {
    this.#rest = NO_BYTES;
    this.#outlet.clear();
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      if (piece.kind === 'frame') this.#comDevice.hear(decodeRequest(piece.payload), simMs);
      else if (piece.why !== 'no-start') this.#comDevice.hearNoise(simMs);
    }
  }

  #moveTo(now: number): void {
    this.#nowMs = now;
    this.#bedside.advanceTo(now);
    this.#happen(now);
    for (const slot of this.#slots) this.#infuse(slot, now);
    if (this.#settings.restartsAtMs.includes(now)) this.#comDevice.restart(now);
    const bytes = this.#comDevice.advance(now);
    if (!this.#bedside.line().isLinked) this.#hangUp();
    else if (bytes && this.#isConnected) this.#outlet.put(bytes, now);
  }

  #infuse({ pump, extra }: Slot, now: number): void {
    const isOccluded = extra === undefined && this.#bedside.line().isOccluded;
    const mlPerHour = pump.advance(now, extra ? orderOf(extra, now) : this.#bedside.order(), isOccluded);
    if (extra) return;
    const mgPerMin = (mlPerHour * pump.order.concentrationMgPerMl) / MINUTES_PER_HOUR;
    if (mgPerMin === this.#deliveredMgPerMin) return;
    this.#deliveredMgPerMin = mgPerMin;
    this.#bedside.deliver(mgPerMin);
  }

  /** What the settings have happen within the grid step that ends now. */
  #happen(now: number): void {
    const { boluses, air, moves } = this.#settings;
    const isNow = ({ atMs }: { readonly atMs: number }): boolean => atMs > now - GRID_MS && atMs <= now;
    for (const { pump, volumeMl } of boluses.filter(isNow)) this.#slots[pump]?.pump.giveBolus(volumeMl);
    for (const { pump } of air.filter(isNow)) this.#slots[pump]?.pump.meetAir();
    for (const { pump, to } of moves.filter(isNow)) {
      const slot = this.#slots[pump];
      if (!slot) continue;
      if (slot.place) this.#comDevice.noteGone(slot.place);
      slot.place = undefined;
      if (to) slot.plug(to, now);
    }
  }
}
