/**
 * What went in between two readings of a pump, mL. The pump's counter is believed before its rate: it holds boluses and what
 * ran while nobody could ask. A pump without a counter is integrated, and that is said.
 *
 *   counter rises            the difference
 *   counter falls            a new segment: what it shows has flowed since it was set back, if that much can have flowed
 *   counter not sent now     nothing yet; it will tell
 *   never a counter          rate · time; over a silence only where the same rate flows before and after
 */
import { SECOND_MS, type InfusionReading, type MonotonicMs } from '$lib/domain/index.ts';
import { isInfusing } from '$lib/domain/index.ts';

/** The pump's counter as it was last read: a reading without it (a pump pulled out) does not lose what came before. */
export interface Counter {
  /** `segment`: it begins anew at every start. */
  readonly of: 'total' | 'segment';
  readonly ml: number;
  readonly at: MonotonicMs;
}

/** For a pump that counts nothing. */
export interface Integration {
  /** Time without word from the pump in which nobody knows what flowed, and which is not reckoned. */
  readonly unseenMs: number;
  /** Integrated from a bolus whose volume the pump has not told yet. */
  readonly untoldBolusMl: number;
}

/** A counter that fell further than can have flowed since: it is another count, and what flowed meanwhile is not known. */
export interface CounterFall {
  readonly at: MonotonicMs;
  readonly fromMl: number;
  readonly toMl: number;
}

export interface Volume {
  readonly ml: number;
  readonly counter?: Counter;
  readonly integration?: Integration;
  readonly fall?: CounterFall;
}

/** What a channel remembers for the next look. */
export interface VolumeBefore {
  readonly reading: InfusionReading;
  readonly counter?: Counter;
  readonly integration?: Integration;
}

/** More than any bedside pump gives, mL/h. */
const MOST_ML_PER_HOUR = 2000;
const HOUR_MS = 3600 * SECOND_MS;
/** Without word for longer than this a rate is no witness of what flowed. */
export const SILENCE_MS = 30 * SECOND_MS;

/** What flows now, mL/h; undefined when the pump does not say. */
export function flowMlPerHour({ state, rateMlPerHour }: InfusionReading): number | undefined {
  if (isInfusing(state) || state === 'kvo') return rateMlPerHour;
  return state === 'unknown' || state === 'disconnected' ? undefined : 0;
}

export function volumeSince(before: VolumeBefore | undefined, reading: InfusionReading): Volume {
  const counter = counterIn(reading);
  if (before === undefined) return counter ? { ml: 0, counter } : { ml: 0 };
  if (counter !== undefined) return counted(before, reading, counter);
  if (before.counter !== undefined) return { ml: 0, counter: before.counter };
  return integrated(before, reading);
}

function counterIn({ volumeInfusedMl, segmentVolumeMl, at }: InfusionReading): Counter | undefined {
  if (volumeInfusedMl !== undefined) return { of: 'total', ml: volumeInfusedMl, at };
  return segmentVolumeMl === undefined ? undefined : { of: 'segment', ml: segmentVolumeMl, at };
}

/** A counter of another kind than before, and the first after a time without, only says where counting begins. */
function counted(
  { reading: before, counter: known }: VolumeBefore,
  reading: InfusionReading,
  counter: Counter,
): Volume {
  if (known?.of !== counter.of) return { ml: 0, counter };
  if (counter.ml >= known.ml) return { ml: counter.ml - known.ml, counter };
  const most = mostSince(known.at, before, reading);
  if (counter.ml <= most) return { ml: counter.ml, counter };
  return { ml: 0, counter, fall: { at: reading.at, fromMl: known.ml, toMl: counter.ml } };
}

/** A rate may have been higher between two looks; a pump that gives a bolus or does not tell its rate may give what a pump can. */
function mostSince(since: MonotonicMs, before: InfusionReading, reading: InfusionReading): number {
  const isUntold = [before, reading].some((one) => one.state === 'bolus' || flowMlPerHour(one) === undefined);
  const told = Math.max(flowMlPerHour(before) ?? 0, flowMlPerHour(reading) ?? 0);
  const bolusMl = reading.bolus?.volumeMl ?? 0;
  return 0.25 + bolusMl + (1.5 * (isUntold ? MOST_ML_PER_HOUR : told) * (reading.at - since)) / HOUR_MS;
}

function integrated({ reading: before, integration }: VolumeBefore, reading: InfusionReading): Volume {
  const { unseenMs, untoldBolusMl } = integration ?? { unseenMs: 0, untoldBolusMl: 0 };
  const elapsedMs = Math.max(0, reading.at - before.at);
  const flow = seenFlow(before, reading, elapsedMs);
  const flowedMl = ((flow ?? 0) * elapsedMs) / HOUR_MS;
  const inBolusMl = untoldBolusMl + (before.state === 'bolus' ? flowedMl : 0);
  const told = reading.bolus?.volumeMl;
  return {
    ml: flowedMl + (told === undefined ? 0 : Math.max(0, told - inBolusMl)),
    integration: {
      unseenMs: unseenMs + (flow === undefined ? elapsedMs : 0),
      untoldBolusMl: told === undefined ? inBolusMl : 0,
    },
  };
}

function seenFlow(before: InfusionReading, reading: InfusionReading, elapsedMs: number): number | undefined {
  const flow = flowMlPerHour(before);
  return elapsedMs <= SILENCE_MS || flow === flowMlPerHour(reading) ? flow : undefined;
}
