/** The monitor's own alarms in its own words, the most urgent first. */
import type { DeviceAlarm } from '$lib/domain/index.ts';
import { ALARM_CODE, ALARM_PRIORITIES, ALARM_SOURCES, ALARM_STATE, alarmWords } from './alarms-table.ts';
import type { AlertEntry, Alerts } from './alert-values.ts';
import type { Moment } from './nibp.ts';
import { NUMERICS } from './numerics-table.ts';
import { hex } from './observations.ts';

type AlarmLine = DeviceAlarm['alarms'][number];

const URGENCY = ['high', 'medium', 'low'] as const;
const QUIET = ALARM_STATE.inhibited | ALARM_STATE.suspended | ALARM_STATE.silenced;

/**
 * What stands on the monitor's alarm lines. Entries whose type names no priority are none. `isSilenced`: an entry is
 * inhibited, suspended or silenced, or the monitor says that its alarms are off.
 * @returns undefined when the monitor sent neither list, or one that cannot be read.
 */
export function deviceAlarmOf({ patient, technical, isDamaged }: Alerts, moment: Moment): DeviceAlarm | undefined {
  if (isDamaged || (!patient && !technical)) return undefined;
  const entries = [...(patient ?? []), ...(technical ?? [])];
  const lines = entries.flatMap((entry): AlarmLine[] => {
    const priority = ALARM_PRIORITIES.find(([bits]) => (entry.type & bits) !== 0)?.[1];
    return priority ? [{ text: textOf(entry), priority }] : [];
  });
  const alarms = URGENCY.flatMap((urgency) => lines.filter(({ priority }) => priority === urgency));
  const isSilenced = entries.some(({ state, code }) => (state & QUIET) !== 0 || (code & ~1) === ALARM_CODE.alarmsOff);
  return { kind: 'device-alarm', ...moment, alarms, isSilenced };
}

/** Codes that nobody explains stay codes. */
function textOf({ source, code, text = '' }: AlertEntry): string {
  const own = text.replaceAll(/\s+/g, ' ').trim();
  if (own !== '') return own;
  const name = ALARM_SOURCES[source] ?? NUMERICS[source]?.name ?? `source ${hex(source)}`;
  return `${name}: ${alarmWords(code) ?? `alarm ${code}`}`;
}
