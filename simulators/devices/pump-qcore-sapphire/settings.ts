/** How a simulated Sapphire is set up and what happens to it, as plain data. Everything has a default. */
import { readPumpSettings, type PumpSettings } from '../bedside-pumps.ts';
import { numberOf, type Settings } from '../settings.ts';

export interface SapphireSettings extends PumpSettings {
  readonly serial: number;
  readonly softwareVersion: number;
  readonly batchEveryMs: number;
  readonly dataBytes: number;
  /** Every so many frames have a wrong sum; 1: all of them, 0: none. */
  readonly wrongSumEvery: number;
  /** A frame of another type after every so many batches; 0: none. */
  readonly otherEvery: number;
  /** The flow stays what was set while nothing flows: whether the real one does is not known. */
  readonly tellsSetRate: boolean;
}

export const readSapphireSettings = (settings: Settings): SapphireSettings => ({
  ...readPumpSettings({ ...settings, kind: 'volumetric' }),
  serial: numberOf(settings.serial, 1_200_345),
  softwareVersion: numberOf(settings.softwareVersion, 1305),
  batchEveryMs: numberOf(settings.batchEveryMs, 250),
  dataBytes: numberOf(settings.dataBytes, 180),
  wrongSumEvery: numberOf(settings.wrongSumEvery, 50),
  otherEvery: numberOf(settings.otherEvery, 10),
  tellsSetRate: settings.tellsSetRate === true,
});
