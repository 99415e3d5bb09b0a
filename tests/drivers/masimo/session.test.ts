import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { line } from '$drivers/ascii-line.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { masimo } from '$drivers/masimo/index.ts';
import type { Line, Message } from '$drivers/masimo/messages.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { GOOD, LINES, read, textOf, textWith } from './vectors.ts';

class Bench extends FoldedDriver<Message, never, ReturnType<typeof masimo.start>> {
  constructor() {
    super(masimo);
  }

  /** A line each second with the monitor's clock going along. */
  stream(until: number, changes: Partial<Line> = {}): this {
    while (this.now + 1000 <= until) {
      this.waitUntil(this.now + 1000);
      this.say(changes);
    }
    return this;
  }

  say(changes: Partial<Line> = {}): this {
    return this.receive(line(textWith({ deviceTime: (GOOD.deviceTime ?? 0) + this.now, ...changes })));
  }
}

describe('an oximeter that prints', () => {
  test('is live with its first whole line, and every line is a reading', () => {
    const bench = new Bench().open().receive(line(textWith({}).slice(30)));
    expect(bench.undecodable).toHaveLength(1);
    expect(bench.states).toEqual([]);
    bench.stream(5000);
    expect(bench.states).toEqual(['live']);
    expect(bench.readings('spo2')).toEqual(Array(5).fill({ value: 97 }));
    expect(bench.observations.filter(({ kind }) => kind === 'numerics').map(({ at }) => at)).toEqual([
      1000, 2000, 3000, 4000, 5000,
    ]);
  });

  test('a sensor that comes off is said, with dashes and with digits', () => {
    const bench = new Bench().open().stream(1000);
    bench.stream(2000, { saturation: 'dashes', pulseRate: 'dashes', exceptions: 0x820 });
    bench.stream(3000, { saturation: 97, pulseRate: 71, exceptions: 0x820 }).stream(4000);
    expect(bench.readings('spo2')).toEqual([
      { value: 97 },
      { missing: 'sensor-off' },
      { missing: 'sensor-off' },
      { value: 97 },
    ]);
  });

  test('its alarms are told when they change, and first of all', () => {
    const bench = new Bench()
      .open()
      .stream(2000)
      .stream(4000, { alarms: 0x12 })
      .stream(6000, { alarms: 0x22 })
      .stream(7000);
    expect(bench.alarms.map(({ at, alarms, isSilenced }) => [at, alarms.map(({ text }) => text), isSilenced])).toEqual([
      [1000, [], false],
      [3000, ['SpO2 low'], false],
      [5000, ['SpO2 low'], true],
      [7000, [], false],
    ]);
  });

  test('a line without an alarm field leaves the alarms as they were', () => {
    const bench = new Bench().open().stream(1000, { alarms: 0x12 });
    bench.receive(line('01/06/26 10:15:03 SPO2=097% BPM=071 EXC=000800'));
    expect(bench.alarms).toHaveLength(1);
    expect(bench.readings('spo2')).toHaveLength(2);
  });
});

describe('what is not new', () => {
  test('a line that comes again character for character is not observed, and after 3 s the oximeter is silent', () => {
    const bench = new Bench().open().stream(3000);
    const frozen = line(textWith({ deviceTime: 1_700_000_000_000 }));
    for (let at = 4000; at <= 20_000; at += 1000) bench.waitUntil(at).receive(frozen);
    expect(bench.readings('spo2')).toHaveLength(4);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/one and the same line/);
    expect(bench.reopens).toEqual([]);
    bench.stream(21_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('stored values are not observed; while they are printed the oximeter is silent', () => {
    const bench = new Bench().open().stream(2000);
    for (let at = 3000; at <= 9000; at += 1000) bench.waitUntil(at).receive(line(textOf('trend')));
    expect(bench.readings('spo2')).toHaveLength(2);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/stored values/);
  });
});

describe('an oximeter that is quiet', () => {
  test('is silent after 3 s, its link is opened anew after 10 s, and it is live with the next line', () => {
    const bench = new Bench().open().stream(5000).waitUntil(7750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(8000);
    expect(bench.states).toEqual(['live', 'silent']);
    bench.waitUntil(14_750);
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(15_000);
    expect(bench.reopens).toEqual(['No line from the oximeter for 3 s.']);
    bench.open().stream(16_000);
    expect(bench.states).toEqual(['live', 'silent', 'negotiating', 'live']);
  });

  test('from the beginning: the link is opened anew after 10 s, and the reason says what to look at', () => {
    const bench = new Bench().open().waitUntil(10_000);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte.*ASCII 1, 9600/);
  });

  test('with other words than ours: the link stays, and the reason says what is wrong', () => {
    const bench = new Bench().open();
    for (let at = 1000; at <= 30_000; at += 1000) bench.waitUntil(at).receive(line('Nothing that we know'));
    expect(bench.reopens).toEqual([]);
    expect(bench.statuses).toEqual([
      { type: 'status', state: 'negotiating', reason: expect.stringMatching(/no lines.*ASCII 1/) as string },
    ]);
  });

  test('with the wrong speed: noise, and the same advice', () => {
    const bench = new Bench().open();
    for (let at = 1000; at <= 12_000; at += 1000) bench.waitUntil(at).receive(new Uint8Array(50).fill(0xe6));
    expect(bench.noiseBytes).toBe(600);
    expect(bench.lastReason).toMatch(/9600 baud/);
  });

  test('after the station hung up nothing is told any more', () => {
    const bench = new Bench().open().stream(2000).close().waitUntil(60_000);
    expect(bench.states).toEqual(['live']);
    expect(bench.reopens).toEqual([]);
  });
});

test('whatever happens, not one byte is sent', () => {
  const anyMessage = fc.constantFrom(...LINES.map(({ text }) => read(text)), read(textWith({})));
  const anyInput = fc.oneof(
    fc.constantFrom('opened', 'tick', 'tick', 'closing'),
    fc.constantFrom('noise', 'undecodable'),
    anyMessage,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.nat(9000)), { maxLength: 40 }), (course) => {
      let state = masimo.start({ device: deviceId('oximeter'), settings: {} });
      let at = 0;
      for (const [what, pauseMs] of course) {
        at += pauseMs;
        const [next, effects] = masimo.step(state, toInput(what, at));
        state = next;
        expect(effects.filter(({ type }) => type === 'send')).toEqual([]);
      }
    }),
  );
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'no-start', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
