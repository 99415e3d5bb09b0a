import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FilePart } from '$drivers/driver.ts';
import { cut, decode, MAX_PIECE_BYTES, MAX_REST_BYTES, wrapPart } from '$drivers/file-replay/framing.ts';
import { fileReplay } from '$drivers/file-replay/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';

const parts: readonly FilePart[] = [
  { type: 'begins', name: 'a.vital' },
  { type: 'piece', bytes: Uint8Array.of(0x46, 0x49, 0x4c, 0x45, 2) },
  { type: 'ends' },
  { type: 'ends', problem: 'a.vital is cut off.' },
  { type: 'complete' },
];

testFramingLaws({
  driver: fileReplay,
  maxRestBytes: MAX_REST_BYTES,
  frames: parts.map(wrapPart),
  special: [0x46, 0x49, 0x4c, 0x45],
  isUnproven: true,
});

test('what was wrapped is decoded', () => {
  const anyPart = fc.oneof(
    fc.string({ unit: 'binary' }).map((name): FilePart => ({ type: 'begins', name })),
    fc.uint8Array({ maxLength: 300 }).map((bytes): FilePart => ({ type: 'piece', bytes })),
    fc.string({ unit: 'binary', minLength: 1 }).map((problem): FilePart => ({ type: 'ends', problem })),
    fc.constantFrom<FilePart>({ type: 'ends' }, { type: 'complete' }),
  );
  fc.assert(
    fc.property(anyPart, (part) => {
      const { rest, cuts } = cut(new Uint8Array(0), wrapPart(part));
      expect(rest).toHaveLength(0);
      const decoded = cuts.map((piece) => (piece.kind === 'frame' ? decode(piece.payload) : piece));
      expect(decoded).toEqual([{ ok: true, message: part }]);
    }),
  );
});

test('a piece that no frame can hold is refused', () => {
  expect(() => wrapPart({ type: 'piece', bytes: new Uint8Array(MAX_PIECE_BYTES + 1) })).toThrow(RangeError);
});
