import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, toHex } from '$drivers/bytes.ts';
import { crc16X25 } from '$drivers/checksum.ts';
import type { Cut, CutResult } from '$drivers/driver.ts';
import { cut, frameSerial, MAX_OPEN_BYTES, MAX_REST_BYTES } from '$drivers/philips-intellivue/framing.ts';
import { LONGEST_PDU } from '$drivers/philips-intellivue/pdu-length.ts';
import * as vectors from './vectors.ts';

const NOTHING = new Uint8Array(0);
const bytesOf = (piece: Cut): Uint8Array => (piece.kind === 'frame' ? piece.wire : piece.bytes);
const framesOf = ({ cuts }: CutResult): readonly Uint8Array[] =>
  cuts.flatMap((piece) => (piece.kind === 'frame' ? [piece.wire] : []));
/** The payload of a serial frame: header and PDU. */
const withHeader = (pdu: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0x11, 1, pdu.length >> 8, pdu.length & 0xff), pdu);

/** Neighbouring noise outside of frames is one stretch: how it is portioned follows the chunks. */
function normal({ cuts }: CutResult): readonly string[] {
  const lines: { kind: string; bytes: Uint8Array }[] = [];
  for (const each of cuts) {
    const kind = each.kind === 'frame' ? 'frame' : each.why;
    const last = lines.at(-1);
    if (kind === 'no-start' && last?.kind === kind) last.bytes = concatBytes(last.bytes, bytesOf(each));
    else lines.push({ kind, bytes: bytesOf(each) });
  }
  return lines.map(({ kind, bytes }) => `${kind} ${toHex(bytes)}`);
}

function cutInChunks(bytes: Uint8Array, lengths: readonly number[]): CutResult & { readonly longestRest: number } {
  let rest: Uint8Array = NOTHING;
  let longestRest = 0;
  const cuts: Cut[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    const result = cut(rest, bytes.subarray(at, at + length));
    rest = result.rest;
    longestRest = Math.max(longestRest, rest.length);
    cuts.push(...result.cuts);
    at += length;
  }
  return { rest, cuts, longestRest };
}

const SERIAL = [
  vectors.REAL_ASSOCIATION_RESPONSE,
  vectors.REAL_MDS_CREATE,
  vectors.REAL_PRIORITIES_GOT,
  vectors.REAL_PRIORITIES_SET,
  vectors.REAL_NUMERICS_LAST_LINK,
  vectors.REAL_NUMERICS_END,
  vectors.REAL_WAVES_CONTEXT,
  vectors.REAL_WAVES,
  vectors.MADE_NUMERICS_ANSWER,
  ...vectors.CLIENT_REQUESTS_FRAMED.map(([, bytes]) => bytes),
  ...vectors.FIXED_FRAMES.map(([, bytes]) => bytes),
  ...vectors.MADE_POLLS_60S.map(([, bytes]) => bytes),
];
const LAN = [
  vectors.CLIENT_ASSOCIATION_REQUEST_VSC,
  vectors.CLIENT_ASSOCIATION_REQUEST_LONG,
  vectors.MADE_ALERT_ANSWER,
  vectors.MADE_SET_WAVES,
  vectors.REAL_CONNECT_INDICATION,
  ...vectors.CLIENT_REQUESTS.map(([, bytes]) => bytes),
  ...[...SERIAL].flatMap((wire) => framesOf(cut(NOTHING, pduOf(wire)))),
];

/** The PDU inside of a serial frame. */
function pduOf(wire: Uint8Array): Uint8Array {
  const [only] = cut(NOTHING, wire).cuts;
  if (only?.kind !== 'frame') throw new Error('not a frame');
  return only.payload.subarray(4);
}

const awkward = [0xc0, 0xc1, 0x7d, 0x5d, 0xe0, 0xe1, 0x11, 0x01, 0x0d, 0x0e, 0x0c, 0x09, 0x19, 0x00, 0x02];
const anyByte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...awkward));
const anyPdu = fc.array(anyByte, { minLength: 1, maxLength: 80 }).map((bytes) => Uint8Array.from(bytes));
const anySerial = fc.oneof(anyPdu.map(frameSerial), fc.constantFrom(...SERIAL));
const anyLan = fc.constantFrom(...LAN);
const anyNoise = fc.array(anyByte, { maxLength: 60 }).map((noise) => Uint8Array.from(noise));
const anyBeginning = fc
  .tuple(fc.oneof(anySerial, anyLan), fc.nat())
  .map(([wire, n]) => wire.subarray(0, n % wire.length));
const anyTraffic = fc
  .array(fc.oneof(anySerial, anyLan, anyNoise, anyBeginning), { maxLength: 8 })
  .map((parts) => concatBytes(...parts));
const anyChunking = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 });

describe('the check sequence', () => {
  test('has the check value of X-25 for 123456789', () => {
    expect(crc16X25(fromLatin1('123456789'))).toBe(0x906e);
  });

  test.each([
    ['3a 71', 'c0 3a 71 9b 26 c1'],
    ['3a 91', 'c0 3a 91 95 7d e1 c1'],
  ])('of %s is that of an independent program', (content, wire) => {
    const fcs = crc16X25(fromHex(content));
    const expected = fromHex(wire.replace('7d e1', 'c1')).subarray(3, 5);
    expect([fcs & 0xff, fcs >> 8]).toEqual([...expected]);
  });

  test('of a real frame is where the note says', () => {
    const [only] = cut(NOTHING, vectors.REAL_ASSOCIATION_RESPONSE).cuts;
    expect(only?.kind === 'frame' && crc16X25(only.payload)).toBe(0xf253);
  });
});

describe('a serial frame', () => {
  test.each(SERIAL.map((wire, i) => [i, wire] as const))(
    'of the note is cut out whole and made anew: %i',
    (_, wire) => {
      const { rest, cuts } = cut(NOTHING, wire);
      expect(rest).toEqual(NOTHING);
      expect(cuts).toEqual([{ kind: 'frame', wire, payload: withHeader(pduOf(wire)) }]);
      expect(frameSerial(pduOf(wire))).toEqual(wire);
    },
  );

  test('hides flags and escapes, in the header, the PDU and the check sequence, and nothing else', () => {
    const pdu = new Uint8Array(0xc0).fill(0x7d);
    const wire = frameSerial(pdu);
    expect(toHex(wire.subarray(0, 7))).toBe('c0 11 01 00 7d e0 7d');
    expect(wire).toHaveLength(1 + 3 + 2 + 2 * 0xc0 + 2 + 1);
    expect(cut(NOTHING, wire).cuts).toEqual([{ kind: 'frame', wire, payload: withHeader(pdu) }]);
  });

  test('survives the way there and back with any content', () => {
    fc.assert(
      fc.property(anyPdu, (pdu) => {
        const wire = frameSerial(pdu);
        expect(cut(NOTHING, wire).cuts).toEqual([{ kind: 'frame', wire, payload: withHeader(pdu) }]);
      }),
    );
  });

  test('whose sum is wrong is noise up to its end', () => {
    const wrong = vectors.REAL_NUMERICS_END.map((byte, i) => (i === 30 ? byte ^ 1 : byte));
    expect(cut(NOTHING, wrong).cuts).toEqual([{ kind: 'noise', why: 'bad-sum', bytes: wrong }]);
  });

  test('whose length is wrong is noise although its sum is right', () => {
    const content = fromHex('11 01 00 05 0c 03 32 01');
    const fcs = crc16X25(content);
    const wire = concatBytes(fromHex('c0'), content, Uint8Array.of(fcs & 0xff, fcs >> 8, 0xc1));
    expect(cut(NOTHING, wire).cuts).toMatchObject([{ kind: 'noise', why: 'bad-length' }]);
  });

  test('that its sender aborts is thrown away, and so is an empty one', () => {
    const aborted = concatBytes(vectors.REAL_NUMERICS_END.subarray(0, -1), fromHex('7d c1'));
    const { cuts } = cut(NOTHING, concatBytes(aborted, fromHex('c0 c1'), vectors.REAL_NUMERICS_END));
    expect(cuts.map(({ kind }) => kind)).toEqual(['noise', 'noise', 'frame']);
    expect(cuts[0]).toEqual({ kind: 'noise', why: 'bad-length', bytes: aborted });
  });

  test('that begins anew discards what was collected', () => {
    const [good, open] = [vectors.REAL_NUMERICS_END, vectors.REAL_MDS_CREATE.subarray(0, 100)];
    expect(cut(NOTHING, concatBytes(open, good)).cuts).toEqual([
      { kind: 'noise', why: 'bad-length', bytes: open },
      { kind: 'frame', wire: good, payload: withHeader(pduOf(good)) },
    ]);
  });

  test('that never ends is given up at 4096 bytes', () => {
    const endless = concatBytes(fromHex('c0'), new Uint8Array(2 * MAX_OPEN_BYTES).fill(0x55));
    const { cuts } = cut(NOTHING, endless);
    expect(cuts.map((piece) => [piece.kind === 'noise' && piece.why, bytesOf(piece).length])).toEqual([
      ['too-long', MAX_OPEN_BYTES],
      ['no-start', MAX_OPEN_BYTES + 1],
    ]);
    expect(cut(NOTHING, endless.subarray(0, MAX_OPEN_BYTES - 1)).rest).toHaveLength(MAX_OPEN_BYTES - 1);
    expect(cut(NOTHING, endless.subarray(0, MAX_OPEN_BYTES)).rest).toHaveLength(0);
  });

  test('that lost its first byte is not believed: the frames behind it come, and what of it looks like a PDU is bare', () => {
    const good = vectors.REAL_NUMERICS_END;
    const { cuts } = cut(NOTHING, concatBytes(vectors.REAL_WAVES_CONTEXT.subarray(1), good));
    expect(cuts.at(-1)).toEqual({ kind: 'frame', wire: good, payload: withHeader(pduOf(good)) });
    const bare = cuts.filter((piece) => piece.kind === 'frame').slice(0, -1);
    expect(bare.map((piece) => piece.payload[0])).toEqual([0xe1]);
  });
});

describe('a PDU of the LAN', () => {
  test.each(LAN.map((wire, i) => [i, wire] as const))('of the note says its own length: %i', (_, wire) => {
    const { rest, cuts } = cut(NOTHING, concatBytes(wire, wire));
    expect(rest).toEqual(NOTHING);
    expect(cuts).toEqual([
      { kind: 'frame', wire, payload: wire },
      { kind: 'frame', wire, payload: wire },
    ]);
  });

  test('may be a short refusal of another maker', () => {
    expect(framesOf(cut(NOTHING, fromHex('0c 02 00 00')))).toEqual([fromHex('0c 02 00 00')]);
  });

  test.each([
    ['another presentation context', 'e1 00 00 01 00 01 00 02 00 00'],
    ['a type that there is not', 'e1 00 00 02 00 04 00 02 00 00'],
    ['a length beyond any datagram', 'e1 00 00 02 00 01 05 c0'],
    ['session data of another protocol', '0d 20 05 08 13 01 00 17'],
    ['two lengths that disagree', '0e 1f 05 08 13 01 00 16 01 02 80 00 14 02 00 02 c1 11'],
    ['a release of another shape', '09 18 c1 17'],
    ['an abort of another shape', '19 2e 11 01 03 c1 28'],
    ['a refusal of another shape', '0c 03 33'],
    ['a refusal that is long', '0c 16 00 00'],
  ])('is none with %s', (_, hex) => {
    const { rest, cuts } = cut(NOTHING, fromHex(hex));
    expect(cuts[0]).toMatchObject({ kind: 'noise', why: 'no-start' });
    expect(concatBytes(...cuts.map(bytesOf), rest)).toEqual(fromHex(hex));
  });

  test('is none when a good serial frame lies in it', () => {
    const lying = concatBytes(fromHex('e1 00 00 02 00 01 05 00'), new Uint8Array(20));
    const good = vectors.REAL_NUMERICS_END;
    const { cuts, rest } = cut(NOTHING, concatBytes(lying, good));
    expect(normal({ cuts, rest })).toEqual([`no-start ${toHex(lying)}`, `frame ${toHex(good)}`]);
  });
});

describe('the stream', () => {
  test('gives the same cuts however it is chunked, and every byte is in exactly one place', () => {
    fc.assert(
      fc.property(anyTraffic, anyChunking, (bytes, lengths) => {
        const whole = cut(NOTHING, bytes);
        const chunked = cutInChunks(bytes, lengths);
        expect(normal(chunked)).toEqual(normal(whole));
        expect(chunked.rest).toEqual(whole.rest);
        expect(concatBytes(...whole.cuts.map(bytesOf), whole.rest)).toEqual(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test('of long garbage is cut alike in any chunks, with a bounded rest', () => {
    const anyGarbage = fc.uint8Array({ minLength: 6000, maxLength: 9000 });
    const anyRuns = fc
      .tuple(anyGarbage, anyByte)
      .map(([bytes, value]) => bytes.map((byte) => (byte < 252 ? value : byte)));
    fc.assert(
      fc.property(fc.oneof(anyGarbage, anyRuns), anyChunking, (bytes, lengths) => {
        const chunked = cutInChunks(bytes, lengths);
        expect(chunked.longestRest).toBeLessThanOrEqual(MAX_REST_BYTES);
        expect(normal(chunked)).toEqual(normal(cut(NOTHING, bytes)));
        expect(concatBytes(...chunked.cuts.map(bytesOf), chunked.rest)).toEqual(bytes);
      }),
      { numRuns: 15 },
    );
  });

  test('of serial frames is found again with the second whole frame after any damage', () => {
    fc.assert(
      fc.property(fc.oneof(anyNoise, anyBeginning), anySerial, anySerial, (damage, first, second) => {
        const found = framesOf(cutInChunks(concatBytes(damage, first, second), [97]));
        expect(found.at(-1)).toEqual(second);
      }),
      { numRuns: 3000 },
    );
  });

  test('of datagrams is found again with the next whole one after a damaged one', () => {
    fc.assert(
      fc.property(anyLan, anyLan, fc.nat(), fc.integer({ min: 1, max: 255 }), (damaged, next, place, change) => {
        const spoilt = damaged.map((byte, i) => (i === place % 4 ? byte ^ change : byte));
        const { cuts } = cut(NOTHING, spoilt);
        // The datagram ends where its chunk ends; only one that announces more than it has can take the next with it.
        const rest = cuts.length > 0 ? cut(NOTHING, spoilt).rest : NOTHING;
        if (rest.length === 0) expect(framesOf(cut(rest, next)).at(-1)).toEqual(next);
      }),
    );
  });

  test('is not kept alive by what was cut out of it', () => {
    const chunk = concatBytes(new Uint8Array(500).fill(0x55), vectors.REAL_NUMERICS_END, fromHex('c0 11'));
    const expected = new Uint8Array(vectors.REAL_NUMERICS_END);
    const { rest, cuts } = cut(NOTHING, chunk);
    chunk.fill(0xff);
    expect(rest).toEqual(fromHex('c0 11'));
    expect(rest.buffer.byteLength).toBe(2);
    expect(cuts.at(-1)).toMatchObject({ kind: 'frame', wire: expected });
  });

  test('never waits for a datagram longer than there is', () => {
    const longest = concatBytes(fromHex('e1 00 00 02 00 01 05 b8'), new Uint8Array(LONGEST_PDU - 8));
    expect(framesOf(cut(NOTHING, longest))).toEqual([longest]);
  });
});
