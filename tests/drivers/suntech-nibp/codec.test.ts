import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '$drivers/bytes.ts';
import { decode, decodeCommand, encodeCommand, encodeReply } from '$drivers/suntech-nibp/codec.ts';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import { COMMANDS, data, REPLIES } from './vectors.ts';

const payloadOf = (hex: string): Uint8Array => fromHex(hex).slice(2, -1);

describe('a reply', () => {
  test.each(REPLIES)('of the note says what the note says: %s', (hex, reply) => {
    expect(decode(payloadOf(hex))).toEqual({ ok: true, message: reply });
    expect(toHex(encodeReply(reply))).toBe(hex);
  });

  test('about the pressure may be below zero', () => {
    expect(decode(fromHex('fe ff'))).toEqual({ ok: true, message: { kind: 'pressure', mmHg: -2 } });
  });

  test('has its numbers low byte first', () => {
    expect(decode(payloadOf(REPLIES[2]?.[0] ?? '').map((byte, i) => (i === 1 ? 1 : byte)))).toMatchObject({
      message: { systolic: 115 + 256 },
    });
  });

  test.each([
    ['a letter that nobody knows', '5a', 'unknown-code'],
    ['no data', '', 'malformed'],
    ['three bytes of data', '01 02 03', 'malformed'],
  ])('with %s is not guessed at', (_what, hex, why) => {
    expect(decode(fromHex(hex))).toMatchObject({ ok: false, why });
  });

  test('goes there and back for all numbers', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const word = fc.integer({ min: 0, max: 0xffff });
    const anyData = fc
      .record({
        systolic: word,
        diastolic: word,
        meanArterial: word,
        heartRate: byte,
        beats: byte,
        status: byte,
        error: byte,
        testCodes: fc.array(byte, { minLength: 8, maxLength: 8 }),
      })
      .map(data);
    fc.assert(
      fc.property(anyData, (reply) => {
        expect(decode(encodeReply(reply).slice(2, -1))).toEqual({ ok: true, message: reply });
      }),
    );
  });

  test('is shown to people in one line', () => {
    expect(REPLIES.map(([, reply]) => suntechNibp.describe(reply))).toEqual([
      'cuff 258 mmHg',
      'complete',
      '115/74 (88), HR 85, 30 beats, status 1',
      'accepted',
      'aborted',
      'error',
      'asleep',
      '168/98 (121), HR 118, 26 beats, status 1',
      '0/0 (0), HR 0, 0 beats, status 0, 87 inflation timeout, air leak or loose cuff',
      'cuff 150 mmHg',
    ]);
  });
});

describe('a command', () => {
  test.each(COMMANDS)('of the note is written as printed and read again: %s', (hex, command) => {
    expect(toHex(encodeCommand(command))).toBe(hex);
    expect(decodeCommand(fromHex(hex).slice(1, -1))).toEqual(command);
  });

  test.each(['79 02 00', '79 05 01', '10 03', '0c 00 01 01', ''])('that nobody knows means nothing: %s', (hex) => {
    expect(decodeCommand(fromHex(hex))).toBeUndefined();
  });
});
