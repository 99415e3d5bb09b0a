import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '$drivers/bytes.ts';
import { encodeCommand, encodeReply } from '$drivers/ge-dinamap/codec.ts';
import { line } from '$drivers/ge-dinamap/framing.ts';
import { cuff, newBench, oximeter, rate, reading, say, talk } from './monitor.ts';

const STRANGE = line(' ZZ1');

describe('on opening', () => {
  test('the monitor is asked for its cuff alone, until it answers', () => {
    const bench = newBench().open().waitUntil(2750);
    expect(bench.sent).toEqual([
      { at: 0, query: 'NA' },
      { at: 1000, query: 'NA' },
      { at: 2000, query: 'NA' },
    ]);
    expect(bench.statuses).toEqual([]);
    say(bench, cuff());
    expect(bench.states).toEqual(['live']);
  });

  test('everything is asked for in turn, one question at a time', () => {
    const bench = talk(newBench().open(), 10_000);
    const times = (query: string) => bench.sent.filter((each) => each.query === query).map(({ at }) => at);
    expect(bench.queries().slice(0, 5)).toEqual(['NA', 'RA', 'OA', 'TC', 'NA']);
    for (const query of ['NA', 'RA', 'OA']) {
      const gaps = times(query)
        .slice(1)
        .map((at, i) => at - (times(query)[i] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(1300);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    }
    expect(times('TC').length).toBe(4);
    const gaps = bench.sent.slice(1).map(({ at }, i) => at - (bench.sent[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50);
  });

  test('replies are used that nobody asked for, as from a recording', () => {
    const bench = say(say(newBench(), oximeter()), reading(3));
    expect(bench.readings('spo2')).toEqual([{ value: 97 }]);
    expect(bench.states).toEqual(['live']);
  });
});

describe('a monitor that does not answer', () => {
  test('is asked with growing pauses, then the link is opened anew with a hint', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 4000, 7000, 13_000, 24_000]);
    expect(bench.statuses).toMatchObject([{ state: 'negotiating' }]);
    expect(bench.lastReason).toMatch(/Not a byte/);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte/);
    bench.open();
    expect(bench.sent.at(-1)).toEqual({ at: 60_000, query: 'NA' });
  });

  test.each([
    ['noise', new Uint8Array(200).fill(0x55), /no line is right/],
    ['damaged lines', fromLatin1(' NA21\r'), /no line is right/],
    ['lines that nobody understands', STRANGE, /does not understand/],
  ])('but with %s gets the hint for that', (_what, bytes, hint) => {
    const bench = newBench().open().waitUntil(500).receive(bytes).waitUntil(3500);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(hint);
  });

  test('any more is silent after three questions, is asked again, and is live with the first answer', () => {
    const bench = talk(newBench().open(), 20_000);
    const lastHeard = bench.observations.at(-1)?.at ?? 0;
    bench.waitUntil(30_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The monitor does not answer.');
    const silentFrom = bench.sent
      .filter(({ at }) => at > lastHeard)
      .map(({ at, query }) => `${at - lastHeard} ${query}`);
    expect(silentFrom.slice(0, 3).map((each) => each.split(' ')[1])).toEqual(['NA', 'RA', 'OA']);
    expect(bench.reopens).toEqual([]);
    talk(bench, 60_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.queries(45_000)).toContain('OA');
  });

  test('after a silence of about 25 s has its link opened anew', () => {
    const bench = talk(newBench().open(), 20_000).waitUntil(60_000);
    expect(bench.reopens).toEqual(['The monitor does not answer.']);
    expect(bench.queries(50_000)).toEqual([]);
  });
});

describe('a question that stays unanswered while others are answered', () => {
  test('is put to rest and said, and the others keep their pace', () => {
    const bench = talk(newBench().open(), 60_000, { OA: undefined, TC: undefined });
    expect(bench.states.every((state) => state === 'live')).toBe(true);
    expect(bench.lastReason).toBe('The monitor does not answer OA, TC.');
    const cuffs = bench.sent.filter(({ at, query }) => query === 'NA' && at > 20_000 && at < 30_000);
    expect(cuffs.length).toBeGreaterThanOrEqual(8);
    expect(bench.queries(15_000).filter((query) => query === 'OA').length).toBeLessThanOrEqual(3);
  });

  test('is asked again after 30 s, and the word about it is taken back', () => {
    const bench = talk(newBench().open(), 20_000, { OA: undefined });
    expect(bench.lastReason).toBe('The monitor does not answer OA.');
    talk(bench, 50_000);
    expect(bench.statuses.at(-1)).toEqual({ type: 'status', state: 'live' });
    expect(bench.readings('spo2').length).toBeGreaterThan(5);
  });
});

describe('a reply', () => {
  test('that is damaged is asked for once more, at once', () => {
    const bench = newBench().open();
    say(bench, cuff());
    expect(bench.queries()).toEqual(['NA', 'RA']);
    const damaged = encodeReply(rate()).map((byte, i) => (i === 4 ? byte ^ 1 : byte));
    bench.receive(damaged);
    expect(bench.queries()).toEqual(['NA', 'RA', 'RA']);
    bench.receive(damaged);
    expect(bench.queries()).toEqual(['NA', 'RA', 'RA']);
    say(bench, rate());
    expect(bench.queries()).toEqual(['NA', 'RA', 'RA', 'OA']);
    expect(bench.readings('pulseRate')).toEqual([{ value: 118 }]);
    expect(bench.noiseBytes).toBe(2 * damaged.length);
  });

  test('that is not understood is asked for once more, then it is the next question’s turn', () => {
    const bench = say(newBench().open(), cuff());
    bench.receive(STRANGE).receive(STRANGE);
    expect(bench.queries()).toEqual(['NA', 'RA', 'RA', 'OA']);
    expect(bench.undecodable).toEqual([' ZZ1', ' ZZ1']);
  });

  test('with other letters is used, and answers nothing', () => {
    const bench = say(newBench().open(), cuff());
    say(bench, oximeter());
    expect(bench.readings('spo2')).toEqual([{ value: 97 }]);
    expect(bench.queries()).toEqual(['NA', 'RA']);
    bench.waitUntil(1000);
    expect(bench.queries().slice(2)[0]).toBe('OA');
  });

  test('that is our own question, on a line that echoes, is no answer', () => {
    const bench = newBench().open().receive(encodeCommand('NA'));
    expect(bench.states).toEqual([]);
    expect(bench.queries()).toEqual(['NA']);
    say(bench, cuff());
    expect(bench.states).toEqual(['live']);
    expect(bench.undecodable).toEqual([]);
  });
});

test('closing says nothing, and nothing is asked afterwards', () => {
  const bench = talk(newBench().open(), 5000);
  const asked = bench.sent.length;
  bench.close().waitUntil(20_000);
  expect(bench.sent).toHaveLength(asked);
});
