/** A wire between a browser and a station that a test can cut and mend: what a screen sees when the network goes. */
import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  /** What the browser opens instead of the station's own address. */
  readonly address: string;
  /** Nothing passes any more, and nothing new is let through. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param target address of the station, `http://127.0.0.1:40123/`. */
export async function startRelay(target: string): Promise<Relay> {
  const port = Number(new URL(target).port);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  const cut = (): void => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    address: `http://127.0.0.1:${typeof listening === 'object' && listening ? listening.port : 0}/`,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
