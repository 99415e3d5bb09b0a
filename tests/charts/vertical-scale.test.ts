import { describe, expect, test } from 'vitest';
import { NO_SAMPLE, type WaveformKey } from '$lib/domain/index.ts';
import { STRIP_DEFAULTS, stripCaption } from '$lib/charts/sweep/strip-defaults.ts';
import { LEAST_SPAN, VerticalScale } from '$lib/charts/sweep/vertical-scale.ts';

const RATE = 100;
const scaleFor = (waveform: WaveformKey, { gain = 0.01, offset = 0, heightPx = 100 } = {}) => {
  const scale = new VerticalScale(STRIP_DEFAULTS[waveform].vertical, { waveform, rateHz: RATE, gain, offset });
  scale.layout(0, heightPx, 3.78);
  return scale;
};
/** Tells a scale so many seconds of a signal given in its unit; numbers go on from the call before. */
const follow = (scale: VerticalScale, fromS: number, seconds: number, at: (second: number) => number, gain = 0.01) => {
  for (let n = fromS * RATE; n < (fromS + seconds) * RATE; n += 1) scale.follow(n, Math.round(at(n / RATE) / gain));
};
const sine =
  (amplitude: number, middle = 0) =>
  (second: number) =>
    middle + amplitude * Math.sin(2 * Math.PI * second);

describe('the gain of an ECG', () => {
  test('is 10 mm/mV: a millivolt is 37.8 px at 96 px per inch', () => {
    const scale = scaleFor('ecg1');
    expect(scale.yOf(0) - scale.yOf(100)).toBeCloseTo(37.8, 6);
  });

  test('does not change, however large or small the signal is', () => {
    const scale = scaleFor('ecg1');
    follow(scale, 0, 20, sine(0.05));
    follow(scale, 20, 20, sine(3));
    expect(scale.yOf(0) - scale.yOf(10)).toBeCloseTo(3.78, 6);
  });

  test('follows a trace that lies far off, so that it does not look like a line at the edge', () => {
    const scale = scaleFor('ecg1');
    const far = 500;
    expect(scale.yOf(far)).toBe(0);
    follow(scale, 0, 20, sine(0.3, 5));
    expect(scale.yOf(far)).toBeGreaterThan(40);
    expect(scale.yOf(far)).toBeLessThan(60);
    follow(scale, 20, 40, sine(0.3));
    expect(scale.yOfValue(0.4)).toBeCloseTo(50, 1);
  });

  test('keeps the middle for a usual trace', () => {
    const scale = scaleFor('ecg1');
    follow(scale, 0, 20, sine(0.6, 0.1));
    expect(scale.yOfValue(0.4)).toBeCloseTo(50, 6);
  });
});

describe('a fixed range', () => {
  test('puts its ends at the edges of the strip and keeps values beyond there', () => {
    const scale = scaleFor('abp', { gain: 0.1 });
    expect([scale.yOf(0), scale.yOf(1000), scale.yOf(2000)]).toEqual([100, 50, 0]);
    expect([scale.yOf(2500), scale.yOf(-300)]).toEqual([0, 100]);
    follow(scale, 0, 20, sine(10, 100), 0.1);
    expect(scale.yOf(2000)).toBe(0);
  });

  test('counts the offset of the samples', () => {
    expect(scaleFor('abp', { gain: 0.1, offset: 100 }).yOf(0)).toBe(50);
  });
});

describe('an automatic gain', () => {
  test('lets a small signal fill most of the strip after a second', () => {
    const scale = scaleFor('pleth');
    follow(scale, 0, 2, sine(1));
    expect([scale.low, scale.high].map((edge) => Math.round(10 * edge) / 10)).toEqual([-1.2, 1.2]);
  });

  test('opens within a second when the signal grows, and closes slowly when it shrinks', () => {
    const scale = scaleFor('pleth');
    follow(scale, 0, 5, sine(1));
    follow(scale, 5, 1.01, sine(3));
    expect(scale.high).toBeGreaterThan(3);
    follow(scale, 7, 2, sine(1));
    expect(scale.high).toBeGreaterThan(3);
    follow(scale, 9, 40, sine(1));
    expect(scale.high).toBeLessThan(1.4);
  });

  test('does not make a pulse of the noise of a flat line', () => {
    const scale = scaleFor('pleth');
    follow(scale, 0, 30, sine(0.02));
    const swing = scale.yOf(-2) - scale.yOf(2);
    expect(swing).toBeLessThan(6);
    expect(scale.high - scale.low).toBeGreaterThanOrEqual(8 * LEAST_SPAN);
  });

  test('waits where there is no sample, and ignores what it was told before', () => {
    const scale = scaleFor('pleth');
    follow(scale, 0, 5, sine(1));
    const { low, high } = scale;
    for (let n = 500; n < 560; n += 1) scale.follow(n, NO_SAMPLE);
    follow(scale, 0, 5, sine(30));
    expect([scale.low, scale.high]).toEqual([low, high]);
  });
});

test('a caption says speed and scale in words', () => {
  const caption = (waveform: WaveformKey) =>
    stripCaption(waveform, STRIP_DEFAULTS[waveform].vertical, STRIP_DEFAULTS[waveform].speedMmPerS);
  expect(caption('ecg1')).toBe('ECG · 10 mm/mV · 25 mm/s');
  expect(caption('pleth')).toBe('Pleth · gain auto · 25 mm/s');
  expect(caption('respiration')).toBe('Resp · gain auto · 6.25 mm/s');
  expect(caption('abp')).toBe('ABP · 0 to 200 mmHg · 25 mm/s');
});

test('a scale follows again from the first sample on when the samples are counted anew', () => {
  const scale = scaleFor('pleth');
  follow(scale, 0, 20, sine(1));
  scale.restart();
  follow(scale, 0, 3, sine(3));
  expect(scale.high).toBeGreaterThan(3);
});
