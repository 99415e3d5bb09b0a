import { createSocket, type Socket } from 'node:dgram';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { LinkFailure } from '$drivers/link.ts';
import { encodeText } from '$drivers/hl7/charset.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import {
  hearAnnouncements,
  MAX_DATAGRAM_BYTES,
  MAX_DATAGRAMS_PER_SECOND,
  type Heard,
} from '$drivers/transport/udp-announcements.server.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

const LOOPBACK = '127.0.0.1';
const open: (Socket | Subscription)[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) {
    if ('unsubscribe' in thing) thing.unsubscribe();
    else thing.close();
  }
});

/** Ears at a port (any free one unless told), all they heard, and promises of what is still to come. */
function listen(port = 0, scheduler: SchedulerLike = asyncScheduler) {
  const heard: Heard[] = [];
  const wishes: (() => void)[] = [];
  let fail: (failure: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => (fail = resolve));
  const ears = hearAnnouncements({ port, address: LOOPBACK, scheduler }).subscribe({
    next: (one) => {
      heard.push(one);
      for (const wish of wishes) wish();
    },
    error: fail,
  });
  open.push(ears);
  const first = <Kind extends Heard['kind']>(kind: Kind, count = 1) =>
    new Promise<Extract<Heard, { kind: Kind }>>((resolve) => {
      const look = () => {
        const found = heard.filter((one): one is Extract<Heard, { kind: Kind }> => one.kind === kind)[count - 1];
        if (found) resolve(found);
      };
      wishes.push(look);
      look();
    });
  return { ears, heard, first, failure };
}

function speaker() {
  const socket = createSocket('udp4');
  open.push(socket);
  return (bytes: Uint8Array, port: number) =>
    new Promise<void>((resolve, reject) =>
      socket.send(bytes, port, LOOPBACK, (error) => (error ? reject(error) : resolve())),
    );
}

describe('ears for announcements', () => {
  test('hear what is said on their port, and by whom, as plain bytes of their own', async () => {
    const { first } = listen();
    const { port } = await first('listening');
    await speaker()(Uint8Array.of(1, 2, 3), port);
    const { bytes, sender } = await first('datagram');
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect([bytes.buffer.byteLength, Buffer.isBuffer(bytes), sender]).toEqual([3, false, LOOPBACK]);
  });

  test('find a monitor that announces itself, with the driver’s own reading of it', async () => {
    const { first } = listen();
    const { port } = await first('listening');
    const visit = 'MSH|^~\\&|||||||ADT^A01|101|P|2.3.1|\rPV1||I|^^ICU&1&&4601&&1|\r';
    await speaker()(frame(encodeText(visit)), port);
    const { bytes, sender } = await first('datagram');
    expect(mindrayHl7.announces?.read(bytes, sender)).toEqual({ host: LOOPBACK, port: 4601, place: 'ICU 1' });
  });

  test('do not read datagrams that are too long, nor more in a second than a ward sends, and say how many', async () => {
    const time = new VirtualTime();
    const { heard, first } = listen(0, time);
    const { port } = await first('listening');
    const send = speaker();
    await send(new Uint8Array(MAX_DATAGRAM_BYTES + 1), port);
    await send(new Uint8Array(MAX_DATAGRAM_BYTES), port);
    await first('datagram');
    for (let i = 1; i < MAX_DATAGRAMS_PER_SECOND; i += 1) {
      await send(Uint8Array.of(i), port);
      await first('datagram', i + 1);
    }
    await send(Uint8Array.of(0), port);
    await send(new Uint8Array(MAX_DATAGRAM_BYTES + 1), port);
    // These two are not seen until the second is over. Loopback delivers at once: when a later datagram has been taken
    // elsewhere, the event loop's round that took it has taken these as well.
    const other = listen();
    await send(Uint8Array.of(0), (await other.first('listening')).port);
    await other.first('datagram');
    await new Promise((resolve) => setImmediate(resolve));
    time.runTo(1000);
    expect(heard.filter(({ kind }) => kind === 'datagram')).toHaveLength(MAX_DATAGRAMS_PER_SECOND);
    expect(heard.at(-1)).toEqual({ kind: 'dropped', tooLong: 2, tooMany: 1 });
    await send(Uint8Array.of(9), port);
    expect((await first('datagram', MAX_DATAGRAMS_PER_SECOND + 1)).bytes).toEqual(Uint8Array.of(9));
    time.runTo(5000);
    expect(heard.at(-1)?.kind).toBe('datagram');
  });

  test('say whether they could join a group, and hear on all the same when they could not', async () => {
    const heard = await new Promise<Heard>((resolve) => {
      open.push(hearAnnouncements({ port: 0, address: LOOPBACK, group: '10.0.0.1' }).subscribe(resolve));
    });
    expect(heard).toMatchObject({ kind: 'listening', isInGroup: false });
    const joined = await new Promise<Heard>((resolve) => {
      open.push(hearAnnouncements({ port: 0, group: philipsIntellivue.announces?.group ?? '' }).subscribe(resolve));
    });
    expect(joined.kind === 'listening' && typeof joined.isInGroup).toBe('boolean');
  });

  test('share their port with others who share it', async () => {
    const { port } = await listen().first('listening');
    expect(await listen(port).first('listening')).toEqual({ kind: 'listening', port });
  });

  test('fail in plain words when another program does not share the port', async () => {
    const { port, failure } = await new Promise<{ port: number; failure: Promise<unknown> }>((resolve) => {
      const socket = createSocket({ type: 'udp4', reuseAddr: false });
      open.push(socket);
      socket.bind({ port: 0, address: LOOPBACK }, () => {
        const taken = socket.address().port;
        resolve({ port: taken, failure: listen(taken).failure });
      });
    });
    const error = await failure;
    expect(error).toBeInstanceOf(LinkFailure);
    expect(error).toMatchObject({
      why: 'busy',
      message: `Another program listens on UDP port ${port} and does not share it.`,
    });
  });

  test('are shut when nobody listens any more, at once or later', async () => {
    const { first, ears } = listen();
    const { port } = await first('listening');
    ears.unsubscribe();
    hearAnnouncements({ port, address: LOOPBACK }).subscribe().unsubscribe();
    const socket = createSocket({ type: 'udp4', reuseAddr: false });
    open.push(socket);
    const bound = new Promise<number>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address: LOOPBACK }, () => resolve(socket.address().port));
    });
    expect(await bound).toBe(port);
  });
});
