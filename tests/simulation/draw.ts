/**
 * What happens in one simulated session, drawn from its seed as plain data: patient, devices, staff, and everything that goes
 * wrong. Nothing else decides: the same draw gives the same journal.
 */
import { MINUTE_MS, SECOND_MS, type RuleSet } from '$lib/domain/index.ts';
import type { FaultOptions } from '$simulators/devices/faults.ts';
import { ADULT_IV_KETAMINE, NASAL_ESKETAMINE } from '$lib/rules/index.ts';
import { randomScenario, SCENARIOS, type Scenario } from '$simulators/scenarios/index.ts';
import { Chance } from './chance.ts';
import type { DiskTrouble } from './world/disk.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly forMs: number;
}

export interface DeviceDraw {
  readonly driver: string;
  readonly role: 'monitor' | 'pump';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly faults: FaultOptions;
  /** The cable is out, or the device is switched off and begins anew. */
  readonly outages: readonly (Stretch & { readonly isRestart: boolean })[];
}

export interface ScreenDraw {
  readonly delayMs: number;
  readonly isAudible: boolean;
  readonly troubles: readonly (Stretch & { readonly how: 'stalls' | 'vanishes' | 'leaves' })[];
}

export interface NurseDraw {
  readonly seed: number;
  /** Median time to an answer; some alarms are never answered. */
  readonly answerS: number;
  readonly neverShare: number;
  readonly admitsAtS: number;
  readonly mistakesEveryMs: number;
  /** How often sedation is scored; and when the patient is deeply sedated, so that scores are low. */
  readonly scoresEveryMs: number;
  readonly sedated: readonly Stretch[];
}

export interface SessionDraw {
  readonly seed: number;
  readonly session: number;
  readonly lengthMs: number;
  /** Of the route by which the drug is given. */
  readonly ruleSet: RuleSet;
  readonly scenario: Scenario;
  readonly bedsideSeed: number;
  readonly devices: readonly DeviceDraw[];
  readonly screens: readonly ScreenDraw[];
  readonly nurse: NurseDraw;
  readonly kills: readonly { readonly atMs: number; readonly downMs: number }[];
  readonly webRestarts: readonly Stretch[];
  readonly clockSteps: readonly { readonly atMs: number; readonly byMs: number }[];
  readonly disk: readonly DiskTrouble[];
}

export interface DrawOptions {
  /** Share of the bytes that are lost or damaged; drawn for each device unless told. */
  readonly damage?: number;
  /** The longest that a session may last; 110 unless told. */
  readonly minutes?: number;
}

/** At the end nothing is disturbed any more: by then everybody must know the same. */
export const CALM_END_MS = 75 * SECOND_MS;

/** The monitors of a bed; what costs little to simulate more often. */
const MONITORS: readonly (readonly (readonly [driver: string, settings: Readonly<Record<string, unknown>>])[])[] = [
  [['ge-s5-dri', { waveforms: [] }]],
  [['ge-s5-dri', { waveforms: [] }]],
  [['ge-s5-dri', { waveforms: [] }]],
  [['ge-dinamap', {}]],
  [['mindray-hl7', {}]],
  [['philips-intellivue', { waveforms: [] }]],
  [
    ['ge-dinamap', {}],
    ['masimo', {}],
  ],
  [
    ['suntech-nibp', {}],
    ['nellcor', {}],
  ],
];

const PUMPS: readonly (readonly [driver: string, settings: Readonly<Record<string, unknown>>])[] = [
  ['pump-alaris-asena', {}],
  ['pump-alaris-asena', {}],
  ['pump-alaris-asena', {}],
  ['pump-graseby-3000-500', {}],
  ['pump-terumo-ss3', {}],
  ['pump-fresenius-orchestra', {}],
  ['pump-qcore-sapphire', {}],
  ['pump-newera-ne1000', {}],
  ['pump-graseby-3400', {}],
  ['pump-bbraun-bcc', { version: '3.36' }],
];

const LONGEST_MIN = 110;

export function drawSession(
  seed: number,
  session: number,
  { damage, minutes = LONGEST_MIN }: DrawOptions = {},
): SessionDraw {
  const chance = Chance.of(seed, session, 'session');
  const lengthMs = Math.min(minutes, chance.whole(60, LONGEST_MIN)) * MINUTE_MS;
  const endMs = lengthMs - CALM_END_MS;
  const isCalm = damage === undefined && chance.is(0.2);
  const span = (everyMin: number, part: Chance): readonly number[] =>
    isCalm ? [] : part.instants(MINUTE_MS, endMs, everyMin * MINUTE_MS);
  const core = Chance.of(seed, session, 'core');
  const bed = drawBed(seed, session, endMs, damage, isCalm);
  return {
    seed,
    session,
    lengthMs,
    ruleSet: bed.scenario.sprays ? NASAL_ESKETAMINE : ADULT_IV_KETAMINE,
    scenario: bed.scenario,
    bedsideSeed: chance.whole(1, 1_000_000),
    devices: bed.devices,
    screens: drawScreens(Chance.of(seed, session, 'screens'), endMs, isCalm),
    nurse: {
      seed: chance.whole(1, 1_000_000),
      answerS: chance.pick([8, 20, 45, 120]),
      neverShare: chance.pick([0, 0.1, 0.3, 1]),
      admitsAtS: chance.whole(10, 90),
      mistakesEveryMs: chance.pick([4, 12, 60]) * MINUTE_MS,
      ...drawScores(Chance.of(seed, session, 'scores'), endMs),
    },
    kills: span(90, core).map((atMs) => ({ atMs, downMs: core.whole(1, 20) * SECOND_MS })),
    webRestarts: span(150, core).map((fromMs) => ({ fromMs, forMs: core.whole(1, 10) * SECOND_MS })),
    clockSteps: span(120, core).map((atMs) => ({ atMs, byMs: core.pick([-1, 1]) * core.pick([700, 5000, 3_600_000]) })),
    disk: span(100, core).map((fromMs) => ({
      fromMs,
      forMs: core.whole(3, 40) * SECOND_MS,
      how: core.pick(['slow', 'full'] as const),
    })),
  };
}

/** Patient and devices; with some monitors an arterial line, which loses its pulse now and then. */
function drawBed(
  seed: number,
  session: number,
  endMs: number,
  damage: number | undefined,
  isCalm: boolean,
): Pick<SessionDraw, 'scenario' | 'devices'> {
  const scenario = drawRoute(drawScenario(Chance.of(seed, session, 'scenario')), Chance.of(seed, session, 'route'));
  const devices = drawDevices(Chance.of(seed, session, 'devices'), endMs, damage, isCalm).filter(
    ({ role }) => role !== 'pump' || scenario.sprays === undefined,
  );
  const chance = Chance.of(seed, session, 'arterial line');
  if (!devices.some(canHaveLine) || chance.is(0.25)) return { scenario, devices };
  const settings = { hasArterialLine: true, meanAloneWithoutPulse: chance.is(0.5) };
  const disturbances = Array.from({ length: chance.whole(0, 4) }, () => drawLineTrouble(chance));
  return {
    scenario: { ...scenario, hasArterialLine: true, disturbances: [...scenario.disturbances, ...disturbances] },
    devices: devices.map((one) => (canHaveLine(one) ? { ...one, settings: { ...one.settings, ...settings } } : one)),
  };
}

/** The one simulated monitor that shows pressures of a line. */
const canHaveLine = ({ driver }: DeviceDraw): boolean => driver === 'philips-intellivue';

function drawLineTrouble(chance: Chance): Scenario['disturbances'][number] {
  const fromMin = chance.between(3, 95);
  const forMin = chance.pick([0.1, 0.17, 0.3, 1, 6]);
  return { fromMin, toMin: fromMin + forMin, what: chance.pick(['arterial-open', 'arterial-damped'] as const) };
}

/** Sometimes by the nose: two or three devices, five minutes apart, and no pump. */
function drawRoute(scenario: Scenario, chance: Chance): Scenario {
  if (scenario.sprays !== undefined || !chance.is(0.12)) return scenario;
  const startMin = scenario.acts[0]?.atMin ?? 15;
  const count = chance.pick([2, 3]);
  const { kinetics: _, ...patient } = scenario;
  return {
    ...patient,
    drug: 'esketamine',
    sprays: Array.from({ length: count }, (_, n) => ({ atMin: startMin + 5 * n, mg: 28 })),
    plan: {
      ...scenario.plan,
      template: `esk-in-${28 * count}`,
      drug: 'Esketamine',
      nibpIntervalMin: NASAL_ESKETAMINE.nibpIntervalMin,
    },
    acts: [],
  };
}

function drawScores(chance: Chance, endMs: number): Pick<NurseDraw, 'scoresEveryMs' | 'sedated'> {
  const scoresEveryMs = chance.pick([5, 10, 15]) * MINUTE_MS;
  const isSedated = chance.is(0.4);
  const sedated = isSedated ? chance.instants(15 * MINUTE_MS, endMs, 30 * MINUTE_MS) : [];
  return { scoresEveryMs, sedated: sedated.map((fromMs) => ({ fromMs, forMs: chance.whole(4, 15) * MINUTE_MS })) };
}

/** Mostly a session that nobody wrote; and more than usual happens to this patient. */
function drawScenario(chance: Chance): Scenario {
  const isWritten = chance.is(0.3);
  const base = isWritten
    ? chance.pick([...SCENARIOS.values()].filter(({ id }) => id !== 'free-bed'))
    : randomScenario(chance.whole(1, 1_000_000), { scripts: 3 });
  const startMin = base.acts[0]?.atMin ?? 15;
  const some = <T>(most: number, one: (chance: Chance) => T): readonly T[] =>
    Array.from({ length: chance.whole(0, most) }, () => one(chance));
  return {
    ...base,
    patient: base.patient ?? { identifier: 'SIM-3000', ageYears: 50, weightKg: base.plan.weightKg },
    episodes: [...base.episodes, ...some(3, drawEpisode)],
    excursions: [...(base.excursions ?? []), ...some(4, drawExcursion)],
    disturbances: [...base.disturbances, ...some(2, drawDisturbance)],
    acts: chance.is(0.7) ? base.acts : drawActs(chance, startMin),
  };
}

const EXTREMES = [
  (chance: Chance) => ({ spo2: chance.between(70, 91) }),
  (chance: Chance) => ({ heartRate: chance.between(120, 175) }),
  (chance: Chance) => ({ heartRate: chance.between(30, 52) }),
  (chance: Chance) => ({ systolic: chance.between(158, 225), diastolic: chance.between(95, 130) }),
  (chance: Chance) => ({ systolic: chance.between(65, 92), diastolic: chance.between(40, 55) }),
  (chance: Chance) => ({ respiratoryRate: chance.between(3, 10) }),
] as const;

function drawExcursion(chance: Chance): NonNullable<Scenario['excursions']>[number] {
  const fromMin = chance.between(2, 95);
  const riseMin = chance.pick([0.1, 0.5, 2]);
  const fallMin = chance.pick([0.1, 0.5, 2]);
  const toMin = fromMin + riseMin + fallMin + chance.pick([0.15, 0.3, 1, 5]);
  return { fromMin, toMin, riseMin, fallMin, to: chance.pick(EXTREMES)(chance) };
}

function drawEpisode(chance: Chance): Scenario['episodes'][number] {
  const fromMin = chance.between(3, 95);
  const riseMin = chance.pick([0.2, 1, 3]);
  const fallMin = chance.pick([0.2, 1, 5]);
  const forMin = riseMin + fallMin + chance.pick([0.3, 1, 4, 15]);
  const high = chance.is(0.75);
  return {
    ...{ fromMin, riseMin, fallMin, toMin: fromMin + forMin },
    systolic: high ? chance.whole(0, 80) : -chance.whole(0, 45),
    diastolic: high ? chance.whole(0, 45) : -chance.whole(0, 25),
    heartRate: high ? chance.whole(-5, 85) : -chance.whole(0, 45),
  };
}

function drawDisturbance(chance: Chance): Scenario['disturbances'][number] {
  const fromMin = chance.between(2, 95);
  return {
    fromMin,
    toMin: fromMin + chance.pick([0.1, 0.4, 1, 5, 12]),
    what: chance.pick([
      'ecg-off',
      'oximeter-off',
      'cuff-off',
      'movement',
      'line-occluded',
      'monitor-unlinked',
      'pump-unlinked',
    ]),
  };
}

function drawActs(chance: Chance, startMin: number): Scenario['acts'] {
  const acts: Scenario['acts'][number][] = [{ atMin: startMin, act: 'start' }];
  for (let atMin = startMin + chance.exponential(12); atMin < startMin + 40; atMin += chance.exponential(12)) {
    if (chance.is(0.4)) acts.push({ atMin, act: 'set-rate', rateMlPerHour: chance.whole(20, 90) });
    else acts.push({ atMin, act: 'pause' }, { atMin: atMin + chance.pick([0.5, 2, 7]), act: 'resume' });
  }
  if (chance.is(0.3)) acts.push({ atMin: startMin + chance.between(10, 60), act: 'stop' });
  return acts.sort((a, b) => a.atMin - b.atMin);
}

function drawDevices(
  chance: Chance,
  endMs: number,
  damage: number | undefined,
  isCalm: boolean,
): readonly DeviceDraw[] {
  const monitors = chance.pick(MONITORS).map(([driver, settings]) => ({ driver, settings, role: 'monitor' as const }));
  const [driver, settings] = chance.pick(PUMPS);
  return [...monitors, { driver, settings, role: 'pump' as const }].map((one, n) => ({
    ...one,
    settings: one.role === 'pump' ? { ...one.settings, ...pumpHappenings(chance, endMs, isCalm) } : one.settings,
    faults: isCalm ? { seed: n } : drawFaults(chance, endMs, damage ?? usualDamage(chance)),
    outages: isCalm
      ? []
      : chance.instants(0, endMs, 45 * MINUTE_MS).map((fromMs) => ({
          fromMs,
          forMs: Math.round(chance.pick([0.2, 2, 6, 20, 90]) * SECOND_MS),
          isRestart: one.role === 'monitor' && chance.is(0.4),
        })),
  }));
}

const usualDamage = (chance: Chance): number => (chance.is(0.5) ? 0 : chance.pick([0.0005, 0.005, 0.02, 0.05]));

function pumpHappenings(chance: Chance, endMs: number, isCalm: boolean): Readonly<Record<string, unknown>> {
  if (isCalm) return {};
  const at = (everyMin: number): readonly number[] => chance.instants(0, endMs, everyMin * MINUTE_MS);
  return {
    boluses: at(120).map((atMs) => ({ pump: 0, atMs, volumeMl: 0.5 })),
    offs: at(240).map((fromMs) => ({ pump: 0, fromMs, toMs: fromMs + 30 * SECOND_MS })),
    batterySpells: at(180).map((fromMs) => ({ pump: 0, fromMs, toMs: fromMs + 5 * MINUTE_MS })),
  };
}

/** All the time a little, or in spells much: on the whole `share` of the bytes. */
function drawFaults(chance: Chance, endMs: number, share: number): FaultOptions {
  const isSteady = chance.is(0.3);
  const rate = isSteady ? share : Math.max(share, chance.pick([0.02, 0.1, 0.3, 0.6]));
  const spells = isSteady ? [{ fromMs: 0, forMs: endMs }] : drawSpells(chance, endMs, share / rate);
  return {
    seed: chance.whole(1, 1_000_000),
    ...(share > 0 && { lose: 0.6 * rate, flip: 0.3 * rate, double: 0.1 * rate, spells }),
    ...(chance.is(0.3) && { delayMs: [0, chance.pick([20, 150, 400])] as const }),
    ...(chance.is(0.2) && { fragments: { maxBytes: 40, apartMs: 4 } }),
    ...(chance.is(0.2) && { noise: { everyMs: chance.pick([5, 60]) * SECOND_MS, maxBytes: 30 } }),
  };
}

/** Stretches that cover this part of the time. */
function drawSpells(chance: Chance, endMs: number, part: number): readonly Stretch[] {
  const spells: Stretch[] = [];
  const meanMs = chance.pick([4, 15, 60]) * SECOND_MS;
  const pauseMs = (meanMs * (1 - part)) / Math.max(part, 1e-6);
  for (let at = chance.exponential(pauseMs); at < endMs; at += chance.exponential(pauseMs)) {
    const forMs = Math.min(chance.exponential(meanMs), endMs - at);
    spells.push({ fromMs: Math.round(at), forMs: Math.round(forMs) });
    at += forMs;
  }
  return spells;
}

function drawScreens(chance: Chance, endMs: number, isCalm: boolean): readonly ScreenDraw[] {
  return Array.from({ length: chance.pick([1, 1, 2]) }, () => ({
    delayMs: chance.pick([2, 15, 80]),
    isAudible: chance.is(0.8),
    troubles: isCalm
      ? []
      : chance.instants(MINUTE_MS, endMs - 30 * SECOND_MS, 25 * MINUTE_MS).map((fromMs) => ({
          fromMs,
          forMs: chance.whole(1, 25) * SECOND_MS,
          how: chance.pick(['stalls', 'vanishes', 'leaves'] as const),
        })),
  }));
}
