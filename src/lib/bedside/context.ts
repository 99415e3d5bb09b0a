/**
 * What the rules may see of a bed, out of its state. It is asked for many times a second at each bed and hardly ever differs, so it
 * is made of parts, and a part is made again only when something that it is made of is another one than at the look before.
 *
 *   vitals ─┬─▶ pressure ─▶ derived     session ─▶ scores, baseline     pumps ─▶ dose     devices ─▶ items     alarms
 *           └───────────────── metrics · facts · series ──────────────────────────┘
 */
import { MINUTE_MS, monotonicMs, type MonotonicMs, type Session } from '$lib/domain/index.ts';
import type { Facts, MetricSample, Metrics, RuleContext, Series, SeriesByMetric } from '$lib/rules/index.ts';
import { alarmsLook, type AlarmsLook } from './context-alarms.ts';
import { cuffExpiry, derivedMetrics, pressureOf, type Pressure } from './context-derived.ts';
import { deviceItems } from './context-devices.ts';
import { lookAtPumps, truth, type PumpsLook } from './context-pumps.ts';
import { clockMetrics, icpOf, icpUntil, readingMinutes, sessionMetrics } from './context-session.ts';
import { lookAtVitals, seriesOf, vitalsReads, type VitalsLook } from './context-vitals.ts';
import { isLive, nibpIntervalMin, resolve } from './resolve.ts';
import type { BedState } from './state.ts';

/** A part of a look, and what it was made of. */
interface Part<T> {
  readonly reads: readonly unknown[];
  readonly value: T;
}

/** A look at a bed: the context of its rules, and the parts, for the next look. */
export interface Look {
  readonly context: RuleContext;
  readonly parts: Parts;
  /** What it was made of. Never the state itself: its rules would keep the look before it, and that one the look before it. */
  readonly reads: Reads;
  readonly channels: BedState['channels'];
  /** The instants between which the parts hold as long as nothing but the time has changed. */
  readonly from: MonotonicMs;
  readonly until: number;
}

type ReadKey =
  | 'vitals'
  | 'alarms'
  | 'session'
  | 'nibp'
  | 'recent'
  | 'devices'
  | 'deviceAlarms'
  | 'station'
  | 'clock'
  | 'atCuff'
  | 'cuff'
  | 'cuffFailures'
  | 'ruleSet';
type Reads = { readonly [Key in ReadKey]: BedState[Key] | undefined };

interface Parts {
  readonly vitals: Part<VitalsLook>;
  readonly pressure: Part<Pressure | undefined>;
  readonly derived: Part<Metrics>;
  readonly ofSession: Part<Metrics>;
  readonly series: Part<SeriesByMetric>;
  readonly pumps: Part<PumpsLook>;
  readonly devices: Part<RuleContext['items']['device']>;
  readonly alarms: Part<AlarmsLook>;
  readonly readings: Part<RuleContext['readingMinutes']>;
  readonly limits: Part<RuleContext['limits']>;
  readonly metrics: Part<Metrics>;
  readonly facts: Part<Facts>;
}

/** @param before an earlier look at whatever state: what still holds of it is taken over. */
export function lookAt(state: BedState, session: Session, before?: Look): Look {
  const intervalMin = nibpIntervalMin(state, state.ruleSet.nibpIntervalMin);
  const isSame = before !== undefined && isSameButPumps(before, state);
  const parts = isSame ? withPumps(before, state, session) : partsOf(state, session, intervalMin, before?.parts);
  const { alarms, pumps } = parts;
  const context: RuleContext = {
    now: state.now,
    phase: session.phase,
    metrics: parts.metrics.value,
    ofPumps: pumps.value,
    clock: clockMetrics(state, session, intervalMin),
    series: parts.series.value,
    baseline: session.baseline,
    facts: parts.facts.value,
    items: { device: parts.devices.value, 'pump-alarm': pumps.value.alarms },
    readingMinutes: parts.readings.value,
    unanswered: alarms.value.unanswered,
    standing: alarms.value.standing,
    resumedDuring: pumps.value.resumedDuring,
    limits: parts.limits.value,
    nibpIntervalMs: intervalMin * MINUTE_MS,
  };
  const { channels } = state;
  if (isSame) return { context, parts, channels, reads: before.reads, from: before.from, until: before.until };
  return {
    context,
    parts,
    channels,
    reads: readsOf(state),
    from: state.now,
    until: holdsUntil(state, parts, intervalMin),
  };
}

/** What a pump says comes oftener than all else and concerns little. */
function withPumps({ parts, channels }: Look, state: BedState, session: Session): Parts {
  if (channels === state.channels) return parts;
  return { ...parts, pumps: pumpsPart(state, session, parts.pumps) };
}

/** Nothing but the time has passed, and of what was seen nothing has expired. */
export const isOnlyLater = (before: Look, now: BedState): boolean =>
  before.channels === now.channels && isSameButPumps(before, now);

/** Nothing but the time has changed, and what the pumps say. */
function isSameButPumps({ reads, from, until }: Look, now: BedState): boolean {
  return (
    now.now >= from &&
    now.now <= until &&
    reads.vitals === now.vitals &&
    reads.alarms === now.alarms &&
    reads.session === now.session &&
    reads.nibp === now.nibp &&
    reads.recent === now.recent &&
    reads.devices === now.devices &&
    reads.deviceAlarms === now.deviceAlarms &&
    reads.station === now.station &&
    reads.clock === now.clock &&
    reads.atCuff === now.atCuff &&
    reads.cuff === now.cuff &&
    reads.cuffFailures === now.cuffFailures &&
    reads.ruleSet === now.ruleSet
  );
}

const readsOf = (state: BedState): Reads => ({
  vitals: state.vitals,
  alarms: state.alarms,
  nibp: state.nibp,
  recent: state.recent,
  devices: state.devices,
  deviceAlarms: state.deviceAlarms,
  station: state.station,
  cuffFailures: state.cuffFailures,
  ruleSet: state.ruleSet,
  session: state.session,
  clock: state.clock,
  atCuff: state.atCuff,
  cuff: state.cuff,
});

/** Until a value expires, a cuff reading or an entered pressure grows too old; not at all while a device is silent. */
function holdsUntil(state: BedState, { vitals, ofSession }: Parts, intervalMin: number): number {
  if (!state.devices.every(isLive)) return state.now;
  const cuff = state.nibp.at(-1);
  const cuffUntil = cuff && cuffExpiry(cuff, intervalMin);
  return Math.min(
    vitals.value.until,
    cuffUntil !== undefined && cuffUntil >= state.now ? cuffUntil : Number.POSITIVE_INFINITY,
    icpUntil(ofSession.value.icp, state.now),
  );
}

function partsOf(state: BedState, session: Session, intervalMin: number, before: Parts | undefined): Parts {
  const vitals = vitalsPart(state, before?.vitals);
  const seen = vitals.value;
  const cuff = state.nibp.at(-1);
  const isExpired = cuff !== undefined && state.now > cuffExpiry(cuff, intervalMin);
  const pressure = part(before?.pressure, [seen.line, cuff, isExpired], () => pressureOf(seen.line, cuff, isExpired));
  const ofSession = part(before?.ofSession, [session, state.clock], () => sessionMetrics(state, session));
  const { heartRate } = seen.metrics;
  const icp = icpOf(seen.icp, ofSession.value.icp, state.now);
  const derived = part(before?.derived, [pressure.value, heartRate, icp, cuff, state.atCuff], () =>
    derivedMetrics({ pressure: pressure.value, heartRate, icp, cuff, atCuff: state.atCuff }),
  );
  const series = part(before?.series, [state.recent, state.nibp, seen, pressure.value], () =>
    seriesByMetric(state, seen, pressure.value),
  );
  const pumps = pumpsPart(state, session, before?.pumps);
  const found = {
    state,
    session,
    seen,
    icp,
    pressure: pressure.value,
    derived: derived.value,
    ofSession: ofSession.value,
  };
  return {
    vitals,
    pressure,
    ofSession,
    derived,
    series,
    pumps,
    devices: part(before?.devices, [state.devices, state.deviceAlarms, state.devices.every(isLive) || state.now], () =>
      deviceItems(state),
    ),
    alarms: part(before?.alarms, [state.alarms], () => alarmsLook(state)),
    readings: part(before?.readings, [state.nibp, session], () => readingMinutes(state, session)),
    limits: part(before?.limits, [session.limits], () => limitsOf(session)),
    ...whatIsKnown(found, before),
  };
}

/** Numbers and statements, gathered from the parts. */
function whatIsKnown(found: Found, before: Parts | undefined): Pick<Parts, 'metrics' | 'facts'> {
  const { seen, pressure, derived, ofSession, icp, session } = found;
  const { station, clock, cuffFailures: failures, cuff } = found.state;
  return {
    metrics: part(
      before?.metrics,
      [seen, pressure, derived, ofSession, icp, failures, failures > 0 ? cuff : undefined],
      () => steadyMetrics(found),
    ),
    facts: part(before?.facts, [seen, pressure, station, clock, session], () => factsOf(found)),
  };
}

const pumpsPart = (state: BedState, session: Session, before: Parts['pumps'] | undefined): Parts['pumps'] =>
  part(before, [state.channels, state.devices, session.plan, session.channels, session.phase], () =>
    lookAtPumps(state, session, before?.value),
  );

interface Found {
  readonly state: BedState;
  readonly session: Session;
  readonly seen: VitalsLook;
  readonly pressure: Pressure | undefined;
  readonly derived: Metrics;
  readonly ofSession: Metrics;
  readonly icp: MetricSample | undefined;
}

/** Named one by one, because objects that are spread into each other cost more than all rules together. */
function steadyMetrics({ state, seen, pressure, derived, ofSession, icp }: Found): Metrics {
  return {
    systolic: pressure?.systolic,
    diastolic: pressure?.diastolic,
    meanArterial: pressure?.meanArterial,
    heartRate: seen.metrics.heartRate,
    spo2: seen.metrics.spo2,
    respiratoryRate: seen.metrics.respiratoryRate,
    pulsePressure: derived.pulsePressure,
    ratePressureProduct: derived.ratePressureProduct,
    shockIndex: derived.shockIndex,
    icp,
    cpp: derived.cpp,
    pressureDisagreement: derived.pressureDisagreement,
    heartRateDisagreement: seen.metrics.heartRateDisagreement,
    linePulsatility: seen.metrics.linePulsatility,
    lineMean: seen.metrics.lineMean,
    moaas: ofSession.moaas,
    rass: ofSession.rass,
    cadss: ofSession.cadss,
    distressed: ofSession.distressed,
    aldrete: ofSession.aldrete,
    baselineSystolic: ofSession.baselineSystolic,
    baselineDiastolic: ofSession.baselineDiastolic,
    baselineHeartRate: ofSession.baselineHeartRate,
    baselineSpo2: ofSession.baselineSpo2,
    ageYears: ofSession.ageYears,
    cuffFailures: state.cuffFailures === 0 ? NO_FAILURES : cuffFailures(state),
  };
}

function factsOf({ state: { station, clock }, session: { patient }, seen, pressure }: Found): Facts {
  return {
    'no-spo2': seen.facts['no-spo2'],
    'no-ecg': seen.facts['no-ecg'],
    'no-heart-rate': seen.facts['no-heart-rate'],
    'spo2-doubtful': seen.facts['spo2-doubtful'],
    'heart-rate-doubtful': seen.facts['heart-rate-doubtful'],
    'pressure-by-line': truth(pressure !== undefined && isContinuous(pressure.systolic)),
    'no-audible-screen': truth(station.audibleScreens < 1),
    'recorder-failed': truth(station.recorder === 'failed'),
    'age-unknown': truth(patient.birthYear === undefined || clock === undefined),
  };
}

const isContinuous = (sample: MetricSample): boolean => 'cadence' in sample && sample.cadence === 'continuous';

function part<T>(before: Part<T> | undefined, reads: readonly unknown[], make: () => T): Part<T> {
  return before && isSame(before.reads, reads) ? before : { reads, value: make() };
}

function isSame(before: readonly unknown[], reads: readonly unknown[]): boolean {
  for (let i = 0; i < reads.length; i += 1) if (before[i] !== reads[i]) return false;
  return true;
}

/** Holds until the first of its values expires. */
function vitalsPart(state: BedState, before: Part<VitalsLook> | undefined): Part<VitalsLook> {
  const { now } = state;
  const holds = before !== undefined && now >= before.value.from && now <= before.value.until;
  return part(holds ? before : undefined, vitalsReads(state), () => lookAtVitals(state));
}

/** Told with every status of the cuff; only after a failure it is worth a look. */
const failedAt = ({ cuff, cuffFailures }: BedState): MonotonicMs =>
  cuffFailures > 0 && cuff !== undefined ? cuff.at : monotonicMs(0);

const NO_FAILURES: MetricSample = { value: 0, at: monotonicMs(0), cadence: 'continuous' };

const cuffFailures = (state: BedState): MetricSample => ({
  value: state.cuffFailures,
  at: failedAt(state),
  cadence: 'continuous',
});

const limitsOf = ({ limits }: Session): RuleContext['limits'] =>
  Object.fromEntries(limits.map(({ rule, limit }) => [rule, limit]));

/** Of the source that counts now; readings of a cuff where no line gives the pressure. */
function seriesByMetric(
  state: BedState,
  { heart, metrics }: VitalsLook,
  pressure: Pressure | undefined,
): SeriesByMetric {
  const systolic = pressure?.systolic;
  const isByCuff = systolic !== undefined && !isContinuous(systolic);
  const line = resolve(state, 'abpSystolic');
  const readings: Series = {
    cadence: 'episodic',
    points: state.nibp.slice(-3).map((reading) => [reading.measuredAt, reading.systolic] as const),
  };
  return {
    ...('value' in heart && { heartRate: seriesOf(state, heart.vital, heart.source) }),
    systolic: isByCuff || !('value' in line) ? readings : seriesOf(state, 'abpSystolic', line.source),
    ...ofVital(state, 'spo2', metrics.spo2),
    ...ofVital(state, 'respiratoryRate', metrics.respiratoryRate),
  };
}

function ofVital(state: BedState, vital: 'spo2' | 'respiratoryRate', sample: MetricSample | undefined): SeriesByMetric {
  const resolved = resolve(state, vital);
  return sample !== undefined && 'value' in resolved ? { [vital]: seriesOf(state, vital, resolved.source) } : {};
}
