import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decode, writeCommand } from '$drivers/contec/codec.ts';
import { contec } from '$drivers/contec/index.ts';
import type { Message } from '$drivers/contec/messages.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { COMMAND_FRAMES, SAMPLES } from './vectors.ts';

const maySend = (frame: Uint8Array): boolean => contec.maySend.some((pattern) => pattern.matches(frame));
const ALLOWED: readonly string[] = Object.values(COMMAND_FRAMES);

describe('what may be sent', () => {
  test('of all command codes: start, stop, stop-storage, keep-alive', () => {
    const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => maySend(writeCommand(code)));
    expect(codes).toEqual([0xa1, 0xa2, 0xa7, 0xaf]);
  });

  test.each([
    ['a request for what v4.6 has stored', fromHex('f5 f5')],
    ['its end', fromHex('f6 f6 f6')],
    ['two commands at once', fromHex(`${COMMAND_FRAMES.stop} ${COMMAND_FRAMES.start}`)],
    ['a sample', fromHex(SAMPLES[0]?.[0] ?? '')],
    ['nothing', new Uint8Array(0)],
  ])('is not %s', (_what, frame) => {
    expect(maySend(frame)).toBe(false);
  });

  test('is nothing one byte away from a command, longer or shorter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALLOWED), fc.nat(8), fc.integer({ min: 1, max: 255 }), (hex, at, bits) => {
        const frame = fromHex(hex);
        const damaged = frame.map((byte, index) => (index === at ? byte ^ bits : byte));
        expect(maySend(damaged)).toBe(ALLOWED.includes(toHex(damaged)));
        expect(maySend(frame.subarray(0, at))).toBe(false);
        expect(maySend(concatBytes(frame, Uint8Array.of(bits)))).toBe(false);
      }),
    );
  });
});

test('whatever happens to the session, it sends only what the guard allows, and nothing with v4.6', () => {
  const messages = [...SAMPLES.map(([hex]) => hex), '0d 80 80', COMMAND_FRAMES.start].flatMap((hex) => {
    const decoded = decode(fromHex(hex));
    return decoded.ok ? [decoded.message] : [];
  });
  const anyInput = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('opened', 'closing', 'tick', 'tick', 'tick', 'noise', 'undecodable') },
    { weight: 2, arbitrary: fc.constantFrom(...messages) },
  );
  const anyStretch = fc.tuple(anyInput, fc.nat(3000), fc.constantFrom(1, 1, 10, 80));
  const anySettings = fc.record({ format: fc.constantFrom('auto', 'v4.6', 'v7') });
  let sent = 0;
  fc.assert(
    fc.property(anySettings, fc.array(anyStretch, { maxLength: 25 }), (settings, stretches) => {
      let state = contec.start({ device: deviceId('clip'), settings });
      let at = 0;
      for (const [what, pauseMs, times] of [['opened', 0, 1] as const, ...stretches]) {
        at += pauseMs;
        for (let i = 0; i < times; i += 1) {
          const [next, effects] = contec.step(state, toInput(what, at));
          state = next;
          const queries = effects.flatMap((effect) => (effect.type === 'send' ? [effect.query] : []));
          for (const query of queries) expect(maySend(contec.encode(query)), JSON.stringify(query)).toBe(true);
          if (settings.format === 'v4.6') expect(queries).toEqual([]);
          sent += queries.length;
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(sent).toBeGreaterThan(500);
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'no-start', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
