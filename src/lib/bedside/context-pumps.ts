/** What the rules may see of the pumps of a bed: whether drug flows, how the dose compares with the plan, and the pumps' own alarms. */
import {
  alarmKey,
  comparePriority,
  isInfusing,
  monotonicMs,
  type FactId,
  type InfusionAlarm,
  type MetricId,
  type Phase,
  type Priority,
  type Session,
} from '$lib/domain/index.ts';
import type { Item, MetricSample, Truth } from '$lib/rules/index.ts';
import { therapyDose, type Known, type TherapyDose } from './channel-dose.ts';
import { isComplete, isInterrupted } from './channel.ts';
import { isLive } from './resolve.ts';
import type { BedState, ChannelState } from './state.ts';
import { drugOf } from './therapy.ts';

export interface PumpsLook {
  readonly metrics: Readonly<Partial<Record<MetricId, MetricSample>>>;
  readonly facts: Readonly<Partial<Record<FactId, Truth>>>;
  readonly alarms: readonly Item[];
  readonly resumedDuring: readonly string[];
}

/** @param before an earlier look: lists that say the same are kept, so that whoever compares them sees it. */
export function lookAtPumps(state: BedState, { phase }: Session, before: PumpsLook | undefined): PumpsLook {
  const therapy = therapyDose(state);
  return {
    metrics: doseMetrics(therapy),
    facts: pumpFacts(state, therapy, phase),
    alarms: kept(before?.alarms, pumpAlarmItems(state), isSameItem),
    resumedDuring: kept(before?.resumedDuring, resumedDuring(therapy.channels), Object.is),
  };
}

function kept<T>(
  before: readonly T[] | undefined,
  now: readonly T[],
  isSame: (a: T | undefined, b: T) => boolean,
): readonly T[] {
  return before?.length === now.length && now.every((one, i) => isSame(before[i], one)) ? before : now;
}

/** Of pump alarms: nothing else of one ever differs. */
const isSameItem = (a: Item | undefined, b: Item): boolean =>
  a?.key === b.key &&
  a.label === b.label &&
  a.priority === b.priority &&
  a.facts['item-alarming'] === b.facts['item-alarming'];

function resumedDuring(channels: readonly ChannelState[]): readonly string[] {
  const [only] = channels;
  return channels.length === 1 && only ? only.resumedDuring : channels.flatMap((channel) => channel.resumedDuring);
}

export const truth = (is: boolean): Truth => (is ? 'yes' : 'no');

/**
 * A silent pump may still be infusing: then nothing is claimed. Without a pump the phase is the only witness, and it is not
 * enough. Of several channels with the drug one that flows is an infusion; it is interrupted or complete when none does.
 */
function pumpFacts(state: BedState, { channels }: TherapyDose, phase: Phase): Partial<Record<FactId, Truth>> {
  if (channels.length === 0) {
    return {
      infusing: phase === 'infusion' ? 'unknown' : 'no',
      'infusion-complete': 'no',
      'infusion-interrupted': 'no',
    };
  }
  const run = channels.filter(({ hasRun }) => hasRun);
  const infusing = anyOf(channels.map((channel) => known(state, channel, isInfusing(channel.reading.state))));
  const interrupted = anyOf(run.map((channel) => known(state, channel, isInterrupted(channel))));
  const incomplete = anyOf(run.map((channel) => known(state, channel, !isComplete(channel.reading))));
  return {
    infusing,
    'infusion-interrupted': bothOf(not(infusing), interrupted),
    'infusion-complete': run.length === 0 ? 'no' : bothOf(not(infusing), not(incomplete)),
  };
}

const UNKNOWN_STATES: ReadonlySet<string> = new Set(['unknown', 'disconnected']);

const isHeard = (state: BedState, source: string): boolean =>
  state.devices.some((device) => device.device === source && isLive(device));

const known = (state: BedState, { reading }: ChannelState, is: boolean): Truth =>
  isHeard(state, reading.source) && !UNKNOWN_STATES.has(reading.state) ? truth(is) : 'unknown';

const not = (one: Truth): Truth => (one === 'unknown' ? one : truth(one === 'no'));
const anyOf = (all: readonly Truth[]): Truth =>
  all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no';
const bothOf = (a: Truth, b: Truth): Truth => not(anyOf([not(a), not(b)]));

/** Dose and dose rate of all channels with the planned drug, in % of the plan. */
function doseMetrics({ channels, percentOfPlan, ratePercentOfPlan }: TherapyDose): PumpsLook['metrics'] {
  const told = channels.map(({ reading }) => reading.at);
  const at = monotonicMs(Math.max(0, ...told));
  const sample = (one: Known): MetricSample => ('value' in one ? { value: one.value, at, cadence: 'continuous' } : one);
  return { dosePercent: sample(percentOfPlan), doseRatePercent: sample(ratePercentOfPlan) };
}

/** With more than one channel the label says which. What a pump that is silent announced last is neither on nor over. */
function pumpAlarmItems(state: BedState): readonly Item[] {
  const channels = Object.values(state.channels);
  return channels.flatMap((channel) => {
    const { key, reading } = channel;
    const name = channels.length > 1 ? `, ${drugOf(state.session, channel)?.name ?? reading.place ?? key}` : '';
    const isAlarming = isHeard(state, reading.source) && reading.state !== 'disconnected' ? 'yes' : 'unknown';
    return mostUrgentOfEach(reading.alarms).map((alarm): Item => ({
      key: `${key}:${alarmKey(alarm)}`,
      label: `${pumpAlarmWords(alarm.kind, alarm.stage, alarm.code)}${name}`,
      metrics: {},
      facts: { 'item-alarming': isAlarming },
      priority: priorityOfPumpAlarm(alarm.kind, alarm.priority),
    }));
  });
}

function mostUrgentOfEach(alarms: readonly InfusionAlarm[]): readonly InfusionAlarm[] {
  const found = new Map<string, InfusionAlarm>();
  for (const alarm of alarms) {
    const other = found.get(alarmKey(alarm));
    if (other === undefined || comparePriority(alarm.priority, other.priority) > 0) found.set(alarmKey(alarm), alarm);
  }
  return [...found.values()];
}

/** What the planned course brings: the pump calls for it itself, and nobody has to run for it. */
const PLANNED: ReadonlySet<string> = new Set(['nearEnd', 'infusionComplete', 'vtbi.done', 'end.stopped', 'end.kvo']);

/**
 * As the pump sent it, with two exceptions: an occlusion stops the therapy and ends in a bolus, so it is never below medium;
 * the end of the infusion belongs to every infusion and is a notice here, or no session could ever be quiet.
 */
function priorityOfPumpAlarm(kind: string, priority: 'high' | 'medium' | 'low'): Priority {
  if (PLANNED.has(kind)) return 'notice';
  return kind.startsWith('occlusion') && priority === 'low' ? 'medium' : priority;
}

const PUMP_ALARM_WORDS: Readonly<Record<string, string>> = {
  'occlusion.downstream': 'occlusion, pressure high',
  'occlusion.upstream': 'occlusion before the pump',
  'occlusion.unspecified': 'occlusion',
  airInLine: 'air in line',
  nearEnd: 'near the end of the infusion',
  infusionComplete: 'infusion complete',
  'end.stopped': 'infusion ended',
  'end.kvo': 'keep-vein-open running',
  'vtbi.done': 'volume infused',
  empty: 'empty',
  doorOpen: 'door open',
  setMisplaced: 'no disposable, or misplaced',
  'syringe.fault': 'syringe not seated',
  'mechanism.disengaged': 'drive disengaged',
  freeFlow: 'free flow',
  dropSensor: 'drop sensor',
  'battery.low': 'battery low',
  'battery.empty': 'battery empty',
  'power.ac': 'mains power lost',
  comms: 'communication fault',
  attention: 'wants attention',
  limit: 'limit reached',
  'device.fault': 'device fault',
  'sensor.pressure': 'pressure sensor fault',
  service: 'service due',
};

function pumpAlarmWords(kind: string, stage: 'alarm' | 'pre-alarm', code: string): string {
  const words = PUMP_ALARM_WORDS[kind] ?? `alarm (code ${code})`;
  return stage === 'alarm' ? words : `${words} (pre-alarm)`;
}
