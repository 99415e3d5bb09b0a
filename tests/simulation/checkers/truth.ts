/**
 * From end to end: what is really wrong with the patient, with sensors on and cables whole for long enough, is signalled within
 * the device's delay and the rule's. The cuff's own numbers count as true: what the monitor shows is what can be known.
 */
import type { AlarmState, Phase, Priority } from '$lib/domain/index.ts';
import type { Physiology } from '$simulators/patient/simulated-bedside.ts';
import type { Course } from '../world/ward.ts';
import type { TruthSample } from '../world/truth.ts';
import type { Violation } from './checker.ts';

/** Longer than any of the simulated monitors takes from the patient to the wire, and a link to be opened again. */
export const DEVICE_MS = 45_000;

interface Danger {
  readonly rule: string;
  readonly isThere: (patient: Physiology) => boolean;
  readonly isMeasured: (sample: TruthSample) => boolean;
  readonly holdMs: number;
}

/** Well beyond the limits: a device rounds and averages. */
const DANGERS: readonly Danger[] = [
  {
    rule: 'H1',
    isThere: ({ heartRate }) => heartRate >= 143,
    isMeasured: ({ sensors }) => sensors.isEcgOn && sensors.isOximeterOn,
    holdMs: 10_000,
  },
  {
    rule: 'H5',
    isThere: ({ heartRate }) => heartRate < 37,
    isMeasured: ({ sensors }) => sensors.isEcgOn && sensors.isOximeterOn,
    holdMs: 10_000,
  },
  { rule: 'O2', isThere: ({ spo2 }) => spo2 < 83, isMeasured: ({ sensors }) => sensors.isOximeterOn, holdMs: 0 },
];

const WATCHED: ReadonlySet<Phase> = new Set<Phase>(['baseline', 'infusion', 'observation']);
const IN_FORCE: ReadonlySet<AlarmState> = new Set<AlarmState>(['active', 'acknowledged', 'suspended']);

type TrueCourse = Pick<Course, 'draw' | 'journal' | 'ruleSet' | 'truth'>;

export function checkTruth(course: TrueCourse): readonly Violation[] {
  const has = (rule: string): boolean => course.ruleSet.rules.some(({ id }) => id === rule);
  const along = new Along(course);
  const since = new Map<string, number>();
  const missed = new Set<string>();
  const violations: Violation[] = [];
  for (const sample of course.truth) {
    along.to(sample.at ?? along.at);
    for (const danger of DANGERS.filter(({ rule }) => has(rule))) {
      const { rule } = danger;
      if (!isJudgeable(sample, danger, along)) {
        since.delete(rule);
        missed.delete(rule);
        continue;
      }
      const from = since.get(rule) ?? sample.simMs;
      since.set(rule, from);
      const isDue = sample.simMs - from >= DEVICE_MS + danger.holdMs + 1500;
      if (!isDue || missed.has(rule) || along.isInForce(rule)) continue;
      missed.add(rule);
      violations.push({
        checker: 'truth',
        at: along.at,
        what: `${rule} is true for ${(sample.simMs - from) / 1000} s and not signalled`,
        missed: 'high',
      });
    }
  }
  return [...violations, ...(has('S1') ? cuffsMissed(course) : [])];
}

/** Nobody changed the limit of a rule: then its usual one is in force. */
const isJudgeable = (sample: TruthSample, { rule, isThere, isMeasured }: Danger, along: Along): boolean =>
  sample.at !== undefined &&
  sample.areMonitorsWell &&
  sample.sensors.isLinked &&
  isMeasured(sample) &&
  isThere(sample.physiology) &&
  along.isWatched &&
  !along.hasOwnLimit(rule);

/** An S/5 sends hundredths of a mmHg in 16 bits: what is more it can only call over its range. */
const MOST_BY_S5 = 327.67;

const isTellable = ({ devices }: TrueCourse['draw'], systolic: number): boolean =>
  systolic <= MOST_BY_S5 || !devices.some(({ driver }) => driver === 'ge-s5-dri');

/** A cuff that shows 180 and more. */
function cuffsMissed(course: TrueCourse): readonly Violation[] {
  const along = new Along(course);
  const violations: Violation[] = [];
  let reading: TruthSample['cuff'];
  let sinceMs = Infinity;
  let shownAt = 0;
  for (const sample of course.truth) {
    along.to(sample.at ?? along.at);
    if (sample.cuff !== reading) [sinceMs, shownAt] = [sample.simMs, along.at];
    reading = sample.cuff;
    const isJudged =
      sample.at !== undefined &&
      sample.areMonitorsWell &&
      sample.sensors.isLinked &&
      along.isWatched &&
      !along.hasOwnLimit('S1');
    if (!isJudged) sinceMs = reading && reading.systolic >= 180 && sinceMs < Infinity ? sample.simMs : sinceMs;
    if (reading === undefined || reading.systolic < 180.5 || sample.simMs - sinceMs < DEVICE_MS || !isJudged) continue;
    sinceMs = Infinity;
    // What was read before the patient came is another one's.
    if (along.admittedAt > shownAt || along.admittedAt > (sample.at ?? 0) - DEVICE_MS) continue;
    if (!isTellable(course.draw, reading.systolic) || along.isInForce('S1') || along.hasReading(reading.systolic))
      continue;
    violations.push({
      checker: 'truth',
      at: along.at,
      what: `the cuff shows ${reading.systolic} and S1 is not signalled`,
      missed: 'high' satisfies Priority,
    });
  }
  return violations;
}

/** The journal up to a moment, as far as it is needed here. */
class Along {
  at = 0;
  admittedAt = Infinity;
  isWatched = false;
  readonly #journal: Course['journal'];
  readonly #standing = new Map<string, { readonly rule: string; readonly state: AlarmState }>();
  readonly #readings = new Set<number>();
  #ownLimits: ReadonlySet<string> = new Set();
  #next = 0;

  constructor({ journal }: TrueCourse) {
    this.#journal = journal;
  }

  to(at: number): void {
    this.at = at;
    for (
      let entry = this.#journal[this.#next];
      entry !== undefined && entry.at <= at;
      entry = this.#journal[++this.#next]
    ) {
      const { body } = entry;
      if (body.kind === 'alarm') {
        const { id, rule, state } = body.change.alarm;
        if (state === 'ended') this.#standing.delete(id);
        else this.#standing.set(id, { rule, state });
      }
      if (body.kind === 'observed' && body.observation.kind === 'nibp') this.#readings.add(body.observation.systolic);
      if (body.kind !== 'session') continue;
      if (body.cause === 'admitted') {
        this.admittedAt = entry.at;
        this.#readings.clear();
      }
      this.isWatched = body.cause !== 'ended' && WATCHED.has(body.session.phase);
      this.#ownLimits = new Set(body.session.limits.map(({ rule }) => rule));
    }
  }

  isInForce(rule: string): boolean {
    return [...this.#standing.values()].some((one) => one.rule === rule && IN_FORCE.has(one.state));
  }

  hasOwnLimit(rule: string): boolean {
    return this.#ownLimits.has(rule);
  }

  /** It came over the wire: then the judgement of it is another checker's matter. */
  hasReading(systolic: number): boolean {
    return this.#readings.has(Math.round(systolic)) || this.#readings.has(systolic);
  }
}
