/**
 * What is asked next on a link that stands:
 *
 *   greet ──▶ identify ──▶ curves on offer ──▶ choice among them ──▶ rounds: measured data and alarms by turns
 *
 * Greet: both sides have said ICC at once, and the device's answer to ours may still be on its way out.
 * Only one question may be open: a device drops a second one. A question without an answer is passed over; one whose answer was
 * damaged is asked again, but not for ever. NOP may go out while a question is open: nobody waits for its answer, and without it
 * the device would hear nothing from us for 3 s and give the link up.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { maskOf } from './curves.ts';
import type { Intake } from './intake.ts';
import { CODES, type Query } from './messages.ts';
import { HAVE_ALARMS_2 } from './tables.ts';

const EVERY_MS = 2000;
const ENABLE_EVERY_MS = 5000;
const NOP_AFTER_MS = 2000;
const ANSWER_MS = 10_000;
/** What was damaged may have been something else than the answer, which then comes within this time. */
const DAMAGED_MS = 1000;
/** The device has said ICC itself: its answer to ours follows at once, or ours was lost. */
const GREETED_MS = 1000;
const MAX_REPEATS = 2;
/** From this MEDIBUS version on commands may have arguments. */
const ARGUMENTS_FROM = '03.00';

export interface Turns {
  readonly turn: 'greet' | 'identify' | 'curves' | 'configure' | 'rounds';
  /** The code of the response that is waited for, how long, and whether it seems to have come damaged. */
  readonly asking: { readonly code: number; readonly until: MonotonicMs; readonly isDamaged: boolean } | undefined;
  /** Damaged answers to the question of this turn. */
  readonly repeats: number;
  /** When which is due next. */
  readonly dueAt: Readonly<Record<'measured' | 'alarms' | 'alarms2', MonotonicMs>>;
  readonly enableAt: MonotonicMs;
}

export const firstTurns = (now: MonotonicMs): Turns => ({
  turn: 'identify',
  asking: undefined,
  repeats: 0,
  dueAt: { measured: now, alarms: later(now, EVERY_MS / 2), alarms2: later(now, EVERY_MS / 2) },
  enableAt: now,
});

/** The device has begun the communication while our own ICC was unanswered. */
export const greetingTurns = (now: MonotonicMs): Turns => ({
  ...firstTurns(now),
  turn: 'greet',
  asking: { code: CODES.icc, until: later(now, GREETED_MS), isDamaged: false },
});

type Next = readonly [Turns, Query];

/** The next query and how the turns stand with it; undefined while nothing is to be sent. */
export function nextQuery(turns: Turns, intake: Intake, sentAt: MonotonicMs, now: MonotonicMs): Next | undefined {
  const due = turns.asking ? undefined : dueQuery(turns, intake, now);
  if (due) return due;
  return now - sentAt >= NOP_AFTER_MS ? [turns, { kind: 'ask', what: 'nop' }] : undefined;
}

function dueQuery(turns: Turns, intake: Intake, now: MonotonicMs): Next | undefined {
  const ask = (what: 'identify' | 'curves'): Next => [
    { ...turns, asking: waitFor(CODES[what], now) },
    { kind: 'ask', what },
  ];
  switch (turns.turn) {
    case 'greet':
    case 'identify':
      return ask('identify');
    case 'curves':
      return ask('curves');
    case 'configure':
      return [
        { ...turns, asking: waitFor(CODES.configureCurves, now) },
        { kind: 'configure-curves', curves: intake.offered },
      ];
    case 'rounds':
      return dueInRounds(turns, intake, now);
  }
}

/** What has been due for longest comes first, so that a question without an answer holds up no other. */
function dueInRounds(turns: Turns, intake: Intake, now: MonotonicMs): Next | undefined {
  const hasAlarms2 = HAVE_ALARMS_2.has(intake.identity?.id ?? '');
  const [first] = (['measured', 'alarms', ...(hasAlarms2 ? (['alarms2'] as const) : [])] as const)
    .filter((what) => now >= turns.dueAt[what])
    .sort((a, b) => turns.dueAt[a] - turns.dueAt[b]);
  if (first) {
    const dueAt = { ...turns.dueAt, [first]: later(now, EVERY_MS) };
    return [
      { ...turns, dueAt, asking: waitFor(CODES[first], now) },
      { kind: 'ask', what: first },
    ];
  }
  if (intake.streams.length === 0 || now < turns.enableAt) return undefined;
  const enabling: Turns = { ...turns, enableAt: later(now, ENABLE_EVERY_MS) };
  return [enabling, { kind: 'enable-streams', mask: maskOf(intake.streams) }];
}

const waitFor = (code: number, now: MonotonicMs): Turns['asking'] => ({
  code,
  until: later(now, ANSWER_MS),
  isDamaged: false,
});

/** A response has come, and the intake knows what it said. */
export const onAnswer = (turns: Turns, code: number, intake: Intake): Turns =>
  turns.asking?.code === code ? onward(turns, intake) : turns;

/** Something has come damaged, was broken off or refused: probably the answer. */
export function onDamage(turns: Turns, now: MonotonicMs): Turns {
  const { asking } = turns;
  if (!asking || asking.isDamaged) return turns;
  return { ...turns, asking: { ...asking, until: later(now, DAMAGED_MS), isDamaged: true } };
}

/** Time passes: an answer that has not come by now is not waited for any longer. */
export function onTick(turns: Turns, intake: Intake, now: MonotonicMs): Turns {
  const { asking, repeats } = turns;
  if (!asking || now < asking.until) return turns;
  return asking.isDamaged && repeats < MAX_REPEATS
    ? { ...turns, asking: undefined, repeats: repeats + 1 }
    : onward(turns, intake);
}

function onward(turns: Turns, intake: Intake): Turns {
  const next: Turns = { ...turns, asking: undefined, repeats: 0 };
  switch (turns.turn) {
    case 'greet':
      return { ...next, turn: 'identify' };
    case 'identify':
      return { ...next, turn: 'curves' };
    case 'curves': {
      const mayConfigure = intake.offered.length > 0 && (intake.identity?.medibus ?? '') >= ARGUMENTS_FROM;
      return { ...next, turn: mayConfigure ? 'configure' : 'rounds' };
    }
    case 'configure':
      return { ...next, turn: 'rounds' };
    case 'rounds':
      return next;
  }
}
