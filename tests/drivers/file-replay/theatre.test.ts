import { describe, expect, test } from 'vitest';
import { fileOf, filesOf, HAS_DATA, NEEDS_DATA, patientOf, sentenceOf, THEATRE } from './recordings.ts';

const abp = (segments: unknown) => ({ waves: { 'M/ABP': { file: 'abp.csv.gz', rateHz: 100, unit: '', segments } } });
const description = (content: unknown) => fileOf('meta.json', JSON.stringify(content));
const TABLE = 't_s,device,track,value\n1.5,M,HR,71\n1.5,M,PPV,7\n2.5,M,HR,72\n3,VITAL,EVENT,fluid, begun\n';

describe('tables', () => {
  test('are waves in their segments, numbers at their times, and events', () => {
    const files = [
      description(
        abp([
          [0, 3],
          [2, 2],
        ]),
      ),
      fileOf('numerics.csv.gz', TABLE),
      fileOf('abp.csv.gz', '80\n-81.5\n\n83\n8.4e1\n'),
    ];
    const { waves, numerics, events, leftOut, durationMs, remarks } = patientOf(files);
    const [wave] = waves;
    const values = wave?.runs.map(({ fromMs, samples }) => [
      fromMs,
      ...Array.from(samples, (sample) => (sample === -32_768 ? undefined : sample * wave.gain + wave.offset)),
    ]);
    expect(values).toEqual([
      [0, expect.closeTo(80, 1), expect.closeTo(-81.5, 1), undefined],
      [2000, expect.closeTo(83, 1), expect.closeTo(84, 1)],
    ]);
    expect(numerics).toEqual([
      { atMs: 1500, values: { heartRate: { value: 71 } } },
      { atMs: 2500, values: { heartRate: { value: 72 } } },
    ]);
    expect(events).toEqual([{ atMs: 3000, text: 'fluid, begun' }]);
    expect(leftOut).toEqual([{ track: 'M/PPV', why: 'is not known to the station' }]);
    expect([durationMs, remarks]).toEqual([3000, []]);
  });

  test('that do not fit their description are told', () => {
    const files = [
      description(abp([[0, 3]])),
      fileOf('numerics.csv.gz', `${TABLE}x,y\n`),
      fileOf('abp.csv.gz', '80\n81'),
    ];
    expect(patientOf(files).remarks).toEqual([
      'abp.csv.gz has 1 samples fewer than told.',
      '1 lines of numerics.csv.gz are not understood and not used.',
    ]);
  });

  test.each([
    [description(abp([[0, 3]])), 'numerics.csv.gz, which belongs to meta.json, is missing.'],
    [
      description(abp([[0, -3]])),
      'meta.json describes no recording: it needs "waves", each with file, rate and segments.',
    ],
    [
      fileOf('meta.json', '{"waves"'),
      'meta.json describes no recording: it needs "waves", each with file, rate and segments.',
    ],
  ])('that are not all there are refused with a sentence (%#)', (file, sentence) => {
    expect(sentenceOf([file])).toBe(sentence);
  });
});

test.skipIf(!HAS_DATA)(`the theatre record is twenty minutes of two devices on one patient${NEEDS_DATA}`, () => {
  const { waves, numerics, events, leftOut, durationMs } = patientOf(filesOf(THEATRE));
  expect(
    waves.map(({ waveform, rateHz, runs }) => [waveform, rateHz, runs.map(({ samples }) => samples.length)]),
  ).toEqual([
    ['abp', 125, [146_368, 9728]],
    ['cvp', 125, [146_368, 9728]],
    ['ecg1', 500, [585_472, 38_912]],
    ['pleth', 125, [146_368, 9728]],
  ]);
  expect(numerics).toHaveLength(1220);
  expect((numerics[1]?.atMs ?? 0) - (numerics[0]?.atMs ?? 0)).toBe(1024);
  expect(numerics[0]?.values).toMatchObject({
    abpSystolic: { value: 95 },
    temperature1: { value: 36.02 },
    bis: { value: 45 },
  });
  expect(events).toHaveLength(3);
  expect(leftOut).toContainEqual({ track: 'EV1000/HR', why: 'tells HR as Intellivue/ECG_HR does' });
  expect(leftOut).toContainEqual({ track: 'Intellivue/PPV', why: 'is not known to the station' });
  expect(Math.round(durationMs / 1000)).toBe(1250);
});
