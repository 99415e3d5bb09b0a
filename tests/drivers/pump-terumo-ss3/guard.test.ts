import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { encode } from '$drivers/pump-terumo-ss3/codec.ts';
import { packet } from '$drivers/pump-terumo-ss3/framing.ts';
import { pumpTerumoSs3 } from '$drivers/pump-terumo-ss3/index.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { CONSTRUCTED, DEVICE_ID, HOW, IDENTITY, PRINTED, WHO } from './vectors.ts';

const maySend = (frame: Uint8Array): boolean => passGuard(pumpTerumoSs3.maySend, frame) !== undefined;

const HEAD = '<?xml version="1.0"?>';
/** A request as this pump's packets go, with a right sum: the command in hexadecimal. */
const request = (hex: string, deviceId = DEVICE_ID): Uint8Array =>
  packet(`${HEAD}<REQ><DEVID>${deviceId}</DEVID><CMD>${btoa(latin1(fromHex(hex)))}</CMD></REQ>`);
const statusOf = (sequence: number): Uint8Array => encode({ kind: 'status', deviceId: DEVICE_ID, sequence });

describe('what may be sent', () => {
  test('the question who it is, and how it stands under each number of a station', () => {
    expect(maySend(WHO.bytes)).toBe(true);
    expect(maySend(HOW.bytes)).toBe(true);
    const numbers = Array.from({ length: 256 }, (_, sequence) => sequence);
    expect(numbers.filter((sequence) => maySend(statusOf(sequence)))).toEqual(numbers.slice(0, 0x7f));
  });

  test('not one other command, and not one other subcommand of this one', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => toHex(Uint8Array.of(byte)));
    const commands = bytes.flatMap((byte) => [`00 ${byte} 00 00`, `00 01 ${byte} 00`, `00 01 00 ${byte}`]);
    const passed = commands.filter((command) => maySend(request(command)));
    expect(new Set(passed)).toEqual(new Set(['00 01 00 00']));
  });

  test.each(['', '00', '00 01', '00 01 00', '00 01 00 00 00', '00 01 00 00 01 02', '01 01 00 00 00 04 03'])(
    'not the command with less or with data: %s',
    (hex) => {
      expect(maySend(request(hex))).toBe(false);
    },
  );

  test.each([
    ['an answer with an ID', IDENTITY.bytes],
    ['a printed status', PRINTED.bytes],
    ['a constructed status', CONSTRUCTED.bytes],
    ['a request without a command', packet(`${HEAD}<REQ><DEVID>${DEVICE_ID}</DEVID></REQ>`)],
    ['a command to nobody', packet(`${HEAD}<REQ><DEVID></DEVID><CMD>AQEAAA==</CMD></REQ>`)],
    ['another element', packet(`${HEAD}<SET><DEVID>${DEVICE_ID}</DEVID><CMD>AQEAAA==</CMD></SET>`)],
    ['one element more', packet(`${HEAD}<REQ><DEVID>${DEVICE_ID}</DEVID><CMD>AQEAAA==</CMD><X></X></REQ>`)],
    ['two commands', packet(`${HEAD}<REQ><DEVID>${DEVICE_ID}</DEVID><CMD>AQEAAA==</CMD><CMD>AQEAAA==</CMD></REQ>`)],
    ['the same command in other base64', packet(HOW.text.replace('AQEAAA==', 'AQEAAB=='))],
    ['an ID of 23 digits', packet(HOW.text.replace(DEVICE_ID, DEVICE_ID.slice(1)))],
    ['an ID of 25 digits', packet(HOW.text.replace(DEVICE_ID, `${DEVICE_ID}0`))],
    ['an ID with another letter', packet(HOW.text.replace(DEVICE_ID, `G${DEVICE_ID.slice(1)}`))],
    ['an empty packet', packet(' ')],
    ['a wrong sum', fromLatin1(`\u0002${HOW.text}A9A5\u0003`)],
    ['a sum in small letters', fromLatin1(`\u0002${HOW.text}a9a4\u0003`)],
    ['no end', HOW.bytes.slice(0, -1)],
    ['two questions', concatBytes(WHO.bytes, HOW.bytes)],
    ['a byte behind', concatBytes(WHO.bytes, fromLatin1('\n'))],
    ['a byte before', concatBytes(fromLatin1('\r'), HOW.bytes)],
  ])('not %s', (_what, frame) => {
    expect(maySend(frame)).toBe(false);
  });

  test('nothing one byte away from a question, nothing around one, and no part of one', () => {
    const anyQuestion = fc.oneof(fc.constant(WHO.bytes), fc.nat(0x7e).map(statusOf));
    fc.assert(
      fc.property(anyQuestion, fc.nat(), fc.integer({ min: 1, max: 255 }), (question, place, bits) => {
        const at = place % question.length;
        expect(maySend(question.map((byte, i) => (i === at ? byte ^ bits : byte)))).toBe(false);
        expect(maySend(question.subarray(1 + (at % (question.length - 1))))).toBe(false);
        expect(maySend(question.subarray(0, at))).toBe(false);
        expect(maySend(concatBytes(question, Uint8Array.of(bits)))).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('not any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !maySend(bytes)));
  });
});

test('a driver gone mad gets the two questions onto the wire and nothing else, whatever the settings are', () => {
  const anySequence = fc.integer({ min: 0, max: 255 });
  const anyCommand = fc.uint8Array({ maxLength: 8 }).map((bytes) => request(toHex(bytes)));
  const anyFrame = fc.oneof(
    fc.constant(WHO.bytes),
    anySequence.map(statusOf),
    anyCommand,
    fc.uint8Array({ minLength: 1 }),
  );
  const allowed = new Set([WHO.bytes, ...Array.from({ length: 0x7f }, (_, n) => statusOf(n))].map(toHex));
  const anySettings = fc.oneof(fc.constant({ alarmByteOrder: 'b0-last' }), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(anyFrame, anySettings, (frame, settings) => {
      const isAllowed = allowed.has(toHex(frame));
      const { heard, refused, isFault } = runMad(sealDriver(pumpTerumoSs3), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 300 },
  );
});
