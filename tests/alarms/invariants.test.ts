/**
 * What must hold of a bed's alarms whatever happens: any course of pressures, silences, pump states, answers, pauses and
 * deliveries. The bed is the real one with its real rules; time is moved by hand.
 */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { type Alarm, type AlarmChange, type AlarmId, type Command, type JournalEntry } from '$lib/domain/index.ts';
import { AUDIO_PAUSE_MS, soundingPriority, UPDATE_EVERY_MS } from '$lib/alarms/index.ts';
import { BedFold, compareReplay } from '$lib/bedside/index.ts';

import { commandSchema } from '$lib/realtime/validate.ts';
import { PLAN, TestBed } from '../support/bed.ts';

const READY_S = 60;

/** A patient in the infusion, all well. */
const infusing = (): TestBed =>
  new TestBed()
    .admitted()
    .nibp(10, 122, 74)
    .nibp(20, 122, 74)
    .nibp(30, 122, 74)
    .command(31, { type: 'accept-baseline', systolic: 122, diastolic: 74, reason: 'test' })
    .command(32, { type: 'set-plan', plan: PLAN })
    .numerics(40, { heartRate: 70, spo2: 98 })
    .pump(READY_S, 'infusing', { rateMlPerHour: 52.5 });

type Happening =
  | { readonly does: 'cuff'; readonly systolic: number }
  | { readonly does: 'numerics'; readonly heartRate: number; readonly spo2: number }
  | { readonly does: 'monitor'; readonly state: 'live' | 'lost' }
  | { readonly does: 'pump'; readonly state: 'infusing' | 'paused' | 'alarm' }
  | { readonly does: 'acknowledge' | 'take-alarm' | 'pass-on' | 'deliver'; readonly which: number }
  | { readonly does: 'pause-audio' | 'resume-audio' | 'nothing' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ does: fc.constant('cuff' as const), systolic: fc.constantFrom(122, 150, 165, 172, 184, 199) }),
  fc.record({
    does: fc.constant('numerics' as const),
    heartRate: fc.constantFrom(30, 70, 125, 145),
    spo2: fc.constantFrom(84, 89, 93, 98),
  }),
  fc.record({ does: fc.constant('monitor' as const), state: fc.constantFrom('live' as const, 'lost' as const) }),
  fc.record({ does: fc.constant('pump' as const), state: fc.constantFrom('infusing', 'paused', 'alarm') }),
  fc.record({
    does: fc.constantFrom('acknowledge' as const, 'take-alarm' as const, 'pass-on' as const, 'deliver' as const),
    which: fc.nat(5),
  }),
  fc.record({ does: fc.constantFrom('pause-audio' as const, 'resume-audio' as const, 'nothing' as const) }),
);

const course = fc.array(fc.tuple(fc.constantFrom(0, 0.5, 3, 12, 40, 130), happening), { maxLength: 25 });

const shown = (bed: TestBed): readonly Alarm[] => Object.values(bed.state.alarms).map(({ alarm }) => alarm);

function happen(bed: TestBed, atS: number, one: Happening): void {
  switch (one.does) {
    case 'cuff':
      return void bed.nibp(atS, one.systolic, Math.round(0.6 * one.systolic));
    case 'numerics':
      return void bed.numerics(atS, one);
    case 'monitor':
      return void bed.device(atS, 'monitor', one.state);
    case 'pump':
      return void bed.pump(atS, one.state, { rateMlPerHour: 52.5 });
    case 'pause-audio':
    case 'resume-audio':
      return void bed.command(atS, { type: one.does });
    case 'nothing':
      return void bed.to(atS);
    default:
      return about(bed, atS, one.does, one.which);
  }
}

function about(
  bed: TestBed,
  atS: number,
  does: 'deliver' | 'acknowledge' | 'take-alarm' | 'pass-on',
  which: number,
): void {
  const alarm = shown(bed)[which];
  if (alarm === undefined) return;
  if (does !== 'deliver') return void bed.command(atS, { type: does, alarm: alarm.id });
  const { id, signalledAt } = alarm;
  const delivery = { alarm: id, signalledAt, screen: 's', isShown: true, sound: 'sounded' } as const;
  bed.input(atS, { kind: 'delivered', delivery });
}

/** Runs a course; `look` sees the bed after each happening. */
function run(steps: readonly (readonly [number, Happening])[], look: (bed: TestBed, one: Happening) => void): TestBed {
  const bed = infusing();
  let atS = READY_S;
  for (const [afterS, one] of steps) {
    atS += afterS;
    happen(bed, atS, one);
    look(bed, one);
  }
  return bed;
}

const BREAKING: readonly string[] = ['signalled', 'returned', 'worsened', 'priority-raised', 'passed-on'];

const isBreaking = ({ cause, alarm }: AlarmChange): boolean =>
  BREAKING.includes(cause) && !alarm.isOutranked && alarm.priority !== 'notice';

describe('of any course of a bed', () => {
  test('a high alarm stays in sight until somebody has answered it', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const bed = run(steps, () => undefined);
        const unanswered = new Set<AlarmId>();
        for (const { alarm } of bed.changes()) {
          const isAnswered = alarm.acknowledgement !== undefined;
          if (alarm.state === 'ended' && alarm.kind === 'physiological' && !isAnswered)
            expect(unanswered.has(alarm.id)).toBe(false);
          if (alarm.state === 'pending') continue;
          if (isAnswered || alarm.state === 'ended') unanswered.delete(alarm.id);
          else if (alarm.priority === 'high') unanswered.add(alarm.id);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('replaying the changes rebuilds what is shown, and they are numbered without a hole', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const bed = run(steps, () => undefined);
        const rebuilt = new Map<AlarmId, Alarm>();
        const numbers: number[] = [];
        for (const { body } of bed.outputs) {
          if (body.kind !== 'alarm') continue;
          numbers.push(body.number);
          const { alarm } = body.change;
          if (alarm.state === 'ended') rebuilt.delete(alarm.id);
          else rebuilt.set(alarm.id, alarm);
        }
        expect(numbers).toEqual(numbers.map((_, i) => i + 1));
        const byId = (a: Alarm, b: Alarm): number => a.id.localeCompare(b.id);
        expect([...rebuilt.values()].sort(byId)).toEqual([...shown(bed)].sort(byId));
      }),
      { numRuns: 60 },
    );
  });

  test('no change says what was said before, and answering, taking and passing on twice is as once', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const bed = run(steps, () => undefined);
        for (const { id } of shown(bed)) {
          for (const type of ['pass-on', 'take-alarm', 'acknowledge'] as const) {
            const atS = bed.state.now / 1000;
            bed.command(atS, { type, alarm: id });
            const told = bed.state.changeCount;
            bed.command(atS, { type, alarm: id });
            expect(bed.state.changeCount).toBe(told);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('an audio pause lasts two minutes from its press and ends with anything that is new, worse, more urgent or refused', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const { outputs } = run(steps, () => undefined);
        let pausedUntil = -Infinity;
        for (const { at, body } of outputs) {
          if (body.kind === 'audio') {
            if (body.pausedUntil !== undefined) expect(at).toBeGreaterThanOrEqual(pausedUntil);
            pausedUntil = body.pausedUntil ?? -Infinity;
            expect(pausedUntil - at).toBeLessThanOrEqual(AUDIO_PAUSE_MS);
          }
          if (body.kind !== 'alarm' || !isBreaking(body.change) || at >= pausedUntil) continue;
          const isEnded = outputs.some(
            (one) => one.at === at && one.body.kind === 'audio' && !('pausedUntil' in one.body),
          );
          expect(isEnded).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('what is escalated calls, and is neither answered nor covered nor over', () => {
    fc.assert(
      fc.property(course, (steps) => {
        run(steps, (bed) => {
          for (const { escalation, state, acknowledgement, isOutranked, priority } of shown(bed)) {
            if (escalation === undefined) continue;
            expect(['active', 'suspended']).toContain(state);
            expect(acknowledgement).toBeUndefined();
            expect(isOutranked).toBe(false);
            expect(priority).not.toBe('notice');
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test('updates of one alarm are never told faster than their limit', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const bed = run(steps, () => undefined);
        const last = new Map<AlarmId, number>();
        for (const { at, body } of bed.outputs) {
          if (body.kind !== 'alarm' || body.change.cause !== 'updated') continue;
          const { id } = body.change.alarm;
          expect(at - (last.get(id) ?? -Infinity)).toBeGreaterThanOrEqual(UPDATE_EVERY_MS);
          last.set(id, at);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a recorded course', () => {
  test('folded again tells the same, byte for byte, with events of one instant in the order in which they came', () => {
    const recorded: JournalEntry[] = [];
    const start = { state: new TestBed().state, seq: 0 };
    const fold = new BedFold(start, (entry) => recorded.push(entry));
    const source = run(
      [
        [5, { does: 'cuff', systolic: 199 }],
        [0, { does: 'numerics', heartRate: 145, spo2: 84 }],
        [0, { does: 'take-alarm', which: 0 }],
        [0, { does: 'pass-on', which: 1 }],
        [40, { does: 'deliver', which: 0 }],
        [130, { does: 'acknowledge', which: 0 }],
      ],
      () => undefined,
    );
    for (const { at, input } of source.inputs) fold.input(at, input);
    expect(recorded.filter(({ body }) => body.kind === 'alarm').map(({ body }) => body)).toEqual(
      source.outputs.filter(({ body }) => body.kind === 'alarm').map(({ body }) => body),
    );
    expect(compareReplay(start, recorded)).toBeUndefined();
  });
});

describe('silence', () => {
  test('for ever, or of picture and sound together, cannot be asked for by anybody', () => {
    const types = commandSchema.options.map((option) => option.shape.type.value);
    const aboutSound = types.filter((type) => /pause|mute|off|silence|suspend|alarm/.test(type));
    expect(aboutSound.sort()).toEqual(['pause-audio', 'take-alarm']);
  });

  test('of a bed is the sound alone: a pause takes nothing out of sight', () => {
    const bed = infusing().nibp(100, 199, 110).to(101);
    const before = shown(bed);
    bed.command(102, { type: 'pause-audio' } satisfies Command);
    expect(shown(bed)).toEqual(before);
    expect(soundingPriority(bed.state.alarms, bed.state.audioPausedUntil, bed.state.now)).toBeUndefined();
  });

  test('is not made longer by pressing again', () => {
    const bed = infusing().command(110, { type: 'pause-audio' }).command(200, { type: 'pause-audio' });
    expect(bed.state.audioPausedUntil).toBe(230_000);
    expect(bed.to(230).state.audioPausedUntil).toBeUndefined();
  });
});
