/** Whatever stands in the files: nothing is thrown, and what cannot be read is said in a sentence that names the file. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { companionsOf, readRecording } from '$drivers/file-replay/read.ts';
import type { RecordingFile } from '$drivers/file-replay/recording.ts';
import { LONGEST_RECORDING_MS } from '$drivers/file-replay/recording.ts';
import { flacParts } from './flac-file.ts';
import { concatBytes } from '$drivers/bytes.ts';
import { DEMO, fileOf, filesOf } from './recordings.ts';

const samples = Array.from({ length: 60 }, (_, i) => (i * 37) % 100);
const flac = concatBytes(...flacParts([{ channels: [samples, samples], ways: ['fixed', 'linear'] }]));
const table = 't_s,device,track,value\n1.5,M,HR,71\n3,VITAL,EVENT,note\n';
const meta = '{"waves":{"M/ABP":{"file":"abp.csv.gz","rateHz":100,"unit":"mmHg","segments":[[0,3],[2,2]]}}}';

const recordings: Readonly<Record<string, readonly RecordingFile[]>> = {
  'a .vital file': [fileOf('a.vital', filesOf(DEMO)[0]?.bytes.subarray(0, 6000) ?? '')],
  'WFDB 212': [
    fileOf(
      'a.hea',
      'a 2 125/9 20 17:27:45 15/08/1994\na.dat 212x2:3+1 200(-5)/mV 12 9 1 -2 0 II\na.dat 212 2/mmHg 12 0 0 9 0 ABP\n',
    ),
    fileOf(
      'a.dat',
      Uint8Array.from({ length: 91 }, (_, i) => i * 29),
    ),
  ],
  'WFDB 516': [
    fileOf('a.hea', 'a 2 125 60\na.dat 516 2/mmHg 12 0 0 9 0 ABP\na.dat 516 2/mmHg 12 0 0 9 0 CVP\n'),
    fileOf('a.dat', flac),
  ],
  tables: [
    fileOf('meta.json', meta),
    fileOf('numerics.csv.gz', table),
    fileOf('abp.csv.gz', '80\n-81.5\n\n83\n8.4e1\n'),
  ],
};

function spoil(files: readonly RecordingFile[], which: number, cutAt: number, changes: readonly [number, number][]) {
  return files.map((file, i): RecordingFile => {
    if (i !== which % files.length) return file;
    const bytes = file.bytes.slice(0, file.bytes.length - (cutAt % (file.bytes.length + 1)));
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return { ...file, bytes };
  });
}

describe.each(Object.entries(recordings))('%s', (_, files) => {
  test('is a recording', () => {
    expect(readRecording(files)).toMatchObject({ ok: true });
  });

  test('cut, changed, or both, throws nothing, is no longer than a recording can be, or says which file is wrong', () => {
    const anyChanges = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(5), fc.oneof(fc.constant(0), fc.nat()), anyChanges, (which, cutAt, changes) => {
        const spoilt = spoil(files, which, cutAt, changes);
        companionsOf(spoilt[0]?.name ?? '', spoilt[0]?.bytes ?? new Uint8Array(0));
        const read = readRecording(spoilt);
        if (!read.ok) return void expect(read.error).toMatch(/^\S+ .+\.$/s);
        expect(read.value.durationMs).toBeLessThanOrEqual(LONGEST_RECORDING_MS);
        for (const { values } of read.value.numerics)
          for (const reading of Object.values(values))
            expect('missing' in reading || Number.isFinite(reading.value)).toBe(true);
        for (const { gain, offset } of read.value.waves) expect([gain, offset].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });
});

test('random bytes under any of the names are refused with a sentence', () => {
  const anyName = fc.constantFrom('x.vital', 'x.hea', 'x.json', 'x');
  fc.assert(
    fc.property(anyName, fc.uint8Array({ maxLength: 2000 }), (name, bytes) => {
      const read = readRecording([fileOf(name, bytes)]);
      expect(read.ok ? '' : read.error).toMatch(/^x.* .+\.$/);
    }),
    { numRuns: 1000 },
  );
});
