import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { monotonicMs, type Timing } from '$lib/domain/index.ts';
import { ABSENT, step, type LevelState } from '$lib/rules/timing.ts';
import type { Answer } from '$lib/rules/expression.ts';
import type { Truth } from '$lib/rules/index.ts';

const HOLD: Timing = { type: 'hold', holdS: 10, clearS: 5 };
const FIRST: Timing = { type: 'first', continuousHoldS: 10 };
const CONFIRM: Timing = { type: 'confirm', withinMin: 5, continuousHoldS: 15 };

/** [second, truth, time of the reading in seconds, where it is one of a cuff or of what is measured all the time]. */
type Sight = readonly [atS: number, truth: Truth, readingS?: number, source?: 'cuff' | 'continuous'];

/** Feeds what is seen and tells the states. */
function lived(timing: Timing, sights: readonly Sight[], nibpIntervalMin = 5): readonly LevelState[] {
  let state: LevelState = ABSENT;
  return sights.map(([atS, truth, readingS, source = readingS === undefined ? 'continuous' : 'cuff']) => {
    const answer: Answer = {
      truth,
      sampleAt: readingS === undefined ? undefined : monotonicMs(readingS * 1000),
      isEpisodic: source === 'cuff',
      why: truth === 'unknown' ? 'no signal' : '',
    };
    state = step(state, timing, { now: monotonicMs(atS * 1000), answer, nibpIntervalMs: nibpIntervalMin * 60_000 });
    return state;
  });
}

const states = (...args: Parameters<typeof lived>): readonly string[] =>
  lived(...args).map((state) => (state.at === 'present' && state.unknownWhy !== undefined ? 'present?' : state.at));

describe('hold', () => {
  test('a crossing becomes a condition after the hold time, not before', () => {
    expect(
      states(HOLD, [
        [0, 'yes'],
        [9.75, 'yes'],
        [10, 'yes'],
      ]),
    ).toEqual(['pending', 'pending', 'present']);
  });

  test('one value back inside begins the hold anew', () => {
    expect(
      states(HOLD, [
        [0, 'yes'],
        [9, 'no'],
        [10, 'yes'],
        [19, 'yes'],
        [20, 'yes'],
      ]),
    ).toEqual(['pending', 'absent', 'pending', 'pending', 'present']);
  });

  test('it ends only after the clear time inside', () => {
    expect(
      states({ ...HOLD, holdS: 0 }, [
        [0, 'yes'],
        [1, 'no'],
        [5, 'no'],
        [5.5, 'yes'],
        [6, 'no'],
        [11, 'no'],
      ]),
    ).toEqual(['present', 'present', 'present', 'present', 'present', 'absent']);
  });

  test('an unknown answer freezes the hold: the unknown time does not count', () => {
    expect(
      states(HOLD, [
        [0, 'yes'],
        [5, 'unknown'],
        [15, 'yes'],
        [19, 'yes'],
        [20, 'yes'],
      ]),
    ).toEqual(['pending', 'pending', 'pending', 'pending', 'present']);
  });

  test('half a minute of unknown answers forgets the hold', () => {
    expect(
      states(HOLD, [
        [0, 'yes'],
        [5, 'unknown'],
        [34, 'unknown'],
        [35, 'unknown'],
      ]),
    ).toEqual(['pending', 'pending', 'pending', 'absent']);
  });

  test('a standing condition that cannot be judged stands as unknown, neither over nor renewed', () => {
    expect(
      states({ ...HOLD, holdS: 0 }, [
        [0, 'yes'],
        [1, 'unknown'],
        [100, 'unknown'],
        [101, 'yes'],
      ]),
    ).toEqual(['present', 'present?', 'present?', 'present']);
  });
});

describe('a line that held so far gives way to the cuff', () => {
  const held: readonly Sight[] = [
    [0, 'yes', 0, 'continuous'],
    [6, 'unknown'],
  ];

  test('whose one reading counts at once where a first one does', () => {
    expect(states(FIRST, [...held, [7, 'yes', 5]])).toEqual(['pending', 'pending', 'present']);
    expect(lived(FIRST, [...held, [7, 'yes', 5]]).at(-1)).toEqual({ at: 'present', since: 5000 });
  });

  test('whose one reading is no time of the line where a second one must agree', () => {
    const switched: readonly Sight[] = [...held, [7, 'yes', 5], [15, 'yes', 5], [60, 'yes', 5]];
    expect(states(CONFIRM, switched)).toEqual(['pending', 'pending', 'pending', 'pending', 'pending']);
    expect(lived(CONFIRM, switched).at(-1)).toMatchObject({ awaits: 'confirmation', since: 5000 });
    expect(states(CONFIRM, [...switched, [245, 'yes', 240]]).at(-1)).toBe('present');
  });
});

test.each([HOLD, FIRST, CONFIRM])('what is not crossed, or not known, begins nothing: %j', (timing) => {
  expect(
    states(timing, [
      [0, 'no'],
      [1, 'unknown'],
      [2, 'no', 2],
      [3, 'unknown', 3],
    ]),
  ).toEqual(['absent', 'absent', 'absent', 'absent']);
});

test('while nothing changes the state is the very same: a bed at rest makes no garbage', () => {
  const isKept = (...sights: Sight[]): boolean => {
    const [, before, after] = lived({ ...HOLD, holdS: sights[0]?.[0] === 0 ? 0 : 60 }, sights);
    return before === after;
  };
  expect(isKept([1, 'yes'], [2, 'yes'], [3, 'yes'])).toBe(true);
  expect(isKept([0, 'yes'], [2, 'yes'], [3, 'yes'])).toBe(true);
  expect(isKept([0, 'yes'], [2, 'no'], [3, 'no'])).toBe(true);
  expect(isKept([0, 'yes'], [2, 'unknown'], [3, 'unknown'])).toBe(true);
});

describe('first and confirm, with single readings', () => {
  test('it stands since the reading was taken, not since we looked at it', () => {
    expect(lived(FIRST, [[65, 'yes', 60]])).toEqual([{ at: 'present', since: 60_000 }]);
    expect(
      lived(CONFIRM, [
        [65, 'yes', 60],
        [126, 'yes', 120],
      ]).at(-1),
    ).toEqual({ at: 'present', since: 60_000 });
  });

  test('a reading inside ends it at once, also where a continuous source would have to stay inside for a while', () => {
    expect(
      states({ ...HOLD, holdS: 0 }, [
        [60, 'yes', 60],
        [120, 'no', 120],
      ]),
    ).toEqual(['present', 'absent']);
  });

  test('confirm: a reading that cannot be judged decides nothing, the next one does', () => {
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [90, 'unknown'],
        [120, 'unknown', 120],
        [180, 'yes', 180],
      ]),
    ).toEqual(['pending', 'pending', 'pending', 'present']);
  });

  test.each([
    [300, 'present'],
    [301, 'pending'],
  ])('confirm: within five minutes, although the cuff is set to one: after %d s it is %s', (afterS, expected) => {
    const sights: readonly Sight[] = [
      [60, 'yes', 60],
      [60 + afterS, 'yes', 60 + afterS],
    ];
    expect(states(CONFIRM, sights, 1).at(-1)).toBe(expected);
  });

  test('confirm: a source that measures all the time takes over with its own hold', () => {
    expect(
      lived(CONFIRM, [
        [60, 'yes', 60],
        [70, 'yes', 70, 'continuous'],
        [84, 'yes', 84, 'continuous'],
        [85, 'yes', 85, 'continuous'],
      ]).map(({ at }) => at),
    ).toEqual(['pending', 'pending', 'pending', 'present']);
  });

  test('first: one reading is enough, and the next one inside ends it', () => {
    expect(
      states(FIRST, [
        [60, 'yes', 60],
        [120, 'no', 120],
      ]),
    ).toEqual(['present', 'absent']);
  });

  test('confirm: the same reading seen again confirms nothing', () => {
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [61, 'yes', 60],
        [90, 'yes', 60],
      ]),
    ).toEqual(['pending', 'pending', 'pending']);
  });

  test('confirm: a second crossing reading confirms, one inside withdraws', () => {
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [120, 'yes', 120],
      ]),
    ).toEqual(['pending', 'present']);
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [120, 'no', 120],
      ]),
    ).toEqual(['pending', 'absent']);
  });

  test('a regular reading one interval later confirms too, also when it took a few seconds longer', () => {
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [372, 'yes', 372],
      ]).at(-1),
    ).toBe('present');
  });

  test('a reading that comes too late to be a repeat begins a new wait', () => {
    expect(
      states(CONFIRM, [
        [60, 'yes', 60],
        [700, 'yes', 700],
        [760, 'yes', 760],
      ]),
    ).toEqual(['pending', 'pending', 'present']);
  });
});

describe('several of the last readings', () => {
  const TWO_OF_THREE: Timing = { type: 'readings', crossing: 2, of: 3, continuousHoldS: 15 };
  const readings = (...truths: readonly Truth[]) =>
    lived(
      TWO_OF_THREE,
      truths.map((truth, i): Sight => [60 * (i + 1), truth, 60 * (i + 1)]),
    );
  const told = (...truths: readonly Truth[]) => readings(...truths).map(({ at }) => at);

  test('two in a row are two of three, and so are two with one between them', () => {
    expect(told('yes', 'yes')).toEqual(['pending', 'present']);
    expect(told('yes', 'no', 'yes')).toEqual(['pending', 'pending', 'present']);
  });

  test('what lies further back than the last three does not count', () => {
    expect(told('yes', 'no', 'no', 'yes')).toEqual(['pending', 'pending', 'pending', 'pending']);
    expect(told('yes', 'no', 'no', 'no')).toEqual(['pending', 'pending', 'pending', 'absent']);
  });

  test('it stands since the first of those that count', () => {
    expect(readings('yes', 'no', 'yes').at(-1)).toEqual({ at: 'present', since: 60_000 });
    expect(readings('yes', 'no', 'no', 'yes', 'yes').at(-1)).toEqual({ at: 'present', since: 240_000 });
  });

  test('the same reading seen again, and one that cannot be judged, are no further ones', () => {
    expect(
      states(TWO_OF_THREE, [
        [60, 'yes', 60],
        [61, 'yes', 60],
        [120, 'unknown', 120],
        [180, 'unknown'],
        [240, 'no', 240],
        [300, 'yes', 300],
      ]),
    ).toEqual(['pending', 'pending', 'pending', 'pending', 'pending', 'present']);
  });

  test('one of so many is a single reading, and a continuous source holds instead', () => {
    expect(states({ ...TWO_OF_THREE, crossing: 1 }, [[60, 'yes', 60]])).toEqual(['present']);
    expect(
      states(TWO_OF_THREE, [
        [0, 'yes'],
        [14, 'yes'],
        [15, 'yes'],
      ]),
    ).toEqual(['pending', 'pending', 'present']);
  });
});

describe('first and confirm, with a continuous source', () => {
  test('they end with the first value inside', () => {
    expect(
      states(FIRST, [
        [0, 'yes'],
        [10, 'yes'],
        [11, 'no'],
      ]).at(-1),
    ).toBe('absent');
  });

  test('they hold instead: 10 s for first, 15 s for confirm', () => {
    expect(
      states(FIRST, [
        [0, 'yes'],
        [9, 'yes'],
        [10, 'yes'],
      ]),
    ).toEqual(['pending', 'pending', 'present']);
    expect(
      states(CONFIRM, [
        [0, 'yes'],
        [14, 'yes'],
        [15, 'yes'],
      ]),
    ).toEqual(['pending', 'pending', 'present']);
  });
});

test('whatever is seen, a condition never stands without having been crossed for its hold time', () => {
  const truth = fc.constantFrom<Truth>('yes', 'no', 'unknown');
  fc.assert(
    fc.property(fc.array(truth, { maxLength: 200 }), (truths) => {
      const names = states(
        HOLD,
        truths.map((one, i) => [i * 0.25, one] as const),
      );
      names.forEach((name, i) => {
        if (name !== 'present' || names[i - 1] === 'present' || names[i - 1] === 'present?') return;
        const crossed = truths.slice(0, i + 1).lastIndexOf('no');
        const seconds = truths.slice(crossed + 1, i + 1).filter((one) => one === 'yes').length * 0.25;
        expect(seconds).toBeGreaterThanOrEqual(10);
      });
    }),
  );
});
