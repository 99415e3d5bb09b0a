/** What codes mean, as far as the note has them. */
import type { VitalKey, WaveformKey } from '$lib/domain/index.ts';
import { CODES } from './messages.ts';

/** mmHg in one kPa. */
const MMHG_PER_KPA = 7.500_616_8;

export interface ParameterMeaning {
  readonly vital: VitalKey;
  /** What one unit on the wire is in the unit of the vital. */
  readonly scale: number;
}

/**
 * Parameters of code page 1 that the station has a word for. Where several codes say the same, the first in this table
 * counts: CO2 comes under the code of the unit that is set on the device, the rate of breathing may come by CO2 and by flow.
 */
export const PARAMETERS: readonly (readonly [code: string, meaning: ParameterMeaning])[] = [
  ['EB', { vital: 'spo2', scale: 1 }],
  ['E1', { vital: 'pulseRate', scale: 1 }],
  ['D5', { vital: 'respiratoryRate', scale: 1 }],
  ['D6', { vital: 'respiratoryRate', scale: 1 }],
  ['D7', { vital: 'respiratoryRate', scale: 1 }],
  ['E6', { vital: 'etco2', scale: 1 }],
  ['E3', { vital: 'etco2', scale: MMHG_PER_KPA }],
  ['E5', { vital: 'fico2', scale: 1 }],
  ['FF', { vital: 'fico2', scale: MMHG_PER_KPA }],
];

/** Names of the others, for the traffic lines. */
export const OTHER_PARAMETERS: Readonly<Record<string, string>> = {
  '6B': 'ambient pressure',
  '73': 'mean pressure',
  '74': 'plateau pressure',
  '78': 'PEEP',
  '7A': 'MV spontaneous',
  '7D': 'peak pressure',
  '82': 'VT (L)',
  '88': 'VT (mL)',
  AC: 'MAC insp',
  AD: 'MAC exp',
  B7: 'MV spontaneous',
  B8: 'MV',
  B9: 'MV',
  BD: 'apnoea time',
  DA: 'insp CO2 %',
  DB: 'etCO2 %',
  DF: 'pulse (derived)',
  EF: 'exp O2',
  F0: 'FiO2',
};

/** CO2 in percent: the driver does not know of what pressure, so the device should show mmHg or kPa. */
export const PERCENT_CO2: readonly string[] = ['DA', 'DB'];

/** Alarms of code page 1; the phrase of a device is abbreviated and may be in its own language. */
const ALARMS: Readonly<Record<string, string>> = {
  '00': 'Apnoea',
  '01': 'No SpO2 pulse',
  '02': 'Pulse low',
  '07': 'SpO2 low',
  '0D': 'Apnoea (CO2)',
  '1E': 'Pulse high',
  '22': 'SpO2 high',
  '27': 'EtCO2 low',
  '28': 'EtCO2 high',
  '35': 'SpO2 sensor',
  '5B': 'Oximeter alarm off',
  '68': 'Oximeter failure',
};

/** @param response code of the response: the pages give their codes different meanings. */
export const alarmText = (response: number, code: string): string | undefined =>
  response === CODES.alarms ? ALARMS[code] : undefined;

/** Curves that the station draws, with the waveform that they are. */
export const CURVES: Readonly<Record<string, WaveformKey>> = { '02': 'pleth', '06': 'co2Pressure' };

/** Devices that answer the question for the alarms of code page 2, by id: Evita 2 dura, Evita 4, Savina, EvitaXL. */
export const HAVE_ALARMS_2: ReadonlySet<string> = new Set(['8230', '8240', '8250', '8260']);
