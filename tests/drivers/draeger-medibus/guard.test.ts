import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { draegerMedibus } from '$drivers/draeger-medibus/index.ts';
import { CODES, type Curve, type Message } from '$drivers/draeger-medibus/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { framed } from './vectors.ts';

const maySend = (frame: Uint8Array): boolean => passGuard(draegerMedibus.maySend, frame) !== undefined;
const hex = (code: number): string => code.toString(16).toUpperCase();

const ALLOWED = [
  ...['$', "'", '.', '0', 'Q', 'R', 'S', 'U', 'T0201', 'T0202', 'T0609', 'T02010602', 'T06010202'].map((text) =>
    framed('command', text),
  ),
  ...['0', 'I', 'Q', 'R', 'U'].map((text) => framed('response', text)),
  ...['d0 c1 c1 c0 c0', 'd0 c1 c2 c0 c0', 'd0 c1 c3 c0 c0'].map(fromHex),
];
const allowed = new Set(ALLOWED.map(toHex));

describe('what may be sent', () => {
  test.each(ALLOWED.map((frame) => [toHex(frame), frame]))('%s', (_shown, frame) => {
    expect(maySend(frame)).toBe(true);
  });

  test('of all commands without an argument only the questions and the words that keep the link', () => {
    const passing = Array.from({ length: 128 }, (_, code) => code).filter((code) =>
      maySend(framed('command', String.fromCharCode(code))),
    );
    expect(passing.map(hex)).toEqual(['24', '27', '2E', '30', '51', '52', '53', '55']);
  });

  test('of all empty answers only those to the commands that devices give', () => {
    const passing = Array.from({ length: 128 }, (_, code) => code).filter((code) =>
      maySend(framed('response', String.fromCharCode(code))),
    );
    expect(passing.map(hex)).toEqual(['30', '49', '51', '52', '55']);
  });

  test.each([
    ['no choice', 'T'],
    ['a curve that is not drawn', 'T0001'],
    ['a curve twice', 'T02010201'],
    ['three curves', 'T020106010301'],
    ['a multiplier of none', 'T0200'],
    ['a multiplier of ten', 'T0210'],
    ['a configuration of the data', 'J$EB'],
    ['a clock', 'I11:11:1911-NOV-93'],
    ['measured data with an argument', '$EB'],
    ['stop with an argument', 'U1'],
  ])('not %s', (_what, text) => {
    expect(maySend(framed('command', text))).toBe(false);
  });

  test.each(['R8240', '0x', 'Q '])('not an answer with content: %s', (text) => {
    expect(maySend(framed('response', text))).toBe(false);
  });

  test.each(['d0 c1 c0 c0 c0', 'd0 c1 c4 c0 c0', 'd0 c1 cf c0 c0', 'd0 c2 c1 c0 c0', 'd0 c6 c1 c0 c0', 'd1 81 81'])(
    'not other real-time bytes: %s',
    (frame) => {
      expect(maySend(fromHex(frame))).toBe(false);
    },
  );

  test('nothing one byte away from these, no part of them, no two at once', () => {
    const any = fc.constantFrom(...ALLOWED);
    fc.assert(
      fc.property(any, any, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, other, at, bits) => {
        const damaged = frame.map((byte, i) => (i === at % frame.length ? byte ^ bits : byte));
        expect(maySend(damaged)).toBe(allowed.has(toHex(damaged)));
        expect(maySend(frame.subarray(1 + (at % (frame.length - 1))))).toBe(false);
        expect(maySend(concatBytes(frame, other))).toBe(false);
      }),
    );
  });
});

/** How a device begins that has everything that is asked for. */
const BEGINNING: readonly Message[] = [
  { kind: 'response', code: CODES.icc, content: { type: 'echo', text: '' } },
  {
    kind: 'response',
    code: CODES.identify,
    content: {
      type: 'identity',
      identity: { id: '8240', name: 'Evita 4', software: '04.00', medibus: '04.00' },
    },
  },
];

const AGREEING: readonly Message[] = [
  { kind: 'response', code: CODES.configureCurves, content: { type: 'echo', text: '' } },
  { kind: 'response', code: CODES.measured, content: { type: 'values', values: [], unread: [] } },
];

test('whatever happens to the session, it sends only what the guard allows', () => {
  const anyCode = fc.oneof(fc.constantFrom<number>(...Object.values(CODES)), fc.integer({ min: 0, max: 127 }));
  const anyCurve: fc.Arbitrary<Curve> = fc.record({
    code: fc.constantFrom('00', '02', '06', '0A'),
    intervalUs: fc.integer({ min: 1, max: 99_999_999 }),
    minimum: fc.integer({ min: -999, max: 0 }),
    maximum: fc.integer({ min: 1, max: 999 }),
    maxBin: fc.integer({ min: 1, max: 0xfff }),
  });
  const anyOffer = fc
    .array(anyCurve, { maxLength: 6 })
    .map((curves): Message => ({ kind: 'response', code: CODES.curves, content: { type: 'curves', curves } }));
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc
      .constantFrom(CODES.icc, CODES.nop, CODES.identify, CODES.timeChanged, CODES.stop)
      .map((code): Message => ({ kind: 'command', code, argument: '' })),
    fc.record({ kind: fc.constant('command'), code: anyCode, argument: fc.string({ maxLength: 3 }) }),
    fc.constantFrom(...BEGINNING, ...AGREEING),
    anyCode.map((code): Message => ({ kind: 'response', code, content: { type: 'echo', text: '' } })),
    anyOffer,
    fc.constantFrom('suspend', 'resume', 'resume', 'abort').map((word) => ({ kind: 'flow', word }) as const),
    fc.nat(15).map((mask): Message => ({ kind: 'record', mask, syncs: [], bins: [1, 2, 3, 4] })),
  );
  const anyInput = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('opened', 'closing', 'noise', 'undecodable') },
    { weight: 3, arbitrary: fc.constant('tick') },
    { weight: 8, arbitrary: anyMessage },
  );
  const sent = new Set<string>();
  fc.assert(
    fc.property(anyOffer, fc.array(fc.tuple(anyInput, fc.nat(600)), { maxLength: 60 }), (offer, inputs) => {
      let state = draegerMedibus.start({ device: BENCH_DEVICE, settings: {} });
      let at = 0;
      const begin = ['opened', ...BEGINNING, offer, ...AGREEING].map((what) => [what, 0] as const);
      for (const [what, pauseMs] of [...begin, ...inputs]) {
        at += pauseMs;
        const [next, effects] = draegerMedibus.step(state, toInput(what, at));
        state = next;
        for (const effect of effects) {
          if (effect.type !== 'send') continue;
          const frame = draegerMedibus.encode(effect.query);
          expect(maySend(frame), toHex(frame)).toBe(true);
          sent.add(toHex(frame).slice(0, 5));
        }
      }
    }),
    { numRuns: 500 },
  );
  expect([...sent].sort()).toEqual(
    expect.arrayContaining([
      '01 30',
      '01 49',
      '01 51',
      '01 52',
      '01 55',
      '1b 24',
      '1b 51',
      '1b 52',
      '1b 53',
      '1b 54',
      '1b 55',
      'd0 c1',
    ]),
  );
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
