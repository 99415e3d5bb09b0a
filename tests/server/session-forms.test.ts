/** The forms of the guided session: what is taken, and the sentence beside what is not. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { USUAL_DISCHARGE, type Result } from '$lib/domain/index.ts';
import { readAdmission } from '$lib/server/forms-admit.ts';
import { readBaseline } from '$lib/server/forms-baseline.ts';
import { readDischarge, readEnd } from '$lib/server/forms-discharge.ts';
import { readChannelEntry } from '$lib/server/forms-channel.ts';
import { readLimit, readOrder } from '$lib/server/forms-plan.ts';
import { readScreening } from '$lib/server/forms-screening.ts';
import { lastChecklist, readChecklist, writeChecklist } from '$lib/messages/checklist.ts';
import { words } from '$lib/messages/index.ts';
import { SEEN } from '$lib/realtime/discharge.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';

const HERE = { year: 2026, isComparable: true };
const ADMISSION = { identifier: 'MRN-1', weightKg: '71,5', compared: 'same' };
const ORDER = {
  template: 'ket-iv-40',
  drug: 'Ketamine',
  doseMgPerKg: '0.5',
  weightKg: '70',
  concentrationMgPerMl: '1',
  durationMin: '40',
  nibpInfusionMin: '5',
  nibpObservationMin: '10',
};

const mistakesOf = <T>(read: Result<T, Mistakes>): Mistakes => (read.ok ? {} : read.error);

describe('an admission', () => {
  const admit = (fields: Fields) => readAdmission({ ...ADMISSION, ...fields }, HERE);

  test('is taken with an identifier, a weight and the comparison; what was left empty is absent', () => {
    expect(admit({ shortName: '', sex: '' })).toEqual({
      ok: true,
      value: { patient: { identifier: 'MRN-1', weightKg: 71.5 }, isCompared: true },
    });
    expect(admit({ compared: 'later' })).toMatchObject({ ok: true, value: { isCompared: false } });
  });

  test.each([
    [{ identifier: '' }, 'identifier', /^Enter the hospital number/],
    [{ identifier: 'x'.repeat(61) }, 'identifier', /at most 60 characters/],
    [{ weightKg: '' }, 'weightKg', /^Enter the weight in kg\.$/],
    [{ weightKg: '19.9' }, 'weightKg', /between 20 and 300 kg/],
    [{ weightKg: '158 lb' }, 'weightKg', /must be a number/],
    [{ birthYear: '2027' }, 'birthYear', /between 1900 and 2026\.$/],
    [{ compared: '' }, 'compared', /^Compare the numbers/],
  ])('with %o is refused', (fields, field, sentence) => {
    const mistakes = mistakesOf(admit(fields));
    expect(Object.keys(mistakes)).toEqual([field]);
    expect(mistakes[field]).toMatch(sentence);
  });

  test('asks twice about an unusual weight, and the answer holds for that number only', () => {
    expect(mistakesOf(admit({ weightKg: '35' }))).toHaveProperty('weightConfirmed');
    expect(admit({ weightKg: '35', weightConfirmed: '35' }).ok).toBe(true);
    expect(mistakesOf(admit({ weightKg: '36', weightConfirmed: '35' }))).toHaveProperty('weightConfirmed');
  });

  test('is not compared with numbers that are not there', () => {
    const blind = { year: 2026, isComparable: false };
    expect(mistakesOf(readAdmission(ADMISSION, blind))).toHaveProperty('compared');
    expect(readAdmission({ ...ADMISSION, compared: 'later' }, blind).ok).toBe(true);
  });
});

describe('an order', () => {
  const order = (fields: Fields, by = 'Nurse 07') => readOrder({ ...ORDER, ...fields }, by);

  test('is taken as it stands', () => {
    expect(order({})).toMatchObject({ ok: true, value: { plan: { template: 'ket-iv-40', doseMgPerKg: 0.5 } } });
  });

  test('outside of the usual needs a second person, who is not the one on watch', () => {
    expect(mistakesOf(order({ doseMgPerKg: '1.2' }))).toHaveProperty('checkedBy');
    expect(mistakesOf(order({ doseMgPerKg: '1.2', checkedBy: 'nurse 07' }))).toHaveProperty('checkedBy');
    expect(order({ doseMgPerKg: '1.2', checkedBy: 'Dr A' })).toMatchObject({ ok: true, value: { checkedBy: 'Dr A' } });
  });

  test('of ten times the dose is refused, whoever checked it', () => {
    expect(mistakesOf(order({ doseMgPerKg: '5', checkedBy: 'Dr A' }))).toHaveProperty('doseMgPerKg');
    expect(mistakesOf(order({ template: 'esk-iv-40', drug: 'Esketamine', doseMgPerKg: '2.5' }))).toHaveProperty(
      'doseMgPerKg',
    );
  });

  test('for another drug than its template’s is one of a person’s own: checked by a second one', () => {
    expect(mistakesOf(order({ drug: 'Midazolam' }))).toHaveProperty('checkedBy');
    expect(order({ drug: 'Midazolam', checkedBy: 'Dr A' })).toMatchObject({ value: { plan: { template: 'other' } } });
  });

  test.each(['doseMgPerKg', 'weightKg', 'concentrationMgPerMl', 'durationMin', 'nibpInfusionMin'])(
    'without a number in %s is refused there',
    (field) => {
      expect(mistakesOf(order({ [field]: '' }))).toHaveProperty(field);
      expect(mistakesOf(order({ [field]: 'many' }))).toHaveProperty(field);
      expect(mistakesOf(order({ [field]: '0' }))).toHaveProperty(field);
    },
  );

  test('never throws on what is typed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(ORDER), 'checkedBy'), fc.string()), (typed) => {
        expect(typeof order(typed).ok).toBe('boolean');
      }),
    );
  });
});

describe('baseline, limit, discharge and end', () => {
  test('a baseline has systolic above diastolic, in pressures of a person', () => {
    expect(mistakesOf(readBaseline({ systolic: '80', diastolic: '120' }))).toHaveProperty('diastolic');
    expect(mistakesOf(readBaseline({ systolic: '1200', diastolic: '80' }))).toHaveProperty('systolic');
    expect(readBaseline({ systolic: '118', diastolic: '74', spo2: '' })).toEqual({
      ok: true,
      value: { type: 'accept-baseline', systolic: 118, diastolic: 74 },
    });
  });

  test('a limit has a number and a reason', () => {
    expect(mistakesOf(readLimit({ rule: 'S1', limit: '170', reason: '' }))).toHaveProperty('reason');
    expect(mistakesOf(readLimit({ rule: 'S1', limit: '', reason: 'x' }))).toHaveProperty('limit');
  });

  test('nobody goes home before every criterion is met, unless somebody says why', () => {
    const seen = Object.fromEntries(SEEN.map((key) => [key, 'yes']));
    const met = (['observed', 'pressure', 'saturation'] as const).map((key) => ({ key, state: 'met' as const }));
    expect(readDischarge(seen, met, USUAL_DISCHARGE).ok).toBe(true);
    expect(mistakesOf(readDischarge({ ...seen, calm: '' }, met, USUAL_DISCHARGE))).toEqual({
      override: '1 criterion is not met. Wait, tick what you have seen, or say who decided and why.',
    });
    const unknown = [{ key: 'observed', state: 'unknown' }] as const;
    expect(readDischarge(seen, unknown, USUAL_DISCHARGE).ok).toBe(false);
    const decided = readDischarge({ ...seen, override: 'Dr A' }, unknown, USUAL_DISCHARGE);
    expect(decided.ok && readChecklist(decided.value, words.session.discharge.listTitle)?.items[0]?.reason).toBe(
      'Dr A',
    );
  });

  test('a session ends when it is said twice, before the discharge only with a reason', () => {
    expect(readEnd({ confirm: 'yes' }, 'discharge-ready')).toEqual({ ok: true, value: {} });
    expect(Object.keys(mistakesOf(readEnd({}, 'infusion')))).toEqual(['confirm', 'reason']);
    expect(readEnd({ confirm: 'yes', reason: 'ward' }, 'infusion')).toEqual({ ok: true, value: { reason: 'ward' } });
  });
});

describe('a checklist in the journal', () => {
  const safe = Object.fromEntries(words.session.screening.items.map(({ key, safe: answer }) => [key, answer]));

  test('has every line answered; an answer that is not the safe one has its reason', () => {
    expect(Object.keys(mistakesOf(readScreening({})))).toHaveLength(words.session.screening.items.length);
    expect(readScreening(safe).ok).toBe(true);
    expect(mistakesOf(readScreening({ ...safe, heart: 'yes' }))).toEqual({
      'heart-reason': 'Say who decided and why.',
    });
    expect(readScreening({ ...safe, heart: 'yes', 'heart-reason': 'Dr A' }).ok).toBe(true);
  });

  test('is read back as it was written, whatever the reason says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (typed) => {
        const reason = typed.replaceAll(/\s+/g, ' ').trim();
        const list = {
          title: 'Screening',
          summary: 'all clear',
          items: [{ label: 'Heart', answer: 'yes', ...(reason !== '' && { reason }) }],
        };
        expect(readChecklist(writeChecklist(list), 'Screening')).toEqual(list);
      }),
    );
  });

  test('is the last one of its title; a note that only looks like one is none', () => {
    expect(lastChecklist([], 'Screening')).toBeUndefined();
    expect(readChecklist('Screening was hard', 'Screening')).toBeUndefined();
  });
});

describe('what a pump channel carries', () => {
  const entry = (fields: Fields) => readChannelEntry({ channel: 'p1', since: 'admission', ...fields });

  test('is one command, without what was left empty', () => {
    expect(entry({ role: 'therapy', drugName: '', concentrationMgPerMl: '2,5', reason: '' })).toEqual({
      ok: true,
      value: { type: 'set-channel', channel: 'p1', since: 'admission', role: 'therapy', concentrationMgPerMl: 2.5 },
    });
  });

  test.each([
    [{}, 'role'],
    [{ role: 'drug' }, 'role'],
    [{ concentrationMgPerMl: 'two' }, 'concentrationMgPerMl'],
    [{ concentrationMgPerMl: '0' }, 'concentrationMgPerMl'],
    [{ concentrationMgPerMl: '500' }, 'concentrationMgPerMl'],
    [{ drugName: 'x'.repeat(61) }, 'drugName'],
    [{ role: 'other', since: '' }, 'since'],
    [{ role: 'other', channel: '' }, 'channel'],
  ])('%j is refused beside the field %s', (fields, field) => {
    expect(mistakesOf(entry(fields))).toHaveProperty(field);
  });
});
