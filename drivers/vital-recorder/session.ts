/**
 * The conversation with a recorder: it connects to us and sends, we listen.
 *
 *   closed ── opened ──▶ waiting ── data of now ──▶ live ── none for 5 s ──▶ silent ── data of now ──▶ live
 *
 * The port stays open whoever comes and goes, so there is nothing to open anew. Whatever keeps data from being news is said:
 * no recorder, another room, data that are late or come again, messages that cannot be read, senders that were refused.
 */
import { monotonicMs, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { countRefused, listed, refusalSentences, type Refusals } from '../refusals.ts';
import { REFUSALS, type Feed, type Message, type Room } from './messages.ts';
import { NO_CUFF_YET } from './nibp.ts';
import { newestEnd, observe, observeLate, type Picture } from './observations.ts';
import { readClock, type RecorderClock } from './recorder-clock.ts';
import { readSettings, type Settings } from './settings.ts';

/** The recorder sends once a second. */
export const SILENT_AFTER_MS = 5000;
/** From the opening on, before it is said how a recorder finds us: it may be trying again just now. */
export const HINT_AFTER_MS = 10_000;

const TROUBLES = {
  waiting: 'No recorder has sent anything yet: set its server to the address and port of this station.',
  gone: 'The recorder has disconnected.',
  quiet: 'The recorder is connected and sends nothing.',
  empty: 'The recorder sends no data for this room.',
  unreadable: 'What the recorder sends cannot be read.',
  repeat: 'The recorder sends the same data again and again; they are not counted as new.',
  late: 'The recorder sends data more than 3 s late, or its clock was set back: they are not shown as present.',
} as const;

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly standing: { readonly at: 'closed' | 'negotiating' | 'live' | 'silent'; readonly reason: string | undefined };
  /** When data of now last came, or the port was opened. */
  readonly newsAt: MonotonicMs;
  /** Why the last that came was no news. */
  readonly trouble: string;
  readonly clock: RecorderClock | undefined;
  readonly picture: Picture;
  /** Tracks without a place here. */
  readonly raw: ReadonlySet<string>;
  readonly hasUnread: boolean;
  readonly refused: Refusals;
}

type Result = Step<State, never>;
type Effect = SessionEffect<never>;

export const start = ({ device, settings }: SessionContext): State => ({
  source: device,
  settings: readSettings(settings),
  standing: { at: 'closed', reason: undefined },
  newsAt: monotonicMs(0),
  trouble: TROUBLES.waiting,
  clock: undefined,
  picture: { claims: new Map(), traces: new Map(), nibp: NO_CUFF_YET },
  raw: new Set(),
  hasUnread: false,
  refused: new Map(),
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return [{ ...state, newsAt: input.now, standing: { at: 'negotiating', reason: undefined } }, []];
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return retell({ ...state, trouble: TROUBLES.unreadable });
    case 'tick':
      return passTime(state, input.now);
    case 'closing':
      return [{ ...state, standing: { at: 'closed', reason: undefined } }, []];
  }
}

function passTime(state: State, now: MonotonicMs): Result {
  const waitedMs = now - state.newsAt;
  switch (state.standing.at) {
    case 'live':
      return waitedMs >= SILENT_AFTER_MS ? tell(state, 'silent') : [state, []];
    case 'negotiating':
      return waitedMs >= HINT_AFTER_MS ? tell(state, 'negotiating') : [state, []];
    case 'silent':
    case 'closed':
      return [state, []];
  }
}

function hear(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'came':
      return retell({ ...state, trouble: TROUBLES.quiet });
    case 'gone':
      return retell({ ...state, trouble: TROUBLES.gone });
    case 'refused':
      return retell({ ...state, refused: countRefused(state.refused, message, REFUSALS) });
    case 'feed':
      return hearFeed({ ...state, hasUnread: state.hasUnread || message.unread.length > 0 }, message, now);
  }
}

function hearFeed(state: State, feed: Feed, now: MonotonicMs): Result {
  const room = roomOf(feed, state.settings);
  if (typeof room === 'string') return retell({ ...state, trouble: room });
  const endsAt = newestEnd(room);
  if (endsAt === undefined) return retell({ ...state, trouble: TROUBLES.empty });
  const { clock, timing } = readClock(state.clock, endsAt, now);
  const heard: State = { ...state, clock };
  const moment = { source: state.source, at: now, clock };
  switch (timing) {
    case 'unsettled':
      return [heard, []];
    case 'repeat':
      return retell({ ...heard, trouble: TROUBLES.repeat });
    case 'late': {
      const { picture, observations } = observeLate(state.picture, room, moment);
      const [next, effects] = retell({ ...heard, picture, trouble: TROUBLES.late });
      return [next, [...effects, { type: 'observed', observations }]];
    }
    case 'on-time': {
      const { picture, observations, raw } = observe(state.picture, room, moment);
      const seen: State = { ...heard, picture, raw: withNames(state.raw, raw), newsAt: now, trouble: TROUBLES.quiet };
      const [next, effects] = tell(seen, 'live');
      return [next, [...effects, { type: 'observed', observations }]];
    }
  }
}

/** The room of this device, or why there is none. */
function roomOf({ rooms }: Feed, { room }: Settings): Room | string {
  const [only, ...others] = rooms;
  const names = rooms.map(({ name }) => `"${name}"`).join(', ');
  if (only === undefined) return TROUBLES.empty;
  if (room === undefined)
    return others.length === 0
      ? only
      : `The recorder sends several rooms (${names}): give this device the setting "room".`;
  return rooms.find(({ name }) => name === room) ?? `The recorder sends no room "${room}", only ${names}.`;
}

const MOST_NAMES = 256;

function withNames(known: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  const fresh = names.filter((name) => !known.has(name));
  return fresh.length === 0 ? known : new Set([...known, ...fresh].slice(0, MOST_NAMES));
}

/** The same state of the conversation, with what is now to be said about it. */
const retell = (state: State): Result =>
  state.standing.at === 'closed' ? [state, []] : tell(state, state.standing.at);

function tell(state: State, at: 'negotiating' | 'live' | 'silent'): Result {
  const reason = reasonOf(state, at);
  const { standing } = state;
  if (standing.at === at && standing.reason === reason) return [state, []];
  const status: Effect = reason === undefined ? { type: 'status', state: at } : { type: 'status', state: at, reason };
  return [{ ...state, standing: { at, reason } }, [status]];
}

function reasonOf(
  { trouble, raw, hasUnread, refused }: State,
  at: 'negotiating' | 'live' | 'silent',
): string | undefined {
  const sentences = [
    ...(at === 'live' ? [] : [trouble]),
    ...(raw.size === 0 ? [] : [`No place here for ${raw.size} of its tracks: ${listed([...raw])}.`]),
    ...(hasUnread ? ['Parts of its messages are not understood.'] : []),
    ...refusalSentences(refused),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
