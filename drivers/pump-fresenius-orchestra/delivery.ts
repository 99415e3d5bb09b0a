/**
 * What a pump does, out of its rate and its volume. The protocol has a word for the mode, of which nobody outside knows the
 * meaning, so only what can be seen counts: drug flows when the volume rises, a rate alone is no proof.
 *
 *   volume rises                          infusing
 *   rate 0                                stopped, or alarm when the pump calls
 *   a rate, and the volume stands still   unknown, or alarm when the pump calls
 *   a rate, and no rise seen yet          unknown
 */
import type { InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import type { Variables } from './variables.ts';

/** What the last looks at rate and volume have in common. */
export interface Flow {
  /** Whether the rate is above zero, and since when it is so. */
  readonly isFlowing: boolean | undefined;
  readonly since: MonotonicMs;
  readonly volumeMl: number | undefined;
  /** When the volume was last seen higher than before, under this rate. */
  readonly roseAt: MonotonicMs | undefined;
}

/** What the counter can show: one step of it. */
const STEP_ML = 0.001;
/** How long a volume may stand still beside two of its steps: how often the pump counts is not known. */
const STILL_MS = 10_000;
/** What is told of the time before the rate became zero. */
const LAST_DROPS_MS = 2000;
const MS_PER_HOUR = 3_600_000;

export const noFlow = (now: MonotonicMs): Flow => ({
  isFlowing: undefined,
  since: now,
  volumeMl: undefined,
  roseAt: undefined,
});

/** A rise between two looks counts however far apart they are: what was pumped while nobody looked was pumped. */
export function watchFlow(before: Flow, { d, r }: Variables, now: MonotonicMs): Flow {
  const isFlowing = d === undefined ? before.isFlowing : d > 0;
  const hasTurned = isFlowing !== before.isFlowing;
  const hasRisen = r !== undefined && before.volumeMl !== undefined && r > before.volumeMl;
  const roseAt = hasRisen ? now : hasTurned ? undefined : before.roseAt;
  return { isFlowing, since: hasTurned ? now : before.since, volumeMl: r ?? before.volumeMl, roseAt };
}

/** What is known now; what is too old is not in it. */
export interface Known {
  readonly rateMlPerHour: number | undefined;
  readonly isCalling: boolean;
}

export interface Delivery {
  readonly state: Extract<InfusionState, 'infusing' | 'stopped' | 'alarm' | 'unknown'>;
  readonly doubt?: string;
}

export function deliveryOf({ rateMlPerHour, isCalling }: Known, flow: Flow, now: MonotonicMs): Delivery {
  if (rateMlPerHour === undefined) {
    return { state: isRising(flow, STILL_MS, now) ? 'infusing' : 'unknown', doubt: 'the rate was not sent' };
  }
  if (rateMlPerHour === 0) return atRest(isCalling, flow, now);
  const stillMs = STILL_MS + (2 * STEP_ML * MS_PER_HOUR) / rateMlPerHour;
  if (isRising(flow, stillMs, now)) return { state: 'infusing' };
  if (now - (flow.roseAt ?? flow.since) <= stillMs) {
    return { state: 'unknown', doubt: 'a rate is told, and no rise of the volume has been seen yet' };
  }
  return { state: isCalling ? 'alarm' : 'unknown', doubt: 'a rate is told, and the volume does not rise' };
}

function atRest(isCalling: boolean, flow: Flow, now: MonotonicMs): Delivery {
  const isPumping = flow.roseAt !== undefined && flow.roseAt - flow.since > LAST_DROPS_MS;
  if (isPumping && isRising(flow, STILL_MS, now)) {
    return { state: 'infusing', doubt: 'the rate is told as 0, and the volume rises' };
  }
  return { state: isCalling ? 'alarm' : 'stopped' };
}

const isRising = ({ roseAt }: Flow, stillMs: number, now: MonotonicMs): boolean =>
  roseAt !== undefined && now - roseAt <= stillMs;
