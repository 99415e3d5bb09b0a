/** Real processes of the built station under a test: started, listened to line by line, found, killed, gone afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const DEADLINE_MS = 60_000;

export class Program {
  readonly process: ChildProcess;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly exit: Promise<number | string>;
  #wake: () => void = () => undefined;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [CLI, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#collect(this.process.stdout, this.stdout);
    this.#collect(this.process.stderr, this.stderr);
    this.exit = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => {
        this.#wake();
        resolve(code ?? signal ?? 'unknown');
      }),
    );
  }

  /** The first line of stdout or stderr that matches, also one that came already. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      for (const line of [...this.stdout, ...this.stderr]) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || this.process.exitCode !== null) {
        throw new Error(`no line ${String(pattern)} in:\n${[...this.stdout, ...this.stderr].join('\n')}`);
      }
      await this.#nextLine(leftMs);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await this.exit;
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the program did not start');
    return this.process.pid;
  }

  /** Process id of a child that runs this script of the built station. */
  childPid(script: string): number | undefined {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const status = readFileSync(`/proc/${entry}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
        if (Number(status[1]) === this.process.pid && command.includes(script)) return Number(entry);
      } catch {
        continue; // a process that ended while we looked
      }
    }
    return undefined;
  }

  #collect(stream: ChildProcess['stdout'], lines: string[]): void {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      this.#wake();
    });
  }

  #nextLine(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export interface TestStation {
  readonly program: Program;
  readonly address: string;
  readonly directory: string;
  readonly database: string;
  stop(): Promise<void>;
}

/** Devices of one bed: driver id and address. */
export interface TestDevice {
  readonly driver: string;
  readonly link: Readonly<Record<string, unknown>>;
}

/** A station with one bed per list of devices, on a free port, in a directory of its own that `stop` removes. */
export async function startStation(beds: readonly (readonly TestDevice[])[]): Promise<TestStation> {
  const directory = mkdtempSync(join(tmpdir(), 'station-'));
  const configuration = join(directory, 'ward.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      beds: beds.map((devices, i) => ({
        id: `bed-${i + 1}`,
        label: `Bed ${i + 1}`,
        devices: devices.map(({ driver, link }, n) => ({
          id: `bed-${i + 1}-${n === 0 ? 'monitor' : 'pump'}`,
          label: n === 0 ? 'Monitor' : 'Pump',
          driver,
          link,
          isSimulated: true,
        })),
      })),
    }),
  );
  const program = new Program(['start', '--config', configuration, '--data', directory, '--port', '0']);
  const [, address = ''] = await program.line(/Infuscope is ready: (\S+)/);
  return {
    program,
    address,
    directory,
    database: join(directory, 'infuscope.db'),
    stop: async () => {
      await program.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface TestSimulators {
  readonly program: Program;
  readonly monitor: TestDevice;
  readonly pump: TestDevice;
  stop(): Promise<void>;
}

/** A simulated monitor and pump of one patient on TCP. */
export async function startSimulators(scenario: string, startAtMin: number, speed = 1): Promise<TestSimulators> {
  const ids = ['ge-s5-dri', 'pump-bbraun-bcc'] as const;
  const program = new Program([
    'simulate',
    ...ids.flatMap((id) => ['--device', id, '--listen', 'tcp://127.0.0.1:0']),
    ...['--scenario', scenario, '--seed', '11', '--speed', String(speed), '--start-at', String(startAtMin)],
  ]);
  const addressOf = async (id: string): Promise<string> =>
    (await program.line(new RegExp(`\\(${id}\\): tcp://(\\S+)`)))[1] ?? '';
  return {
    program,
    monitor: { driver: ids[0], link: { tcp: await addressOf(ids[0]) } },
    pump: { driver: ids[1], link: { tcp: await addressOf(ids[1]) } },
    stop: () => program.stop(),
  };
}
