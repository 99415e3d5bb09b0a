/** The tables of the .vital format: how numbers are stored, and what a monitor type says that a track is. */
import type { VitalKey, WaveformKey } from '$lib/domain/index.ts';

interface NumberFormat {
  readonly bytes: number;
  /** What a packed file puts where there is no sample. */
  readonly missing: number;
  read(view: DataView, at: number): number;
}

/** By `recfmt`. */
export const NUMBER_FORMATS: Readonly<Record<number, NumberFormat>> = {
  1: { bytes: 4, missing: NaN, read: (view, at) => view.getFloat32(at, true) },
  2: { bytes: 8, missing: NaN, read: (view, at) => view.getFloat64(at, true) },
  3: { bytes: 1, missing: -128, read: (view, at) => view.getInt8(at) },
  4: { bytes: 1, missing: 255, read: (view, at) => view.getUint8(at) },
  5: { bytes: 2, missing: -32_768, read: (view, at) => view.getInt16(at, true) },
  6: { bytes: 2, missing: 65_535, read: (view, at) => view.getUint16(at, true) },
  7: { bytes: 4, missing: -(2 ** 31), read: (view, at) => view.getInt32(at, true) },
  8: { bytes: 4, missing: 2 ** 32 - 1, read: (view, at) => view.getUint32(at, true) },
};

/** By `montype`; an ECG is given its place among the leads later. */
export const WAVES_BY_TYPE: Readonly<Record<number, WaveformKey>> = {
  1: 'ecg1',
  4: 'abp',
  8: 'pleth',
  11: 'respiration',
  13: 'co2',
  20: 'cvp',
};

export const VITALS_BY_TYPE: Readonly<Record<number, VitalKey>> = {
  2: 'heartRate',
  5: 'abpSystolic',
  6: 'abpDiastolic',
  7: 'abpMeanArterial',
  9: 'pulseRate',
  10: 'spo2',
  12: 'respiratoryRate',
  14: 'respiratoryRate',
  15: 'etco2',
  16: 'nibpSystolic',
  17: 'nibpDiastolic',
  18: 'nibpMeanArterial',
  19: 'temperature1',
  21: 'cvpMean',
  22: 'bis',
};
