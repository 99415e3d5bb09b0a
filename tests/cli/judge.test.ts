/**
 * Recordings of real people through the whole judgement: every alarm is one that the recording itself justifies, by a plain
 * reading of its numbers here, and nothing that it justifies is missed.
 */
import { describe, expect, test } from 'vitest';
import type { AlarmCause, Breach } from '$lib/domain/index.ts';
import type { JudgedRecording } from '../../src/cli/judge/recorded-bed.ts';
import { tallyAlarms } from '../../src/cli/judge/tally.ts';
import { HAS_DATA, NEEDS_DATA, THEATRE, wfdb } from '../drivers/file-replay/recordings.ts';
import { judgeFile, judgeOximeter, oximeterCourse } from './judged-recordings.ts';

interface Seen {
  readonly atS: number;
  readonly cause: AlarmCause;
  readonly value: number | undefined;
  readonly evidence: Breach['evidence'];
}

const seenOf = ({ journal }: JudgedRecording, rule: string, cause: AlarmCause = 'signalled'): readonly Seen[] =>
  journal.flatMap(({ at, body }) => {
    if (body.kind !== 'alarm' || body.change.alarm.rule !== rule || body.change.cause !== cause) return [];
    const { value, evidence } = body.change.alarm;
    return [{ atS: at / 1000, cause, value, evidence }];
  });

const physiological = ({ journal }: JudgedRecording): ReadonlySet<string> =>
  new Set(
    tallyAlarms(journal)
      .filter(({ kind }) => kind === 'physiological')
      .map(({ rule }) => rule),
  );

/**
 * Seconds at which a value has stood below the limit for so long; a value stands until the next one comes. Such a fall is over
 * after `clearS` at or above `limit + 2`.
 */
function fallsBelow(course: readonly (number | undefined)[], limit: number, holdS: number, clearS: number): number[] {
  const found: number[] = [];
  let below: number | undefined;
  let inside: number | undefined;
  let isStanding = false;
  for (const [second, value] of course.entries()) {
    if (isStanding && inside !== undefined && second - inside >= clearS) [isStanding, inside] = [false, undefined];
    if (!isStanding && below !== undefined && second - below >= holdS) {
      found.push(second);
      [isStanding, below] = [true, undefined];
    }
    if (value === undefined) continue;
    if (isStanding) inside = value >= limit + 2 ? (inside ?? second) : undefined;
    else below = value < limit ? (below ?? second) : undefined;
  }
  return found;
}

describe.skipIf(!HAS_DATA)(`volunteers who breathe less oxygen, each on four oximeters${NEEDS_DATA}`, () => {
  const cases = ['100001', '100002', '100003'].flatMap((volunteer) =>
    [1, 2, 4, 5].map((oximeter) => [volunteer, oximeter] as const),
  );

  test.each(cases)(
    '%s on oximeter %i: every fall is told within a second of its hold, and no other',
    async (who, by) => {
      const course = oximeterCourse(who, by);
      const judged = await judgeOximeter(course);
      const expected = { O1: fallsBelow(course.spo2, 92, 15, 5), O2: fallsBelow(course.spo2, 88, 10, 5) };
      for (const [rule, falls] of Object.entries(expected)) {
        expect(falls.length, rule).toBeGreaterThan(0);
        const told = seenOf(judged, rule).map(({ atS }) => atS);
        expect(told.length, rule).toBe(falls.length);
        for (const [index, at] of falls.entries())
          expect(Math.abs((told[index] ?? 0) - at), rule).toBeLessThanOrEqual(1.5);
      }
      expect([...physiological(judged)].toSorted()).toEqual(['O1', 'O2']);
    },
  );

  test('a fall that the four see differently makes one high alarm on each, not more', async () => {
    for (const [who, by] of cases) {
      const judged = await judgeOximeter(oximeterCourse(who, by));
      const { sounded = 0 } = tallyAlarms(judged.journal).find(({ rule }) => rule === 'O2') ?? {};
      expect(sounded, `${who} on ${by}`).toBeLessThanOrEqual(8);
    }
  });
});

describe.skipIf(!HAS_DATA)(`recorded patients${NEEDS_DATA}`, () => {
  test('sixteen hours of a quiet night: nothing about heart and saturation, one climb of the pressure, and slow breathing', async () => {
    const judged = await judgeFile(wfdb('s00001n_part1'), { cuffEveryMin: 60 });
    expect([...physiological(judged)].toSorted()).toEqual(['O3', 'S9']);
    expect(seenOf(judged, 'S9')).toHaveLength(1);
    expect(seenOf(judged, 'O3').every(({ value = Infinity }) => value < 10)).toBe(true);
    expect(judged.hasBaseline).toBe(true);
  });

  test('a theatre record: the falls below 90 and the one rise of the pressure, on the samples of the arterial line', async () => {
    const judged = await judgeFile(THEATRE);
    expect([...physiological(judged)].toSorted()).toEqual(['B1', 'S6']);
    expect(seenOf(judged, 'B1').every(({ value = Infinity }) => value < 90)).toBe(true);
    const [rise, ...more] = seenOf(judged, 'S6');
    expect(more).toEqual([]);
    expect(rise?.evidence).toEqual([expect.objectContaining({ metric: 'systolic', value: rise?.value })]);
    expect(rise?.value).toBeGreaterThanOrEqual(122);
  });

  test('a false alarm of asystole raises nothing of the kind here', async () => {
    const judged = await judgeFile(wfdb('a103l'));
    expect([...physiological(judged)]).toEqual([]);
    expect(tallyAlarms(judged.journal).filter(({ priority }) => priority === 'high')).toEqual([]);
  });
});
