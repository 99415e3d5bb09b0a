/**
 * When a cuff value is a new measurement. The monitor repeats the last one in every record, for hours, so it must be told
 * once, with the time at which it ended.
 *
 *   auxiliary records arrive   their `nibpTime` is the key: a new one announces a measurement, which is taken from the next
 *                              displayed record, or from the one before when its label had shown the end already
 *   none for two intervals     the label bits decide: `measuring` falls, or `ended over 60 s ago` falls. A reading that
 *                              stands there when we come and ended less than 60 s ago counts as well.
 *
 * A measurement found by its label waits for an auxiliary record that dates it better, and is told without one after two
 * intervals. What one way has told the other does not tell again (same numbers, times that can be the same).
 */
import { later, type DeviceId, type CuffState, type CuffStatus, type MonotonicMs } from '$lib/domain/index.ts';
import type { NibpMeasurement } from '$lib/domain/index.ts';
import { NIBP_BITS, STATUS_BITS } from './layout-table.ts';
import type { Auxiliary, BasicGroups, RecordHeader } from './messages.ts';

export const AUXILIARY_INTERVAL_S = 10;
const PATIENCE_MS = 2 * AUXILIARY_INTERVAL_S * 1000;
/** As many displayed records, one each 5 s, span two auxiliary intervals. */
const PATIENCE_RECORDS = 5;
/** After a longer hole in the records an edge of the label proves nothing. */
const MAX_HOLE_MS = 13_000;
/** From the end of a measurement to the record that shows it; and from a standing reading back to its end. */
const EDGE_DOUBT_MS = 5000;
const STANDING_DOUBT_MS = 60_000;
/** Seconds on the wire, records in transit. */
const SLACK_MS = 10_000;
/** The monitor's own two times may disagree by rounding, not by more. */
const MAX_LEAD_MS = 5000;

interface CuffNumbers {
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial?: number;
  readonly pulseRate?: number;
}

/** Ended between `endedAt - doubtMs` and `endedAt`. */
interface Found {
  readonly numbers: CuffNumbers;
  readonly endedAt: MonotonicMs;
  readonly doubtMs: number;
  readonly deviceTime?: number;
}

type Announced = Omit<Found, 'numbers'>;
type Label = { readonly at: MonotonicMs; readonly isMeasuring: boolean; readonly hasEndedLongAgo: boolean };

export interface NibpMemory {
  readonly label?: Label;
  readonly cuff?: Pick<CuffStatus, 'state' | 'mode' | 'undated'>;
  /** Key of the last measurement that an auxiliary record told of, and when such a record last came. */
  readonly key?: number;
  readonly keySeenAt?: MonotonicMs;
  readonly recordsSinceKey: number;
  readonly announced?: Announced;
  readonly found?: Found;
  readonly told?: Found;
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Told = readonly [NibpMemory, readonly (NibpMeasurement | CuffStatus)[]];

export const NO_CUFF_YET: NibpMemory = { recordsSinceKey: 0 };

/**
 * An auxiliary record. With the old key it also says that a cycle of the cuff which left the old numbers standing was no
 * measurement. A time of 0 is the key of no measurement.
 */
export function onAuxiliary(memory: NibpMemory, { nibpTime }: Auxiliary, header: RecordHeader, moment: Moment): Told {
  const { found, ...others }: NibpMemory = { ...memory, key: nibpTime, keySeenAt: moment.at, recordsSinceKey: 0 };
  const waiting = found ? { found } : {};
  if (nibpTime === memory.key) {
    return [found && hasTold(memory, found.numbers) ? others : { ...others, ...waiting }, []];
  }
  const { announced: _replaced, ...rest } = others;
  if (nibpTime === 0) return [{ ...rest, ...waiting }, []];
  const announced = date(memory, nibpTime, header, moment.at);
  if (!announced) return [{ ...rest, ...waiting }, []];
  return found ? tell(rest, { numbers: found.numbers, ...announced }, moment) : [{ ...rest, announced }, []];
}

/**
 * When the announced measurement ended, on our clock: its age on the monitor's clock, but never before the last record
 * that did not know it yet. Undefined for the first one if the monitor's two times contradict each other: no age, no value.
 */
function date(memory: NibpMemory, nibpTime: number, header: RecordHeader, at: MonotonicMs): Announced | undefined {
  const ageMs = (header.time - nibpTime) * 1000;
  if (memory.keySeenAt === undefined && ageMs < -MAX_LEAD_MS) return undefined;
  const earliest = memory.keySeenAt ?? -Infinity;
  const endedAgoMs = Math.min(Math.max(ageMs, 0), at - earliest);
  return { endedAt: later(at, -endedAgoMs), doubtMs: 0, deviceTime: nibpTime * 1000 };
}

/** The cuff group of a displayed record. */
export function onDisplayed(remembered: NibpMemory, group: BasicGroups['nibp'], moment: Moment): Told {
  const isHole = !remembered.label || moment.at - remembered.label.at > MAX_HOLE_MS;
  const memory = isHole ? acrossHole(remembered, moment) : remembered;
  const isThere = (group.status & STATUS_BITS.exists) !== 0 && (group.status & STATUS_BITS.active) !== 0;
  const { label: _old, ...unlabelled } = memory;
  if (!isThere) return [unlabelled, []];
  const label: Label = {
    at: moment.at,
    isMeasuring: (group.label & NIBP_BITS.measuring) !== 0,
    hasEndedLongAgo: (group.label & NIBP_BITS.endedLongAgo) !== 0,
  };
  const numbers = readNumbers(group.values);
  const undated = undatedNumbers(memory, label, numbers);
  const cuff = { ...readCuff(memory, group.label, numbers !== undefined), ...(undated && { undated }) };
  const seen: NibpMemory = { ...memory, label, cuff, recordsSinceKey: memory.recordsSinceKey + 1 };
  const isSameCuff =
    cuff.state === memory.cuff?.state &&
    cuff.mode === memory.cuff.mode &&
    cuff.undated?.systolic === memory.cuff.undated?.systolic &&
    cuff.undated?.diastolic === memory.cuff.undated?.diastolic;
  const status: readonly CuffStatus[] = isSameCuff ? [] : [{ kind: 'cuff', ...moment, ...cuff }];
  const [next, measurements] = conclude(seen, findEnd(memory, label, numbers), numbers, moment);
  return [next, [...status, ...measurements]];
}

/**
 * No displayed record for a while: what the label did since is no edge, and what stands there now may be younger than what
 * was announced before. The next auxiliary record announces again.
 */
function acrossHole({ label: _old, ...memory }: NibpMemory, { at }: Moment): NibpMemory {
  const isKeyFresh = memory.keySeenAt !== undefined && at - memory.keySeenAt <= MAX_HOLE_MS;
  if (!memory.announced || isKeyFresh) return memory;
  const { announced: _outdated, key: _unused, keySeenAt: _long, ...rest } = memory;
  return rest;
}

function readNumbers(values: BasicGroups['nibp']['values']): CuffNumbers | undefined {
  const { systolic, diastolic, mean, rate } = values;
  if (typeof systolic !== 'number' || typeof diastolic !== 'number') return undefined;
  return {
    systolic,
    diastolic,
    ...(typeof mean === 'number' && { meanArterial: mean }),
    ...(typeof rate === 'number' && { pulseRate: rate }),
  };
}

/**
 * A measurement that the label shows to have ended between the record before and this one. A cycle that leaves the old
 * numbers standing, and the last end more than 60 s away, gave none.
 */
function findEnd(memory: NibpMemory, now: Label, numbers: CuffNumbers | undefined): Found | undefined {
  const { label: before } = memory;
  if (now.isMeasuring || !numbers) return undefined;
  if (!before) return now.hasEndedLongAgo ? undefined : { numbers, endedAt: now.at, doubtMs: STANDING_DOUBT_MS };
  const hasStopped = before.isMeasuring && !(now.hasEndedLongAgo && hasTold(memory, numbers));
  const isFresh = before.hasEndedLongAgo && !now.hasEndedLongAgo;
  return hasStopped || isFresh ? { numbers, endedAt: now.at, doubtMs: EDGE_DOUBT_MS } : undefined;
}

/** Numbers that stood there before we came, ended over a minute ago, and no auxiliary record says when. */
function undatedNumbers(memory: NibpMemory, label: Label, numbers: CuffNumbers | undefined): CuffNumbers | undefined {
  const isUnknown = label.hasEndedLongAgo && memory.keySeenAt === undefined;
  return numbers && isUnknown && !hasTold(memory, numbers) ? numbers : undefined;
}

const hasTold = ({ told }: NibpMemory, numbers: CuffNumbers): boolean =>
  told !== undefined && isSamePressure(told.numbers, numbers);

const isSamePressure = (a: CuffNumbers, b: CuffNumbers): boolean =>
  a.systolic === b.systolic && a.diastolic === b.diastolic && a.meanArterial === b.meanArterial;

/** What may be told now, of what the auxiliary record announced and what the label showed. */
function conclude(
  memory: NibpMemory,
  found: Found | undefined,
  numbers: CuffNumbers | undefined,
  moment: Moment,
): Told {
  const { announced, found: waiting, ...rest } = memory;
  if (announced) {
    if (numbers) return tell(rest, { ...announced, numbers }, moment);
    // The next measurement has begun and the numbers of the announced one are gone.
    return rest.label?.isMeasuring ? [rest, []] : [memory, []];
  }
  const isKeyless = memory.recordsSinceKey >= PATIENCE_RECORDS;
  const isDue = ({ endedAt }: Found) => isKeyless || moment.at - endedAt >= PATIENCE_MS;
  const [afterOlder, older] = waiting && (found || isDue(waiting)) ? tell(rest, waiting, moment) : [rest, []];
  const open = found ?? (waiting && isDue(waiting) ? undefined : waiting);
  if (!open) return [afterOlder, older];
  if (!isDue(open)) return [{ ...afterOlder, found: open }, older];
  const [afterBoth, newer] = tell(afterOlder, open, moment);
  return [afterBoth, [...older, ...newer]];
}

/** A measurement that ends without numbers has failed, and stays so until the label or a number says more. */
function readCuff(
  { cuff, label: before }: NibpMemory,
  label: number,
  hasNumbers: boolean,
): Pick<CuffStatus, 'state'> & Required<Pick<CuffStatus, 'mode'>> {
  const has = (bit: number) => (label & bit) !== 0;
  const hasFailed = !hasNumbers && (before?.isMeasuring === true || cuff?.state === 'failed');
  const resting: CuffState = hasFailed ? 'failed' : 'idle';
  return {
    state: has(NIBP_BITS.measuring)
      ? 'measuring'
      : has(NIBP_BITS.calibrating)
        ? 'calibrating'
        : has(NIBP_BITS.stasis)
          ? 'stasis'
          : resting,
    mode: has(NIBP_BITS.stat) ? 'stat' : has(NIBP_BITS.auto) ? 'auto' : 'manual',
  };
}

function tell(memory: NibpMemory, found: Found, moment: Moment): Told {
  if (memory.told && isSameMeasurement(memory.told, found)) return [memory, []];
  const { numbers, endedAt, deviceTime } = found;
  const measurement: NibpMeasurement = {
    kind: 'nibp',
    ...moment,
    measuredAt: endedAt,
    ...(deviceTime !== undefined && { deviceTime }),
    ...numbers,
  };
  return [{ ...memory, told: found }, [measurement]];
}

function isSameMeasurement(a: Found, b: Found): boolean {
  const canMeet =
    a.endedAt - a.doubtMs - SLACK_MS <= b.endedAt + SLACK_MS &&
    b.endedAt - b.doubtMs - SLACK_MS <= a.endedAt + SLACK_MS;
  return canMeet && isSamePressure(a.numbers, b.numbers);
}
