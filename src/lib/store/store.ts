/**
 * The seam to the database. One writer (the recorder's thread in the core process) and any number of readers (review
 * pages, command line); both stand on the same tables. What is written is the journal and the signals; everything else
 * (the list of sessions) is derived from them in the same transaction and could be rebuilt.
 *
 * Every bed has two hash chains, one over its journal entries and one over its signal rows: a link's hash is
 * SHA-256(hash of the link before ‖ canonical bytes of this one), so a later edit is found and named. When a session
 * ends, both heads are bound into its seal.
 */
import type {
  BedId,
  JournalEntry,
  MonotonicMs,
  Plan,
  SessionId,
  WallMs,
  WaveformBlock,
  WaveformKey,
} from '$lib/domain/index.ts';

/** What the recorder hands over at once; it is committed in one transaction or not at all. */
export interface RecordBatch {
  readonly entries: readonly JournalEntry[];
  readonly signals: readonly SignalSlice[];
  readonly snapshots: readonly Snapshot[];
}

/** Everything that the waveforms of one bed brought since the last commit, at most about one second. */
export interface SignalSlice {
  readonly bed: BedId;
  readonly session: SessionId;
  readonly blocks: readonly WaveformBlock[];
}

/** A bed's state after entry `seq`, so that a restart need not fold the journal from the beginning. */
export interface Snapshot {
  readonly bed: BedId;
  readonly seq: number;
  readonly at: MonotonicMs;
  /** Programs that say another one judge differently and must not use it. */
  readonly stateVersion: number;
  /** Must be JSON (NaN and the infinities come back, too): a Map, a Date or an undefined field would not. */
  readonly state: unknown;
}

export interface StoreWriter {
  /** Commits durably (journal synchronous) before it returns. @throws StoreFailure */
  commit(batch: RecordBatch): void;
  close(): void;
}

export interface SessionRow {
  readonly id: SessionId;
  readonly bed: BedId;
  readonly identifier: string;
  readonly shortName?: string;
  /** Absent when the calendar was not known: the bed had no `started` or `clock` entry before. */
  readonly admittedWall?: WallMs;
  readonly endedWall?: WallMs;
  readonly from: MonotonicMs;
  readonly to?: MonotonicMs;
  readonly firstSeq: number;
  readonly lastSeq?: number;
  readonly plan?: Plan;
  readonly isSimulated: boolean;
  readonly isReplay?: true;
  /** Highest priority first; counts of alarms signalled. */
  readonly alarms: { readonly high: number; readonly medium: number; readonly low: number };
  readonly seal?: Seal;
}

/** Made when the session ended: binds the heads of both chains at that moment. Hashes in lower-case hex. */
export interface Seal {
  readonly hash: string;
  readonly journalHead: string;
  readonly signalHead: string;
  readonly entryCount: number;
  readonly signalCount: number;
}

/** Samples of one waveform without a hole in them. */
export interface WaveRun {
  readonly waveform: WaveformKey;
  readonly at: MonotonicMs;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  readonly samples: Int16Array;
}

/** Smallest and largest sample of each recorded slice, physical units; `at` its beginning. For drawing an overview. */
export interface WaveEnvelope {
  readonly waveform: WaveformKey;
  readonly at: Float64Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export interface Range {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
}

export interface StoreReader {
  beds(): readonly BedId[];
  /** Newest first. */
  sessions(filter?: { readonly bed?: BedId; readonly limit?: number; readonly before?: WallMs }): readonly SessionRow[];
  session(id: SessionId): SessionRow | undefined;
  /** Entries of a bed with `from <= seq <= to`, in order; `kinds` keeps only entries of these kinds. */
  entries(bed: BedId, from: number, to?: number, kinds?: readonly string[]): IterableIterator<JournalEntry>;
  lastSnapshot(bed: BedId, stateVersion: number): Snapshot | undefined;
  /** Last entry written for a bed. */
  head(bed: BedId): { readonly seq: number; readonly at: MonotonicMs } | undefined;
  waveRuns(bed: BedId, range: Range, waveforms?: readonly WaveformKey[]): readonly WaveRun[];
  envelopes(bed: BedId, range: Range): readonly WaveEnvelope[];
  /** Recorded stretches of signal, merged where they touch (within 1.5 s): what the gaps of a recording are read from. */
  signalCoverage(bed: BedId, range: Range): readonly Range[];
  /**
   * Recomputes both chains, the seals and the overview of every bed (or of one), as they stood when it was called.
   *
   * A tail that was cut off is missed when anything that is left names it: a seal, a snapshot, the list of sessions, the table
   * of contents, an overview. It cannot be missed when nothing does: the last entries of a bed within one ten-second slot, its
   * last signal rows within one minute, or more of them together with everything that named them. And whoever knows how the
   * hashes are made can make all of them anew. Only a hash that is kept elsewhere, as the seal on a printed report, shows these.
   */
  verify(bed?: BedId): VerifyReport;
  close(): void;
}

export interface VerifyReport {
  readonly beds: readonly {
    readonly bed: BedId;
    readonly entryCount: number;
    readonly signalCount: number;
    /**
     * The first entry (`row`: its number) or signal row that is missing or does not follow from the one before, or a seal that
     * does not bind its session (`row`: the entry that closed it).
     */
    readonly firstBad?: { readonly table: 'journal' | 'signal' | 'seal'; readonly row: number; readonly what: string };
  }[];
}
