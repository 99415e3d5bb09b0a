import { describe, expect, test } from 'vitest';
import {
  type AudiblePriority,
  type Burst,
  burst,
  burstLengthS,
  burstPeriodS,
  EFFECTIVE_LEVEL,
  endOfPulseS,
  LOST_BURST,
  PARTIALS,
  type SoundCategory,
} from '$lib/client/sound/burst.ts';
import { levelAt, renderBurst } from '$lib/client/sound/render.ts';

const CATEGORIES: readonly SoundCategory[] = [
  'general',
  'cardiovascular',
  'perfusion',
  'ventilation',
  'oxygen',
  'temperature',
  'drug-delivery',
  'equipment',
];
const PRIORITIES: readonly AudiblePriority[] = ['high', 'medium', 'low'];
const ALL = PRIORITIES.flatMap((priority) => CATEGORIES.map((category) => ({ priority, category })));
const RATE = 48_000;

/** Figures of the published tables, in seconds. */
const LIMITS = {
  high: { pulses: 10, duration: [0.075, 0.2], spacing: [0.05, 0.125], interburst: [2.5, 15] },
  medium: { pulses: 3, duration: [0.125, 0.25], spacing: [0.125, 0.25], interburst: [2.5, 30] },
  low: { pulses: 2, duration: [0.125, 0.25], spacing: [0.125, 0.25], interburst: [15, Infinity] },
} as const;

const within = (value: number | undefined, [low, high]: readonly [number, number]): void => {
  expect(value).toBeGreaterThanOrEqual(low - 1e-9);
  expect(value).toBeLessThanOrEqual(high + 1e-9);
};

/** Silences from pulse to pulse: `full` between the points of effective level, `still` between nothing and nothing. */
const silences = ({ pulses }: Burst) =>
  pulses.slice(1).map((next, i) => {
    const before = pulses[i] ?? next;
    const stillS = next.startS - endOfPulseS(before);
    return { stillS, fullS: stillS + EFFECTIVE_LEVEL * (before.fallS + next.riseS) };
  });

describe.each(ALL)('the description of $priority $category', ({ priority, category }) => {
  const sound = burst(priority, category);
  const limits = LIMITS[priority];

  test('has the pulses of its priority and repeats within the limits', () => {
    expect(sound.pulses).toHaveLength(limits.pulses);
    within(sound.interburstS, limits.interburst);
    expect(burstPeriodS(sound)).toBeCloseTo(burstLengthS(sound) + sound.interburstS, 9);
  });

  test('has pulses of legal length, pitch and slope, whichever way the length is measured', () => {
    for (const pulse of sound.pulses) {
      within(pulse.durationS, limits.duration);
      within(endOfPulseS(pulse) - pulse.startS, limits.duration);
      within(pulse.frequencyHz, [150, 1000]);
      within(pulse.riseS / pulse.durationS, [0.1, 0.2]);
      within((0.8 * pulse.riseS) / pulse.durationS, [0.1, 0.2]);
    }
  });

  test('has silences of legal length, whichever way they are measured, and falls before the next rise', () => {
    silences(sound).forEach(({ stillS, fullS }, i) => {
      const isLonger = priority === 'high' && [2, 4, 7].includes(i);
      if (!isLonger) {
        within(stillS, limits.spacing);
        within(fullS, limits.spacing);
      }
      const { fallS = 0 } = sound.pulses[i] ?? {};
      expect(fallS).toBeLessThanOrEqual(fullS - (sound.pulses[i + 1]?.riseS ?? 0));
    });
  });

  test('has at least four harmonics of every pulse between 300 and 4000 Hz, within 15 dB of each other', () => {
    for (const { frequencyHz } of sound.pulses) {
      const overtones = PARTIALS.filter(({ harmonic }) => {
        const pitch = harmonic * frequencyHz;
        return harmonic > 1 && pitch >= 300 && pitch <= 4000;
      });
      expect(overtones.length).toBeGreaterThanOrEqual(4);
    }
    const levels = PARTIALS.map(({ level }) => 20 * Math.log10(level));
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThanOrEqual(15);
  });
});

describe('the rhythm of a high burst', () => {
  test('is three and two, a longer gap between them, a pause, and the same again', () => {
    const gaps = silences(burst('high', 'general')).map(({ fullS }) => fullS);
    const [x = 0, , longer, , pause] = gaps;
    [0, 1, 3, 5, 6, 8].forEach((i) => within(gaps[i], [0.95 * x, 1.05 * x]));
    expect(longer).toBeCloseTo(2 * x + 0.14, 6);
    expect(gaps[7]).toBeCloseTo(longer ?? 0, 6);
    within(pause, [0.35, 1.3]);
  });

  test('is not changed by the category', () => {
    const rhythm = (category: SoundCategory) => burst('high', category).pulses.map(({ startS }) => startS);
    for (const category of CATEGORIES) expect(rhythm(category)).toEqual(rhythm('general'));
  });
});

describe('the melodies', () => {
  const notes = (priority: AudiblePriority, category: SoundCategory) =>
    burst(priority, category).pulses.map(({ frequencyHz }) => frequencyHz);

  test('tell the categories apart, and a medium alarm begins like the high one', () => {
    expect(new Set(CATEGORIES.map((category) => notes('high', category).join())).size).toBe(CATEGORIES.length);
    for (const category of CATEGORIES) {
      expect(notes('medium', category)).toEqual(notes('high', category).slice(0, 3));
      expect(notes('high', category).slice(5)).toEqual(notes('high', category).slice(0, 5));
    }
    expect(notes('medium', 'cardiovascular')).toEqual([261.63, 329.63, 392]);
  });

  test('leave the tone of a lost station unlike any alarm: longer pulses', () => {
    const longest = Math.max(
      ...ALL.flatMap(({ priority, category }) => burst(priority, category).pulses.map((p) => p.durationS)),
    );
    for (const { durationS } of LOST_BURST.pulses) expect(durationS).toBeGreaterThan(3 * longest);
  });
});

test.each(ALL)(
  '$priority $category is as loud as it can be without clipping, and silent between its bursts',
  (alarm) => {
    const sound = burst(alarm.priority, alarm.category);
    const samples = renderBurst(sound, RATE);
    expect(samples.length / RATE).toBeCloseTo(burstPeriodS(sound), 3);
    within(
      samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0),
      [0.85, 0.95],
    );
    const silent = samples.subarray(Math.ceil(burstLengthS(sound) * RATE) + 1);
    expect(silent.every((sample) => sample === 0)).toBe(true);
  },
);

test('a pulse rises and falls in straight lines', () => {
  const pulse = { startS: 1, durationS: 0.2, frequencyHz: 440, riseS: 0.03, fallS: 0.03 };
  expect([0.99, 1, 1.015, 1.03, 1.1, endOfPulseS(pulse)].map((at) => Number(levelAt(pulse, at).toFixed(3)))).toEqual([
    0, 0, 0.5, 1, 1, 0,
  ]);
});
