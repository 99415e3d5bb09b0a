/** A bed as its journal left it: the last snapshot, and what was written after it folded again. */
import { isInput, monotonicMs, wallMs, type BedId, type JournalEntry } from '$lib/domain/index.ts';
import { BedFold, emptyBed, STATE_VERSION, type BedState } from '$lib/bedside/index.ts';
import type { RuleSet } from '$lib/rules/index.ts';
import type { Snapshot, StoreReader } from '$lib/store/store.ts';
import type { Resume } from './clock.ts';

/** What a snapshot must have been made with to be taken up: the rules, and the shape of the state. */
export const stateKey = ({ id, version }: RuleSet): string => `${id}@${version}/${STATE_VERSION}`;

export interface Recovered {
  readonly state: BedState;
  readonly seq: number;
  /** Conclusions that had not reached the disk; they are written down now. */
  readonly lost: readonly JournalEntry[];
}

/** The key says that this program wrote it, with this shape. */
function stateOf({ state }: Snapshot): BedState {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- decoded under its key, see above
  return state as BedState;
}

/**
 * Folds a bed's journal from its last usable snapshot. What was concluded then is concluded again; entries beyond the last
 * one on disk are those that a crash swallowed.
 */
export function recoverBed(reader: StoreReader, bed: BedId, ruleSet: RuleSet): Recovered {
  const snapshot = reader.lastSnapshot(bed, stateKey(ruleSet));
  const start = snapshot
    ? { state: stateOf(snapshot), seq: snapshot.seq }
    : { state: emptyBed(bed, monotonicMs(0)), seq: 0 };
  const lost: JournalEntry[] = [];
  const onDisk = reader.head(bed)?.seq ?? 0;
  const fold = new BedFold(start, ruleSet, (entry) => {
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
