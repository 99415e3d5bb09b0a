import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import { parseAddress } from '$simulators/listener.ts';
import { runSimulator, type SimulatorHandle, type SimulatorOptions } from '$simulators/run-simulator.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { ToyDevice, toyLine } from '../support/toy-driver.ts';

const open: (SimulatorHandle | Socket)[] = [];
const correspondents: UdpSocket[] = [];
afterEach(async () => {
  for (const socket of correspondents.splice(0)) socket.close();
  for (const thing of open.splice(0)) await ('destroy' in thing ? thing.destroy() : thing.close());
});

/** A device in virtual time at a free port. */
async function host(device: () => SimulatedDevice, options: Partial<SimulatorOptions> = {}) {
  const scheduler = new VirtualTimeScheduler();
  const started = await runSimulator({
    device,
    listen: 'tcp://127.0.0.1:0',
    clock: () => scheduler.now(),
    scheduler,
    ...options,
  });
  if (!started.ok) throw new Error(started.error.sentence);
  open.push(started.value);
  const until = (ms: number) => {
    scheduler.maxFrames = ms;
    scheduler.flush();
  };
  return { simulator: started.value, until };
}

/** A client, and what it has heard; `heard(n)` waits for n bytes. */
function call(simulator: SimulatorHandle) {
  const socket = dial(Number(simulator.address.split(':').at(-1)), '127.0.0.1');
  open.push(socket);
  let text = '';
  const wishes: (() => void)[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    text += latin1(bytes);
    for (const wish of wishes) wish();
  });
  const heard = (count: number) =>
    new Promise<string>((resolve) => {
      const look = () => text.length >= count && resolve(text);
      wishes.push(look);
      look();
    });
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, heard, gone };
}

/** A client in datagrams; `heard(n)` waits for n of them. */
function correspond(simulator: SimulatorHandle) {
  const socket = createSocket('udp4');
  correspondents.push(socket);
  const datagrams: number[][] = [];
  const wishes: (() => void)[] = [];
  socket.on('message', (bytes) => {
    datagrams.push([...bytes]);
    for (const wish of wishes) wish();
  });
  const heard = (count: number) =>
    new Promise<readonly (readonly number[])[]>((resolve) => {
      const look = () => datagrams.length >= count && resolve([...datagrams]);
      wishes.push(look);
      look();
    });
  const say = (...bytes: readonly number[]): void =>
    void socket.send(Uint8Array.from(bytes), Number(simulator.address.split(':').at(-1)), '127.0.0.1');
  return { say, heard };
}

/** Notes what it is told; resolves `connected` when a client has come. */
class Witness implements SimulatedDevice {
  readonly inputs: DeviceInput[] = [];
  meet: () => void = () => undefined;
  readonly met = new Promise<void>((resolve) => (this.meet = resolve));
  part: () => void = () => undefined;
  readonly parted = new Promise<void>((resolve) => (this.part = resolve));

  step(input: DeviceInput): readonly Uint8Array[] {
    this.inputs.push(input);
    if (input.type === 'connected') this.meet();
    if (input.type === 'disconnected') this.part();
    return [];
  }
}

describe('a hosted device', () => {
  test('answers, and speaks by itself as simulated time passes', async () => {
    const { simulator, until } = await host(() => new ToyDevice());
    const { socket, heard } = call(simulator);
    socket.write(toyLine('rate?'));
    const first = latin1(toyLine('HR 60'));
    expect(await heard(first.length)).toBe(first);
    until(200);
    expect(await heard(3 * first.length)).toBe(first + latin1(toyLine('HR 61')) + latin1(toyLine('HR 62')));
    expect(simulator.counts()).toEqual({
      clients: 1,
      clientsRefused: 0,
      bytesIn: toyLine('rate?').length,
      bytesOut: 3 * first.length,
      bytesDropped: 0,
    });
  });

  test('is stepped at least every 50 ms of simulated time, whatever the speed, from the given start', async () => {
    const witness = new Witness();
    const { simulator, until } = await host(() => witness, { speed: 60, startAtMs: 90_000 });
    call(simulator);
    await witness.met;
    until(100);
    const times = witness.inputs.map(({ simMs }) => simMs);
    expect([times[0], times.at(-1)]).toEqual([90_000, 96_000]);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBe(50);
  });

  test('is made anew for each client, and told when the client goes', async () => {
    const made: Witness[] = [];
    const { simulator } = await host(() => {
      made.push(new Witness());
      return made.at(-1) ?? new Witness();
    });
    call(simulator).socket.end();
    await simulatorHas(simulator, 1);
    await made[0]?.parted;
    call(simulator);
    await simulatorHas(simulator, 2);
    expect(made.map(({ inputs }) => inputs.map(({ type }) => type))).toEqual([
      ['connected', 'disconnected'],
      ['connected'],
    ]);
  });

  test('turns a second client away, unless it may serve two', async () => {
    const one = await host(() => new Witness());
    call(one.simulator);
    await call(one.simulator).gone;
    expect(one.simulator.counts()).toMatchObject({ clients: 1, clientsRefused: 1 });
    const two = await host(() => new Witness(), { maxClients: 2 });
    call(two.simulator);
    call(two.simulator);
    await simulatorHas(two.simulator, 2);
  });

  test('loses what a client does not take, and counts it', async () => {
    const flood: SimulatedDevice = { step: ({ type }) => (type === 'tick' ? [new Uint8Array(1_000_000)] : []) };
    const { simulator, until } = await host(() => flood);
    const { socket } = call(simulator);
    socket.pause();
    await simulatorHas(simulator, 1);
    until(1000);
    const { bytesOut, bytesDropped } = simulator.counts();
    expect(bytesDropped).toBeGreaterThan(0);
    expect(bytesOut + bytesDropped).toBe(50_000_000);
  });

  test('over UDP has one client after another, each datagram a piece of its own', async () => {
    let isTaken = false;
    const steps: DeviceInput['type'][] = [];
    const echo: SimulatedDevice = {
      step: (input) => {
        if (input.type !== 'tick') steps.push(input.type);
        return input.type === 'received' ? [input.bytes, Uint8Array.of(0)] : [];
      },
      turnAway: () => (isTaken ? [Uint8Array.of(66)] : undefined),
    };
    const { simulator } = await host(() => echo, { listen: 'udp://127.0.0.1:0', speaksUdp: true });
    expect(simulator.address).toMatch(/^udp:\/\/127\.0\.0\.1:\d+$/);
    const [one, other] = [correspond(simulator), correspond(simulator)];
    one.say(1, 2);
    expect(await one.heard(2)).toEqual([[1, 2], [0]]);
    isTaken = true;
    other.say(3);
    expect(await other.heard(1)).toEqual([[66]]);
    isTaken = false;
    other.say(4);
    expect(await other.heard(3)).toEqual([[66], [4], [0]]);
    expect(steps).toEqual(['connected', 'received', 'disconnected', 'connected', 'received']);
    expect(simulator.counts()).toMatchObject({ clients: 2, clientsRefused: 1, bytesIn: 3, bytesOut: 5 });
    await simulator.close();
    expect(steps.at(-1)).toBe('disconnected');
  });

  test('closing it hangs up and frees the address', async () => {
    const { simulator } = await host(() => new Witness());
    const { gone } = call(simulator);
    await simulatorHas(simulator, 1);
    await simulator.close();
    await gone;
    const again = await host(() => new Witness(), { listen: simulator.address });
    expect(again.simulator.address).toBe(simulator.address);
  });
});

describe('a line', () => {
  const talker = (bytesPerTick: number): SimulatedDevice => ({
    step: ({ type }) => (type === 'tick' ? [new Uint8Array(bytesPerTick)] : []),
  });
  const total = (chunks: readonly Uint8Array[]) => chunks.reduce((sum, { length }) => sum + length, 0);

  test('lets bytes out no faster than its baud rate', () => {
    const line = new SimulatedLine(talker(60), { baudRate: 9600, bitsPerByte: 10 });
    line.connect(0);
    let [sent, worst] = [0, 0];
    for (let simMs = 20; simMs <= 10_000; simMs += 20) {
      sent += total(line.advanceTo(simMs));
      worst = Math.max(worst, sent - (simMs * 960) / 1000);
    }
    expect(worst).toBeLessThanOrEqual(0);
    expect(sent).toBeGreaterThan(9500);
  });

  test('keeps every byte, in order, while it can', () => {
    let next = 0;
    const counter: SimulatedDevice = { step: ({ type }) => (type === 'tick' ? [Uint8Array.of(next++, next++)] : []) };
    const line = new SimulatedLine(counter, { baudRate: 1200, bitsPerByte: 10 });
    line.connect(0);
    const out: number[] = [];
    for (let simMs = 50; simMs <= 2000; simMs += 50) for (const chunk of line.advanceTo(simMs)) out.push(...chunk);
    expect(out).toEqual(Array.from({ length: out.length }, (_, i) => i));
    expect(next - out.length).toBeLessThanOrEqual(2);
  });

  test('drops what is too much for it, and counts it', () => {
    const line = new SimulatedLine(talker(2000), { baudRate: 9600, bitsPerByte: 10 });
    line.connect(0);
    let sent = 0;
    for (let simMs = 50; simMs <= 1000; simMs += 50) sent += total(line.advanceTo(simMs));
    expect(sent + line.droppedBytes + 4096).toBe(40_000);
  });

  test('does not save up the time in which nothing was said', () => {
    const line = new SimulatedLine(
      { step: (input) => (input.type === 'received' ? [new Uint8Array(500)] : []) },
      { baudRate: 9600, bitsPerByte: 10 },
    );
    line.connect(0);
    expect(total(line.receive(10_000, new Uint8Array(1)))).toBe(0);
    expect(total(line.advanceTo(10_100))).toBe(96);
  });

  test('without a baud rate gives the device’s own chunks', () => {
    const line = new SimulatedLine(talker(7));
    line.connect(0);
    expect(line.advanceTo(100).map(({ length }) => length)).toEqual([7, 7]);
  });
});

describe('an address', () => {
  test('is TCP, UDP or a pseudo terminal', () => {
    expect(parseAddress('udp://[::1]:24105')).toEqual({ ok: true, value: { kind: 'udp', host: '::1', port: 24_105 } });
    expect(parseAddress('tcp://127.0.0.1:4001')).toEqual({
      ok: true,
      value: { kind: 'tcp', host: '127.0.0.1', port: 4001 },
    });
    expect(parseAddress('tcp://[::1]:0')).toMatchObject({ value: { host: '::1', port: 0 } });
    expect(parseAddress('pty')).toMatchObject({ value: { kind: 'pty' } });
    expect(parseAddress('pty:/tmp/monitor')).toMatchObject({ value: { kind: 'pty', link: '/tmp/monitor' } });
  });

  test.each([
    '',
    'tcp://127.0.0.1',
    'tcp://127.0.0.1:70000',
    'tcp://:1',
    'http://127.0.0.1:1',
    'pty:relative',
    'udp://1.2.3.4',
  ])('is not "%s"', (text) => expect(parseAddress(text)).toMatchObject({ ok: false, error: { why: 'bad-address' } }));

  test('over UDP is plainly not for this device', async () => {
    const started = await runSimulator({ device: () => new ToyDevice(), listen: 'udp://127.0.0.1:1', clock: () => 0 });
    expect(started).toMatchObject({ ok: false, error: { why: 'not-for-this-device' } });
    expect(!started.ok && started.error.sentence).toBe('This device does not talk over UDP: use tcp:// or pty.');
  });

  test('that is taken is said to be taken', async () => {
    const { simulator } = await host(() => new ToyDevice());
    const second = await runSimulator({ device: () => new ToyDevice(), listen: simulator.address, clock: () => 0 });
    expect(second).toMatchObject({ ok: false, error: { why: 'address-in-use' } });
  });

  test('for a pseudo terminal without socat: one sentence says what to install', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    const started = await runSimulator({ device: () => new ToyDevice(), listen: 'pty', clock: () => 0 });
    process.env['PATH'] = path;
    expect(started).toMatchObject({ ok: false, error: { why: 'no-socat' } });
    expect(!started.ok && started.error.sentence).toContain('apt install socat');
  });

  test('for a pseudo terminal never replaces a file that is there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
    const file = join(folder, 'precious');
    writeFileSync(file, 'data');
    const started = await runSimulator({ device: () => new ToyDevice(), listen: `pty:${file}`, clock: () => 0 });
    expect(started).toMatchObject({ ok: false, error: { why: 'address-in-use' } });
    expect([existsSync(file), lstatSync(file).isFile()]).toEqual([true, true]);
    rmSync(folder, { recursive: true });
  });
});

/** Waits until the simulator has had so many clients: the next one must not come before. */
async function simulatorHas(simulator: SimulatorHandle, clients: number): Promise<void> {
  while (simulator.counts().clients < clients) await new Promise((resolve) => setImmediate(resolve));
}
