/**
 * A tiny line protocol for tests of everything around drivers: the runner, the transports, the simulator host.
 *
 *   $ body * hh LF      body: 1 to 40 printable characters without `$` and `*`; hh: their 8-bit sum in hexadecimal
 *
 * The device says `HR 72`. Some bodies make the session do what a test wants to see: `ASK`, `BAD`, `WAKE 70`, `SILENT`,
 * `REOPEN because`, `THROW`, `ECHO HR 5`. The station may say `rate?` and `bye`, and nothing else.
 */
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import { sealDriver, type AnyDriver, type Cut, type CutResult, type Decoded, type Driver } from '$drivers/driver.ts';
import type { SessionInput, Step } from '$drivers/driver.ts';
import type { DeviceId, MonotonicMs } from '$lib/domain/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';

export type ToyMessage =
  | { readonly type: 'rate'; readonly value: number }
  | { readonly type: 'order'; readonly verb: string; readonly rest: string };
export type ToyQuery = 'rate?' | 'bye' | 'SET RATE 99';

export interface ToyState {
  readonly device: DeviceId;
  readonly openings: number;
  readonly wakeAt?: MonotonicMs;
}

const LONGEST_LINE = 45;
const LINE_FEED = 0x0a;
const DOLLAR = 0x24;

/** A whole line around a body, as both ends send it. */
export function toyLine(body: string): Uint8Array {
  const sum = sum8(fromLatin1(body)).toString(16).padStart(2, '0');
  return fromLatin1(`$${body}*${sum}\n`);
}

function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  let bytes = concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  while (bytes.length > 0) {
    const length = bytes[0] === DOLLAR ? bytes.indexOf(LINE_FEED) + 1 : 0;
    const start = bytes.indexOf(DOLLAR, length > 0 ? 0 : 1);
    if (bytes[0] !== DOLLAR) {
      const noiseLength = start < 0 ? bytes.length : start;
      cuts.push({ kind: 'noise', bytes: bytes.slice(0, noiseLength), why: 'no-start' });
      bytes = bytes.slice(noiseLength);
    } else if (length === 0 && bytes.length <= LONGEST_LINE) {
      break;
    } else if (length === 0 || length > LONGEST_LINE) {
      cuts.push({ kind: 'noise', bytes: bytes.slice(0, 1), why: 'too-long' });
      bytes = bytes.slice(1);
    } else {
      const wire = bytes.slice(0, length);
      const isWhole = /^\$[^$*\n]+\*[0-9a-f]{2}\n$/.test(latin1(wire));
      const payload = wire.slice(1, -4);
      if (isWhole && latin1(toyLine(latin1(payload))) === latin1(wire)) {
        cuts.push({ kind: 'frame', wire, payload });
        bytes = bytes.slice(length);
      } else {
        cuts.push({ kind: 'noise', bytes: bytes.slice(0, 1), why: 'bad-sum' });
        bytes = bytes.slice(1);
      }
    }
  }
  return { rest: bytes, cuts };
}

function decode(payload: Uint8Array): Decoded<ToyMessage> {
  const [verb = '', ...words] = latin1(payload).split(' ');
  const rest = words.join(' ');
  if (verb === 'HR' && !/^\d+$/.test(rest)) return { ok: false, why: 'malformed', detail: `rate ${rest}` };
  if (verb === 'HR') return { ok: true, message: { type: 'rate', value: Number(rest) } };
  if (!['ASK', 'BAD', 'WAKE', 'SILENT', 'REOPEN', 'THROW', 'ECHO'].includes(verb))
    return { ok: false, why: 'unknown-code', detail: verb };
  return { ok: true, message: { type: 'order', verb, rest } };
}

function step(state: ToyState, input: SessionInput<ToyMessage>): Step<ToyState, ToyQuery> {
  switch (input.type) {
    case 'opened':
      return [{ ...state, openings: state.openings + 1 }, [{ type: 'send', query: 'rate?' }]];
    case 'closing':
      return [state, [{ type: 'send', query: 'bye' }]];
    case 'tick': {
      if (state.wakeAt === undefined || input.now < state.wakeAt) return [state, []];
      const { wakeAt: _, ...awake } = state;
      return [awake, [observed(state, input.now, 1)]];
    }
    case 'message':
      return input.message.type === 'order'
        ? obey(state, input.now, input.message.verb, input.message.rest)
        : [state, [{ type: 'status', state: 'live' }, observed(state, input.now, input.message.value)]];
    case 'noise':
    case 'undecodable':
      return [state, []];
  }
}

function obey(state: ToyState, now: MonotonicMs, verb: string, rest: string): Step<ToyState, ToyQuery> {
  switch (verb) {
    case 'ASK':
      return [state, [{ type: 'send', query: 'rate?' }]];
    case 'BAD':
      return [state, [observed(state, now, 41), { type: 'send', query: 'SET RATE 99' }, observed(state, now, 42)]];
    case 'WAKE':
      return [{ ...state, wakeAt: (now + Number(rest)) as MonotonicMs }, [{ type: 'wake', afterMs: Number(rest) }]];
    case 'SILENT':
      return [state, [{ type: 'status', state: 'silent', reason: rest }]];
    case 'REOPEN':
      return [state, [{ type: 'reopen', why: rest }, { type: 'send', query: 'rate?' }, observed(state, now, 43)]];
    case 'ECHO':
      return [state, [{ type: 'send', query: 'rate?' }, observed(state, now, 44)]];
    default:
      throw new TypeError('the toy broke');
  }
}

const observed = (state: ToyState, at: MonotonicMs, heartRate: number) =>
  ({
    type: 'observed',
    observations: [{ kind: 'numerics', source: state.device, at, values: { heartRate: { value: heartRate } } }],
  }) as const;

const exactly = (query: ToyQuery) => ({
  name: query,
  matches: (frame: Uint8Array) => latin1(frame) === latin1(toyLine(query)),
});

export const toyDriver: Driver<ToyMessage, ToyQuery, ToyState> = {
  id: 'toy',
  label: 'Toy monitor',
  role: 'monitor',
  serial: { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1, rtscts: true },
  freshness: { staleAfterMs: 1000, expiredAfterMs: 3000 },
  observes: ['heartRate'],
  verified: 'Against itself.',
  cut,
  decode,
  encode: (query) => toyLine(query),
  maySend: [exactly('rate?'), exactly('bye')],
  start: ({ device }) => ({ device, openings: 0 }),
  step,
  kindOf: (message) => message.type,
  describe: (message) => (message.type === 'rate' ? `HR ${message.value}` : `${message.verb} ${message.rest}`.trim()),
};

export const sealedToy: AnyDriver = sealDriver(toyDriver);

/** The other end: answers `rate?` at once and says its rate, counting up from 60, every 100 ms of simulated time. */
export class ToyDevice implements SimulatedDevice {
  readonly heard: string[] = [];
  rate = 60;
  #rest: Uint8Array = new Uint8Array(0);
  #saidAt = 0;

  step(input: DeviceInput): readonly Uint8Array[] {
    if (input.type === 'connected') this.#saidAt = input.simMs;
    if (input.type === 'received') return this.#answer(input.bytes);
    const said: Uint8Array[] = [];
    for (; input.type === 'tick' && this.#saidAt + 100 <= input.simMs; this.#saidAt += 100) said.push(this.#say());
    return said;
  }

  #answer(bytes: Uint8Array): readonly Uint8Array[] {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    const bodies = cuts.flatMap((found) => (found.kind === 'frame' ? [latin1(found.payload)] : []));
    this.heard.push(...bodies);
    return bodies.filter((body) => body === 'rate?').map(() => this.#say());
  }

  #say(): Uint8Array {
    return toyLine(`HR ${this.rate++}`);
  }
}
