import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { decode } from '$drivers/nonin/codec.ts';
import { nonin } from '$drivers/nonin/index.ts';
import type { Message } from '$drivers/nonin/messages.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { packetWith, SET_FORMAT } from './bench.ts';
import { CAPTURED_PACKET, DF8, GET_SERIAL_NUMBER, SET_DF7_WITH_OPTIONS, SPOT_CHECK } from './vectors.ts';

const maySend = (frame: Uint8Array): boolean => nonin.maySend.some((pattern) => pattern.matches(frame));
const ALLOWED = [2, 7, 8, 13].map(SET_FORMAT);

describe('what may be sent', () => {
  test('is the request for a data format that the driver reads', () => {
    const formats = Array.from({ length: 256 }, (_, number) => number).filter((number) =>
      maySend(fromHex(SET_FORMAT(number))),
    );
    expect(formats).toEqual([2, 7, 8, 13]);
  });

  test.each([
    ['a format together with options that outlive the session', SET_DF7_WITH_OPTIONS],
    ['the date and time', fromHex('02 72 06 1a 01 0f 09 1e 05 03')],
    ['a question for the date and time', fromHex('02 72 00 03')],
    ['a question for the serial number', GET_SERIAL_NUMBER],
    ['a Bluetooth timeout', fromHex('02 75 01 0a 03')],
    ['what an oximeter says', CAPTURED_PACKET],
    ['two requests at once', fromHex('02 70 02 02 02 03 02 70 02 02 07 03')],
    ['nothing', new Uint8Array(0)],
  ])('is not %s', (_what, frame) => {
    expect(maySend(frame)).toBe(false);
  });

  test('is nothing one byte away from a request, longer or shorter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALLOWED), fc.nat(5), fc.integer({ min: 1, max: 255 }), (hex, at, bits) => {
        const frame = fromHex(hex);
        const damaged = frame.map((byte, index) => (index === at ? byte ^ bits : byte));
        expect(maySend(damaged)).toBe(ALLOWED.includes(toHex(damaged)));
        expect(maySend(frame.subarray(0, at))).toBe(false);
        expect(maySend(concatBytes(frame, Uint8Array.of(bits)))).toBe(false);
      }),
    );
  });
});

test('whatever happens to the session, it sends only what the guard allows', () => {
  const frames = [
    CAPTURED_PACKET,
    CAPTURED_PACKET.subarray(0, 50),
    packetWith({ format: 'df7' }),
    ...Object.values(DF8),
    SPOT_CHECK,
    SET_DF7_WITH_OPTIONS,
    ...['06', '15', '02 f2 00 03', '02 f4 00 03', '02 f5 00 03', '48 0d 0a'].map(fromHex),
  ];
  const messages = frames.flatMap((frame) => {
    const decoded = decode(frame);
    return decoded.ok ? [decoded.message] : [];
  });
  const anyInput = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('opened', 'closing', 'tick', 'tick', 'tick', 'noise', 'undecodable') },
    { weight: 2, arbitrary: fc.constantFrom(...messages) },
  );
  const anySettings = fc.record({ format: fc.constantFrom('auto', 'ascii', 'df2', 'df7', 'df8', 'df13') });
  let sent = 0;
  fc.assert(
    fc.property(anySettings, fc.array(fc.tuple(anyInput, fc.nat(4000)), { maxLength: 30 }), (settings, inputs) => {
      let state = nonin.start({ device: deviceId('oximeter'), settings });
      let at = 0;
      for (const [what, pauseMs] of [['opened', 0] as const, ...inputs]) {
        at += pauseMs;
        const [next, effects] = nonin.step(state, toInput(what, at));
        state = next;
        const queries = effects.flatMap((effect) => (effect.type === 'send' ? [effect.query] : []));
        for (const query of queries) expect(maySend(nonin.encode(query)), JSON.stringify(query)).toBe(true);
        if (settings.format === 'ascii') expect(queries).toEqual([]);
        sent += queries.length;
      }
    }),
    { numRuns: 400 },
  );
  expect(sent).toBeGreaterThan(100);
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
