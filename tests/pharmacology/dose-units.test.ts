import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertDose, DOSE_UNITS, doseUnitOf, noMassIn, refusalWords, type DoseUnit } from '$lib/pharmacology/index.ts';
import { unitOf } from '$drivers/pump-bbraun-bcc/units.ts';

const NAMES = Object.keys(DOSE_UNITS) as DoseUnit[];
const CONTEXT = { weightKg: 70, concentrationMgPerMl: 2 };

describe('spellings', () => {
  test.each([
    ['µg/kg/min', 'ug/kg/min'],
    ['μg/mL', 'ug/mL'],
    ['mg/ml', 'mg/mL'],
    ['ml/h', 'mL/h'],
    ['g/l', 'g/L'],
    ['mg', 'mg'],
  ])('%s is %s', (spelling, unit) => {
    expect(doseUnitOf(spelling)).toBe(unit);
  });

  test.each(['MG', 'Mg', 'mcg', 'm g', 'mg/KG', 'mg/kg/m', 'gamma', 'mgmL', '', 'toString', '__proto__'])(
    '“%s” is none of ours: no number',
    (unit) => {
      expect(doseUnitOf(unit)).toBeUndefined();
      const refused = convertDose({ value: 1, unit }, 'mg', CONTEXT);
      expect(refused).toEqual({ ok: false, error: { why: 'unknown-unit', unit } });
    },
  );
});

describe('known units that are no mass', () => {
  test.each([
    ['mmol', 'molecules'],
    ['mmol/mL', 'molecules'],
    ['umol/kg/min', 'molecules'],
    ['mmol/L', 'molecules'],
    ['meq/kg/h', 'charges'],
    ['[iU]', 'effect'],
    ['[iU]/mL', 'effect'],
    ['m[iU]/kg/min', 'effect'],
    ['k[iU]/h', 'effect'],
    ['M[iU]/d', 'effect'],
    ['IU/mL', 'effect'],
    ["[arb'U]/h", 'effect'],
    ['mg/m2/h', 'body-surface'],
    ['ug/m2', 'body-surface'],
    ['kcal/kg/d', 'energy'],
    ['%', 'share'],
    ['mL/mL', 'share'],
  ] as const)('%s is refused by name: it counts %s', (unit, counts) => {
    const refused = convertDose({ value: 1, unit }, 'mg/mL', CONTEXT);
    expect(refused).toEqual({ ok: false, error: { why: 'no-mass', unit, counts } });
    expect(refused.ok ? '' : refusalWords(refused.error)).toContain(unit);
  });

  test('every unit that a B. Braun pump can send is converted, refused by name, or no dose at all', () => {
    const others: string[] = [];
    for (let code = 0; code < 200; code++) {
      const unit = unitOf(String(code));
      if (unit !== undefined && doseUnitOf(unit) === undefined && noMassIn(unit) === undefined) others.push(unit);
    }
    const noDose = 'a mm deg N mbar mm2 mA ms mV Cel mA.h m kg mm[Hg] kPa [lb_av] h cm [in_i] Mbit/s'.split(' ');
    expect(others).toEqual(noDose);
  });

  test('no unit is both', () => {
    expect(NAMES.filter((unit) => noMassIn(unit) !== undefined)).toEqual([]);
  });
});

describe('laws of the table', () => {
  const kinds = (unit: DoseUnit) => DOSE_UNITS[unit].kind;
  const same = (a: DoseUnit, b: DoseUnit) => kinds(a) === kinds(b);
  const value = fc.double({ min: 1e-3, max: 1e5, noNaN: true });
  const unit = fc.constantFrom(...NAMES);

  test('from unit to unit to unit is from unit to unit', () => {
    fc.assert(
      fc.property(unit, unit, unit, value, (a, b, c, amount) => {
        fc.pre(same(a, b) && same(b, c));
        const [direct, first] = [
          convertDose({ value: amount, unit: a }, c, CONTEXT),
          convertDose({ value: amount, unit: a }, b, CONTEXT),
        ];
        const second = first.ok ? convertDose(first.value, c, CONTEXT) : first;
        if (!direct.ok || !second.ok) throw new Error('refused');
        expect(second.value.value / direct.value.value).toBeCloseTo(1, 10);
      }),
    );
  });

  test('a prefix is a thousand, a minute a sixtieth of an hour, an hour a twenty-fourth of a day', () => {
    const one = (from: DoseUnit, to: DoseUnit): number => {
      const converted = convertDose({ value: 1, unit: from }, to, CONTEXT);
      return converted.ok ? converted.value.value : Number.NaN;
    };
    for (const per of ['', '/kg', '/min', '/h', '/d', '/kg/min', '/kg/h', '/kg/d', '/mL', '/L'] as const) {
      const units = ['ng', 'ug', 'mg', 'g']
        .map((mass) => doseUnitOf(`${mass}${per}`))
        .filter((each) => each !== undefined);
      units.slice(1).forEach((larger, i) => {
        expect(one(larger, units[i] ?? larger), `${larger}`).toBeCloseTo(1000, 6);
      });
    }
    for (const base of ['ng', 'ug', 'mg', 'g', 'mg/kg', 'ug/kg'] as const) {
      expect(one(`${base}/min`, `${base}/h`)).toBeCloseTo(60, 9);
      expect(one(`${base}/h`, `${base}/d`)).toBeCloseTo(24, 9);
    }
    expect(one('mL/kg/h', 'mg/kg/h')).toBeCloseTo(2, 12);
    expect(one('mL/kg', 'mL')).toBeCloseTo(70, 12);
  });

  test('nothing of a patient is assumed: what needs a weight or a concentration is refused without', () => {
    for (const from of NAMES) {
      const { kind, needs = [] } = DOSE_UNITS[from];
      const to = { amount: 'mg', rate: 'mg/min', concentration: 'mg/mL' } as const;
      const bare = convertDose({ value: 1, unit: from }, to[kind]);
      expect(bare.ok, from).toBe(needs.length === 0);
      if (!bare.ok) expect(bare.error.why).toMatch(/-needed$/);
    }
  });
});
