/** What the rules may see of a bed: metrics, facts and items out of its state. */
import {
  SECOND_MS,
  MINUTE_MS,
  type DeviceStanding,
  type InfusionAlarm,
  type NibpMeasurement,
  type Phase,
  type Priority,
  type Session,
} from '$lib/domain/index.ts';
import type { Facts, Item, Metrics, MetricSample, RuleContext, Truth } from '$lib/rules/index.ts';
import { isInfusing } from '$lib/domain/index.ts';
import {
  estimatedMean,
  isLive,
  lastNibp,
  meanOf,
  nibpIntervalMin,
  resolve,
  resolveHeartRate,
  type Resolved,
} from './resolve.ts';
import type { BedState } from './state.ts';
import { isComplete, isInterrupted, therapyChannel } from './therapy.ts';

/**
 * Built anew at every judgement, many times a second for each bed: plain objects of one shape, each source looked at once.
 */
export function contextOf(state: BedState, session: Session): RuleContext {
  const intervalMin = nibpIntervalMin(state);
  const heartRate = resolveHeartRate(state);
  const spo2 = resolve(state, 'spo2');
  return {
    now: state.now,
    phase: session.phase,
    metrics: metricsOf(state, session, heartRate, spo2, intervalMin),
    baseline: session.baseline,
    facts: factsOf(state, session, heartRate, spo2),
    items: { device: state.devices.map((status) => deviceItem(state, status)), 'pump-alarm': pumpAlarmItems(state) },
    unanswered: unansweredRules(state),
    limits: limitsOf(session),
    nibpIntervalMs: intervalMin * MINUTE_MS,
  };
}

const LIMITS = new WeakMap<Session['limits'], RuleContext['limits']>();

function limitsOf({ limits }: Session): RuleContext['limits'] {
  const known = LIMITS.get(limits);
  if (known) return known;
  const byRule = Object.fromEntries(limits.map(({ rule, limit }) => [rule, limit]));
  LIMITS.set(limits, byRule);
  return byRule;
}

function metricsOf(
  state: BedState,
  session: Session,
  resolvedHeartRate: Resolved,
  resolvedSpo2: Resolved,
  intervalMin: number,
): Metrics {
  const { baseline } = session;
  const cuff = lastNibp(state);
  const pressure = pressureMetrics(state, cuff, intervalMin);
  const cuffAgeMin = (state.now - Math.max(cuff?.measuredAt ?? 0, session.phaseSince)) / MINUTE_MS;
  const years = ageYears(state, session);
  return {
    systolic: pressure?.systolic,
    diastolic: pressure?.diastolic,
    meanArterial: pressure?.meanArterial,
    heartRate: heartRateMetric(resolvedHeartRate, cuff),
    spo2: continuous(resolvedSpo2),
    respiratoryRate: continuous(resolve(state, 'respiratoryRate')),
    nibpAgeMin: fresh(state, cuffAgeMin),
    nibpOverdueMin: fresh(state, cuffAgeMin - intervalMin),
    nibpIntervals: fresh(state, cuffAgeMin / intervalMin),
    cuffFailures: fresh(state, state.cuffFailures),
    baselineSystolic: baseline && fresh(state, baseline.systolic),
    baselineDiastolic: baseline && fresh(state, baseline.diastolic),
    ageYears: years === undefined ? undefined : fresh(state, years),
    audibleScreens: fresh(state, state.station.audibleScreens),
  };
}

const fresh = (state: BedState, value: number): MetricSample => ({ value, at: state.now, cadence: 'continuous' });

/** Judged only when the value is good: what the device or we doubt is unknown, neither true nor false. */
function continuous(resolved: Resolved): MetricSample {
  if ('missing' in resolved) return { unknown: MISSING_WORDS[resolved.missing] };
  if (resolved.isQuestionable) return { unknown: 'the signal is doubtful' };
  return { value: resolved.value, at: resolved.at, cadence: 'continuous' };
}

const MISSING_WORDS: Readonly<Record<Extract<Resolved, { missing: unknown }>['missing'], string>> = {
  'sensor-off': 'the sensor is off',
  'no-module': 'the device does not measure it',
  'not-measured': 'it is not being measured',
  invalid: 'the device calls it invalid',
  'under-range': 'it is below the range of the device',
  'over-range': 'it is above the range of the device',
  'not-calibrated': 'the device is not calibrated',
  artefact: 'the device reports an artefact',
  searching: 'the device is searching',
  'device-silent': 'the device is silent',
  expired: 'the last value is too old',
  never: 'there has been no value',
};

function heartRateMetric(resolved: Resolved, cuff: NibpMeasurement | undefined): MetricSample {
  if ('value' in resolved || cuff?.pulseRate === undefined) return continuous(resolved);
  return { value: cuff.pulseRate, at: cuff.measuredAt, cadence: 'episodic' };
}

type Pressure = Readonly<Record<'systolic' | 'diastolic' | 'meanArterial', MetricSample>>;

/** The arterial line where it gives a good value, else the last completed cuff reading. */
function pressureMetrics(
  state: BedState,
  cuff: NibpMeasurement | undefined,
  intervalMin: number,
): Pressure | undefined {
  if (state.vitals.abpSystolic !== undefined) {
    const systolic = continuous(resolve(state, 'abpSystolic'));
    const diastolic = continuous(resolve(state, 'abpDiastolic'));
    if (!('unknown' in systolic) && !('unknown' in diastolic)) {
      const mean = continuous(resolve(state, 'abpMeanArterial'));
      const estimated = { ...systolic, value: estimatedMean(systolic.value, diastolic.value) };
      return { systolic, diastolic, meanArterial: 'unknown' in mean ? estimated : mean };
    }
  }
  if (cuff === undefined) return undefined;
  const isExpired = state.now - cuff.measuredAt > 3 * intervalMin * MINUTE_MS;
  const sample = (value: number): MetricSample => ({ value, at: cuff.measuredAt, cadence: 'episodic', isExpired });
  return {
    systolic: sample(cuff.systolic),
    diastolic: sample(cuff.diastolic),
    meanArterial: sample(meanOf(cuff).value),
  };
}

function ageYears({ clock }: BedState, { patient }: Session): number | undefined {
  if (patient.birthYear === undefined || clock === undefined) return undefined;
  return new Date(clock.wallTime).getUTCFullYear() - patient.birthYear;
}

function factsOf(state: BedState, session: Session, heartRate: Resolved, spo2: Resolved): Facts {
  const isAgeKnown = session.patient.birthYear !== undefined && state.clock !== undefined;
  const pump = pumpFacts(state, session.phase);
  return {
    infusing: pump.infusing,
    'infusion-complete': pump.complete,
    'infusion-interrupted': pump.interrupted,
    'no-spo2': isLost(state, spo2),
    'no-ecg': state.vitals.heartRate === undefined ? 'no' : isLost(state, resolve(state, 'heartRate')),
    'no-heart-rate': isLost(state, heartRate),
    'recorder-failed': truth(state.station.recorder === 'failed'),
    'age-unknown': truth(!isAgeKnown),
  };
}

const truth = (is: boolean): Truth => (is ? 'yes' : 'no');

/** Whether a vital is lost although a monitor is there; with every monitor silent it cannot be told (rule T4 speaks then). */
function isLost(state: BedState, resolved: Resolved): Truth {
  if ('value' in resolved) return 'no';
  return state.devices.some((device) => device.role === 'monitor' && isLive(device)) ? 'yes' : 'unknown';
}

/** A silent pump may still be infusing: then nothing is claimed. Without a pump the phase is the only witness, and it is not enough. */
function pumpFacts(state: BedState, phase: Phase): Readonly<Record<'infusing' | 'complete' | 'interrupted', Truth>> {
  const channel = therapyChannel(state);
  if (channel === undefined) {
    return { infusing: phase === 'infusion' ? 'unknown' : 'no', complete: 'no', interrupted: 'no' };
  }
  const device = state.devices.find(({ device: id }) => id === channel.reading.source);
  const isKnown = device !== undefined && isLive(device) && !UNKNOWN_STATES.has(channel.reading.state);
  const known = (is: boolean): Truth => (isKnown ? truth(is) : 'unknown');
  return {
    infusing: known(isInfusing(channel.reading.state)),
    complete: known(isComplete(channel.reading) && channel.hasRun),
    interrupted: known(isInterrupted(channel)),
  };
}

const UNKNOWN_STATES: ReadonlySet<string> = new Set(['unknown', 'disconnected']);

function deviceItem(state: BedState, status: DeviceStanding): Item {
  const silentMs = state.now - (status.silentSince ?? state.now);
  const isWatchedOtherwise =
    status.role === 'pump' ||
    state.devices.some((other) => other.device !== status.device && other.role === 'monitor' && isLive(other));
  return {
    key: status.device,
    label: status.label,
    metrics: { silentS: { value: silentMs / SECOND_MS, at: state.now, cadence: 'continuous' } },
    facts: { 'no-other-vital-source': truth(!isWatchedOtherwise) },
  };
}

function pumpAlarmItems(state: BedState): readonly Item[] {
  const channels = Object.values(state.channels).filter(({ reading }) => reading.alarms.length > 0);
  return channels.flatMap(({ reading }) =>
    reading.alarms.map((alarm) => ({
      key: `${reading.channel}:${pumpAlarmKey(alarm)}`,
      label: pumpAlarmWords(alarm.kind, alarm.stage, alarm.code),
      metrics: {},
      facts: { 'item-alarming': 'yes' as const },
      priority: priorityOfPumpAlarm(alarm.kind, alarm.priority),
    })),
  );
}

/** Where we have no word for a kind its code tells alarms apart, or one would hide another. */
const pumpAlarmKey = ({ kind, stage, code }: InfusionAlarm): string =>
  kind in PUMP_ALARM_WORDS ? `${kind}:${stage}` : `${kind}:${stage}:${code}`;

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

const NONE_UNANSWERED: ReadonlyMap<string, Priority> = new Map();

function unansweredRules(state: BedState): ReadonlyMap<string, Priority> {
  const alarms = Object.values(state.alarms);
  if (alarms.length === 0) return NONE_UNANSWERED;
  const standing = new Map<string, Priority>();
  for (const { alarm } of alarms) {
    if (alarm.state === 'active') standing.set(alarm.rule, alarm.priority);
  }
  return standing;
}
