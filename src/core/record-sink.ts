/** Where batches go: into the store at once, or to the recorder's thread. One batch at a time; the answer says whether it is on disk. */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import type { RecordBatch, StoreWriter } from '$lib/store/store.ts';

/** `ok`: committed durably. Otherwise a plain sentence; the same batch may be given again. */
export type WriteResult = Result<null, string>;

export interface RecordSink {
  /** Calls `done` once, perhaps before it returns. Not called again before that. */
  write(batch: RecordBatch, done: (result: WriteResult) => void): void;
  close(): Promise<void>;
}

/** Writes in this very call: for tests, and for stations whose time is simulated. */
export function inProcessSink(writer: StoreWriter): RecordSink {
  return {
    write: (batch, done) => done(attempt(() => writer.commit(batch))),
    close: () => new Promise((resolve) => resolve(writer.close())),
  };
}

/** What went wrong, as the store says it: its failures are sentences for people. */
export function attempt(work: () => void): WriteResult {
  try {
    work();
    return ok(null);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
