/** The driver folded by hand over what a test lets happen, and everything that it said. Every query passes the send guard. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import type { SessionEffect, SessionInput } from '$drivers/driver.ts';
import { absentGroups } from '$drivers/ge-s5-dri/codec-groups.ts';
import { encodeRecord } from '$drivers/ge-s5-dri/codec.ts';
import { frame } from '$drivers/ge-s5-dri/framing.ts';
import { geS5Dri } from '$drivers/ge-s5-dri/index.ts';
import { BASIC } from '$drivers/ge-s5-dri/layout-table.ts';
import type { BasicGroups, Content, Message, Query, RecordHeader } from '$drivers/ge-s5-dri/messages.ts';
import {
  deviceId,
  monotonicMs,
  type CuffStatus,
  type NibpMeasurement,
  type Numerics,
  type Observation,
  type WaveformBlock,
} from '$lib/domain/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';

export const DEVICE = deviceId('monitor-1');
export const EPOCH_S = 1_767_225_600;
const NOTHING = new Uint8Array(0);

type Status = Extract<SessionEffect<Query>, { type: 'status' }>;

export class Bench {
  readonly sent: { readonly at: number; readonly query: Query; readonly bytes: Uint8Array }[] = [];
  readonly observations: Observation[] = [];
  readonly statuses: Status[] = [];
  readonly reopens: string[] = [];
  readonly undecodable: string[] = [];
  noiseBytes = 0;
  frameBytes = 0;
  now = 0;
  #state;
  #rest: Uint8Array = NOTHING;
  /** Sent and not yet received by a device. */
  #mail: Uint8Array[] = [];

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.#state = geS5Dri.start({ device: DEVICE, settings });
  }

  open(): this {
    this.#rest = NOTHING;
    return this.#give({ type: 'opened', now: monotonicMs(this.now) });
  }

  close(): this {
    return this.#give({ type: 'closing', now: monotonicMs(this.now) });
  }

  tick(): this {
    return this.#give({ type: 'tick', now: monotonicMs(this.now) });
  }

  /** Ticks every 250 ms up to this time. */
  waitUntil(at: number): this {
    while (this.now < at) {
      this.now = Math.min(this.now + 250, at);
      this.tick();
    }
    return this;
  }

  receive(bytes: Uint8Array): this {
    const { rest, cuts } = geS5Dri.cut(this.#rest, bytes);
    this.#rest = rest;
    const now = monotonicMs(this.now);
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.noiseBytes += cut.bytes.length;
        this.#give({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      this.frameBytes += cut.wire.length;
      const decoded = geS5Dri.decode(cut.payload);
      if (decoded.ok) {
        this.#give({ type: 'message', now, message: decoded.message });
      } else {
        this.undecodable.push(decoded.detail);
        this.#give({ type: 'undecodable', now, why: decoded.why });
      }
    }
    return this;
  }

  /** Runs against a simulated device, 50 ms at a time; `tamper` sees each chunk on its way to the driver. */
  runWith(device: SimulatedDevice, until: number, tamper: (chunk: Uint8Array) => Uint8Array = (chunk) => chunk): this {
    const put = (chunks: readonly Uint8Array[]) => chunks.forEach((chunk) => this.receive(tamper(chunk)));
    while (this.now < until) {
      const outgoing = this.#mail;
      this.#mail = [];
      for (const bytes of outgoing) put(device.step({ type: 'received', simMs: this.now, bytes }));
      this.now += 50;
      put(device.step({ type: 'tick', simMs: this.now }));
      if (this.now % 250 === 0) this.tick();
    }
    return this;
  }

  get restLength(): number {
    return this.#rest.length;
  }
  get repeats(): number {
    return this.#state.repeats;
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
  waves(waveform: WaveformBlock['waveform']): readonly WaveformBlock[] {
    return this.observations.filter((seen) => seen.kind === 'waveform').filter((block) => block.waveform === waveform);
  }
  queriesSince(from: number): readonly Query[] {
    return this.sent.filter(({ at }) => at >= from).map(({ query }) => query);
  }

  #give(input: SessionInput<Message>): this {
    const [state, effects] = geS5Dri.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    return this;
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send': {
        const bytes = geS5Dri.encode(effect.query);
        expect(maySend(bytes), JSON.stringify(effect.query)).toBe(true);
        this.sent.push({ at: this.now, query: effect.query, bytes });
        return void this.#mail.push(bytes);
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

export const maySend = (bytes: Uint8Array): boolean => geS5Dri.maySend.some((pattern) => pattern.matches(bytes));

/** Builds a monitor's frames with running record numbers; `time` follows the bench unless given. */
export class Speaker {
  readonly #numbers = new Map<string, number>();
  level = 9;

  say(bench: Bench, content: Content, header: Partial<RecordHeader> = {}): void {
    bench.receive(this.frame(content, { time: EPOCH_S + Math.floor(bench.now / 1000), ...header }));
  }

  frame(content: Content, header: Partial<RecordHeader> = {}): Uint8Array {
    const number = this.#numbers.get(content.kind) ?? 0;
    this.#numbers.set(content.kind, (number + 1) & 0xff);
    return frame(encodeRecord({ number, level: this.level, plugId: 1, time: EPOCH_S, ...header }, content));
  }
}

export type Overrides = {
  readonly [Name in keyof BasicGroups]?: {
    readonly status?: number;
    readonly label?: number;
    readonly values?: Partial<BasicGroups[Name]['values']>;
  };
};

/** A basic class with nothing in it but what is given; a given group measures unless its status says otherwise. */
export function basicWith(overrides: Overrides): BasicGroups {
  const absent = absentGroups(BASIC);
  const changed = Object.entries(overrides).map(([name, given]): [string, object] => {
    const before = Object.entries(absent).find(([key]) => key === name)?.[1];
    return [name, { ...before, status: 3, ...given, values: { ...before?.values, ...given.values } }];
  });
  return Object.assign(absent, Object.fromEntries(changed));
}

export const displayed = (groups: BasicGroups, time = EPOCH_S): Content => ({
  kind: 'physiological',
  classes: [{ kind: 'displayed', time, marker: 0, name: 'basic', groups }],
});

export const auxiliary = (nibpTime: number): Content => ({
  kind: 'physiological',
  classes: [],
  auxiliary: { nibpTime, cardiacOutputTime: 0, wedgeTime: 0, bodySurface: 'invalid' },
});

/** A fixture in hexadecimal text, `#` for comments. */
export function readFixture(name: string): Uint8Array {
  const text = readFileSync(new URL(`../../fixtures/ge-s5-dri/${name}.hex`, import.meta.url), 'latin1');
  return fromHex(text.replaceAll(/^#.*$/gm, ''));
}

/** The bytes of one frame as the driver's cut gives them, decoded; the test fails when it is not one good frame. */
export function decodeFrame(bytes: Uint8Array): Message {
  const [only] = geS5Dri.cut(NOTHING, bytes).cuts;
  if (only?.kind !== 'frame') throw new Error(`not a frame: ${only?.why}`);
  const decoded = geS5Dri.decode(only.payload);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}
