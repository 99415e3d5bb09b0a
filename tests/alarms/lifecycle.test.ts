/**
 * The life cycle of an alarm, all states × all inputs. The table is written by hand from the rules of the life cycle and not
 * from the code: a cell says the next state and the cause that is told, `-` for "nothing happens".
 */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  alarmId,
  monotonicMs,
  type AlarmCause,
  type AlarmKind,
  type AlarmState,
  type Breach,
  type Condition,
  type Priority,
} from '$lib/domain/index.ts';
import { stepAlarm, type AlarmInput, type AlarmPolicy, type TrackedAlarm } from '$lib/alarms/index.ts';
import { NURSE } from '../support/bed.ts';

const NOW = monotonicMs(1_000_000);
const ID = alarmId('bed-1:1');

const POLICY: AlarmPolicy = {
  rule: 'S1',
  ruleVersion: '1',
  kind: 'physiological',
  worse: 'higher',
  reminder: { worseBy: 10, afterMin: 2 },
};

const breach = (more: Partial<Breach> = {}): Breach => ({
  since: NOW,
  priority: 'high',
  value: 184,
  limit: 180,
  headline: `Systolic ${more.value ?? 184} mmHg, limit 180`,
  explanation: 'why',
  evidence: [],
  isEpisodic: true,
  ...more,
});

const condition = (value: Condition): AlarmInput => ({ type: 'condition', now: NOW, condition: value });

const INPUTS = {
  present: condition({ is: 'present', breach: breach() }),
  changed: condition({ is: 'present', breach: breach({ value: 186 }) }),
  worse: condition({ is: 'present', breach: breach({ value: 196 }) }),
  lower: condition({ is: 'present', breach: breach({ priority: 'medium' }) }),
  unconfirmed: condition({ is: 'unconfirmed', breach: breach() }),
  unknown: condition({ is: 'unknown', why: 'no signal' }),
  absent: condition({ is: 'absent' }),
  acknowledge: { type: 'acknowledge', now: NOW, by: NURSE },
  take: { type: 'take', now: NOW, by: NURSE },
  'pass on': { type: 'pass-on', now: NOW, by: NURSE, to: 'Nurse 12' },
  delivered: {
    type: 'delivered',
    now: NOW,
    delivery: { alarm: ID, signalledAt: NOW, screen: 'screen-1', isShown: true, sound: 'sounded' },
  },
  'tick soon': { type: 'tick', now: NOW },
  'tick late': { type: 'tick', now: monotonicMs(NOW + 11 * 60_000) },
  'session ended': { type: 'session-ended', now: NOW },
} as const satisfies Record<string, AlarmInput>;

type InputName = keyof typeof INPUTS;

const run = (...names: readonly InputName[]): TrackedAlarm | undefined =>
  names.reduce<TrackedAlarm | undefined>((tracked, name) => stepAlarm(tracked, INPUTS[name], POLICY, ID)[0], undefined);

const STATES = {
  none: undefined,
  pending: run('unconfirmed'),
  active: run('present'),
  acknowledged: run('present', 'acknowledge'),
  'suspended unanswered': run('present', 'unknown'),
  'suspended answered': run('present', 'acknowledge', 'unknown'),
  latched: run('present', 'absent'),
} as const;

type StateName = keyof typeof STATES;

/** Rows: states. Columns in the order of {@link INPUTS}. Cells: `next cause`, or `-`. */
const TABLE: Readonly<Record<StateName, readonly string[]>> = {
  none: [
    'active signalled',
    'active signalled',
    'active signalled',
    'active signalled',
    'pending noticed',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
  ],
  pending: [
    'active signalled',
    'active signalled',
    'active signalled',
    'active signalled',
    '-',
    '-',
    'ended withdrawn',
    '-',
    '-',
    '-',
    'pending delivered',
    '-',
    '-',
    'ended session-ended',
  ],
  active: [
    '-',
    'active updated',
    'active updated',
    'active priority-lowered',
    'latched condition-ended',
    'suspended suspended',
    'latched condition-ended',
    'acknowledged acknowledged',
    'active taken',
    'active passed-on',
    'active delivered',
    '-',
    'active escalated',
    'ended session-ended',
  ],
  acknowledged: [
    '-',
    'acknowledged updated',
    'active worsened',
    'acknowledged priority-lowered',
    'ended condition-ended',
    'suspended suspended',
    'ended condition-ended',
    '-',
    '-',
    'active passed-on',
    'acknowledged delivered',
    '-',
    'active reminded',
    'ended session-ended',
  ],
  'suspended unanswered': [
    'active resumed',
    'active resumed',
    'active resumed',
    'active resumed',
    'latched condition-ended',
    '-',
    'latched condition-ended',
    'suspended acknowledged',
    'suspended taken',
    'suspended passed-on',
    'suspended delivered',
    '-',
    'suspended escalated',
    'ended session-ended',
  ],
  'suspended answered': [
    'acknowledged resumed',
    'acknowledged resumed',
    'active worsened',
    'acknowledged resumed',
    'ended condition-ended',
    '-',
    'ended condition-ended',
    '-',
    '-',
    'suspended passed-on',
    'suspended delivered',
    '-',
    'suspended reminded',
    'ended session-ended',
  ],
  latched: [
    'active returned',
    'active returned',
    'active returned',
    'active returned',
    '-',
    '-',
    '-',
    'ended acknowledged',
    'latched taken',
    'latched passed-on',
    'latched delivered',
    '-',
    'latched reminded',
    'ended session-ended',
  ],
};

describe('life cycle of a high physiological alarm: every state with every input', () => {
  const names = Object.keys(INPUTS) as InputName[];
  for (const [stateName, row] of Object.entries(TABLE) as [StateName, readonly string[]][]) {
    test.each(names.map((name, column) => [name, row[column]] as const))(`${stateName}, %s: %s`, (name, cell) => {
      const before = STATES[stateName];
      const [next, changes] = stepAlarm(before, INPUTS[name], POLICY, ID);
      if (cell === '-') {
        expect(changes).toEqual([]);
        expect(next).toBe(before);
        return;
      }
      const [change] = changes;
      expect(changes).toHaveLength(1);
      expect(`${change?.alarm.state} ${change?.cause}`).toBe(cell);
      expect(next?.alarm ?? 'gone').toEqual(change?.alarm.state === 'ended' ? 'gone' : change?.alarm);
    });
  }

  test('the table has a cell for every input', () => {
    for (const row of Object.values(TABLE)) expect(row).toHaveLength(names.length);
  });
});

describe('what an alarm keeps', () => {
  const first = (kind: AlarmKind, priority: Priority, ...names: readonly InputName[]) => {
    const policy = { ...POLICY, kind };
    let tracked: TrackedAlarm | undefined;
    const causes: AlarmCause[] = [];
    for (const name of names) {
      const input = INPUTS[name];
      const ranked =
        input.type === 'condition' && 'breach' in input.condition
          ? condition({ ...input.condition, breach: { ...input.condition.breach, priority } })
          : input;
      const [next, changes] = stepAlarm(tracked, ranked, policy, ID);
      tracked = next;
      causes.push(...changes.map(({ cause }) => cause));
    }
    return { tracked, causes };
  };

  test('a low alarm and a technical one do not latch', () => {
    expect(first('physiological', 'low', 'present', 'absent').tracked).toBeUndefined();
    expect(first('technical', 'high', 'present', 'absent').tracked).toBeUndefined();
  });

  test('a medium alarm that nobody answered stays as a marker for ten minutes', () => {
    expect(first('physiological', 'medium', 'present', 'absent').tracked?.alarm.state).toBe('latched');
    expect(first('physiological', 'medium', 'present', 'absent', 'tick late').causes.at(-1)).toBe('latch-expired');
  });

  test('a high one stays until somebody answers, however long that takes', () => {
    const { tracked } = first('physiological', 'high', 'present', 'absent');
    const inADay = monotonicMs(NOW + 24 * 3_600_000);
    expect(stepAlarm(tracked, { type: 'tick', now: inADay }, POLICY, ID)[0]?.alarm.state).toBe('latched');
  });

  test('the peak moves towards worse only, in the direction of the rule', () => {
    const low: AlarmPolicy = { ...POLICY, worse: 'lower' };
    const values = [90, 84, 88];
    let tracked: TrackedAlarm | undefined;
    for (const value of values) {
      [tracked] = stepAlarm(tracked, condition({ is: 'present', breach: breach({ value }) }), low, ID);
    }
    expect(tracked?.alarm.peakValue).toBe(84);
  });

  test('an answer names the person and survives a suspension', () => {
    expect(run('present', 'acknowledge', 'unknown', 'present')?.alarm.acknowledgement?.by).toEqual(NURSE);
  });

  test('a value that gets worse and worse is told every two seconds, and the worst in between is not lost', () => {
    const told = (atS: number, value: number): AlarmInput => ({
      type: 'condition',
      now: monotonicMs(NOW + 1000 * atS),
      condition: { is: 'present', breach: breach({ value, isEpisodic: false }) },
    });
    let [tracked] = stepAlarm(undefined, told(0, 140), POLICY, ID);
    const updates: string[] = [];
    const values = [141, 142, 143, 190, 150, 151, 152, 153, 154, 155, 156, 157, 158, 191, 159, 158];
    for (const [i, value] of values.entries()) {
      const [next, changes] = stepAlarm(tracked, told(0.25 * (i + 1), value), POLICY, ID);
      tracked = next;
      for (const { alarm } of changes) updates.push(`${0.25 * (i + 1)} s: ${alarm.value}, worst ${alarm.peakValue}`);
    }
    expect(updates).toEqual(['0.25 s: 141, worst 141', '2.25 s: 154, worst 190']);
    const [, [end]] = stepAlarm(tracked, INPUTS.absent, POLICY, ID);
    expect(end?.alarm.peakValue).toBe(191);
  });

  describe('worse than when it was answered is measured from the value at that moment, told or not', () => {
    const at = (value: number): AlarmInput =>
      condition({ is: 'present', breach: breach({ value, isEpisodic: false }) });
    const causesOf = (...inputs: readonly AlarmInput[]): readonly string[] => {
      let tracked: TrackedAlarm | undefined;
      return inputs.flatMap((input) => {
        const [next, changes] = stepAlarm(tracked, input, POLICY, ID);
        tracked = next;
        return changes.map(({ cause }) => cause);
      });
    };

    test('an answer to 194 is not undone by 194, although 184 was told last', () => {
      const before = [at(195), INPUTS.unknown, at(184), at(194)];
      expect(causesOf(...before)).toEqual(['signalled', 'suspended', 'resumed']);
      expect(causesOf(...before, INPUTS.acknowledge, at(194)).slice(3)).toEqual(['acknowledged']);
      expect(causesOf(...before, INPUTS.acknowledge, at(194), at(204)).slice(3)).toEqual(['acknowledged', 'worsened']);
    });

    test('an answer to 182 is undone by 193, although 195 was told last', () => {
      const causes = causesOf(at(195), at(182), INPUTS.delivered, INPUTS.acknowledge, at(191), at(193));
      expect(causes).toEqual(['signalled', 'delivered', 'acknowledged', 'worsened']);
    });

    test('what was reminded is answered anew from where it stands', () => {
      const causes = causesOf(
        ...[at(195), INPUTS.acknowledge, at(182), INPUTS['tick late'], INPUTS.acknowledge, at(191), at(193)],
      );
      expect(causes).toEqual(['signalled', 'acknowledged', 'reminded', 'acknowledged', 'worsened']);
    });

    test('a value that is back where it was told is that again', () => {
      expect(causesOf(at(195), at(182), at(195), INPUTS.acknowledge, at(204)).slice(-1)).toEqual(['updated']);
    });
  });

  test('a continuous value that trembles below its worst is not told again', () => {
    const told = (value: number) => condition({ is: 'present', breach: breach({ value, isEpisodic: false }) });
    let [tracked] = stepAlarm(undefined, told(141), POLICY, ID);
    const causes: string[] = [];
    for (const value of [140, 141, 143, 142, 143]) {
      const [next, changes] = stepAlarm(tracked, told(value), POLICY, ID);
      tracked = next;
      causes.push(...changes.map(({ cause }) => `${cause} ${value}`));
    }
    expect(causes).toEqual(['updated 143']);
  });
});

describe('for any sequence of inputs', () => {
  const names = fc.constantFrom(...(Object.keys(INPUTS) as InputName[]));

  test('every change is a transition of the table, and the told alarm is the kept one', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 40 }), (sequence) => {
        let tracked: TrackedAlarm | undefined;
        for (const name of sequence) {
          const [next, changes] = stepAlarm(tracked, INPUTS[name], POLICY, ID);
          expect(changes.length).toBeLessThanOrEqual(1);
          const [change] = changes;
          if (change === undefined) expect(next?.alarm).toEqual(tracked?.alarm);
          else if (change.alarm.state === 'ended') expect(next).toBeUndefined();
          else expect(next?.alarm).toEqual(change.alarm);
          tracked = next;
        }
      }),
    );
  });

  test('what was high while it called leaves the screen only by an answer, or by the end of the session', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 40 }), (sequence) => {
        let tracked: TrackedAlarm | undefined;
        for (const name of sequence) {
          const wasShown: AlarmState | undefined = tracked?.alarm.state;
          const wasAnswered = tracked?.alarm.acknowledgement !== undefined;
          const [next, changes] = stepAlarm(tracked, INPUTS[name], POLICY, ID);
          const isGone = next === undefined && changes.length > 0 && wasShown !== 'pending';
          const wasEverHigh = tracked?.alarm.priority === 'high' || tracked?.calledAs === 'high';
          if (isGone && wasEverHigh) {
            expect(wasAnswered || name === 'acknowledge' || name === 'session ended').toBe(true);
          }
          tracked = next;
        }
      }),
    );
  });

  test('answering twice is the same as answering once', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 20 }), (sequence) => {
        const once = sequence.reduce<TrackedAlarm | undefined>(
          (tracked, name) => stepAlarm(tracked, INPUTS[name], POLICY, ID)[0],
          undefined,
        );
        const [answered] = stepAlarm(once, INPUTS.acknowledge, POLICY, ID);
        const [again, changes] = stepAlarm(answered, INPUTS.acknowledge, POLICY, ID);
        expect(again).toBe(answered);
        expect(changes).toEqual([]);
      }),
    );
  });
});
