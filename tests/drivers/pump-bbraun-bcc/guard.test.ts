import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import { stuff, wrapFrame } from '$drivers/pump-bbraun-bcc/framing.ts';
import { vector, VECTORS } from './vectors.ts';

const maySend = (frame: Uint8Array): boolean => pumpBbraunBcc.maySend.some((pattern) => pattern.matches(frame));
const frameOf = (body: string, isStuffed = false): Uint8Array =>
  wrapFrame({ body: fromLatin1(body), isLast: true }, isStuffed);

const QUESTIONS = ['alive', 'ask-version', 'get', 'get-slot', 'get-bed-1'];

describe('the send guard', () => {
  test.each(QUESTIONS)('lets %s pass, plain and stuffed', (name) => {
    expect(maySend(vector(name).bytes)).toBe(true);
    expect(maySend(stuff(vector(name).bytes))).toBe(true);
  });

  test('lets one ACK and one NAK pass, nothing else of one byte and no two of them', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => maySend(Uint8Array.of(byte)));
    expect(bytes).toEqual([0x06, 0x15]);
    expect(maySend(Uint8Array.of(0x06, 0x06))).toBe(false);
    expect(maySend(new Uint8Array(0))).toBe(false);
  });

  test.each([
    'KETA1/1/1>MEM:SET',
    'KETA1/1/1>MEM:SET#13,INRT,5',
    'KETA1/1/1>MEM:GETSLOT#43',
    'KETA1/1/1>MEM:GETSLOT#1P',
    'KETA1/1/1>MEM:GETSLOT',
    'KETA1/1/1>MEM:GETSLOT#13 ',
    'KETA1/1/1>MEM:GET\u001eMEM:SET',
    'KETA1/1/1>ADMIN:RESET',
    'KETA1/1/1>ADMIN:ALIVE,1',
    'KETA1/1/1>admin:alive',
    'KETA1/1/1>',
    'KETA1>MEM:GET',
    'MEM:GET',
    'A BED/1/1>MEM:GET',
    'ABCDEFGHIJKLMNOP/1/1>MEM:GET',
    '/1/1>MEM:GET',
  ])('stops `%s`, plain and stuffed', (body) => {
    expect(maySend(frameOf(body))).toBe(false);
    expect(maySend(frameOf(body, true))).toBe(false);
  });

  test.each(VECTORS.filter(({ name }) => !QUESTIONS.includes(name)))('stops the answer $name', ({ bytes }) => {
    expect(maySend(bytes)).toBe(false);
    expect(maySend(stuff(bytes))).toBe(false);
  });

  test('stops a question with a wrong length, a wrong sum, a wrong end or anything around it', () => {
    const get = latin1(vector('get').bytes);
    const wrongLength = get.replace('00031', '00032').replace('00071', '00072');
    for (const wrong of [
      wrongLength,
      get.replace('00071', '00070'),
      get.replace('\u0003', '\u0017').replace('00071', '00091'),
      `\u0006${get}`,
      `${get}\u0006`,
      `${get}\n`,
      get + get,
    ]) {
      expect(maySend(fromLatin1(wrong))).toBe(false);
    }
  });

  test('any bytes but the questions are stopped', () => {
    const questions = QUESTIONS.flatMap((name) => [vector(name).bytes, stuff(vector(name).bytes)]);
    const changed = fc
      .tuple(fc.constantFrom(...questions), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([question, place, change]) =>
        question.map((byte, i) => (i === place % question.length ? byte ^ change : byte)),
      );
    const surrounded = fc
      .tuple(fc.constantFrom(...questions), fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([question, more, isBefore]) => (isBefore ? concatBytes(more, question) : concatBytes(question, more)));
    const other = fc.uint8Array({ minLength: 2 });
    fc.assert(
      fc.property(fc.oneof(changed, surrounded, other), (bytes) => {
        expect(maySend(bytes)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
