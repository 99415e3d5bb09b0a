import { describe, expect, test } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import { alarmWords } from '$drivers/philips-intellivue/alarms-table.ts';
import { writeEntries, type AlertEntry } from '$drivers/philips-intellivue/alert-values.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import type { PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { NUMERICS } from '$drivers/philips-intellivue/numerics-table.ts';
import { ATTRIBUTE, CLASS } from '$drivers/philips-intellivue/protocol-codes.ts';
import type { FloatValue } from '$drivers/philips-intellivue/floats.ts';
import { isVitalKey } from '$lib/domain/index.ts';
import { Bench, compound, EPOCH_MS, numbers, result, single, value } from './bench.ts';
import { REAL_NUMERICS_LAST_LINK } from './vectors.ts';

const BPM = 0x0aa0;
const MMHG = 0x0f20;
const KPA = 0x0f03;
const PERCENT = 0x0220;
const PLAIN = 0x0200;
const BREATHS = 0x0ae0;
const CELSIUS = 0x17a0;

/** The values that these objects give. */
function read(objects: readonly PolledObject[], settings: Readonly<Record<string, unknown>> = {}) {
  const bench = new Bench(settings).stream().wait(1024);
  bench.hear(numbers(bench.now, objects));
  return bench.of('numerics').at(-1)?.values;
}

describe('every number has its place', () => {
  test.each([
    ['heartRate', 0x4182, BPM],
    ['pulseRate', 0x4822, BPM],
    ['pulseRate', 0x4822, 0x0ac0],
    ['abpPulseRate', 0x480a, BPM],
    ['spo2', 0x4bb8, PERCENT],
    ['perfusionIndex', 0x4bb0, PLAIN],
    ['respiratoryRate', 0x500a, BREATHS],
    ['respiratoryRate', 0x5012, BREATHS],
    ['etco2', 0x50b0, MMHG],
    ['fico2', 0x50ba, MMHG],
    ['abpSystolic', 0x4a15, MMHG],
    ['abpDiastolic', 0x4a16, MMHG],
    ['abpMeanArterial', 0x4a17, MMHG],
    ['abpSystolic', 0x4a11, MMHG],
    ['abpDiastolic', 0x4a12, MMHG],
    ['abpMeanArterial', 0x4a13, MMHG],
    ['cvpMean', 0x4a47, MMHG],
    ['temperature1', 0x4b48, CELSIUS],
    ['temperature1', 0xe004, CELSIUS],
    ['bis', 0xf04e, PLAIN],
    ['bisSignalQuality', 0xf04d, PERCENT],
  ])('%s from %i', (key, physioId, unit) => {
    expect(isVitalKey(key)).toBe(true);
    expect(read([single(value(physioId, 36.5, unit))])).toEqual({ [key]: { value: 36.5 } });
    expect(philipsIntellivue.observes).toContain(key);
  });

  test('kilopascals become mmHg, Fahrenheit becomes Celsius', () => {
    expect(read([single(value(0x50b0, 5, KPA))])).toEqual({ etco2: { value: expect.closeTo(37.5031, 6) as number } });
    expect(read([single(value(0x4b48, 98.6, 0x1140))])).toEqual({
      temperature1: { value: expect.closeTo(37, 9) as number },
    });
  });

  test('a unit that this number cannot have gives no number, and is said', () => {
    const bench = new Bench().stream().hear(numbers(1000, [single(value(0x4182, 76, MMHG))]));
    expect(bench.of('numerics').at(-1)?.values).toEqual({ heartRate: { missing: 'invalid' } });
    expect(bench.lastReason).toMatch(/unit 0F20 of HR/);
  });

  test('known numbers without a place are no strangers and no vitals: they are kept under their own names', () => {
    const placeless = Object.entries(NUMERICS).filter(([, { quantity }]) => quantity === 'other');
    expect(placeless.length).toBeGreaterThan(10);
    const bench = new Bench().stream();
    const before = bench.observations.length;
    bench.hear(
      numbers(
        1000,
        placeless.map(([id]) => single(value(Number(id), 1, PLAIN))),
      ),
    );
    const [told, ...more] = bench.observations.slice(before);
    expect(more).toEqual([]);
    const names = placeless.map(([, { name }]) => name);
    expect(told).toMatchObject({ kind: 'other-numerics', values: { [names[0] ?? '']: { value: 1, unit: '0x0200' } } });
    expect(told?.kind === 'other-numerics' && Object.keys(told.values)).toHaveLength(new Set(names).size);
    expect(bench.state.intake.strangers.size).toBe(0);
  });

  test('the answer carries the time of the monitor', () => {
    const bench = new Bench().stream().wait(2000);
    bench.hear(numbers(bench.now, [single(value(0x4182, 76, BPM))]));
    expect(bench.of('numerics').at(-1)?.deviceTime).toBe(EPOCH_MS + bench.now);
  });
});

describe('why there is no number', () => {
  test.each<[string, number, FloatValue, object]>([
    ['invalid', 0x8000, 'nan', { missing: 'invalid' }],
    ['invalid, alarm off', 0x8001, 'nan', { missing: 'invalid' }],
    ['invalid with an old number beside it', 0x8000, 97, { missing: 'invalid' }],
    ['unavailable', 0x2000, 'nan', { missing: 'not-measured' }],
    ['unavailable and invalid', 0xa000, 97, { missing: 'not-measured' }],
    ['calibrating', 0x1000, 97, { missing: 'not-calibrated' }],
    ['test data', 0x0800, 97, { missing: 'invalid' }],
    ['not a number', 0, 'nan', { missing: 'invalid' }],
    ['not at this resolution', 0, 'not-at-this-resolution', { missing: 'invalid' }],
    ['too large', 0, 'over-range', { missing: 'over-range' }],
    ['too small', 0, 'under-range', { missing: 'under-range' }],
    ['questionable without a number', 0x4000, 'nan', { missing: 'invalid' }],
    ['questionable', 0x4000, 97, { value: 97, isQuestionable: true }],
    ['a bit that nobody explains', 0x0100, 97, { value: 97, isQuestionable: true }],
    ['demonstration', 0x0400, 97, { value: 97, isQuestionable: true }],
    ['in alarm', 0x0002, 97, { value: 97 }],
    ['early, validated, measuring', 0x00e0, 97, { value: 97 }],
  ])('%s', (_, state, number, reading) => {
    expect(read([single(value(0x4bb8, number, PERCENT, state))])).toEqual({ spo2: reading });
  });

  test('numbers of a demonstration count when the settings say so, and nothing else does', () => {
    const accepting = { demoData: true };
    expect(read([single(value(0x4bb8, 97, PERCENT, 0x0400))], accepting)).toEqual({ spo2: { value: 97 } });
    expect(read([single(value(0x4bb8, 97, PERCENT, 0x4400))], accepting)).toEqual({
      spo2: { value: 97, isQuestionable: true },
    });
    expect(read([single(value(0x4bb8, 97, PERCENT, 0x0c00))], accepting)).toEqual({ spo2: { missing: 'invalid' } });
  });

  test('a real answer without sensors gives reasons and no numbers', () => {
    const bench = new Bench().stream().receive(REAL_NUMERICS_LAST_LINK).wait(1250);
    expect(bench.of('numerics').at(-1)?.values).toEqual({
      spo2: { missing: 'invalid' },
      pulseRate: { missing: 'invalid' },
      perfusionIndex: { missing: 'invalid' },
    });
    expect(bench.lastReason).toBe('At least 1 answers came with a part missing.');
  });
});

describe('where several numbers claim one place', () => {
  const rr = (number: FloatValue) => single(value(0x500a, number, BREATHS, number === 'nan' ? 0x8000 : 0));
  const airway = (number: FloatValue) => single(value(0x5012, number, BREATHS, number === 'nan' ? 0x2000 : 0));

  test('breaths in the airway go before those by impedance, as long as there are any', () => {
    expect(read([rr(14), airway(12)])).toEqual({ respiratoryRate: { value: 12 } });
    expect(read([rr(14), airway('nan')])).toEqual({ respiratoryRate: { value: 14 } });
    expect(read([rr('nan'), airway('nan')])).toEqual({ respiratoryRate: { missing: 'invalid' } });
    expect(read([airway('nan')])).toEqual({ respiratoryRate: { missing: 'not-measured' } });
  });

  test('a line labelled ABP goes before one labelled ART, whole', () => {
    const abp = compound([value(0x4a15, 120, MMHG), value(0x4a16, 'nan', MMHG, 0x8000)]);
    const art = compound([value(0x4a11, 99, MMHG), value(0x4a12, 55, MMHG), value(0x4a13, 70, MMHG)]);
    expect(read([art, abp])).toEqual({ abpSystolic: { value: 120 }, abpDiastolic: { missing: 'invalid' } });
    expect(read([art])).toMatchObject({ abpSystolic: { value: 99 }, abpMeanArterial: { value: 70 } });
  });

  test('the same quantity twice: the first that has a number', () => {
    const off = single(value(0x4bb8, 'nan', PERCENT, 0x8000), 1, 1);
    expect(read([off, single(value(0x4bb8, 96, PERCENT), 1, 2), single(value(0x4bb8, 91, PERCENT), 1, 3)])).toEqual({
      spo2: { value: 96 },
    });
  });

  test('temperature sites keep the place in which they were first seen', () => {
    const bench = new Bench().stream();
    const site = (id: number, number: FloatValue) => single(value(id, number, CELSIUS, number === 'nan' ? 0x8000 : 0));
    bench.hear(numbers(1000, [site(0xe004, 37.1), site(0x4b74, 33)]));
    bench.hear(numbers(2024, [site(0x4b74, 33.2), site(0x4b60, 36.9)]));
    bench.hear(numbers(3048, [site(0x4b60, 36.8), site(0xe004, 37.2)]));
    expect(bench.of('numerics').map(({ values }) => values)).toEqual([
      { temperature1: { value: 37.1 }, temperature2: { value: 33 } },
      { temperature2: { value: 33.2 } },
      { temperature1: { value: 37.2 } },
    ]);
  });
});

describe('datagrams that lose their order', () => {
  const rate = (bench: Bench, ms: number, number: number, sequence: number): Bench =>
    bench.hear(numbers(ms, [single(value(0x4182, number, 0x0aa0))], { sequence }));
  const rates = (bench: Bench) => bench.of('numerics').map(({ values }) => values.heartRate);

  test('never put an old number in the place of a newer one, and that is said', () => {
    const bench = rate(rate(rate(new Bench().stream(), 3072, 80, 3), 2048, 70, 2), 4096, 81, 4);
    expect(rates(bench)).toEqual([{ value: 80 }, { value: 81 }]);
    expect(bench.lastReason).toBe('At least 1 answers came twice or too late and are not shown.');
  });

  test('give an answer that came twice once, and one that came whole after a broken one', () => {
    const bench = rate(rate(new Bench().stream(), 3072, 80, 3), 3072, 80, 3);
    expect(rates(bench)).toEqual([{ value: 80 }]);
    const [hr, spo2] = [single(value(0x4182, 82, 0x0aa0)), single(value(0x4bb8, 97, 0x0220))];
    const part = (is: 'first' | 'last', count: number, object: PolledObject) =>
      bench.hear(numbers(5120, [object], { sequence: 5, part: { is, count } }));
    part('first', 1, hr);
    part('first', 1, hr);
    part('last', 2, spo2);
    bench.hear(numbers(5120, [], { sequence: 5 }));
    expect(bench.of('numerics').at(-1)?.values).toEqual({ heartRate: { value: 82 }, spo2: { value: 97 } });
  });

  test('do not keep out a monitor whose clock begins anew', () => {
    const bench = rate(rate(new Bench().stream(), 60_000, 80, 3), 0, 70, 1);
    expect(rates(bench)).toEqual([{ value: 80 }, { value: 70 }]);
  });
});

describe('alarms of the monitor', () => {
  const entry = (type: number, more: Partial<AlertEntry> = {}): AlertEntry => ({
    source: 0x4182,
    code: 40,
    type,
    state: 0,
    object: { objectClass: 6, context: 1, handle: 0x82cf },
    ...more,
  });
  const alerts = (patient: readonly AlertEntry[], technical: readonly AlertEntry[] = []): PolledObject => ({
    handle: 0x41,
    attributes: [
      { id: ATTRIBUTE.patientAlarms, value: writeEntries(patient) },
      { id: ATTRIBUTE.technicalAlarms, value: writeEntries(technical) },
    ],
  });
  const hear = (bench: Bench, object: PolledObject, group = 0x0801): Bench =>
    bench.hear(result(CLASS.alerts, bench.now, [object], { group }));

  test('in its own words, the most urgent first', () => {
    const bench = hear(
      new Bench().stream(),
      alerts(
        [entry(0x0200, { text: '\ue40d\ue40d HR   135 >120' }), entry(0x0400, { text: '*** APNEA' })],
        [
          entry(0x0004, { text: 'ECG LEADS OFF' }),
          entry(0x0001, { text: 'CHECK ECG' }),
          entry(0x0002, { text: 'SpO₂ NOISY' }),
          entry(0x0100, { text: '* PVC' }),
        ],
      ),
    );
    expect(bench.of('device-alarm')).toEqual([
      {
        kind: 'device-alarm',
        source: 'monitor-1',
        at: bench.now,
        isSilenced: false,
        alarms: [
          { text: '*** APNEA', priority: 'high' },
          { text: 'ECG LEADS OFF', priority: 'high' },
          { text: '** HR 135 >120', priority: 'medium' },
          { text: 'SpO₂ NOISY', priority: 'medium' },
          { text: 'CHECK ECG', priority: 'low' },
          { text: '* PVC', priority: 'low' },
        ],
      },
    ]);
  });

  test('without words by their code, and a code that nobody explains stays one', () => {
    const bench = hear(
      new Bench().stream(),
      alerts([
        entry(0x0200),
        entry(0x0200, { source: 0x4bb8, code: 63 }),
        entry(0x0200, { source: 0x4a04, code: 356 }),
        entry(0x0200, { source: 0x1234, code: 5000 }),
      ]),
    );
    expect(bench.of('device-alarm')[0]?.alarms.map(({ text }) => text)).toEqual([
      'HR: high',
      'SpO2: low',
      'NBP: measurement failed',
      'source 1234: alarm 5000',
    ]);
    expect([61832, 61833, 61834, 6257, 1].map(alarmWords)).toEqual([
      'extreme low',
      'lead off',
      'lead off',
      'unplugged',
      undefined,
    ]);
  });

  test.each([
    [0x8000, true],
    [0x4000, true],
    [0x1000, true],
    [0x2000, false],
    [0x0008, false],
    [0, false],
  ])('state %i is silenced: %s', (state, isSilenced) => {
    const bench = hear(new Bench().stream(), alerts([entry(0x0200, { state })]));
    expect(bench.of('device-alarm')[0]?.isSilenced).toBe(isSilenced);
  });

  test('"alarms off" is silenced, and an entry of no priority is no alarm', () => {
    const bench = hear(new Bench().stream(), alerts([entry(0, { code: 6144 })]));
    expect(bench.of('device-alarm')).toMatchObject([{ isSilenced: true, alarms: [] }]);
  });

  test('are told when they change, and anew in a new association', () => {
    const bench = new Bench().stream();
    for (const object of [alerts([]), alerts([]), alerts([entry(0x0200)]), alerts([entry(0x0200)]), alerts([])])
      hear(bench.wait(1000), object);
    expect(bench.of('device-alarm').map(({ alarms }) => alarms.length)).toEqual([0, 1, 0]);
    bench.hear({ kind: 'abort' }).wait(1000).stream();
    hear(bench, alerts([]));
    expect(bench.of('device-alarm')).toHaveLength(4);
  });

  test('that come late, after a newer list, are not told: an alarm that ended stays ended', () => {
    const bench = hear(new Bench().stream().wait(1000), alerts([entry(0x0200)]));
    const lateOne = result(CLASS.alerts, bench.now, [alerts([entry(0x0200)])], { group: 0x0801, sequence: 2 });
    hear(bench.wait(2000), alerts([])).hear(lateOne);
    expect(bench.of('device-alarm').map(({ alarms }) => alarms.length)).toEqual([1, 0]);
    expect(bench.state.intake.lateAnswers).toBe(1);
  });

  test('lists that cannot be read are said and not taken for silence; other groups are no alarms', () => {
    const bench = hear(new Bench().stream(), {
      handle: 1,
      attributes: [{ id: ATTRIBUTE.patientAlarms, value: fromHex('0001 0012') }],
    });
    hear(bench, alerts([entry(0x0200)]), 0x0811);
    hear(bench, { handle: 1, attributes: [] });
    expect(bench.of('device-alarm')).toEqual([]);
    expect(bench.lastReason).toMatch(/unreadable list of alarms/);
  });
});

describe('one line for people', () => {
  const describeOf = (objects: readonly PolledObject[], code: number = CLASS.numerics): string => {
    const content = result(code, 0, objects);
    return philipsIntellivue.describe({ ...content, framing: 'serial' });
  };

  test('names what is known, and gives codes and states of what is not', () => {
    const objects = [
      single(value(0x4182, 76, BPM)),
      single(value(0x5813, 12, MMHG)),
      single(value(0x4bb8, 'nan', PERCENT, 0x8001)),
    ];
    expect(describeOf(objects)).toBe('NUMERICS #1 HR 76 5813 12 SpO2 nan [8000]');
    expect(describeOf([], CLASS.patient)).toBe('PATIENT #1 0 objects');
    expect(philipsIntellivue.kindOf({ ...numbers(0, []), framing: 'lan' })).toBe('numerics');
    expect(philipsIntellivue.kindOf({ kind: 'abort', framing: 'lan' })).toBe('abort');
  });
});
