/** The predicted concentration at a screen, from what a pump really gave: the reference figures within 0.5 %. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type InfusionReading, type Plan } from '$lib/domain/index.ts';
import { infusionProgress, therapyOf } from '$lib/client/infusion-progress.ts';
import { predict, type Prediction } from '$lib/client/prediction.ts';
import { BedViewer } from '$core/bed-view.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import type { ModelChoice } from '$lib/pharmacology/templates.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { PLAN, TestBed } from '../support/bed.ts';
import { CountingPump, type CountingPumpMake } from '../support/counting-pump.ts';

const START_S = 60;
const RATE = 52.5;
/** A counter with hundredths and a look every five seconds is how a pump tells; the figures must come out all the same. */
const EVERY_S = 5;

interface Watched {
  readonly bed: TestBed;
  readonly pump: CountingPump;
}

function watched(plan: Plan = PLAN, make: CountingPumpMake = {}): Watched {
  const bed = new TestBed().admitted().command(1, { type: 'set-plan', plan });
  return { bed, pump: new CountingPump(bed, START_S, { everyS: EVERY_S, ...make }) };
}

const minute = (min: number): number => START_S + min * 60;

function shown({ bed }: Watched, models?: Partial<ModelChoice>): BedView {
  return new BedViewer(models).whole({ state: bed.state, label: 'Bed 1', waves: [] });
}

function predicted(at: Watched, models?: Partial<ModelChoice>, plan: Plan = PLAN): Prediction {
  const result = predict(shown(at, models), plan, at.bed.state.now);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** At a minute after the start. Times of the curve are every half minute from the first drop. */
function at({ at: times, ngPerMl }: Prediction, min: number): number {
  const value = ngPerMl[times.indexOf(monotonicMs(minute(min) * 1000))];
  if (value === undefined) throw new Error(`nothing at minute ${min}`);
  return value;
}

function expectCurve(prediction: Prediction, reference: readonly (readonly [min: number, ngPerMl: number])[]): void {
  for (const [min, ngPerMl] of reference) {
    const tolerance = Math.max(0.005 * ngPerMl, 0.05);
    expect(Math.abs(at(prediction, min) - ngPerMl), `minute ${min}`).toBeLessThanOrEqual(tolerance);
  }
}

const CLEMENTS = [
  [5, 33.2],
  [10, 62],
  [20, 109.5],
  [30, 146.9],
  [40, 177.3],
  [45, 157.4],
  [50, 140.8],
  [60, 115.4],
] as const;
const CLEMENTS_PAUSED = [
  [20, 109.5],
  [25, 96],
  [30, 118],
  [45, 170.9],
  [60, 123.1],
] as const;
const DOMINO_PAUSED = [
  [20, 209.6],
  [25, 63.3],
  [30, 200],
  [45, 237.7],
  [60, 59.8],
] as const;

describe('0.5 mg/kg over 40 min', () => {
  test('as the pump gave it', () => {
    const there = watched();
    there.pump.runs(minute(40), RATE).tell('complete', 0).stands(minute(60), 'complete');
    expectCurve(predicted(there), CLEMENTS);
  });

  test('half of it given, the other half foreseen', () => {
    const there = watched();
    there.pump.runs(minute(20), RATE);
    const prediction = predicted(there);
    expectCurve(prediction, CLEMENTS);
    expect(prediction.now).toBeCloseTo(109.5, 0);
    expect(prediction.knownUntil).toBe(minute(20) * 1000);
    expect(prediction.peak.at / 1000).toBeCloseTo(minute(40), -1);
    expect(prediction.peak.ngPerMl).toBeCloseTo(177.3, 0);
  });

  test.each([
    [
      'domino',
      { ketamine: 'domino' },
      PLAN,
      [
        [10, 181.8],
        [40, 240.3],
        [50, 71.1],
      ],
    ],
    ['hijazi', { ketamine: 'hijazi' }, PLAN, []],
    [
      'otto',
      {},
      { ...PLAN, drug: 'Esketamine' },
      [
        [10, 56.1],
        [40, 158],
        [60, 103.8],
      ],
    ],
    [
      'simons',
      { esketamine: 'simons' },
      { ...PLAN, drug: 'Esketamine' },
      [
        [10, 195.1],
        [40, 288.7],
        [60, 90.7],
      ],
    ],
  ] as const)('by the site’s choice of %s', (set, models, plan, reference) => {
    const there = watched(plan, { says: { drugName: plan.drug } });
    there.pump.runs(minute(30), RATE);
    const prediction = predicted(there, models, plan);
    expectCurve(prediction, reference);
    expect(prediction.model.toLowerCase()).toContain(set);
  });

  test('a choice that this page does not know is the default', () => {
    const there = watched();
    there.pump.runs(minute(10), RATE);
    const view: BedView = { ...shown(there), models: { ketamine: 'of-next-year' } };
    const result = predict(view, PLAN, there.bed.state.now);
    expect(result).toMatchObject({ ok: true, value: { model: 'Clements 1981' } });
  });
});

describe('paused from minute 20 to 25, then to the full dose', () => {
  const paused = (make: CountingPumpMake = {}, toMin = 60): Watched => {
    const there = watched(PLAN, make);
    there.pump
      .runs(minute(20), RATE)
      .stands(minute(25))
      .runs(minute(Math.min(45, toMin)), RATE);
    if (toMin > 45) there.pump.tell('complete', 0).stands(minute(toMin), 'complete');
    return there;
  };

  test.each([
    ['clements250', CLEMENTS_PAUSED],
    ['domino', DOMINO_PAUSED],
  ] as const)('%s', (ketamine, reference) => {
    expectCurve(predicted(paused(), { ketamine }), reference);
  });

  test('by a pump without a counter', () => {
    expectCurve(predicted(paused({ counts: false })), CLEMENTS_PAUSED);
  });

  test('foreseen from minute 30 on', () => {
    expectCurve(predicted(paused({}, 30)), CLEMENTS_PAUSED);
  });

  test('while it is paused nothing more is foreseen', () => {
    const there = watched();
    there.pump.runs(minute(20), RATE).stands(minute(22));
    const prediction = predicted(there);
    expect(at(prediction, 25)).toBeCloseTo(96, 0);
    expect(at(prediction, 40)).toBeLessThan(at(prediction, 25));
    expect(prediction.peak.ngPerMl).toBe(prediction.now);
  });
});

describe('what else a pump does', () => {
  test('a change of rate: the rest of the dose takes longer', () => {
    const there = watched();
    there.pump.runs(minute(20), RATE).runs(minute(25), RATE / 2);
    const prediction = predicted(there);
    expect((prediction.peak.at / 1000 - START_S) / 60).toBeCloseTo(60, 0);
    expect(prediction.peak.ngPerMl).toBeLessThan(177.3);
  });

  test('a bolus that only the counter shows is in it', () => {
    const there = watched();
    there.pump.runs(minute(20), RATE);
    const before = predicted(there).now;
    there.pump.gives(7).runs(minute(20) + 5, RATE);
    // 7 mg at once into 1.7522 L/kg of a patient of 70 kg.
    expect(predicted(there).now - before).toBeCloseTo((7 / (1.7522 * 70)) * 1000, -1);
  });

  test('what ran while the link was away is in it when the counter tells', () => {
    const there = watched();
    there.pump.runs(minute(10), RATE).unheard(minute(20), RATE).runs(minute(21), RATE);
    expectCurve(predicted(there), [
      [10, 62],
      [20, 109.5],
    ]);
  });

  test('a counter that is set to nought takes nothing out of it', () => {
    const there = watched();
    there.pump.runs(minute(10), RATE);
    there.pump.counterMl = 0;
    there.pump.runs(minute(20), RATE);
    expectCurve(predicted(there), [
      [10, 62],
      [20, 109.5],
    ]);
  });

  test('two syringes, one after the other, are one curve', () => {
    const there = watched();
    there.pump.runs(minute(20), RATE).stands(minute(20) + 1);
    const says: Partial<InfusionReading> = { channel: 'p2', concentration: { value: 2, unit: 'mg/mL' } };
    new CountingPump(there.bed, minute(20) + 2, { everyS: EVERY_S, says }).runs(minute(30), RATE / 2);
    expectCurve(predicted(there), [
      [20, 109.5],
      [30, 146.6],
    ]);
  });

  test('a carrier and its bolus are not in it', () => {
    const [plain, carried] = [watched(), watched()];
    plain.pump.runs(minute(20), RATE);
    carried.pump.runs(minute(10), RATE);
    const carrier = new CountingPump(carried.bed, minute(10), { says: { channel: 'c', drugName: 'NaCl 0,9%' } });
    carrier.gives(20).runs(minute(10) + 4, 100);
    carried.pump.runs(minute(20), RATE);
    expect(predicted(carried).now).toBeCloseTo(predicted(plain).now, 0);
  });

  test.each([
    ['nothing-given', PLAN, {}, false],
    ['no-model', { ...PLAN, drug: 'Propofol' }, { drugName: 'Propofol' }, true],
    ['no-concentration', PLAN, { concentration: { value: 1, unit: 'mmol/mL' } }, true],
  ] as const)('%s', (why, plan, says, runs) => {
    const there = watched(plan, { says });
    if (runs) there.pump.runs(minute(5), RATE);
    expect(predict(shown(there), plan, there.bed.state.now)).toEqual({ ok: false, error: why });
  });

  test('it never makes an alarm: no rule knows of it', () => {
    const said = JSON.stringify(ADULT_IV_KETAMINE).toLowerCase();
    expect(said).not.toMatch(/ng\/ml|predict|plasma/);
  });
});

describe('progress', () => {
  const progressOf = (there: Watched) => {
    const view = shown(there);
    const channel = therapyOf(view.channels);
    if (!channel) throw new Error('no therapy');
    return { progress: infusionProgress(channel, PLAN), view };
  };

  test('by the dose, with the end that the rest of it needs', () => {
    const there = watched();
    there.pump.runs(minute(10), RATE);
    const { progress, view } = progressOf(there);
    expect(progress.share).toBeCloseTo(0.25, 3);
    expect(progress.leftMl).toBeCloseTo(26.25, 1);
    expect((progress.endsAt ?? 0) / 1000).toBeCloseTo(minute(40), -1);
    expect(progress.mgPerKgPerHour).toBeCloseTo(0.75, 9);
    expect(view.therapy).toMatchObject({ channels: ['p1'], plannedMg: 35, remarks: [] });
    expect(view.therapy?.percentOfPlan).toBeCloseTo(25, 1);
    expect(view.therapy?.ratePercentOfPlan).toBeCloseTo(100, 6);
    expect(view.therapy?.mgPerKg).toBeCloseTo(0.125, 3);
  });

  test('with another concentration the dose counts, not the planned volume', () => {
    const there = watched(PLAN, { says: { concentration: { value: 2, unit: 'mg/mL' } } });
    there.pump.runs(minute(10), RATE);
    const { progress } = progressOf(there);
    expect(progress.share).toBeCloseTo(0.5, 3);
    expect(progress.leftMl).toBeCloseTo(8.75, 1);
    expect((progress.endsAt ?? 0) / 1000).toBeCloseTo(minute(20), -1);
  });

  test('the pump’s own end stands beside it', () => {
    const there = watched(PLAN, { says: { volumeRemainingMl: 10.5, timeRemainingS: 720 } });
    there.pump.runs(minute(10), RATE);
    expect((progressOf(there).progress.pumpEndsAt ?? 0) / 1000).toBe(minute(22));
  });
});
