import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { decode, encode, encodeReply } from '$drivers/pump-terumo-ss3/codec.ts';
import { cut } from '$drivers/pump-terumo-ss3/framing.ts';
import { pumpTerumoSs3 } from '$drivers/pump-terumo-ss3/index.ts';
import type { Message, OperatingStatus } from '$drivers/pump-terumo-ss3/messages.ts';
import { readStatus, STATUS_BYTES, writeStatus } from '$drivers/pump-terumo-ss3/status-layout.ts';
import {
  CONSTRUCTED,
  CONSTRUCTED_COMMAND,
  DEVICE_ID,
  HOW,
  IDENTITY,
  PRINTED,
  PRINTED_STATUS,
  RUNNING,
  WHO,
} from './vectors.ts';

const read = (text: string) => decode(fromLatin1(text));

function messageOf(text: string): Message {
  const decoded = read(text);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

const packetWith = (command: Uint8Array): string =>
  `<?xml version="1.0"?><REP><DEVID>${DEVICE_ID}</DEVID><CMD>${btoa(latin1(command))}</CMD></REP>`;

describe('the packets of the note', () => {
  test('the two questions are written as they are printed', () => {
    expect(encode({ kind: 'identify' })).toEqual(WHO.bytes);
    expect(encode({ kind: 'status', deviceId: DEVICE_ID, sequence: 1 })).toEqual(HOW.bytes);
  });

  test('the two questions are read, as a pump reads them', () => {
    expect(messageOf(WHO.text)).toEqual({ kind: 'request', deviceId: undefined, command: undefined });
    expect(messageOf(HOW.text)).toEqual({ kind: 'request', deviceId: DEVICE_ID, command: fromHex('01 01 00 00') });
  });

  test('the ID', () => {
    expect(messageOf(IDENTITY.text)).toEqual({ kind: 'identity', deviceId: DEVICE_ID });
    expect(encodeReply({ kind: 'identity', deviceId: DEVICE_ID })).toEqual(IDENTITY.bytes);
  });

  test('the printed status says what the note says, with 53 bytes that nobody knows; its sequence is not the question’s', () => {
    const message = messageOf(PRINTED.text);
    expect(message).toMatchObject({ kind: 'status', deviceId: DEVICE_ID, sequence: 0, status: PRINTED_STATUS });
    const further = message.kind === 'status' ? message.status.further : undefined;
    expect(further).toHaveLength(53);
    expect(further?.subarray(0, 6)).toEqual(fromHex('13 99 99 00 00 86'));
  });

  test('the constructed status, both ways', () => {
    const message = { kind: 'status', deviceId: DEVICE_ID, sequence: 1, status: RUNNING } as const;
    expect(messageOf(CONSTRUCTED.text)).toEqual(message);
    expect(packetWith(CONSTRUCTED_COMMAND)).toBe(CONSTRUCTED.text);
    expect(encodeReply(message)).toEqual(CONSTRUCTED.bytes);
  });
});

describe('an answer', () => {
  test.each([0x11, 0x12, 0x13, 0x14, 0x15, 0x77])(
    'with the execution result %i is a refusal, whatever follows',
    (result) => {
      const refusal = { kind: 'refusal', deviceId: DEVICE_ID, sequence: 5, result } as const;
      const head = Uint8Array.of(5, 1, 0, 0, result);
      expect(messageOf(packetWith(head))).toEqual(refusal);
      expect(messageOf(packetWith(concatBytes(head, new Uint8Array(46))))).toEqual(refusal);
      const [piece] = cut(new Uint8Array(0), encodeReply(refusal)).cuts;
      expect(piece?.kind === 'frame' && decode(piece.payload)).toEqual({ ok: true, message: refusal });
    },
  );

  test.each([
    ['no command at all', '', 'too-short'],
    ['a head without result', '01 01 00 00', 'too-short'],
    ['a status of 28 bytes', `01 01 00 00 00 ${'00'.repeat(28)}`, 'too-short'],
    ['another command', `01 02 00 00 00 ${'00'.repeat(46)}`, 'unknown-code'],
    ['another subcommand', `01 01 00 01 00 ${'00'.repeat(46)}`, 'unknown-code'],
  ])('with %s is not understood', (_what, hex, why) => {
    expect(read(packetWith(fromHex(hex)))).toMatchObject({ ok: false, why });
  });

  test.each([
    ['is without an ID', '<?xml version="1.0"?><REP><DEVID></DEVID></REP>'],
    ['has an ID of 23 digits', IDENTITY.text.replace('0001007', '001007')],
    ['has an ID with a letter that is no digit', IDENTITY.text.replace('0001007', '000G007')],
    ['ends otherwise than it begins', IDENTITY.text.replace('</REP>', '</REQ>')],
    ['has spaces between its parts', IDENTITY.text.replace('<DEVID>', ' <DEVID>')],
    ['has something behind it', `${IDENTITY.text} `],
    ['has no head', IDENTITY.text.slice(21)],
    ['has an unfinished command', CONSTRUCTED.text.replace('ZA==', 'ZA=')],
    ['has a command that is not base64', CONSTRUCTED.text.replace('AQEA', 'AQ-A')],
    ['is nothing', ''],
  ])('that %s is malformed', (_what, text) => {
    expect(read(text)).toMatchObject({ ok: false, why: 'malformed' });
  });

  test('an ID may have letters, large and small, and is kept as it was written', () => {
    const deviceId = '00AbcdEF0000001201000001';
    expect(messageOf(IDENTITY.text.replace(DEVICE_ID, deviceId))).toEqual({ kind: 'identity', deviceId });
    expect(latin1(encode({ kind: 'status', deviceId, sequence: 0 }))).toContain(`<DEVID>${deviceId}</DEVID>`);
  });

  test('nobody is asked for a status without an ID', () => {
    for (const deviceId of ['', '1', `${DEVICE_ID}0`, `${DEVICE_ID.slice(1)}<`]) {
      expect(() => encode({ kind: 'status', deviceId, sequence: 0 })).toThrow(RangeError);
    }
  });
});

const tenths = (max: number) => fc.nat(max).map((n) => n / 10);
const hundredths = (max: number) => fc.nat(max).map((n) => n / 100);
const anyStatus: fc.Arbitrary<OperatingStatus> = fc.record({
  softwareVersion: fc.nat(0xffff),
  operation: fc.nat(15),
  alarmBytes: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
  batteryBars: fc.nat(15),
  powerSource: fc.nat(3),
  subBattery: fc.nat(3),
  occlusionPercent: fc.constantFrom(0, 25, 50, 75),
  isAlarmSounding: fc.boolean(),
  isKeypadLocked: fc.boolean(),
  isPlungerOff: fc.boolean(),
  syringe: fc.nat(255),
  rateSetMlPerHour: hundredths(0xffffff),
  deliveredMl: hundredths(0xffffff),
  vtbiMl: fc.oneof(fc.constantFrom('infinite' as const, 'off' as const), tenths(0xeeeeed)),
  doseRate: hundredths(0xffffff),
  doseUnit: fc.nat(255),
  weightKg: fc.oneof(fc.constant('off' as const), tenths(0xfffe)),
  dilution: fc.oneof(
    fc.constant('off' as const),
    hundredths(0xffffff).filter((value) => value > 0),
  ),
  further: fc.uint8Array({ maxLength: 60 }),
});

describe('the layout of a status', () => {
  test('what is written is read again, whatever it says', () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        expect(readStatus(writeStatus(status))).toEqual(status);
      }),
    );
  });

  /** One byte set, all others 0: which field it is in, and what it is worth there. */
  test.each<[at: number, byte: number, Partial<OperatingStatus>]>([
    [0, 0x12, { softwareVersion: 0x1200 }],
    [1, 0x34, { softwareVersion: 0x0034 }],
    [2, 0x5f, { operation: 5 }],
    [3, 0xff, {}],
    [4, 0xff, {}],
    [5, 0x81, { alarmBytes: [0x81, 0, 0] }],
    [6, 0x81, { alarmBytes: [0, 0x81, 0] }],
    [7, 0x81, { alarmBytes: [0, 0, 0x81] }],
    [8, 0x05, { batteryBars: 5 }],
    [8, 0x30, { powerSource: 3 }],
    [8, 0x80, { subBattery: 2 }],
    [9, 0x01, { occlusionPercent: 25 }],
    [9, 0x03, { occlusionPercent: 75 }],
    [9, 0x08, { isAlarmSounding: true }],
    [9, 0x10, { isKeypadLocked: true }],
    [9, 0x20, { isPlungerOff: true }],
    [9, 0xc4, {}],
    [10, 4, { syringe: 4 }],
    [11, 1, { rateSetMlPerHour: 655.36 }],
    [13, 1, { rateSetMlPerHour: 0.01 }],
    [14, 1, { deliveredMl: 655.36 }],
    [16, 1, { deliveredMl: 0.01 }],
    [17, 1, { vtbiMl: 6553.6 }],
    [19, 1, { vtbiMl: 0.1 }],
    [20, 1, { doseRate: 655.36 }],
    [22, 1, { doseRate: 0.01 }],
    [23, 8, { doseUnit: 8 }],
    [24, 1, { weightKg: 25.6 }],
    [25, 1, { weightKg: 0.1 }],
    [26, 1, { dilution: 655.36 }],
    [28, 1, { dilution: 0.01 }],
  ])('byte %i as %i', (at, byte, said) => {
    const data = new Uint8Array(STATUS_BYTES);
    const nothing = readStatus(data);
    data[at] = byte;
    expect(readStatus(data)).toEqual({ ...nothing, ...said });
  });

  test('words for "off" and "infinite" are no numbers', () => {
    const nothing = readStatus(new Uint8Array(STATUS_BYTES));
    expect(nothing).toMatchObject({ vtbiMl: 0, weightKg: 0, dilution: 'off' });
    const data = new Uint8Array(STATUS_BYTES).fill(0xee);
    expect(readStatus(data)).toMatchObject({ vtbiMl: 'off' });
    expect(readStatus(data.fill(0xff))).toMatchObject({ vtbiMl: 'infinite', weightKg: 'off' });
    expect(readStatus(data.fill(0xfe))).toMatchObject({ vtbiMl: 0xfefefe / 10, weightKg: 0xfefe / 10 });
  });
});

describe('a line for people', () => {
  const shown = (text: string): string => pumpTerumoSs3.describe(messageOf(text));

  test.each([
    [WHO.text, 'request', 'a question of ours'],
    [HOW.text, 'request', `a question of ours to ${DEVICE_ID}: 01 01 00 00`],
    [IDENTITY.text, 'identity', `${DEVICE_ID} is who it is`],
    [packetWith(Uint8Array.of(1, 1, 0, 0, 0x12)), 'refusal', `${DEVICE_ID} refuses: cannot be executed (12)`],
    [packetWith(Uint8Array.of(1, 1, 0, 0, 0x99)), 'refusal', `${DEVICE_ID} refuses: an unknown reason (99)`],
    [
      CONSTRUCTED.text,
      'status',
      `${DEVICE_ID} start, set 52.50 mL/h, 17.50 mL given, VTBI 35.0 mL, dose 0.75 mg/kg/h, weight 70.0 kg, dilution 1.00, ` +
        '50/60 mL syringe, occlusion level 0 %, alarms 00 00 00, on mains, battery 5 of 5, sub-battery normal',
    ],
    [
      PRINTED.text,
      'status',
      `${DEVICE_ID} stop, set 0.00 mL/h, 0.00 mL given, VTBI off, dose 0.00 mg/kg/h, weight 70.0 kg, dilution 10.00, ` +
        '50/60 mL syringe, occlusion level 0 %, alarms 00 00 00, on mains, battery 5 of 5, sub-battery normal, ' +
        'and 53 bytes that are not read',
    ],
  ])('of %s', (text, kind, line) => {
    expect(pumpTerumoSs3.kindOf(messageOf(text))).toBe(kind);
    expect(shown(text)).toBe(line);
  });

  test('names codes that it has no words for, and what is wrong', () => {
    const odd: OperatingStatus = {
      ...RUNNING,
      ...{ operation: 9, alarmBytes: [0, 1, 8], isAlarmSounding: true, isKeypadLocked: true, isPlungerOff: true },
      ...{
        powerSource: 2,
        subBattery: 0,
        syringe: 9,
        doseUnit: 5,
        vtbiMl: 'infinite',
        weightKg: 'off',
        dilution: 'off',
      },
    };
    expect(pumpTerumoSs3.describe({ kind: 'status', deviceId: 'X', sequence: 0, status: odd })).toBe(
      'X operation 9, set 52.50 mL/h, 17.50 mL given, VTBI infinite, dose 0.75 of unit 5, weight off, dilution off, syringe code 9, ' +
        'plunger not set, occlusion level 0 %, alarms 00 01 08 sounding, on power source 2, battery 5 of 5, sub-battery 0, keypad locked',
    );
  });

  test('is one line of printable text for whatever was not understood as well', () => {
    const decoded = decode(Uint8Array.of(0x3c, 0x0a, 0x00, 0xff));
    expect(decoded).toMatchObject({ ok: false, detail: 'no packet of this pump: <???' });
  });
});
