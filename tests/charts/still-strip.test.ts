import { describe, expect, test } from 'vitest';
import { type StillRun, traceStill } from '$lib/charts/sweep/still-strip.ts';
import { VerticalScale } from '$lib/charts/sweep/vertical-scale.ts';

const RATE = 100;
const SCALE = { waveform: 'abp', rateHz: RATE, gain: 1, offset: 0 } as const;

/** Runs drawn over two seconds and 400 px: stretches of x from where the pen went down to where it went up. */
function stretches(runs: readonly StillRun[]): (readonly [from: number, to: number])[] {
  const scale = new VerticalScale({ type: 'range', low: 0, high: 200 }, SCALE);
  scale.layout(0, 100, 3.78);
  const found: [number, number][] = [];
  traceStill({ ...SCALE, fromMs: 1000, toMs: 3000, runs }, 400, scale, {
    moveTo: (x) => found.push([x, x]),
    lineTo: (x) => {
      const last = found.at(-1);
      if (last) last[1] = x;
    },
  });
  return found;
}
const flat = (count: number) => new Int16Array(count).fill(100);

describe('a waveform at an instant', () => {
  test('shows the samples of its range at their times, and none besides', () => {
    expect(stretches([{ at: 0, samples: flat(1000) }])).toEqual([[0, 400]]);
    expect(stretches([{ at: 1500, samples: flat(51) }])).toEqual([[100, 200]]);
    expect(stretches([{ at: 5000, samples: flat(100) }])).toEqual([]);
  });

  test('has a hole between runs, also one of a single sample', () => {
    expect(
      stretches([
        { at: 1000, samples: flat(50) },
        { at: 1510, samples: flat(50) },
      ]),
    ).toEqual([
      [0, 98],
      [102, 200],
    ]);
  });

  test('joins runs that follow each other', () => {
    expect(
      stretches([
        { at: 1000, samples: flat(50) },
        { at: 1500, samples: flat(51) },
      ]),
    ).toEqual([[0, 200]]);
  });
});
