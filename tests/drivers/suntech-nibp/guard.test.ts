import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { sealDriver, type SessionContext, type SessionInput } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { commandPacket } from '$drivers/suntech-nibp/framing.ts';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import type { Query, Reply } from '$drivers/suntech-nibp/messages.ts';
import { MINUTE_MS, monotonicMs } from '$lib/domain/index.ts';
import { runMad } from '../../support/mad-driver.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { ABORT, anyConfigured, hasLeave, leaveFor, NO_LEAVE, STARTS, type Settings } from './leaves.ts';
import { COMMANDS, data, REPLIES, SERVICE } from './vectors.ts';

const QUESTIONS = ['3a 79 05 00 48', '3a 79 03 00 4a'];
const ORDERS = [ABORT, ...Object.values(STARTS)];
const passes = (bytes: Uint8Array, settings: Settings | undefined): boolean =>
  passGuard(suntechNibp.maySend, bytes, settings) !== undefined;

/** All frames of the protocol that may leave under these settings. */
const allowedUnder = (settings: Settings | undefined): readonly string[] =>
  [...COMMANDS.map(([hex]) => hex), toHex(SERVICE)].filter((hex) => passes(fromHex(hex), settings));

describe('what may be sent', () => {
  test.each(NO_LEAVE)('with %s: the two questions, nothing else', (_what, settings) => {
    expect(new Set(allowedUnder(settings))).toEqual(new Set(QUESTIONS));
  });

  test.each(['adult', 'paediatric', 'neonate'] as const)(
    'with leave for an %s patient: the questions, the start for this kind of patient, the abort',
    (patient) => {
      expect(new Set(allowedUnder(leaveFor(patient)))).toEqual(new Set([...QUESTIONS, STARTS[patient], ABORT]));
    },
  );

  test('a pattern that is asked without settings gives no leave', () => {
    for (const hex of ORDERS) {
      expect(suntechNibp.maySend.some((pattern) => pattern.matches(fromHex(hex)))).toBe(false);
    }
  });

  test('a start or an abort exactly when the settings are a leave for it, whatever the settings are', () => {
    const seen = { passed: 0, stopped: 0 };
    fc.assert(
      fc.property(anyConfigured, fc.constantFrom(...ORDERS), (configured, hex) => {
        const isPassed = passes(fromHex(hex), configured.settings);
        expect(isPassed).toBe(hasLeave(hex, configured));
        seen[isPassed ? 'passed' : 'stopped'] += 1;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.passed, seen.stopped)).toBeGreaterThan(300);
  });

  test('of all other commands that can be written the two questions, whatever the settings are', () => {
    const anyCommand = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      fc.tuple(fc.constantFrom(0x17, 0x79, 0x0c), fc.nat(255), fc.nat(255)).map((bytes) => Uint8Array.from(bytes)),
      fc.nat(255).map((code) => Uint8Array.of(code)),
    );
    fc.assert(
      fc.property(anyConfigured, anyCommand, (configured, command) => {
        const wire = commandPacket(command);
        const hex = toHex(wire);
        expect(passes(wire, configured.settings)).toBe(QUESTIONS.includes(hex) || hasLeave(hex, configured));
      }),
      { numRuns: 3000 },
    );
  });

  test('nothing one byte away, before or behind, with leave or without', () => {
    const anyFrame = fc.constantFrom(...COMMANDS.map(([hex]) => hex));
    fc.assert(
      fc.property(anyConfigured, anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (configured, hex, at, bits) => {
        const frame = fromHex(hex);
        const damaged = frame.map((byte, i) => (i === at % frame.length ? byte ^ bits : byte));
        const others = [damaged, concatBytes(frame, frame), concatBytes(frame, Uint8Array.of(bits)), frame.subarray(1)];
        for (const other of others) expect(passes(other, configured.settings), toHex(other)).toBe(false);
      }),
    );
  });
});

describe('a driver gone mad', () => {
  const driver = sealDriver(suntechNibp);

  test('gets a start or an abort onto the wire exactly when the configuration is a leave for it; else the link is in fault', () => {
    let starts = 0;
    fc.assert(
      fc.property(anyConfigured, fc.constantFrom(...ORDERS), (configured, hex) => {
        fc.pre(isPlain(configured.settings));
        const isAllowed = hasLeave(hex, configured);
        const { heard, refused, isFault } = runMad(driver, fromHex(hex), configured.settings);
        expect(heard).toEqual(isAllowed ? [hex] : []);
        expect(refused).toEqual(isAllowed ? [] : [hex]);
        expect(isFault).toBe(!isAllowed);
        if (isAllowed) starts += 1;
      }),
      { numRuns: 400 },
    );
    expect(starts).toBeGreaterThan(20);
  });

  test('cannot give itself leave: the guard reads what the configuration gave', () => {
    const settings: Settings = { startCuff: { everyMin: 5, patient: 'neonate' }, other: {} };
    for (const patient of ['adult', 'paediatric'] as const) {
      const tamper = (context: SessionContext) => {
        Object.assign(context.settings, leaveFor(patient));
        Object.assign(context.settings['startCuff'] ?? {}, { patient });
      };
      expect(runMad(driver, fromHex(STARTS[patient]), settings, tamper).heard).toEqual([]);
      expect(runMad(driver, fromHex(STARTS[patient]), {}, tamper).heard).toEqual([]);
    }
    expect(settings).toEqual({ startCuff: { everyMin: 5, patient: 'neonate' }, other: {} });
  });

  /** As a configuration can be: it was read from JSON. */
  function isPlain(settings: Settings): boolean {
    try {
      structuredClone(settings);
      return true;
    } catch {
      return false;
    }
  }
});

describe('whatever happens to the session', () => {
  const anyReply: fc.Arbitrary<Reply> = fc.oneof(
    fc.constantFrom(...REPLIES.map(([, reply]) => reply)),
    fc.integer({ min: -5, max: 200 }).map((mmHg) => ({ kind: 'pressure', mmHg }) as const),
    fc.record({ systolic: fc.nat(200), diastolic: fc.nat(100), heartRate: fc.nat(200), error: fc.nat(3) }).map(data),
  );
  const slack = fc.integer({ min: 0, max: 5 }).map((mmHg): Reply => ({ kind: 'pressure', mmHg }));
  const anyInput = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('opened', 'closing', 'noise', 'undecodable') },
    { weight: 6, arbitrary: fc.constant('tick') },
    { weight: 6, arbitrary: slack },
    { weight: 4, arbitrary: anyReply },
  );
  const anySettings = fc.oneof(
    fc.constant<Settings>({}),
    fc.constantFrom('adult', 'paediatric', 'neonate').map((patient) => leaveFor(patient, 2)),
  );

  const anyCourse = fc.array(fc.tuple(anyInput, fc.nat(4000)), { minLength: 100, maxLength: 150 });

  /** What the session sends in this course of things, and when; each query must pass the guard. */
  function sentIn(settings: Settings, course: readonly (readonly [string | Reply, number])[]) {
    let state = suntechNibp.start({ device: BENCH_DEVICE, settings });
    let at = 0;
    const sent: { readonly at: number; readonly kind: Query['kind'] }[] = [];
    for (const [what, pauseMs] of [['opened', 0] as const, ...course]) {
      at += pauseMs;
      const [next, effects] = suntechNibp.step(state, toInput(what, at));
      state = next;
      for (const effect of effects) {
        if (effect.type !== 'send') continue;
        expect(passes(suntechNibp.encode(effect.query), settings), JSON.stringify(effect.query)).toBe(true);
        sent.push({ at, kind: effect.query.kind });
      }
    }
    return sent;
  }

  test('it sends only what the guard allows, and acts on nobody without leave', () => {
    const seen = new Map<Query['kind'], number>();
    fc.assert(
      fc.property(anySettings, anyCourse, (settings, course) => {
        for (const { kind } of sentIn(settings, course)) {
          if (!('startCuff' in settings)) expect(['get-pressure', 'get-data']).toContain(kind);
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: 400, seed: 5 },
    );
    for (const kind of ['get-pressure', 'get-data', 'start', 'abort'] as const) {
      expect(seen.get(kind), kind).toBeGreaterThan(10);
    }
  });

  test('with leave it never starts before a whole interval is over, the first time and every time', () => {
    let starts = 0;
    fc.assert(
      fc.property(anyCourse, (course) => {
        let restsUntil = 2 * MINUTE_MS;
        for (const { at } of sentIn(leaveFor('adult', 2), course).filter(({ kind }) => kind === 'start')) {
          expect(at).toBeGreaterThanOrEqual(restsUntil);
          restsUntil = at + 2 * MINUTE_MS;
          starts += 1;
        }
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(starts).toBeGreaterThan(10);
  });

  function toInput(what: string | Reply, at: number): SessionInput<Reply> {
    const now = monotonicMs(at);
    if (typeof what !== 'string') return { type: 'message', now, message: what };
    if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
    if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
    return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
  }
});
