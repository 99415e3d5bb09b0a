/** A driver folded by hand over what a test lets a polled device answer, and everything that it said. Every query must pass the send guard. */
import { expect } from 'vitest';
import type { Driver, SessionContext, SessionEffect, SessionInput } from '$drivers/driver.ts';
import { DRIVER_TICK_MS } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import {
  deviceId,
  monotonicMs,
  type CuffStatus,
  type DeviceAlarm,
  type InfusionReading,
  type NibpMeasurement,
  type Observation,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';

export const BENCH_DEVICE = deviceId('device-1');
const NOTHING = new Uint8Array(0);
const ANSWER_MS = 50;

type Status = Extract<SessionEffect<never>, { type: 'status' }>;

export class PollingBench<Message, Query, State> {
  readonly sent: { readonly at: number; readonly query: Query }[] = [];
  readonly observations: Observation[] = [];
  readonly statuses: Status[] = [];
  readonly reopens: string[] = [];
  readonly undecodable: string[] = [];
  noiseBytes = 0;
  now = 0;
  readonly #driver: Driver<Message, Query, State>;
  readonly #context: SessionContext;
  #state: State;
  #rest: Uint8Array = NOTHING;
  /** Queries that the device of {@link converse} has seen. */
  #seen = 0;

  constructor(driver: Driver<Message, Query, State>, settings: SessionContext['settings'] = {}) {
    this.#driver = driver;
    this.#context = { device: BENCH_DEVICE, settings };
    this.#state = driver.start(this.#context);
  }

  open(): this {
    this.#rest = NOTHING;
    return this.#give({ type: 'opened', now: monotonicMs(this.now) });
  }

  close(): this {
    return this.#give({ type: 'closing', now: monotonicMs(this.now) });
  }

  /** Ticks every 250 ms up to this time; nothing is answered. */
  waitUntil(at: number): this {
    while (this.now < at) {
      this.now = Math.min(this.now + DRIVER_TICK_MS, at);
      this.#give({ type: 'tick', now: monotonicMs(this.now) });
    }
    this.#seen = this.sent.length;
    return this;
  }

  receive(bytes: Uint8Array): this {
    const { rest, cuts } = this.#driver.cut(this.#rest, bytes);
    this.#rest = rest;
    const now = monotonicMs(this.now);
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.noiseBytes += cut.bytes.length;
        this.#give({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      const decoded = this.#driver.decode(cut.payload);
      if (!decoded.ok) this.undecodable.push(decoded.detail);
      this.#give(
        decoded.ok
          ? { type: 'message', now, message: decoded.message }
          : { type: 'undecodable', now, why: decoded.why, payload: cut.payload },
      );
    }
    return this;
  }

  /** Lets time pass up to `until` while a device answers each query 50 ms after it; no bytes are silence. */
  converse(until: number, answer: (query: Query, at: number) => readonly Uint8Array[]): this {
    while (this.now < until) {
      this.now += ANSWER_MS;
      const open = this.sent.slice(this.#seen);
      this.#seen = this.sent.length;
      for (const { query } of open) for (const bytes of answer(query, this.now)) this.receive(bytes);
      if (this.now % DRIVER_TICK_MS === 0) this.#give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  get states(): readonly string[] {
    return this.statuses.map(({ state }) => state);
  }
  get lastReason(): string | undefined {
    return this.statuses.at(-1)?.reason;
  }
  queries(fromMs = 0): readonly Query[] {
    return this.sent.filter(({ at }) => at >= fromMs).map(({ query }) => query);
  }
  readings(key: VitalKey): readonly Reading[] {
    return this.observations.flatMap((seen) => (seen.kind === 'numerics' ? (seen.values[key] ?? []) : []));
  }
  get nibp(): readonly NibpMeasurement[] {
    return this.observations.filter((seen) => seen.kind === 'nibp');
  }
  get cuff(): readonly CuffStatus[] {
    return this.observations.filter((seen) => seen.kind === 'cuff');
  }
  get infusions(): readonly InfusionReading[] {
    return this.observations.filter((seen) => seen.kind === 'infusion');
  }
  get alarms(): readonly DeviceAlarm[] {
    return this.observations.filter((seen) => seen.kind === 'device-alarm');
  }

  #give(input: SessionInput<Message>): this {
    const [state, effects] = this.#driver.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    return this;
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send': {
        const frame = passGuard(this.#driver.maySend, this.#driver.encode(effect.query), this.#context.settings);
        expect(frame, JSON.stringify(effect.query)).toBeDefined();
        return void this.sent.push({ at: this.now, query: effect.query });
      }
      case 'observed':
        return void this.observations.push(...effect.observations);
      case 'status':
        return void this.statuses.push(effect);
      case 'reopen':
        return void this.reopens.push(effect.why);
      case 'wake':
        return;
    }
  }
}
