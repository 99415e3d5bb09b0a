import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { encode } from '$drivers/pump-alaris-asena/codec.ts';
import { frame } from '$drivers/pump-alaris-asena/framing.ts';
import { pumpAlarisAsena } from '$drivers/pump-alaris-asena/index.ts';
import { CONTROL_WORDS, OTHER_QUESTIONS, QUERIES } from '$drivers/pump-alaris-asena/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { COMMANDS, onWire, QUESTIONS, REPLIES, WRONG_SUM } from './vectors.ts';

/** From the note's table, not from the encoder. */
const ALLOWED = QUERIES.map((query) => `!${query}|${QUESTIONS[query]}\r`);
const maySend = (bytes: Uint8Array): boolean => passGuard(pumpAlarisAsena.maySend, bytes) !== undefined;
const anySettings = fc.oneof(
  fc.constantFrom({}, { control: true }, { remoteControl: true, key: '3CC1' }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);

describe('what may be sent', () => {
  test('seven questions, one pattern each', () => {
    expect(pumpAlarisAsena.maySend).toHaveLength(7);
    expect(ALLOWED.filter((text) => maySend(fromLatin1(text)))).toEqual(ALLOWED);
    expect(QUERIES.map((query) => latin1(encode(query)))).toEqual(ALLOWED);
  });

  test.each(OTHER_QUESTIONS)('not %s, which is not asked', (word) => {
    expect(maySend(frame(word))).toBe(false);
  });

  test.each(COMMANDS)(
    'not the command $text, whatever the settings are, alone, behind a question or before one',
    ({ text }) => {
      const order = frame(text);
      for (const settings of [{}, { control: true }, { remoteControl: true }]) {
        expect(passGuard(pumpAlarisAsena.maySend, order, settings)).toBeUndefined();
      }
      for (const allowed of ALLOWED) {
        expect(maySend(concatBytes(fromLatin1(allowed), order))).toBe(false);
        expect(maySend(concatBytes(order, fromLatin1(allowed)))).toBe(false);
      }
      const { heard, refused, isFault } = runMad(sealDriver(pumpAlarisAsena), order, {});
      expect({ heard, refused, isFault }).toEqual({ heard: [], refused: [toHex(order)], isFault: true });
    },
  );

  test.each(CONTROL_WORDS)('not %s as a bare word, and not with the end of a question', (word) => {
    expect(maySend(frame(word))).toBe(false);
    for (const sum of Object.values(QUESTIONS)) expect(maySend(fromLatin1(`!${word}|${sum}\r`))).toBe(false);
  });

  test.each([...REPLIES.map(({ text }) => text), WRONG_SUM])('not an answer of the note: %s', (text) => {
    expect(maySend(onWire(text))).toBe(false);
  });

  test('no word with a field, not even an empty one: the same word may set what it reads', () => {
    const anyWord = fc.oneof(fc.constantFrom(...QUERIES, ...OTHER_QUESTIONS), fc.stringMatching(/^[A-Z_]{2,12}$/));
    fc.assert(
      fc.property(anyWord, fc.stringMatching(/^[ -~]{0,20}$/), anySettings, (word, field, settings) => {
        expect(passGuard(pumpAlarisAsena.maySend, frame(`${word}^${field}`), settings)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
    for (const query of QUERIES) expect(maySend(frame(`${query}^`))).toBe(false);
  });

  test('nothing one byte away from a question, none without its end or with more behind it, and no part of one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALLOWED), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, bits) => {
        const good = fromLatin1(text);
        expect(maySend(good.map((byte, i) => (i === at % good.length ? byte ^ bits : byte)))).toBe(false);
        expect(maySend(good.subarray(1 + (at % (good.length - 1))))).toBe(false);
        expect(maySend(good.subarray(0, at % good.length))).toBe(false);
        expect(maySend(concatBytes(good, Uint8Array.of(bits)))).toBe(false);
        expect(maySend(concatBytes(Uint8Array.of(bits), good))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

test('a driver gone mad gets the seven questions onto the wire and nothing else, whatever the settings are', () => {
  const anyFrame = fc.oneof(
    fc.constantFrom(...COMMANDS.map(({ text }) => frame(text)), ...ALLOWED.map(fromLatin1)),
    fc.stringMatching(/^[A-Z_]{2,12}(\^[ -~]{0,8}){0,3}$/).map(frame),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, anySettings, (bytes, settings) => {
      const isAllowed = ALLOWED.includes(latin1(bytes));
      const { heard, refused, isFault } = runMad(sealDriver(pumpAlarisAsena), bytes, settings);
      expect(heard).toEqual(isAllowed ? [toHex(bytes)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(bytes)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 300 },
  );
});
