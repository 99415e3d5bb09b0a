/**
 * Which track stands for which of our vitals and waveforms. Two devices of a room can both have a heart rate, three leads can
 * all be "the ECG": the first that comes takes the place and keeps it, so that a number does not jump between sources. When
 * it has not come for 10 s another may take over.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { Track } from './messages.ts';

export const CLAIM_MS = 10_000;

interface Claim {
  readonly track: string;
  readonly at: MonotonicMs;
}

export type Claims = ReadonlyMap<string, Claim>;

/** The device's name belongs to it: two devices may have tracks of one name. A map's key, never a property's. */
const identity = ({ device, name, id }: Track): string => JSON.stringify([device, name, id]);

/**
 * The place that this track has, of those that it may have; it is noted in `claims`, the caller's own copy.
 * @returns undefined when other tracks have them all.
 */
export function claim<Key extends string>(
  claims: Map<string, Claim>,
  places: readonly Key[],
  track: Track,
  now: MonotonicMs,
): Key | undefined {
  const who = identity(track);
  const own = places.find((place) => claims.get(place)?.track === who);
  const free = (place: Key): boolean => now - (claims.get(place)?.at ?? -Infinity) >= CLAIM_MS;
  const place = own ?? places.find(free);
  if (place !== undefined) claims.set(place, { track: who, at: now });
  return place;
}
