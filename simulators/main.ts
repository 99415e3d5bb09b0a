/**
 * The process of the demonstration's devices: every bed's monitor and pump on a TCP port of its own, on this computer only,
 * as terminal servers would offer them. What to run is told by the supervisor; where it listens is told back.
 */
import { SECOND_MS } from '$lib/domain/index.ts';
import { runSimulator, type SimulatorHandle } from './run-simulator.ts';
import { scenario } from './scenarios/index.ts';
import { BED_DEVICES, createSimulatedBed, type BedDevice } from './simulated-bed.ts';

/** One bed to run: a scenario, its seed, and the minute at which it stands when the process is told of it. */
export interface BedOrder {
  readonly id: string;
  readonly scenario: string;
  readonly seed: number;
  readonly epochS: number;
  readonly atMin: number;
  /** Ports to listen on, by device; 0 takes a free one. */
  readonly ports: Readonly<Record<BedDevice, number>>;
}

export interface RunOrder {
  readonly type: 'run';
  readonly beds: readonly BedOrder[];
}

export interface Running {
  readonly type: 'running';
  readonly beds: readonly { readonly id: string; readonly addresses: Readonly<Record<string, string>> }[];
}

const clock = (): number => Number(process.hrtime.bigint() / 1_000_000n);

process.on('message', (message: RunOrder) => void run(message));
process.once('disconnect', () => process.exit());
process.once('SIGTERM', () => process.exit());

async function run({ beds }: RunOrder): Promise<void> {
  const running = await Promise.all(beds.map(async (bed) => ({ id: bed.id, addresses: await serve(bed) })));
  process.send?.({ type: 'running', beds: running } satisfies Running);
}

async function serve(order: BedOrder): Promise<Readonly<Record<string, string>>> {
  const found = scenario(order.scenario);
  if (!found.ok) throw new RangeError(found.error);
  const bed = createSimulatedBed({ ...order, scenario: found.value, startAtMin: order.atMin });
  const addresses: Record<string, string> = {};
  for (const id of BED_DEVICES) {
    const handle = await listen(order, id, () => bed.device(id));
    addresses[id] = handle.address;
  }
  return addresses;
}

async function listen(
  order: BedOrder,
  id: BedDevice,
  device: Parameters<typeof runSimulator>[0]['device'],
): Promise<SimulatorHandle> {
  const started = await runSimulator({
    device,
    listen: `tcp://127.0.0.1:${order.ports[id]}`,
    clock,
    startAtMs: Math.round(order.atMin * 60) * SECOND_MS,
  });
  if (!started.ok) throw new Error(started.error.sentence);
  return started.value;
}
