import { describe, expect, test } from 'vitest';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { Physiology } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';

const MINUTE = 60_000;

function named(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

interface Look {
  readonly found: Physiology;
  readonly truth: Physiology;
  readonly artefacts: readonly string[];
}

function look(story: Scenario, fromMin: number, toMin: number): readonly Look[] {
  const bedside = createBedside(story, 6);
  return Array.from({ length: Math.round((toMin - fromMin) * 60) }, (_, second) => {
    bedside.advanceTo(fromMin * MINUTE + second * 1000);
    const { physiology: truth, artefacts } = bedside.truth();
    return { found: bedside.physiology(), truth, artefacts };
  });
}

const calm = named('calm');
const disturbed = (what: Scenario['disturbances'][number]['what']): Scenario => ({
  ...calm,
  disturbances: [{ what, fromMin: 20, toMin: 22 }],
});
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('an arterial line', () => {
  const trace = (what?: 'arterial-open' | 'arterial-damped'): readonly number[] => {
    const bedside = createBedside({ ...(what ? disturbed(what) : calm), hasArterialLine: true }, 6);
    bedside.advanceTo(22 * MINUTE);
    const all = [...bedside.samples('abp', 100, 20 * 6000, 12_000)];
    return [mean(all), Math.min(...all), Math.max(...all)];
  };

  test('that is damped passes the mean and next to no pulse; one that is open to the air shows zero', () => {
    const [[whole = 0, low = 0, high = 0], [passed = 0, least = 0, most = 0], open] = [
      trace(),
      trace('arterial-damped'),
      trace('arterial-open'),
    ];
    expect(high - low).toBeGreaterThan(30);
    // Whole pressures drift over two minutes; the pulse itself is gone.
    expect(most - least).toBeLessThan((high - low) / 2);
    expect(Math.abs(passed - whole)).toBeLessThan(6);
    for (const value of open) expect(Math.abs(value)).toBeLessThan(0.5);
  });
});

describe('an artefact', () => {
  test.each([
    'movement',
    'low-perfusion',
    'ecg-off',
    'oximeter-off',
    'cuff-off',
    'capnograph-off',
    'arterial-open',
    'arterial-damped',
    'monitor-unlinked',
    'pump-unlinked',
  ] as const)('%s is named in the truth from its first second to its last, and only then', (what) => {
    const seen = look(disturbed(what), 19, 23).map(({ artefacts }) =>
      artefacts.filter((name) => name !== 'cuff-failed'),
    );
    expect(seen.findIndex((names) => names.length > 0)).toBe(60);
    expect(seen.slice(60, 180).every((names) => names.length === 1 && names[0] === what)).toBe(true);
    expect(seen.slice(180).every((names) => names.length === 0)).toBe(true);
  });

  test.each(['movement', 'low-perfusion', 'ecg-off', 'oximeter-off', 'cuff-off'] as const)(
    '%s never changes what is true of the patient',
    (what) => {
      const [with_, without] = [look(disturbed(what), 19, 23), look(calm, 19, 23)];
      expect(with_.map(({ truth }) => truth)).toEqual(without.map(({ truth }) => truth));
    },
  );

  test('of movement makes the oximeter find too little, by some percent and not steadily; pressures stay true', () => {
    const during = look(disturbed('movement'), 20, 22);
    const fall = during.map(({ found, truth }) => truth.spo2 - found.spo2);
    expect(Math.min(...fall)).toBeGreaterThan(3);
    expect(Math.max(...fall)).toBeLessThan(25);
    expect(new Set(fall.map((value) => value.toFixed(2))).size).toBeGreaterThan(20);
    for (const { found, truth } of during) expect({ ...found, spo2: truth.spo2 }).toEqual(truth);
  });

  test('of a cold hand makes the pulse at the finger small and saturation uncertain to both sides', () => {
    const during = look(disturbed('low-perfusion'), 20, 22);
    expect(mean(during.map(({ found, truth }) => found.perfusionIndex / truth.perfusionIndex))).toBeCloseTo(0.12, 6);
    const errors = during.map(({ found, truth }) => found.spo2 - truth.spo2);
    expect(Math.max(...errors)).toBeGreaterThan(0.3);
    expect(Math.min(...errors)).toBeLessThan(-0.3);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(5);
  });

  test('of the cuff on the arm of the oximeter: saturation and pulse go while it inflates, and come back', () => {
    const seen = look({ ...calm, cuff: { ...calm.cuff, isOnOximeterArm: true } }, 1, 3);
    const squeezed = seen.filter(({ artefacts }) => artefacts.includes('cuff-on-oximeter-arm'));
    expect(squeezed.length).toBeGreaterThanOrEqual(25);
    expect(squeezed.length).toBeLessThanOrEqual(40);
    expect(Math.max(...squeezed.map(({ truth, found }) => truth.spo2 - found.spo2))).toBeGreaterThan(4.5);
    for (const { found, truth, artefacts } of seen) if (artefacts.length === 0) expect(found).toEqual(truth);
  });

  test('of a failed reading is there until the next one succeeds', () => {
    const seen = look({ ...calm, cuff: { ...calm.cuff, failsAtMin: [30] } }, 29, 36);
    const failed = seen.map(({ artefacts }) => artefacts.includes('cuff-failed'));
    expect(failed.indexOf(true)).toBe(60);
    expect(failed.at(-1)).toBe(false);
  });

  test('is none in an undisturbed patient: sensors find the truth', () => {
    for (const { found, truth, artefacts } of look(calm, 1, 10)) {
      expect(artefacts).toEqual([]);
      expect(found).toEqual(truth);
    }
  });
});

describe('the truth', () => {
  test('tells the drug: concentration and effect rise with the infusion and fall after it', () => {
    const bedside = createBedside({ ...calm, variability: 0 }, 1);
    const [before, end, late] = [15, 55, 120].map((minute) => {
      bedside.advanceTo(minute * MINUTE);
      return bedside.truth();
    });
    expect([before?.concentrationNgPerMl, before?.effect]).toEqual([0, 0]);
    expect(end?.concentrationNgPerMl).toBeCloseTo(177, 0);
    expect(end?.effect).toBeCloseTo(1, 2);
    expect(late?.effect).toBeLessThan(0.2);
  });

  test('depends on the kinetics chosen, and on the seed where they are drawn', () => {
    const peak = (kinetics: NonNullable<Scenario['kinetics']>, seed = 1): readonly [number, number] => {
      const bedside = createBedside({ ...calm, variability: 0, kinetics }, seed);
      bedside.advanceTo(55 * MINUTE);
      const { concentrationNgPerMl, effect } = bedside.truth();
      return [Math.round(concentrationNgPerMl), Math.round(effect * 20) / 20];
    };
    expect(peak({ set: 'clements250' })).toEqual(peak({}));
    expect(peak({ set: 'domino' })).toEqual([240, 1]);
    const drawn = Array.from({ length: 20 }, (_, seed) => peak({ isDrawn: true }, seed)[0]);
    expect(new Set(drawn).size).toBeGreaterThan(15);
    expect(Math.min(...drawn)).toBeGreaterThan(80);
    expect(Math.max(...drawn)).toBeLessThan(350);
  });
});
