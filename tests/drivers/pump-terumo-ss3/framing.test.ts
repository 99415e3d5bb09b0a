import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import { cut, MAX_PACKET_BYTES, packet } from '$drivers/pump-terumo-ss3/framing.ts';
import { pumpTerumoSs3 } from '$drivers/pump-terumo-ss3/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { IDENTITY, PRINTED, VECTORS, WHO } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutText = (text: string) => cut(NOTHING, fromLatin1(text));
const [STX, ETX] = ['\u0002', '\u0003'];

test('the checksum has the check value that is published for it', () => {
  expect(crc16Xmodem(fromLatin1('123456789'))).toBe(0x31c3);
  expect(crc16Xmodem(NOTHING)).toBe(0);
});

describe('a packet', () => {
  test.each(VECTORS)('$name: has the CRC of the note, and is cut out whole', ({ text, crc, bytes }) => {
    expect(crc16Xmodem(fromLatin1(text)).toString(16).toUpperCase()).toBe(crc);
    expect(packet(text)).toEqual(bytes);
    expect(cut(NOTHING, bytes)).toEqual({
      rest: NOTHING,
      cuts: [{ kind: 'frame', wire: bytes, payload: fromLatin1(text) }],
    });
  });

  test('with another CRC, or with its digits in small letters, is noise', () => {
    for (const crc of ['8412', '0411', '841', 'd38c']) {
      const wrong = fromLatin1(`${STX}${WHO.text}${crc}${ETX}`);
      expect(cut(NOTHING, wrong).cuts).toEqual([{ kind: 'noise', why: 'bad-sum', bytes: wrong }]);
    }
    const small = fromLatin1(`${STX}${IDENTITY.text}d38c${ETX}`);
    expect(cut(NOTHING, small).cuts).toMatchObject([{ kind: 'noise', why: 'bad-sum' }]);
  });

  test('is found behind noise and behind one that was broken off', () => {
    const good = latin1(WHO.bytes);
    expect(cutText(`xx9${good}`).cuts).toMatchObject([
      { kind: 'noise', why: 'no-start', bytes: fromLatin1('xx9') },
      { kind: 'frame', wire: WHO.bytes },
    ]);
    const broken = latin1(PRINTED.bytes).slice(0, 90);
    expect(cutText(`${broken}${good}`).cuts).toMatchObject([
      { kind: 'noise', why: 'bad-length', bytes: fromLatin1(broken) },
      { kind: 'frame', wire: WHO.bytes },
    ]);
  });

  test('that is too short to be one is noise, an empty one as well', () => {
    expect(cutText(`${STX}${ETX}`).cuts).toMatchObject([{ kind: 'noise', why: 'bad-length' }]);
    expect(cutText(`${STX}0000${ETX}`).cuts).toMatchObject([{ kind: 'noise', why: 'bad-length' }]);
  });

  test('longer than any is noise as soon as it is longer; one of just that length is not', () => {
    const { cuts, rest } = cutText(`${STX}${'A'.repeat(MAX_PACKET_BYTES + 2)}`);
    expect(cuts).toMatchObject([{ kind: 'noise', why: 'too-long' }]);
    expect(rest.length).toBe(3);
    const longest = packet('A'.repeat(MAX_PACKET_BYTES - 6));
    expect(longest.length).toBe(MAX_PACKET_BYTES);
    expect(cut(NOTHING, longest).cuts).toMatchObject([{ kind: 'frame' }]);
  });

  test.each([
    ['nothing', ''],
    ['too much', 'A'.repeat(MAX_PACKET_BYTES - 5)],
    ['a start', `A${STX}`],
    ['an end', `A${ETX}`],
    ['more than a byte', '€'],
  ])('cannot be made of %s', (_what, text) => {
    expect(() => packet(text)).toThrow(RangeError);
  });

  test('keeps nothing of the chunk it came in', () => {
    const chunk = concatBytes(WHO.bytes, fromLatin1(`${STX}<`));
    const { cuts, rest } = cut(NOTHING, chunk);
    chunk.fill(0);
    expect(cuts).toMatchObject([{ wire: WHO.bytes }]);
    expect(rest).toEqual(fromLatin1(`${STX}<`));
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: pumpTerumoSs3,
    maxRestBytes: MAX_PACKET_BYTES,
    frames: VECTORS.map(({ bytes }) => bytes),
    special: [0x02, 0x03, 0x3c, 0x30, 0x00],
  });
});
