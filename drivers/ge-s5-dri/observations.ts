/**
 * What a record says about the patient, in the station's words. The cuff is not here: its numbers mean nothing without
 * their history (`nibp.ts`).
 *
 * The monitor's "heart rate" may come from the oximeter or an artery: it goes where its source says.
 */
import type { DeviceAlarm, DeviceId, MonotonicMs, Numerics, Reading, VitalKey } from '$lib/domain/index.ts';
import { ALARM_COLOURS, CO2_DOUBT_BITS, ECG_BITS, RATE_SOURCES, RR_SOURCE, STATUS_BITS } from './layout-table.ts';
import type {
  AlarmStatus,
  BasicGroups,
  ClassData,
  DisplayedClasses,
  Ext2Groups,
  PhysiologicalRecord,
} from './messages.ts';
import { readPressures } from './pressures.ts';
import { absence, doubt, has, hasValue, readField, toReading } from './readings.ts';

type Values = Partial<Record<VitalKey, Reading>>;

/** What the monitor's screen shows, by class; trends are left out. */
export function displayedClasses({ classes }: PhysiologicalRecord): DisplayedClasses {
  const groupsByName = (content: ClassData): DisplayedClasses =>
    content.kind !== 'displayed' || content.name === 'ext3' ? {} : { [content.name]: content.groups };
  return classes.reduce((all, content) => ({ ...all, ...groupsByName(content) }), {});
}

/** The numbers of one record; undefined when it displays none. */
export function numericsOf(record: PhysiologicalRecord, source: DeviceId, at: MonotonicMs): Numerics | undefined {
  const { basic, ext1, ext2 } = displayedClasses(record);
  const values: Values = {
    ...(basic && readBasic(basic)),
    ...(ext2 && readDepth(ext2)),
    ...readPressures(basic, ext1, basic && shownRate(basic, 'pressure')),
  };
  if (Object.keys(values).length === 0) return undefined;
  return { kind: 'numerics', source, at, deviceTime: record.header.time * 1000, values };
}

const readBasic = (basic: BasicGroups): Values => ({
  heartRate: readHeartRate(basic),
  pulseRate: readPulseRate(basic),
  spo2: readField(basic.spo2, 'saturation', 'sensor-off'),
  perfusionIndex: readField(basic.spo2, 'perfusion', 'sensor-off'),
  respiratoryRate: readBreathing(basic),
  etco2: readGas(basic, 'et'),
  fico2: readGas(basic, 'fi'),
  temperature1: readField(basic.t1, 'celsius'),
  temperature2: readField(basic.t2, 'celsius'),
});

const readDepth = ({ bis, entropy }: Ext2Groups): Values => ({
  bis: readField(bis, 'index'),
  bisSignalQuality: readField(bis, 'signalQuality'),
  stateEntropy: readField(entropy, 'state'),
  responseEntropy: readField(entropy, 'response'),
});

/** The rate that the monitor shows as its own, if it comes from there. */
function shownRate({ ecg }: BasicGroups, from: 'ecg' | 'pleth' | 'pressure'): Reading | undefined {
  const source = RATE_SOURCES[(ecg.status >> 3) & 0xf];
  const shown = readField(ecg, 'rate');
  return source === from && hasValue(shown) ? shown : undefined;
}

const ECG_DOUBT_BITS = ECG_BITS.noise | ECG_BITS.artefact | ECG_BITS.learning;

/** A rate while the monitor doubts its ECG is questionable; where there is none, its bits say why. */
function readHeartRate(basic: BasicGroups): Reading {
  const { ecg, ecgExtra } = basic;
  const isChannelOff = has(ecg, ECG_BITS.anyChannelOff);
  const missing = absence(ecg, isChannelOff ? 'sensor-off' : 'not-measured');
  if (missing) return { missing };
  const own = shownRate(basic, 'ecg') ?? toReading(ecgExtra.values.rateEcg);
  if (hasValue(own)) return doubt(own, has(ecg, ECG_DOUBT_BITS));
  if (isChannelOff) return { missing: 'sensor-off' };
  if (has(ecg, ECG_BITS.learning)) return { missing: 'searching' };
  return has(ecg, ECG_BITS.noise | ECG_BITS.artefact) ? { missing: 'artefact' } : own;
}

function readPulseRate(basic: BasicGroups): Reading {
  const own = readField(basic.spo2, 'pulseRate', 'sensor-off');
  return hasValue(own) ? own : (shownRate(basic, 'pleth') ?? own);
}

/** The rate that the monitor shows beside CO2 (its label names the source); without one, impedance. */
function readBreathing({ co2, ecg }: BasicGroups): Reading {
  const shownFrom = co2.label & RR_SOURCE.mask;
  const shown = readField(co2, 'rr');
  if (shownFrom !== RR_SOURCE.none && hasValue(shown)) {
    return doubt(shown, shownFrom === RR_SOURCE.co2 && has(co2, CO2_DOUBT_BITS));
  }
  const impedance = readField(ecg, 'impedanceRr', 'sensor-off');
  const canCo2Tell = shownFrom !== RR_SOURCE.none && has(co2, STATUS_BITS.exists);
  return hasValue(impedance) || !canCo2Tell ? impedance : shown;
}

/** Gas in mmHg: the wire has vol-%, which need the ambient pressure beside them. */
function readGas({ co2 }: BasicGroups, field: 'et' | 'fi'): Reading {
  const percent = readField(co2, field);
  const ambient = readField(co2, 'ambientPressure');
  if (!hasValue(percent)) return percent;
  if (!hasValue(ambient)) return ambient;
  return doubt({ value: (percent.value * ambient.value) / 100 }, has(co2, CO2_DOUBT_BITS));
}

const PRIORITIES: Readonly<Record<number, 'high' | 'medium' | 'low'>> = {
  [ALARM_COLOURS.red]: 'high',
  [ALARM_COLOURS.yellow]: 'medium',
};

/** The texts on the monitor's alarm line, the most urgent first, as they are; a line feed becomes a space. */
export function deviceAlarmOf({ silence, boxes }: AlarmStatus, source: DeviceId, at: MonotonicMs): DeviceAlarm {
  const alarms = boxes
    .map(({ text, colour }) => ({ text: text.replaceAll(/\s+/g, ' ').trim(), priority: PRIORITIES[colour] ?? 'low' }))
    .filter(({ text }) => text !== '');
  return { kind: 'device-alarm', source, at, alarms, isSilenced: silence !== 0 };
}
