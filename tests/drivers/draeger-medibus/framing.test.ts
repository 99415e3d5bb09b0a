import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { cut, MAX_REST_BYTES, slowFrame } from '$drivers/draeger-medibus/framing.ts';
import { draegerMedibus } from '$drivers/draeger-medibus/index.ts';
import { cutInChunks, testFramingLaws } from '../../support/framing-laws.ts';
import { framed, VECTORS, wireOf, type VectorName } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutHex = (hex: string) => cut(NOTHING, fromHex(hex));
/** `why: bytes` of noise, `frame: payload`. */
const shown = (hex: string): readonly string[] =>
  cutHex(hex).cuts.map((piece) =>
    piece.kind === 'frame' ? `frame: ${toHex(piece.payload)}` : `${piece.why}: ${toHex(piece.bytes)}`,
  );

const NAMES = Object.keys(VECTORS) as VectorName[];

describe('the vectors of the protocol note', () => {
  test.each(NAMES)('%s is one frame', (name) => {
    const { cuts, rest } = cut(NOTHING, wireOf(name));
    expect(cuts).toMatchObject([{ kind: 'frame', wire: wireOf(name) }]);
    expect(rest).toHaveLength(0);
  });

  test.each([
    ['NOP', '1b 30 34 36 0d'],
    ['one value', '01 24 45 42 20 39 38 20 37 41 0d'],
  ])('the misprinted sum of %s is a wrong sum', (_what, hex) => {
    expect(shown(hex)).toEqual([`bad-sum: ${hex}`]);
  });
});

describe('the two streams', () => {
  const answer = '01 24 45 42 20 39 38 20 35 44 0d';

  test('are told apart wherever one lies inside the other', () => {
    const slow = fromHex(answer);
    const record = fromHex('d3 91 81 8d 83');
    for (let at = 0; at <= slow.length; at += 1) {
      for (let within = 0; within <= record.length; within += 1) {
        const mixed = concatBytes(
          record.subarray(0, within),
          slow.subarray(0, at),
          record.subarray(within),
          slow.subarray(at),
        );
        const { cuts, rest } = cut(NOTHING, mixed);
        expect(cuts.map((piece) => (piece.kind === 'frame' ? toHex(piece.wire) : piece.why)).sort()).toEqual([
          answer,
          'd3 91 81 8d 83',
        ]);
        expect(rest).toHaveLength(0);
      }
    }
  });

  test('suspend and resume may stand in the middle of a frame, and come before it', () => {
    expect(shown('01 24 45 11 42 20 39 38 13 20 35 44 0d')).toEqual([
      'frame: 11',
      'frame: 13',
      'frame: 01 24 45 42 20 39 38 20',
    ]);
  });

  test('what is unfinished of both stays in its order', () => {
    expect(cutHex('01 24 d3 45 91 11')).toMatchObject({
      cuts: [{ kind: 'frame', wire: fromHex('11') }],
      rest: fromHex('01 24 d3 45 91'),
    });
  });

  test('noise of one does not wait for the other, however it is cut', () => {
    const endless = concatBytes(fromHex('d1'), new Uint8Array(9).fill(0xc6));
    const mixed = concatBytes(endless, wireOf('nop'), fromHex('c6 d1'));
    for (const lengths of [[100], [1], [12, 3]]) {
      const { cuts } = cutInChunks(cut, mixed, lengths);
      expect(cuts.map((piece) => (piece.kind === 'frame' ? 'frame' : piece.why))).toEqual([
        'too-long',
        'frame',
        'no-start',
      ]);
    }
  });
});

describe('a slow frame', () => {
  test('that is broken off by a new start or an abort leaves that whole', () => {
    expect(shown('01 24 45 1b 30 34 42 0d')).toEqual(['bad-length: 01 24 45', 'frame: 1b 30']);
    expect(shown('01 24 45 18 1b 30 34 42 0d')).toEqual(['bad-length: 01 24 45', 'frame: 18', 'frame: 1b 30']);
  });

  test('without a code or with a wrong sum is noise; a sum in lower case is wrong', () => {
    expect(shown('01 30 31 0d')).toEqual(['bad-length: 01 30 31 0d']);
    expect(shown('1b 30 34 62 0d')).toEqual(['bad-sum: 1b 30 34 62 0d']);
  });

  test('may have 3840 characters of data and not one more', () => {
    const longest = framed('response', `*${'x'.repeat(3840)}`);
    expect(cut(NOTHING, longest).cuts).toMatchObject([{ kind: 'frame' }]);
    const { cuts } = cut(NOTHING, framed('response', `*${'x'.repeat(3841)}`));
    expect(cuts[0]).toMatchObject({ kind: 'noise', why: 'too-long' });
  });

  test('is not made of what cannot be in one', () => {
    expect(() => slowFrame({ kind: 'response', code: 0x2a, text: 'ä' })).toThrow(RangeError);
    expect(() => slowFrame({ kind: 'response', code: 0x2a, text: 'x'.repeat(3841) })).toThrow(RangeError);
    expect(toHex(slowFrame({ kind: 'command', code: 0x30, text: '' }))).toBe(VECTORS.nop);
  });
});

describe('a real-time record', () => {
  test.each([
    ['d1 81 82', 'with one stream'],
    ['df 80 80 81 81 82 82 83 83', 'with four'],
    ['d3 c6 c1 91 81 8d 83', 'with sync commands'],
  ])('%s: %s', (hex) => {
    expect(shown(`${hex} d1`)).toEqual([`frame: ${hex}`]);
  });

  test.each([
    ['d3 91 81 8d d1 81 82', ['bad-length: d3 91 81 8d', 'frame: d1 81 82']],
    ['d3 c6 91 81 8d 83 d1 81 82', ['bad-length: d3 c6', 'no-start: 91 81 8d 83', 'frame: d1 81 82']],
    ['f0 91 d1 81 82', ['no-start: f0 91', 'frame: d1 81 82']],
    ['d0 d1 81 82', ['bad-length: d0', 'frame: d1 81 82']],
    ['d0 c1 c3 d1 81 82', ['bad-length: d0 c1 c3', 'frame: d1 81 82']],
  ])('%s: what is broken is noise, and the next one is found', (hex, expected) => {
    expect(shown(hex)).toEqual(expected);
  });
});

test('bytes between frames are noise, in pieces of 64 at most', () => {
  const { cuts } = cut(NOTHING, concatBytes(new Uint8Array(150).fill(0x20), wireOf('nop')));
  expect(cuts.map((piece) => (piece.kind === 'frame' ? 'frame' : piece.bytes.length))).toEqual([64, 64, 22, 'frame']);
});

describe('whatever comes', () => {
  const LONG: readonly VectorName[] = ['identity', 'date', 'SpO2 98, pulse 70', 'SpO2 98 alone'];
  testFramingLaws({
    driver: draegerMedibus,
    maxRestBytes: MAX_REST_BYTES,
    // The long ones first: a damage of 30 bytes must not cover all of the frames that one test sends.
    frames: [...LONG, ...LONG, ...NAMES].map(wireOf),
    special: [0x1b, 0x01, 0x0d, 0xd0, 0xd3, 0xc6, 0x80],
    isInterleaved: true,
  });
});
