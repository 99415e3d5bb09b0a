/**
 * Twenty-four pumps on one link: every one is reached, how long a round takes at which speed of the line, and that none is shown
 * fresh for longer than its values are. The line is the slow part, so this is what a site has to know before it chooses one.
 */
import { describe, expect, test } from 'vitest';
import type { InfusionReading } from '$lib/domain/index.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import { VirtualLink } from './virtual-link.ts';

const PILLARS = [1, 2, 3];
const SLOTS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const PLACES = PILLARS.flatMap((pillar) => SLOTS.map((slot) => `${pillar}${slot}`));
const FIRST_STOP_MS = 60_000;
const STOPS_APART_MS = 1700;
const LATENCY_MS = 120;
/** The rack's own grid, and the station's tick. */
const GRAIN_MS = 100;

/** Every pump but the first stops at an instant of its own. */
const stopOf = (n: number): number => FIRST_STOP_MS + n * STOPS_APART_MS;

function fullRack(baudRate: number): VirtualLink {
  const [place, ...places] = PLACES;
  const pumps = places.map((each, i) => ({ place: each, stopAtMs: stopOf(i + 1) }));
  const rack = { version: '3.36', pillars: 3, place, pumps, baudRate, latencyMs: LATENCY_MS };
  return new VirtualLink({ rack: { ...rack, noValue: { everyMs: Infinity, forMs: 0 } } }).open();
}

/** Which pump of {@link PLACES} a reading is of. */
const numberOf = ({ place = '' }: InfusionReading): number => {
  const [, pillar, slot] = /^pillar (\d) slot (\d)$/.exec(place) ?? [];
  return PLACES.indexOf(`${pillar}${slot}`);
};

/** The time from one reading of a pump to its next, for all pumps. */
function periodsOf(readings: readonly InfusionReading[]): readonly number[] {
  return PLACES.flatMap((_, n) => {
    const times = readings.filter((reading) => numberOf(reading) === n).map(({ at }) => at);
    return times.slice(1).map((at, i) => at - (times[i] ?? 0));
  });
}

describe.each([
  ['TCP', 0, { periodS: [6, 7], wireMs: 0 }],
  ['115200 baud', 115_200, { periodS: [8.5, 9.5], wireMs: 120 }],
  ['9600 baud', 9600, { periodS: [29, 31], wireMs: 1300 }],
] as const)('24 pumps over %s', (_, baudRate, { periodS, wireMs }) => {
  const [least, most] = periodS;
  const { staleAfterMs } = pumpBbraunBcc.freshness;

  test(`every pump comes every ${least} to ${most} s, and the link is live all the time`, () => {
    const link = fullRack(baudRate).runFor(130_000);
    const counts = PLACES.map((__, n) => link.readings.filter((reading) => numberOf(reading) === n).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.floor(120_000 / (most * 1000)));
    const periods = periodsOf(link.readings);
    expect(Math.min(...periods)).toBeGreaterThanOrEqual(least * 1000);
    expect(Math.max(...periods)).toBeLessThanOrEqual(most * 1000);
    expect(link.statuses.map(({ state }) => state)).toEqual(['negotiating', 'live']);
    expect(link.readings.every(({ doubt }) => doubt === undefined)).toBe(true);
  });

  test('none is shown fresh longer than it is: what it shows was so a moment before, and then it is stale', () => {
    const link = fullRack(baudRate);
    const shown = new Map<number, InfusionReading>();
    let [seen, fresh, stale] = [0, 0, 0];
    while (link.now < 120_000) {
      link.runFor(250);
      for (const reading of link.readings.slice(seen)) {
        expect(reading.at).toBeGreaterThan(link.now - 250);
        shown.set(numberOf(reading), reading);
      }
      seen = link.readings.length;
      for (const [n, { at, state }] of shown) {
        if (n === 0) continue;
        const isFresh = link.now - at <= staleAfterMs;
        if (isFresh) fresh += 1;
        else stale += 1;
        const wasSoAgoMs = state === 'infusing' ? link.now - stopOf(n) : 0;
        if (isFresh) expect(wasSoAgoMs).toBeLessThanOrEqual(staleAfterMs + LATENCY_MS + wireMs + GRAIN_MS);
        if (wasSoAgoMs > most * 1000 + wireMs) throw new Error(`${PLACES[n]} still infuses after ${wasSoAgoMs} ms`);
      }
    }
    expect(shown.size).toBe(PLACES.length);
    // Fresh for 3 s out of every round.
    expect(fresh / (fresh + stale)).toBeGreaterThan((0.9 * staleAfterMs) / (most * 1000));
    expect(fresh / (fresh + stale)).toBeLessThan((1.2 * staleAfterMs) / (least * 1000));
  });
});

test.each([
  ['TCP', 0, 1000],
  ['115200 baud', 115_200, 1000],
  ['9600 baud', 9600, 2000],
] as const)('one pump alone over %s (%i) comes within %i ms, so it is never stale', (_, baudRate, mostMs) => {
  const link = new VirtualLink({ rack: { version: '3.36', baudRate } }).open().runFor(30_000);
  const times = link.readings.map(({ at }) => at);
  const periods = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(Math.max(...periods)).toBeLessThanOrEqual(mostMs);
  expect(Math.max(...periods)).toBeLessThan(pumpBbraunBcc.freshness.staleAfterMs);
});

test('one pump of a full rack that is asked for alone comes every second', () => {
  const pumps = PLACES.slice(1).map((place) => ({ place }));
  const link = new VirtualLink({ rack: { pillars: 3, pumps }, driver: { slot: '38' } }).open().runFor(30_000);
  const times = link.readings.map(({ at }) => at);
  expect(times.length).toBeGreaterThan(25);
  expect(new Set(times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toEqual(new Set([1000]));
});
