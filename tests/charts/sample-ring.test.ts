import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { MIN_HOLE_MS, SampleRing, SEAM_MS } from '$lib/charts/sweep/sample-ring.ts';

const RATE = 250;
const count = (n: number, first = 0) => Int16Array.from({ length: n }, (_, i) => first + i);
const contents = (ring: SampleRing) =>
  Array.from({ length: ring.end - ring.oldest }, (_, i) => ring.valueAt(ring.oldest + i));

describe('a ring of samples', () => {
  test('is empty until something is placed, and then says when each sample was taken', () => {
    const ring = new SampleRing(RATE, 100);
    expect([ring.isEmpty, ring.valueAt(0), ring.endMs]).toEqual([true, NO_SAMPLE, -Infinity]);
    ring.place(1000, count(50), false);
    expect([ring.isEmpty, ring.timeOf(0), ring.timeOf(49), ring.endMs]).toEqual([false, 1000, 1196, 1200]);
    expect(ring.numberAt(1196)).toBe(49);
    expect(ring.numberAt(1195.9)).toBe(48);
  });

  test('holds the same samples however they were cut into packets with whole-millisecond times', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(62.5, 100, 125, 250, 300, 500),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (rateHz, lengths, startMs) => {
          const total = lengths.reduce((sum, n) => sum + n, 0);
          const all = count(total);
          const whole = new SampleRing(rateHz, total);
          whole.place(Math.round(startMs), all, false);
          const cut = new SampleRing(rateHz, total);
          let from = 0;
          for (const length of lengths) {
            cut.place(Math.round(startMs + (from * 1000) / rateHz), all.subarray(from, from + length), false);
            from += length;
          }
          expect(contents(cut)).toEqual(contents(whole));
          expect(cut.endMs).toBe(whole.endMs);
        },
      ),
    );
  });

  test('keeps a hole as wide as the time that is missing', () => {
    const ring = new SampleRing(RATE, 500);
    ring.place(0, count(50), false);
    ring.place(400, count(50, 50), false);
    expect(contents(ring)).toEqual([...count(50), ...Array<number>(50).fill(NO_SAMPLE), ...count(50, 50)]);
  });

  test('hides the first samples behind a marked gap in which no time is missing', () => {
    const ring = new SampleRing(RATE, 500);
    ring.place(0, count(50), true);
    expect(ring.valueAt(0)).toBe(0);
    ring.place(200, count(4, 50), true);
    ring.place(216, count(46, 54), false);
    const hidden = (MIN_HOLE_MS * RATE) / 1000;
    expect(contents(ring)).toEqual([
      ...count(50),
      ...Array<number>(hidden).fill(NO_SAMPLE),
      ...count(50 - hidden, 50 + hidden),
    ]);
  });

  test('leaves out samples for a time that is already filled, and counts them', () => {
    const ring = new SampleRing(RATE, 500);
    ring.place(0, count(50), false);
    ring.place(100, count(50, 900), false);
    expect(ring.lateSamples).toBe(25);
    expect(ring.end).toBe(75);
    expect([ring.valueAt(49), ring.valueAt(50)]).toEqual([49, 925]);
  });

  test('takes a stray of less than the seam for neighbours', () => {
    const ring = new SampleRing(RATE, 500);
    ring.place(0, count(50), false);
    ring.place(200 + SEAM_MS, count(50, 50), false);
    expect(contents(ring)).toEqual([...count(100)]);
  });

  test('forgets what does not fit, also behind a hole longer than itself', () => {
    const ring = new SampleRing(RATE, 40);
    ring.place(0, count(100), false);
    expect(contents(ring)).toEqual([...count(40, 60)]);
    ring.place(60_000, count(10), false);
    expect(contents(ring)).toEqual([...Array<number>(30).fill(NO_SAMPLE), ...count(10)]);
  });

  test('gives a copy that goes its own way', () => {
    const ring = new SampleRing(RATE, 40);
    ring.place(0, count(60), false);
    const twin = ring.copy(100);
    ring.place(240, count(40, 500), false);
    expect(contents(twin).slice(-40)).toEqual([...count(40, 20)]);
    expect(twin.end).toBe(60);
  });
});
