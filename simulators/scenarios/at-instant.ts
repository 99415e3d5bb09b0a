/** A scenario read at one instant: what the staff has ordered, what is connected, what else moves the patient. */
import { MINUTE_MS } from '$lib/domain/index.ts';
import { plannedAmounts } from '$lib/pharmacology/index.ts';
import { smoothStep } from '$simulators/patient/chance.ts';
import type { Gains } from '$simulators/patient/response.ts';
import type { Line, PumpOrder, Sensors } from '$simulators/patient/simulated-bedside.ts';
import type { Disturbance, Episode, Scenario, Span } from './scenario.ts';

const covers = ({ fromMin, toMin }: Span, simMs: number): boolean =>
  simMs >= fromMin * MINUTE_MS && simMs < toMin * MINUTE_MS;

/** The spans of one kind of disturbance, for asking often. */
export function disturbedBy(scenario: Scenario, what: Disturbance['what']): (simMs: number) => boolean {
  const spans = scenario.disturbances.filter((disturbance) => disturbance.what === what);
  return (simMs) => spans.some((span) => covers(span, simMs));
}

export function sensorsAt(scenario: Scenario, simMs: number): Sensors {
  const is = (what: Disturbance['what']): boolean => disturbedBy(scenario, what)(simMs);
  return {
    isEcgOn: !is('ecg-off'),
    isOximeterOn: !is('oximeter-off'),
    isCuffOn: !is('cuff-off'),
    isCapnographOn: !is('capnograph-off'),
    isLinked: !is('monitor-unlinked'),
  };
}

export const lineAt = (scenario: Scenario, simMs: number): Line => ({
  isOccluded: disturbedBy(scenario, 'line-occluded')(simMs),
  isLinked: !disturbedBy(scenario, 'pump-unlinked')(simMs),
});

/** @throws when the plan of the scenario is no possible order: a broken scenario. */
export function orderAt(scenario: Scenario, simMs: number): PumpOrder {
  const { plan } = scenario;
  const planned = plannedAmounts(plan);
  if (!planned.ok)
    throw new Error(`Scenario ${scenario.id}: ${planned.error.field} ${planned.error.value} is impossible.`);
  let rateMlPerHour = planned.value.rateMlPerHour;
  let isStarted = false;
  for (const step of scenario.acts) {
    if (simMs < step.atMin * MINUTE_MS) continue;
    if (step.act === 'set-rate') rateMlPerHour = step.rateMlPerHour;
    else isStarted = step.act === 'start' || step.act === 'resume';
  }
  return {
    drugName: plan.drug,
    concentrationMgPerMl: plan.concentrationMgPerMl,
    weightKg: plan.weightKg,
    vtbiMl: planned.value.volumeMl,
    rateMlPerHour,
    isStarted,
  };
}

/** What the episodes add at this instant, mmHg and 1/min. */
export function episodesAt({ episodes }: Scenario, simMs: number): Gains {
  const minute = simMs / MINUTE_MS;
  const sum = { systolic: 0, diastolic: 0, heartRate: 0 };
  for (const episode of episodes) {
    const strength = strengthAt(episode, minute);
    sum.systolic += strength * episode.systolic;
    sum.diastolic += strength * episode.diastolic;
    sum.heartRate += strength * episode.heartRate;
  }
  return sum;
}

const strengthAt = ({ fromMin, toMin, riseMin, fallMin }: Episode, minute: number): number =>
  Math.min(smoothStep((minute - fromMin) / riseMin), smoothStep((toMin - minute) / fallMin));
