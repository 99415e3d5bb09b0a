import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '$drivers/bytes.ts';
import { LINES } from '$drivers/contec/settings.ts';
import { Bench } from './bench.ts';
import { V46_FAST, V46_OFF, V46_USUAL, V7_FAST, V7_OFF, V7_USUAL } from './vectors.ts';

const NOISE = Uint8Array.from({ length: 100 }, (_, i) => (i * 89 + 41) % 256);
const times = (count: number, packet: Uint8Array) => concatBytes(...Array<Uint8Array>(count).fill(packet));

describe('a v7 oximeter', () => {
  test('is told at once to stop and to start, and is live with a tenth of a second of samples', () => {
    const bench = new Bench().open();
    expect(bench.commands()).toEqual(['stop-storage', 'stop', 'start']);
    bench.receive(times(5, V7_USUAL));
    expect(bench.states).toEqual([]);
    bench.receive(V7_USUAL);
    expect(bench.states).toEqual(['live']);
    expect(bench.lastReason).toMatch(/protocol v7/);
  });

  test('is told to start every second until it does', () => {
    const bench = new Bench().open().waitUntil(2250);
    expect(bench.commands(1)).toEqual(['start', 'start']);
  });

  test('gives numbers once a second and a pleth without seams', () => {
    const bench = new Bench().open().stream(5500, V7_USUAL);
    expect(bench.readings('pulseRate')).toEqual(Array(5).fill({ value: 118 }));
    expect(bench.readings('spo2')).toEqual(Array(5).fill({ value: 97 }));
    expect(bench.readings('perfusionIndex')).toEqual(Array(5).fill({ value: 2.4 }));
    const blocks = bench.waves('pleth');
    expect(blocks.map(({ isGapBefore }) => isGapBefore)).toEqual([true, ...Array<boolean>(20).fill(false)]);
  });

  test('is kept alive every 5 s, and only while it is live', () => {
    const bench = new Bench().open().stream(21_000, V7_USUAL);
    expect(bench.commands(1)).toEqual(Array(4).fill('keep-alive'));
    bench.waitUntil(30_000);
    expect(bench.commands(23_000)).not.toContain('keep-alive');
  });

  test('that says nothing for 2 s is silent and is told to start again, every second', () => {
    const bench = new Bench().open().stream(5000, V7_USUAL).waitUntil(6750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(7000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.commands(7000)).toEqual(['start']);
    bench.waitUntil(8000);
    expect(bench.commands(7000)).toEqual(['start', 'start']);
    bench.stream(9000, V7_USUAL);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('that was silent gives its next numbers after a whole new second: what came before does not count', () => {
    const bench = new Bench().open().stream(3000, V7_USUAL).receive(times(40, V7_USUAL)).waitUntil(6000);
    expect(bench.states).toEqual(['live', 'silent']);
    const before = bench.numerics.length;
    bench.receive(times(5 + 59, V7_FAST));
    expect(bench.numerics).toHaveLength(before);
    bench.receive(V7_FAST);
    expect(bench.readings('pulseRate').slice(before)).toEqual([{ value: 142 }]);
  });

  test('that falls silent has the end of its pleth told at its own time, apart from what comes later', () => {
    const bench = new Bench().open().receive(times(5, V7_USUAL)).stream(3000, V7_USUAL);
    bench.receive(times(10, V7_USUAL)).waitUntil(5000);
    expect(bench.states).toEqual(['live', 'silent']);
    const last = bench.waves('pleth').at(-1);
    expect([last?.samples.length, last?.isGapBefore]).toEqual([10, false]);
    expect(last?.at).toBeCloseTo(3000 + 1000 / 60, 6);
    bench.stream(6000, V7_USUAL);
    const [first] = bench.waves('pleth').filter(({ at }) => at > 4000);
    expect([first?.samples.length, first?.isGapBefore]).toEqual([15, true]);
  });

  test('that ends by itself is silent with its reason, and started again', () => {
    const bench = new Bench().open().stream(5000, V7_USUAL).receive(fromHex('0d 80 80')).waitUntil(7000);
    expect(bench.lastReason).toMatch(/said that it ends \(reason 0\)/);
    expect(bench.commands(7000)).toEqual(['start']);
    bench.stream(9000, V7_USUAL).waitUntil(12_000);
    expect(bench.lastReason).toMatch(/No sample/);
  });

  test('is opened anew on the same line when it stays silent', () => {
    const bench = new Bench().open().stream(5000, V7_USUAL).waitUntil(12_000);
    expect(bench.reopens).toEqual(['No sample from the oximeter for 2 s.']);
    expect(bench.lines).toEqual([undefined]);
    bench.open();
    expect(bench.commands(12_000)).toEqual(['stop-storage', 'stop', 'start']);
  });

  test('is told to stop when the station hangs up, and nothing after that', () => {
    const bench = new Bench().open().stream(2000, V7_USUAL).close().waitUntil(60_000);
    expect(bench.commands(2000)).toEqual(['stop']);
    expect(bench.reopens).toEqual([]);
  });
});

describe('a v4.6 oximeter', () => {
  test('is believed after one unbroken second, and told nothing', () => {
    const bench = new Bench({ format: 'v4.6' });
    bench.open().open();
    bench.receive(times(59, V46_FAST));
    expect(bench.states).toEqual([]);
    bench.receive(V46_FAST);
    expect(bench.states).toEqual(['live']);
    expect(bench.sent).toEqual([]);
  });

  test('gives its numbers once a second, above 127 too', () => {
    const bench = new Bench({ format: 'v4.6' });
    bench.open().open().stream(5500, V46_FAST);
    expect(bench.readings('pulseRate')).toEqual(Array(4).fill({ value: 142 }));
    expect(bench.readings('spo2')).toEqual(Array(4).fill({ value: 93 }));
    expect(bench.readings('perfusionIndex')).toEqual([]);
  });

  test('is heard on a link without a line too, and told nothing any more from then on', () => {
    const bench = new Bench().open().stream(60_000, V46_USUAL).close();
    expect(bench.states).toEqual(['live']);
    expect(bench.commands(1)).toEqual([]);
    expect(bench.reopens).toEqual([]);
  });

  test('that falls silent is not told anything; it is opened anew on its own line', () => {
    const bench = new Bench().open().waitUntil(2500).open().stream(8000, V46_USUAL).waitUntil(15_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.commands(2500)).toEqual([]);
    expect(bench.lines).toEqual([LINES['v4.6'], undefined]);
  });
});

describe('which line', () => {
  test('each generation has its own: 115200 8N1 and 19200 with odd parity', () => {
    const common = { dataBits: 8, stopBits: 1, rtscts: false };
    expect(LINES).toEqual({
      v7: { ...common, baudRate: 115_200, parity: 'none' },
      'v4.6': { ...common, baudRate: 19_200, parity: 'odd' },
    });
  });

  test('with auto 115200 8N1 is tried first, then 19200 8O1, and so on, 2.5 s each, with what was heard', () => {
    const bench = new Bench().open();
    for (let at = 2500; at <= 10_000; at += 2500) bench.waitUntil(at).open();
    expect(bench.lines).toEqual([LINES['v4.6'], LINES.v7, LINES['v4.6'], LINES.v7]);
    expect(bench.reopens[0]).toMatch(/Not a byte.*live data.*at 115200 8N1; 19200 8O1 is next/);
    expect(bench.reopens[1]).toMatch(/at 19200 8O1; 115200 8N1 is next/);
    expect(bench.commands(2500).length).toBeGreaterThan(0);
    expect(bench.sent.filter(({ at }) => at >= 2500 && at < 5000)).toEqual([]);
  });

  test('noise, as a wrong speed gives it, does not keep the wrong one', () => {
    const bench = new Bench().open();
    for (let at = 250; at <= 2500; at += 250) bench.waitUntil(at).receive(NOISE);
    expect(bench.lines).toEqual([LINES['v4.6']]);
    expect(bench.reopens[0]).toMatch(/no samples are among them/);
    expect(bench.observations).toEqual([]);
  });

  test('a row that is just being counted is waited for', () => {
    const bench = new Bench().open().waitUntil(2250).receive(times(15, V46_USUAL)).stream(4000, V46_USUAL);
    expect(bench.lines).toEqual([]);
    expect(bench.states).toEqual(['live']);
  });

  test('with a generation by name is its own, at once, and stays', () => {
    const v46 = new Bench({ format: 'v4.6' }).open();
    expect(v46.lines).toEqual([LINES['v4.6']]);
    v46.open().waitUntil(6000);
    expect(v46.lines).toEqual([LINES['v4.6'], undefined]);
    const v7 = new Bench({ format: 'v7' }).open().waitUntil(6000);
    expect(v7.lines).toEqual([undefined]);
    expect(v7.reopens[0]).toMatch(/Not a byte/);
  });
});

describe('wrong answers', () => {
  test('noise between samples costs a tenth of a second and a seam, never a number', () => {
    const bench = new Bench().open().stream(3000, V7_USUAL).receive(Uint8Array.of(0x55)).stream(6000, V7_USUAL);
    expect(bench.states).toEqual(['live']);
    expect(new Set(bench.readings('pulseRate').map((reading) => ('value' in reading ? reading.value : 0)))).toEqual(
      new Set([118]),
    );
    expect(bench.waves('pleth').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
  });

  test('noise that fills a block half tells that half', () => {
    const bench = new Bench()
      .open()
      .receive(times(6 + 19, V7_USUAL))
      .receive(Uint8Array.of(0x55))
      .receive(V7_USUAL);
    expect(bench.waves('pleth').map(({ samples }) => samples.length)).toEqual([15, 5]);
  });

  test('single samples between noise are not believed', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 200; i += 1) bench.receive(concatBytes(times(5, V7_USUAL), Uint8Array.of(0x55)));
    expect(bench.observations).toEqual([]);
  });

  test('samples of both generations in turn are not believed', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 200; i += 1) bench.receive(concatBytes(V7_USUAL, V46_USUAL));
    expect(bench.observations).toEqual([]);
  });

  test('a generation that the setting does not ask for is said', () => {
    const bench = new Bench({ format: 'v7' }).open().stream(8000, V46_USUAL);
    expect(bench.observations).toEqual([]);
    expect(bench.lastReason).toMatch(/speaks protocol v4.6; the setting "format" asks for v7/);
  });

  test('unknown packets and echoes of our own commands change nothing', () => {
    const bench = new Bench().open().stream(2000, V7_USUAL);
    bench.receive(fromHex('02 80 c1 c2')).receive(fromHex('7d 81 af 80 80 80 80 80 80')).stream(5000, V7_USUAL);
    expect(bench.undecodable).toEqual(['packet of type 0x02']);
    expect(bench.states).toEqual(['live']);
  });
});

describe('a sensor that is off', () => {
  test.each([
    ['v7', V7_USUAL, V7_OFF],
    ['v4.6', V46_USUAL, V46_OFF],
  ])('gives no numbers within a second, and no pleth: %s', (_generation, on, off) => {
    const bench = new Bench().open().stream(5000, on).stream(7000, off);
    expect(bench.readings('spo2').at(-1)).toEqual({ missing: 'sensor-off' });
    expect(bench.states).toEqual(['live']);
    expect(bench.waves('pleth').at(-1)?.samples[0]).toBe(-32768);
    bench.stream(10_000, on);
    expect(bench.readings('spo2').at(-1)).toEqual({ value: 97 });
  });
});

test('an oximeter that is exchanged for one of the other generation is found on the other line', () => {
  const bench = new Bench().open().stream(5000, V7_USUAL).waitUntil(12_000).open().waitUntil(15_000).open();
  bench.stream(20_000, V46_USUAL);
  expect(bench.lines).toEqual([undefined, LINES['v4.6']]);
  expect(bench.states.at(-1)).toBe('live');
  expect(bench.lastReason).toMatch(/v4.6/);
});

test.each(['v4', 'V7', 7, null, 'toString'])('a setting that is none is refused in words: %s', (format) => {
  expect(() => new Bench({ format })).toThrow(/format must be one of auto, v4.6, v7/);
});
