import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { decodeFlac, NO_FLAC_SAMPLE } from '$drivers/file-replay/wfdb/flac.ts';
import { crc16, crc8 } from '$drivers/file-replay/wfdb/flac-crc.ts';
import { flacParts, type Way } from './flac-file.ts';

const wavy = Array.from({ length: 32 }, (_, i) => Math.round(1000 * Math.sin(i / 3)) - 300);
const decoded = (bytes: Uint8Array, most = 1e6) =>
  decodeFlac(bytes, most)?.channels.map((channel) => Array.from(channel));

test('both checks have their published values', () => {
  expect([crc8(fromLatin1('123456789')), crc16(fromLatin1('123456789'))]).toEqual([0xf4, 0xfee8]);
});

describe('what was encoded is decoded', () => {
  test.each<Way>(['verbatim', 'fixed', 'fixed-plain', 'linear'])('%s', (way) => {
    expect(decoded(concatBytes(...flacParts([{ channels: [wavy], ways: [way] }])))).toEqual([wavy]);
  });

  test('constant, and with bits that are always zero', () => {
    const flat = wavy.map(() => -32_768);
    const even = wavy.map((value) => value & ~3);
    const bytes = concatBytes(...flacParts([{ channels: [flat, even], ways: ['constant', 'wasted'] }]));
    expect(decoded(bytes)).toEqual([flat, even]);
  });

  test.each(['left-side', 'side-right', 'mid-side'] as const)('two channels told as %s', (stereo) => {
    const other = wavy.map((value, i) => value + ((i * 7) % 5));
    const bytes = concatBytes(...flacParts([{ channels: [wavy, other], ways: ['fixed', 'verbatim'], stereo }]));
    expect(decoded(bytes)).toEqual([wavy, other]);
  });
});

describe('a damaged file', () => {
  const blocks = [0, 1, 2].map((n) => ({ channels: [wavy.map((value) => value + n)], ways: ['fixed' as const] }));
  const parts = flacParts(blocks);

  test('a frame whose check fails has no samples, and the next one stands in its own place', () => {
    const damaged = parts.map((part, i) => (i === 2 ? part.map((byte, at) => (at === 20 ? byte ^ 4 : byte)) : part));
    const result = decodeFlac(concatBytes(...damaged), 1e6);
    expect(result?.damagedPlaces).toBe(1);
    const missing = wavy.map(() => NO_FLAC_SAMPLE);
    expect(Array.from(result?.channels[0] ?? [])).toEqual([...wavy, ...missing, ...wavy.map((value) => value + 2)]);
  });

  test('no more samples than asked for are made, whatever its frames claim', () => {
    expect(decodeFlac(concatBytes(...parts), 40)?.channels[0]).toHaveLength(40);
    expect(decodeFlac(concatBytes(...parts), 0)?.channels[0]).toHaveLength(0);
  });

  test('whatever is changed, cut or made up, nothing is thrown and nothing grows', () => {
    const whole = concatBytes(...parts);
    const anyChange = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(anyChange, fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice(0, length);
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        for (const channel of decodeFlac(bytes, 200)?.channels ?? []) expect(channel.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 2000 },
    );
  });
});
