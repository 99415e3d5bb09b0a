/**
 * Every driver of the station, one line each. A driver says itself what device it is for, on which links, what it can
 * observe and what it has been checked against; here it only gets known.
 */
import { sealDriver, type AnyDriver } from './driver.ts';
import { capnostream } from './capnostream/index.ts';
import { contec } from './contec/index.ts';
import { draegerMedibus } from './draeger-medibus/index.ts';
import { fileReplay } from './file-replay/index.ts';
import { geDinamap } from './ge-dinamap/index.ts';
import { geS5Dri } from './ge-s5-dri/index.ts';
import { ivy450c } from './ivy-450c/index.ts';
import { masimo } from './masimo/index.ts';
import { mindrayHl7 } from './mindray-hl7/index.ts';
import { nellcor } from './nellcor/index.ts';
import { nonin } from './nonin/index.ts';
import { philipsIntellivue } from './philips-intellivue/index.ts';
import { pumpAlarisAsena } from './pump-alaris-asena/index.ts';
import { pumpBbraunBcc } from './pump-bbraun-bcc/index.ts';
import { pumpBbraunHl7Pcd } from './pump-bbraun-hl7-pcd/index.ts';
import { pumpFreseniusOrchestra } from './pump-fresenius-orchestra/index.ts';
import { pumpGraseby3000 } from './pump-graseby-3000-500/index.ts';
import { pumpGraseby3400 } from './pump-graseby-3400/index.ts';
import { pumpNeweraNe1000 } from './pump-newera-ne1000/index.ts';
import { pumpQcoreSapphire } from './pump-qcore-sapphire/index.ts';
import { pumpTerumoSs3 } from './pump-terumo-ss3/index.ts';
import { suntechNibp } from './suntech-nibp/index.ts';
import { vitalRecorder } from './vital-recorder/index.ts';

export const DRIVERS: readonly AnyDriver[] = [
  sealDriver(capnostream),
  sealDriver(contec),
  sealDriver(draegerMedibus),
  sealDriver(fileReplay),
  sealDriver(geDinamap),
  sealDriver(geS5Dri),
  sealDriver(ivy450c),
  sealDriver(masimo),
  sealDriver(mindrayHl7),
  sealDriver(nellcor),
  sealDriver(nonin),
  sealDriver(philipsIntellivue),
  sealDriver(pumpAlarisAsena),
  sealDriver(pumpBbraunBcc),
  sealDriver(pumpBbraunHl7Pcd),
  sealDriver(pumpFreseniusOrchestra),
  sealDriver(pumpGraseby3000),
  sealDriver(pumpGraseby3400),
  sealDriver(pumpNeweraNe1000),
  sealDriver(pumpQcoreSapphire),
  sealDriver(pumpTerumoSs3),
  sealDriver(suntechNibp),
  sealDriver(vitalRecorder),
];

/** @returns undefined when no driver has this id. */
export const driverOf = (id: string): AnyDriver | undefined => DRIVERS.find((driver) => driver.id === id);
