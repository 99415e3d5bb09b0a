import { describe, expect, test } from 'vitest';
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { concatBytes } from '$drivers/bytes.ts';
import { companionsOf } from '$drivers/file-replay/read.ts';
import { readHeader } from '$drivers/file-replay/wfdb/header.ts';
import { flacParts } from './flac-file.ts';
import { fileOf, filesOf, HAS_DATA, NEEDS_DATA, patientOf, sentenceOf, wfdb } from './recordings.ts';

const i16 = (...values: readonly number[]) => new Uint8Array(Int16Array.from(values).buffer);
const sum = (...values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the header', () => {
  test('names rate, start, and each signal with its own samples per frame, skew, offset, gain and baseline', () => {
    const text =
      'own 2 125/999.5 40 17:27:45.5 15/08/1994\na.dat 212x4:3+24 200(-5)/mV 12 9 1 -2 0 lead II\na.dat 212\n#word\n';
    expect(readHeader(text)).toEqual({
      ok: true,
      value: {
        name: 'own',
        framesPerSecond: 125,
        frames: 40,
        startedWallMs: Date.UTC(1994, 7, 15, 17, 27, 45, 500),
        comments: ['word'],
        signals: [
          {
            ...{ file: 'a.dat', format: 212, samplesPerFrame: 4, skew: 3, byteOffset: 24, gain: 200, baseline: -5 },
            ...{ unit: 'mV', checksum: 65_534, name: 'lead II' },
          },
          {
            ...{ file: 'a.dat', format: 212, samplesPerFrame: 1, skew: 0, byteOffset: 0, gain: 200, baseline: 0 },
            ...{ unit: 'mV', name: '' },
          },
        ],
      },
    });
  });

  test.each([
    ['', 'own.hea does not begin as a WFDB record does.'],
    ['own/3 2 125\n', 'own.hea is a record of several segments, which are not read; name one of its segments.'],
    ['own 2 125\na.dat 16\n', 'own.hea describes 1 signals and not 2.'],
    ['own 1 fast\na.dat 16\n', 'own.hea names no sampling rate but "fast".'],
    ['own 1 125\na.dat 16\n', 'a.dat, which own.hea names, is missing.'],
  ])('of %j it is said what is wrong', (text, sentence) => {
    expect(sentenceOf([fileOf('own.hea', text)])).toBe(sentence);
  });

  test('does not lead to files in other directories', () => {
    expect(companionsOf('own.hea', new TextEncoder().encode('own 2 125\n..  16\na.dat 16\n'))).toEqual(['a.dat']);
  });
});

describe('signals', () => {
  const signal = (format: string, checksum: number, name = 'ABP') =>
    `a.dat ${format} 2(10)/mmHg 12 0 0 ${checksum} 0 ${name}\n`;
  const read = (header: string, data: Uint8Array) => patientOf([fileOf('own.hea', header), fileOf('a.dat', data)]);

  test('format 16: frames of several samples for each signal, a code for no sample', () => {
    const header = `own 2 100 2\n${signal('16x2', sum(1, 2, 3, -32_768))}${signal('16', sum(7, 8), 'CVP')}`;
    const { waves, remarks } = read(header, i16(1, 2, 7, 3, -32_768, 8));
    expect(remarks).toEqual([]);
    expect(waves.map(({ waveform, rateHz, gain, offset }) => [waveform, rateHz, gain, offset])).toEqual([
      ['abp', 200, 0.5, -5],
      ['cvp', 100, 0.5, -5],
    ]);
    expect(waves.map(({ runs }) => Array.from(runs[0]?.samples ?? []))).toEqual([
      [1, 2, 3, NO_SAMPLE],
      [7, 8],
    ]);
  });

  test('format 212: two samples of twelve bits in three bytes, both signs', () => {
    const bytes = Uint8Array.of(0x01, 0xf0, 0xff, 0xff, 0x87, 0x00, 0x34, 0x12, 0xab);
    const samples = [1, -1, 0x7ff, -2048, 0x234, 0x1ab];
    const { waves, remarks } = read(`own 1 100 6\n${signal('212', sum(...samples))}`, bytes);
    expect(remarks).toEqual([]);
    expect(Array.from(waves[0]?.runs[0]?.samples ?? [])).toEqual([1, -1, 0x7ff, NO_SAMPLE, 0x234, 0x1ab]);
  });

  test('format 516: FLAC, a channel for each signal', () => {
    const [one, two] = [
      [5, 6, 7, -32_768],
      [1, 1, 2, 2],
    ];
    const bytes = concatBytes(...flacParts([{ channels: [one, two], ways: ['verbatim', 'verbatim'] }]));
    const header = `own 2 100 4\n${signal('516', sum(...one))}${signal('516', sum(...two), 'CVP')}`;
    const { waves, remarks } = read(header, bytes);
    expect(remarks).toEqual([]);
    expect(waves.map(({ runs }) => Array.from(runs[0]?.samples ?? []))).toEqual([[5, 6, 7, NO_SAMPLE], two]);
  });

  test('samples that are not those of the checksum, and a file that ends early, are told', () => {
    const header = `own 1 100 3\n${signal('16', 7)}`;
    expect(read(header, i16(1, 2, 3)).remarks).toEqual(['The samples of ABP in a.dat are not those of its checksum.']);
    expect(read(header, i16(1, 2)).remarks).toEqual(['a.dat ends early: ABP has 2 of 3 samples.']);
  });

  test('a signal with a skew stands so much earlier', () => {
    expect(read(`own 1 100 3\n${signal('16:2', 6)}`, i16(1, 2, 3)).waves[0]?.runs[0]?.fromMs).toBe(-20);
  });

  test('a format that is not read, and mixed ones, are refused by name', () => {
    const refused = (header: string) => sentenceOf([fileOf('own.hea', header), fileOf('a.dat', i16(1, 2))]);
    expect(refused(`own 1 100\n${signal('80', 0)}`)).toBe('a.dat has format 80; only 16, 212 and 516 are read.');
    expect(refused(`own 2 100\n${signal('16', 0)}${signal('212', 0)}`)).toBe('a.dat mixes formats.');
    expect(refused(`own 1 100\n${signal('516', 0)}`)).toBe('a.dat is no FLAC file.');
  });
});

describe(`real records agree with the checksums of their headers${NEEDS_DATA}`, () => {
  test.skipIf(!HAS_DATA)('03700181, format 212 with four samples a frame and a skew', () => {
    const { waves, remarks } = patientOf(filesOf(wfdb('03700181')));
    expect(remarks).toEqual([]);
    expect(waves.map(({ waveform, rateHz, runs }) => [waveform, rateHz, runs[0]?.samples.length])).toEqual([
      ['ecg1', 500, 300_000],
      ['abp', 125, 75_000],
      ['respiration', 125, 75_000],
    ]);
    const pressures = Array.from(waves[1]?.runs[0]?.samples ?? [], (sample) => (sample + 1605) / 12.84);
    expect([Math.min(...pressures), Math.max(...pressures)].map(Math.round)).toEqual([17, 64]);
  });

  test.skipIf(!HAS_DATA)('a103l, format 16 behind a head of 24 bytes', () => {
    const { waves, remarks } = patientOf(filesOf(wfdb('a103l')));
    expect(remarks).toEqual(['The record says: Asystole.', 'The record says: False alarm.']);
    expect(waves.map(({ waveform, runs }) => [waveform, runs[0]?.samples.length])).toEqual([
      ['ecg1', 82_500],
      ['ecg2', 82_500],
      ['pleth', 82_500],
    ]);
  });

  test.skipIf(!HAS_DATA)('mixedsignals, format 516 in three files and at three rates', () => {
    const { waves, remarks } = patientOf(filesOf(wfdb('mixedsignals')));
    expect(remarks).toEqual([]);
    expect(waves.map(({ waveform, rateHz, runs }) => [waveform, rateHz, runs[0]?.samples.length])).toEqual([
      ['ecg1', 249.89, 57_600],
      ['ecg2', 249.89, 57_600],
      ['ecg3', 249.89, 57_600],
      ['abp', 124.945, 28_800],
      ['pleth', 124.945, 28_800],
      ['respiration', 62.4725, 14_400],
    ]);
  });

  test.skipIf(!HAS_DATA)('s00001n, sixteen hours of numbers: 66 cuff readings, and 0 is no number', () => {
    const { numerics, cuff, remarks, leftOut } = patientOf(filesOf(wfdb('s00001n_part1')));
    expect(remarks).toHaveLength(1);
    expect(numerics).toHaveLength(968);
    expect(cuff).toHaveLength(66);
    const systolics = cuff.map(({ systolic }) => systolic);
    expect([Math.min(...systolics), Math.max(...systolics)]).toEqual([108, 167]);
    expect(numerics[0]?.values).toMatchObject({
      heartRate: { missing: 'not-measured' },
      respiratoryRate: { value: 23 },
    });
    expect(leftOut.map(({ why }) => why)).toEqual(['holds no values', 'holds no values', 'holds no values']);
  });
});

test('a rate so low that the record would last for years is refused', () => {
  const files = [fileOf('own.hea', 'own 1 1e-6\na.dat 16 1/bpm 12 0 0 3 0 HR\n'), fileOf('a.dat', i16(1, 2, 3, 4, 5))];
  expect(sentenceOf(files)).toBe('own.hea claims to last longer than a month.');
});
