import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldLink, type LinkEvent, linkState, startLink, TONE_AFTER_MS } from '$lib/client/watchdog/link.ts';
import { hear, pulse, startWatch, STALLED_AFTER_MS } from '$lib/client/watchdog/page-watch.ts';

const heard = (...events: readonly (readonly [nowMs: number, event: LinkEvent])[]) =>
  events.reduce((facts, [nowMs, event]) => foldLink(facts, event, nowMs), startLink(0));
const connected: readonly [number, LinkEvent] = [0, { type: 'socket', isConnected: true }];
const beat = (nowMs: number, coreAgeMs = 0): readonly [number, LinkEvent] => [nowMs, { type: 'heartbeat', coreAgeMs }];

describe('the link to the station', () => {
  test.each([
    [0, 'live', false],
    [1499, 'live', false],
    [1500, 'delayed', false],
    [2999, 'delayed', false],
    [3000, 'lost', false],
    [4999, 'lost', false],
    [TONE_AFTER_MS, 'lost', true],
  ] as const)('is, %i ms after the last heartbeat, %s, tone due: %s', (ageMs, state, isToneDue) => {
    expect(linkState(heard(connected, beat(10_000)), 10_000 + ageMs)).toEqual({ state, ageMs, isToneDue });
  });

  test('is lost as long as nothing was ever heard, also with an open socket', () => {
    expect(linkState(startLink(0), 10)).toMatchObject({ state: 'lost', isToneDue: false });
    expect(linkState(heard(connected), 100).state).toBe('lost');
    expect(linkState(heard(connected), 6000)).toMatchObject({ ageMs: 6000, isToneDue: true });
  });

  test('is lost the moment the socket closes, and live with the next heartbeat after it opened again', () => {
    const closed = heard(connected, beat(1000), [1200, { type: 'socket', isConnected: false }]);
    expect(linkState(closed, 1200)).toEqual({ state: 'lost', ageMs: 200, isToneDue: false });
    const back = foldLink(closed, { type: 'socket', isConnected: true }, 8000);
    expect(linkState(back, 8000).state).toBe('lost');
    expect(linkState(foldLink(back, { type: 'heartbeat', coreAgeMs: 0 }, 8100), 8100).state).toBe('live');
  });

  test('ages when the web process lives but has not heard the core', () => {
    const facts = heard(connected, beat(1000), beat(2000, 1000), beat(3000, 2000), beat(4000, 3000));
    expect(linkState(facts, 4000)).toMatchObject({ state: 'lost', ageMs: 3000 });
  });

  test('is never better than the youngest heartbeat allows, whatever came in whatever order', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('heartbeat' as const), coreAgeMs: fc.integer({ min: 0, max: 9000 }) }),
      fc.record({ type: fc.constant('socket' as const), isConnected: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), event)), fc.nat(9000), (steps, laterMs) => {
        let nowMs = 0;
        const timed = steps.map(([afterMs, each]) => [(nowMs += afterMs), each] as const);
        const youngest = Math.max(
          -Infinity,
          ...timed.map(([at, each]) => (each.type === 'heartbeat' ? at - each.coreAgeMs : -Infinity)),
        );
        const { state } = linkState(heard(...timed), nowMs + laterMs);
        if (nowMs + laterMs - youngest >= 3000) expect(state).toBe('lost');
        else if (nowMs + laterMs - youngest >= 1500) expect(state).not.toBe('live');
      }),
    );
  });
});

describe('the watch over the page', () => {
  test('tells the link as it is at the time of the pulse', () => {
    let watch = hear(startWatch(0), { type: 'socket', isConnected: true }, 0);
    watch = hear(watch, { type: 'heartbeat', coreAgeMs: 0 }, 1000);
    expect(pulse(watch, 1250)[1]).toEqual({ link: { state: 'live', ageMs: 250, isToneDue: false }, hungMs: 0 });
    expect(pulse(watch, 4000)[1].link.state).toBe('lost');
  });

  test('tells once how long the page had hung', () => {
    const awake = hear(startWatch(0), { type: 'alive' }, STALLED_AFTER_MS - 1);
    expect(pulse(awake, 2000)[1].hungMs).toBe(0);
    const back = hear(awake, { type: 'alive' }, 7000);
    const [next, told] = pulse(hear(back, { type: 'heartbeat', coreAgeMs: 0 }, 7001), 7250);
    expect(told.hungMs).toBe(7000 - (STALLED_AFTER_MS - 1));
    expect(pulse(next, 7500)[1].hungMs).toBe(0);
  });
});
