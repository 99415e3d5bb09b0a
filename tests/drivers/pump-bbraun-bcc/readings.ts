/** Short ways to a pump's reading in tests. */
import { expect } from 'vitest';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import type { Quadruple } from '$drivers/pump-bbraun-bcc/messages.ts';
import { EMPTY_RACK, takeBlock, type Rack } from '$drivers/pump-bbraun-bcc/rack.ts';

export type Values = Readonly<Record<string, string | number>>;

export const recordsOf = (values: Values, time = 420, address = '50111'): readonly Quadruple[] =>
  Object.entries(values).map(([name, value]) => ({ time, address, name, value: String(value) }));

export const SOURCE = deviceId('rack');

/** A rack that is fed one block after the other, two seconds apart. */
export class FedRack {
  rack: Rack = EMPTY_RACK;
  now = 0;

  feed(records: readonly Quadruple[], afterMs = 2000): readonly InfusionReading[] {
    this.now += afterMs;
    const step = takeBlock(this.rack, records, { source: SOURCE, now: monotonicMs(this.now), doubts: [] });
    this.rack = step.rack;
    return step.readings;
  }

  /** One pump's block, with a time of its own. */
  tell(values: Values, afterMs = 2000): InfusionReading {
    const reading = this.feed(recordsOf(values, Math.floor((this.now + afterMs) / 1000)), afterMs).at(-1);
    if (!reading) throw new Error('no reading');
    return reading;
  }
}

/** What a single block says of a pump. */
export const readingOf = (values: Values): InfusionReading => new FedRack().tell(values);

/** A text that matches, for `toMatchObject`: a bare regular expression in there matches anything. */
export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
