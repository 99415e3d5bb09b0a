/** What a message of the monitor's does to the conversation. What it says about the patient is `intake.ts`. */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { readPollProfile } from './association.ts';
import { takeSystem } from './intake.ts';
import type { Content, Polled } from './messages.ts';
import { CLASS, ERRORS, EXT_OPTIONS, GROUP } from './protocol-codes.ts';
import type { Ask } from './queries.ts';
import { converse } from './schedule.ts';
import {
  followedBy,
  forgetAssociation,
  PROBE_QUIET_MS,
  REFUSED_MS,
  tell,
  type Effect,
  type Phase,
  type SessionStep,
  type State,
  type StreamName,
} from './session-state.ts';
import { giveUp, live, say } from './session-steps.ts';

export function answer(state: State, message: Content, now: MonotonicMs): SessionStep {
  switch (state.phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return answerProbing(state, message, now);
    case 'associating':
      return answerAssociating(state, message, now);
    case 'refused':
      return [state, []];
    case 'awaiting':
    case 'setting-up':
    case 'streaming':
      return answerAssociated(state, message, now);
  }
}

/** Whoever the monitor is still associated with, that is broken off: once, and again when it does not help. */
function answerProbing(state: State, { kind }: Content, now: MonotonicMs): SessionStep {
  if (state.phase.at !== 'probing' || kind === 'announced') return [state, []];
  const { brokenOffAt } = state.phase;
  const isDue = kind !== 'abort' && (brokenOffAt === undefined || now - brokenOffAt >= PROBE_QUIET_MS);
  const phase: Phase = { ...state.phase, heardAt: now, ...(isDue && { brokenOffAt: now }) };
  return [{ ...state, phase }, isDue ? [say(state, { kind: 'abort' })] : []];
}

function answerAssociating(state: State, message: Content, now: MonotonicMs): SessionStep {
  switch (message.kind) {
    case 'accept': {
      const profile = message.information && readPollProfile(message.information);
      const isDenied = profile?.extOptions !== undefined && (profile.extOptions & EXT_OPTIONS.waves) === 0;
      const fresh = forgetAssociation({ ...state, refusals: 0 });
      const waves = isDenied && state.settings.waves.length > 0 ? { denied: 'The monitor does not grant waves.' } : {};
      return [{ ...fresh, phase: { at: 'awaiting', since: now }, streams: { ...fresh.streams, waves } }, []];
    }
    case 'refuse': {
      const waitMs = REFUSED_MS[Math.min(state.refusals, REFUSED_MS.length - 1)] ?? REFUSED_MS[0];
      const refused: State = {
        ...state,
        refusals: state.refusals + 1,
        phase: { at: 'refused', until: later(now, waitMs) },
      };
      return tell(
        refused,
        'negotiating',
        'The monitor refuses: another system takes its data already. It is asked again.',
      );
    }
    case 'announced':
    case 'associate':
      return [state, []];
    default: {
      const probing: State = { ...state, phase: { at: 'probing', since: now } };
      return answerProbing(probing, message, now);
    }
  }
}

function answerAssociated(state: State, message: Content, now: MonotonicMs): SessionStep {
  switch (message.kind) {
    case 'created':
      return present(state, message, now);
    case 'polled':
      return receive(state, message, now);
    case 'was-set':
      return [{ ...state, priorities: { ...state.priorities, isDone: true } }, []];
    case 'error':
      return noteError(state, message);
    case 'release':
      return giveUp(state, 'The monitor ended the association.', say(state, { kind: 'released' }));
    case 'abort':
    case 'released':
      return giveUp(state, 'The monitor broke the association off.');
    default:
      return [state, []];
  }
}

/** The monitor presents itself, for the first time or because it missed our answer. It waits for that answer alone. */
function present(
  state: State,
  { invokeId, object, time, attributes }: Extract<Content, { kind: 'created' | 'announced' }>,
  now: MonotonicMs,
): SessionStep {
  const answered: Effect = say(state, { kind: 'creation-known', invokeId, object, time });
  const known: State = { ...state, sentAt: now, intake: takeSystem(state.intake, attributes) };
  if (state.phase.at !== 'awaiting') return [known, [answered]];
  const ready: State = { ...known, phase: { at: 'setting-up', since: now }, clockAskedAt: now };
  return followedBy([ready, [answered]], (next) => converse(next, now));
}

const STREAM_OF: Readonly<Record<number, StreamName>> = {
  [CLASS.numerics]: 'numerics',
  [CLASS.waves]: 'waves',
  [CLASS.alerts]: 'alerts',
};

function receive(state: State, { result }: Polled, now: MonotonicMs): SessionStep {
  const name = STREAM_OF[result.type.code];
  const isPresence = result.type.code === CLASS.alerts && result.group !== GROUP.alertMonitor;
  if (!name || isPresence) return live(state);
  const heard: State = { ...state, streams: { ...state.streams, [name]: { ...state.streams[name], heardAt: now } } };
  if (name !== 'numerics') return live(heard);
  // What we said while nothing came may not have arrived either, and the monitor waits for a word.
  const outbox: readonly Ask[] = state.told === 'silent' ? [...state.outbox, 'presence'] : state.outbox;
  return live({ ...heard, outbox, phase: { at: 'streaming', numbersAt: now } }, 'live');
}

/** Only what was asked for is given up, not the conversation. */
function noteError(state: State, { invokeId, error }: Extract<Content, { kind: 'error' }>): SessionStep {
  const what = state.asked.find((each) => each.invokeId === invokeId)?.what;
  const reason = ERRORS[error] ?? `error ${error}`;
  const deny = (name: StreamName, word: string): SessionStep => {
    const denied = `The monitor refuses its ${word} (${reason}).`;
    return live({ ...state, streams: { ...state.streams, [name]: { ...state.streams[name], denied } } });
  };
  switch (what) {
    case 'numerics':
      return deny('numerics', 'numbers');
    case 'waves':
    case 'priorities':
      return deny('waves', 'waves');
    case 'alerts':
      return deny('alerts', 'alarms');
    case 'clock':
    case 'presence':
    case undefined:
      return [state, []];
  }
}
