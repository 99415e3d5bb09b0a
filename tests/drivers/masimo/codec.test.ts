import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import { line, MAX_LINE_BYTES } from '$drivers/ascii-line.ts';
import { decode, encode } from '$drivers/masimo/codec.ts';
import { masimo } from '$drivers/masimo/index.ts';
import { LAYOUTS, type LayoutName } from '$drivers/masimo/layout-table.ts';
import { EXCEPTIONS, type Line } from '$drivers/masimo/messages.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { GOOD, LINES, read, textOf, textWith } from './vectors.ts';

const { sensorOff, pulseSearch, lowSignalQuality, fullSet, noSensor } = EXCEPTIONS;
const understood = (text: string): boolean => decode(line(text).subarray(0, -2)).ok;

describe('the recorded lines', () => {
  test('a Radical-7 with the colour screen: numbers, low signal quality, no alarm', () => {
    expect(read(textOf('colour-98'))).toMatchObject({
      kind: 'live',
      deviceTime: Date.UTC(2016, 2, 17, 19, 19, 36),
      saturation: 98,
      pulseRate: 123,
      perfusionIndex: 0.55,
      exceptions: lowSignalQuality | fullSet,
      alarms: 0,
      others: { SN: '----------', SPCO: '--', SPHB: '--.-', PVI: '---', EXC1: '00000000' },
    });
  });

  test('a Radical-7 with the blue screen: everything missing, no exception', () => {
    expect(read(textOf('blue-no-values'))).toMatchObject({
      saturation: 'dashes',
      pulseRate: 'dashes',
      perfusionIndex: 'dashes',
      exceptions: 0,
      alarms: 0,
      others: { SN: '0000070986' },
    });
  });

  test('a Rad-8 without a sensor', () => {
    expect(read(textOf('rad-8-no-sensor'))).toMatchObject({ saturation: 'dashes', exceptions: noSensor });
  });

  test('a stored line is a trend, with keys of its own and a word behind EXC', () => {
    expect(read(textOf('trend'))).toMatchObject({
      kind: 'trend',
      saturation: 97,
      pulseRate: 69,
      perfusionIndex: 4.69,
      exceptions: fullSet,
      alarms: undefined,
    });
  });

  test('a stored line with EXC 828: pulse search, sensor off, and zeros that are still there', () => {
    expect(read(textOf('trend-off'))).toMatchObject({
      kind: 'trend',
      saturation: 0,
      exceptions: pulseSearch | sensorOff | fullSet,
    });
  });

  test.each([
    ['0018', 0x18],
    ['0014', 0x14],
    ['0012', 0x12],
    ['0011', 0x11],
  ])('ALARM=%s of the experiments', (printed, alarms) => {
    expect(read(textOf('rad-8-no-sensor').replace('ALARM=0000', `ALARM=${printed}`)).alarms).toBe(alarms);
  });

  test.each([
    ['colour-98', 'radical-7-colour'],
    ['blue-no-values', 'radical-7-blue'],
    ['rad-8-no-sensor', 'rad-8'],
  ] as const)('%s is printed again as it was', (name, layout) => {
    expect(latin1(encode(read(textOf(name)), layout))).toBe(`${textOf(name)}\r\n`);
  });

  test('are described in words', () => {
    expect(LINES.map(({ text }) => masimo.describe(read(text)))).toEqual([
      'SpO2 -- PR -- PI --',
      'SpO2 98 PR 123 PI 0.55, low signal quality',
      'SpO2 -- PR -- PI --, no sensor',
      'TREND SpO2 97 PR 69 PI 4.69',
      'TREND SpO2 0 PR 0 PI 0, pulse search, sensor off',
    ]);
    expect(masimo.describe(read(textWith({ exceptions: 0x801_804, alarms: 0x41 })))).toBe(
      'SpO2 97 PR 71 PI 2.4, low perfusion, exceptions 801000, alarm 41',
    );
  });
});

describe('a line', () => {
  test('is read by its keys, in any order and in any case', () => {
    expect(read('01/06/26 10:15:02 EXC=000800 bpm=071 NEW=7 spo2=097%')).toMatchObject({
      saturation: 97,
      pulseRate: 71,
      perfusionIndex: undefined,
      alarms: undefined,
      others: { NEW: '7' },
    });
  });

  test.each(['00/00/00 00:00:00', '13/01/26 10:00:00', '02/30/26 10:00:00', '01/06/26 24:00:00', '01/06/26 10:60:00'])(
    'of a clock that shows %s has no time and keeps its numbers',
    (stamp) => {
      expect(read(`${stamp} SPO2=097% BPM=071 EXC=000800`)).toMatchObject({ deviceTime: undefined, saturation: 97 });
    },
  );

  test.each([
    ['a digit lost', 'SPO2=097%', 'SPO2=97%'],
    ['two digits lost', 'SPO2=097%', 'SPO2=9%'],
    ['a rate cut short', 'BPM=071', 'BPM=07'],
    ['a letter in a number', 'BPM=071', 'BPM=0Z1'],
    ['a point lost', 'PI=02.40', 'PI=0240'],
    ['a digit of the perfusion lost', 'PI=02.40', 'PI=2.40'],
    ['a key damaged', 'SPO2=', 'SPO='],
    ['EXC cut short', 'EXC=0000800', 'EXC=00008'],
    ['EXC of no hexadecimal', 'EXC=0000800', 'EXC=0000G00'],
    ['no EXC', ' EXC=0000800', ''],
    ['no rate', ' BPM=071', ''],
    ['a key twice', 'PVI=---', 'PVI=--- BPM=072'],
    ['two kinds of rate', 'PVI=---', 'PVI=--- PR=072'],
    ['a damaged alarm field', 'ALARM=000000', 'ALARM=00'],
    ['a word that is no field', 'PVI=---', 'PVI'],
    ['a date cut short', '01/06/26', '1/06/26'],
  ])('with %s is not understood', (_, good, damaged) => {
    const text = textWith({});
    expect(text).toContain(good);
    expect(understood(text)).toBe(true);
    expect(understood(text.replace(good, damaged))).toBe(false);
  });

  test('that begins in the middle or ends there is not understood', () => {
    const text = textOf('colour-98');
    const exc = text.indexOf(' EXC=');
    for (let at = 1; at < text.length; at += 1) expect(understood(text.slice(at)), text.slice(at)).toBe(false);
    for (let end = 0; end <= exc + ' EXC=00000'.length; end += 1) expect(understood(text.slice(0, end))).toBe(false);
  });

  test('that ran into the next one is not understood', () => {
    expect(understood(textOf('colour-98') + textOf('colour-98'))).toBe(false);
    expect(understood(`${textOf('colour-98')} ${textOf('colour-98')}`)).toBe(false);
  });

  test('that is not understood says why, in few words', () => {
    expect(decode(line('x'.repeat(400)))).toEqual({
      ok: false,
      why: 'malformed',
      detail: `no date and time: ${'x'.repeat(60)}`,
    });
  });

  test('comes back as it was written, in every layout', () => {
    const anyValue = (max: number) => fc.oneof(fc.constant('dashes' as const), fc.integer({ min: 0, max }));
    const anyLine: fc.Arbitrary<Line> = fc.record({
      kind: fc.constant('live' as const),
      deviceTime: fc.integer({ min: 946_684_800, max: 4_102_444_799 }).map((seconds) => 1000 * seconds),
      saturation: anyValue(100),
      pulseRate: anyValue(240),
      perfusionIndex: anyValue(2000).map((value) => (value === 'dashes' ? value : value / 100)),
      exceptions: fc.integer({ min: 0, max: 0xfff }),
      alarms: fc.integer({ min: 0, max: 0xffff }),
      others: fc.constant({}),
    });
    const anyLayout = fc.constantFrom(...Object.keys(LAYOUTS)) as fc.Arbitrary<LayoutName>;
    fc.assert(
      fc.property(anyLine, anyLayout, (content, layout) => {
        const { text: _, others: __, ...back } = read(latin1(encode(content, layout)).trim());
        const { others: ___, ...expected } = content;
        expect(back).toEqual(layout === 'trend' ? { ...expected, kind: 'trend', alarms: undefined } : expected);
      }),
    );
  });

  test('without a time cannot be written', () => {
    expect(() => encode({ ...GOOD, deviceTime: undefined }, 'rad-8')).toThrow(RangeError);
  });
});

describe('the framing of its lines', () => {
  testFramingLaws({
    driver: masimo,
    maxRestBytes: MAX_LINE_BYTES + 16,
    frames: LINES.map(({ text }) => line(text)),
    special: [0x0a, 0x0d],
    isUnproven: true,
  });
});
