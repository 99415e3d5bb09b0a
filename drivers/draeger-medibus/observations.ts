/**
 * What responses say about the patient. A parameter that has no value is simply not in the response: one that the device has
 * sent before is then missing, one that it never sent is not there at all.
 */
import {
  keysOf,
  type DeviceAlarm,
  type DeviceId,
  type MonotonicMs,
  type Numerics,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import type { DeviceAlarmEntry, Parameter } from './messages.ts';
import { alarmText, PARAMETERS } from './tables.ts';

/** The numbers of one response; `known` are the vitals that this device has ever sent. Undefined when there is nothing to say. */
export function numericsOf(
  parameters: readonly Parameter[],
  known: ReadonlySet<VitalKey>,
  source: DeviceId,
  at: MonotonicMs,
): Numerics | undefined {
  const values: Partial<Record<VitalKey, Reading>> = {};
  for (const vital of known) values[vital] = { missing: 'invalid' };
  for (const [code, { vital, scale }] of [...PARAMETERS].reverse()) {
    const parameter = parameters.find((each) => each.code === code);
    if (parameter) values[vital] = { value: toHundredths(parameter.value * scale) };
  }
  return keysOf(values).length > 0 ? { kind: 'numerics', source, at, values } : undefined;
}

/** Finer than any field of the wire, and free of what a factor leaves behind the digits. */
const toHundredths = (value: number): number => Math.round(value * 100) / 100;

/**
 * The alarms of a device as they stand, by the code of the response that told them. Its own priorities run from 1 to 31 and what
 * they mean is not known, so each is shown as medium, with its number.
 */
export function deviceAlarmOf(
  pages: Readonly<Record<number, readonly DeviceAlarmEntry[]>>,
  source: DeviceId,
  at: MonotonicMs,
): DeviceAlarm {
  const alarms = Object.entries(pages).flatMap(([response, entries]) =>
    entries.map(({ code, phrase, priority }) => {
      const text = alarmText(Number(response), code) ?? (expand(phrase) || `Alarm ${code}`);
      return { text: `${text} (${priority})`, priority: 'medium' } as const;
    }),
  );
  return { kind: 'device-alarm', source, at, alarms, isSilenced: false };
}

/** What a device writes for whole words, for want of room. */
const ABBREVIATIONS = [
  ['$&', 'LOW'],
  ['"#', 'HIGH'],
  [`'@`, 'ALARM'],
] as const;

const expand = (phrase: string): string =>
  ABBREVIATIONS.reduce((text, [short, word]) => text.replaceAll(short, word), phrase).trim();
