/** What is played, judged by its waveform alone, and the judge itself judged with alarms that are wrong on purpose. */
import { describe, expect, test } from 'vitest';
import { burst, LOST_BURST, type Burst, type Pulse, type SoundCategory } from '$lib/client/sound/burst.ts';
import { levelAt, renderBurst } from '$lib/client/sound/render.ts';
import { faultsOf, hear, powerSpectrum } from '../support/heard.ts';

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
const RATE = 44_100;

/** As the audio clock repeats it (decision 9): the same samples twice. */
function twice(samples: Float32Array): Float32Array {
  const repeated = new Float32Array(2 * samples.length);
  repeated.set(samples);
  repeated.set(samples, samples.length);
  return repeated;
}

const played = (sound: Burst, rate = RATE): Float32Array => twice(renderBurst(sound, rate));

describe.each(['high', 'medium', 'low'] as const)('a %s alarm', (priority) => {
  test.each(CATEGORIES)('with the melody %s keeps every bound of its priority', (category) => {
    expect(faultsOf(played(burst(priority, category)), RATE, priority)).toEqual([]);
  });

  test('keeps them at the other usual rate of loudspeakers, too', () => {
    expect(faultsOf(played(burst(priority, 'cardiovascular'), 48_000), 48_000, priority)).toEqual([]);
  });
});

const FUNDAMENTALS: Readonly<Record<SoundCategory, readonly number[]>> = {
  general: [262, 262, 262, 262, 262],
  cardiovascular: [262, 330, 392, 392, 523],
  perfusion: [262, 370, 262, 262, 370],
  ventilation: [262, 440, 349, 440, 349],
  oxygen: [523, 494, 440, 392, 349],
  temperature: [262, 294, 330, 349, 392],
  'drug-delivery': [523, 294, 392, 523, 294],
  equipment: [523, 262, 262, 523, 262],
};

describe('the melodies as they are heard', () => {
  const heard = (priority: 'high' | 'medium' | 'low', category: SoundCategory): readonly number[] =>
    hear(renderBurst(burst(priority, category), RATE), RATE).map(({ fundamentalHz }) => fundamentalHz);

  test.each(CATEGORIES)('%s: five notes twice when high, the first three when medium', (category) => {
    const notes = FUNDAMENTALS[category];
    const isNear = (found: readonly number[], wanted: readonly number[]): void => {
      expect(found).toHaveLength(wanted.length);
      found.forEach((pitch, i) => expect(Math.abs(pitch - (wanted[i] ?? 0))).toBeLessThan(4));
    };
    isNear(heard('high', category), [...notes, ...notes]);
    isNear(heard('medium', category), notes.slice(0, 3));
    isNear(heard('low', category), [330, 262]);
  });

  test('the tone of a lost station is none of an alarm’s: its pulses are far too long for one', () => {
    const faults = faultsOf(played(LOST_BURST), RATE, 'medium');
    expect(faults).toContainEqual(expect.stringMatching(/^duration: 0\.8/));
    expect(faults).toContainEqual(expect.stringMatching(/^pulses: 2/));
  });
});

describe('an alarm that is wrong on purpose is found wrong:', () => {
  const high = burst('high', 'general');
  const low = burst('low', 'general');
  const changed = (change: (pulse: Pulse, i: number) => Pulse): Burst => ({ ...high, pulses: high.pulses.map(change) });

  test('a pulse is missing', () => {
    const sound = { ...high, pulses: high.pulses.filter((_, i) => i !== 6) };
    expect(faultsOf(played(sound), RATE, 'high')).toContain('pulses: 9, not 10 to 10');
  });

  test('the tone is a pure sine', () => {
    const samples = renderBurst(high, RATE);
    high.pulses.forEach((pulse) => {
      for (let i = Math.ceil(pulse.startS * RATE); i < samples.length; i += 1) {
        const level = levelAt(pulse, i / RATE);
        if (level > 0) samples[i] = 0.9 * level * Math.sin((2 * Math.PI * 262 * i) / RATE);
      }
    });
    const faults = faultsOf(twice(samples), RATE, 'high');
    expect(faults).toContain('harmonics: 0, not 4 to Infinity');
    expect(faults).toContain('partials: fewer than four');
  });

  test('it rises too fast', () => {
    const faults = faultsOf(played(changed((pulse) => ({ ...pulse, riseS: 0.004 }))), RATE, 'high');
    expect(faults.filter((fault) => fault.startsWith('rise:'))).toHaveLength(10);
  });

  test('it rises too slowly', () => {
    const faults = faultsOf(played(changed((pulse) => ({ ...pulse, riseS: 0.05 }))), RATE, 'high');
    expect(faults.filter((fault) => fault.startsWith('rise:'))).toHaveLength(10);
  });

  test('the bursts follow each other too soon', () => {
    expect(faultsOf(played({ ...low, interburstS: 14 }), RATE, 'low')).toContainEqual(
      expect.stringMatching(/^interburst: 14\.\d+, not 15 to Infinity/),
    );
    expect(faultsOf(played({ ...high, interburstS: 2.2 }), RATE, 'high')).toContainEqual(
      expect.stringMatching(/^interburst: 2\.2/),
    );
    expect(faultsOf(played({ ...high, interburstS: 1 }), RATE, 'high')).not.toEqual([]);
  });

  test('the bursts follow each other too late', () => {
    expect(faultsOf(played({ ...high, interburstS: 16 }), RATE, 'high')).toContainEqual(
      expect.stringMatching(/^interburst: 16/),
    );
  });

  test('one pulse comes late', () => {
    const late = changed((pulse, i) => (i === 1 ? { ...pulse, startS: pulse.startS + 0.02 } : pulse));
    expect(faultsOf(played(late), RATE, 'high')).toContainEqual(expect.stringMatching(/^evenness/));
  });

  test('the pause in the middle is too short', () => {
    const hasty = changed((pulse, i) => (i < 5 ? pulse : { ...pulse, startS: pulse.startS - 0.4 }));
    expect(faultsOf(played(hasty), RATE, 'high')).toContainEqual(expect.stringMatching(/^pause: 0\.[23]/));
  });

  test('the pulses are too long', () => {
    const { pulses, interburstS } = burst('medium', 'general');
    const long = pulses.map((pulse, i) => ({ ...pulse, durationS: 0.26, startS: 0.46 * i }));
    expect(faultsOf(played({ pulses: long, interburstS }), RATE, 'medium')).toContainEqual(
      expect.stringMatching(/^duration: 0\.26/),
    );
  });

  test('it is too high or too low', () => {
    for (const frequencyHz of [120, 1100]) {
      const faults = faultsOf(played(changed((pulse) => ({ ...pulse, frequencyHz }))), RATE, 'high');
      expect(faults).toContainEqual(expect.stringMatching(/^fundamental/));
    }
  });

  test('one pulse is much quieter than the others', () => {
    const samples = renderBurst(high, RATE);
    const third = high.pulses[2]?.startS ?? 0;
    const end = high.pulses[3]?.startS ?? 0;
    samples.subarray(Math.floor(third * RATE), Math.floor(end * RATE)).forEach((value, i, all) => (all[i] = value / 4));
    expect(faultsOf(twice(samples), RATE, 'high')).toContainEqual(expect.stringMatching(/^levels: 12/));
  });

  test('it is the alarm of another priority', () => {
    expect(faultsOf(played(burst('medium', 'general')), RATE, 'high')).not.toEqual([]);
    expect(faultsOf(played(burst('high', 'general')), RATE, 'medium')).not.toEqual([]);
    expect(faultsOf(played(high), RATE, 'low')).not.toEqual([]);
  });
});

test('the spectrum of a wave is its one frequency, with the power of the wave', () => {
  const wave = Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64));
  const power = powerSpectrum(wave);
  expect(power[5]).toBeCloseTo(32 ** 2, 6);
  expect(power.filter((value) => value > 1e-9)).toHaveLength(1);
});
