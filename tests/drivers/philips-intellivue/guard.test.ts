import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '$drivers/bytes.ts';
import { encodePdu } from '$drivers/philips-intellivue/codec.ts';
import { cut, frameSerial } from '$drivers/philips-intellivue/framing.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import type { Content, Message, Query } from '$drivers/philips-intellivue/messages.ts';
import { CLASS } from '$drivers/philips-intellivue/protocol-codes.ts';
import { ask, associate, type Ask } from '$drivers/philips-intellivue/queries.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { accept, compound, created, DEVICE, maySend, numbers, result, single, value } from './bench.ts';
import * as vectors from './vectors.ts';

const NOTHING = new Uint8Array(0);
const pduOf = (wire: Uint8Array): Uint8Array => {
  const [only] = cut(NOTHING, wire).cuts;
  if (only?.kind !== 'frame') throw new Error('not a frame');
  return only.payload.subarray(4);
};
/** A PDU passes bare, and in its serial frame. */
const passes = (pdu: Uint8Array): readonly [bare: boolean, framed: boolean] => [
  maySend(pdu),
  maySend(frameSerial(pdu)),
];
const BOTH = [true, true];
const NEITHER = [false, false];

const WAVES = [0x0102, 0x4bb4, 0x4a14, 0x50ac, 0x5000];
const ASKS: readonly Ask[] = ['priorities', 'numerics', 'waves', 'alerts', 'clock', 'presence'];
const asked = (what: Ask, wantsContext = false): Uint8Array =>
  encodePdu(ask(what, { invokeId: 0x1234, waves: WAVES, wantsContext }));
const [, release, released, abort] = vectors.FIXED_FRAMES.map(([, wire]) => pduOf(wire));
const request = (name: string): Uint8Array => {
  const found = vectors.CLIENT_REQUESTS.find(([each]) => each === name);
  if (!found) throw new Error(name);
  return found[1];
};

const OURS: readonly Uint8Array[] = [
  encodePdu(associate('serial', true)),
  encodePdu(associate('lan', false)),
  release ?? NOTHING,
  released ?? NOTHING,
  abort ?? NOTHING,
  request('MDS create result'),
  ...ASKS.map((what) => asked(what)),
  asked('numerics', true),
];

/** The PDU with these bytes from this place on. */
const withBytes = (pdu: Uint8Array, at: number, hex: string): Uint8Array => {
  const changed = new Uint8Array(pdu);
  changed.set(fromHex(hex), at);
  return changed;
};

describe('what may be sent', () => {
  test.each(OURS.map((pdu, i) => [i, pdu] as const))('everything that we say, in both kinds of frame: %i', (_, pdu) => {
    expect(passes(pdu)).toEqual(BOTH);
  });

  test.each(vectors.MADE_POLLS_60S)('the poll of the note: %s', (_, wire) => {
    expect(maySend(wire)).toBe(true);
    expect(passes(pduOf(wire))).toEqual(BOTH);
  });

  test('the list of waves of the note, and the keep-alive of public programs', () => {
    expect(passes(vectors.MADE_SET_WAVES)).toEqual(BOTH);
    expect(passes(request('set RTSA list, lead II'))).toEqual(BOTH);
    expect(passes(request('keep-alive AL_MON/0811'))).toEqual(BOTH);
    expect(passes(request('ext poll NU 30 s'))).toEqual(BOTH);
  });

  test('the association request of a public program, whose sizes differ', () => {
    expect(passes(vectors.CLIENT_ASSOCIATION_REQUEST_VSC)).toEqual(BOTH);
  });
});

describe('what may not be sent', () => {
  test.each([
    ['polls patients', request('single poll PT_DEMOG')],
    ['polls without an end that we know', request('ext poll NU, no period')],
    ['polls for ten minutes', request('ext poll SA_RT 10 min')],
    ['polls all numbers once', request('single poll NU, all')],
    ['reads a list', request('get RTSA list')],
    ['asks for other streams', vectors.CLIENT_ASSOCIATION_REQUEST_LONG],
    ['answers an association', pduOf(vectors.REAL_ASSOCIATION_RESPONSE)],
    ['presents itself', pduOf(vectors.REAL_MDS_CREATE)],
    ['is a result', pduOf(vectors.REAL_WAVES)],
    ['refuses', fromHex('0c 03 32 01 00')],
    ['announces', vectors.REAL_CONNECT_INDICATION],
  ])('what %s', (_, pdu) => {
    expect(passes(pdu)).toEqual(NEITHER);
  });

  test.each([
    ['another attribute', 30, 'f239'],
    ['adding instead of replacing', 28, '0001'],
    ['another object', 14, '0006'],
    ['a scope', 20, '00000001'],
    ['an unconfirmed command', 10, '0004'],
    ['a label of another kind', 38, '800f5401'],
    ['a label of a number', 38, '00024182'],
    ['a wrong count', 34, '0005'],
    ['a wrong length', 36, '000c'],
    ['two modifications', 24, '0002'],
  ])('a list of waves with %s', (_, at, hex) => {
    expect(passes(withBytes(vectors.MADE_SET_WAVES, at, hex))).toEqual(NEITHER);
  });

  test.each([
    ['another action', 'numerics', 24, '0c17'],
    ['another attribute of the poll', 'numerics', 40, 'f228'],
    ['more than a minute', 'numerics', 44, '00075301'],
    ['another class', 'numerics', 32, '002a'],
    ['another group', 'waves', 34, '0803'],
    ['a command to set', 'clock', 10, '0005'],
    ['the patient', 'clock', 32, '002a0807'],
  ] as const)('a poll with %s', (_, what, at, hex) => {
    expect(passes(withBytes(asked(what), at, hex))).toEqual(NEITHER);
  });

  test('a list of twelve waves, or one with a byte too many', () => {
    const many = ask('priorities', { invokeId: 1, waves: Array<number>(12).fill(0x0102), wantsContext: false });
    expect(passes(encodePdu(many))).toEqual(NEITHER);
    expect(passes(concatBytes(vectors.MADE_SET_WAVES, fromHex('00')))).toEqual(NEITHER);
  });

  test.each(OURS.map((pdu, i) => [i, pdu] as const))(
    'two of them, one with more around it, half of one: %i',
    (_, pdu) => {
      const wire = frameSerial(pdu);
      for (const each of [pdu, wire]) {
        expect(maySend(concatBytes(each, each))).toBe(false);
        expect(maySend(concatBytes(each, fromHex('00')))).toBe(false);
        expect(maySend(concatBytes(fromHex('c1'), each))).toBe(false);
        expect(maySend(each.subarray(0, -1))).toBe(false);
        expect(maySend(each.subarray(1))).toBe(false);
      }
    },
  );

  test('a needless escape, a wrong sum', () => {
    const wire = frameSerial(asked('presence'));
    const escaped = concatBytes(wire.subarray(0, 1), fromHex('7d 31'), wire.subarray(2));
    expect(cut(NOTHING, escaped).cuts[0]?.kind).toBe('frame');
    expect(maySend(escaped)).toBe(false);
    expect(maySend(wire.map((byte, i) => (i === wire.length - 2 ? byte ^ 1 : byte)))).toBe(false);
  });

  test('any bytes, and any byte of ours changed, unless what it became is one of ours too', () => {
    const isOneOfOurs = (pdu: Uint8Array): boolean => {
      const decoded = philipsIntellivue.decode(pdu);
      return decoded.ok && LEGAL_KINDS.has(decoded.message.kind);
    };
    const anyChange = fc.tuple(fc.constantFrom(...OURS), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(anyChange, ([pdu, place, change]) => {
        const changed = pdu.map((byte, i) => (i === place % pdu.length ? byte ^ change : byte));
        if (maySend(changed)) expect(isOneOfOurs(changed)).toBe(true);
        const wire = frameSerial(pdu);
        expect(maySend(wire.map((byte, i) => (i === place % wire.length ? byte ^ change : byte)))).toBe(false);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(maySend(bytes)).toBe(false);
      }),
    );
  });
});

/** Kinds of our own in which bytes are free: invoke ids, poll numbers, times, sizes. */
const LEGAL_KINDS: ReadonlySet<string> = new Set(['associate', 'poll', 'creation-known', 'set']);

describe('whatever happens to the session', () => {
  const anyPart = fc.oneof(
    fc.constant({ is: 'whole' } as const),
    fc.record({ is: fc.constantFrom('first', 'middle', 'last'), count: fc.integer({ min: 0, max: 4 }) }),
  );
  const anyNumbers = fc
    .tuple(fc.nat(0xffffffff), fc.nat(0xffff), anyPart, fc.integer({ min: 0, max: 300 }), fc.nat(0xffff))
    .map(([ticks, sequence, part, rate, state]) =>
      numbers(
        0,
        [
          single(value(0x4182, rate, 0x0aa0, state)),
          compound(
            [value(0x4a05, rate, 0x0f20, state), value(0x4a06, 80, 0x0f20, state)],
            Date.UTC(2026, 0, 1) + ticks,
          ),
        ],
        { ticks, sequence, part },
      ),
    );
  const anyContent: fc.Arbitrary<Content> = fc.oneof(
    anyNumbers,
    fc.constantFrom<Content>(
      accept(),
      accept(0x80000000),
      { kind: 'accept' },
      { kind: 'refuse' },
      { kind: 'abort' },
      { kind: 'release' },
      { kind: 'released' },
      { kind: 'associate' },
      { kind: 'was-set', invokeId: 1, attributes: [] },
      result(CLASS.waves, 0, []),
      result(CLASS.alerts, 0, [], { group: 0x0801 }),
      result(CLASS.patient, 0, []),
    ),
    fc.nat(0xffff).map((invokeId): Content => ({ ...created(0), invokeId }) as Content),
    fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(20))
      .map(([invokeId, error]): Content => ({ kind: 'error', invokeId, error, data: NOTHING })),
  );
  const anyInput = fc.oneof(
    fc.constantFrom('opened', 'closing', 'tick', 'tick', 'tick', 'tick', 'noise', 'undecodable'),
    fc.tuple(anyContent, fc.constantFrom('serial', 'serial', 'serial', 'lan')),
  );
  const anySetup = fc.record({
    link: fc.constantFrom('serial', 'tcp', 'udp', undefined),
    waveforms: fc.oneof(
      fc.constant(undefined),
      fc.array(fc.constantFrom('ecg', 'ecg-II', 'ecg-V', 'pleth', 'abp', 'art', 'co2', 'respiration', 'x', 22)),
      fc.anything(),
    ),
  });

  const toInput = (what: string | readonly [Content, string], at: number): SessionInput<Message> => {
    const now = monotonicMs(at);
    if (typeof what !== 'string') {
      const framing = what[1] === 'lan' ? 'lan' : 'serial';
      return { type: 'message', now, message: { ...what[0], framing } };
    }
    if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
    if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
    return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
  };

  test('it sends only what the guard allows', () => {
    let sent = 0;
    fc.assert(
      fc.property(anySetup, fc.array(fc.tuple(anyInput, fc.nat(3000)), { maxLength: 40 }), (setup, inputs) => {
        const { link, waveforms } = setup;
        const settings = waveforms === undefined ? {} : { waveforms };
        let state = philipsIntellivue.start({ device: DEVICE, settings, ...(link && { link }) });
        let at = 0;
        for (const [what, pauseMs] of [['opened', 0] as const, ['tick', 400] as const, ...inputs]) {
          at += pauseMs;
          const [next, effects] = philipsIntellivue.step(state, toInput(what, at));
          state = next;
          const queries = effects.flatMap((effect): Query[] => (effect.type === 'send' ? [effect.query] : []));
          for (const query of queries)
            expect(maySend(philipsIntellivue.encode(query)), JSON.stringify(query)).toBe(true);
          sent += queries.length;
        }
      }),
      { numRuns: 400 },
    );
    expect(sent).toBeGreaterThan(1000);
  });
});
