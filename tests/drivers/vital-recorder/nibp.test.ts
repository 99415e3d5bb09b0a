import { describe, expect, test } from 'vitest';
import { NO_CUFF_YET, readCuff, type CuffRecords, type NibpMemory } from '$drivers/vital-recorder/nibp.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';

const source = deviceId('recorder-1');

/** `[second, systolic/diastolic or nothing]`; what is told, with its second. */
function told(...messages: readonly (readonly [second: number, reading?: readonly [number, number]])[]) {
  let memory: NibpMemory = NO_CUFF_YET;
  return messages.flatMap(([second, reading]) => {
    const time = second * 1000;
    const records: CuffRecords = reading
      ? { systolic: { time, value: reading[0] }, diastolic: { time, value: reading[1] } }
      : {};
    const [next, observations] = readCuff(memory, records, { source, at: monotonicMs(time) }, monotonicMs);
    memory = next;
    return observations.map((seen) =>
      seen.kind === 'nibp'
        ? `${second} nibp ${seen.systolic}/${seen.diastolic} of ${seen.measuredAt / 1000}`
        : `${second} ${seen.undated ? `undated ${seen.undated.systolic}/${seen.undated.diastolic}` : seen.state}`,
    );
  });
}

/** Messages without a cuff, so that somebody watches. */
const watching = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => [from + i] as const);
const repeated = (from: number, to: number, ...reading: readonly [number, number]) =>
  Array.from({ length: to - from }, (_, i) => [from + i, reading] as const);

describe('cuff numbers', () => {
  test('that come while we watch are one measurement, however often they are repeated', () => {
    expect(told(...watching(0, 40), ...repeated(40, 900, 120, 70))).toEqual(['40 nibp 120/70 of 40']);
  });

  test('that change are the next measurement', () => {
    expect(told(...watching(0, 40), ...repeated(40, 60, 120, 70), ...repeated(60, 90, 118, 70))).toEqual([
      ...['40 nibp 120/70 of 40', '60 nibp 118/70 of 60'],
    ]);
  });

  test('that are sent once and are the same after five minutes are two measurements', () => {
    expect(told(...watching(0, 40), [40, [120, 70]], ...watching(41, 340), [340, [120, 70]])).toEqual([
      ...['40 nibp 120/70 of 40', '340 nibp 120/70 of 340'],
    ]);
  });

  test('that stand there when we come are shown undated, and withdrawn by the next measurement', () => {
    expect(told(...repeated(0, 100, 120, 70), [100, [131, 82]])).toEqual([
      ...['0 undated 120/70', '100 idle', '100 nibp 131/82 of 100'],
    ]);
  });

  test('after a break are dated when they are those from before, undated when they are others', () => {
    const before = [...watching(0, 40), ...repeated(40, 60, 120, 70)];
    expect(told(...before, ...repeated(150, 200, 120, 70)).slice(1)).toEqual([]);
    expect(told(...before, ...repeated(150, 200, 131, 82)).slice(1)).toEqual(['150 undated 131/82']);
    expect(told(...before, ...repeated(90, 95, 131, 82)).slice(1)).toEqual(['90 nibp 131/82 of 90']);
  });

  test.each<CuffRecords>([
    { systolic: { time: 50_000, value: 120 } },
    { diastolic: { time: 50_000, value: 70 } },
    { systolic: { time: 50_000, value: 120 }, diastolic: { time: 10_000, value: 70 } },
    { systolic: { time: 50_000, value: 0 }, diastolic: { time: 50_000, value: 0 } },
  ])('that are no reading of both pressures are none: %j', (records) => {
    const watched: NibpMemory = { hasUndated: false, watchedFrom: monotonicMs(0), watchedTo: monotonicMs(49_000) };
    expect(readCuff(watched, records, { source, at: monotonicMs(50_000) }, monotonicMs)[1]).toEqual([]);
  });

  test('bring mean and pulse rate along when they are of the same time', () => {
    const watched: NibpMemory = { hasUndated: false, watchedFrom: monotonicMs(0), watchedTo: monotonicMs(49_000) };
    const at = (value: number, time = 50_000) => ({ time, value });
    const records = { systolic: at(120), diastolic: at(70), meanArterial: at(87), pulseRate: at(66, 20_000) };
    expect(readCuff(watched, records, { source, at: monotonicMs(50_500) }, monotonicMs)[1]).toEqual([
      {
        kind: 'nibp',
        source,
        at: 50_500,
        measuredAt: 50_000,
        deviceTime: 50_000,
        systolic: 120,
        diastolic: 70,
        meanArterial: 87,
      },
    ]);
  });
});
