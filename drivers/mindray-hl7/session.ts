/**
 * The conversation with one monitor.
 *
 *   closed ── opened ──▶ asking ── periodic numbers ──▶ streaming
 *                        │  ▲  ╰─ the monitor's first keep-alive: asked once more    │ no numbers for 5 s: silent
 *                        │  ╰────────────── asked again, 3 × 5 s ◀───────────────────╯
 *                        ├── three queries without numbers ──▶ reopen (closed)
 *                        ╰── nothing at all for 5 s, also while streaming ──▶ reopen (closed)
 *
 * A cuff reading is said once. When something came that could not be read, it may have been one: the query is sent again,
 * which brings the last reading, at most every 10 s. A message that we merely have no use for is not that.
 *
 * A keep-alive leaves every second from the opening on, as all known programs do it. Nobody acknowledges anything: an
 * answer is that data come, and data are used whether they were asked for or not.
 *
 * Seen on a uMEC12: a query that comes during the monitor's first burst may be dropped, so it is sent again with the
 * monitor's first keep-alive; and a query for everything is taken and then not answered with numbers, so ids are named.
 */
import { monotonicMs, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { expireAlarms, keepAlarms, NO_ALARMS_YET, onAlarms, type AlarmMemory } from './alarms.ts';
import type { Message, Query, Want } from './messages.ts';
import { beginWatch, keepWatch, NO_CUFF_YET, onSpot, type NibpMemory } from './nibp.ts';
import { numericsOf } from './observations.ts';
import { ASKED_IDS } from './parameter-table.ts';
import { readSettings, type Settings } from './settings.ts';

export const ECHO_MS = 1000;
/** Without any frame the connection is dead; without numbers the query is asked again. */
export const SILENT_AFTER_MS = 5000;
const MAX_QUERIES = 3;
/** Between a query and the next one, which asks for what may have been lost. */
export const RETRIEVAL_MS = 10_000;

/** `since` the last of so many queries without numbers. */
interface Asking {
  readonly at: 'asking';
  readonly since: MonotonicMs;
  readonly queries: number;
  readonly wasLive: boolean;
}

type Phase = { readonly at: 'closed' } | Asking | { readonly at: 'streaming'; readonly lastAt: MonotonicMs };

export interface State {
  readonly context: SessionContext;
  readonly settings: Settings;
  readonly phase: Phase;
  readonly echoedAt: MonotonicMs;
  readonly askedAt: MonotonicMs;
  /** Something came since the last query that could not be read, or is doubted. */
  readonly hasLost: boolean;
  /** Last frame of any kind, or the opening. */
  readonly heardAt: MonotonicMs;
  /** Since the opening. */
  readonly hasHeard: 'nothing' | 'noise' | 'frames' | 'keep-alive';
  readonly nibp: NibpMemory;
  readonly alarms: AlarmMemory;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

/** What silence usually means, for the person at the cable. */
const SUSPICIONS = {
  nothing: 'The monitor took the connection and said nothing for 5 s.',
  noise: 'Bytes come from the address, but no frame: is it the result port of the monitor (usually 4601)?',
  frames: 'The monitor has said nothing for 5 s.',
  'keep-alive': 'The monitor has said nothing for 5 s.',
} as const;

const ECHO: Effect = { type: 'send', query: { kind: 'echo' } };

const WANTS: readonly Want[] = [
  ...ASKED_IDS.map((ids): Want => ({ what: 'parameters', ids })),
  { what: 'alarms', of: 'physiological' },
  { what: 'alarms', of: 'technical' },
];

export function start(context: SessionContext): State {
  return {
    context,
    settings: readSettings(context.settings),
    phase: { at: 'closed' },
    echoedAt: monotonicMs(0),
    askedAt: monotonicMs(0),
    hasLost: false,
    heardAt: monotonicMs(0),
    hasHeard: 'nothing',
    nibp: NO_CUFF_YET,
    alarms: NO_ALARMS_YET,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return open(state, input.now);
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
      return [{ ...noteFrame(state, input.now), hasLost: state.hasLost || input.why !== 'unknown-code' }, []];
    case 'noise':
      return [{ ...state, hasHeard: state.hasHeard === 'nothing' ? 'noise' : state.hasHeard, hasLost: true }, []];
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

/** What was told stays told over a break of the link. */
function open(state: State, now: MonotonicMs): Result {
  const opened: State = {
    ...state,
    echoedAt: now,
    heardAt: now,
    hasHeard: 'nothing',
    nibp: beginWatch(state.nibp),
    alarms: keepAlarms(state.alarms, now),
  };
  return ask(opened, now, { queries: 1, wasLive: false });
}

/** A query replaces the one before. */
function ask(state: State, now: MonotonicMs, { queries, wasLive }: Pick<Asking, 'queries' | 'wasLive'>): Result {
  const query: Query = { kind: 'query', bedAddress: state.settings.bedAddress, wants: WANTS };
  const phase: Asking = { at: 'asking', since: now, queries, wasLive };
  return [{ ...state, phase, askedAt: now, hasLost: false }, [{ type: 'send', query }]];
}

const noteFrame = (state: State, now: MonotonicMs): State => ({
  ...state,
  heardAt: now,
  hasHeard: state.hasHeard === 'keep-alive' ? 'keep-alive' : 'frames',
});

function hear(before: State, message: Message, now: MonotonicMs): Result {
  const state = noteFrame(before, now);
  const moment = { source: state.context.device, at: now };
  switch (message.kind) {
    case 'echo':
      return hearEcho(state, now);
    case 'numerics': {
      const numerics = numericsOf(message.parameters, state.settings, moment.source, now);
      const live: Effect[] = state.phase.at === 'streaming' ? [] : [{ type: 'status', state: 'live' }];
      return [
        { ...state, phase: { at: 'streaming', lastAt: now }, nibp: keepWatch(state.nibp, now) },
        [...live, ...observe(numerics ? [numerics] : [])],
      ];
    }
    case 'spot': {
      const [nibp, told] = onSpot(state.nibp, message.parameters, moment);
      const isDoubted = nibp.doubted !== undefined && nibp.doubted !== state.nibp.doubted;
      return [{ ...state, nibp, hasLost: state.hasLost || isDoubted }, observe(told)];
    }
    case 'alarms': {
      const [alarms, told] = onAlarms(state.alarms, message.of, message.alarms, moment);
      return [{ ...state, alarms }, observe(told)];
    }
    case 'patient':
    case 'flags':
    case 'configuration':
      return [state, []];
  }
}

/** The first keep-alive of the monitor ends its opening burst. */
function hearEcho(state: State, now: MonotonicMs): Result {
  const { hasHeard, phase } = state;
  const next: State = { ...state, hasHeard: 'keep-alive' };
  return hasHeard !== 'keep-alive' && phase.at === 'asking' ? ask(next, now, phase) : [next, []];
}

const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

function tick(state: State, now: MonotonicMs): Result {
  if (state.phase.at === 'closed') return [state, []];
  if (now - state.heardAt >= SILENT_AFTER_MS) return reopen(state, SUSPICIONS[state.hasHeard]);
  const [alarms, told] = expireAlarms(state.alarms, { source: state.context.device, at: now });
  const isEchoDue = now - state.echoedAt >= ECHO_MS;
  const [next, effects] = seekNumbers({ ...state, alarms, echoedAt: isEchoDue ? now : state.echoedAt }, now);
  return [next, [...(isEchoDue ? [ECHO] : []), ...observe(told), ...effects]];
}

/** Keep-alives come and numbers do not: the query is sent again, then the link is opened anew. */
function seekNumbers(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'asking': {
      if (now - phase.since < SILENT_AFTER_MS) return [state, []];
      if (phase.queries >= MAX_QUERIES)
        return reopen(state, `The monitor answers, but ${MAX_QUERIES} queries brought no numbers.`);
      const [next, effects] = ask(state, now, { queries: phase.queries + 1, wasLive: phase.wasLive });
      const told: Effect = { type: 'status', state: phase.wasLive ? 'silent' : 'negotiating', reason: NO_NUMBERS };
      return [next, [told, ...effects]];
    }
    case 'streaming': {
      if (now - phase.lastAt < SILENT_AFTER_MS) return retrieve(state, now);
      const [next, effects] = ask(state, now, { queries: 1, wasLive: true });
      return [next, [{ type: 'status', state: 'silent', reason: NO_NUMBERS }, ...effects]];
    }
  }
}

/** Numbers go on meanwhile, so the link stays live. */
function retrieve(state: State, now: MonotonicMs): Result {
  if (!state.hasLost || now - state.askedAt < RETRIEVAL_MS) return [state, []];
  const [asked, effects] = ask(state, now, { queries: 1, wasLive: true });
  return [{ ...asked, phase: state.phase }, effects];
}

const NO_NUMBERS = 'The monitor answers, but no numbers have come for 5 s; they are asked for again.';

const reopen = (state: State, why: string): Result => [
  { ...state, phase: { at: 'closed' } },
  [{ type: 'reopen', why }],
];
