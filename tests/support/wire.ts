/** A TCP cable between a station and a device that a test can damage: what a driver meets in a hospital. */
import { connect, createServer, type Socket } from 'node:net';

/**
 * `whole`: everything passes · `dead`: open, and nothing passes · `noisy`: random bytes between the device's own · `parity`: the
 * station reads the parity bit as the eighth of each byte · `unplugged`: cut, and not to be opened.
 */
export type WireState = 'whole' | 'dead' | 'noisy' | 'parity' | 'unplugged';

export interface Wire {
  readonly port: number;
  become(state: WireState): void;
  close(): Promise<void>;
}

/** @param port where the device listens on this computer. */
export async function startWire(port: number): Promise<Wire> {
  const open = new Set<Socket>();
  let state: WireState = 'whole';
  const server = createServer((station) => {
    if (state === 'unplugged') return void station.destroy();
    const device = connect(port, '127.0.0.1');
    for (const end of [station, device]) {
      open.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        open.delete(end);
        station.destroy();
        device.destroy();
      });
    }
    device.on('data', (bytes) => state !== 'dead' && void station.write(damaged(bytes, state)));
    station.on('data', (bytes) => state !== 'dead' && void device.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const end of open) end.destroy();
  };
  const listening = server.address();
  return {
    port: typeof listening === 'object' && listening ? listening.port : 0,
    become: (next) => {
      state = next;
      if (next === 'unplugged') cut();
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function damaged(bytes: Uint8Array, state: WireState): Uint8Array {
  if (state === 'parity') return bytes.map(withOddParity);
  if (state !== 'noisy') return bytes;
  const noise = Uint8Array.from({ length: 40 }, () => Math.floor(Math.random() * 256));
  const middle = bytes.length >> 1;
  return Uint8Array.of(...noise, ...bytes.subarray(0, middle), ...noise, ...bytes.subarray(middle));
}

/** The byte with its top bit set where the other bits are an even number of ones. */
function withOddParity(byte: number): number {
  let ones = 0;
  for (let rest = byte & 0x7f; rest > 0; rest >>= 1) ones += rest & 1;
  return ones % 2 === 0 ? byte | 0x80 : byte & 0x7f;
}
