import { describe, expect, test } from 'vitest';
import type { SessionEffect } from '$drivers/driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '$drivers/listening.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const PATIENCE = { silentAfterMs: 3000, giveUpAfterMs: 10_000, nothing: 'nothing came', noNews: 'no news came' };

/** The machine folded over a course of things that happen; what it tells, with the time. */
class Course {
  readonly told: string[] = [];
  listening: Listening = notListening(monotonicMs(0));
  silence = 'quiet';
  now = 0;

  open(): this {
    return this.#take(listen(this.listening, monotonicMs(this.now)));
  }
  news(remark?: string): this {
    return this.#take(hearNews(this.listening, monotonicMs(this.now), remark));
  }
  noise(): this {
    this.listening = hear(this.listening, monotonicMs(this.now));
    return this;
  }
  stop(): this {
    this.listening = stopListening(this.listening);
    return this;
  }
  until(ms: number, each?: () => void): this {
    while (this.now < ms) {
      this.now += 250;
      each?.();
      this.#take(passTime(this.listening, monotonicMs(this.now), PATIENCE, this.silence));
    }
    return this;
  }

  /** The computer slept: one tick, much too late. */
  sleepUntil(ms: number): this {
    this.now = ms - 250;
    return this.until(ms);
  }

  #take([listening, effects]: readonly [Listening, readonly SessionEffect<never>[]]): this {
    this.listening = listening;
    for (const effect of effects) {
      const words =
        effect.type === 'status' ? `${effect.state} ${effect.reason ?? ''}` : `reopen ${JSON.stringify(effect)}`;
      this.told.push(`${this.now} ${words}`.trim());
    }
    return this;
  }
}

const reopen = (why: string): string => `reopen ${JSON.stringify({ type: 'reopen', why })}`;

describe('a device that speaks', () => {
  test('is live with its first news, once', () => {
    expect(new Course().open().until(500).news().until(1500).news().until(2500).told).toEqual(['500 live']);
  });

  test('is live before the link was said to be open: a recording is read so', () => {
    expect(new Course().news().told).toEqual(['0 live']);
  });

  test('a new remark is told, the same one is not', () => {
    const { told } = new Course().open().news('v1').news('v1').news('v2').news();
    expect(told).toEqual(['0 live v1', '0 live v2', '0 live']);
  });

  test('is silent when news stays away, and live again with the next', () => {
    const course = new Course().open().news().until(9000).news();
    expect(course.told).toEqual(['0 live', '3000 silent quiet', '9000 live']);
  });

  test('the reason of a silence follows what comes meanwhile', () => {
    const course = new Course().open().news().until(4000);
    course.silence = 'it repeats itself';
    expect(course.until(8000, () => course.noise()).told).toEqual([
      '0 live',
      '3000 silent quiet',
      '4250 silent it repeats itself',
    ]);
  });
});

describe('a link', () => {
  test('on which not a byte comes is opened anew, and the reason stands until there is news', () => {
    const course = new Course().open().until(10_000).open().until(11_000).news();
    expect(course.told).toEqual([`10000 ${reopen('nothing came')}`, '10000 negotiating nothing came', '11000 live']);
  });

  test('that falls silent is opened anew 10 s after the last byte', () => {
    expect(new Course().open().news().until(12_000).told).toEqual([
      '0 live',
      '3000 silent quiet',
      `10000 ${reopen('quiet')}`,
    ]);
  });

  test('that was live is called silent before it is opened anew, also when the tick comes late', () => {
    expect(new Course().open().news().sleepUntil(60_000).until(60_250).told).toEqual([
      '0 live',
      '60000 silent quiet',
      `60250 ${reopen('quiet')}`,
    ]);
  });

  test('on which only noise comes is kept, and what is wrong is said once', () => {
    const course = new Course().open();
    expect(course.until(60_000, () => course.noise()).told).toEqual(['10000 negotiating no news came']);
  });

  test('that is silent but for noise is kept', () => {
    const course = new Course().open().news();
    expect(course.until(60_000, () => course.noise()).told).toEqual(['0 live', '3000 silent quiet']);
  });

  test('that was closed is left alone', () => {
    expect(new Course().open().news().stop().until(60_000).told).toEqual(['0 live']);
    expect(new Course().until(60_000).told).toEqual([]);
  });
});
