/** A base whose every answer is in the test's hand, in front of the real driver folded by hand. */
import { concatBytes } from '$drivers/bytes.ts';
import { QUESTION_TEXTS } from '$drivers/pump-fresenius-orchestra/codec.ts';
import { wrapFrame } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import type { Message, Query } from '$drivers/pump-fresenius-orchestra/messages.ts';
import type { State } from '$drivers/pump-fresenius-orchestra/session-state.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { PollingBench } from '../../support/polling-bench.ts';

export const ACK = Uint8Array.of(0x06);
export const ENQ = Uint8Array.of(0x05);
export const nak = (code: string): Uint8Array => Uint8Array.of(0x15, code.charCodeAt(0));

/** A reply behind its acknowledgement; `undefined` is silence. */
type Reply = string | Uint8Array | undefined;
export type Replies = Readonly<Record<string, Reply | (() => Reply)>>;

/** A base with a pump in module 1 that infuses. */
export const ONE_PUMP: Replies = {
  '0DC': '0C',
  '0LF;b': '0C;bBASE',
  '0LE;b': '0C;b0001',
  '1DC': '1C',
  '1LF;b': '1C;bDPS',
  '1LP': '1C;KETAMINE',
  '1DE;adrm': '1C',
  '1LE;adr': '1C;a0000;d020D;r0000445C',
};

export const of = (replies: Replies, address: string, from = '1'): Replies =>
  Object.fromEntries(
    Object.entries(replies)
      .filter(([text]) => text.startsWith(from))
      .map(([text, reply]) => [address + text.slice(1), typeof reply === 'string' ? address + reply.slice(1) : reply]),
  );

/** What a query is on the wire, in a word. */
export function wordOf(query: Query): string {
  switch (query.kind) {
    case 'question':
      return query.address + QUESTION_TEXTS[query.question];
    case 'event-ack':
      return query.address + query.status;
    default:
      return query.kind;
  }
}

export class FakeBase {
  readonly bench: PollingBench<Message, Query, State>;
  replies: Replies;

  constructor(replies: Replies = ONE_PUMP, settings: Readonly<Record<string, unknown>> = {}) {
    this.replies = replies;
    this.bench = new PollingBench(pumpFreseniusOrchestra, settings);
  }

  open(): this {
    this.bench.open();
    return this;
  }

  /** Every question is answered after 50 ms. */
  runTo(until: number): this {
    this.bench.converse(until, (query) => this.#answer(query));
    return this;
  }

  /** Says something unasked. */
  say(text: string): this {
    this.bench.receive(wrapFrame(text));
    return this;
  }

  words(fromMs = -1): readonly string[] {
    return this.bench.sent.filter(({ at }) => at > fromMs).map(({ query }) => wordOf(query));
  }
  questions(fromMs = -1): readonly string[] {
    return this.words(fromMs).filter((word) => /[A-Z]{2}/.test(word) && /^\d?[A-Z]/.test(word));
  }
  /** When this was sent, ms. */
  times(word: string): readonly number[] {
    return this.bench.sent.filter(({ query }) => wordOf(query) === word).map(({ at }) => at);
  }
  get readings(): readonly InfusionReading[] {
    return this.bench.observations.filter((seen) => seen.kind === 'infusion');
  }
  readingsOf(module: number): readonly InfusionReading[] {
    return this.readings.filter(({ channel }) => channel === `module ${module}`);
  }

  #answer(query: Query): readonly Uint8Array[] {
    if (query.kind !== 'question') return query.kind === 'event-ack' ? [ACK] : [];
    const reply = this.replies[wordOf(query)];
    const said = typeof reply === 'function' ? reply() : reply;
    if (said === undefined) return [];
    return [typeof said === 'string' ? concatBytes(ACK, wrapFrame(said)) : said];
  }
}
