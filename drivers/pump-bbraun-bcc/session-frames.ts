/** What a frame of the ComDevice does to the conversation: session opened, version told, values, errors. */
import { later, monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import { COM_DEVICE, type Frame, type Message, type Quadruple, type Reply } from './messages.ts';
import { forgetValues, missPumps, muteOld, removeAbsent } from './rack-gaps.ts';
import { errorOf, takeBlock, type BlockContext, type RackStep } from './rack.ts';
import {
  cyclicPatienceMs,
  cyclicUnheardMs,
  oweByte,
  pause,
  pauseOf,
  REFUSAL_PAUSES_MS,
  REPLY_DELAY_MS,
  SILENCE_MS,
  tell,
  followedBy,
  type Effect,
  type Phase,
  type SessionStep,
  type State,
} from './session-state.ts';

type FrameMessage = Extract<Message, { kind: 'frame' }>;
type Records = Extract<Reply, { kind: 'records' }>;

const REFUSED = '68';
const NO_PUMP = '11';
const WRONG_SLOT = '811';

/** Every frame is owed an ACK. A time that runs backwards or another bed is another life of the ComDevice: greet it anew. */
export function onFrame(state: State, { frame, reply }: FrameMessage, now: MonotonicMs): SessionStep {
  if (state.phase.at === 'closed') return [state, []];
  const time = timeOf(reply);
  const isNewLife =
    (state.deviceTime !== undefined && time < state.deviceTime) || (state.bed !== undefined && state.bed !== frame.bed);
  const known: State = isNewLife
    ? { ...state, rack: forgetValues(state.rack), version: undefined, hasAskedVersion: false, deviceTime: undefined }
    : state;
  const owing = oweByte({ ...known, bed: frame.bed, naks: 0 }, 'ack', now);
  if (isRefusal(reply)) return [{ ...onRefusal(owing, frame, now), deviceTime: time }, []];
  const heard: State = { ...owing, isStuffed: frame.isStuffed ?? owing.isStuffed };
  const [after, effects] = onReply(heard, frame, reply, now);
  const isTalking = ['pause', 'version', 'answer'].includes(state.phase.at);
  const next: State = { ...after, deviceTime: time };
  return [isNewLife && isTalking ? pause(next, 'alive', now) : next, effects];
}

/** A refusal comes alone. */
const isRefusal = (reply: Reply): boolean =>
  reply.kind === 'records' && reply.records.every(({ name, value }) => name === 'GNERR' && value.trim() === REFUSED);

/** The ComDevice's seconds; the latest of a block. */
const timeOf = (reply: Reply): number =>
  reply.kind === 'records' ? Math.max(...reply.records.map(({ time }) => time)) : reply.time;

function onReply(state: State, frame: Frame, reply: Reply, now: MonotonicMs): SessionStep {
  switch (reply.kind) {
    case 'granted':
      if (state.phase.at !== 'hello') return [state, []];
      return [
        pause({ ...state, ...inTime(state, now), attempt: 0 }, state.hasAskedVersion ? 'get' : 'version', now),
        [],
      ];
    case 'version': {
      const known: State = { ...state, ...inTime(state, now), version: reply.version };
      return [known.phase.at === 'version' ? pause(known, 'get', now) : known, []];
    }
    case 'records':
      return onRecords(state, frame, reply, now);
  }
}

/** While a link is being opened each answer is news. Later only values are. */
const inTime = ({ told, dataAt }: State, now: MonotonicMs): Pick<State, 'dataAt'> => ({
  dataAt: told === 'negotiating' ? now : dataAt,
});

/**
 * `GNERR 68`: greet again, later each time. What the frame shows about stuffing settles that question; where it shows what we
 * do already, every third refusal tries the other way.
 */
function onRefusal(state: State, frame: Frame, now: MonotonicMs): State {
  const refusals = state.refusals + 1;
  const isShownOtherwise = frame.isStuffed !== undefined && frame.isStuffed !== state.isStuffed;
  const isStuffed = isShownOtherwise || refusals % 3 === 0 ? !state.isStuffed : state.isStuffed;
  const refused: State = { ...state, refusals, isStuffed, trouble: 'The ComDevice refuses our requests (GNERR 68).' };
  if (state.phase.at === 'drain' || state.phase.at === 'cyclic') return refused;
  return pause(refused, 'alive', later(now, pauseOf(REFUSAL_PAUSES_MS, refusals - 1)));
}

/** An error of the rack or of our question, not of one pump. */
const isRackError = ({ name, address, value }: Quadruple): boolean =>
  name === 'GNERR' && (address === COM_DEVICE || /^(11|811|5\d)$/.test(value.trim()));

function onRecords(state: State, frame: Frame, reply: Records, now: MonotonicMs): SessionStep {
  const context: BlockContext = { source: state.source, now, doubts: doubtsOf(frame, reply) };
  const error = errorOf(reply.records.filter(isRackError));
  const taken = takeBlock(
    state.rack,
    reply.records.filter((record) => !isRackError(record)),
    context,
  );
  const phase = collect(state.phase, reply, taken.keys, error);
  const isComplete = frame.isLast && phase.at === 'answer' && phase.hasHead && phase.isWhole;
  const keep: RackStep = { rack: taken.rack, readings: [] };
  const { rack, readings: absent } = frame.isLast ? judgeAbsent({ ...state, phase }, error, keep, context) : keep;
  const readings = [...taken.readings, ...absent];
  const observed: Effect[] = readings.length > 0 ? [{ type: 'observed', observations: readings }] : [];
  const moved = moveOn(
    { ...state, rack, phase },
    { isLast: frame.isLast, error, hasPumps: taken.keys.length > 0 },
    now,
  );
  const isAhead = state.deviceTime === undefined || timeOf(reply) > state.deviceTime;
  const isNews = taken.readings.length > 0 || (isComplete && isAhead);
  return followedBy([moved, observed], (after) => report(after, error, isNews, now));
}

/**
 * What the end of an answer says of the pumps that were not in it: gone when it was complete, else perhaps lost with the piece
 * that is missing. An error in the place of an answer says nothing about a pump.
 */
function judgeAbsent(
  { phase, settings }: State,
  error: string | undefined,
  keep: RackStep,
  context: BlockContext,
): RackStep {
  if (phase.at === 'cyclic') return muteOld(keep.rack, earlier(context.now, cyclicUnheardMs(settings)), context);
  if (phase.at !== 'answer') return keep;
  if (phase.hasHead && phase.isWhole) return removeAbsent(keep.rack, phase.seen, context);
  return error === undefined ? missPumps(keep.rack, phase.seen, context) : keep;
}

const earlier = (at: MonotonicMs, byMs: number): MonotonicMs => monotonicMs(Math.max(0, at - byMs));

const doubtsOf = ({ isLengthWrong }: Frame, { unreadable }: Records): readonly string[] => [
  ...(isLengthWrong ? ['the block said a wrong length'] : []),
  ...(unreadable.length > 0 ? [`unreadable records in the block: ${unreadable.length}`] : []),
];

/** Notes what an answer has brought so far. Its first block is the one with the ComDevice's own records. */
function collect(phase: Phase, { records, unreadable }: Records, keys: readonly string[], error?: string): Phase {
  if (phase.at !== 'answer') return phase;
  return {
    ...phase,
    seen: new Set([...phase.seen, ...keys]),
    hasHead: phase.hasHead || records.some(({ address }) => address === COM_DEVICE),
    isWhole: phase.isWhole && unreadable.length === 0 && (error === undefined || error === NO_PUMP),
  };
}

interface BlockNews {
  readonly isLast: boolean;
  readonly error: string | undefined;
  readonly hasPumps: boolean;
}

/** Where the conversation goes after a block. Values that nobody asked for are the mark of a ComDevice that pushes. */
function moveOn(state: State, { isLast, error, hasPumps }: BlockNews, now: MonotonicMs): State {
  const { phase, settings } = state;
  const cyclic: Phase = { at: 'cyclic', until: later(now, cyclicPatienceMs(settings)), isNudged: false };
  switch (phase.at) {
    case 'answer':
      if (isLast) return pause(state, 'get', later(phase.askedAt, settings.pollMs));
      return { ...state, phase: { ...phase, until: later(now, REPLY_DELAY_MS + SILENCE_MS) } };
    case 'drain':
      return hasPumps ? { ...state, phase: cyclic } : state;
    case 'hello':
      if (hasPumps) return state.isAnswerOwed ? state : { ...state, phase: cyclic };
      return error === undefined ? state : pause(state, 'alive', later(now, REFUSAL_PAUSES_MS[0]));
    case 'version':
      return error === undefined ? state : pause(state, 'get', now);
    case 'cyclic':
      return { ...state, phase: cyclic };
    case 'pause':
    case 'closed':
      return state;
  }
}

/** Tells how the link stands: live with news, silent when the rack itself says that there can be none. */
function report(state: State, error: string | undefined, isNews: boolean, now: MonotonicMs): SessionStep {
  const trouble = troubleOf(error);
  if (isNews) {
    const bed = `Bed ${state.bed ?? ''}${state.version === undefined ? '' : `, BCC ${state.version}`}.`;
    const reason =
      state.rack.pumps.size === 0 ? `${bed} No pump in the ${state.settings.slot ? 'slot' : 'rack'}.` : bed;
    return tell({ ...state, dataAt: now, refusals: 0, trouble }, 'live', trouble ?? reason);
  }
  return trouble === undefined ? [state, []] : tell({ ...state, trouble }, 'silent', trouble);
}

function troubleOf(error: string | undefined): string | undefined {
  if (error === undefined || error === NO_PUMP) return undefined;
  if (error === WRONG_SLOT) return 'The rack does not have the slot that is asked for (GNERR 811).';
  if (/^5\d$/.test(error)) return `The rack is put together wrongly and sends no pump data (GNERR ${error}).`;
  return `The ComDevice reports error ${error}.`;
}
