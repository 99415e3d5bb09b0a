/**
 * What the rules may see of a bed, out of its state. It is asked for many times a second at each bed and hardly ever differs, so it
 * is made of parts, and a part is made again only when something that it is made of is another one than at the look before.
 *
 *   vitals ─┬─▶ pressure ─▶ derived     session ─▶ scores, baseline     pumps ─▶ dose     devices ─▶ items     alarms
 *           └───────────────── metrics · facts · series ──────────────────────────┘
 */
import { MINUTE_MS, monotonicMs, type MonotonicMs, type RuleSet, type Session } from '$lib/domain/index.ts';
import type { Facts, MetricSample, Metrics, RuleContext, Series, SeriesByMetric } from '$lib/rules/index.ts';
import { alarmsLook, type AlarmsLook } from './context-alarms.ts';
import { derivedMetrics, isCuffExpired, pressureOf, type Pressure } from './context-derived.ts';
import { deviceItems } from './context-devices.ts';
import { lookAtPumps, truth, type PumpsLook } from './context-pumps.ts';
import { clockMetrics, icpOf, readingMinutes, sessionMetrics } from './context-session.ts';
import { lookAtVitals, seriesOf, type VitalsLook } from './context-vitals.ts';
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
}

interface Parts {
  readonly vitals: Part<VitalsLook>;
  readonly pressure: Part<Pressure | undefined>;
  readonly derived: Part<Metrics>;
  readonly ofSession: Part<Metrics & { readonly icp?: MetricSample | undefined }>;
  readonly steady: Part<Metrics>;
  readonly facts: Part<Facts>;
  readonly series: Part<SeriesByMetric>;
  readonly pumps: Part<PumpsLook>;
  readonly devices: Part<RuleContext['items']['device']>;
  readonly items: Part<RuleContext['items']>;
  readonly alarms: Part<AlarmsLook>;
  readonly readings: Part<RuleContext['readingMinutes']>;
  readonly limits: Part<RuleContext['limits']>;
}

/** @param before an earlier look at whatever state: what still holds of it is taken over. */
export function lookAt(state: BedState, session: Session, before?: Look): Look {
  const intervalMin = nibpIntervalMin(state, state.ruleSet.nibpIntervalMin);
  const parts = partsOf(state, session, intervalMin, before?.parts);
  const { alarms, pumps } = parts;
  const context: RuleContext = {
    now: state.now,
    phase: session.phase,
    metrics: { ...parts.steady.value, ...clockMetrics(state, session, intervalMin) },
    series: parts.series.value,
    baseline: session.baseline,
    facts: parts.facts.value,
    items: parts.items.value,
    readingMinutes: parts.readings.value,
    unanswered: alarms.value.unanswered,
    standing: alarms.value.standing,
    resumedDuring: pumps.value.resumedDuring,
    limits: parts.limits.value,
    nibpIntervalMs: intervalMin * MINUTE_MS,
  };
  return { context, parts };
}

function partsOf(state: BedState, session: Session, intervalMin: number, before: Parts | undefined): Parts {
  const { station } = state;
  const vitals = vitalsPart(state, before?.vitals);
  const seen = vitals.value;
  const cuff = state.nibp.at(-1);
  const isExpired = cuff !== undefined && isCuffExpired(state, cuff, intervalMin);
  const pressure = part(before?.pressure, [seen.line, cuff, isExpired], () => pressureOf(seen.line, cuff, isExpired));
  const ofSession = part(before?.ofSession, [session, state.clock], () => sessionMetrics(state, session));
  const icp = icpOf(seen.icp, ofSession.value.icp, state.now);
  const derived = part(before?.derived, [pressure.value, seen.metrics.heartRate, icp, cuff, state.atCuff], () =>
    derivedMetrics({ pressure: pressure.value, heartRate: seen.metrics.heartRate, icp, cuff, atCuff: state.atCuff }),
  );
  const pumps = part(
    before?.pumps,
    [state.channels, state.devices, session.plan, session.channels, session.phase],
    () => lookAtPumps(state, session),
  );
  const devices = part(
    before?.devices,
    [state.devices, state.deviceAlarms, state.devices.every(isLive) || state.now],
    () => deviceItems(state),
  );
  return {
    ...{ vitals, pressure, derived, ofSession, pumps, devices },
    steady: part(
      before?.steady,
      [seen, pressure.value, derived.value, ofSession.value, icp, pumps.value, state.cuffFailures, failedAt(state)],
      () => ({
        ...seen.metrics,
        ...pressure.value,
        ...derived.value,
        ...ofSession.value,
        ...pumps.value.metrics,
        icp,
        cuffFailures: cuffFailures(state),
      }),
    ),
    facts: part(before?.facts, [seen, pumps.value, station, session.patient, state.clock === undefined], () => ({
      ...seen.facts,
      ...pumps.value.facts,
      'no-audible-screen': truth(station.audibleScreens < 1),
      'recorder-failed': truth(station.recorder === 'failed'),
      'age-unknown': truth(session.patient.birthYear === undefined || state.clock === undefined),
    })),
    series: part(before?.series, [state.recent, state.nibp, seen, pressure.value], () =>
      seriesByMetric(state, seen, pressure.value),
    ),
    items: part(before?.items, [devices.value, pumps.value], () => ({
      device: devices.value,
      'pump-alarm': pumps.value.alarms,
    })),
    alarms: part(before?.alarms, [state.alarms], () => alarmsLook(state)),
    readings: part(before?.readings, [state.nibp, session], () => readingMinutes(state, session)),
    limits: part(before?.limits, [session.limits], () => limitsOf(session)),
  };
}

function part<T>(before: Part<T> | undefined, reads: readonly unknown[], make: () => T): Part<T> {
  return before && isSame(before.reads, reads) ? before : { reads, value: make() };
}

function isSame(before: readonly unknown[], reads: readonly unknown[]): boolean {
  for (let i = 0; i < reads.length; i += 1) if (before[i] !== reads[i]) return false;
  return true;
}

/** Holds until the first of its values expires. */
function vitalsPart(state: BedState, before: Part<VitalsLook> | undefined): Part<VitalsLook> {
  const { vitals, devices, now } = state;
  const holds = before !== undefined && now >= before.value.from && now <= before.value.until;
  return part(holds ? before : undefined, [vitals, devices], () => lookAtVitals(state));
}

/** Told with every status of the cuff; only after a failure it is worth a look. */
const failedAt = ({ cuff, cuffFailures }: BedState): MonotonicMs =>
  cuffFailures > 0 && cuff !== undefined ? cuff.at : monotonicMs(0);

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
  const isByCuff = systolic !== undefined && 'cadence' in systolic && systolic.cadence === 'episodic';
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
