import { describe, expect, test } from 'vitest';
import { unitOf } from '$drivers/pump-bbraun-bcc/units.ts';

describe('unit codes', () => {
  test.each([
    ['1', 'mL/h'],
    ['24', 'mg'],
    ['25', 'ug'],
    ['31', 'mg/mL'],
    ['32', 'ug/mL'],
    ['36', '[iU]/mL'],
    ['43', '[iU]/kg'],
    ['44', 'ng/min'],
    ['48', 'mg/h'],
    ['64', '[iU]/d'],
    ['65', 'ng/kg/min'],
    ['69', 'mg/kg/h'],
    ['71', 'ug/kg/min'],
    ['72', 'ug/kg/h'],
    ['85', '[iU]/kg/d'],
    ['86', 'mm[Hg]'],
    ['97', 'ng/m2'],
    ['104', 'ug/m2/d'],
    ['112', 'g/m2/d'],
    ['116', '[iU]/m2/d'],
    ['117', 'm[iU]'],
    ['120', 'm[iU]/m2'],
    ['121', 'm[iU]/min'],
    ['126', 'm[iU]/kg/d'],
    ['129', 'm[iU]/m2/d'],
    ['130', 'k[iU]'],
    ['136', 'k[iU]/kg/d'],
    ['137', 'M[iU]'],
    ['143', 'M[iU]/kg/d'],
    ['144', 'meq/m2'],
    ['147', 'meq/m2/d'],
    ['155', 'mL/kg/h'],
  ])('%s is %s', (code, unit) => {
    expect(unitOf(code)).toBe(unit);
  });

  test.each(['0', '3', '4', '14', '20', '21', '91', '92', '93', '157', '999', '', '1.0', '-1', 'mg', '0031x'])(
    '`%s` gives no number',
    (code) => {
      expect(unitOf(code)).toBeUndefined();
    },
  );

  test('no two codes share a unit', () => {
    const units = Array.from({ length: 200 }, (_, code) => unitOf(String(code))).filter((unit) => unit !== undefined);
    expect(new Set(units).size).toBe(units.length);
    expect(units).toHaveLength(148);
  });
});
