import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import type { Cut, CutResult } from '$drivers/driver.ts';
import { cut, MAX_FRAME_BYTES, openFrame, stuff, unstuff, wrapFrame } from '$drivers/pump-bbraun-bcc/framing.ts';
import { vector, VECTORS } from './vectors.ts';

const NONE = new Uint8Array(0);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Neighbouring noise of one reason is one stretch: how it is portioned follows the chunks. */
function normal(cuts: readonly Cut[]): readonly string[] {
  const lines: { kind: string; bytes: Uint8Array }[] = [];
  for (const each of cuts) {
    const kind = each.kind === 'frame' ? 'frame' : each.why;
    const bytes = each.kind === 'frame' ? each.wire : each.bytes;
    const last = lines.at(-1);
    if (kind === 'no-start' && last?.kind === kind) last.bytes = concatBytes(last.bytes, bytes);
    else lines.push({ kind, bytes });
  }
  return lines.map(({ kind, bytes }) => `${kind} ${toHex(bytes)}`);
}

function cutAll(chunks: readonly Uint8Array[]): CutResult {
  let rest: Uint8Array = NONE;
  const cuts: Cut[] = [];
  for (const chunk of chunks) {
    const result = cut(rest, chunk);
    rest = result.rest;
    cuts.push(...result.cuts);
  }
  return { rest, cuts };
}

const countBytes = ({ rest, cuts }: CutResult): number =>
  cuts.reduce((sum, each) => sum + (each.kind === 'frame' ? each.wire : each.bytes).length, rest.length);

function split(bytes: Uint8Array, at: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.slice(from, places[i] ?? bytes.length));
}

const anyFrame = fc
  .record({ body: fc.uint8Array({ maxLength: 60 }), isLast: fc.boolean(), isStuffed: fc.boolean() })
  .map(({ body, isLast, isStuffed }) => {
    const harmless = body.map((byte) => (byte < 0x20 && byte !== 0x1e ? 0x41 : byte));
    return wrapFrame({ body: harmless, isLast }, isStuffed);
  });
const anyTraffic = fc
  .array(fc.oneof(anyFrame, fc.uint8Array({ maxLength: 12 }), fc.constantFrom(text('\u0006'), text('\u0015'))), {
    maxLength: 8,
  })
  .map((parts) => concatBytes(...parts));

describe('the vectors of the protocol note', () => {
  test('ADMIN:ALIVE as the vendor prints it, plain and stuffed', () => {
    const plain = fromHex(
      '01 30 30 30 33 31 02 31 2f 31 2f 31 3e 41 44 4d 49 4e 3a 41 4c 49 56 45 03 30 30 30 36 31 04',
    );
    const stuffed = fromHex(
      '01 30 30 30 33 31 02 31 2f 31 2f 31 3e 41 45 58 4d 49 4e 3a 41 4c 49 56 45 45 03 30 30 30 36 31 04',
    );
    const content = { body: text('1/1/1>ADMIN:ALIVE'), isLast: true };
    expect(wrapFrame(content, false)).toEqual(plain);
    expect(wrapFrame(content, true)).toEqual(stuffed);
    expect(plain).toEqual(vector('alive').bytes);
  });

  test('MEM:GET for bed KETA1, stuffed', () => {
    const stuffed = fromHex(
      '01 30 30 30 33 31 02 4b 45 45 54 41 31 2f 31 2f 31 3e 4d 45 45 4d 3a 47 45 45 54 03 30 30 30 37 31 04',
    );
    expect(wrapFrame({ body: text('KETA1/1/1>MEM:GET'), isLast: true }, true)).toEqual(stuffed);
  });

  test.each(VECTORS)('$name has the length and the sum of the note, and opens both plain and stuffed', (each) => {
    expect(wrapFrame({ body: text(each.body), isLast: each.isLast }, false)).toEqual(each.bytes);
    const opened = openFrame(each.bytes);
    expect(opened).toMatchObject({ ok: true, isLast: each.isLast, isStuffed: false, isLengthWrong: false });
    const stuffed = openFrame(stuff(each.bytes));
    expect(stuffed).toMatchObject({ ok: true, isStuffed: true, isLengthWrong: false });
    expect(stuffed.ok && stuffed.body).toEqual(text(each.body));
  });

  test.each([
    ['block-1', 751, 762],
    ['block-2', 284, 287],
  ])('%s has %i bytes, and %i when stuffed', (name, plain, stuffed) => {
    expect(vector(name).bytes).toHaveLength(plain);
    expect(stuff(vector(name).bytes)).toHaveLength(stuffed);
  });

  test('a wrong sum is noise', () => {
    const wrong = fromLatin1(latin1(vector('granted').bytes).replace('00244', '00245'));
    expect(cut(NONE, wrong)).toEqual({ rest: NONE, cuts: [{ kind: 'noise', bytes: wrong, why: 'bad-sum' }] });
  });
});

describe('stuffing', () => {
  test('`EX dE eD` travels as `EEX exEE eeEX` and comes back', () => {
    expect(latin1(stuff(text('EX dE eD')))).toBe('EEX exEE eeEX');
    expect(unstuff(text('EEX exEE eeEX'))).toEqual(text('EX dE eD'));
  });

  test('unstuffing reads once from the left: `EEX` is `EX`, `EEEX` is `ED`', () => {
    expect(unstuff(text('EEX'))).toEqual(text('EX'));
    expect(unstuff(text('EEEX'))).toEqual(text('ED'));
  });

  test.each(['D', 'd', 'EA', 'Ex', 'eX', 'e', 'EEE'])('`%s` was never stuffed', (never) => {
    expect(unstuff(text(never))).toBeUndefined();
  });

  test('stuffing has an inverse, and leaves no d and no D', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom(...'DEXdex') }).map(text)), (bytes) => {
        const stuffed = stuff(bytes);
        expect(unstuff(stuffed)).toEqual(bytes);
        expect(stuffed.includes(0x44) || stuffed.includes(0x64)).toBe(false);
      }),
    );
  });
});

describe('openFrame', () => {
  test('a frame without d, D, e, E does not show whether stuffing is on', () => {
    const frame = wrapFrame({ body: text('BOX/1/1>413,50100,V3.30'), isLast: true }, true);
    expect(openFrame(frame)).toMatchObject({ ok: true, isStuffed: undefined });
  });

  test('a frame whose length alone is wrong is taken, and says so', () => {
    const wrong = fromLatin1(latin1(vector('get').bytes).replace('00031', '00032').replace('00071', '00072'));
    expect(openFrame(wrong)).toMatchObject({ ok: true, isLengthWrong: true });
    expect(openFrame(stuff(wrong))).toMatchObject({ ok: true, isStuffed: true, isLengthWrong: true });
  });

  test('a wrong length is not forgiven when the sum fits both readings', () => {
    // 256 letters E more or less leave the sum modulo 256 as it is.
    const body = `B/1/1>${'EE'.repeat(256)}`;
    const length = String(7 + body.length + 7 + 5).padStart(5, '0');
    const head = fromLatin1(`\u0001${length}\u0002${body}\u0003`);
    const sum = head.reduce((total, byte) => (total + byte) & 0xff, 0);
    expect(openFrame(concatBytes(head, fromLatin1(`${String(sum).padStart(5, '0')}\u0004`)))).toEqual({
      ok: false,
      why: 'bad-length',
    });
  });

  test.each([
    ['no digits in the length', '\u00010003X\u0002B/1/1>x\u000300000\u0004'],
    ['no end of text', '\u000100020\u0002B/1/1>xx00000\u0004'],
    ['nothing at all', '\u0001\u0004'],
  ])('a frame with %s has no shape', (_, bytes) => {
    expect(openFrame(fromLatin1(bytes))).toEqual({ ok: false, why: 'bad-length' });
  });

  test('a body too long for any frame is refused', () => {
    expect(() => wrapFrame({ body: new Uint8Array(MAX_FRAME_BYTES), isLast: true }, false)).toThrow(RangeError);
  });
});

describe('cut', () => {
  test('ACK and NAK outside frames are frames of their own, inside a frame they are not', () => {
    const { cuts } = cut(NONE, concatBytes(text('\u0006\u0015'), vector('get').bytes, text('\u0006')));
    expect(cuts.map((each) => each.kind === 'frame' && each.wire.length)).toEqual([1, 1, 31, 1]);
    const damaged = fromLatin1(latin1(vector('get').bytes).replace('MEM', 'M\u0006M'));
    expect(cut(NONE, damaged).cuts).toEqual([{ kind: 'noise', bytes: damaged, why: 'bad-sum' }]);
  });

  test('SOH begins anew: a frame that breaks off is noise and the next one is found', () => {
    const { bytes } = vector('get');
    const { cuts } = cut(NONE, concatBytes(bytes.slice(0, 20), bytes));
    expect(cuts).toEqual([
      { kind: 'noise', bytes: bytes.slice(0, 20), why: 'bad-length' },
      { kind: 'frame', wire: bytes, payload: bytes },
    ]);
  });

  test('what never ends is given up at 64 kB, byte for byte the same in any chunks', () => {
    const endless = concatBytes(text('\u0001'), new Uint8Array(MAX_FRAME_BYTES + 100).fill(0x41));
    const whole = cut(NONE, endless);
    expect(whole.cuts[0]).toMatchObject({ kind: 'noise', why: 'too-long' });
    expect(whole.cuts[0]?.kind === 'noise' && whole.cuts[0].bytes.length).toBe(MAX_FRAME_BYTES);
    expect(cut(NONE, endless.slice(0, MAX_FRAME_BYTES - 1)).rest).toHaveLength(MAX_FRAME_BYTES - 1);
    expect(cut(NONE, endless.slice(0, MAX_FRAME_BYTES)).rest).toHaveLength(0);
    const pieces = cutAll(split(endless, [7000, 14_000, 65_535, 65_536, 65_537]));
    expect(normal(pieces.cuts)).toEqual(normal(whole.cuts));
  });

  test('any chunking gives the same cuts, and every byte is in exactly one of them or in the rest', () => {
    fc.assert(
      fc.property(anyTraffic, fc.array(fc.nat()), (traffic, places) => {
        const whole = cutAll([traffic]);
        const pieces = cutAll(split(traffic, places));
        expect(normal(pieces.cuts)).toEqual(normal(whole.cuts));
        expect(pieces.rest).toEqual(whole.rest);
        expect(countBytes(whole)).toBe(traffic.length);
        const inOrder = whole.cuts.map((each) => (each.kind === 'frame' ? each.wire : each.bytes));
        expect(concatBytes(...inOrder, whole.rest)).toEqual(traffic);
      }),
    );
  });

  test('random and damaged bytes never throw, and the rest stays bounded', () => {
    const damaged = fc.tuple(anyTraffic, fc.nat(), fc.nat(255)).map(([traffic, place, value]) => {
      const bytes = traffic.slice();
      if (bytes.length > 0) bytes[place % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), damaged), { maxLength: 10 }), (chunks) => {
        const result = cutAll(chunks);
        expect(countBytes(result)).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
        expect(result.rest.length).toBeLessThan(MAX_FRAME_BYTES);
      }),
    );
  });

  test('after any damage the second whole frame is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), anyFrame, anyFrame, (damage, first, second) => {
        const { cuts } = cutAll([damage, first, second]);
        expect(cuts.at(-1)).toEqual({ kind: 'frame', wire: second, payload: second });
      }),
    );
  });
});

describe('bytes outside of frames', () => {
  const tail = vector('block-2').bytes.slice(1);
  const whys = (bytes: Uint8Array): readonly string[] =>
    cut(NONE, bytes).cuts.map((each) => (each.kind === 'noise' ? each.why : 'frame'));

  test('that end like a frame were one, and its sender waits for an answer', () => {
    expect(whys(tail)).toEqual(['no-start', 'bad-length']);
    expect(whys(concatBytes(tail, vector('get').bytes))).toEqual(['no-start', 'bad-length', 'frame']);
  });

  test.each(['x\u000300050', '\u00030005\u0004', 'x\u00030005x\u0004', '\u0004'])('%j were none', (other) => {
    expect(whys(concatBytes(text(other), vector('get').bytes))).toEqual(['no-start', 'frame']);
  });
});
