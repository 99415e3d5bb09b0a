/**
 * A sink that gathers many small batches into one transaction. Virtual time passes hundreds of times faster than a disk
 * can confirm half-second batches one by one; nothing of the past is lost with it that could not be made again.
 */
import { ok } from '$lib/domain/index.ts';
import type { RecordBatch } from '$lib/store/store.ts';
import type { RecordSink } from '$core/record-sink.ts';

const BATCHES = 120;

export function mergingSink(inner: RecordSink): RecordSink {
  let waiting: RecordBatch[] = [];
  const flush = (done: Parameters<RecordSink['write']>[1]): void => {
    const batch: RecordBatch = {
      entries: waiting.flatMap(({ entries }) => entries),
      signals: waiting.flatMap(({ signals }) => signals),
      snapshots: waiting.flatMap(({ snapshots }) => snapshots),
    };
    waiting = [];
    inner.write(batch, done);
  };
  return {
    write: (batch, done) => {
      waiting.push(batch);
      if (waiting.length < BATCHES) done(ok(null));
      else flush(done);
    },
    close: async () => {
      flush((result) => {
        if (!result.ok) throw new Error(result.error);
      });
      await inner.close();
    },
  };
}
