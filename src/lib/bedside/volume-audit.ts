/**
 * Whether a pump's counter and its rate tell the same story: over five minutes they may differ by half a millilitre or a tenth.
 * Where the rate is no witness (a bolus, a purge, a silence) the counter is believed for that time.
 */
import { MINUTE_MS, SECOND_MS, type InfusionReading, type MonotonicMs } from '$lib/domain/index.ts';
import { flowMlPerHour, SILENCE_MS } from './volume.ts';

/** Both reckonings at a moment, since the audit began, mL. `bolusMl`: told apart; the rate may or may not have shown it. */
interface Sums {
  readonly at: MonotonicMs;
  readonly countedMl: number;
  readonly byRateMl: number;
  readonly bolusMl: number;
}

export interface VolumeAudit {
  readonly now: Sums;
  /** Sums of the last minutes, oldest first, thinned. */
  readonly past: readonly Sums[];
  /** What differs over the last five minutes, while it does. */
  readonly suspect?: { readonly countedMl: number; readonly byRateMl: number };
}

const WINDOW_MS = 5 * MINUTE_MS;
const EVERY_MS = 20 * SECOND_MS;
const TOLERANCE = { ml: 0.5, fraction: 0.1 } as const;

/** @param countedMl what the counter says for the time between the two readings. */
export function auditVolume(
  audit: VolumeAudit | undefined,
  before: InfusionReading,
  reading: InfusionReading,
  countedMl: number,
): VolumeAudit {
  const last = audit?.now ?? { at: before.at, countedMl: 0, byRateMl: 0, bolusMl: 0 };
  const now: Sums = {
    at: reading.at,
    countedMl: last.countedMl + countedMl,
    byRateMl: last.byRateMl + (byRate(before, reading) ?? countedMl),
    bolusMl: last.bolusMl + (reading.bolus?.volumeMl ?? 0),
  };
  const past = remembered(audit?.past ?? [last], now);
  const begin = past[0];
  const suspect = begin && now.at - begin.at >= WINDOW_MS ? difference(begin, now) : audit?.suspect;
  return { now, past, ...(suspect && { suspect }) };
}

function byRate(before: InfusionReading, reading: InfusionReading): number | undefined {
  const flow = flowMlPerHour(before);
  const elapsedMs = reading.at - before.at;
  const isTold = !isUneven(before) && !isUneven(reading);
  return flow === undefined || !isTold || elapsedMs > SILENCE_MS ? undefined : (flow * elapsedMs) / (60 * MINUTE_MS);
}

const isUneven = ({ state }: InfusionReading): boolean => state === 'bolus' || state === 'purging';

/** Keeps the youngest sum that is five minutes old and the ones after it. */
function remembered(past: readonly Sums[], now: Sums): readonly Sums[] {
  const last = past.at(-1);
  const all = last === undefined || now.at - last.at >= EVERY_MS ? [...past, now] : past;
  const young = all.findIndex(({ at }) => now.at - at < WINDOW_MS);
  const old = young < 0 ? all.length : young;
  return old > 1 ? all.slice(old - 1) : all;
}

function difference(begin: Sums, now: Sums): VolumeAudit['suspect'] {
  const countedMl = now.countedMl - begin.countedMl;
  const byRateMl = now.byRateMl - begin.byRateMl;
  const mostMl = byRateMl + now.bolusMl - begin.bolusMl;
  const nearest = Math.min(Math.max(countedMl, byRateMl), mostMl);
  const tolerated = Math.max(TOLERANCE.ml, TOLERANCE.fraction * Math.max(countedMl, byRateMl));
  if (Math.abs(countedMl - nearest) <= tolerated) return undefined;
  return { countedMl: tenths(countedMl), byRateMl: tenths(byRateMl) };
}

const tenths = (ml: number): number => Math.round(ml * 10) / 10;
