/** Every simulated device by the id of the driver that talks to it. */
import type { SerialSettings } from '$drivers/driver.ts';
import { simulateGeS5Dri } from './devices/ge-s5-dri/index.ts';
import { createBbraunRack } from './devices/pump-bbraun-bcc/index.ts';
import type { SimulatedBedside } from './patient/simulated-bedside.ts';
import type { DeviceOptions, SimulatedDevice } from './simulated-device.ts';

export interface DeviceKind {
  readonly id: string;
  readonly label: string;
  readonly line: Pick<SerialSettings, 'baudRate'>;
  readonly make: (bedside: SimulatedBedside, options: DeviceOptions) => SimulatedDevice;
}

export const SIMULATED_DEVICES: readonly DeviceKind[] = [
  { id: 'ge-s5-dri', label: 'GE S/5 family monitor', line: { baudRate: 19_200 }, make: simulateGeS5Dri },
  { id: 'pump-bbraun-bcc', label: 'B. Braun Space rack', line: { baudRate: 9600 }, make: createBbraunRack },
];

/** @returns undefined when no simulated device has this id. */
export const simulatedDevice = (id: string): DeviceKind | undefined =>
  SIMULATED_DEVICES.find((device) => device.id === id);
