/** The built station as `infuscope start` runs it, on a free port, in a folder of its own: supervisor, core and web. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sessionId, type Command } from '$lib/domain/index.ts';
import type { DeviceConfiguration } from '$lib/bus/bus.ts';
import type { ScreensCalls } from './calls.ts';
import type { Helper } from './helper.ts';
import { childRunning } from './process-meter.ts';

export interface BenchBed {
  readonly id: string;
  readonly devices: readonly DeviceConfiguration[];
}

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));

export class BuiltStation {
  readonly address: string;
  readonly #supervisor: ChildProcessByStdio<null, Readable, null>;
  readonly #pids: Readonly<Record<'core' | 'web', number>>;

  private constructor(supervisor: ChildProcessByStdio<null, Readable, null>, address: string) {
    this.#supervisor = supervisor;
    this.address = address;
    this.#pids = { core: this.#find('core.js'), web: this.#find('web.js') };
  }

  /** Resolves when its pages can be opened. */
  static async start(folder: string, beds: readonly BenchBed[]): Promise<BuiltStation> {
    const ward = join(folder, 'ward.json');
    const configured = beds.map(({ id, devices }) => ({ id, label: id, devices }));
    writeFileSync(ward, JSON.stringify({ beds: configured }));
    const args = [CLI, 'start', '--config', ward, '--data', join(folder, 'data'), '--port', '0'];
    const supervisor = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => supervisor.kill());
    const address = await new Promise<string>((resolve, reject) => {
      supervisor.once('exit', (code) => reject(new Error(`the station ended with ${code} before it was ready`)));
      createInterface({ input: supervisor.stdout }).on('line', (line) => {
        const [, found] = /^Infuscope is ready: (\S+)/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    return new BuiltStation(supervisor, address);
  }

  get corePid(): number {
    return this.#pids.core;
  }

  get webPid(): number {
    return this.#pids.web;
  }

  async stop(): Promise<void> {
    if (this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#supervisor.once('exit', resolve));
    this.#supervisor.kill('SIGTERM');
    await gone;
  }

  #find(script: string): number {
    const pid = childRunning(this.#supervisor.pid ?? -1, script);
    if (pid === undefined) throw new Error(`the station's process ${script} is not there`);
    return pid;
  }
}

/** A patient in each bed, and every rule in force: what is judged during an infusion is judged here. */
export async function admit(screens: Helper<ScreensCalls>, beds: readonly string[]): Promise<void> {
  for (const bed of beds) {
    const patient = { identifier: `BENCH-${bed}`, weightKg: 70, birthYear: 1985 };
    const commands: readonly Command[] = [
      { type: 'admit', session: sessionId(`session-${bed}`), patient, isSimulated: true },
      // By way of the observation, from which the infusion may be resumed without a plan.
      { type: 'set-phase', phase: 'observation' },
      { type: 'set-phase', phase: 'infusion' },
    ];
    for (const command of commands) {
      const refusal = await screens.ask('command', { bed, command });
      if (refusal !== '') throw new Error(refusal);
    }
  }
}
