import { describe, expect, test } from 'vitest';
import { noFlow, watchFlow, type Flow } from '$drivers/pump-fresenius-orchestra/delivery.ts';
import type { PumpAddress } from '$drivers/pump-fresenius-orchestra/messages.ts';
import { muteReading, readingOf } from '$drivers/pump-fresenius-orchestra/observations.ts';
import { newPump, takeDrug, takeVariables, type Pump } from '$drivers/pump-fresenius-orchestra/pump.ts';
import type { Variables } from '$drivers/pump-fresenius-orchestra/variables.ts';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';

const SOURCE = deviceId('device-1');
type Look = readonly [at: number, variables: Variables];

const told = (looks: readonly Look[], address: PumpAddress = '1'): Pump =>
  looks.reduce(
    (pump, [at, variables]) => takeVariables(pump, variables, monotonicMs(at)),
    newPump(address, monotonicMs(0)),
  );
const read = (pump: Pump, at: number): InfusionReading => readingOf(pump, SOURCE, monotonicMs(at));

/** The reading at the last look. */
const after = (...looks: readonly Look[]): InfusionReading => read(told(looks), looks.at(-1)?.[0] ?? 0);

const NO_RISE_YET = 'a rate is told, and no rise of the volume has been seen yet';
const STILL = 'a rate is told, and the volume does not rise';

describe('the fields', () => {
  test('of a pump that infuses', () => {
    const pump = takeDrug(
      told([
        [0, { a: '0000', d: 52.5, r: 17.4 }],
        [1000, { d: 52.5, r: 17.5 }],
      ]),
      'KETAMINE',
      monotonicMs(900),
    );
    expect(read({ ...pump, model: 'bDPS' }, 1000)).toEqual({
      kind: 'infusion',
      source: SOURCE,
      at: 1000,
      channel: 'module 1',
      place: 'module 1',
      model: 'bDPS',
      pumpType: 'unknown',
      state: 'infusing',
      rateMlPerHour: 52.5,
      volumeInfusedMl: 17.5,
      drugName: 'KETAMINE',
      alarms: [],
    });
  });

  test.each<[PumpAddress, unknown]>([
    ['3', { channel: 'module 3', place: 'module 3' }],
    ['', { channel: 'pump' }],
  ])('the pump at address `%s` is %j', (address, place) => {
    const reading = read(told([[0, { d: 0 }]], address), 0);
    expect(reading).toMatchObject({ ...Object(place) });
    expect('place' in reading).toBe(address !== '');
  });

  test('what was not sent is not there, least of all "no alarm"', () => {
    const reading = after([0, { d: 0 }]);
    expect(Object.keys(reading)).toEqual([
      ...['kind', 'source', 'at', 'channel', 'place', 'pumpType', 'state', 'rateMlPerHour', 'alarms', 'doubt'],
    ]);
    expect(reading.doubt).toBe('whether it calls was not sent');
  });

  test('each value is left out 3 s after it was told, the others stay', () => {
    const pump = told([
      [0, { a: '0004', d: 52.5, r: 1 }],
      [2500, { r: 1.1 }],
    ]);
    expect(read(pump, 3000)).toMatchObject({ rateMlPerHour: 52.5, volumeInfusedMl: 1.1, alarms: [{ code: 'a=0004' }] });
    const later = read(pump, 3001);
    expect(later).toMatchObject({ volumeInfusedMl: 1.1, alarms: [] });
    expect('rateMlPerHour' in later).toBe(false);
    expect(later.doubt).toBe('the rate was not sent; whether it calls was not sent');
  });

  test('the name of the drug is dropped when it was not told again for 30 s, or is told no more', () => {
    const pump = takeDrug(told([[0, { d: 0 }]]), 'KETAMINE', monotonicMs(0));
    expect(read(pump, 30_000).drugName).toBe('KETAMINE');
    expect(read(pump, 30_001).drugName).toBeUndefined();
    expect(read(takeDrug(pump, undefined, monotonicMs(10)), 10).drugName).toBeUndefined();
  });

  test('a reading without values has none', () => {
    const pump = told([[0, { a: '0004', d: 1, r: 1 }]]);
    expect(muteReading(pump, SOURCE, monotonicMs(5), 'disconnected', 'why')).toEqual({
      kind: 'infusion',
      source: SOURCE,
      at: 5,
      channel: 'module 1',
      place: 'module 1',
      pumpType: 'unknown',
      state: 'disconnected',
      alarms: [],
      doubt: 'why',
    });
  });
});

describe('the alarm word', () => {
  test.each(['0', '0000', '00000000'])('%s is no alarm', (a) => {
    expect(after([0, { a, d: 0 }])).toMatchObject({ state: 'stopped', alarms: [] });
  });

  test.each(['1', '0004', '80000000', 'FFFF'])('%s is an alarm of unknown kind, with the word as it came', (a) => {
    expect(after([0, { a, d: 0 }])).toMatchObject({
      state: 'alarm',
      alarms: [{ kind: 'unknown', stage: 'alarm', priority: 'medium', code: `a=${a}` }],
    });
  });
});

describe('the state', () => {
  const a = '0000';

  test.each<[string, readonly Look[], InfusionReading['state'], string | undefined]>([
    ['rate 0', [[0, { a, d: 0, r: 5 }]], 'stopped', undefined],
    ['a rate alone', [[0, { a, d: 52.5, r: 5 }]], 'unknown', NO_RISE_YET],
    [
      'a rate, and the volume rises',
      [
        [0, { a, d: 52.5, r: 5 }],
        [1000, { a, d: 52.5, r: 5.001 }],
      ],
      'infusing',
      undefined,
    ],
    [
      'the volume rises in a told change',
      [
        [0, { a, d: 52.5, r: 5 }],
        [900, { r: 5.01 }],
      ],
      'infusing',
      undefined,
    ],
    [
      'the volume rises and it calls',
      [
        [0, { a: '0001', d: 5, r: 5 }],
        [900, { r: 5.01 }],
      ],
      'infusing',
      undefined,
    ],
    [
      'no volume is told',
      [
        [0, { a, d: 52.5 }],
        [1000, { a, d: 52.5 }],
      ],
      'unknown',
      NO_RISE_YET,
    ],
    ['no rate was told', [[0, { a, r: 5 }]], 'unknown', 'the rate was not sent'],
    [
      'no rate was told, and the volume rises',
      [
        [0, { a, r: 5 }],
        [9, { a, r: 6 }],
      ],
      'infusing',
      'the rate was not sent',
    ],
    [
      'the rate begins: rises from before do not count',
      [
        [0, { a, d: 5, r: 5 }],
        [9, { a, d: 0, r: 6 }],
        [1000, { a, d: 5, r: 6 }],
      ],
      'unknown',
      NO_RISE_YET,
    ],
    [
      'it stopped with a last rise',
      [
        [0, { a, d: 5, r: 5 }],
        [9, { a, d: 0, r: 6 }],
      ],
      'stopped',
      undefined,
    ],
    [
      'a rise told soon after the stop',
      [
        [0, { a, d: 0, r: 5 }],
        [2000, { a, d: 0, r: 6 }],
      ],
      'stopped',
      undefined,
    ],
    [
      'a rise long after the stop',
      [
        [0, { a, d: 0, r: 5 }],
        [2001, { a, d: 0, r: 6 }],
      ],
      'infusing',
      'the rate is told as 0, and the volume rises',
    ],
    [
      'a rise while nobody looked',
      [
        [0, { a, d: 5, r: 5 }],
        [600_000, { a, d: 5, r: 6 }],
      ],
      'infusing',
      undefined,
    ],
    [
      'a stop while nobody looked',
      [
        [0, { a, d: 5, r: 5 }],
        [600_000, { a, d: 0, r: 6 }],
      ],
      'stopped',
      undefined,
    ],
  ])('%s', (_, looks, state, doubt) => {
    const reading = after(...looks);
    expect(reading.state).toBe(state);
    expect(reading.doubt).toBe(doubt);
  });

  const stillAt = (at: number, alarm: string): InfusionReading =>
    after([0, { a, d: 3.6, r: 5 }], [1000, { a, d: 3.6, r: 5.001 }], [at, { a: alarm, d: 3.6, r: 5.001 }]);

  test('a volume that stands still for 10 s and two of its steps is no infusion any more', () => {
    expect(stillAt(13_000, a)).toMatchObject({ state: 'infusing' });
    expect(stillAt(13_001, a)).toMatchObject({ state: 'unknown', doubt: STILL });
    expect(stillAt(13_001, '0010')).toMatchObject({ state: 'alarm', doubt: STILL });
  });

  test('a slow pump has the time of its steps: 0.1 mL/h shows one in 36 s', () => {
    const slow = (at: number): InfusionReading['state'] =>
      after([0, { a, d: 0.1, r: 5 }], [1000, { a, d: 0.1, r: 5.001 }], [at, { a, d: 0.1, r: 5.001 }]).state;
    expect(slow(1000 + 82_000)).toBe('infusing');
    expect(slow(1000 + 82_001)).toBe('unknown');
  });

  test('of unknown state the mode word is told as it came, however old', () => {
    const reading = after([0, { m: '02' }], [60_000, { a, d: 5, r: 1 }]);
    expect(reading.doubt).toBe(`${NO_RISE_YET}; its word for the mode, of unknown meaning: 02`);
    expect(after([0, { m: '02' }], [60_000, { a, d: 0, r: 1 }]).doubt).toBeUndefined();
  });
});

describe('a volume that goes back', () => {
  const volumes = (...looks: readonly number[]): readonly (number | undefined)[] =>
    looks.map((_, i) => after(...looks.slice(0, i + 1).map((r, n): Look => [n * 1000, { r }])).volumeInfusedMl);

  test('once is an answer that was overtaken: the number before stands', () => {
    expect(volumes(5, 5.02, 5.01, 5.03)).toEqual([5, 5.02, 5.02, 5.03]);
  });

  test('twice is a counter that was set to nought, and is told as it was sent', () => {
    expect(volumes(5, 0, 0.01, 0.02)).toEqual([5, 5, 0.01, 0.02]);
    expect(volumes(5, 0, 0, 0)).toEqual([5, 5, 0, 0]);
  });

  test('again after it was right in between begins anew', () => {
    expect(volumes(5, 4, 6, 4, 6)).toEqual([5, 5, 6, 6, 6]);
  });

  test('a look without a volume in between changes nothing', () => {
    const looks: readonly Look[] = [
      [0, { r: 5 }],
      [1000, { r: 0 }],
      [1500, { d: 1 }],
      [2000, { r: 0 }],
    ];
    expect(after(...looks).volumeInfusedMl).toBe(0);
  });

  test('is no rise, and no proof', () => {
    const reading = after([0, { d: 5, r: 5 }], [1000, { d: 5, r: 0 }], [2000, { d: 5, r: 0.001 }]);
    expect(reading).toMatchObject({ state: 'unknown', volumeInfusedMl: 0.001 });
  });
});

test('a flow is what two looks have in common', () => {
  const first: Flow = watchFlow(noFlow(monotonicMs(0)), { d: 5, r: 1 }, monotonicMs(10));
  expect(first).toEqual({ isFlowing: true, since: 10, volumeMl: 1, roseAt: undefined });
  const second = watchFlow(first, { r: 2 }, monotonicMs(20));
  expect(second).toEqual({ isFlowing: true, since: 10, volumeMl: 2, roseAt: 20 });
  expect(watchFlow(second, { d: 0 }, monotonicMs(30))).toEqual({
    isFlowing: false,
    since: 30,
    volumeMl: 2,
    roseAt: undefined,
  });
});
