import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import { cut, MAX_REST_BYTES, open, seal } from '$drivers/pump-newera-ne1000/framing.ts';
import { pumpNeweraNe1000 } from '$drivers/pump-newera-ne1000/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { REPLIES, SAFE_TEXTS } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cuts = (bytes: Uint8Array) => cut(NOTHING, bytes).cuts;

test('the CRC has the check value of its standard', () => {
  expect(crc16Xmodem(fromLatin1('123456789'))).toBe(0x31c3);
  expect(crc16Xmodem(NOTHING)).toBe(0);
});

describe('the packets of the note', () => {
  test.each(SAFE_TEXTS)('%s in safe mode', (text, wire) => {
    expect(seal('safe', text)).toEqual(wire);
    expect(open(wire)).toEqual({ mode: 'safe', text });
  });

  test.each(REPLIES)('%s is cut out whole', (_name, wire) => {
    expect(cut(NOTHING, wire)).toEqual({ rest: NOTHING, cuts: [{ kind: 'frame', wire, payload: wire }] });
  });
});

describe('a packet', () => {
  test('is basic when a digit follows the STX, and safe when a length does', () => {
    expect(open(seal('basic', '00S'))).toEqual({ mode: 'basic', text: '00S' });
    expect(open(seal('safe', '00S'))).toEqual({ mode: 'safe', text: '00S' });
    expect(seal('basic', '00S')).toHaveLength(5);
    expect(seal('safe', '00S')).toHaveLength(8);
  });

  test('may have STX and ETX in its CRC', () => {
    const texts = Array.from({ length: 100_000 }, (_, i) => `00S${i}`);
    const odd = texts.filter((text) =>
      [0x02, 0x03].every((byte) => seal('safe', text).subarray(-3, -1).includes(byte)),
    );
    expect(odd.length).toBeGreaterThan(0);
    for (const text of odd) expect(cuts(seal('safe', text))).toMatchObject([{ kind: 'frame' }]);
  });

  test('has at most 43 characters, so that no length is a digit', () => {
    const longest = `00S${'x'.repeat(40)}`;
    for (const mode of ['basic', 'safe'] as const) {
      expect(open(seal(mode, longest))).toEqual({ mode, text: longest });
      expect(() => seal(mode, `${longest}x`)).toThrow(RangeError);
      expect(() => seal(mode, '')).toThrow(RangeError);
      expect(() => seal(mode, '00S\r')).toThrow(RangeError);
    }
    expect(seal('safe', longest)[1]).toBe(0x2f);
    expect(cuts(concatBytes(fromHex('02'), fromLatin1(`${longest}x`), fromHex('03 02')))).toMatchObject([
      { kind: 'noise', why: 'too-long' },
    ]);
  });

  test.each([
    ['a wrong CRC', '02 0E 30 30 49 35 32 2E 35 30 4D 48 52 EE 03', 'bad-sum'],
    ['no ETX', '02 0E 30 30 49 35 32 2E 35 30 4D 48 52 EF 04', 'bad-length'],
    ['a length that is too short', '02 04 30 30', 'bad-length'],
    ['a control character in it', '02 0E 30 30 49 0D', 'bad-length'],
    ['a control character, basic', '02 30 30 49 0D', 'bad-length'],
    ['no status, basic', '02 30 30 03', 'bad-length'],
  ])('with %s is noise', (_what, hex, why) => {
    expect(cuts(concatBytes(fromHex(hex), fromHex('02')))).toEqual([{ kind: 'noise', why, bytes: fromHex(hex) }]);
  });

  test('is found behind half of another, and behind a false start that it lies in', () => {
    const good = seal('safe', '00S35.00ML');
    const half = seal('basic', '00I52.50MH').slice(0, 6);
    expect(cuts(concatBytes(half, good)).at(-1)).toMatchObject({ kind: 'frame', wire: good });
    expect(cuts(concatBytes(fromHex('02 2F 41'), good)).at(-1)).toMatchObject({ kind: 'frame', wire: good });
  });

  test('is none as long as a byte of it is missing, and not when one more is there', () => {
    for (const [, wire] of REPLIES) {
      expect(cuts(wire.slice(0, -1))).toEqual([]);
      expect(open(wire.slice(0, -1))).toBeUndefined();
      expect(open(concatBytes(wire, NOTHING, fromHex('03')))).toBeUndefined();
    }
  });
});

const special = [0x02, 0x03, 0x05, 0x0d, 0x2f, 0x30, 0x39, 0x41];

describe('safe packets', () => {
  testFramingLaws({
    driver: pumpNeweraNe1000,
    maxRestBytes: MAX_REST_BYTES,
    frames: REPLIES.flatMap(([, wire, { mode }]) => (mode === 'safe' ? [wire] : [])),
    special,
  });
});

describe('packets of both modes', () => {
  testFramingLaws({
    driver: pumpNeweraNe1000,
    maxRestBytes: MAX_REST_BYTES,
    frames: [
      ...REPLIES.map(([, wire]) => wire),
      seal('basic', '00S'),
      seal('basic', '00A?R'),
      seal('basic', '00S?OOR'),
    ],
    special,
    isUnproven: true,
  });
});
