/**
 * The recorder's disk: the real store in a folder of its own, reached in virtual time. A commit takes a while, sometimes long,
 * sometimes it fails; what was answered is kept whatever happens, what was not is kept or lost when the core is killed.
 *
 * Acknowledged batches are gathered and written into the file when somebody reads it, so that hours pass in seconds; a batch
 * counts as on disk from the moment of its answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchedulerLike } from 'rxjs';
import { fail, ok, type JournalEntry } from '$lib/domain/index.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import type { RecordBatch, Snapshot, StoreReader } from '$lib/store/store.ts';
import type { RecordSink, WriteResult } from '$core/record-sink.ts';
import type { Chance } from '../chance.ts';

/** A folder in memory where there is one: the simulation need not wear out a disk. */
const HOME = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface DiskTrouble {
  readonly fromMs: number;
  readonly forMs: number;
  readonly how: 'slow' | 'full';
}

export class Disk {
  readonly #directory = mkdtempSync(join(HOME, 'simulation-'));
  readonly #file = join(this.#directory, 'infuscope.db');
  readonly #time: SchedulerLike;
  readonly #chance: Chance;
  readonly #troubles: readonly DiskTrouble[];
  #acknowledged: RecordBatch[] = [];
  #inFlight: RecordBatch | undefined;
  #life = 0;

  constructor(time: SchedulerLike, chance: Chance, troubles: readonly DiskTrouble[]) {
    this.#time = time;
    this.#chance = chance;
    this.#troubles = troubles;
  }

  /** The way to this disk for one life of the core. */
  sink(): RecordSink {
    this.#life += 1;
    const life = this.#life;
    return {
      write: (batch, done) => {
        this.#inFlight = batch;
        const { delayMs, isFull } = this.#now();
        this.#time.schedule(() => {
          if (life !== this.#life) return;
          this.#inFlight = undefined;
          if (!isFull) this.#acknowledged.push(batch);
          done(isFull ? fail('The disk is full.') : ok(null));
        }, delayMs);
      },
      close: () => Promise.resolve(),
    };
  }

  /** The core is gone: what was on its way arrived or did not. @returns how many entries were lost with it. */
  cut(): void {
    this.#life += 1;
    if (this.#inFlight !== undefined && this.#chance.is(0.5)) this.#acknowledged.push(this.#inFlight);
    this.#inFlight = undefined;
  }

  read<T>(use: (reader: StoreReader) => T): T {
    this.#writeDown();
    const reader = openReader(this.#file);
    try {
      return use(reader);
    } finally {
      reader.close();
    }
  }

  entries(): readonly JournalEntry[] {
    return this.#acknowledged.flatMap(({ entries }) => entries);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #now(): { readonly delayMs: number; readonly isFull: boolean } {
    const nowMs = this.#time.now();
    const trouble = this.#troubles.find(({ fromMs, forMs }) => nowMs >= fromMs && nowMs < fromMs + forMs);
    if (trouble?.how === 'slow') return { delayMs: 6000, isFull: false };
    return { delayMs: this.#chance.whole(2, 25), isFull: trouble?.how === 'full' };
  }

  #writeDown(): void {
    const batches = this.#acknowledged;
    this.#acknowledged = [];
    const writer = openWriter(this.#file);
    try {
      const snapshots = new Map<string, Snapshot>();
      for (const batch of batches) for (const snapshot of batch.snapshots) snapshots.set(snapshot.bed, snapshot);
      writer.commit({
        entries: batches.flatMap(({ entries }) => entries),
        signals: batches.flatMap(({ signals }) => signals),
        snapshots: [...snapshots.values()],
      } satisfies RecordBatch);
    } finally {
      writer.close();
    }
  }
}

export type { WriteResult };
