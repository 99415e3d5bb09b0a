/**
 * Which of the recorder's tracks are which of our vitals and waveforms. A track says what it is by its montype; one without
 * is known by its name, where that is a montype's own or was seen in a recording. A track with a unit that is not on its
 * list is not guessed at. Everything else stays as it came: named and counted, never shown as a vital.
 *
 * Montypes: Vital File Format (1 to 21), readers of the format (the rest). Names: two recordings of an IntelliVue.
 */
import type { NibpMeasurement, VitalKey, WaveformKey } from '$lib/domain/index.ts';

export type CuffKey = keyof Pick<NibpMeasurement, 'systolic' | 'diastolic' | 'meanArterial' | 'pulseRate'>;

/** Recorder's unit, in small letters → our value. */
export type Units = Readonly<Record<string, (value: number) => number>>;

const asIs = (value: number): number => value;
const MMHG_PER_KPA = 7.500_617;
const kilopascal = (value: number): number => value * MMHG_PER_KPA;
const fahrenheit = (value: number): number => ((value - 32) * 5) / 9;

/** A unit that is not said is taken for the usual one. */
const RATE: Units = { '': asIs, '/min': asIs, '1/min': asIs, bpm: asIs, rpm: asIs };
const PERCENT: Units = { '': asIs, '%': asIs };
const PRESSURE: Units = { '': asIs, mmhg: asIs, kpa: kilopascal };
const TEMPERATURE: Units = { c: asIs, '°c': asIs, '℃': asIs, cel: asIs, '': asIs, f: fahrenheit, '°f': fahrenheit };
const NUMBER: Units = { '': asIs };

/** `into`: the first of these that no other track has. */
export type NumberRow =
  | { readonly kind: 'vital'; readonly into: readonly VitalKey[]; readonly units: Units }
  | { readonly kind: 'cuff'; readonly into: CuffKey; readonly units: Units };

const vital = (units: Units, ...into: readonly VitalKey[]): NumberRow => ({ kind: 'vital', into, units });
const cuff = (into: CuffKey, units: Units): NumberRow => ({ kind: 'cuff', into, units });

export const NUMBERS_BY_MONTYPE: ReadonlyMap<number, NumberRow> = new Map([
  [2, vital(RATE, 'heartRate')],
  [5, vital(PRESSURE, 'abpSystolic')],
  [6, vital(PRESSURE, 'abpDiastolic')],
  [7, vital(PRESSURE, 'abpMeanArterial')],
  [9, vital(RATE, 'pulseRate')],
  [10, vital(PERCENT, 'spo2')],
  [12, vital(RATE, 'respiratoryRate')],
  [14, vital(RATE, 'respiratoryRate')],
  [15, vital(PRESSURE, 'etco2')],
  [16, cuff('systolic', PRESSURE)],
  [17, cuff('diastolic', PRESSURE)],
  [18, cuff('meanArterial', PRESSURE)],
  [19, vital(TEMPERATURE, 'temperature1', 'temperature2')],
  [21, vital(PRESSURE, 'cvpMean')],
  [22, vital(NUMBER, 'bis')],
]);

/**
 * `range`: no unit says what the samples are, so the recorder's drawing range becomes ours. `gain` is the step of the
 * samples as they are kept, in the unit of the waveform.
 */
export interface WaveRow {
  readonly into: readonly WaveformKey[];
  readonly units: Units | 'range';
  readonly gain: number;
}

const FINE = 0.001;
const COARSE = 0.01;
const ECG: WaveRow = { into: ['ecg1', 'ecg2', 'ecg3'], units: { mv: asIs, '': asIs }, gain: FINE };
const pressure = (...into: readonly WaveformKey[]): WaveRow => ({ into, units: PRESSURE, gain: COARSE });
const RESPIRATION: WaveRow = { into: ['respiration'], units: 'range', gain: FINE };

export const WAVES_BY_MONTYPE: ReadonlyMap<number, WaveRow> = new Map([
  [1, ECG],
  [4, pressure('abp')],
  [8, { into: ['pleth'], units: 'range', gain: FINE }],
  [11, RESPIRATION],
  [13, pressure('co2Pressure')],
  [20, pressure('cvp')],
]);

/** The montypes that are mapped, by their own names, for tracks that have the name alone. */
export const MONTYPES_BY_NAME: ReadonlyMap<string, number> = new Map([
  ['ECG_WAV', 1],
  ['ECG_HR', 2],
  ['IABP_WAV', 4],
  ['IABP_SBP', 5],
  ['IABP_DBP', 6],
  ['IABP_MBP', 7],
  ['PLETH_WAV', 8],
  ['PLETH_HR', 9],
  ['PLETH_SPO2', 10],
  ['RESP_WAV', 11],
  ['RESP_RR', 12],
  ['CO2_WAV', 13],
  ['CO2_RR', 14],
  ['CO2_CONC', 15],
  ['NIBP_SBP', 16],
  ['NIBP_DBP', 17],
  ['NIBP_MBP', 18],
  ['BT', 19],
  ['CVP_WAV', 20],
  ['CVP_CVP', 21],
  ['EEG_BIS', 22],
]);

/** Seen with montype 0. `HR` was too, beside `ECG_HR`: its source is not said, so it is not mapped. */
export const NUMBERS_BY_NAME: ReadonlyMap<string, NumberRow> = new Map([
  ['NIBP_HR', cuff('pulseRate', RATE)],
  ['PLETH_PERF_REL', vital(PERCENT, 'perfusionIndex')],
]);
export const WAVES_BY_NAME: ReadonlyMap<string, WaveRow> = new Map([['RESP', RESPIRATION]]);

interface Named {
  readonly montype: number;
  readonly name: string;
}

const montypeOf = ({ montype, name }: Named): number => (montype === 0 ? (MONTYPES_BY_NAME.get(name) ?? 0) : montype);

/** @returns undefined for a track that is none of our vitals. */
export const numberRowOf = (track: Named): NumberRow | undefined =>
  NUMBERS_BY_MONTYPE.get(montypeOf(track)) ?? (track.montype === 0 ? NUMBERS_BY_NAME.get(track.name) : undefined);

/** @returns undefined for a track that is none of our waveforms. */
export const waveRowOf = (track: Named): WaveRow | undefined =>
  WAVES_BY_MONTYPE.get(montypeOf(track)) ?? (track.montype === 0 ? WAVES_BY_NAME.get(track.name) : undefined);

/** @returns undefined for a unit that is not on the list. */
export const conversion = (units: Units, unit: string): ((value: number) => number) | undefined => {
  const key = unit.toLowerCase();
  return Object.hasOwn(units, key) ? units[key] : undefined;
};
