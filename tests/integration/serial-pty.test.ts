/**
 * The real way of the bytes: kernel terminals, the `serialport` binding, real timers. Nothing here waits for a fixed time;
 * each wait is for an event and has a deadline.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asyncScheduler, filter, firstValueFrom, ReplaySubject, scan, share, timeout, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { SerialSettings } from '$drivers/driver.ts';
import type { Connect, Link } from '$drivers/link.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { serialConnect } from '$drivers/transport/serial.server.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { plugIn, type PtyPair } from '../support/socat.ts';
import { sealedToy, ToyDevice, toyDriver, toyLine } from '../support/toy-driver.ts';

const HAS_SOCAT = spawnSync('socat', ['-V']).status === 0;
const DEADLINE_MS = 15_000;
const SETTINGS: SerialSettings = { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1, rtscts: true };
const PLAIN: SerialSettings = { ...SETTINGS, parity: 'none', rtscts: false };

let folder = '';
let ours = '';
let theirs = '';
let cable: PtyPair | undefined;
const cleanups: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
  [ours, theirs] = [join(folder, 'station'), join(folder, 'device')];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await cable?.unplug();
  cable = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A held link to a port; let go at the end of the test. */
async function open(connect: Connect): Promise<Link> {
  const link$ = connect().pipe(share({ connector: () => new ReplaySubject<Link>(1) }));
  const held = link$.subscribe({ error: () => undefined });
  cleanups.push(() => held.unsubscribe());
  return firstValueFrom(link$.pipe(timeout(DEADLINE_MS)));
}

/** A running toy driver on a port. `reached` waits until its states end so. */
function station(path: string) {
  const event$: Observable<DriverEvent> = runDriver(sealedToy, serialConnect({ path, settings: SETTINGS }), {
    context: { device: deviceId('toy-1'), settings: {} },
    label: 'Toy',
    isSimulated: true,
    clock: () => monotonicMs(performance.now()),
    scheduler: asyncScheduler,
    backoffMs: [100],
  }).pipe(share({ connector: () => new ReplaySubject<DriverEvent>(Infinity) }));
  const running = event$.subscribe();
  cleanups.push(() => running.unsubscribe());
  let seen = 0;
  /** Waits for these states, one right after the other, later than what was waited for before. */
  const reached = async (...wanted: string[]) => {
    const end = (states: string[]) =>
      states.findIndex((_, i) => i >= seen && wanted.every((state, j) => states[i + j] === state));
    const states = await firstValueFrom(
      event$.pipe(
        scan((all: string[], event) => (event.kind === 'status' ? [...all, event.status.state] : all), []),
        filter((all) => end(all) >= 0),
        timeout(DEADLINE_MS),
      ),
    );
    seen = end(states) + wanted.length;
  };
  const reason = async (part: string) =>
    firstValueFrom(
      event$.pipe(
        filter((event) => event.kind === 'status' && (event.status.reason ?? '').includes(part)),
        timeout(DEADLINE_MS),
      ),
    );
  return { reached, reason, switchOff: () => running.unsubscribe() };
}

/** The device's side of the cable: speaks every 5 ms, collects what it hears. */
async function deviceOn(path: string) {
  const link = await open(serialConnect({ path, settings: PLAIN }));
  const heard$ = new ReplaySubject<string>(1);
  let text = '';
  const reading = link.bytes$.subscribe((bytes) => heard$.next((text += latin1(bytes))));
  let rate = 60;
  const speaking = setInterval(() => void link.send(toyLine(`HR ${rate++ % 200}`)).catch(() => undefined), 5);
  const stop = () => {
    clearInterval(speaking);
    reading.unsubscribe();
  };
  cleanups.push(stop);
  const hears = (words: string) =>
    firstValueFrom(
      heard$.pipe(
        filter((all) => all.includes(words)),
        timeout(DEADLINE_MS),
      ),
    );
  return { hears, stop };
}

describe.skipIf(!HAS_SOCAT)('a serial port (skipped where socat is not installed)', () => {
  test('carries a driver’s bytes both ways, and its last words when it is switched off', async () => {
    cable = await plugIn(ours, theirs);
    const { hears } = await deviceOn(theirs);
    const { reached, switchOff } = station(ours);
    await hears(latin1(toyLine('rate?')));
    await reached('live');
    switchOff();
    await hears(latin1(toyLine('bye')));
  });

  test('is opened with the driver’s settings and flow control, unless told otherwise', async () => {
    cable = await plugIn(ours, theirs);
    const terminal = (path: string) => execFileSync('stty', ['-F', path, '-a'], { encoding: 'latin1' });
    await open(serialConnect({ path: ours, settings: toyDriver.serial ?? SETTINGS }));
    expect(terminal(ours)).toMatch(/speed 19200 baud[^]* crtscts/);
    expect(terminal(ours)).toContain(' -cstopb');
    const overrides = { baudRate: 115_200, rtscts: false, stopBits: 2 } as const;
    await open(serialConnect({ path: theirs, settings: SETTINGS, overrides }));
    expect(terminal(theirs)).toMatch(/speed 115200 baud[^]* cstopb[^]* -crtscts/);
  });

  test('that another program has is busy, and the first user keeps it', async () => {
    cable = await plugIn(ours, theirs);
    const first = station(ours);
    await first.reached('negotiating');
    const second = station(ours);
    await second.reason(`Another program is using ${ours}`);
    await deviceOn(theirs);
    await first.reached('live');
    first.switchOff();
    await second.reached('negotiating', 'live');
  });

  test('that is not there yet is waited for', async () => {
    const { reached, reason } = station(ours);
    await reason(`There is no port ${ours}`);
    cable = await plugIn(ours, theirs);
    await deviceOn(theirs);
    await reached('opening', 'lost', 'negotiating', 'live');
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'unplugged while it speaks and plugged in again is live again by itself (%s)',
    async (signal) => {
      const { reached } = station(ours);
      for (let round = 0; round < 4; round++) {
        cable = await plugIn(ours, theirs);
        const { stop } = await deviceOn(theirs);
        await reached('negotiating', 'live');
        await cable.unplug(signal);
        stop();
        await reached('lost');
      }
    },
  );

  test('unplugged while it is silent is noticed as well', async () => {
    cable = await plugIn(ours, theirs);
    const { reached, reason } = station(ours);
    await reached('negotiating');
    await cable.unplug('SIGKILL');
    await reason('was the cable unplugged?');
    await reached('lost');
  });

  test('whose other end reads nothing does not queue without end', async () => {
    cable = await plugIn(ours, theirs);
    const link = await open(serialConnect({ path: ours, settings: PLAIN }));
    const sends = Array.from({ length: 200 }, () =>
      link.send(new Uint8Array(4096)).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(await sends.at(-1)).toMatchObject({ why: 'stalled' });
  });
});

describe.skipIf(!HAS_SOCAT)('a simulated device on a pseudo terminal (skipped where socat is not installed)', () => {
  test('is found at one path by one station after the other, and leaves nothing behind', async () => {
    const devices: ToyDevice[] = [];
    const gone$ = new ReplaySubject<void>(1);
    const device = (): SimulatedDevice => {
      const toy = new ToyDevice();
      devices.push(toy);
      return {
        step: (input) => {
          if (input.type === 'disconnected') gone$.next();
          return toy.step(input);
        },
      };
    };
    const started = await runSimulator({ device, listen: 'pty', clock: () => performance.now() });
    if (!started.ok) throw new Error(started.error.sentence);
    cleanups.push(() => started.value.close());
    const first = station(started.value.address);
    await first.reached('negotiating', 'live');
    first.switchOff();
    await firstValueFrom(gone$.pipe(timeout(DEADLINE_MS)));
    const second = station(started.value.address);
    await second.reached('negotiating', 'live');
    expect(devices.map(({ heard }) => heard[0])).toEqual(['rate?', 'rate?']);
    expect(started.value.counts()).toMatchObject({ clients: 2, bytesDropped: 0 });
    second.switchOff();
    await started.value.close();
    expect(existsSync(dirname(started.value.address))).toBe(false);
  });

  test('can be given its path', async () => {
    const started = await runSimulator({
      device: () => new ToyDevice(),
      listen: `pty:${ours}`,
      clock: () => performance.now(),
    });
    if (!started.ok) throw new Error(started.error.sentence);
    cleanups.push(() => started.value.close());
    expect(started.value.address).toBe(ours);
    await station(ours).reached('live');
  });
});
