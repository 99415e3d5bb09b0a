import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { seal } from '$drivers/pump-graseby-3400/framing.ts';
import { pumpGraseby3400 } from '$drivers/pump-graseby-3400/index.ts';
import { QUERIES } from '$drivers/pump-graseby-3400/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { FORBIDDEN, onWire, QUESTIONS, REPLIES } from './vectors.ts';

const ALLOWED = QUESTIONS.map((text) => `${text}\r`);
const maySend = (frame: Uint8Array, settings = {}): boolean =>
  passGuard(pumpGraseby3400.maySend, frame, settings) !== undefined;

/** `I` begins remote control on other pumps of the maker. */
const NEVER = ['STRT', 'STOP', 'ZTOT', 'CHGR', 'CHGR0', 'CHGR525', 'CHKR', 'CHKR0', 'CHKR525', 'I', 'CHCK1', 'GETR525'];

describe('what may be sent', () => {
  test.each(ALLOWED.map((text) => [JSON.stringify(text), text]))('%s', (_shown, text) => {
    expect(maySend(fromLatin1(text))).toBe(true);
  });

  test.each(FORBIDDEN)('not %s of the note, with whatever settings, alone or beside a question', (frame) => {
    const bytes = onWire(frame);
    expect(maySend(bytes)).toBe(false);
    expect(maySend(bytes, { control: true, isLocal: true })).toBe(false);
    for (const question of ALLOWED) {
      expect(maySend(concatBytes(fromLatin1(question), bytes))).toBe(false);
      expect(maySend(concatBytes(bytes, fromLatin1(question)))).toBe(false);
    }
  });

  test.each(NEVER)('not %s with its right sum', (text) => {
    expect(maySend(seal(text))).toBe(false);
  });

  test('no reply of the note', () => {
    for (const [text] of REPLIES) expect(maySend(onWire(text))).toBe(false);
  });

  test('nothing with a parameter, and no other word', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ...QUERIES), fc.stringMatching(/^[0-9A-Z]{1,12}$/), (query, more) => {
        const text = `${query}${more}`;
        expect(maySend(seal(text))).toBe(QUERIES.some((known) => known === text));
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing one byte away from a question, and no part of one', () => {
    for (const question of ALLOWED) {
      const frame = fromLatin1(question);
      for (let at = 0; at < frame.length; at += 1) {
        expect(maySend(frame.filter((_, i) => i !== at))).toBe(false);
        for (let bits = 1; bits < 256; bits += 1) {
          const changed = frame.map((byte, i) => (i === at ? byte ^ bits : byte));
          expect(maySend(changed)).toBe(ALLOWED.includes(latin1(changed)));
        }
      }
    }
  });
});

test('a driver gone mad gets the three questions onto the wire and nothing else', () => {
  const anyFrame = fc.oneof(
    fc.constantFrom(...ALLOWED, ...FORBIDDEN.map((text) => `${text}\r`)).map(fromLatin1),
    fc.constantFrom(...NEVER).map(seal),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, fc.dictionary(fc.string(), fc.jsonValue()), (frame, settings) => {
      const isAllowed = ALLOWED.includes(latin1(frame));
      const { heard, refused, isFault } = runMad(sealDriver(pumpGraseby3400), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 200 },
  );
});
