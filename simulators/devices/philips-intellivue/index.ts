/** A simulated Philips IntelliVue monitor; its settings stand in `settings.ts`. */
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Monitor } from './monitor.ts';

export const simulatePhilipsIntellivue = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Monitor(bedside, options);
