/**
 * The blood pressure cuff and whoever presses its button. Readings are planned by the instant they end, so that a test can
 * name the minute of a number; the cuff starts to inflate 25 to 40 s before.
 *
 *   idle / failed ──(planned end − duration, or the staff repeats a high reading)──▶ measuring
 *   measuring ──(end)──▶ idle with a new reading │ failed: the cuff is off, or this reading is planned to fail
 *
 * A step is one second.
 */
import { MINUTE_MS, SECOND_MS } from '$lib/domain/index.ts';
import { normal, STREAM, uniform, type Stream } from './chance.ts';
import type { Cuff, CuffReading, Physiology } from './simulated-bedside.ts';

export interface CuffNoise {
  readonly systolic: number;
  readonly diastolic: number;
  readonly mean: number;
  readonly pulse: number;
}

/** Standard deviation of single readings around the true pressure, mmHg and 1/min. */
export const USUAL_CUFF_NOISE: CuffNoise = { systolic: 5, diastolic: 4, mean: 1, pulse: 3 };

export interface CuffPlan {
  /** Readings that the staff takes by hand: the scenario minutes at which they end. */
  readonly byHandMin: readonly number[];
  /** The automatic readings end every so many minutes after `fromMin`, up to and including `toMin`. */
  readonly automatic: readonly { readonly fromMin: number; readonly toMin: number; readonly everyMin: number }[];
  readonly measuringS: readonly [shortest: number, longest: number];
  /** The staff presses again, once, so many seconds after a planned reading from this systolic pressure on. */
  readonly repeat?: {
    readonly fromSystolic: number;
    readonly delayS: readonly [shortest: number, longest: number];
    /** The repeat shows the same numbers: for reckoning by hand. */
    readonly isEqual?: boolean;
  };
  readonly noise: CuffNoise;
  /** Digits after the point that the monitor shows. */
  readonly decimals: number;
  readonly failsAtMin: readonly number[];
  /** While it inflates, the oximeter on the same arm loses its pulse. */
  readonly isOnOximeterArm: boolean;
}

export interface CuffState {
  readonly is:
    'idle' | 'failed' | { readonly startedAtS: number; readonly endsAtS: number; readonly isPlanned: boolean };
  readonly repeatAtS?: number;
  readonly last?: CuffReading;
}

export const RESTING_CUFF: CuffState = { is: 'idle' };

/** What the cuff meets at this second; asked for only when a measurement ends. */
export interface CuffSurroundings {
  readonly second: number;
  readonly isCuffOn: () => boolean;
  readonly physiology: () => Physiology;
}

export function stepCuff(state: CuffState, plan: CuffPlan, seed: number, around: CuffSurroundings): CuffState {
  if (typeof state.is === 'object') {
    return around.second < state.is.endsAtS ? state : finish(state, state.is.isPlanned, plan, seed, around);
  }
  const { second } = around;
  if (state.repeatAtS === second) {
    const endsAtS = second + between(plan.measuringS, uniform(seed, STREAM.cuffDuration, second));
    return { is: { startedAtS: second, endsAtS, isPlanned: false }, ...lastOf(state) };
  }
  const endsAtS = nextPlannedEnd(plan, second);
  const durationS = between(plan.measuringS, uniform(seed, STREAM.cuffDuration, endsAtS));
  return second === endsAtS - durationS ? { ...state, is: { startedAtS: second, endsAtS, isPlanned: true } } : state;
}

/** How the devices see the cuff. Its mode is what the monitor is set to: automatic while a schedule runs. */
export function showCuff(state: CuffState, plan: CuffPlan, simMs: number): Cuff {
  const running = plan.automatic.find(
    ({ fromMin, toMin }) => simMs >= fromMin * MINUTE_MS && simMs < toMin * MINUTE_MS,
  );
  const set = running ?? plan.automatic[0];
  return {
    state: typeof state.is === 'object' ? 'measuring' : state.is,
    mode: running ? 'auto' : 'manual',
    intervalMs: (set?.everyMin ?? USUAL_INTERVAL_MIN) * MINUTE_MS,
    ...lastOf(state),
  };
}

/** Seconds since the cuff began to inflate; undefined while it does not. */
export const inflatedForS = ({ is }: CuffState, second: number): number | undefined =>
  typeof is === 'object' ? second - is.startedAtS : undefined;

/** The interval a monitor is set to when nobody has chosen one. */
const USUAL_INTERVAL_MIN = 5;

const lastOf = ({ last }: CuffState): Pick<CuffState, 'last'> => (last === undefined ? {} : { last });

function finish(
  state: CuffState,
  isPlanned: boolean,
  plan: CuffPlan,
  seed: number,
  { second, isCuffOn, physiology }: CuffSurroundings,
): CuffState {
  if (!isCuffOn() || plan.failsAtMin.some((minute) => minute * 60 === second))
    return { is: 'failed', ...lastOf(state) };
  const isEqualRepeat = !isPlanned && plan.repeat?.isEqual === true;
  const last =
    isEqualRepeat && state.last
      ? { ...state.last, endedAtMs: second * SECOND_MS }
      : readingOf(physiology(), plan, seed, second);
  if (!isPlanned || !plan.repeat || last.systolic < plan.repeat.fromSystolic) return { is: 'idle', last };
  return { is: 'idle', last, repeatAtS: second + between(plan.repeat.delayS, uniform(seed, STREAM.cuffDelay, second)) };
}

function readingOf(physiology: Physiology, plan: CuffPlan, seed: number, second: number): CuffReading {
  const noisy = (value: number, sd: number, stream: Stream): number => value + sd * normal(seed, stream, second);
  const round = (value: number): number => Number(value.toFixed(plan.decimals));
  const systolic = noisy(physiology.systolic, plan.noise.systolic, STREAM.cuffSystolic);
  const diastolic = noisy(physiology.diastolic, plan.noise.diastolic, STREAM.cuffDiastolic);
  const mean = noisy(diastolic + (systolic - diastolic) / 3, plan.noise.mean, STREAM.cuffMean);
  return {
    endedAtMs: second * SECOND_MS,
    systolic: round(systolic),
    diastolic: round(diastolic),
    meanArterial: round(mean),
    pulseRate: round(noisy(physiology.heartRate, plan.noise.pulse, STREAM.cuffPulse)),
  };
}

/** The first planned end after this second; infinite when none is left. */
function nextPlannedEnd({ byHandMin, automatic }: CuffPlan, second: number): number {
  let next = Infinity;
  for (const minute of byHandMin) if (minute * 60 > second) next = Math.min(next, minute * 60);
  for (const { fromMin, toMin, everyMin } of automatic) {
    const count = Math.max(1, Math.floor((second / 60 - fromMin) / everyMin) + 1);
    const endMin = fromMin + count * everyMin;
    if (endMin <= toMin && endMin * 60 > second) next = Math.min(next, endMin * 60);
  }
  return next;
}

const between = ([shortest, longest]: readonly [number, number], chance: number): number =>
  shortest + Math.floor(chance * (longest - shortest + 1));
