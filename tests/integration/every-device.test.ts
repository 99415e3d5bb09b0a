/**
 * Every device as a person tries it: `simulate` serves it, `start` connects to it, the bed shows it, `decode` reads what was
 * captured of it. Real processes and sockets.
 */
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverOf } from '$drivers/registry.ts';
import { SIMULATED_DEVICES } from '$simulators/registry.ts';
import { Nurse } from '../support/nurse.ts';
import { Program, startStation, type TestDevice, type TestStation } from '../support/processes.ts';

/** Those that connect to the station have a test of their own. */
const SERVED = SIMULATED_DEVICES.map(({ id }) => id).filter((id) => driverOf(id)?.accepts === undefined);
const NETWORKED = SERVED.filter((id) => driverOf(id)?.udp !== undefined);

/** A UDP port that was free a moment ago. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

let simulators: Program;
let station: TestStation;
let nurse: Nurse;
const beds: { readonly bed: string; readonly device: TestDevice }[] = [];

beforeAll(async () => {
  const port = await freeUdpPort();
  simulators = new Program([
    'simulate',
    ...SERVED.flatMap((id) => ['--device', id, '--listen', 'tcp://127.0.0.1:0']),
    ...NETWORKED.flatMap((id) => ['--device', id, '--listen', `udp://127.0.0.1:${port}`]),
  ]);
  const devices: TestDevice[] = [];
  for (const driver of SERVED) {
    const [, tcp = ''] = await simulators.line(new RegExp(`\\(${driver}\\): tcp://(\\S+)`));
    devices.push({ driver, link: { tcp } });
  }
  for (const driver of NETWORKED) {
    const [, udp = ''] = await simulators.line(new RegExp(`\\(${driver}\\): udp://(\\S+)`));
    devices.push({ driver, link: { udp } });
  }
  beds.push(...devices.map((device, i) => ({ bed: `bed-${i + 1}`, device })));
  station = await startStation(devices.map((device) => [device]));
  nurse = await Nurse.arrive(station.address);
});

afterAll(async () => {
  nurse.leave();
  await station.stop();
  await simulators.stop();
});

const kindOf = ({ link }: TestDevice): string => Object.keys(link).join();

test('every device is live on its bed and gives what it can give', async () => {
  for (const { bed, device } of beds) {
    const { observes = [] } = driverOf(device.driver) ?? {};
    await nurse.until(
      `${device.driver} over ${kindOf(device)}`,
      () => {
        const { devices, vitals, channels, waves } = nurse.bed(bed);
        if (devices[0]?.state !== 'live') return false;
        if (observes.includes('infusion')) return channels.length > 0;
        const hasNumbers = !observes.includes('spo2') || isNumber(vitals.spo2?.reading);
        return hasNumbers && (!observes.includes('pleth') || waves.length > 0);
      },
      45_000,
    );
  }
});

const isNumber = (reading: object | undefined): boolean => reading !== undefined && 'value' in reading;

describe('what was captured', () => {
  test('of each device decodes to what it says', async () => {
    await station.program.stop();
    for (const { bed, device } of beds) {
      const capture = join(station.directory, 'captures', `${bed}-monitor.pcapng`);
      expect(existsSync(capture), device.driver).toBe(true);
      const program = new Program(['decode', '--driver', device.driver, '--no-waves', capture]);
      expect(await program.exit, `${device.driver}: ${program.stderr.join(' ')}`).toBe(0);
      const { summary } = JSON.parse(program.stdout.at(-1) ?? '') as { summary: Record<string, number> };
      expect(summary['frames'], device.driver).toBeGreaterThan(0);
      // A stream may have been joined in the middle of a frame.
      expect(summary['badFragments'], device.driver).toBeLessThanOrEqual(1);
    }
  });
});
