/**
 * A B. Braun rack with its pumps, as a ComDevice shows it on a serial line or a socket.
 *
 * The rack belongs to a bed for good, and clients come and go.
 */
import { decodeRequest } from '$drivers/pump-bbraun-bcc/codec.ts';
import { cut } from '$drivers/pump-bbraun-bcc/framing.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { ComDevice } from './com-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import { GRID_MS } from '../pump.ts';
import { Outlet } from './outlet.ts';
import { readRackSettings, type RackSettings } from './settings.ts';
import { serialOf, Slot } from './slots.ts';

/** A rack at instant 0, on this bedside. Settings: see `settings.ts`. @throws RangeError for a place that no rack has. */
export const createBbraunRack = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new BbraunRack(bedside, options);

const NO_BYTES = new Uint8Array(0);

class BbraunRack implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: RackSettings;
  readonly #pumps: BedsidePumps;
  readonly #slots: readonly Slot[];
  readonly #comDevice: ComDevice;
  readonly #outlet: Outlet;
  #isConnected = false;
  #rest: Uint8Array = NO_BYTES;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readRackSettings(settings);
    this.#pumps = new BedsidePumps(bedside, this.#settings, serialOf);
    this.#slots = this.#pumps.pumps.map((pump, n) => new Slot(pump, this.#settings.places[n]));
    this.#comDevice = new ComDevice(this.#settings, this.#slots, onForbidden);
    this.#outlet = new Outlet(this.#settings.baudRate);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    for (const now of this.#pumps.until(input.simMs)) this.#moveTo(now);
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
    this.#replug(now);
    this.#changeDisposables(now);
    if (this.#settings.restartsAtMs.includes(now)) this.#comDevice.restart(now);
    const bytes = this.#comDevice.advance(now);
    if (!this.#bedside.line().isLinked) this.#hangUp();
    else if (bytes && this.#isConnected) this.#outlet.put(bytes, now);
  }

  #replug(now: number): void {
    for (const { pump, to, atMs } of this.#settings.moves) {
      const slot = this.#slots[pump];
      if (!slot || !isDue(atMs, now)) continue;
      if (slot.place) this.#comDevice.noteGone(slot.place);
      slot.place = undefined;
      if (to) slot.plug(to, now);
    }
  }

  #changeDisposables(now: number): void {
    for (const { pump, atMs } of this.#settings.disposableChanges) {
      const slot = this.#slots[pump];
      if (slot && isDue(atMs, now)) slot.hasNewDisposable = true;
    }
  }
}

/** Whether something happens in the step of the grid that ends now. */
const isDue = (atMs: number, now: number): boolean => atMs > now - GRID_MS && atMs <= now;
