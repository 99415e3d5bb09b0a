/** When a counter and a rate tell two stories, and when the rate is no witness. */
import { describe, expect, test } from 'vitest';
import type { InfusionReading } from '$lib/domain/index.ts';
import { auditVolume, type VolumeAudit } from '$lib/bedside/volume-audit.ts';
import { reading } from '../support/channel.ts';

/** [second, mL by the counter since the look before, further words] */
type Look = readonly [atS: number, ml: number, more?: Partial<InfusionReading>];

const at60 = (atS: number, more: Partial<InfusionReading> = {}): InfusionReading =>
  reading(atS, more.state ?? 'infusing', { rateMlPerHour: 60, ...more });

function audited(...looks: readonly Look[]): VolumeAudit {
  let before = at60(0);
  let audit: VolumeAudit | undefined;
  for (const [atS, ml, more] of looks) {
    const now = at60(atS, more);
    audit = auditVolume(audit, before, now, ml);
    before = now;
  }
  if (!audit) throw new Error('nothing was looked at');
  return audit;
}

/** Every 20 s what 60 mL/h come to, from one second up to another. */
const steady = (fromS: number, toS: number, ml = 1 / 3): readonly Look[] =>
  Array.from({ length: (toS - fromS) / 20 }, (_, i): Look => [fromS + 20 * (i + 1), ml]);

describe('the two reckonings', () => {
  test('begin with the look before the first', () => {
    expect(audited([20, 0.3]).now).toEqual({
      at: 20_000,
      countedMl: 0.3,
      byRateMl: expect.closeTo(1 / 3, 9) as number,
      bolusMl: 0,
    });
    expect(audited([20, 0.3]).past[0]).toEqual({ at: 0, countedMl: 0, byRateMl: 0, bolusMl: 0 });
  });

  test.each<[string, readonly Look[], number]>([
    ['while a bolus runs', [[20, 5, { state: 'bolus' }]], 5],
    [
      'after one',
      [
        [20, 5, { state: 'bolus' }],
        [25, 2],
      ],
      7,
    ],
    ['while the line is purged', [[20, 5, { state: 'purging' }]], 5],
    ['in a silence', [[31, 5]], 5],
    [
      'while the pump does not say what flows',
      [
        [20, 0, { state: 'unknown' }],
        [40, 3],
      ],
      1 / 3 + 3,
    ],
  ])('are the counter’s %s', (_, looks, ml) => {
    expect(audited(...looks).now.byRateMl).toBeCloseTo(ml, 9);
  });

  test('are the rate’s up to half a minute without word', () => {
    expect(audited([30, 5]).now.byRateMl).toBeCloseTo(0.5, 9);
  });
});

describe('suspicion', () => {
  const differs = (countedMl: number) => audited(...steady(0, 280), [300, countedMl - 14 / 3]).suspect;

  test.each([
    [5.5, undefined],
    [5.6, { countedMl: 5.6, byRateMl: 5 }],
    [4.5, undefined],
    [4.4, { countedMl: 4.4, byRateMl: 5 }],
  ])('five minutes at 60 mL/h by the rate, %d mL by the counter: %j', (countedMl, expected) => {
    expect(differs(countedMl)).toEqual(expected);
  });

  test('a tenth is tolerated where that is more than half a millilitre', () => {
    const fast = (countedMl: number) => {
      let audit: VolumeAudit | undefined;
      for (let s = 20; s <= 300; s += 20)
        audit = auditVolume(
          audit,
          at60(s - 20, { rateMlPerHour: 600 }),
          at60(s, { rateMlPerHour: 600 }),
          countedMl / 15,
        );
      return audit?.suspect;
    };
    expect(fast(55.4)).toBeUndefined();
    expect(fast(55.6)).toEqual({ countedMl: 55.6, byRateMl: 50 });
    expect(fast(45.1)).toBeUndefined();
    expect(fast(44.9)).toEqual({ countedMl: 44.9, byRateMl: 50 });
  });

  test('needs five minutes', () => {
    expect(audited(...steady(0, 280, 0), [299, 0]).suspect).toBeUndefined();
    expect(audited(...steady(0, 300, 0)).suspect).toEqual({ countedMl: 0, byRateMl: 5 });
  });

  test('a bolus that was told may be in the rate or not', () => {
    const bolus: Look = [300, 1 / 3 + 3, { bolus: { count: 1, volumeMl: 3 } }];
    expect(audited(...steady(0, 280), bolus).suspect).toBeUndefined();
    expect(audited(...steady(0, 280), [300, 1 / 3, { bolus: { count: 1, volumeMl: 3 } }]).suspect).toBeUndefined();
    const tooMuch: Look = [300, 1 / 3 + 4, { bolus: { count: 1, volumeMl: 3 } }];
    expect(audited(...steady(0, 280), tooMuch).suspect).toEqual({ countedMl: 9, byRateMl: 5 });
  });

  test('looks at the last five minutes only: what differed before is over', () => {
    const doubtful = audited([20, 3], ...steady(20, 320));
    expect(doubtful.suspect).toBeUndefined();
    expect(audited([20, 3], ...steady(20, 300)).suspect).toBeDefined();
    const boluses = audited([20, 1 / 3, { bolus: { count: 1, volumeMl: 3 } }], ...steady(20, 320), [340, 3]);
    expect(boluses.suspect).toBeDefined();
  });
});

describe('what it remembers', () => {
  test('is a look every 20 s for five minutes, and one that is old enough to compare with', () => {
    const hour = audited(...Array.from({ length: 1800 }, (_, i): Look => [2 * (i + 1), 1 / 30]));
    const ages = hour.past.map(({ at }) => (hour.now.at - at) / 1000);
    expect(ages).toEqual([300, 280, 260, 240, 220, 200, 180, 160, 140, 120, 100, 80, 60, 40, 20, 0]);
  });
});
