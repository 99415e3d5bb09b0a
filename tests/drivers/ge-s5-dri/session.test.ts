import { describe, expect, test } from 'vitest';
import { ALL_CLASSES } from '$drivers/ge-s5-dri/layout-table.ts';
import type { Content, Query } from '$drivers/ge-s5-dri/messages.ts';
import { Bench, Speaker, auxiliary, basicWith, displayed } from './bench.ts';

const DISPLAYED: Query = { type: 'physiological', record: 'displayed', intervalS: 5, classes: ALL_CLASSES };
const AUXILIARY: Query = { type: 'physiological', record: 'auxiliary', intervalS: 10, classes: 0 };
const WAVES: Query = { type: 'waveform', action: 'start', waveforms: [1, 8, 15] };
const ALL = [DISPLAYED, AUXILIARY, WAVES];
const FOLLOW: Query = { type: 'alarm', command: 2 };

const NUMBERS = displayed(basicWith({ spo2: { values: { saturation: 97 } } }));
const PLETH: Content = {
  kind: 'waveform',
  blocks: [{ type: 8, status: 0, label: 0, samples: new Int16Array(25) }],
};

/** Numbers every 5 s, auxiliary records every 10 s, waveforms every 250 ms as far as they are wanted. */
function stream(
  bench: Bench,
  speaker: Speaker,
  until: number,
  { waves = true, aux = true }: { waves?: boolean; aux?: boolean } = {},
): void {
  while (bench.now < until) {
    bench.waitUntil(bench.now + 250);
    if (waves) speaker.say(bench, PLETH);
    if (bench.now % 5000 === 0) speaker.say(bench, NUMBERS);
    if (aux && bench.now % 10_000 === 0) speaker.say(bench, auxiliary(0));
  }
}

describe('on opening', () => {
  test('everything is asked for at once', () => {
    const bench = new Bench().open();
    expect(bench.queriesSince(0)).toEqual(ALL);
    expect(bench.statuses).toEqual([]);
  });

  test('the first displayed record makes the link live; waveforms alone do not', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    speaker.say(bench, PLETH);
    expect(bench.states).toEqual([]);
    expect(bench.waves('pleth')).toHaveLength(1);
    speaker.say(bench, auxiliary(0));
    expect(bench.states).toEqual([]);
    speaker.say(bench, NUMBERS);
    speaker.say(bench, NUMBERS);
    expect(bench.states).toEqual(['live']);
    expect(bench.numerics).toHaveLength(2);
  });

  test('data are used that nobody asked for, as from a recording', () => {
    const bench = new Bench();
    new Speaker().say(bench, NUMBERS);
    expect(bench.numerics).toHaveLength(1);
    expect(bench.states).toEqual(['live']);
  });
});

describe('a monitor that does not answer', () => {
  test('is asked three times, 13 s apart, then the link is opened anew', () => {
    const bench = new Bench().open().waitUntil(60_000);
    expect(bench.sent.filter(({ query }) => query.type === 'waveform').map(({ at }) => at)).toEqual([
      0, 13_000, 26_000,
    ]);
    expect(bench.queriesSince(13_000).slice(0, 3)).toEqual(ALL);
    expect(bench.reopens).toHaveLength(1);
    bench.open();
    expect(bench.queriesSince(60_000)).toEqual(ALL);
  });

  test('gets a hint about its cable after 10 s of perfect silence, once', () => {
    const bench = new Bench().open().waitUntil(9750);
    expect(bench.statuses).toEqual([]);
    bench.waitUntil(30_000);
    expect(bench.statuses).toHaveLength(1);
    expect(bench.statuses[0]).toMatchObject({ state: 'negotiating' });
    expect(bench.statuses[0]?.reason).toMatch(/RTS and CTS.*even parity/);
    expect(bench.waitUntil(40_000).reopens[0]).toMatch(/RTS and CTS/);
  });

  test('gets another hint when bytes come that are no frames', () => {
    const bench = new Bench().open().receive(new Uint8Array(5000).fill(0x55)).waitUntil(12_000);
    expect(bench.statuses).toHaveLength(1);
    expect(bench.statuses[0]?.reason).toMatch(/no frame is right.*even parity/);
  });

  test('gets no hint when it sends right frames', () => {
    const bench = new Bench().open();
    new Speaker().say(bench, PLETH);
    expect(bench.waitUntil(12_000).statuses).toEqual([]);
  });
});

describe('a monitor that falls silent', () => {
  test('is called silent after 13 s and asked three times, then the link is opened anew', () => {
    const bench = new Bench().open();
    stream(bench, new Speaker(), 20_000);
    const from = bench.now + 1;
    bench.waitUntil(32_750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(33_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.queriesSince(33_000)).toEqual(ALL);
    bench.waitUntil(90_000);
    const asked = bench.sent.filter(
      ({ at, query }) => at >= from && query.type === 'physiological' && query.record === 'displayed',
    );
    expect(asked.map(({ at }) => at)).toEqual([33_000, 46_000, 59_000]);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.states).toEqual(['live', 'silent']);
  });

  test('is live again with its next numbers', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    stream(bench, speaker, 10_000);
    bench.waitUntil(40_000);
    stream(bench, speaker, 50_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.reopens).toEqual([]);
  });

  test('is silent although its waveforms go on', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    stream(bench, speaker, 10_000);
    for (let i = 0; i < 60; i += 1) {
      bench.waitUntil(bench.now + 250);
      speaker.say(bench, PLETH);
    }
    expect(bench.states).toEqual(['live', 'silent']);
  });
});

describe('while numbers come', () => {
  test('nothing more is asked when all comes that was asked for', () => {
    const bench = new Bench().open();
    stream(bench, new Speaker(), 120_000);
    expect(bench.queriesSince(1)).toEqual([]);
  });

  test('waveforms that stop are asked for again after 5 s, three times', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    stream(bench, speaker, 10_000);
    stream(bench, speaker, 60_000, { waves: false });
    expect(bench.sent.filter(({ at }) => at > 0).map(({ at, query }) => [at, query.type])).toEqual([
      [15_000, 'waveform'],
      [20_000, 'waveform'],
      [25_000, 'waveform'],
    ]);
    stream(bench, speaker, 61_000);
    stream(bench, speaker, 67_000, { waves: false });
    expect(bench.queriesSince(61_000)).toEqual([WAVES]);
  });

  test('auxiliary records that stay away are asked for again after two intervals, three times in all', () => {
    const bench = new Bench().open();
    stream(bench, new Speaker(), 300_000, { aux: false });
    expect(bench.sent.filter(({ at }) => at > 0)).toMatchObject([
      { at: 20_000, query: AUXILIARY },
      { at: 40_000, query: AUXILIARY },
    ]);
    expect(bench.states).toEqual(['live']);
  });
});

describe('alarms', () => {
  test('are followed once when the monitor’s level is 10 or more', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    speaker.level = 10;
    stream(bench, speaker, 20_000);
    expect(bench.queriesSince(0).filter(({ type }) => type === 'alarm')).toEqual([FOLLOW]);
  });

  test('are not asked for below level 10', () => {
    const bench = new Bench().open();
    stream(bench, new Speaker(), 20_000);
    expect(bench.queriesSince(0).filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  test('are followed again after the monitor fell silent', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    speaker.level = 11;
    stream(bench, speaker, 5000);
    bench.waitUntil(27_000);
    stream(bench, speaker, 35_000);
    expect(bench.queriesSince(0).filter(({ type }) => type === 'alarm')).toEqual([FOLLOW, FOLLOW]);
  });

  test('are told as they come', () => {
    const bench = new Bench().open();
    const box = { text: 'SpO2 low', colour: 2, hasTextChanged: true, hasColourChanged: true };
    new Speaker().say(bench, { kind: 'alarm', status: { isSoundOn: true, silence: 6, boxes: [box] } });
    expect(bench.observations).toMatchObject([
      { kind: 'device-alarm', alarms: [{ text: 'SpO2 low', priority: 'medium' }], isSilenced: true },
    ]);
  });
});

describe('on closing', () => {
  const cancelled = (settings: Record<string, unknown>, level: number) => {
    const bench = new Bench(settings).open();
    const speaker = new Speaker();
    speaker.level = level;
    speaker.say(bench, NUMBERS);
    bench.now = 1000;
    return bench.close().queriesSince(1000);
  };
  const STOP = [
    { type: 'physiological', record: 'displayed', intervalS: 0, classes: 0 },
    { type: 'physiological', record: 'auxiliary', intervalS: 0, classes: 0 },
  ];
  const STOP_WAVES = { type: 'waveform', action: 'stop', waveforms: [] };

  test('everything that was asked for is cancelled', () => {
    expect(cancelled({}, 9)).toEqual([...STOP, STOP_WAVES]);
    expect(cancelled({}, 10)).toEqual([...STOP, STOP_WAVES, { type: 'alarm', command: 3 }]);
    expect(cancelled({ waveforms: [] }, 9)).toEqual(STOP);
  });

  test('a session that is closed says no more', () => {
    const bench = new Bench().open().close();
    const before = bench.sent.length;
    expect(bench.close().waitUntil(60_000).sent).toHaveLength(before);
  });
});

describe('the setting "waveforms"', () => {
  const asked = (waveforms: unknown) => {
    const bench = new Bench({ waveforms }).open();
    const query = bench.queriesSince(0).find(({ type }) => type === 'waveform');
    return [query?.type === 'waveform' ? query.waveforms : undefined, bench.statuses[0]?.reason] as const;
  };

  test('chooses, in its order', () => {
    expect(asked(['pleth', 'co2', 'ibp1'])).toEqual([[8, 9, 4], undefined]);
    expect(asked([])).toEqual([undefined, undefined]);
    expect(asked(['pleth', 'pleth'])).toEqual([[8], undefined]);
  });

  test('stays within 600 samples a second and says what it left out', () => {
    const [types, reason] = asked(['ecg1', 'ecg2', 'pleth', 'co2', 'sparkle']);
    expect(types).toEqual([1, 2]);
    expect(reason).toMatch(/600 samples a second.*pleth, co2, sparkle/);
    expect(asked(['ecg1', 'pleth', 'ibp1', 'ibp2'])[0]).toEqual([1, 8, 4, 5]);
  });

  test('says what is no name at all', () => {
    const [types, reason] = asked(['pleth', 'toString', { toString: 1 }, null, 8]);
    expect(types).toEqual([8]);
    expect(reason).toMatch(/: toString, \(a object\), \(a object\), \(a number\)\.$/);
  });

  test('that is no list is said, and the usual waveforms are asked for', () => {
    const [types, reason] = asked('ecg1');
    expect(types).toEqual([1, 8, 15]);
    expect(reason).toMatch(/not a list/);
  });

  test('keeps its remark when the link becomes live', () => {
    const bench = new Bench({ waveforms: ['sparkle'] }).open();
    new Speaker().say(bench, NUMBERS);
    expect(bench.statuses.at(-1)).toMatchObject({
      state: 'live',
      reason: expect.stringContaining('sparkle') as string,
    });
  });
});

describe('records that come again byte for byte', () => {
  test('are not observed again, are counted, and are said', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    const frames = [NUMBERS, PLETH, NUMBERS, PLETH].map((content) => speaker.frame(content));
    for (let round = 0; round < 30; round += 1) frames.forEach((bytes) => bench.receive(bytes));
    expect(bench.numerics).toHaveLength(2);
    expect(bench.waves('pleth')).toHaveLength(2);
    expect(bench.repeats).toBe(116);
    expect(bench.statuses.map(({ state, reason }) => [state, reason?.match(/sent (\d+) records again/)?.[1]])).toEqual([
      ['live', undefined],
      ['live', '1'],
      ['live', '100'],
    ]);
  });

  test('do not keep a frozen monitor alive', () => {
    const bench = new Bench().open();
    const frozen = new Speaker().frame(NUMBERS);
    for (let i = 0; i < 10; i += 1) bench.receive(frozen).waitUntil(bench.now + 2000);
    expect(bench.states).toContain('silent');
  });

  test('are news after the link was opened anew', () => {
    const bench = new Bench().open();
    const bytes = new Speaker().frame(NUMBERS);
    bench.receive(bytes).close().open().receive(bytes);
    expect(bench.numerics).toHaveLength(2);
  });

  test('are not our own requests on a line that echoes', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 3; i += 1) bench.sent.forEach(({ bytes }) => bench.receive(bytes));
    expect([bench.repeats, bench.statuses, bench.observations]).toEqual([0, [], []]);
  });

  test('are not what a monitor sends whose clock was set back', () => {
    const bench = new Bench().open();
    const speaker = new Speaker();
    speaker.say(bench, NUMBERS, { time: 5000 });
    speaker.say(bench, NUMBERS, { time: 1400 });
    expect(bench.numerics.map(({ deviceTime }) => deviceTime)).toEqual([5_000_000, 1_400_000]);
    expect(bench.repeats).toBe(0);
  });
});
