import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { valueOfBin, writeRecord } from '$drivers/draeger-medibus/codec-data.ts';
import { decode, encodeCommand, encodeQuery, encodeResponse } from '$drivers/draeger-medibus/codec.ts';
import { describe as say, kindOf } from '$drivers/draeger-medibus/describe.ts';
import { slowFrame } from '$drivers/draeger-medibus/framing.ts';
import { CODES, type Content, type Query } from '$drivers/draeger-medibus/messages.ts';
import { AIRWAY, alarmed, CO2, framed, measured, offering, PLETH, read, VECTORS, wireOf } from './vectors.ts';

const contentOf = (wire: Uint8Array): Content => {
  const message = read(wire);
  if (message.kind !== 'response') throw new Error('no response');
  return message.content;
};
const detailOf = (wire: Uint8Array): string => {
  const decoded = decode(wire.subarray(0, -3));
  return decoded.ok ? 'understood' : `${decoded.why} ${decoded.detail}`;
};

describe('what this driver says', () => {
  const said: readonly (readonly [keyof typeof VECTORS, Query])[] = [
    ['icc', { kind: 'ask', what: 'icc' }],
    ['identify', { kind: 'ask', what: 'identify' }],
    ['stop', { kind: 'ask', what: 'stop' }],
    ['nop', { kind: 'ask', what: 'nop' }],
    ['ask for data', { kind: 'ask', what: 'measured' }],
    ['ask for curves', { kind: 'ask', what: 'curves' }],
    ['icc answered', { kind: 'echo', of: 'icc' }],
    ['nop answered', { kind: 'echo', of: 'nop' }],
    ['switch on', { kind: 'enable-streams', mask: 3 }],
    [
      'choose curves',
      {
        kind: 'configure-curves',
        curves: [
          { code: '00', multiplier: 2 },
          { code: '06', multiplier: 3 },
        ],
      },
    ],
  ];
  test.each(said)('"%s" is the frame of the document', (name, query) => {
    expect(toHex(encodeQuery(query))).toBe(VECTORS[name]);
  });
});

describe('measured data', () => {
  test('are codes with numbers in four characters', () => {
    expect(contentOf(wireOf('SpO2 98, pulse 70'))).toEqual({
      type: 'values',
      values: [
        { code: 'EB', text: ' 98 ', value: 98 },
        { code: 'E1', text: ' 70 ', value: 70 },
      ],
      unread: [],
    });
    expect(contentOf(wireOf('no data'))).toEqual({ type: 'values', values: [], unread: [] });
  });

  test.each([
    [' 14 ', 14],
    ['11.5', 11.5],
    ['-  5', -5],
    ['-3.2', -3.2],
    ['1013', 1013],
    ['   0', 0],
  ])('"%s" is %d', (field, value) => {
    expect(contentOf(measured(`EB${field}`))).toMatchObject({ values: [{ value }], unread: [] });
  });

  test.each(['    ', '----', '9 8 ', '1e2 ', '+98 ', '****'])('"%s" is no number, and the others count', (field) => {
    expect(contentOf(measured(`EB${field}E1 70 `))).toMatchObject({
      values: [{ code: 'E1', value: 70 }],
      unread: [`EB${field}`],
    });
  });

  test('with a field that is cut short, or under a code that is none, are not read', () => {
    expect(contentOf(measured('EB 98 E1 7'))).toMatchObject({ values: [{ code: 'EB' }], unread: ['E1 7'] });
    expect(contentOf(measured('eb 98 G1 70 '))).toMatchObject({ values: [], unread: ['eb 98 ', 'G1 70 '] });
  });

  test('of settings have five characters', () => {
    expect(contentOf(framed('response', ')01 12.5'.replace(' 12.5', '12.5 ')))).toMatchObject({
      values: [{ code: '01', value: 12.5 }],
    });
  });
});

describe('alarms', () => {
  test('have a priority, a code and a phrase', () => {
    const wire = framed('response', "'L07SpO2 $&     635SpO2 SENSOR ");
    expect(contentOf(wire)).toEqual({
      type: 'alarms',
      alarms: [
        { priority: 28, code: '07', phrase: 'SpO2 $&     ' },
        { priority: 6, code: '35', phrase: 'SpO2 SENSOR ' },
      ],
    });
  });

  test.each(["'L07SpO2 $&", "'007SpO2 $&     ", "'P07SpO2 $&     ", "'Lx7SpO2 $&     "])(
    '"%s" is not understood',
    (text) => {
      expect(detailOf(framed('response', text))).toBe(`malformed response 27 ${text.slice(1)}`);
    },
  );
});

describe('the identity', () => {
  test('has a number, a name and two versions', () => {
    expect(contentOf(wireOf('identity'))).toEqual({
      type: 'identity',
      identity: { id: '8240', name: 'Evita 4', software: '04.00', medibus: '04.00' },
    });
  });

  test('may be empty, as the answer of a host may', () => {
    expect(contentOf(framed('response', 'R'))).toEqual({ type: 'identity', identity: undefined });
  });

  test.each(["R8240'Evita 4", "R824'Evita 4'04.00:04.00", "R8240'Evita 4'4.0:4.0"])(
    '"%s" is not understood',
    (text) => {
      expect(detailOf(framed('response', text))).toMatch(/^malformed/);
    },
  );
});

describe('the date', () => {
  const dateOf = (text: string) => {
    const content = contentOf(framed('response', `(${text}`));
    return content.type === 'time' ? new Date(content.time).toISOString().slice(0, 19) : content.type;
  };

  test('of the document', () => {
    expect(dateOf('11:11:1911-NOV-93')).toBe('1993-11-11T11:11:19');
    expect(contentOf(wireOf('date'))).toEqual({ type: 'time', time: Date.UTC(1993, 10, 11, 11, 11, 19) });
  });

  test.each([' 9:33 7-OCT-14', ' 9:33:00 7-OKT-14', '09:33 7-OKT-14', '09:3307-OKT-14', '09:33:0007-OKT-2014'])(
    '"%s", as devices write it',
    (text) => {
      expect(dateOf(text)).toBe('2014-10-07T09:33:00');
    },
  );

  test('without seconds keeps its day', () => {
    expect(dateOf('09:3317-MAI-14')).toBe('2014-05-17T09:33:00');
  });

  test('may be empty: the device has none', () => {
    expect(dateOf('')).toBe('echo');
  });

  test.each(['25:00:0001-JAN-20', '10:61:0001-JAN-20', '10:00:0031-FEB-20', '10:00:0001-ABC-20', '10:00:00', '999'])(
    '"%s" is none',
    (text) => {
      expect(detailOf(framed('response', `(${text}`))).toMatch(/^malformed/);
    },
  );
});

describe('curves', () => {
  test('on offer have an interval, a range and a largest bin', () => {
    const text = 'S00   16000  -10  10037006   40000  -20  100460';
    expect(contentOf(framed('response', text))).toEqual({
      type: 'curves',
      curves: [
        { ...AIRWAY, intervalUs: 16_000 },
        { ...CO2, intervalUs: 40_000 },
      ],
    });
  });

  test.each([
    'S00   16000  -10  10037',
    'S00       0  -10  100370',
    'S00   16000  100  100370',
    'S00   16000  -10  100000',
    'S00   16000  -10  100xyz',
  ])('"%s" is not understood', (text) => {
    expect(detailOf(framed('response', text))).toMatch(/^malformed/);
  });

  test('have the bins and values of the document', () => {
    expect(read(wireOf('record'))).toEqual({ kind: 'record', mask: 3, syncs: [], bins: [81, 205] });
    expect(valueOfBin(81, AIRWAY)).toBeCloseTo(0.125, 3);
    expect(valueOfBin(205, CO2)).toBeCloseTo(1.96, 2);
  });

  test('may have sync commands before their bins', () => {
    expect(read(writeRecord(0b100, [0xfff], [6, 1]))).toEqual({
      kind: 'record',
      mask: 4,
      syncs: [6, 1],
      bins: [0xfff],
    });
  });
});

describe('a code that nobody knows', () => {
  test('is a command to be counted, and a response that is not understood', () => {
    expect(read(framed('command', 'Zabc'))).toEqual({ kind: 'command', code: 0x5a, argument: 'abc' });
    expect(detailOf(framed('response', 'Zabc'))).toBe('unknown-code response 5A abc');
  });
});

test('texts have a length and an end', () => {
  expect(contentOf(framed('response', '*204Adul\u0003225mm Hg\u0003'))).toEqual({
    type: 'texts',
    texts: [
      { code: '20', text: 'Adul' },
      { code: '22', text: 'mm Hg' },
    ],
  });
  expect(detailOf(framed('response', '*204Adults\u0003'))).toMatch(/^malformed/);
});

describe('everything that is written is read again', () => {
  const code = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).toUpperCase().padStart(2, '0'));
  const plain = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'ABC xyz-/%'), minLength: length, maxLength: length });
  const field = fc.integer({ min: -99, max: 999 }).map((value) => ({ text: `${value}`.padStart(3).padEnd(4), value }));
  const curve = fc.record({
    code,
    intervalUs: fc.integer({ min: 1, max: 99_999_999 }),
    minimum: fc.integer({ min: -999, max: 0 }),
    maximum: fc.integer({ min: 1, max: 9999 }),
    maxBin: fc.integer({ min: 1, max: 0xfff }),
  });
  type Answer = readonly [response: number, content: Content];
  const values = fc
    .array(fc.tuple(code, field), { maxLength: 30 })
    .map((all) => all.map(([each, number]) => ({ code: each, ...number })));
  const entry = fc.record({ priority: fc.integer({ min: 1, max: 31 }), code, phrase: plain(12) });
  const text = fc.record({ code, text: fc.integer({ min: 0, max: 60 }).chain(plain) });
  const seconds = fc.integer({ min: 0, max: 99 * 365 * 86_400 });
  const anyAnswer = fc.oneof(
    values.map((all): Answer => [CODES.measured, { type: 'values', values: all, unread: [] }]),
    fc.array(entry, { maxLength: 20 }).map((alarms): Answer => [CODES.alarms2, { type: 'alarms', alarms }]),
    fc.array(text, { maxLength: 9 }).map((texts): Answer => [CODES.texts, { type: 'texts', texts }]),
    seconds.map((time): Answer => [CODES.dateTime, { type: 'time', time: 1000 * time }]),
    fc.array(curve, { maxLength: 12 }).map((curves): Answer => [CODES.curves, { type: 'curves', curves }]),
  );

  test('responses', () => {
    fc.assert(
      fc.property(anyAnswer, ([response, content]) => {
        expect(read(encodeResponse(response, content))).toEqual({ kind: 'response', code: response, content });
      }),
    );
  });

  test('commands and records', () => {
    for (const command of Object.values(CODES)) {
      expect(read(encodeCommand(command))).toEqual({ kind: 'command', code: command, argument: '' });
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15 }), fc.infiniteStream(fc.nat(0xfff)), (mask, any) => {
        const bins = [...any.take([1, 2, 4, 8].filter((bit) => mask & bit).length)];
        expect(read(writeRecord(mask, bins))).toEqual({ kind: 'record', mask, syncs: [], bins });
      }),
    );
  });
});

describe('in one line', () => {
  test.each([
    ['measured: spo2 98, pulseRate 70', 'measured', wireOf('SpO2 98, pulse 70')],
    ['measured: none', 'measured', wireOf('no data')],
    ['measured: ambient pressure 1013, C3 1 [unread: EB----]', 'measured', measured('EB----6B1013C3 1  ')],
    ['alarms: SpO2 low (28)', 'alarms', alarmed([{ priority: 28, code: '07', phrase: 'x' }])],
    ['alarms2: HOSE (28)', 'alarms2', alarmed([{ priority: 28, code: '07', phrase: 'HOSE' }], CODES.alarms2)],
    ['identify: 8240 Evita 4, 04.00, MEDIBUS 04.00', 'identify', wireOf('identity')],
    ['identify: unnamed', 'identify', framed('response', 'R')],
    ['dateTime: 1993-11-11T11:11:19', 'dateTime', wireOf('date')],
    ['curves: 02 every 10000 µs', 'curves', offering([PLETH])],
    ['texts: 22 "mm"', 'texts', framed('response', '*222mm\u0003')],
    ['icc: answered', 'icc', wireOf('icc answered')],
    ['asks for icc', 'command-icc', wireOf('icc')],
    ['asks for code 5A 1', 'command-code 5A', framed('command', 'Z1')],
    ['suspend', 'suspend', Uint8Array.of(0x11)],
    ['real time, streams 0011: 81 205', 'real-time', wireOf('record')],
  ])('%s', (line, kind, wire) => {
    const message = read(wire);
    expect(kindOf(message)).toBe(kind);
    expect(say(message)).toBe(line);
  });
});

test('a payload that the framing never makes is malformed', () => {
  expect(decode(Uint8Array.of(0x20, 0x20))).toMatchObject({ ok: false, why: 'malformed' });
  expect(decode(slowFrame({ kind: 'response', code: 0x24, text: '' }).subarray(0, 1))).toMatchObject({ ok: false });
});
