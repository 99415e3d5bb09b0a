/**
 * When a cuff value is a new measurement. The monitor repeats the last one in every reply, with its age in seconds, and a
 * determination that runs or failed leaves the old numbers standing. So numbers count only with status "done" and an age.
 *
 *   first numbers       are told, dated by their age
 *   age falls           a new determination
 *   age too small       it ended while nobody looked: after a break of the link the age has grown less than the time
 *   same numbers, late  a reply held up on its way seems younger than it is: not new
 *
 * Older numbers than those told before are not told: they are no news (a memory that was paged back, another monitor).
 *
 * The rate that belongs to the numbers stands in another reply; a new measurement waits for that one, but not long.
 */
import { later, type CuffStatus, type MonotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import type { DeviceId } from '$lib/domain/index.ts';
import type { NibpReply, RateReply } from './messages.ts';

/** The age has whole seconds, and a reply may take a moment. */
const SLACK_MS = 3000;
/** No reply is held up for longer: by then the link has been given up. */
const MAX_DELAY_MS = 30_000;
const RATE_PATIENCE_MS = 1500;

type CuffNumbers = Pick<NibpMeasurement, 'systolic' | 'diastolic' | 'meanArterial'>;

interface Standing {
  readonly numbers: CuffNumbers;
  readonly ageS: number;
  readonly endedAt: MonotonicMs;
}

export interface NibpMemory {
  readonly cuff?: Pick<CuffStatus, 'state' | 'mode' | 'detail'>;
  /** What was told last, as the last reply dated it. */
  readonly told?: Standing;
  /** Waits for its rate since it was found. */
  readonly waiting?: { readonly standing: Standing; readonly since: MonotonicMs };
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Told = readonly [NibpMemory, readonly (NibpMeasurement | CuffStatus)[]];

export const NO_CUFF_YET: NibpMemory = {};

/** The reply about the cuff. */
export function onNibp(memory: NibpMemory, reply: NibpReply, moment: Moment): Told {
  const cuff = readCuff(reply);
  const isSameCuff =
    cuff.state === memory.cuff?.state && cuff.mode === memory.cuff.mode && cuff.detail === memory.cuff.detail;
  const status: readonly CuffStatus[] = isSameCuff ? [] : [{ kind: 'cuff', ...moment, ...cuff }];
  const standing = readStanding(reply, moment.at);
  const { told } = memory;
  if (!standing) return [{ ...memory, cuff }, status];
  if (told && !isNewer(standing, told)) {
    const isSame = isSamePressure(standing.numbers, told.numbers);
    return [{ ...memory, cuff, ...(isSame && { told: standing }) }, status];
  }
  const [released, older] = release(memory, undefined, moment);
  return [{ ...released, cuff, told: standing, waiting: { standing, since: moment.at } }, [...status, ...older]];
}

/** The reply about the rate: it is the cuff's when it says so. */
export const onRate = (memory: NibpMemory, { source, rate }: RateReply, moment: Moment): Told =>
  release(memory, source === 'nibp' ? rate : undefined, moment);

/** A measurement whose rate does not come is told without. */
export const onTick = (memory: NibpMemory, moment: Moment): Told =>
  memory.waiting && moment.at - memory.waiting.since >= RATE_PATIENCE_MS
    ? release(memory, undefined, moment)
    : [memory, []];

function readCuff({ status, isStat }: NibpReply): Pick<CuffStatus, 'state' | 'mode' | 'detail'> {
  const mode = isStat ? ({ mode: 'stat' } as const) : {};
  if (status === 'busy') return { state: 'measuring', ...mode };
  return status === 'done' ? { state: 'idle', ...mode } : { state: 'failed', ...mode, detail: status };
}

/** The numbers of the last determination; a pressure of 0 is none. */
function readStanding(reply: NibpReply, at: MonotonicMs): Standing | undefined {
  const { status, ageS, systolic, diastolic, meanArterial } = reply;
  if (status !== 'done' || ageS === undefined || systolic === 0 || diastolic === 0) return undefined;
  const numbers = { systolic, diastolic, ...(meanArterial > 0 && { meanArterial }) };
  return { numbers, ageS, endedAt: later(at, -ageS * 1000) };
}

function isNewer(now: Standing, told: Standing): boolean {
  const laterMs = now.endedAt - told.endedAt;
  const isDelayPossible = laterMs <= MAX_DELAY_MS && isSamePressure(now.numbers, told.numbers);
  return laterMs > SLACK_MS && (now.ageS < told.ageS || !isDelayPossible);
}

const isSamePressure = (a: CuffNumbers, b: CuffNumbers): boolean =>
  a.systolic === b.systolic && a.diastolic === b.diastolic && a.meanArterial === b.meanArterial;

function release({ waiting, ...rest }: NibpMemory, pulseRate: number | undefined, moment: Moment): Told {
  if (!waiting) return [rest, []];
  const { numbers, endedAt } = waiting.standing;
  const measurement: NibpMeasurement = {
    kind: 'nibp',
    ...moment,
    measuredAt: endedAt,
    ...numbers,
    ...(pulseRate !== undefined && { pulseRate }),
  };
  return [rest, [measurement]];
}
