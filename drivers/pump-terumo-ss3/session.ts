/**
 * The conversation with one pump. It speaks when it is asked.
 *
 *   closed ─opened▶ probing (who are you?) ─its ID▶ polling (how do you stand?, every 1 s) ⇄ the answer: a reading, live
 *     ▲               │   ▲                           │  │
 *     │               │   ╰── 3 s without a packet: silent╯  ╰─ it does not know the question: refused, no longer asked
 *     ╰── reopen ◀────╯ nobody answers: with the next guess at line settings, until a packet has come
 *
 * The sequence of an answer is not compared with that of the question (see `codec.ts`), and an answer that nobody asked for
 * counts as well, so that a recording can be read. Every answer says whose it is: another pump is another channel.
 */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason, SessionContext, SessionInput } from '$drivers/driver.ts';
import { beginProbing, betterOf, goOnProbing, type Heard, type ProbingStep } from '$drivers/probing.ts';
import { UNKNOWN_COMMAND } from './code-table.ts';
import { resultText } from './describe.ts';
import { guess, lineText } from './lines.ts';
import type { Message, OperatingStatus } from './messages.ts';
import { readingOf } from './observations.ts';
import {
  ask,
  followedBy,
  meet,
  observe,
  POLL_MS,
  REFUSED_ASK_MS,
  REFUSED_PATIENCE_MS,
  SILENT_AFTER_MS,
  tell,
  withWake,
  type Result,
  type State,
} from './session-state.ts';
import { readSettings } from './settings.ts';

const NOT_KNOWN = 'Beta: the link settings of this pump are not known to us';

/** What silence may mean, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing: `Not a byte has come from the pump. ${NOT_KNOWN}; they stand in its manual, under external communication.`,
  noise: `Bytes come, but no packet is right: look at the line settings. ${NOT_KNOWN}.`,
  unknown: 'Packets come with the right sum, and none is an answer of this pump.',
  answers: '',
};
const NO_ANSWER = 'The pump does not answer.';
const NOT_UNDERSTOOD = 'The pump answers with something that this driver does not understand.';
const NO_STATUS = 'The pump says who it is, and not how it stands.';

export function start({ device, link, settings }: SessionContext): State {
  return {
    source: device,
    settings: readSettings(settings),
    isSerial: link === 'serial',
    line: 0,
    isLineFound: false,
    phase: { at: 'closed' },
    deviceId: undefined,
    sequence: 0,
    newsAt: monotonicMs(0),
    heardAt: monotonicMs(0),
    heard: 'nothing',
    trouble: undefined,
    told: 'negotiating',
    reason: undefined,
  };
}

export const step = (state: State, input: SessionInput<Message>): Result =>
  withWake(state, react(state, input), input.now);

function react(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened':
      return open(state, now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
    case 'tick':
      return onTick(state, now);
    case 'noise':
      return onNoise({ ...state, heard: betterOf(state.heard, 'noise') }, input.why, now);
    case 'undecodable':
      return [onUndecodable(state, now), []];
    case 'message':
      return state.phase.at === 'closed' ? [state, []] : onMessage(state, input.message, now);
  }
}

const isSearching = ({ isSerial, isLineFound }: State): boolean => isSerial && !isLineFound;

function open(state: State, now: MonotonicMs): Result {
  const fresh = { heard: 'nothing', trouble: undefined, told: 'negotiating', reason: undefined } as const;
  const opened: State = { ...state, ...fresh, newsAt: now, heardAt: now };
  const probing = probe(opened, beginProbing(now, { wasLive: false }));
  if (!isSearching(state)) return probing;
  const line = lineText(guess(state.line));
  const words = `Asking with ${line}, unless the configuration of the port says otherwise. ${NOT_KNOWN}.`;
  return followedBy(probing, (next) => tell(next, 'negotiating', words));
}

function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [{ type: 'send', query: { kind: 'identify' } }]];
    case 'hint':
      return isSearching(next) ? tryNextLine(next) : tell(next, 'negotiating', SUSPICIONS[state.heard] || NO_ANSWER);
    case 'give-up': {
      const why = `${NO_ANSWER} ${SUSPICIONS[state.heard]}`.trim();
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

function tryNextLine(state: State): Result {
  const line = state.line + 1;
  const [tried, next] = [lineText(guess(state.line)), lineText(guess(line))];
  const why = `No answer with ${tried}; next is ${next}, unless the configuration of the port says otherwise. ${NOT_KNOWN}.`;
  return [{ ...state, line, phase: { at: 'closed' } }, [{ type: 'reopen', why, serial: guess(line) }]];
}

function onMessage(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'request':
      // Our own, coming back: that proves nothing.
      return [{ ...state, heard: betterOf(state.heard, 'unknown') }, []];
    case 'identity':
      return onIdentity(state, message.deviceId, now);
    case 'status':
      return followedBy(meet(state, message.deviceId, now), (met) =>
        onStatus(met, message.deviceId, message.status, now),
      );
    case 'refusal':
      return followedBy(meet(state, message.deviceId, now), (met) => onRefusal(met, message.result, now));
  }
}

function onIdentity(state: State, deviceId: string, now: MonotonicMs): Result {
  const isKnown = state.deviceId === deviceId;
  return followedBy(meet(state, deviceId, now), (met) => {
    const isPolled = state.phase.at === 'polling' || state.phase.at === 'refused';
    return isPolled && isKnown ? [met, []] : ask({ ...met, newsAt: now, trouble: NO_STATUS }, now);
  });
}

function onStatus(state: State, deviceId: string, status: OperatingStatus, now: MonotonicMs): Result {
  const { phase, settings, source } = state;
  const askedAt = phase.at === 'polling' ? phase.askedAt : now;
  const next: State = {
    ...state,
    newsAt: now,
    trouble: undefined,
    phase: { at: 'polling', askedAt, isAwaited: false, isRepeat: false },
  };
  const reading = readingOf(deviceId, status, settings.alarmByteOrder, { source, at: now });
  return followedBy(tell(next, 'live', remarkOf(deviceId, reading.softwareVersion, settings)), (live) => [
    live,
    observe([reading]),
  ]);
}

function remarkOf(deviceId: string, softwareVersion = '', { alarmByteOrder }: State['settings']): string {
  const open = alarmByteOrder === 'unconfirmed' ? ', nor is the order of its alarm bytes' : '';
  return `Pump ${deviceId}, software ${softwareVersion}. Beta: its link settings are not confirmed by a document${open}.`;
}

function onRefusal(state: State, result: number, now: MonotonicMs): Result {
  const { phase } = state;
  if (result === UNKNOWN_COMMAND) {
    const words = `This pump does not know the question for its status, ${resultText(result)}: the model is not supported.`;
    return tell({ ...state, trouble: undefined, phase: { at: 'refused', askedAt: now } }, 'silent', words);
  }
  const trouble = `The pump does not tell how it stands: ${resultText(result)}.`;
  return [{ ...state, trouble, phase: phase.at === 'polling' ? { ...phase, isAwaited: false } : phase }, []];
}

/** Its sum is right, so asking again would bring the same. */
function onUndecodable(state: State, now: MonotonicMs): State {
  const { phase } = state;
  if (phase.at === 'closed') return state;
  const heard = { heard: betterOf(state.heard, 'unknown'), heardAt: now, isLineFound: true, trouble: NOT_UNDERSTOOD };
  return { ...state, ...heard, phase: phase.at === 'polling' ? { ...phase, isAwaited: false } : phase };
}

/** An answer that was damaged is asked for once more. */
function onNoise(state: State, why: NoiseReason, now: MonotonicMs): Result {
  const { phase } = state;
  const isDue = phase.at === 'polling' && phase.isAwaited && !phase.isRepeat && why === 'bad-sum';
  return isDue ? ask(state, now, true) : [state, []];
}

function onTick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'refused':
      if (now - state.heardAt >= REFUSED_PATIENCE_MS) return lose(state, now);
      if (now - phase.askedAt < REFUSED_ASK_MS) return [state, []];
      return [{ ...state, phase: { ...phase, askedAt: now } }, [{ type: 'send', query: { kind: 'identify' } }]];
    case 'polling':
      if (now - state.heardAt >= SILENT_AFTER_MS) return lose(state, now);
      return followedBy(tellSilence(state, now), (told) =>
        now - phase.askedAt >= POLL_MS ? ask(told, now) : [told, []],
      );
  }
}

/** A pump that answers and tells nothing new is asked on; what it told before is not shown as if it were. */
const tellSilence = (state: State, now: MonotonicMs): Result =>
  now - state.newsAt >= SILENT_AFTER_MS ? tell(state, 'silent', state.trouble ?? NO_ANSWER) : [state, []];

function lose(state: State, now: MonotonicMs): Result {
  const words = state.trouble === NO_STATUS ? NO_STATUS : NO_ANSWER;
  return followedBy(tell(state, 'silent', words), (silent) => probe(silent, beginProbing(now, { wasLive: true })));
}
