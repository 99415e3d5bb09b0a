import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver, type SessionInput } from '$drivers/driver.ts';
import { encodeCommand } from '$drivers/ge-dinamap/codec.ts';
import { line } from '$drivers/ge-dinamap/framing.ts';
import { geDinamap } from '$drivers/ge-dinamap/index.ts';
import { COMMANDS, QUERIES, type Message } from '$drivers/ge-dinamap/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { runMad } from '../../support/mad-driver.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { REPLIES } from './vectors.ts';

const ALLOWED = ['\r NA!2\r', '\r RA!6\r', '\r OA!3\r', '\r TC!:\r'];
const maySend = (frame: Uint8Array): boolean => passGuard(geDinamap.maySend, frame) !== undefined;
/** A command as this driver would send it, with its checksum and the CR before it. */
const asSent = (text: string): Uint8Array => concatBytes(fromLatin1('\r'), line(` ${text}`));
const anySettings = fc.oneof(
  fc.constantFrom({}, { startCuff: { everyMin: 5, patient: 'adult' } }, { control: true, startEveryMin: 5 }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);

describe('what may be sent', () => {
  test.each(ALLOWED.map((text) => [JSON.stringify(text), text]))('%s', (_shown, text) => {
    expect(maySend(fromLatin1(text))).toBe(true);
  });

  test('of all commands only the four questions', () => {
    expect(COMMANDS.filter((command) => maySend(encodeCommand(command))).sort()).toEqual([...QUERIES].sort());
  });

  test.each(['NC0', 'ND'] as const)('not %s, with or without settings, alone or behind a question', (command) => {
    const order = encodeCommand(command);
    expect(maySend(order)).toBe(false);
    expect(passGuard(geDinamap.maySend, order, { control: true, startEveryMin: 5 })).toBeUndefined();
    expect(maySend(concatBytes(encodeCommand('NA'), order))).toBe(false);
    expect(maySend(concatBytes(order, encodeCommand('NA')))).toBe(false);
  });

  test('of all commands of two letters only the four questions', () => {
    const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(0x41 + i));
    const passed = letters
      .flatMap((first) => letters.map((second) => `${first}${second}`))
      .filter((pair) => maySend(asSent(pair)));
    expect(passed.sort()).toEqual([...QUERIES].sort());
  });

  test('no command with an argument: nothing that could set, start, stop or clear anything, whatever the settings are', () => {
    const anyPair = fc.oneof(fc.stringMatching(/^[A-Z]{2}$/), fc.constantFrom(...QUERIES));
    fc.assert(
      fc.property(anyPair, fc.stringMatching(/^[ -~]{1,20}$/), anySettings, (pair, argument, settings) => {
        for (const frame of [asSent(`${pair}${argument}`), line(` ${pair}${argument}`)]) {
          expect(passGuard(geDinamap.maySend, frame, settings)).toBeUndefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing one byte away from a question, and no part of one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALLOWED), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, bits) => {
        const frame = fromLatin1(text);
        const damaged = frame.map((byte, i) => (i === at % frame.length ? byte ^ bits : byte));
        expect(maySend(damaged)).toBe(ALLOWED.includes(latin1(damaged)));
        expect(maySend(frame.subarray(1 + (at % (frame.length - 1))))).toBe(false);
      }),
    );
  });
});

test('a driver gone mad gets the four questions onto the wire and nothing else, whatever the settings are', () => {
  const anyFrame = fc.oneof(
    fc.constantFrom(...COMMANDS).map(encodeCommand),
    fc.stringMatching(/^[A-Z]{2}[ -~]{0,8}$/).map(asSent),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, anySettings, (frame, settings) => {
      const isAllowed = ALLOWED.includes(latin1(frame));
      const { heard, refused, isFault } = runMad(sealDriver(geDinamap), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 300 },
  );
});

test('whatever happens to the session, it sends only what the guard allows', () => {
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc.constantFrom(...REPLIES.map(([, reply]) => reply)),
    fc.constantFrom(...COMMANDS).map((command) => ({ kind: 'command', command }) as const),
    fc.string({ maxLength: 4 }).map((text) => ({ kind: 'acknowledgement', letters: 'NC', text }) as const),
  );
  const anyInput = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('opened', 'closing', 'tick', 'tick', 'noise', 'undecodable') },
    { weight: 2, arbitrary: anyMessage },
  );
  let sent = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyInput, fc.nat(2500)), { maxLength: 40 }),
      fc.dictionary(fc.string(), fc.anything()),
      (inputs, settings) => {
        let state = geDinamap.start({ device: BENCH_DEVICE, settings });
        let at = 0;
        for (const [what, pauseMs] of [['opened', 0] as const, ...inputs]) {
          at += pauseMs;
          const [next, effects] = geDinamap.step(state, toInput(what, at));
          state = next;
          const queries = effects.flatMap((effect) => (effect.type === 'send' ? [effect.query] : []));
          for (const query of queries) expect(maySend(geDinamap.encode(query)), query).toBe(true);
          sent += queries.length;
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(sent).toBeGreaterThan(1000);
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
