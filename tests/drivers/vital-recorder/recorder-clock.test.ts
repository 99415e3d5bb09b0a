import { describe, expect, test } from 'vitest';
import { onOurClock, readClock, type RecorderClock } from '$drivers/vital-recorder/recorder-clock.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const RECORDER = 1_767_225_600_000;

/** Messages as `[now, end of the newest record after RECORDER]`, and what each is taken for. */
function timings(...messages: readonly (readonly [now: number, endsAt: number])[]) {
  let clock: RecorderClock | undefined;
  const found = messages.map(([now, endsAt]) => {
    const read = readClock(clock, RECORDER + endsAt, monotonicMs(now));
    clock = read.clock;
    return read.timing;
  });
  return { found, clock };
}

const second = (i: number): readonly [number, number] => [10_000 + i * 1000, i * 1000];

describe('a message', () => {
  test('is of now from the second on', () => {
    expect(timings(second(1), second(2), second(3)).found).toEqual(['unsettled', 'on-time', 'on-time']);
  });

  test('whose way is a little longer is of now, and its time is where the shortest way puts it', () => {
    const { found, clock } = timings(second(1), second(2), [13_900, 3000]);
    expect(found.at(-1)).toBe('on-time');
    expect(clock && onOurClock(clock, RECORDER + 3000, monotonicMs(13_900))).toBe(13_000);
  });

  test('more than 3 s late is late, until the recorder has caught up', () => {
    const backlog = [2, 3, 4, 5, 6].map((i): readonly [number, number] => [16_000, i * 1000]);
    expect(timings(second(1), second(1.5), ...backlog, second(7)).found).toEqual([
      ...['unsettled', 'on-time', 'late', 'on-time', 'on-time', 'on-time', 'on-time', 'on-time'],
    ]);
  });

  test('of a backlog that comes first is never of now', () => {
    const backlog = Array.from({ length: 100 }, (_, i): readonly [number, number] => [200_000, i * 1000]);
    expect(new Set(timings(...backlog).found)).toEqual(new Set(['unsettled']));
    expect(timings(...backlog, [200_800, 100_000], [201_800, 101_000]).found.slice(-2)).toEqual(['on-time', 'on-time']);
  });

  test('that ends where the one before ended is a repeat', () => {
    expect(timings(second(1), second(2), [12_500, 2000], [13_000, 2000]).found).toEqual([
      ...['unsettled', 'on-time', 'repeat', 'repeat'],
    ]);
  });
});

describe('a clock of the recorder', () => {
  test('that is set forward or back is settled with the second message after', () => {
    const hour = 3_600_000;
    const moved = (by: number) => (i: number) => [second(i)[0], second(i)[1] + by] as const;
    for (const by of [hour, -hour]) {
      expect(timings(second(1), second(2), moved(by)(3), moved(by)(4)).found).toEqual([
        ...['unsettled', 'on-time', 'unsettled', 'on-time'],
      ]);
    }
  });

  test.each([100, -100])('that runs %i ppm wrong for a day stays settled', (ppm) => {
    let clock: RecorderClock | undefined;
    const wrong = new Map<string, number>();
    for (let now = 0; now < 86_400_000; now += 1000) {
      const read = readClock(clock, RECORDER + now * (1 + ppm / 1e6), monotonicMs(now));
      clock = read.clock;
      if (read.timing !== 'on-time') wrong.set(read.timing, (wrong.get(read.timing) ?? 0) + 1);
    }
    expect([...wrong]).toEqual([['unsettled', 1]]);
  });

  test('puts no time later than now', () => {
    const { clock } = timings(second(1), second(2));
    expect(clock && onOurClock(clock, RECORDER + 9000, monotonicMs(12_000))).toBe(12_000);
  });
});
