import { describe, expect, test } from 'vitest';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { Physiology, SimulatedPatient } from '$simulators/patient/simulated-bedside.ts';
import { scenario, withScript, type Scenario } from '$simulators/scenarios/index.ts';

const MINUTE = 60_000;

function named(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

const calm = named('calm');

/** What is true at these minutes, in a patient like a formula. */
function at(story: Scenario, minutes: readonly number[]): readonly Physiology[] {
  const bedside = createBedside({ ...story, variability: 0 }, 1);
  return minutes.map((minute) => {
    bedside.advanceTo(minute * MINUTE);
    return bedside.truth().physiology;
  });
}

/** Every second's value of a living patient. */
function course(
  story: Scenario,
  fromMin: number,
  toMin: number,
  look: (bedside: SimulatedPatient) => number,
): number[] {
  const bedside = createBedside(story, 3);
  return Array.from({ length: Math.round((toMin - fromMin) * 60) }, (_, i) => {
    bedside.advanceTo(fromMin * MINUTE + i * 1000);
    return look(bedside);
  });
}

const isStarted = (story: Scenario, minutes: readonly number[]): readonly boolean[] => {
  const bedside = createBedside(story, 1);
  return minutes.map((minute) => {
    bedside.advanceTo(minute * MINUTE);
    return bedside.order().isStarted;
  });
};

describe('a script', () => {
  test('of a hypertensive crisis reaches 200/120 at infusion minute 25, whoever the patient is, and ends the infusion', () => {
    for (const story of [named('hypertensive-crisis'), withScript(named('arriving'), 'hypertensive-crisis', 40)]) {
      const [before, there] = at(story, [36, 40]);
      expect(before?.systolic).toBeLessThan(140);
      expect([there?.systolic, there?.diastolic].map((value) => Math.round(value ?? NaN))).toEqual([200, 120]);
      expect(isStarted(story, [45.9, 46, 60])).toEqual([true, false, false]);
      expect(at(story, [78])[0]?.systolic).toBeLessThan(135);
    }
  });

  test('of a vagal episode reaches heart rate 45 and systolic 85, and is gone after six minutes', () => {
    const story = withScript(calm, 'vagal-episode', 30);
    const [before, during, after] = at(story, [29.9, 32, 36]);
    expect([during?.heartRate, during?.systolic]).toEqual([45, 85]);
    for (const outside of [before, after]) expect(outside?.heartRate).toBeGreaterThan(65);
  });

  test('of anxiety at the cannulation adds 15 to the heart rate for three minutes', () => {
    const [before, during, still, after] = at(named('cannulation-anxiety'), [11.4, 12, 14.4, 15]);
    const base = before?.heartRate ?? NaN;
    expect([during, still, after].map((now) => Math.round((now?.heartRate ?? NaN) - base))).toEqual([15, 15, 0]);
  });

  test('of nausea slows the heart to 48 while the patient is restless', () => {
    const story = named('nausea');
    expect(at(story, [40])[0]?.heartRate).toBe(48);
    const bedside = createBedside(story, 1);
    bedside.advanceTo(39.5 * MINUTE);
    expect(bedside.truth().artefacts).toEqual(['movement']);
  });

  test('of an occlusion lets the response sink, and what the line held raise it again', () => {
    const still = { ...calm, variability: 0 };
    const bedside = createBedside(withScript(still, 'occlusion', 30), 1);
    const free = createBedside(still, 1);
    const drug = [30, 34.5, 36].map((minute) =>
      [bedside, free].map((one) => {
        one.deliver(minute < 30 ? 0 : 35 / 40);
        one.advanceTo(minute * MINUTE);
        return one.truth();
      }),
    );
    const lag = drug.map(
      ([closed, open]) => (open?.concentrationNgPerMl ?? NaN) - (closed?.concentrationNgPerMl ?? NaN),
    );
    expect(lag[0]).toBe(0);
    expect(lag[1]).toBeGreaterThan(15);
    expect(lag[2]).toBeLessThan(2);
    expect(drug[1]?.[0]?.effect).toBeLessThan(drug[1]?.[1]?.effect ?? NaN);
    expect(drug[2]?.[0]?.effect).toBeGreaterThan(drug[1]?.[0]?.effect ?? NaN);
  });

  test('of oversedation slows breathing first, then saturation follows and carbon dioxide has risen', () => {
    const story = named('oversedation');
    const [early, deep, over] = at(story, [44, 47, 60]);
    expect([early?.respiratoryRate, early?.etco2]).toEqual([6, 58]);
    expect(early?.spo2).toBeGreaterThan(94);
    expect(deep?.spo2).toBe(84);
    expect(over?.respiratoryRate).toBeGreaterThan(12);
    expect(over?.spo2).toBeGreaterThan(94);
    expect(isStarted(story, [46.9, 47])).toEqual([true, false]);
    const breaths = course(story, 42, 42.1, (bedside) => bedside.physiology().respiratoryRate);
    expect(Math.min(...breaths)).toBeGreaterThan(5);
  });

  test('of desaturation dips three times, each below a minute', () => {
    const low = course(named('desaturation-dips'), 34, 44, (bedside) => (bedside.physiology().spo2 < 91 ? 1 : 0));
    const starts = low.filter((value, i) => value === 1 && low[i - 1] !== 1).length;
    expect(starts).toBe(3);
    expect(low.reduce((sum, value) => sum + value, 0)).toBeLessThan(3 * 60);
    expect(low.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(45);
  });

  test('of a pump that stands still for seven minutes lets the drug in the blood fall, and goes on', () => {
    const story = named('pump-stop');
    expect(isStarted(story, [31.9, 32, 38.9, 39])).toEqual([true, false, false, true]);
    const bedside = createBedside(story, 1);
    const [before = NaN, end = NaN, later = NaN] = [32, 39, 45].map((minute) => {
      bedside.advanceTo(minute * MINUTE);
      return bedside.truth().concentrationNgPerMl;
    });
    expect(end).toBeLessThan(before);
    expect(later).toBeGreaterThan(before);
  });
});

describe('nasal esketamine', () => {
  test('raises pressure most about 40 minutes after the first device, without any pump', () => {
    const story = { ...named('nasal-esketamine'), variability: 0 };
    const bedside = createBedside(story, 1);
    bedside.deliver(0);
    const systolic = Array.from({ length: 120 }, (_, minute) => {
      bedside.advanceTo((15 + minute) * MINUTE);
      expect(bedside.order().isStarted).toBe(false);
      return bedside.truth().physiology.systolic;
    });
    const highest = systolic.indexOf(Math.max(...systolic));
    expect(Math.abs(highest - 40)).toBeLessThanOrEqual(5);
    expect((systolic[highest] ?? NaN) - 122).toBeGreaterThan(10);
    expect((systolic[90] ?? NaN) - 122).toBeLessThan(0.5 * ((systolic[highest] ?? NaN) - 122));
  });
});
