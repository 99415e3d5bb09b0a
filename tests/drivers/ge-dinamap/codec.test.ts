import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { decode, encodeCommand, encodeReply } from '$drivers/ge-dinamap/codec.ts';
import { cut } from '$drivers/ge-dinamap/framing.ts';
import { geDinamap } from '$drivers/ge-dinamap/index.ts';
import { COMMANDS, type Reply } from '$drivers/ge-dinamap/messages.ts';
import { COMMAND_LITERALS, REPLIES } from './vectors.ts';

const decodeText = (text: string) => decode(fromLatin1(text));
const messageOf = (text: string) => {
  const decoded = decodeText(text);
  return decoded.ok ? decoded.message : decoded.why;
};

describe('a reply', () => {
  test.each(REPLIES)('of the note says what the note says: %s', (text, reply) => {
    expect(messageOf(text.slice(0, -2))).toEqual(reply);
    expect(latin1(encodeReply(reply))).toBe(`${text}\r`);
  });

  test.each([
    ['0', 'busy'],
    ['1', 'done'],
    ['3', 'failed'],
    ['4', 'pump-up timeout'],
    ['6', 'total-time timeout'],
    ['7', 'level timeout'],
    ['8', 'overpressure'],
    ['9', 'unknown'],
  ])('about the cuff with status %s says "%s"', (code, status) => {
    expect(messageOf(` NA${code}100003168098121`)).toMatchObject({ status });
  });

  test('about the cuff says whose cuff it is and whether it runs in stat mode', () => {
    expect(messageOf(' NA1010003168098121')).toMatchObject({ patient: 'unknown', isStat: true });
    expect(messageOf(' NA1200003168098121')).toMatchObject({ patient: 'neonate', isStat: false });
  });

  test.each([
    [' OA0000000', { status: 'standby' }],
    [' RA2000', { source: 'oximeter', rate: undefined }],
    [' RA2-99', { source: 'oximeter', rate: undefined }],
    [' RA0000', { source: 'unknown', rate: undefined }],
    [' RC3072', { letters: 'RC', source: 'nibp', rate: 72 }],
    [' TC31 9999900001', { status: 'contact-lost', mode: 'monitor', counter: ' ', ageS: undefined, shownIn: 'C' }],
    [' TC10~0000009861', { status: 'in-progress', counter: '~' }],
    [' TC20A0000009861', { status: 'timeout' }],
    [' TC40A0000009861', { status: 'aborted' }],
    [' NC', { kind: 'acknowledgement', letters: 'NC', text: '' }],
    [' ND whatever', { kind: 'acknowledgement', letters: 'ND', text: ' whatever' }],
  ])('reads %s', (text, expected) => {
    expect(messageOf(text)).toMatchObject(expected);
  });

  test.each([
    ['a status that is not used', ' NA2100003168098121', 'unknown-code'],
    ['a status that nobody knows', ' NA5100003168098121', 'unknown-code'],
    ['a patient that nobody knows', ' NA1300003168098121', 'unknown-code'],
    ['an oximeter status that nobody knows', ' OA2097510', 'unknown-code'],
    ['a rate from a source that nobody knows', ' RA1080', 'unknown-code'],
    ['a thermometer status that nobody knows', ' TC50A0000009861', 'unknown-code'],
    ['the further temperature, whose layout is not known', ' TD0', 'unknown-code'],
    ['letters that nobody knows', ' ZZ123', 'unknown-code'],
    ['too few characters', ' NA11000031680981', 'too-short'],
    ['too many characters', ' NA11000031680981210', 'malformed'],
    ['a letter where a digit belongs', ' OA109X510', 'malformed'],
    ['no digits at all', ' RA2---', 'malformed'],
  ])('with %s is not guessed at', (_what, text, why) => {
    expect(decodeText(text)).toEqual({ ok: false, why, detail: text });
  });

  test('goes there and back for all values that fit', () => {
    const age = fc.option(fc.nat(5400), { nil: undefined });
    const pressure = fc.nat(999);
    const anyReply: fc.Arbitrary<Reply> = fc.oneof(
      fc.record({
        kind: fc.constant('nibp'),
        letters: fc.constantFrom('NA', 'NF'),
        status: fc.constantFrom('busy', 'done', 'failed', 'overpressure', 'unknown'),
        patient: fc.constantFrom('unknown', 'adult', 'neonate'),
        isStat: fc.boolean(),
        ageS: age,
        systolic: pressure,
        diastolic: pressure,
        meanArterial: pressure,
      }),
      fc.record({
        kind: fc.constant('rate'),
        letters: fc.constantFrom('RA', 'RC'),
        source: fc.constantFrom('oximeter', 'nibp'),
        rate: fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }),
      }),
      fc.record({
        kind: fc.constant('temperature'),
        status: fc.constantFrom('idle', 'in-progress', 'timeout', 'contact-lost', 'aborted'),
        mode: fc.constantFrom('predictive', 'monitor'),
        counter: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        ageS: age,
        tenthsFahrenheit: fc.nat(9999),
        shownIn: fc.constantFrom('F', 'C'),
      }),
    );
    fc.assert(
      fc.property(anyReply, (reply) => {
        const [only] = cut(new Uint8Array(0), encodeReply(reply)).cuts;
        expect(only?.kind === 'frame' && decode(only.payload)).toEqual({ ok: true, message: reply });
      }),
    );
  });

  test('that does not fit into its fields cannot be written', () => {
    const [, reply] = REPLIES[1] ?? [];
    if (reply?.kind !== 'nibp') throw new Error('the second vector is about the cuff');
    expect(() => encodeReply({ ...reply, systolic: 1000 })).toThrow(RangeError);
    expect(() => encodeReply({ ...reply, diastolic: 77.5 })).toThrow(RangeError);
    expect(() => encodeReply({ ...reply, ageS: -1 })).toThrow(RangeError);
  });

  test('is shown to people in one line', () => {
    const lines = REPLIES.map(([, reply]) => geDinamap.describe(reply));
    expect(lines.slice(0, 2)).toEqual([
      'NF done 127/73 (78), 1762 s ago, adult',
      'NA done 168/98 (121), 3 s ago, adult',
    ]);
    expect(lines.slice(5)).toEqual([
      'OA operating SpO2 97, signal 5',
      'OA no-data SpO2 0, signal 0',
      'OA unplugged SpO2 0, signal 0',
      'RA 118 from oximeter',
      'RA 118 from nibp',
      'TC idle predictive 98.6 °F, 120 s ago',
    ]);
  });
});

describe('a command', () => {
  test.each(COMMANDS)('%s is written as the sources print it, with a CR before it, and read again', (command) => {
    expect(latin1(encodeCommand(command))).toBe(`\r${COMMAND_LITERALS[command]}\r`);
    expect(messageOf(` ${command}`)).toEqual({ kind: 'command', command });
  });

  test.each([
    ['NA', '0d 20 4e 41 21 32 0d'],
    ['NC0', '0d 20 4e 43 30 21 45 0d'],
    ['ND', '0d 20 4e 44 21 35 0d'],
  ] as const)('%s in hexadecimal', (command, hex) => {
    expect(toHex(encodeCommand(command))).toBe(hex);
  });
});
