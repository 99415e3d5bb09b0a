import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { cutLines, line, MAX_LINE_BYTES } from '$drivers/ascii-line.ts';
import { bytesOf, cutInChunks, testFramingLaws } from '../support/framing-laws.ts';

const NOTHING = new Uint8Array(0);
const cutText = (text: string) => cutLines(NOTHING, fromLatin1(text));
const linesIn = (text: string): readonly string[] =>
  cutText(text).cuts.flatMap((piece) => (piece.kind === 'frame' ? [latin1(piece.payload)] : []));

describe('a line', () => {
  test.each(['\r', '\n', '\r\n', '\n\r', '\r\r\n'])('may end with %j', (end) => {
    expect(linesIn(`one${end}two${end}`)).toEqual(['one', 'two']);
  });

  test('is there as soon as its CR has come; the LF behind it belongs to the next line', () => {
    const first = cutText('one\r');
    expect(first.cuts).toMatchObject([{ kind: 'frame', wire: fromLatin1('one\r'), payload: fromLatin1('one') }]);
    expect(first.rest).toEqual(NOTHING);
    const second = cutLines(first.rest, fromLatin1('\ntwo\r\n'));
    expect(second.cuts).toMatchObject([{ wire: fromLatin1('\ntwo\r'), payload: fromLatin1('two') }]);
    expect(second.rest).toEqual(fromLatin1('\n'));
  });

  test('holds spaces, tabs and all printable characters', () => {
    const text = `\t${String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))}`;
    expect(linesIn(`${text}\r\n`)).toEqual([text]);
  });

  test('waits for its end', () => {
    expect(cutText('SPO2=09')).toEqual({ rest: fromLatin1('SPO2=09'), cuts: [] });
  });

  test('of the greatest length is a line, one character more is not', () => {
    expect(linesIn(`${'x'.repeat(MAX_LINE_BYTES)}\r`)).toHaveLength(1);
    const { cuts } = cutText(`${'x'.repeat(MAX_LINE_BYTES + 1)}\r`);
    expect(cuts.map((piece) => [piece.kind, bytesOf(piece).length])).toEqual([
      ['noise', MAX_LINE_BYTES],
      ['frame', 2],
    ]);
    expect(cuts[0]).toMatchObject({ why: 'too-long' });
  });

  test('is sent with CR and LF', () => {
    expect(latin1(line('SPO2=097%'))).toBe('SPO2=097%\r\n');
  });
});

describe('noise', () => {
  test.each([0x00, 0x07, 0x11, 0x1b, 0x7f, 0x80, 0xff])('byte %i takes what stood before it with it', (byte) => {
    const bytes = concatBytes(fromLatin1('\nbro'), Uint8Array.of(byte), fromLatin1('ken\rgood\r'));
    expect(cutLines(NOTHING, bytes).cuts).toMatchObject([
      { kind: 'noise', why: 'no-start', bytes: bytes.subarray(0, 5) },
      { kind: 'frame', payload: fromLatin1('ken') },
      { kind: 'frame', payload: fromLatin1('good') },
    ]);
  });

  test('is what many ends in a row are, few are not', () => {
    expect(linesIn(`${'\r\n'.repeat(7)}one\r`)).toEqual(['one']);
    expect(cutText('\n'.repeat(16)).cuts).toMatchObject([{ kind: 'noise', why: 'no-start' }]);
  });
});

describe('whatever comes', () => {
  testFramingLaws({
    driver: { cut: cutLines, decode: () => ({ ok: true, message: undefined }) },
    maxRestBytes: MAX_LINE_BYTES + 16,
    frames: ['a', 'SPO2=097% BPM=071', '06-JAN-26 10:15:02  97 142*  88 PH'].map(line),
    special: [0x0a, 0x0d],
    isUnproven: true,
  });

  test('what is kept is a copy of its own', () => {
    const chunk = fromLatin1(`${'y'.repeat(300)}\rrest`);
    const { rest, cuts } = cutLines(NOTHING, chunk);
    chunk.fill(0x41);
    expect(latin1(rest)).toBe('rest');
    expect(rest.buffer.byteLength).toBe(4);
    expect(cuts.map((piece) => latin1(bytesOf(piece)))).toEqual([`${'y'.repeat(300)}\r`]);
  });

  test('byte by byte it is the same', () => {
    const bytes = fromLatin1('\r\none\r\n\x00two\nthree');
    expect(cutInChunks(cutLines, bytes, [1])).toMatchObject(cutLines(NOTHING, bytes));
  });
});
