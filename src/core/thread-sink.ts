/** The main thread's side of the recorder's thread. A thread that dies is replaced with the next batch. */
import { Worker } from 'node:worker_threads';
import { fail } from '$lib/domain/index.ts';
import type { RecordBatch } from '$lib/store/store.ts';
import type { RecordSink, WriteResult } from './record-sink.ts';
import type { RecorderThreadData, ToRecorderThread } from './recorder-thread.ts';

/** `thread`: the built `recorder-thread.js`. `file`: the recording. */
export const threadSink = (thread: URL | string, file: string): RecordSink => new ThreadSink(thread, { file });

class ThreadSink implements RecordSink {
  readonly #thread: URL | string;
  readonly #data: RecorderThreadData;
  #worker: Worker | undefined;
  #done: ((result: WriteResult) => void) | undefined;

  constructor(thread: URL | string, data: RecorderThreadData) {
    this.#thread = thread;
    this.#data = data;
  }

  /** The batch is cloned, not transferred: its samples also go to the screens, and a failed batch is sent again. */
  write(batch: RecordBatch, done: (result: WriteResult) => void): void {
    this.#done = done;
    this.#worker ??= this.#start();
    this.#worker.postMessage(batch satisfies ToRecorderThread);
  }

  close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return Promise.resolve();
    return new Promise((resolve) => {
      worker.once('exit', () => resolve());
      worker.postMessage(null satisfies ToRecorderThread);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#thread, { workerData: this.#data });
    let why = 'it ended by itself';
    worker.on('message', (result: WriteResult) => this.#answer(result));
    worker.on('error', (error) => (why = error.message));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#answer(fail(`The recorder's thread stopped (${why}); it is started again.`));
    });
    return worker;
  }

  #answer(result: WriteResult): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(result);
  }
}
