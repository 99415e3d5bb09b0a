/**
 * The concentration that a published model expects of what the pump gave and still has to give: pure. It is an estimate, it
 * is called one wherever it is shown, and no alarm is judged on it.
 */
import { fail, MINUTE_MS, monotonicMs, ok, type MonotonicMs, type Plan, type Result } from '$lib/domain/index.ts';
import {
  concentrationCurve,
  DEFAULT_PARAMETER_SET,
  PARAMETER_SETS,
  type Delivery,
  type ParameterSetId,
} from '$lib/pharmacology/index.ts';
import type { ChannelView } from '$lib/realtime/index.ts';
import { concentrationOf, infusionProgress } from './infusion-progress.ts';

export interface Prediction {
  readonly model: string;
  readonly at: readonly MonotonicMs[];
  readonly ngPerMl: readonly number[];
  readonly now: number;
  /** The highest value from now on, and when. */
  readonly peak: { readonly at: MonotonicMs; readonly ngPerMl: number };
}

const STEP_MS = MINUTE_MS / 2;
/** How far the curve goes on after the last drop. */
const TAIL_MS = 30 * MINUTE_MS;
const ESKETAMINE_SET: ParameterSetId = 'otto';

/** Refused when the drug has no model here, or when its concentration in the syringe is not known. */
export function predict(
  channel: ChannelView,
  plan: Plan,
  now: MonotonicMs,
): Result<Prediction, 'no-model' | 'no-concentration' | 'nothing-given'> {
  const set = setFor(plan.drug);
  if (set === undefined) return fail('no-model');
  const mgPerMl = concentrationOf(channel, plan);
  if (mgPerMl === undefined) return fail('no-concentration');
  const first = channel.rates.find(([, mlPerHour]) => mlPerHour > 0)?.[0];
  if (first === undefined) return fail('nothing-given');
  const endsAt = infusionProgress(channel, plan).endsAt ?? now;
  const at = gridOf(first, Math.max(now, endsAt) + TAIL_MS, now);
  const minute = (time: number): number => (time - first) / MINUTE_MS;
  const deliveries = deliveriesOf(channel, mgPerMl, endsAt).map(([from, to, mgPerMin]): Delivery => ({
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
    peak: peakFrom(at, curve, now),
  });
}

function setFor(drug: string): ParameterSetId | undefined {
  const name = drug.toLowerCase();
  if (name.startsWith('esketamine') || name.startsWith('s-ketamine')) return ESKETAMINE_SET;
  return name.startsWith('ketamine') ? DEFAULT_PARAMETER_SET : undefined;
}

/** Every half minute, and now. */
function gridOf(from: MonotonicMs, to: number, now: MonotonicMs): readonly MonotonicMs[] {
  const steps = Array.from({ length: Math.floor((to - from) / STEP_MS) + 1 }, (_, i) =>
    monotonicMs(from + i * STEP_MS),
  );
  return [...new Set([...steps, now])].filter((at) => at >= from).sort((a, b) => a - b);
}

/** What flows now goes on until the planned end. */
function deliveriesOf(
  { rates }: ChannelView,
  mgPerMl: number,
  endsAt: number,
): readonly (readonly [from: number, to: number, mgPerMin: number])[] {
  return rates.flatMap(([at, mlPerHour], i) => {
    const to = rates[i + 1]?.[0] ?? endsAt;
    return mlPerHour > 0 && to > at ? [[at, to, (mlPerHour * mgPerMl) / 60] as const] : [];
  });
}

function peakFrom(at: readonly MonotonicMs[], curve: readonly number[], now: MonotonicMs): Prediction['peak'] {
  let peak = { at: now, ngPerMl: 0 };
  curve.forEach((ngPerMl, i) => {
    const time = at[i];
    if (time !== undefined && time >= now && ngPerMl > peak.ngPerMl) peak = { at: time, ngPerMl };
  });
  return peak;
}
