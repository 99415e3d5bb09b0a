import { describe, expect, test } from 'vitest';
import { CODES } from '$drivers/draeger-medibus/messages.ts';
import { PARAMETERS } from '$drivers/draeger-medibus/tables.ts';
import { Bench, EVITA } from './bench.ts';
import { alarmed, framed, identified, measured } from './vectors.ts';

/** What a device is told to have that gives these measured data, one after the other. */
const showing = (...fields: readonly string[]) => {
  const bench = new Bench().open();
  for (const each of fields) bench.receive(measured(each));
  return bench.observations.flatMap((seen) => (seen.kind === 'numerics' ? [seen.values] : []));
};

describe('each parameter', () => {
  test.each([
    ['EB 98 ', { spo2: { value: 98 } }],
    ['E1 70 ', { pulseRate: { value: 70 } }],
    ['D5 12 ', { respiratoryRate: { value: 12 } }],
    ['D6 13 ', { respiratoryRate: { value: 13 } }],
    ['D7 14 ', { respiratoryRate: { value: 14 } }],
    ['E6 38 ', { etco2: { value: 38 } }],
    ['E3 5.1', { etco2: { value: 38.25 } }],
    ['E5  1 ', { fico2: { value: 1 } }],
    ['FF 0.2', { fico2: { value: 1.5 } }],
  ])('%s', (fields, values) => {
    expect(showing(fields)).toEqual([values]);
  });

  test('is in the table above', () => {
    expect(PARAMETERS.map(([code]) => code)).toHaveLength(9);
  });

  test('that the station has no word for makes no observation', () => {
    expect(showing('6B1013F0 21 DF 71 DB 5.0')).toEqual([]);
  });
});

test('of two rates of breathing the one by CO2 counts, and mmHg before kPa', () => {
  expect(showing('D7 14 D5 12 ')).toEqual([{ respiratoryRate: { value: 12 } }]);
  expect(showing('E3 5.1E6 38 ')).toEqual([{ etco2: { value: 38 } }]);
});

describe('missing', () => {
  test.each(PARAMETERS.map(([code, { vital }]) => [code, vital]))(
    '%s, which came before and is not in the response, is invalid: %s',
    (code, vital) => {
      expect(showing(`${code} 20 `, '')).toEqual([
        { [vital]: { value: expect.any(Number) as number } },
        { [vital]: { missing: 'invalid' } },
      ]);
    },
  );

  test('is a field that cannot be read, from the first on', () => {
    expect(showing('EB----E1 70 ')).toEqual([{ spo2: { missing: 'invalid' }, pulseRate: { value: 70 } }]);
  });

  test('is nothing that the device never had', () => {
    expect(showing('')).toEqual([]);
    expect(showing('EB 98 ')).toEqual([{ spo2: { value: 98 } }]);
  });

  test('is nothing that only the device before had', () => {
    const bench = new Bench().open().talk(3000);
    bench.receive(identified('8250', 'Savina')).receive(measured('D6 14 '));
    expect(bench.observations.at(-1)).toMatchObject({ values: { respiratoryRate: { value: 14 } } });
    expect(bench.observations.at(-1)).not.toHaveProperty('values.spo2');
  });
});

test('CO2 in percent alone is not shown, and the status says so', () => {
  const bench = new Bench().open().talk(5000, { ...EVITA, measured: measured('EB 98 DB 5.0') });
  expect(bench.lastReason).toBe(
    'Evita 4, software 04.00. CO2 comes in percent and is not shown: set the device to mmHg or kPa.',
  );
  bench.talk(10_000, { ...EVITA, measured: measured('EB 98 DB 5.0E6 38 ') });
  expect(bench.lastReason).toBe('Evita 4, software 04.00.');
});

describe('alarms', () => {
  const texts = (bench: Bench) => bench.alarms.map(({ alarms }) => alarms.map(({ text }) => text));
  const low = { priority: 28, code: '07', phrase: 'SpO2 $&     ' };

  test('are told by their code, with the number of their priority', () => {
    const codes = ['00', '01', '02', '07', '0D', '1E', '22', '27', '28', '35', '5B', '68'];
    const bench = new Bench().open().receive(alarmed(codes.map((code) => ({ ...low, code }))));
    expect(texts(bench)).toEqual([
      [
        'Apnoea (28)',
        'No SpO2 pulse (28)',
        'Pulse low (28)',
        'SpO2 low (28)',
        'Apnoea (CO2) (28)',
        'Pulse high (28)',
        'SpO2 high (28)',
        'EtCO2 low (28)',
        'EtCO2 high (28)',
        'SpO2 sensor (28)',
        'Oximeter alarm off (28)',
        'Oximeter failure (28)',
      ],
    ]);
    expect(bench.alarms[0]?.alarms.every(({ priority }) => priority === 'medium')).toBe(true);
    expect(bench.alarms[0]?.isSilenced).toBe(false);
  });

  test('of an unknown code by their phrase, with its abbreviations written out; without a phrase by the code', () => {
    const bench = new Bench().open().receive(
      alarmed([
        { priority: 6, code: 'C1', phrase: 'MV $&' },
        { priority: 7, code: 'C2', phrase: 'PAW "#' },
        { priority: 8, code: 'C3', phrase: '' },
      ]),
    );
    expect(texts(bench)).toEqual([['MV LOW (6)', 'PAW HIGH (7)', 'Alarm C3 (8)']]);
  });

  test('of another page have other meanings: there the phrase counts, and both pages stand together', () => {
    const bench = new Bench().open().receive(alarmed([low]));
    bench.receive(alarmed([{ ...low, phrase: 'HOSE LEAK' }], CODES.alarms2));
    expect(texts(bench)).toEqual([['SpO2 low (28)'], ['SpO2 low (28)', 'HOSE LEAK (28)']]);
  });

  test('are told when they change and once at the beginning', () => {
    const bench = new Bench().open();
    const none = framed('response', "'");
    for (const wire of [none, none, alarmed([low]), alarmed([low]), none, none]) bench.receive(wire);
    expect(texts(bench)).toEqual([[], ['SpO2 low (28)'], []]);
  });
});
