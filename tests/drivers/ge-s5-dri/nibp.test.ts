import { describe, expect, test } from 'vitest';
import { Bench, EPOCH_S, Speaker, auxiliary, basicWith, displayed } from './bench.ts';

const AUTO = 8;
const STAT = 16;
const MEASURING = 32;
const LONG_AGO = 256;

/** A monitor that tells displayed records every 5 s and, if it can, auxiliary records every 10 s. */
class Ward {
  readonly bench = new Bench({ waveforms: [] }).open();
  readonly #speaker = new Speaker();
  hasAuxiliary = true;
  label = AUTO;
  values: Record<string, number | 'invalid'> = {};
  nibpTime = 0;
  status = 3;

  reading(systolic: number, diastolic: number): this {
    this.values = { systolic, diastolic, mean: Math.round((systolic + 2 * diastolic) / 3), rate: 70 };
    return this;
  }

  /** Lets so many seconds pass; the last displayed record comes at their end. */
  pass(seconds: number): this {
    for (let i = 0; i < seconds; i += 1) {
      this.bench.waitUntil(this.bench.now + 1000);
      if (this.hasAuxiliary && this.bench.now % 10_000 === 3000) this.tellAuxiliary();
      if (this.bench.now % 5000 === 0) this.tellDisplayed();
    }
    return this;
  }

  tellDisplayed(): this {
    const nibp = { status: this.status, label: this.label, values: this.values };
    this.#speaker.say(this.bench, displayed(basicWith({ nibp })));
    return this;
  }

  tellAuxiliary(): this {
    this.#speaker.say(this.bench, auxiliary(this.nibpTime));
    return this;
  }

  /** A cycle of the cuff: 25 s of inflation, then the numbers, dated 2 s before the record that shows them. */
  measure(systolic: number, diastolic: number): this {
    this.label |= MEASURING;
    this.pass(25);
    this.label &= ~(MEASURING | LONG_AGO);
    this.nibpTime = EPOCH_S + this.bench.now / 1000 + 3;
    return this.reading(systolic, diastolic).pass(5);
  }

  get told(): readonly (readonly [number, number, number])[] {
    return this.bench.nibp.map(({ measuredAt, systolic, diastolic }) => [measuredAt, systolic, diastolic] as const);
  }
}

describe('with auxiliary records', () => {
  test('a reading that stands there when we come is told once, with its age', () => {
    const ward = new Ward().reading(120, 80);
    ward.label = AUTO | LONG_AGO;
    ward.nibpTime = EPOCH_S - 180;
    ward.pass(120);
    expect(ward.told).toEqual([[-180_000, 120, 80]]);
    expect(ward.bench.nibp[0]).toMatchObject({ deviceTime: (EPOCH_S - 180) * 1000, meanArterial: 93, pulseRate: 70 });
  });

  test('each measurement is told once, with the time at which it ended', () => {
    const ward = new Ward().pass(20).measure(130, 85).pass(150).measure(150, 95).pass(150);
    expect(ward.told).toEqual([
      [48_000, 130, 85],
      [228_000, 150, 95],
    ]);
  });

  test('it is told within 10 s of its record, also when the auxiliary record comes first', () => {
    const ward = new Ward().pass(20).reading(120, 80);
    ward.nibpTime = EPOCH_S + 20;
    ward.tellAuxiliary();
    expect(ward.told).toEqual([]);
    ward.tellDisplayed();
    expect(ward.told).toEqual([[20_000, 120, 80]]);
  });

  test('it is told with the first displayed record when the auxiliary record came before that', () => {
    const ward = new Ward().reading(120, 80);
    ward.label |= LONG_AGO;
    ward.nibpTime = EPOCH_S - 90;
    expect(ward.tellAuxiliary().tellDisplayed().told).toEqual([[-90_000, 120, 80]]);
  });

  test('a time of 0 dates nothing', () => {
    const ward = new Ward().reading(120, 80);
    ward.label |= LONG_AGO;
    expect(ward.pass(120).told).toEqual([]);
  });

  test('old numbers are never given the new time', () => {
    const ward = new Ward().reading(120, 80);
    ward.nibpTime = EPOCH_S - 60;
    ward.label |= LONG_AGO;
    ward.pass(30);
    ward.nibpTime = EPOCH_S + 31;
    ward.tellAuxiliary().reading(170, 100).tellDisplayed();
    expect(ward.told).toEqual([
      [-60_000, 120, 80],
      [30_000, 170, 100],
    ]);
  });

  test('an announced one whose numbers are gone in the next cycle is not mixed with it', () => {
    const ward = new Ward().pass(20);
    ward.nibpTime = EPOCH_S + 20;
    ward.tellAuxiliary();
    ward.label |= MEASURING;
    ward.tellDisplayed();
    ward.pass(40).reading(140, 90);
    ward.label = AUTO;
    ward.nibpTime = EPOCH_S + 60;
    ward.tellDisplayed().tellAuxiliary().pass(60);
    expect(ward.told).toEqual([[60_000, 140, 90]]);
  });

  test('a cycle that leaves the old numbers standing is no measurement', () => {
    const ward = new Ward().pass(20).measure(130, 85).pass(90);
    ward.label |= MEASURING;
    ward.pass(25);
    ward.label &= ~MEASURING;
    ward.pass(120);
    expect(ward.told).toEqual([[48_000, 130, 85]]);
  });

  test('new numbers are told by the label when the monitor’s time does not follow', () => {
    const ward = new Ward().pass(20).measure(130, 85).pass(90);
    const { nibpTime } = ward;
    ward.label |= MEASURING;
    ward.pass(25);
    ward.label &= ~MEASURING;
    ward.reading(180, 110).pass(60);
    expect(ward.nibpTime).toBe(nibpTime);
    expect(ward.told).toEqual([
      [48_000, 130, 85],
      [170_000, 180, 110],
    ]);
  });

  test('a monitor clock that disagrees with itself gives no age to a standing reading, and dates later ones by arrival', () => {
    const ward = new Ward().reading(120, 80);
    ward.label |= LONG_AGO;
    ward.nibpTime = EPOCH_S + 3 * 3600;
    ward.pass(60);
    expect(ward.told).toEqual([]);
    ward.nibpTime += 60;
    ward.tellAuxiliary().reading(150, 90).tellDisplayed();
    expect(ward.told).toEqual([[60_000, 150, 90]]);
    ward.pass(14).nibpTime -= 7 * 3600;
    ward.tellAuxiliary().reading(155, 90).tellDisplayed();
    expect(ward.told.at(-1)).toEqual([73_000, 155, 90]);
  });

  test('a break of the link tells nothing twice and misses nothing', () => {
    const ward = new Ward().pass(20).measure(130, 85);
    ward.bench.close().open();
    ward.pass(40);
    expect(ward.told).toHaveLength(1);
    ward.bench.close();
    ward.nibpTime = EPOCH_S + 200;
    ward.label |= LONG_AGO;
    ward.bench.now = 300_000;
    ward.bench.open();
    ward.reading(160, 95).pass(30);
    expect(ward.told.slice(1)).toEqual([[200_000, 160, 95]]);
  });
});

describe('a break of the link between announcement and numbers', () => {
  const announced = () => {
    const ward = new Ward().reading(120, 80).pass(2);
    ward.label |= LONG_AGO;
    ward.nibpTime = EPOCH_S - 100;
    ward.tellAuxiliary().bench.close();
    return ward;
  };

  test('that is short loses nothing', () => {
    const ward = announced();
    ward.bench.open();
    expect(ward.pass(30).told).toEqual([[-100_000, 120, 80]]);
  });

  test('that is long does not date the numbers of a later measurement by it', () => {
    const ward = announced();
    ward.bench.now = 300_000;
    ward.bench.open();
    ward.nibpTime = EPOCH_S + 220;
    ward.reading(180, 110).tellDisplayed();
    expect(ward.told).toEqual([]);
    expect(ward.tellAuxiliary().tellDisplayed().told).toEqual([[220_000, 180, 110]]);
  });

  test('that is long still tells the measurement if no other came', () => {
    const ward = announced();
    ward.bench.now = 300_000;
    ward.bench.open();
    expect(ward.tellDisplayed().pass(30).told).toEqual([[-100_000, 120, 80]]);
  });
});

describe('without auxiliary records', () => {
  const alone = () => {
    const ward = new Ward();
    ward.hasAuxiliary = false;
    return ward;
  };

  test('a fresh reading that stands there is told once, after two intervals', () => {
    const ward = alone().reading(93, 48).pass(24);
    expect(ward.told).toEqual([]);
    ward.pass(50);
    ward.label |= LONG_AGO;
    ward.pass(3600);
    expect(ward.told).toEqual([[5000, 93, 48]]);
  });

  test('a reading that ended long ago has no age, so it is not told', () => {
    const ward = alone().reading(93, 48);
    ward.label |= LONG_AGO;
    expect(ward.pass(600).told).toEqual([]);
  });

  test('each end of a cycle is a measurement, at once when no auxiliary record ever came', () => {
    const ward = alone().pass(30).measure(130, 85);
    expect(ward.told).toEqual([[60_000, 130, 85]]);
    ward.pass(60);
    ward.label |= LONG_AGO;
    expect(ward.pass(60).measure(131, 85).pass(60).told).toEqual([
      [60_000, 130, 85],
      [210_000, 131, 85],
    ]);
  });

  test('the same numbers measured again are a measurement again', () => {
    const ward = alone().pass(30).measure(130, 85).pass(60);
    ward.label |= LONG_AGO;
    expect(ward.pass(60).measure(130, 85).told).toHaveLength(2);
  });

  test('a cycle too short to be seen is found by the label that turns fresh', () => {
    const ward = alone().reading(120, 80);
    ward.label |= LONG_AGO;
    ward.pass(60);
    ward.label &= ~LONG_AGO;
    expect(ward.reading(125, 82).pass(5).told).toEqual([[65_000, 125, 82]]);
  });

  test('a long cycle on a module that counts from its start is found by its end', () => {
    const ward = alone().pass(30);
    ward.label |= MEASURING;
    ward.pass(60);
    ward.label |= LONG_AGO;
    ward.pass(20);
    ward.label &= ~MEASURING;
    expect(ward.reading(140, 90).pass(5).told).toEqual([[115_000, 140, 90]]);
  });

  test('a cycle that ends with the old numbers, last end long ago, is no measurement', () => {
    const ward = alone().pass(30).measure(130, 85).pass(60);
    ward.label |= LONG_AGO;
    ward.pass(60);
    ward.label |= MEASURING;
    ward.pass(25);
    ward.label &= ~MEASURING;
    expect(ward.pass(60).told).toHaveLength(1);
  });

  test('a break of the link makes no second measurement out of the standing one', () => {
    const ward = alone().pass(30).measure(130, 85);
    ward.bench.close().open();
    expect(ward.pass(40).told).toHaveLength(1);
  });

  test('a hole in the records makes no edge', () => {
    const ward = alone().pass(30).reading(120, 80);
    ward.label |= LONG_AGO | MEASURING;
    ward.tellDisplayed().bench.waitUntil(90_000);
    ward.label &= ~MEASURING;
    expect(ward.pass(60).told).toEqual([]);
  });

  test('auxiliary records that begin late do not tell the measurement again', () => {
    const ward = alone().pass(30).measure(130, 85);
    expect(ward.told).toHaveLength(1);
    ward.hasAuxiliary = true;
    expect(ward.pass(60).told).toHaveLength(1);
    expect(ward.measure(160, 95).pass(10).told).toHaveLength(2);
  });

  test('auxiliary records that never get a time only hold it up by two intervals', () => {
    const ward = new Ward().pass(30);
    ward.label |= MEASURING;
    ward.pass(25);
    ward.label &= ~MEASURING;
    expect(ward.reading(140, 90).pass(20).told).toEqual([]);
    expect(ward.pass(60).told).toEqual([[60_000, 140, 90]]);
  });
});

describe('a lone or failed number', () => {
  test('is no measurement until systolic and diastolic are there', () => {
    const ward = new Ward().pass(20);
    ward.values = { systolic: 114 };
    ward.nibpTime = EPOCH_S + 20;
    ward.pass(20);
    expect(ward.told).toEqual([]);
    ward.reading(114, 76).pass(5);
    expect(ward.told).toEqual([[20_000, 114, 76]]);
  });

  test('of a cuff that does not measure is none', () => {
    const ward = new Ward().reading(120, 80);
    ward.status = 1;
    ward.nibpTime = EPOCH_S - 60;
    expect(ward.pass(60).told).toEqual([]);
    expect(ward.bench.cuff).toEqual([]);
  });
});

describe('the cuff', () => {
  const states = (ward: Ward) => ward.bench.cuff.map(({ state, mode }) => `${state} ${mode}`);

  test('says what it does when that changes', () => {
    const ward = new Ward().pass(30).measure(130, 85).pass(60);
    ward.label = STAT | MEASURING;
    ward.pass(5);
    ward.label = 64;
    ward.pass(5);
    ward.label = 128;
    ward.pass(5);
    ward.label = 0;
    ward.pass(5);
    expect(states(ward)).toEqual([
      'idle auto',
      'measuring auto',
      'idle auto',
      'measuring stat',
      'stasis manual',
      'calibrating manual',
      'idle manual',
    ]);
  });

  test('has failed when a cycle leaves no numbers, until there are some', () => {
    const ward = new Ward().pass(20).measure(130, 85).pass(60);
    ward.label |= MEASURING;
    ward.values = {};
    ward.pass(25);
    ward.label &= ~MEASURING;
    ward.pass(60);
    expect(states(ward).slice(-2)).toEqual(['measuring auto', 'failed auto']);
    ward.measure(140, 90);
    expect(states(ward).slice(-2)).toEqual(['measuring auto', 'idle auto']);
    expect(ward.told).toHaveLength(2);
  });
});

describe('numbers that stood on the screen before we came', () => {
  const undated = (ward: Ward) => ward.bench.cuff.map((cuff) => cuff.undated?.systolic);

  test('are told as undated while nothing says when they were measured, and are no measurement', () => {
    const ward = new Ward().reading(93, 48);
    ward.hasAuxiliary = false;
    ward.label |= LONG_AGO;
    ward.pass(120);
    expect(undated(ward)).toEqual([93]);
    expect(ward.told).toEqual([]);
  });

  test('are no longer undated once an auxiliary record dates them, or a new measurement takes their place', () => {
    const dated = new Ward().reading(93, 48);
    dated.label |= LONG_AGO;
    dated.nibpTime = EPOCH_S - 300;
    dated.tellDisplayed().pass(30);
    expect(undated(dated)).toEqual([93, undefined]);
    expect(dated.told).toHaveLength(1);
    const replaced = new Ward().reading(93, 48);
    replaced.hasAuxiliary = false;
    replaced.label |= LONG_AGO;
    replaced.pass(30).measure(101, 55).pass(30);
    expect(undated(replaced).at(-1)).toBeUndefined();
    expect(replaced.told.at(-1)).toMatchObject([expect.any(Number), 101, 55]);
  });
});
