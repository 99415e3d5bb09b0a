import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concentrationCurve, effectCurve } from '$lib/pharmacology/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { REMEMBERED_MS } from '$simulators/patient/signals.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';

const MINUTE = 60_000;
const WAVES = [
  ['ecg1', 300],
  ['pleth', 100],
  ['respiration', 25],
  ['co2', 25],
] as const;

function named(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

const bed = (id: string, seed = 1): SimulatedBedside => createBedside(named(id), seed);

function bedAt(id: string, minute: number, seed = 1): SimulatedBedside {
  const bedside = bed(id, seed);
  bedside.advanceTo(minute * MINUTE);
  return bedside;
}

function readingsUntil(bedside: SimulatedBedside, minute: number): CuffReading[] {
  const readings: CuffReading[] = [];
  for (let second = 1; second <= minute * 60; second++) {
    bedside.advanceTo(second * 1000);
    const { last } = bedside.cuff();
    if (last && last !== readings.at(-1)) readings.push(last);
  }
  return readings;
}

describe('samples', () => {
  const bedside = bedAt('restless', 27);

  test('are the same however a range is divided', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WAVES),
        fc.integer({ min: 0, max: 27 * 60 - 10 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }),
        ([waveform, rateHz], fromS, pieces) => {
          const first = fromS * rateHz;
          const total = Math.min(
            pieces.reduce((sum, count) => sum + count, 0),
            10 * rateHz,
          );
          const whole = bedside.samples(waveform, rateHz, first, total);
          const joined: number[] = [];
          for (const count of pieces)
            joined.push(
              ...bedside.samples(waveform, rateHz, first + joined.length, Math.min(count, total - joined.length)),
            );
          expect(Float64Array.from(joined)).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('and numbers are the same however time is advanced and whatever was looked at', () => {
    const whole = bedAt('surge', 5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 7, max: 40_000 }), { minLength: 1, maxLength: 30 }), (steps) => {
        const stepped = bed('surge');
        let now = 0;
        for (const step of steps) {
          now = Math.min(now + step, 5 * MINUTE);
          stepped.advanceTo(now);
          stepped.physiology();
          stepped.samples('ecg1', 300, 0, 3);
        }
        stepped.advanceTo(5 * MINUTE);
        stepped.advanceTo(MINUTE);
        expect(stepped.physiology()).toEqual(whole.physiology());
        expect(stepped.cuff()).toEqual(whole.cuff());
        for (const [waveform, rateHz] of WAVES)
          expect(stepped.samples(waveform, rateHz, 280 * rateHz, 20 * rateHz)).toEqual(
            whole.samples(waveform, rateHz, 280 * rateHz, 20 * rateHz),
          );
      }),
      { numRuns: 20 },
    );
  });

  test('in the future are refused, the sample of this very instant is there', () => {
    const at10s = bedAt('calm', 1 / 6);
    expect(at10s.samples('ecg1', 300, 3000, 1)[0]).toEqual(expect.any(Number));
    expect(() => at10s.samples('ecg1', 300, 3000, 2)).toThrow(RangeError);
    expect(at10s.samples('ecg1', 300, 5000, 0)).toHaveLength(0);
  });

  test('of signals without a sensor, before minute 0 and from long ago are no numbers', () => {
    expect([...bedAt('calm', 1).samples('pleth', 100, -2, 2)]).toEqual([NaN, NaN]);
    const late = bedAt('calm', 70);
    expect([...late.samples('abp', 100, 0, 3)]).toEqual([NaN, NaN, NaN]);
    const oldest = (70 * MINUTE - REMEMBERED_MS) / 1000;
    const [before, at] = late.samples('pleth', 100, oldest * 100 - 1, 2);
    expect(before).toBeNaN();
    expect(at).not.toBeNaN();
  });

  test('at the edge of what is remembered are those that were there at the time', () => {
    const edgeS = REMEMBERED_MS / 1000;
    const early = bedAt('calm', edgeS / 60 + 1);
    const late = bedAt('calm', (2 * edgeS) / 60 - 1);
    for (let second = 2 * edgeS - 30; second < 2 * edgeS + 30; second++) {
      late.advanceTo(second * 1000);
      for (const [waveform, rateHz] of WAVES) {
        const first = (second - edgeS) * rateHz;
        expect(late.samples(waveform, rateHz, first, rateHz)).toEqual(early.samples(waveform, rateHz, first, rateHz));
      }
    }
  });
});

describe('a patient', () => {
  test('is another one with another seed and the same one with the same seed', () => {
    for (const [waveform, rateHz] of WAVES) {
      const first = bedAt('calm', 1, 5).samples(waveform, rateHz, 0, 60 * rateHz);
      expect(bedAt('calm', 1, 5).samples(waveform, rateHz, 0, 60 * rateHz)).toEqual(first);
      expect(bedAt('calm', 1, 6).samples(waveform, rateHz, 0, 60 * rateHz)).not.toEqual(first);
    }
    expect(readingsUntil(bed('calm', 5), 20)).toEqual(readingsUntil(bed('calm', 5), 20));
    expect(readingsUntil(bed('calm', 5), 20)).not.toEqual(readingsUntil(bed('calm', 6), 20));
  });

  test('of a population is drawn by the seed', () => {
    const systolic = [1, 2, 3].map((seed) => Math.round(bed('typical', seed).physiology().systolic));
    expect(new Set(systolic).size).toBe(3);
  });

  test('answers to the drug as the marked responder that is reckoned by hand', () => {
    const readings = readingsUntil(bed('oracle'), 76);
    const at = (infusionMin: number): CuffReading | undefined =>
      readings.find(({ endedAtMs }) => endedAtMs === (infusionMin + 15) * MINUTE);
    const whole = (infusionMin: number): string =>
      `${Math.round(at(infusionMin)?.systolic ?? NaN)}/${Math.round(at(infusionMin)?.diastolic ?? NaN)}`;
    expect(readings.slice(0, 3).map((r) => [r.endedAtMs / MINUTE, r.systolic, r.diastolic, r.pulseRate])).toEqual([
      [2, 128, 78, 72],
      [6, 128, 78, 72],
      [10, 128, 78, 72],
    ]);
    expect([5, 10, 15, 20].map(whole)).toEqual(['136/83', '148/90', '156/96', '162/100']);
    expect([25, 30, 40].map(whole)).toEqual(['166/102', '169/104', '172/106']);
    expect([50, 60].map(whole)).toEqual(['162/100', '151/92']);
    expect(at(20)).toMatchObject({ diastolic: 99.8, meanArterial: 120.6 });
    expect(at(15)?.meanArterial).toBeCloseTo(116, 0);
    expect(at(40)?.meanArterial).toBeCloseTo(128, 0);
  });

  test('that is reckoned by hand has every high reading, and only those, repeated equal after 60 s', () => {
    const readings = readingsUntil(bed('oracle'), 76);
    const repeats = readings.filter(({ endedAtMs }) => endedAtMs % (5 * MINUTE) === MINUTE && endedAtMs > 15 * MINUTE);
    expect(repeats.map(({ endedAtMs }) => endedAtMs / MINUTE - 16)).toEqual([20, 25, 30, 35, 40, 50]);
    for (const repeat of repeats) {
      const first = readings.find(({ endedAtMs }) => endedAtMs === repeat.endedAtMs - MINUTE);
      expect(repeat).toEqual({ ...first, endedAtMs: repeat.endedAtMs });
    }
  });

  test('desaturates by 1 to 3 % under the drug and stays above 92', () => {
    const bedside = bed('typical', 4);
    const courses: number[] = [];
    for (let minute = 1; minute <= 60; minute++) {
      bedside.advanceTo(minute * MINUTE);
      courses.push(bedside.physiology().spo2);
    }
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const fall = mean(courses.slice(0, 15)) - mean(courses.slice(40, 55));
    expect(fall).toBeGreaterThan(0.8);
    expect(fall).toBeLessThan(3);
    expect(Math.min(...courses)).toBeGreaterThan(92);
  });
});

describe('the pump', () => {
  const START = 15 * MINUTE;

  test('that reports gives the drug: without it, or standing still, nothing rises', () => {
    const still = bed('oracle');
    still.deliver(0);
    still.advanceTo(55 * MINUTE);
    expect(still.physiology().systolic).toBe(128);
    const running = bed('oracle');
    running.deliver(0);
    running.advanceTo(START);
    running.deliver(35 / 40);
    running.advanceTo(55 * MINUTE);
    expect(running.physiology().systolic).toBeCloseTo(172, 0);
  });

  test('that never reports is taken as running as ordered, to its volume and not further', () => {
    const assumed = bed('oracle');
    const reported = bed('oracle');
    reported.deliver(0);
    const course = [
      { untilMin: 15, mgPerMin: 0 },
      { untilMin: 30, mgPerMin: 35 / 40 },
      { untilMin: 55, mgPerMin: 35 / 40 },
      { untilMin: 80, mgPerMin: 0 },
    ];
    for (const { untilMin, mgPerMin } of course) {
      reported.deliver(mgPerMin);
      reported.advanceTo(untilMin * MINUTE);
      assumed.advanceTo(untilMin * MINUTE);
      expect(assumed.physiology().systolic).toBeCloseTo(reported.physiology().systolic, 6);
    }
  });

  test('counts to the millisecond, and a repeated report changes nothing', () => {
    const inside = bed('oracle');
    inside.deliver(0);
    inside.advanceTo(START + 250);
    inside.deliver(35 / 40);
    inside.advanceTo(START + 500);
    inside.deliver(35 / 40);
    inside.advanceTo(START + 750);
    inside.deliver(0);
    inside.advanceTo(START + 10_000);
    const average = bed('oracle');
    average.deliver(0);
    average.advanceTo(START);
    average.deliver(35 / 80);
    average.advanceTo(START + 1000);
    average.deliver(0);
    average.advanceTo(START + 10_000);
    expect(inside.physiology().systolic).toBeGreaterThan(128);
    expect(inside.physiology().systolic).toBeCloseTo(average.physiology().systolic, 12);
  });

  test('cannot report what is no rate', () => {
    expect(() => bed('calm').deliver(NaN)).toThrow(RangeError);
    expect(() => bed('calm').deliver(-1)).toThrow(RangeError);
  });

  test('pushes into a closed line in vain until the line is freed, then all of it arrives', () => {
    const occluded = { ...named('pump-occlusion'), variability: 0 };
    const systolicAt = (scenarioOf: Scenario): number[] => {
      const bedside = createBedside(scenarioOf, 1);
      bedside.deliver(0);
      bedside.advanceTo(START);
      bedside.deliver(29 / 40);
      return [33, 37.5, 42, 50].map((minute) => {
        bedside.advanceTo(minute * MINUTE);
        return bedside.physiology().systolic;
      });
    };
    const closed = systolicAt(occluded);
    const free = systolicAt({ ...occluded, disturbances: [] });
    const lag = closed.map((systolic, i) => (free[i] ?? NaN) - systolic);
    expect(lag[0]).toBe(0);
    expect(lag[1]).toBeGreaterThan(1);
    expect(lag[2]).toBeLessThan(0.3);
    expect(Math.abs(lag[3] ?? NaN)).toBeLessThan(0.3);
  });

  test('gives esketamine its own kinetics', () => {
    const plan = named('esketamine').plan;
    expect(plan.drug).toBe('Esketamine');
    const bedside = createBedside({ ...named('esketamine'), variability: 0, episodes: [] }, 1);
    bedside.deliver(0);
    bedside.advanceTo(START);
    bedside.deliver(18 / 40);
    bedside.advanceTo(45 * MINUTE);
    const [e] = effectCurve('esketamine', 72, [{ fromMin: 0, toMin: 40, mgPerMin: 18 / 40 }], [30]);
    expect(
      concentrationCurve('otto', 72, [{ fromMin: 0, toMin: 40, mgPerMin: 18 / 40 }], [30])[0]?.drugNgPerMl,
    ).toBeGreaterThan(60);
    expect(bedside.physiology().systolic).toBeCloseTo(120 + 14 * (e ?? NaN), 2);
  });
});
