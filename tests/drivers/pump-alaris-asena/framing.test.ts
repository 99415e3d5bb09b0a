import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { crc16CcittFalse } from '$drivers/checksum.ts';
import { cut, frame, MAX_FRAME_BYTES } from '$drivers/pump-alaris-asena/framing.ts';
import { pumpAlarisAsena } from '$drivers/pump-alaris-asena/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { COMMANDS, KEYS, onWire, QUESTIONS, REPLIES, WRONG_SUM } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutText = (text: string) => cut(NOTHING, fromLatin1(text));
const contentOf = (text: string): string => text.slice(1, -5);
const SUMMED: readonly (readonly [text: string, sum: string])[] = [
  ...Object.entries(QUESTIONS),
  ...COMMANDS.flatMap(({ text, sum }) => (sum === undefined ? [] : [[text, sum] as const])),
];
const GOOD = [...REPLIES.map(({ text }) => text), ...SUMMED.map(([text, sum]) => `!${text}|${sum}`)];
const [first = '', second = ''] = ['!INST_SERIALNO^8002-51740|050B', '!ALARM^AL_NOALM^ ^ |C73B'];

test('the sum has its check value', () => {
  expect(crc16CcittFalse(fromLatin1('123456789'))).toBe(0x29b1);
});

test('the worked example of the note', () => {
  expect(frame('INF')).toEqual(Uint8Array.of(0x21, 0x49, 0x4e, 0x46, 0x7c, 0x34, 0x39, 0x36, 0x31, 0x0d));
});

test.each(KEYS)('the key of remote control for %s is its sum, as logged, and so protects nothing', (serial, key) => {
  expect(crc16CcittFalse(fromLatin1(serial)).toString(16).toUpperCase()).toBe(key);
});

describe('a frame', () => {
  test.each(GOOD)('of the note has the sum printed there, and is cut out whole: %s', (text) => {
    expect(latin1(frame(contentOf(text)))).toBe(`${text}\r`);
    expect(cutText(`${text}\r`)).toEqual({
      rest: NOTHING,
      cuts: [{ kind: 'frame', wire: onWire(text), payload: fromLatin1(contentOf(text)) }],
    });
  });

  test('of the logs whose sum is a slip is noise', () => {
    expect(cutText(`${WRONG_SUM}\r`)).toEqual({
      rest: NOTHING,
      cuts: [{ kind: 'noise', why: 'bad-sum', bytes: onWire(WRONG_SUM) }],
    });
    expect(latin1(frame(contentOf(WRONG_SUM)))).toBe('!REMQUERY^DEACT^^^|B968\r');
  });

  test.each([
    ['in small letters', '!ALARM^AL_OCCLU^ ^ |5b3b'],
    ['of the text without its spaces', '!ALARM^AL_OCCLU^^|5B3B'],
    ['of another frame', '!INF_STOP|38F3'],
    ['with a digit too few', '!INF|961'],
    ['without its bar', '!INF4961'],
  ])('with a sum %s is noise', (_what, text) => {
    expect(cutText(`${text}\r`).cuts).toEqual([{ kind: 'noise', why: 'bad-sum', bytes: onWire(text) }]);
  });

  test('has printable characters only, although the sum may be right', () => {
    const content = fromLatin1('INF\u0007');
    const sum = crc16CcittFalse(content).toString(16).toUpperCase().padStart(4, '0');
    const wire = concatBytes(fromLatin1('!'), content, fromLatin1(`|${sum}\r`));
    expect(cut(NOTHING, wire).cuts).toEqual([{ kind: 'noise', why: 'bad-sum', bytes: wire }]);
  });

  test('is found behind noise, and behind a frame that has lost its end', () => {
    expect(cutText(`x|9${first}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'no-start', bytes: fromLatin1('x|9') },
      { kind: 'frame', wire: onWire(first) },
    ]);
    expect(cutText(`!INF^8002${second}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'bad-sum', bytes: fromLatin1('!INF^8002') },
      { kind: 'frame', wire: onWire(second) },
    ]);
  });

  test('may hold a start in its text', () => {
    expect(cut(NOTHING, frame('ALARM^AL_OCCLU^!^!')).cuts).toMatchObject([{ kind: 'frame' }]);
  });

  test('that is abandoned by an ESC is noise, and the next one is whole', () => {
    expect(cutText(`!INF^8002-51740^-^SET\u001b${second}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'bad-length', bytes: fromLatin1('!INF^8002-51740^-^SET\u001b') },
      { kind: 'frame', wire: onWire(second) },
    ]);
    expect(cutText('\u001b').cuts).toMatchObject([{ kind: 'noise', why: 'no-start' }]);
  });

  test('longer than any is noise as soon as it is longer, and cannot be written', () => {
    expect(() => frame('A'.repeat(MAX_FRAME_BYTES - 6))).toThrow(RangeError);
    expect(() => frame('INF\r')).toThrow(RangeError);
    expect(() => frame('Ampère')).toThrow(RangeError);
    const longest = frame('A'.repeat(MAX_FRAME_BYTES - 7));
    expect(cut(NOTHING, longest).cuts).toMatchObject([{ kind: 'frame', wire: longest }]);
    const { cuts, rest } = cutText(`!${'A'.repeat(MAX_FRAME_BYTES + 2)}`);
    expect(cuts).toMatchObject([{ kind: 'noise', why: 'too-long' }]);
    expect(rest.length).toBe(3);
  });

  test('that begins in too much noise is not lost with it', () => {
    expect(cutText(`${'x'.repeat(MAX_FRAME_BYTES - 4)}${first}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'no-start' },
      { kind: 'frame', wire: onWire(first) },
    ]);
  });

  test('keeps nothing of the chunk it came in', () => {
    const chunk = concatBytes(onWire(first), fromLatin1('!I'));
    const { cuts, rest } = cut(NOTHING, chunk);
    chunk.fill(0);
    expect(cuts).toMatchObject([{ wire: onWire(first) }]);
    expect(rest).toEqual(fromLatin1('!I'));
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: pumpAlarisAsena,
    maxRestBytes: MAX_FRAME_BYTES,
    frames: GOOD.map(onWire),
    special: [0x21, 0x5e, 0x7c, 0x0d, 0x1b, 0x0a],
  });
});
