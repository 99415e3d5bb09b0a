/** Beds with simulated devices on TCP, in a process of their own, as the demonstration runs them. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunOrder, Running } from '$simulators/main.ts';
import { BED_DEVICES } from '$simulators/simulated-bed.ts';
import type { BenchBed } from './built-station.ts';

/** An uneventful course, early in the infusion: everything is judged and nothing alarms. */
const SCENARIO = 'calm';
const AT_MIN = 22;

export class SimulatedWard {
  /** As a station has to be configured for them. */
  readonly beds: readonly BenchBed[];
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, beds: readonly BenchBed[]) {
    this.#process = child;
    this.beds = beds;
  }

  static async start(count: number): Promise<SimulatedWard> {
    const child = fork(fileURLToPath(new URL('./simulators.js', import.meta.url)));
    const running = new Promise<Running>((resolve, reject) => {
      child.once('message', (message: Running) => resolve(message));
      child.once('exit', (code) => reject(new Error(`the simulated devices ended with ${code}`)));
    });
    child.send(orderFor(count));
    return new SimulatedWard(child, (await running).beds.map(bedOf));
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await gone;
  }
}

const orderFor = (count: number): RunOrder => ({
  type: 'run',
  beds: Array.from({ length: count }, (_, i) => ({
    id: `bed-${i + 1}`,
    scenario: SCENARIO,
    seed: i + 1,
    epochS: Math.floor(Date.now() / 1000) - 60 * AT_MIN,
    atMin: AT_MIN,
    ports: { 'ge-s5-dri': 0, 'pump-bbraun-bcc': 0 },
  })),
});

const bedOf = ({ id, addresses }: Running['beds'][number]): BenchBed => ({
  id,
  devices: BED_DEVICES.map((driver, i) => ({
    id: `${id}-${i === 0 ? 'monitor' : 'pump'}`,
    driver,
    link: { tcp: (addresses[driver] ?? '').replace('tcp://', '') },
    isSimulated: true,
  })),
});
