/** When a patient may go home, by the rules of the admission and what was measured and scored since the treatment. */
import { describe, expect, test } from 'vitest';
import {
  monotonicMs,
  USUAL_DISCHARGE,
  type DischargeCriteria,
  type ScaleId,
  type Score,
  type Session,
} from '$lib/domain/index.ts';
import { NASAL_ESKETAMINE } from '$lib/rules/presets.ts';
import { criteriaOf, judgeDischarge } from '$lib/realtime/discharge.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { BedViewer } from '$core/bed-view.ts';
import { MONITOR, TestBed } from '../support/bed.ts';

const ENDED = 40 * 60_000;
const minutesAfter = (minutes: number) => monotonicMs(ENDED + minutes * 60_000);

const shown = (bed: TestBed): BedView => new BedViewer().whole({ state: bed.state, label: 'Bed 1', waves: [] });
const admitted = (): { view: BedView; session: Session } => {
  const view = shown(new TestBed().admitted(1));
  if (view.session === undefined) throw new Error('nobody is admitted');
  return { view, session: { ...view.session, infusionEndedAt: monotonicMs(ENDED) } };
};

const score = (scale: ScaleId, value: number, minutes: number, more: Partial<Score> = {}): Score => ({
  id: `${scale} ${minutes}`,
  scale,
  value,
  at: minutesAfter(minutes),
  by: { name: 'Nurse 07', station: 'screen-1' },
  ...more,
});

const stateOf = (
  key: string,
  minutes: number,
  scores: readonly Score[] = [],
  criteria?: Partial<DischargeCriteria>,
) => {
  const { view, session } = admitted();
  const rules = view.rules && { ...view.rules, discharge: { ...USUAL_DISCHARGE, ...criteria } };
  const judged = judgeDischarge({ ...view, ...(rules && { rules }) }, { ...session, scores }, minutesAfter(minutes));
  return judged.find((one) => one.key === key)?.state;
};

describe('the criteria for going home', () => {
  test('are those of the rules that the patient was admitted with', () => {
    const nasal = shown(new TestBed(NASAL_ESKETAMINE).admitted(1));
    expect(nasal.rules).toMatchObject({ id: 'nasal-esketamine', title: NASAL_ESKETAMINE.title });
    expect(criteriaOf(nasal).observedAtLeastMin).toBe(120);
    expect(criteriaOf(admitted().view)).toEqual(USUAL_DISCHARGE);
    expect(shown(new TestBed()).rules).toBeUndefined();
  });

  test('ask for the minutes of observation that the rules ask for', () => {
    expect(stateOf('observed', 59)).toBe('unmet');
    expect(stateOf('observed', 60)).toBe('met');
    expect(stateOf('observed', 60, [], { observedAtLeastMin: 120 })).toBe('unmet');
    expect(stateOf('observed', 120, [], { observedAtLeastMin: 120 })).toBe('met');
  });

  test('judge a pressure against the baseline and the limits of the rules', () => {
    const { view, session } = admitted();
    const reading = {
      kind: 'nibp' as const,
      source: MONITOR,
      at: minutesAfter(10),
      measuredAt: minutesAfter(10),
      systolic: 140,
      diastolic: 80,
      mean: 100,
      isMeanEstimated: true,
    };
    const baseline = { systolic: 120, diastolic: 75, meanArterial: 90, readings: [] };
    const by = { acceptedAt: monotonicMs(0), acceptedBy: { name: 'Nurse 07', station: 'screen-1' } };
    const judged = (rise: number) => {
      const discharge = { ...USUAL_DISCHARGE, pressureRiseAtMostPercent: rise };
      const rules = view.rules && { ...view.rules, discharge };
      const seen = { ...view, nibp: { ...view.nibp, readings: [reading] }, ...(rules && { rules }) };
      return judgeDischarge(seen, { ...session, baseline: { ...baseline, ...by } }, minutesAfter(61))[1]?.state;
    };
    expect(judged(20)).toBe('met');
    expect(judged(10)).toBe('unmet');
  });
});

describe('a score', () => {
  test.each<[string, ScaleId, number, string]>([
    ['alertness', 'moaas', 5, 'met'],
    ['alertness', 'moaas', 4, 'unmet'],
    ['recovery', 'aldrete', 9, 'met'],
    ['recovery', 'aldrete', 8, 'unmet'],
  ])('%s: %s %d is %s', (key, scale, value, state) => {
    expect(stateOf(key, 61, [score(scale, value, 50)])).toBe(state);
  });

  test('that nobody entered is not asked for', () => {
    expect(stateOf('alertness', 61)).toBeUndefined();
    expect(stateOf('recovery', 61, [score('moaas', 5, 50)])).toBeUndefined();
  });

  test('from before the end of the treatment says nothing of now, and that is not met', () => {
    expect(stateOf('alertness', 61, [score('moaas', 5, -10)])).toBe('unknown');
    expect(stateOf('alertness', 61, [score('moaas', 5, -10), score('moaas', 4, 30)])).toBe('unmet');
  });

  test('counts as it was corrected last, and the newest one', () => {
    const first = score('aldrete', 7, 40);
    expect(stateOf('recovery', 61, [first, score('aldrete', 10, 45, { corrects: first.id })])).toBe('met');
    expect(stateOf('recovery', 61, [score('aldrete', 10, 30), first])).toBe('unmet');
  });

  test('is asked for as high as the rules ask', () => {
    expect(stateOf('recovery', 61, [score('aldrete', 8, 50)], { aldreteAtLeast: 8 })).toBe('met');
  });
});
