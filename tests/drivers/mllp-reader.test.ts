import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { cut, frame } from '$drivers/hl7/mllp.ts';
import { HEAD_BYTES, MllpReader, type Piece } from '$drivers/transport/mllp-reader.ts';

const MAX = 2000;

function readAll(chunks: readonly Uint8Array[], maxBytes = MAX) {
  const reader = new MllpReader(maxBytes);
  const pieces: Piece[] = [];
  let mostHeld = 0;
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let piece = reader.next(); piece; piece = reader.next()) pieces.push(piece);
    mostHeld = Math.max(mostHeld, reader.heldBytes);
  }
  return { reader, pieces, mostHeld };
}

const messagesIn = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece) => (piece.kind === 'message' ? [latin1(piece.bytes)] : []));
const noiseIn = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (piece.kind === 'noise' ? piece.byteCount : 0), 0);

function chunksOf(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  return chunks;
}

const anyByte = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0x0b, 0x1c, 0x0d) }, fc.integer({ min: 0, max: 255 }));
const anyTraffic = fc
  .array(
    fc.oneof(
      fc.constantFrom('MSH|a\r', 'x', '').map((text) => frame(fromLatin1(text))),
      fc.array(anyByte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => concatBytes(...parts));
const anyChunking = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

test('finds what the framing of the drivers finds, however the bytes are portioned, and counts every other byte', () => {
  fc.assert(
    fc.property(anyTraffic, anyChunking, (bytes, lengths) => {
      const { pieces } = readAll(chunksOf(bytes, lengths));
      const { cuts, rest } = cut(new Uint8Array(0), bytes);
      expect(messagesIn(pieces)).toEqual(
        cuts.flatMap((piece) => (piece.kind === 'frame' ? [latin1(piece.payload)] : [])),
      );
      const noise = cuts.reduce((sum, piece) => sum + (piece.kind === 'noise' ? piece.bytes.length : 0), 0);
      expect(noiseIn(pieces)).toBe(noise);
      expect(rest.length).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});

describe('a message', () => {
  test('of the greatest length is one, a byte more is too long: its beginning is kept, and the next is found', () => {
    const [longest, longer] = [MAX, MAX + 1].map((length) => frame(new Uint8Array(length).fill(65)));
    if (!longest || !longer) return expect.unreachable();
    for (const lengths of [[1], [7, 300], [5000]]) {
      const { pieces, reader } = readAll(chunksOf(concatBytes(longest, longer, frame(fromLatin1('B'))), lengths));
      expect(pieces.map(({ kind }) => kind)).toEqual(['message', 'too-long', 'message']);
      expect(pieces[1]?.kind === 'too-long' && pieces[1].head.length).toBe(HEAD_BYTES);
      expect(reader.heldBytes).toBe(0);
    }
  });

  test('without an end is passed over in a bounded room', () => {
    const chunk = new Uint8Array(65_536).fill(65);
    const { pieces, mostHeld, reader } = readAll([Uint8Array.of(0x0b), ...Array.from({ length: 64 }, () => chunk)]);
    expect(pieces).toEqual([]);
    expect(mostHeld).toBeLessThanOrEqual(2 * MAX);
    expect(reader.skippedBytes).toBe(64 * 65_536 - HEAD_BYTES);
    expect(reader.isInMessage).toBe(true);
  });
});

test.each([
  ['VT', 0x0b],
  ['FS', 0x1c],
  ['CR', 0x0d],
  ['letters', 0x41],
])('four million bytes of %s cost next to nothing', (_, byte) => {
  const before = performance.now();
  const { pieces } = readAll(Array.from({ length: 64 }, () => new Uint8Array(65_536).fill(byte)));
  expect(messagesIn(pieces)).toEqual([]);
  expect(performance.now() - before).toBeLessThan(8000);
});
