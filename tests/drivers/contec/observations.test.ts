import { describe, expect, test } from 'vitest';
import type { Sample } from '$drivers/contec/messages.ts';
import { numericsOf } from '$drivers/contec/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { SAMPLE } from './vectors.ts';

const GOOD: Sample = { ...SAMPLE, pulseRate: 118, spo2: 97, perfusionIndex: 2.4 };
const valuesIn = (samples: readonly Sample[]) => numericsOf(samples, deviceId('clip'), monotonicMs(5000)).values;
/** A second in which the samples from `from` to `to` are changed. */
const second = (changes: Partial<Sample>, from = 0, to = 60): readonly Sample[] =>
  Array.from({ length: 60 }, (_, i) => (i >= from && i < to ? { ...GOOD, ...changes } : GOOD));
const missing = (why: string) => ({
  pulseRate: { missing: why },
  spo2: { missing: why },
  perfusionIndex: { missing: why },
});

describe('the numbers of a second', () => {
  test('are those of the display', () => {
    expect(numericsOf(second({}), deviceId('clip'), monotonicMs(5000))).toEqual({
      kind: 'numerics',
      source: 'clip',
      at: 5000,
      values: { pulseRate: { value: 118 }, spo2: { value: 97 }, perfusionIndex: { value: 2.4 } },
    });
  });

  test('are without a perfusion index in v4.6', () => {
    expect(valuesIn(second({ generation: 'v4.6' }))).not.toHaveProperty('perfusionIndex');
  });

  test('are medians: a few damaged samples, at any place, change nothing', () => {
    for (const from of [0, 30, 57]) {
      expect(valuesIn(second({ pulseRate: 14, spo2: 33 }, from, from + 3))).toEqual(valuesIn(second({})));
      expect(valuesIn(second({ isFingerOut: true, pulseRate: 'absent' }, from, from + 3))).toEqual(
        valuesIn(second({})),
      );
    }
  });

  test('are what stood there for the longer part when they change', () => {
    expect(valuesIn(second({ pulseRate: 121 }, 29)).pulseRate).toEqual({ value: 121 });
    expect(valuesIn(second({ pulseRate: 121 }, 31)).pulseRate).toEqual({ value: 118 });
  });

  test.each<[string, Partial<Sample>, object]>([
    ['finger out', { isFingerOut: true }, missing('sensor-off')],
    ['probe error', { isProbeError: true }, missing('sensor-off')],
    ['probe error while searching', { isProbeError: true, isSearching: true }, missing('sensor-off')],
    ['searching', { isSearching: true }, missing('searching')],
    ['searching too long', { isSearchingLong: true }, missing('searching')],
    ['marks for "none"', { pulseRate: 'absent', spo2: 'absent', perfusionIndex: 'absent' }, missing('not-measured')],
    ['an impossible saturation', { spo2: 'impossible' }, { ...valuesIn(second({})), spo2: { missing: 'invalid' } }],
    [
      'no perfusion index',
      { perfusionIndex: 'absent' },
      { ...valuesIn(second({})), perfusionIndex: { missing: 'not-measured' } },
    ],
    ['low saturation', { isSpo2Low: true }, valuesIn(second({}))],
  ])('with %s', (_what, changes, expected) => {
    expect(valuesIn(second(changes))).toEqual(expected);
  });

  test('are none when the finger came out just now, whatever the time before had', () => {
    expect(valuesIn(second({ isFingerOut: true }, 54))).toEqual(missing('sensor-off'));
  });

  test('are none when half of the samples have none, else doubtful when more than a few have none', () => {
    expect(valuesIn(second({ isSearching: true }, 0, 30)).spo2).toEqual({ missing: 'searching' });
    expect(valuesIn(second({ isSearching: true }, 0, 29)).spo2).toEqual({ value: 97, isQuestionable: true });
    expect(valuesIn(second({ isSearching: true }, 0, 6)).spo2).toEqual({ value: 97, isQuestionable: true });
    expect(valuesIn(second({ isSearching: true }, 0, 5)).spo2).toEqual({ value: 97 });
  });
});
