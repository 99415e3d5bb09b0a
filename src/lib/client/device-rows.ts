/** The lines of the Devices page: what is set up, what is heard of it, what passed over its link. Pure. */
import {
  isVitalKey,
  VITALS,
  WAVEFORMS,
  type DeviceStatus,
  type LinkState,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import type { BedView, Traffic } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { decimal } from './format.ts';

/** A device as the configuration names it; the page gets it from the station. */
export interface ConfiguredDevice {
  readonly id: string;
  readonly driver: string;
  readonly label?: string;
  readonly link:
    | { readonly serial: string; readonly settings?: Readonly<Record<string, unknown>> }
    | { readonly tcp: string }
    | { readonly udp: string }
    | { readonly file: string }
    | { readonly listen: string };
  readonly isSimulated?: boolean;
}

export const linkText = ({ link }: ConfiguredDevice): string =>
  'serial' in link
    ? words.devices.serial(link.serial)
    : 'file' in link
      ? link.file
      : 'listen' in link
        ? words.devices.listen(link.listen)
        : words.devices.tcp('tcp' in link ? link.tcp : link.udp);

/** `9600, 7 bits, even`: only what differs from the driver's own settings. */
export function settingsText({ link }: ConfiguredDevice): string {
  if ('file' in link) return words.devices.file;
  if ('listen' in link) return words.devices.inbound;
  if (!('serial' in link)) return words.devices.network('tcp' in link ? 'tcp' : 'udp');
  const given = Object.entries(link.settings ?? {}).map(([key, value]) => `${key} ${String(value)}`);
  return given.length === 0 ? words.devices.driverSettings : given.join(', ');
}

export const statusOf = (beds: readonly BedView[], id: string): DeviceStatus | undefined =>
  beds.flatMap(({ devices }) => devices).find(({ device }) => device === id);

export const stateOf = (status: DeviceStatus | undefined): LinkState | 'unknown' => status?.state ?? 'unknown';

/** Every kind of error that occurred, each with its count; empty while there is none. */
export function errorTexts(traffic: Traffic | undefined): readonly string[] {
  if (traffic === undefined) return [];
  const told = words.devices.errors;
  const kinds: readonly (readonly [count: number, say: (n: string) => string])[] = [
    [traffic.noiseBytes - traffic.badSumBytes, told.noise],
    [traffic.badSumBytes, told.badSum],
    [traffic.undecodable, told.undecodable],
    [traffic.reopens, told.reopens],
    [traffic.refusedSends, told.refused],
  ];
  return kinds.flatMap(([count, say]) => (count > 0 ? [say(decimal(count, 0))] : []));
}

/** When something last came over the link; undefined when nothing has since the page was opened. */
export const lastSeen = (traffic: Traffic | undefined): MonotonicMs | undefined => traffic?.lastFrames.at(-1)?.at;

/** What a driver can observe, by its names on the screens, each once. */
export const observableNames = (keys: readonly string[]): readonly string[] => [...new Set(keys.map(nameOf))];

function nameOf(key: string): string {
  if (isVitalKey(key)) return VITALS[key].label;
  if (key === 'nibp') return words.devices.reads.cuff;
  if (key === 'infusion') return words.devices.reads.infusion;
  const waveform = Object.entries(WAVEFORMS).find(([known]) => known === key);
  return waveform ? waveform[1].label : key;
}

/** The names of what the beds' numbers, cuff readings and pumps have from this device just now. */
export function observedNow(beds: readonly BedView[], id: string): readonly string[] {
  const names = beds.flatMap(({ vitals, nibp, channels }) => {
    const keys = Object.entries(vitals)
      .filter(([, { source, reading }]) => source === id && 'value' in reading)
      .map(([key]) => key);
    const hasCuff = nibp.readings.some(({ source }) => source === id);
    const isPump = channels.some(({ reading }) => reading.source === id);
    return [...keys, ...(hasCuff ? ['nibp'] : []), ...(isPump ? ['infusion'] : [])];
  });
  return observableNames(names);
}
