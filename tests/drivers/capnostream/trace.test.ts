import { describe, expect, test } from 'vitest';
import { FAST_STATUS } from '$drivers/capnostream/layout-table.ts';
import type { WaveFrame } from '$drivers/capnostream/messages.ts';
import { addSample, flushQuiet, type Trace } from '$drivers/capnostream/trace.ts';
import { deviceId, monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';

const SOURCE = deviceId('capnograph');

/** Samples fed one by one, and the blocks that came of them. */
class Strip {
  readonly blocks: WaveformBlock[] = [];
  trace: Trace | undefined;
  counter = 0;
  now = 0;
  unit: number | undefined = 1;

  /** So many samples, 50 ms apart. */
  run(count: number, frame: Partial<WaveFrame> = {}): this {
    for (let i = 0; i < count; i += 1) {
      this.now += 50;
      this.counter = (this.counter + 1) & 0xff;
      this.add(frame);
    }
    return this;
  }
  add(frame: Partial<WaveFrame> = {}): this {
    const sample: WaveFrame = { kind: 'wave', counter: this.counter, level: 38.5 * 256, status: 0, ...frame };
    return this.#take(addSample(this.trace, sample, this.unit, SOURCE, monotonicMs(this.now)));
  }
  wait(ms: number): this {
    this.now += ms;
    return this.#take(flushQuiet(this.trace, SOURCE, monotonicMs(this.now)));
  }
  get shown(): readonly string[] {
    return this.blocks.map(({ at, samples, isGapBefore }) => `${at} ${samples.length}${isGapBefore ? ' gap' : ''}`);
  }

  #take([trace, blocks]: readonly [Trace | undefined, readonly WaveformBlock[]]): this {
    this.trace = trace;
    this.blocks.push(...blocks);
    return this;
  }
}

describe('samples', () => {
  test('become blocks of five that follow one another without a seam; the first ends when it arrives', () => {
    const strip = new Strip().run(15);
    expect(strip.shown).toEqual(['0 5 gap', '250 5', '500 5']);
    expect(strip.blocks[0]).toMatchObject({ waveform: 'co2Pressure', rateHz: 20, gain: 1 / 128, offset: 0 });
  });

  test.each([
    [1, 38.5, 'co2Pressure', 38.5],
    [1, 255.996, 'co2Pressure', 255.99],
    [2, 51.25, 'co2Pressure', 38.44],
    [3, 51.25, 'co2', 5.125],
  ])('of unit %i at %f are %s of %f', (unit, level, waveform, physical) => {
    const strip = new Strip();
    strip.unit = unit;
    const [block] = strip.run(5, { level: Math.round(level * 256) }).blocks;
    expect(block?.waveform).toBe(waveform);
    expect((block?.samples[0] ?? 0) * (block?.gain ?? 0)).toBeCloseTo(physical, 2);
  });

  test.each(Object.entries(FAST_STATUS))('with status %s are none, but for the end of a breath', (name, status) => {
    const [block] = new Strip().run(5, { status }).blocks;
    expect(block?.samples[0]).toBe(name === 'endOfBreath' ? 4928 : NO_SAMPLE);
  });

  test('the counter wraps without a gap', () => {
    const strip = new Strip();
    strip.counter = 0xfd;
    expect(strip.run(10).shown).toEqual(['0 5 gap', '250 5']);
  });

  test('a number left out is a gap, and what was before it is told', () => {
    const strip = new Strip().run(7);
    strip.counter += 1;
    strip.now += 50;
    expect(strip.run(5).shown).toEqual(['0 5 gap', '250 2', '400 5 gap']);
  });

  test('that all come late keep their times; that come much too late are put anew', () => {
    const strip = new Strip().run(5);
    strip.now += 1400;
    for (let i = 0; i < 5; i += 1) {
      strip.counter += 1;
      strip.add();
    }
    expect(strip.shown).toEqual(['0 5 gap', '250 5']);
    strip.now += 10_000;
    expect(strip.run(5).shown.at(-1)).toBe('11650 5 gap');
  });

  test('another unit begins anew', () => {
    const strip = new Strip().run(7);
    strip.unit = 2;
    expect(strip.run(5).shown).toEqual(['0 5 gap', '250 2', '350 5 gap']);
  });

  test('are left out while the unit is not known', () => {
    const strip = new Strip();
    strip.unit = undefined;
    expect(strip.run(20).shown).toEqual([]);
    strip.unit = 9;
    expect(strip.run(20).shown).toEqual([]);
    strip.unit = 1;
    expect(strip.run(7).shown).toEqual(['2000 5 gap']);
    strip.unit = undefined;
    expect(strip.run(1).shown).toEqual(['2000 5 gap', '2250 2']);
  });

  test('that are left when no more come are told after half a second, once', () => {
    const strip = new Strip().run(7).wait(450);
    expect(strip.shown).toEqual(['0 5 gap']);
    expect(strip.wait(50).wait(5000).shown).toEqual(['0 5 gap', '250 2']);
  });
});
