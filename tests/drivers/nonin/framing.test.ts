import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, toHex } from '$drivers/bytes.ts';
import { cut, MAX_LINE_BYTES, MAX_REST_BYTES } from '$drivers/nonin/framing.ts';
import { nonin } from '$drivers/nonin/index.ts';
import { bytesOf, payloadsOf, testFramingLaws } from '../../support/framing-laws.ts';
import { capturedAsDf7, framesWith, packetWith } from './bench.ts';
import { CAPTURED_PACKET, DF8, LINES, SET_DF2, SPOT_CHECK } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutAll = (...parts: readonly Uint8Array[]) => cut(NOTHING, concatBytes(...parts));
/** `frame 125`, `no-start 1` … in order; neighbours that are noise for the same reason together. */
function outline(...parts: readonly Uint8Array[]): readonly string[] {
  const told: { what: string; length: number }[] = [];
  for (const piece of cutAll(...parts).cuts) {
    const what = piece.kind === 'frame' ? 'frame' : piece.why;
    const last = told.at(-1);
    if (what !== 'frame' && last?.what === what) last.length += bytesOf(piece).length;
    else told.push({ what, length: bytesOf(piece).length });
  }
  return told.map(({ what, length }) => `${what} ${length}`);
}
const LONGER_CHECK = fromHex('00 02 00 0d 00 10 14 1a 01 0f 09 1e 05 00 02 00 00 76 00 61 aa bb a8 03');
const reply = fromHex('02 f2 06 1a 01 0f 09 1e 05 03');

describe.each([
  ['2', CAPTURED_PACKET],
  ['7', capturedAsDf7()],
])('a packet of format %s', (_name, packet) => {
  test('is one frame, and needs no byte of the next', () => {
    const { cuts, rest } = cutAll(packet);
    expect(cuts).toEqual([{ kind: 'frame', wire: packet, payload: packet }]);
    expect(rest).toEqual(NOTHING);
  });

  test('is found from its sync bit on; what was before it is noise', () => {
    expect(outline(packet.subarray(35), packet)).toEqual(['no-start 90', 'frame 125']);
    expect(outline(packet.subarray(37), packet).at(-1)).toBe('frame 125');
  });

  test('with a damaged frame keeps the frames before it; those behind it are noise', () => {
    const damaged = packet.map((byte, at) => (at === 52 ? byte ^ 0x10 : byte));
    const [first, ...others] = outline(damaged, packet);
    expect(first).toBe('frame 50');
    expect(others.at(-1)).toBe('frame 125');
    const lost = outline(packet.subarray(0, 61), packet.subarray(62), packet);
    expect([lost[0], lost.at(-1)]).toEqual(['frame 60', 'frame 125']);
  });

  test('that is cut short by the next one is a frame of its own', () => {
    expect(outline(packet.subarray(0, 30), packet)).toEqual(['frame 30', 'frame 125']);
    expect(outline(packet.subarray(0, 5), packet)).toEqual(['frame 5', 'frame 125']);
  });

  test('never has more than 25 frames', () => {
    const noSync = concatBytes(...framesWith({ format: packet === CAPTURED_PACKET ? 'df2' : 'df7' }).slice(1));
    expect(outline(packet, noSync, packet)).toEqual(['frame 125', 'no-start 120', 'frame 125']);
  });

  test('a single frame that is right by chance is no packet', () => {
    const ff = new Uint8Array(12).fill(0xff);
    expect(outline(packet.subarray(0, 5), ff)).not.toContain('frame 5');
  });

  test('with a reply in its middle loses its second half, not the reply', () => {
    const cuts = outline(packet.subarray(0, 50), reply, packet.subarray(50), packet);
    expect(cuts).toEqual(['frame 50', 'frame 10', 'no-start 75', 'frame 125']);
  });
});

test('a wrong sum in format 2 is told as that', () => {
  const damaged = CAPTURED_PACKET.map((byte, at) => (at === 9 ? byte ^ 1 : byte));
  const { cuts } = cutAll(damaged);
  expect(cuts.filter((piece) => piece.kind === 'noise' && piece.why === 'bad-sum')).toHaveLength(1);
});

describe('a reading of format 8', () => {
  test('is there when the first byte of the next one has come', () => {
    expect(cutAll(DF8.fast).cuts).toEqual([]);
    const { cuts, rest } = cutAll(DF8.fast, DF8.usual.subarray(0, 1));
    expect(payloadsOf(cuts)).toEqual([toHex(DF8.fast)]);
    expect(rest).toEqual(Uint8Array.of(0x80));
  });

  test('is no frame of format 7, not even where the next one begins with its sum', () => {
    const awkward = fromHex('80 7f 61 20');
    expect(outline(awkward, awkward, awkward, awkward)).toEqual(['frame 4', 'frame 4', 'frame 4']);
  });

  test('that lost a byte is noise, and the next one is found', () => {
    expect(outline(DF8.usual.subarray(0, 3), DF8.usual, DF8.usual)).toEqual(['no-start 3', 'frame 4']);
  });

  test('with a fifth byte before the next one is noise: it may be a part of anything', () => {
    expect(outline(DF8.usual, Uint8Array.of(0x12), DF8.usual, DF8.usual)).toEqual(['no-start 5', 'frame 4']);
  });

  test('of three bytes (format 1) is noise', () => {
    const df1 = DF8.usual.subarray(0, 3);
    expect(outline(df1, df1, df1, df1).every((piece) => piece.startsWith('no-start'))).toBe(true);
  });

  test.each(['00 00', '7f 61', '3f 64'])('format 7 with a pleth of %s is not taken for it', (pleth) => {
    const height = Number.parseInt(pleth.replace(' ', ''), 16);
    const packet = packetWith({ format: 'df7', pleth: () => height });
    expect(outline(packet.subarray(10), packet, packet)).toEqual(['no-start 115', 'frame 125', 'frame 125']);
  });
});

describe('a spot check', () => {
  test('is one frame; longer data are read over', () => {
    expect(outline(SPOT_CHECK, LONGER_CHECK)).toEqual(['frame 22', 'frame 24']);
  });

  test.each([
    ['sum', 20],
    ['end', 21],
    ['data', 12],
  ])('with a wrong %s is none', (_what, at) => {
    const damaged = SPOT_CHECK.map((byte, index) => (index === at ? byte ^ 0x11 : byte));
    expect(cutAll(damaged, SPOT_CHECK).cuts[0]).toMatchObject({ kind: 'noise', why: 'bad-sum', bytes: { length: 1 } });
    expect(payloadsOf(cutAll(damaged, SPOT_CHECK).cuts)).toContain(toHex(SPOT_CHECK));
  });

  test.each([13, 65, 255])('with %i bytes of data is none, and nothing waits for them', (length) => {
    const wrong = SPOT_CHECK.map((byte, index) => (index === 5 ? length : byte));
    expect(cutAll(wrong.subarray(0, 6)).cuts.length).toBeGreaterThan(0);
  });
});

describe('a line', () => {
  test.each(Object.values(LINES))('is there with its LF: %s', (text) => {
    expect(outline(fromLatin1(text))).toEqual([`frame ${text.length}`]);
    expect(cutAll(fromLatin1(text.slice(0, -1))).cuts).toEqual([]);
  });

  test('with a byte in it that is no text is noise up to there', () => {
    const line = fromLatin1(LINES.usual);
    const cuts = outline(line.subarray(0, 6), Uint8Array.of(0x1b), line.subarray(6), line);
    expect(cuts).toEqual(['no-start 7', 'frame 11', 'frame 17']);
  });

  test('without an end is noise when it is too long', () => {
    expect(outline(new Uint8Array(MAX_LINE_BYTES + 1).fill(0x41))[0]).toBe(`too-long ${MAX_LINE_BYTES}`);
  });
});

test('replies are frames, with what is between them in its place', () => {
  const ack = Uint8Array.of(0x06);
  const nak = Uint8Array.of(0x15);
  const cuts = outline(ack, CAPTURED_PACKET, reply, nak, SET_DF2);
  expect(cuts).toEqual(['frame 1', 'frame 125', 'frame 10', 'frame 1', 'frame 6']);
});

describe.each([
  ['format 2', [CAPTURED_PACKET, packetWith({ pleth: (place) => place * 9 })]],
  ['format 7', [capturedAsDf7(), packetWith({ format: 'df7', pleth: (place) => place * 2500 })]],
  ['lines', Object.values(LINES).map(fromLatin1)],
  ['spot checks and replies', [SPOT_CHECK, reply, LONGER_CHECK, SPOT_CHECK]],
])('the laws of framing hold for %s', (_name, frames) => {
  testFramingLaws({
    driver: nonin,
    maxRestBytes: MAX_REST_BYTES,
    frames,
    special: [0x00, 0x01, 0x02, 0x80, 0x81, 0x0d],
  });
});

test('readings of format 8 are found again at the latest with the second good one', () => {
  const stream = concatBytes(...Array<Uint8Array>(5).fill(DF8.usual));
  for (let at = 0; at < 4; at += 1) {
    const damaged = concatBytes(stream.subarray(0, at), Uint8Array.of(0x41), stream.subarray(at + 1));
    expect(payloadsOf(cut(NOTHING, damaged).cuts).slice(-3)).toEqual(Array(3).fill(toHex(DF8.usual)));
  }
});
