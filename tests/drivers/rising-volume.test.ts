import { describe, expect, test } from 'vitest';
import { flowOf, watchFrom, watchVolume, type VolumeWatch } from '$drivers/rising-volume.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const STEP_ML = 0.1;

/** A pump looked at once a second; what it shows of the volume by then. */
function watched(rate: number, seconds: number, shownMl: (s: number) => number, from?: VolumeWatch): VolumeWatch {
  let watch = from ?? watchFrom(monotonicMs(0));
  for (let s = 0; s <= seconds; s += 1) watch = watchVolume(watch, rate, shownMl(s), monotonicMs(s * 1000));
  return watch;
}
const flowAt = (watch: VolumeWatch, s: number) => flowOf(watch, STEP_ML, monotonicMs(s * 1000));
const rising = (rate: number) => (s: number) => Math.floor((rate * s) / 3600 / STEP_ML) * STEP_ML;

describe('a pump that tells a rate and a volume', () => {
  test('rests at rate 0, whatever its counter does', () => {
    expect(flowAt(watched(0, 60, rising(52.5)), 60)).toBe('resting');
  });

  test.each([1, 5, 52.5, 999])(
    'flows while its counter rises as %d mL/h would make it, in all the steps between',
    (rate) => {
      let watch = watchFrom(monotonicMs(0));
      const flows: string[] = [];
      const end = Math.ceil((4 * STEP_ML * 3600) / rate) + 10;
      for (let s = 0; s <= end; s += 1) {
        watch = watchVolume(watch, rate, rising(rate)(s), monotonicMs(s * 1000));
        flows.push(flowAt(watch, s));
      }
      const first = flows.indexOf('flowing');
      expect(first).toBeGreaterThan(0);
      expect(new Set(flows.slice(0, first))).toEqual(new Set(['too-early']));
      expect(new Set(flows.slice(first))).toEqual(new Set(['flowing']));
    },
  );

  test('is not believed by its rate alone', () => {
    expect(
      flowAt(
        watched(52.5, 3, () => 7),
        3,
      ),
    ).toBe('too-early');
    expect(
      flowAt(
        watched(52.5, 30, () => 7),
        30,
      ),
    ).toBe('not-rising');
  });

  test('flows no longer when two steps did not come', () => {
    const watch = watched(52.5, 60, (s) => rising(52.5)(Math.min(s, 30)));
    expect(flowAt(watch, 31)).toBe('flowing');
    expect(flowAt(watch, 60)).toBe('not-rising');
  });

  test('that is slowed down or sped up has the time that the new rate takes', () => {
    const slow = watched(1, 800, rising(1));
    const fast = watchVolume(slow, 100, rising(1)(800), monotonicMs(801_000));
    expect(flowAt(fast, 801)).toBe('flowing');
    expect(flowAt(fast, 815)).toBe('not-rising');
  });

  test('does not rise by a counter that is set back, and does after it', () => {
    const before = watched(52.5, 3, () => 7);
    const reset = watchVolume(before, 52.5, 0, monotonicMs(4000));
    expect(flowAt(reset, 4)).toBe('too-early');
    expect(flowAt(watchVolume(reset, 52.5, 0.1, monotonicMs(8000)), 8)).toBe('flowing');
  });

  test('starts anew after a rest: what rose before is no evidence', () => {
    const rested = watchVolume(watched(52.5, 60, rising(52.5)), 0, 0.8, monotonicMs(61_000));
    expect(flowAt(watchVolume(rested, 52.5, 0.8, monotonicMs(62_000)), 62)).toBe('too-early');
  });
});
