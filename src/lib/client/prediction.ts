/**
 * The concentration that a published model expects of what the pumps really gave and still have to give: pure. It is an
 * estimate, it is called one wherever it is shown, and no alarm is judged on it.
 */
import {
  fail,
  isInfusing,
  MINUTE_MS,
  monotonicMs,
  ok,
  type MonotonicMs,
  type Plan,
  type Result,
} from '$lib/domain/index.ts';
import { concentrationCurve, PARAMETER_SETS, type Delivery } from '$lib/pharmacology/index.ts';
import { modelsFrom, parameterSetFor } from '$lib/pharmacology/templates.ts';
import type { BedView, ChannelView } from '$lib/realtime/index.ts';

export interface Prediction {
  readonly model: string;
  readonly at: readonly MonotonicMs[];
  readonly ngPerMl: readonly number[];
  readonly now: number;
  /** Up to here the pumps told what they gave; from here on the present rate is carried on to the planned end. */
  readonly knownUntil: MonotonicMs;
  /** The highest value from now on, and when. */
  readonly peak: { readonly at: MonotonicMs; readonly ngPerMl: number };
}

const STEP_MS = MINUTE_MS / 2;
/** How far the curve goes on after the last drop. */
const TAIL_MS = 30 * MINUTE_MS;

/** A delivery on the station's clock. */
interface Given {
  readonly from: number;
  readonly to: number;
  readonly mgPerMin: number;
}

/**
 * Refused when the drug has no model here, or when something flowed whose concentration is not known: a curve of a part of the
 * dose would look like the whole.
 */
export function predict(
  bed: Pick<BedView, 'channels' | 'models'>,
  plan: Plan,
  now: MonotonicMs,
): Result<Prediction, 'no-model' | 'no-concentration' | 'nothing-given'> {
  const set = parameterSetFor(plan.drug, modelsFrom(bed.models));
  if (set === undefined) return fail('no-model');
  const channels = bed.channels.filter(({ isTherapy }) => isTherapy);
  const flowed = channels.filter(({ course }) => course.some(({ ml }) => ml > 0));
  if (flowed.some(({ noDose }) => noDose !== undefined)) return fail('no-concentration');
  const past = channels.flatMap(givenBy);
  const first = Math.min(...past.map(({ from }) => from));
  if (past.length === 0) return fail('nothing-given');
  const given = [...past, ...givenFrom(channels, plan)];
  const end = Math.max(now, ...given.map(({ to }) => to)) + TAIL_MS;
  const at = timesOf(first, end, [now, ...given.flatMap(({ from, to }) => [from, to])]);
  const minute = (time: number): number => (time - first) / MINUTE_MS;
  const deliveries = given.map(({ from, to, mgPerMin }): Delivery => ({
    fromMin: minute(from),
    toMin: minute(to),
    mgPerMin,
  }));
  const curve = concentrationCurve(set, plan.weightKg, deliveries, at.map(minute)).map((one) => one.drugNgPerMl);
  return ok({
    model: PARAMETER_SETS[set].label,
    at,
    ngPerMl: curve,
    now: curve[at.indexOf(now)] ?? 0,
    knownUntil: monotonicMs(Math.max(...past.map(({ to }) => to))),
    peak: peakFrom(at, curve, now),
  });
}

function givenBy({ course }: ChannelView): readonly Given[] {
  return course.flatMap(({ from, to, ml, mgPerMl }) =>
    ml > 0 && mgPerMl !== undefined ? [{ from, to, mgPerMin: (ml * mgPerMl * MINUTE_MS) / (to - from) }] : [],
  );
}

/**
 * What flows now goes on until all channels together have given the planned dose. A pump that stands, or does not say what it
 * does, gives nothing more.
 */
function givenFrom(channels: readonly ChannelView[], { doseMgPerKg, weightKg }: Plan): readonly Given[] {
  const flowing = channels.flatMap(({ reading, mgPerMin = 0 }) =>
    isInfusing(reading.state) && mgPerMin > 0 ? [{ from: reading.at, mgPerMin }] : [],
  );
  const leftMg = doseMgPerKg * weightKg - channels.reduce((sum, { deliveredMg = 0 }) => sum + deliveredMg, 0);
  const mgPerMin = flowing.reduce((sum, one) => sum + one.mgPerMin, 0);
  if (leftMg <= 0 || mgPerMin === 0) return [];
  const lastsMs = (leftMg / mgPerMin) * MINUTE_MS;
  return flowing.map((one) => ({ ...one, to: one.from + lastsMs }));
}

/** Every half minute, and where the flow turns: the curve has its corners there. */
function timesOf(from: number, to: number, turns: readonly number[]): readonly MonotonicMs[] {
  const steps = Array.from({ length: Math.floor((to - from) / STEP_MS) + 1 }, (_, i) => from + i * STEP_MS);
  return [...new Set([...steps, ...turns])]
    .filter((at) => at >= from)
    .sort((a, b) => a - b)
    .map(monotonicMs);
}

function peakFrom(at: readonly MonotonicMs[], curve: readonly number[], now: MonotonicMs): Prediction['peak'] {
  let peak = { at: now, ngPerMl: 0 };
  curve.forEach((ngPerMl, i) => {
    const time = at[i];
    if (time !== undefined && time >= now && ngPerMl > peak.ngPerMl) peak = { at: time, ngPerMl };
  });
  return peak;
}
