/**
 * The conversation with one device. Both sides are equal: either may give commands, and each must answer those of the other
 * and be heard every 3 s.
 *
 *   closed ── opened ──▶ linking: ICC again and again ── ICC answered, or an ICC of the device ──▶ linked
 *                          ▲   ╰── no answer for 40 s ──▶ reopen (closed)                            │
 *                          ╰──────────────── silence, STOP, suspended for too long ──────────────────╯
 *
 * Linked: questions by turns (`turns.ts`). Nothing is sent while the device has said "suspend". A device that begins anew sends
 * ICC, and everything is asked for again. Commands that are mixed into the exchange of ICC are to be ignored.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason, SessionInput } from '../driver.ts';
import type { Heard } from '../probing.ts';
import { take, takeTime, withoutStreams, type Intake } from './intake.ts';
import { ANSWERED, CODES, type Message } from './messages.ts';
import {
  listened,
  observe,
  send,
  start,
  tell,
  type Effect,
  type Phase,
  type Result,
  type State,
} from './session-state.ts';
import { firstTurns, greetingTurns, nextQuery, onAnswer, onDamage, onTick, type Turns } from './turns.ts';

const ICC_EVERY_MS = 3000;
/** While characters come, but no answer. */
const ICC_PATIENT_EVERY_MS = 10_000;
const HINT_AFTER_MS = 9000;
const GIVE_UP_AFTER_MS = 40_000;
const SILENCE_MS = 3000;
/** A frame is heard when it is whole: a long answer on a slow line is no silence. */
const ANSWERING_MS = 5000;
const SUSPENDED_MS = 3000;
const UNANSWERED_MS = 10_000;

/** What silence usually means, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing: 'Not a byte has come from the device. Check its MEDIBUS port and the cable.',
  noise:
    'Bytes come from the device, but no frame is right. Check baud rate and parity against its set-up (often 8E1).',
  unknown: 'Frames come from the device that this driver does not understand.',
  answers: 'The device speaks, but does not begin the communication.',
};

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened':
      return link({ ...start(state.context), intake: state.intake }, now);
    case 'message':
      return hear({ ...state, heard: 'answers', anythingAt: now }, input.message, now);
    case 'undecodable':
      return [damaged({ ...listened(state, 'unknown', now), heardAt: now }, now), []];
    case 'noise':
      return [onNoise(listened(state, 'noise', now), input.why, now), []];
    case 'tick':
      return tick(state, now);
    case 'closing':
      return [
        { ...state, phase: { at: 'closed' } },
        state.phase.at === 'linked' ? [send({ kind: 'ask', what: 'stop' })] : [],
      ];
  }
}

/** Begins the communication. */
function link(state: State, now: MonotonicMs): Result {
  const phase: Phase = { at: 'linking', since: now, iccAt: now };
  const intake = withoutStreams(state.intake);
  return [
    { ...state, phase, intake, suspendedAt: undefined, owed: [], sentAt: now },
    [send({ kind: 'ask', what: 'icc' })],
  ];
}

function loseLink(state: State, why: string, now: MonotonicMs): Result {
  const [told, status] = tell(state, 'silent', why);
  const [next, effects] = link(told, now);
  return [next, [...status, ...effects]];
}

/** Either side has answered the other's ICC. */
const linked = (state: State, turns: Turns, now: MonotonicMs): State => ({
  ...state,
  phase: { at: 'linked', turns },
  intake: withoutStreams(state.intake),
  suspendedAt: undefined,
  newsAt: now,
});

function hear(before: State, message: Message, now: MonotonicMs): Result {
  const [intake, observations] = take(before.intake, message, { source: before.context.device, at: now });
  const state: State = { ...before, intake };
  switch (message.kind) {
    case 'record':
      return [state, []];
    case 'flow':
      return speak(onFlow({ ...state, heardAt: now }, message.word, now), now, []);
    case 'command':
      return onCommand({ ...state, heardAt: now }, message.code, now);
    case 'response': {
      const [next, effects] = onResponse({ ...state, heardAt: now }, message.code, now);
      return speak(next, now, [...effects, ...observe(observations)]);
    }
  }
}

/** Mind: the two words mean the opposite of the usual XON and XOFF. */
function onFlow(state: State, word: Extract<Message, { kind: 'flow' }>['word'], now: MonotonicMs): State {
  switch (word) {
    case 'suspend':
      return { ...state, suspendedAt: now };
    case 'resume':
      return { ...state, suspendedAt: undefined };
    case 'abort':
      return damaged(state, now);
  }
}

function onCommand(state: State, code: number, now: MonotonicMs): Result {
  const command = ANSWERED.find((name) => CODES[name] === code);
  const isHeeded = command === 'icc' || state.phase.at === 'linked';
  if (!command || !isHeeded) return [state, []];
  const owing: State = { ...state, owed: [...state.owed, command] };
  if (command === 'icc') {
    const turns = state.phase.at === 'linking' ? greetingTurns(now) : firstTurns(now);
    return speak(linked(owing, turns, now), now, []);
  }
  if (command !== 'stop') return speak(owing, now, []);
  const [told, status] = tell(owing, 'silent', 'The device has ended the communication.');
  return speak({ ...told, phase: { at: 'linking', since: now, iccAt: now } }, now, status);
}

function onResponse(state: State, code: number, now: MonotonicMs): Result {
  const { phase } = state;
  if (phase.at === 'linking') return [code === CODES.icc ? linked(state, firstTurns(now), now) : state, []];
  if (phase.at === 'closed') return [state, []];
  // One question is open at a time: the answer to a NOP means that the question before it, or its answer, was lost.
  if (code === CODES.refused || code === CODES.nop) return [damaged(state, now), []];
  const next: State = { ...state, phase: { ...phase, turns: onAnswer(phase.turns, code, state.intake) } };
  return code === CODES.measured ? tell({ ...next, newsAt: now }, 'live', remarkOf(state.intake)) : [next, []];
}

function remarkOf({ identity, isCo2InPercent }: Intake): string | undefined {
  const device = identity ? [`${identity.name}, software ${identity.software}.`] : [];
  const percent = isCo2InPercent ? ['CO2 comes in percent and is not shown: set the device to mmHg or kPa.'] : [];
  return [...device, ...percent].join(' ') || undefined;
}

/** The answer that is waited for will probably not come whole. */
const damaged = (state: State, now: MonotonicMs): State =>
  state.phase.at === 'linked'
    ? { ...state, phase: { ...state.phase, turns: onDamage(state.phase.turns, now) } }
    : state;

/** Only the slow stream has sums. */
const onNoise = (state: State, why: NoiseReason, now: MonotonicMs): State =>
  why === 'bad-sum' ? damaged({ ...state, heardAt: now }, now) : state;

/** Answers what is owed and asks what is next, unless the device wants quiet. */
function speak(state: State, now: MonotonicMs, before: readonly Effect[]): Result {
  if (state.suspendedAt !== undefined) return [state, before];
  const answers = state.owed.map((of) => send({ kind: 'echo', of }));
  const sentAt = answers.length > 0 ? now : state.sentAt;
  const answered: State = { ...state, owed: [], sentAt };
  const { phase } = answered;
  const next = phase.at === 'linked' ? nextQuery(phase.turns, answered.intake, sentAt, now) : undefined;
  if (!next) return [answered, [...before, ...answers]];
  const [turns, query] = next;
  return [{ ...answered, phase: { at: 'linked', turns }, sentAt: now }, [...before, ...answers, send(query)]];
}

function tick(state: State, now: MonotonicMs): Result {
  const [intake, blocks] = takeTime(state.intake, { source: state.context.device, at: now });
  const [next, effects] = tickPhase({ ...state, intake }, now);
  return [next, [...observe(blocks), ...effects]];
}

function tickPhase(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'linking':
      return goOnLinking(state, phase, now);
    case 'linked':
      return goOnLinked(state, phase.turns, now);
  }
}

function goOnLinked(state: State, turns: Turns, now: MonotonicMs): Result {
  if (now - state.heardAt >= (turns.asking ? ANSWERING_MS : SILENCE_MS)) {
    return loseLink(state, 'The device does not answer.', now);
  }
  if (state.suspendedAt !== undefined && now - state.suspendedAt >= SUSPENDED_MS) {
    return loseLink(state, 'The device has suspended the communication and does not resume it.', now);
  }
  const isUnanswered = now - state.newsAt >= UNANSWERED_MS;
  const why = 'The device keeps up the communication, but does not answer the question for measured data.';
  const [told, status] = isUnanswered ? tell(state, 'silent', why) : [state, []];
  return speak({ ...told, phase: { at: 'linked', turns: onTick(turns, state.intake, now) } }, now, status);
}

function goOnLinking(state: State, phase: Extract<Phase, { at: 'linking' }>, now: MonotonicMs): Result {
  const suspicion = SUSPICIONS[state.heard];
  if (now - phase.since >= GIVE_UP_AFTER_MS) {
    const why = `No answer from the device. ${suspicion}`;
    return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
  }
  const isHintDue = state.told === 'negotiating' && now - phase.since >= HINT_AFTER_MS;
  const [told, status] = isHintDue ? tell(state, 'negotiating', suspicion) : [state, []];
  const isTalking = now - state.anythingAt < ICC_EVERY_MS;
  if (now - phase.iccAt < (isTalking ? ICC_PATIENT_EVERY_MS : ICC_EVERY_MS)) return [told, status];
  const next: State = { ...told, phase: { ...phase, iccAt: now }, suspendedAt: undefined, sentAt: now };
  return [next, [...status, send({ kind: 'ask', what: 'icc' })]];
}
