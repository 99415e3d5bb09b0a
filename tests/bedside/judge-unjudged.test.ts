/** Rules that apply and lack an input: they say so, and why, and keep no other from judging. */
import { beforeEach, describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { MONITOR } from '../support/bed.ts';
import { JudgedBed, limit, RULES, states } from '../support/judged-bed.ts';

let bed: JudgedBed;
beforeEach(() => {
  bed = JudgedBed.by();
});
const during = (act: () => void): readonly string[] => bed.during(act);

describe('what cannot be judged', () => {
  const why = (): readonly string[] => bed.state.unjudged.map((one) => `${one.rule}: ${one.why}`);
  const missing = (atS: number, vitals: readonly ('heartRate' | 'spo2')[], reason: 'sensor-off' | 'artefact') =>
    bed.input(atS, {
      kind: 'observed',
      observation: {
        ...{ kind: 'numerics', source: MONITOR, at: monotonicMs(atS * 1000) },
        values: Object.fromEntries(vitals.map((vital) => [vital, { missing: reason }])),
      },
    });
  const rulesOf = (): readonly string[] => bed.state.unjudged.map((one) => one.rule);

  test('is listed with the reason, in the order of the rules, while it is so', () => {
    expect(why()).toEqual([]);
    missing(2, ['spo2'], 'sensor-off');
    expect(rulesOf()).toEqual(['LOW', 'LOWER']);
    expect(why().every((one) => one.includes('the sensor is off'))).toBe(true);
    missing(3, ['heartRate'], 'artefact');
    expect(rulesOf()).toEqual(RULES.map(({ id }) => id));
    bed.numerics(4, { spo2: 98 });
    expect(rulesOf()).toEqual(['FAST', 'FASTER', 'QUICK']);
    bed.numerics(5, { heartRate: 72 });
    expect(why()).toEqual([]);
  });

  test('is the same list while it says the same, and another when the reason is', () => {
    missing(2, ['spo2'], 'sensor-off');
    const { unjudged } = bed.state;
    missing(3, ['spo2'], 'sensor-off').numerics(4, { heartRate: 80 }).to(5);
    expect(bed.state.unjudged).toBe(unjudged);
    missing(6, ['spo2'], 'artefact');
    expect(rulesOf()).toEqual(['LOW', 'LOWER']);
    expect(why().every((one) => one.includes('artefact'))).toBe(true);
  });

  test('is listed anew when one reason of several is another', () => {
    bed = JudgedBed.by([limit('FAST', 'heartRate', '>=', 120), limit('LOW', 'spo2', '<=', 90)]);
    missing(2, ['heartRate', 'spo2'], 'sensor-off');
    const [fast, slow] = why();
    missing(3, ['spo2'], 'artefact');
    expect(why()).toEqual([fast, expect.stringContaining('artefact')]);
    expect(why()[1]).not.toBe(slow);
    missing(4, ['heartRate'], 'artefact');
    expect(why()).toEqual([expect.stringContaining('artefact'), expect.stringContaining('artefact')]);
  });

  test('is listed anew when one rule takes the place of another', () => {
    bed = JudgedBed.by([limit('FAST', 'heartRate', '>=', 120), limit('LOW', 'spo2', '<=', 90)]);
    missing(2, ['spo2'], 'sensor-off');
    expect(rulesOf()).toEqual(['LOW']);
    bed.input(3, {
      kind: 'observed',
      observation: {
        ...{ kind: 'numerics', source: MONITOR, at: monotonicMs(3000) },
        values: { spo2: { value: 98 }, heartRate: { missing: 'sensor-off' } },
      },
    });
    expect(rulesOf()).toEqual(['FAST']);
  });

  test('suspends what stands, and the rest goes on', () => {
    bed.numerics(2, { heartRate: 125, spo2: 90 });
    expect(during(() => missing(3, ['spo2'], 'sensor-off'))).toEqual(['LOW suspended']);
    expect(states(bed.state)).toEqual({ FAST: 'active', LOW: 'suspended' });
    expect(rulesOf()).toEqual(['LOW', 'LOWER']);
  });

  test('keeps no other alarm from being told, and stays the same list beside it', () => {
    missing(2, ['spo2'], 'sensor-off');
    const { unjudged } = bed.state;
    expect(during(() => bed.numerics(3, { heartRate: 125 }))).toEqual(['FAST signalled']);
    expect(bed.state.unjudged).toBe(unjudged);
  });
});
