/**
 * The demonstration for a test, on a free port, in a directory of its own that goes with it: as people start it, or with some
 * of its beds at another minute of their story, so that a test need not wait for what comes in two minutes.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MINUTE_MS } from '$lib/domain/index.ts';
import { writeWard } from '$core/configuration.ts';
import type { RunOrder, Running } from '$simulators/main.ts';
import { recordPast } from '../../src/cli/demonstration/past.ts';
import { demonstrationBeds, demonstrationWard, type DemonstrationBed } from '../../src/cli/demonstration/ward.ts';
import { CLI, Program } from './processes.ts';

export interface Demonstration {
  /** `http://127.0.0.1:40123/`. */
  readonly address: string;
  readonly program: Program;
  /** @throws when it does not run */
  pidOf(process: 'web' | 'core'): number;
  stop(): Promise<void>;
}

/** Minutes of the scenarios at which beds stand when the preparation begins, by bed; a bed that is not named as usual. */
export type Moments = Readonly<Record<string, number>>;

export async function startDemonstration(moments?: Moments): Promise<Demonstration> {
  if (!existsSync(CLI)) throw new Error('The station is not built. Run `npm run build` first.');
  const directory = mkdtempSync(join(tmpdir(), 'demonstration-'));
  const prepared = moments && (await prepare(directory, moments));
  const program = new Program(['start', ...(prepared?.args ?? []), '--data', directory, '--port', '0']);
  const [, address = ''] = await program.line(/Infuscope is ready: (\S+)/);
  return {
    address,
    program,
    pidOf: (process) => {
      const pid = program.childPid(`${process}.js`);
      if (pid === undefined) throw new Error(`the ${process} process does not run`);
      return pid;
    },
    stop: async () => {
      await program.stop();
      prepared?.devices.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Prepared {
  readonly args: readonly string[];
  readonly devices: ChildProcess;
}

/** The past in the recording, the devices in their process, the ward in a file: what `infuscope start` does by itself. */
async function prepare(directory: string, moments: Moments): Promise<Prepared> {
  const nowMs = Date.now();
  const beds = demonstrationBeds(nowMs).map((bed): DemonstrationBed => {
    const startAtMin = moments[bed.bed] ?? bed.startAtMin;
    return { ...bed, startAtMin, epochS: Math.round((nowMs - startAtMin * MINUTE_MS) / 1000) };
  });
  await recordPast({ file: join(directory, 'infuscope.db'), beds, version: 'test', nowMs });
  const devices = fork(join(dirname(CLI), 'simulators.js'));
  const { beds: running } = await runDevices(devices, beds);
  const path = join(directory, 'ward.json');
  const addressOf = (bed: string, device: string): string =>
    (running.find(({ id }) => id === bed)?.addresses[device] ?? '').replace('tcp://', '');
  await writeWard(path, demonstrationWard(beds, addressOf));
  return { args: ['--config', path], devices };
}

function runDevices(devices: ChildProcess, beds: readonly DemonstrationBed[]): Promise<Running> {
  const ports = { 'ge-s5-dri': 0, 'pump-bbraun-bcc': 0 };
  const order: RunOrder = {
    type: 'run',
    beds: beds.map(({ bed, scenario, seed, epochS }) => ({
      id: bed,
      ...{ scenario, seed, epochS, ports },
      atMin: Math.max(0, (Date.now() - epochS * 1000) / MINUTE_MS),
    })),
  };
  return new Promise((resolve, reject) => {
    devices.once('message', (message: Running) => resolve(message));
    devices.once('exit', (code) => reject(new Error(`the simulated devices ended (${code})`)));
    devices.send(order);
  });
}
