/**
 * The alarms of one pump, stitched together out of reports of their start, updates and end.
 *
 *   start or update, on time ─▶ stands ── end ─▶ gone           an update alone is a start that was missed
 *                                 ╰── no word for 10 min ─▶ stands, and is said to be old
 *
 * A report that comes late neither begins an alarm again nor renews it; a late end ends it. An end that names no alarm we know ends
 * those with its code and text. What has ended does not begin again by a report that was made before its end.
 */
import { type InfusionAlarm, type MonotonicMs } from '$lib/domain/index.ts';
import { kindOf, priorityOf, stageOf } from './alarm-table.ts';
import type { AlarmReport, Row } from './messages.ts';

export const STALE_AFTER_MS = 600_000;
const MOST_STANDING = 32;
const MOST_ENDED = 64;

interface Standing {
  readonly id: string;
  readonly alarm: InfusionAlarm;
  readonly heardAt: MonotonicMs;
  readonly time: number | undefined;
}

export interface PumpAlarms {
  readonly standing: readonly Standing[];
  readonly ended: readonly { readonly id: string; readonly time: number | undefined }[];
}

export const NO_ALARMS: PumpAlarms = { standing: [], ended: [] };

export function hearAlarm(
  alarms: PumpAlarms,
  report: AlarmReport,
  { now, isOnTime }: { readonly now: MonotonicMs; readonly isOnTime: boolean },
): PumpAlarms {
  if (report.phase === 'end') return end(alarms, report);
  const isOver = alarms.ended.some(({ id, time }) => id === report.id && !isBefore(time, report.time));
  if (!isOnTime || isOver) return alarms;
  const others = alarms.standing.filter(({ id }) => id !== report.id);
  const standing = { id: report.id, alarm: alarmOf(report), heardAt: now, time: report.time };
  return { ...alarms, standing: [...others, standing].slice(-MOST_STANDING) };
}

const isBefore = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && other !== undefined && one < other;

function end(alarms: PumpAlarms, report: AlarmReport): PumpAlarms {
  const named = alarms.standing.filter(({ id }) => id === report.id);
  const { code } = alarmOf(report);
  const meant = named.length > 0 ? named : alarms.standing.filter(({ alarm }) => alarm.code === code);
  const gone = new Set(meant.filter(({ time }) => !isBefore(report.time, time)));
  const ended = [...alarms.ended, { id: report.id, time: report.time }].slice(-MOST_ENDED);
  return { standing: alarms.standing.filter((one) => !gone.has(one)), ended };
}

/** The code as it is shown for kinds that have no words here: the text of the pump, else its code. */
function alarmOf({ code, name, text, priority }: AlarmReport): InfusionAlarm {
  const kind = kindOf(code, text);
  const known = text || name || (code === undefined ? 'no code' : String(code));
  return { kind, stage: stageOf(kind), priority: priorityOf(kind, priority), code: known };
}

/** What stands, and what is only announced within a report: gone as soon as a report is without it. */
export function alarmsNow(alarms: PumpAlarms, preAlarm: Row | undefined): readonly InfusionAlarm[] {
  const standing = alarms.standing.map(({ alarm }) => alarm);
  if (!preAlarm) return standing;
  const [first = '', second = '', third = ''] = preAlarm.value;
  const code = /^[1-9]\d{0,8}$/.test(first) ? Number(first) : undefined;
  const words = code === undefined ? first || second : second || third;
  const kind = kindOf(code, words);
  if (standing.some((alarm) => alarm.kind === kind && kind !== 'unknown')) return standing;
  const warning = { kind, stage: 'pre-alarm', priority: priorityOf(kind, 'PM'), code: words || first } as const;
  return [...standing, warning];
}

/** Alarms of which nothing was heard for long. */
export const staleAlarms = ({ standing }: PumpAlarms, now: MonotonicMs): readonly string[] =>
  standing.filter(({ heardAt }) => now - heardAt >= STALE_AFTER_MS).map(({ alarm }) => alarm.code);
