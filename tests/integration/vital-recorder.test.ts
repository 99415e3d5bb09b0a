/**
 * The real way of the feed: Socket.IO clients and plain HTTP, kernel sockets, the real runner. Nothing here waits for a fixed
 * time; each wait is for an event and has a deadline.
 */
import { createServer } from 'node:net';
import { deflateSync } from 'node:zlib';
import { asyncScheduler, filter, firstValueFrom, ReplaySubject, share, timeout, type Observable } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DriverEvent } from '$drivers/driver-event.ts';
import { sealDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { hashToken } from '$drivers/transport/inbound-sources.server.ts';
import { RecorderPorts } from '$drivers/transport/vital-recorder.server.ts';
import { vitalRecorder } from '$drivers/vital-recorder/index.ts';
import { deviceId, monotonicMs, type Numerics } from '$lib/domain/index.ts';
import { simulateVitalRecorder } from '$simulators/devices/vital-recorder/index.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import { StillBedside } from '../support/still-bedside.ts';

const DEADLINE_MS = 15_000;
const ONE = 'first-recorder-5d1a';
const TWO = 'second-recorder-90c4';
const driver = sealDriver(vitalRecorder);
const { accepts } = vitalRecorder;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A port that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : expect.unreachable();
}

/** A running device at a port, and waiting for what it says. */
function device(ports: RecorderPorts, port: number, token: string, settings: Readonly<Record<string, unknown>> = {}) {
  if (!accepts) return expect.unreachable();
  const key = { tokenHash: hashToken('ward-7-2026', token) };
  const connect = ports.connect({ host: '127.0.0.1', port, accepting: accepts, key });
  const event$: Observable<DriverEvent> = runDriver(driver, connect, {
    context: { device: deviceId('recorder'), settings },
    label: 'Recorder',
    isSimulated: true,
    clock: () => monotonicMs(performance.now()),
    scheduler: asyncScheduler,
    backoffMs: [50],
  }).pipe(share({ connector: () => new ReplaySubject<DriverEvent>(Infinity) }));
  const running = event$.subscribe();
  const wait = <T extends DriverEvent>(accept: (event: DriverEvent) => event is T): Promise<T> =>
    firstValueFrom(event$.pipe(filter(accept), timeout(DEADLINE_MS)));
  type Status = Extract<DriverEvent, { kind: 'status' }>;
  const status = (state: string, reason = '') =>
    wait(
      (event): event is Status =>
        event.kind === 'status' && event.status.state === state && (event.status.reason ?? '').includes(reason),
    );
  const heartRates: number[] = [];
  const listening = event$.subscribe((event) => {
    if (event.kind !== 'observed') return;
    for (const { values } of event.observations.filter((seen): seen is Numerics => seen.kind === 'numerics'))
      if (values.heartRate && 'value' in values.heartRate) heartRates.push(values.heartRate.value);
  });
  const rate = (value: number) =>
    wait(
      (event): event is Extract<DriverEvent, { kind: 'observed' }> =>
        event.kind === 'observed' && JSON.stringify(event).includes(`"heartRate":{"value":${value}}`),
    );
  const switchOff = () => {
    listening.unsubscribe();
    running.unsubscribe();
  };
  cleanups.push(switchOff);
  return { status, rate, heartRates, switchOff };
}

/** The recorder's clock runs as ours does and shows another time, s. */
const recorderTime = (): number => 1_767_225_600 + performance.now() / 1000;

const json = (vrcode: string | undefined, heartRate: number, roomname = 'OR1'): string => {
  const recs = [{ dt: recorderTime(), val: heartRate }];
  return JSON.stringify({
    ...(vrcode && { vrcode }),
    rooms: [{ roomname, trks: [{ id: 1, name: 'HR', type: 'num', montype: 2, recs }] }],
  });
};
const message = (...of: Parameters<typeof json>): Uint8Array => new Uint8Array(deflateSync(json(...of)));

async function client(port: number, options: Parameters<typeof io>[1] = {}): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${port}`, {
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
    ...options,
  });
  cleanups.push(() => socket.disconnect());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** A message a second: with the second one the clocks are settled. */
function speak(socket: Socket, vrcode: string | undefined, heartRate: number): void {
  socket.emit('send_data', message(vrcode, heartRate));
  const speaking = setInterval(() => socket.emit('send_data', message(vrcode, heartRate)), 1000);
  cleanups.push(() => clearInterval(speaking));
}

describe('a recorder', () => {
  test('of ours, through its own simulator, becomes live with waves and numbers, and is gone when it goes', async () => {
    const port = await freePort();
    const ports = new RecorderPorts();
    const { status, rate } = device(ports, port, 'simulated-recorder');
    await status('negotiating');
    const started = await runSimulator({
      device: () => simulateVitalRecorder(new StillBedside(), { settings: {} }),
      listen: `socketio://127.0.0.1:${port}`,
      callsStation: 'socketio',
      clock: () => performance.now(),
    });
    if (!started.ok) throw new Error(started.error.sentence);
    await rate(76);
    await status('live', 'No place here for 1 of its tracks: Intellivue/HR.');
    expect(started.value.counts()).toMatchObject({ clients: 1, bytesDropped: 0 });
    await started.value.close();
    await status('silent', 'The recorder has disconnected.');
  });

  test.each([
    ['websocket', { transports: ['websocket'] }],
    ['long polling', { transports: ['polling'] }],
    ['polling, then websocket', {}],
  ])('over %s is heard', async (_, options) => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    speak(await client(port, options), ONE, 81);
    await rate(81);
  });

  test('that names itself by joining needs no name in its messages', async () => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    const socket = await client(port);
    socket.emit('join_vr', ONE);
    speak(socket, undefined, 82);
    await rate(82);
  });

  test('of Engine.IO 3 is heard: its own handshake, binary behind 04', async () => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=3&transport=websocket`);
    cleanups.push(() => socket.terminate());
    const opened = new Promise<void>((resolve) =>
      socket.on('message', (text: Buffer) => text.toString() === '40' && resolve()),
    );
    await opened;
    const send = () => {
      socket.send('451-["send_data",{"_placeholder":true,"num":0}]');
      socket.send(Buffer.concat([Buffer.of(0x04), message(ONE, 83)]));
    };
    send();
    const speaking = setInterval(send, 1000);
    cleanups.push(() => clearInterval(speaking));
    await rate(83);
  });

  test('of the older kind posts', async () => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    const post = (vrcode: string, heartRate: number) =>
      fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: new URLSearchParams({ data: json(vrcode, heartRate) }),
      });
    expect((await post(ONE, 84)).status).toBe(204);
    const speaking = setInterval(() => void post(ONE, 84), 1000);
    cleanups.push(() => clearInterval(speaking));
    await rate(84);
    expect((await post('guess', 10)).status).toBe(403);
    await status('live', 'wrong or no vrcode (127.0.0.1)');
  });
});

describe('who is nobody’s', () => {
  test('is refused, cut off and told; the right one is heard beside it', async () => {
    const port = await freePort();
    const { status, rate, heartRates } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    const stranger = await client(port, { reconnection: false });
    const cutOff = new Promise<string>((resolve) => stranger.once('disconnect', resolve));
    stranger.emit('send_data', message('guess', 200));
    // Not by a word of Socket.IO: after one, a recorder would not come back when its code has been put right.
    expect(await cutOff).toBe('transport close');
    await status('negotiating', 'wrong or no vrcode (127.0.0.1)');
    speak(await client(port), ONE, 85);
    await rate(85);
    expect(heartRates).not.toContain(200);
  });

  test('comes back by itself, and is let in as soon as the code is right', async () => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, TWO);
    await status('negotiating');
    const socket = await client(port);
    let code = 'wrong';
    socket.on('connect', () => socket.emit('send_data', message(code, 86)));
    socket.emit('send_data', message(code, 86));
    await status('negotiating', 'wrong or no vrcode');
    code = TWO;
    speak(socket, TWO, 86);
    await rate(86);
  });

  test('a page in a browser does not get in, and nothing is served', async () => {
    const port = await freePort();
    const { status } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    await expect(
      client(port, { transports: ['websocket'], extraHeaders: { origin: 'http://evil.example' }, reconnection: false }),
    ).rejects.toThrow();
    await status('negotiating', 'web page');
    const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
    for (const path of ['/', '/socket.io/socket.io.js', '/socket.io/socket.io.esm.min.js', '/admin']) {
      const response = await at(path);
      expect(response.status, path).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    const preflight = await at('/', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await at('/', { method: 'POST', headers: { origin: 'http://evil.example' }, body: json(ONE, 200) })).status,
    ).toBe(403);
  });

  test('there is no other namespace', async () => {
    const port = await freePort();
    await device(new RecorderPorts(), port, ONE).status('negotiating');
    const socket = io(`http://127.0.0.1:${port}/admin`, { forceNew: true, reconnection: false });
    cleanups.push(() => socket.disconnect());
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    expect(error.message).toBe('Invalid namespace');
  });

  test('too long a message, by socket or by request, is counted and not read', async () => {
    const port = await freePort();
    const { status, rate } = device(new RecorderPorts(), port, ONE);
    await status('negotiating');
    const most = accepts?.maxMessageBytes ?? 0;
    const socket = await client(port, { transports: ['websocket'] });
    socket.emit('send_data', new Uint8Array(most + 1));
    await status('negotiating', 'message too large');
    const sent = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: new Uint8Array(3 * most) }).then(
      (response) => response.status,
      () => 413,
    );
    expect(sent).toBe(413);
    speak(await client(port), ONE, 87);
    await rate(87);
  });
});

describe('one port', () => {
  test('serves two sources and two rooms of one of them, each its own', async () => {
    const port = await freePort();
    const ports = new RecorderPorts();
    const first = device(ports, port, ONE);
    const second = device(ports, port, TWO, { room: 'OR1' });
    const third = device(ports, port, TWO, { room: 'OR2' });
    await Promise.all([first, second, third].map(({ status }) => status('negotiating')));
    speak(await client(port), ONE, 91);
    const other = await client(port);
    const room = (name: string, val: number) => {
      const recs = [{ dt: recorderTime(), val }];
      return { roomname: name, trks: [{ id: 1, name: 'HR', type: 'num', montype: 2, recs }] };
    };
    const send = () =>
      other.emit('send_data', deflateSync(JSON.stringify({ vrcode: TWO, rooms: [room('OR1', 92), room('OR2', 93)] })));
    send();
    const speaking = setInterval(send, 1000);
    cleanups.push(() => clearInterval(speaking));
    await Promise.all([first.rate(91), second.rate(92), third.rate(93)]);
    expect([first, second, third].map(({ heartRates }) => [...new Set(heartRates)])).toEqual([[91], [92], [93]]);
  });

  test('closes with its last device, and can be opened again in the next moment', async () => {
    const port = await freePort();
    const ports = new RecorderPorts();
    const first = device(ports, port, ONE);
    const second = device(ports, port, TWO);
    await Promise.all([first, second].map(({ status }) => status('negotiating')));
    const socket = await client(port);
    speak(socket, TWO, 94);
    await second.rate(94);
    first.switchOff();
    await second.rate(94);
    const gone = new Promise<string>((resolve) => socket.once('disconnect', resolve));
    second.switchOff();
    expect(await gone).toBe('transport close');
    const again = device(ports, port, TWO);
    await again.status('negotiating');
    // The client has come back by itself.
    await again.rate(94);
  });

  test('that another program has is said to be busy, and is waited for', async () => {
    const port = await freePort();
    const first = device(new RecorderPorts(), port, ONE);
    await first.status('negotiating');
    const second = device(new RecorderPorts(), port, ONE);
    await second.status('lost', `Another program is already listening on 127.0.0.1:${port}.`);
    first.switchOff();
    await second.status('negotiating');
  });
});
