/**
 * Lines of the protocol note. `recorded`: from a monitor, in a public program's source. `computed`: made by an independent
 * encoder that reproduces nine published literals and the recorded line.
 */
import { fromLatin1 } from '$drivers/bytes.ts';
import type { Reply } from '$drivers/ge-dinamap/messages.ts';

const nibp = { kind: 'nibp', letters: 'NA', patient: 'adult', isStat: false } as const;
const highNumbers = { systolic: 168, diastolic: 98, meanArterial: 121 } as const;
const noNumbers = { systolic: 0, diastolic: 0, meanArterial: 0 } as const;

export const REPLIES: readonly (readonly [text: string, reply: Reply])[] = [
  // recorded
  [
    ' NF1101762127073078&<',
    { ...nibp, letters: 'NF', status: 'done', ageS: 1762, systolic: 127, diastolic: 73, meanArterial: 78 },
  ],
  // computed
  [' NA1100003168098121&+', { ...nibp, status: 'done', ageS: 3, ...highNumbers }],
  [' NA0100120168098121&*', { ...nibp, status: 'busy', ageS: 120, ...highNumbers }],
  [' NA3109999000000000&*', { ...nibp, status: 'failed', ageS: undefined, ...noNumbers }],
  [' NA1109999000000000&(', { ...nibp, status: 'done', ageS: undefined, ...noNumbers }],
  [' OA1097510#A', { kind: 'oximeter', status: 'operating', spo2: 97, signal: 5, averaging: 10 }],
  [' OA3000000#-', { kind: 'oximeter', status: 'no-data', spo2: 0, signal: 0, averaging: 0 }],
  [' OA6000000#0', { kind: 'oximeter', status: 'unplugged', spo2: 0, signal: 0, averaging: 0 }],
  [' RA2118"F', { kind: 'rate', letters: 'RA', source: 'oximeter', rate: 118 }],
  [' RA3118"G', { kind: 'rate', letters: 'RA', source: 'nibp', rate: 118 }],
  [
    ' TC00A0012009860%B',
    {
      kind: 'temperature',
      status: 'idle',
      mode: 'predictive',
      counter: 'A',
      ageS: 120,
      tenthsFahrenheit: 986,
      shownIn: 'F',
    },
  ],
];

/** Commands as they are printed in the sources, checksum and all. */
export const COMMAND_LITERALS = {
  NA: ' NA!2',
  NF: ' NF!7',
  NC0: ' NC0!E',
  ND: ' ND!5',
  OA: ' OA!3',
  RA: ' RA!6',
  RC: ' RC!8',
  TC: ' TC!:',
  TD: ' TD!;',
} as const;

/** Samples in source comments whose checksum is wrong: edited by their author, it seems. */
export const WRONG_SUMS = [' NF1102207118080091&+', ' RC3072"F'] as const;

export const onWire = (text: string): Uint8Array => fromLatin1(`${text}\r`);
