import { createSocket, type Socket } from 'node:dgram';
import { asyncScheduler, type Subscription } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import type { DriverEvent } from '$drivers/driver-event.ts';
import { sealDriver } from '$drivers/driver.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { hearAnnouncements } from '$drivers/transport/udp-announcements.server.ts';
import { udpConnect } from '$drivers/transport/udp.server.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { simulatePhilipsIntellivue } from '$simulators/devices/philips-intellivue/index.ts';
import { runSimulator, type SimulatorHandle } from '$simulators/run-simulator.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { DEVICE } from './bench.ts';
import { CLIENT_ASSOCIATION_REQUEST_VSC, REAL_CONNECT_INDICATION, REAL_MDS_CREATE } from './vectors.ts';

const open: (Socket | Subscription | SimulatorHandle)[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) {
    if ('unsubscribe' in thing) thing.unsubscribe();
    else await thing.close();
  }
});

const now = (): number => Math.floor(performance.now());

/** A simulated monitor on a UDP port of this computer; `heard` resolves with the next PDU that begins with this byte. */
async function monitor() {
  const device = simulatePhilipsIntellivue(new StillBedside(), { settings: {} });
  const wishes: { readonly first: number; readonly grant: () => void }[] = [];
  const watched: SimulatedDevice = {
    step: (input: DeviceInput) => {
      const said = device.step(input);
      if (input.type === 'received')
        wishes.filter(({ first }) => first === input.bytes[0]).forEach(({ grant }) => grant());
      return said;
    },
    turnAway: (bytes) => device.turnAway?.(bytes),
  };
  const started = await runSimulator({
    device: () => watched,
    listen: 'udp://127.0.0.1:0',
    speaksUdp: true,
    clock: now,
  });
  if (!started.ok) throw new Error(started.error.sentence);
  open.push(started.value);
  const heard = (first: number) => new Promise<void>((grant) => wishes.push({ first, grant }));
  return { simulator: started.value, port: Number(started.value.address.split(':').at(-1)), heard };
}

/** A socket of somebody else; `ask` resolves with the first answer. */
function stranger(port: number) {
  const socket = createSocket('udp4');
  open.push(socket);
  return (bytes: Uint8Array) =>
    new Promise<Uint8Array>((resolve) => {
      socket.once('message', (answer) => resolve(new Uint8Array(answer)));
      socket.send(bytes, port, '127.0.0.1');
    });
}

/** Resolves when the driver has said for the first time that its monitor is live. */
async function station(port: number) {
  const events: DriverEvent[] = [];
  const station$ = runDriver(sealDriver(philipsIntellivue), udpConnect({ host: '127.0.0.1', port }), {
    context: { device: DEVICE, link: 'udp', settings: {} },
    label: 'monitor',
    isSimulated: true,
    clock: () => monotonicMs(now()),
    scheduler: asyncScheduler,
  });
  const subscription = await new Promise<Subscription>((resolve) => {
    const running = station$.subscribe((event) => {
      events.push(event);
      if (event.kind === 'status' && event.status.state === 'live') resolve(running);
    });
    open.push(running);
  });
  return { events, subscription };
}

test('driver and simulated monitor meet over real datagrams, and part with a release', async () => {
  const { port, heard } = await monitor();
  const { events, subscription } = await station(port);
  const observed = events.flatMap((event) => (event.kind === 'observed' ? event.observations : []));
  const [first] = observed.filter((each) => each.kind === 'numerics');
  expect(first?.values).toMatchObject({ heartRate: { value: 76 }, spo2: { value: 97 } });
  const released = heard(0x09);
  subscription.unsubscribe();
  await released;
});

test('a second client is refused while the first one is served, and served when that has gone', async () => {
  const { simulator, port, heard } = await monitor();
  const { subscription } = await station(port);
  const ask = stranger(port);
  expect((await ask(CLIENT_ASSOCIATION_REQUEST_VSC))[0]).toBe(0x0c);
  expect(simulator.counts()).toMatchObject({ clients: 1, clientsRefused: 1 });
  const released = heard(0x09);
  subscription.unsubscribe();
  await released;
  expect((await ask(CLIENT_ASSOCIATION_REQUEST_VSC))[0]).toBe(0x0e);
  expect(simulator.counts()).toMatchObject({ clients: 2, clientsRefused: 1 });
});

test('a monitor that announces itself is found with the address of its data', async () => {
  const socket = createSocket('udp4');
  open.push(socket);
  const found = await new Promise((resolve) => {
    const ears = hearAnnouncements({ port: 0, address: '127.0.0.1' }).subscribe((heard) => {
      if (heard.kind === 'listening') socket.send(REAL_CONNECT_INDICATION, heard.port, '127.0.0.1');
      if (heard.kind === 'datagram') resolve(philipsIntellivue.announces?.read(heard.bytes, heard.sender));
    });
    open.push(ears);
  });
  expect(found).toEqual({ host: '192.0.2.10', port: 24_105, place: '' });
  expect(philipsIntellivue.announces).toMatchObject({ udpPort: 24_005, group: '224.0.23.63' });
  expect(philipsIntellivue.announces?.read(REAL_MDS_CREATE, '192.0.2.10')).toBeUndefined();
  expect(philipsIntellivue.announces?.read(new Uint8Array(0), '192.0.2.10')).toBeUndefined();
});
