/** Would it be noticed? Stations that are broken on purpose, each in one way, and the checker that finds each of them. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Expression, Level, RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import type { Violation } from './checkers/checker.ts';
import { checkCourse, runSession } from './run-session.ts';
import { lineDraw, SURE, sureDraw } from './sure-session.ts';
import {
  answerThatEnds,
  answerThatSilencesAll,
  latchThatForgets,
  retold,
  timerThatLags,
  timerThatNeverEnds,
  withLevel,
} from './twists.ts';
import { liveThrough, type Course } from './world/ward.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const found = (violations: readonly Violation[]): string =>
  violations.map(({ checker, what }) => `${checker}: ${what}`).join('\n');

/** The session with a rule set that judges otherwise; the oracle knows only the documents. */
const judgedBy = async (ruleSet: RuleSet): Promise<string> => found((await runSession(sureDraw(), ruleSet)).violations);

const withLimit =
  (change: Partial<Extract<Expression, { metric: unknown }>>) =>
  (level: Level): Level => ({
    ...level,
    when: 'metric' in level.when ? { ...level.when, ...change } : level.when,
  });

const scoreAtMost = (metric: 'moaas' | 'rass', limit: number): Expression => ({
  all: [{ known: metric }, { metric, is: '<=', limit }],
});

const withHold =
  (holdS: number) =>
  (level: Level): Level => ({ ...level, timing: { type: 'hold', holdS } });

describe('a broken rule', () => {
  test('S1 with its comparator turned round is found', async () => {
    expect(await judgedBy(withLevel(ADULT_IV_KETAMINE, 'S1', 0, withLimit({ is: '<' })))).toMatch(/breach: S1 high/);
  });

  test('N1 that takes a deep sedation for nothing, and one that is wide awake for deep, are found', async () => {
    const deaf = withLevel(ADULT_IV_KETAMINE, 'N1', 0, (level) => ({ ...level, when: scoreAtMost('moaas', -1) }));
    expect(await judgedBy(deaf)).toMatch(/breach: N1 high/);
    const anxious = withLevel(ADULT_IV_KETAMINE, 'N1', 0, (level) => ({ ...level, when: scoreAtMost('moaas', 5) }));
    expect(await judgedBy(anxious)).toMatch(/reason: N1 high .* is signalled without a reason/);
  });

  test('H1 that holds six times as long, and O2 that does not hold at all, are found', async () => {
    const slow = withLevel(ADULT_IV_KETAMINE, 'H1', 0, withHold(60));
    const told = await judgedBy(withLevel(slow, 'O2', 1, withHold(0)));
    expect(told).toMatch(/breach: H1 high/);
    expect(told).toMatch(/reason: O2 high .* is signalled without a reason/);
  });
});

describe('a rule of an arterial line', () => {
  const judgedWithLine = async (ruleSet: RuleSet): Promise<string> =>
    found((await runSession(lineDraw(), ruleSet)).violations);

  test('T8 as it is speaks, and nothing is found; one that waits a minute is found', async () => {
    const { violations, alarms } = await runSession(lineDraw(), ADULT_IV_KETAMINE);
    expect(found(violations)).toBe('');
    expect(alarms.high).toBeGreaterThanOrEqual(2);
    expect(await judgedWithLine(withLevel(ADULT_IV_KETAMINE, 'T8', 0, withHold(60)))).toMatch(/breach: T8 high/);
  });
});

describe('a station that writes otherwise', () => {
  let course: Course;
  beforeAll(async () => {
    course = await liveThrough(sureDraw(), ADULT_IV_KETAMINE);
  });
  const written = (journal: Course['journal']): string => found(checkCourse({ ...course, journal }).violations);

  test('as it is, nothing is found, and there is enough to be found', () => {
    expect(written(course.journal)).toBe('');
    const told = course.journal.flatMap(({ body }) =>
      body.kind === 'alarm' ? [`${body.change.cause} ${body.change.alarm.rule}`] : [],
    );
    for (const wanted of SURE) expect(told).toContain(wanted);
  });

  test('a hold timer that never comes to its end is found', () => {
    expect(written(timerThatNeverEnds(course.journal, ['H1', 'O2']))).toMatch(/breach: H1 high[\s\S]*truth: H1/);
  });

  test('a hold timer that lets go 20 s too late is found', () => {
    expect(written(timerThatLags(course.journal, ['H1'], 20_000))).toMatch(/breach: H1 high/);
  });

  test('a latched HIGH that leaves the screen unseen is found', () => {
    expect(written(latchThatForgets(course.journal))).toMatch(/life: .* high .*leaves the screen unanswered/);
  });

  test('an answer that ends the condition is found', () => {
    const told = written(answerThatEnds(course.journal));
    expect(told).toMatch(/acknowledgement: .* while it stands/);
    expect(told).toMatch(/breach: .* is due and not signalled/);
  });

  test('an answer that silences another alarm is found', () => {
    expect(written(answerThatSilencesAll(course.journal))).toMatch(/acknowledgement: .* silences/);
  });

  test('a number that nobody measured is found behind an alarm', () => {
    const invented = retold(course.journal, (change) => ({
      ...change,
      alarm: { ...change.alarm, evidence: change.alarm.evidence.map((one) => ({ ...one, value: one.value + 1 })) },
    }));
    expect(written(invented)).toMatch(/reason: .* which was never observed/);
  });

  test('an entry that is missing, and one that was changed, are found', () => {
    expect(written(course.journal.filter((_, i) => i !== 200))).toMatch(/numbers: entry 201 is number 202/);
    const changed = retold(course.journal, (change) => ({
      ...change,
      alarm: { ...change.alarm, headline: 'all well' },
    }));
    expect(written(changed)).toMatch(/replay: folded again it says something else/);
  });

  test('a record that ends before the core did, and one whose chain is broken, are found', () => {
    const handed = [...course.handed, ...course.handed.slice(-1).map((entry) => ({ ...entry, seq: entry.seq + 1 }))];
    expect(found(checkCourse({ ...course, handed }).violations)).toMatch(/store: the record ends/);
    const firstBad = { table: 'journal', row: 7, what: 'does not follow' } as const;
    const verified = { beds: course.verified.beds.map((bed) => ({ ...bed, firstBad })) };
    expect(found(checkCourse({ ...course, verified }).violations)).toMatch(/store: journal 7/);
  });

  test('a screen that shows something else, and a device that was told to act, are found', () => {
    const screens = course.screens.map((screen) => ({
      ...screen,
      view: screen.view && { ...screen.view, alarms: [] },
    }));
    const shown = course.shown && { ...course.shown, audibleScreens: 9 };
    expect(found(checkCourse({ ...course, screens, ...(shown && { shown }) }).violations)).toMatch(
      /screens: screen 0 shows something else/,
    );
    expect(found(checkCourse({ ...course, forbidden: ['start'] }).violations)).toMatch(
      /listening: a device was told start/,
    );
  });
});
