/** A plan while it is typed: what it comes to, and whether the pump agrees. */
import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import {
  concentrationVerdict,
  draftSums,
  isUnusualDose,
  pumpVerdict,
  usualDose,
  type PlanDraft,
} from '$lib/client/plan-draft.ts';

const DRAFT: PlanDraft = {
  drug: 'Ketamine',
  doseMgPerKg: '0.5',
  weightKg: '71',
  concentrationMgPerMl: '2',
  durationMin: '40',
};

const reading = (more: Partial<InfusionReading>): InfusionReading => ({
  kind: 'infusion',
  at: monotonicMs(0),
  source: deviceId('pump'),
  channel: '1',
  state: 'stopped',
  alarms: [],
  ...more,
});

const pump = (rateSetMlPerHour: number, mgPerMl?: number): InfusionReading =>
  reading({ rateSetMlPerHour, ...(mgPerMl !== undefined && { concentration: { value: mgPerMl, unit: 'mg/mL' } }) });

describe('the sums of a plan', () => {
  test('of 0.5 mg/kg over 40 min for 71 kg at 2 mg/mL are 35.5 mg, 17.75 mL and 26.6 mL/h', () => {
    expect(draftSums(DRAFT)).toMatchObject({ total: '35.5 mg', volume: '17.75 mL', rate: '26.6 mL/h' });
    expect(draftSums(DRAFT).peak).toMatch(/^\d+ ng\/mL$/);
  });

  test('follow a decimal comma, and name no model where there is none', () => {
    expect(draftSums({ ...DRAFT, doseMgPerKg: '0,5' }).total).toBe('35.5 mg');
    expect(draftSums({ ...DRAFT, drug: 'Midazolam' }).peak).toBe('no model for this drug');
  });

  test.each(['', 'half', '-1', '1e9'])('are dashes while the dose is "%s"', (doseMgPerKg) => {
    expect(draftSums({ ...DRAFT, doseMgPerKg })).toEqual({ total: '--', volume: '--', rate: '--', peak: '--' });
  });
});

describe('the pump beside the plan', () => {
  test('agrees within 2 %', () => {
    expect(pumpVerdict(DRAFT, pump(26.6, 2))).toEqual({
      isGood: true,
      text: 'The pump is set to 26.6 mL/h: within 2 % of the planned dose.',
    });
  });

  test('deviates with what it would really give', () => {
    const verdict = pumpVerdict(DRAFT, pump(53.2, 2));
    expect(verdict?.isGood).toBe(false);
    expect(verdict?.text).toContain('100 % more than the planned 35.5 mg');
  });

  test('is never good when it reckons with another concentration, even where rate and its concentration fit the dose', () => {
    const verdict = pumpVerdict(DRAFT, pump(53.25, 1));
    expect(verdict?.isGood).toBe(false);
    expect(verdict?.text).toContain('The pump reckons with 1 mg/mL, the plan with 2 mg/mL.');
    expect(concentrationVerdict('2', pump(53.25, 1))).toEqual({ isGood: false, text: 'pump says 1 mg/mL · DIFFERS' });
  });

  test('that tells no rate, or is not there, is not good either', () => {
    expect(pumpVerdict(DRAFT, reading({}))?.isGood).toBe(false);
    expect(pumpVerdict(DRAFT, undefined)?.isGood).toBe(false);
  });

  test('is not judged while the plan has no sums', () => {
    expect(pumpVerdict({ ...DRAFT, weightKg: '' }, pump(26.6, 2))).toBeUndefined();
  });
});

describe('a dose', () => {
  test('is unusual outside its template, and always without one', () => {
    expect(usualDose('ket-iv-40')).toEqual(['0.1', '1']);
    expect(['0.05', '0.5', '1', '1.1'].map((dose) => isUnusualDose('ket-iv-40', dose))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(isUnusualDose('other', '0.5')).toBe(true);
    expect(isUnusualDose('ket-iv-40', 'half')).toBe(false);
  });
});
