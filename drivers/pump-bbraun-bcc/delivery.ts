/**
 * What a pump does, out of the three families of state parameters that a site may have enabled: STATUS1, RUNSTATE, INM flags.
 * The first claim that any of them makes counts, in this order:
 *
 *   off · alarm (calls and does not pump) · purging · bolus · kvo · standby · infusing · stopped · unknown
 *
 * Without any of the three only the rate is left. It is what flows now, but it is no proof: the volume has to rise too.
 */
import type { InfusionAlarm, InfusionAlarmKind, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import { bitsOf, flagOf, hasBit, numberOf, parseBits, textOf, type ParameterTable } from './parameters.ts';

/** Whether the volume follows the rate. `since`: the rate is above zero from then on · `roseAt`: the counter last rose then. */
export interface FlowEvidence {
  readonly since: MonotonicMs | undefined;
  readonly roseAt: MonotonicMs | undefined;
  readonly volumeMl: number | undefined;
}

export const NO_FLOW: FlowEvidence = { since: undefined, roseAt: undefined, volumeMl: undefined };

const CONFIRM_MS = 60_000;
/** The counter has two decimals and moves about every five seconds: less than this cannot be expected to show. */
const VISIBLE_ML = 0.05;
const MS_PER_HOUR = 3_600_000;

export function watchFlow(before: FlowEvidence, table: ParameterTable, now: MonotonicMs): FlowEvidence {
  const volumeMl = numberOf(table, 'INVI') ?? before.volumeMl;
  const isFlowing = (numberOf(table, 'INRT') ?? 0) > 0;
  if (!isFlowing) return { since: undefined, roseAt: undefined, volumeMl };
  const hasRisen = before.volumeMl !== undefined && volumeMl !== undefined && volumeMl > before.volumeMl;
  return { since: before.since ?? now, roseAt: hasRisen ? now : before.roseAt, volumeMl };
}

type Claim = Exclude<InfusionState, 'alarm' | 'paused' | 'complete' | 'disconnected' | 'unknown'>;

/** Which states the pump claims to be in; undefined when it sends none of the three families. */
function claimsOf(table: ParameterTable): ReadonlySet<Claim> | undefined {
  const status = bitsOf(table, 'STATUS1');
  const run = bitsOf(table, 'RUNSTATE');
  const mode = (number: number): boolean => flagOf(table, `INM${number}`) === true;
  const isOff = textOf(table, 'DSSTATUS') === '00050' || (status !== undefined && !hasBit(status, 0));
  const claims: readonly (readonly [Claim, boolean])[] = [
    ['off', isOff],
    ['purging', hasBit(status, 4) || mode(14)],
    ['bolus', hasBit(status, 10) || hasBit(status, 11) || mode(2)],
    ['kvo', hasBit(status, 13) || hasBit(run, 3) || mode(10)],
    ['standby', hasBit(status, 2) || mode(6)],
    ['infusing', hasBit(status, 7) || hasBit(run, 1) || mode(3)],
    ['stopped', hasBit(status, 6) || hasBit(run, 0) || mode(1)],
  ];
  const hasFamily =
    status !== undefined || run !== undefined || [1, 3].some((number) => flagOf(table, `INM${number}`) !== undefined);
  const made = new Set(claims.filter(([, isMade]) => isMade).map(([claim]) => claim));
  return hasFamily || made.size > 0 ? made : undefined;
}

const STATE_WORDS = /^(DSSTATUS|STATUS1|RUNSTATE|INM(1|2|3|6|10|14))$/;

const isSwitchWord = (text: string): boolean => text === '00050' || text === '00051';
const isBits = (text: string): boolean => parseBits(text) !== undefined;
const isFlag = (text: string): boolean => text === '0' || text === '1';

/** What a word of state can be. */
function isReadable(name: string): (text: string) => boolean {
  if (name === 'DSSTATUS') return isSwitchWord;
  return name.startsWith('INM') ? isFlag : isBits;
}

/** The words of state that were sent, as sent; all of them, or those that cannot be read. */
function stateWords(table: ParameterTable, which: 'all' | 'unreadable'): string {
  const names = [...table.keys()].filter((name) => STATE_WORDS.test(name));
  const words = names.flatMap((name) => {
    const text = textOf(table, name);
    return text === undefined || (which === 'unreadable' && isReadable(name)(text)) ? [] : [`${name}=${text}`];
  });
  return words.join(', ');
}

const ORDER: readonly Claim[] = ['purging', 'bolus', 'kvo', 'standby', 'infusing', 'stopped'];
const PUMPING: readonly Claim[] = ['purging', 'bolus', 'kvo', 'infusing'];
const END_KINDS: ReadonlySet<InfusionAlarmKind> = new Set(['infusionComplete', 'end.stopped']);

export interface Delivery {
  readonly state: InfusionState;
  readonly doubt?: string;
}

/**
 * A word that is not understood is never passed over: beside others it is a doubt, alone it makes the state unknown.
 * A pump that stopped and calls is in `alarm`; when all it calls is that the infusion is over, that is `complete`.
 * `now` and `flow` serve the case that nothing but the rate is sent.
 */
export function deliveryOf(
  table: ParameterTable,
  alarms: readonly InfusionAlarm[],
  flow: FlowEvidence,
  now: MonotonicMs,
): Delivery {
  const delivery = claimedDelivery(table, alarms, flow, now);
  const unread = stateWords(table, 'unreadable');
  if (unread === '') return delivery;
  const doubt = `not understood: ${unread}`;
  return { ...delivery, doubt: delivery.doubt === undefined ? doubt : `${delivery.doubt}; ${doubt}` };
}

function claimedDelivery(
  table: ParameterTable,
  alarms: readonly InfusionAlarm[],
  flow: FlowEvidence,
  now: MonotonicMs,
): Delivery {
  const claims = claimsOf(table);
  const rate = numberOf(table, 'INRT');
  if (claims?.has('off')) return { state: 'off' };
  const isPumping = claims ? PUMPING.some((claim) => claims.has(claim)) : (rate ?? 0) > 0;
  const calls = alarms.filter(({ stage }) => stage === 'alarm');
  if (calls.length > 0 && !isPumping) {
    return { state: calls.every(({ kind }) => END_KINDS.has(kind)) ? 'complete' : 'alarm' };
  }
  if (!claims) return stateWords(table, 'unreadable') === '' ? rateAlone(rate, flow, now) : { state: 'unknown' };
  const state = ORDER.find((claim) => claims.has(claim));
  if (state === undefined) return { state: 'unknown', doubt: `no state that is known in ${stateWords(table, 'all')}` };
  if (state === 'infusing' && rate === 0) return { state, doubt: 'the pump says it infuses, at rate 0' };
  return { state };
}

function rateAlone(rate: number | undefined, { since, roseAt, volumeMl }: FlowEvidence, now: MonotonicMs): Delivery {
  if (rate === undefined) return { state: 'unknown' };
  if (rate === 0 || since === undefined) return { state: 'stopped' };
  const quietMs = now - (roseAt ?? since);
  const isOverdue = quietMs > CONFIRM_MS && (rate * quietMs) / MS_PER_HOUR > VISIBLE_ML;
  if (volumeMl !== undefined && isOverdue) {
    return { state: 'unknown', doubt: 'a rate is told and the volume does not rise' };
  }
  return roseAt === undefined
    ? { state: 'infusing', doubt: 'known by the rate alone: no rise of volume seen yet' }
    : { state: 'infusing' };
}
