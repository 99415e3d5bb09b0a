import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import type { Message } from '$drivers/mindray-hl7/messages.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { decodeFrame, DEVICE, maySend } from './bench.ts';
import * as vectors from './vectors.ts';

const { ECHO, QUERY } = vectors;
const FRAMES = Object.values(vectors).filter((value) => value instanceof Uint8Array);
/** The query, changed as text. */
const changed = (from: string, to: string): Uint8Array => fromLatin1(latin1(QUERY).replace(from, to));

describe('what may be sent', () => {
  test('the keep-alive and the query', () => {
    expect(maySend(ECHO)).toBe(true);
    expect(maySend(QUERY)).toBe(true);
  });

  test('the query of one list, for a bed behind a central station', () => {
    expect(maySend(changed('0&0^1^1^0^101&151&160&161', '3232237756&0^1^1^0^101'))).toBe(true);
  });

  test.each([
    ['a number for all parameters: a uMEC12 then sends none', '0&0^1^1^0^101&151&160&161', '0&0^1^1^1^'],
    ['a list of five', '^101&151&160&161', '^101&151&160&161&162'],
    ['an empty list', '^101&151&160&161', '^'],
    ['an id that is none', '^101&151', '^0&151'],
    ['another kind of data', '0&0^3^1^1^', '0&0^2^1^1^'],
    ['another period', '0&0^3^1^1^', '0&0^3^9^1^'],
    ['a bed that is no number', '|0&0^1', '|a&0^1'],
    ['another control id', '|1203|', '|1204|'],
    ['another type', 'QRY^R02', 'ORU^R01'],
    ['another version', '2.3.1', '2.6'],
    ['a second header field', '|||||||QRY', '|x||||||QRY'],
    ['a further segment', 'RES\r', 'RES\rOBX||NM|101^HR|2101|60||||||F\r'],
    ['a line feed', 'RES\r', 'RES\r\n'],
    ['no line at all', latin1(QUERY).slice(latin1(QUERY).indexOf('QRF'), -2), ''],
  ])('not %s', (_, from, to) => {
    expect(latin1(QUERY)).toContain(from);
    expect(maySend(changed(from, to))).toBe(false);
  });

  test('no query of a hundred lines', () => {
    expect(maySend(changed('QRF|MON||||0&0^4^1^1^\r', 'QRF|MON||||0&0^4^1^1^\r'.repeat(100)))).toBe(false);
  });

  test.each(FRAMES.filter((bytes) => bytes !== ECHO && bytes !== QUERY))('%#: no message of a monitor', (bytes) => {
    expect(maySend(bytes)).toBe(false);
  });

  test('nothing before, behind or missing, nothing twice, and not nothing', () => {
    for (const bytes of [ECHO, QUERY]) {
      expect(maySend(concatBytes(Uint8Array.of(0x0b), bytes))).toBe(false);
      expect(maySend(concatBytes(bytes, Uint8Array.of(0x0d)))).toBe(false);
      expect(maySend(concatBytes(bytes, Uint8Array.of(0x0a)))).toBe(false);
      expect(maySend(concatBytes(bytes, bytes))).toBe(false);
      expect(maySend(bytes.subarray(1))).toBe(false);
      expect(maySend(bytes.subarray(0, -1))).toBe(false);
    }
    expect(maySend(new Uint8Array(0))).toBe(false);
  });

  test('nothing one byte away from the two, but for a digit of an id, of the bed or of the time', () => {
    const anyFrame = fc.constantFrom(ECHO, QUERY);
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.nat(255), (bytes, at, value) => {
        const place = at % bytes.length;
        const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
        const damaged = bytes.with(place, value);
        const isHarmless = isDigit(bytes[place]) && (isDigit(value) || value === 0x26);
        if (!isHarmless && bytes[place] !== value) expect(maySend(damaged)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('whatever happens to the session', () => {
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc.constantFrom(...FRAMES.filter((bytes) => bytes !== QUERY).map(decodeFrame)),
    fc.record({
      kind: fc.constant('spot' as const),
      parameters: fc.array(
        fc.record({
          id: fc.integer({ min: 168, max: 175 }),
          label: fc.constant(''),
          content: fc.oneof(fc.double({ min: -500, max: 500, noNaN: true }), fc.constantFrom('no-data', 'unreadable')),
          deviceTime: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        }),
      ),
      unread: fc.constant([]),
    }),
  );
  const anyInput = fc.oneof(
    fc.constantFrom('opened', 'closing', 'tick', 'tick', 'tick', 'noise', 'undecodable'),
    anyMessage,
  );
  const anySettings = fc.constantFrom(
    {},
    { bedAddress: '255.255.255.255' },
    { temperatureUnit: '[degF]', gasUnit: 'kPa' },
  );

  test('it sends only what the guard allows', () => {
    let sent = 0;
    fc.assert(
      fc.property(anySettings, fc.array(fc.tuple(anyInput, fc.nat(4000)), { maxLength: 30 }), (settings, inputs) => {
        let state = mindrayHl7.start({ device: DEVICE, settings });
        let at = 0;
        for (const [what, pauseMs] of [['opened', 0] as const, ...inputs]) {
          at += pauseMs;
          const [next, effects] = mindrayHl7.step(state, toInput(what, at));
          state = next;
          for (const effect of effects) {
            if (effect.type !== 'send') continue;
            expect(maySend(mindrayHl7.encode(effect.query)), JSON.stringify(effect.query)).toBe(true);
            sent += 1;
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(sent).toBeGreaterThan(1000);
  });

  function toInput(what: string | Message, at: number): SessionInput<Message> {
    const now = monotonicMs(at);
    if (typeof what !== 'string') return { type: 'message', now, message: what };
    if (what === 'noise') return { type: 'noise', now, why: 'no-start', byteCount: 7 };
    if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
    return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
  }
});
