import { describe, expect, test } from 'vitest';
import { WAVEFORMS } from '$lib/domain/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function named(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

function bedAt(id: string, minute: number, seed = 1): SimulatedBedside {
  const bedside = createBedside(named(id), seed);
  bedside.advanceTo(minute * MINUTE);
  return bedside;
}

/** Numbers of the samples that stand out above `floor` and above their neighbours within `reach`. */
function peaks(values: Float64Array, floor: number, reach: number): number[] {
  const found: number[] = [];
  values.forEach((value, i) => {
    if (value < floor) return;
    const around = values.subarray(Math.max(0, i - reach), i + reach + 1);
    if (value === Math.max(...around)) found.push(i);
  });
  return found;
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const spread = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};
const intervals = (positions: readonly number[], rateHz: number): number[] =>
  positions.slice(1).map((position, i) => ((position - (positions[i] ?? NaN)) * 1000) / rateHz);

describe('the ECG', () => {
  const ecg = bedAt('calm', 5).samples('ecg1', 300, 0, 5 * 60 * 300);
  const rPeaks = peaks(ecg, 0.7, 60);

  test('beats at the heart rate of the patient', () => {
    expect(Math.abs(rPeaks.length / 5 - 66)).toBeLessThan(3);
    const fast = bedAt('pump-occlusion', 5).samples('ecg1', 300, 0, 5 * 60 * 300);
    expect(Math.abs(peaks(fast, 0.7, 60).length / 5 - 90)).toBeLessThan(3);
  });

  test('varies from beat to beat like a living heart: 15 to 80 ms', () => {
    const deviation = spread(intervals(rPeaks, 300));
    expect(deviation).toBeGreaterThan(15);
    expect(deviation).toBeLessThan(80);
  });

  test('is quicker while breathing in than while breathing out', () => {
    const bedside = bedAt('calm', 5);
    const volume = bedside.samples('respiration', 25, 0, 5 * 60 * 25);
    const beats = rPeaks.slice(1).map((peak, i) => {
      const before = rPeaks[i] ?? 0;
      return { interval: peak - before, volume: volume[Math.round((before * 25) / 300)] ?? NaN };
    });
    const high = beats.filter((beat) => beat.volume > 0.2).map((beat) => beat.interval);
    const low = beats.filter((beat) => beat.volume < -0.2).map((beat) => beat.interval);
    expect(mean(high)).toBeLessThan(mean(low) * 0.98);
  });

  test('shows P, Q, R, S and T of lead II in their order and size', () => {
    const beat = rPeaks[20] ?? 0;
    const part = (fromMs: number, toMs: number): Float64Array =>
      ecg.subarray(beat + Math.round(fromMs * 0.3), beat + Math.round(toMs * 0.3));
    const baseline = mean(part(-80, -50));
    expect(Math.max(...part(-180, -100)) - baseline).toBeGreaterThan(0.08);
    expect(Math.min(...part(-45, -10)) - baseline).toBeLessThan(-0.03);
    expect((ecg[beat] ?? NaN) - baseline).toBeGreaterThan(0.95);
    expect(Math.min(...part(10, 50)) - baseline).toBeLessThan(-0.1);
    expect(Math.max(...part(180, 360)) - baseline).toBeGreaterThan(0.2);
    expect(Math.min(...ecg)).toBeGreaterThan(WAVEFORMS.ecg1.range[0]);
    expect(Math.max(...ecg)).toBeLessThan(WAVEFORMS.ecg1.range[1]);
  });

  test('shrinks its QT time as the heart quickens', () => {
    const tAfterR = (id: string): number => {
      const values = createAt(id).samples('ecg1', 300, 0, 60 * 300);
      const delays = peaks(values, 0.7, 60)
        .slice(1, 40)
        .map((peak) => {
          const after = values.subarray(peak + 45, peak + 120);
          return after.indexOf(Math.max(...after));
        });
      return mean(delays);
    };
    const createAt = (id: string): SimulatedBedside => bedAt(id, 1);
    expect(tAfterR('pump-occlusion')).toBeLessThan(tAfterR('calm-observation') - 3);
  });

  test('moves in size and baseline with every breath, except in a patient like a formula', () => {
    const baselines = rPeaks.slice(1).map((peak) => mean(ecg.subarray(peak - 24, peak - 15)));
    const sizes = rPeaks.slice(1).map((peak, i) => (ecg[peak] ?? NaN) - (baselines[i] ?? NaN));
    expect(spread(baselines)).toBeGreaterThan(0.012);
    expect(spread(sizes)).toBeGreaterThan(0.015);
    const formula = bedAt('oracle', 2).samples('ecg1', 300, 0, 120 * 300);
    const oraclePeaks = peaks(formula, 0.7, 60);
    expect(spread(intervals(oraclePeaks, 300))).toBeLessThan(2);
    expect(oraclePeaks.length).toBe(144);
  });
});

describe('the pleth', () => {
  const bedside = bedAt('calm', 5);
  const pleth = bedside.samples('pleth', 100, 0, 5 * 60 * 100);
  const feet = peaks(pleth, 1, 35);

  test('pulses once for each heart beat, 350 to 600 ms after its R wave at the crest', () => {
    const rPeaks = peaks(bedside.samples('ecg1', 300, 0, 5 * 60 * 300), 0.7, 60);
    expect(Math.abs(feet.length - rPeaks.length)).toBeLessThanOrEqual(1);
    const delays = feet.slice(5, 200).map((crest) => {
      const before = rPeaks.filter((peak) => peak / 3 < crest).at(-1) ?? NaN;
      return crest * 10 - (before * 10) / 3;
    });
    expect(Math.min(...delays)).toBeGreaterThan(300);
    expect(Math.max(...delays)).toBeLessThan(600);
  });

  test('lies around zero, as large as the perfusion index says', () => {
    expect(Math.abs(mean(pleth))).toBeLessThan(0.05);
    const size = Math.max(...pleth) - Math.min(...pleth);
    expect(size).toBeGreaterThan(1.6);
    expect(size).toBeLessThan(4.5);
  });

  test('has a dicrotic notch between crest and foot', () => {
    const crest = feet[30] ?? 0;
    const notch = Math.min(...pleth.subarray(crest + 15, crest + 28));
    const second = Math.max(...pleth.subarray(crest + 24, crest + 40));
    expect(second).toBeGreaterThan(notch + 0.05);
    expect(second).toBeLessThan((pleth[crest] ?? NaN) / 1.5);
  });

  test('all but goes, with the saturation, while the cuff squeezes the same arm', () => {
    const squeezed = bedAt('restless', 2 - 5 / 60, 3);
    expect(squeezed.cuff().state).toBe('measuring');
    const [during, before] = [115, 60].map((second) => {
      const values = squeezed.samples('pleth', 100, (second - 4) * 100, 400);
      return Math.max(...values) - Math.min(...values);
    });
    expect(during).toBeLessThan((before ?? NaN) / 5);
    const saturation = squeezed.physiology().spo2;
    squeezed.advanceTo(2.5 * MINUTE);
    expect(squeezed.physiology().spo2 - saturation).toBeGreaterThan(3);
    expect(bedAt('calm', 2 - 5 / 60, 3).physiology().spo2).toBeGreaterThan(96);
  });
});

describe('breathing', () => {
  test('shows as many breaths in impedance and CO2 as the respiratory rate says', () => {
    const bedside = bedAt('calm', 10);
    const impedance = bedside.samples('respiration', 25, 0, 10 * 60 * 25);
    const breaths = peaks(impedance, 0.1, 40).length / 10;
    expect(Math.abs(breaths - 14)).toBeLessThan(1);
    const co2 = bedside.samples('co2', 25, 0, 10 * 60 * 25);
    const rises = co2.filter((value, i) => value > 2 && (co2[i - 1] ?? 0) <= 2).length / 10;
    expect(Math.abs(rises - breaths)).toBeLessThan(0.5);
    expect(Math.min(...co2)).toBe(0);
    expect(Math.abs(Math.max(...co2) - 5)).toBeLessThan(0.4);
  });

  test('leaves CO2 while it leaves the chest, not while it enters', () => {
    const bedside = bedAt('calm', 2);
    const impedance = bedside.samples('respiration', 25, 0, 120 * 25);
    const co2 = bedside.samples('co2', 25, 0, 120 * 25);
    const whileFull = co2.filter((_, i) => (impedance[i] ?? 0) > 0.55);
    const emptying = co2.filter((_, i) => (impedance[i] ?? 0) < (impedance[i - 10] ?? 0) - 0.1);
    expect(mean(whileFull)).toBeLessThan(1);
    expect(mean(emptying)).toBeGreaterThan(4);
  });
});

describe('a sensor that is off', () => {
  const holes = (values: Float64Array): number => values.filter((value) => Number.isNaN(value)).length;

  test('leaves a hole as long as it is off, in its own signals only', () => {
    const bedside = bedAt('probe-off', 36);
    const fromS = 23 * 60;
    const lengthS = 13 * 60;
    expect(holes(bedside.samples('pleth', 100, fromS * 100, lengthS * 100))).toBe(90 * 100);
    expect(holes(bedside.samples('ecg1', 300, fromS * 300, lengthS * 300))).toBe(120 * 300);
    expect(holes(bedside.samples('respiration', 25, fromS * 25, lengthS * 25))).toBe(120 * 25);
    expect(holes(bedside.samples('co2', 25, fromS * 25, lengthS * 25))).toBe(0);
    expect(bedside.samples('pleth', 100, 24 * 6000 - 1, 2)[0]).not.toBeNaN();
    expect(bedside.samples('pleth', 100, 24 * 6000 - 1, 2)[1]).toBeNaN();
  });

  test('at a free bed gives nothing at all', () => {
    const bedside = bedAt('free-bed', 2);
    for (const waveform of ['ecg1', 'pleth', 'respiration', 'co2'] as const)
      expect(holes(bedside.samples(waveform, 50, 0, 6000))).toBe(6000);
    expect(bedside.cuff()).toMatchObject({ state: 'idle' });
  });
});

test('movement disturbs ECG, pleth and impedance while it lasts', () => {
  const bedside = bedAt('restless', 29);
  for (const [waveform, rateHz] of [
    ['ecg1', 300],
    ['pleth', 100],
    ['respiration', 25],
  ] as const) {
    const roughness = (second: number): number => {
      const values = bedside.samples(waveform, rateHz, second * rateHz, 20 * rateHz);
      return spread(Array.from(values));
    };
    expect(roughness(26.5 * 60)).toBeGreaterThan(roughness(25.3 * 60) * 1.1);
  }
});
