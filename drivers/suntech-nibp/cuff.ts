/**
 * What the cuff does, and which of the module's numbers are a new measurement. The module keeps the last one until the next
 * begins and does not date it; so a measurement is what was seen to end.
 *
 *   unknown ── pressure ──▶ resting ── 20 mmHg or more ──▶ inflated ── "complete" ──▶ deflating ── under 10 ──▶ resting
 *                                                             ╰────────── under 10 mmHg ────────────────────────▶
 *
 *   "complete" after inflation   the numbers are new, even when they are those of before
 *   pressure gone, no word       they are new when any of them changed; asked for again until they do, for 10 s, because the
 *                                module may still be reckoning: zeros without an error are no result yet
 *   "complete", nothing seen     new when changed: the word also ends other commands
 *   on coming back within 60 s   they are new when changed: measured while we were away, dated by our coming
 *   on coming                    they stand there undated; shown, never a measurement
 */
import { later, type CuffStatus, type DeviceId, type MonotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import { failureOf } from './failures.ts';
import type { Data } from './messages.ts';

/** Nothing of the module's document; well above any offset of a slack cuff and well below any diastolic pressure. */
export const INFLATED_MMHG = 20;
const SLACK_MMHG = 10;
const RESULT_PATIENCE_MS = 10_000;
const ASK_AGAIN_MS = 1000;
/** A measurement that ended while we were away for so long may be dated by our coming back. */
export const BREAK_MS = 60_000;

/** Numbers that are to be fetched, and what they may be. */
type Due =
  | {
      readonly because: 'came';
      readonly askAt: MonotonicMs;
      readonly at: MonotonicMs;
      readonly awaySince?: MonotonicMs;
    }
  | {
      readonly because: 'ended';
      readonly askAt: MonotonicMs;
      readonly endedAt: MonotonicMs;
      readonly isInflationSeen: boolean;
      readonly isSaid: boolean;
    };

export interface CuffMemory {
  readonly pump: 'unknown' | 'resting' | 'inflated' | 'deflating';
  readonly due: Due | undefined;
  /** The numbers as they were fetched last. */
  readonly known: Data | undefined;
  readonly shown: Pick<CuffStatus, 'state' | 'detail' | 'undated'> | undefined;
  /** When a measurement was last seen to end, or could have ended unseen. */
  readonly endedAt: MonotonicMs | undefined;
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

export type CuffStep = readonly [CuffMemory, readonly (NibpMeasurement | CuffStatus)[]];

export const NO_CUFF_YET: CuffMemory = {
  pump: 'unknown',
  due: undefined,
  known: undefined,
  shown: undefined,
  endedAt: undefined,
};

/**
 * The link is new, or was silent: what the cuff did meanwhile is not known. With numbers that were not fetched before the next
 * silence, we have been away since the one before.
 *
 * @param heardAt when the module last said something, if ever.
 */
export function onArrival(memory: CuffMemory, heardAt: MonotonicMs | undefined, now: MonotonicMs): CuffMemory {
  const awaySince = memory.due?.because === 'came' ? memory.due.awaySince : heardAt;
  const due: Due = { because: 'came', askAt: now, at: now, ...(awaySince !== undefined && { awaySince }) };
  return { ...memory, pump: 'unknown', due, endedAt: now };
}

export function onPressure(memory: CuffMemory, mmHg: number, moment: Moment): CuffStep {
  const { pump, due } = memory;
  if (mmHg >= INFLATED_MMHG && (pump === 'resting' || pump === 'unknown')) {
    const standing = due?.because === 'came' ? due : undefined;
    return show({ ...memory, due: standing, pump: 'inflated' }, { state: 'measuring' }, moment);
  }
  if (mmHg >= SLACK_MMHG) return [memory, []];
  const resting: CuffMemory = { ...memory, pump: 'resting' };
  return [pump === 'inflated' ? expectResult(resting, moment.at) : resting, []];
}

/** The module says that something is complete. `isExpected`: a measurement was started, so it can be nothing else. */
export function onComplete(memory: CuffMemory, now: MonotonicMs, isExpected: boolean): CuffMemory {
  const { pump, due } = memory;
  const pending = due?.because === 'ended' ? due : undefined;
  const endedAt = pending?.endedAt ?? now;
  const isInflationSeen = isExpected || pump === 'inflated' || pending?.isInflationSeen === true;
  return {
    ...memory,
    pump: pump === 'inflated' ? 'deflating' : pump,
    due: { because: 'ended', askAt: now, endedAt, isInflationSeen, isSaid: true },
    endedAt,
  };
}

/** A measurement must have ended by now, without a word. */
export const expectResult = (memory: CuffMemory, now: MonotonicMs): CuffMemory => ({
  ...memory,
  due: { because: 'ended', askAt: now, endedAt: now, isInflationSeen: true, isSaid: false },
  endedAt: now,
});

export const wantsData = ({ due }: CuffMemory, now: MonotonicMs): boolean => due !== undefined && now >= due.askAt;

/** They were asked for and did not come. */
export const postponeData = (memory: CuffMemory, now: MonotonicMs): CuffMemory =>
  memory.due ? { ...memory, due: { ...memory.due, askAt: later(now, ASK_AGAIN_MS) } } : memory;

/** The numbers were fetched. */
export function onData(memory: CuffMemory, data: Data, moment: Moment): CuffStep {
  const { due, known } = memory;
  const isChanged = !known || !isSameData(known, data);
  const seen: CuffMemory = { ...memory, due: undefined, known: data };
  const hasWord = due?.because === 'ended' && due.isSaid && due.isInflationSeen;
  if (isMeasuredAway(memory) && isChanged && numbersOf(data)) return conclude(seen, data, memory.due.at, moment);
  if (due?.because !== 'ended' || (!known && !hasWord)) return arrive(seen, data, isChanged, moment);
  const isReady = due.isSaid || data.error !== 0 || numbersOf(data) !== undefined;
  if (hasWord || (isChanged && isReady)) return conclude(seen, data, due.endedAt, moment);
  const isWaitedFor = !due.isSaid && moment.at - due.endedAt < RESULT_PATIENCE_MS;
  if (isWaitedFor) return [{ ...seen, due: { ...due, askAt: later(moment.at, ASK_AGAIN_MS) } }, []];
  if (!isReady) return conclude(seen, data, due.endedAt, moment);
  return memory.pump === 'inflated' ? [seen, []] : show(seen, { state: 'idle' }, moment);
}

/** What has changed since was measured while we were away, and not long ago. */
function isMeasuredAway(
  memory: CuffMemory,
): memory is CuffMemory & { readonly due: Extract<Due, { because: 'came' }> } {
  const { due, known, pump } = memory;
  if (due?.because !== 'came' || due.awaySince === undefined) return false;
  return known !== undefined && pump !== 'inflated' && due.at - due.awaySince <= BREAK_MS;
}

/** Numbers that nobody saw coming. Those known already stay what they were shown as. */
function arrive(memory: CuffMemory, data: Data, isChanged: boolean, moment: Moment): CuffStep {
  const isShown = memory.shown !== undefined && memory.shown.state !== 'measuring';
  if (memory.pump === 'inflated' || (!isChanged && isShown)) return [memory, []];
  const undated = isChanged ? numbersOf(data) : undefined;
  return show(memory, { state: 'idle', ...(undated && { undated }) }, moment);
}

/** A failure that was said already keeps its words. */
function conclude(memory: CuffMemory, data: Data, measuredAt: MonotonicMs, moment: Moment): CuffStep {
  const numbers = numbersOf(data);
  if (!numbers) {
    const isSaid = memory.shown?.state === 'failed';
    return isSaid ? [memory, []] : show(memory, { state: 'failed', detail: failureOf(data.error) }, moment);
  }
  const [next, status] = show(memory, { state: 'idle' }, moment);
  return [next, [...status, { kind: 'nibp', ...moment, measuredAt, ...numbers }]];
}

/** Undefined when the module says that they are no good, or when a number that must be there is 0. */
function numbersOf({ error, systolic, diastolic, heartRate, meanArterial }: Data): CuffStatus['undated'] {
  if (error !== 0 || systolic === 0 || diastolic === 0 || heartRate === 0) return undefined;
  return { systolic, diastolic, pulseRate: heartRate, ...(meanArterial > 0 && { meanArterial }) };
}

const isSameData = (a: Data, b: Data): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Says what the cuff does when it is something else than before. */
export function show(memory: CuffMemory, now: NonNullable<CuffMemory['shown']>, moment: Moment): CuffStep {
  const isSame = JSON.stringify(memory.shown) === JSON.stringify(now);
  return [{ ...memory, shown: now }, isSame ? [] : [{ kind: 'cuff', ...moment, ...now }]];
}
