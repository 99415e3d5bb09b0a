import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decodeCommand } from '$drivers/suntech-nibp/codec.ts';
import { commandPacket, cut, cutCommands, MAX_REST_BYTES, replyPacket } from '$drivers/suntech-nibp/framing.ts';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import { bytesOf, payloadsOf, testFramingLaws } from '../../support/framing-laws.ts';
import { COMMANDS, REPLIES, SERVICE, WRONG_SUM } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const PRESSURE = fromHex('3e 05 96 00 27');

describe('a packet of the module', () => {
  test.each(REPLIES.map(([hex]) => hex))('of the note is cut out whole: %s', (hex) => {
    const wire = fromHex(hex);
    expect(cut(NOTHING, wire)).toEqual({ rest: NOTHING, cuts: [{ kind: 'frame', wire, payload: wire.slice(2, -1) }] });
    expect(replyPacket(wire.slice(2, -1))).toEqual(wire);
  });

  test('with another check is noise', () => {
    const { cuts } = cut(NOTHING, concatBytes(WRONG_SUM, PRESSURE));
    expect(cuts).toEqual([
      { kind: 'noise', why: 'bad-sum', bytes: WRONG_SUM },
      { kind: 'frame', wire: PRESSURE, payload: fromHex('96 00') },
    ]);
  });

  test.each(['00', '03', '06', '17', '19', '43', 'ff'])(
    'of length %s, which no packet has, is noise at once',
    (length) => {
      expect(cut(NOTHING, concatBytes(fromHex(`3e ${length}`), PRESSURE)).cuts).toMatchObject([
        { kind: 'noise', why: 'bad-length' },
        { kind: 'frame', wire: PRESSURE },
      ]);
    },
  );

  test('is found inside a false one', () => {
    const { cuts } = cut(NOTHING, concatBytes(fromHex('3e 18 01'), PRESSURE, new Uint8Array(16)));
    expect(payloadsOf(cuts)).toEqual(['96 00']);
    expect(cuts[0]).toMatchObject({ kind: 'noise', why: 'bad-sum', bytes: fromHex('3e 18 01') });
  });

  test('is not one of the host', () => {
    for (const [hex] of COMMANDS) expect(payloadsOf(cut(NOTHING, fromHex(hex)).cuts)).toEqual([]);
  });
});

describe('a packet of the host', () => {
  test.each(COMMANDS.map(([hex]) => hex))('of the note is cut out whole: %s', (hex) => {
    const wire = fromHex(hex);
    expect(cutCommands(NOTHING, wire).cuts).toEqual([{ kind: 'frame', wire, payload: wire.slice(1, -1) }]);
    expect(commandPacket(wire.slice(1, -1))).toEqual(wire);
  });

  test('is cut alike in any chunks', () => {
    const bytes = concatBytes(fromHex('00 3a 99'), SERVICE, ...COMMANDS.map(([hex]) => fromHex(hex)));
    let rest: Uint8Array = NOTHING;
    const cuts = [];
    for (const byte of bytes) {
      const result = cutCommands(rest, Uint8Array.of(byte));
      rest = result.rest;
      cuts.push(...result.cuts);
    }
    expect(cuts).toEqual(cutCommands(NOTHING, bytes).cuts);
    expect(toHex(concatBytes(...cuts.map(bytesOf), rest))).toBe(toHex(bytes));
    expect(cuts.filter(({ kind }) => kind === 'frame')).toHaveLength(COMMANDS.length + 1);
  });

  test('of the service is cut out and means nothing', () => {
    const [only] = cutCommands(NOTHING, SERVICE).cuts;
    expect(only?.kind === 'frame' && decodeCommand(only.payload)).toBeUndefined();
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: suntechNibp,
    maxRestBytes: MAX_REST_BYTES,
    frames: REPLIES.map(([hex]) => fromHex(hex)),
    special: [0x3e, 0x04, 0x05, 0x18, 0x4b],
  });
});
