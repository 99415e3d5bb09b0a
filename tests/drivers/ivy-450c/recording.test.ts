import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, latin1 } from '$drivers/bytes.ts';
import { cut } from '$drivers/ivy-450c/framing.ts';
import { ivy450c } from '$drivers/ivy-450c/index.ts';
import { TEXT_AT } from '$drivers/ivy-450c/layout-table.ts';
import { bytesOf, cutInChunks } from '../../support/framing-laws.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { FIRST_AT, read, RECORD_BYTES, RECORDING, RECORDS } from './vectors.ts';

const MESSAGES = RECORDS.map(read);

test('it is the published recording, unchanged', () => {
  expect(createHash('sha256').update(RECORDING).digest('hex')).toBe(
    '783b657df6e1670379c914d396b013b9315961f8d40489ace0acc0b4c2f7110c',
  );
});

test('it is the end of a record and 27 whole ones, every byte accounted for, in any chunks', () => {
  const { cuts, rest } = cut(new Uint8Array(0), RECORDING);
  expect(cuts.filter(({ kind }) => kind === 'frame').map(bytesOf)).toEqual(RECORDS);
  const noise = cuts.flatMap((piece) => (piece.kind === 'noise' ? [piece] : []));
  expect(noise.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(FIRST_AT);
  expect(new Set(noise.map(({ why }) => why))).toEqual(new Set(['no-start']));
  expect(rest).toHaveLength(0);
  expect(concatBytes(...cuts.map(bytesOf))).toEqual(RECORDING);
  for (const lengths of [[1], [7, 300], [1000]]) expect(cutInChunks(cut, RECORDING, lengths).cuts).toEqual(cuts);
});

test('its text is the same throughout, but for the systolic pressure of P1', () => {
  const texts = RECORDS.map((record) => latin1(record.subarray(TEXT_AT, -1)).replace(/P1=3;11[01];/, 'P1=3;…;'));
  expect([...new Set(texts)]).toEqual([
    [
      'HR=1;80;ECG-II-DIAG;',
      'RR=1;35;APNEA: 20 SEC;',
      'ETCO2=1;;;',
      'SPO2=1;100;PR=80 ;',
      'NIBP=4;121;75;92;80;;',
      'P1=3;…;73;88;;',
      'P2=3;;;;NO TRANSDUCER;',
      'T1=1;;;',
      'T2=1;;;',
      '',
    ].join('\r'),
  ]);
  expect(new Set(MESSAGES.map(({ lines }) => lines.P1?.numbers[0]))).toEqual(new Set([111, 110]));
  expect(MESSAGES.flatMap(({ unread }) => unread)).toEqual([]);
});

test('the trace of P1 lies between the pressures of its line, so its bytes are mmHg', () => {
  for (const { traces, lines } of MESSAGES) {
    const [systolic = NaN, diastolic = NaN] = lines.P1?.numbers ?? [];
    expect(Math.min(...traces.p1)).toBe(diastolic);
    expect(Math.abs(Math.max(...traces.p1) - systolic)).toBeLessThanOrEqual(1);
  }
});

test('its ECG beats as often as its heart rate says, so it has 200 samples a second', () => {
  const ecg = MESSAGES.flatMap(({ traces }) => [...traces.ecg]);
  const threshold = (Math.min(...ecg) + Math.max(...ecg)) / 2;
  const beats = ecg.flatMap((sample, i) => (sample > threshold && (ecg[i - 1] ?? sample) <= threshold ? [i] : []));
  const samplesPerBeat = ((beats.at(-1) ?? NaN) - (beats[0] ?? NaN)) / (beats.length - 1);
  expect((60 * 200) / samplesPerBeat).toBeCloseTo(80, 0);
});

test('played at its own pace: live, 27 sets of numbers, one undated cuff reading, traces in one piece', () => {
  const driver = new FoldedDriver(ivy450c).open();
  const endOf = (second: number) => FIRST_AT + second * RECORD_BYTES;
  driver.receive(RECORDING.subarray(0, FIRST_AT));
  for (let second = 1; second <= 27; second += 1)
    driver.waitUntil(second * 1000).receive(RECORDING.subarray(endOf(second - 1), endOf(second)));
  expect(driver.states).toEqual(['live']);
  expect(driver.numerics.map(({ at, values }) => [at, values])).toEqual(
    RECORDS.map((_, i) => [
      (i + 1) * 1000,
      { heartRate: { value: 80 }, respiratoryRate: { value: 35 }, spo2: { value: 100 }, pulseRate: { value: 80 } },
    ]),
  );
  expect(driver.undecodable).toEqual([]);
  expect(driver.noiseBytes).toBe(FIRST_AT);
  expect(driver.nibp).toEqual([]);
  expect(driver.cuff).toMatchObject([{ undated: { systolic: 121, diastolic: 75, meanArterial: 92, pulseRate: 80 } }]);
  for (const waveform of ['ecg1', 'pleth', 'pressure1'] as const) {
    expect(driver.waves(waveform)).toHaveLength(27);
    expect(driver.waves(waveform).filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
  }
});
