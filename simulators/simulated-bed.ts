/**
 * A bed of the demonstration: one patient, a monitor and a pump, taken through the scenario up to a given minute so that
 * counters and cuff history are what they would be if somebody had been there from the beginning.
 */
import { MINUTE_MS, SECOND_MS } from '$lib/domain/index.ts';
import { createBedside } from './patient/bedside.ts';
import type { SimulatedBedside } from './patient/simulated-bedside.ts';
import { simulatedDevice } from './registry.ts';
import type { Scenario } from './scenarios/index.ts';
import type { SimulatedDevice } from './simulated-device.ts';

/** Drivers of the demonstration's devices, in the order in which a bed has them. */
export const BED_DEVICES = ['ge-s5-dri', 'pump-bbraun-bcc'] as const;
export type BedDevice = (typeof BED_DEVICES)[number];

export interface SimulatedBed {
  readonly bedside: SimulatedBedside;
  /** The same thing however often it is connected. */
  device(id: BedDevice): SimulatedDevice;
}

export interface SimulatedBedOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Unix seconds at minute 0 of the scenario: what the devices' own clocks show. */
  readonly epochS: number;
  readonly startAtMin: number;
}

export function createSimulatedBed({ scenario, seed, epochS, startAtMin }: SimulatedBedOptions): SimulatedBed {
  const bedside = createBedside(scenario, seed);
  const devices = new Map(BED_DEVICES.map((id) => [id, make(id, bedside, epochS)]));
  const device = (id: BedDevice): SimulatedDevice => devices.get(id) ?? make(id, bedside, epochS);
  liveThrough([device('pump-bbraun-bcc')], startAtMin * MINUTE_MS);
  return { bedside, device };
}

/** Takes devices from the beginning of the scenario to an instant, as if they had been on all the time. */
export function liveThrough(devices: readonly SimulatedDevice[], untilMs: number): void {
  for (let simMs = 0; simMs <= untilMs; simMs += SECOND_MS) {
    for (const device of devices) device.step({ type: 'tick', simMs });
  }
}

function make(id: BedDevice, bedside: SimulatedBedside, epochS: number): SimulatedDevice {
  const kind = simulatedDevice(id);
  if (kind === undefined) throw new RangeError(`no simulated device ${id}`);
  return kind.make(bedside, { settings: { epochS, version: '3.36' } });
}
