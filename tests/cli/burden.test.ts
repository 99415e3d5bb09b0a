/**
 * Uneventful sessions of simulated patients through the whole judgement: a mild responder is mostly not heard at all, a marked one
 * seldom. The page docs/evidence/alarm-burden.md has the same with hundreds of them.
 */
import { describe, expect, test } from 'vitest';
import type { AlarmChange, JournalEntry, Priority } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { burdenOf } from '../../src/cli/burden.ts';
import { burdenOfSessions } from '../../src/cli/judge/session-burden.ts';
import { judgeUneventful, uneventful } from '../../src/cli/judge/simulated-bed.ts';
import { alarmWords, isHeard, tallyAlarms, totals, type AlarmTally } from '../../src/cli/judge/tally.ts';
import { TestBed } from '../support/bed.ts';

describe('an uneventful session', () => {
  const journal = judgeUneventful({ preset: 'mild', seed: 3, ruleSet: ADULT_IV_KETAMINE, answerAfterS: 20 });
  const phases = journal.flatMap(({ at, body }) => (body.kind === 'phase' ? [[at / 60_000, body.to]] : []));

  test('has a baseline of three readings, forty minutes of infusion and an hour of observation', () => {
    expect(phases).toEqual([
      [0, 'baseline'],
      [15, 'infusion'],
      [expect.closeTo(55, 0), 'observation'],
    ]);
    const session = journal.flatMap(({ body }) => (body.kind === 'session' ? [body.session] : [])).at(-1);
    expect(session?.baseline?.readings).toHaveLength(3);
    expect(session?.plan?.durationMin).toBe(40);
    expect(journal.at(-1)?.at).toBe(115 * 60_000);
  });

  test('has nothing that fails: no refusal, and no technical alarm', () => {
    expect(journal.filter(({ body }) => body.kind === 'refused')).toEqual([]);
    expect(tallyAlarms(journal).filter(({ kind }) => kind === 'technical')).toEqual([]);
  });

  test('is the same for the same number, and another patient for another one', () => {
    expect(uneventful('mild', 3)).toEqual(uneventful('mild', 3));
    const known = new Set(Array.from({ length: 20 }, (_, seed) => uneventful('mild', seed).modifiers?.join()));
    expect(known.size).toBeGreaterThan(3);
  });
});

describe('alarms that a nurse would hear', () => {
  test('median of mild sessions: none', () => {
    const { heard, silent } = burdenOf('mild', { count: 15, seed: 5, answerAfterS: 20 });
    expect(heard.median).toBe(0);
    expect(silent).toBeGreaterThan(0.5);
  });

  test('median of marked sessions: at most five', () => {
    const { heard } = burdenOf('marked', { count: 15, seed: 5, answerAfterS: 20 });
    expect(heard.median).toBeLessThanOrEqual(5);
  });
});

describe('what is counted', () => {
  const change = (cause: AlarmChange['cause'], more: Partial<AlarmChange['alarm']> = {}): AlarmChange => {
    const bed = new TestBed().admitted().command(5, { type: 'set-phase', phase: 'baseline' }).nibp(20, 190, 90);
    const alarm = bed.alarm('S1');
    if (alarm === undefined) throw new Error('a systolic pressure of 190 made no alarm');
    return { cause, alarm: { ...alarm, ...more } };
  };
  const by = { by: { name: 'Nurse', station: 's' }, at: change('signalled').alarm.onsetAt };

  test.each<[AlarmChange['cause'], Partial<AlarmChange['alarm']>, boolean]>([
    ['signalled', {}, true],
    ['returned', {}, true],
    ['worsened', {}, true],
    ['priority-raised', {}, true],
    ['reminded', {}, true],
    ['unoutranked', {}, true],
    ['unoutranked', { acknowledgement: by }, false],
    ['signalled', { isOutranked: true }, false],
    ['signalled', { priority: 'notice' }, false],
    ['updated', {}, false],
    ['escalated', {}, false],
    ['acknowledged', {}, false],
  ])('%s %j is heard: %s', (cause, more, expected) => {
    expect(isHeard(change(cause, more))).toBe(expected);
  });

  test('an alarm counts once, as the most urgent that it ever was', () => {
    const entries = (...priorities: readonly Priority[]): readonly JournalEntry[] => {
      const bed = new TestBed().state.bed;
      return priorities.map((priority, i) => {
        const body = {
          kind: 'alarm',
          number: i,
          change: change(i === 0 ? 'signalled' : 'priority-raised', { priority }),
        } as const;
        return { bed, seq: i, at: body.change.alarm.onsetAt, body };
      });
    };
    const [tally] = tallyAlarms(entries('notice', 'medium', 'high'));
    expect(tally).toMatchObject({ priority: 'high', alarms: { high: 1, medium: 0, low: 0, notice: 0 }, sounded: 2 });
    const all = totals([...tallyAlarms(entries('low')), ...tallyAlarms(entries('high'))]);
    expect(alarmWords(all.alarms)).toBe('1 high, 1 low');
    expect(all.sounded).toBe(2);
    expect(alarmWords(totals([]).alarms)).toBe('none');
  });

  const tally = (rule: string, sounded: number): AlarmTally => ({
    ...{ rule, sounded, priority: 'medium', kind: 'physiological', firstAtMs: 0, example: '' },
    alarms: { high: 0, medium: 1, low: 0, notice: 0 },
  });

  test('quartiles of how often a session was heard, the share that was silent, and the rules', () => {
    const burden = burdenOfSessions([[], [tally('S3', 1), tally('S6', 2)], [tally('S3', 5)], [tally('G1', 0)]]);
    expect(burden).toEqual({
      sessions: 4,
      heard: { lower: 0, median: 0, upper: 3, most: 5 },
      silent: 0.5,
      rules: [
        { rule: 'S3', sessions: 0.5, heard: 1.5 },
        { rule: 'S6', sessions: 0.25, heard: 0.5 },
      ],
    });
    expect(burdenOfSessions([])).toMatchObject({ sessions: 0, silent: 0, heard: { median: 0 } });
  });
});
