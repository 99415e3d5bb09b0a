/**
 * What is made of many times: quantiles, a median over rounds, and the pairing of "sent" with "seen". Pure; `NaN` stands for
 * "nothing was measured" and is shown as such, never as 0.
 */

/** The value below which a share `q` of all lies: the element of rank ⌊q · n⌋ in order of size, as the floors reckon it. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export const spreadOf = (values: ArrayLike<number>): Spread => ({
  count: values.length,
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});

/** Something that left at an instant (ns) and is known again by its key. */
export interface Stamped {
  readonly key: string;
  readonly ns: number;
}

export interface Paired {
  /** Milliseconds from leaving to being seen for the first time, in the order of leaving. */
  readonly delaysMs: readonly number[];
  /** Left and never seen. */
  readonly lost: number;
}

/** Pairs what left with its first sighting. Sightings of what never left (before the round began) count for nothing. */
export function pair(sent: readonly Stamped[], seen: Iterable<Stamped>): Paired {
  const firstSeen = new Map<string, number>();
  for (const { key, ns } of seen) if (!firstSeen.has(key)) firstSeen.set(key, ns);
  const delaysMs = sent.flatMap(({ key, ns }) => {
    const at = firstSeen.get(key);
    return at === undefined ? [] : [(at - ns) / 1e6];
  });
  return { delaysMs, lost: sent.length - delaysMs.length };
}
