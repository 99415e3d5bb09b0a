import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionInput } from '$drivers/driver.ts';
import { ivy450c } from '$drivers/ivy-450c/index.ts';
import type { Message } from '$drivers/ivy-450c/messages.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { cuffWith, GOOD, read, RECORD, recordWith, RECORDS } from './vectors.ts';

class Bench extends FoldedDriver<Message, never, ReturnType<typeof ivy450c.start>> {
  constructor() {
    super(ivy450c);
  }

  /** A record each second. */
  stream(until: number, record: Uint8Array = RECORD): this {
    while (this.now + 1000 <= until) this.waitUntil(this.now + 1000).receive(record);
    return this;
  }
}

describe('a monitor that sends', () => {
  test('is live with its first record, says what it cannot know, and gives its numbers each second', () => {
    const bench = new Bench().open().stream(3000);
    expect(bench.statuses).toEqual([
      { type: 'status', state: 'live', reason: expect.stringMatching(/no time.*not noticed/) as string },
    ]);
    expect(bench.numerics.map(({ at, values }) => [at, values])).toEqual(
      [1000, 2000, 3000].map((at) => [
        at,
        {
          heartRate: { value: 80 },
          respiratoryRate: { value: 35 },
          spo2: { value: 100 },
          pulseRate: { value: 80 },
        },
      ]),
    );
  });

  test('gives its waveforms in seconds that follow one another, in their units', () => {
    const bench = new Bench().open().stream(3000);
    for (const [waveform, rateHz, gain, offset] of [
      ['ecg1', 200, 0.02, -2],
      ['pleth', 50, 100 / 255, 0],
      ['pressure1', 50, 1, 0],
    ] as const) {
      const blocks = bench.waves(waveform);
      expect(blocks.map(({ at, isGapBefore }) => [at, isGapBefore])).toEqual([
        [0, true],
        [1000, false],
        [2000, false],
      ]);
      expect(blocks[0]).toMatchObject({ rateHz, gain, offset });
      expect(blocks[0]?.samples).toHaveLength(rateHz);
    }
    expect([...(bench.waves('ecg1')[0]?.samples ?? [])]).toEqual([...GOOD.traces.ecg]);
    expect(bench.waves('pressure2')).toEqual([]);
    expect(bench.waves('respiration')).toEqual([]);
  });

  test.each([
    ['HR', [undefined], 'heartRate'],
    ['RR', [undefined], 'respiratoryRate'],
    ['SPO2', [undefined, 80], 'spo2'],
    ['SPO2', [100, undefined], 'pulseRate'],
  ] as const)('an empty field of %s %j is no value', (name, numbers, key) => {
    const bench = new Bench().open().stream(1000, recordWith({ [name]: { numbers } }));
    expect(bench.readings(key)).toEqual([{ missing: 'not-measured' }]);
  });

  test.each([
    [[0, 0], { missing: 'invalid' }, { missing: 'invalid' }],
    [[101, 80], { missing: 'invalid' }, { value: 80 }],
    [[1, 1], { value: 1 }, { value: 1 }],
  ])('what no oximeter measures is no value: %j', (numbers, spo2, pulseRate) => {
    const bench = new Bench().open().stream(1000, recordWith({ SPO2: { numbers } }));
    expect([bench.readings('spo2'), bench.readings('pulseRate')]).toEqual([[spo2], [pulseRate]]);
  });

  test('a heart and a breathing that stand still are numbers', () => {
    const bench = new Bench().open().stream(1000, recordWith({ HR: { numbers: [0] }, RR: { numbers: [0] } }));
    expect([bench.readings('heartRate'), bench.readings('respiratoryRate')]).toEqual([[{ value: 0 }], [{ value: 0 }]]);
  });

  test('a heart rate that is not from the ECG is in doubt', () => {
    const bench = new Bench().open().stream(1000, recordWith({ HR: { label: 'PLETH' } }));
    expect(bench.readings('heartRate')).toEqual([{ value: 80, isQuestionable: true }]);
  });

  test('pressures without a number have no trace; with one both have theirs', () => {
    const none = new Bench().open().stream(1000, recordWith({ P1: { numbers: [undefined, undefined, undefined] } }));
    expect(none.waves('pressure1')).toEqual([]);
    const both = new Bench().open().stream(1000, recordWith({ P2: { numbers: [undefined, undefined, 12] } }));
    expect(both.waves('pressure2')).toHaveLength(1);
  });

  test('a new cuff reading is told once, when two records show it', () => {
    const bench = new Bench()
      .open()
      .stream(5000)
      .stream(20_000, cuffWith(142, 88, 106, 84))
      .stream(25_000, cuffWith(131, 80, 97, 78));
    expect(bench.nibp.map(({ at, measuredAt, systolic }) => [at, measuredAt, systolic])).toEqual([
      [7000, 6000, 142],
      [22_000, 21_000, 131],
    ]);
    expect(bench.cuff).toMatchObject([{ at: 2000, undated: { systolic: 121 } }, { at: 7000 }]);
    expect(bench.cuff[1]).not.toHaveProperty('undated');
  });

  test('what was told of the cuff is not told again over a break of the link', () => {
    const bench = new Bench()
      .open()
      .stream(3000)
      .stream(10_000, cuffWith(142, 88, 106, 84))
      .waitUntil(30_000)
      .open();
    bench.stream(40_000, cuffWith(142, 88, 106, 84));
    expect(bench.nibp).toHaveLength(1);
    expect(bench.cuff).toHaveLength(2);
  });

  test('its alarm texts are told when they change, and first of all', () => {
    const bench = new Bench()
      .open()
      .stream(2000)
      .stream(4000, recordWith({ HR: { alarm: 'HIGH' }, SPO2: { alarm: 'LOW' } }));
    bench.stream(5000);
    expect(bench.alarms.map(({ at, alarms, isSilenced }) => [at, alarms.map(({ text }) => text), isSilenced])).toEqual([
      [1000, [], false],
      [3000, ['HR HIGH', 'SPO2 LOW'], false],
      [5000, [], false],
    ]);
  });
});

describe('the waveforms', () => {
  const gaps = (bench: Bench) =>
    bench
      .waves('ecg1')
      .filter(({ isGapBefore }) => isGapBefore)
      .map(({ at }) => at);

  test('have a gap where a record is missing', () => {
    expect(gaps(new Bench().open().stream(5000).waitUntil(6000).stream(10_000))).toEqual([0, 6000]);
  });

  test('have a gap where bytes were no record', () => {
    const bench = new Bench().open().stream(2000).receive(new Uint8Array(64)).stream(4000);
    expect(gaps(bench)).toEqual([0, 2000]);
  });

  test('have none when a record comes a little late', () => {
    const bench = new Bench().open().stream(2000).waitUntil(3250).receive(RECORD).waitUntil(4000).receive(RECORD);
    expect(bench.waves('ecg1').map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
    expect(gaps(bench)).toEqual([0]);
  });

  test('begin anew on a new link', () => {
    expect(gaps(new Bench().open().stream(2000).open().stream(4000))).toEqual([0, 2000]);
  });
});

describe('a monitor that is quiet', () => {
  test('is silent after 3 s, its link is opened anew after 10 s, and it is live with the next record', () => {
    const bench = new Bench().open().stream(5000).waitUntil(7750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(8000);
    expect(bench.states).toEqual(['live', 'silent']);
    bench.waitUntil(15_000);
    expect(bench.reopens).toEqual(['No record from the monitor for 3 s.']);
    bench.open().stream(16_000);
    expect(bench.states).toEqual(['live', 'silent', 'negotiating', 'live']);
  });

  test('from the beginning: the reason says what to look at', () => {
    expect(new Bench().open().waitUntil(10_000).reopens[0]).toMatch(/Not a byte.*9600/);
  });

  test('with noise only: the link stays, and the reason says what is wrong', () => {
    const bench = new Bench().open();
    for (let at = 1000; at <= 20_000; at += 1000) bench.waitUntil(at).receive(RECORD.subarray(20, 300));
    expect(bench.reopens).toEqual([]);
    expect(bench.lastReason).toMatch(/no record is right/);
  });

  test('after the station hung up nothing is told any more', () => {
    expect(new Bench().open().stream(2000).close().waitUntil(60_000).states).toEqual(['live']);
  });
});

test('whatever happens, not one byte is sent', () => {
  const anyMessage = fc.constantFrom(...RECORDS.map(read), read(cuffWith(142, 88, 106, 84)));
  const anyInput = fc.oneof(fc.constantFrom('opened', 'tick', 'tick', 'closing', 'noise', 'undecodable'), anyMessage);
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.nat(9000)), { maxLength: 40 }), (course) => {
      let state = ivy450c.start({ device: deviceId('monitor'), settings: {} });
      let at = 0;
      for (const [what, pauseMs] of course) {
        at += pauseMs;
        const [next, effects] = ivy450c.step(state, toInput(what, at));
        state = next;
        expect(effects.filter(({ type }) => type === 'send')).toEqual([]);
      }
    }),
  );
});

function toInput(what: string | Message, at: number): SessionInput<Message> {
  const now = monotonicMs(at);
  if (typeof what !== 'string') return { type: 'message', now, message: what };
  if (what === 'noise') return { type: 'noise', now, why: 'no-start', byteCount: 7 };
  if (what === 'undecodable') return { type: 'undecodable', now, why: 'malformed' };
  return { type: what === 'opened' ? 'opened' : what === 'closing' ? 'closing' : 'tick', now };
}
