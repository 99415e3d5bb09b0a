/** What the rules may see of the monitors' signals: what counts, why something does not, and until when a look holds. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Missing, type VitalKey } from '$lib/domain/index.ts';
import { continuous, lookAtVitals, seriesOf, vitalsReads } from '$lib/bedside/context-vitals.ts';
import type { BedState } from '$lib/bedside/index.ts';
import { MONITOR, PUMP } from '../support/bed.ts';
import { NOW, OXIMETER, ago, bedWith, device, together, vitals, type Said } from '../support/told-bed.ts';

const look = (said: Said, agoMs = 0) => lookAtVitals(bedWith({ vitals: vitals(said, agoMs) }));
const doubtful = (value: number) => ({ value, isQuestionable: true });
const DOUBTFUL = { unknown: 'the signal is doubtful' };
const NEVER = { unknown: 'there has been no value' };
const measured = (value: number, agoMs = 0) => ({ value, at: ago(agoMs), cadence: 'continuous' });

describe('a vital', () => {
  test('is judged as it was measured, with its time', () => {
    const { metrics } = look({ heartRate: 72, spo2: 98, respiratoryRate: 14 }, 2000);
    expect(metrics).toMatchObject({
      heartRate: measured(72, 2000),
      spo2: measured(98, 2000),
      respiratoryRate: measured(14, 2000),
    });
  });

  test('that the device doubts, or that nobody can have, is not judged', () => {
    expect(look({ spo2: doubtful(97) }).metrics.spo2).toEqual(DOUBTFUL);
    expect(look({ heartRate: 900 }).metrics.heartRate).toEqual(DOUBTFUL);
  });

  test.each<[Missing, string]>([
    ['sensor-off', 'the sensor is off'],
    ['no-module', 'the device does not measure it'],
    ['not-measured', 'it is not being measured'],
    ['invalid', 'the device calls it invalid'],
    ['under-range', 'it is below the range of the device'],
    ['over-range', 'it is above the range of the device'],
    ['not-calibrated', 'the device is not calibrated'],
    ['artefact', 'the device reports an artefact'],
    ['searching', 'the device is searching'],
    ['device-silent', 'the device is silent'],
  ])('that is missing (%s) says why in words', (missing, why) => {
    expect(look({ spo2: { missing } }).metrics.spo2).toEqual({ unknown: why });
    expect(continuous({ missing })).toEqual({ unknown: why });
  });

  test('that expired is too old, and one that nobody told has never been', () => {
    expect(look({ spo2: 98 }, 13_000).metrics.spo2).toEqual(measured(98, 13_000));
    expect(look({ spo2: 98 }, 13_001).metrics.spo2).toEqual({ unknown: 'the last value is too old' });
    expect(look({}).metrics).toMatchObject({ heartRate: NEVER, spo2: NEVER, respiratoryRate: NEVER });
  });
});

describe('the arterial line', () => {
  const LINE: Said = { abpSystolic: 120, abpDiastolic: 70, abpMeanArterial: 88 };

  test('gives pressures, its mean and its pulse', () => {
    const seen = look(LINE, 1000);
    expect(seen.line).toEqual({
      systolic: measured(120, 1000),
      diastolic: measured(70, 1000),
      mean: measured(88, 1000),
    });
    expect(seen.metrics).toMatchObject({ linePulsatility: measured(50, 1000), lineMean: measured(88, 1000) });
  });

  test('says why it has no mean', () => {
    const { line, metrics } = look({ ...LINE, abpMeanArterial: { missing: 'invalid' } });
    expect(line?.mean).toEqual({ unknown: 'the device calls it invalid' });
    expect(metrics.lineMean).toEqual({ unknown: 'the device calls it invalid' });
    const { abpMeanArterial: _, ...two } = LINE;
    expect(look(two).line?.mean).toEqual(NEVER);
  });

  test.each<[string, Said, object]>([
    ['systolic', { abpSystolic: { missing: 'artefact' } }, { unknown: 'the device reports an artefact' }],
    ['diastolic', { abpDiastolic: { missing: 'artefact' } }, { unknown: 'the device reports an artefact' }],
    ['systolic', { abpSystolic: doubtful(120) }, DOUBTFUL],
    ['diastolic', { abpDiastolic: doubtful(70) }, DOUBTFUL],
  ])('whose %s is not known (%j) is there, and has no pulse that can be told', (_, said, why) => {
    const seen = look({ ...LINE, ...said });
    expect(seen.line).toBeDefined();
    expect(seen.metrics.linePulsatility).toEqual(why);
  });

  test.each<VitalKey>(['abpSystolic', 'abpDiastolic'])(
    'is not there without %s, or when it was taken away',
    (vital) => {
      const { [vital]: _, ...without } = LINE;
      const gone: readonly Said[] = [
        without,
        { ...LINE, [vital]: { missing: 'no-module' } },
        { ...LINE, [vital]: { missing: 'not-measured' } },
      ];
      for (const said of gone) {
        const seen = look(said);
        expect(seen.line).toBeUndefined();
        expect(seen.metrics.linePulsatility).toBeUndefined();
        expect(seen.metrics.lineMean).toBeUndefined();
      }
    },
  );

  test('is there until its values expire', () => {
    expect(look(LINE, 13_000).line).toBeDefined();
    expect(look(LINE, 13_001).line).toBeUndefined();
  });
});

describe('a pressure in the skull', () => {
  test.each<[Said, object | undefined]>([
    [{ icpMean: 14 }, measured(14)],
    [{ icpMean: doubtful(14) }, DOUBTFUL],
    [{ icpMean: { missing: 'sensor-off' } }, { unknown: 'the sensor is off' }],
    [{ icpMean: { missing: 'not-measured' } }, undefined],
    [{ icpMean: { missing: 'no-module' } }, undefined],
    [{}, undefined],
  ])('%j: %j', (said, icp) => {
    expect(look(said).icp).toEqual(icp);
  });

  test('is not there any more when it has expired', () => {
    expect(look({ icpMean: 14 }, 13_000).icp).toEqual(measured(14, 13_000));
    expect(look({ icpMean: 14 }, 13_001).icp).toBeUndefined();
  });
});

describe('sources of the heart rate that disagree', () => {
  test.each<[Said, number | undefined]>([
    [{ heartRate: 72 }, undefined],
    [{ heartRate: 72, pulseRate: 60 }, 12],
    [{ heartRate: 60, pulseRate: 72 }, 12],
    [{ abpPulseRate: 70, pulseRate: 70 }, 0],
    [{ heartRate: 72, abpPulseRate: 90, pulseRate: 60 }, 30],
    [{ heartRate: 72, abpPulseRate: doubtful(140), pulseRate: 60 }, 12],
    [{ heartRate: 72, pulseRate: doubtful(140) }, undefined],
    [{ heartRate: 72, pulseRate: { missing: 'sensor-off' } }, undefined],
  ])('%j: %s', (said, value) => {
    expect(look(said).metrics.heartRateDisagreement).toEqual(value === undefined ? undefined : measured(value));
  });

  test.each([
    [1000, 4000],
    [4000, 1000],
  ])('are as new as the newer one (%d and %d ms ago)', (ecg, pleth) => {
    const told = together(vitals({ heartRate: 72 }, ecg), vitals({ pulseRate: 60 }, pleth, OXIMETER));
    const state = bedWith({ vitals: told, devices: [device(), device(OXIMETER)] });
    expect(lookAtVitals(state).metrics.heartRateDisagreement).toEqual(measured(12, 1000));
  });
});

describe('what is lost although a monitor is there', () => {
  const facts = (said: Said, more: Partial<BedState> = {}) =>
    lookAtVitals(bedWith({ vitals: vitals(said), ...more })).facts;
  const silent = [device(MONITOR, { state: 'silent' })];

  test('nothing is lost that is there, doubtful or not', () => {
    expect(facts({ heartRate: 72, spo2: doubtful(97) })).toMatchObject({
      'no-spo2': 'no',
      'no-ecg': 'no',
      'no-heart-rate': 'no',
    });
  });

  test('an ECG that was never there is not lost; a heart rate and a saturation that nobody gives are', () => {
    expect(facts({})).toMatchObject({ 'no-spo2': 'yes', 'no-ecg': 'no', 'no-heart-rate': 'yes' });
    expect(facts({ heartRate: { missing: 'sensor-off' } })).toMatchObject({ 'no-ecg': 'yes', 'no-heart-rate': 'yes' });
  });

  test('without ECG the pulse is a heart rate', () => {
    expect(facts({ heartRate: { missing: 'sensor-off' }, pulseRate: 70 })).toMatchObject({
      'no-ecg': 'yes',
      'no-heart-rate': 'no',
    });
  });

  test('with every monitor silent it cannot be told; a pump that is live watches nobody', () => {
    for (const devices of [silent, [...silent, device(PUMP)], []]) {
      expect(facts({ heartRate: { missing: 'invalid' }, spo2: { missing: 'invalid' } }, { devices })).toMatchObject({
        'no-spo2': 'unknown',
        'no-ecg': 'unknown',
        'no-heart-rate': 'unknown',
      });
    }
    expect(facts({ spo2: { missing: 'invalid' } }, { devices: [...silent, device(OXIMETER)] })['no-spo2']).toBe('yes');
  });

  test.each<[Said, string, string]>([
    [{ spo2: 97, heartRate: 72 }, 'no', 'no'],
    [{ spo2: doubtful(97), heartRate: 72 }, 'yes', 'no'],
    [{ spo2: 97, heartRate: doubtful(72) }, 'no', 'yes'],
    [{ spo2: { missing: 'artefact' }, heartRate: { missing: 'artefact' } }, 'no', 'no'],
    [{}, 'no', 'no'],
  ])('%j: saturation doubtful %s, heart rate doubtful %s', (said, spo2, heartRate) => {
    expect(facts(said)).toMatchObject({ 'spo2-doubtful': spo2, 'heart-rate-doubtful': heartRate });
  });
});

describe('a look holds', () => {
  const until = (told: BedState['vitals'], devices = [device(), device(OXIMETER)]) =>
    lookAtVitals(bedWith({ vitals: told, devices }));

  test('from now on, and for ever where nothing can expire', () => {
    expect(look({})).toMatchObject({ from: NOW, until: Number.POSITIVE_INFINITY });
    expect(look({ spo2: 98 }, 13_001).until).toBe(Number.POSITIVE_INFINITY);
    expect(look({ temperature1: 37 }).until).toBe(Number.POSITIVE_INFINITY);
  });

  test.each<VitalKey>([
    'heartRate',
    'abpPulseRate',
    'pulseRate',
    'spo2',
    'respiratoryRate',
    'abpSystolic',
    'abpDiastolic',
    'abpMeanArterial',
    'icpMean',
  ])('until %s expires', (vital) => {
    expect(look({ [vital]: 20 }, 3000).until).toBe(NOW + 10_000);
  });

  test('until the very instant of the expiry', () => {
    expect(look({ spo2: 98 }, 13_000).until).toBe(NOW);
  });

  test('until the first of several values expires, whichever device and vital it is of', () => {
    expect(until(together(vitals({ spo2: 98 }, 1000), vitals({ spo2: 97 }, 5000, OXIMETER))).until).toBe(NOW + 8000);
    expect(until(together(vitals({ spo2: 98 }, 5000), vitals({ spo2: 97 }, 1000, OXIMETER))).until).toBe(NOW + 8000);
    expect(until(together(vitals({ heartRate: 72 }, 1000), vitals({ spo2: 97 }, 5000))).until).toBe(NOW + 8000);
    expect(until(together(vitals({ heartRate: 72 }, 5000), vitals({ spo2: 97 }, 1000))).until).toBe(NOW + 8000);
  });

  test('until the first that has not expired yet', () => {
    expect(until(together(vitals({ heartRate: 72 }, 20_000), vitals({ spo2: 97 }, 5000))).until).toBe(NOW + 8000);
  });

  test('as long as the device says that its numbers last', () => {
    const slow = device(MONITOR, { freshness: { staleAfterMs: 20_000, expiredAfterMs: 60_000 } });
    expect(until(vitals({ spo2: 98 }, 5000), [slow]).until).toBe(NOW + 55_000);
  });

  test('and says what it was made of: another reading of what is looked at, or other devices', () => {
    const state = bedWith({ vitals: vitals({ spo2: 98, icpMean: 12 }) });
    const others: readonly Partial<BedState>[] = [
      { devices: [device()] },
      { vitals: { ...state.vitals, ...vitals({ spo2: 98 }) } },
      { vitals: { ...state.vitals, ...vitals({ icpMean: 12 }) } },
      { vitals: { ...state.vitals, ...vitals({ abpPulseRate: 70 }) } },
    ];
    const isOther = (more: Partial<BedState>): boolean =>
      vitalsReads({ ...state, ...more }).some((read, i) => read !== vitalsReads(state)[i]);
    expect(others.map(isOther)).toEqual(others.map(() => true));
    expect(isOther({ vitals: { ...state.vitals, ...vitals({ temperature1: 37 }) } })).toBe(false);
    expect(isOther({ now: monotonicMs(NOW + 1) })).toBe(false);
  });
});

test('the course of a vital is that of one source, where there is one', () => {
  const points = [[ago(4000), 98] as const, [ago(0), null] as const];
  const state = bedWith({ recent: { spo2: { [MONITOR]: points } } });
  expect(seriesOf(state, 'spo2', MONITOR)).toEqual({ cadence: 'continuous', points });
  expect(seriesOf(state, 'spo2', OXIMETER)).toBeUndefined();
  expect(seriesOf(state, 'heartRate', MONITOR)).toBeUndefined();
});
