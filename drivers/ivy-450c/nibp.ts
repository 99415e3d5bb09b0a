/**
 * When a cuff value is a new measurement. The monitor shows the last one in every record, without a time.
 *
 *   same as told ──▶ nothing        other values ──▶ seen once ── again in the next record ──▶ told, measured when first seen
 *
 * One record is not believed: its text has no sum, and a lost digit would be a measurement. What stands there when we come,
 * and what has changed while nothing was received for over a minute, has no time: it is told as undated. A measurement with
 * the same four values as the one before cannot be told apart from it, also when there were none in between: an old reading
 * that comes back must not alarm again.
 */
import type { CuffStatus, DeviceId, MonotonicMs, NibpMeasurement } from '$lib/domain/index.ts';
import type { Line } from './messages.ts';

/** How far `measuredAt` may be off. */
const MAX_HOLE_MS = 60_000;

type Numbers = NonNullable<CuffStatus['undated']>;

export interface CuffMemory {
  /** The four values that were last told, or seen to be none, as text. */
  readonly known?: string;
  /** The four values of the last measurement that was told. */
  readonly told?: string;
  readonly candidate?: { readonly values: string; readonly since: MonotonicMs; readonly isDated: boolean };
  readonly seenAt?: MonotonicMs;
  readonly isUndatedShown: boolean;
}

export const NO_CUFF_YET: CuffMemory = { isUndatedShown: false };

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Told = readonly [CuffMemory, readonly (NibpMeasurement | CuffStatus)[]];

export function onCuff(memory: CuffMemory, line: Line, moment: Moment): Told {
  const values = line.numbers.join('/');
  const isHole = memory.seenAt !== undefined && moment.at - memory.seenAt > MAX_HOLE_MS;
  const { candidate, ...rest } = { ...memory, seenAt: moment.at };
  if (values === memory.known) return [rest, []];
  if (candidate?.values !== values || isHole) {
    const isDated = memory.known !== undefined && !isHole;
    return [{ ...rest, candidate: { values, since: moment.at, isDated } }, []];
  }
  const settled = { ...rest, known: values };
  if (values === memory.told) return [settled, []];
  const numbers = readNumbers(line);
  return tell(numbers ? { ...settled, told: values } : settled, numbers, candidate, moment);
}

function tell(
  memory: CuffMemory,
  numbers: Numbers | undefined,
  { since, isDated }: NonNullable<CuffMemory['candidate']>,
  moment: Moment,
): Told {
  if (numbers && !isDated) {
    return [{ ...memory, isUndatedShown: true }, [{ kind: 'cuff', ...moment, state: 'idle', undated: numbers }]];
  }
  const cleared: readonly CuffStatus[] = memory.isUndatedShown ? [{ kind: 'cuff', ...moment, state: 'idle' }] : [];
  const measured: readonly NibpMeasurement[] = numbers
    ? [{ kind: 'nibp', ...moment, measuredAt: since, ...numbers }]
    : [];
  return [{ ...memory, isUndatedShown: false }, [...cleared, ...measured]];
}

/** @returns undefined when there is no pair, and for what no cuff measures: a pressure of 0, or parts in the wrong order. */
function readNumbers({ numbers: [systolic, diastolic, meanArterial, pulseRate] }: Line): Numbers | undefined {
  if (systolic === undefined || diastolic === undefined || systolic <= diastolic || diastolic === 0) return undefined;
  if (meanArterial !== undefined && (meanArterial > systolic || meanArterial < diastolic)) return undefined;
  return {
    systolic,
    diastolic,
    ...(meanArterial !== undefined && { meanArterial }),
    ...(pulseRate !== undefined && pulseRate > 0 && { pulseRate }),
  };
}
