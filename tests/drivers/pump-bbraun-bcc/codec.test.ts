import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import {
  addressOf,
  decode,
  decodeRequest,
  encode,
  encodeReply,
  longAddressOf,
  placeOf,
} from '$drivers/pump-bbraun-bcc/codec.ts';
import { stuff, wrapFrame } from '$drivers/pump-bbraun-bcc/framing.ts';
import type { Message, Quadruple, Reply, Request } from '$drivers/pump-bbraun-bcc/messages.ts';
import { vector } from './vectors.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const frameOf = (body: string): Uint8Array => wrapFrame({ body: text(body), isLast: true }, false);

function decoded(bytes: Uint8Array): Extract<Message, { kind: 'frame' }> {
  const result = decode(bytes);
  if (!result.ok || result.message.kind !== 'frame') throw new Error('no frame');
  return result.message;
}

function records(name: string): readonly Quadruple[] {
  const { reply } = decoded(vector(name).bytes);
  return reply.kind === 'records' ? reply.records : [];
}

const request = (bed: string, asked: Request, isStuffed = false): Uint8Array =>
  encode({ kind: 'request', bed, request: asked, isStuffed });

describe('questions', () => {
  test.each([
    ['alive', '1', { kind: 'alive' }],
    ['ask-version', 'KETA1', { kind: 'version' }],
    ['get', 'KETA1', { kind: 'all-pumps' }],
    ['get-slot', 'KETA1', { kind: 'one-pump', place: { pillar: 1, slot: 3 } }],
    ['get-bed-1', '1', { kind: 'all-pumps' }],
  ] as const)('%s is the vector, plain and stuffed, and reads back', (name, bed, asked) => {
    const { bytes } = vector(name);
    expect(request(bed, asked)).toEqual(bytes);
    expect(request(bed, asked, true)).toEqual(stuff(bytes));
    expect(decodeRequest(bytes)).toEqual({ kind: 'request', bed, isStuffed: false, request: asked });
    expect(decodeRequest(stuff(bytes))).toEqual({ kind: 'request', bed, isStuffed: true, request: asked });
  });

  test('ACK and NAK are one byte', () => {
    expect(encode({ kind: 'ack' })).toEqual(Uint8Array.of(0x06));
    expect(encode({ kind: 'nak' })).toEqual(Uint8Array.of(0x15));
    expect(decodeRequest(Uint8Array.of(0x06))).toEqual({ kind: 'ack' });
    expect(decode(Uint8Array.of(0x15))).toEqual({ ok: true, message: { kind: 'nak' } });
  });

  test.each(['MEM:SET', 'MEM:GETSLOT#43', 'MEM:GETSLOT#1P', 'ADMIN:REBOOT', 'mem:get', 'MEM:GET '])(
    '`%s` is no question of this protocol',
    (information) => {
      expect(decodeRequest(frameOf(`KETA1/1/1>${information}`))).toEqual({
        kind: 'other',
        bed: 'KETA1',
        text: information,
      });
    },
  );

  test('a frame without a legal bed name is malformed', () => {
    for (const body of ['MEM:GET', 'A BED/1/1>MEM:GET', `${'B'.repeat(16)}/1/1>MEM:GET`]) {
      expect(decodeRequest(frameOf(body))).toEqual({ kind: 'malformed', text: body });
    }
  });

  test('so is a question in more than one block, or with a wrong length', () => {
    const body = 'KETA1/1/1>MEM:GET';
    const more = wrapFrame({ body: text(body), isLast: false }, false);
    expect(decodeRequest(more)).toEqual({ kind: 'malformed', text: body });
    const wrong = fromLatin1(latin1(vector('get').bytes).replace('00031', '00032').replace('00071', '00072'));
    expect(decodeRequest(wrong)).toEqual({ kind: 'malformed', text: body });
  });
});

describe('answers', () => {
  test('GNACK opens the session and carries the real bed name', () => {
    expect(decoded(vector('granted').bytes)).toEqual({
      kind: 'frame',
      frame: { bed: 'KETA1', isLast: true, isStuffed: false, isLengthWrong: false },
      reply: { kind: 'granted', time: 412 },
    });
  });

  test('the version has three fields only', () => {
    expect(decoded(vector('version').bytes).reply).toEqual({ kind: 'version', time: 413, version: 'V3.30' });
  });

  test.each([
    ['error-11', '50100', '11'],
    ['error-39', '50113', '39'],
    ['error-68', '50100', '68'],
    ['error-811', '50137', '811'],
    ['error-41', '50111', '41'],
    ['error-51', '50100', '51'],
  ])('%s is a record like the others', (name, address, value) => {
    expect(records(name)).toEqual([{ time: 414, address, name: 'GNERR', value }]);
  });

  test('a block with more to follow is told from the last one', () => {
    expect(decoded(vector('block-1').bytes).frame.isLast).toBe(false);
    expect(decoded(vector('block-2').bytes).frame.isLast).toBe(true);
  });

  test('a block is its records, in order, the drug name with its comma', () => {
    expect(records('block-1')).toHaveLength(35);
    expect(records('block-1')[0]).toEqual({ time: 420, address: '50100', name: 'FMNOR', value: '1' });
    expect(records('block-2')).toContainEqual({
      time: 420,
      address: '50113',
      name: 'INSOL',
      value: 'NaCl 0,9% 250ml',
    });
  });

  test('pump glyphs are kept as they came', () => {
    expect(records('glyph')).toEqual([{ time: 441, address: '50111', name: 'INSOLSN', value: 'Ketam\uE021' }]);
  });

  test('letters that look like stuffing are told as they are', () => {
    const sent = stuff(vector('stuffing').bytes);
    expect(decoded(sent).reply).toEqual(decoded(vector('stuffing').bytes).reply);
    expect(records('stuffing')[0]?.value).toBe('EX dE eD');
  });

  test('the bed name may hold slashes', () => {
    expect(decoded(frameOf('A/1/1/1>1,50100,GNACK,0')).frame.bed).toBe('A/1');
  });

  test('records that are no quadruple are kept beside those that are', () => {
    const { reply } = decoded(frameOf('B/1/1>1,50111,INRT,5\u001enonsense\u001e2,50111,INP2'));
    expect(reply).toMatchObject({ records: [{ name: 'INRT' }], unreadable: ['nonsense', '2,50111,INP2'] });
  });

  test.each(['B/1/1>', 'B/1/1>MEM:GET', 'no bed at all'])('`%s` has no record and is malformed', (body) => {
    expect(decode(frameOf(body))).toMatchObject({ ok: false, why: 'malformed' });
  });

  const anyText = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replaceAll(/[\p{Cc}]/gu, ' '));
  const anyRecord = fc.record({
    time: fc.nat(9_999_999),
    address: fc.constantFrom('50100', '50111', '5013O', '501112', '99999', ''),
    name: fc.stringMatching(/^[A-Z][A-Z0-9]{2,9}$/).filter((name) => name !== 'GNACK'),
    value: fc.oneof(anyText, fc.constantFrom('_NV', 'dEeD,EX', '\uE01F,')),
  });
  const anyReply: fc.Arbitrary<Reply> = fc.oneof(
    fc.record({ kind: fc.constant('granted' as const), time: fc.nat() }),
    fc.record({ kind: fc.constant('version' as const), time: fc.nat(), version: fc.stringMatching(/^V[0-9.]{1,5}$/) }),
    fc.record({
      kind: fc.constant('records' as const),
      records: fc.array(anyRecord, { minLength: 1, maxLength: 6 }),
      unreadable: fc.constant([]),
    }),
  );

  test('what a rack says comes back as it was, stuffed or not', () => {
    const anyBed = fc.stringMatching(/^[/-9A-Za-z]{1,15}$/);
    fc.assert(
      fc.property(anyBed, fc.boolean(), fc.boolean(), anyReply, (bed, isLast, isStuffed, reply) => {
        const result = decoded(encodeReply({ bed, isLast }, reply, isStuffed));
        expect(result.reply).toEqual(reply);
        expect(result.frame).toMatchObject({ bed, isLast, isLengthWrong: false });
        expect([isStuffed, undefined]).toContain(result.frame.isStuffed);
      }),
    );
  });

  test('decoding never throws', () => {
    const inFrame = fc.uint8Array({ maxLength: 80 }).map((body) => wrapFrame({ body, isLast: true }, false));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), inFrame), (bytes) => {
        decode(bytes);
        decodeRequest(bytes);
      }),
    );
    expect(decode(fromLatin1(''))).toMatchObject({ ok: false });
  });
});

describe('places', () => {
  test.each([
    ['50111', { pillar: 1, slot: 1 }],
    ['5013O', { pillar: 3, slot: 24 }],
    ['5012A', { pillar: 2, slot: 10 }],
    ['501112', { pillar: 1, slot: 12 }],
    ['501110', { pillar: 1, slot: 10 }],
    ['50100', undefined],
    ['50141', undefined],
    ['501125', undefined],
  ])('%s', (address, place) => {
    expect(placeOf(address)).toEqual(place);
  });

  test('every place has one short address, and from slot 10 on a long one for the same place', () => {
    for (const pillar of [1, 2, 3]) {
      for (let slot = 1; slot <= 24; slot++) {
        expect(placeOf(addressOf({ pillar, slot }))).toEqual({ pillar, slot });
        if (slot >= 10) expect(placeOf(longAddressOf({ pillar, slot }))).toEqual({ pillar, slot });
      }
    }
  });

  test('the vector with a six-digit address is pillar 1 slot 12', () => {
    expect(records('six-digit').map(({ address }) => placeOf(address))).toEqual([{ pillar: 1, slot: 12 }]);
  });
});
