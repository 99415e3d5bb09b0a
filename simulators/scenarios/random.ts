/**
 * A session that nobody wrote: from one number a patient, an order, what goes wrong with sensors and cables, and at most a few
 * events. For running many different sessions through the station. Pure: the same seed and options give the same scenario.
 *
 *   seed ─▶ preset · modifiers · weight ─▶ order ─▶ artefacts ─▶ cannulation, scripts
 *
 * The bedside of such a scenario should get the same seed: it draws resting values, gains and kinetics.
 */
import { keysOf, type Plan } from '$lib/domain/index.ts';
import type { EffectDrug } from '$lib/pharmacology/index.ts';
import { STREAM, uniform, type Stream } from '$simulators/patient/chance.ts';
import type { SimulatedSet } from '$simulators/patient/drug.ts';
import { MODIFIERS, type ModifierId } from '$simulators/patient/modifiers.ts';
import { PRESETS } from '$simulators/patient/response.ts';
import type { Disturbance, Scenario } from './scenario.ts';
import { cannulationAnxiety, SCRIPTS, withScript, type ScriptId } from './scripts.ts';
import { INFUSION_STARTS_MIN, usualCourse, usualCuff, usualPlan } from './usual.ts';

export interface RandomOptions {
  /** Artefacts of sensors and cables, on average per session; default 3. */
  readonly artefacts?: number;
  /** Events of the patient or at the pump, at most per session; default 2. */
  readonly scripts?: number;
}

/** The scenario of this number; its id is `random-<seed>`. */
export function randomScenario(seed: number, { artefacts = 3, scripts = 2 }: RandomOptions = {}): Scenario {
  const draw = (index: number): number => uniform(seed, STREAM.scenario, index);
  const preset = pick(PRESET_IDS, draw(0));
  const modifiers = MODIFIER_IDS.filter((_, i) => draw(10 + i) < 0.3);
  const weightKg = 45 + Math.round(70 * draw(1));
  const course = drawCourse(seed, weightKg);
  const quiet: Scenario = {
    ...usualCourse(weightKg),
    id: `random-${seed}`,
    title: `Drawn session ${seed}`,
    story: `Drawn from the number ${seed}: a ${preset} responder.`,
    patient: drawPatient(seed, weightKg, modifiers),
    response: preset,
    modifiers,
    drug: course.drug,
    kinetics: { set: course.set, isDrawn: true },
    plan: course.plan,
    episodes: draw(2) < 0.4 ? [cannulationAnxiety(INFUSION_STARTS_MIN)] : [],
    cuff: {
      ...usualCuff(endOf(course.plan)),
      isOnOximeterArm: draw(3) < 0.2,
      failsAtMin: drawFailures(seed, course.plan),
    },
    hasArterialLine: draw(4) < 0.05,
    disturbances: drawArtefacts(seed, artefacts, endOf(course.plan) + OBSERVED_MIN),
  };
  return drawScripts(seed, scripts, endOf(course.plan)).reduce(
    (scenario, { id, atMin }) => tell(withScript(scenario, id, atMin), id, atMin),
    quiet,
  );
}

const PRESET_IDS = keys(PRESETS);
const MODIFIER_IDS = keys(MODIFIERS);
const SCRIPT_IDS = keys(SCRIPTS);
/** How long after the infusion things still go wrong. */
const OBSERVED_MIN = 60;

interface Course {
  readonly drug: EffectDrug;
  readonly set: SimulatedSet;
  readonly plan: Plan;
}

interface Order extends Omit<Course, 'plan'> {
  readonly change: Partial<Plan>;
}

/** Orders as they are usual, the most usual ones more often. */
const ORDERS: readonly [Order, ...Order[]] = [
  { drug: 'ketamine', set: 'clements250', change: {} },
  { drug: 'ketamine', set: 'clements250', change: {} },
  { drug: 'ketamine', set: 'domino', change: {} },
  { drug: 'ketamine', set: 'clements250', change: { doseMgPerKg: 0.2 } },
  { drug: 'ketamine', set: 'clements250', change: { doseMgPerKg: 1 } },
  { drug: 'ketamine', set: 'clements250', change: { template: 'ket-iv-100', durationMin: 100 } },
  { drug: 'esketamine', set: 'otto', change: { template: 'esk-iv-40', drug: 'Esketamine', doseMgPerKg: 0.25 } },
];

function drawCourse(seed: number, weightKg: number): Course {
  const { drug, set, change } = pick(ORDERS, uniform(seed, STREAM.course, 0));
  return { drug, set, plan: { ...usualPlan(weightKg), ...change } };
}

const endOf = ({ durationMin }: Plan): number => INFUSION_STARTS_MIN + durationMin;

function drawPatient(
  seed: number,
  weightKg: number,
  modifiers: readonly ModifierId[],
): NonNullable<Scenario['patient']> {
  const draw = uniform(seed, STREAM.scenario, 5);
  return {
    identifier: `SIM-R${seed}`,
    shortName: 'Drawn, R.',
    ageYears: modifiers.includes('fifty-or-older') ? 50 + Math.floor(30 * draw) : 18 + Math.floor(32 * draw),
    sex: modifiers.includes('woman') ? 'female' : 'male',
    weightKg,
  };
}

/** How long each kind of artefact lasts, min. */
const ARTEFACTS: readonly [Artefact, ...Artefact[]] = [
  { what: 'movement', shortestMin: 0.2, longestMin: 2 },
  { what: 'movement', shortestMin: 0.2, longestMin: 2 },
  { what: 'oximeter-off', shortestMin: 0.2, longestMin: 3 },
  { what: 'ecg-off', shortestMin: 0.2, longestMin: 3 },
  { what: 'low-perfusion', shortestMin: 2, longestMin: 10 },
  { what: 'cuff-off', shortestMin: 1, longestMin: 8 },
  { what: 'monitor-unlinked', shortestMin: 0.1, longestMin: 1.5 },
  { what: 'pump-unlinked', shortestMin: 0.1, longestMin: 1.5 },
  { what: 'capnograph-off', shortestMin: 0.5, longestMin: 5 },
];

interface Artefact {
  readonly what: Disturbance['what'];
  readonly shortestMin: number;
  readonly longestMin: number;
}

/** Between none and twice the average, from minute 1 on, in the order of time; times are whole seconds. */
function drawArtefacts(seed: number, average: number, untilMin: number): readonly Disturbance[] {
  const draw = (index: number): number => uniform(seed, STREAM.artefact, index);
  const count = Math.floor(draw(0) * (2 * average + 1));
  return Array.from({ length: count }, (_, i) => {
    const { what, shortestMin, longestMin } = pick(ARTEFACTS, draw(4 * i + 1));
    const fromMin = toSecond(1 + draw(4 * i + 2) * (untilMin - 1));
    return { what, fromMin, toMin: toSecond(fromMin + shortestMin + draw(4 * i + 3) * (longestMin - shortestMin)) };
  }).sort((a, b) => a.fromMin - b.fromMin);
}

/** Automatic readings that the patient's arm spoils: each of the infusion with a chance of 4 %. */
function drawFailures(seed: number, plan: Plan): readonly number[] {
  const readings = plan.durationMin / plan.nibpIntervalMin.infusion;
  return Array.from(
    { length: readings },
    (_, i) => INFUSION_STARTS_MIN + (i + 1) * plan.nibpIntervalMin.infusion,
  ).filter((_, i) => uniform(seed, STREAM.artefact, 1000 + i) < 0.04);
}

interface Begun {
  readonly id: ScriptId;
  readonly atMin: number;
}

/** None, one, up to `most`: one after the other, and only one that is about the pump. */
function drawScripts(seed: number, most: number, infusionEndsMin: number): readonly Begun[] {
  const draw = (index: number, stream: Stream = STREAM.script): number => uniform(seed, stream, index);
  const begun: Begun[] = [];
  let freeFromMin = INFUSION_STARTS_MIN + 4;
  for (let i = 0; i < Math.floor(draw(0) * (most + 1)); i++) {
    const isPumpTaken = begun.some(({ id }) => SCRIPTS[id].isAtPump);
    const id = pick(isPumpTaken ? QUIET_SCRIPTS : SCRIPT_IDS, draw(2 * i + 1));
    const room = infusionEndsMin - SCRIPTS[id].lastsMin - freeFromMin;
    const latest = Math.max(room, Math.min(6, infusionEndsMin - 8 - freeFromMin));
    if (latest <= 0) break;
    const atMin = toSecond(freeFromMin + draw(2 * i + 2) * latest);
    begun.push({ id, atMin });
    freeFromMin = atMin + SCRIPTS[id].lastsMin + 1;
  }
  return begun;
}

const QUIET_SCRIPTS = keys(SCRIPTS, (id) => !SCRIPTS[id].isAtPump);

const tell = (scenario: Scenario, id: ScriptId, atMin: number): Scenario => ({
  ...scenario,
  story: `${scenario.story} From minute ${Math.round(atMin * 10) / 10}: ${SCRIPTS[id].title}.`,
});

const toSecond = (minute: number): number => Math.round(minute * 60) / 60;

const pick = <T>(from: readonly [T, ...T[]], chance: number): T => from[Math.floor(chance * from.length)] ?? from[0];

/** The names in a table, as many as pass; a table without any is a mistake of this file. */
function keys<K extends string>(
  table: Readonly<Record<K, unknown>>,
  passes: (key: K) => boolean = () => true,
): readonly [K, ...K[]] {
  const [first, ...rest] = keysOf(table).filter(passes);
  if (first === undefined) throw new Error('An empty table');
  return [first, ...rest];
}
