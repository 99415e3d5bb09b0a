/**
 * The conversation with a pump that speaks by itself once it has heard "this is PC", and for about 30 s after each time. It is
 * listening (`../listening.ts`) with that one sentence: on opening, a second later, then every 10 s; every 5 s while there is nothing.
 *
 * Sums. Nobody has checked them in this direction, so they must prove themselves:
 *
 *   undecided ── 20 right in a row ──▶ proven: a wrong one is damage, for as long as the link is open
 *       ╰─────── more than 20 wrong in a row ──▶ not ours: taken, with a doubt, until there is a right one
 *
 * While it is undecided a frame with a wrong sum is not taken either. And a batch counts only when it agrees with the one before.
 */
import { later, monotonicMs, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '../listening.ts';
import { flowOf, watchFrom, watchVolume, type VolumeWatch } from '../rising-volume.ts';
import { agrees, type Said } from './agreement.ts';
import type { Batch, Message, Query } from './messages.ts';
import { readingOf } from './observations.ts';

export const SILENT_AFTER_MS = 2500;
const GIVE_UP_AFTER_MS = 15_000;
const AGAIN_AFTER_MS = { first: 1000, waiting: 5000, live: 10_000 } as const;
/** Batches come several times a second; one reading a second is told, and what has changed at once. */
const TELL_MS = 1000;
/** After an interruption the volume is watched so long at most before anything is told. */
const WATCH_MS = 10_000;
/** The last decimal of the volume. */
const STEP_ML = 0.01;
const SURE_SUMS = 20;

const PATIENCE = {
  silentAfterMs: SILENT_AFTER_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
  nothing:
    'Not a byte has come from the pump, though it was told that a PC is here. Check cable and cradle, which kind is not known, and 9600 8N1.',
  noNews: 'Bytes come, and no batch of a Sapphire is among them that could be read.',
};

const SILENCES = {
  nothing: 'The pump has stopped sending.',
  damaged: 'What comes from the pump is damaged, or not a batch.',
} as const;

interface Sums {
  readonly right: number;
  readonly wrong: number;
  readonly isProven: boolean;
}
const NO_SUMS: Sums = { right: 0, wrong: 0, isProven: false };

export interface State {
  readonly source: DeviceId;
  readonly listening: Listening;
  readonly sequence: number;
  readonly sayAt: MonotonicMs;
  readonly sums: Sums;
  /** What the last batch said that was taken. */
  readonly said: Said | undefined;
  readonly volume: VolumeWatch;
  /** Since it has been watched without interruption. */
  readonly watchedSince: MonotonicMs;
  /** The last reading that was told since then: when, and its state and rate in one word. */
  readonly told: { readonly at: MonotonicMs; readonly key: string } | undefined;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

export function start({ device }: SessionContext): State {
  const never = monotonicMs(0);
  return {
    source: device,
    listening: notListening(never),
    sequence: 0,
    sayAt: never,
    sums: NO_SUMS,
    said: undefined,
    volume: watchFrom(never),
    watchedSince: never,
    told: undefined,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened': {
      const [listening, effects] = listen(state.listening, now);
      const fresh: State = { ...watchAnew(state, now), listening, sequence: 0, sums: NO_SUMS, said: undefined };
      const [opened, sent] = say(fresh, 'first', now);
      return [opened, [...effects, ...sent]];
    }
    case 'message':
      return onMessage(state, input.message, now);
    case 'undecodable':
    case 'noise':
      return [{ ...state, listening: hear(state.listening, now) }, []];
    case 'tick':
      return onTick(state, now);
    case 'closing':
      // The pump stops by itself when it is not told again.
      return [{ ...state, listening: stopListening(state.listening) }, []];
  }
}

/** What the volume did before an interruption is no evidence for now. */
const watchAnew = (state: State, now: MonotonicMs): State => ({
  ...state,
  volume: watchFrom(now),
  watchedSince: now,
  told: undefined,
});

function say(state: State, next: keyof typeof AGAIN_AFTER_MS, now: MonotonicMs): Result {
  const { sequence } = state;
  const said: State = { ...state, sequence: (sequence + 1) & 0xff, sayAt: later(now, AGAIN_AFTER_MS[next]) };
  return [said, [{ type: 'send', query: { kind: 'this-is-pc', sequence } }]];
}

function onTick(state: State, now: MonotonicMs): Result {
  const silence = now - state.listening.heardAt >= SILENT_AFTER_MS ? SILENCES.nothing : SILENCES.damaged;
  const [listening, effects] = passTime(state.listening, now, PATIENCE, silence);
  const next: State = { ...state, listening };
  if (listening.at === 'closed') return [next, effects];
  const isLost = state.listening.at === 'live' && listening.at === 'silent';
  if (!isLost && now < state.sayAt) return [next, effects];
  const [said, sent] = say(next, listening.at === 'live' ? 'live' : 'waiting', now);
  return [said, [...effects, ...sent]];
}

function onMessage(state: State, message: Message, now: MonotonicMs): Result {
  const sums = message.kind === 'this-is-pc' ? state.sums : countSum(state.sums, message.isSumRight);
  const counted: State = { ...state, sums };
  const isTaken = message.isSumRight || (!sums.isProven && sums.wrong > SURE_SUMS);
  if (state.listening.at === 'closed' || message.kind !== 'batch' || !isTaken) {
    return [{ ...counted, listening: hear(state.listening, now) }, []];
  }
  const { serial, softwareVersion, volumeInfusedMl } = message;
  const said: Said = { serial, softwareVersion, volumeInfusedMl, at: now };
  const remembered: State = { ...counted, said };
  if (!agrees(state.said, said)) return [{ ...remembered, listening: hear(state.listening, now) }, []];
  return onBatch(remembered, message, now);
}

function countSum({ right, wrong, isProven }: Sums, isRight: boolean): Sums {
  return isRight
    ? { right: right + 1, wrong: 0, isProven: isProven || right + 1 >= SURE_SUMS }
    : { right: 0, wrong: wrong + 1, isProven };
}

function onBatch(before: State, batch: Batch, now: MonotonicMs): Result {
  const state = before.listening.at === 'live' ? before : watchAnew(before, now);
  const [listening, effects] = hearNews(state.listening, now, liveWords(batch));
  const volume = watchVolume(state.volume, batch.rateMlPerHour, batch.volumeInfusedMl, now);
  const reading = readingOf(state.source, batch, flowOf(volume, STEP_ML, now), now);
  const heard: State = { ...state, listening, volume };
  const key = `${reading.channel} ${reading.state} ${batch.rateMlPerHour}`;
  if (!isDue(heard, reading.state === 'unknown', key, now)) return [heard, effects];
  const observed: Effect = { type: 'observed', observations: [reading] };
  return [{ ...heard, told: { at: now, key } }, [...effects, observed]];
}

/** Directly after an interruption an unknown state is waited out: it would look as if the pump had stopped. */
function isDue({ told, watchedSince }: State, isUnknown: boolean, key: string, now: MonotonicMs): boolean {
  if (!told) return !isUnknown || now - watchedSince >= WATCH_MS;
  return told.key !== key || now - told.at >= TELL_MS;
}

const liveWords = ({ serial }: Batch): string =>
  `Serial number ${serial}. Experimental: only flow and volumes are read; alarms, battery and drug of this pump are not.`;
