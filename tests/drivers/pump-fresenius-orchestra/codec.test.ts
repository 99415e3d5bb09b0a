import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, fromLatin1, toHex } from '$drivers/bytes.ts';
import { decode, decodeSaid, encode, encodeMessage } from '$drivers/pump-fresenius-orchestra/codec.ts';
import { cut } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import type { Message } from '$drivers/pump-fresenius-orchestra/messages.ts';
import { readMask, readVariables } from '$drivers/pump-fresenius-orchestra/variables.ts';
import { RECEIVED, SENT, SENT_BY_OTHERS, SINGLES } from './vectors.ts';

const NONE = new Uint8Array(0);

/** A message as it went over the line and was read there. */
function transported(message: Message): unknown {
  const [piece] = cut(NONE, encodeMessage(message)).cuts;
  return piece?.kind === 'frame' ? decode(piece.payload) : piece;
}

describe('the vectors of the protocol note', () => {
  test.each(SENT)('$text is what the query is sent as', ({ hex, query }) => {
    expect(toHex(encode(query))).toBe(hex.toLowerCase());
  });

  test.each([...SENT, ...SENT_BY_OTHERS])('$text is read by a base', ({ text }) => {
    const said = decodeSaid(fromLatin1(text));
    const written =
      said.kind === 'command'
        ? said.address + said.command + (said.argument === undefined ? '' : `;${said.argument}`)
        : said.kind === 'event-ack' && said.address + said.status;
    expect(written).toBe(text);
  });

  test.each(RECEIVED)('$text is this message, both ways', ({ text, hex, message }) => {
    expect(decode(fromLatin1(text))).toEqual({ ok: true, message });
    expect(toHex(encodeMessage(message))).toBe(hex.toLowerCase());
  });

  test.each(SINGLES)('$hex is this message, both ways', ({ hex, message }) => {
    expect(decode(fromHex(hex))).toEqual({ ok: true, message });
    expect(toHex(encodeMessage(message))).toBe(hex);
  });

  test('our single bytes', () => {
    expect(toHex(encode({ kind: 'ack' }))).toBe('06');
    expect(toHex(encode({ kind: 'nak' }))).toBe('15 32');
    expect(toHex(encode({ kind: 'alive' }))).toBe('14');
  });

  test('rate and volume: 020D is 52.5 mL/h, 0000445C is 17.500 mL', () => {
    expect(readVariables(['d020D', 'r0000445C'])).toEqual({ d: 52.5, r: 17.5 });
  });
});

describe('variables', () => {
  test.each<[readonly string[], unknown]>([
    [['d0'], { d: 0 }],
    [['dFFFF'], { d: 6553.5 }],
    [['r1'], { r: 0.001 }],
    [['rFFFFFFFF'], { r: 4_294_967.295 }],
    [['a0000', 'm01', 'e0'], { a: '0000', m: '01' }],
    [['k0010', 'd0001'], { d: 0.1 }],
    [['k0010'], undefined],
    [[], undefined],
    [['d'], undefined],
    [['dXYZ'], undefined],
    [['d020d'], undefined],
    [['d0001', 'd0002'], undefined],
    [['d0001', 'KETAMINE'], undefined],
    [['b0001'], undefined],
    [['d00000000000000001'], undefined],
  ])('%j are %j', (fields, variables) => {
    expect(readVariables(fields)).toEqual(variables);
  });

  test.each<[string, unknown]>([
    ['b0001', { modules: ['1'], hasOthers: false }],
    ['b0015', { modules: ['1', '3', '5'], hasOthers: false }],
    ['b1F', { modules: ['1', '2', '3', '4', '5'], hasOthers: false }],
    ['b0000', { modules: [], hasOthers: false }],
    ['b0022', { modules: ['2'], hasOthers: true }],
    ['bORCHESTRA', undefined],
    ['i0003', undefined],
  ])('the mask %s is %j', (field, mask) => {
    expect(readMask([field])).toEqual(mask);
  });
});

describe('replies', () => {
  test.each<[string, Message]>([
    ['C', { kind: 'correct', address: '', fields: [] }],
    ['E;r00000001', { kind: 'event', address: '', status: 'E', fields: ['r00000001'] }],
    ['1M;x', { kind: 'event', address: '1', status: 'M', fields: ['x'] }],
    ['1C;', { kind: 'correct', address: '1', fields: [''] }],
    ['2C;NaCl 0,9%;b', { kind: 'correct', address: '2', fields: ['NaCl 0,9%', 'b'] }],
  ])('%s', (text, message) => {
    expect(decode(fromLatin1(text))).toEqual({ ok: true, message });
  });

  test.each([
    ['1X;d0001', 'unknown-code'],
    ['12C', 'unknown-code'],
    ['0DC', 'unknown-code'],
    ['1Cd0001', 'unknown-code'],
    ['1I', 'too-short'],
    ['', 'too-short'],
  ])('`%s` is not understood: %s', (text, why) => {
    expect(decode(fromLatin1(text))).toMatchObject({ ok: false, why });
  });

  test('whatever a base says comes over whole', () => {
    const anyAddress = fc.constantFrom('', '0', '1', '5', '9');
    const anyFields = fc.array(fc.stringMatching(/^[ -:<-}]{0,12}$/), { minLength: 1, maxLength: 5 });
    const anyMessage: fc.Arbitrary<Message> = fc.oneof(
      fc.record({ kind: fc.constant('correct' as const), address: anyAddress, fields: anyFields }),
      fc.record({
        kind: fc.constant('event' as const),
        address: anyAddress,
        status: fc.constantFrom('E' as const, 'M' as const),
        fields: anyFields,
      }),
      fc.record({
        kind: fc.constant('incorrect' as const),
        address: anyAddress,
        code: fc.stringMatching(/^[0-9A-F]{2}$/),
      }),
    );
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(transported(message)).toEqual({ ok: true, message });
      }),
      { numRuns: 500 },
    );
  });
});

describe('one line for people', () => {
  test.each<[Message, string]>([
    [{ kind: 'ack' }, 'ACK'],
    [{ kind: 'enquiry' }, 'ENQ, keep-alive'],
    [{ kind: 'alive' }, 'DC4, answer to a keep-alive'],
    [{ kind: 'nak', code: '6' }, 'NAK 6: the receiver was not ready'],
    [{ kind: 'nak', code: 'x' }, 'NAK x: an unknown error'],
    [{ kind: 'correct', address: '0', fields: [] }, 'base correct'],
    [{ kind: 'correct', address: '0', fields: ['b0003'] }, 'base b0003'],
    [{ kind: 'correct', address: '1', fields: ['KETAMINE'] }, 'module 1 KETAMINE'],
    [
      { kind: 'correct', address: '1', fields: ['a0004', 'd020D', 'r0000445C'] },
      'module 1 rate 52.5 mL/h, volume 17.5 mL, alarm 0004',
    ],
    [{ kind: 'event', address: '', status: 'E', fields: ['m01'] }, 'pump tells unasked (E) mode 01'],
    [
      { kind: 'incorrect', address: '2', code: '1E' },
      'module 2 refuses, error 1E: the session with the module is not open',
    ],
    [{ kind: 'incorrect', address: '2', code: '99' }, 'module 2 refuses, error 99: of unknown meaning'],
  ])('%j', (message, line) => {
    expect(pumpFreseniusOrchestra.describe(message)).toBe(line);
    expect(pumpFreseniusOrchestra.kindOf(message)).toBe(message.kind);
  });
});
