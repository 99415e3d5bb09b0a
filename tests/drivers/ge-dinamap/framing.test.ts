import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { cut, line, MAX_LINE_BYTES, MAX_REST_BYTES } from '$drivers/ge-dinamap/framing.ts';
import { geDinamap } from '$drivers/ge-dinamap/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { COMMAND_LITERALS, onWire, REPLIES, WRONG_SUMS } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutText = (text: string) => cut(NOTHING, fromLatin1(text));
const [first = '', second = ''] = [' RA2118"F', ' OA1097510#A'];

describe('a line', () => {
  test.each(REPLIES.map(([text]) => text))('of the note is cut out whole, without its checksum: %s', (text) => {
    const payload = fromLatin1(text.slice(0, -2));
    expect(cutText(`${text}\r`)).toEqual({ rest: NOTHING, cuts: [{ kind: 'frame', wire: onWire(text), payload }] });
  });

  test.each([...REPLIES.map(([text]) => text), ...Object.values(COMMAND_LITERALS)])(
    'of the note is written with the checksum printed there: %s',
    (text) => {
      expect(latin1(line(text.slice(0, -2)))).toBe(`${text}\r`);
    },
  );

  test.each(WRONG_SUMS)('with another checksum is noise: %s', (text) => {
    expect(cutText(`${text}\r`).cuts).toEqual([{ kind: 'noise', why: 'bad-sum', bytes: onWire(text) }]);
  });

  test('may end with CR LF, and may have a CR before it', () => {
    const { rest, cuts } = cutText(`\r${first}\r\n${second}\r\n`);
    expect(cuts.map((piece) => piece.kind === 'frame' && latin1(piece.wire))).toEqual([
      `\r${first}\r`,
      `\n${second}\r`,
    ]);
    expect(rest).toEqual(fromLatin1('\n'));
  });

  test('is found behind noise, and behind a line that has lost its end', () => {
    expect(cutText(`xx9${first}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'no-start', bytes: fromLatin1('xx9') },
      { kind: 'frame', wire: onWire(first) },
    ]);
    expect(cutText(` NA110000${second}\r`).cuts).toMatchObject([
      { kind: 'noise', why: 'bad-sum', bytes: fromLatin1(' NA110000') },
      { kind: 'frame', wire: onWire(second) },
    ]);
  });

  test('so long that its sum is over 0xFFF has the sum less 0xFFF', () => {
    // 1 + 47 + 37 for the letters, 50 times 95: 4835, less 4095: 740, which is 11 and 36.
    const text = ` ND${'~'.repeat(50)}`;
    expect(latin1(line(text))).toBe(`${text}+D\r`);
    expect(cut(NOTHING, line(text)).cuts).toMatchObject([{ kind: 'frame', payload: fromLatin1(text) }]);
  });

  test('has printable characters only, although the sum may fit', () => {
    // DEL and ! have the sum of ~ and ".
    const good = line(' RA~"');
    const bad = good.map((byte) => (byte === 0x7e ? 0x7f : byte === 0x22 ? 0x21 : byte));
    expect(cut(NOTHING, good).cuts).toMatchObject([{ kind: 'frame' }]);
    expect(cut(NOTHING, bad).cuts).toMatchObject([{ kind: 'noise' }]);
  });

  test('begins with a space and two capital letters', () => {
    for (const text of ['NA', ' nA', ' N1', '  A']) {
      expect(cut(NOTHING, line(text)).cuts, text).toMatchObject([{ kind: 'noise', why: 'no-start' }]);
    }
  });

  test('longer than any is noise as soon as it is longer, and cannot be written', () => {
    expect(() => line(` RA${'1'.repeat(MAX_LINE_BYTES - 4)}`)).toThrow(RangeError);
    expect(() => line(' RAé')).toThrow(RangeError);
    const { cuts, rest } = cut(NOTHING, new Uint8Array(MAX_LINE_BYTES + 3).fill(0x41));
    expect(cuts).toMatchObject([{ kind: 'noise', why: 'too-long' }]);
    expect(rest.length).toBe(3);
  });

  test('keeps nothing of the chunk it came in', () => {
    const chunk = concatBytes(onWire(first), fromLatin1(' N'));
    const { cuts, rest } = cut(NOTHING, chunk);
    chunk.fill(0);
    expect(cuts).toMatchObject([{ wire: onWire(first) }]);
    expect(rest).toEqual(fromLatin1(' N'));
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: geDinamap,
    maxRestBytes: MAX_REST_BYTES,
    frames: [...REPLIES.map(([text]) => text), ...Object.values(COMMAND_LITERALS)].map(onWire),
    special: [0x0d, 0x0a, 0x20, 0x4e, 0x41],
  });
});
