import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1 } from '$drivers/bytes.ts';
import { charsetOf, decodeText, encodeText } from '$drivers/hl7/charset.ts';
import { at, escape, readMessage, subcomponents, type Hl7Message, type Segment } from '$drivers/hl7/message.ts';

const HEAD = 'MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r';

function read(bytes: Uint8Array): Hl7Message {
  const message = readMessage(bytes);
  if (!message.ok) throw new Error(message.error.detail);
  return message.value;
}
const readText = (text: string): Hl7Message => read(encodeText(text));
/** The first segment behind a header. */
function segment(line: string, head = HEAD): Segment {
  const [first] = readText(head + line).segments;
  if (!first) throw new Error('no segment');
  return first;
}

describe('readMessage', () => {
  test('numbers fields as HL7 does, in the header too', () => {
    const { header, segments } = readText(`${HEAD}OBX||NM|101^HR|2101|60||||||F\r`);
    expect([header.fields[1], header.fields[2], header.fields[9], header.fields[12]]).toEqual([
      '|',
      '^~\\&',
      'ORU^R01',
      '2.3.1',
    ]);
    expect(segments).toMatchObject([{ name: 'OBX' }]);
    expect([segments[0]?.fields[3], segments[0]?.fields[11]]).toEqual(['101^HR', 'F']);
  });

  test.each(['\r', '\n', '\r\n', '\r\r'])('takes %j for the end of a segment', (end) => {
    const { segments } = readText(`MSH|^~\\&|a${end}PID|1${end}PV1|2${end}`);
    expect(segments.map(({ name }) => name)).toEqual(['PID', 'PV1']);
  });

  test('a last segment without its end counts as well', () => {
    expect(readText('MSH|^~\\&|a\rPID|1').segments).toHaveLength(1);
  });

  test('the header names the separators', () => {
    const odd = segment('OBX#1#NM#101*HR!x', 'MSH#*!?@#\r');
    expect([at(odd, 3), at(odd, 3, 2)]).toEqual(['101', 'HR']);
  });

  test('a separator that the header leaves out separates nothing', () => {
    const line = segment('OBX|a^b~c&d\\F\\', 'MSH|^|\r');
    expect(at(line, 1, 2)).toBe('b~c&d\\F\\');
  });

  test.each([
    ['nothing', '', 'too-short'],
    ['less than a header', 'MSH|', 'too-short'],
    ['only line ends', '\r\r\r', 'too-short'],
    ['another segment', 'PID|1|2|3\r', 'malformed'],
    ['two separators that are the same', 'MSH|^~^&|\r', 'malformed'],
    ['a letter as a separator', 'MSHA^~\\&A\r', 'malformed'],
    ['a space as a separator', 'MSH|^~\\ |\r', 'malformed'],
    ['no other separator', 'MSH|||\r', 'malformed'],
  ])('%s is no message', (_, text, why) => {
    expect(readMessage(encodeText(text))).toMatchObject({ ok: false, error: { why } });
  });

  test('random and damaged bytes never throw', () => {
    const whole = encodeText(`${HEAD}OBX||NM|101^HR|2101|6\\X30\\||||||F\r`);
    const damaged = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([place, value]) => whole.with(place, value));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          damaged,
          fc.string().map((text) => encodeText(HEAD + text)),
        ),
        (bytes) => {
          const message = readMessage(bytes);
          if (!message.ok) return;
          for (const each of message.value.segments) {
            for (let field = 1; field < 6; field += 1) {
              expect(typeof at(each, field, 2)).toBe('string');
              expect(subcomponents(each, field, 1).length).toBeGreaterThan(0);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('fields', () => {
  const line = segment('PV1||I|^^ICU&1&3232237756&4601&&1|a^b~c^d|""');

  test('are taken apart where they are asked for', () => {
    expect([at(line, 2), at(line, 3), at(line, 4, 2)]).toEqual(['I', '', 'b']);
    expect(at(line, 3, 3)).toBe('ICU&1&3232237756&4601&&1');
    expect(subcomponents(line, 3, 3)).toEqual(['ICU', '1', '3232237756', '4601', '', '1']);
  });

  test('that are not there are empty', () => {
    expect([at(line, 9), at(line, 2, 5), at(line, 0, 2)]).toEqual(['', '', '']);
    expect(subcomponents(line, 9, 1)).toEqual(['']);
  });

  test('keep the word for "deleted"', () => {
    expect(at(line, 5)).toBe('""');
  });
});

describe('escaped text', () => {
  const plain = (text: string): string => at(segment(`OBX|${text}`), 1);

  test.each([
    ['\\F\\\\S\\\\T\\\\R\\\\E\\', '|^&~\\'],
    ['a\\T\\b', 'a&b'],
    ['one\\.br\\two', 'one\ntwo'],
    ['\\H\\loud\\N\\ quiet', 'loud quiet'],
    ['\\X0D0A\\', '\r\n'],
    ['\\XC3A4\\', 'ä'],
    ['\\x41\\', '\\x41\\'],
    ['\\X4\\', '\\X4\\'],
    ['\\Zlocal\\', '\\Zlocal\\'],
    ['\\Z\\F\\S\\', '\\Z\\F^'],
    ['open\\F', 'open\\F'],
    ['\\', '\\'],
  ])('%s is %j', (escaped, meaning) => {
    expect(plain(escaped)).toBe(meaning);
  });

  test('means the separators of its own message', () => {
    expect(at(segment('OBX#?F??S??T??R??E?', 'MSH#*!?@#\r'), 1)).toBe('#*@!?');
  });

  test('does not separate what it escapes', () => {
    expect(at(segment('OBX|a\\S\\b^c'), 1, 2)).toBe('c');
  });

  test('any text can be written and is read as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(plain(escape(text))).toBe(text);
        // eslint-disable-next-line no-control-regex -- none of them may be left
        expect(escape(text)).not.toMatch(/[|^~&\x00-\x1f]/);
      }),
    );
  });
});

describe('character sets', () => {
  const umlauts = fromHex('c4 e4');
  const named = (charset: string, bytes: Uint8Array): string => {
    const head = fromLatin1(`MSH|^~\\&|||||||ORU^R01|1|P|2.6||||||${charset}\r`);
    const [line] = read(concatBytes(head, fromLatin1('OBX|'), bytes)).segments;
    return line ? at(line, 1) : '';
  };

  test('text that is faultless UTF-8 is UTF-8, other text is ISO 8859-1', () => {
    expect(named('', encodeText('µ Ä 血压'))).toBe('µ Ä 血压');
    expect(named('', umlauts)).toBe('Ää');
    expect(named('ASCII', umlauts)).toBe('Ää');
  });

  test('a named ISO 8859-1 is believed, also where the bytes would be UTF-8', () => {
    expect(named('8859/1', fromHex('c3 a4'))).toBe('Ã¤');
    expect(named('8859/1~UNICODE UTF-8', fromHex('c3 a4'))).toBe('Ã¤');
  });

  test('a named UTF-8 is not believed where the bytes are none: no letter is lost', () => {
    expect(named('UNICODE UTF-8', umlauts)).toBe('Ää');
  });

  test('no byte is refused or lost: the text gives the bytes again', () => {
    const anyName = fc.constantFrom('', 'UNICODE UTF-8', '8859/1', '8859/5', 'constructor');
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string().map(encodeText)), anyName, (bytes, declared) => {
        const charset = charsetOf(bytes, declared);
        const text = decodeText(bytes, charset);
        expect(charset === 'utf-8' ? encodeText(text) : fromLatin1(text)).toEqual(bytes);
      }),
    );
  });
});
