/**
 * The driver on one end of a wire and the simulated rack on the other, in virtual time: nothing sleeps, and a test may look
 * at, damage or lose what passes in either direction. Whatever the driver wants to send goes through its own guard.
 */
import { deviceId, monotonicMs, type DeviceStatus, type InfusionReading } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type SessionEffect, type SessionInput } from '$drivers/driver.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import type { Message, Query } from '$drivers/pump-bbraun-bcc/messages.ts';
import { createBbraunRack } from '$simulators/devices/pump-bbraun-bcc/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from '../../support/still-bedside.ts';

/** What becomes of bytes on their way; undefined loses them. */
export type Way = (bytes: Uint8Array, simMs: number) => Uint8Array | undefined;

const STEP_MS = 10;
const straight: Way = (bytes) => bytes;

export interface LinkSetup {
  readonly rack?: Readonly<Record<string, unknown>>;
  readonly driver?: Readonly<Record<string, unknown>>;
}

export class VirtualLink {
  readonly bedside = new StillBedside();
  readonly device: SimulatedDevice;
  readonly readings: InfusionReading[] = [];
  readonly statuses: { readonly at: number; readonly state: DeviceStatus['state']; readonly reason?: string }[] = [];
  readonly sent: { readonly at: number; readonly query: Query }[] = [];
  readonly messages: Message[] = [];
  readonly reopened: number[] = [];
  readonly forbidden: string[] = [];
  readonly delivered: { readonly at: number; readonly mgPerMin: number }[] = [];
  toDriver: Way = straight;
  toDevice: Way = straight;
  /** How the driver's end of the wire portions what arrives. */
  maxChunkBytes = Infinity;
  now = 0;
  #state;
  #rest: Uint8Array = new Uint8Array(0);
  #wakes: number[] = [];
  #isOpen = false;

  constructor({ rack = {}, driver = {} }: LinkSetup = {}) {
    const deliver = this.bedside.deliver.bind(this.bedside);
    this.bedside.deliver = (mgPerMin) => {
      this.delivered.push({ at: this.bedside.now, mgPerMin });
      deliver(mgPerMin);
    };
    this.device = createBbraunRack(this.bedside, {
      settings: rack,
      onForbidden: (what) => this.forbidden.push(what),
    });
    this.#state = pumpBbraunBcc.start({ device: deviceId('rack'), settings: driver });
  }

  open(): this {
    this.#isOpen = true;
    this.#rest = new Uint8Array(0);
    this.#receive(this.device.step({ type: 'connected', simMs: this.now }));
    this.#step({ type: 'opened', now: monotonicMs(this.now) });
    return this;
  }

  runFor(ms: number): this {
    const end = this.now + ms;
    while (this.now < end) {
      this.now += STEP_MS;
      this.#receive(this.device.step({ type: 'tick', simMs: this.now }));
      if (!this.#isOpen) continue;
      const isWoken = this.#wakes.some((at) => at <= this.now);
      this.#wakes = this.#wakes.filter((at) => at > this.now);
      if (isWoken || this.now % DRIVER_TICK_MS === 0) this.#step({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  /** The newest reading of a channel. */
  last(channel = FIRST_PUMP): InfusionReading {
    const reading = this.readings.filter((each) => each.channel === channel).at(-1);
    if (!reading) throw new Error(`no reading of ${channel}`);
    return reading;
  }

  get status(): DeviceStatus['state'] | undefined {
    return this.statuses.at(-1)?.state;
  }

  /** Kinds of what was sent, requests by their question. */
  sentKinds(fromMs = 0): readonly string[] {
    return this.sent
      .filter(({ at }) => at >= fromMs)
      .map(({ query }) => (query.kind === 'request' ? query.request.kind : query.kind));
  }

  /** mL that reached the patient between two instants, at 1 mg/mL. */
  deliveredMl(fromMs: number, toMs: number): number {
    let ml = 0;
    this.delivered.forEach(({ at, mgPerMin }, i) => {
      const until = Math.min(this.delivered[i + 1]?.at ?? toMs, toMs);
      ml += (mgPerMin / 60_000) * Math.max(0, until - Math.max(at, fromMs));
    });
    return ml;
  }

  #receive(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      const bytes = this.toDriver(chunk, this.now) ?? new Uint8Array(0);
      for (let from = 0; from < bytes.length; from += this.maxChunkBytes) {
        this.#cut(bytes.slice(from, from + this.maxChunkBytes));
      }
    }
  }

  #cut(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    const now = monotonicMs(this.now);
    const { rest, cuts } = pumpBbraunBcc.cut(this.#rest, chunk);
    this.#rest = rest;
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.#step({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      const decoded = pumpBbraunBcc.decode(cut.payload);
      if (decoded.ok) this.messages.push(decoded.message);
      this.#step(
        decoded.ok
          ? { type: 'message', now, message: decoded.message }
          : { type: 'undecodable', now, why: decoded.why },
      );
    }
  }

  #step(input: SessionInput<Message>): void {
    const [state, effects] = pumpBbraunBcc.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.query);
      case 'observed':
        for (const observation of effect.observations) {
          if (observation.kind === 'infusion') this.readings.push(observation);
        }
        return;
      case 'status':
        this.statuses.push({
          at: this.now,
          state: effect.state,
          ...(effect.reason !== undefined && { reason: effect.reason }),
        });
        return;
      case 'wake':
        this.#wakes.push(this.now + effect.afterMs);
        return;
      case 'reopen':
        this.reopened.push(this.now);
        this.#isOpen = false;
        this.device.step({ type: 'disconnected', simMs: this.now });
    }
  }

  #send(query: Query): void {
    const frame = pumpBbraunBcc.encode(query);
    if (!pumpBbraunBcc.maySend.some((pattern) => pattern.matches(frame))) throw new Error('the guard says no');
    this.sent.push({ at: this.now, query });
    const bytes = this.toDevice(frame, this.now);
    if (bytes) this.#receive(this.device.step({ type: 'received', simMs: this.now, bytes }));
  }
}

/** Serial numbers of the simulated pumps. */
export const FIRST_PUMP = '60012345';
export const SECOND_PUMP = '68054322';
