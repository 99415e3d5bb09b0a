/**
 * What the pump calls: one code at a time, and in each record a flag that says whether there is an alarm at all. The meaning of
 * the codes is inferred from their names, but for the occlusion, which was seen in use; so is which of them stop the pump.
 *
 * Nothing is dropped: a code that is not in the table, and a flag without a code, are alarms of kind `unknown`.
 */
import type { InfusionAlarm, InfusionAlarmKind } from '$lib/domain/index.ts';

const NO_ALARM = 'AL_NOALM';
export const NO_FLAG = '-';

type Row = readonly [kind: InfusionAlarmKind, stage: InfusionAlarm['stage'], priority: InfusionAlarm['priority']];

/** Stages and priorities are ours: the pump sends neither. */
const CODES: Readonly<Record<string, Row>> = {
  AL_OCCLU: ['occlusion.downstream', 'alarm', 'high'],
  AL_DRDIS: ['mechanism.disengaged', 'alarm', 'high'],
  AL_SYRCO: ['syringe.fault', 'alarm', 'high'],
  AL_NEOIN: ['nearEnd', 'pre-alarm', 'medium'],
  AL_EOIKV: ['end.kvo', 'alarm', 'medium'],
  AL_EOIST: ['end.stopped', 'alarm', 'medium'],
  AL_VTBIS: ['vtbi.done', 'alarm', 'medium'],
  AL_VTBIK: ['vtbi.done', 'alarm', 'medium'],
  AL_VTBIC: ['vtbi.done', 'alarm', 'medium'],
  AL_LWBAT: ['battery.low', 'pre-alarm', 'medium'],
  AL_EMBAT: ['battery.empty', 'alarm', 'high'],
  AL_LBTAC: ['battery.low', 'pre-alarm', 'medium'],
  AL_ACDIS: ['power.ac', 'pre-alarm', 'low'],
  AL_CALLB: ['attention', 'alarm', 'low'],
  AL_COMTO: ['comms', 'alarm', 'medium'],
  AL_FAULT: ['device.fault', 'alarm', 'high'],
  AL_PRDSC: ['sensor.pressure', 'alarm', 'high'],
  AL_RHIGH: ['limit', 'alarm', 'medium'],
  AL_TITCA: ['attention', 'pre-alarm', 'low'],
  AL_TITNC: ['attention', 'pre-alarm', 'low'],
  AL_TCITG: ['attention', 'pre-alarm', 'low'],
};

const CONFIRMED: ReadonlySet<string> = new Set(['AL_OCCLU']);
const KEEPS_OPEN: ReadonlySet<string> = new Set(['AL_EOIKV', 'AL_VTBIK']);
const ENDS: ReadonlySet<InfusionAlarmKind> = new Set(['end.stopped', 'vtbi.done']);

/** One source writes a space where all others have an underscore. */
const codeOf = (sent: string): string => sent.trim().replaceAll(' ', '_');

/** @param sent the code of the last answer about alarms; undefined: there was none. */
export function alarmsOf(flag: string, sent: string | undefined): readonly InfusionAlarm[] {
  const code = sent === undefined ? NO_ALARM : codeOf(sent);
  if (code !== NO_ALARM) {
    const [kind, stage, priority] = CODES[code] ?? ['unknown', 'alarm', 'medium'];
    return [{ kind, stage, priority, code }];
  }
  return flag === NO_FLAG ? [] : [{ kind: 'unknown', stage: 'alarm', priority: 'medium', code: `INF ${flag}` }];
}

/** The flag that belongs to a code. */
export const flagOf = (sent: string): string => (codeOf(sent) === NO_ALARM ? NO_FLAG : 'A');

/** What must be said beside these alarms, in words. */
export const alarmDoubts = (flag: string, alarms: readonly InfusionAlarm[]): readonly string[] =>
  alarms.flatMap(({ kind, code }) => [
    ...(kind === 'unknown' || CONFIRMED.has(code) ? [] : [`what ${code} means is inferred from its name`]),
    ...(flag === NO_FLAG ? [`the pump tells ${code}, and that there is no alarm`] : []),
  ]);

/** The pump keeps the vein open, by the word of its alarm. */
export const isKeepingOpen = (alarms: readonly InfusionAlarm[]): boolean =>
  alarms.some(({ code }) => KEEPS_OPEN.has(code));

/** All that a pump which stands still calls is that the infusion is over. */
export const isAtEnd = (alarms: readonly InfusionAlarm[]): boolean => alarms.every(({ kind }) => ENDS.has(kind));
