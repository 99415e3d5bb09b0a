/**
 * The conversation with one monitor; `session-state.ts` has the picture, `schedule.ts` what is asked when.
 *
 * Results count in every phase, asked for or not: that is how a recording is read which nobody answers from, and the data
 * that a monitor still sends to our predecessor on the line are its data as well.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { SessionInput } from '../driver.ts';
import { take, takeOverdue, type Taken } from './intake.ts';
import type { Message, Polled } from './messages.ts';
import { converse } from './schedule.ts';
import { answer } from './session-answers.ts';
import {
  ASSOCIATE_MS,
  CREATION_MS,
  DEAD_MS,
  followedBy,
  MAX_ATTEMPTS,
  PROBE_LIMIT_MS,
  PROBE_MS,
  PROBE_QUIET_MS,
  SET_UP_MS,
  SILENT_MS,
  startAnew,
  tell,
  type Effect,
  type SessionStep,
  type State,
} from './session-state.ts';
import { giveUp, live, meet, say } from './session-steps.ts';

const SUSPICIONS = {
  nothing:
    'Not a byte has come from the monitor. On a serial line its MIB/RS-232 port must be set to data export ("Data Out") at a ' +
    'fixed baud rate; on a network the address must be that of the monitor.',
  noise: 'Bytes come from the monitor, but no frame is right. Check 115200 baud, 8 data bits, no parity, 1 stop bit.',
  frames: '',
} as const;

export function step(state: State, input: SessionInput<Message>): SessionStep {
  switch (input.type) {
    case 'opened':
      return open(startAnew(state), input.now);
    case 'message':
      return hear({ ...state, heard: 'frames' }, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return [{ ...state, heard: state.heard === 'nothing' ? 'noise' : state.heard }, []];
    case 'tick':
      return followedBy(observing(state, input.now, takeOverdue), (next) => tick(next, input.now));
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, lastWords(state)];
  }
}

/** On a serial line a monitor may still be streaming to whoever was here before. */
function open(state: State, now: MonotonicMs): SessionStep {
  if (state.framing === 'lan') return meet(state, now, 1);
  return [{ ...state, phase: { at: 'probing', since: now } }, [{ type: 'wake', afterMs: PROBE_MS }]];
}

function lastWords(state: State): readonly Effect[] {
  switch (state.phase.at) {
    case 'setting-up':
    case 'streaming':
      return [say(state, { kind: 'release' })];
    // Here a monitor ignores a release.
    case 'associating':
    case 'awaiting':
      return [say(state, { kind: 'abort' })];
    default:
      return [];
  }
}

function hear(state: State, message: Message, now: MonotonicMs): SessionStep {
  if (message.framing !== state.framing) {
    if (state.isFramingKnown) return live({ ...state, foreignFrames: state.foreignFrames + 1 });
    return hear({ ...state, framing: message.framing }, message, now);
  }
  const known: State = { ...state, isFramingKnown: true };
  const observed = message.kind === 'polled' ? observing(known, now, taking(message)) : ([known, []] as const);
  return followedBy(observed, (next) => answer(next, message, now));
}

const taking =
  (polled: Polled): typeof takeOverdue =>
  (intake, trust, moment) =>
    take(intake, polled, trust, moment);

function observing(state: State, now: MonotonicMs, takeFrom: typeof takeOverdue): SessionStep {
  const { intake, settings, context } = state;
  const [next, observations]: Taken = takeFrom(intake, settings, { source: context.device, at: now });
  if (next === intake) return [state, []];
  return [{ ...state, intake: next }, observations.length > 0 ? [{ type: 'observed', observations }] : []];
}

function tick(state: State, now: MonotonicMs): SessionStep {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing': {
      const isQuiet =
        phase.heardAt === undefined ? now - phase.since >= PROBE_MS : now - phase.heardAt >= PROBE_QUIET_MS;
      return isQuiet || now - phase.since >= PROBE_LIMIT_MS ? meet(state, now, 1) : [state, []];
    }
    case 'associating': {
      if (now - phase.askedAt < ASSOCIATE_MS) return [state, []];
      if (phase.attempts < MAX_ATTEMPTS) return meet(state, now, phase.attempts + 1);
      return giveUp(state, `The monitor does not answer. ${SUSPICIONS[state.heard]}`.trim());
    }
    case 'refused':
      return now >= phase.until ? meet(state, now, 1) : [state, []];
    case 'awaiting':
      if (now - phase.since < CREATION_MS) return [state, []];
      return giveUp(state, 'The monitor agreed to talk and did not present itself.', say(state, { kind: 'abort' }));
    case 'setting-up': {
      if (now - phase.since < SET_UP_MS) return converse(state, now);
      const why = state.streams.numerics.denied ?? 'The monitor presented itself and sent no numbers.';
      return giveUp(state, why, say(state, { kind: 'abort' }));
    }
    case 'streaming':
      return watch(state, now - phase.numbersAt, now);
  }
}

function watch(state: State, quietMs: number, now: MonotonicMs): SessionStep {
  const why = `No numbers for ${SILENT_MS / 1000} s; they are asked for again.`;
  if (quietMs >= DEAD_MS) return giveUp(state, `No numbers for ${DEAD_MS / 1000} s.`, say(state, { kind: 'abort' }));
  const told = quietMs >= SILENT_MS ? tell(state, 'silent', why) : live(state);
  return followedBy(told, (next) => converse(next, now));
}
