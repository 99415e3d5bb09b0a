/**
 * One bed whose devices a test puts on and takes off: a station of its own that waits at two ports, and simulators behind them
 * that can be ended and begun again at another minute of the story. A minute of a patient's rest need not take a minute.
 */
import { createServer } from 'node:net';
import { Program, startStation, type TestStation } from './processes.ts';

const DEVICES = { monitor: 'ge-s5-dri', pump: 'pump-bbraun-bcc' } as const;
export type BedDevice = keyof typeof DEVICES;

export interface Story {
  readonly atMin: number;
  /** Simulated time per real time; 1 unless told. */
  readonly speed?: number;
}

export interface OneBed extends TestStation {
  /** Ends the device, if it ran, and begins it again at this minute of the calm course. */
  play(device: BedDevice, story: Story): Promise<void>;
}

export async function startOneBed(): Promise<OneBed> {
  const ports = { monitor: await freePort(), pump: await freePort() };
  const address = (device: BedDevice): string => `127.0.0.1:${ports[device]}`;
  const station = await startStation([
    (['monitor', 'pump'] as const).map((device) => ({ driver: DEVICES[device], link: { tcp: address(device) } })),
  ]);
  const running = new Map<BedDevice, Program>();
  return {
    ...station,
    play: async (device, { atMin, speed = 1 }) => {
      await running.get(device)?.stop();
      const program = new Program([
        ...['simulate', '--device', DEVICES[device], '--listen', `tcp://${address(device)}`],
        ...['--scenario', 'calm', '--seed', '11', '--start-at', String(atMin), '--speed', String(speed)],
      ]);
      running.set(device, program);
      await program.line(/tcp:\/\//);
    },
    stop: async () => {
      await Promise.all([...running.values()].map((program) => program.stop()));
      await station.stop();
    },
  };
}

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
