/**
 * When a cuff value is a new measurement, and when it was taken.
 *
 * The monitor gives its last reading once after each query and a new one when there is one, each with the time of the
 * measurement on its own clock, to the second. That time is the key: a reading whose time was there before is no news. But
 * nothing on this interface says what the monitor's clock shows now, so its time alone dates nothing on ours.
 *
 *   arrives while we watch     it has just ended: dated by its arrival, which also shows by how much the clocks differ
 *   stood there when we came   dated by that difference when it is known; when we were away for a minute at most, by its
 *                              arrival; else its age is unknown: shown undated, never told as a measurement
 *
 * A reading that arrives while we watch and whose time contradicts the known difference is undated too: an old one that was
 * never shown to us, or the monitor's clock was set. The next one that agrees with it proves the clock.
 *
 * Frames have no sum. A reading that lacks a pressure without saying that there is none, or whose time cannot be, may have been
 * damaged on its way: it is doubted, which asks the monitor for it again, and believed when it comes a second time.
 */
import { later, monotonicMs, type CuffStatus, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { NibpMeasurement } from '$lib/domain/index.ts';
import type { SpotParameter } from './messages.ts';
import { CUFF_IDS } from './parameter-table.ts';

/** A reading that stood there comes with the answer to a query; after so much numbers without one there was none. */
export const STANDING_PATIENCE_MS = 30_000;
/** A measurement that ended while we were away for so long may be dated by its arrival. */
export const BREAK_MS = 60_000;
/** The time that the monitor gives may be of the beginning or the end of a measurement, which takes up to two minutes. */
export const CLOCK_SLACK_MS = 120_000;
const REMEMBERED = 64;

interface CuffNumbers {
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial?: number;
  readonly pulseRate?: number;
}

interface CuffReading {
  readonly deviceTime: number;
  readonly numbers: Partial<CuffNumbers>;
  /** Both pressures are there, be it to say that there is none. */
  readonly isWhole: boolean;
}

export interface NibpMemory {
  /** Times of the readings that are no news any more, the newest last. */
  readonly known: readonly number[];
  /** Monitor's clock minus ours, ms: the proven difference, before it one that awaits proof. */
  readonly leads: readonly number[];
  /** First numbers on this link; undefined while none have come. */
  readonly numbersSince?: MonotonicMs;
  /** Time of the last reading that was doubted. */
  readonly doubted?: number;
  /** Nothing newer than `known` can stand there unseen: the monitor would tell it. */
  readonly isWatching: boolean;
  /** When we last were watching. */
  readonly watchedAt?: MonotonicMs;
  /** A status stands that the next reading makes untrue. */
  readonly hasStatus: boolean;
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Told = readonly [NibpMemory, readonly (NibpMeasurement | CuffStatus)[]];

export const NO_CUFF_YET: NibpMemory = { known: [], leads: [], isWatching: false, hasStatus: false };

/** A link was opened: what stands there now comes with the first answer. */
export function beginWatch({ numbersSince: _before, ...memory }: NibpMemory): NibpMemory {
  return { ...memory, isWatching: false };
}

/** Periodic numbers came, so the link and the query are alive. */
export function keepWatch(memory: NibpMemory, at: MonotonicMs): NibpMemory {
  const numbersSince = memory.numbersSince ?? at;
  const isWatching = memory.isWatching || at - numbersSince >= STANDING_PATIENCE_MS;
  return isWatching ? { ...memory, numbersSince, isWatching, watchedAt: at } : { ...memory, numbersSince };
}

/** A message of spot readings; other spot values than the cuff's are none of ours. */
export function onSpot(memory: NibpMemory, parameters: readonly SpotParameter[], moment: Moment): Told {
  const lines = parameters.filter(({ id }) => CUFF_KEYS.has(id));
  if (lines.length === 0) return [memory, []];
  const watching: NibpMemory = { ...memory, isWatching: true, watchedAt: moment.at };
  const reading = assemble(lines);
  if (!reading) return withdraw(watching, moment);
  if (memory.known.includes(reading.deviceTime)) return [watching, []];
  if (!reading.isWhole && memory.doubted !== reading.deviceTime)
    return [{ ...memory, doubted: reading.deviceTime }, []];
  const known = [...memory.known.slice(1 - REMEMBERED), reading.deviceTime];
  const numbers = completed(reading.numbers);
  if (!numbers)
    return memory.isWatching ? failed({ ...watching, known }, reading, moment) : [{ ...watching, known }, []];
  const leads = memory.isWatching ? withLead(memory.leads, reading.deviceTime - moment.at) : memory.leads;
  const measuredAt = memory.isWatching ? dateArrived(leads, moment.at) : dateStanding(memory, reading, moment.at);
  const next: NibpMemory = { ...watching, known, leads };
  if (measuredAt !== undefined)
    return tell(next, { ...moment, measuredAt, deviceTime: reading.deviceTime, ...numbers });
  const doubted = memory.isWatching ? { doubted: reading.deviceTime } : {};
  return showUndated({ ...next, ...doubted }, numbers, moment);
}

const CUFF_KEYS: ReadonlyMap<number, keyof CuffNumbers> = new Map([
  [CUFF_IDS.systolic, 'systolic'],
  [CUFF_IDS.diastolic, 'diastolic'],
  [CUFF_IDS.meanArterial, 'meanArterial'],
  [CUFF_IDS.pulseRate, 'pulseRate'],
]);

/** The lines of the newest time in a message; undefined when none has a time, which is how "no reading yet" looks. */
function assemble(lines: readonly SpotParameter[]): CuffReading | undefined {
  const times = lines.flatMap(({ deviceTime }) => deviceTime ?? []);
  if (times.length === 0) return undefined;
  const newest = Math.max(...times);
  const numbers: Partial<Record<keyof CuffNumbers, number>> = {};
  const said = new Set<keyof CuffNumbers>();
  for (const { id, content, deviceTime } of lines) {
    const key = CUFF_KEYS.get(id);
    if (!key || deviceTime !== newest || content === 'unreadable') continue;
    said.add(key);
    if (typeof content === 'number') numbers[key] = content;
  }
  return { deviceTime: newest, numbers, isWhole: said.has('systolic') && said.has('diastolic') };
}

function completed({ systolic, diastolic, ...others }: Partial<CuffNumbers>): CuffNumbers | undefined {
  return systolic === undefined || diastolic === undefined ? undefined : { systolic, diastolic, ...others };
}

/** The proven difference alone when this one agrees with it or with the one that awaits proof; else both, the new one last. */
function withLead(leads: readonly number[], lead: number): readonly number[] {
  const isProven = leads.length === 0 || leads.some((known) => Math.abs(known - lead) <= CLOCK_SLACK_MS);
  return isProven ? [lead] : [...leads.slice(0, 1), lead];
}

const dateArrived = (leads: readonly number[], at: MonotonicMs): MonotonicMs | undefined =>
  leads.length === 1 ? at : undefined;

function dateStanding(memory: NibpMemory, { deviceTime }: CuffReading, at: MonotonicMs): MonotonicMs | undefined {
  const { leads, watchedAt } = memory;
  const [lead] = leads;
  if (lead === undefined) return watchedAt !== undefined && at - watchedAt <= BREAK_MS ? at : undefined;
  const measuredAt = monotonicMs(deviceTime - lead);
  const isPossible = measuredAt <= later(at, CLOCK_SLACK_MS) && measuredAt >= later(watchedAt ?? at, -CLOCK_SLACK_MS);
  return isPossible ? monotonicMs(Math.min(measuredAt, at)) : undefined;
}

function tell(memory: NibpMemory, reading: Omit<NibpMeasurement, 'kind'>): Told {
  const [withdrawn, before] = withdraw(memory, reading);
  return [withdrawn, [...before, { kind: 'nibp', ...reading }]];
}

/** What the cuff does is not said on this interface: `idle` is no more than "nothing else is known". */
function showUndated(memory: NibpMemory, undated: CuffNumbers, { source, at }: Moment): Told {
  return [{ ...memory, hasStatus: true }, [{ kind: 'cuff', source, at, state: 'idle', undated }]];
}

function withdraw(memory: NibpMemory, { source, at }: Moment): Told {
  if (!memory.hasStatus) return [memory, []];
  return [{ ...memory, hasStatus: false }, [{ kind: 'cuff', source, at, state: 'idle' }]];
}

/** A measurement that ended, for it has a time, without both pressures. */
function failed(memory: NibpMemory, { numbers }: CuffReading, { source, at }: Moment): Told {
  const { systolic = '–', diastolic = '–' } = numbers;
  const status: CuffStatus = { kind: 'cuff', source, at, state: 'failed', detail: `${systolic}/${diastolic}` };
  return [{ ...memory, hasStatus: true }, [status]];
}
