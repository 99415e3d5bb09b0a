import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { encodeText } from '$drivers/hl7/charset.ts';
import { frame, MAX_FRAME_BYTES } from '$drivers/hl7/mllp.ts';
import { decode, encode, timeOf, timeText } from '$drivers/mindray-hl7/codec.ts';
import {
  decodeAsked,
  encodeAlarms,
  encodeEcho,
  encodeEmpty,
  encodeFlags,
  encodeNumerics,
  encodePatient,
  encodeSpot,
} from '$drivers/mindray-hl7/codec-monitor.ts';
import { describe as describeMessage } from '$drivers/mindray-hl7/describe.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { ASKED_IDS } from '$drivers/mindray-hl7/parameter-table.ts';
import { decodeFrame } from './bench.ts';
import * as vectors from './vectors.ts';
import { headOf, say } from './vectors.ts';

const AT_0816 = Date.UTC(2014, 11, 29, 8, 16, 29);
const only = (line: string) => {
  const message = decodeFrame(say('204', line));
  return message.kind === 'numerics' ? message : undefined;
};

describe('the vectors of the protocol note', () => {
  test('1: the captured keep-alive, which is ours too', () => {
    expect(decodeFrame(vectors.ECHO)).toEqual({ kind: 'echo', unread: [] });
    expect(encode({ kind: 'echo' })).toEqual(vectors.ECHO);
    expect(encodeEcho()).toEqual(vectors.ECHO);
  });

  test('2: heart rate 60, no extrasystoles, ST missing', () => {
    expect(decodeFrame(vectors.HEART)).toEqual({
      kind: 'numerics',
      parameters: [
        { id: 101, label: 'HR', content: 60 },
        { id: 102, label: 'PVCs', content: 0 },
        { id: 105, label: 'ST-I', content: 'no-data' },
      ],
      unread: [],
    });
  });

  test('3: saturation 98 %, pulse 60, perfusion 12.0', () => {
    expect(decodeFrame(vectors.OXIMETER)).toMatchObject({
      parameters: [
        { id: 160, content: 98 },
        { id: 161, content: 60 },
        { id: 162, content: 12 },
      ],
    });
  });

  test('4: a cuff reading of 135/67, mean 89, with its time', () => {
    expect(decodeFrame(vectors.CUFF)).toEqual({
      kind: 'spot',
      parameters: [
        { id: 171, label: 'Dia', content: 67, deviceTime: AT_0816 },
        { id: 172, label: 'Mean', content: 89, deviceTime: AT_0816 },
        { id: 170, label: 'Sys', content: 135, deviceTime: AT_0816 },
      ],
      unread: [],
    });
  });

  test('5: no cuff reading yet', () => {
    expect(decodeFrame(vectors.NO_CUFF)).toEqual({
      kind: 'spot',
      parameters: [
        { id: 171, label: 'Dia', content: 'no-data' },
        { id: 172, label: 'Mean', content: 'no-data' },
        { id: 170, label: 'Sys', content: 'no-data' },
      ],
      unread: [],
    });
  });

  test('6: a physiological alarm; the line that closes the list is none', () => {
    expect(decodeFrame(vectors.PHYSIOLOGICAL)).toEqual({
      kind: 'alarms',
      of: 'physiological',
      alarms: [{ code: '10076', text: '**T1 Too Low' }],
      unread: [],
    });
  });

  test('7: technical alarms', () => {
    expect(decodeFrame(vectors.TECHNICAL)).toEqual({
      kind: 'alarms',
      of: 'technical',
      alarms: [
        { code: '205', text: 'SpO2 Sensor Off' },
        { code: '5', text: 'ECG Lead Off' },
      ],
      unread: [],
    });
  });

  test('the query asks for lists of four ids at most, the first two as public programs send them', () => {
    const wants = [
      ...ASKED_IDS.map((ids) => ({ what: 'parameters', ids }) as const),
      { what: 'alarms', of: 'physiological' } as const,
      { what: 'alarms', of: 'technical' } as const,
    ];
    expect(encode({ kind: 'query', bedAddress: 0, wants })).toEqual(vectors.QUERY);
    expect(Math.max(...ASKED_IDS.map((ids) => ids.length))).toBe(4);
  });
});

describe('the two id spaces', () => {
  test('parameter 503 in periodic numbers is a pulmonary pressure, no cuff reading', () => {
    expect(decodeFrame(say('204', 'OBX||NM|503^Sys|2117|25||||||F'))).toMatchObject({
      kind: 'numerics',
      parameters: [{ id: 503, content: 25 }],
    });
  });

  test.each(['204', '205', '106'])('parameter %s is a parameter, not a kind of message', (id) => {
    expect(only(`OBX||NM|${id}^X|2101|7||||||F`)?.parameters).toEqual([{ id: Number(id), label: 'X', content: 7 }]);
  });
});

describe('a number', () => {
  const content = (text: string) => only(`OBX||NM|101^HR|2101|${text}||||||F`)?.parameters[0]?.content;

  test.each([
    ['-100', 'no-data'],
    ['-100.00', 'no-data'],
    ['-100.', 'no-data'],
    ['', 'no-data'],
    ['""', 'no-data'],
    ['-99', -99],
    ['-100.01', -100.01],
    ['100', 100],
    ['+7.50', 7.5],
    ['0', 0],
    ['---', 'unreadable'],
    ['1e3', 'unreadable'],
    ['0x10', 'unreadable'],
    [' 5', 'unreadable'],
    ['1234567890', 'unreadable'],
    ['NaN', 'unreadable'],
  ])('written as %j is %j', (text, expected) => {
    expect(content(text)).toBe(expected);
  });

  test('is known by its id, whatever the label says', () => {
    for (const label of ['ST-I', 'I', '心率', '']) {
      expect(only(`OBX||NM|105^${label}|2101|1.5||||||F`)?.parameters).toEqual([{ id: 105, label, content: 1.5 }]);
    }
    expect(only('OBX||NM|101|2101|60')?.parameters).toEqual([{ id: 101, label: '', content: 60 }]);
  });

  test('with the id 0 is none, as a T8 sends it; it stays visible as unread', () => {
    expect(only('OBX||NM|0^RR|0|20||||||F')).toEqual({
      kind: 'numerics',
      parameters: [],
      unread: ['OBX||NM|0^RR|0|20||||||F'],
    });
  });

  test.each(['OBX||ST|101^HR|2101|60', 'OBX||NM|HR|2101|60', 'NTE|1||60', 'OBX', 'OBX||NM|-5^x|0|60'])(
    'is not read from %j, which stays visible',
    (line) => {
      expect(only(line)).toEqual({ kind: 'numerics', parameters: [], unread: [line] });
    },
  );
});

describe('a time', () => {
  test.each([
    ['20141229081629', AT_0816],
    ['20240229000000', Date.UTC(2024, 1, 29)],
    ['00000000000000', undefined],
    ['20230229000000', undefined],
    ['20141329081629', undefined],
    ['20141229246000', undefined],
    ['2014122908162', undefined],
    ['201412290816290', undefined],
    ['', undefined],
  ])('%j is %j', (text, time) => {
    expect(timeOf(text)).toBe(time);
    if (time !== undefined) expect(timeText(time)).toBe(text);
  });
});

describe('other messages', () => {
  test('flags name their parameter in the fourth field', () => {
    expect(decodeFrame(say('205', 'OBX||CE|2037^|101|3^||||||F', 'OBX||CE|2037^|105|2^||||||F'))).toEqual({
      kind: 'flags',
      flags: [
        { id: 101, text: '3' },
        { id: 105, text: '2' },
      ],
      unread: [],
    });
    expect(decodeFrame(say('205', 'OBX||CE|2037^||3^||||||F'))).toMatchObject({
      flags: [],
      unread: [expect.anything()],
    });
  });

  const PATIENT = say(
    '103',
    'PID|||14140f00-0000^^^Hospital^MR||Doe^Jane||19600101|F',
    'PV1||I|^^ICU&8&3232237756&4601&&1|||||||||||||||A|',
    'OBR||||Mindray Monitor|||0|',
    'OBX||NM|52^||165.0||||||F',
    'OBX||NM|51^||54.0||||||F',
    'OBX||ST|2301^||753455||||||F',
    'OBX||CE|2302^Blood||0^N||||||F',
    'OBX||CE|2303^Paced||2^||||||F',
    'OBX||ST|2308^BedNoStr||08||||||F',
  );

  test('patient and bed: attributes by id; name and birth date are not read', () => {
    const message = decodeFrame(PATIENT);
    expect(message).toMatchObject({
      kind: 'patient',
      attributes: [
        { id: 52, text: '165.0' },
        { id: 51, text: '54.0' },
        { id: 2301, text: '753455' },
        { id: 2302, text: '0' },
        { id: 2303, text: '2' },
        { id: 2308, text: '08' },
      ],
      unread: [],
    });
    expect(JSON.stringify(message)).not.toMatch(/Doe|1960/);
  });

  test('no line about the traffic names the patient or the record number', () => {
    expect(describeMessage(decodeFrame(PATIENT))).toBe('PATIENT AND BED, bed 08');
  });

  test.each(['51', '52', '53'])('%s is known to be configuration', (controlId) => {
    expect(decodeFrame(say(controlId, 'OBX||CE|2009^|170|2^||||||F'))).toEqual({
      kind: 'configuration',
      controlId,
      unread: [],
    });
  });

  test('an alarm without a text is not shown and not lost', () => {
    expect(decodeFrame(say('56', 'OBX||CE|4||205^||||||F|'))).toMatchObject({
      alarms: [],
      unread: [expect.anything()],
    });
  });

  test('an alarm may hold escaped letters and letters beyond ASCII', () => {
    expect(decodeFrame(say('56', 'OBX||CE|4||205^SpO2 \\T\\ PR Ä||||||F|'))).toMatchObject({
      alarms: [{ text: 'SpO2 & PR Ä' }],
    });
  });

  test.each([
    ['an unknown control id', headOf('999'), 'unknown-code'],
    ['a control id that every object has', headOf('constructor'), 'unknown-code'],
    ['a query', 'MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\r', 'unknown-code'],
    ['an announcement', 'MSH|^~\\&|||||||ADT^A01|101|P|2.3.1|\r', 'unknown-code'],
    ['numbers of another type of message', 'MSH|^~\\&|||||||ORU^R40|204|P|2.3.1|\r', 'unknown-code'],
    ['no header', 'PID|||Doe\r', 'malformed'],
    ['nothing', '', 'too-short'],
  ])('%s is not understood, and says why', (_, text, why) => {
    expect(decode(encodeText(text))).toMatchObject({ ok: false, why });
  });
});

describe('one line for people', () => {
  test.each([
    [vectors.HEART, 'NUMBERS HR 60, PVCs 0, ST-I –'],
    [vectors.CUFF, 'SPOT Dia 67, Mean 89, Sys 135 at 2014-12-29T08:16:29'],
    [vectors.NO_CUFF, 'SPOT Dia –, Mean –, Sys –'],
    [vectors.PHYSIOLOGICAL, 'ALARMS physiological: **T1 Too Low'],
    [say('54'), 'ALARMS physiological: none'],
    [say('205', 'OBX||CE|2037^|101|3^||||||F'), 'FLAGS 101=3'],
    [say('51'), 'CONFIGURATION 51'],
    [vectors.ECHO, 'ECHO'],
    [say('204', 'OBX||NM|777^New|9|x||||||F'), 'NUMBERS 777 (New) ?'],
    [say('204', 'OBX||NM|0^RR|0|20'), 'NUMBERS  [unread: OBX||NM|0^RR|0|20]'],
  ])('%#: %s', (bytes, line) => {
    const message = decodeFrame(bytes);
    expect(describeMessage(message)).toBe(line);
    expect(mindrayHl7.kindOf(message)).toBe(message.kind);
  });
});

describe('what the simulated monitor says and hears', () => {
  const anyContent = fc.oneof(fc.constant('no-data' as const), fc.integer({ min: -99, max: 999 }));
  const anyShown = fc.record({
    id: fc.integer({ min: 1, max: 999 }),
    label: fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => text !== '""'),
    module: fc.constantFrom('2101', ''),
    content: anyContent,
    decimals: fc.integer({ min: 0, max: 3 }),
    deviceTime: fc.integer({ min: 1, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  });

  test('numbers go out and come in as they are', () => {
    fc.assert(
      fc.property(fc.array(anyShown, { maxLength: 12 }), (shown) => {
        const read = (bytes: Uint8Array) => {
          const message = decodeFrame(bytes);
          return message.kind === 'numerics' || message.kind === 'spot' ? message.parameters : [];
        };
        const plain = shown.map(({ id, label, content }) => ({ id, label, content }));
        expect(read(encodeNumerics(shown))).toEqual(plain);
        expect(read(encodeSpot(shown))).toEqual(plain.map((one, i) => ({ ...one, deviceTime: shown[i]?.deviceTime })));
        const flags = decodeFrame(encodeFlags(shown));
        expect(flags.kind === 'flags' && flags.flags).toEqual(
          shown.map(({ id, content }) => ({ id, text: content === 'no-data' ? '2' : '3' })),
        );
      }),
    );
  });

  test('alarms, bed and configuration too', () => {
    const alarm = {
      level: 2,
      code: 10_076,
      text: '**T1 Too Low',
      deviceTime: Date.UTC(2020, 3, 18, 19, 2, 1),
    } as const;
    expect(encodeAlarms('physiological', [alarm])).toEqual(vectors.PHYSIOLOGICAL);
    expect(
      encodeAlarms('technical', [
        { ...alarm, level: 4, code: 205, text: 'SpO2 Sensor Off' },
        { ...alarm, level: 4, code: 5, text: 'ECG Lead Off' },
      ]),
    ).toEqual(vectors.TECHNICAL);
    expect(decodeFrame(encodePatient([{ id: 2308, text: 'Bed|8' }]))).toMatchObject({
      attributes: [{ id: 2308, text: 'Bed|8' }],
    });
    expect(decodeFrame(encodeEmpty('52'))).toMatchObject({ kind: 'configuration', controlId: '52' });
  });

  const asked = (bytes: Uint8Array) => decodeAsked(bytes.slice(1, -2));

  test('the query comes in as it was sent', () => {
    const heard = asked(vectors.QUERY);
    expect(heard).toMatchObject({ kind: 'query' });
    expect(heard.kind === 'query' && heard.lines).toEqual([
      ...ASKED_IDS.map((ids) => ({ kind: 'parameters', everyS: 1, isAll: false, ids })),
      { kind: 'physiological', everyS: 1, isAll: true, ids: [] },
      { kind: 'technical', everyS: 1, isAll: true, ids: [] },
    ]);
    expect(asked(vectors.ECHO)).toEqual({ kind: 'echo' });
  });

  test.each([
    say('204', 'OBX||NM|101^HR|2101|60||||||F'),
    say('106', 'OBX||NM|101^HR|2101|60||||||F'),
    frame(fromLatin1('MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRD|1\rQRF|MON||||0&0^2^1^1^\r')),
    frame(fromLatin1('MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRF|MON||||0&0^1^1^1^\r')),
    frame(fromLatin1('MSH|^~\\&|||||||QRY^R02|1204|P|2.3.1\rQRD|1\r')),
    frame(fromLatin1('hello')),
  ])('%#: anything else is something else', (bytes) => {
    expect(asked(bytes).kind).toBe('other');
  });
});

describe('whatever bytes come', () => {
  const FRAMES = Object.values(vectors).filter((value) => value instanceof Uint8Array);
  const anyFrame = fc.constantFrom(...FRAMES);
  const damaged = fc
    .tuple(anyFrame, fc.nat(), fc.nat(255))
    .map(([bytes, place, value]) => bytes.with(place % bytes.length, value));

  test('nothing throws, the rest is bounded, and all bytes are accounted for', () => {
    let bytesIn = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(damaged, damaged, fc.uint8Array({ maxLength: 300 }), anyFrame), {
          minLength: 4,
          maxLength: 12,
        }),
        (chunks) => {
          let rest: Uint8Array = new Uint8Array(0);
          let bytesOut = 0;
          for (const chunk of chunks) {
            const result = mindrayHl7.cut(rest, chunk);
            rest = result.rest;
            for (const cut of result.cuts) {
              bytesOut += (cut.kind === 'frame' ? cut.wire : cut.bytes).length;
              const decoded = cut.kind === 'frame' ? mindrayHl7.decode(cut.payload) : undefined;
              if (decoded?.ok) describeMessage(decoded.message);
            }
          }
          const total = concatBytes(...chunks).length;
          bytesIn += total;
          expect(bytesOut + rest.length).toBe(total);
          expect(rest.length).toBeLessThan(MAX_FRAME_BYTES);
        },
      ),
      { numRuns: 1400 },
    );
    expect(bytesIn).toBeGreaterThan(1_000_000);
  });
});
