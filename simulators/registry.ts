/** Every simulated device by the id of the driver that talks to it. */
import type { SerialSettings } from '$drivers/driver.ts';
import { simulateCapnostream } from './devices/capnostream/index.ts';
import { simulateContec } from './devices/contec/index.ts';
import { simulateDraegerMedibus } from './devices/draeger-medibus/index.ts';
import { simulateGeDinamap } from './devices/ge-dinamap/index.ts';
import { simulateGeS5Dri } from './devices/ge-s5-dri/index.ts';
import { simulateIvy450c } from './devices/ivy-450c/index.ts';
import { simulateMasimo } from './devices/masimo/index.ts';
import { simulateMindrayHl7 } from './devices/mindray-hl7/index.ts';
import { simulateNellcor } from './devices/nellcor/index.ts';
import { simulateNonin } from './devices/nonin/index.ts';
import { simulatePhilipsIntellivue } from './devices/philips-intellivue/index.ts';
import { simulateAlarisAsena } from './devices/pump-alaris-asena/index.ts';
import { createBbraunRack } from './devices/pump-bbraun-bcc/index.ts';
import { createPcdStation } from './devices/pump-bbraun-hl7-pcd/index.ts';
import { simulateOrchestra } from './devices/pump-fresenius-orchestra/index.ts';
import { simulateGraseby3000 } from './devices/pump-graseby-3000-500/index.ts';
import { simulateGraseby3400 } from './devices/pump-graseby-3400/index.ts';
import { simulateNeweraNe1000 } from './devices/pump-newera-ne1000/index.ts';
import { simulateSapphire } from './devices/pump-qcore-sapphire/index.ts';
import { simulateTerumoSs3 } from './devices/pump-terumo-ss3/index.ts';
import { simulateSuntechNibp } from './devices/suntech-nibp/index.ts';
import { simulateVitalRecorder } from './devices/vital-recorder/index.ts';
import type { SimulatedBedside } from './patient/simulated-bedside.ts';
import type { DeviceOptions, SimulatedDevice } from './simulated-device.ts';

export interface DeviceKind {
  readonly id: string;
  readonly label: string;
  readonly line: Pick<SerialSettings, 'baudRate'>;
  readonly make: (bedside: SimulatedBedside, options: DeviceOptions) => SimulatedDevice;
}

export const SIMULATED_DEVICES: readonly DeviceKind[] = [
  { id: 'capnostream', label: 'Capnostream 20', line: { baudRate: 115_200 }, make: simulateCapnostream },
  { id: 'contec', label: 'Contec finger oximeter', line: { baudRate: 115_200 }, make: simulateContec },
  { id: 'draeger-medibus', label: 'Draeger Evita 4', line: { baudRate: 9600 }, make: simulateDraegerMedibus },
  { id: 'ge-dinamap', label: 'GE DINAMAP monitor', line: { baudRate: 9600 }, make: simulateGeDinamap },
  { id: 'ge-s5-dri', label: 'GE S/5 family monitor', line: { baudRate: 19_200 }, make: simulateGeS5Dri },
  { id: 'ivy-450c', label: 'Ivy 450C monitor', line: { baudRate: 9600 }, make: simulateIvy450c },
  { id: 'masimo', label: 'Masimo oximeter', line: { baudRate: 9600 }, make: simulateMasimo },
  { id: 'mindray-hl7', label: 'Mindray monitor', line: { baudRate: 115_200 }, make: simulateMindrayHl7 },
  { id: 'nellcor', label: 'Nellcor oximeter', line: { baudRate: 9600 }, make: simulateNellcor },
  { id: 'nonin', label: 'Nonin oximeter', line: { baudRate: 9600 }, make: simulateNonin },
  {
    id: 'philips-intellivue',
    label: 'Philips IntelliVue monitor',
    line: { baudRate: 115_200 },
    make: simulatePhilipsIntellivue,
  },
  { id: 'pump-alaris-asena', label: 'Alaris syringe pump', line: { baudRate: 38_400 }, make: simulateAlarisAsena },
  { id: 'pump-bbraun-bcc', label: 'B. Braun Space rack', line: { baudRate: 9600 }, make: createBbraunRack },
  {
    id: 'pump-bbraun-hl7-pcd',
    label: 'B. Braun SpacePlus station',
    line: { baudRate: 115_200 },
    make: createPcdStation,
  },
  { id: 'pump-fresenius-orchestra', label: 'Fresenius Orchestra', line: { baudRate: 19_200 }, make: simulateOrchestra },
  { id: 'pump-graseby-3000-500', label: 'Graseby 3000 pump', line: { baudRate: 9600 }, make: simulateGraseby3000 },
  { id: 'pump-graseby-3400', label: 'Graseby 3400', line: { baudRate: 9600 }, make: simulateGraseby3400 },
  { id: 'pump-newera-ne1000', label: 'New Era bench pump', line: { baudRate: 19_200 }, make: simulateNeweraNe1000 },
  { id: 'pump-qcore-sapphire', label: 'Q Core Sapphire pump', line: { baudRate: 9600 }, make: simulateSapphire },
  { id: 'pump-terumo-ss3', label: 'Terumo SS3 syringe pump', line: { baudRate: 38_400 }, make: simulateTerumoSs3 },
  { id: 'suntech-nibp', label: 'SunTech blood pressure module', line: { baudRate: 9600 }, make: simulateSuntechNibp },
  { id: 'vital-recorder', label: 'Vital Recorder', line: { baudRate: 115_200 }, make: simulateVitalRecorder },
];

/** @returns undefined when no simulated device has this id. */
export const simulatedDevice = (id: string): DeviceKind | undefined =>
  SIMULATED_DEVICES.find((device) => device.id === id);
