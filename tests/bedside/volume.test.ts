/** The edges of what went in between two readings: what a counter may fall to, what a rate may witness, what a bolus adds. */
import { describe, expect, test } from 'vitest';
import { flowMlPerHour, volumeSince, type VolumeBefore } from '$lib/bedside/index.ts';
import { monotonicMs, type InfusionReading, type InfusionState } from '$lib/domain/index.ts';
import { reading } from '../support/channel.ts';

const says = (atS: number, ml: number | undefined, rate?: number, more: Partial<InfusionReading> = {}) =>
  reading(atS, more.state ?? 'infusing', {
    ...(ml !== undefined && { volumeInfusedMl: ml }),
    ...(rate !== undefined && { rateMlPerHour: rate }),
    ...more,
  });

/** What the last of the readings added, and what is remembered after it. */
function after(...readings: readonly InfusionReading[]) {
  let before: VolumeBefore | undefined;
  let volume = { ml: Number.NaN } as ReturnType<typeof volumeSince>;
  for (const one of readings) {
    volume = volumeSince(before, one);
    const { counter, integration } = volume;
    before = { reading: one, ...(counter && { counter }), ...(integration && { integration }) };
  }
  return volume;
}

test.each<[InfusionState, number | undefined]>([
  ['infusing', 60],
  ['bolus', 60],
  ['kvo', 60],
  ['stopped', 0],
  ['paused', 0],
  ['alarm', 0],
  ['off', 0],
  ['complete', 0],
  ['unknown', undefined],
  ['disconnected', undefined],
])('of a pump set to 60 mL/h that is %s there flow %s', (state, flow) => {
  expect(flowMlPerHour(reading(0, state, { rateMlPerHour: 60 }))).toBe(flow);
});

describe('the first look', () => {
  test('counts nothing, and remembers where the counter stands', () => {
    expect(after(says(5, 7))).toEqual({ ml: 0, counter: { of: 'total', ml: 7, at: 5000 } });
    expect(after(reading(5, 'infusing', { segmentVolumeMl: 3 }))).toEqual({
      ml: 0,
      counter: { of: 'segment', ml: 3, at: 5000 },
    });
    expect(after(reading(5))).toEqual({ ml: 0 });
  });

  test('at a counter is the first one, also after a time without', () => {
    expect(after(says(0, undefined, 60), says(10, 7, 60))).toEqual({
      ml: 0,
      counter: { of: 'total', ml: 7, at: 10_000 },
    });
  });

  test('the total counts where a pump sends both', () => {
    expect(after(says(0, 7, 60, { segmentVolumeMl: 1 })).counter).toEqual({ of: 'total', ml: 7, at: 0 });
  });
});

describe('a counter that falls', () => {
  /** Set back, and now at this much, a minute later. */
  const fallen = (toMl: number, before: InfusionReading, now: Partial<InfusionReading> = {}) =>
    after({ ...before, at: monotonicMs(600_000) }, says(660, toMl, 60, now));

  test.each<[string, number, InfusionReading, Partial<InfusionReading>]>([
    ['half as much again as its rate, and a quarter of a millilitre', 1.75, says(0, 90, 60), {}],
    ['the same of the higher of both rates', 3.25, says(0, 90, 120), {}],
    ['of the one after it', 3.25, says(0, 90, 60), { rateMlPerHour: 120 }],
    ['with a bolus that is told', 3.75, says(0, 90, 60), { bolus: { count: 1, volumeMl: 2 } }],
    ['what any pump can give, during a bolus', 50.25, says(0, 90, 60), { state: 'bolus' }],
    ['the same after one', 50.25, says(0, 90, 60, { state: 'bolus' }), {}],
    ['the same without a rate', 50.25, says(0, 90), {}],
    ['the same when it was pulled out', 50.25, says(0, 90, 60, { state: 'disconnected' }), {}],
  ])('was set back, if that much can have flowed: %s (%d mL)', (_, most, before, now) => {
    expect(fallen(most, before, now).ml).toBe(most);
    expect(fallen(most, before, now).fall).toBeUndefined();
    expect(fallen(most + 0.01, before, now)).toMatchObject({ ml: 0, fall: { fromMl: 90, toMl: most + 0.01 } });
  });

  test('has had the time since it was last read, not since the pump last spoke', () => {
    const away = reading(50, 'infusing', { rateMlPerHour: 60 });
    expect(after(says(0, 90, 60), away, says(60, 1.7, 60)).ml).toBe(1.7);
  });
});

describe('without a counter', () => {
  const rate = (atS: number, mlPerHour: number, more: Partial<InfusionReading> = {}) =>
    says(atS, undefined, mlPerHour, more);
  const bolus = (volumeMl: number): Partial<InfusionReading> => ({ bolus: { count: 1, volumeMl } });
  const running: Partial<InfusionReading> = { state: 'bolus' };

  test('a rate is witness for half a minute of silence, and longer only where it is the same afterwards', () => {
    expect(after(rate(0, 60), rate(30, 90))).toMatchObject({ ml: 0.5, integration: { unseenMs: 0 } });
    expect(after(rate(0, 60), rate(31, 90))).toMatchObject({ ml: 0, integration: { unseenMs: 31_000 } });
    expect(after(rate(0, 60), rate(36, 60))).toMatchObject({ ml: 0.6, integration: { unseenMs: 0 } });
  });

  test('the silences are added up', () => {
    expect(after(rate(0, 60), rate(40, 90), rate(50, 90), rate(100, 30)).integration?.unseenMs).toBe(90_000);
  });

  test('time that stands still or runs back gives nothing', () => {
    expect(after(rate(10, 60), rate(10, 60)).ml).toBe(0);
    expect(after(rate(10, 60), rate(5, 60))).toMatchObject({ ml: 0, integration: { unseenMs: 0 } });
  });

  test('of a bolus that is told after its rate was seen only the rest is added, also when it is told late', () => {
    expect(after(rate(0, 1200, running), rate(3, 60)).integration?.untoldBolusMl).toBeCloseTo(1, 9);
    expect(after(rate(0, 1200, running), rate(3, 60), rate(6, 60)).integration?.untoldBolusMl).toBeCloseTo(1, 9);
    const told = [rate(0, 1200, running), rate(3, 60), rate(6, 60, bolus(2.5))];
    expect(after(...told).ml).toBeCloseTo(0.05 + 1.5, 9);
    expect(after(...told).integration?.untoldBolusMl).toBe(0);
    expect(after(...told, rate(9, 60, bolus(1))).ml).toBeCloseTo(0.05 + 1, 9);
  });

  test('a bolus that is told smaller than it was seen takes nothing back', () => {
    expect(after(rate(0, 1200, running), rate(6, 60, bolus(1))).ml).toBeCloseTo(2, 9);
  });

  test('what flows at the ordinary rate is no part of a bolus', () => {
    expect(after(rate(0, 60), rate(30, 60), rate(60, 60, bolus(0.4))).ml).toBeCloseTo(0.9, 9);
  });
});
