/**
 * Whether a batch agrees with the one before it. A sum of eight bits lets one damaged frame in 256 pass, and a single byte that
 * is lost moves all numbers behind it: without this, megalitres reach the record. A batch that stands alone is not used; what
 * really changes (another pump, a counter that is set back) is in the next batch as well, a quarter of a second later.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { Batch } from './messages.ts';

export type Said = Pick<Batch, 'serial' | 'softwareVersion' | 'volumeInfusedMl'> & { readonly at: MonotonicMs };

/** 3600 mL/h and a little more: above what an infusion pump can give. */
const MOST_ML_PER_MS = 0.001;
const SLACK_ML = 0.1;

export function agrees(before: Said | undefined, { serial, softwareVersion, volumeInfusedMl, at }: Said): boolean {
  if (before?.serial !== serial || before.softwareVersion !== softwareVersion) return false;
  const riseMl = volumeInfusedMl - before.volumeInfusedMl;
  return riseMl >= 0 && riseMl <= SLACK_ML + (at - before.at) * MOST_ML_PER_MS;
}
