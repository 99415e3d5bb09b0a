/**
 * What results say about the patient, with what must be remembered from one to the next: chains, clocks, labels, scales,
 * the cuff's history, and what was not understood.
 */
import type { DeviceAlarm, Observation } from '$lib/domain/index.ts';
import { deviceAlarmOf } from './alarms.ts';
import { readAlerts } from './alert-values.ts';
import { assemble, expire, type Answer, type Assembled, type Assembly } from './assembly.ts';
import { anchor, wallTime, type TickClock } from './clocks.ts';
import type { Attribute, Polled } from './messages.ts';
import { isOutdated, newestOf, type Newest } from './newest.ts';
import { NO_CUFF_YET, onCuff, type Moment, type NibpMemory } from './nibp.ts';
import { PHYSIO } from './numerics-table.ts';
import { othersAmong, strangersAmong, vitalsOf } from './observations.ts';
import { CLASS, GROUP } from './protocol-codes.ts';
import type { Trust } from './readings.ts';
import { readSystem, type SystemInformation } from './system-values.ts';
import { NO_WAVES_YET, takeWaves, type WaveMemory } from './traces.ts';
import { readNumericObject, type NumericObject } from './values.ts';

export interface Intake {
  readonly system: SystemInformation;
  readonly tickClock?: TickClock;
  readonly assembly?: Assembly;
  /** What the monitor calls its numeric objects, by handle. */
  readonly labels: ReadonlyMap<number, string>;
  readonly temperatures: readonly number[];
  readonly nibp: NibpMemory;
  readonly waves: WaveMemory;
  /** The alarms that were told last, as text. */
  readonly alarms?: string;
  /** What was not understood, and how often. */
  readonly strangers: ReadonlyMap<string, number>;
  readonly incompleteAnswers: number;
  /** The newest answers with numbers and with alarms. */
  readonly newest: { readonly numbers?: Newest; readonly alerts?: Newest };
  /** Answers that came twice, or after a newer one, and were not taken. */
  readonly lateAnswers: number;
}

export const EMPTY_INTAKE: Intake = {
  system: {},
  labels: new Map(),
  temperatures: [],
  nibp: NO_CUFF_YET,
  waves: NO_WAVES_YET,
  strangers: new Map(),
  incompleteAnswers: 0,
  newest: {},
  lateAnswers: 0,
};

/** As many different things that are not understood are remembered; a damaged table of ours must not fill the memory. */
const MAX_STRANGERS = 64;

/** For a new association: what the monitor said in the old one is forgotten, what was told and counted is not. */
export const associateAnew = ({ nibp, strangers, incompleteAnswers, lateAnswers, waves }: Intake): Intake => ({
  ...EMPTY_INTAKE,
  nibp,
  strangers,
  incompleteAnswers,
  lateAnswers,
  waves: { ...NO_WAVES_YET, lateBlocks: waves.lateBlocks },
});

export type Taken = readonly [Intake, readonly Observation[]];

export function takeSystem(intake: Intake, attributes: readonly Attribute[]): Intake {
  return { ...intake, system: { ...intake.system, ...readSystem(attributes) } };
}

export function take(intake: Intake, polled: Polled, trust: Trust, moment: Moment): Taken {
  switch (polled.result.type.code) {
    case CLASS.numerics:
      return takeAnswers(intake, assemble(intake.assembly, polled, moment.at), trust, moment);
    case CLASS.waves:
      return takeWaveBlocks(intake, polled, trust, moment);
    case CLASS.alerts:
      return polled.result.group === GROUP.alertMonitor ? takeAlerts(intake, polled, moment) : [intake, []];
    case CLASS.system:
      return [takeSystem(intake, attributesOf(polled)), []];
    default:
      return [intake, []];
  }
}

/** Gives up a chain of links whose end does not come. */
export const takeOverdue = (intake: Intake, trust: Trust, moment: Moment): Taken =>
  intake.assembly ? takeAnswers(intake, expire(intake.assembly, moment.at), trust, moment) : [intake, []];

function takeAnswers(
  { assembly: _old, ...intake }: Intake,
  { assembly, answers }: Assembled,
  trust: Trust,
  moment: Moment,
): Taken {
  let next: Intake = { ...intake, ...(assembly && { assembly }) };
  const observations: Observation[] = [];
  for (const answer of answers) {
    const [taken, told] = takeNumbers(next, answer, trust, moment);
    next = answer.isComplete ? taken : { ...taken, incompleteAnswers: taken.incompleteAnswers + 1 };
    observations.push(...told);
  }
  return [next, observations];
}

function takeNumbers(
  intake: Intake,
  { result, objects: polled, isComplete }: Answer,
  trust: Trust,
  moment: Moment,
): Taken {
  if (isOutdated(intake.newest.numbers, result)) return [late(intake), []];
  const objects = polled.map(readNumericObject);
  const stamp = result.relativeTime;
  // An answer to a request comes when it was asked for; only the periodic ones leave at their stamp.
  const isPeriodic = (result.sequence ?? 0) > 0;
  const tickClock = isPeriodic ? anchor(intake.tickClock, stamp, moment.at) : intake.tickClock;
  const labels = learnLabels(intake.labels, objects);
  const { values, temperatures } = vitalsOf(objects, intake.temperatures, trust);
  const { clock } = intake.system;
  const deviceTime = clock && Math.round(wallTime(clock, stamp));
  const [nibp, cuff] = takeCuff(intake.nibp, objects, deviceTime, trust, moment);
  const next: Intake = {
    ...intake,
    ...(tickClock && { tickClock }),
    labels,
    temperatures,
    nibp,
    strangers: count(intake.strangers, strangersAmong(objects, labels)),
    newest: { ...intake.newest, numbers: newestOf(result, isComplete) },
  };
  const others = othersAmong(objects, temperatures, trust);
  const when = { ...moment, ...(deviceTime !== undefined && { deviceTime }) };
  return [
    next,
    [
      ...(isEmpty(values) ? [] : [{ kind: 'numerics' as const, ...when, values }]),
      ...(isEmpty(others) ? [] : [{ kind: 'other-numerics' as const, ...when, values: others }]),
      ...cuff,
    ],
  ];
}

const isEmpty = (values: object): boolean => Object.keys(values).length === 0;

function learnLabels(
  labels: ReadonlyMap<number, string>,
  objects: readonly NumericObject[],
): ReadonlyMap<number, string> {
  const learnt = objects.flatMap(({ handle, label }): [number, string][] => (label ? [[handle, label]] : []));
  return learnt.length === 0 ? labels : new Map([...labels, ...learnt]);
}

function takeCuff(
  memory: NibpMemory,
  objects: readonly NumericObject[],
  wallMs: number | undefined,
  trust: Trust,
  moment: Moment,
): ReturnType<typeof onCuff> {
  const holding = (physioId: number): NumericObject | undefined =>
    objects.find(({ values }) => values.some((value) => value.physioId === physioId));
  const cuff = holding(PHYSIO.cuffSystolic);
  const pulse = holding(PHYSIO.cuffPulse);
  return cuff ? onCuff(memory, cuff, { pulse, wallMs, trust }, moment) : [memory, []];
}

function takeWaveBlocks(intake: Intake, { result }: Polled, trust: Trust, moment: Moment): Taken {
  const { memory, clock, blocks, strangers } = takeWaves(intake.waves, intake.tickClock, result, trust, moment);
  const tickClock = clock && { tickClock: clock };
  return [{ ...intake, ...tickClock, waves: memory, strangers: count(intake.strangers, strangers) }, blocks];
}

/** Told when they have changed, and once in each association. */
function takeAlerts(intake: Intake, polled: Polled, moment: Moment): Taken {
  if (isOutdated(intake.newest.alerts, polled.result)) return [late(intake), []];
  const alerts = readAlerts(attributesOf(polled));
  const strangers = count(intake.strangers, alerts.isDamaged ? ['unreadable list of alarms'] : []);
  const told = deviceAlarmOf(alerts, moment);
  if (!told) return [{ ...intake, strangers }, []];
  const alarms = wordsOf(told);
  const newest = { ...intake.newest, alerts: newestOf(polled.result, true) };
  return [{ ...intake, strangers, alarms, newest }, alarms === intake.alarms ? [] : [told]];
}

const late = (intake: Intake): Intake => ({ ...intake, lateAnswers: intake.lateAnswers + 1 });

const wordsOf = ({ alarms, isSilenced }: DeviceAlarm): string => JSON.stringify([alarms, isSilenced]);

const attributesOf = ({ result }: Polled): readonly Attribute[] =>
  result.contexts.flatMap(({ objects }) => objects.flatMap(({ attributes }) => attributes));

function count(strangers: ReadonlyMap<string, number>, seen: readonly string[]): ReadonlyMap<string, number> {
  if (seen.length === 0) return strangers;
  const counts = new Map(strangers);
  for (const each of seen) {
    const known = counts.get(each);
    if (known !== undefined || counts.size < MAX_STRANGERS) counts.set(each, (known ?? 0) + 1);
  }
  return counts;
}
