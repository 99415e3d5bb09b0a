/** What a record says about the patient, in the station's words. The cuff has a history and a file of its own (`nibp.ts`). */
import type { DeviceAlarm, Numerics, Reading } from '$lib/domain/index.ts';
import type { Line, Message } from './messages.ts';
import type { Moment } from './nibp.ts';

/** A heart rate with another label may come from elsewhere. */
const ECG_LABEL = /^ECG/;

type Range = readonly [low: number, high: number];

/** What an oximeter can measure; its zero is no value. A heart or breathing that stands still is one. */
const SATURATION: Range = [1, 100];
const PULSE_RATE: Range = [1, Infinity];
const ANY: Range = [0, Infinity];

/** Lines that a record does not have are not told of. */
export function numericsOf({ lines }: Message, { source, at }: Moment): Numerics {
  const { HR, RR, SPO2 } = lines;
  return {
    kind: 'numerics',
    source,
    at,
    values: {
      ...(HR && { heartRate: doubt(read(HR, 0), !ECG_LABEL.test(HR.label)) }),
      ...(RR && { respiratoryRate: read(RR, 0) }),
      ...(SPO2 && { spo2: read(SPO2, 0, SATURATION), pulseRate: read(SPO2, 1, PULSE_RATE) }),
    },
  };
}

function read({ numbers }: Line, place: number, [low, high]: Range = ANY): Reading {
  const value = numbers[place];
  if (value === undefined) return { missing: 'not-measured' };
  return value >= low && value <= high ? { value } : { missing: 'invalid' };
}

const doubt = (reading: Reading, isDoubtful: boolean): Reading =>
  isDoubtful && 'value' in reading ? { ...reading, isQuestionable: true } : reading;

/** The alarm texts of the lines as they are. Their urgency is not said, nor whether the monitor sounds. */
export function deviceAlarmOf({ lines }: Message, { source, at }: Moment): DeviceAlarm {
  const alarms = Object.entries(lines).flatMap(([name, { alarm }]) =>
    alarm === '' ? [] : [{ text: `${name} ${alarm}`, priority: 'medium' as const }],
  );
  return { kind: 'device-alarm', source, at, alarms, isSilenced: false };
}
