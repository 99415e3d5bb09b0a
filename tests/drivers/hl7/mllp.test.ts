import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, toHex } from '$drivers/bytes.ts';
import type { Cut, CutResult } from '$drivers/driver.ts';
import { cut, frame, MAX_FRAME_BYTES } from '$drivers/hl7/mllp.ts';

const NONE = new Uint8Array(0);
const text = fromLatin1;

/** Neighbouring noise outside frames is one stretch: how it is portioned follows the chunks. */
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

function cutAll(chunks: readonly Uint8Array[], maxBytes?: number): CutResult {
  let rest: Uint8Array = NONE;
  const cuts: Cut[] = [];
  for (const chunk of chunks) {
    const result = cut(rest, chunk, maxBytes);
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

const MARKS = [0x0b, 0x1c, 0x0d];
const anyByte = fc.oneof({ weight: 3, arbitrary: fc.nat(255) }, { weight: 1, arbitrary: fc.constantFrom(...MARKS) });
const anyBytes = fc.array(anyByte, { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes));
const anyMessage = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => bytes.map((byte) => (byte === 0x0b || byte === 0x1c ? 0x41 : byte)));
const anyFrame = anyMessage.map(frame);
const anyTraffic = fc.array(fc.oneof(anyFrame, anyBytes), { maxLength: 8 }).map((parts) => concatBytes(...parts));

describe('cut', () => {
  test('a frame gives its message without the marks', () => {
    const wire = text('\x0bMSH|\rOBX|\r\x1c\r');
    expect(cut(NONE, wire)).toEqual({ rest: NONE, cuts: [{ kind: 'frame', wire, payload: text('MSH|\rOBX|\r') }] });
  });

  test('an empty frame is a frame with nothing in it', () => {
    expect(cut(NONE, fromHex('0b 1c 0d')).cuts).toMatchObject([{ kind: 'frame', payload: NONE }]);
  });

  test('bytes between frames are noise', () => {
    const { cuts } = cut(NONE, text('ab\x0bM\x1c\r\r\n\x0bN\x1c\r'));
    expect(normal(cuts)).toEqual([
      `no-start ${toHex(text('ab'))}`,
      `frame ${toHex(text('\x0bM\x1c\r'))}`,
      `no-start ${toHex(text('\r\n'))}`,
      `frame ${toHex(text('\x0bN\x1c\r'))}`,
    ]);
  });

  test('a frame that breaks off is noise, and the next one is found', () => {
    expect(normal(cut(NONE, text('\x0bMSH|^~\x0bN\x1c\r')).cuts)).toEqual([
      `bad-length ${toHex(text('\x0bMSH|^~'))}`,
      `frame ${toHex(text('\x0bN\x1c\r'))}`,
    ]);
  });

  test('FS without CR ends no frame', () => {
    expect(normal(cut(NONE, text('\x0bM\x1c\x0bN\x1c\r')).cuts)).toEqual([
      `bad-length ${toHex(text('\x0bM\x1c'))}`,
      `frame ${toHex(text('\x0bN\x1c\r'))}`,
    ]);
    expect(cut(NONE, text('\x0bM\x1c'))).toEqual({ rest: text('\x0bM\x1c'), cuts: [] });
  });

  test.each([
    ['one byte short of the bound, with its marks in it', 97, 'frame'],
    ['one byte longer', 98, 'too-long'],
  ])('a message %s: %i bytes are %s', (_, length, what) => {
    const wire = concatBytes(text('\x0b'), new Uint8Array(length).fill(0x41), text('\x1c\r'));
    const [first] = cut(NONE, wire, 100).cuts;
    expect(first?.kind === 'noise' ? first.why : first?.kind).toBe(what);
  });

  test('what never ends is given up at the bound', () => {
    const endless = concatBytes(text('\x0b'), new Uint8Array(MAX_FRAME_BYTES + 10).fill(0x41));
    expect(cut(NONE, endless.slice(0, MAX_FRAME_BYTES - 1)).rest).toHaveLength(MAX_FRAME_BYTES - 1);
    const { cuts, rest } = cut(NONE, endless);
    expect(cuts.map((each) => each.kind === 'noise' && [each.why, each.bytes.length])).toEqual([
      ['too-long', MAX_FRAME_BYTES],
      ['no-start', 11],
    ]);
    expect(rest).toHaveLength(0);
  });

  test('any chunking gives the same cuts, and every byte is in exactly one of them or in the rest', () => {
    fc.assert(
      fc.property(anyTraffic, fc.array(fc.nat()), fc.constantFrom(8, 30, MAX_FRAME_BYTES), (traffic, places, bound) => {
        const whole = cutAll([traffic], bound);
        const pieces = cutAll(split(traffic, places), bound);
        expect(normal(pieces.cuts)).toEqual(normal(whole.cuts));
        expect(pieces.rest).toEqual(whole.rest);
        const inOrder = whole.cuts.map((each) => (each.kind === 'frame' ? each.wire : each.bytes));
        expect(concatBytes(...inOrder, whole.rest)).toEqual(traffic);
        expect(whole.rest.length).toBeLessThan(bound);
      }),
    );
  });

  test('after any damage the next whole frame is found', () => {
    fc.assert(
      fc.property(anyBytes, anyFrame, anyFrame, (damage, first, second) => {
        const { cuts } = cutAll([damage, first, second]);
        expect(cuts.slice(-2).map((each) => each.kind)).toEqual(['frame', 'frame']);
        expect(cuts.at(-1)).toMatchObject({ wire: second });
      }),
    );
  });

  test('a million bytes of a hostile sender cost next to nothing, and all are accounted for', () => {
    for (const bytes of [[0x0b], [0x1c], [0x0b, 0x1c], [0x41, 0x0b, 0x1c, 0x0d, 0x1c]]) {
      const chunk = Uint8Array.from({ length: 65_536 }, (_, i) => bytes[i % bytes.length] ?? 0);
      const chunks = Array.from({ length: 4 }, () => chunk);
      expect(countBytes(cutAll(chunks))).toBe(4 * 65_536);
    }
  }, 2000);
});

describe('frame', () => {
  test('what is framed is cut out again', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(cut(NONE, frame(message)).cuts).toEqual([{ kind: 'frame', wire: frame(message), payload: message }]);
      }),
    );
  });

  test('a message with a mark in it, or too long for any frame, is refused', () => {
    expect(() => frame(text('a\x0bb'))).toThrow(RangeError);
    expect(() => frame(text('a\x1cb'))).toThrow(RangeError);
    expect(() => frame(new Uint8Array(MAX_FRAME_BYTES - 2))).toThrow(RangeError);
    expect(frame(new Uint8Array(MAX_FRAME_BYTES - 3))).toHaveLength(MAX_FRAME_BYTES);
  });
});
