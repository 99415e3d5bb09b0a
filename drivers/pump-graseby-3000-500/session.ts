/** The conversation with one pump: it speaks when it is asked, one question at a time. The states: `session-state.ts`. */
import { monotonicMs, type InfusionReading, type MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason, SessionContext, SessionInput } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing, type ProbingStep } from '../probing.ts';
import { flowOf, watchFrom, watchVolume } from '../rising-volume.ts';
import type { Check, Message, Reply } from './messages.ts';
import { oldReadingOf, readingOf, type Identity, type InfusionData } from './observations.ts';
import { checkFor, followedBy, queryFor, send, tell, type Phase, type Result, type State } from './session-state.ts';
import { readSettings } from './settings.ts';
import { liveWords, suspicionOf, troubleOf } from './words.ts';

/** From question to question; asked again at once after a time-out, whose real length no document tells. */
export const POLL_MS = 1000;
const REPLY_MS = 500;
const TRIES = 3;
/** Three questions without an answer. */
export const SILENT_AFTER_MS = 2500;
/** The sum of the older software is eight bits and inferred: one right record may be chance, so many in a row are not. */
const PROOF = { new: 1, old: 3 } as const;
/** The last decimal of the volume. */
const STEP_ML = 0.1;

export function start({ device, settings }: SessionContext): State {
  const never = monotonicMs(0);
  return {
    source: device,
    settings: readSettings(settings),
    phase: { at: 'closed' },
    heard: 'nothing',
    contrary: undefined,
    check: undefined,
    acceptedCode: undefined,
    proof: 0,
    identity: {},
    volume: watchFrom(never),
    answeredAt: never,
    dataAt: never,
    refusal: undefined,
    isDamaged: false,
    told: 'negotiating',
    toldReason: undefined,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened': {
      // It may be another pump: nothing of what was found out stands.
      const fresh = start({ device: state.source, settings: {} });
      return probe({ ...fresh, settings: state.settings }, beginProbing(input.now, { wasLive: false }));
    }
    case 'message':
      return input.message.kind === 'command'
        ? [{ ...state, heard: betterOf(state.heard, 'unknown') }, []]
        : onReply(state, input.message, input.now);
    case 'undecodable':
      return [{ ...state, heard: betterOf(state.heard, 'unknown'), isDamaged: true }, []];
    case 'noise':
      return [onNoise(state, input.why), []];
    case 'tick':
      return onTick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

function onNoise(state: State, why: NoiseReason): State {
  const isProven = state.proof >= PROOF[state.settings.generation];
  const proof = why === 'bad-sum' && !isProven ? 0 : state.proof;
  return { ...state, proof, heard: betterOf(state.heard, 'noise'), isDamaged: true };
}

/** The probe is the question about the model, checked in each way that comes into question. */
function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, send(queryFor('M', checkFor(state, probing.question)))];
    case 'hint':
      return tell(next, 'negotiating', suspicionOf(state));
    case 'give-up': {
      const why = `The pump does not answer. ${suspicionOf(state)}`;
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

/** While nothing is proven every way that the settings allow counts, later only the proven one. */
function isExpected({ phase, check, settings }: State, shown: Check): boolean {
  return phase.at === 'probing' || check === undefined ? settings.checks.includes(shown) : shown === check;
}

function onReply(state: State, reply: Reply, now: MonotonicMs): Result {
  if (!isExpected(state, reply.check)) {
    return [{ ...state, contrary: reply.check, heard: betterOf(state.heard, 'unknown') }, []];
  }
  const heard: State = { ...state, heard: 'answers', check: reply.check, proof: state.proof + 1, answeredAt: now };
  if (!isWanted(heard, reply)) return onRefusal(heard, reply, now);
  const { data } = reply;
  const learnt: State = { ...heard, acceptedCode: reply.code };
  switch (data.is) {
    case 'model': {
      const { model, softwareVersion } = data;
      return goOn(learnt, 'M', now, { model, softwareVersion });
    }
    case 'serial':
      return goOn(learnt, 'Y', now, { serial: data.serial });
    case 'infusion':
      return onInfusion(learnt, reply, data, now);
    case 'none':
    case 'other':
      return [heard, []];
  }
}

/** Whether it brings data that we ask for, with the code of an accepted command; which code that is may have to be learnt. */
function isWanted({ settings, acceptedCode }: State, { data, check, code }: Reply): boolean {
  if (data.is === 'none' || data.is === 'other') return false;
  const accepted = settings.acceptedCode ?? acceptedCode;
  return check === 'sum' || accepted === undefined || code === accepted;
}

/** A pump that refuses is there all the same: its record has shown how to check. */
function onRefusal(state: State, { code }: Reply, now: MonotonicMs): Result {
  const { phase } = state;
  const refused: State = { ...state, refusal: code };
  if (phase.at === 'probing') return identify(refused, 'M', 0, now);
  return [phase.at === 'polling' ? { ...refused, phase: { ...phase, isAwaited: false } } : refused, []];
}

/** What follows the answer to `M` or `Y`, or the end of the wait for it. An answer that comes later than that changes no channel. */
function goOn(state: State, answered: 'M' | 'Y', now: MonotonicMs, news: Identity = {}): Result {
  const { phase } = state;
  const isDue = phase.at === 'probing' || (phase.at === 'identifying' && phase.asking === answered);
  if (!isDue) return [state, []];
  const known: State = { ...state, identity: { ...state.identity, ...news } };
  return answered === 'M' && known.check !== 'sum' ? identify(known, 'Y', 0, now) : beginPolling(known, now);
}

function identify(state: State, asking: 'M' | 'Y', tries: number, now: MonotonicMs): Result {
  const phase: Phase = { at: 'identifying', asking, askedAt: now, tries };
  return [{ ...state, phase }, send(queryFor(asking, checkFor(state, 0)))];
}

function beginPolling(state: State, now: MonotonicMs): Result {
  return ask({ ...state, dataAt: now, answeredAt: now, volume: watchFrom(now), isDamaged: false }, now);
}

const ask = (state: State, now: MonotonicMs): Result => [
  { ...state, phase: { at: 'polling', askedAt: now, isAwaited: true } },
  send(queryFor('D', checkFor(state, 0))),
];

function onInfusion(state: State, reply: Reply, data: InfusionData, now: MonotonicMs): Result {
  const { phase } = state;
  if (phase.at === 'probing') return identify(state, 'M', 0, now);
  // Before the pump has said who it is, its data would go to a channel without its name.
  if (phase.at !== 'polling') return [state, []];
  const isProven = state.proof >= PROOF[state.settings.generation];
  const volume = watchVolume(state.volume, data.rateMlPerHour, data.volumeInfusedMl, now);
  const next: State = { ...state, volume, phase: { ...phase, isAwaited: false } };
  if (!isProven) return [next, []];
  const news: State = { ...next, dataAt: now, refusal: undefined, isDamaged: false };
  return followedBy(tell(news, 'live', liveWords(news, reply.status)), (told) => [
    told,
    [{ type: 'observed', observations: [readingFor(told, reply, data, now)] }],
  ]);
}

function readingFor(state: State, { status, statusHex }: Reply, data: InfusionData, now: MonotonicMs): InfusionReading {
  const view = { source: state.source, now, identity: state.identity };
  return status
    ? readingOf(view, data, status)
    : oldReadingOf(view, data, statusHex, flowOf(state.volume, STEP_ML, now));
}

function onTick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'identifying':
      if (now - phase.askedAt < REPLY_MS) return [state, []];
      if (phase.tries + 1 < TRIES) return identify(state, phase.asking, phase.tries + 1, now);
      return goOn(state, phase.asking, now);
    case 'polling':
      return onPollingTick(state, phase, now);
  }
}

function onPollingTick(
  state: State,
  { askedAt, isAwaited }: Extract<Phase, { at: 'polling' }>,
  now: MonotonicMs,
): Result {
  const isMute = now - state.answeredAt >= SILENT_AFTER_MS;
  const isSilent = now - state.dataAt >= SILENT_AFTER_MS;
  const isDue = now - askedAt >= (isAwaited ? REPLY_MS : POLL_MS);
  const next = (waiting: State): Result => {
    if (isMute) return probe(waiting, beginProbing(now, { wasLive: waiting.told !== 'negotiating' }));
    return isDue ? ask(waiting, now) : [waiting, []];
  };
  const told = state.told === 'negotiating' ? 'negotiating' : 'silent';
  return isSilent ? followedBy(tell(state, told, troubleOf(state)), next) : next(state);
}
