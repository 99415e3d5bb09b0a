/** Bytes that our own code did not make. */
import { fromHex } from '$drivers/bytes.ts';
import type { Sample } from '$drivers/contec/messages.ts';

export const SAMPLE: Sample = {
  kind: 'sample',
  generation: 'v7',
  signal: 0,
  pleth: 0,
  bar: 0,
  isBeat: false,
  isSpo2Low: false,
  isFingerOut: false,
  isProbeError: false,
  isSearching: false,
  isSearchingLong: false,
  pulseRate: 'absent',
  spo2: 'absent',
  perfusionIndex: 'absent',
};

/** Computed from the descriptions of both generations, by an encoder of its own. */
export const SAMPLES: readonly (readonly [hex: string, sample: Sample])[] = [
  ['87 37 09 76 61', { ...SAMPLE, generation: 'v4.6', signal: 7, pleth: 55, bar: 9, pulseRate: 118, spo2: 97 }],
  [
    'c6 5a 4c 0e 5d',
    { ...SAMPLE, generation: 'v4.6', signal: 6, pleth: 90, bar: 12, isBeat: true, pulseRate: 142, spo2: 93 },
  ],
  ['90 00 10 00 00', { ...SAMPLE, generation: 'v4.6', isFingerOut: true, isProbeError: true }],
  [
    '01 a0 87 b7 99 f6 e1 f0 80',
    { ...SAMPLE, signal: 7, pleth: 55, bar: 9, pulseRate: 118, spo2: 97, perfusionIndex: 2.4 },
  ],
  [
    '01 88 c6 da 9c 8e dd e4 80',
    { ...SAMPLE, signal: 6, pleth: 90, bar: 12, isBeat: true, pulseRate: 142, spo2: 93, perfusionIndex: 1 },
  ],
  ['01 eb 80 80 80 ff ff ff ff', { ...SAMPLE, isProbeError: true, isSearching: true }],
];

const hexOf = (index: number): Uint8Array => fromHex(SAMPLES[index]?.[0] ?? '');
export const V46_USUAL = hexOf(0);
export const V46_FAST = hexOf(1);
export const V46_OFF = hexOf(2);
export const V7_USUAL = hexOf(3);
export const V7_FAST = hexOf(4);
export const V7_OFF = hexOf(5);

/** Literal constants of the public program tobac/cms50ew. */
export const COMMAND_FRAMES = {
  start: '7d 81 a1 80 80 80 80 80 80',
  stop: '7d 81 a2 80 80 80 80 80 80',
  'stop-storage': '7d 81 a7 80 80 80 80 80 80',
  'keep-alive': '7d 81 af 80 80 80 80 80 80',
} as const;
