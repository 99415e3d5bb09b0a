import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import type { Subscription } from 'rxjs';
import type { Link, LinkFailure } from '$drivers/link.ts';
import { udpConnect } from '$drivers/transport/udp.server.ts';

const open: (Socket | Subscription)[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) {
    if ('unsubscribe' in thing) thing.unsubscribe();
    else thing.close();
  }
});

/** A bound socket: the device's end. */
async function deviceAt(host = '127.0.0.1', port = 0) {
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>((resolve) => socket.bind(port, host, () => resolve()));
  return { socket, port: socket.address().port };
}

const nextOf = (socket: Socket): Promise<{ bytes: Uint8Array; from: RemoteInfo }> =>
  new Promise((resolve) => socket.once('message', (bytes, from) => resolve({ bytes: new Uint8Array(bytes), from })));

/** A port that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function dial(port: number, host = '127.0.0.1') {
  let linked: (link: Link) => void = () => undefined;
  let failed: (failure: LinkFailure) => void = () => undefined;
  const link = new Promise<Link>((resolve) => (linked = resolve));
  const failure = new Promise<LinkFailure>((resolve) => (failed = resolve));
  const subscription = udpConnect({ host, port })().subscribe({ next: linked, error: failed });
  open.push(subscription);
  return { link, failure, subscription };
}

describe('a UDP link', () => {
  test('carries each datagram as one chunk of its own, both ways', async () => {
    const { socket, port } = await deviceAt();
    const opened = await dial(port).link;
    const chunks: Uint8Array[] = [];
    const two = new Promise<void>((resolve) => {
      opened.bytes$.subscribe((bytes) => {
        chunks.push(bytes);
        if (chunks.length === 2) resolve();
      });
    });
    const asked = nextOf(socket);
    await opened.send(Uint8Array.of(1, 2, 3));
    const { bytes, from } = await asked;
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    socket.send(Uint8Array.of(4), from.port, from.address);
    socket.send(Uint8Array.of(5, 6), from.port, from.address);
    await two;
    expect(chunks).toEqual([Uint8Array.of(4), Uint8Array.of(5, 6)]);
    expect([chunks[0]?.buffer.byteLength, Buffer.isBuffer(chunks[0])]).toEqual([1, false]);
  });

  test('is deaf to everybody but its device', async () => {
    const { socket, port } = await deviceAt();
    const stranger = await deviceAt();
    const opened = await dial(port).link;
    const first = new Promise<Uint8Array>((resolve) => opened.bytes$.subscribe(resolve));
    const asked = nextOf(socket);
    await opened.send(Uint8Array.of(1));
    const { from } = await asked;
    await new Promise<void>((resolve) =>
      stranger.socket.send(Uint8Array.of(66), from.port, from.address, () => resolve()),
    );
    socket.send(Uint8Array.of(7), from.port, from.address);
    expect(await first).toEqual(Uint8Array.of(7));
  });

  test('says its last words before it closes, and nothing after', async () => {
    const { socket, port } = await deviceAt();
    const { link, subscription } = dial(port);
    const opened = await link;
    const heard = nextOf(socket);
    const sent = opened.send(Uint8Array.of(9));
    subscription.unsubscribe();
    expect((await heard).bytes).toEqual(Uint8Array.of(9));
    await sent;
    await expect(opened.send(Uint8Array.of(10))).rejects.toMatchObject({ why: 'closed' });
  });

  test('fails in plain words when nobody listens there', async () => {
    const port = await freePort();
    const { link, failure } = dial(port);
    const opened = await link;
    void opened.send(Uint8Array.of(1)).catch(() => undefined);
    const refused = await failure;
    expect(refused.why).toBe('refused');
    expect(refused.message).toContain(`Nothing is listening at 127.0.0.1:${port}`);
  });

  test('fails in plain words when the name does not exist', async () => {
    expect(await dial(24_105, 'no-such-monitor.invalid').failure).toMatchObject({ why: 'unknown-host' });
  });

  test('that is given up while it is being opened leaves nothing behind', async () => {
    const { port } = await deviceAt();
    const { link, subscription } = dial(port);
    subscription.unsubscribe();
    const second = dial(port).link.then(() => 'second');
    expect(await Promise.race([link.then(() => 'given up'), second])).toBe('second');
  });
});
