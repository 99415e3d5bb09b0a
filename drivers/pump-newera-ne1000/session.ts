/**
 * The conversation with one pump. It speaks when it is asked, one question at a time.
 *
 *   closed ── opened ──▶ probing (VER) ── any reply ──▶ rounds, every 500 ms ── 2 questions in a row unanswered: silent ─╮
 *                          │   ▲                                                                                        │
 *                          │   ╰─────────────────────── after 1, 2, 5, 10 s ◀───────────────────────────────────────────╯
 *                          ╰── all probes unanswered ──▶ reopen (closed)
 *
 * The first round asks who the pump is (VER, DIA), all others RAT, DIS, VOL, and each of those ends in one reading.
 *
 * The mode is the pump's: safe packets are spoken only after a right safe packet has come over this link. To a pump in basic
 * mode they are text, of which it takes the CRC for an argument.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '$drivers/driver.ts';
import { beginProbing, betterOf, goOnProbing, type Heard, type Probing, type ProbingStep } from '$drivers/probing.ts';
import { afterMoving, afterStanding, latch, type LatchedAlarm } from './alarms.ts';
import type { Data, Message, Mode, Query, Word } from './messages.ts';
import { readingOf } from './observations.ts';
import { EMPTY_ROUND, isAnswer, noteReply, noteSilence, type Round } from './round.ts';
import { readAddress } from './settings.ts';
import { runOf } from './states.ts';

const REPLY_MS = 500;
const ROUND_MS = 500;
const MAX_MISSES = 2;
const IDENTITY: readonly Word[] = ['VER', 'DIA'];
const VALUES: readonly Word[] = ['RAT', 'DIS', 'VOL'];

interface Polling {
  readonly at: 'polling';
  readonly asking: { readonly word: Word; readonly at: MonotonicMs } | undefined;
  /** What this round still asks, and whether it ends in a reading. */
  readonly queue: readonly Word[];
  readonly isOfValues: boolean;
  readonly round: Round;
  readonly nextRoundAt: MonotonicMs;
  readonly misses: number;
}

type Phase = { readonly at: 'closed' } | { readonly at: 'probing'; readonly probing: Probing } | Polling;

export interface State {
  readonly context: SessionContext;
  readonly address: number;
  readonly phase: Phase;
  /** Since the link was opened, as everything below but the alarms. */
  readonly heard: Heard;
  readonly mode: Mode;
  /** Another pump of the chain that answered. */
  readonly stranger: number | undefined;
  readonly version: Extract<Data, { kind: 'version' }> | undefined;
  /** What was last said of a live pump. */
  readonly remark: string | undefined;
  readonly alarms: readonly LatchedAlarm[];
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

/** @throws RangeError for settings that are none. */
export const start = (context: SessionContext): State => ({
  context,
  address: readAddress(context.settings),
  phase: { at: 'closed' },
  heard: 'nothing',
  mode: 'basic',
  stranger: undefined,
  version: undefined,
  remark: undefined,
  alarms: [],
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      // An alarm stays read over a break of the link: the pump does not tell it twice.
      return probe({ ...start(state.context), alarms: state.alarms }, beginProbing(input.now, { wasLive: false }));
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
      return [{ ...state, heard: betterOf(state.heard, 'unknown') }, []];
    case 'noise':
      return [{ ...state, heard: betterOf(state.heard, 'noise') }, []];
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

const send = ({ address, mode }: State, word: Word): Effect => ({ type: 'send', query: { word, address, mode } });

function suspicionOf({ heard, address, stranger }: State): string {
  if (stranger !== undefined) return `A pump with the address ${stranger} answers; ${address} is configured.`;
  switch (heard) {
    case 'nothing':
      return `Not a byte has come from the pump. Check the cable at its computer port, 19200 or 9600 8N1, and its address (asked: ${address}).`;
    case 'noise':
      return 'Bytes come from the pump, but no packet is right. Check its baud rate: 19200 or 9600 8N1.';
    case 'unknown':
      return 'Packets come from the pump that this driver does not understand.';
    case 'answers':
      return '';
  }
}

function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send(state, 'VER')]];
    case 'hint':
      return [next, [{ type: 'status', state: 'negotiating', reason: suspicionOf(state) }]];
    case 'give-up': {
      const why = `The pump does not answer. ${suspicionOf(state)}`.trim();
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

function hear(before: State, message: Message, now: MonotonicMs): Result {
  const { address, status, data } = message;
  if (before.phase.at === 'closed') return [before, []];
  if (address !== before.address) {
    return [{ ...before, heard: betterOf(before.heard, 'unknown'), stranger: address }, []];
  }
  const state: State = {
    ...before,
    heard: 'answers',
    stranger: undefined,
    mode: message.mode,
    version: data.kind === 'version' ? data : before.version,
    alarms: alarmsAfter(before.alarms, status, now),
  };
  const { phase } = before;
  if (phase.at !== 'polling') return goOn(state, firstRound(state, now), now);
  // Between two rounds only an alarm comes unasked, and that is kept already.
  const heard: Polling = { ...phase, misses: 0 };
  return phase.asking ? take(state, heard, phase.asking.word, message, now) : [{ ...state, phase: heard }, []];
}

function alarmsAfter(alarms: State['alarms'], { kind, letter }: Message['status'], now: MonotonicMs): State['alarms'] {
  if (kind === 'alarm') return latch(alarms, letter, now);
  const run = runOf(letter);
  if (!run) return alarms;
  return run.isMoving ? afterMoving(alarms, now) : afterStanding(alarms);
}

/** The reply to a probe is no value of a round: it may be an alarm or an error as well. */
const firstRound = ({ version }: State, now: MonotonicMs): Polling => ({
  at: 'polling',
  asking: undefined,
  queue: version ? IDENTITY.filter((word) => word !== 'VER') : IDENTITY,
  isOfValues: false,
  round: EMPTY_ROUND,
  nextRoundAt: now,
  misses: 0,
});

const ALARMS = 'Its alarms end on the pump when they are read here.';
const SAFE_MODE =
  ' It is in its safe mode, which another program has switched on: it may stop when nobody asks it any more.';

function remarkOf({ version, mode }: State): string {
  const name = version ? `${version.model}, version ${version.version}` : 'it has not told its name';
  return `Bench pump, not for human use: ${name}. ${ALARMS}${mode === 'safe' ? SAFE_MODE : ''}`;
}

function take(state: State, phase: Polling, word: Word, message: Message, now: MonotonicMs): Result {
  const round = noteReply(phase.round, word, message);
  if (!isAnswer(word, message.data)) return [{ ...state, phase: { ...phase, round } }, []];
  return goOn(state, { ...phase, round, asking: undefined }, now);
}

/** The next question of this round, or the reading that it was for; and the next round when it is time. */
function goOn(state: State, phase: Polling, now: MonotonicMs): Result {
  const [word, ...queue] = phase.queue;
  if (word !== undefined) {
    return [{ ...state, phase: { ...phase, asking: { word, at: now }, queue } }, [send(state, word)]];
  }
  return endRound(state, { ...phase, asking: undefined }, now);
}

function endRound(state: State, phase: Polling, now: MonotonicMs): Result {
  const [told, effects] = phase.isOfValues ? observe(state, phase.round, now) : [state, []];
  const over: Polling = { ...phase, isOfValues: false, round: EMPTY_ROUND };
  if (now < phase.nextRoundAt) return [{ ...told, phase: over }, effects];
  const fresh: Polling = { ...over, queue: VALUES, isOfValues: true, nextRoundAt: later(now, ROUND_MS) };
  const [next, questions] = goOn(told, fresh, now);
  return [next, [...effects, ...questions]];
}

/** The pump is live from its first reading on: what it did before a silence must not look like what it does now. */
function observe(state: State, round: Round, now: MonotonicMs): Result {
  const { context, address, version, mode, alarms } = state;
  // What a pump does is never carried over from the round before.
  if (!round.status) return [state, []];
  const view = { source: context.device, now, address, version, mode, alarms };
  const observed: Effect = { type: 'observed', observations: [readingOf(round, round.status, view)] };
  const remark = remarkOf(state);
  if (remark === state.remark) return [state, [observed]];
  return [{ ...state, remark }, [{ type: 'status', state: 'live', reason: remark }, observed]];
}

function tick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'polling':
      if (!phase.asking) return now >= phase.nextRoundAt ? goOn(state, phase, now) : [state, []];
      return now - phase.asking.at >= REPLY_MS ? miss(state, phase, phase.asking.word, now) : [state, []];
  }
}

/** A question without an answer. The next one follows, which again ends in letters: see `guard.ts`. */
function miss(state: State, phase: Polling, word: Word, now: MonotonicMs): Result {
  const misses = phase.misses + 1;
  if (misses < MAX_MISSES) {
    return goOn(state, { ...phase, asking: undefined, misses, round: noteSilence(phase.round, word) }, now);
  }
  const [next, effects] = probe({ ...state, remark: undefined }, beginProbing(now, { wasLive: true }));
  return [next, [{ type: 'status', state: 'silent', reason: 'The pump does not answer.' }, ...effects]];
}
