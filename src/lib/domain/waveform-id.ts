/** One byte for each waveform, in stored blobs and on the wire. A number, once given, keeps its meaning for ever. */
import type { WaveformKey } from './waveform.ts';

export const WAVEFORM_IDS: Readonly<Record<WaveformKey, number>> = {
  ecg1: 1,
  ecg2: 2,
  ecg3: 3,
  pleth: 4,
  respiration: 5,
  co2: 6,
  abp: 7,
  cvp: 8,
  icp: 9,
  pressure1: 10,
  pressure2: 11,
  co2Pressure: 12,
};

export const LARGEST_WAVEFORM_ID = Math.max(...Object.values(WAVEFORM_IDS));

const keysById = new Map<number, WaveformKey>();
let key: WaveformKey;
for (key in WAVEFORM_IDS) keysById.set(WAVEFORM_IDS[key], key);

/** @returns undefined for a waveform that this version does not know. */
export const waveformOfId = (id: number): WaveformKey | undefined => keysById.get(id);
