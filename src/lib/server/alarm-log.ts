/**
 * The alarm log: everything about alarms that the journal of a bed holds, as rows of one table. A row is
 *
 *   alarm     one alarm, whole: onset, signal, value, limit, worst value, what stood at the bed, end, until when it was latched
 *   change    what became of it: answered, reminded, worse, escalated, shown by a screen, …, each with who and where
 *   audio     a pause of the sound and its end
 *   setting   a limit, gate, baseline, plan or pump channel changed: old, new, by whom, why
 *   session   admitted, phase, ended
 *   power     the monitoring process began; `old_value` is when anything was written last before
 *   clock     the station's calendar was set
 *
 * Nothing is judged anew and nothing is left out that came from a later version: its causes come through as they are called.
 */
import { METRICS, wallMs, type MonotonicMs, type WallMs } from '$lib/domain/index.ts';
import { toCsv, type Cell } from '$lib/recording/csv.ts';
import type { AlarmRow, AlarmStep, Doer, ReviewEvent } from '$lib/realtime/review.ts';

/** The names are a promise to those who read the file with a program: new ones come at the end. */
export const LOG_COLUMNS = [
  'time_utc',
  'station_time_ms',
  'bed',
  'session',
  'patient',
  'record',
  'event',
  'alarm',
  'rule',
  'rule_version',
  'kind',
  'priority',
  'parameter',
  'unit',
  'value',
  'limit',
  'worst_value',
  'source_device',
  'onset_utc',
  'signalled_utc',
  'hold_s',
  'phase',
  'pump_state',
  'pump_ml_per_h',
  'delivered_ml',
  'delivered_mg',
  'ended_utc',
  'latched_until_utc',
  'end',
  'person',
  'screen',
  'old_value',
  'new_value',
  'reason',
  'text',
] as const;

export type LogColumn = (typeof LOG_COLUMNS)[number];
export type LogRow = Readonly<Partial<Record<LogColumn, Cell>>>;

/** Whose log it is. `wallOffsetMs` is absent where the calendar was not known: then no time of day is written. */
export interface LogHead {
  readonly bed: string;
  readonly session?: string;
  readonly patient?: string;
  readonly wallOffsetMs?: number;
}

export interface Logged {
  readonly alarms: readonly AlarmRow[];
  readonly events: readonly ReviewEvent[];
}

/** In the order of time; of the same instant in the order in which they were written. @param presetOf a rule's own limit. */
export function logRows(
  head: LogHead,
  { alarms, events }: Logged,
  presetOf: (rule: string) => number | undefined,
): readonly LogRow[] {
  const stamp = stampOf(head);
  const timed = [
    ...alarms.flatMap((alarm) => alarmRows(alarm, stamp)),
    ...events.flatMap((event) => eventRow(event, stamp, presetOf)),
  ];
  return timed.sort((a, b) => a.at - b.at).map(({ row }) => row);
}

export const logCsv = (rows: Iterable<LogRow>): string => toCsv(LOG_COLUMNS, rows);

interface Timed {
  readonly at: MonotonicMs;
  readonly row: LogRow;
}

interface Stamp {
  (at: MonotonicMs, row: LogRow): Timed;
  readonly utc: (at: MonotonicMs | undefined) => string | undefined;
}

function stampOf({ bed, session, patient, wallOffsetMs }: LogHead): Stamp {
  const utc = (at: MonotonicMs | undefined): string | undefined =>
    at === undefined || wallOffsetMs === undefined ? undefined : utcText(wallMs(at + wallOffsetMs));
  const stamp = (at: MonotonicMs, row: LogRow): Timed => ({
    at,
    row: { time_utc: utc(at), station_time_ms: at, bed, session, patient, ...row },
  });
  return Object.assign(stamp, { utc });
}

export const utcText = (wall: WallMs): string => new Date(wall).toISOString();

function alarmRows(alarm: AlarmRow, stamp: Stamp): readonly Timed[] {
  const whole = stamp(alarm.signalledAt, { record: 'alarm', event: alarm.changes[0]?.cause, ...wholeOf(alarm, stamp) });
  return [whole, ...alarm.changes.slice(1).map((step) => stamp(step.at, changeOf(alarm, step)))];
}

function wholeOf(alarm: AlarmRow, { utc }: Stamp): LogRow {
  const { evidence, moment } = alarm;
  return {
    ...nameOf(alarm),
    priority: alarm.priority,
    parameter: evidence[0]?.metric,
    unit: unitOf(evidence[0]?.metric),
    value: alarm.value,
    limit: alarm.limit,
    worst_value: alarm.peakValue,
    source_device: moment.source,
    onset_utc: utc(alarm.onsetAt),
    signalled_utc: utc(alarm.signalledAt),
    hold_s: (alarm.signalledAt - alarm.onsetAt) / 1000,
    phase: moment.phase,
    pump_state: moment.pump?.state,
    pump_ml_per_h: moment.pump?.mlPerHour,
    delivered_ml: rounded(moment.pump?.deliveredMl),
    delivered_mg: rounded(moment.pump?.deliveredMg),
    ended_utc: utc(alarm.endedAt),
    latched_until_utc: utc(alarm.latchedUntil),
    end: alarm.end,
    text: alarm.headline,
  };
}

const nameOf = ({ id, rule, ruleVersion, kind }: AlarmRow): LogRow => ({
  alarm: id,
  rule,
  rule_version: ruleVersion,
  kind,
});

function changeOf(alarm: AlarmRow, step: AlarmStep): LogRow {
  return {
    record: 'change',
    event: step.cause,
    ...nameOf(alarm),
    priority: step.priority,
    value: step.value,
    ...whoOf(step),
    new_value: step.stage ?? step.to ?? screensOf(step),
  };
}

function screensOf({ shownOn, soundedOn }: AlarmStep): string | undefined {
  const parts = [
    ...(shownOn === undefined ? [] : [`shown on ${shownOn}`]),
    ...(soundedOn === undefined ? [] : [`sounded on ${soundedOn}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

const whoOf = ({ by, station }: Partial<Doer>): LogRow => ({ person: by, screen: station });

/** Units of the rules' own quantities; a site's further ones have none. */
const unitOf = (metric: string | undefined): string | undefined =>
  Object.entries(METRICS).find(([known]) => known === metric)?.[1].unit;

/** Volumes and amounts are sums: what is beyond a thousandth is arithmetic, not measurement. */
const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1000) / 1000;

/** @returns nothing for what is no matter of an alarm log: marks, devices, pump events. */
function eventRow(event: ReviewEvent, stamp: Stamp, presetOf: (rule: string) => number | undefined): readonly Timed[] {
  const row = rowOf(event, stamp, presetOf);
  return row === undefined ? [] : [stamp(event.at, { event: event.type, ...whoOf(event), ...row })];
}

function rowOf(event: ReviewEvent, { utc }: Stamp, presetOf: (rule: string) => number | undefined): LogRow | undefined {
  switch (event.type) {
    case 'audio':
      return { record: 'audio', event: event.isPaused ? 'paused' : 'pause-ended', reason: event.cause };
    case 'phase':
      return { record: 'session', old_value: event.from, new_value: event.to, phase: event.to, reason: event.cause };
    case 'admitted':
      return { record: 'session' };
    case 'ended':
      return { record: 'session', reason: event.reason };
    case 'started':
      return { record: 'power', old_value: utc(event.silentSince), text: event.version };
    case 'clock':
      return { record: 'clock', event: 'set', new_value: event.stepMs, text: 'milliseconds' };
    case 'limit-set':
    case 'limit-reset':
    case 'limit-expired':
    case 'gate':
    case 'baseline':
    case 'plan':
    case 'channel':
      return { record: 'setting', ...settingOf(event, presetOf) };
    case 'infusion':
    case 'mark':
    case 'score':
    case 'refused':
    case 'device':
    case 'cuff-failed':
      return undefined;
  }
}

type Setting = Extract<
  ReviewEvent,
  { readonly type: 'limit-set' | 'limit-reset' | 'limit-expired' | 'gate' | 'baseline' | 'plan' | 'channel' }
>;

function settingOf(event: Setting, presetOf: (rule: string) => number | undefined): LogRow {
  switch (event.type) {
    case 'limit-set': {
      const { rule, reason } = event;
      return { rule, old_value: event.from ?? presetOf(rule), new_value: event.limit, reason };
    }
    case 'limit-reset':
      return { rule: event.rule, old_value: event.from, new_value: presetOf(event.rule) };
    case 'limit-expired':
      return { rule: event.rule, new_value: event.limit ?? presetOf(event.rule) };
    case 'gate':
      return { rule: event.rule, reason: event.reason };
    case 'baseline':
      return { new_value: `${event.systolic}/${event.diastolic}`, unit: 'mmHg', reason: event.reason };
    case 'plan': {
      const { drug, doseMgPerKg, durationMin } = event.plan;
      return { new_value: `${drug} ${doseMgPerKg} mg/kg in ${durationMin} min` };
    }
    case 'channel': {
      const { role, drugName, concentrationMgPerMl, reason } = event.entry ?? {};
      const said = [role, drugName, concentrationMgPerMl === undefined ? undefined : `${concentrationMgPerMl} mg/mL`];
      return {
        source_device: event.channel,
        new_value: event.entry === undefined ? undefined : said.filter((part) => part !== undefined).join(', '),
        reason,
      };
    }
  }
}
