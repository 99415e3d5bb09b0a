import { describe, expect, test } from 'vitest';
import { monotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import type { NibpView, VitalView } from '$lib/realtime/index.ts';
import { derivedNumbers } from '$lib/client/derived-numbers.ts';
import { changeFrom } from '$lib/client/baseline.ts';
import { cuffReadout, heartRate, readout, shownAgeMs } from '$lib/client/readout.ts';
import { cuffAge, cuffDoing, cuffPlan, spokenCuff } from '$lib/client/spoken.ts';
import { MONITOR } from '../support/bed.ts';

const NOW = monotonicMs(100_000);
const vital = (reading: VitalView['reading'], ageMs: number): VitalView => ({
  reading,
  at: monotonicMs(NOW - ageMs),
  source: MONITOR,
  staleAfterMs: 7500,
  expiredAfterMs: 13_000,
});
const measured = (ageMs: number): NibpMeasurement & { readonly mean: number; readonly isMeanEstimated: boolean } => {
  const at = monotonicMs(NOW - ageMs);
  const pair = { systolic: 151, diastolic: 92, mean: 112 };
  return { kind: 'nibp', source: MONITOR, at, measuredAt: at, ...pair, isMeanEstimated: false };
};
const nibp = (parts: Partial<NibpView> = {}): NibpView => ({ readings: [], intervalMin: 5, ...parts });
const UNDATED = {
  kind: 'cuff',
  source: MONITOR,
  at: NOW,
  state: 'idle',
  undated: { systolic: 93, diastolic: 60 },
} as const;

describe('a number on the screen', () => {
  test.each([
    [0, 'live', '92'],
    [7500, 'live', '92'],
    [7501, 'stale', '92'],
    [13_001, 'none', '--'],
  ] as const)('of %i ms is %s and reads %s', (ageMs, state, text) => {
    const shown = readout('heartRate', vital({ value: 92.4 }, ageMs), NOW);
    expect(shown).toMatchObject({ state, text, ageMs });
    expect(shownAgeMs(shown)).toBe(ageMs);
  });

  test.each([
    ['sensor-off', '--'],
    ['searching', '--'],
    ['over-range', '---'],
    ['under-range', '---'],
  ] as const)('that is missing (%s) is never 0 and never an old one: %s', (missing, text) => {
    const shown = readout('spo2', vital({ missing }, 100), NOW);
    expect(shown).toMatchObject({ state: 'none', text, why: missing });
    expect(shown.value).toBeUndefined();
    expect(shownAgeMs(shown)).toBeUndefined();
  });

  test('that the device doubts stands in brackets with a question mark', () => {
    expect(readout('spo2', vital({ value: 88, isQuestionable: true }, 0), NOW).text).toBe('(88?)');
  });

  test('that was never heard has no age', () => {
    expect(readout('spo2', undefined, NOW)).toEqual({ state: 'none', text: '--', why: 'never' });
  });

  test('of the heart comes from the pulse while the ECG has none', () => {
    const vitals = { heartRate: vital({ missing: 'sensor-off' }, 0), pulseRate: vital({ value: 71 }, 0) };
    expect(heartRate({ vitals }, NOW)).toMatchObject({ vital: 'pulseRate', text: '71' });
    expect(heartRate({ vitals: {} }, NOW)).toMatchObject({ vital: 'heartRate', text: '--' });
  });
});

describe('the cuff on the screen', () => {
  test.each([
    [true, 450_000, 'live'],
    [true, 450_001, 'stale'],
    [false, 600_000, 'live'],
    [false, 600_001, 'stale'],
  ] as const)('with a session %s, %i ms after its last reading is %s', (hasSession, ageMs, state) => {
    const cuff = cuffReadout(nibp({ readings: [measured(ageMs)] }), hasSession, NOW);
    expect(cuff).toMatchObject({ state, text: '151/92', mean: 112, ageMs });
  });

  test('keeps its age while it measures anew', () => {
    const cuff = cuffReadout(nibp({ readings: [measured(240_000)] }), true, NOW);
    expect(cuffDoing(cuff, 'measuring')).toBe('4 min · measuring …');
    expect(cuffDoing(cuffReadout(nibp(), true, NOW), 'measuring')).toBe('measuring …');
    expect(cuffPlan(nibp({ cuff: { ...UNDATED, state: 'measuring' } }), true, NOW)).toEqual(['measuring …']);
  });

  test('of unknown age is grey, says so, and is neither compared nor reckoned with', () => {
    const cuff = cuffReadout(nibp({ cuff: UNDATED }), true, NOW);
    expect(cuff).toEqual({ state: 'stale', text: '93/60', isUndated: true });
    expect(cuffAge(cuff)).toBe('time unknown');
    expect(spokenCuff(cuff, [])).toBe('Cuff pressure 93/60 mmHg, time unknown');
    expect(changeFrom(132, cuff.systolic)).toBeUndefined();
    const rate = readout('heartRate', vital({ value: 70 }, 0), NOW);
    expect(derivedNumbers(cuff, rate)).toEqual({ ratePressure: '--', pulsePressure: '--', shockIndex: '--' });
  });

  test('of unknown age does not take the place of a reading whose time is known', () => {
    const cuff = cuffReadout(nibp({ cuff: UNDATED, readings: [measured(60_000)] }), true, NOW);
    expect(cuff).toMatchObject({ text: '151/92', state: 'live' });
    expect(cuff.isUndated).toBeUndefined();
  });

  test('that has read nothing yet says so', () => {
    const cuff = cuffReadout(nibp(), true, NOW);
    expect(cuff).toEqual({ state: 'none', text: '--/--' });
    expect(cuffAge(cuff)).toBe('no reading yet');
  });
});
