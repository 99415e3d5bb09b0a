import { MINUTE_MS } from '$lib/domain/index.ts';
import { driverOf } from '$drivers/registry.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { SIMULATED_DEVICES, simulatedDevice, type DeviceKind } from '$simulators/registry.ts';
import { runSimulator, type SimulatorHandle } from '$simulators/run-simulator.ts';
import { liveThrough } from '$simulators/simulated-bed.ts';
import { scenario, SCENARIOS, type Scenario } from '$simulators/scenarios/index.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, integer, parse, say, type Command } from './command.ts';

const ids = SIMULATED_DEVICES.map(({ id }) => id).join(', ');
const NETWORKED = SIMULATED_DEVICES.map(({ id }) => id).filter((id) => driverOf(id)?.udp !== undefined);
const CALLING = { 'socket.io': 'socketio', mllp: 'mllp' } as const;
const wayToCall = (id: string): (typeof CALLING)[keyof typeof CALLING] | undefined => {
  const by = driverOf(id)?.accepts?.by;
  return by && CALLING[by];
};
const callers = (way: string): string =>
  SIMULATED_DEVICES.map(({ id }) => id)
    .filter((id) => wayToCall(id) === way)
    .join(', ');

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'run simulated devices on a TCP or UDP port or a pseudo terminal',
  usage: [
    'infuscope simulate --device ID --listen ADDRESS [--device ID --listen ADDRESS …]',
    '                   [--scenario ID] [--seed N] [--speed X] [--start-at MINUTE]',
    '',
    `  --device ID       one of ${ids}; several devices share one patient`,
    '  --listen ADDRESS  tcp://127.0.0.1:4001 (port 0: any free one), pty, or pty:/path/of/the/link (needs socat);',
    `                    udp://127.0.0.1:24105 for ${NETWORKED.join(', ')};`,
    `                    the station's own port, socketio://127.0.0.1:8600 for ${callers('socketio')},`,
    `                    mllp://127.0.0.1:2575 for ${callers('mllp')}`,
    `  --scenario ID     one of ${[...SCENARIOS.keys()].join(', ')} (default calm)`,
    '  --seed N          the same seed gives the same patient, byte for byte (default 1)',
    '  --speed X         simulated time per real time, up to 100 (default 1)',
    '  --start-at M      minute of the scenario to begin at (default 0); the infusion starts at minute 15',
    '',
    'Prints one line per device with its address and runs until it is interrupted.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, {
      device: { type: 'string', multiple: true },
      listen: { type: 'string', multiple: true },
      scenario: { type: 'string', default: 'calm' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      'start-at': { type: 'string', default: '0' },
    });
    const order = parsed.ok ? orderOf(parsed.value.values, parsed.value.positionals) : parsed.error;
    if (typeof order === 'string') {
      complain(`infuscope simulate: ${order}`);
      return EXIT_USAGE;
    }
    return simulate(order);
  },
};

interface Order {
  readonly devices: readonly { readonly kind: DeviceKind; readonly listen: string }[];
  readonly scenario: Scenario;
  readonly seed: number;
  readonly speed: number;
  readonly startAtMin: number;
}

function orderOf(values: Readonly<Record<string, unknown>>, positionals: readonly string[]): Order | string {
  if (positionals.length > 0) return `"${positionals.join(' ')}" is not understood.`;
  const devices = texts(values['device']);
  const addresses = texts(values['listen']);
  if (devices.length === 0) return `Name a device with --device; known are ${ids}.`;
  if (devices.length !== addresses.length) return 'Give each --device its own --listen.';
  const kinds = devices.map(simulatedDevice);
  const unknown = devices.find((_, i) => kinds[i] === undefined);
  if (unknown !== undefined) return `There is no simulated device "${unknown}"; known are ${ids}.`;
  const found = scenario(String(values['scenario']));
  if (!found.ok) return found.error;
  const seed = integer(String(values['seed']), 0, 2 ** 31 - 1);
  if (!seed.ok) return `--seed: ${seed.error}.`;
  const speed = number(String(values['speed']), 0.1, 100);
  if (speed === undefined) return '--speed must be a number from 0.1 to 100.';
  const startAtMin = number(String(values['start-at']), 0, 24 * 60);
  if (startAtMin === undefined) return '--start-at must be a minute from 0 to 1440.';
  return {
    devices: kinds.flatMap((kind, i) => (kind === undefined ? [] : [{ kind, listen: addresses[i] ?? '' }])),
    scenario: found.value,
    seed: seed.value,
    speed,
    startAtMin,
  };
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

function number(text: string, low: number, high: number): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= low && value <= high ? value : undefined;
}

async function simulate({ devices, scenario: story, seed, speed, startAtMin }: Order): Promise<number> {
  const startAtMs = Math.round(startAtMin * MINUTE_MS);
  const bedside = createBedside(story, seed);
  const epochS = Math.floor(Date.now() / 1000 - startAtMin * 60);
  const made = devices.map(({ kind, listen }) => ({
    kind,
    listen,
    device: kind.make(bedside, { settings: { epochS } }),
  }));
  liveThrough(
    made.map(({ device }) => device),
    startAtMs,
  );
  const running: SimulatorHandle[] = [];
  const stopAll = (): Promise<unknown> => Promise.all(running.map((handle) => handle.close()));
  for (const { kind, listen, device } of made) {
    const way = wayToCall(kind.id);
    const started = await runSimulator({
      device: () => device,
      listen,
      speaksUdp: NETWORKED.includes(kind.id),
      ...(way && { callsStation: way }),
      clock: () => Number(process.hrtime.bigint() / 1_000_000n),
      speed,
      startAtMs,
    });
    if (!started.ok) {
      await stopAll();
      complain(`infuscope simulate: ${started.error.sentence}`);
      return EXIT_WRONG;
    }
    running.push(started.value);
    say(`${kind.label} (${kind.id}): ${started.value.address}  scenario ${story.id}, seed ${seed}`);
  }
  await interrupted();
  await stopAll();
  return EXIT_OK;
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
