/**
 * What tracks are called in recordings, and which of the station's quantities they are. A name is compared in capitals,
 * without its device and without anything but letters and digits: `Intellivue/ABP_SYS` is ABPSYS.
 */
import type { VitalKey, WaveformKey } from '$lib/domain/index.ts';

const VITAL_NAMES: Readonly<Partial<Record<VitalKey, string>>> = {
  heartRate: 'ECGHR HR',
  pulseRate: 'PLETHHR PLETHPULSERATE PULSE PR PULSERATE SPO2PR',
  spo2: 'PLETHSATO2 PLETHSPO2 SPO2 SAO2',
  perfusionIndex: 'PLETHPERFREL PI',
  respiratoryRate: 'RR RESPRATE RESP CO2RR RRCO2 AWAYRR CO2RESPRATE',
  etco2: 'ETCO2 CO2ET CO2CONCET AWAYCO2ET',
  fico2: 'FICO2 INCO2 INSPCO2 CO2INSPMIN AWAYCO2INSPMIN',
  nibpSystolic: 'NIBPSYS NIBPSBP NBPSYS NBPSBP',
  nibpDiastolic: 'NIBPDIA NIBPDBP NBPDIA NBPDIAS NBPDBP',
  nibpMeanArterial: 'NIBPMEAN NIBPMBP NBPMEAN NBPMBP',
  nibpPulseRate: 'NIBPHR NIBPPR NBPHR',
  abpSystolic: 'ABPSYS ABPSBP ARTSYS ARTSBP IBPSYS',
  abpDiastolic: 'ABPDIA ABPDIAS ABPDBP ARTDIA ARTDBP IBPDIA',
  abpMeanArterial: 'ABPMEAN ABPMBP ARTMEAN ARTMBP IBPMEAN',
  abpPulseRate: 'ABPHR ARTHR',
  cvpMean: 'CVPMEAN CVP CVPCVP',
  icpMean: 'ICPMEAN ICP',
  temperature1: 'BT TEMP TEMP1 BTNASOPH BTCORE BTESOPH BTBLD BTRECT BTSKIN TEMPESOPH',
  temperature2: 'TEMP2',
  bis: 'BIS EEGBIS',
  bisSignalQuality: 'BISSQI SQI',
};

const WAVE_NAMES: Readonly<Partial<Record<WaveformKey, string>>> = {
  ecg1: 'ECG ECGI ECGII ECGIII ECGV ECGV1 ECGV2 ECGV3 ECGV4 ECGV5 ECGV6 ECGAVR ECGAVL ECGAVF ECGMCL I II III V V1 V2 V3 V4 V5 V6 AVR AVL AVF MCL MCL1',
  pleth: 'PLETH SPO2',
  respiration: 'RESP IMPRESP',
  abp: 'ABP ART IBP IBP1',
  cvp: 'CVP',
  icp: 'ICP',
  co2: 'CO2',
};

const table = <K extends string>(names: Readonly<Partial<Record<K, string>>>): ReadonlyMap<string, K> => {
  const keys = new Map<string, K>();
  let key: K;
  for (key in names) for (const name of (names[key] ?? '').split(' ')) keys.set(name, key);
  return keys;
};

const VITALS_BY_NAME = table(VITAL_NAMES);
const WAVES_BY_NAME = table(WAVE_NAMES);

const bare = (track: string): string =>
  track
    .slice(track.lastIndexOf('/') + 1)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');

export const vitalNamed = (track: string): VitalKey | undefined => VITALS_BY_NAME.get(bare(track));

/** An ECG of any lead is `ecg1`: the places are given out later. */
export const waveformNamed = (track: string): WaveformKey | undefined => WAVES_BY_NAME.get(bare(track));

const MMHG_PER_KPA = 7.500_62;
const MMHG_PER_CMH2O = 0.735_559;
const PER_MINUTE = {
  '/min': 1,
  '1/min': 1,
  bpm: 1,
  pm: 1,
  rpm: 1,
  '{beat}/min': 1,
  '{breath}/min': 1,
  '{pulse}/min': 1,
};

/** What one of these recorded units is in the station's unit. A track that names none is taken to have the station's. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'mm[Hg]': { mmhg: 1, 'mm[hg]': 1, kpa: MMHG_PER_KPA, cmh2o: MMHG_PER_CMH2O },
  '/min': PER_MINUTE,
  '%': { '%': 1, percent: 1 },
  Cel: { c: 1, cel: 1, degc: 1, '°c': 1, 'deg c': 1, celsius: 1 },
  '1': { '1': 1 },
  mV: { mv: 1, v: 1000, uv: 0.001, µv: 0.001 },
};

/** @returns undefined when a number of the recorded unit is not one of the station's. */
export function factorTo(unit: string, recorded: string): number | undefined {
  const told = recorded.trim().toLowerCase();
  if (told === '') return 1;
  const factors = FACTORS[unit];
  return factors && Object.hasOwn(factors, told) ? factors[told] : undefined;
}
