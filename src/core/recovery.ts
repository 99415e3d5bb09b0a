/** A bed as its journal left it: the last snapshot, and what was written after it folded again. */
import { isInput, monotonicMs, wallMs, type BedId, type JournalEntry } from '$lib/domain/index.ts';
import { BedFold, emptyBed, STATE_VERSION, type BedState } from '$lib/bedside/index.ts';
import type { Snapshot, StoreReader } from '$lib/store/store.ts';
import type { Resume } from './clock.ts';

export interface Recovered {
  readonly state: BedState;
  readonly seq: number;
  /** The entry that told the bed its rules; 0 while none has. */
  readonly rulesSeq: number;
  /** Conclusions that had not reached the disk; they are written down now. */
  readonly lost: readonly JournalEntry[];
}

/**
 * A state as a snapshot keeps it: instead of the rules, which are four fifths of it and the same for hours, where the journal
 * has them.
 */
type Kept = Omit<BedState, 'ruleSet'> & { readonly rulesSeq: number };

export function snapshotOf({ state, seq, rulesSeq }: Omit<Recovered, 'lost'>): Snapshot {
  const { ruleSet: _, ...rest } = state;
  const kept: Kept = { ...rest, rulesSeq };
  return { bed: state.bed, seq, at: state.now, stateVersion: STATE_VERSION, state: kept };
}

/** @returns undefined when there is none, or when the journal has not the rules that it stands for. */
function lastState(reader: StoreReader, bed: BedId): Omit<Recovered, 'lost'> | undefined {
  const snapshot = reader.lastSnapshot(bed, STATE_VERSION);
  if (snapshot === undefined) return undefined;
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- its version says that this is its shape
  const { rulesSeq, ...kept } = snapshot.state as Kept;
  const { seq } = snapshot;
  if (rulesSeq === 0) return { state: { ...kept, ruleSet: emptyBed(bed, kept.now).ruleSet }, seq, rulesSeq };
  const [told] = reader.entries(bed, rulesSeq, rulesSeq, ['rules']);
  if (told?.body.kind !== 'rules') return undefined;
  return { state: { ...kept, ruleSet: told.body.ruleSet }, seq, rulesSeq };
}

/**
 * Folds a bed's journal from its last usable snapshot. What was concluded then is concluded again; entries beyond the last
 * one on disk are those that a crash swallowed.
 */
export function recoverBed(reader: StoreReader, bed: BedId): Recovered {
  const start = lastState(reader, bed) ?? { state: emptyBed(bed, monotonicMs(0)), seq: 0, rulesSeq: 0 };
  let { rulesSeq } = start;
  const lost: JournalEntry[] = [];
  const onDisk = reader.head(bed)?.seq ?? 0;
  const fold = new BedFold(start, (entry) => {
    if (entry.seq > onDisk) lost.push(entry);
  });
  for (const { at, seq, body } of reader.entries(bed, start.seq + 1)) {
    const before = fold.state.ruleSet;
    if (isInput(body)) fold.input(at, body);
    else fold.advance(at);
    if (fold.state.ruleSet !== before) rulesSeq = seq;
  }
  return { state: fold.state, seq: fold.seq, rulesSeq, lost };
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
