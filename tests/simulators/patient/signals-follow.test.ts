/** Waveforms follow physiology: everything here is measured from the samples, as a monitor would. */
import { describe, expect, test } from 'vitest';
import { createBedside } from '$simulators/patient/bedside.ts';
import { Signals } from '$simulators/patient/signals.ts';
import type { SimulatedPatient } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';

const MINUTE = 60_000;
const RATE = 250;
const QUARTER_S = Math.floor(RATE / 4);

function named(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

function bedAt(story: Scenario, minute: number, seed = 2): SimulatedPatient {
  const bedside = createBedside(story, seed);
  bedside.advanceTo(minute * MINUTE);
  return bedside;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    mean(x.map((value, i) => (value - mx) * ((y[i] ?? NaN) - my)));
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

/** Sample numbers of the highest values within `reach` on both sides, above `floor`. */
function peaks(values: Float64Array, floor: number, reach: number): number[] {
  const found: number[] = [];
  for (let i = reach; i < values.length - reach; i++) {
    const value = values[i] ?? NaN;
    if (value < floor) continue;
    if (value === Math.max(...values.subarray(i - reach, i + reach + 1))) found.push(i);
  }
  return found;
}

/** The last minute of a signal before this bedside's minute. */
const lastMinute = (
  bedside: SimulatedPatient,
  signal: 'ecg1' | 'pleth' | 'abp' | 'respiration',
  minute: number,
): Float64Array => bedside.samples(signal, RATE, (minute - 1) * 60 * RATE, 60 * RATE);

const rPeaks = (bedside: SimulatedPatient, minute: number): number[] =>
  peaks(lastMinute(bedside, 'ecg1', minute), 0.7, RATE / 5);

/** One pulse of the finger: its crest, and how far it stands above the lowest point before it. */
function pulses(bedside: SimulatedPatient, minute: number): { readonly crest: number; readonly size: number }[] {
  const pleth = lastMinute(bedside, 'pleth', minute);
  return rPeaks(bedside, minute).flatMap((r) => {
    const window = pleth.subarray(r, r + Math.round(0.55 * RATE));
    if (r < RATE || window.length < Math.round(0.55 * RATE)) return [];
    const crest = window.indexOf(Math.max(...window));
    const foot = Math.min(...window.subarray(0, crest + 1));
    return [{ crest: r + crest, size: (window[crest] ?? NaN) - foot }];
  });
}

describe('the pulse at the finger', () => {
  test('comes sooner after the R wave as pressure rises', () => {
    const story = named('hypertensive-crisis');
    const delay = (minute: number): number => {
      const bedside = bedAt(story, minute);
      const [beats, found] = [rPeaks(bedside, minute), pulses(bedside, minute)];
      return mean(found.map(({ crest }) => ((crest - (beats.filter((r) => r < crest).at(-1) ?? NaN)) * 1000) / RATE));
    };
    expect(delay(12) - delay(42)).toBeGreaterThan(30);
  });

  test('is larger with a larger pulse pressure at the same perfusion, and smaller in a cold hand', () => {
    const size = (story: Scenario): number => mean(pulses(bedAt(story, 8), 8).map((pulse) => pulse.size));
    const calm = named('calm');
    const wide: Scenario = {
      ...calm,
      excursions: [{ fromMin: 0, toMin: 30, riseMin: 0.1, fallMin: 1, to: { systolic: 150 } }],
    };
    const cold: Scenario = { ...calm, disturbances: [{ what: 'low-perfusion', fromMin: 0, toMin: 30 }] };
    expect(size(wide) / size(calm)).toBeGreaterThan(1.2);
    expect(size(cold) / size(calm)).toBeLessThan(0.3);
  });

  test('shrinks while breathing in and grows while breathing out', () => {
    const bedside = bedAt(named('calm'), 8);
    const chest = lastMinute(bedside, 'respiration', 8);
    const found = pulses(bedside, 8);
    const volumes = found.map(({ crest }) => chest[Math.max(0, crest - Math.round(0.55 * RATE))] ?? NaN);
    expect(
      correlation(
        found.map(({ size }) => size),
        volumes,
      ),
    ).toBeLessThan(-0.5);
  });
});

describe('the heart', () => {
  test('beats faster in inspiration: intervals fall as the chest fills', () => {
    const bedside = bedAt(named('calm'), 8);
    const chest = lastMinute(bedside, 'respiration', 8);
    const beats = rPeaks(bedside, 8);
    const intervals = beats.slice(1).map((beat, i) => beat - (beats[i] ?? NaN));
    const volumes = beats.slice(0, -1).map((beat) => chest[Math.max(0, beat - Math.round(0.2 * RATE))] ?? NaN);
    expect(correlation(intervals, volumes)).toBeLessThan(-0.5);
  });
});

describe('an arterial line', () => {
  const story = named('arterial-line');

  test.each([8, 50])('shows systolic and diastolic pressure as peak and foot of every beat, at minute %i', (minute) => {
    const bedside = bedAt(story, minute);
    const abp = lastMinute(bedside, 'abp', minute);
    const tops = peaks(abp, 90, QUARTER_S);
    const feet = peaks(
      abp.map((value) => -value),
      -95,
      QUARTER_S,
    );
    expect(Math.abs(tops.length - rPeaks(bedside, minute).length)).toBeLessThanOrEqual(2);
    const watched = createBedside(story, 2);
    const seen = Array.from({ length: 60 }, (_, second) => {
      watched.advanceTo(((minute - 1) * 60 + second) * 1000);
      return watched.truth().physiology;
    });
    expect(
      Math.abs(mean(tops.map((top) => abp[top] ?? NaN)) - mean(seen.map(({ systolic }) => systolic))),
    ).toBeLessThan(2);
    expect(
      Math.abs(mean(feet.map((foot) => abp[foot] ?? NaN)) - mean(seen.map(({ diastolic }) => diastolic))),
    ).toBeLessThan(2);
  });
  test('falls a few mmHg with every breath in', () => {
    const bedside = bedAt(story, 8);
    const abp = lastMinute(bedside, 'abp', 8);
    const chest = lastMinute(bedside, 'respiration', 8);
    const tops = peaks(abp, 90, QUARTER_S);
    const heights = tops.map((top) => abp[top] ?? NaN);
    const volumes = tops.map((top) => chest[Math.max(0, top - Math.round(0.36 * RATE))] ?? NaN);
    expect(correlation(heights, volumes)).toBeLessThan(-0.5);
    const swing = Math.max(...heights) - Math.min(...heights);
    expect(swing).toBeGreaterThan(2);
    expect(swing).toBeLessThan(16);
  });

  test('has a dicrotic notch, and no step from one beat to the next', () => {
    const abp = lastMinute(bedAt({ ...story, variability: 0 }, 8), 'abp', 8);
    const [top = 0, next = 0] = peaks(abp, 90, QUARTER_S);
    const falling = Array.from(abp.subarray(top + 1, next - Math.round(0.12 * RATE)));
    const slopes = falling.slice(1).map((value, i) => value - (falling[i] ?? NaN));
    expect(Math.max(...slopes.slice(20, 60))).toBeGreaterThan(0.05);
    expect(Math.max(...slopes.slice(0, 20))).toBeLessThan(0);
    const steps = Array.from(abp.subarray(1), (value, i) => Math.abs(value - (abp[i] ?? NaN)));
    expect(Math.max(...steps)).toBeLessThan(4);
  });

  test('gives the same samples however late they are asked for, and nothing where there is no line', () => {
    const often = createBedside(story, 4);
    const asked: number[] = [];
    for (let second = 1; second <= 120; second++) {
      often.advanceTo(second * 1000);
      asked.push(...often.samples('abp', 100, (second - 1) * 100, 100));
    }
    const once = bedAt(story, 2, 4).samples('abp', 100, 0, 12_000);
    expect(Float64Array.from(asked)).toEqual(once);
    expect(once.every((value) => Number.isFinite(value))).toBe(true);
    expect([...bedAt(named('calm'), 1).samples('abp', 100, 0, 2)]).toEqual([NaN, NaN]);
  });
});

describe('nobody listening', () => {
  const physiology = bedAt(named('calm'), 1).truth().physiology;
  const person = { seed: 1, variability: 1, restingPulsePressure: 44 };

  test('no beat is drawn until a sample is asked for, and then the same ones', () => {
    let drawn = 0;
    const make = (): Signals =>
      new Signals({
        ...person,
        physiologyAt: () => {
          drawn += 1;
          return physiology;
        },
      });
    const [late, early] = [make(), make()];
    for (let second = 0; second < 600; second++) late.note({ effect: 0, armInflatedForS: undefined });
    expect([drawn, late.beats.length]).toEqual([0, 0]);
    for (let second = 0; second < 600; second++) {
      early.note({ effect: 0, armInflatedForS: undefined });
      early.catchUp();
    }
    late.catchUp();
    expect(late.beats).toEqual(early.beats);
    expect(late.breaths).toEqual(early.breaths);
  });

  test('a day of silence is worked off by itself, so that what is noted does not grow for ever', () => {
    const signals = new Signals({ ...person, physiologyAt: () => physiology });
    for (let second = 0; second <= 24 * 3600; second++) signals.note({ effect: 0, armInflatedForS: undefined });
    expect(signals.beats.length).toBeGreaterThan(1000);
    expect(signals.beats.length).toBeLessThan(2 * 3600 * 2);
  });
});
