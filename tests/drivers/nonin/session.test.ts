import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1 } from '$drivers/bytes.ts';
import { Bench, packetWith, SET_FORMAT } from './bench.ts';
import { CAPTURED_PACKET, DF8, LINES, SPOT_CHECK } from './vectors.ts';

const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);
const LINE = fromLatin1(LINES.usual);
const NOISE = new Uint8Array(40).fill(0xe6);
const DF7_PACKET = packetWith({ format: 'df7' });
/** A spot check with other status bits. */
const stored = fromHex('00 02 00 0d 00 0e 14 1a 01 0f 09 1e 05 00 02 10 00 76 00 61 53 03');

const sentTimes = (bench: Bench) => bench.sent.map(({ at }) => at);

describe('what comes by itself', () => {
  test.each([
    ['format 2', CAPTURED_PACKET, 333, /data format 2\./],
    ['format 7', DF7_PACKET, 333, /data format 7\./],
    ['ASCII lines', LINE, 1000, /ASCII lines\./],
    ['format 8', DF8.usual, 1000, /data format 8\./],
  ])('%s is recognised and used, and nothing is asked', (_name, bytes, everyMs, remark) => {
    const bench = new Bench().open().stream(20_000, everyMs, bytes);
    expect(bench.sent).toEqual([]);
    expect(bench.states).toEqual(['live']);
    expect(bench.lastReason).toMatch(remark);
    expect(bench.numerics.length).toBeGreaterThan(10);
    expect(bench.reopens).toEqual([]);
  });

  test('a packet is told three times a second, its pleth with it', () => {
    const bench = new Bench().open().stream(1000, 333, CAPTURED_PACKET);
    expect(bench.numerics.map(({ at }) => at)).toEqual([333, 666, 999]);
    expect(bench.waves('pleth').map(({ samples }) => samples.length)).toEqual([25, 25, 25]);
    expect(bench.readings('pulseRate')).toEqual(Array(3).fill({ value: 74 }));
  });

  test('a low battery is said as long as it is low', () => {
    const low = packetWith({ numbers: { stat2: 1 } });
    const bench = new Bench()
      .open()
      .stream(1000, 333, CAPTURED_PACKET)
      .stream(2000, 333, low)
      .stream(3000, 333, CAPTURED_PACKET);
    expect(bench.statuses.map(({ reason }) => /battery is low/.test(reason ?? ''))).toEqual([false, true, false]);
  });

  test('a line of other words, as at power-on, is no reading', () => {
    const bench = new Bench().open().receive(fromLatin1('ANY MODEL 01/15/26 09:30\r\n'));
    expect(bench.states).toEqual([]);
    expect(bench.undecodable).toEqual([]);
    bench.receive(LINE);
    expect(bench.states).toEqual(['live']);
  });
});

describe('an oximeter that says nothing', () => {
  test('is asked for format 2 after 2.5 s, three times, and its link is opened anew after 10 s', () => {
    const bench = new Bench().open().waitUntil(9750);
    expect(bench.sent).toEqual([2500, 3500, 4500].map((at) => ({ at, frame: SET_FORMAT(2) })));
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(10_000);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte.*TTL/);
    bench.open().waitUntil(12_500);
    expect(bench.sent.at(-1)).toEqual({ at: 12_500, frame: SET_FORMAT(2) });
  });

  test('but acknowledges is given 5 s for its data', () => {
    const bench = new Bench().open().waitUntil(2600).receive(ACK).waitUntil(7500);
    expect(sentTimes(bench)).toEqual([2500]);
    bench.waitUntil(7750);
    expect(sentTimes(bench)).toEqual([2500, 7750]);
    bench.receive(ACK).stream(9000, 333, CAPTURED_PACKET);
    expect(bench.states).toEqual(['live']);
  });

  test('but refuses is not asked again, and that is said', () => {
    const bench = new Bench().open().waitUntil(2500).receive(NAK);
    for (let at = 3000; at <= 20_000; at += 1000) bench.waitUntil(at).receive(NAK);
    expect(sentTimes(bench)).toEqual([2500]);
    expect(bench.lastReason).toMatch(/refuses the data format/);
    expect(bench.reopens).toEqual([]);
  });

  test('for 3 s is silent, is asked at once for what it sent before, and is live with its next packet', () => {
    const bench = new Bench().open().stream(5000, 333, DF7_PACKET).waitUntil(7750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(8000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.sent).toEqual([{ at: 8000, frame: SET_FORMAT(7) }]);
    bench.stream(8999, 333, DF7_PACKET);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.sent).toHaveLength(1);
  });

  test('is opened anew when it stays silent', () => {
    const bench = new Bench().open().stream(5000, 333, CAPTURED_PACKET).waitUntil(16_000);
    expect(sentTimes(bench)).toHaveLength(3);
    expect(bench.reopens).toEqual(['No reading from the oximeter for 3 s.']);
  });

  test('and printed lines before is not asked: it hears nothing', () => {
    const bench = new Bench().open().stream(1000, 1000, LINE).waitUntil(20_000);
    expect(bench.sent).toEqual([]);
    expect(bench.states).toEqual(['live', 'silent']);
  });
});

describe('wrong answers', () => {
  test('noise keeps the link open and is explained', () => {
    const bench = new Bench().open().stream(20_000, 500, NOISE);
    expect(bench.reopens).toEqual([]);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(/no readings.*9600 baud/);
    expect(bench.numerics).toEqual([]);
  });

  test('after an interruption by noise the next whole packet counts', () => {
    const bench = new Bench()
      .open()
      .stream(2000, 333, CAPTURED_PACKET)
      .receive(NOISE)
      .stream(7000, 333, CAPTURED_PACKET);
    expect(bench.states).toEqual(['live']);
    expect(bench.readings('spo2').every((reading) => 'value' in reading && reading.value === 96)).toBe(true);
  });

  test('damaged packets alone are no readings: silent after 3 s, whatever their pleth does', () => {
    const bench = new Bench().open().stream(2000, 333, CAPTURED_PACKET);
    bench.stream(6000, 333, concatBytes(CAPTURED_PACKET.subarray(0, 60), NOISE));
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.numerics.at(-1)?.at).toBeLessThan(2000);
  });

  test('a damaged packet keeps its pleth and gives no numbers', () => {
    const bench = new Bench().open().stream(700, 333, CAPTURED_PACKET).waitUntil(1000);
    bench.receive(concatBytes(CAPTURED_PACKET.subarray(0, 60), CAPTURED_PACKET));
    expect(bench.waves('pleth').map(({ samples, isGapBefore }) => [samples.length, isGapBefore])).toEqual([
      [25, true],
      [25, false],
      [12, false],
      [25, true],
    ]);
    expect(bench.numerics).toHaveLength(3);
  });

  test('a packet that is lost as a whole leaves a gap in the pleth', () => {
    const bench = new Bench().open().stream(999, 333, CAPTURED_PACKET).waitUntil(1332);
    bench.receive(CAPTURED_PACKET.map((byte, at) => (at === 4 ? byte ^ 1 : byte))).stream(2000, 333, CAPTURED_PACKET);
    expect(bench.waves('pleth').map(({ isGapBefore }) => isGapBefore)).toEqual([true, false, false, true, false]);
  });

  test('a damaged packet before the first whole one is not used at all', () => {
    const bench = new Bench().open().receive(concatBytes(CAPTURED_PACKET.subarray(0, 60), NOISE));
    expect(bench.observations).toEqual([]);
  });

  test('acknowledgements and refusals that nobody waits for change nothing', () => {
    const bench = new Bench().open().receive(ACK).receive(NAK).receive(fromHex('02 f2 00 03'));
    bench.stream(4000, 333, CAPTURED_PACKET).receive(NAK).waitUntil(7250);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.sent).toHaveLength(1);
  });

  test('an oximeter that restarts in another format is found again within 4 s of its first packet', () => {
    const bench = new Bench()
      .open()
      .stream(3000, 333, DF7_PACKET)
      .stream(5000, 1000, DF8.usual)
      .stream(6000, 1000, DF8.usual);
    bench.stream(9000, 333, CAPTURED_PACKET);
    expect(bench.states.at(-1)).toBe('live');
    expect(bench.lastReason).toMatch(/data format 2\./);
  });
});

describe('format 8 has no sum, so', () => {
  test('its first reading is not believed', () => {
    const bench = new Bench().open().stream(2000, 1000, DF8.fast);
    expect(bench.numerics).toEqual([]);
    bench.stream(3000, 1000, DF8.fast);
    expect(bench.readings('pulseRate')).toEqual([{ value: 142 }]);
  });

  test('readings that follow each other too fast are not believed', () => {
    const bench = new Bench().open().stream(10_000, 250, DF8.fast);
    expect(bench.numerics).toEqual([]);
  });

  test('a reading behind noise is not believed', () => {
    const bench = new Bench().open().stream(5000, 1000, DF8.usual);
    const before = bench.numerics.length;
    bench.waitUntil(6000).receive(Uint8Array.of(0xff)).receive(DF8.fast).waitUntil(7000).receive(DF8.usual);
    expect(
      bench
        .readings('pulseRate')
        .slice(before)
        .filter((reading) => 'value' in reading && reading.value === 142),
    ).toEqual([]);
    bench.stream(10_000, 1000, DF8.usual);
    expect(bench.numerics.length).toBeGreaterThan(before);
  });

  test('a damaged frame of format 7 that looks like it is not believed', () => {
    const bench = new Bench().open();
    const alike = fromHex('80 30 20 10 ff');
    for (let at = 333; at < 20_000; at += 333) {
      bench.waitUntil(at).receive(at % 999 === 0 ? concatBytes(DF7_PACKET.subarray(0, 50), alike) : DF7_PACKET);
    }
    const rates = new Set(
      bench.readings('pulseRate').map((reading) => ('value' in reading ? reading.value : reading.missing)),
    );
    expect(rates).toEqual(new Set([72]));
  });
});

describe('spot checks', () => {
  test('are told with the oximeter’s time; they are no stream, so format 2 is asked for', () => {
    const bench = new Bench().open().waitUntil(1000).receive(SPOT_CHECK).waitUntil(3000);
    expect(bench.numerics).toEqual([
      {
        kind: 'numerics',
        source: 'device-1',
        at: 1000,
        deviceTime: Date.UTC(2026, 0, 15, 9, 30, 5),
        values: { pulseRate: { value: 118 }, spo2: { value: 97 } },
      },
    ]);
    expect(bench.states).toEqual([]);
    expect(bench.sent[0]?.frame).toBe(SET_FORMAT(2));
  });

  test('from memory are old, and not told', () => {
    const bench = new Bench({ format: 'df13' }).open().receive(stored);
    expect(bench.undecodable).toEqual([]);
    expect(bench.observations).toEqual([]);
    expect(bench.states).toEqual([]);
  });

  test('where the setting asks for them may stay away for any time', () => {
    const bench = new Bench({ format: 'df13' }).open().waitUntil(2500);
    expect(bench.sent[0]?.frame).toBe(SET_FORMAT(13));
    bench.receive(ACK).waitUntil(60_000).receive(SPOT_CHECK).waitUntil(120_000).receive(SPOT_CHECK).waitUntil(300_000);
    expect(bench.states).toEqual(['live', 'silent', 'live', 'silent']);
    expect(bench.lastReason).toMatch(/single readings/);
    expect(bench.reopens).toEqual([]);
    expect(bench.sent.every(({ at }) => at < 10_000)).toBe(true);
    expect(bench.numerics).toHaveLength(2);
  });
});

describe('the setting "format"', () => {
  test.each([
    ['df2', 2],
    ['df7', 7],
    ['df8', 8],
  ])('%s asks for that format, and believes no other', (format, number) => {
    const foreign = format === 'df2' ? DF7_PACKET : CAPTURED_PACKET;
    const bench = new Bench({ format }).open().stream(12_000, 333, foreign);
    expect(bench.sent.map(({ frame }) => frame)).toEqual(Array(3).fill(SET_FORMAT(number)));
    expect(bench.observations).toEqual([]);
    expect(bench.lastReason).toMatch(/sends data format \d; the setting "format" asks for data format \d/);
    expect(bench.reopens).toEqual([]);
  });

  test('ascii believes lines alone and never asks', () => {
    const bench = new Bench({ format: 'ascii' }).open().stream(12_000, 333, CAPTURED_PACKET);
    expect(bench.sent).toEqual([]);
    expect(bench.observations).toEqual([]);
    bench.stream(14_000, 1000, LINE);
    expect(bench.numerics).toHaveLength(2);
    expect(bench.states.at(-1)).toBe('live');
  });

  test.each(['df1', 'DF2', 2, null, 'toString'])('that is none is refused in words: %s', (format) => {
    expect(() => new Bench({ format })).toThrow(/format must be one of auto, ascii, df2/);
  });
});

test('after closing nothing is asked and nothing is said', () => {
  const bench = new Bench().open().stream(1000, 333, CAPTURED_PACKET).close().waitUntil(60_000);
  expect(bench.sent).toEqual([]);
  expect(bench.states).toEqual(['live']);
  expect(bench.reopens).toEqual([]);
});
