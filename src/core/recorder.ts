/**
 * The core's way to the disk: takes entries, waveforms and snapshots as they happen, and hands them on in batches without
 * ever waiting. Regular batches go out every half second, one with an urgent entry at the end of the loop's turn. One batch
 * is on its way at a time; one that failed is kept and tried again, with growing pauses, until it is on disk.
 *
 *   ok ── unanswered for 2 s ──▶ behind ── answered ──▶ ok
 *   any ── failed ──▶ failed ── written ──▶ ok
 */
import {
  BehaviorSubject,
  distinctUntilChanged,
  interval,
  Subscription,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { BedId, JournalEntry, MonotonicMs, SessionId, WaveformBlock } from '$lib/domain/index.ts';
import type { RecordBatch, Snapshot } from '$lib/store/store.ts';
import { RecordQueue } from './record-queue.ts';
import type { RecordSink, WriteResult } from './record-sink.ts';

export interface RecorderStatus {
  readonly state: 'ok' | 'behind' | 'failed';
  /** Everything before this instant of the station's clock is on disk; absent while all is well. */
  readonly since?: MonotonicMs;
  /** A plain sentence for people; empty while all is well. */
  readonly message: string;
  readonly waitingBytes: number;
  /** Samples that found no room since the start; entries are never lost. */
  readonly lostSamples: number;
}

/** What the rest of the core knows of the recorder. None of it waits, none of it throws. */
export interface Recorder {
  readonly status$: Observable<RecorderStatus>;
  entry(entry: JournalEntry): void;
  block(bed: BedId, session: SessionId, block: WaveformBlock): void;
  snapshot(snapshot: Snapshot): void;
}

/** Regular batches go out this often. */
export const FLUSH_MS = 500;
const BEHIND_AFTER_FLUSHES = 4;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
const OK: RecorderStatus = { state: 'ok', message: '', waitingBytes: 0, lostSamples: 0 };

/** The batch that the sink has, or that waits to be tried again. */
interface Outgoing {
  readonly batch: RecordBatch;
  readonly oldestAt: MonotonicMs | undefined;
  /** Regular flushes that have come round since it was handed over. */
  flushes: number;
}

export interface RecorderOptions {
  readonly sink: RecordSink;
  readonly scheduler: SchedulerLike;
  readonly queue?: RecordQueue;
}

export class RecorderClient implements Recorder {
  readonly status$: Observable<RecorderStatus>;
  readonly #status$ = new BehaviorSubject<RecorderStatus>(OK);
  readonly #sink: RecordSink;
  readonly #scheduler: SchedulerLike;
  readonly #queue: RecordQueue;
  readonly #timers = new Subscription();
  #outgoing: Outgoing | undefined;
  #isFlushPlanned = false;
  #failure: string | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** Samples lost before the recorder last caught up. */
  #lostBefore = 0;
  #onFlushed: (() => void)[] = [];

  constructor({ sink, scheduler, queue = new RecordQueue() }: RecorderOptions) {
    this.#sink = sink;
    this.#scheduler = scheduler;
    this.#queue = queue;
    this.status$ = this.#status$.pipe(distinctUntilChanged(isSameStatus));
    this.#timers.add(interval(FLUSH_MS, scheduler).subscribe(() => this.#tick()));
  }

  entry(entry: JournalEntry): void {
    this.#queue.entry(entry);
    if (this.#queue.isPressing) this.#planFlush();
  }

  block(bed: BedId, session: SessionId, block: WaveformBlock): void {
    this.#queue.block(bed, session, block);
  }

  snapshot(snapshot: Snapshot): void {
    this.#queue.snapshot(snapshot);
  }

  /** Resolves when all that was given so far is on disk; while the disk fails, it waits. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFlushed.push(resolve);
      this.#flush();
    });
  }

  /** Stops time and the sink. What {@link flushed} did not wait for is not written. */
  close(): Promise<void> {
    this.#timers.unsubscribe();
    this.#status$.complete();
    return this.#sink.close();
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    this.#later(0, () => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #tick(): void {
    if (this.#outgoing) this.#outgoing.flushes += 1;
    this.#flush();
    this.#report();
  }

  #flush(): void {
    if (this.#outgoing) return;
    const { oldestAt } = this.#queue;
    const batch = this.#queue.take();
    if (batch) this.#send({ batch, oldestAt, flushes: 0 });
    else for (const resolve of this.#onFlushed.splice(0)) resolve();
  }

  #send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    this.#sink.write(outgoing.batch, (result) => this.#answered(outgoing, result));
  }

  #answered(outgoing: Outgoing, result: WriteResult): void {
    if (result.ok) {
      this.#outgoing = undefined;
      this.#failure = undefined;
      this.#retryMs = FIRST_RETRY_MS;
      if (this.#queue.isEmpty) this.#lostBefore = this.#queue.lostSamples;
      if (this.#queue.isPressing || this.#onFlushed.length > 0) this.#flush();
    } else {
      this.#failure = result.error;
      this.#later(this.#retryMs, () => this.#send(outgoing));
      this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    }
    this.#report();
  }

  #later(delayMs: number, work: () => void): void {
    const timer = this.#scheduler.schedule(() => {
      this.#timers.remove(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #report(): void {
    const { bytes: waitingBytes, lostSamples, isLong } = this.#queue;
    const isLosing = lostSamples > this.#lostBefore;
    const isBehind = isLong || (this.#outgoing?.flushes ?? 0) >= BEHIND_AFTER_FLUSHES;
    const since = this.#outgoing ? this.#outgoing.oldestAt : this.#queue.oldestAt;
    const message = [
      ...(this.#failure === undefined ? [] : [this.#failure]),
      ...(isBehind && this.#failure === undefined ? ['The disk takes longer than the data: recording is behind.'] : []),
      ...(isLosing
        ? [`There was no room for ${lostSamples - this.#lostBefore} samples of waveforms; they are lost.`]
        : []),
    ].join(' ');
    const state = this.#failure !== undefined || isLosing ? 'failed' : isBehind ? 'behind' : 'ok';
    this.#status$.next(
      state === 'ok'
        ? { ...OK, lostSamples }
        : { state, message, waitingBytes, lostSamples, ...(since !== undefined && { since }) },
    );
  }
}

const isSameStatus = (a: RecorderStatus, b: RecorderStatus): boolean =>
  a.state === b.state &&
  a.since === b.since &&
  a.message === b.message &&
  a.waitingBytes === b.waitingBytes &&
  a.lostSamples === b.lostSamples;
