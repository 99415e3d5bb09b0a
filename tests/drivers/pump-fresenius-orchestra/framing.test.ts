import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { cut, MAX_FRAME_BYTES, wrapFrame } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import { payloadsOf, testFramingLaws } from '../../support/framing-laws.ts';
import { ALL, SINGLES } from './vectors.ts';

const NONE = new Uint8Array(0);
const textsOf = (bytes: Uint8Array): readonly string[] =>
  cut(NONE, bytes).cuts.map((piece) => (piece.kind === 'frame' ? latin1(piece.payload) : piece.why));

describe('the vectors of the protocol note', () => {
  test.each(ALL)('$text has the sum of the note, both ways', ({ text, bytes }) => {
    expect(toHex(wrapFrame(text))).toBe(toHex(bytes));
    const { rest, cuts } = cut(NONE, bytes);
    expect(rest).toHaveLength(0);
    expect(cuts).toEqual([{ kind: 'frame', wire: bytes, payload: fromLatin1(text) }]);
  });

  test('the example of the sum: 1LE;dr is 1D3, its low byte from FF is 2C', () => {
    const text = fromLatin1('1LE;dr');
    expect(text.reduce((sum, byte) => sum + byte, 0)).toBe(0x1d3);
    expect(toHex(wrapFrame('1LE;dr'))).toBe('02 31 4c 45 3b 64 72 32 43 03');
  });

  test.each(SINGLES)('$hex stands by itself', ({ hex }) => {
    const bytes = fromHex(hex);
    expect(cut(NONE, bytes)).toEqual({ rest: NONE, cuts: [{ kind: 'frame', wire: bytes, payload: bytes }] });
  });
});

describe('what is no frame', () => {
  const good = wrapFrame('1C');

  test('a wrong sum, also in lower case, and the good frame behind it', () => {
    const wrong = fromLatin1('\u000208;xFF\u0003');
    const lower = fromLatin1('\u00021C8b\u0003');
    expect(textsOf(concatBytes(wrong, lower, good))).toEqual(['bad-sum', 'bad-sum', '1C']);
  });

  test('a start inside a frame ends it, and so does any other control character, or a character above 7D', () => {
    for (const byte of [0x02, 0x06, 0x0d, 0x7e, 0xb1]) {
      const [why, ...others] = textsOf(concatBytes(fromLatin1('\u00021E;d02'), Uint8Array.of(byte), good));
      expect([byte, why]).toEqual([byte, 'bad-length']);
      expect(others.at(-1)).toBe('1C');
    }
  });

  test('nothing between start and end but the sum', () => {
    expect(textsOf(fromHex('02 46 46 03'))).toEqual(['bad-length']);
    expect(textsOf(fromHex('02 03'))).toEqual(['bad-length']);
  });

  test('more than an address, 80 characters and the sum', () => {
    const longest = `1${'A'.repeat(80)}`;
    expect(textsOf(wrapFrame(longest))).toEqual([longest]);
    expect(wrapFrame(longest)).toHaveLength(MAX_FRAME_BYTES);
    expect(() => wrapFrame(`${longest}A`)).toThrow(RangeError);
    expect(textsOf(concatBytes(fromLatin1(`\u0002${longest}AAAA`), good))).toEqual(['too-long', 'no-start', '1C']);
  });

  test('a NAK with no error behind it', () => {
    expect(textsOf(concatBytes(Uint8Array.of(0x15), good))).toEqual(['bad-length', '1C']);
  });

  test.each(['', 'ä', 'a\u0003', '~'])('`%s` cannot be sent', (text) => {
    expect(() => wrapFrame(text)).toThrow(RangeError);
  });
});

test('a keep-alive inside a frame, behind a NAK or in noise is heard at once and spoils nothing', () => {
  const event = wrapFrame('1E;d020D');
  for (let at = 0; at <= event.length; at += 1) {
    const bytes = concatBytes(event.subarray(0, at), Uint8Array.of(0x05), event.subarray(at));
    expect(payloadsOf(cut(NONE, bytes).cuts).toSorted()).toEqual([toHex(fromLatin1('1E;d020D')), '05'].toSorted());
  }
  expect(payloadsOf(cut(NONE, fromHex('15 05 36')).cuts)).toEqual(['05', '15 36']);
  expect(payloadsOf(cut(fromHex('02 31'), fromHex('05')).cuts)).toEqual(['05']);
});

describe('the laws', () => {
  testFramingLaws({
    driver: pumpFreseniusOrchestra,
    maxRestBytes: MAX_FRAME_BYTES,
    frames: [...ALL.map(({ bytes }) => bytes), ...SINGLES.map(({ hex }) => fromHex(hex))],
    special: [0x02, 0x03, 0x15, 0x3b],
    isInterleaved: true,
  });
});
