/**
 * Whether drug flows. The pump's word for running, `SET`, was logged with a rate only, and nobody has shown that it is never said
 * by a pump that stands still. So an infusion is one only when the counter of the volume proves it:
 *
 *   rise ÷ rate = time that the pump must have run since the record before, at the least
 *
 * which says until when it surely ran. The proof holds for a minute, or as long as the counter could not have moved at this rate.
 * A break of the link needs no rule of its own: what the pump gave meanwhile proves how long it ran.
 */
import { later, type InfusionAlarm, type InfusionState, type MonotonicMs } from '$lib/domain/index.ts';
import { isAtEnd, isKeepingOpen } from './alarms.ts';

/** One record, in numbers; undefined for what was not sent or is in an unknown unit. */
export interface Flow {
  readonly at: MonotonicMs;
  readonly mode: string;
  readonly rateMlPerHour: number | undefined;
  readonly volumeMl: number | undefined;
}

/** Until when the pump surely ran: undefined when nothing proves that it ran since it was last seen to stand. */
export interface FlowMemory extends Flow {
  readonly provenAt: MonotonicMs | undefined;
  /** The counter has moved while the pump said that it holds. */
  readonly roseOnHold: boolean;
}

export interface Delivery {
  readonly state: InfusionState;
  readonly doubt?: string;
}

const RUNS = 'SET';
const HOLDS = 'HLD';

const PROOF_MS = 60_000;
/** The counter has three decimals; less than two steps of it may be rounding. */
const VISIBLE_ML = 0.002;
const MS_PER_HOUR = 3_600_000;

const isSetToRun = ({ mode, rateMlPerHour }: Flow): boolean => mode === RUNS && rateMlPerHour !== 0;

export function watchFlow(before: FlowMemory | undefined, now: Flow): FlowMemory {
  const volumeMl = now.volumeMl ?? before?.volumeMl;
  const roseMl = before?.volumeMl === undefined || now.volumeMl === undefined ? 0 : now.volumeMl - before.volumeMl;
  if (!isSetToRun(now)) {
    const roseOnHold = now.mode === HOLDS && before?.mode === HOLDS && roseMl > 0;
    return { ...now, volumeMl, provenAt: undefined, roseOnHold };
  }
  const provenAt = before && roseMl > 0 ? ranUntil(before, now, roseMl) : before?.provenAt;
  return { ...now, volumeMl, provenAt, roseOnHold: false };
}

/** The faster of the two rates gives the shorter time. Without any rate only the record before is sure. */
function ranUntil(before: FlowMemory, now: Flow, roseMl: number): MonotonicMs {
  const rate = Math.max(before.rateMlPerHour ?? 0, now.rateMlPerHour ?? 0);
  const ranMs = rate > 0 ? (roseMl / rate) * MS_PER_HOUR : 0;
  return later(before.at, Math.min(Math.floor(ranMs), now.at - before.at));
}

/**
 * A pump that stands and calls is in `alarm`; when all it calls is that the infusion is over, that is `complete`. A word that
 * nobody has published is no state.
 */
export function deliveryOf(flow: FlowMemory, alarms: readonly InfusionAlarm[]): Delivery {
  const { mode, rateMlPerHour } = flow;
  if (mode !== RUNS && mode !== HOLDS)
    return { state: 'unknown', doubt: `the pump's mode is "${mode}", an unknown word` };
  if (isSetToRun(flow)) return isKeepingOpen(alarms) ? { state: 'kvo' } : running(flow);
  if (flow.roseOnHold) return { state: 'unknown', doubt: 'the volume rises and the pump says that it holds' };
  const calls = alarms.filter(({ stage }) => stage === 'alarm');
  const state = calls.length === 0 ? 'stopped' : isAtEnd(calls) ? 'complete' : 'alarm';
  const isOdd = rateMlPerHour !== undefined && rateMlPerHour > 0;
  return isOdd ? { state, doubt: 'the pump says that it holds, and tells a rate' } : { state };
}

function running({ at, rateMlPerHour = Infinity, volumeMl, provenAt }: FlowMemory): Delivery {
  if (volumeMl === undefined) return { state: 'unknown', doubt: 'a rate is told, and no volume that could prove it' };
  if (provenAt === undefined) return { state: 'unknown', doubt: 'a rate is told; no rise of the volume seen yet' };
  const quietMs = at - provenAt;
  const isOverdue = quietMs > PROOF_MS && (rateMlPerHour * quietMs) / MS_PER_HOUR > VISIBLE_ML;
  return isOverdue
    ? { state: 'unknown', doubt: 'a rate is told, and the volume has not risen for a minute' }
    : { state: 'infusing' };
}
