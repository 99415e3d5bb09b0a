/**
 * The pumps of a bed as they are known from reports: what each said last, when, and how often it speaks. A pump of which no report of
 * the present has come for 30 s, or for three of its own intervals where those are longer, is not connected any more.
 *
 *   report on time ─▶ reading with its values · alarm ─▶ the reading again, its values named as older · too long none ─▶ disconnected
 */
import { type DeviceId, type InfusionReading, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import { alarmsNow, hearAlarm, NO_ALARMS, staleAlarms, type PumpAlarms } from './alarms.ts';
import { bare, channelOf } from './identity.ts';
import type { AlarmReport, Identity, PumpReport, Rows } from './messages.ts';
import { disconnectedReading, historyOf, powerOf, readingOf, textOf, volumeOf } from './observations.ts';
import { wordOf, type Evidence } from './delivery.ts';
import { EVENTS, TERMS } from './terms.ts';

export const SILENT_AFTER_MS = 30_000;
const INTERVALS = 3;
/** Three times what a gateway sends every five minutes: older power is not told any more. */
const POWER_FOR_MS = 900_000;
const MOST_PUMPS = 256;

export interface KnownPump {
  readonly who: Identity;
  readonly isConnected: boolean;
  /** Of the last report of the present; undefined before the first. */
  readonly report: PumpReport | undefined;
  /** When the last periodic report came, or the first word of it. */
  readonly heardAt: MonotonicMs;
  /** Between its last periodic reports, ms. */
  readonly intervals: readonly number[];
  readonly evidence: Evidence;
  readonly power: { readonly at: MonotonicMs; readonly power: InfusionReading['power'] } | undefined;
  readonly softwareVersion: string | undefined;
  readonly alarms: PumpAlarms;
}

/** By channel. */
export type Pumps = ReadonlyMap<string, KnownPump>;

type Told = readonly [Pumps, readonly Observation[]];

const unknownPump = (who: Identity, now: MonotonicMs): KnownPump => ({
  who,
  isConnected: false,
  report: undefined,
  heardAt: now,
  intervals: [],
  evidence: { isComplete: false, hasVolumeRisen: undefined },
  power: undefined,
  softwareVersion: undefined,
  alarms: NO_ALARMS,
});

export interface Hearing {
  readonly source: DeviceId;
  readonly now: MonotonicMs;
  readonly isOnTime: boolean;
  /** About the sender's clock. */
  readonly doubt: string | undefined;
}

/** Three times the shortest of its last intervals: one long silence must not make the next one last three times as long. */
export const patienceMs = ({ intervals }: Pick<KnownPump, 'intervals'>): number =>
  intervals.length === 0 ? SILENT_AFTER_MS : Math.max(SILENT_AFTER_MS, 3 * Math.min(...intervals));

/** A periodic report, or an event that tells the pump's status with it. */
export function hearReport(pumps: Pumps, report: PumpReport, hearing: Hearing, isPeriodic: boolean): Told {
  const { source, now, isOnTime, doubt } = hearing;
  const [known, before] = adopt(pumps, report.who, hearing);
  const isNewest = isOnTime && !isOlder(report.time, before.report?.time);
  if (!isNewest) return [pumps, historyOf(source, now, report)];
  const interval = isPeriodic && before.report && before.isConnected ? [now - before.heardAt] : [];
  const heard: KnownPump = {
    ...before,
    who: report.who,
    isConnected: true,
    report,
    heardAt: now,
    intervals: [...before.intervals, ...interval].slice(-INTERVALS),
    evidence: evidenceOf(before, report.rows),
    softwareVersion: textOf(report.rows, TERMS.firmware) ?? before.softwareVersion,
  };
  return [keep(known.pumps, heard), [...known.observations, read(heard, source, now, doubt ? [doubt] : [])]];
}

const isOlder = (time: number | undefined, newest: number | undefined): boolean =>
  time !== undefined && newest !== undefined && time < newest;

/** An alarm of a pump whose id was not known then stands under its place; when the pump reports, it is the pump's. */
function adopt(
  pumps: Pumps,
  who: Identity,
  { source, now }: Hearing,
): readonly [{ readonly pumps: Pumps; readonly observations: readonly Observation[] }, KnownPump] {
  const known = pumps.get(channelOf(who));
  const [placeholder, nameless] = namelessOf(pumps, who);
  if (!nameless) return [{ pumps, observations: [] }, known ?? unknownPump(who, now)];
  const left = new Map(pumps);
  left.delete(placeholder);
  const gone = disconnectedReading(source, now, nameless.who, [], 'it is known by its own id now');
  const pump = known ?? unknownPump(who, now);
  const alarms = { ...pump.alarms, standing: [...nameless.alarms.standing, ...pump.alarms.standing] };
  return [
    { pumps: left, observations: [gone] },
    { ...pump, alarms },
  ];
}

/** What stands under the place of this pump, with its label whole or without the letter, and has only given alarms so far. */
function namelessOf(pumps: Pumps, who: Identity): readonly [channel: string, pump: KnownPump | undefined] {
  const labels = [who.label, bare(who.label)];
  const channels = labels.map((label) => channelOf({ ...who, label, system: '', unit: '' }));
  const found = channels.find(
    (channel) => channel !== channelOf(who) && pumps.get(channel)?.report === undefined && pumps.has(channel),
  );
  return [found ?? '', found === undefined ? undefined : pumps.get(found)];
}

/** The pump that was heard of longest ago is forgotten first. */
function keep(pumps: Pumps, pump: KnownPump): Pumps {
  const channel = channelOf(pump.who);
  const next = new Map(pumps);
  next.delete(channel);
  next.set(channel, pump);
  while (next.size > MOST_PUMPS) next.delete(next.keys().next().value ?? '');
  return next;
}

function evidenceOf({ evidence, report }: KnownPump, rows: Rows): Evidence {
  const [before, now] = [report && volumeOf(report.rows).value, volumeOf(rows).value];
  const hasVolumeRisen = before === undefined || now === undefined ? undefined : now > before;
  const event = eventOf(rows);
  const isDelivering = wordOf(rows, TERMS.deliveryStatus) === 'pump-delivery-status-delivering';
  const isComplete = event === EVENTS.deliveryComplete || (evidence.isComplete && !isDelivering);
  return { hasVolumeRisen, isComplete: isComplete && event !== EVENTS.deliveryStart };
}

const eventOf = (rows: Rows): number | undefined => {
  const [code = ''] = rows.get(TERMS.event)?.value ?? [];
  return /^[1-9]\d{0,8}$/.test(code) ? Number(code) : undefined;
};

/** An event that tells no status: what it says of the infusion counts from the next report on. */
export function hearEvent(pumps: Pumps, { who, rows }: PumpReport, { isOnTime }: Hearing): Pumps {
  const known = pumps.get(channelOf(who));
  return known && isOnTime ? keep(pumps, { ...known, evidence: evidenceOf(known, rows) }) : pumps;
}

/** A report about the device itself: power and software, told with the pump's next report. */
export function hearDevice(pumps: Pumps, { who, rows }: PumpReport, { now, isOnTime }: Hearing): Pumps {
  if (!isOnTime) return pumps;
  const before = pumps.get(channelOf(who));
  if (!before) return pumps;
  const power = powerOf(rows);
  const softwareVersion = textOf(rows, TERMS.firmware) ?? before.softwareVersion;
  return keep(pumps, { ...before, softwareVersion, power: power ? { at: now, power } : before.power });
}

/** The alarm of this pump. Told at once when it changes what stands. */
export function hearAlarmOf(pumps: Pumps, who: Identity, alarm: AlarmReport, hearing: Hearing): Told {
  const { source, now, isOnTime } = hearing;
  const before = pumps.get(channelOf(who)) ?? unknownPump(who, now);
  const alarms = hearAlarm(before.alarms, alarm, { now, isOnTime });
  if (alarms === before.alarms) return [pumps, []];
  const heard = { ...before, alarms };
  const hasChanged = wordsOf(alarms) !== wordsOf(before.alarms);
  return [keep(pumps, heard), hasChanged ? [retell(heard, source, now)] : []];
}

const wordsOf = ({ standing }: PumpAlarms): string => JSON.stringify(standing.map(({ alarm }) => alarm));

/** Values again, and said to be older; of a pump that is not heard any more only the alarms. */
function retell(pump: KnownPump, source: DeviceId, now: MonotonicMs): InfusionReading {
  const alarms = alarmsNow(pump.alarms, undefined);
  if (!pump.report) {
    const known = disconnectedReading(source, now, pump.who, alarms, 'only an alarm of it has come so far');
    return { ...known, state: 'unknown' };
  }
  if (!pump.isConnected) return disconnectedReading(source, now, pump.who, alarms, SILENT);
  const ageS = Math.round((now - pump.heardAt) / 1000);
  return read(pump, source, now, ageS > 0 ? [`its values are from ${ageS} s before this alarm`] : []);
}

const SILENT = 'no report has come from this pump for a while';

function read(pump: KnownPump, source: DeviceId, now: MonotonicMs, doubts: readonly string[]): InfusionReading {
  const { who, report, power, softwareVersion, evidence } = pump;
  if (!report) return disconnectedReading(source, now, who, [], SILENT);
  const alarms = alarmsNow(pump.alarms, report.rows.get(TERMS.preAlarm));
  const stale = staleAlarms(pump.alarms, now).map((code) => `the alarm "${code}" has not been confirmed for 10 min`);
  const isPowerNew = power !== undefined && now - power.at < POWER_FOR_MS;
  return readingOf({
    ...{ source, at: now, who, report, alarms, evidence, softwareVersion },
    power: isPowerNew ? power.power : undefined,
    doubts: [...doubts, ...stale],
  });
}

/** Whether a report says what the pump does. */
export const tellsStatus = ({ rows }: PumpReport): boolean =>
  [TERMS.deliveryStatus, TERMS.infusingStatus, TERMS.pumpStat].some((term) => rows.has(term));

/** Time passes: who has not been heard of for too long is told, once. */
export function missPumps(pumps: Pumps, source: DeviceId, now: MonotonicMs): Told {
  const missed = [...pumps].filter(([, pump]) => pump.isConnected && now - pump.heardAt >= patienceMs(pump));
  if (missed.length === 0) return [pumps, []];
  const gone = new Map(missed.map(([channel, pump]) => [channel, { ...pump, isConnected: false }]));
  return [
    new Map([...pumps].map(([channel, pump]) => [channel, gone.get(channel) ?? pump])),
    [...gone.values()].map(({ who, alarms }) =>
      disconnectedReading(source, now, who, alarmsNow(alarms, undefined), SILENT),
    ),
  ];
}
