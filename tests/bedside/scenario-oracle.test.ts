/**
 * The worked example of the rule set: a noise-free marked responder, baseline 128/78, gains 44/28 mmHg, cuff every 5 min
 * during the infusion and every 10 min afterwards, each crossing reading repeated with the same result a minute later.
 * Minutes count from the start of the infusion, which is minute 15 of the session.
 */
import { describe, expect, test } from 'vitest';
import { PLAN, TestBed } from '../support/bed.ts';

const START_MIN = 15;
const EFFECT: Readonly<Record<number, number>> = {
  5: 0.19,
  10: 0.45,
  15: 0.64,
  20: 0.78,
  25: 0.88,
  30: 0.94,
  35: 0.98,
  40: 1,
  50: 0.77,
  60: 0.51,
};

const seconds = (minute: number): number => (START_MIN + minute) * 60;

/** New signals, and what else changed, at the reading of a minute and at its repeat. */
interface Told {
  readonly signalled: readonly string[];
  readonly others: readonly string[];
}

function runOracle(): { bed: TestBed; told: ReadonlyMap<number, Told> } {
  const bed = new TestBed().admitted();
  const vitals = (fromS: number, toS: number): void => {
    for (let at = fromS; at < toS; at += 5) bed.numerics(at, { heartRate: 72, spo2: 98 });
  };
  vitals(0, 120);
  bed.nibp(120, 128, 78);
  vitals(125, 360);
  bed.nibp(360, 128, 78);
  vitals(365, 600);
  bed.nibp(600, 128, 78);
  bed.command(660, { type: 'accept-baseline', systolic: 128, diastolic: 78, heartRate: 72, spo2: 98 });
  bed.command(670, { type: 'set-plan', plan: PLAN });
  vitals(675, START_MIN * 60);
  bed.pump(START_MIN * 60, 'infusing', { rateMlPerHour: 52.5, volumeInfusedMl: 0 });
  const told = new Map<number, Told>();
  let now = START_MIN * 60 + 5;
  for (const minute of [5, 10, 15, 20, 25, 30, 35, 40, 50, 60]) {
    vitals(now, seconds(minute));
    const effect = EFFECT[minute] ?? Number.NaN;
    const reading = [Math.round(128 + 44 * effect), Math.round((78 + 28 * effect) * 10) / 10] as const;
    bed.nibp(seconds(minute), ...reading);
    vitals(seconds(minute) + 5, seconds(minute) + 60);
    if (reading[0] >= 160 && minute <= 30) bed.nibp(seconds(minute) + 60, ...reading);
    now = seconds(minute) + 65;
    const changes = bed.changes(seconds(minute), seconds(minute) + 65);
    told.set(minute, {
      signalled: changes
        .filter(({ cause }) => cause === 'signalled')
        .map(({ alarm }) => `${alarm.rule} ${alarm.priority}`),
      others: changes
        .filter(({ cause }) => cause === 'condition-ended' || cause.startsWith('priority'))
        .map(({ cause, alarm }) => `${alarm.rule} ${cause}`),
    });
    if (minute === 40) bed.pump(now, 'complete', { rateMlPerHour: 0, volumeInfusedMl: 35 });
  }
  return { bed, told };
}

describe('the worked example of the rule set', () => {
  const { bed, told } = runOracle();
  const signalled = (minute: number) => [...(told.get(minute)?.signalled ?? [])].sort();

  test('nothing signals at 136/83, 148/91 and 156/96', () => {
    expect([5, 10, 15].flatMap(signalled)).toEqual([]);
  });

  test('162/100 at minute 20 signals S3, S5 and S6 as medium, and only after the repeat', () => {
    expect(signalled(20)).toEqual(['S3 medium', 'S5 medium', 'S6 medium']);
    const atOnce = bed.changes(seconds(20), seconds(20) + 59).map(({ cause }) => cause);
    expect(atOnce.filter((cause) => cause === 'signalled')).toEqual([]);
    expect(atOnce.filter((cause) => cause === 'noticed')).toHaveLength(3);
  });

  test('167/103 at minute 25 adds S4 as medium', () => {
    expect(signalled(25)).toEqual(['S4 medium']);
  });

  test('169/104 at minute 30 adds the surge S7 as high, because the pump is running, and S8 as medium', () => {
    expect(signalled(30)).toEqual(['S7 high', 'S8 medium']);
  });

  test('172/106 at minute 40 adds nothing: S1, S2 and the high level of S5 stay silent', () => {
    expect(signalled(35)).toEqual([]);
    expect(signalled(40)).toEqual([]);
  });

  test('when the pump reports completion S7 falls from high to medium, as an event of the same alarm', () => {
    const after = bed.changes(seconds(40) + 65, seconds(41) + 60);
    expect(after.map(({ cause, alarm }) => [alarm.rule, cause, alarm.priority])).toContainEqual([
      'S7',
      'priority-lowered',
      'medium',
    ]);
    expect(bed.state.session?.phase).toBe('observation');
  });

  test('162/100 at minute 50 ends S7 (a rise of 34 is below 40 − 5) and keeps S8', () => {
    expect(told.get(50)?.others).toEqual(['S7 condition-ended']);
    expect(told.get(50)?.signalled).toEqual([]);
  });

  test('150/92 at minute 60 ends everything that still stood', () => {
    expect([...(told.get(60)?.others ?? [])].sort()).toEqual(
      ['S3', 'S4', 'S5', 'S6', 'S8'].map((rule) => `${rule} condition-ended`),
    );
    const standing = Object.values(bed.state.alarms).filter(({ alarm }) => alarm.state === 'active');
    expect(standing.filter(({ alarm }) => alarm.kind === 'physiological')).toEqual([]);
  });

  test('P1 never fires: it follows the very high limits, not the surge', () => {
    expect(bed.changes().filter(({ alarm }) => alarm.rule === 'P1')).toEqual([]);
  });
});
