/** The reviewers' end of the store: any number of them, beside the writer, each on its own read-only connection. */
import type { BedId, JournalEntry, MonotonicMs, SessionId, WaveformKey } from '$lib/domain/index.ts';
import { EntryReader } from './entry-reader.server.ts';
import { readBeds } from './heads.server.ts';
import { SessionReader } from './session-reader.server.ts';
import { SignalReader } from './signal-reader.server.ts';
import { type Database, openForReading } from './sqlite.server.ts';
import type { Range, SessionRow, Snapshot, StoreReader, VerifyReport, WaveEnvelope, WaveRun } from './store.ts';
import { verifyRecording } from './verify.server.ts';

/** Opens a recording for reading, also while the station writes it. Its methods throw a StoreFailure, too. @throws StoreFailure */
export const openReader = (file: string): StoreReader => new SqliteReader(openForReading(file));

class SqliteReader implements StoreReader {
  readonly #db: Database;
  readonly #entries: EntryReader;
  readonly #signals: SignalReader;
  readonly #sessions: SessionReader;

  constructor(db: Database) {
    this.#db = db;
    this.#entries = new EntryReader(db);
    this.#signals = new SignalReader(db);
    this.#sessions = new SessionReader(db);
  }

  beds(): readonly BedId[] {
    return readBeds(this.#db);
  }

  sessions(filter?: Parameters<StoreReader['sessions']>[0]): readonly SessionRow[] {
    return this.#sessions.list(filter);
  }

  session(id: SessionId): SessionRow | undefined {
    return this.#sessions.one(id);
  }

  entries(bed: BedId, from: number, to = Infinity, kinds?: readonly string[]): IterableIterator<JournalEntry> {
    return this.#entries.entries(bed, from, to, kinds);
  }

  lastSnapshot(bed: BedId, stateVersion: number): Snapshot | undefined {
    return this.#entries.lastSnapshot(bed, stateVersion);
  }

  head(bed: BedId): { readonly seq: number; readonly at: MonotonicMs } | undefined {
    return this.#entries.head(bed);
  }

  waveRuns(bed: BedId, range: Range, waveforms?: readonly WaveformKey[]): readonly WaveRun[] {
    return this.#signals.runs(bed, range, waveforms);
  }

  envelopes(bed: BedId, range: Range): readonly WaveEnvelope[] {
    return this.#signals.envelopes(bed, range);
  }

  signalCoverage(bed: BedId, range: Range): readonly Range[] {
    return this.#signals.coverage(bed, range);
  }

  verify(bed?: BedId): VerifyReport {
    return verifyRecording(this.#db, bed);
  }

  close(): void {
    this.#db.close();
  }
}
