import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Subscription } from 'rxjs';
import type { Link, LinkFailure } from '$drivers/link.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';

const open: (Server | Socket | Subscription)[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) {
    if ('unsubscribe' in thing) thing.unsubscribe();
    else if ('destroy' in thing) thing.destroy();
    else thing.close();
  }
});

/** A listening socket and a promise of the next connection to it. */
async function listening() {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  return { server, port: (server.address() as AddressInfo).port, accepted };
}

/** The first link, the first failure, and the subscription that holds the link. */
function dial(port: number, host = '127.0.0.1', connectTimeoutMs?: number) {
  let linked: (link: Link) => void = () => undefined;
  let failed: (failure: LinkFailure) => void = () => undefined;
  const link = new Promise<Link>((resolve) => (linked = resolve));
  const failure = new Promise<LinkFailure>((resolve) => (failed = resolve));
  const options = connectTimeoutMs === undefined ? { host, port } : { host, port, connectTimeoutMs };
  const subscription = tcpConnect(options)().subscribe({ next: linked, error: failed });
  open.push(subscription);
  return { link, failure, subscription };
}

/** How many bytes come until the other end hangs up. */
const byteCount = (socket: Socket) =>
  new Promise<number>((resolve) => {
    let count = 0;
    socket.on('data', (bytes) => (count += bytes.length));
    socket.on('end', () => resolve(count));
    socket.on('error', () => resolve(count));
  });

describe('a TCP link', () => {
  test('carries bytes both ways as plain byte arrays of their own', async () => {
    const { port, accepted } = await listening();
    const { link } = dial(port);
    const socket = await accepted;
    open.push(socket);
    const arrived = new Promise<Uint8Array>((resolve) => void link.then((it) => it.bytes$.subscribe(resolve)));
    socket.write(Uint8Array.of(1, 2));
    const bytes = await arrived;
    expect(bytes).toEqual(Uint8Array.of(1, 2));
    expect([bytes.buffer.byteLength, Buffer.isBuffer(bytes)]).toEqual([2, false]);
    const echoed = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    await (await link).send(Uint8Array.of(5));
    expect([...(await echoed)]).toEqual([5]);
  });

  test('keeps what came before somebody listens', async () => {
    const { port, accepted } = await listening();
    const { link } = dial(port);
    const socket = await accepted;
    open.push(socket);
    await new Promise<void>((resolve) => socket.write(Uint8Array.of(7), () => resolve()));
    const { bytes$ } = await link;
    expect(await new Promise((resolve) => bytes$.subscribe(resolve))).toEqual(Uint8Array.of(7));
  });

  test('says its last words before it closes, even to a device that is slow to take them', async () => {
    const { port, accepted } = await listening();
    const { link, subscription } = dial(port);
    const socket = await accepted;
    open.push(socket);
    const opened = await link;
    const sent = opened.send(new Uint8Array(5_000_000));
    subscription.unsubscribe();
    expect(await byteCount(socket)).toBe(5_000_000);
    await sent;
  });

  test('fails in plain words when the device hangs up', async () => {
    const { port, accepted } = await listening();
    const { failure } = dial(port);
    (await accepted).end();
    expect(await failure).toMatchObject({ why: 'closed' });
    expect((await failure).message).toBe(`The device at 127.0.0.1:${port} closed the connection.`);
  });

  test('fails in plain words when the connection is reset', async () => {
    const { port, accepted } = await listening();
    const { link, failure } = dial(port);
    await link;
    (await accepted).resetAndDestroy();
    expect(await failure).toMatchObject({ why: 'closed' });
  });

  test('does not queue without end for a device that reads nothing', async () => {
    const { port, accepted } = await listening();
    const { link } = dial(port);
    const socket = await accepted;
    open.push(socket);
    socket.pause();
    const opened = await link;
    const sends = Array.from({ length: 400 }, () => opened.send(new Uint8Array(65_536)));
    const refused = sends.map((sent) => sent.then(() => undefined).catch((error: LinkFailure) => error));
    expect(await refused.at(-1)).toMatchObject({ why: 'stalled' });
    socket.destroy();
    await Promise.all(refused);
  });
});

describe('a TCP connection that does not come about', () => {
  test('nobody listens: refused', async () => {
    const { server, port } = await listening();
    await new Promise((resolve) => server.close(resolve));
    const failure = await dial(port).failure;
    expect(failure.why).toBe('refused');
    expect(failure.message).toContain(`Nothing is listening at 127.0.0.1:${port}`);
  });

  test('nobody listens under a name with two addresses: refused', async () => {
    const { server, port } = await listening();
    await new Promise((resolve) => server.close(resolve));
    expect(await dial(port, 'localhost').failure).toMatchObject({ why: 'refused' });
  });

  test('the name does not exist: unknown host', async () => {
    expect(await dial(4001, 'no-such-monitor.invalid').failure).toMatchObject({ why: 'unknown-host' });
  });

  test('no answer in time: timed out', async () => {
    const deaf = await deafServer();
    const failure = await dial(deaf.port, '127.0.0.1', 100).failure;
    deaf.stop();
    expect(failure).toMatchObject({ why: 'timed-out', message: `No answer from 127.0.0.1:${deaf.port} within 0.1 s.` });
  });

  test('given up while it is being opened: no link comes any more', async () => {
    const { port } = await listening();
    const { subscription, link } = dial(port);
    subscription.unsubscribe();
    const first = link.then(() => 'given up');
    const second = dial(port).link.then(() => 'second');
    expect(await Promise.race([first, second])).toBe('second');
  });
});

/** A server that is frozen with a full queue: the kernel answers no further connection, as with a host behind a firewall. */
async function deafServer() {
  const program = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port) })`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve)));
  child.kill('SIGSTOP');
  for (let i = 0; i < 4; i++) {
    const filler = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    open.push(filler);
    if (i < 2) await new Promise((resolve) => filler.once('connect', resolve));
  }
  return { port, stop: () => child.kill('SIGKILL') };
}
