import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import { frame } from '$drivers/ge-s5-dri/framing.ts';
import { geS5Dri } from '$drivers/ge-s5-dri/index.ts';
import type { SessionInput } from '$drivers/driver.ts';
import type { Message, Query } from '$drivers/ge-s5-dri/messages.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { DEVICE, EPOCH_S, Speaker, auxiliary, basicWith, decodeFrame, displayed, maySend } from './bench.ts';
import * as vectors from './vectors.ts';

const { DISPLAYED_REPLY, ...REQUESTS } = vectors;

/** The record inside a frame, changed, in a frame that is right again. */
function altered(bytes: Uint8Array, change: (record: Uint8Array) => void): Uint8Array {
  const [only] = geS5Dri.cut(new Uint8Array(0), bytes).cuts;
  if (only?.kind !== 'frame') throw new Error('not a frame');
  const record = Uint8Array.from(only.payload);
  change(record);
  return frame(record);
}
const withInterval = (seconds: number) =>
  altered(vectors.DISPLAYED_10S_ALL, (record) => new DataView(record.buffer).setInt16(41, seconds, true));
const withByte = (bytes: Uint8Array, at: number, value: number) =>
  altered(bytes, (record) => record.fill(value, at, at + 1));

describe('what may be sent', () => {
  test.each(Object.entries(REQUESTS))('a request of the document: %s', (_name, bytes) => {
    expect(maySend(bytes)).toBe(true);
  });

  test.each([-1, 0, 5, 10, 60, 3600])('records at an interval of %i s', (seconds) => {
    expect(maySend(withInterval(seconds))).toBe(true);
  });

  test.each([1, 2, 3, 4, -2, -32768])('no records at an interval of %i s', (seconds) => {
    expect(maySend(withInterval(seconds))).toBe(false);
  });

  test.each([0, 5, 255])('no records of type %i', (type) => {
    expect(maySend(withByte(vectors.DISPLAYED_10S_ALL, 40, type))).toBe(false);
  });

  test('no class bits that the document does not define', () => {
    expect(maySend(withByte(vectors.DISPLAYED_10S_ALL, 43, 0x0f))).toBe(true);
    expect(maySend(withByte(vectors.DISPLAYED_10S_ALL, 43, 0x10))).toBe(false);
    expect(maySend(withByte(vectors.DISPLAYED_10S_ALL, 46, 0x01))).toBe(false);
  });

  test.each([22, 0, 24, 40, 254])('no waveform of type %i, neither first nor second', (type) => {
    expect(maySend(withByte(vectors.ECG1_START, 44, type))).toBe(false);
    expect(maySend(withByte(vectors.ECG1_PLETH_START, 45, type))).toBe(false);
  });

  test('no list of waveforms without an end, none that is empty, none with a double, none that goes on after its end', () => {
    const full = altered(vectors.ECG1_START, (record) => record.set([1, 2, 3, 4, 5, 6, 7, 8], 44));
    expect(maySend(full)).toBe(false);
    expect(maySend(withByte(vectors.ECG1_START, 44, 0xff))).toBe(false);
    expect(maySend(withByte(vectors.ECG1_PLETH_START, 45, 1))).toBe(false);
    expect(maySend(withByte(vectors.ECG1_START, 46, 8))).toBe(false);
    expect(maySend(withByte(vectors.ECG1_START, 52, 8))).toBe(false);
  });

  test.each([0, 2, 3])('alarm command %i', (command) => {
    expect(maySend(withByte(vectors.ALARM_FOLLOW, 40, command))).toBe(true);
  });

  test.each([1, 4, 255])('no alarm command %i', (command) => {
    expect(maySend(withByte(vectors.ALARM_FOLLOW, 40, command))).toBe(false);
  });

  test.each(Object.entries(REQUESTS))('nothing in the header but what a request has: %s', (_name, bytes) => {
    for (let at = 2; at < 40; at += 1) {
      const changed = altered(bytes, (record) => record.fill((record[at] ?? 0) + 1, at, at + 1));
      expect(maySend(changed), `byte ${at}`).toBe(false);
    }
  });

  test.each(Object.entries(REQUESTS))('nothing before, behind or missing: %s', (_name, bytes) => {
    const flag = Uint8Array.of(0x7e);
    expect(maySend(concatBytes(flag, bytes))).toBe(false);
    expect(maySend(concatBytes(bytes, flag))).toBe(false);
    expect(maySend(concatBytes(bytes, Uint8Array.of(0)))).toBe(false);
    expect(maySend(concatBytes(bytes, bytes))).toBe(false);
    expect(maySend(bytes.subarray(1))).toBe(false);
    expect(maySend(bytes.subarray(0, -1))).toBe(false);
  });

  test('no wrong sum, no needless escape', () => {
    const wrong = Uint8Array.from(vectors.DISPLAYED_10S_ALL);
    wrong.fill(0x4a, -2, -1);
    expect(maySend(wrong)).toBe(false);
    const body = vectors.DISPLAYED_10S_ALL.subarray(2);
    expect(sum8(Uint8Array.of(0x31))).toBe(0x31);
    expect(maySend(concatBytes(fromHex('7e 7d 11'), body))).toBe(false);
  });

  test('no answer of a monitor, and nothing at all', () => {
    expect(maySend(DISPLAYED_REPLY)).toBe(false);
    expect(maySend(new Uint8Array(0))).toBe(false);
    expect(maySend(Uint8Array.of(0x7e, 0x7e))).toBe(false);
  });

  test('nothing one byte away from a request, unless it is another request', () => {
    const anyRequest = fc.constantFrom(...Object.values(REQUESTS));
    fc.assert(
      fc.property(anyRequest, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const damaged = Uint8Array.from(bytes);
        const index = at % bytes.length;
        damaged.fill((damaged[index] ?? 0) ^ change, index, index + 1);
        expect(maySend(damaged)).toBe(false);
      }),
    );
  });
});

describe('whatever happens to the session', () => {
  const speaker = new Speaker();
  const anyHeader = fc.record({
    number: fc.integer({ min: 0, max: 255 }),
    level: fc.integer({ min: 0, max: 12 }),
    time: fc.integer({ min: 0, max: 0xffffffff }),
  });
  const anyContent = fc.oneof(
    fc
      .record({ sys: fc.double({ min: -400, max: 400 }), label: fc.integer({ min: 0, max: 0xffff }) })
      .map(({ sys, label }) =>
        displayed(basicWith({ nibp: { label, values: { systolic: sys, diastolic: 60 } } }), EPOCH_S),
      ),
    fc.integer({ min: 0, max: 0xffffffff }).map(auxiliary),
    fc.constant({ kind: 'request', query: { type: 'alarm', command: 2 } } as const),
    fc.constant({ kind: 'alarm', status: { isSoundOn: false, silence: 0, boxes: [] } } as const),
    fc
      .int16Array({ maxLength: 60 })
      .map((samples) => ({ kind: 'waveform', blocks: [{ type: 8, status: 0, label: 0, samples }] }) as const),
  );
  const anyMessage: fc.Arbitrary<Message> = fc
    .tuple(anyContent, anyHeader)
    .map(([content, header]) => decodeFrame(speaker.frame(content, header)));
  const anyInput = fc.oneof(
    fc.constantFrom('opened', 'closing', 'tick', 'tick', 'tick', 'noise', 'undecodable'),
    anyMessage,
  );
  const anySettings = fc.oneof(
    fc.constant({}),
    fc.record({
      waveforms: fc.oneof(
        fc.array(fc.constantFrom('ecg1', 'ecg2', 'ecg3', 'pleth', 'respiration', 'co2', 'ibp1', 'ibp4', 'x', 22)),
        fc.anything(),
      ),
    }),
  );

  test('it sends only what the guard allows', () => {
    let sent = 0;
    fc.assert(
      fc.property(anySettings, fc.array(fc.tuple(anyInput, fc.nat(9000)), { maxLength: 25 }), (settings, inputs) => {
        let state = geS5Dri.start({ device: DEVICE, settings });
        let at = 0;
        for (const [what, pauseMs] of [['opened', 0] as const, ...inputs]) {
          at += pauseMs;
          const [next, effects] = geS5Dri.step(state, toInput(what, at));
          state = next;
          const queries = effects.flatMap((effect): Query[] => (effect.type === 'send' ? [effect.query] : []));
          for (const query of queries) expect(maySend(geS5Dri.encode(query)), JSON.stringify(query)).toBe(true);
          sent += queries.length;
        }
      }),
      { numRuns: 400 },
    );
    expect(sent).toBeGreaterThan(500);
  });

  function toInput(what: string | Message, at: number): SessionInput<Message> {
    const now = monotonicMs(at);
    if (typeof what !== 'string') return { type: 'message', now, message: what };
    if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
    if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
    return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
  }
});
