/**
 * When cuff numbers are a new measurement. Some recorders repeat the last reading with every poll of the monitor (recorded:
 * every 1.024 s, for minutes), each time under the time of the poll; others send it once. Nothing says which it is.
 *
 *   same numbers, less than 120 s after they last came      the same reading
 *   other numbers, or after a longer pause                  a measurement that ended at the record's time
 *   within 30 s of the first data, or after a break of 60 s it may have stood there: shown undated, never told as a
 *                                                           measurement, unless it is the one known from before
 *
 * So two equal readings within two minutes are one: that makes a reading look older than it is, never younger.
 */
import type { CuffStatus, DeviceId, MonotonicMs, NibpMeasurement } from '$lib/domain/index.ts';
import type { CuffKey } from './mapping-table.ts';

export const SAME_READING_MS = 120_000;
export const STANDING_MS = 30_000;
export const BREAK_MS = 60_000;
/** Numbers of one reading have one time, give or take. */
export const ONE_READING_MS = 2000;

type CuffNumbers = Pick<NibpMeasurement, CuffKey>;

/** The newest numbers of a message, each with its time on the recorder's clock. */
export type CuffRecords = Readonly<Partial<Record<CuffKey, { readonly time: number; readonly value: number }>>>;

export interface NibpMemory {
  readonly last?: { readonly numbers: CuffNumbers; readonly time: number };
  /** When data first came without a longer break since, and last. */
  readonly watchedFrom?: MonotonicMs;
  readonly watchedTo?: MonotonicMs;
  /** An undated reading stands on the screen. */
  readonly hasUndated: boolean;
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Told = readonly [NibpMemory, readonly (NibpMeasurement | CuffStatus)[]];

export const NO_CUFF_YET: NibpMemory = { hasUndated: false };

/** Every message with data of now; `toOurs` puts a time of the recorder on our clock. */
export function readCuff(
  before: NibpMemory,
  records: CuffRecords,
  moment: Moment,
  toOurs: (time: number) => MonotonicMs,
): Told {
  const memory = keepWatch(before, moment.at);
  const reading = completed(records);
  if (!reading) return [memory, []];
  const { last, watchedFrom = moment.at } = memory;
  const isSame =
    last !== undefined && isEqual(last.numbers, reading.numbers) && reading.time - last.time < SAME_READING_MS;
  const next: NibpMemory = { ...memory, last: reading };
  if (isSame) return [next, []];
  if (moment.at - watchedFrom < STANDING_MS) return showUndated(next, reading.numbers, moment);
  const measurement: NibpMeasurement = {
    kind: 'nibp',
    ...moment,
    measuredAt: toOurs(reading.time),
    deviceTime: reading.time,
    ...reading.numbers,
  };
  const withdrawn: CuffStatus = { kind: 'cuff', ...moment, state: 'idle' };
  return [{ ...next, hasUndated: false }, next.hasUndated ? [withdrawn, measurement] : [measurement]];
}

function keepWatch(memory: NibpMemory, at: MonotonicMs): NibpMemory {
  const { watchedFrom, watchedTo } = memory;
  const isUnbroken = watchedFrom !== undefined && watchedTo !== undefined && at - watchedTo < BREAK_MS;
  return { ...memory, watchedFrom: isUnbroken ? watchedFrom : at, watchedTo: at };
}

/** A reading needs both pressures, of one time; what is of another time is left out. No cuff measures 0: that is no reading. */
function completed(records: CuffRecords): { readonly numbers: CuffNumbers; readonly time: number } | undefined {
  const { systolic, diastolic, meanArterial, pulseRate } = records;
  if (!systolic || !diastolic || Math.abs(systolic.time - diastolic.time) > ONE_READING_MS) return undefined;
  if (systolic.value <= 0 || diastolic.value <= 0) return undefined;
  const time = Math.max(systolic.time, diastolic.time);
  const belongs = (record: typeof meanArterial): record is NonNullable<typeof meanArterial> =>
    record !== undefined && record.value > 0 && Math.abs(record.time - time) <= ONE_READING_MS;
  const numbers: CuffNumbers = {
    systolic: systolic.value,
    diastolic: diastolic.value,
    ...(belongs(meanArterial) && { meanArterial: meanArterial.value }),
    ...(belongs(pulseRate) && { pulseRate: pulseRate.value }),
  };
  return { numbers, time };
}

/** By the pressures: a pulse rate may be missing in one message and there in the next. */
const isEqual = (a: CuffNumbers, b: CuffNumbers): boolean =>
  a.systolic === b.systolic && a.diastolic === b.diastolic && a.meanArterial === b.meanArterial;

const showUndated = (memory: NibpMemory, undated: CuffNumbers, moment: Moment): Told => [
  { ...memory, hasUndated: true },
  [{ kind: 'cuff', ...moment, state: 'idle', undated }],
];
