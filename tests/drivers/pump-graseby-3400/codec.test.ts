import { expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { decode, encode, encodeReply, numberIn } from '$drivers/pump-graseby-3400/codec.ts';
import { pumpGraseby3400 } from '$drivers/pump-graseby-3400/index.ts';
import { QUERIES } from '$drivers/pump-graseby-3400/messages.ts';
import { onWire, QUESTIONS, REPLIES, textOf } from './vectors.ts';

test('the questions of the note, and no others', () => {
  expect(QUERIES.map((query) => latin1(encode(query)))).toEqual(QUESTIONS.map((text) => `${text}\r`));
});

test.each(REPLIES)('%s, both ways', (text, message) => {
  expect(decode(fromLatin1(textOf(text)))).toEqual({ ok: true, message });
  expect(encodeReply(message)).toEqual(onWire(text));
});

test.each([
  ['525', 52.5],
  ['0', 0],
  ['1', 0.1],
  ['0175', 17.5],
  ['9999999', 999_999.9],
  ['', undefined],
  ['-5', undefined],
  ['52.5', undefined],
  ['5 ', undefined],
  ['99999999', undefined],
])('the number %s is %s', (data, value) => {
  expect(numberIn({ ack: 'OK', command: 'GETR', status: 'INFS', data })).toBe(value);
});

test.each([
  ['CHCK', 'too-short'],
  ['OKCHCKINF', 'too-short'],
  ['', 'too-short'],
  ['OKchckINFS', 'malformed'],
  ['OKGETR525INFS', 'malformed'],
  ['NOCHCKINFS', 'unknown-code'],
])('`%s` is no reply', (text, why) => {
  expect(decode(fromLatin1(text))).toMatchObject({ ok: false, why });
});

test('a status and a command that nobody knows are kept as they came', () => {
  expect(decode(fromLatin1('OKWHATHOLDx?'))).toEqual({
    ok: true,
    message: { ack: 'OK', command: 'WHAT', status: 'HOLD', data: 'x?' },
  });
});

test.each([
  ['OKGETRINFS525', 'GETR INFS 525'],
  ['OKCHCKALRM', 'CHCK ALRM'],
  ['CEGETRSTBY', 'GETR refused STBY'],
])('%s is told as `%s`', (text, words) => {
  const decoded = decode(fromLatin1(text));
  if (!decoded.ok) throw new Error(decoded.detail);
  expect(pumpGraseby3400.describe(decoded.message)).toBe(words);
  expect(pumpGraseby3400.kindOf(decoded.message)).toBe(text.slice(2, 6));
});
