/** What the rules may see of a bed: metrics, facts and items out of its state. */
import {
  SECOND_MS,
  MINUTE_MS,
  type DeviceStanding,
  type Phase,
  type Priority,
  type Session,
} from '$lib/domain/index.ts';
import type { FactId, Item, MetricId, MetricSample, RuleContext, Truth } from '$lib/rules/index.ts';
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

export function contextOf(state: BedState, session: Session): RuleContext {
  return {
    now: state.now,
    phase: session.phase,
    metrics: metricsOf(state, session),
    baseline: session.baseline,
    facts: factsOf(state, session),
    items: { device: state.devices.map((status) => deviceItem(state, status)), 'pump-alarm': pumpAlarmItems(state) },
    unanswered: unansweredRules(state),
    limits: Object.fromEntries(session.limits.map(({ rule, limit }) => [rule, limit])),
    nibpIntervalMs: nibpIntervalMin(state) * MINUTE_MS,
  };
}

type Metrics = Partial<Record<MetricId, MetricSample>>;

function metricsOf(state: BedState, session: Session): Metrics {
  return {
    ...pressureMetrics(state),
    heartRate: heartRateMetric(state),
    spo2: continuous(resolve(state, 'spo2')),
    respiratoryRate: continuous(resolve(state, 'respiratoryRate')),
    ...cuffMetrics(state, session),
    ...baselineMetrics(state, session),
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

function heartRateMetric(state: BedState): MetricSample {
  const resolved = resolveHeartRate(state);
  if ('value' in resolved) return continuous(resolved);
  const cuff = lastNibp(state);
  return cuff?.pulseRate === undefined
    ? continuous(resolved)
    : { value: cuff.pulseRate, at: cuff.measuredAt, cadence: 'episodic' };
}

/** The arterial line where it gives a good value, else the last completed cuff reading. */
function pressureMetrics(state: BedState): Metrics {
  const systolic = continuous(resolve(state, 'abpSystolic'));
  const diastolic = continuous(resolve(state, 'abpDiastolic'));
  if (!('unknown' in systolic) && !('unknown' in diastolic)) {
    const mean = continuous(resolve(state, 'abpMeanArterial'));
    return {
      systolic,
      diastolic,
      meanArterial: 'unknown' in mean ? { ...systolic, value: estimatedMean(systolic.value, diastolic.value) } : mean,
    };
  }
  const cuff = lastNibp(state);
  if (cuff === undefined) return {};
  const isExpired = state.now - cuff.measuredAt > 3 * nibpIntervalMin(state) * MINUTE_MS;
  const sample = (value: number): MetricSample => ({ value, at: cuff.measuredAt, cadence: 'episodic', isExpired });
  return {
    systolic: sample(cuff.systolic),
    diastolic: sample(cuff.diastolic),
    meanArterial: sample(meanOf(cuff).value),
  };
}

function cuffMetrics(state: BedState, session: Session): Metrics {
  const reference = Math.max(lastNibp(state)?.measuredAt ?? 0, session.phaseSince);
  const ageMin = (state.now - reference) / MINUTE_MS;
  const intervalMin = nibpIntervalMin(state);
  return {
    nibpAgeMin: fresh(state, ageMin),
    nibpOverdueMin: fresh(state, ageMin - intervalMin),
    nibpIntervals: fresh(state, ageMin / intervalMin),
    cuffFailures: fresh(state, state.cuffFailures),
  };
}

function baselineMetrics(state: BedState, { baseline, patient }: Session): Metrics {
  const wallTime = state.clock?.wallTime;
  const at = state.now;
  return {
    ...(baseline && {
      baselineSystolic: { value: baseline.systolic, at, cadence: 'continuous' },
      baselineDiastolic: { value: baseline.diastolic, at, cadence: 'continuous' },
    }),
    ...(patient.birthYear !== undefined &&
      wallTime !== undefined && { ageYears: fresh(state, new Date(wallTime).getUTCFullYear() - patient.birthYear) }),
  };
}

function factsOf(state: BedState, session: Session): Partial<Record<FactId, Truth>> {
  const isAgeKnown = session.patient.birthYear !== undefined && state.clock !== undefined;
  return {
    ...pumpFacts(state, session.phase),
    'no-spo2': isLost(state, resolve(state, 'spo2')),
    'no-ecg': state.vitals.heartRate === undefined ? 'no' : isLost(state, resolve(state, 'heartRate')),
    'no-heart-rate': isLost(state, resolveHeartRate(state)),
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
function pumpFacts(state: BedState, phase: Phase): Partial<Record<FactId, Truth>> {
  const channel = therapyChannel(state);
  if (channel === undefined) {
    return {
      infusing: phase === 'infusion' ? 'unknown' : 'no',
      'infusion-complete': 'no',
      'infusion-interrupted': 'no',
    };
  }
  const device = state.devices.find(({ device: id }) => id === channel.reading.source);
  const isKnown = device !== undefined && isLive(device) && !UNKNOWN_STATES.has(channel.reading.state);
  const known = (is: boolean): Truth => (isKnown ? truth(is) : 'unknown');
  return {
    infusing: known(isInfusing(channel.reading.state)),
    'infusion-complete': known(isComplete(channel.reading) && channel.hasRun),
    'infusion-interrupted': known(isInterrupted(channel)),
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
  return Object.values(state.channels).flatMap(({ reading }) =>
    reading.alarms.map((alarm) => ({
      key: `${reading.channel}:${alarm.kind}:${alarm.stage}`,
      label: pumpAlarmWords(alarm.kind, alarm.stage, alarm.code),
      metrics: {},
      facts: { 'item-alarming': 'yes' as const },
      priority: priorityOfPumpAlarm(alarm.kind, alarm.priority),
    })),
  );
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

function unansweredRules(state: BedState): ReadonlyMap<string, Priority> {
  const standing = new Map<string, Priority>();
  for (const { alarm } of Object.values(state.alarms)) {
    if (alarm.state === 'active') standing.set(alarm.rule, alarm.priority);
  }
  return standing;
}
