/** What the rules may see of a bed: metrics, facts and items out of its state. */
import {
  SECOND_MS,
  MINUTE_MS,
  type DeviceStanding,
  type NibpMeasurement,
  type Priority,
  type Session,
} from '$lib/domain/index.ts';
import type { Facts, Item, Metrics, MetricSample, RuleContext, Truth } from '$lib/rules/index.ts';
import { therapyDose, type TherapyDose } from './channel-dose.ts';
import { doseMetrics, pumpAlarmItems, pumpFacts, truth } from './context-pumps.ts';
import { standingRules } from './pumps.ts';
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

/**
 * Built anew at every judgement, many times a second for each bed: plain objects of one shape, each source looked at once.
 */
export function contextOf(state: BedState, session: Session): RuleContext {
  const intervalMin = nibpIntervalMin(state);
  const heartRate = resolveHeartRate(state);
  const spo2 = resolve(state, 'spo2');
  const therapy = therapyOf(state, session);
  return {
    now: state.now,
    phase: session.phase,
    metrics: metricsOf(state, session, { heartRate, spo2, therapy }, intervalMin),
    baseline: session.baseline,
    facts: factsOf(state, session, { heartRate, spo2, therapy }),
    items: { device: state.devices.map((status) => deviceItem(state, status)), 'pump-alarm': pumpAlarmItems(state) },
    unanswered: unansweredRules(state),
    standing: standingOf(state),
    resumedDuring: resumedDuring(therapy),
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

/** What was looked up once for metrics and facts alike. */
interface Found {
  readonly heartRate: Resolved;
  readonly spo2: Resolved;
  readonly therapy: TherapyDose;
}

interface Reckoned {
  readonly plan: Session['plan'];
  readonly entries: Session['channels'];
  readonly devices: BedState['devices'];
  readonly dose: TherapyDose;
}

const RECKONED = new WeakMap<BedState['channels'], Reckoned>();

/** The dose is reckoned from the whole course of the infusion: once for each word of a pump, not at every look. */
function therapyOf(state: BedState, { plan, channels: entries }: Session): TherapyDose {
  const { channels, devices } = state;
  const known = RECKONED.get(channels);
  if (known?.plan === plan && known?.entries === entries && known?.devices === devices) return known.dose;
  const dose = therapyDose(state);
  RECKONED.set(channels, { plan, entries, devices, dose });
  return dose;
}

function metricsOf(state: BedState, session: Session, found: Found, intervalMin: number): Metrics {
  const { baseline } = session;
  const cuff = lastNibp(state);
  const pressure = pressureMetrics(state, cuff, intervalMin);
  const cuffAgeMin = (state.now - Math.max(cuff?.measuredAt ?? 0, session.phaseSince)) / MINUTE_MS;
  const years = ageYears(state, session);
  const { dosePercent, doseRatePercent } = doseMetrics(state, found.therapy);
  return {
    systolic: pressure?.systolic,
    diastolic: pressure?.diastolic,
    meanArterial: pressure?.meanArterial,
    heartRate: heartRateMetric(found.heartRate, cuff),
    spo2: continuous(found.spo2),
    respiratoryRate: continuous(resolve(state, 'respiratoryRate')),
    nibpAgeMin: fresh(state, cuffAgeMin),
    nibpOverdueMin: fresh(state, cuffAgeMin - intervalMin),
    nibpIntervals: fresh(state, cuffAgeMin / intervalMin),
    cuffFailures: fresh(state, state.cuffFailures),
    baselineSystolic: baseline && fresh(state, baseline.systolic),
    baselineDiastolic: baseline && fresh(state, baseline.diastolic),
    ageYears: years === undefined ? undefined : fresh(state, years),
    audibleScreens: fresh(state, state.station.audibleScreens),
    dosePercent,
    doseRatePercent,
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

function factsOf(state: BedState, session: Session, { heartRate, spo2, therapy }: Found): Facts {
  const isAgeKnown = session.patient.birthYear !== undefined && state.clock !== undefined;
  const pump = pumpFacts(state, therapy, session.phase);
  return {
    infusing: pump.infusing,
    'infusion-complete': pump['infusion-complete'],
    'infusion-interrupted': pump['infusion-interrupted'],
    'no-spo2': isLost(state, spo2),
    'no-ecg': state.vitals.heartRate === undefined ? 'no' : isLost(state, resolve(state, 'heartRate')),
    'no-heart-rate': isLost(state, heartRate),
    'recorder-failed': truth(state.station.recorder === 'failed'),
    'age-unknown': truth(!isAgeKnown),
  };
}

/** Whether a vital is lost although a monitor is there; with every monitor silent it cannot be told (rule T4 speaks then). */
function isLost(state: BedState, resolved: Resolved): Truth {
  if ('value' in resolved) return 'no';
  return state.devices.some((device) => device.role === 'monitor' && isLive(device)) ? 'yes' : 'unknown';
}

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

const NONE_STANDING: ReadonlySet<string> = new Set();

function standingOf(state: BedState): ReadonlySet<string> {
  const rules = standingRules(state);
  return rules.length === 0 ? NONE_STANDING : new Set(rules);
}

const resumedDuring = ({ channels }: TherapyDose): readonly string[] =>
  channels.length === 1 ? (channels[0]?.resumedDuring ?? []) : channels.flatMap((channel) => channel.resumedDuring);
