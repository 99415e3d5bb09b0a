/** How a simulated oximeter is set up and what happens to it, as plain data. Everything has a default. */
import type { Format } from '$drivers/nonin/messages.ts';
import { numberOf, stretchesOf, type Settings, type Stretch } from '$simulators/devices/settings.ts';

export interface OximeterSettings {
  /** What it sends when it is switched on. */
  readonly format: Format;
  /** It hears nothing: a tabletop, or a module whose format is chosen by its part number. */
  readonly isOneWay: boolean;
  /** What a sensor that is off shows: nothing in it, or its plug pulled. */
  readonly offIs: 'finger' | 'plug';
  /** ASCII lines begin with the time of day. */
  readonly hasClock: boolean;
  /** Unix seconds of simulated time 0. */
  readonly epochS: number;
  readonly batteryLowFromMs: number;
  /** It is switched off meanwhile, and comes back as it is when switched on. */
  readonly off: readonly Stretch[];
}

const FORMATS: readonly Format[] = ['ascii', 'df2', 'df7', 'df8', 'df13'];

export function readOximeterSettings(settings: Settings): OximeterSettings {
  const format = FORMATS.find((known) => known === settings.format) ?? 'df2';
  return {
    format,
    isOneWay: settings.isOneWay === undefined ? format === 'ascii' : settings.isOneWay === true,
    offIs: settings.offIs === 'plug' ? 'plug' : 'finger',
    hasClock: settings.hasClock === true,
    epochS: numberOf(settings.epochS, 1_767_225_600),
    batteryLowFromMs: numberOf(settings.batteryLowFromMs, Infinity),
    off: stretchesOf(settings.off),
  };
}
