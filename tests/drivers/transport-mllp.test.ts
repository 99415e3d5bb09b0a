/**
 * The gateways' port with real sockets: who is let in, what is answered and to whom, and that nobody who connects can stop it. Each
 * wait is for an event. The toy driver's messages are `pump:content`; it answers `ok:content`, but for content that begins with `!`.
 */
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { map, mergeMap, tap, type Subscription } from 'rxjs';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import type { Accepting, Arrival } from '$drivers/driver.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import type { Link, LinkFailure } from '$drivers/link.ts';
import { MllpPorts, type MllpLimits } from '$drivers/transport/mllp.server.ts';

const MOST = 4096;
const DEADLINE_MS = 10_000;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

const ACCEPTING: Accepting = {
  by: 'mllp',
  port: 1,
  maxMessageBytes: MOST,
  wrap: (arrival) =>
    fromLatin1(JSON.stringify(arrival.kind === 'message' ? { ...arrival, bytes: latin1(arrival.bytes) } : arrival)),
  routing: {
    start: () => 0,
    route: (seen, { bytes }) => {
      const [pump = ''] = latin1(bytes).split(':');
      return [Number(seen) + 1, ({ pumps }) => pumps === undefined || (Array.isArray(pumps) && pumps.includes(pump))];
    },
  },
  replyIn: (sent) => {
    const [connection = '', text = ''] = latin1(sent).split('>');
    return { connection: Number(connection), bytes: fromLatin1(text) };
  },
  isSamePatient: () => false,
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Told = { readonly kind: Arrival['kind']; readonly bytes?: string } & Readonly<Record<string, unknown>>;

/** One device at a port, and what it was told. */
class Device {
  readonly told: Told[] = [];
  readonly opened: Promise<void>;
  readonly failed: Promise<LinkFailure>;
  readonly #running: Subscription;
  #heard: () => void = () => undefined;

  constructor(
    ports: MllpPorts,
    port: number,
    settings: Readonly<Record<string, unknown>> = {},
    from?: readonly string[],
  ) {
    let isOpen: () => void = () => undefined;
    let fail: (failure: LinkFailure) => void = () => undefined;
    this.opened = new Promise((resolve) => (isOpen = resolve));
    this.failed = new Promise((resolve) => (fail = resolve));
    const connect = ports.connect({
      host: '127.0.0.1',
      port,
      accepting: ACCEPTING,
      key: from ? { from } : {},
      settings,
    });
    const arriving$ = connect().pipe(
      tap(() => isOpen()),
      mergeMap((link) => link.bytes$.pipe(map((bytes) => ({ link, text: latin1(bytes) })))),
    );
    this.#running = arriving$.subscribe({ next: ({ link, text }) => this.#take(link, text), error: fail });
    cleanups.push(() => this.close());
  }

  close(): void {
    this.#running.unsubscribe();
  }

  get messages(): readonly (string | undefined)[] {
    return this.told.flatMap(({ kind, bytes }) => (kind === 'message' ? [bytes] : []));
  }

  refusals(why: string): number {
    return this.told.reduce(
      (sum, { kind, why: told, count }) => sum + (kind === 'refused' && told === why ? Number(count) : 0),
      0,
    );
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`in vain for ${what}: ${JSON.stringify(this.told.slice(-5))}`);
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, 50);
        this.#heard = () => (clearTimeout(patience), resolve());
      });
    }
  }

  #take(link: Link, text: string): void {
    const told = JSON.parse(text) as Told;
    this.told.push(told);
    const [, content = ''] = String(told.bytes ?? '').split(':');
    if (told.kind === 'message' && told.duty !== 'listen' && !content.startsWith('!')) {
      void link.send(fromLatin1(`${String(told.connection)}>ok:${told.isCutOff ? 'cut' : content}\n`));
    }
    this.#heard();
  }
}

/** A sender, and what it was answered. */
class Sender {
  answers = '';
  isClosed = false;
  readonly socket: Socket;
  #heard: () => void = () => undefined;

  constructor(port: number, localAddress = '127.0.0.1') {
    this.socket = connectSocket({ host: '127.0.0.1', port, localAddress, noDelay: true });
    this.socket.on('data', (bytes) => {
      this.answers += bytes.toString('latin1');
      this.#heard();
    });
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.isClosed = true;
      this.#heard();
    });
    cleanups.push(() => this.socket.destroy());
  }

  say(...texts: readonly string[]): this {
    this.socket.write(concatBytes(...texts.map((text) => frame(fromLatin1(text)))));
    return this;
  }

  raw(bytes: Uint8Array | string): this {
    this.socket.write(typeof bytes === 'string' ? fromLatin1(bytes) : bytes);
    return this;
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > deadline)
        throw new Error(`in vain for ${what}: ${this.answers.slice(-80)}, closed ${String(this.isClosed)}`);
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, 50);
        this.#heard = () => (clearTimeout(patience), resolve());
      });
    }
  }

  answered(text: string): Promise<void> {
    return this.until(text, () => this.answers.endsWith(`${text}\n`));
  }
  closed(): Promise<void> {
    return this.until('the end', () => this.isClosed);
  }
}

async function ward(limits: Partial<MllpLimits> = {}, ...settings: readonly Readonly<Record<string, unknown>>[]) {
  const port = await freePort();
  const ports = new MllpPorts(limits);
  const devices = (settings.length > 0 ? settings : [{}]).map((one) => new Device(ports, port, one));
  await Promise.all(devices.map(({ opened }) => opened));
  const [device] = devices;
  return { port, ports, devices, device: device ?? expect.unreachable() };
}

describe('a sender', () => {
  test('is answered by the connection that it sent by, beside others at the same time', async () => {
    const { port, device } = await ward();
    const senders = Array.from({ length: 8 }, () => new Sender(port));
    await Promise.all(senders.map((sender, i) => sender.say(`p:${i}`).answered(`ok:${i}`)));
    expect(senders.map(({ answers }) => answers)).toEqual(senders.map((_, i) => `ok:${i}\n`));
    expect(new Set(device.told.filter(({ kind }) => kind === 'message').map(({ connection }) => connection)).size).toBe(
      8,
    );
  });

  test('may split its messages at any byte and glue several together', async () => {
    const { port, device } = await ward();
    const sender = new Sender(port);
    for (const byte of concatBytes(frame(fromLatin1('p:one')), frame(fromLatin1('p:two')))) {
      sender.raw(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sender.say('p:three', 'p:four').answered('ok:four');
    expect(device.messages).toEqual(['p:one', 'p:two', 'p:three', 'p:four']);
  });

  test('that hangs up right after its last message is answered before', async () => {
    const { port } = await ward();
    const sender = new Sender(port).say('p:last');
    sender.socket.end();
    await sender.closed();
    expect(sender.answers).toBe('ok:last\n');
  });

  test('is told to have come and gone, at once', async () => {
    const { port, device } = await ward();
    const sender = new Sender(port);
    await device.until('it', () => device.told.some(({ kind }) => kind === 'came'));
    sender.socket.destroy();
    await device.until('that it went', () => device.told.some(({ kind }) => kind === 'gone'));
    expect(device.told.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test('that is gone before its answer costs nothing but a count', async () => {
    const { port, device } = await ward();
    const { told } = device;
    const sender = new Sender(port).say('p:!unanswered');
    await device.until('the message', () => device.messages.length === 1);
    sender.socket.destroy();
    await device.until('that it went', () => told.some(({ kind }) => kind === 'gone'));
    const other = new Sender(port).say('p:here');
    await other.answered('ok:here');
  });
});

describe('a port of several devices', () => {
  test('gives each message to the devices that it is about, and one of them answers', async () => {
    const { port, devices } = await ward({}, { pumps: ['a'] }, { pumps: ['b'] }, { pumps: ['a', 'b'] });
    const sender = new Sender(port).say('a:1', 'b:2');
    await sender.answered('ok:2');
    expect(sender.answers).toBe('ok:1\nok:2\n');
    expect(devices.map(({ messages }) => messages)).toEqual([['a:1'], ['b:2'], ['a:1', 'b:2']]);
    const duties = devices.map(({ told }) => told.flatMap(({ duty }) => duty ?? []));
    expect(duties).toEqual([['listen'], ['listen'], ['answer', 'answer']]);
  });

  test('gives a message about nobody to one of them, which answers it', async () => {
    const { port, devices } = await ward({}, { pumps: ['a'] }, { pumps: ['b'] });
    await new Sender(port).say('x:1').answered('ok:1');
    expect(devices.map(({ told }) => told.flatMap(({ duty }) => duty ?? []))).toEqual([['nobody'], []]);
  });

  test('stays open until the last has left, and can be opened again in the next moment', async () => {
    const { port, ports, devices } = await ward({}, { pumps: ['a'] }, { pumps: ['b'] });
    devices[0]?.close();
    const sender = new Sender(port);
    await sender.say('b:1').answered('ok:1');
    devices[1]?.close();
    await sender.closed();
    const again = new Device(ports, port);
    await again.opened;
    await new Sender(port).say('b:2').answered('ok:2');
  });

  test('that another program has is said to be busy', async () => {
    const { port } = await ward();
    const failure = await new Device(new MllpPorts(), port).failed;
    expect(failure.message).toBe(`Another program is already listening on 127.0.0.1:${port}.`);
  });
});

describe('who is not on the list', () => {
  test('is closed unheard and counted; whoever is on it is heard', async () => {
    const port = await freePort();
    const device = new Device(new MllpPorts(), port, {}, ['127.0.0.2']);
    await device.opened;
    const stranger = new Sender(port).say('p:1');
    await stranger.closed();
    expect([stranger.answers, device.messages, device.refusals('address')]).toEqual(['', [], 1]);
    await new Sender(port, '127.0.0.2').say('p:2').answered('ok:2');
  });
});

describe('a hostile sender', () => {
  /** Whatever happened, one that behaves is served. */
  const serves = (port: number): Promise<void> => new Sender(port).say('p:still').answered('ok:still');

  test('that trickles a message is closed, though each byte comes in time', async () => {
    const { port, device } = await ward({ unfinishedMs: 300 });
    const slow = new Sender(port).raw(Uint8Array.of(0x0b));
    const trickling = setInterval(() => slow.raw('x'), 20);
    cleanups.push(() => clearInterval(trickling));
    await slow.closed();
    expect(device.refusals('too-slow')).toBe(1);
    await serves(port);
  });

  test('that says nothing is closed in the end', async () => {
    const { port, device } = await ward({ idleMs: 300 });
    await new Sender(port).closed();
    await device.until('that it went', () => device.told.some(({ kind }) => kind === 'gone'));
    await serves(port);
  });

  test('that sends too long a message is told so, and heard again afterwards', async () => {
    const { port, device } = await ward();
    const sender = new Sender(port).say(`p:${'x'.repeat(MOST)}`, 'p:short');
    await sender.answered('ok:short');
    expect(sender.answers).toBe('ok:cut\nok:short\n');
    expect(device.told.find(({ isCutOff }) => isCutOff)?.bytes).toHaveLength(1024);
    expect(device.refusals('too-large')).toBe(1);
  });

  test('that never ends its message is closed', async () => {
    const { port, device } = await ward({ skippedBytes: 100_000 });
    const sender = new Sender(port).raw(Uint8Array.of(0x0b));
    const flooding = setInterval(() => !sender.isClosed && sender.raw('x'.repeat(20_000)), 1);
    cleanups.push(() => clearInterval(flooding));
    await sender.closed();
    expect(device.refusals('too-large')).toBe(1);
    await serves(port);
  });

  test('that sends garbage is closed, and every byte of it counted', async () => {
    const { port, device } = await ward({ noiseBytes: 10_000 });
    const sender = new Sender(port).raw('GET / HTTP/1.1\r\n\r\n').say('p:1');
    await sender.answered('ok:1');
    expect(device.refusals('noise')).toBe(18);
    sender.raw(new Uint8Array(200_000).fill(0x1c));
    await sender.closed();
    await device.until('the count', () => device.refusals('unreadable') === 1);
    await serves(port);
  });

  test('that opens connection after connection loses the oldest, and keeps nobody out', async () => {
    const { port, device } = await ward({ connections: 6, connectionsOfAddress: 4 });
    const first = new Sender(port);
    const many = Array.from({ length: 100 }, () => new Sender(port));
    await first.closed();
    await device.until('all', () => device.told.filter(({ kind }) => kind === 'gone').length >= 97);
    await serves(port);
    expect([first, ...many].filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(5);
    await device.until('the count', () => device.refusals('crowded') >= 1);
  });

  test('from many addresses keeps nobody out either', async () => {
    const { port } = await ward({ connections: 6, connectionsOfAddress: 4 });
    const many = Array.from({ length: 40 }, (_, i) => new Sender(port, `127.0.1.${i + 1}`));
    await Promise.all(many.slice(0, 30).map((sender) => sender.closed()));
    await serves(port);
  });

  test('that sends more than one may is read more slowly, and loses nothing', async () => {
    const { port, device } = await ward({ messagesOfAddress: { burst: 10, perSecond: 100 } });
    const began = performance.now();
    const sender = new Sender(port).say(...Array.from({ length: 60 }, (_, i) => `p:${i}`));
    await sender.answered('ok:59');
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(device.messages).toHaveLength(60);
    expect(device.refusals('held-back')).toBeGreaterThan(0);
  });

  test('that is read more slowly does not hold up another', async () => {
    const { port } = await ward({ messagesOfAddress: { burst: 5, perSecond: 2 } });
    new Sender(port, '127.0.0.9').say(...Array.from({ length: 500 }, (_, i) => `p:${i}`));
    await serves(port);
  });

  test('that takes no answers is closed', async () => {
    const { port, device } = await ward({
      messages: { burst: 1e6, perSecond: 1e6 },
      messagesOfAddress: { burst: 1e6, perSecond: 1e6 },
    });
    const deaf = new Sender(port);
    deaf.socket.pause();
    const message = Array.from({ length: 50 }, () => `p:${'y'.repeat(4000)}`);
    const flooding = setInterval(
      () => deaf.socket.writable && deaf.socket.writableLength < 1e6 && deaf.say(...message),
      1,
    );
    cleanups.push(() => clearInterval(flooding));
    await device.until('that it is closed', () => device.refusals('stalled') === 1);
    await serves(port);
  });

  test('that holds much unfinished at once loses its connections first', async () => {
    const { port, device } = await ward({ unfinishedBytes: 10_000 });
    const holders = Array.from({ length: 5 }, () => new Sender(port).raw(`\x0b${'x'.repeat(4000)}`));
    await device.until('a bound', () => device.refusals('too-large') >= 1);
    await serves(port);
    expect(holders.some(({ isClosed }) => isClosed)).toBe(true);
  });

  test('is told of in few words: a flood of strangers is not a flood of words', async () => {
    const port = await freePort();
    const device = new Device(new MllpPorts(), port, {}, ['127.0.0.2']);
    await device.opened;
    const strangers = Array.from({ length: 200 }, () => new Sender(port));
    await Promise.all(strangers.map((stranger) => stranger.closed()));
    expect(device.told.length).toBeLessThan(5);
  });
});
