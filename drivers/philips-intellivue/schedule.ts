/**
 * When the monitor is asked for what, while we are associated with it.
 *
 *   at once          list of waves (when waves were granted), numbers, waves, alarms
 *   no answer        again after 2 s while setting up, after 4 s without anything once it streams
 *   every 20 s       each stream anew, long before its minute is over
 *   every 60 s       the monitor's clock
 *   4 s of our own silence    the shortest request, so that the monitor does not end the association
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import { ask, type Ask } from './queries.ts';
import {
  number,
  PACE_MS,
  type Effect,
  type SessionStep,
  type State,
  type Stream,
  type StreamName,
} from './session-state.ts';

export const RENEW_MS = 20_000;
const SET_UP_PATIENCE_MS = 2000;
const STREAM_PATIENCE_MS = 4000;
const MAX_PRIORITY_TRIES = 3;
const CLOCK_EVERY_MS = 60_000;
const PRESENCE_MS = 4000;

/** Puts what is due into the outbox and sends from it as fast as a monitor reads. */
export function converse(state: State, now: MonotonicMs): SessionStep {
  const due = dueAsks(state, now).filter((what) => !state.outbox.includes(what));
  return sendNext({ ...state, outbox: [...state.outbox, ...due] }, now);
}

function dueAsks(state: State, now: MonotonicMs): readonly Ask[] {
  const { streams, clockAskedAt, sentAt } = state;
  const wants: readonly StreamName[] = [
    'numerics',
    ...(state.settings.waves.length > 0 ? (['waves'] as const) : []),
    'alerts',
  ];
  const isSettingUp = state.phase.at === 'setting-up';
  const due: Ask[] = isPriorityDue(state, now) ? ['priorities'] : [];
  due.push(...wants.filter((name) => isStreamDue(streams[name], isSettingUp, now)));
  if (!isSettingUp && now - (clockAskedAt ?? now) >= CLOCK_EVERY_MS) due.push('clock');
  const isQuiet = due.length === 0 && state.outbox.length === 0;
  if (isQuiet && sentAt !== undefined && now - sentAt >= PRESENCE_MS) due.push('presence');
  return due;
}

function isPriorityDue({ priorities, settings, streams }: State, now: MonotonicMs): boolean {
  const { askedAt, tries, isDone } = priorities;
  if (isDone || tries >= MAX_PRIORITY_TRIES || settings.waves.length === 0 || streams.waves.denied !== undefined)
    return false;
  return askedAt === undefined || now - askedAt >= SET_UP_PATIENCE_MS;
}

function isStreamDue({ askedAt, heardAt, denied }: Stream, isSettingUp: boolean, now: MonotonicMs): boolean {
  if (denied !== undefined) return false;
  if (askedAt === undefined || now - askedAt >= RENEW_MS) return true;
  const isUnanswered = heardAt === undefined || heardAt < askedAt;
  const patience = isSettingUp && isUnanswered ? SET_UP_PATIENCE_MS : STREAM_PATIENCE_MS;
  return now - Math.max(askedAt, heardAt ?? askedAt) >= patience;
}

function sendNext(state: State, now: MonotonicMs): SessionStep {
  const [what, ...outbox] = state.outbox;
  if (what === undefined) return [state, []];
  const waitMs = state.sentAt === undefined ? 0 : PACE_MS - (now - state.sentAt);
  if (waitMs > 0) return [state, [{ type: 'wake', afterMs: waitMs }]];
  const [numbered, invokeId] = number({ ...state, outbox, sentAt: now }, what);
  const wantsContext = state.streams.numerics.heardAt === undefined;
  const content = ask(what, { invokeId, waves: state.settings.waves, wantsContext });
  const wake: readonly Effect[] = outbox.length > 0 ? [{ type: 'wake', afterMs: PACE_MS }] : [];
  return [noteAsked(numbered, what, now), [{ type: 'send', query: { ...content, framing: state.framing } }, ...wake]];
}

function noteAsked(state: State, what: Ask, now: MonotonicMs): State {
  switch (what) {
    case 'numerics':
    case 'waves':
    case 'alerts':
      return { ...state, streams: { ...state.streams, [what]: { ...state.streams[what], askedAt: now } } };
    case 'priorities':
      return { ...state, priorities: { ...state.priorities, askedAt: now, tries: state.priorities.tries + 1 } };
    case 'clock':
      return { ...state, clockAskedAt: now };
    case 'presence':
      return state;
  }
}
