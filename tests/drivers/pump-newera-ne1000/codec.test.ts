import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, latin1 } from '$drivers/bytes.ts';
import { decode, encode, encodeReply } from '$drivers/pump-newera-ne1000/codec.ts';
import { seal } from '$drivers/pump-newera-ne1000/framing.ts';
import { pumpNeweraNe1000 } from '$drivers/pump-newera-ne1000/index.ts';
import { WORDS, type Data, type Message } from '$drivers/pump-newera-ne1000/messages.ts';
import { REPLIES, SAFE_TEXTS } from './vectors.ts';

const read = (text: string) => {
  const decoded = decode(seal('basic', text));
  return decoded.ok ? decoded.message : decoded.why;
};
const dataOf = (text: string): Data | undefined => {
  const message = read(`00S${text}`);
  return typeof message === 'string' ? undefined : message.data;
};

describe('questions', () => {
  test('as the note writes them', () => {
    expect(encode({ word: 'DIS', address: 0, mode: 'basic' })).toEqual(fromHex('30 44 49 53 0D'));
    for (const [text, wire] of SAFE_TEXTS) {
      const word = WORDS.find((known) => text === `0${known}`);
      if (word) expect(encode({ word, address: 0, mode: 'safe' })).toEqual(wire);
    }
  });

  test('to every address', () => {
    expect(latin1(encode({ word: 'RAT', address: 7, mode: 'basic' }))).toBe('7RAT\r');
    expect(latin1(encode({ word: 'RAT', address: 99, mode: 'basic' }))).toBe('99RAT\r');
  });
});

describe('replies', () => {
  test.each(REPLIES)('%s, both ways', (_name, wire, message) => {
    expect(decode(wire)).toEqual({ ok: true, message });
    expect(encodeReply(message)).toEqual(wire);
  });

  test.each([
    ['52.50MH', { kind: 'amount', value: 52.5, unit: 'MH' }],
    ['875.0UM', { kind: 'amount', value: 875, unit: 'UM' }],
    ['0.875MM', { kind: 'amount', value: 0.875, unit: 'MM' }],
    ['1234.UH', { kind: 'amount', value: 1234, unit: 'UH' }],
    ['.5ML', { kind: 'amount', value: 0.5, unit: 'ML' }],
    ['35.00UL', { kind: 'amount', value: 35, unit: 'UL' }],
    ['5.000ZZ', { kind: 'amount', value: 5, unit: 'ZZ' }],
    ['I9999W0.100UL', { kind: 'dispensed', infused: 9999, withdrawn: 0.1, unit: 'UL' }],
    ['26.59', { kind: 'diameter', mm: 26.59 }],
    ['INF', { kind: 'direction', way: 'INF' }],
    ['WDR', { kind: 'direction', way: 'WDR' }],
    ['NE1000X2V3.928', { kind: 'version', model: 'NE1000X2', version: '3.928' }],
    ['NE500V3.5', { kind: 'version', model: 'NE500', version: '3.5' }],
    ['?', { kind: 'error', code: '' }],
    ['?NA', { kind: 'error', code: 'NA' }],
    ['?OOR', { kind: 'error', code: 'OOR' }],
    ['?COM', { kind: 'error', code: 'COM' }],
    ['?IGN', { kind: 'error', code: 'IGN' }],
    ['?XYZ', { kind: 'error', code: 'XYZ' }],
    ['', { kind: 'none' }],
  ] as const)('the data %s', (text, data) => {
    expect(dataOf(text)).toEqual(data);
  });

  test.each([
    '12345MH',
    '12.345MH',
    '1.2345MH',
    '1.2.3MH',
    '..MH',
    '.MH',
    'MH',
    '52.50MHX',
    '52.50mh',
    '-1MH',
    '1E3MH',
    'I1.0ML',
    'I1.0W2.0',
    '1.0W2.0ML',
    'I1.0W2.0W3.0ML',
    'INFO',
    'NE1000V3',
  ])('%s is no number and no word that we know, and is kept as text', (text) => {
    expect(dataOf(text)).toEqual({ kind: 'other', text });
  });

  test('every letter may stand for what the pump does, and every one for an alarm', () => {
    for (const letter of 'IWSPTUX')
      expect(read(`07${letter}`)).toMatchObject({ address: 7, status: { kind: 'run', letter } });
    for (const letter of 'RSTEOZ') expect(read(`99A?${letter}`)).toMatchObject({ status: { kind: 'alarm', letter } });
    expect(read('00Z52.50MH')).toMatchObject({ status: { kind: 'run', letter: 'Z' } });
    expect(read('00Z')).toMatchObject({ status: { kind: 'run', letter: 'Z' }, data: { kind: 'none' } });
  });

  test('an alarm may carry what was asked for', () => {
    expect(read('00A?S52.50MH')).toMatchObject({
      status: { kind: 'alarm', letter: 'S' },
      data: { kind: 'amount', value: 52.5 },
    });
  });

  test.each([
    ['00A?', 'malformed'],
    ['00A??', 'malformed'],
    ['0RAT', 'malformed'],
    ['000', 'too-short'],
    ['00z', 'too-short'],
    ['00Zhello', 'unknown-code'],
  ])('%s is none', (text, why) => {
    expect(read(text)).toBe(why);
  });

  test('our own questions, echoed, are none', () => {
    for (const word of WORDS) expect(decode(encode({ word, address: 0, mode: 'safe' })).ok).toBe(false);
  });

  test('round trip', () => {
    const anyNumber = fc
      .integer({ min: 0, max: 9999 })
      .chain((whole) => fc.constantFrom(whole / 1000, whole / 100, whole));
    const anyData: fc.Arbitrary<Data> = fc.oneof(
      fc.record({
        kind: fc.constant('amount'),
        value: anyNumber,
        unit: fc.constantFrom('UM', 'MM', 'UH', 'MH', 'UL', 'ML'),
      }),
      fc.record({
        kind: fc.constant('dispensed'),
        infused: anyNumber,
        withdrawn: anyNumber,
        unit: fc.constantFrom('UL', 'ML'),
      }),
      fc.record({ kind: fc.constant('diameter'), mm: anyNumber }),
      fc.constantFrom<Data>({ kind: 'none' }, { kind: 'error', code: 'OOR' }, { kind: 'direction', way: 'WDR' }),
    );
    const anyMessage: fc.Arbitrary<Message> = fc.record({
      mode: fc.constantFrom('basic', 'safe'),
      address: fc.integer({ min: 0, max: 99 }),
      status: fc.oneof(
        fc.record({ kind: fc.constant('run'), letter: fc.constantFrom(...'IWSPTUX') }),
        fc.record({ kind: fc.constant('alarm'), letter: fc.constantFrom(...'RSTEO') }),
      ),
      data: anyData,
    });
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decode(encodeReply(message))).toEqual({ ok: true, message });
      }),
    );
  });

  test('a number with more digits than the pump has is not written', () => {
    const write = (value: number) =>
      encodeReply({
        mode: 'basic',
        address: 0,
        status: { kind: 'run', letter: 'S' },
        data: { kind: 'diameter', mm: value },
      });
    expect(latin1(write(9.9996))).toContain('10.00');
    expect(latin1(write(9999))).toContain('9999');
    for (const value of [10_000, -1, NaN]) expect(() => write(value)).toThrow(RangeError);
  });
});

test.each([
  ['00I52.50MH', 'pump 0 infusing 52.5 MH', 'amount'],
  ['00II17.50W0.000ML', 'pump 0 infusing infused 17.5 withdrawn 0 ML', 'dispensed'],
  ['03A?S', 'pump 3 alarm A?S: its motor stalled', 'alarm'],
  ['00A?Z', 'pump 0 alarm A?Z: an alarm that its manuals do not have', 'alarm'],
  ['00U', 'pump 0 waiting for a trigger', 'status'],
  ['00Z1.000', 'pump 0 status Z diameter 1 mm', 'diameter'],
  ['00SNE1000V3.928', 'pump 0 stopped NE1000 version 3.928', 'version'],
  ['00S?OOR', 'pump 0 stopped error ?OOR', 'error'],
  ['00SINF', 'pump 0 stopped direction INF', 'direction'],
  ['00Shello', 'pump 0 stopped not understood: hello', 'other'],
])('%s is told as `%s`', (text, words, kind) => {
  const message = read(text);
  if (typeof message === 'string') throw new Error(message);
  expect(pumpNeweraNe1000.describe(message)).toBe(words);
  expect(pumpNeweraNe1000.kindOf(message)).toBe(kind);
  expect(pumpNeweraNe1000.describe({ ...message, mode: 'safe' })).toBe(`${words} (safe mode)`);
});
