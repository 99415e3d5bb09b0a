/** The driver folded by hand over what a test lets happen, and everything that it said. Every query passes the send guard. */
import { expect } from 'vitest';
import type { SessionEffect, SessionInput } from '$drivers/driver.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import type { Message, Query } from '$drivers/mindray-hl7/messages.ts';
import {
  deviceId,
  monotonicMs,
  type CuffStatus,
  type DeviceAlarm,
  type NibpMeasurement,
  type Numerics,
  type Observation,
} from '$lib/domain/index.ts';

export const DEVICE = deviceId('monitor-1');
const NOTHING = new Uint8Array(0);

type Status = Extract<SessionEffect<Query>, { type: 'status' }>;

export const maySend = (bytes: Uint8Array): boolean => mindrayHl7.maySend.some((pattern) => pattern.matches(bytes));

/** One frame, decoded; the test fails when it is not one good frame. */
export function decodeFrame(bytes: Uint8Array): Message {
  const [only, ...others] = mindrayHl7.cut(NOTHING, bytes).cuts;
  if (only?.kind !== 'frame' || others.length > 0) throw new Error('not one frame');
  const decoded = mindrayHl7.decode(only.payload);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

export class Bench {
  readonly sent: { readonly at: number; readonly kind: Query['kind']; readonly bytes: Uint8Array }[] = [];
  readonly observations: Observation[] = [];
  readonly statuses: (Status & { readonly at: number })[] = [];
  readonly reopens: { readonly at: number; readonly why: string }[] = [];
  now: number;
  #state;
  #rest: Uint8Array = NOTHING;

  constructor(settings: Readonly<Record<string, unknown>> = {}, startMs = 0) {
    this.now = startMs;
    this.#state = mindrayHl7.start({ device: DEVICE, settings });
  }

  open(): this {
    this.#rest = NOTHING;
    return this.#give({ type: 'opened', now: monotonicMs(this.now) });
  }

  close(): this {
    return this.#give({ type: 'closing', now: monotonicMs(this.now) });
  }

  /** Ticks every 250 ms up to this time. */
  waitUntil(at: number): this {
    while (this.now < at) {
      this.now = Math.min(this.now + 250, at);
      this.#give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  waitFor = (ms: number): this => this.waitUntil(this.now + ms);

  /** These frames every second for so long; the last of them now. */
  hearFor(ms: number, ...frames: readonly Uint8Array[]): this {
    for (const end = this.now + ms; this.now < end;) this.waitFor(Math.min(1000, end - this.now)).hear(...frames);
    return this;
  }

  hear(...frames: readonly Uint8Array[]): this {
    for (const bytes of frames) this.#receive(bytes);
    return this;
  }

  get states(): readonly string[] {
    return this.statuses.map(({ state }) => state);
  }
  get numerics(): readonly Numerics[] {
    return this.observations.filter((seen) => seen.kind === 'numerics');
  }
  get nibp(): readonly NibpMeasurement[] {
    return this.observations.filter((seen) => seen.kind === 'nibp');
  }
  get cuff(): readonly CuffStatus[] {
    return this.observations.filter((seen) => seen.kind === 'cuff');
  }
  get alarms(): readonly DeviceAlarm[] {
    return this.observations.filter((seen) => seen.kind === 'device-alarm');
  }
  timesSent(kind: Query['kind'], from = 0): readonly number[] {
    return this.sent.filter((sent) => sent.kind === kind && sent.at >= from).map(({ at }) => at);
  }

  #receive(bytes: Uint8Array): void {
    const { rest, cuts } = mindrayHl7.cut(this.#rest, bytes);
    this.#rest = rest;
    const now = monotonicMs(this.now);
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.#give({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      const decoded = mindrayHl7.decode(cut.payload);
      this.#give(
        decoded.ok
          ? { type: 'message', now, message: decoded.message }
          : { type: 'undecodable', now, why: decoded.why },
      );
    }
  }

  #give(input: SessionInput<Message>): this {
    const [state, effects] = mindrayHl7.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    return this;
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send': {
        const bytes = mindrayHl7.encode(effect.query);
        expect(maySend(bytes), JSON.stringify(effect.query)).toBe(true);
        return void this.sent.push({ at: this.now, kind: effect.query.kind, bytes });
      }
      case 'observed':
        return void this.observations.push(...effect.observations);
      case 'status':
        return void this.statuses.push({ ...effect, at: this.now });
      case 'reopen':
        return void this.reopens.push({ at: this.now, why: effect.why });
      case 'wake':
        return;
    }
  }
}
