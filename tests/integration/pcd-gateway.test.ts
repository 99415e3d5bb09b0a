/**
 * The real way of a gateway: our simulated station calls over kernel sockets, two beds share one port, the real runner and driver
 * listen. Nothing here waits for a fixed time; each wait is for an event and has a deadline.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { sealDriver } from '$drivers/driver.ts';
import { pumpBbraunHl7Pcd } from '$drivers/pump-bbraun-hl7-pcd/index.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { MllpPorts } from '$drivers/transport/mllp.server.ts';
import { decodeCommand } from '../../src/cli/decode.ts';
import { deviceId, monotonicMs, type DeviceStatus, type InfusionReading } from '$lib/domain/index.ts';
import { createPcdStation } from '$simulators/devices/pump-bbraun-hl7-pcd/index.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import { hl7, NOTE } from '../drivers/pump-bbraun-hl7-pcd/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const DEADLINE_MS = 20_000;
const driver = sealDriver(pumpBbraunHl7Pcd);
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The device of a bed at a port, and all that it says. */
class Bed {
  readonly readings: InfusionReading[] = [];
  readonly statuses: DeviceStatus[] = [];
  readonly captured: Uint8Array[] = [];
  refused = 0;
  sent = 0;

  constructor(ports: MllpPorts, port: number, settings: Readonly<Record<string, unknown>>) {
    if (!driver.accepts) return;
    const connect = ports.connect({ host: '127.0.0.1', port, accepting: driver.accepts, key: {}, settings });
    const running = runDriver(driver, connect, {
      context: { device: deviceId('pump'), settings, link: 'listen' },
      label: 'Pump',
      isSimulated: true,
      clock: () => monotonicMs(performance.now()),
      scheduler: asyncScheduler,
      backoffMs: [50],
    }).subscribe((event) => this.#hear(event));
    cleanups.push(() => running.unsubscribe());
  }

  get status(): DeviceStatus | undefined {
    return this.statuses.at(-1);
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`in vain for ${what}: ${JSON.stringify(this.status)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #hear(event: DriverEvent): void {
    if (event.kind === 'status') this.statuses.push(event.status);
    if (event.kind === 'refused') this.refused += 1;
    if (event.kind === 'bytes' && event.direction === 'in') this.captured.push(event.bytes);
    if (event.kind === 'bytes' && event.direction === 'out') this.sent += 1;
    if (event.kind === 'observed')
      this.readings.push(...event.observations.filter((seen): seen is InfusionReading => seen.kind === 'infusion'));
  }
}

test('two pumps of one station are each on their bed, by one connection to one port, and every report is acknowledged', async () => {
  const port = await freePort();
  const ports = new MllpPorts();
  const first = new Bed(ports, port, { pumps: [{ label: 'P51559' }] });
  const second = new Bed(ports, port, { pumps: [{ label: 'I51560' }] });
  await first.until('the port', () => first.status?.state === 'negotiating');
  const patient = new StillBedside();
  patient.orderNow = { ...patient.orderNow, isStarted: true };
  const device = createPcdStation(patient, { settings: { pumps: [{}], epochS: Date.now() / 1000, reportMs: 1000 } });
  const started = await runSimulator({
    device: () => device,
    listen: `mllp://127.0.0.1:${port}`,
    callsStation: 'mllp',
    clock: () => performance.now(),
  });
  if (!started.ok) throw new Error(started.error.sentence);
  cleanups.push(() => started.value.close());
  const drug = () => first.readings.at(-1);
  await first.until('the drug', () => drug()?.state === 'infusing' && first.readings.length > 2);
  await second.until('the carrier', () => second.readings.at(-1)?.state === 'infusing' && second.readings.length > 2);
  expect(drug()).toMatchObject({ drugName: 'Ketamine', rateMlPerHour: 52.5 });
  expect(second.readings.at(-1)).toMatchObject({ rateMlPerHour: 20 });
  expect(new Set(first.readings.map(({ channel }) => channel)).size).toBe(1);
  patient.lineNow = { isOccluded: true, isLinked: true };
  patient.orderNow = { ...patient.orderNow, vtbiMl: 0.5 };
  await first.until('an alarm', () => (drug()?.alarms.length ?? 0) > 0);
  expect(second.readings.flatMap(({ alarms }) => alarms)).toEqual([]);
  // All that was sent was answered: the next message only leaves when the one before has been.
  expect(first.sent + second.sent).toBeGreaterThan(8);
  expect(started.value.counts()).toMatchObject({ clients: 1, bytesDropped: 0 });
  await started.value.close();
  await first.until('that it went', () => first.status?.state === 'silent');
  expect(first.status?.reason).toContain('The gateway has disconnected (127.0.0.1).');
  expect([first.refused, second.refused]).toEqual([0, 0]);
  const again = await decoded('capture.bin', concatBytes(...first.captured));
  expect(again.code).toBe(0);
  const told = again.lines.flatMap((line) => (line.includes('"kind":"infusion"') ? [line] : []));
  expect(told.filter((line) => line.includes('"place":"P51559')).length).toBeGreaterThan(3);
  expect(again.lines.at(-1)).toContain('"badFragments":0');
});

async function decoded(
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const path = join(await mkdtemp(join(tmpdir(), 'pcd-')), name);
  await writeFile(path, bytes);
  const lines: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array): boolean => lines.push(String(text)) > 0;
  try {
    return { code: await decodeCommand.run(['--driver', driver.id, path]), lines };
  } finally {
    process.stdout.write = write;
  }
}

test('a file of bare MLLP frames is decoded, and noise between them is counted', async () => {
  const { code, lines } = await decoded(
    'bare.hl7',
    concatBytes(frame(hl7(NOTE)), fromLatin1('xyz'), frame(hl7(NOTE, '\n'))),
  );
  expect(code).toBe(0);
  expect(lines.join('')).toContain('"rateMlPerHour":52.5');
  expect(lines.join('')).toContain('"noiseBytes":{"no-start":3}');
});
