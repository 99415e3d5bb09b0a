/** The waves that the note names, by physio id. Their label in a priority list is the id under {@link WAVE_LABELS}. */

export type WaveKind = 'ecg' | 'pleth' | 'pressure' | 'respiration' | 'co2' | 'other';

export interface WaveDefinition {
  readonly name: string;
  readonly kind: WaveKind;
}

export const WAVE_LABELS = 0x00020000;
export const COMPOUND_ECG = 0x0100;
export const PLETH = 0x4bb4;
export const ABP = 0x4a14;
export const ART = 0x4a10;
export const CVP = 0x4a44;
export const PAP = 0x4a1c;
export const PRESSURE = 0x4a00;
export const ICP = 0x5808;
export const RESPIRATION = 0x5000;
export const CO2 = 0x50ac;
export const ECG_II = 0x0102;

const ecg = (name: string): WaveDefinition => ({ name, kind: 'ecg' });
const pressure = (name: string): WaveDefinition => ({ name, kind: 'pressure' });
const other = (name: string): WaveDefinition => ({ name, kind: 'other' });

export const WAVES: Readonly<Record<number, WaveDefinition>> = {
  [COMPOUND_ECG]: ecg('ECG'),
  0x0101: ecg('I'),
  [ECG_II]: ecg('II'),
  0x0103: ecg('V1'),
  0x0104: ecg('V2'),
  0x0105: ecg('V3'),
  0x0106: ecg('V4'),
  0x0107: ecg('V5'),
  0x0108: ecg('V6'),
  0x013d: ecg('III'),
  0x013e: ecg('aVR'),
  0x013f: ecg('aVL'),
  0x0140: ecg('aVF'),
  0x0143: ecg('V'),
  0x014b: ecg('MCL'),
  [PLETH]: { name: 'Pleth', kind: 'pleth' },
  [ABP]: pressure('ABP'),
  [ART]: pressure('ART'),
  [CVP]: pressure('CVP'),
  [PAP]: pressure('PAP'),
  [PRESSURE]: pressure('P'),
  [ICP]: pressure('ICP'),
  [RESPIRATION]: { name: 'Resp', kind: 'respiration' },
  [CO2]: { name: 'CO2', kind: 'co2' },
  0x50d4: other('Flow'),
  0x50f0: other('AWP'),
  0x5164: other('O2'),
  0x592c: other('EEG'),
};

/** Ids that a priority list may name. */
export const ALL_WAVE_IDS: ReadonlySet<number> = new Set(Object.keys(WAVES).map(Number));
