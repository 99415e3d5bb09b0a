/** What a numerics frame says about the patient, in the station's words. The status bits say why a number is missing. */
import type { DeviceAlarm, DeviceId, Missing, MonotonicMs, Numerics, Reading } from '$lib/domain/index.ts';
import { CO2_ALARMS, EXTENDED_STATUS, FAST_STATUS, OXIMETER_ALARMS, SLOW_STATUS } from './layout-table.ts';
import type { NumericsFrame, Value } from './messages.ts';

export const MMHG_PER_KPA = 7.500_62;
/** Units other than mmHg come tenfold. */
export const TENFOLD = 10;

type Bits = readonly (readonly [bits: number, missing: Missing])[];

const OXIMETER_OFF = OXIMETER_ALARMS.sensorOff | OXIMETER_ALARMS.sensorDisconnected;

/** Why there is no CO2, the plainest reason first. */
const CO2_ABSENCES: Bits = [
  [FAST_STATUS.filterLineOff, 'sensor-off'],
  [FAST_STATUS.malfunction | FAST_STATUS.invalid | FAST_STATUS.occlusion, 'invalid'],
  [FAST_STATUS.initialising | FAST_STATUS.selfMaintenance | FAST_STATUS.purging, 'not-measured'],
];
const EXTENDED_ABSENCES: Bits = [
  [EXTENDED_STATUS.pumpOff, 'not-measured'],
  [EXTENDED_STATUS.checkCalibration, 'not-calibrated'],
  [EXTENDED_STATUS.checkFlow, 'invalid'],
];

/** A sample of the waveform with one of these says nothing; a number beside one of them is in doubt. */
export const CO2_TROUBLE = CO2_ABSENCES.reduce((all, [bits]) => all | bits, 0);

const reasonOf = (table: Bits, status: number): Missing | undefined =>
  table.find(([bits]) => (status & bits) !== 0)?.[1];

/** @param fastStatus of the last sample of the waveform. */
export function numericsOf(frame: NumericsFrame, fastStatus: number, source: DeviceId, at: MonotonicMs): Numerics {
  const { time, etco2, fico2, respiratoryRate, saturation, pulseRate } = frame;
  return {
    kind: 'numerics',
    source,
    at,
    deviceTime: time * 1000,
    values: {
      etco2: readCo2(etco2, frame, fastStatus, scaleOf(frame.unit)),
      fico2: readCo2(fico2, frame, fastStatus, frame.unit === 1 ? 1 : undefined),
      respiratoryRate: readCo2(respiratoryRate, frame, fastStatus, 1),
      spo2: readOximeter(saturation, frame),
      pulseRate: readOximeter(pulseRate, frame),
    },
  };
}

/** mmHg per step of EtCO2; undefined for vol-%, which would need the ambient pressure, and for units that are not known. */
function scaleOf(unit: number): number | undefined {
  if (unit === 1) return 1;
  return unit === 2 ? MMHG_PER_KPA / TENFOLD : undefined;
}

function readCo2(value: Value, frame: NumericsFrame, fastStatus: number, scale: number | undefined): Reading {
  const trouble = reasonOf(CO2_ABSENCES, fastStatus) ?? reasonOf(EXTENDED_ABSENCES, frame.extendedStatus);
  if (value === 'none') return { missing: trouble ?? 'not-measured' };
  if (scale === undefined) return { missing: 'invalid' };
  return trouble === undefined ? { value: value * scale } : { value: value * scale, isQuestionable: true };
}

function readOximeter(value: Value, { oximeterAlarms }: NumericsFrame): Reading {
  if ((oximeterAlarms & OXIMETER_OFF) !== 0) return { missing: 'sensor-off' };
  const isSearching = (oximeterAlarms & OXIMETER_ALARMS.noPulse) !== 0;
  if (value === 'none') return { missing: isSearching ? 'searching' : 'not-measured' };
  if (value === 0) return { missing: 'invalid' };
  return isSearching ? { value, isQuestionable: true } : { value };
}

type Priority = DeviceAlarm['alarms'][number]['priority'];
type AlarmField = 'fastStatus' | 'co2Alarms' | 'oximeterAlarms' | 'extendedStatus';

/** The monitor's own alarms in words; the priorities are ours, the monitor tells only the highest that sounds. */
const ALARMS: readonly (readonly [field: AlarmField, bit: number, text: string, priority: Priority])[] = [
  ['co2Alarms', CO2_ALARMS.noBreath, 'No breath', 'high'],
  ['oximeterAlarms', OXIMETER_ALARMS.noPulse, 'Pulse not found', 'high'],
  ['oximeterAlarms', OXIMETER_ALARMS.saturationLow, 'SpO2 low', 'medium'],
  ['oximeterAlarms', OXIMETER_ALARMS.saturationHigh, 'SpO2 high', 'medium'],
  ['oximeterAlarms', OXIMETER_ALARMS.pulseRateLow, 'Pulse rate low', 'medium'],
  ['oximeterAlarms', OXIMETER_ALARMS.pulseRateHigh, 'Pulse rate high', 'medium'],
  ['co2Alarms', CO2_ALARMS.etco2Low, 'EtCO2 low', 'medium'],
  ['co2Alarms', CO2_ALARMS.etco2High, 'EtCO2 high', 'medium'],
  ['co2Alarms', CO2_ALARMS.respiratoryRateLow, 'Respiratory rate low', 'medium'],
  ['co2Alarms', CO2_ALARMS.respiratoryRateHigh, 'Respiratory rate high', 'medium'],
  ['co2Alarms', CO2_ALARMS.fico2High, 'FiCO2 high', 'medium'],
  ['oximeterAlarms', OXIMETER_ALARMS.sensorOff, 'SpO2 sensor off', 'medium'],
  ['oximeterAlarms', OXIMETER_ALARMS.sensorDisconnected, 'SpO2 sensor disconnected', 'medium'],
  ['fastStatus', FAST_STATUS.filterLineOff, 'FilterLine not connected', 'medium'],
  ['fastStatus', FAST_STATUS.occlusion, 'FilterLine blocked', 'medium'],
  ['fastStatus', FAST_STATUS.malfunction, 'CO2 malfunction', 'medium'],
  ['extendedStatus', EXTENDED_STATUS.pumpOff, 'CO2 pump off', 'low'],
  ['extendedStatus', EXTENDED_STATUS.checkFlow, 'Check CO2 flow', 'low'],
  ['extendedStatus', EXTENDED_STATUS.checkCalibration, 'Check CO2 calibration', 'low'],
  ['extendedStatus', EXTENDED_STATUS.batteryLow, 'Battery low', 'low'],
];

export function deviceAlarmOf(
  frame: NumericsFrame,
  fastStatus: number,
  source: DeviceId,
  at: MonotonicMs,
): DeviceAlarm {
  const status = { ...frame, fastStatus };
  const alarms = ALARMS.filter(([field, bit]) => (status[field] & bit) !== 0);
  return {
    kind: 'device-alarm',
    source,
    at,
    alarms: alarms.map(([, , text, priority]) => ({ text, priority })),
    isSilenced: (frame.slowStatus & (SLOW_STATUS.temporarySilence | SLOW_STATUS.allSilenced)) !== 0,
  };
}
