import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { cut, frame, MAX_FRAME_BYTES } from '$drivers/capnostream/framing.ts';
import { capnostream } from '$drivers/capnostream/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { contentOf, FRAMES, wireOf } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutHex = (hex: string) => cut(NOTHING, fromHex(hex));
/** `why: bytes` of noise, `frame: code and payload`. */
const shown = (hex: string): readonly string[] =>
  cutHex(hex).cuts.map((piece) =>
    piece.kind === 'frame' ? `frame: ${toHex(piece.payload)}` : `${piece.why}: ${toHex(piece.bytes)}`,
  );

describe('the vectors of the protocol note', () => {
  test.each([
    ['enable', '01'],
    ['disable', '02'],
    ['start', '04'],
    ['stop', '05'],
    ['alive', '06'],
    ['revision', '09'],
    ['setup-4-2', '3c 04 02'],
    ['wave', '00 05 26 80 08'],
    ['numerics', '01 69 55 b9 00 26 01 0e 61 76 80 00 00 00 00 00 00 3c 0f 1e 05 08 64 55 8c 32 01 00'],
    ['numerics-missing', '01 69 55 b9 00 ff ff ff ff ff 80 00 00 00 00 20 00 3c 0f 1e 05 08 64 55 8c 32 01 00'],
  ])('%s, in both directions', (name, content) => {
    expect(toHex(contentOf(wireOf(name)))).toBe(content);
    const [code = 0, ...payload] = fromHex(content);
    expect(toHex(frame(code, Uint8Array.from(payload)))).toBe(toHex(wireOf(name)));
  });
});

describe('escapes', () => {
  test('80 and 85 never stand by themselves behind the start, in whatever place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.oneof(fc.constantFrom(0x80, 0x85, 0x00, 0x05), fc.integer({ min: 0, max: 255 })), {
          maxLength: 254,
        }),
        (code, payload) => {
          const wire = frame(code, Uint8Array.from(payload));
          expect(wire.indexOf(0x85, 1)).toBe(-1);
          expect([...contentOf(wire)]).toEqual([code, ...payload]);
          expect(wire.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
        },
      ),
    );
  });

  test('are read in LEN, in CODE and in CHK', () => {
    const longest = frame(0x85, new Uint8Array(0x7f));
    expect(toHex(longest.subarray(0, 5))).toBe('85 80 00 80 05');
    expect(contentOf(longest)).toHaveLength(0x80);
    const escapedSum = frame(0x01, Uint8Array.of(0x86));
    expect(toHex(escapedSum)).toBe('85 02 01 86 80 05');
    expect(toHex(contentOf(escapedSum))).toBe('01 86');
  });

  test('that nobody makes end a frame as damaged', () => {
    expect(shown('85 02 01 80 01 00')).toEqual(['bad-sum: 85 02 01 80 01']);
  });

  test('cut short by a new start leave the new frame whole', () => {
    expect(shown('85 02 01 80 85 01 01 00')).toEqual(['bad-length: 85 02 01 80', 'frame: 01']);
  });
});

describe('a frame', () => {
  test('whose sum is wrong is noise', () => {
    expect(shown('85 01 01 01')).toEqual(['bad-sum: 85 01 01 01']);
  });

  test('that counts nothing is noise', () => {
    expect(shown('85 00 00 85 01 01 00')).toEqual(['bad-length: 85 00', 'no-start: 00', 'frame: 01']);
  });

  test('that a new one breaks off is noise, and the new one is found', () => {
    expect(shown('85 1c 01 69 55 85 01 01 00')).toEqual(['bad-length: 85 1c 01 69 55', 'frame: 01']);
  });

  test('waits for its end, and for the second half of an escape', () => {
    expect(cutHex('85 02 01 80')).toEqual({ cuts: [], rest: fromHex('85 02 01 80') });
    expect(cutHex('85')).toEqual({ cuts: [], rest: fromHex('85') });
  });

  test('too long to be counted is not made', () => {
    expect(frame(0, new Uint8Array(0xfe))).toHaveLength(0xfe + 4);
    expect(() => frame(0, new Uint8Array(0xff))).toThrow(RangeError);
  });
});

test('bytes between frames are noise, in pieces of 64 at most', () => {
  const { cuts, rest } = cut(NOTHING, concatBytes(new Uint8Array(150), wireOf('enable'), Uint8Array.of(0)));
  expect(cuts.map((piece) => (piece.kind === 'frame' ? 'frame' : piece.bytes.length))).toEqual([64, 64, 22, 'frame']);
  expect(toHex(rest)).toBe('00');
});

describe('whatever comes', () => {
  const LONG = ['numerics', 'numerics-missing', 'identity', 'wave'];
  testFramingLaws({
    driver: capnostream,
    maxRestBytes: MAX_FRAME_BYTES,
    // The long ones first: a damage of 30 bytes must not cover all of the eight frames that one test sends.
    frames: [...LONG, ...LONG, ...Object.keys(FRAMES)].map(wireOf),
    special: [0x85, 0x80, 0x00, 0x05],
  });
});
