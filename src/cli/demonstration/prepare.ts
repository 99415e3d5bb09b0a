/** Sets the demonstration up: its past in the recording, its devices in a process of their own, its configuration in a file. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINUTE_MS } from '$lib/domain/index.ts';
import { writeWard } from '$core/configuration.ts';
import { BED_DEVICES, type BedDevice } from '$simulators/simulated-bed.ts';
import type { RunOrder, Running } from '$simulators/main.ts';
import { Child } from '../child.ts';
import { say } from '../command.ts';
import { VERSION } from '../version.ts';
import { recordPast } from './past.ts';
import { demonstrationBeds, demonstrationWard, type DemonstrationBed } from './ward.ts';

export interface Demonstration {
  readonly simulators: Child;
  readonly wardPath: string;
}

const SCRIPT = fileURLToPath(new URL('./simulators.js', import.meta.url));

export async function prepareDemonstration(dataDirectory: string): Promise<Demonstration> {
  const nowMs = Date.now();
  const beds = demonstrationBeds(nowMs);
  say('Preparing a demonstration ward of six beds with simulated patients …');
  await recordPast({ file: join(dataDirectory, 'infuscope.db'), beds, version: VERSION, nowMs });
  const { child, addresses } = await startDevices(beds);
  const wardPath = join(dataDirectory, 'ward.json');
  await writeWard(
    wardPath,
    demonstrationWard(beds, (bed, device) => addresses.get(bed)?.[device] ?? '127.0.0.1:1'),
  );
  return { simulators: child, wardPath };
}

type Addresses = ReadonlyMap<string, Readonly<Record<BedDevice, string>>>;

/** Devices that are started again come back on their ports, at the minute that it is by then. */
function startDevices(beds: readonly DemonstrationBed[]): Promise<{ child: Child; addresses: Addresses }> {
  return new Promise((resolve) => {
    let addresses: Addresses = new Map();
    const child: Child = new Child({
      name: 'simulated devices',
      script: SCRIPT,
      environment: {},
      onMessage: (message) => {
        if (!isRunning(message)) return;
        addresses = new Map(message.beds.map(({ id, addresses: told }) => [id, byDevice(told)]));
        resolve({ child, addresses });
      },
      onRestart: () => child.send(orderFor(beds, addresses)),
    });
    child.send(orderFor(beds, addresses));
  });
}

function orderFor(beds: readonly DemonstrationBed[], addresses: Addresses): RunOrder {
  return {
    type: 'run',
    beds: beds.map(({ bed, scenario, seed, epochS }) => ({
      id: bed,
      scenario,
      seed,
      epochS,
      atMin: Math.max(0, (Date.now() - epochS * 1000) / MINUTE_MS),
      ports: portsOf(addresses.get(bed)),
    })),
  };
}

const portsOf = (addresses: Readonly<Record<BedDevice, string>> | undefined): Record<BedDevice, number> => ({
  'ge-s5-dri': portOf(addresses?.['ge-s5-dri']),
  'pump-bbraun-bcc': portOf(addresses?.['pump-bbraun-bcc']),
});

const portOf = (address: string | undefined): number => Number(address?.split(':').at(-1) ?? 0);

const byDevice = (told: Readonly<Record<string, string>>): Record<BedDevice, string> => ({
  'ge-s5-dri': hostAndPort(told[BED_DEVICES[0]]),
  'pump-bbraun-bcc': hostAndPort(told[BED_DEVICES[1]]),
});

const hostAndPort = (address = ''): string => address.replace(/^tcp:\/\//, '');

const isRunning = (message: unknown): message is Running =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'running';
