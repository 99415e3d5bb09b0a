/**
 * The monitor's own alarms. It sends its whole list again every second, one message for physiological alarms and one for
 * technical ones; told is a change of the two together. A list that stays away while the link lives is over.
 */
import { later, type DeviceAlarm, type MonotonicMs } from '$lib/domain/index.ts';
import type { AlarmKind, AlarmLine } from './messages.ts';
import type { Moment } from './nibp.ts';

/** Five times the period of a list. */
export const LIST_PATIENCE_MS = 5000;

type Alarms = DeviceAlarm['alarms'];

interface AlarmList {
  readonly alarms: Alarms;
  readonly until: MonotonicMs;
}

export interface AlarmMemory {
  readonly physiological?: AlarmList;
  readonly technical?: AlarmList;
  /** What was told last, as text to compare with. */
  readonly told: string;
}

type Told = readonly [AlarmMemory, readonly DeviceAlarm[]];

const NONE: Alarms = [];
export const NO_ALARMS_YET: AlarmMemory = { told: JSON.stringify(NONE) };

export function onAlarms(memory: AlarmMemory, of: AlarmKind, lines: readonly AlarmLine[], moment: Moment): Told {
  const alarms = lines.map(({ text }) => ({ text, priority: priorityOf(text, of) }));
  return tell({ ...memory, [of]: { alarms, until: later(moment.at, LIST_PATIENCE_MS) } }, moment);
}

/** Time passes while the link lives. */
export function expireAlarms(memory: AlarmMemory, moment: Moment): Told {
  return memory.told === NO_ALARMS_YET.told ? [memory, []] : tell(memory, moment);
}

/** A link was opened: what was told before stays until the monitor had time to say its lists again. */
export function keepAlarms(memory: AlarmMemory, now: MonotonicMs): AlarmMemory {
  const { physiological, technical, told } = memory;
  const until = later(now, LIST_PATIENCE_MS);
  return {
    told,
    ...(physiological && { physiological: { ...physiological, until } }),
    ...(technical && { technical: { ...technical, until } }),
  };
}

/** The most urgent first, as on the monitor's own line. Whether its sound is paused is not said on this interface. */
function tell(memory: AlarmMemory, { source, at }: Moment): Told {
  const lists = [memory.physiological, memory.technical];
  const alarms = lists
    .flatMap((list) => (list && at < list.until ? list.alarms : []))
    .toSorted((a, b) => URGENCY[a.priority] - URGENCY[b.priority]);
  const told = JSON.stringify(alarms);
  if (told === memory.told) return [memory, []];
  return [{ ...memory, told }, [{ kind: 'device-alarm', source, at, alarms, isSilenced: false }]];
}

const URGENCY = { high: 0, medium: 1, low: 2 } as const;

/** By the asterisks before the text. Without one: a technical alarm is low, a physiological one is not taken for low. */
function priorityOf(text: string, of: AlarmKind): Alarms[number]['priority'] {
  const asterisks = /^\**/.exec(text)?.[0].length ?? 0;
  if (asterisks >= 3) return 'high';
  if (asterisks > 0) return asterisks === 2 ? 'medium' : 'low';
  return of === 'technical' ? 'low' : 'medium';
}
