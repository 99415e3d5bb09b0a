import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { wrapRecord } from '$drivers/pump-graseby-3000-500/framing.ts';
import { pumpGraseby3000 } from '$drivers/pump-graseby-3000-500/index.ts';
import { CHECKS } from '$drivers/pump-graseby-3000-500/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';

const NEWER = ['<09M9776>', '<09M773C>', '<09YD84B>', '<09Y3801>', '<09D0AB7>', '<09DEAFD>'];
const OLDER = ['<07MF0>', '<07DE7>'];
const OLD = { generation: 'old' };
const maySend = (frame: Uint8Array, settings: Readonly<Record<string, unknown>> = {}): boolean =>
  passGuard(pumpGraseby3000.maySend, frame, settings) !== undefined;

/** The vendor's controlling commands, `I`, and the reading ones that this driver has no use for. */
const FORBIDDEN = [...'IBCEFKLNOPRSTX'];
const UNUSED = [...'AGHJQUVWZ'];
const PARAMETERS = ['', '0', '1', '0525', '00350', '260101120000', 'HELLO'];
const anySettings = fc.oneof(
  fc.constantFrom({}, OLD, { generation: 'new' }, { crcStart: 'FFFF' }, { control: true }, { generation: 'both' }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);

describe('what may be sent', () => {
  test.each(NEWER)('%s, unless the pump is set to be of the older software', (text) => {
    expect(maySend(fromLatin1(text))).toBe(true);
    expect(maySend(fromLatin1(text), OLD)).toBe(false);
  });

  test.each(OLDER)('%s, only when the configuration says that the software is the older one', (text) => {
    expect(maySend(fromLatin1(text))).toBe(false);
    expect(maySend(fromLatin1(text), OLD)).toBe(true);
  });

  test('with a CRC start that is set, only by that start', () => {
    const passing = (crcStart: string) => NEWER.filter((text) => maySend(fromLatin1(text), { crcStart }));
    expect(passing('0000')).toEqual(['<09M9776>', '<09YD84B>', '<09D0AB7>']);
    expect(passing('FFFF')).toEqual(['<09M773C>', '<09Y3801>', '<09DEAFD>']);
  });

  test.each(FORBIDDEN)(
    'not %s: in no form, with no parameters, alone or behind a question, under no settings',
    (letter) => {
      for (const check of CHECKS) {
        for (const parameters of PARAMETERS) {
          const order = wrapRecord(`${letter}${parameters}`, check);
          for (const settings of [{}, OLD, { crcStart: 'FFFF' }, { crcStart: '0000' }]) {
            expect(maySend(order, settings)).toBe(false);
            expect(maySend(concatBytes(fromLatin1('<09D0AB7>'), order), settings)).toBe(false);
            expect(maySend(concatBytes(order, fromLatin1('<09D0AB7>')), settings)).toBe(false);
          }
        }
      }
    },
  );

  test.each(UNUSED)('nor %s, which nobody here asks', (letter) => {
    for (const check of CHECKS) {
      expect(maySend(wrapRecord(letter, check))).toBe(false);
      expect(maySend(wrapRecord(letter, check), OLD)).toBe(false);
    }
  });

  test('no question with parameters, none in small letters, none of the wrong generation', () => {
    for (const text of ['M0', 'Y0', 'D0', 'm', 'y', 'd']) {
      for (const check of CHECKS) {
        expect(maySend(wrapRecord(text, check))).toBe(false);
        expect(maySend(wrapRecord(text, check), OLD)).toBe(false);
      }
    }
    expect(maySend(wrapRecord('Y', 'sum'), OLD)).toBe(false);
  });

  test('nothing one byte away from a question, and no part of one', () => {
    const all = [...NEWER, ...OLDER];
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        anySettings,
        (text, at, bits, set) => {
          const frame = fromLatin1(text);
          const damaged = frame.map((byte, i) => (i === at % frame.length ? byte ^ bits : byte));
          expect(maySend(damaged, set)).toBe(false);
          expect(maySend(frame.subarray(1 + (at % (frame.length - 1))), set)).toBe(false);
          expect(maySend(concatBytes(frame, Uint8Array.of(bits)), set)).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test('a driver gone mad gets its questions onto the wire and nothing else, whatever the settings are', () => {
  const anyBody = fc.oneof(fc.constantFrom(...FORBIDDEN, 'M', 'Y', 'D'), fc.stringMatching(/^[A-Z][0-9]{0,8}$/));
  const anyFrame = fc.oneof(
    fc.tuple(anyBody, fc.constantFrom(...CHECKS)).map(([body, check]) => wrapRecord(body, check)),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, anySettings, (frame, settings) => {
      const isAllowed = maySend(frame, settings);
      if (isAllowed) expect([...NEWER, ...OLDER]).toContain(latin1(frame));
      const { heard, refused, isFault } = runMad(sealDriver(pumpGraseby3000), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 300 },
  );
});
