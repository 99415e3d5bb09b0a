/** A module made of replies, for tests that fold the driver by hand. */
import { encodeReply } from '$drivers/suntech-nibp/codec.ts';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import type { Data, Query, Reply, Signal } from '$drivers/suntech-nibp/messages.ts';
import { PollingBench } from '../../support/polling-bench.ts';
import { data } from './vectors.ts';

export const newBench = (settings: Readonly<Record<string, unknown>> = {}) => new PollingBench(suntechNibp, settings);
export type Bench = ReturnType<typeof newBench>;

export const LEAVE = { startCuff: { everyMin: 5, patient: 'adult' } } as const;
export const HIGH = data({ systolic: 168, diastolic: 98, meanArterial: 121, heartRate: 118, beats: 26, status: 1 });
export const LOW = data({ systolic: 120, diastolic: 70, meanArterial: 87, heartRate: 66, beats: 31, status: 1 });

export const say = (bench: Bench, reply: Reply): Bench => bench.receive(encodeReply(reply));
export const signal = (word: Signal): Reply => ({ kind: 'signal', signal: word });
export const pressure = (mmHg: number): Reply => ({ kind: 'pressure', mmHg });

/** What the module has and does; a test changes it as time passes. */
export class FakeModule {
  mmHg = 0;
  data: Data = data();
  /** Words that it has to say by itself. */
  words: Signal[] = [];
  isSilent = false;
  /** Replies to a start and an abort; undefined stays unanswered. */
  onStart: Signal | undefined = 'accepted';
  onAbort: Signal | undefined = 'aborted';
  readonly bench: Bench;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.bench = newBench(settings).open();
  }

  run(until: number): this {
    this.bench.converse(until, (query) => (this.isSilent ? [] : this.#answer(query).map(encodeReply)));
    return this;
  }

  /** Says it now. */
  say(...words: readonly Signal[]): this {
    for (const word of words) say(this.bench, signal(word));
    return this;
  }

  /** Inflates for a while and comes to this result, with or without a word. */
  measure(result: Data, { forMs = 30_000, isSaid = true } = {}): this {
    this.mmHg = 150;
    this.run(this.bench.now + forMs);
    this.data = result;
    if (isSaid) this.say('complete');
    this.mmHg = 0;
    return this.run(this.bench.now + 2000);
  }

  #answer(query: Query): readonly Reply[] {
    const worded = (word: Signal | undefined): readonly Reply[] => (word ? [signal(word)] : []);
    switch (query.kind) {
      case 'get-pressure':
        return [pressure(this.mmHg)];
      case 'get-data':
        return [this.data];
      case 'start':
        return worded(this.onStart);
      case 'abort':
        return worded(this.onAbort);
    }
  }
}
