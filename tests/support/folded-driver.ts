/** A driver folded by hand over what a test lets happen, and everything that it said. Every query must pass the send guard. */
import { expect } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { DRIVER_TICK_MS, type Driver, type SessionEffect, type SessionInput } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import {
  deviceId,
  monotonicMs,
  type CuffStatus,
  type DeviceAlarm,
  type NibpMeasurement,
  type Numerics,
  type Observation,
  type Reading,
  type VitalKey,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';

const NOTHING = new Uint8Array(0);

type Status = Extract<SessionEffect<never>, { type: 'status' }>;

export class FoldedDriver<Message, Query, State> {
  /** Frames that left, in hexadecimal. */
  readonly sent: { readonly at: number; readonly frame: string }[] = [];
  readonly observations: Observation[] = [];
  readonly statuses: Status[] = [];
  readonly reopens: string[] = [];
  readonly undecodable: string[] = [];
  noiseBytes = 0;
  now = 0;
  readonly #driver: Driver<Message, Query, State>;
  #state: State;
  #rest: Uint8Array = NOTHING;

  constructor(driver: Driver<Message, Query, State>) {
    this.#driver = driver;
    this.#state = driver.start({ device: deviceId('device-1'), settings: {} });
  }

  open(): this {
    this.#rest = NOTHING;
    return this.give({ type: 'opened', now: monotonicMs(this.now) });
  }

  close(): this {
    return this.give({ type: 'closing', now: monotonicMs(this.now) });
  }

  /** Ticks every 250 ms up to this time. */
  waitUntil(at: number): this {
    while (this.now < at) {
      this.now = Math.min(this.now + DRIVER_TICK_MS, at);
      this.give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  receive(bytes: Uint8Array): this {
    const { rest, cuts } = this.#driver.cut(this.#rest, bytes);
    this.#rest = rest;
    const now = monotonicMs(this.now);
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.noiseBytes += cut.bytes.length;
        this.give({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      const decoded = this.#driver.decode(cut.payload);
      if (!decoded.ok) this.undecodable.push(decoded.detail);
      this.give(
        decoded.ok
          ? { type: 'message', now, message: decoded.message }
          : { type: 'undecodable', now, why: decoded.why, payload: cut.payload },
      );
    }
    return this;
  }

  give(input: SessionInput<Message>): this {
    const [state, effects] = this.#driver.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    return this;
  }

  get states(): readonly string[] {
    return this.statuses.map(({ state }) => state);
  }
  get lastReason(): string | undefined {
    return this.statuses.at(-1)?.reason;
  }
  sentSince(fromMs: number): readonly string[] {
    return this.sent.filter(({ at }) => at >= fromMs).map(({ frame }) => frame);
  }
  get numerics(): readonly Numerics[] {
    return this.observations.filter((seen) => seen.kind === 'numerics');
  }
  readings(key: VitalKey): readonly Reading[] {
    return this.numerics.flatMap(({ values }) => values[key] ?? []);
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
  waves(waveform: WaveformKey): readonly WaveformBlock[] {
    return this.observations.filter((seen) => seen.kind === 'waveform').filter((block) => block.waveform === waveform);
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send': {
        const frame = passGuard(this.#driver.maySend, this.#driver.encode(effect.query));
        expect(frame, JSON.stringify(effect.query)).toBeDefined();
        return void this.sent.push({ at: this.now, frame: toHex(frame ?? NOTHING) });
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
