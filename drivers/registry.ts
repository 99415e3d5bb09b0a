/**
 * Every driver of the station, one line each. A driver says itself what device it is for, on which links, what it can
 * observe and what it has been checked against; here it only gets known.
 */
import { sealDriver, type AnyDriver } from './driver.ts';
import { geS5Dri } from './ge-s5-dri/index.ts';
import { pumpBbraunBcc } from './pump-bbraun-bcc/index.ts';

export const DRIVERS: readonly AnyDriver[] = [sealDriver(geS5Dri), sealDriver(pumpBbraunBcc)];

/** @returns undefined when no driver has this id. */
export const driverOf = (id: string): AnyDriver | undefined => DRIVERS.find((driver) => driver.id === id);
