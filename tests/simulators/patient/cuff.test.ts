import { describe, expect, test } from 'vitest';
import {
  inflatedForS,
  RESTING_CUFF,
  showCuff,
  stepCuff,
  USUAL_CUFF_NOISE,
  type CuffPlan,
  type CuffState,
} from '$simulators/patient/cuff.ts';
import type { CuffReading, Physiology } from '$simulators/patient/simulated-bedside.ts';

const SILENT = { systolic: 0, diastolic: 0, mean: 0, pulse: 0 };
const PLAN: CuffPlan = {
  byHandMin: [2],
  automatic: [{ fromMin: 5, toMin: 20, everyMin: 5 }],
  measuringS: [25, 40],
  repeat: { fromSystolic: 160, delayS: [60, 90] },
  noise: SILENT,
  decimals: 0,
  failsAtMin: [],
  isOnOximeterArm: false,
};

const pressure = (systolic: number, diastolic = 80): Physiology => ({
  heartRate: 72,
  systolic,
  diastolic,
  spo2: 97,
  perfusionIndex: 2,
  respiratoryRate: 14,
  etco2: 38,
});

interface Watched {
  readonly readings: readonly CuffReading[];
  readonly states: readonly CuffState[];
}

/** Steps the cuff second by second; `systolicAt` is the true pressure. */
function watch(
  plan: CuffPlan,
  minutes: number,
  systolicAt: (second: number) => number,
  isCuffOn: (second: number) => boolean = () => true,
  seed = 1,
): Watched {
  const readings: CuffReading[] = [];
  const states: CuffState[] = [RESTING_CUFF];
  let state: CuffState = RESTING_CUFF;
  for (let second = 1; second <= minutes * 60; second++) {
    const next = stepCuff(state, plan, seed, {
      second,
      isCuffOn: () => isCuffOn(second),
      physiology: () => pressure(systolicAt(second)),
    });
    if (next.last && next.last !== state.last) readings.push(next.last);
    state = next;
    states.push(state);
  }
  return { readings, states };
}

const endsMin = ({ readings }: Watched): number[] => readings.map(({ endedAtMs }) => endedAtMs / 60_000);

describe('the cuff', () => {
  test('ends its readings exactly when they are planned', () => {
    expect(endsMin(watch(PLAN, 30, () => 120))).toEqual([2, 10, 15, 20]);
  });

  test('inflates 25 to 40 s for a reading, not always the same', () => {
    const durations = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { states } = watch(PLAN, 21, () => 120, undefined, seed);
      const starts = states.filter(
        (state, second) => typeof state.is === 'object' && inflatedForS(state, second) === 0,
      );
      for (const { is } of starts) if (typeof is === 'object') durations.add(is.endsAtS - is.startedAtS);
    }
    expect(Math.min(...durations)).toBe(25);
    expect(Math.max(...durations)).toBe(40);
  });

  test('reads the pressure at its end, with a third of the pulse pressure in the mean', () => {
    const [reading] = watch(PLAN, 3, (second) => (second >= 119 ? 150 : 110)).readings;
    expect(reading).toEqual({ endedAtMs: 120_000, systolic: 150, diastolic: 80, meanArterial: 103, pulseRate: 72 });
  });

  test('is pressed once more 60 to 90 s after a high reading, and not again after the repeat', () => {
    const delays = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const watched = watch(PLAN, 9, () => 170, undefined, seed);
      expect(watched.readings).toHaveLength(2);
      const pressedAt = watched.states.findIndex((state, s) => typeof state.is === 'object' && s > 120);
      delays.add(pressedAt - 120);
    }
    expect(Math.min(...delays)).toBe(60);
    expect(Math.max(...delays)).toBe(90);
  });

  test('is left alone after a reading one below the limit, or where nobody repeats', () => {
    expect(endsMin(watch(PLAN, 9, () => 159))).toEqual([2]);
    const { repeat: _, ...withoutRepeat } = PLAN;
    expect(endsMin(watch(withoutRepeat, 9, () => 200))).toEqual([2]);
  });

  test('shows the same numbers again where a scenario is reckoned by hand', () => {
    const plan = {
      ...PLAN,
      repeat: { fromSystolic: 160, delayS: [30, 30], isEqual: true } as const,
      measuringS: [30, 30] as const,
    };
    const { readings } = watch(plan, 5, (second) => 160 + second);
    expect(readings).toEqual([
      expect.objectContaining({ endedAtMs: 120_000, systolic: 280 }),
      expect.objectContaining({ endedAtMs: 180_000, systolic: 280 }),
    ]);
  });

  test('fails where it is off or a reading is planned to fail, keeps the reading before, and goes on', () => {
    const off = watch(
      PLAN,
      30,
      () => 120,
      (second) => second < 550 || second > 700,
    );
    expect(endsMin(off)).toEqual([2, 15, 20]);
    expect(off.states[600]).toMatchObject({ is: 'failed', last: { endedAtMs: 120_000 } });
    expect(off.states[900]).toMatchObject({ is: 'idle', last: { endedAtMs: 900_000 } });
    expect(endsMin(watch({ ...PLAN, failsAtMin: [10] }, 30, () => 120))).toEqual([2, 15, 20]);
  });

  test('scatters single readings by 5, 4 and 3 around the truth', () => {
    const plan: CuffPlan = {
      ...PLAN,
      byHandMin: [],
      automatic: [{ fromMin: 0, toMin: 4000, everyMin: 1 }],
      noise: USUAL_CUFF_NOISE,
      decimals: 2,
    };
    const { readings } = watch(plan, 4000, () => 120);
    expect(readings).toHaveLength(4000);
    const spread = (values: readonly number[], truth: number): number =>
      Math.sqrt(values.reduce((sum, value) => sum + (value - truth) ** 2, 0) / values.length);
    expect(
      Math.abs(
        spread(
          readings.map((r) => r.systolic),
          120,
        ) - 5,
      ),
    ).toBeLessThan(0.25);
    expect(
      Math.abs(
        spread(
          readings.map((r) => r.diastolic),
          80,
        ) - 4,
      ),
    ).toBeLessThan(0.2);
    expect(
      Math.abs(
        spread(
          readings.map((r) => r.pulseRate),
          72,
        ) - 3,
      ),
    ).toBeLessThan(0.15);
    const meanError = readings.map((r) => r.meanArterial - (r.diastolic + (r.systolic - r.diastolic) / 3));
    expect(Math.abs(spread(meanError, 0) - 1)).toBeLessThan(0.1);
  });

  test('tells the devices mode, interval and state', () => {
    const { states } = watch(PLAN, 6, () => 120);
    expect(showCuff(RESTING_CUFF, PLAN, 0)).toEqual({ state: 'idle', mode: 'manual', intervalMs: 300_000 });
    expect(showCuff(states[119] ?? RESTING_CUFF, PLAN, 119_000)).toMatchObject({ state: 'measuring', mode: 'manual' });
    expect(showCuff(states[301] ?? RESTING_CUFF, PLAN, 301_000)).toMatchObject({
      state: 'idle',
      mode: 'auto',
      last: { endedAtMs: 120_000 },
    });
  });
});
