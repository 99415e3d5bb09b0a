import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { RecordQueue } from '$core/record-queue.ts';
import { inProcessSink, type RecordSink, type WriteResult } from '$core/record-sink.ts';
import { RecorderClient, type RecorderStatus } from '$core/recorder.ts';
import { fail, ok } from '$lib/domain/index.ts';
import type { RecordBatch, StoreWriter } from '$lib/store/store.ts';
import { BED, bodies, ecgSecond, Journal, session, SESSION } from '../store/course.ts';
import { reading, scratchFile, writing } from '../store/scratch.ts';

/** Keeps what it is given; answers when told to, or at once. */
class Disk implements RecordSink {
  readonly batches: RecordBatch[] = [];
  answers: WriteResult | 'later' = ok(null);
  isClosed = false;
  #done: ((result: WriteResult) => void) | undefined;

  write(batch: RecordBatch, done: (result: WriteResult) => void): void {
    this.batches.push(batch);
    if (this.answers === 'later') this.#done = done;
    else done(this.answers);
  }

  answer(result: WriteResult = ok(null)): void {
    this.#done?.(result);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  get numbers(): number[][] {
    return this.batches.map(({ entries }) => entries.map(({ seq }) => seq));
  }
}

function setUp(sink: RecordSink, queue?: RecordQueue) {
  const scheduler = new VirtualTimeScheduler();
  const recorder = new RecorderClient({ sink, scheduler, ...(queue && { queue }) });
  const states: RecorderStatus[] = [];
  recorder.status$.subscribe((status) => states.push(status));
  let now = 0;
  const advance = (ms: number) => {
    now += ms;
    scheduler.maxFrames = now;
    scheduler.flush();
  };
  return { recorder, states, advance };
}

const heartRate = (journal: Journal, at: number) => journal.entry(at, bodies.heartRate(at, 70));

describe('batches', () => {
  test('regular entries and waveforms go out together every half second', () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    const journal = new Journal();
    recorder.entry(heartRate(journal, 0));
    recorder.block(BED, SESSION, ecgSecond(0));
    recorder.entry(heartRate(journal, 1));
    advance(499);
    expect(disk.batches).toEqual([]);
    advance(1);
    expect(disk.numbers).toEqual([[1, 2]]);
    expect(disk.batches[0]?.signals).toEqual([{ bed: BED, session: SESSION, blocks: [ecgSecond(0)] }]);
    advance(5000);
    expect(disk.batches).toHaveLength(1);
  });

  test('an urgent entry goes out in the same turn, with all that came before it and with it', () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    const journal = new Journal();
    recorder.entry(heartRate(journal, 0));
    recorder.entry(journal.entry(0, bodies.admit));
    recorder.entry(journal.entry(0, bodies.session(session())));
    advance(0);
    expect(disk.numbers).toEqual([[1, 2, 3]]);
  });

  test('only one is on its way; an urgent entry that came meanwhile follows at once', () => {
    const disk = new Disk();
    disk.answers = 'later';
    const { recorder, advance } = setUp(disk);
    const journal = new Journal();
    recorder.entry(journal.entry(0, bodies.admit));
    advance(0);
    recorder.entry(heartRate(journal, 1));
    recorder.entry(journal.entry(2, bodies.session(session())));
    advance(100);
    expect(disk.numbers).toEqual([[1]]);
    disk.answer();
    expect(disk.numbers).toEqual([[1], [2, 3]]);
  });

  test('blocks are grouped by bed, session and second', () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    for (const at of [0, 0, 1000, 1200, 2100]) recorder.block(BED, SESSION, ecgSecond(at));
    advance(500);
    expect(disk.batches[0]?.signals.map(({ blocks }) => blocks.map(({ at }) => at))).toEqual([
      [0, 0],
      [1000, 1200],
      [2100],
    ]);
  });

  test('samples that are a part of something larger travel without it', () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    const samples = new Int16Array(100_000).subarray(10, 20);
    recorder.block(BED, SESSION, { ...ecgSecond(0), samples });
    advance(500);
    const sent = disk.batches[0]?.signals[0]?.blocks[0]?.samples;
    expect(sent?.buffer.byteLength).toBe(20);
  });

  test('much that waits goes out in several, in order, and a snapshot only with the last', () => {
    const disk = new Disk();
    disk.answers = 'later';
    const { recorder, advance } = setUp(disk);
    const journal = new Journal();
    for (let index = 0; index < 3; index += 1) {
      recorder.entry(heartRate(journal, index));
      recorder.block(BED, SESSION, { ...ecgSecond(index), samples: new Int16Array(3 * 2 ** 20) });
    }
    recorder.snapshot({ ...heartRate(new Journal(), 2), seq: 3, stateVersion: 1, state: {} });
    advance(500);
    disk.answers = ok(null);
    disk.answer();
    advance(500);
    expect(disk.numbers).toEqual([[1, 2], [3], []]);
    expect(disk.batches.map(({ snapshots }) => snapshots.length)).toEqual([0, 0, 1]);
  });

  test('of the snapshots of a bed the newest goes out, behind the last entry', () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    const journal = new Journal();
    const snapshot = (seq: number) => ({ ...heartRate(journal, 0), seq, stateVersion: 1, state: {} });
    recorder.entry(heartRate(journal, 0));
    recorder.snapshot(snapshot(1));
    recorder.snapshot(snapshot(2));
    advance(500);
    expect(disk.batches).toHaveLength(1);
    expect(disk.batches[0]?.snapshots.map(({ seq }) => seq)).toEqual([2]);
  });
});

describe('a disk that fails', () => {
  const FULL = 'The disk that holds it is full.';

  test('is said in its own words, and the same batch is tried again with growing pauses', () => {
    const disk = new Disk();
    disk.answers = fail(FULL);
    const { recorder, states, advance } = setUp(disk);
    const journal = new Journal();
    recorder.entry(journal.entry(40, bodies.admit));
    advance(0);
    expect(states.at(-1)).toMatchObject({ state: 'failed', message: FULL, since: 40 });
    const tries: number[] = [];
    for (let ms = 0; ms < 100_000; ms += 500) {
      const before = disk.batches.length;
      advance(500);
      if (disk.batches.length > before) tries.push(ms + 500);
    }
    expect(tries).toEqual([1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000]);
    expect(new Set(disk.batches).size).toBe(1);
  });

  test('loses no entry: all of them follow, in order, when it works again', () => {
    const disk = new Disk();
    disk.answers = fail(FULL);
    const { recorder, states, advance } = setUp(disk);
    const journal = new Journal();
    for (let at = 0; at < 10_000; at += 100) {
      recorder.entry(heartRate(journal, at));
      advance(100);
    }
    disk.answers = ok(null);
    disk.batches.length = 0;
    advance(60_000);
    expect(disk.numbers.flat()).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(states.at(-1)).toEqual({ state: 'ok', message: '', waitingBytes: 0, lostSamples: 0 });
  });

  test('in the store of this process it is the same', () => {
    const file = scratchFile();
    const store = writing(file);
    let isFull = true;
    const writer: StoreWriter = {
      commit(batch) {
        if (isFull) throw new Error(FULL);
        store.commit(batch);
      },
      close: () => store.close(),
    };
    const { recorder, states, advance } = setUp(inProcessSink(writer));
    const journal = new Journal();
    recorder.entry(journal.entry(0, bodies.started));
    advance(0);
    expect(states.at(-1)).toMatchObject({ state: 'failed', message: FULL });
    isFull = false;
    advance(1000);
    expect(states.at(-1)).toMatchObject({ state: 'ok' });
    expect(reading(file).head(BED)?.seq).toBe(1);
  });
});

describe('a disk that is slow', () => {
  test('is said after two seconds without an answer, and unsaid with it', () => {
    const disk = new Disk();
    disk.answers = 'later';
    const { recorder, states, advance } = setUp(disk);
    recorder.entry(new Journal().entry(7, bodies.admit));
    advance(1999);
    expect(states.map(({ state }) => state)).toEqual(['ok']);
    advance(1);
    expect(states.at(-1)).toMatchObject({ state: 'behind', since: 7 });
    disk.answer();
    expect(states.at(-1)).toMatchObject({ state: 'ok' });
  });

  test('is said at once when more waits than fits into a batch', () => {
    const disk = new Disk();
    disk.answers = 'later';
    const { recorder, states, advance } = setUp(disk);
    recorder.entry(new Journal().entry(7, bodies.admit));
    advance(0);
    recorder.block(BED, SESSION, { ...ecgSecond(8), samples: new Int16Array(5 * 2 ** 20) });
    advance(500);
    expect(states.at(-1)).toMatchObject({ state: 'behind', since: 7, waitingBytes: 10 * 2 ** 20 });
  });

  test('drops the oldest waveforms when the queue is full, counts them, marks the gap, and keeps every entry', () => {
    const disk = new Disk();
    disk.answers = 'later';
    const limit = 20 * 500;
    const { recorder, states, advance } = setUp(disk, new RecordQueue(limit));
    const journal = new Journal();
    recorder.entry(journal.entry(0, bodies.admit));
    advance(0);
    for (let second = 0; second < 60; second += 1) {
      if (second % 20 === 0) recorder.entry(heartRate(journal, second * 1000));
      recorder.block(BED, SESSION, ecgSecond(second * 1000));
      advance(500);
    }
    const status = states.at(-1);
    expect(status).toMatchObject({ state: 'failed' });
    expect(status?.waitingBytes).toBeLessThanOrEqual(limit);
    expect(status?.message).toContain(`${status?.lostSamples} samples`);
    disk.answers = ok(null);
    disk.answer();
    advance(500);
    const blocks = disk.batches.flatMap(({ signals }) => signals.flatMap((slice) => slice.blocks));
    expect(disk.numbers.flat()).toEqual([1, 2, 3, 4]);
    expect((status?.lostSamples ?? 0) + 250 * blocks.length).toBe(60 * 250);
    expect(blocks.map(({ isGapBefore }) => isGapBefore)).toEqual(blocks.map((_, index) => index === 0));
    expect(blocks.at(-1)?.at).toBe(59_000);
    expect(states.at(-1)).toMatchObject({ state: 'ok', lostSamples: status?.lostSamples });
  });
});

describe('shutting down', () => {
  test('waits until everything is on disk', async () => {
    const disk = new Disk();
    disk.answers = 'later';
    const { recorder } = setUp(disk);
    const journal = new Journal();
    recorder.entry(heartRate(journal, 0));
    let isFlushed = false;
    const flushed = recorder.flushed().then(() => (isFlushed = true));
    recorder.entry(heartRate(journal, 1));
    await Promise.resolve();
    expect([isFlushed, disk.numbers]).toEqual([false, [[1]]]);
    disk.answer();
    await Promise.resolve();
    expect([isFlushed, disk.numbers]).toEqual([false, [[1], [2]]]);
    disk.answer();
    await flushed;
    expect(isFlushed).toBe(true);
  });

  test('ends the sink and its own time', async () => {
    const disk = new Disk();
    const { recorder, advance } = setUp(disk);
    recorder.entry(heartRate(new Journal(), 0));
    await recorder.close();
    advance(10_000);
    expect([disk.isClosed, disk.batches]).toEqual([true, []]);
  });
});
