/**
 * What a line says about the patient, in the station's words. The exceptions decide first: while the sensor is off or the
 * monitor searches, a line can show digits all the same (a stored line shows 000).
 */
import type { DeviceAlarm, DeviceId, Missing, MonotonicMs, Numerics, Reading } from '$lib/domain/index.ts';
import { ALARMS, EXCEPTIONS, RANGES, type Line, type Value } from './messages.ts';

/** Exceptions that take the numbers away, the plainest reason first. */
const ABSENCES: readonly (readonly [bits: number, missing: Missing])[] = [
  [EXCEPTIONS.noSensor | EXCEPTIONS.sensorOff, 'sensor-off'],
  [EXCEPTIONS.defectiveSensor | EXCEPTIONS.unknownSensor, 'invalid'],
  [EXCEPTIONS.pulseSearch, 'searching'],
];

/** Exceptions that make the monitor's numbers doubtful. Low perfusion alone is a patient, not a fault. */
const DOUBTS = EXCEPTIONS.interference | EXCEPTIONS.ambientLight | EXCEPTIONS.lowSignalQuality;

export function numericsOf(line: Line, source: DeviceId, at: MonotonicMs): Numerics {
  const { deviceTime, saturation, pulseRate, perfusionIndex, exceptions } = line;
  const missing = ABSENCES.find(([bits]) => (exceptions & bits) !== 0)?.[1];
  const isQuestionable = (exceptions & DOUBTS) !== 0;
  const read = (value: Value, range: readonly [number, number]): Reading => {
    const reading = missing === undefined ? readValue(value, range) : { missing };
    return isQuestionable && 'value' in reading ? { ...reading, isQuestionable } : reading;
  };
  return {
    kind: 'numerics',
    source,
    at,
    ...(deviceTime !== undefined && { deviceTime }),
    values: {
      spo2: read(saturation, RANGES.saturation),
      pulseRate: read(pulseRate, RANGES.pulseRate),
      ...(perfusionIndex !== undefined && { perfusionIndex: read(perfusionIndex, RANGES.perfusionIndex) }),
    },
  };
}

function readValue(value: Value, [low, high]: readonly [number, number]): Reading {
  if (value === 'dashes') return { missing: 'not-measured' };
  return value >= low && value <= high ? { value } : { missing: 'invalid' };
}

const ALARM_TEXTS: readonly (readonly [bit: number, text: string])[] = [
  [ALARMS.saturationLow, 'SpO2 low'],
  [ALARMS.saturationHigh, 'SpO2 high'],
  [ALARMS.pulseLow, 'Pulse rate low'],
  [ALARMS.pulseHigh, 'Pulse rate high'],
];

const NAMED_ALARMS = Object.values(ALARMS).reduce((all, bit) => all | bit, 0);

/** The monitor's own alarms. Their bits were found on one model: shown, never relied on, all of one priority. */
export function deviceAlarmOf(alarms: number, source: DeviceId, at: MonotonicMs): DeviceAlarm {
  const has = (bit: number): boolean => (alarms & bit) !== 0;
  const named = ALARM_TEXTS.filter(([bit]) => has(bit)).map(([, text]) => text);
  const unnamed = alarms & ~NAMED_ALARMS;
  const texts = [...named, ...(unnamed === 0 ? [] : [`Alarm bits ${unnamed.toString(16)}`])];
  const shown = texts.length === 0 && has(ALARMS.sounding) ? ['Alarm'] : texts;
  return {
    kind: 'device-alarm',
    source,
    at,
    alarms: shown.map((text) => ({ text, priority: 'medium' })),
    isSilenced: has(ALARMS.muted),
  };
}
