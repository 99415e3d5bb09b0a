/** The driver folded by hand over what a test lets happen, and everything that it said. Every query passes the send guard. */
import { expect } from 'vitest';
import { DRIVER_TICK_MS, type SessionEffect, type SessionInput } from '$drivers/driver.ts';
import { attributeOf } from '$drivers/philips-intellivue/attributes.ts';
import { writePollProfile } from '$drivers/philips-intellivue/association.ts';
import { encode } from '$drivers/philips-intellivue/codec.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import type {
  Attribute,
  Content,
  Framing,
  Message,
  Part,
  PolledObject,
  PollResult,
  Query,
} from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, CLASS, GROUP, MONITOR_OBJECT } from '$drivers/philips-intellivue/protocol-codes.ts';
import {
  NO_ABSOLUTE_TIME,
  writeAbsoluteTime,
  writeCompound,
  writeNumeric,
  type NumericValue,
} from '$drivers/philips-intellivue/values.ts';
import { longs } from '$drivers/philips-intellivue/wire.ts';
import { deviceId, monotonicMs, type Observation, type WaveformBlock } from '$lib/domain/index.ts';

export const DEVICE = deviceId('monitor-1');
/** The wall clock of {@link Bench}'s monitor at time 0, and its ticks. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);
export const START_TICKS = 2_000_000;
const NOTHING = new Uint8Array(0);

type Status = Extract<SessionEffect<Query>, { type: 'status' }>;
type Link = 'serial' | 'tcp' | 'udp';

export class Bench {
  readonly sent: { readonly at: number; readonly query: Query }[] = [];
  readonly observations: Observation[] = [];
  readonly statuses: Status[] = [];
  readonly reopens: string[] = [];
  now = 0;
  #state;
  #rest: Uint8Array = NOTHING;
  #wakes: number[] = [];

  constructor(settings: Readonly<Record<string, unknown>> = {}, link?: Link) {
    this.#state = philipsIntellivue.start({ device: DEVICE, settings, ...(link && { link }) });
  }

  get state() {
    return this.#state;
  }

  open(): this {
    this.#rest = NOTHING;
    return this.give({ type: 'opened', now: monotonicMs(this.now) });
  }

  close(): this {
    return this.give({ type: 'closing', now: monotonicMs(this.now) });
  }

  /** Ticks every 250 ms and when the session asked for it. */
  waitUntil(at: number): this {
    while (this.now < at) {
      const regular = (Math.floor(this.now / DRIVER_TICK_MS) + 1) * DRIVER_TICK_MS;
      this.now = Math.min(at, regular, ...this.#wakes.filter((wake) => wake > this.now));
      this.#wakes = this.#wakes.filter((wake) => wake > this.now);
      this.give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  wait(ms: number): this {
    return this.waitUntil(this.now + ms);
  }

  receive(bytes: Uint8Array): this {
    const { rest, cuts } = philipsIntellivue.cut(this.#rest, bytes);
    this.#rest = rest;
    const now = monotonicMs(this.now);
    for (const cut of cuts) {
      if (cut.kind === 'noise') {
        this.give({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
        continue;
      }
      const decoded = philipsIntellivue.decode(cut.payload);
      if (decoded.ok) this.give({ type: 'message', now, message: decoded.message });
      else this.give({ type: 'undecodable', now, why: decoded.why });
    }
    return this;
  }

  hear(content: Content, framing: Framing = 'serial'): this {
    return this.receive(encode({ ...content, framing }));
  }

  /** From opening to the first numbers, on a serial line. */
  stream(): this {
    this.open().wait(PROBE_AND_A_BIT_MS);
    return this.hear(accept()).hear(created(this.now)).wait(500).hear(numbers(this.now, []));
  }

  get states(): readonly string[] {
    return this.statuses.map(({ state }) => state);
  }

  get lastReason(): string | undefined {
    return this.statuses.at(-1)?.reason;
  }

  of<K extends Observation['kind']>(kind: K): readonly Extract<Observation, { kind: K }>[] {
    return this.observations.filter((seen): seen is Extract<Observation, { kind: K }> => seen.kind === kind);
  }

  waves(waveform: WaveformBlock['waveform']): readonly WaveformBlock[] {
    return this.of('waveform').filter((block) => block.waveform === waveform);
  }

  kindsSince(from: number): readonly string[] {
    return this.sent.filter(({ at }) => at >= from).map(({ query }) => nameOf(query));
  }

  /** When each request of this name was sent. */
  timesOf(name: string): readonly number[] {
    return this.sent.filter(({ query }) => nameOf(query) === name).map(({ at }) => at);
  }

  give(input: SessionInput<Message>): this {
    const [state, effects] = philipsIntellivue.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    return this;
  }

  #apply(effect: SessionEffect<Query>): void {
    switch (effect.type) {
      case 'send':
        expect(maySend(philipsIntellivue.encode(effect.query)), JSON.stringify(effect.query)).toBe(true);
        return void this.sent.push({ at: this.now, query: effect.query });
      case 'observed':
        return void this.observations.push(...effect.observations);
      case 'status':
        return void this.statuses.push(effect);
      case 'reopen':
        return void this.reopens.push(effect.why);
      case 'wake':
        return void this.#wakes.push(this.now + effect.afterMs);
    }
  }
}

export const PROBE_AND_A_BIT_MS = 310;

export const maySend = (bytes: Uint8Array): boolean =>
  philipsIntellivue.maySend.some((pattern) => pattern.matches(bytes));

const CLASS_NAMES: Readonly<Record<number, string>> = {
  [CLASS.numerics]: 'numerics',
  [CLASS.waves]: 'waves',
  [CLASS.alerts]: 'alerts',
  [CLASS.system]: 'clock',
};

/** `numerics 0000`, `waves 0000`, `alerts 0801`, `presence`, `clock`, `set`, `associate`, … */
export function nameOf(query: Query): string {
  if (query.kind !== 'poll') return query.kind;
  const { type, group, isExtended } = query.request;
  const name = CLASS_NAMES[type.code] ?? String(type.code);
  if (!isExtended) return type.code === CLASS.alerts ? 'presence' : name;
  return `${name} ${group.toString(16).padStart(4, '0')}`;
}

export const invokeIdOf = (query: Query | undefined): number => (query && 'invokeId' in query ? query.invokeId : NaN);

export const ticksAt = (ms: number): number => (START_TICKS + 8 * ms) >>> 0;

export function accept(extOptions = 0x88000000): Content {
  const value = writePollProfile({
    revision: 0x80000000,
    minPollPeriod: 8000,
    maxMtuReceive: 996,
    maxMtuSend: 996,
    maxBandwidth: 0xffffffff,
    options: 0x60000000,
    extOptions,
  });
  const information = {
    protocolVersion: 0x80000000,
    nomenclatureVersion: 0x40000000,
    functionalUnits: 0,
    systemType: 0x00800000,
    startupMode: 0x80000000,
    options: [],
    profiles: [{ id: ATTRIBUTE.pollProfile, value }],
  };
  return { kind: 'accept', information };
}

/** The monitor presents itself at this time; its clocks are told as they were at time 0. */
export const created = (ms: number, more: readonly Attribute[] = []): Content => ({
  kind: 'created',
  invokeId: 1,
  object: MONITOR_OBJECT,
  time: ticksAt(ms),
  attributes: [
    { id: ATTRIBUTE.absoluteTime, value: writeAbsoluteTime(EPOCH_MS) },
    { id: ATTRIBUTE.relativeTime, value: longs(START_TICKS) },
    ...more,
  ],
});

export interface ResultOptions {
  readonly part?: Part;
  readonly sequence?: number;
  readonly invokeId?: number;
  readonly group?: number;
  readonly ticks?: number;
}

/** The result of an extended poll, stamped with the ticks of `ms`. */
export function result(
  code: number,
  ms: number,
  objects: readonly PolledObject[],
  options: ResultOptions = {},
): Content {
  const { part = { is: 'whole' }, sequence = 1, invokeId = 9, group = GROUP.all, ticks = ticksAt(ms) } = options;
  const polled: PollResult = {
    isExtended: true,
    pollNumber: code,
    sequence,
    relativeTime: ticks,
    absoluteTime: NO_ABSOLUTE_TIME,
    type: { partition: 1, code },
    group,
    contexts: [{ context: 1, objects }],
  };
  return { kind: 'polled', invokeId, part, result: polled };
}

export const numbers = (ms: number, objects: readonly PolledObject[], options: ResultOptions = {}): Content =>
  result(CLASS.numerics, ms, objects, options);

export const value = (physioId: number, number: NumericValue['value'], unit: number, state = 0): NumericValue => ({
  physioId,
  state,
  unit,
  value: number,
});

export const single = (numeric: NumericValue, decimals = 1, handle = numeric.physioId): PolledObject => ({
  handle,
  attributes: [{ id: ATTRIBUTE.numeric, value: writeNumeric(numeric, decimals) }],
});

export const compound = (
  numerics: readonly NumericValue[],
  stampMs?: number,
  handle = numerics[0]?.physioId ?? 0,
): PolledObject => ({
  handle,
  attributes: [
    { id: ATTRIBUTE.numericCompound, value: writeCompound(numerics, 1) },
    ...(stampMs === undefined ? [] : [{ id: ATTRIBUTE.stampAbsolute, value: writeAbsoluteTime(stampMs) }]),
  ],
});

export const periodOf = (query: Query): number | undefined => {
  const period = query.kind === 'poll' ? attributeOf(query.request.attributes, ATTRIBUTE.pollPeriod) : undefined;
  return period && new DataView(period.buffer, period.byteOffset).getUint32(0) / 8;
};
