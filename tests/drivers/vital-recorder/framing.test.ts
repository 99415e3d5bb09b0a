import { expect, test } from 'vitest';
import { concatBytes, latin1, toHex } from '$drivers/bytes.ts';
import { decode, encodeArrival, encodeFeed } from '$drivers/vital-recorder/codec.ts';
import { cut, KINDS, MAX_BODY_BYTES, MAX_FRAME_BYTES, wrap } from '$drivers/vital-recorder/framing.ts';
import { payloadsOf, testFramingLaws } from '../../support/framing-laws.ts';
import { feed, number, room, wave } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const FRAMES = [
  wrap(KINDS.socket, encodeFeed(feed(room('OR1', number('ECG_HR', 2, '/min', 77))))),
  wrap(KINDS.socket, encodeFeed(feed(room('OR2', wave('PLETH', 8, 125, [1, 2, 3.5, 99.25]))))),
  wrap(KINDS.post, new TextEncoder().encode('data=%7B%22rooms%22%3A%5B%5D%7D')),
  encodeArrival({ kind: 'came', sender: '10.1.2.3', connection: 1 }),
];

testFramingLaws({
  driver: { cut, decode },
  maxRestBytes: MAX_FRAME_BYTES,
  frames: FRAMES,
  special: [0x56, 0x52, 0x4d, 0x01, 0x78],
});

test('the envelope is marker, kind, length, their sum, body and its sum', () => {
  const frame = wrap(KINDS.post, new TextEncoder().encode('123456789'));
  expect(toHex(frame.subarray(0, 8))).toBe('56 52 4d 02 09 00 00 00');
  expect(latin1(frame.subarray(10, 19))).toBe('123456789');
  // The check value of CRC-16/X-25.
  expect(toHex(frame.subarray(19))).toBe('6e 90');
  expect(cut(NOTHING, frame)).toEqual({
    rest: NOTHING,
    cuts: [{ kind: 'frame', wire: frame, payload: concatBytes(Uint8Array.of(2), frame.subarray(10, 19)) }],
  });
});

test('the longest body is a frame, a longer one cannot be made', () => {
  const longest = wrap(KINDS.socket, new Uint8Array(MAX_BODY_BYTES));
  expect(payloadsOf(cut(NOTHING, longest).cuts)).toHaveLength(1);
  expect(() => wrap(KINDS.socket, new Uint8Array(MAX_BODY_BYTES + 1))).toThrow(RangeError);
});

test('a header that promises more than any body holds is noise at once', () => {
  const frame = wrap(KINDS.socket, new Uint8Array(4));
  const header = wrap(KINDS.socket, new Uint8Array(MAX_BODY_BYTES)).slice(0, 8);
  header.set([0xff, 0xff, 0xff, 0x7f], 4);
  expect(cut(NOTHING, concatBytes(header, Uint8Array.of(0, 0), frame)).cuts.at(-1)?.kind).toBe('frame');
});
