import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { decode, encode, encodeReply } from '$drivers/pump-alaris-asena/codec.ts';
import { cut } from '$drivers/pump-alaris-asena/framing.ts';
import { pumpAlarisAsena } from '$drivers/pump-alaris-asena/index.ts';
import { QUERIES, type Reply } from '$drivers/pump-alaris-asena/messages.ts';
import { COMMANDS, QUESTIONS, REPLIES } from './vectors.ts';

const decodeText = (text: string) => decode(fromLatin1(text));
const messageOf = (text: string) => {
  const decoded = decodeText(text);
  return decoded.ok ? decoded.message : decoded.why;
};

describe('a reply', () => {
  test.each(REPLIES)('of the note says what the note says: $text', ({ text, reply }) => {
    expect(messageOf(text.slice(1, -5))).toEqual(reply);
    expect(latin1(encodeReply(reply))).toBe(`${text}\r`);
  });

  test.each([
    ['INF^8002-51740^-^SET^52.50^ml/h^^17.500^ml^17.91^mmHg^00:20:00^EVENT', 'too-short'],
    ['INF^8002-51740^-^SET^52.50^ml/h^^17.500^ml^17.91^mmHg^00:20:00^EVENT^127904^more', 'malformed'],
    ['INF^^-^SET^52.50^ml/h^^17.500^ml^17.91^mmHg^00:20:00^EVENT^127904', 'malformed'],
    ['INST_SERIALNO^', 'malformed'],
    ['INST_SERIALNO^ ', 'malformed'],
    ['SYRINGE_STATUS^BD PLASTIPAK^ 50', 'too-short'],
    ['INF_VTBI^DEACT', 'too-short'],
    ['ALARM^', 'malformed'],
    ['COMMS_RESPONSE_MAX^4000', 'too-short'],
    ['WHATEVER^1', 'unknown-code'],
    ['WHATEVER', 'unknown-code'],
    ['inf', 'unknown-code'],
    ['', 'unknown-code'],
  ])('that is none is not understood: %s', (text, why) => {
    expect(messageOf(text)).toBe(why);
    expect(decodeText(text)).toMatchObject({ detail: text });
  });

  test('about an alarm may have one text, or none', () => {
    expect(messageOf('ALARM^AL_NOALM^ ')).toEqual({ kind: 'ALARM', code: 'AL_NOALM', texts: [' '] });
    expect(messageOf('ALARM^AL DRDIS')).toEqual({ kind: 'ALARM', code: 'AL DRDIS', texts: [] });
  });

  test('may have empty and padded fields, which stay as they are', () => {
    expect(messageOf('INF^8002-51740^^^^^^^^^^^^')).toMatchObject({
      flag: '',
      mode: '',
      rate: { value: '', unit: '' },
    });
    expect(messageOf('INF_VI^ 0.969^ml')).toEqual({ kind: 'INF_VI', amount: { value: ' 0.969', unit: 'ml' } });
  });

  test('of any content comes back as it went', () => {
    const field = fc.stringMatching(/^[ !-\]_-~]{0,10}$/);
    const some = fc.stringMatching(/^[!-\]_-~]{1,10}$/);
    const amount = fc.record({ value: field, unit: field });
    const anyReply: fc.Arbitrary<Reply> = fc.oneof(
      fc.record({ kind: fc.constant('INST_SERIALNO' as const), serial: some }),
      fc.record({ kind: fc.constantFrom('COMMS_RESPONSE_MAX', 'INF_RATE', 'INF_VI', 'INF_RATE_MAX_SYRINGE'), amount }),
      fc.record({ kind: fc.constant('SYRINGE_STATUS' as const), brand: field, size: field, state: field }),
      fc.record({ kind: fc.constant('INF_VTBI' as const), state: field, volume: amount, endAction: field }),
      fc.record({ kind: fc.constant('ALARM' as const), code: some, texts: fc.array(field, { maxLength: 3 }) }),
      fc.record({
        kind: fc.constant('INF' as const),
        serial: some,
        flag: field,
        mode: field,
        rate: amount,
        blank: field,
        volume: amount,
        pressure: amount,
        remaining: field,
        logType: field,
        eventId: field,
      }),
    );
    fc.assert(
      fc.property(anyReply, (reply) => {
        const [only] = cut(new Uint8Array(0), encodeReply(reply)).cuts;
        expect(only?.kind === 'frame' && decode(only.payload)).toEqual({ ok: true, message: reply });
      }),
    );
  });
});

describe('a word alone', () => {
  test.each(Object.entries(QUESTIONS))('%s is a question', (word, sum) => {
    expect(messageOf(word)).toEqual({ kind: 'question', word });
    const query = QUERIES.find((known) => known === word);
    if (query) expect(latin1(encode(query))).toBe(`!${word}|${sum}\r`);
  });
});

test.each(COMMANDS.filter(({ text }) => !/^INF_(RATE|VTBI)/.test(text)))('$text is a command', ({ text }) => {
  expect(messageOf(text)).toMatchObject({ kind: 'control', text });
});

test('whatever comes is decoded without an exception', () => {
  const words = [...Object.keys(QUESTIONS), 'REMOTE_CTRL', 'X'];
  const anyText = fc
    .tuple(fc.constantFrom(...words), fc.array(fc.string({ unit: 'binary-ascii', maxLength: 8 }), { maxLength: 16 }))
    .map(([word, fields]) => [word, ...fields].join('^'));
  fc.assert(
    fc.property(anyText, (text) => void decodeText(text)),
    { numRuns: 2000 },
  );
});

describe('in one line, for people', () => {
  const lineOf = (text: string): string | undefined => {
    const decoded = decodeText(text);
    return decoded.ok ? pumpAlarisAsena.describe(decoded.message) : undefined;
  };

  test.each([
    ['INF', 'question INF'],
    ['REMOTE_CTRL^ENABLED^3CC1', 'COMMAND REMOTE_CTRL^ENABLED^3CC1'],
    ['INST_SERIALNO^8002-51740', 'serial number 8002-51740'],
    ['COMMS_PROTOCOL^Asena Rev 2.1.5', 'protocol Asena Rev 2.1.5'],
    ['COMMS_RESPONSE_MAX^4000^ms', 'answers within 4000 ms'],
    ['SYRINGE_STATUS^BD PLASTIPAK^ 50^CONF', 'syringe BD PLASTIPAK 50 ml, CONF'],
    ['INF_RATE_MAX_SYRINGE^1200.00^ml/h', 'highest rate of the syringe 1200.00 ml/h'],
    ['INF_VI^0.969^ml', 'volume infused 0.969 ml'],
    ['INF_RATE^0.10^ml/h', 'rate 0.10 ml/h'],
    ['INF_VTBI^ACTIV^35.000^ml^STOP', 'volume to be infused ACTIV 35.000 ml STOP'],
    ['INF_VTBI^DEACT^^^', 'volume to be infused DEACT'],
    ['ALARM^AL_OCCLU^ ^ ', 'alarm AL_OCCLU'],
    [
      'INF^8002-51740^-^SET^52.50^ml/h^^17.500^ml^17.91^mmHg^00:20:00^EVENT^127904',
      'INF 8002-51740 SET, 52.50 ml/h, 17.500 ml, 17.91 mmHg, 00:20:00 left, no alarm, event 127904',
    ],
    [
      'INF^8002-51733^A^HLD^0.00^ml/h^^0.969^ml^530.15^mmHg^00:04:09^EVENT^214725',
      'INF 8002-51733 HLD, 0.00 ml/h, 0.969 ml, 530.15 mmHg, 00:04:09 left, alarm flag A, event 214725',
    ],
  ])('%s', (text, line) => {
    expect(lineOf(text)).toBe(line);
  });
});
