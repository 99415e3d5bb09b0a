import { describe, expect, test } from 'vitest';
import { replyPacket } from '$drivers/suntech-nibp/framing.ts';
import { FakeModule, HIGH, newBench, pressure, say, signal } from './module.ts';
import { WRONG_SUM } from './vectors.ts';

const kinds = (queries: readonly { readonly kind: string }[]): readonly string[] => queries.map(({ kind }) => kind);

describe('on opening', () => {
  test('the module is asked for its pressure until it answers, then for its numbers once, then for the pressure', () => {
    const module = new FakeModule().run(5000);
    expect(module.bench.states).toEqual(['live']);
    expect(kinds(module.bench.queries()).slice(0, 4)).toEqual([
      'get-pressure',
      'get-data',
      'get-pressure',
      'get-pressure',
    ]);
    expect(kinds(module.bench.queries()).filter((kind) => kind === 'get-data')).toHaveLength(1);
    const times = module.bench.sent.slice(2).map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - (times[i] ?? 0))).toEqual(Array<number>(times.length - 1).fill(500));
  });

  test('without settings nothing but questions is ever sent', () => {
    const module = new FakeModule().run(3_600_000);
    expect(new Set(kinds(module.bench.queries()))).toEqual(new Set(['get-pressure', 'get-data']));
  });
});

describe('a module that does not answer', () => {
  test('is asked with growing pauses, then the link is opened anew with a hint', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 4000, 7000, 13_000, 24_000]);
    expect(new Set(kinds(bench.queries()))).toEqual(new Set(['get-pressure']));
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/Not a byte/);
  });

  test.each([
    ['noise', WRONG_SUM, /no packet is right/],
    ['packets that nobody understands', replyPacket(Uint8Array.of(0x5a)), /does not understand/],
  ])('but with %s gets the hint for that', (_what, bytes, hint) => {
    const bench = newBench().open().receive(bytes).receive(new Uint8Array(64)).waitUntil(3500);
    expect(bench.lastReason).toMatch(hint);
  });

  test('any more is silent after three questions, and live with the first answer', () => {
    const module = new FakeModule().run(10_000);
    module.isSilent = true;
    module.run(16_000);
    expect(module.bench.states).toEqual(['live', 'silent']);
    module.isSilent = false;
    module.run(30_000);
    expect(module.bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('but says that a measurement is complete is asked for the numbers', () => {
    const module = new FakeModule().run(10_000);
    module.mmHg = 150;
    module.run(15_000);
    module.isSilent = true;
    module.run(25_000);
    module.isSilent = false;
    module.data = HIGH;
    module.say('complete').run(26_000);
    expect(module.bench.queries(25_000)).toContainEqual({ kind: 'get-data' });
    expect(module.bench.nibp).toMatchObject([{ systolic: 168, measuredAt: 25_000 }]);
  });
});

describe('a question for the numbers', () => {
  test('that is not answered comes again, and the pressure is asked for in between', () => {
    const bench = newBench().open();
    bench.converse(20_000, (query) => (query.kind === 'get-pressure' ? [replyPacket(Uint8Array.of(0, 0))] : []));
    expect(bench.states).toEqual(['live']);
    const asked = kinds(bench.queries(5000));
    expect(asked).toContain('get-data');
    expect(asked).toContain('get-pressure');
  });

  test('that is answered with an error does not set off a storm', () => {
    const bench = newBench().open();
    bench.converse(10_000, (query) => [
      query.kind === 'get-pressure' ? replyPacket(Uint8Array.of(0, 0)) : replyPacket(Uint8Array.of(0x45)),
    ]);
    expect(kinds(bench.queries()).filter((kind) => kind === 'get-data').length).toBeLessThanOrEqual(11);
    expect(bench.states).toEqual(['live']);
  });
});

test('a module that falls asleep says so, and is awake with the next answer', () => {
  const module = new FakeModule().run(5000).say('asleep');
  expect(module.bench.statuses.at(-1)).toEqual({
    type: 'status',
    state: 'live',
    reason: 'The module has fallen asleep.',
  });
  module.run(6000);
  expect(module.bench.statuses.at(-1)).toEqual({ type: 'status', state: 'live' });
});

test('an answer to nothing that was asked leaves the question open', () => {
  const bench = newBench().open();
  say(say(bench, pressure(0)), signal('accepted'));
  expect(kinds(bench.queries())).toEqual(['get-pressure', 'get-data']);
  say(bench, HIGH);
  bench.waitUntil(500);
  expect(kinds(bench.queries())).toEqual(['get-pressure', 'get-data', 'get-pressure']);
});
