import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { packNumbers, qualityOf, readPacket, writeFrame } from '$drivers/nonin/codec-packets.ts';
import { decode, encodeQuery, writeDf8, writeLine, writeSpotCheck } from '$drivers/nonin/codec.ts';
import { describe as describeMessage, frameKind } from '$drivers/nonin/describe.ts';
import type { AsciiLine, Df8Reading, Measured, Message, Packet, SpotCheck } from '$drivers/nonin/messages.ts';
import { capturedAsDf7, framesWith, numbersWith, packetWith } from './bench.ts';
import {
  CAPTURED_PACKET,
  CAPTURED_PLETH,
  DF8,
  FAST_HEART,
  GET_SERIAL_NUMBER,
  LINES,
  NO_VALUES,
  SET_DF2,
  SET_DF7_WITH_OPTIONS,
  SPOT_CHECK,
  SUITE_FRAMES,
} from './vectors.ts';

function read(frame: Uint8Array): Message {
  const decoded = decode(frame);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}
function readWhole(frame: Uint8Array): Packet & Required<Pick<Packet, 'numbers'>> {
  const message = read(frame);
  if (message.kind !== 'packet' || !message.numbers) throw new Error('no whole packet');
  return { ...message, numbers: message.numbers };
}

describe('a packet', () => {
  test('captured from a real oximeter reads as its capture says', () => {
    const { format, frames, numbers } = readWhole(CAPTURED_PACKET);
    expect(format).toBe('df2');
    expect(frames.map(({ pleth }) => pleth)).toEqual(CAPTURED_PLETH);
    expect(numbers).toMatchObject({
      rate: 74,
      saturation: 96,
      timer: 23,
      stat2: 4,
      extendedRate: 74,
      extendedSaturationDisplayed: 96,
      rateDisplayed: 74,
      extendedRateDisplayed: 74,
    });
  });

  test('of a public test suite reads 72 and 97 in every field, and is written as it stands there', () => {
    const frames = framesWith();
    for (const [place, bytes] of Object.entries(SUITE_FRAMES)) expect(frames[Number(place)]).toEqual(bytes);
    const { numbers } = readWhole(concatBytes(...frames));
    expect(numbers).toEqual(numbersWith({}));
    expect(numbers.revision).toBe(0x30);
  });

  test('with a heart rate above 127 is read with seven bits a byte: 142, not 270', () => {
    const packet = packetWith({ numbers: { rate: 142, saturation: 93 }, pleth: () => 0x40 });
    expect(packet.subarray(0, 15)).toEqual(FAST_HEART);
    expect(readWhole(packet).numbers).toMatchObject({ rate: 142, saturation: 93 });
  });

  test('with its marks for "none" has no values', () => {
    const packet = packetWith({
      numbers: { rate: 'absent', saturation: 'absent' },
      pleth: () => 0x40,
      status: () => 0x18,
    });
    expect(packet.subarray(0, 15)).toEqual(NO_VALUES);
    expect(readWhole(packet).numbers).toMatchObject({ rate: 'absent', saturation: 'absent' });
  });

  test('in format 7 has a pleth of sixteen bits, and the same numbers', () => {
    const { format, frames, numbers } = readWhole(capturedAsDf7());
    expect(format).toBe('df7');
    expect(frames.map(({ pleth }) => pleth)).toEqual(CAPTURED_PLETH.map((height) => height * 256));
    expect(numbers).toEqual(readWhole(CAPTURED_PACKET).numbers);
  });

  test('with fewer than 25 frames has its samples and no numbers', () => {
    const message = read(CAPTURED_PACKET.subarray(0, 60));
    expect(message).toMatchObject({ kind: 'packet', frames: { length: 12 } });
    expect(message).not.toHaveProperty('numbers');
  });

  const anyRate: fc.Arbitrary<Measured> = fc.oneof(fc.constant('absent' as const), fc.nat(510));
  const anySaturation: fc.Arbitrary<Measured> = fc.oneof(fc.constant('absent' as const), fc.nat(100));
  test('goes there and back, whatever it holds', () => {
    const anyNumbers = fc.record({
      rate: anyRate,
      saturation: anySaturation,
      revision: fc.nat(255),
      timer: fc.nat(0x3fff),
      stat2: fc.nat(255),
      saturationDisplayed: anySaturation,
      saturationFast: anySaturation,
      saturationBeatToBeat: anySaturation,
      extendedRate: anyRate,
      extendedSaturation: anySaturation,
      extendedSaturationDisplayed: anySaturation,
      rateDisplayed: anyRate,
      extendedRateDisplayed: anyRate,
    });
    const anyStatus = fc.integer({ min: 0x80, max: 0xff });
    fc.assert(
      fc.property(
        fc.constantFrom('df2', 'df7'),
        anyNumbers,
        fc.array(fc.tuple(anyStatus, fc.nat(255)), { minLength: 25, maxLength: 25 }),
        (format, numbers, heights) => {
          const frames = heights.map(([status, pleth]) => ({ status, pleth: format === 'df2' ? pleth : pleth * 257 }));
          const data = packNumbers(numbers);
          const wire = concatBytes(...frames.map((frame, place) => writeFrame(format, frame, data[place] ?? 0)));
          expect(readPacket(wire, format)).toEqual({ kind: 'packet', format, frames, numbers });
        },
      ),
    );
  });

  test.each([
    [101, 'impossible'],
    [126, 'impossible'],
    [128, 'impossible'],
    [127, 'absent'],
    [100, 100],
    [0, 0],
  ])('with a saturation byte of %i reads %s', (byte, value) => {
    const frames = framesWith().map((frame, place) => {
      if (place !== 16) return frame;
      const changed = Uint8Array.from(frame);
      changed[3] = byte;
      return changed;
    });
    expect(readWhole(concatBytes(...frames)).numbers.extendedSaturationDisplayed).toBe(value);
  });
});

describe('a status byte', () => {
  const calm = { isSensorOff: false, isArtefact: false, isOutOfTrack: false };
  test.each([
    [0x80, calm],
    [0x82, { ...calm, perfusion: 'good' }],
    [0x84, { ...calm, perfusion: 'low' }],
    [0x86, { ...calm, perfusion: 'marginal' }],
    [0x88, { ...calm, isSensorOff: true }],
    [0x90, { ...calm, isOutOfTrack: true }],
    [0xa0, { ...calm, isArtefact: true }],
    [0xc0, { ...calm, isSensorOff: true }],
  ])('of 0x%s is read', (status, quality) => {
    expect(qualityOf(status)).toEqual(quality);
    expect(qualityOf(status | 1)).toEqual(quality);
  });
});

describe('a reading of format 8', () => {
  const usual: Df8Reading = {
    kind: 'reading',
    format: 'df8',
    pulseRate: 118,
    spo2: 97,
    quality: { isSensorOff: false, isArtefact: false, isOutOfTrack: false },
    isSmartPoint: false,
    isBatteryLow: false,
  };
  const none: Df8Reading = {
    ...usual,
    pulseRate: 'absent',
    spo2: 'absent',
    quality: { isSensorOff: true, isArtefact: false, isOutOfTrack: true },
  };

  test.each([
    [DF8.usual, usual],
    [DF8.fast, { ...usual, pulseRate: 142, spo2: 93 }],
    [DF8.none, none],
  ])('is read and written: %s', (bytes, reading) => {
    expect(read(bytes)).toEqual(reading);
    expect(writeDf8(reading)).toEqual(bytes);
  });

  test.each([
    ['c0 76 61 00', { quality: { ...usual.quality, isSensorOff: true } }],
    ['90 76 61 00', { quality: { ...usual.quality, perfusion: 'low' } }],
    ['88 76 61 00', { quality: { ...usual.quality, perfusion: 'marginal' } }],
    ['84 76 61 00', { quality: { ...usual.quality, isArtefact: true } }],
    ['80 76 61 21', { isSmartPoint: true, isBatteryLow: true }],
    ['80 76 70 00', { spo2: 'impossible' }],
  ])('%s has its flags', (hex, changes) => {
    expect(read(fromHex(hex))).toEqual({ ...usual, ...changes });
  });
});

describe('a line', () => {
  const usual: AsciiLine = {
    kind: 'line',
    format: 'ascii',
    pulseRate: 118,
    spo2: 97,
    isFastAveraging: false,
    isBreath: false,
    isEvent: false,
    unread: '',
  };

  test.each<[string, Partial<AsciiLine>]>([
    [LINES.usual, {}],
    [LINES.none, { pulseRate: 'absent', spo2: 'absent' }],
    [LINES.event, { time: '14:02:11', pulseRate: 131, spo2: 95, isEvent: true }],
    ['SPO2=097 HR=118 F\r\n', { isFastAveraging: true }],
    ['SPO2=097 HR=118 FB*\r\n', { isFastAveraging: true, isBreath: true, isEvent: true }],
    ['SPO2=097 HR=118 B\r\n', { isBreath: true }],
    ['SPO2=097  HR=--- \r\n', { pulseRate: 'absent' }],
    ['SPO2= 97 HR=  9\r\n', { pulseRate: 9 }],
    ['SPO2=097 HR=118 XYZ\r\n', { unread: 'XYZ' }],
    ['SPO2=117 HR=118\r\n', { spo2: 'impossible' }],
    ['SPO2=097 HR=511\r\n', { pulseRate: 'absent' }],
    ['SPO2=097 HR=999\r\n', { pulseRate: 'impossible' }],
  ])('is read: %s', (text, changes) => {
    expect(read(fromLatin1(text))).toEqual({ ...usual, ...changes });
  });

  test.each([
    'SPO2=097 HR=18\r\n',
    'SPO2=97 HR=118\r\n',
    'SPO2=097 HR=1185\r\n',
    'SPO2=0097 HR=118\r\n',
    'SPO2=097HR=118\r\n',
    'PO2=097 HR=118\r\n',
    'SPO2=-97 HR=118\r\n',
    '4:02:11 SPO2=097 HR=118\r\n',
    'SPO2=097 SPO2=097 HR=118\r\n',
  ])('that lost or won a character is not believed: %s', (text) => {
    expect(decode(fromLatin1(text))).toMatchObject({ ok: false, why: 'malformed' });
  });

  test('of other words is kept as text', () => {
    expect(read(fromLatin1('NONIN 7500\r\n'))).toEqual({ kind: 'text', text: 'NONIN 7500' });
  });

  test('is written as it is read', () => {
    for (const text of Object.values(LINES)) {
      const message = read(fromLatin1(text));
      expect(message.kind === 'line' && latin1(writeLine(message))).toBe(text);
    }
  });
});

describe('a spot check', () => {
  const usual: SpotCheck = {
    kind: 'spot-check',
    format: 'df13',
    deviceTime: Date.UTC(2026, 0, 15, 9, 30, 5),
    pulseRate: 118,
    spo2: 97,
    isNoMeasurement: false,
    isFromMemory: false,
    isSmartPoint: true,
    isBatteryLow: false,
  };

  test('is read and written', () => {
    expect(read(SPOT_CHECK)).toEqual(usual);
    expect(writeSpotCheck(usual)).toEqual(SPOT_CHECK);
  });

  test.each<[string, Partial<SpotCheck>]>([
    ['flags', { isNoMeasurement: true, isFromMemory: true, isSmartPoint: false, isBatteryLow: true }],
    ['no values', { pulseRate: 'absent', spo2: 'absent' }],
    ['a fast heart', { pulseRate: 301 }],
  ])('with %s goes there and back', (_what, changes) => {
    expect(read(writeSpotCheck({ ...usual, ...changes }))).toEqual({ ...usual, ...changes });
  });

  test('of a day that does not exist has no time', () => {
    const leap = SPOT_CHECK.map((byte, at) => (at === 8 ? 2 : at === 9 ? 30 : byte));
    expect(read(leap)).not.toHaveProperty('deviceTime');
  });
});

describe('commands and replies', () => {
  test('the request for format 2 is the one that public programs send', () => {
    expect(encodeQuery({ type: 'set-format', format: 'df2' })).toEqual(SET_DF2);
    expect(toHex(encodeQuery({ type: 'set-format', format: 'df13' }))).toBe('02 70 02 02 0d 03');
  });

  test.each<[string, Message]>([
    ['06', { kind: 'ack' }],
    ['15', { kind: 'nak' }],
    ['02 f2 06 1a 01 0f 09 1e 05 03', { kind: 'date-time', deviceTime: Date.UTC(2026, 0, 15, 9, 30, 5) }],
    ['02 f2 06 1a 0d 0f 09 1e 05 03', { kind: 'date-time' }],
    ['02 f2 05 1a 01 0f 09 1e 03', { kind: 'date-time' }],
    ['02 f4 0a 02 35 30 30 31 32 33 34 35 36 03', { kind: 'serial-number', serialNumber: '500123456' }],
    ['02 f5 01 0a 03', { kind: 'bluetooth-timeout', data: Uint8Array.of(10) }],
    [toHex(SET_DF7_WITH_OPTIONS), { kind: 'command', operation: 0x70, data: fromHex('02 07 21 9e') }],
    [toHex(GET_SERIAL_NUMBER), { kind: 'command', operation: 0x74, data: fromHex('02 02') }],
  ])('%s is read', (hex, message) => {
    expect(read(fromHex(hex))).toEqual(message);
  });

  test('an operation that nobody described is an unknown code', () => {
    expect(decode(fromHex('02 99 00 03'))).toEqual({ ok: false, why: 'unknown-code', detail: 'operation 0x99' });
  });
});

test('what is no frame is refused, never thrown at', () => {
  expect(decode(new Uint8Array(0))).toMatchObject({ ok: false, why: 'too-short' });
  expect(decode(SPOT_CHECK.subarray(0, 12))).toMatchObject({ ok: false, why: 'too-short' });
  expect(decode(CAPTURED_PACKET.subarray(0, 7))).toMatchObject({ ok: false, why: 'malformed' });
  expect(decode(new Uint8Array(130).fill(1))).toMatchObject({ ok: false, why: 'malformed' });
});

test.each<[Uint8Array, string, string]>([
  [CAPTURED_PACKET, 'packet', 'data format 2: PR 74 SpO2 96, 25 samples'],
  [CAPTURED_PACKET.subarray(0, 60), 'part-of-packet', 'data format 2: no numbers, damaged, 12 samples'],
  [DF8.none, 'reading', 'data format 8: PR --- SpO2 --- (sensor off, out of track)'],
  [fromLatin1(LINES.event), 'line', 'ASCII lines: PR 131 SpO2 95, event'],
  [SPOT_CHECK, 'spot-check', 'data format 13: PR 118 SpO2 97, taken 2026-01-15T09:30:05.000Z'],
  [fromLatin1('HELLO\r\n'), 'text', 'text "HELLO"'],
  [Uint8Array.of(0x15), 'nak', 'NAK'],
  [SET_DF2, 'command', 'command 70 02 02'],
])('a message is described in one line: %#', (bytes, kind, text) => {
  const message = read(bytes);
  expect([frameKind(message), describeMessage(message)]).toEqual([kind, text]);
});
