import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import type { Arrival } from '$drivers/driver.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { decode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import {
  cut,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  replyIn,
  uncover,
  wrap,
  wrapReply,
} from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { alarm, arrived, hl7, NOTE, report } from './vectors.ts';

const NOTHING = new Uint8Array(0);

testFramingLaws({
  driver: { cut, decode },
  maxRestBytes: MAX_FRAME_BYTES,
  frames: [
    arrived(report({ at: 0 }), 0),
    arrived(alarm({ at: 0, phase: 'start' }), 0),
    wrap({ kind: 'gone', sender: '10.1.2.3', connection: 7 }),
    frame(hl7(NOTE)),
  ],
  special: [0x0b, 0x1c, 0x0d, 0x40, 0x7c],
  isUnproven: true,
  isNoisePortioned: true,
});

const onlyPayload = (bytes: Uint8Array): Uint8Array => {
  const { cuts, rest } = cut(NOTHING, bytes);
  const [piece, ...others] = cuts;
  if (piece?.kind !== 'frame' || others.length > 0 || rest.length > 0) return expect.unreachable();
  return piece.payload;
};

describe('the line before a message', () => {
  test.each([
    { duty: 'answer' },
    { duty: 'listen', sender: 'fe80::1', connection: 3 },
    { duty: 'nobody', number: 123_456 },
    { duty: 'answer', isCutOff: true },
  ] as const)('says how it came: %j', (change) => {
    const bytes = hl7(NOTE);
    const uncovered = uncover(onlyPayload(arrived(bytes, 250, change)));
    if (uncovered.kind !== 'message') return expect.unreachable();
    expect(latin1(uncovered.message)).toBe(latin1(bytes));
    const usual = { sender: '10.1.2.3', connection: 7, number: 1, isCutOff: false };
    expect(uncovered.cover).toEqual({ ...usual, wallTime: Date.UTC(2026, 2, 1, 10, 15) + 250, ...change });
  });

  test('is taken from the listener only: what a sender writes stands behind it', () => {
    const forged = fromLatin1('@message|1|10.9.9.9|1|1|answer|whole\rMSH|^~\\&|X\r');
    expect(uncover(onlyPayload(arrived(forged, 0)))).toMatchObject({ cover: { sender: '10.1.2.3' } });
    expect(decode(onlyPayload(arrived(forged, 0)))).toMatchObject({ ok: false, why: 'malformed' });
  });

  test.each([
    '@message|x|10.1.2.3|1|1|answer|whole\rMSH',
    '@message|1|10.1.2.3|1|1|perhaps|whole\rMSH',
    '@message|1|10.1.2.3|1|1|answer|half\rMSH',
    '@message|1|10.1.2.3|1|999999999999999|answer|whole\rMSH',
    '@refused|toString|1|10.1.2.3\r',
    '@came|1\r',
    '@__proto__|1|2\r',
    '@',
  ])('is none of ours: %s', (text) => {
    expect(uncover(fromLatin1(text)).kind).toBe('unknown');
    expect(decode(fromLatin1(text))).toMatchObject({ ok: false, why: 'unknown-code' });
  });

  test.each([
    { kind: 'came', sender: '10.1.2.3', connection: 7 },
    { kind: 'gone', sender: '::1', connection: 8 },
    { kind: 'refused', sender: 'other senders', why: 'too-slow', count: 12 },
  ] as const)('may be all there is: $kind', (arrival: Arrival) => {
    expect(decode(onlyPayload(wrap(arrival)))).toEqual({ ok: true, message: arrival });
  });

  test('of a file of bare messages is not there', () => {
    expect(decode(onlyPayload(frame(hl7(NOTE))))).toMatchObject({ ok: true, message: { cover: undefined } });
  });
});

test('the longest message fits into a frame of the link, a longer one cannot be made', () => {
  expect(onlyPayload(arrived(new Uint8Array(MAX_MESSAGE_BYTES).fill(65), 0)).length).toBeGreaterThan(MAX_MESSAGE_BYTES);
  expect(() => arrived(new Uint8Array(MAX_FRAME_BYTES).fill(65), 0)).toThrow(RangeError);
});

test('a reply goes to its connection, without our line; nothing else is a reply', () => {
  const reply = replyIn(wrapReply(12, fromLatin1('MSH|x\r')));
  expect(reply?.connection).toBe(12);
  expect(latin1(reply?.bytes ?? NOTHING)).toBe('\x0bMSH|x\r\x1c\r');
  expect(replyIn(arrived(hl7(NOTE), 0))).toBeUndefined();
  expect(replyIn(fromLatin1('@reply|12\rMSH'))).toBeUndefined();
});
