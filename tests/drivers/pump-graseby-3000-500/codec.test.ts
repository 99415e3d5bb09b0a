import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import {
  decode,
  decodeCommand,
  encode,
  encodeReply,
  readStatus,
  writeStatus,
} from '$drivers/pump-graseby-3000-500/codec.ts';
import { wrapRecord } from '$drivers/pump-graseby-3000-500/framing.ts';
import { pumpGraseby3000 } from '$drivers/pump-graseby-3000-500/index.ts';
import { NEW_DATA, OLD_DATA, STATUS } from './vectors.ts';

const newer = (body: string) => decode(wrapRecord(body, 'crc-0000'));
const older = (body: string) => decode(wrapRecord(body, 'sum'));
const dataOf = (decoded: ReturnType<typeof decode>) =>
  decoded.ok && decoded.message.kind === 'reply' ? decoded.message.data : decoded;

describe('a reply of software after 0.67', () => {
  test('with the note’s data field and alarm bytes says what the note says', () => {
    const decoded = newer(`0${STATUS}${NEW_DATA}`);
    expect(decoded).toMatchObject({
      ok: true,
      message: { kind: 'reply', check: 'crc-0000', code: '0', statusHex: STATUS },
    });
    expect(dataOf(decoded)).toEqual({ is: 'infusion', volumeInfusedMl: 17.5, vtbiMl: 35, rateMlPerHour: 52.5 });
  });

  test.each([
    ['300064', { is: 'model', model: '3000', softwareVersion: '1.00' }],
    ['31004A', { is: 'model', model: '3100', softwareVersion: '0.74' }],
    ['050045', { is: 'model', model: '500', softwareVersion: '0.69' }],
    [' 50045', { is: 'model', model: '500', softwareVersion: '0.69' }],
    ['G30000042', { is: 'serial', serial: 'G30000042' }],
    ['  1234567', { is: 'serial', serial: '1234567' }],
    ['', { is: 'none' }],
    ['020401120000', { is: 'other', text: '020401120000' }],
    ['         ', { is: 'other', text: '         ' }],
    ['0017.5 0035.0 52', { is: 'other', text: '0017.5 0035.0 52' }],
    ['000064', { is: 'other', text: '000064' }],
  ])('with the data "%s" is read', (data, expected) => {
    expect(dataOf(newer(`0${STATUS}${data}`))).toEqual(expected);
  });

  test.each(['049C2', '0ZZZZZZ', `\u0020${STATUS}`])('without code and alarm bytes is not understood: %s', (body) => {
    expect(newer(body)).toEqual({ ok: false, why: 'malformed', detail: body });
  });
});

describe('alarm bytes', () => {
  test('of the note: 49C208 is an occlusion on the main screen; run, clip, cassette; powered', () => {
    expect(readStatus(STATUS)).toMatchObject({
      alarm: 9,
      isAudible: false,
      isMainScreen: true,
      isControlled: false,
      isRunning: true,
      isKvo: false,
      isOnBattery: false,
      isClipIn: true,
      isCassetteIn: true,
      isPoweredUp: true,
    });
  });

  test.each([
    ['800000', { isControlled: true }],
    ['200000', { isAudible: true }],
    ['000100', { isSecondary: true }],
    ['000400', { isKvo: true }],
    ['000800', { isOnBattery: true }],
    ['001000', { isBatteryLow: true }],
    ['002000', { isDoorOpen: true }],
    ['000001', { isLocked: true }],
    ['000004', { psiCode: 2 }],
    ['000010', { hasUserText: true }],
    ['1F0000', { alarm: 0x1f }],
  ])('%s', (hex, expected) => {
    expect(readStatus(hex)).toEqual({ ...readStatus('000000'), ...expected });
  });

  test('go there and back, but for the reserved bits', () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), (value) => {
        const kept = (value & 0xffff1f).toString(16).toUpperCase().padStart(6, '0');
        expect(writeStatus(readStatus(value.toString(16).padStart(6, '0')))).toBe(kept);
      }),
    );
  });
});

describe('a reply of software up to 0.67', () => {
  test('with the note’s data field says what the note says, and its status word stays as it is', () => {
    const decoded = older(`D${OLD_DATA}`);
    expect(decoded).toMatchObject({ ok: true, message: { check: 'sum', code: 'D', statusHex: '0000' } });
    expect(decoded.ok && 'status' in decoded.message).toBe(false);
    expect(dataOf(decoded)).toEqual({ is: 'infusion', volumeInfusedMl: 17.5, vtbiMl: 35, rateMlPerHour: 52.5 });
  });

  test.each([
    ['D100003501200240', [1000, 350, 120], '0240'],
    ['D0017.50035.0052.50209', [17.5, 35, 52.5], '0209'],
  ])('in its other layouts: %s', (body, [volumeInfusedMl, vtbiMl, rateMlPerHour], statusHex) => {
    const decoded = older(body);
    expect(dataOf(decoded)).toEqual({ is: 'infusion', volumeInfusedMl, vtbiMl, rateMlPerHour });
    expect(decoded).toMatchObject({ message: { statusHex } });
  });

  test.each([
    ['M30003F', { is: 'model', model: '3000', softwareVersion: '0.63' }],
    ['N?', { is: 'other', text: '?' }],
    ['D017.5', { is: 'other', text: '017.5' }],
    ['A0000', { is: 'other', text: '0000' }],
    ['?', { is: 'none' }],
  ])('%s', (body, expected) => {
    expect(dataOf(older(body))).toEqual(expected);
  });

  test('that begins with neither letter nor question mark is not understood', () => {
    expect(older('0017.5')).toEqual({ ok: false, why: 'malformed', detail: '0017.5' });
  });
});

describe('a command', () => {
  test('comes back as one on a line that echoes', () => {
    expect(decode(encode({ letter: 'D', check: 'crc-0000' }))).toEqual({
      ok: true,
      message: { kind: 'command', letter: 'D' },
    });
    expect(latin1(encode({ letter: 'M', check: 'sum' }))).toBe('<07MF0>');
  });

  test('is taken apart at the other end with what stands behind the letter, in small letters as well', () => {
    expect(decodeCommand(wrapRecord('r0525', 'crc-ffff'))).toEqual({
      letter: 'R',
      parameters: '0525',
      check: 'crc-ffff',
    });
    expect(decodeCommand(wrapRecord('0', 'sum'))).toBeUndefined();
    expect(decodeCommand(new Uint8Array(0))).toBeUndefined();
  });
});

test('every kind of message is one useful line for people', () => {
  const lines = [
    wrapRecord(`0${STATUS}${NEW_DATA}`, 'crc-0000'),
    wrapRecord(`0${STATUS}300064`, 'crc-0000'),
    wrapRecord(`0000000G30000042`, 'crc-0000'),
    wrapRecord(`19F3F08`, 'crc-ffff'),
    encodeReply('D', '0240', '017.5035.052.5', 'sum'),
    wrapRecord('?', 'sum'),
    wrapRecord('A0000', 'sum'),
    encode({ letter: 'Y', check: 'crc-ffff' }),
  ].map((wire) => {
    const decoded = decode(wire);
    return decoded.ok
      ? `${pumpGraseby3000.kindOf(decoded.message)} | ${pumpGraseby3000.describe(decoded.message)}`
      : '';
  });
  expect(lines).toEqual([
    'infusion | 0 49C208: 17.5 of 35 mL at 52.5 mL/h · occlusion · run clip cassette powered',
    'model | 0 49C208: model 3000, software 1.00 · occlusion · run clip cassette powered',
    'serial | 0 000000: serial number G30000042',
    'none | 1 9F3F08: no data · alarm 1F · secondary run KVO battery battery-low door-open powered CI-mode',
    'infusion | D 0240: 17.5 of 35 mL at 52.5 mL/h',
    'none | ?: no data',
    'other | A: "0000"',
    'command | Y, a question: an echo of our own?',
  ]);
});
