/**
 * The recorder's thread: everything that may wait for a disk. It opens the store when the first batch comes and again after
 * a failure to open, so a disk that comes back is used without a restart.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openWriter } from '$lib/store/index.ts';
import type { RecordBatch, StoreWriter } from '$lib/store/store.ts';
import { attempt, type WriteResult } from './record-sink.ts';

/** What the main thread sends: a batch to commit, or null to finish. Every batch is answered by a {@link WriteResult}. */
export type ToRecorderThread = RecordBatch | null;

export interface RecorderThreadData {
  readonly file: string;
}

if (!parentPort) throw new Error('The recorder runs in a worker thread.');
const port = parentPort;
const data: unknown = workerData;
if (!isThreadData(data)) throw new Error('The recorder was not told where to record.');
const { file } = data;
let writer: StoreWriter | undefined;

const commit = (batch: RecordBatch): WriteResult =>
  attempt(() => {
    writer ??= openWriter(file);
    writer.commit(batch);
  });

port.on('message', (batch: ToRecorderThread) => {
  if (batch) return port.postMessage(commit(batch));
  writer?.close();
  port.close();
});

function isThreadData(data: unknown): data is RecorderThreadData {
  return typeof data === 'object' && data !== null && 'file' in data && typeof data.file === 'string';
}
