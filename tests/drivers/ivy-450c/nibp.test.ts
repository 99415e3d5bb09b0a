import { describe, expect, test } from 'vitest';
import { NO_CUFF_YET, onCuff, type CuffMemory } from '$drivers/ivy-450c/nibp.ts';
import { deviceId, monotonicMs, type CuffStatus, type NibpMeasurement } from '$lib/domain/index.ts';

const SOURCE = deviceId('monitor');
type Numbers = readonly (number | undefined)[];
const A: Numbers = [121, 75, 92, 80];
const B: Numbers = [142, 88, 106, 84];
const NONE: Numbers = [undefined, undefined, undefined, undefined];

/** Records each second, and what was told of the cuff. */
class Cuff {
  readonly told: (NibpMeasurement | CuffStatus)[] = [];
  memory: CuffMemory = NO_CUFF_YET;
  now = 0;

  shows(numbers: Numbers, seconds = 1, label = ''): this {
    for (let i = 0; i < seconds; i += 1) {
      this.now += 1000;
      const line = { status: '4', numbers, label, alarm: '' };
      const [memory, told] = onCuff(this.memory, line, { source: SOURCE, at: monotonicMs(this.now) });
      this.memory = memory;
      this.told.push(...told);
    }
    return this;
  }
  passes(ms: number): this {
    this.now += ms;
    return this;
  }
  /** `at measuredAt systolic/diastolic`, `at undated systolic`, `at none`. */
  get words(): readonly string[] {
    return this.told.map((seen) =>
      seen.kind === 'nibp'
        ? `${seen.at} ${seen.measuredAt} ${seen.systolic}/${seen.diastolic}`
        : `${seen.at} ${seen.undated ? `undated ${seen.undated.systolic}` : 'none'}`,
    );
  }
}

describe('a reading', () => {
  test('that stands there when we come has no time', () => {
    const cuff = new Cuff().shows(A, 10);
    expect(cuff.told).toEqual([
      {
        kind: 'cuff',
        source: SOURCE,
        at: 2000,
        state: 'idle',
        undated: { systolic: 121, diastolic: 75, meanArterial: 92, pulseRate: 80 },
      },
    ]);
  });

  test('that comes back after there was none is the old one', () => {
    const cuff = new Cuff().shows(A, 10).shows(B, 10).shows(NONE, 10).shows(B, 10);
    expect(cuff.words).toEqual(['2000 undated 121', '12000 none', '12000 11000 142/88']);
    expect(cuff.shows(A, 2).words.at(-1)).toBe('42000 41000 121/75');
    expect(new Cuff().shows(A, 10).shows(NONE, 10).shows(A, 10).words).toEqual(['2000 undated 121', '12000 none']);
  });

  test('that changes is a measurement, at the time when it was first seen, and told once', () => {
    const cuff = new Cuff().shows(A, 10).shows(B, 600);
    expect(cuff.words).toEqual(['2000 undated 121', '12000 none', '12000 11000 142/88']);
    expect(cuff.told.at(-1)).toEqual({
      kind: 'nibp',
      source: SOURCE,
      at: 12_000,
      measuredAt: 11_000,
      systolic: 142,
      diastolic: 88,
      meanArterial: 106,
      pulseRate: 84,
    });
  });

  test('after none is a measurement', () => {
    expect(new Cuff().shows(NONE, 5).shows(A, 5).words).toEqual(['7000 6000 121/75']);
  });

  test.each([0, 1, 2, 3])('a change of its number %i alone is enough', (place) => {
    const changed = A.map((number, i) => (i === place ? (number ?? 0) + 1 : number));
    expect(new Cuff().shows(NONE, 2).shows(A, 2).shows(changed, 2).words).toHaveLength(2);
  });

  test('may lack its mean and its rate', () => {
    const cuff = new Cuff().shows(NONE, 2).shows([121, 75, undefined, undefined], 2);
    expect(cuff.told).toEqual([
      { kind: 'nibp', source: SOURCE, at: 4000, measuredAt: 3000, systolic: 121, diastolic: 75 },
    ]);
  });

  test('with a pulse of 0 has none', () => {
    const { told } = new Cuff().shows(NONE, 2).shows([121, 75, 92, 0], 2);
    expect(told).toMatchObject([{ kind: 'nibp', systolic: 121 }]);
    expect(told[0]).not.toHaveProperty('pulseRate');
  });

  test('with the same numbers under another label is the old one', () => {
    expect(new Cuff().shows(NONE, 2).shows(A, 5).shows(A, 5, 'MEASURING').words).toEqual(['4000 3000 121/75']);
  });
});

describe('what is not believed', () => {
  test('numbers of one record alone', () => {
    expect(new Cuff().shows(NONE, 2).shows(A, 5).shows([12, 75, 92, 80]).shows(A, 5).words).toEqual([
      '4000 3000 121/75',
    ]);
    expect(new Cuff().shows(NONE, 2).shows(A, 5).shows([21, 75, 92, 80]).shows(B).shows(A, 5).words).toHaveLength(1);
  });

  test.each([
    ['no systolic', [undefined, 75, 92, 80]],
    ['no diastolic', [121, undefined, 92, 80]],
    ['systolic below diastolic', [12, 75, 92, 80]],
    ['systolic equal to diastolic', [75, 75, 75, 80]],
    ['a diastolic of 0', [121, 0, 92, 80]],
    ['a mean above systolic', [121, 75, 122, 80]],
    ['a mean below diastolic', [121, 75, 9, 80]],
  ] as const)('%s', (_, numbers) => {
    expect(new Cuff().shows(NONE, 2).shows(numbers, 5).words).toEqual([]);
    expect(new Cuff().shows(A, 2).shows(numbers, 5).words).toEqual(['2000 undated 121', '4000 none']);
  });
});

describe('after a hole', () => {
  test('of up to a minute a change is a measurement', () => {
    expect(new Cuff().shows(NONE, 2).shows(A, 2).passes(58_000).shows(B, 3).words.at(-1)).toBe('64000 63000 142/88');
  });

  test('of more than a minute a change has no time, and the same numbers are the old ones', () => {
    const cuff = new Cuff().shows(NONE, 2).shows(A, 2).passes(60_000);
    expect(new Cuff().shows(NONE, 2).shows(A, 2).passes(60_000).shows(A, 5).words).toHaveLength(1);
    expect(cuff.shows(B, 5).shows(A, 2).words).toEqual([
      '4000 3000 121/75',
      '66000 undated 142',
      '71000 none',
      '71000 70000 121/75',
    ]);
  });

  test('what was seen once before it is not half confirmed', () => {
    const cuff = new Cuff().shows(NONE, 2).shows(A, 2).shows(B).passes(90_000).shows(B);
    expect(cuff.words).toEqual(['4000 3000 121/75']);
    expect(cuff.shows(B).words.at(-1)).toMatch(/undated 142/);
  });
});
