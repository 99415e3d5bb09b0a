import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Accepting, Arrival, Received } from '$drivers/driver.ts';
import { InboundPort, Receiver } from '$drivers/transport/inbound-port.server.ts';
import { Bucket, Buckets, hashToken, plainAddress, Source } from '$drivers/transport/inbound-sources.server.ts';
import { latin1 } from '$drivers/bytes.ts';

const SALT = 'ward-7-2026';
const HERE = '127.0.0.1';

describe('a source', () => {
  const source = new Source({ tokenHash: hashToken(SALT, 'secret'), from: ['10.1.2.3', '10.2.0.0/16', 'fd00::/8'] });

  test('is known by its token, and by nothing that is like it', () => {
    expect(source.isNamedBy('secret')).toBe(true);
    for (const wrong of ['Secret', 'secret ', 'secre', '', undefined, hashToken(SALT, 'secret')])
      expect(source.isNamedBy(wrong)).toBe(false);
  });

  test('sends from its addresses and networks only', () => {
    for (const address of ['10.1.2.3', '10.2.255.1', 'fd12::1']) expect(source.allows(address)).toBe(true);
    for (const address of ['10.1.2.4', '10.3.0.1', HERE, 'fe80::1', '', 'nonsense'])
      expect(source.allows(address)).toBe(false);
    expect(plainAddress('::ffff:10.1.2.3')).toBe('10.1.2.3');
    expect(plainAddress('fd12::1')).toBe('fd12::1');
    expect(plainAddress(undefined)).toBe('');
  });

  test('sends from this computer when nothing is said', () => {
    const own = new Source({ tokenHash: hashToken(SALT, 'secret') });
    expect([HERE, '127.9.9.9', '::1', '10.1.2.3'].map((address) => own.allows(address))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('keeps no empty token, even where its hash is the empty one’s', () => {
    expect(new Source({ tokenHash: hashToken(SALT, '') }).isNamedBy('')).toBe(false);
  });

  test.each(['secret', 'sha256:short:00', `sha1:${SALT}:${'0'.repeat(40)}`, `sha256:${SALT}:${'g'.repeat(64)}`])(
    'is not configured by %s',
    (tokenHash) => expect(() => new Source({ tokenHash })).toThrow(/tokenHash must be/),
  );

  test('is not configured by an address that is none', () => {
    for (const from of [['10.1.2'], ['10.1.2.3/99'], ['everybody']])
      expect(() => new Source({ tokenHash: hashToken(SALT, 'secret'), from })).toThrow(/neither an address/);
  });
});

describe('an allowance', () => {
  test('is a burst, then so many a second', () => {
    const bucket = new Bucket({ burst: 3, perSecond: 2 }, 0);
    expect([0, 0, 0, 0, 500, 500, 1000].map((now) => bucket.take(now))).toEqual([
      true,
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect([60_000, 60_000, 60_000, 60_000].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
  });

  test('is each address’s own, for a bounded number of them', () => {
    const buckets = new Buckets({ burst: 1, perSecond: 0 }, 2);
    expect(['a', 'a', 'b', 'b', 'c', 'b', 'a'].map((address) => buckets.take(address, 0))).toEqual([
      ...[true, false, true, false, true, false, true],
    ]);
  });
});

/** A message is `token:content` here; what it makes of an arrival can be read. */
const ACCEPTING: Accepting = {
  by: 'socket.io',
  port: 1,
  maxMessageBytes: 64,
  wrap: (arrival) => new TextEncoder().encode(words(arrival)),
  tokenOf: ({ bytes }) => /^(\w+):/.exec(latin1(bytes))?.[1],
  isSamePatient: () => false,
};

function words(arrival: Arrival): string {
  switch (arrival.kind) {
    case 'message':
      return latin1(arrival.bytes);
    case 'refused':
      return `refused ${arrival.count} ${arrival.why} ${arrival.sender}`;
    default:
      return `${arrival.kind} ${arrival.sender}`;
  }
}

class Ward {
  now = 0;
  readonly port = new InboundPort(ACCEPTING, () => this.now);
  readonly heard: Record<string, string[]> = {};

  device(name: string, token: string, from = [HERE]): Receiver {
    const heard: string[] = [];
    this.heard[name] = heard;
    const key = { tokenHash: hashToken(SALT, token), from };
    const receiver = new Receiver(key, ACCEPTING, (bytes) => heard.push(latin1(bytes)));
    this.port.add(receiver);
    return receiver;
  }
}

const message = (text: string): Received => ({
  via: 'socket',
  bytes: new TextEncoder().encode(text),
});

describe('a port that devices share', () => {
  let ward = new Ward();
  beforeEach(() => {
    vi.useFakeTimers();
    ward = new Ward();
  });
  afterEach(() => vi.useRealTimers());

  test('gives each the messages with its token, and to several with one token the same', () => {
    for (const [name, token] of [
      ['a', 'one'],
      ['b', 'two'],
      ['c', 'two'],
    ] as const)
      ward.device(name, token);
    const visit = ward.port.begin(HERE, true);
    expect(ward.port.receive(visit, message('one:1'))).toBe(true);
    expect(ward.port.receive(visit, message('two:2'))).toBe(true);
    ward.port.end(visit);
    expect(ward.heard).toEqual({
      a: ['came 127.0.0.1', 'one:1', 'gone 127.0.0.1'],
      b: ['came 127.0.0.1', 'two:2', 'gone 127.0.0.1'],
      c: ['came 127.0.0.1', 'two:2', 'gone 127.0.0.1'],
    });
  });

  test('refuses a wrong token, and tells those who let this address in', () => {
    ward.device('a', 'one');
    ward.device('b', 'two', ['10.0.0.1']);
    expect(ward.port.receive(ward.port.begin(HERE, true), message('three:1'))).toBe(false);
    expect(ward.heard).toEqual({ a: ['refused 1 token 127.0.0.1'], b: [] });
  });

  test('a right token from another’s address is as wrong as any', () => {
    ward.device('a', 'one');
    ward.device('b', 'two', ['10.0.0.1']);
    expect(ward.port.receive(ward.port.begin(HERE, true), message('two:1'))).toBe(false);
    expect(ward.heard['b']).toEqual([]);
  });

  test('an address that nobody lets in is told to all, a browser too', () => {
    ward.device('a', 'one');
    ward.device('b', 'two');
    expect(ward.port.admits('10.9.9.9', false)).toBe(false);
    expect(ward.port.admits(HERE, false)).toBe(true);
    expect(ward.heard).toEqual({ a: ['refused 1 address 10.9.9.9'], b: ['refused 1 address 10.9.9.9'] });
    vi.advanceTimersByTime(5000);
    expect(ward.port.admits(HERE, true)).toBe(false);
    expect(ward.heard['a']?.at(-1)).toBe('refused 1 browser 127.0.0.1');
  });

  test('who has joined sends messages without a name; a damaged one is its device’s to count', () => {
    ward.device('a', 'one');
    const visit = ward.port.begin(HERE, true);
    expect(ward.port.receive(visit, message('?'))).toBe(false);
    expect(ward.port.join(visit, 'one')).toBe(true);
    expect(ward.port.receive(visit, message('?'))).toBe(true);
    expect(ward.heard['a']).toEqual(['refused 1 unreadable 127.0.0.1', 'came 127.0.0.1', '?']);
    expect(ward.port.join(ward.port.begin(HERE, true), 'two')).toBe(false);
  });

  test('the name in a message counts more than the one before', () => {
    ward.device('a', 'one');
    ward.device('b', 'two');
    const visit = ward.port.begin(HERE, true);
    ward.port.join(visit, 'one');
    ward.port.receive(visit, message('two:1'));
    ward.port.receive(visit, message('three:1'));
    expect(ward.heard['b']).toEqual(['came 127.0.0.1', 'two:1', 'refused 1 token 127.0.0.1']);
    expect(ward.heard['a']?.includes('two:1')).toBe(false);
  });

  test('a request comes and goes without a word', () => {
    ward.device('a', 'one');
    ward.port.receive(ward.port.begin(HERE, false), message('one:1'));
    expect(ward.heard['a']).toEqual(['one:1']);
  });

  test('guesses are so many a second and no more, and are not even looked at beyond', () => {
    ward.device('a', 'one');
    const tries = Array.from({ length: 100 }, () => ward.port.receive(ward.port.begin(HERE, true), message('one:1')));
    expect(tries.filter(Boolean)).toHaveLength(20);
    ward.now = 1000;
    expect(ward.port.receive(ward.port.begin(HERE, true), message('one:1'))).toBe(true);
  });

  test('one who is let in may send a backlog of two minutes, then four messages a second', () => {
    ward.device('a', 'one');
    const visit = ward.port.begin(HERE, true);
    const taken = Array.from({ length: 300 }, () => ward.port.receive(visit, message('one:1')));
    expect(taken.filter(Boolean)).toHaveLength(121);
    ward.now = 1000;
    expect(Array.from({ length: 10 }, () => ward.port.receive(visit, message('one:1'))).filter(Boolean)).toHaveLength(
      4,
    );
  });

  test('a message longer than any is refused unread', () => {
    ward.device('a', 'one');
    expect(ward.port.receive(ward.port.begin(HERE, true), message(`one:${'x'.repeat(64)}`))).toBe(false);
    expect(ward.heard['a']).toEqual(['refused 1 too-large 127.0.0.1']);
  });

  test('refusals are told at once, then every 5 s together', () => {
    ward.device('a', 'one');
    for (let i = 0; i < 7; i += 1) ward.port.refuse(HERE, 'token');
    expect(ward.heard['a']).toEqual(['refused 1 token 127.0.0.1']);
    vi.advanceTimersByTime(5000);
    expect(ward.heard['a']).toEqual(['refused 1 token 127.0.0.1', 'refused 6 token 127.0.0.1']);
    vi.advanceTimersByTime(60_000);
    for (let i = 0; i < 1000; i += 1) ward.port.refuse(`10.0.${i >> 8}.${i & 255}`, 'address');
    vi.advanceTimersByTime(5000);
    expect(ward.heard['a']?.length).toBeLessThan(80);
    expect(ward.heard['a']?.at(-1)).toMatch(/^refused \d+ address other senders$/);
  });

  test('who has left hears nothing any more, and a new one is told that the sender is there', () => {
    const first = ward.device('a', 'one');
    const visit = ward.port.begin(HERE, true);
    ward.port.receive(visit, message('one:1'));
    ward.port.remove(first);
    ward.device('b', 'one');
    ward.port.receive(visit, message('one:2'));
    ward.port.end(visit);
    expect(ward.heard).toEqual({ a: ['came 127.0.0.1', 'one:1'], b: ['came 127.0.0.1', 'one:2', 'gone 127.0.0.1'] });
    expect(ward.port.isEmpty).toBe(false);
  });
});
