import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, PRESETS } from '$lib/rules/index.ts';
import { parseRule, parseRuleSet } from '$lib/rules/schema.ts';

type Json = Record<string, unknown>;

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** A preset in which one thing is another: `rules.S1.levels.0.when.limit`. */
function changed(path: string, value: unknown): Json {
  const set = asJson(ADULT_IV_KETAMINE);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = set;
  for (const key of keys) {
    const found = Array.isArray(at) ? (at as Json[]).find(({ id }) => id === key) : undefined;
    at = found ?? (at[key] as Json);
  }
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return set;
}

const faultsOf = (json: unknown): readonly string[] => {
  const parsed = parseRuleSet(json);
  return parsed.ok ? [] : parsed.error;
};

describe('a rule set as JSON', () => {
  test.each(PRESETS.map((preset): [string, RuleSet] => [preset.id, preset]))(
    '%s is read back as it is',
    (_, preset) => {
      expect(parseRuleSet(asJson(preset))).toEqual({ ok: true, value: preset });
    },
  );

  test('every rule of every preset is read back alone', () => {
    for (const rule of PRESETS.flatMap(({ rules }) => rules)) {
      expect(parseRule(asJson(rule))).toEqual({ ok: true, value: rule });
    }
  });

  test.each([
    [
      'rules.S1.levels.0.when.metric',
      'systole',
      'rules[0] (S1).levels[0].when.metric: is no metric that this program knows.',
    ],
    ['rules.S1.levels.0.when.limit', 'high', 'rules[0] (S1).levels[0].when.limit: must be a number.'],
    ['rules.S1.levels.0.when.limit', 1800, 'S1, level 1: the limit 1800 mmHg of systolic lies outside 30 to 320 mmHg.'],
    [
      'rules.S1.levels.0.when.limit',
      230,
      'S1, level 1: the limit 230 of systolic lies outside its own range 140 to 220.',
    ],
    ['rules.S1.levels.0.when.adjustable', [220, 140], 'S1, level 1: the range 220 to 140 of systolic is inverted.'],
    [
      'rules.S5.levels.1.when.limit',
      140,
      'S5, levels 1 and 2: the limits 130 and 140 are inverted: the more urgent one must lie further out.',
    ],
    ['rules.H1.levels.0.timing.holdS', 15, 'H1, level 1: a high alarm may be held back for 10 s at most, not 15 s.'],
    [
      'rules.H5.levels.1.when.limit',
      125,
      'The low limit 125 of heart rate (H5) lies above the high limit 120 (H2): every value would alarm.',
    ],
    ['rules.S1.why', undefined, 'rules[0] (S1).why: expected string, received undefined.'],
    ['rules.S1.why', '  ', 'rules[0] (S1).why: must not be empty.'],
    ['rules.S1.levels', [], 'rules[0] (S1).levels: must have at least one level.'],
    ['rules.S2.id', 'S1', 'The rule S1 is there twice; every rule needs an id of its own.'],
    ['rules.P5.levels.0.when.all.1.resumedDuring', ['S1', 'X9'], 'P5 names the rule X9, which is not there.'],
    [
      'rules.S1.levels.0.when',
      { metrik: 'systolic' },
      'rules[0] (S1).levels[0].when: is no condition that this program knows.',
    ],
    [
      'rules.S1.levels.0.timing',
      { type: 'later' },
      'rules[0] (S1).levels[0].timing.type: must be hold, first, confirm or readings.',
    ],
  ])('%s as %j is refused, and the place is named', (path, value, sentence) => {
    expect(faultsOf(changed(path, value))).toContain(sentence);
  });

  test('a further key is refused: a misspelt one would be no limit at all', () => {
    expect(faultsOf(changed('rules.S1.levels.0.when.hysterese', 5)).join()).toMatch(/rules\[0\] \(S1\).*hysterese/);
  });

  test('a reason that differences of a preset lack is missed', () => {
    const set = asJson(PRESETS[1]);
    const [first] = (set.basis as { differences: Json[] }).differences;
    if (first) delete first.reason;
    expect(faultsOf(set).join()).toContain('basis.differences[0].reason');
  });

  test('a level that is more urgent than the one before it is refused', () => {
    const set = asJson(ADULT_IV_KETAMINE);
    for (const rule of set.rules as Json[]) if (rule.id === 'P2') (rule.levels as unknown[]).reverse();
    expect(faultsOf(set)).toContain('P2, levels 1 and 2: the more urgent level must come first.');
  });

  test('nonsense is refused with sentences and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(faultsOf(value).length).toBeGreaterThan(0);
        expect(parseRule(value).ok).toBe(false);
      }),
    );
  });

  test('whatever one key of a preset becomes, it is read as it is or refused', () => {
    const paths = [
      'id',
      'version',
      'rules.S7.levels.0.when',
      'rules.O2.levels.0.timing',
      'rules.N1.phases',
      'discharge',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const set = changed(path, value);
        const parsed = parseRuleSet(set);
        if (parsed.ok) expect(asJson(parsed.value)).toEqual(asJson(set));
        else expect(parsed.error.length).toBeGreaterThan(0);
      }),
    );
  });
});
