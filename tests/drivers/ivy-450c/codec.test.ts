import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/ivy-450c/codec.ts';
import { ivy450c } from '$drivers/ivy-450c/index.ts';
import { LINES, TEXT_AT, TRACES, type LineName, type TraceName } from '$drivers/ivy-450c/layout-table.ts';
import type { Line, Message } from '$drivers/ivy-450c/messages.ts';
import { GOOD, read, RECORD, recordWith, RECORDS } from './vectors.ts';

/** The recorded waveforms before this text. */
const withText = (text: string): Uint8Array => concatBytes(RECORD.subarray(0, TEXT_AT), fromLatin1(`${text}\u00fe`));
const textOf = (record: Uint8Array): string => latin1(record.subarray(TEXT_AT, -1));

describe('the recorded record', () => {
  test('says HR 80, RR 35, SpO2 100, PR 80, NIBP 121/75 (92) pulse 80, P1 111/73 (88)', () => {
    expect(GOOD.lines).toEqual({
      HR: { status: '1', numbers: [80], label: 'ECG-II-DIAG', alarm: '' },
      RR: { status: '1', numbers: [35], label: 'APNEA: 20 SEC', alarm: '' },
      ETCO2: { status: '1', numbers: [undefined], label: '', alarm: '' },
      SPO2: { status: '1', numbers: [100, 80], label: '', alarm: '' },
      NIBP: { status: '4', numbers: [121, 75, 92, 80], label: '', alarm: '' },
      P1: { status: '3', numbers: [111, 73, 88], label: '', alarm: '' },
      P2: { status: '3', numbers: [undefined, undefined, undefined], label: 'NO TRANSDUCER', alarm: '' },
      T1: { status: '1', numbers: [undefined], label: '', alarm: '' },
      T2: { status: '1', numbers: [undefined], label: '', alarm: '' },
    });
    expect(GOOD.unread).toEqual([]);
  });

  test('has five waveforms', () => {
    const { ecg, respiration, pleth, p1, p2 } = GOOD.traces;
    expect([ecg, respiration, pleth, p1, p2].map(({ length }) => length)).toEqual([200, 50, 50, 50, 50]);
    expect([...ecg.subarray(0, 5)]).toEqual([138, 134, 138, 142, 134]);
    expect([Math.min(...p1), Math.max(...p1)]).toEqual([73, 111]);
    expect(new Set(p2)).toEqual(new Set([251]));
  });

  test('is written again as it was, and so are the others', () => {
    for (const record of RECORDS) expect(encode(read(record))).toEqual(record);
  });

  test('is described in words', () => {
    expect(ivy450c.describe(GOOD)).toBe(
      'HR 80 RR 35 ETCO2 -- SPO2 100/80 NIBP 121/75/92/80 P1 111/73/88 P2 -- T1 -- T2 --',
    );
    expect(ivy450c.describe({ ...GOOD, lines: { HR: { ...line(80), alarm: 'HIGH' } }, unread: ['X=1'] })).toBe(
      'HR 80; alarms HR: HIGH; unread X=1',
    );
    expect(ivy450c.kindOf(GOOD)).toBe('record');
  });
});

const line = (...numbers: readonly (number | undefined)[]): Line => ({ status: '1', numbers, label: '', alarm: '' });

describe('a line', () => {
  test.each([
    ['T1=1;36.8;;', 'T1', [36.8]],
    ['T1=1;;;', 'T1', [undefined]],
    ['ETCO2=1; 38 ;;', 'ETCO2', [38]],
    ['SPO2=1;;PR= ;', 'SPO2', [undefined, undefined]],
    ['SPO2=1;97;PR=71;LOW', 'SPO2', [97, 71]],
    ['NIBP=;121;75;;;;', 'NIBP', [121, 75, undefined, undefined]],
  ] as const)('%s is read', (text, name, numbers) => {
    expect(read(withText(`HR=1;80;;\r${text}\r`)).lines[name]?.numbers).toEqual(numbers);
  });

  test.each([
    ['a field too few', 'RR=1;35;APNEA: 20 SEC'],
    ['a field too many', 'RR=1;35;;;'],
    ['a letter in a number', 'RR=1;3S;;'],
    ['a number that is too long', 'NIBP=4;1211;75;92;80;;'],
    ['a sign', 'T1=1;-36;;'],
    ['no pulse rate where it should be', 'SPO2=1;100;80;'],
    ['a damaged pulse rate', 'SPO2=1;100;PR=8 0;'],
    ['a name that is not known', 'XYZ=1;35;;'],
    ['no name', '1;35;;'],
    ['no equals sign', 'RR1;35;;'],
    ['a name twice', 'HR=1;81;;'],
  ])('with %s is named as unread, and the others are read', (_, text) => {
    const { lines, unread } = read(withText(`HR=1;80;;\r${text}\rT2=1;;;\r`));
    expect(unread).toEqual([text]);
    expect(Object.keys(lines)).toEqual(['HR', 'T2']);
    expect(lines.HR?.numbers).toEqual([80]);
  });

  test('a record without a readable heart rate is not understood', () => {
    expect(decode(withText('HR=1;8x;;\rRR=1;35;;\r'))).toMatchObject({ ok: false, why: 'malformed' });
  });

  test('a label and an alarm are kept as they are, without the spaces around them', () => {
    const { HR } = read(withText('HR=3;80; ECG-I-MON ; HR HIGH \r')).lines;
    expect(HR).toEqual({ status: '3', numbers: [80], label: 'ECG-I-MON', alarm: 'HR HIGH' });
  });

  test('that is missing is missing in what is written', () => {
    const { lines } = read(encode({ traces: GOOD.traces, lines: { HR: line(80), P1: line(111, 73, 88) } }));
    expect(Object.keys(lines)).toEqual(['HR', 'P1']);
  });
});

test('what is written comes back', () => {
  const anyWord = fc.stringMatching(/^[A-Z0-9:-]{0,12}$/);
  const anyLine = (name: LineName): fc.Arbitrary<Line> =>
    fc.record({
      status: fc.stringMatching(/^[0-9]?$/),
      numbers: fc.array(fc.option(fc.nat(999), { nil: undefined }), {
        minLength: LINES[name] + (name === 'SPO2' ? 1 : 0),
        maxLength: LINES[name] + (name === 'SPO2' ? 1 : 0),
      }),
      label: name === 'SPO2' ? fc.constant('') : anyWord,
      alarm: anyWord,
    });
  const anyTrace = (name: TraceName) => fc.uint8Array({ minLength: TRACES[name].count, maxLength: TRACES[name].count });
  const anyMessage: fc.Arbitrary<Pick<Message, 'traces' | 'lines'>> = fc.record({
    traces: fc.record({
      ecg: anyTrace('ecg'),
      respiration: anyTrace('respiration'),
      pleth: anyTrace('pleth'),
      p1: anyTrace('p1'),
      p2: anyTrace('p2'),
    }),
    lines: fc.record({
      HR: anyLine('HR'),
      RR: anyLine('RR'),
      ETCO2: anyLine('ETCO2'),
      SPO2: anyLine('SPO2'),
      NIBP: anyLine('NIBP'),
      P1: anyLine('P1'),
      P2: anyLine('P2'),
      T1: anyLine('T1'),
      T2: anyLine('T2'),
    }),
  });
  fc.assert(
    fc.property(anyMessage, (message) => {
      expect(read(encode(message))).toEqual({ ...message, unread: [] });
    }),
  );
});

test('a trace of another length cannot be written', () => {
  expect(() => encode({ ...GOOD, traces: { ...GOOD.traces, p1: new Uint8Array(49) } })).toThrow(RangeError);
});

test('a change of one line changes nothing else', () => {
  expect(textOf(recordWith({ HR: { numbers: [undefined] } }))).toBe(textOf(RECORD).replace('HR=1;80', 'HR=1;'));
});
