import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latin1, toHex } from '$drivers/bytes.ts';
import { line, MAX_LINE_BYTES } from '$drivers/ascii-line.ts';
import { CODES } from '$drivers/nellcor/code-table.ts';
import { encode, encodeHeading, encodeReading, encodeTrendHeading, TREND_END } from '$drivers/nellcor/codec.ts';
import { nellcor } from '$drivers/nellcor/index.ts';
import type { Heading, Measured, ReadingLine } from '$drivers/nellcor/messages.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { decodeText, GOOD, LINES, read, textOf } from './vectors.ts';

const within = (value: Measured['value']): Measured => ({ value, isOutside: false });

describe('the lines of the manuals', () => {
  test('a reading: SpO2 100, pulse rate 120, amplitude 50, no code', () => {
    expect(read(textOf('reading'))).toEqual({
      kind: 'reading',
      deviceTime: Date.UTC(1998, 10, 12, 14, 0, 5),
      saturation: within(100),
      pulseRate: within(120),
      pulseAmplitude: within(50),
      codes: [],
      text: '12-NOV-98 14:00:05 100 120 50',
    });
  });

  test('a rate outside its limit has a star and a code', () => {
    expect(read(textOf('rate-high'))).toMatchObject({
      deviceTime: Date.UTC(2026, 0, 6, 10, 15, 2),
      saturation: within(97),
      pulseRate: { value: 142, isOutside: true },
      pulseAmplitude: within(88),
      codes: ['PH'],
    });
  });

  test('with the sensor off all three are dashes', () => {
    expect(read(textOf('sensor-off'))).toMatchObject({
      saturation: within('dashes'),
      pulseRate: within('dashes'),
      pulseAmplitude: within('dashes'),
      codes: ['SO'],
    });
  });

  test('the heading says who it is and what its limits are', () => {
    expect(read(textOf('heading'))).toEqual({
      kind: 'heading',
      model: 'N-395',
      version: '2.0.0.0',
      crc: 'XXXX',
      saturationLimits: [70, 100],
      pulseLimits: [60, 160],
      text: textOf('heading'),
    });
  });

  test.each([
    ['columns', 'columns'],
    ['mode', 'mode'],
    ['menu-title', 'menu'],
    ['menu-dump', 'menu'],
    ['menu-clock', 'menu'],
    ['menu-trend', 'menu'],
    ['menu-errors', 'menu'],
    ['menu-exit', 'menu'],
    ['menu-prompt', 'menu'],
    ['menu-identity', 'menu'],
    ['trend-reading', 'reading'],
  ])('%s is a line of kind %s', (name, kind) => {
    expect(read(textOf(name)).kind).toBe(kind);
  });

  test('a heading with TREND in place of CRC announces stored lines, and their end is said', () => {
    expect(read('N-395 VERSION 2.0.0.0 TREND SpO2 Limit: 70-100% PR Limit: 60-160BPM').kind).toBe('trend-heading');
    expect(read('NPB-290 TREND VERSION 1.3.0.1').kind).toBe('trend-heading');
    expect(read(latin1(encodeTrendHeading({ model: 'N-395', version: '2.0.0.0' }))).kind).toBe('trend-heading');
    expect(read(latin1(TREND_END)).kind).toBe('trend-end');
  });

  test('columns may be set apart, and months written small', () => {
    expect(read('TIME      %SPO2    BPM     PA        Status').kind).toBe('columns');
    expect(read('06-jan-26   10:15:02     97    71    88   mo lb')).toMatchObject({
      deviceTime: Date.UTC(2026, 0, 6, 10, 15, 2),
      codes: ['MO', 'LB'],
    });
  });

  test('are described in words', () => {
    expect(LINES.slice(0, 7).map(({ text }) => nellcor.describe(read(text)))).toEqual([
      `HEADING ${textOf('heading')}`,
      'COLUMNS TIME %SPO2 BPM PA Status',
      'SpO2 100 PR 120 PA 50',
      'SpO2 100 PR 121 PA 154',
      `MODE ${textOf('mode')}`,
      'SpO2 97 PR 142* PA 88 PH',
      'SpO2 -- PR -- PA -- SO',
    ]);
  });
});

describe('a line', () => {
  test.each([
    '12-NOV-98 14:00:05 100 120',
    '12-NOV-98 14:00:05 100 120 50 PHX',
    '12-NOV-98 14:00:05 100 120 50 P',
    '12-NOV-98 14:00:05 100 120 50 MO LB PH SL AS',
    '12-NOV-98 14:00:05 1000 120 50',
    '12-NOV-98 14:00:05 1O0 120 50',
    '12-NOV-98 14:00:05 -- 120 50',
    '12-NOV-98 14:00:05 100* 12 0* 50',
    '2-NOV-98 14:00:05 100 120 50',
    '12-NOV-98 14:00:5 100 120 50',
    '12-NOV-98 100 120 50',
    'N-395 VERSION 2.0.0.0 CRC: XXXX SpO2 Limit: 70-100%',
    'Output Complete?',
    '',
    '   ',
    '5) Something else',
  ])('"%s" is not understood', (text) => {
    expect(decodeText(text)).toMatchObject({ ok: false, why: 'malformed' });
  });

  test('cut short at its beginning is never a reading', () => {
    const text = textOf('rate-high');
    for (let at = 1; at < text.length; at += 1) expect(decodeText(text.slice(at)).ok, text.slice(at)).toBe(false);
  });

  test.each(['00-JAN-00', '31-FEB-26', '01-XXX-26'])(
    'of a clock that shows %s has no time and keeps its numbers',
    (date) => {
      expect(read(`${date} 10:15:02 97 71 88`)).toMatchObject({ deviceTime: undefined, saturation: within(97) });
    },
  );

  test.each([
    ['80', 1980],
    ['99', 1999],
    ['00', 2000],
    ['79', 2079],
  ])('of year %s is of %i', (printed, year) => {
    expect(read(`06-JAN-${printed} 10:15:02 97 71 88`)).toMatchObject({ deviceTime: Date.UTC(year, 0, 6, 10, 15, 2) });
  });

  test('comes back as it was written', () => {
    const anyMeasured = fc.record({
      value: fc.oneof(fc.constant('dashes' as const), fc.integer({ min: 0, max: 999 })),
      isOutside: fc.boolean(),
    });
    const anyReading: fc.Arbitrary<ReadingLine> = fc.record({
      kind: fc.constant('reading' as const),
      deviceTime: fc.integer({ min: 315_532_800, max: 3_471_292_799 }).map((seconds) => 1000 * seconds),
      saturation: anyMeasured,
      pulseRate: anyMeasured,
      pulseAmplitude: anyMeasured,
      codes: fc.array(fc.constantFrom(...Object.keys(CODES), 'XY'), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(anyReading, (reading) => {
        const { text: _, ...back } = read(latin1(encodeReading(reading)));
        expect(back).toEqual(reading);
      }),
    );
  });

  test('of the samples is printed as it was', () => {
    for (const name of ['rate-high', 'sensor-off']) {
      const message = read(textOf(name));
      expect(message.kind === 'reading' && latin1(encodeReading(message))).toBe(`${textOf(name)}\r\n`);
    }
    const heading = read(textOf('heading'));
    expect(heading.kind === 'heading' && latin1(encodeHeading(heading)[0] ?? new Uint8Array(0))).toBe(
      `${textOf('heading')}\r\n`,
    );
  });

  test('of a heading comes back as it was written', () => {
    const heading: Heading = {
      kind: 'heading',
      model: 'Bedside SpO2',
      version: '1.2',
      crc: 'FFFF',
      saturationLimits: [85, 100],
      pulseLimits: [40, 170],
    };
    const [first, second] = encodeHeading(heading).map((bytes) => read(latin1(bytes)));
    expect(first).toMatchObject(heading);
    expect(second?.kind).toBe('columns');
  });

  test('without a time cannot be written', () => {
    expect(() => encodeReading({ ...GOOD, deviceTime: undefined })).toThrow(RangeError);
  });
});

test('the one question is XON', () => {
  expect(toHex(encode('xon'))).toBe('11');
});

describe('the framing of its lines', () => {
  testFramingLaws({
    driver: nellcor,
    maxRestBytes: MAX_LINE_BYTES + 16,
    frames: LINES.map(({ text }) => line(text)),
    special: [0x0a, 0x0d],
    isUnproven: true,
  });
});
