import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import { line } from '$drivers/ascii-line.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { TREND_END } from '$drivers/nellcor/codec.ts';
import { nellcor } from '$drivers/nellcor/index.ts';
import type { Message, Query, ReadingLine } from '$drivers/nellcor/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { GOOD, lineOf, LINES, read, readingWith } from './vectors.ts';

const TREND_HEADING = line('N-395 VERSION 2.0.0.0 TREND');
const LIMITS = 'N-395, version 2.0.0.0. Its own limits: SpO2 70 to 100 %, pulse rate 60 to 160 /min.';

class Bench extends FoldedDriver<Message, Query, ReturnType<typeof nellcor.start>> {
  constructor() {
    super(nellcor);
  }

  /** A line every 2 s with the oximeter's clock going along. */
  stream(until: number, changes: Partial<ReadingLine> = {}): this {
    while (this.now + 2000 <= until) {
      this.waitUntil(this.now + 2000);
      this.receive(readingWith({ deviceTime: (GOOD.deviceTime ?? 0) + this.now, ...changes }));
    }
    return this;
  }
}

describe('an oximeter that prints', () => {
  test('is told to go on when the link is opened, and live with its first line', () => {
    const bench = new Bench().open();
    expect(bench.sent).toEqual([{ at: 0, frame: '11' }]);
    bench.stream(6000);
    expect(bench.states).toEqual(['live']);
    expect(bench.readings('spo2')).toEqual(Array(3).fill({ value: 97 }));
    expect(bench.numerics.map(({ at }) => at)).toEqual([2000, 4000, 6000]);
    expect(bench.sent).toHaveLength(1);
  });

  test('its heading is shown with the live state, and again when it changes', () => {
    const bench = new Bench().open().receive(lineOf('heading')).receive(lineOf('columns')).receive(lineOf('mode'));
    bench.stream(4000);
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live', reason: LIMITS }]);
    bench.receive(line('N-395 VERSION 2.0.0.0 CRC: XXXX SpO2 Limit: 85-100% PR Limit: 60-160BPM')).stream(8000);
    expect(bench.lastReason).toBe(LIMITS.replace('70', '85'));
    expect(bench.statuses).toHaveLength(2);
  });

  test('its alarms are told when they change, and first of all', () => {
    const bench = new Bench()
      .open()
      .stream(4000)
      .stream(8000, { codes: ['SL'] })
      .stream(10_000, { codes: ['SL', 'AS'] });
    bench.stream(12_000);
    expect(bench.alarms.map(({ at, alarms, isSilenced }) => [at, alarms.map(({ text }) => text), isSilenced])).toEqual([
      [2000, [], false],
      [6000, ['SpO2 low'], false],
      [10_000, ['SpO2 low'], true],
      [12_000, [], false],
    ]);
  });

  test('a sensor that comes off is said', () => {
    const dashes = { value: 'dashes', isOutside: false } as const;
    const bench = new Bench().open().stream(2000);
    bench.stream(4000, { saturation: dashes, pulseRate: dashes, pulseAmplitude: dashes, codes: ['SO'] }).stream(6000);
    expect(bench.readings('spo2')).toEqual([{ value: 97 }, { missing: 'sensor-off' }, { value: 97 }]);
  });
});

describe('stored lines', () => {
  test('behind a heading of a trend are not observed, to their end and until the next heading', () => {
    const bench = new Bench().open().receive(lineOf('heading')).stream(4000);
    bench.receive(concatBytes(TREND_HEADING, lineOf('columns'), lineOf('trend-reading'), lineOf('reading'), TREND_END));
    bench.receive(lineOf('reading'));
    expect(bench.readings('spo2')).toHaveLength(2);
    bench.stream(12_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/stored values/);
    expect(bench.reopens).toEqual([]);
    bench.receive(lineOf('heading')).stream(14_000);
    expect(bench.readings('spo2')).toHaveLength(3);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('that run when we come are in doubt, for no heading says what they are', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 5; i += 1) bench.receive(readingWith({ deviceTime: 1_700_000_000_000 + i * 2000 }));
    expect(bench.readings('spo2')).toEqual(Array(5).fill({ value: 97, isQuestionable: true }));
    bench.stream(2000);
    expect(bench.readings('spo2').at(-1)).toEqual({ value: 97 });
  });

  test('that run behind the last line of a heading are in doubt, for its first line is not known', () => {
    const bench = new Bench()
      .open()
      .waitUntil(5000)
      .receive(concatBytes(lineOf('columns'), lineOf('trend-reading')));
    expect(bench.readings('spo2')).toEqual([{ value: 100, isQuestionable: true }]);
  });

  test('are in doubt again when the link was opened anew', () => {
    const bench = new Bench().open().receive(lineOf('heading')).open().receive(lineOf('trend-reading'));
    expect(bench.readings('spo2')).toEqual([{ value: 100, isQuestionable: true }]);
  });

  test.each([
    ['garbled', line('N-395 VERS')],
    ['lost in noise', Uint8Array.of(0xff, 0x00, 0x80)],
  ])('behind a heading that is %s are in doubt, until a line comes by itself', (_, heading) => {
    const bench = new Bench().open().receive(lineOf('heading')).stream(4000).waitUntil(6000);
    bench.receive(concatBytes(heading, lineOf('trend-reading'), lineOf('reading'))).stream(10_000);
    const doubtful = { value: 100, isQuestionable: true };
    expect(bench.readings('spo2')).toEqual([
      ...[{ value: 97 }, { value: 97 }],
      ...[doubtful, doubtful],
      ...[{ value: 97 }, { value: 97 }],
    ]);
  });

  test('stay unobserved whatever stands between them', () => {
    const bench = new Bench().open().receive(lineOf('heading')).stream(4000);
    bench.receive(concatBytes(TREND_HEADING, line('garbled'), lineOf('trend-reading'))).stream(10_000);
    expect(bench.readings('spo2')).toHaveLength(2);
  });

  test('behind a heading of their own are not in doubt: real-time lines may come together', () => {
    const bench = new Bench().open().receive(concatBytes(lineOf('heading'), lineOf('columns'), lineOf('rate-high')));
    expect(bench.readings('pulseRate')).toEqual([{ value: 142 }]);
  });
});

describe('an oximeter that is quiet', () => {
  test('is told to go on after 6 s and called silent, and the link is opened anew after 12 s', () => {
    const bench = new Bench().open().stream(4000).waitUntil(9750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(10_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.sentSince(1)).toEqual(['11']);
    bench.waitUntil(15_750);
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(16_000);
    expect(bench.reopens).toEqual(['No line from the oximeter for 6 s.']);
    bench.open().stream(20_000);
    expect(bench.states).toEqual(['live', 'silent', 'negotiating', 'live']);
  });

  test('from the beginning: told again after 6 s, opened anew after 12 s, and the reason says what to look at', () => {
    const bench = new Bench().open().waitUntil(12_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 6000]);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte.*mains/);
  });

  test('in its interactive mode: silent, with the way out; nothing is sent into its menu', () => {
    const bench = new Bench().open().stream(2000);
    for (let at = 3000; at <= 30_000; at += 1000) bench.waitUntil(at).receive(lineOf('menu-exit'));
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/interactive mode.*0 leaves it/);
    expect(bench.sentSince(1)).toEqual([]);
    expect(bench.reopens).toEqual([]);
  });

  test('with a picture that stands still: silent', () => {
    const bench = new Bench().open().stream(4000);
    const frozen = readingWith({ deviceTime: 1_700_000_000_000 });
    for (let at = 6000; at <= 20_000; at += 2000) bench.waitUntil(at).receive(frozen);
    expect(bench.readings('spo2')).toHaveLength(3);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/one and the same line/);
  });

  test('with other words than ours: the link stays, and the reason says what is wrong', () => {
    const bench = new Bench().open();
    for (let at = 1000; at <= 30_000; at += 1000) bench.waitUntil(at).receive(line('Nothing that we know'));
    expect(bench.reopens).toEqual([]);
    expect(bench.statuses).toHaveLength(1);
    expect(bench.lastReason).toMatch(/no lines of measurements/);
  });

  test('after the station hung up nothing is told or sent any more', () => {
    const bench = new Bench().open().stream(2000).close().waitUntil(60_000);
    expect(bench.states).toEqual(['live']);
    expect(bench.sentSince(1)).toEqual([]);
  });
});

describe('the send guard', () => {
  const maySend = (bytes: readonly number[]) => passGuard(nellcor.maySend, Uint8Array.from(bytes)) !== undefined;

  test('lets one XON pass and nothing else', () => {
    expect(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => maySend([byte]))).toEqual([0x11]);
    expect(maySend([])).toBe(false);
    expect(maySend([0x11, 0x11])).toBe(false);
    expect(maySend([0x03, 0x03])).toBe(false);
    expect(maySend([0x31, 0x0d, 0x0a])).toBe(false);
    expect(maySend([0x30, 0x0d, 0x0a])).toBe(false);
  });

  test('is never needed: whatever happens, the session sends XON or nothing', () => {
    const anyMessage = fc.constantFrom(...LINES.map(({ text }) => read(text)));
    const anyInput = fc.oneof(
      fc.constantFrom('opened', 'tick', 'tick', 'tick', 'closing', 'noise', 'undecodable'),
      anyMessage,
    );
    let sent = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(anyInput, fc.nat(9000)), { maxLength: 40 }), (course) => {
        let state = nellcor.start({ device: deviceId('oximeter'), settings: {} });
        let at = 0;
        for (const [what, pauseMs] of course) {
          at += pauseMs;
          const [next, effects] = nellcor.step(state, toInput(what, at));
          state = next;
          for (const effect of effects) {
            if (effect.type !== 'send') continue;
            sent += 1;
            expect(passGuard(nellcor.maySend, nellcor.encode(effect.query))).toBeDefined();
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(sent).toBeGreaterThan(100);
  });
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'no-start', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
