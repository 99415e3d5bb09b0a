/**
 * Recordings of real people through the whole judgement: every alarm is one that the recording itself justifies, by a plain
 * reading of its numbers here, and nothing that it justifies is missed.
 */
import { describe, expect, test } from 'vitest';
import type { AlarmCause, Breach, Priority } from '$lib/domain/index.ts';
import type { JudgedRecording } from '../../src/cli/judge/recorded-bed.ts';
import { tallyAlarms } from '../../src/cli/judge/tally.ts';
import { HAS_DATA, NEEDS_DATA, THEATRE, wfdb } from '../drivers/file-replay/recordings.ts';
import { judgeFile, judgeOximeter, oximeterCourse, VOLUNTEERS } from './judged-recordings.ts';
import { recordingsPage } from './recordings-page.ts';

interface Seen {
  readonly atS: number;
  readonly cause: AlarmCause;
  readonly value: number | undefined;
  readonly priority: Priority;
  /** When it was last answered before. */
  readonly answeredAtS: number | undefined;
  readonly evidence: Breach['evidence'];
}

function seenOf({ journal }: JudgedRecording, rule: string, wanted: AlarmCause = 'signalled'): readonly Seen[] {
  const seen: Seen[] = [];
  let answeredAtS: number | undefined;
  for (const { at, body } of journal) {
    if (body.kind !== 'alarm' || body.change.alarm.rule !== rule) continue;
    const { cause, alarm } = body.change;
    const { value, evidence, priority } = alarm;
    if (cause === wanted) seen.push({ atS: at / 1000, cause, value, priority, answeredAtS, evidence });
    if (cause === 'acknowledged') answeredAtS = at / 1000;
  }
  return seen;
}

const physiological = ({ journal }: JudgedRecording): ReadonlySet<string> =>
  new Set(
    tallyAlarms(journal)
      .filter(({ kind }) => kind === 'physiological')
      .map(({ rule }) => rule),
  );

/** What the recording itself had said before that time; a value stands until the next one comes. */
const stoodBefore = (course: readonly (number | undefined)[], atS: number): number | undefined =>
  course.slice(0, Math.ceil(atS)).findLast((value) => value !== undefined);

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
  test.each(VOLUNTEERS)(
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

  test('an answered fall calls again when it is 5 % deeper or two minutes long, and not with every step', async () => {
    for (const [who, by] of VOLUNTEERS) {
      const course = oximeterCourse(who, by);
      const judged = await judgeOximeter(course);
      const again = seenOf(judged, 'O2', 'worsened');
      for (const { value = Infinity, answeredAtS = 0 } of again)
        expect((stoodBefore(course.spo2, answeredAtS) ?? -Infinity) - value).toBeGreaterThanOrEqual(5);
      const { sounded = 0 } = tallyAlarms(judged.journal).find(({ rule }) => rule === 'O2') ?? {};
      expect(sounded, `${who} on ${by}`).toBeLessThanOrEqual(6);
    }
  });
});

describe.skipIf(!HAS_DATA)(`recorded patients${NEEDS_DATA}`, () => {
  test('sixteen hours of a quiet night: slow breathing is noticed, and called only where it lasts or nothing else is known', async () => {
    const judged = await judgeFile(wfdb('s00001n_part1'), { cuffEveryMin: 60 });
    const tallies = tallyAlarms(judged.journal);
    expect([...physiological(judged)].toSorted()).toEqual(['O3', 'S9']);
    expect(seenOf(judged, 'S9')).toHaveLength(1);
    const breathing = tallies.find(({ rule }) => rule === 'O3');
    expect(breathing?.alarms).toMatchObject({ high: 1, medium: 1, low: 0 });
    expect(breathing?.sounded).toBeLessThanOrEqual(4);
    const [urgent] = seenOf(judged, 'O3', 'priority-raised').filter(({ priority }) => priority === 'high');
    expect(urgent?.value).toBe(2);
    expect(judged.hasBaseline).toBe(true);
  });

  test('no sentence of any recording contradicts its own numbers', async () => {
    const recordings = [await judgeFile(wfdb('s00001n_part1'), { cuffEveryMin: 60 }), await judgeFile(THEATRE)];
    for (const [who, by] of VOLUNTEERS) recordings.push(await judgeOximeter(oximeterCourse(who, by)));
    const told = recordings.flatMap(({ journal }) =>
      journal.flatMap(({ body }) =>
        body.kind === 'alarm' ? [body.change.alarm.explanation, body.change.alarm.headline] : [],
      ),
    );
    const numbered = told.flatMap((words) => words.match(/[\d.]+[^\d.]{1,12}(?:is )?below [\d.]+/g) ?? []);
    expect(numbered.length).toBeGreaterThan(50);
    for (const words of numbered) {
      const [value = NaN, limit = NaN] = (words.match(/\d+(\.\d+)?/g) ?? []).map(Number);
      expect(value, words).toBeLessThan(limit);
    }
  });

  test('a theatre record: the falls below 90 and the one rise of the pressure, on the samples of the arterial line', async () => {
    const judged = await judgeFile(THEATRE);
    expect([...physiological(judged)].toSorted()).toEqual(['B1', 'S6']);
    expect(seenOf(judged, 'B1').every(({ value = Infinity }) => value < 90)).toBe(true);
    expect(tallyAlarms(judged.journal).map(({ rule, sounded }) => [rule, sounded])).toEqual([
      ['B1', 2],
      ['S6', 1],
    ]);
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

  test('the page of evidence says what the recordings come to today (written anew by vitest -u)', async () => {
    await expect(await recordingsPage()).toMatchFileSnapshot('../../docs/evidence/recordings.md');
  });
});
