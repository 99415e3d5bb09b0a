/** The alert monitor of the simulated monitor: its own limits, its own words. */
import type { Attribute } from '$drivers/philips-intellivue/messages.ts';
import { writeCondition, writeEntries, type AlertEntry } from '$drivers/philips-intellivue/alert-values.ts';
import { ALARM_CODE } from '$drivers/philips-intellivue/alarms-table.ts';
import { PHYSIO } from '$drivers/philips-intellivue/numerics-table.ts';
import { ATTRIBUTE, CLASS } from '$drivers/philips-intellivue/protocol-codes.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

export interface ShownAlerts {
  readonly patient: readonly AlertEntry[];
  readonly technical: readonly AlertEntry[];
}

const TYPE = { red: 0x0400, yellow: 0x0200, technical: 0x0002, minor: 0x0001 } as const;
const NBP = 0x4a04;
/** The monitor's own character for the stars before an alarm. */
const STAR = '\ue40d';
const LIMITS = { heartRateLow: 40, spo2Low: 90 } as const;

export function showAlerts(bedside: SimulatedBedside): ShownAlerts {
  const { heartRate, spo2 } = bedside.physiology();
  const { isEcgOn, isOximeterOn } = bedside.sensors();
  const { heartRateLow, spo2Low } = LIMITS;
  const patient = [
    isEcgOn &&
      heartRate < heartRateLow &&
      entry(
        PHYSIO.heartRate,
        ALARM_CODE.low,
        TYPE.red,
        `${STAR.repeat(3)} HR ${Math.round(heartRate)} <${heartRateLow}`,
      ),
    isOximeterOn &&
      spo2 < spo2Low &&
      entry(PHYSIO.saturation, ALARM_CODE.low, TYPE.yellow, `${STAR.repeat(2)} SpO₂ ${Math.round(spo2)} <${spo2Low}`),
  ];
  const technical = [
    !isEcgOn && entry(PHYSIO.heartRate, ALARM_CODE.leadsOff, TYPE.technical, 'ECG LEADS OFF'),
    !isOximeterOn && entry(PHYSIO.saturation, ALARM_CODE.noSensor, TYPE.technical, 'SpO₂ NO SENSOR'),
    bedside.cuff().state === 'failed' && entry(NBP, ALARM_CODE.measurementFailed, TYPE.minor, ''),
  ];
  const isThere = (each: AlertEntry | false): each is AlertEntry => each !== false;
  return { patient: patient.filter(isThere), technical: technical.filter(isThere) };
}

const entry = (source: number, code: number, type: number, text: string): AlertEntry => ({
  source,
  code,
  type,
  state: 0,
  object: { objectClass: CLASS.numerics, context: 1, handle: 0 },
  text,
});

/** `changes` counts up whenever anything about the alarms has changed. */
export function writeAlerts({ patient, technical }: ShownAlerts, changes: number): readonly Attribute[] {
  const highest = (entries: readonly AlertEntry[]): number => Math.max(0, ...entries.map(({ type }) => type));
  const condition = {
    state: 0,
    changes: changes & 0xffff,
    highestPatient: highest(patient),
    highestTechnical: highest(technical),
    highestAudible: Math.max(highest(patient), highest(technical)),
  };
  return [
    { id: ATTRIBUTE.alertCondition, value: writeCondition(condition) },
    { id: ATTRIBUTE.patientAlarms, value: writeEntries(patient) },
    { id: ATTRIBUTE.technicalAlarms, value: writeEntries(technical) },
  ];
}
