import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { encode, encodeReply } from '$drivers/capnostream/codec.ts';
import { frame } from '$drivers/capnostream/framing.ts';
import { capnostream } from '$drivers/capnostream/index.ts';
import type { Message, NumericsFrame, Query } from '$drivers/capnostream/messages.ts';
import type { SessionInput } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { EPOCH_S, NUMERICS, numericsWith, read, waveWith, wireOf } from './vectors.ts';

const WORDS = new Map<string, Query>(
  (['enable', 'disable', 'start', 'stop', 'alive', 'host-id'] as const).map((query) => [toHex(encode(query)), query]),
);

class Bench extends FoldedDriver<Message, Query, ReturnType<typeof capnostream.start>> {
  #counter = 0;

  constructor() {
    super(capnostream);
  }

  /** What was said since then, in words. */
  words(fromMs = 0): readonly (Query | undefined)[] {
    return this.sentSince(fromMs).map((hex) => WORDS.get(hex));
  }

  /** Samples every 50 ms and numerics every second, as far as they are wanted. */
  stream(until: number, { waves = true, numbers = true } = {}, changes: Partial<NumericsFrame> = {}): this {
    while (this.now < until) {
      const before = this.now;
      for (let at = before + 50; at <= before + 250; at += 50) {
        this.now = at;
        if (waves) this.receive(waveWith((this.#counter += 1)));
      }
      if (numbers && this.now % 1000 === 0) this.receive(numericsWith({ time: EPOCH_S + this.now / 1000, ...changes }));
      this.give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }
}

describe('the beginning', () => {
  test('communication is enabled; when the monitor says who it is its data are started', () => {
    const bench = new Bench().open();
    expect(bench.words()).toEqual(['enable']);
    bench.waitUntil(250).receive(wireOf('identity'));
    expect(bench.words()).toEqual(['enable', 'start', 'alive', 'host-id']);
    expect(bench.states).toEqual([]);
    bench.stream(1000);
    expect(bench.statuses).toEqual([
      {
        type: 'status',
        state: 'live',
        reason: 'Capnostream 45.67, serial number B355987654, oximetry Masimo.',
      },
    ]);
  });

  test('a waveform alone does not make it live, and is no waveform while its unit is not known', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(1750, { numbers: false });
    expect(bench.states).toEqual([]);
    expect(bench.observations).toEqual([]);
    bench.stream(4000);
    expect(bench.states).toEqual(['live']);
    expect(bench.waves('co2Pressure')[0]).toMatchObject({ at: 2000, isGapBefore: true });
  });

  test('data that nobody asked for are used, as from a recording', () => {
    const bench = new Bench().receive(wireOf('numerics'));
    expect(bench.readings('etco2')).toEqual([{ value: 38 }]);
    expect(bench.states).toEqual(['live']);
    const running = new Bench().open().stream(5000);
    expect(running.words(1)).toEqual(['alive', 'host-id']);
    expect(running.states).toEqual(['live']);
  });

  test('a monitor that does not answer is asked ten times, one second apart, then the link is opened anew', () => {
    const bench = new Bench().open().waitUntil(9750);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]);
    expect(new Set(bench.words())).toEqual(new Set(['enable']));
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(30_000);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte/);
    bench.open();
    expect(bench.words(30_000)).toEqual(['enable']);
  });

  test.each([
    ['noise', new Uint8Array(100).fill(0x55), /no frame is right/],
    ['frames that are no answer', frame(2), /sends frames but does not answer/],
  ])('the reason tells %s from silence', (_, bytes, reason) => {
    const bench = new Bench().open();
    for (let at = 1000; at <= 10_000; at += 1000) bench.waitUntil(at).receive(bytes);
    expect(bench.waitUntil(10_250).reopens[0]).toMatch(reason);
  });
});

describe('a monitor that sends', () => {
  test('gives its numbers each second and its waveform without a seam', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(10_000);
    expect(bench.numerics.map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((second) => 1000 * second));
    const blocks = bench.waves('co2Pressure');
    expect(blocks).toHaveLength(36);
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    blocks.forEach(({ at }, i) => expect(at).toBe(1000 + 250 * i));
  });

  test('is told every 5 s that we are there, and nothing else', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(30_000);
    expect(bench.sent.filter(({ frame: hex }) => WORDS.get(hex) === 'alive').map(({ at }) => at)).toEqual([
      0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000,
    ]);
    expect(new Set(bench.words(1))).toEqual(new Set(['alive', 'host-id']));
  });

  test('a sensor that comes off and an alarm are told when they change', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(2000);
    bench.stream(4000, {}, { saturation: 'none', pulseRate: 'none', oximeterAlarms: 0x20 }).stream(5000);
    expect(bench.readings('spo2')).toEqual([
      ...[{ value: 97 }, { value: 97 }],
      ...[{ missing: 'sensor-off' }, { missing: 'sensor-off' }],
      { value: 97 },
    ]);
    expect(bench.alarms.map(({ at, alarms }) => `${at} ${alarms.map(({ text }) => text).join()}`.trim())).toEqual([
      '1000',
      '3000 SpO2 sensor off',
      '5000',
    ]);
    bench.stream(6000, {}, { slowStatus: 0x02 });
    expect(bench.alarms.at(-1)).toMatchObject({ isSilenced: true, alarms: [] });
  });

  test('the status of the waveform says why there is no CO2', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(1000);
    bench.receive(waveWith(21, { status: 0x40 })).receive(numericsWith({ etco2: 'none', time: EPOCH_S }));
    expect(bench.readings('etco2').at(-1)).toEqual({ missing: 'sensor-off' });
  });

  test('that status is forgotten with the link', () => {
    const bench = new Bench()
      .open()
      .stream(1000)
      .receive(waveWith(21, { status: 0x40 }))
      .open();
    bench.receive(numericsWith({ time: EPOCH_S }));
    expect(bench.readings('etco2').at(-1)).toEqual({ value: 38 });
  });

  test('gets stop and disable when the station hangs up', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(2000).close();
    expect(bench.words(2000)).toEqual(['stop', 'disable']);
    bench.waitUntil(60_000).close();
    expect(bench.words(2001)).toEqual([]);
  });
});

describe('numerics that are none', () => {
  test('whose saturation is the respiratory rate of the frame before are dropped; the next right ones count', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(2000);
    bench.stream(3000, {}, { etco2: 0, fico2: 38, respiratoryRate: 1, saturation: 14, pulseRate: 97 }).stream(4000);
    expect(bench.readings('spo2')).toEqual(Array(3).fill({ value: 97 }));
    expect(bench.readings('etco2')).toEqual(Array(3).fill({ value: 38 }));
    expect(bench.states).toEqual(['live']);
  });

  test('all displaced: silent, and the reason says so', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(2000).stream(8000, {}, { saturation: 14 });
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/displaced/);
    expect(bench.readings('spo2')).toHaveLength(2);
  });

  test('with no respiratory rate before them are not suspected', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(1000, {}, { respiratoryRate: 'none' });
    bench.stream(2000, {}, { saturation: 'none' });
    expect(bench.readings('spo2')).toEqual([{ value: 97 }, { missing: 'not-measured' }]);
  });

  test('that come again byte for byte are no news', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(2000).stream(8000, {}, { time: EPOCH_S });
    expect(bench.readings('spo2')).toHaveLength(3);
    expect(bench.states).toEqual(['live', 'silent']);
    bench.stream(9000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });
});

describe('a monitor that falls silent', () => {
  test('is enabled again after 900 ms, called silent after 3 s, and the link is opened anew after ten requests', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(4000).waitUntil(4750);
    expect(bench.words(4001)).toEqual([]);
    bench.waitUntil(5000);
    expect(bench.words(4001)).toEqual(['enable']);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(7000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/Nothing comes/);
    bench.waitUntil(14_750);
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(15_000);
    expect(bench.reopens).toHaveLength(1);
  });

  test('that was restarted is enabled and started again, and the waveform has a gap', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(4000).waitUntil(8000);
    bench.receive(wireOf('identity'));
    expect(bench.words(8000)).toEqual(['enable', 'start', 'alive', 'host-id']);
    bench.stream(10_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.waves('co2Pressure').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
    expect(bench.reopens).toEqual([]);
  });

  test('in its numbers only is asked for them every 3 s and called silent, and its waveform goes on', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(4000).stream(12_000, { numbers: false });
    expect(bench.sent.filter(({ frame: hex }) => WORDS.get(hex) === 'start').map(({ at }) => at)).toEqual([
      0, 7000, 10_000,
    ]);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/waveform comes, but no new numbers/);
    expect(bench.waves('co2Pressure').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
  });

  test('the last samples of its waveform are not lost', () => {
    const bench = new Bench().open().receive(wireOf('identity')).stream(1000);
    bench.receive(waveWith(21)).receive(waveWith(22)).waitUntil(2000);
    expect(bench.waves('co2Pressure').flatMap(({ samples }) => [...samples])).toHaveLength(2);
  });
});

test('whatever happens, only what the guard allows is sent', () => {
  const anyMessage = fc.constantFrom(
    ...['identity', 'numerics', 'numerics-missing', 'wave', 'setup-4-2'].map((name) => read(wireOf(name))),
    read(encodeReply({ ...NUMERICS, saturation: 14, time: 5 })),
    read(encodeReply({ kind: 'revision', letter: 'A', number: 1 })),
  );
  const anyInput = fc.oneof(
    fc.constantFrom('opened', 'tick', 'tick', 'tick', 'closing', 'noise', 'undecodable'),
    anyMessage,
  );
  const counts = new Map<Query, number>();
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.nat(6000)), { maxLength: 40 }), (course) => {
      let state = capnostream.start({ device: deviceId('capnograph'), settings: {} });
      let at = 0;
      for (const [what, pauseMs] of course) {
        at += pauseMs;
        const [next, effects] = capnostream.step(state, toInput(what, at));
        state = next;
        for (const effect of effects) {
          if (effect.type !== 'send') continue;
          counts.set(effect.query, (counts.get(effect.query) ?? 0) + 1);
          expect(passGuard(capnostream.maySend, capnostream.encode(effect.query))).toBeDefined();
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(counts.size).toBe(6);
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'bad-sum', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'unknown-code' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
