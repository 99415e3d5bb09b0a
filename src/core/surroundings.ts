/** What the station can find out about the computer it runs on: its serial ports, what speaks on the network, what a port is. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Refusal, type Result } from '$lib/domain/index.ts';
import type { ProbeAnswer } from '$lib/bus/bus.ts';
import { announcedDevices } from './announced.ts';
import type { StationClock } from './clock.ts';
import type { Surroundings } from './desk.ts';
import { portsOfThisComputer } from './links.ts';
import { placeOfFile } from './port-users.ts';
import { ProbeCapture } from './probe-capture.ts';
import { kindOfPort, probeAnswer, probePort } from './probe-port.ts';

export interface SurroundingsOptions {
  readonly clock: StationClock;
  /** Where the bytes of a port that is not recognised are kept: one file for each port. */
  readonly captureDirectory: string;
}

export const surroundingsOfThisComputer = (options: SurroundingsOptions): Surroundings => ({
  listPorts: portsOfThisComputer,
  announced: () => announcedDevices(),
  probe: (port) => probeAndKeep(port, options),
  placeOf,
});

/** Where a name of a port leads; an address is its own place. */
export const placeOf = (port: string): Promise<string> =>
  kindOfPort(port) === 'tcp' ? Promise.resolve(port.toLowerCase()) : placeOfFile(port);

async function probeAndKeep(
  port: string,
  { clock, captureDirectory }: SurroundingsOptions,
): Promise<Result<ProbeAnswer, Refusal>> {
  const capture = new ProbeCapture(port, clock);
  const result = await probePort(port, clock, (event) => capture.take(event));
  if (!result.ok) return fail({ why: 'unavailable', message: result.error });
  const answer = probeAnswer(port, result.value);
  if (answer.outcome !== 'unrecognised') return ok(answer);
  const name = captureName(port);
  try {
    await mkdir(captureDirectory, { recursive: true, mode: 0o700 });
    await writeFile(join(captureDirectory, name), capture.file(), { mode: 0o600 });
  } catch (error) {
    return ok({ ...answer, sentence: `${answer.sentence} It could not be kept: ${String(error)}` });
  }
  return ok({ ...answer, capture: name });
}

/** `probe_dev_ttyUSB0.pcapng`: no device's id has an underscore, so none of its captures has this name. */
const captureName = (port: string): string =>
  `probe_${port
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^_/, '')
    .slice(-60)}.pcapng`;
