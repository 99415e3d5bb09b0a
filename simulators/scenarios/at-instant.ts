/** A scenario read at instants: what the staff has ordered, what is connected, what else moves the patient. */
import { MINUTE_MS } from '$lib/domain/index.ts';
import { plannedAmounts } from '$lib/pharmacology/index.ts';
import { smoothStep } from '$simulators/patient/chance.ts';
import type { Pull } from '$simulators/patient/circulation.ts';
import type { Gains } from '$simulators/patient/response.ts';
import type { ArterialLine, Line, PumpOrder, Sensors } from '$simulators/patient/simulated-bedside.ts';
import type { Disturbance, Episode, Scenario, Span } from './scenario.ts';

/** Worked out once per bedside, because it is asked many times a second. Times are ms of the scenario. */
export interface ScenarioReading {
  disturbed(what: Disturbance['what']): (simMs: number) => boolean;
  arterialLineAt(simMs: number): ArterialLine;
  sensorsAt(simMs: number): Sensors;
  lineAt(simMs: number): Line;
  orderAt(simMs: number): PumpOrder;
  /** What the episodes add, mmHg and 1/min. */
  episodesAt(simMs: number): Gains;
  pullsAt(simMs: number): readonly Pull[];
}

/** @throws when the plan of the scenario is no possible order: a broken scenario. */
export function readScenario(scenario: Scenario): ScenarioReading {
  const disturbed = (what: Disturbance['what']): ((simMs: number) => boolean) => disturbedBy(scenario, what);
  const isEcgOff = disturbed('ecg-off');
  const isOximeterOff = disturbed('oximeter-off');
  const isCuffOff = disturbed('cuff-off');
  const isCapnographOff = disturbed('capnograph-off');
  const arterialLineAt = arterialLineOf(disturbed('arterial-open'), disturbed('arterial-damped'));
  const isMonitorUnlinked = disturbed('monitor-unlinked');
  const isOccluded = disturbed('line-occluded');
  const isPumpUnlinked = disturbed('pump-unlinked');
  return {
    disturbed,
    arterialLineAt,
    sensorsAt: (simMs) => ({
      isEcgOn: !isEcgOff(simMs),
      isOximeterOn: !isOximeterOff(simMs),
      isCuffOn: !isCuffOff(simMs),
      isCapnographOn: !isCapnographOff(simMs),
      arterialLine: arterialLineAt(simMs),
      isLinked: !isMonitorUnlinked(simMs),
    }),
    lineAt: (simMs) => ({ isOccluded: isOccluded(simMs), isLinked: !isPumpUnlinked(simMs) }),
    orderAt: orders(scenario),
    episodesAt: (simMs) => sumOf(scenario.episodes, simMs),
    pullsAt: (simMs) => pullsOf(scenario, simMs),
  };
}

function disturbedBy(scenario: Scenario, what: Disturbance['what']): (simMs: number) => boolean {
  const spans = scenario.disturbances.filter((disturbance) => disturbance.what === what);
  return spans.length === 0 ? () => false : (simMs) => spans.some((span) => covers(span, simMs));
}

type IsAt = (simMs: number) => boolean;

const arterialLineOf =
  (isOpen: IsAt, isDamped: IsAt) =>
  (simMs: number): ArterialLine =>
    isOpen(simMs) ? 'open' : isDamped(simMs) ? 'damped' : 'patent';

const covers = ({ fromMin, toMin }: Span, simMs: number): boolean =>
  simMs >= fromMin * MINUTE_MS && simMs < toMin * MINUTE_MS;

function orders({ id, plan, acts }: Scenario): (simMs: number) => PumpOrder {
  const planned = plannedAmounts(plan);
  if (!planned.ok) throw new Error(`Scenario ${id}: ${planned.error.field} ${planned.error.value} is impossible.`);
  const { rateMlPerHour: plannedRate, volumeMl: vtbiMl } = planned.value;
  return (simMs) => {
    let rateMlPerHour = plannedRate;
    let isStarted = false;
    for (const step of acts) {
      if (simMs < step.atMin * MINUTE_MS) continue;
      if (step.act === 'set-rate') rateMlPerHour = step.rateMlPerHour;
      else isStarted = step.act === 'start' || step.act === 'resume';
    }
    return {
      drugName: plan.drug,
      concentrationMgPerMl: plan.concentrationMgPerMl,
      weightKg: plan.weightKg,
      vtbiMl,
      rateMlPerHour,
      isStarted,
    };
  };
}

function sumOf(episodes: readonly Episode[], simMs: number): Gains {
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

const NO_PULLS: readonly Pull[] = [];

function pullsOf({ excursions = NO_EXCURSIONS }: Scenario, simMs: number): readonly Pull[] {
  const now = excursions.filter((excursion) => covers(excursion, simMs));
  if (now.length === 0) return NO_PULLS;
  return now.map((excursion) => ({ strength: strengthAt(excursion, simMs / MINUTE_MS), to: excursion.to }));
}

const NO_EXCURSIONS: NonNullable<Scenario['excursions']> = [];

type Swell = Pick<Episode, 'fromMin' | 'toMin' | 'riseMin' | 'fallMin'>;

const strengthAt = ({ fromMin, toMin, riseMin, fallMin }: Swell, minute: number): number =>
  Math.min(smoothStep((minute - fromMin) / riseMin), smoothStep((toMin - minute) / fallMin));
