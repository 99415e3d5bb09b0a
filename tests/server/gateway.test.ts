/** The live wire with real sockets: what screens get, what they may ask, and what one that stalls or lies costs the others. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import { Subject } from 'rxjs';
import {
  alarmId,
  bedId,
  fail,
  monotonicMs,
  ok,
  wallMs,
  type Alarm,
  type AlarmChange,
  type BedId,
  type CommandEnvelope,
  type Delivery,
  type Refusal,
  type Result,
} from '$lib/domain/index.ts';
import type { AnswerTo, Bus, Listeners, StationEvent, StationRequest } from '$lib/bus/bus.ts';
import {
  packWaves,
  unpackWaves,
  WIRE_VERSION,
  type AlarmMessage,
  type BedPatch,
  type BedView,
  type Hello,
  type ToBrowser,
  type ToStation,
  type Welcome,
} from '$lib/realtime/index.ts';
import { Gateway } from '$lib/server/gateway.ts';
import { WardState } from '$lib/server/ward-state.ts';
import { NURSE } from '../support/bed.ts';

vi.setConfig({ testTimeout: 30_000 });

const BED = bedId('bed-1');

const view = (bed: string, wave: number): BedView => ({
  bed: bedId(bed),
  label: bed,
  vitals: {},
  nibp: { readings: [], intervalMin: 5 },
  limits: [],
  channels: [],
  devices: [],
  deviceAlarms: [],
  timeline: [],
  waves: [{ number: wave, bed: bedId(bed), waveform: 'ecg1', rateHz: 300, gain: 1, offset: 0 }],
  closedGates: [],
  unjudged: [],
  audibleScreens: 0,
  alarms: [],
  alarmNumber: 0,
  audio: {},
});

/** A core that says what the test wants and keeps what it is asked. */
class ScriptedBus implements Bus {
  readonly #event$ = new Subject<StationEvent>();
  readonly events$ = this.#event$.asObservable();
  readonly commands: CommandEnvelope[] = [];
  readonly reports: Readonly<Record<string, Listeners>>[] = [];
  readonly deliveries: (readonly [BedId, Delivery])[] = [];
  #alarms = 0;

  say(event: StationEvent): void {
    this.#event$.next(event);
  }
  snapshot(): void {
    const beds = [view('bed-1', 0), view('bed-2', 1)];
    this.say({ type: 'snapshot', snapshot: { at: monotonicMs(1000), wallTime: wallMs(0), beds } });
  }
  alarm(): AlarmMessage {
    this.#alarms += 1;
    const alarm = { id: alarmId('bed-1:1'), rule: 'S1', state: 'active', priority: 'high', signalledAt: 1000 } as Alarm;
    const change: AlarmChange = { cause: 'signalled', alarm };
    const message = { bed: BED, number: this.#alarms, at: monotonicMs(1000), change, audio: {} };
    this.say({ type: 'alarm', message });
    return message;
  }
  wave(count = 12): void {
    const part = (channel: number) => ({
      channel,
      at: monotonicMs(1000),
      samples: new Int16Array(count),
      isGapBefore: false,
    });
    this.say({ type: 'waves', frame: packWaves(monotonicMs(1000), [part(0), part(1)]) });
  }
  command(envelope: CommandEnvelope): Promise<Result<null, Refusal>> {
    this.commands.push(envelope);
    return Promise.resolve(
      envelope.command.type === 'end-session' ? fail({ why: 'no-session', message: 'No patient.' }) : ok(null),
    );
  }
  request<R extends StationRequest>(): Promise<AnswerTo<R>> {
    return Promise.reject(new Error('not asked here'));
  }
  report(listeners: Readonly<Record<string, Listeners>>): void {
    this.reports.push(listeners);
  }
  deliver(bed: BedId, delivery: Delivery): void {
    this.deliveries.push([bed, delivery]);
  }
  close(): void {
    this.#event$.complete();
  }
}

type Screen = Socket<ToBrowser, ToStation>;

let http: Server;
let bus: ScriptedBus;
let gateway: Gateway;
const screens: Screen[] = [];

beforeEach(async () => {
  http = createServer();
  bus = new ScriptedBus();
  gateway = new Gateway({
    http,
    bus,
    ward: new WardState(),
    now: () => performance.now(),
    admit: ({ headers }) => (headers['cookie'] === 'good' ? NURSE : undefined),
    alarmsFromRecord: () => [],
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  bus.snapshot();
});

afterEach(async () => {
  for (const screen of screens.splice(0)) screen.disconnect();
  await gateway.close();
  http.closeAllConnections();
});

function connect(cookie = 'good', origin?: string): Screen {
  const { port } = http.address() as AddressInfo;
  const extraHeaders = { cookie, ...(origin === undefined ? {} : { origin }) };
  const screen: Screen = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    extraHeaders,
    reconnection: false,
    forceNew: true,
  });
  screens.push(screen);
  return screen;
}

const opened = (screen: Screen): Promise<'open' | 'refused'> =>
  new Promise((resolve) => {
    screen.once('connect', () => resolve('open'));
    screen.once('connect_error', () => resolve('refused'));
  });

const HELLO: Hello = {
  wireVersion: WIRE_VERSION,
  view: { type: 'ward' },
  sound: { state: 'running', isVisible: true },
  alarmNumbers: {},
};

/** A screen that has said hello, keeps what it gets and lives: echoes heartbeats, answers for alarms. */
async function arrive(hello: Partial<Hello> = {}): Promise<{ screen: Screen; welcome: Welcome; got: Got }> {
  const screen = connect();
  await opened(screen);
  const got: Got = { alarms: [], patches: [], waves: [], snapshots: 0 };
  screen.on('alarm:changed', (message, received) => {
    got.alarms.push(message.number);
    received();
  });
  screen.on('bed:changed', (patch) => got.patches.push(patch));
  screen.on('wave:frame', (frame) => {
    const parts = unpackWaves(new Uint8Array(frame))?.parts ?? [];
    got.waves.push(parts.map(({ channel }) => channel));
  });
  screen.on('station:snapshot', () => (got.snapshots += 1));
  screen.on('station:heartbeat', ({ count }) => screen.emit('heartbeat:seen', count));
  const answer = await ask(screen, { ...HELLO, ...hello });
  if (!answer.ok) throw new Error(answer.error.message);
  return { screen, welcome: answer.value, got };
}

interface Got {
  readonly alarms: number[];
  readonly patches: BedPatch[];
  readonly waves: number[][];
  snapshots: number;
}

const ask = (screen: Screen, hello: unknown): Promise<Result<Welcome, Refusal>> =>
  new Promise((resolve) => screen.emit('station:hello', hello as Hello, resolve));

const command = (screen: Screen, value: unknown): Promise<Result<null, Refusal>> =>
  new Promise((resolve) => screen.emit('bed:command', value as never, resolve));

describe('who comes in', () => {
  test('a screen without our cookie, or from another origin, is refused', async () => {
    expect(await opened(connect('bad'))).toBe('refused');
    expect(await opened(connect('good', 'http://evil.example'))).toBe('refused');
    const { port } = http.address() as AddressInfo;
    expect(await opened(connect('good', `http://127.0.0.1:${port}`))).toBe('open');
  });

  test('a page of another version is told so', async () => {
    const screen = connect();
    await opened(screen);
    expect(await ask(screen, { ...HELLO, wireVersion: 99 })).toMatchObject({
      ok: false,
      error: { why: 'other-version' },
    });
  });

  test('the core learns how many screens live and can be heard', async () => {
    const { screen } = await arrive();
    await arrive({ sound: { state: 'off', isVisible: true } });
    expect(bus.reports.at(-1)).toMatchObject({ 'bed-1': { screens: 2, audibleScreens: 1 } });
    screen.emit('sound:changed', { state: 'blocked', isVisible: false });
    await expect.poll(() => bus.reports.at(-1)?.['bed-1']).toEqual({ screens: 2, audibleScreens: 0 });
    screen.disconnect();
    await expect.poll(() => bus.reports.at(-1)?.['bed-1']).toEqual({ screens: 1, audibleScreens: 0 });
  });
});

describe('what it gets', () => {
  test('a snapshot, then changes; numbers and waves that leave in the same turn all arrive', async () => {
    const { welcome, got } = await arrive();
    expect(welcome.snapshot.beds.map(({ bed }) => bed)).toEqual(['bed-1', 'bed-2']);
    for (let i = 0; i < 20; i += 1) {
      bus.say({ type: 'patch', patch: { bed: BED, changes: { label: `Bed ${i}` } } });
      bus.wave();
    }
    await expect.poll(() => got.waves.length).toBe(20);
    expect(got.patches.length).toBe(20);
  });

  test('waves of its view only', async () => {
    const { screen, got } = await arrive({ view: { type: 'bed', bed: BED } });
    bus.wave();
    await expect.poll(() => got.waves).toEqual([[0]]);
    screen.emit('view:changed', { type: 'none' });
    await expect.poll(() => got.snapshots).toBe(1);
    bus.wave();
    bus.alarm();
    await expect.poll(() => got.alarms).toEqual([1]);
    expect(got.waves).toEqual([[0]]);
  });

  test('a flood of changes merged, the newest last', async () => {
    const { got } = await arrive();
    for (let i = 0; i < 500; i += 1) bus.say({ type: 'patch', patch: { bed: BED, changes: { label: `Bed ${i}` } } });
    await expect.poll(() => got.patches.at(-1)?.changes.label).toBe('Bed 499');
    expect(got.patches.length).toBeLessThan(60);
  });

  test('after an absence the alarm changes that it missed, each once', async () => {
    const first = await arrive();
    bus.alarm();
    await expect.poll(() => first.got.alarms).toEqual([1]);
    first.screen.disconnect();
    bus.alarm();
    bus.alarm();
    const again = await arrive({ alarmNumbers: { 'bed-1': 1, 'bed-2': 0 } });
    expect(again.welcome.missed.map(({ number }) => number)).toEqual([2, 3]);
    expect(again.welcome.snapshot.beds[0]?.alarmNumber).toBe(3);
  });
});

describe('what it may ask', () => {
  test('a command goes to the core in the name of the person who was admitted, and the answer comes back', async () => {
    const { screen } = await arrive();
    const acknowledge = { id: 'c1', bed: 'bed-1', command: { type: 'acknowledge', alarm: 'bed-1:1' } };
    expect(await command(screen, acknowledge)).toEqual({ ok: true, value: null });
    expect(bus.commands).toEqual([{ ...acknowledge, by: NURSE }]);
    expect(await command(screen, { ...acknowledge, command: { type: 'end-session' } })).toMatchObject({
      ok: false,
      error: { message: 'No patient.' },
    });
  });

  test.each([
    [undefined],
    [42],
    ['DROP TABLE'],
    [{ id: 'c1', bed: 'bed-1', command: { type: 'start-pump' } }],
    [{ id: 'c1', bed: 'bed-1', by: { name: 'Doctor' }, command: { type: 'pause-audio' } }],
  ])('nonsense (%j) is answered, reaches nobody, and the screen stays', async (nonsense) => {
    const { screen, got } = await arrive();
    expect(await command(screen, nonsense)).toMatchObject({ ok: false, error: { why: 'out-of-range' } });
    const raw = screen as unknown as { emit: (name: string, ...args: unknown[]) => void };
    raw.emit('bed:command');
    raw.emit('station:hello', 'x');
    raw.emit('view:changed', { type: 'everything' });
    raw.emit('sound:changed', null);
    raw.emit('heartbeat:seen', 'later');
    raw.emit('no:such:event', { a: 1 });
    expect(bus.commands).toEqual([]);
    bus.alarm();
    await expect.poll(() => got.alarms).toEqual([1]);
  });

  test('a message larger than any that a page sends ends the connection, not the station', async () => {
    const { screen } = await arrive();
    const other = await arrive();
    const raw = screen as unknown as { emit: (name: string, ...args: unknown[]) => void };
    raw.emit('bed:command', 'x'.repeat(100_000));
    await expect.poll(() => screen.connected).toBe(false);
    bus.alarm();
    await expect.poll(() => other.got.alarms).toEqual([1]);
  });
});

describe('what screens say of an alarm', () => {
  const report = (more: object) =>
    ({ bed: 'bed-1', alarm: 'bed-1:1', signalledAt: 1000, isShown: true, ...more }) as never;

  test('reaches the core once for the first that shows it and once for the first that sounds it, however often it is said', async () => {
    const first = await arrive();
    const second = await arrive();
    bus.alarm();
    await expect.poll(() => [...first.got.alarms, ...second.got.alarms]).toEqual([1, 1]);
    for (let i = 0; i < 50; i += 1) {
      first.screen.emit('alarm:delivered', report({ sound: 'muted' }));
      second.screen.emit('alarm:delivered', report({ sound: 'sounded' }));
    }
    await command(first.screen, {});
    await command(second.screen, {});
    expect(bus.deliveries.map(([bed]) => bed)).toEqual(['bed-1', 'bed-1']);
    expect(bus.deliveries[0]?.[1]).toMatchObject({ isShown: true, screen: NURSE.station });
    expect(bus.deliveries.filter(([, { sound }]) => sound === 'sounded')).toHaveLength(1);
  });

  test('of an alarm that is not there, of an earlier signal, or as nonsense, reaches nobody', async () => {
    const { screen } = await arrive();
    bus.alarm();
    for (const more of [
      { alarm: 'bed-1:9' },
      { signalledAt: 999 },
      { bed: 'bed-7' },
      { sound: 'loud' },
      { isShown: 1 },
    ]) {
      screen.emit('alarm:delivered', report(more));
    }
    await command(screen, {});
    expect(bus.deliveries).toEqual([]);
  });
});

describe('a screen that stalls', () => {
  test('gets no waves while it is behind, costs the others none, and begins with a snapshot when it is back', async () => {
    const slow = await arrive();
    const good = await arrive();
    slow.screen.off('station:heartbeat');
    const before = bus.reports.length;
    await expect.poll(() => bus.reports.slice(before).at(-1)?.['bed-1']?.screens, { timeout: 10_000 }).toBe(1);
    const seen = slow.got.waves.length;
    bus.wave();
    await expect.poll(() => good.got.waves.length).toBe(1);
    expect(slow.got.waves.length).toBe(seen);
    slow.screen.on('station:heartbeat', ({ count }) => slow.screen.emit('heartbeat:seen', count));
    await expect.poll(() => slow.got.snapshots, { timeout: 5000 }).toBe(1);
    bus.wave();
    await expect.poll(() => slow.got.waves.length).toBe(seen + 1);
  });

  test('and does not answer for an alarm is cut off, so that it comes back and asks', async () => {
    const deaf = await arrive();
    const good = await arrive();
    deaf.screen.off('alarm:changed');
    const gone = new Promise((resolve) => deaf.screen.once('disconnect', resolve));
    bus.alarm();
    await expect.poll(() => good.got.alarms).toEqual([1]);
    expect(await gone).toBe('io server disconnect');
    expect(good.screen.connected).toBe(true);
    const back = await arrive({ alarmNumbers: { 'bed-1': 0 } });
    expect(back.welcome.missed.map(({ number }) => number)).toEqual([1]);
  });
});
