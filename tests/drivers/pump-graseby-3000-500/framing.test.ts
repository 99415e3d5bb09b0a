import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import {
  crc,
  cut,
  MAX_RECORD_BYTES,
  MAX_REST_BYTES,
  openRecord,
  wrapRecord,
} from '$drivers/pump-graseby-3000-500/framing.ts';
import { pumpGraseby3000 } from '$drivers/pump-graseby-3000-500/index.ts';
import { CHECKS } from '$drivers/pump-graseby-3000-500/messages.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { COMMAND_CRCS, NEW_DATA, OLD_DATA, STATUS, TABLE } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutText = (text: string) => cut(NOTHING, fromLatin1(text));
const wrapped = (body: string, check: (typeof CHECKS)[number]): string => latin1(wrapRecord(body, check));

describe('the CRC', () => {
  test.each(TABLE)('has the entry %i of the printed table', (index, entry) => {
    expect(crc(Uint8Array.of(index), 0)).toBe(entry);
  });

  test.each(COMMAND_CRCS)('of <09%s is the one of the note, by either start', (letter, fromZero, fromOnes) => {
    expect(wrapped(letter, 'crc-0000')).toBe(`<09${letter}${fromZero}>`);
    expect(wrapped(letter, 'crc-ffff')).toBe(`<09${letter}${fromOnes}>`);
  });
});

describe('a record', () => {
  test.each(['C', 'Ldddd', 'Rddd'])('of the older software has the length of the vendor’s example: %s', (body) => {
    expect(wrapped(body, 'sum').slice(1, 3)).toBe({ C: '07', Ldddd: '0B', Rddd: '0A' }[body]);
  });

  test.each(CHECKS)('is opened again, and shows its own check: %s', (check) => {
    const wire = wrapRecord(`0${STATUS}${NEW_DATA}`, check);
    expect(openRecord(wire)).toEqual({ body: `0${STATUS}${NEW_DATA}`, check });
    expect(cut(NOTHING, wire)).toEqual({ rest: NOTHING, cuts: [{ kind: 'frame', wire, payload: wire }] });
  });

  test('may have its length and check in small letters', () => {
    expect(cutText('<09Deafd>').cuts).toMatchObject([{ kind: 'frame' }]);
    expect(cutText('<09Yd84b>').cuts).toMatchObject([{ kind: 'frame' }]);
  });

  test('with another check is noise up to the next start', () => {
    expect(cutText('<09D0AB8>xx<09D0AB7>').cuts).toMatchObject([
      { kind: 'noise', why: 'bad-sum', bytes: fromLatin1('<09D0AB8>xx') },
      { kind: 'frame', wire: fromLatin1('<09D0AB7>') },
    ]);
  });

  test.each([
    ['a length that is none', '<0GD0AB7>', 'bad-length'],
    ['a length too short for any', '<06D0AB7>', 'bad-length'],
    ['a length too long for any', '<300AB7>', 'too-long'],
    ['an end before its length', '<0AD0AB7>', 'bad-length'],
    ['no end at its length', '<08D0AB7>', 'bad-length'],
    ['a control character', '<09\u0001....>', 'bad-length'],
  ])('with %s is noise', (_what, text, why) => {
    expect(cutText(`${text}<09D0AB7>`).cuts).toMatchObject([{ kind: 'noise', why }, { kind: 'frame' }]);
  });

  test('longer than any cannot be written, nor one that holds its own markers', () => {
    expect(wrapped('X'.repeat(41), 'sum')).toHaveLength(MAX_RECORD_BYTES);
    expect(() => wrapRecord('X'.repeat(42), 'sum')).toThrow(RangeError);
    expect(() => wrapRecord('D<', 'crc-0000')).toThrow(RangeError);
    expect(() => wrapRecord('D\n', 'crc-0000')).toThrow(RangeError);
  });

  test('keeps nothing of the chunk it came in', () => {
    const chunk = concatBytes(fromLatin1('<09D0AB7>'), fromLatin1('<0'));
    const { cuts, rest } = cut(NOTHING, chunk);
    chunk.fill(0);
    expect(cuts).toMatchObject([{ wire: fromLatin1('<09D0AB7>') }]);
    expect(rest).toEqual(fromLatin1('<0'));
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: pumpGraseby3000,
    maxRestBytes: MAX_REST_BYTES,
    frames: [
      ...COMMAND_CRCS.flatMap(([letter]) => [wrapRecord(letter, 'crc-0000'), wrapRecord(letter, 'crc-ffff')]),
      wrapRecord(`0${STATUS}${NEW_DATA}`, 'crc-0000'),
      wrapRecord(`0${STATUS}300064`, 'crc-ffff'),
      wrapRecord(`D${OLD_DATA}`, 'sum'),
      wrapRecord('?', 'sum'),
    ],
    special: [0x3c, 0x3e, 0x30, 0x39, 0x44],
  });
});
