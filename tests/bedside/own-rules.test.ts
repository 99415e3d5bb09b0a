/** A bed judges by the rules that its journal told it, and by nothing else. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  isInput,
  monotonicMs,
  sessionId,
  type BedInput,
  type JournalEntry,
  type RuleSet,
} from '$lib/domain/index.ts';
import { BedFold, compareReplay, emptyBed } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { MONITOR, NURSE, TestBed } from '../support/bed.ts';

const BED = bedId('bed-1');
const start = () => ({ state: emptyBed(BED, monotonicMs(0)), seq: 0 });
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The built-in set with another limit of S1. */
const withLimit = (version: string, limit: number): RuleSet => ({
  ...ADULT_IV_KETAMINE,
  version,
  rules: ADULT_IV_KETAMINE.rules.map((rule) =>
    rule.id !== 'S1'
      ? rule
      : {
          ...rule,
          levels: rule.levels.map((level) =>
            'limit' in level.when ? { ...level, when: { ...level.when, limit } } : level,
          ),
        },
  ),
});
const STRICT = withLimit('2-strict', 150);
const LOOSE = withLimit('2-loose', 200);

const command = (id: string, asked: Extract<BedInput, { kind: 'command' }>['envelope']['command']): BedInput => ({
  kind: 'command',
  envelope: { id, bed: BED, by: NURSE, command: asked },
});
const admit = (n: number): BedInput =>
  command(`admit-${n}`, {
    type: 'admit',
    session: sessionId(`s${n}`),
    patient: { identifier: `T-${n}`, weightKg: 70 },
    isSimulated: true,
  });
const cuff = (at: number, systolic: number): BedInput => ({
  kind: 'observed',
  observation: {
    kind: 'nibp',
    source: MONITOR,
    at: monotonicMs(at),
    measuredAt: monotonicMs(at),
    systolic,
    diastolic: 80,
  },
});

/** Two patients one after the other, the second with other rules; rules that come while a patient is here. */
function lived(): { readonly journal: readonly JournalEntry[]; readonly fold: BedFold } {
  const journal: JournalEntry[] = [];
  const fold = new BedFold(start(), (entry) => journal.push(entry));
  const inputs: readonly (readonly [number, BedInput])[] = [
    [0, { kind: 'rules', ruleSet: STRICT }],
    [0, admit(1)],
    [1000, command('b1', { type: 'set-phase', phase: 'baseline' })],
    [2000, cuff(2000, 160)],
    [3000, { kind: 'rules', ruleSet: LOOSE }],
    [4000, cuff(4000, 162)],
    [5000, command('e1', { type: 'end-session' })],
    [6000, { kind: 'rules', ruleSet: LOOSE }],
    [6000, admit(2)],
    [7000, command('b2', { type: 'set-phase', phase: 'baseline' })],
    [8000, cuff(8000, 185)],
    [9000, cuff(9000, 205)],
  ];
  for (const [at, input] of inputs) fold.input(monotonicMs(at), input);
  fold.advance(monotonicMs(10_000));
  return { journal, fold };
}

const signalled = (journal: readonly JournalEntry[]) =>
  journal.flatMap(({ at, body }) =>
    body.kind === 'alarm' && body.change.cause === 'signalled' && body.change.alarm.rule === 'S1'
      ? [{ at, version: body.change.alarm.ruleVersion, limit: body.change.alarm.limit }]
      : [],
  );

describe('the rules of a bed', () => {
  test('are those that its journal told it last, and an alarm says which', () => {
    expect(signalled(lived().journal)).toEqual([
      { at: 2000, version: '2-strict', limit: 150 },
      { at: 9000, version: '2-loose', limit: 200 },
    ]);
  });

  test('do not change while a patient is admitted, and the bed says so in words', () => {
    const bed = new TestBed(STRICT).admitted().input(1, { kind: 'rules', ruleSet: LOOSE });
    expect(bed.state.ruleSet).toBe(STRICT);
    expect(bed.outputs.at(-1)?.body).toEqual({
      kind: 'refused',
      command: 'rules',
      refusal: {
        why: 'session-open',
        message: 'The patient of this bed keeps the rules that he was admitted with until the session ends.',
      },
    });
  });

  test('name their version in an alarm, also of a rule that two sets have in common', () => {
    const versions = [STRICT, LOOSE].map((ruleSet) => {
      const bed = new TestBed(ruleSet).admitted().command(1, { type: 'set-phase', phase: 'baseline' });
      return bed.nibp(2, 120, 115).alarm('S2')?.ruleVersion;
    });
    expect(versions).toEqual(['2-strict', '2-loose']);
  });

  test('are found again in the journal: judged again across the change it gives the same, byte for byte', () => {
    expect(compareReplay(start(), asStored(lived().journal))).toBeUndefined();
  });

  test('are taken up with the state: a bed that goes on from any entry judges on as it did', () => {
    const { journal, fold } = lived();
    const halves = journal.flatMap(({ body, seq }) => (isInput(body) ? [seq] : []));
    for (const cut of halves) {
      const first = new BedFold(start(), () => undefined);
      for (const { at, body } of journal.filter(({ seq }) => seq <= cut)) if (isInput(body)) first.input(at, body);
      const taken = { state: asStored(first.state), seq: first.seq };
      const rest = asStored(journal.filter(({ seq }) => seq > first.seq));
      expect(compareReplay(taken, rest)).toBeUndefined();
    }
    expect(fold.state.ruleSet).toBe(LOOSE);
  });
});
