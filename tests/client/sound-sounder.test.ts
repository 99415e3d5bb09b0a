import { describe, expect, test } from 'vitest';
import { AlarmSounder, RAISED_FLOOR, VOLUME_FLOOR } from '$lib/client/sound/alarm-sounder.ts';
import type { AudioOutput } from '$lib/client/sound/audio-output.ts';
import {
  burst,
  burstLengthS,
  burstPeriodS,
  endOfPulseS,
  LOST_BURST,
  TEST_BURST,
  type Burst,
} from '$lib/client/sound/burst.ts';

interface Played {
  readonly name: string;
  readonly startS: number;
  readonly isLoop: boolean;
  endS: number;
  wasCut: boolean;
}

/** A loudspeaker whose clock the test moves. It knows a sound by the length of its samples. */
class TestOutput implements AudioOutput {
  timeS = 100;
  readonly sampleRateHz = 8000;
  isRunning = false;
  mayResume = true;
  volume = -1;
  isClosed = false;
  readonly played: Played[] = [];
  #listener = (): void => undefined;

  resume(): Promise<void> {
    if (!this.mayResume) return Promise.reject(new Error('not allowed'));
    this.setRunning(true);
    return Promise.resolve();
  }

  onStateChange(listener: () => void): void {
    this.#listener = listener;
  }

  setRunning(isRunning: boolean): void {
    this.isRunning = isRunning;
    this.#listener();
  }

  setVolume(volume: number): void {
    this.volume = volume;
  }

  play(samples: Float32Array, startS: number, repeats: 'for ever' | 'once') {
    const name = NAMES.get(samples.length) ?? 'unknown';
    const isLoop = repeats === 'for ever';
    const length = samples.length / this.sampleRateHz;
    const voice: Played = { name, startS, isLoop, endS: isLoop ? Infinity : startS + length, wasCut: false };
    this.played.push(voice);
    return {
      endAt: (timeS: number | undefined) => {
        // As in a browser: what has ended cannot be called back.
        if (voice.endS > this.timeS) voice.endS = timeS ?? Infinity;
      },
      cut: () => {
        voice.endS = Math.min(voice.endS, this.timeS);
        voice.wasCut = true;
      },
    };
  }

  close(): void {
    this.isClosed = true;
  }

  /** What is to be heard at a moment, the test tone apart. */
  soundingAt(timeS: number): string[] {
    return this.played
      .filter(({ startS, endS, isLoop }) => isLoop && startS <= timeS && timeS < endS)
      .map(({ name }) => name);
  }
}

const HIGH = burst('high', 'cardiovascular');
const MEDIUM = burst('medium', 'cardiovascular');
const LOW = burst('low', 'general');
const samplesOf = (sound: Burst) => Math.round(burstPeriodS(sound) * 8000);
const NAMES = new Map([
  [samplesOf(HIGH), 'high'],
  [samplesOf(MEDIUM), 'medium'],
  [samplesOf(LOW), 'low'],
  [samplesOf(LOST_BURST), 'lost'],
  [samplesOf(TEST_BURST), 'test'],
]);

async function unlocked(): Promise<{ sounder: AlarmSounder; output: TestOutput }> {
  const output = new TestOutput();
  const sounder = new AlarmSounder(() => output);
  await sounder.unlock();
  return { sounder, output };
}

describe('the state of the sound', () => {
  test('is off before a press, running after it, with a test tone', async () => {
    const output = new TestOutput();
    const sounder = new AlarmSounder(() => output);
    const states: string[] = [];
    sounder.onChange(() => states.push(sounder.state));
    expect(sounder.state).toBe('off');
    expect(await sounder.unlock()).toBe('running');
    expect(states).toEqual(['running']);
    expect(output.played.map(({ name, isLoop }) => [name, isLoop])).toEqual([['test', false]]);
  });

  test('is blocked when the browser refuses, and running as soon as it does not', async () => {
    const output = new TestOutput();
    output.mayResume = false;
    const sounder = new AlarmSounder(() => output);
    expect(await sounder.unlock()).toBe('blocked');
    output.setRunning(true);
    expect(sounder.state).toBe('running');
  });

  test('is blocked when the system interrupts it, and comes back by itself at the next check', async () => {
    const { sounder, output } = await unlocked();
    output.mayResume = false;
    output.setRunning(false);
    expect(sounder.state).toBe('blocked');
    expect(sounder.check(1000)).toBe('blocked');
    output.mayResume = true;
    sounder.check(2000);
    await Promise.resolve();
    output.timeS += 1;
    expect(sounder.check(3000)).toBe('running');
  });

  test('is blocked when the audio clock stands although the browser says that it runs', async () => {
    const { sounder, output } = await unlocked();
    sounder.check(1000);
    output.timeS += 1;
    expect(sounder.check(2000)).toBe('running');
    expect(sounder.check(3000)).toBe('blocked');
    output.timeS += 1;
    expect(sounder.check(4000)).toBe('running');
  });

  test('is off again after it was closed', async () => {
    const { sounder, output } = await unlocked();
    sounder.close();
    expect([sounder.state, output.isClosed]).toEqual(['off', true]);
  });
});

describe('the volume', () => {
  test('cannot be set below its floor or above its end', async () => {
    const { sounder, output } = await unlocked();
    sounder.setVolume(0);
    expect([sounder.volume, output.volume]).toEqual([VOLUME_FLOOR, VOLUME_FLOOR]);
    sounder.setVolume(3);
    expect(output.volume).toBe(1);
  });

  test('is told to the output when it is opened', async () => {
    const output = new TestOutput();
    const sounder = new AlarmSounder(() => output);
    sounder.setVolume(0.5);
    await sounder.unlock();
    expect(output.volume).toBe(0.5);
  });
});

describe('a raised alarm', () => {
  test('is twice as loud as it was set, at least at its floor, and never more than all', async () => {
    const { sounder, output } = await unlocked();
    for (const [set, raised] of [
      [VOLUME_FLOOR, RAISED_FLOOR],
      [0.45, 0.9],
      [0.7, 1],
    ] as const) {
      sounder.setVolume(set);
      sounder.sound('high', 'cardiovascular', 'raised');
      expect(output.volume).toBeCloseTo(raised, 9);
      sounder.sound('high', 'cardiovascular');
      expect([sounder.volume, output.volume]).toEqual([set, set]);
    }
  });

  test('stays raised while somebody turns the volume down, and is not begun anew', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += 60;
    sounder.sound('high', 'cardiovascular', 'raised');
    sounder.setVolume(VOLUME_FLOOR);
    expect(output.volume).toBe(RAISED_FLOOR);
    expect(output.played.filter(({ name }) => name === 'high')).toHaveLength(1);
  });

  test('before the press is raised after it', async () => {
    const output = new TestOutput();
    const sounder = new AlarmSounder(() => output);
    sounder.sound('high', 'cardiovascular', 'raised');
    await sounder.unlock();
    expect(output.volume).toBe(1);
  });
});

describe('the melodies', () => {
  test('can be switched off: then another category is no other sound, and listeners are told', async () => {
    const { sounder, output } = await unlocked();
    let told = 0;
    sounder.onChange(() => (told += 1));
    sounder.setMelodies(false);
    expect([sounder.hasMelodies, told]).toEqual([false, 1]);
    sounder.sound('high', 'cardiovascular');
    output.timeS += 30;
    sounder.sound('high', 'oxygen');
    expect(output.played.filter(({ name }) => name === 'high')).toHaveLength(1);
  });

  test('switched on again sound from the next burst on', async () => {
    const { sounder, output } = await unlocked();
    sounder.setMelodies(false);
    sounder.sound('high', 'cardiovascular');
    output.timeS += 1;
    sounder.setMelodies(true);
    const [, plain, melody] = output.played;
    expect(melody?.name).toBe('high');
    expect((melody?.startS ?? 0) - (plain?.endS ?? 0)).toBeCloseTo(HIGH.interburstS, 6);
  });
});

describe('an alarm', () => {
  test('sounds at once and goes on by itself for as long as nobody says otherwise', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    for (const later of [0.1, 60, 3600]) expect(output.soundingAt(100 + later)).toEqual(['high']);
  });

  test('that is told again is not begun again', async () => {
    const { sounder, output } = await unlocked();
    for (let i = 0; i < 20; i += 1) {
      sounder.sound('high', 'cardiovascular');
      output.timeS += 0.7;
    }
    expect(output.played.filter(({ name }) => name === 'high')).toHaveLength(1);
  });

  test('that was told before the press is heard after it', async () => {
    const output = new TestOutput();
    const sounder = new AlarmSounder(() => output);
    sounder.sound('medium', 'cardiovascular');
    expect(output.played).toEqual([]);
    await sounder.unlock();
    expect(output.soundingAt(101)).toEqual(['medium']);
  });

  test('of higher priority cuts a lower one at once', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('medium', 'cardiovascular');
    output.timeS += 0.1;
    sounder.sound('high', 'cardiovascular');
    expect(output.soundingAt(100.15)).toEqual(['high']);
    expect(output.played.find(({ name }) => name === 'medium')?.wasCut).toBe(true);
  });

  test('of lower priority never cuts a burst: it waits for its end', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    const [, high] = output.played;
    output.timeS += 1;
    sounder.sound('medium', 'cardiovascular');
    const endS = (high?.startS ?? 0) + burstLengthS(HIGH);
    expect(high?.endS).toBeCloseTo(endS, 6);
    expect(output.soundingAt(endS - 0.01)).toEqual(['high']);
    expect(output.soundingAt(endS + 0.5)).toEqual([]);
    expect(output.soundingAt(endS + 1.01)).toEqual(['medium']);
  });

  test('of lower priority begins soon when the higher one was in its silence', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += burstLengthS(HIGH) + 4;
    sounder.sound('low');
    expect(output.soundingAt(output.timeS + 0.05)).toEqual(['low']);
  });

  test('of the same priority and another melody keeps the silence between bursts', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += 1;
    sounder.sound('high', 'general');
    const [, first, second] = output.played;
    expect((second?.startS ?? 0) - (first?.endS ?? 0)).toBeCloseTo(HIGH.interburstS, 6);
  });

  test('that returns while a lower one waits goes on as if nothing had happened', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += 1;
    sounder.sound('medium', 'cardiovascular');
    output.timeS += 0.2;
    sounder.sound('high', 'cardiovascular');
    expect(output.soundingAt(500)).toEqual(['high']);
    expect(output.played.filter(({ name }) => name === 'high')).toHaveLength(1);
  });

  test('that returns when its voice has ended is begun anew', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += burstLengthS(HIGH) + 1;
    sounder.sound('low');
    output.timeS += 0.01;
    sounder.sound('high', 'cardiovascular');
    expect(output.soundingAt(output.timeS + 0.05)).toEqual(['high']);
    expect(output.soundingAt(500)).toEqual(['high']);
  });

  test('that waits for a burst to end is not begun again when it is told again', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    for (let i = 0; i < 5; i += 1) {
      output.timeS += 0.3;
      sounder.sound('medium', 'cardiovascular');
    }
    expect(output.played.map(({ name }) => name)).toEqual(['test', 'high', 'medium']);
  });

  test('that ends stops after the pulse under way', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('medium', 'cardiovascular');
    const [, medium] = output.played;
    const [, pulse] = MEDIUM.pulses;
    output.timeS = (medium?.startS ?? 0) + (pulse?.startS ?? 0) + 0.05;
    sounder.sound(undefined);
    expect(medium?.endS).toBeCloseTo((medium?.startS ?? 0) + (pulse ? endOfPulseS(pulse) : 0), 6);
    expect(medium?.wasCut).toBe(false);
    expect(output.soundingAt(500)).toEqual([]);
  });

  test('that is only a notice is not heard', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('notice');
    expect(output.soundingAt(101)).toEqual([]);
  });

  test('is never heard together with another, in whatever order they come', async () => {
    const { sounder, output } = await unlocked();
    const orders = [
      'high',
      'low',
      undefined,
      'medium',
      'low',
      'high',
      'medium',
      'high',
      undefined,
      'low',
      'medium',
    ] as const;
    for (let i = 0; i < 400; i += 1) {
      sounder.sound(orders[(i * 7) % orders.length], 'cardiovascular');
      sounder.lost(i % 23 > 18);
      output.timeS += [0.003, 0.2, 1.1, 3.3, 9][i % 5] ?? 1;
    }
    for (let timeS = 100; timeS < output.timeS; timeS += 0.05) {
      expect(output.soundingAt(timeS).length).toBeLessThanOrEqual(1);
    }
  });
});

describe('the tone of a lost station', () => {
  test('replaces every alarm at once and gives way to it again', async () => {
    const { sounder, output } = await unlocked();
    sounder.sound('high', 'cardiovascular');
    output.timeS += 0.5;
    sounder.lost(true);
    expect(output.soundingAt(output.timeS + 0.05)).toEqual(['lost']);
    expect(output.soundingAt(output.timeS + 600)).toEqual(['lost']);
    output.timeS += 30;
    sounder.lost(false);
    expect(output.soundingAt(output.timeS + 5)).toEqual(['high']);
  });

  test('stops when the station is back and nothing is to be heard', async () => {
    const { sounder, output } = await unlocked();
    sounder.lost(true);
    output.timeS += 10;
    sounder.lost(false);
    expect(output.soundingAt(output.timeS + 2)).toEqual([]);
  });
});
