/** Recordings of real patients and volunteers as the judge is given them; the oximeters' tables are first written as a recording. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { driverOf } from '$drivers/registry.ts';
import { readFileParts } from '$drivers/transport/file.server.ts';
import { judgeRecording, type JudgedRecording, type JudgingOptions } from '../../src/cli/judge/recorded-bed.ts';
import { THEATRE } from '../drivers/file-replay/recordings.ts';

const OXIMETERS = join(dirname(THEATRE), '../oximeters');

export async function judgeFile(path: string, options: Partial<JudgingOptions> = {}): Promise<JudgedRecording> {
  const driver = driverOf('file-replay');
  if (driver?.file === undefined) throw new Error('no driver plays recordings');
  const parts = await readFileParts({ path, reading: driver.file });
  return judgeRecording({
    ...{ driver, parts, ruleSet: ADULT_IV_KETAMINE, phase: 'infusion', baselineMin: 5, answerAfterS: 30 },
    ...options,
  });
}

/** Each volunteer on each of the oximeters that told numbers. */
export const VOLUNTEERS: readonly (readonly [volunteer: string, oximeter: number])[] = [
  '100001',
  '100002',
  '100003',
].flatMap((volunteer) => [1, 2, 4, 5].map((oximeter) => [volunteer, oximeter] as const));

/** One volunteer as one of the four oximeters saw him, once a second; 0 in the table is no reading. */
export interface OximeterCourse {
  readonly spo2: readonly (number | undefined)[];
  readonly pulseRate: readonly (number | undefined)[];
}

export function oximeterCourse(volunteer: string, oximeter: number): OximeterCourse {
  const [header = '', ...rows] = readFileSync(join(OXIMETERS, `${volunteer}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = header.replace(/^\uFEFF/, '').split(',');
  const column = (name: string): readonly (number | undefined)[] => {
    const index = names.indexOf(name);
    if (index < 0) throw new Error(`${volunteer}.csv has no column "${name}"`);
    return rows.map((row) => Number(row.split(',')[index]) || undefined);
  };
  return { spo2: column(`SpO2 ${oximeter}`), pulseRate: column(`Pulse ${oximeter}`) };
}

export async function judgeOximeter({ spo2, pulseRate }: OximeterCourse): Promise<JudgedRecording> {
  const directory = mkdtempSync(join(tmpdir(), 'oximeter-'));
  const rows = spo2.flatMap((value, second) => [
    ...(value === undefined ? [] : [`${second},Oximeter,SpO2,${value}`]),
    ...(pulseRate[second] === undefined ? [] : [`${second},Oximeter,PULSE,${pulseRate[second]}`]),
  ]);
  writeFileSync(join(directory, 'meta.json'), JSON.stringify({ waves: {} }));
  writeFileSync(join(directory, 'numerics.csv.gz'), gzipSync(['t_s,device,track,value', ...rows].join('\n')));
  try {
    return await judgeFile(join(directory, 'meta.json'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
