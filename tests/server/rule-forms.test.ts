/** The forms of the Rules page: what they ask of the station, and what they show of it. */
import { describe, expect, test } from 'vitest';
import { NO_CHANGES, type PresetChanges, type PresetInForce, type Rule, type RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, PRESETS } from '$lib/rules/index.ts';
import { withChanges } from '$lib/rules/site.ts';
import { readDifference, readEdit, readOwnRule } from '$lib/server/forms-rules.ts';
import { previewOf } from '$lib/server/rule-preview.ts';
import { ruleRows } from '$lib/server/rule-rows.ts';

const rule = (id: string): Rule => {
  const found = ADULT_IV_KETAMINE.rules.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
};
const inForce = (ruleSet: RuleSet): PresetInForce => ({ factory: ADULT_IV_KETAMINE, ruleSet, deviations: [] });
const AS_IT_CAME = inForce(ADULT_IV_KETAMINE);
const SAID = { by: 'Dr A', reason: 'our protocol', at: '2026-11-23T20:05:00Z' };

/** The preset with a rule of the site's own, made by its form. */
function withOwn(fields: Readonly<Record<string, string>> = OWN): {
  preset: PresetInForce;
  rule: Rule;
  changes: PresetChanges;
} {
  const made = readOwnRule(fields, AS_IT_CAME);
  if (!made.ok) throw new Error(made.error.join());
  const changes = { changes: [], own: [{ rule: made.value, ...SAID }] };
  const set = withChanges(ADULT_IV_KETAMINE, changes);
  if (!set.ok) throw new Error(set.error.join());
  return { preset: inForce(set.value), rule: made.value, changes };
}

const OWN = {
  preset: 'adult-iv-ketamine',
  name: 'Slow breath, slow pulse',
  join: 'all',
  'metric-0': 'respiratoryRate',
  'aspect-0': 'value',
  'is-0': '<',
  'limit-0': '11',
  'metric-2': 'heartRate',
  'aspect-2': 'percent',
  'is-2': '<=',
  'limit-2': '−20',
  'timing-0': 'hold',
  'holdS-0': '20',
  'severity-0': 'reversible',
  'onset-0': 'prompt',
  'phase-infusion': 'yes',
  reason: 'Both together come before trouble here.',
};

describe('the form of a rule', () => {
  test('that was not touched asks for nothing', () => {
    for (const factory of ADULT_IV_KETAMINE.rules) {
      expect(readDifference({}, factory), factory.id).toEqual({ ok: true, value: { rule: factory.id } });
    }
  });

  test('asks for what is other, level by level, in the numbers of either decimal sign', () => {
    expect(readDifference({ 'limit-0-0': '30', 'limit-0-1': '22,5' }, rule('S6'))).toEqual({
      ok: true,
      value: { rule: 'S6', levels: [{ limits: [30, 22.5] }] },
    });
    expect(
      readDifference({ 'timing-0': 'confirm', 'withinMin-0': '6', 'holdS-0': '10', 'onset-0': 'delayed' }, rule('S1')),
    ).toEqual({
      ok: true,
      value: {
        rule: 'S1',
        levels: [
          {
            timing: { type: 'confirm', withinMin: 6, continuousHoldS: 10 },
            urgency: { severity: 'death-or-irreversible', onset: 'delayed' },
          },
        ],
      },
    });
  });

  test('asks for nothing else where the rule is off', () => {
    expect(readDifference({ isOff: 'yes', 'limit-0-0': '1' }, rule('S6'))).toEqual({
      ok: true,
      value: { rule: 'S6', isOff: true },
    });
  });

  test('says which text is no number', () => {
    expect(readDifference({ 'limit-0-0': 'much' }, rule('S1'))).toEqual({
      ok: false,
      error: ['“much” is not a number, for example 170 or 2.5.'],
    });
  });
});

describe('the form of a rule that is there', () => {
  test('asks that it be as it came where it says nothing else', () => {
    expect(readEdit({ rule: 'S1' }, AS_IT_CAME)).toEqual({ ok: true, value: { kind: 'restore', rule: 'S1' } });
    expect(readEdit({ rule: 'S1', 'limit-0-0': '170' }, AS_IT_CAME)).toEqual({
      ok: true,
      value: { kind: 'change', change: { rule: 'S1', levels: [{ limits: [170] }] } },
    });
  });

  test('writes a rule of the site’s own anew, under its id and with its words', () => {
    const { preset, rule: own } = withOwn();
    const edit = readEdit({ rule: 'X1', 'limit-0-0': '9', 'limit-0-1': '-25', 'onset-0': 'delayed' }, preset);
    expect(edit).toMatchObject({
      ok: true,
      value: {
        kind: 'own',
        rule: {
          id: 'X1',
          why: own.why,
          levels: [{ when: { all: [{ limit: 9 }, { limit: -25 }] }, urgency: { onset: 'delayed' } }],
        },
      },
    });
  });

  test('does not turn a rule of the site’s own off: it is removed', () => {
    expect(readEdit({ rule: 'X1', isOff: 'yes' }, withOwn().preset)).toEqual({
      ok: false,
      error: ['A rule of your own is removed, not turned off.'],
    });
  });

  test('says that the rule is gone when somebody else has removed it', () => {
    expect(readEdit({ rule: 'X1' }, AS_IT_CAME)).toEqual({
      ok: false,
      error: ['There is no rule X1 in this preset any more. Look at the rules again.'],
    });
  });
});

describe('the form of an own rule', () => {
  test('makes a rule that the preset takes', () => {
    const made = readOwnRule(OWN, withOwn().preset);
    expect(made).toMatchObject({
      ok: true,
      value: {
        id: 'X2',
        name: 'slow-breath-slow-pulse',
        phases: ['infusion'],
        metric: 'respiratoryRate',
        worse: 'lower',
        levels: [
          {
            when: {
              all: [
                { metric: 'respiratoryRate', limit: 11 },
                { metric: 'heartRate', of: 'percent', limit: -20 },
              ],
            },
            timing: { type: 'hold', holdS: 20, clearS: 10 },
            headline: 'Slow breath, slow pulse: {value} /min',
          },
        ],
        reminder: { afterMin: 10 },
      },
    });
    const own = made.ok ? [{ rule: made.value, by: 'Dr A', reason: 'why', at: '2026-11-23T20:05:00Z' }] : [];
    for (const preset of PRESETS) expect(withChanges(preset, { changes: [], own }).ok, preset.id).toBe(true);
  });

  test('of high priority reminds as often as every high alarm', () => {
    const made = readOwnRule({ ...OWN, 'onset-0': 'immediate', 'holdS-0': '5' }, AS_IT_CAME);
    expect(made).toMatchObject({ ok: true, value: { reminder: { afterMin: 2 } } });
  });

  test('over a score waits until somebody has entered one, instead of missing it at every bed', () => {
    const made = readOwnRule({ ...OWN, 'metric-0': 'cadss', 'is-0': '>=', 'limit-0': '20' }, AS_IT_CAME);
    expect(made).toMatchObject({
      ok: true,
      value: { levels: [{ when: { all: [{ all: [{ known: 'cadss' }, { metric: 'cadss', limit: 20 }] }, {}] } }] },
    });
  });

  test.each([
    [{ name: '' }, 'The rule needs a name.'],
    [{ 'limit-0': '' }, '“” is not a number, for example 170 or 2.5.'],
    [{ 'limit-0': '900' }, 'X1, level 1: the limit 900 /min of respiratory rate lies outside 0 to 120 /min.'],
    [{ 'phase-infusion': '' }, 'phases: must name a phase.'],
    [{ reason: '' }, 'why: must not be empty.'],
    [
      { 'metric-0': 'cpp', 'aspect-0': 'percent', 'limit-0': '-20' },
      'X1, level 1: no session has a baseline of cerebral perfusion pressure, so its change from it is never known.',
    ],
    [
      { 'metric-0': 'diastolic', 'aspect-0': 'slope', 'limit-0': '5' },
      'X1, level 1: the course of diastolic is not kept, so its slope is never known.',
    ],
    [
      { 'metric-0': 'silentS', 'limit-0': '5' },
      'X1, level 1: the silence is that of one device; the rule needs "each": "device".',
    ],
    [
      { 'metric-0': 'heartRate', 'is-0': '>', 'limit-0': '120', 'aspect-2': 'value', 'is-2': '<', 'limit-2': '50' },
      'X1, level 1: heart rate is never > 120 and < 50 at once.',
    ],
  ])('with %j is refused in a sentence', (wrong, sentence) => {
    const made = readOwnRule({ ...OWN, ...wrong }, AS_IT_CAME);
    expect(made.ok ? [] : made.error).toContain(sentence);
  });
});

describe('the preview', () => {
  test('tells a rule in words, and what its alarm would say', () => {
    expect(previewOf(OWN, AS_IT_CAME)).toEqual({
      faults: [],
      levels: [
        {
          priority: 'medium',
          condition: 'Respiratory rate below 11 /min and heart rate at or below the baseline −20 %',
          delay: 'after 20 s',
        },
      ],
      headline: 'Slow breath, slow pulse: 10 /min',
      explanation: expect.stringMatching(
        /^Respiratory rate 10 \/min is below 11 \/min and .*signalled after 20 s\.$/,
      ) as string,
    });
  });

  test('tells what is wrong, without the place in a file that nobody sees', () => {
    const { faults } = previewOf({ rule: 'S1', 'limit-0-0': '900' }, AS_IT_CAME);
    expect(faults[0]).toBe('S1, level 1: the limit 900 mmHg of systolic lies outside 30 to 320 mmHg.');
  });

  test('tries the rule beside the others: one that would alarm at every value is refused as it will be when it is saved', () => {
    const { 'metric-2': _, ...single } = OWN;
    const fields = { ...single, 'metric-0': 'heartRate', 'is-0': '<', 'limit-0': '125' };
    expect(previewOf(fields, AS_IT_CAME).faults).toContain(
      'The low limit 125 of heart rate (X1) lies above the high limit 120 (H2): every value would alarm.',
    );
  });

  test('tells an own rule that is there with its new numbers', () => {
    const { preset, changes } = withOwn();
    expect(previewOf({ rule: 'X1', 'limit-0-0': '9' }, preset, changes).levels[0]?.condition).toBe(
      'Respiratory rate below 9 /min and heart rate at or below the baseline −20 %',
    );
  });

  test('has no levels to tell of a rule that would be off', () => {
    expect(previewOf({ rule: 'S6', isOff: 'yes' }, AS_IT_CAME)).toEqual({ faults: [], levels: [] });
  });

  test('has words for every rule of every preset', () => {
    for (const factory of PRESETS) {
      for (const { id } of factory.rules) {
        const preview = previewOf({ rule: id }, { factory, ruleSet: factory, deviations: [] });
        expect(preview.faults, id).toEqual([]);
        expect(preview.headline, id).not.toMatch(/undefined|NaN|\{/);
        expect(preview.explanation, id).not.toMatch(/undefined|NaN/);
      }
    }
  });
});

describe('the rows', () => {
  test('have every rule once, in a group that has a title', () => {
    for (const factory of PRESETS) {
      const rows = ruleRows({ factory, ruleSet: factory, deviations: [] });
      expect(rows.map(({ id }) => id)).toEqual(factory.rules.map(({ id }) => id));
      expect(rows.some(({ changed, isOff, isOwn }) => changed ?? (isOff || isOwn))).toBe(false);
    }
  });

  test('say who changed a rule and why, what it was, what is off, and what is the site’s own', () => {
    const changes = {
      changes: [
        { rule: 'S1', levels: [{ limits: [170] }], ...SAID },
        { rule: 'S6', isOff: true as const, ...SAID },
      ],
      own: withOwn().changes.own,
    };
    const set = withChanges(ADULT_IV_KETAMINE, changes);
    const rows = ruleRows(inForce(set.ok ? set.value : ADULT_IV_KETAMINE), changes);
    const row = (id: string) => rows.find((one) => one.id === id);
    expect(row('S1')).toMatchObject({ changed: SAID, levels: [{ limits: [{ limit: 170, factory: 180 }] }] });
    expect(row('S6')).toMatchObject({ isOff: true, changed: SAID });
    expect(row('X1')).toMatchObject({ isOwn: true, group: 'own', changed: SAID });
    expect(ruleRows(AS_IT_CAME, NO_CHANGES)).toHaveLength(ADULT_IV_KETAMINE.rules.length);
  });
});
