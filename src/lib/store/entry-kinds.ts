/** One bit for each kind of journal entry: what a row of several entries holds. A bit, once given, keeps its meaning for ever. */
import type { JournalEntry } from '$lib/domain/index.ts';

type Kind = JournalEntry['body']['kind'];

export const KIND_BITS: Readonly<Record<Kind, number>> = {
  observed: 1,
  device: 2,
  'device-removed': 4,
  command: 8,
  station: 16,
  clock: 32,
  started: 64,
  alarm: 128,
  session: 256,
  phase: 512,
  'infusion-event': 1024,
  audio: 2048,
  refused: 4096,
  rules: 8192,
  delivered: 16384,
};

const bits = new Map<string, number>(Object.entries(KIND_BITS));

/** Kinds that this version does not know have none. */
export const bitsOf = (kinds: Iterable<string>): number => {
  let all = 0;
  for (const kind of kinds) all |= bits.get(kind) ?? 0;
  return all;
};
