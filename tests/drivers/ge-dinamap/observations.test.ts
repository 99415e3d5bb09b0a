import { expect, test } from 'vitest';
import { numericsOf } from '$drivers/ge-dinamap/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { oximeter, rate, temperature } from './monitor.ts';

const SOURCE = deviceId('monitor-1');
const valuesOf = (reply: Parameters<typeof numericsOf>[0]) => numericsOf(reply, SOURCE, monotonicMs(5000));

test('numbers carry source and time of arrival', () => {
  expect(valuesOf(oximeter())).toEqual({ kind: 'numerics', source: SOURCE, at: 5000, values: { spo2: { value: 97 } } });
});

test.each([
  ['operating', 98, { value: 98 }],
  ['operating', 0, { missing: 'invalid' }],
  ['standby', 98, { missing: 'not-measured' }],
  ['no-data', 98, { missing: 'not-measured' }],
  ['unplugged', 98, { missing: 'sensor-off' }],
] as const)('an oximeter that is %s and says %i %%', (status, spo2, expected) => {
  expect(valuesOf(oximeter({ status, spo2 })).values).toEqual({ spo2: expected });
});

test.each([
  ['oximeter', 72, { value: 72 }],
  ['oximeter', undefined, { missing: 'not-measured' }],
  ['nibp', 72, { missing: 'not-measured' }],
  ['unknown', undefined, { missing: 'not-measured' }],
] as const)('a rate from %s of %s: only a running one counts', (source, value, expected) => {
  expect(valuesOf(rate({ source, rate: value })).values).toEqual({ pulseRate: expected });
});

test.each([
  ['idle', 0, 986, { value: 37 }],
  ['idle', 5, 986, { value: 37 }],
  ['idle', 6, 986, { missing: 'not-measured' }],
  ['idle', undefined, 986, { missing: 'not-measured' }],
  ['idle', 1, 1004, { value: 38 }],
  ['idle', 1, 995, { value: 37.5 }],
  ['idle', 1, 0, { value: -17.78 }],
  ['in-progress', 0, 986, { missing: 'not-measured' }],
  ['timeout', 0, 986, { missing: 'invalid' }],
  ['contact-lost', 0, 986, { missing: 'sensor-off' }],
  ['aborted', 0, 986, { missing: 'invalid' }],
] as const)(
  'a thermometer that is %s, %s s old, %i tenths °F, in degrees Celsius',
  (status, ageS, tenths, expected) => {
    const { values } = valuesOf(temperature({ status, ageS, tenthsFahrenheit: tenths }));
    expect(values).toEqual({ temperature1: expected });
  },
);

test('the unit that the monitor shows changes nothing: the wire has Fahrenheit', () => {
  for (const shownIn of ['F', 'C'] as const) {
    expect(valuesOf(temperature({ ageS: 1, shownIn })).values).toEqual({ temperature1: { value: 37 } });
  }
});
