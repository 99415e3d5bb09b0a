/** A bed as its journal left it: the last snapshot, and what was written after it folded again. */
import { isInput, monotonicMs, wallMs, type BedId, type JournalEntry } from '$lib/domain/index.ts';
import { BedFold, emptyBed, STATE_VERSION, type BedState } from '$lib/bedside/index.ts';
import type { Snapshot, StoreReader } from '$lib/store/store.ts';
import type { Resume } from './clock.ts';

export interface Recovered {
  readonly state: BedState;
  readonly seq: number;
  /** Conclusions that had not reached the disk; they are written down now. */
  readonly lost: readonly JournalEntry[];
}

/** Its version says that it has this shape. */
function stateOf({ state }: Snapshot): BedState {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- found by its version, see above
  return state as BedState;
}

/**
 * Folds a bed's journal from its last usable snapshot. What was concluded then is concluded again; entries beyond the last
 * one on disk are those that a crash swallowed.
 */
export function recoverBed(reader: StoreReader, bed: BedId): Recovered {
  const snapshot = reader.lastSnapshot(bed, STATE_VERSION);
  const start = snapshot
    ? { state: stateOf(snapshot), seq: snapshot.seq }
    : { state: emptyBed(bed, monotonicMs(0)), seq: 0 };
  const lost: JournalEntry[] = [];
  const onDisk = reader.head(bed)?.seq ?? 0;
  const fold = new BedFold(start, (entry) => {
    if (entry.seq > onDisk) lost.push(entry);
  });
  for (const entry of reader.entries(bed, start.seq + 1)) {
    if (isInput(entry.body)) fold.input(entry.at, entry.body);
    else fold.advance(entry.at);
  }
  return { state: fold.state, seq: fold.seq, lost };
}

/** The latest instant that any bed of the journal knows, on both clocks: where the station's clock carries on. */
export function resumeFrom(states: readonly BedState[]): Resume | undefined {
  let latest: Resume | undefined;
  for (const { now, clock } of states) {
    if (clock === undefined || (latest !== undefined && now <= latest.at)) continue;
    latest = { at: now, wallTime: wallMs(clock.wallTime + (now - clock.at)) };
  }
  return latest;
}
