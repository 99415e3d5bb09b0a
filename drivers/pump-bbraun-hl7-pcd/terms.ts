/**
 * The terms of ISO/IEEE 11073-10101 that pumps report with, by their numbers (partition × 65536 + term). Names differ between the
 * pumps of one vendor for one number, so the number counts and a name only where no number was sent. Sources: README.md.
 */

export const TERMS = {
  infusingStatus: 184519,
  pumpStat: 184508,
  pumpMode: 184504,
  flowCurrent: 158014,
  flowSet: 157784,
  deliveryStatus: 158005,
  notDeliveringReason: 158006,
  deliveryMode: 158008,
  vtbi: 157884,
  volumeRemaining: 157872,
  volumeDelivered: 157864,
  volumeSegment: 157992,
  volumeTotal: 157993,
  concentration: 157760,
  doseRate: 157924,
  doseTotal: 158001,
  drugLabel: 184514,
  drugType: 184330,
  timeRemaining: 157916,
  weight: 68063,
  syringeVolume: 157880,
  syringeActual: 157984,
  syringeMaker: 184488,
  model: 67880,
  systemId: 67972,
  firmware: 531976,
  powerStatus: 67925,
  batteryTime: 67976,
  preAlarm: 68012,
  event: 68487,
  alarm: 196616,
  alarmPhase: 68481,
  alarmState: 68482,
  alarmPriority: 68484,
  alarmText: 68546,
} as const;

/** Which kind of pump a device or its VMD is; undefined: a pump of no kind in particular. */
export const PUMP_TYPES: ReadonlyMap<number, 'volumetric' | 'syringe' | undefined> = new Map([
  [70049, 'volumetric'],
  [70050, 'volumetric'],
  [70053, 'syringe'],
  [70054, 'syringe'],
  [69986, undefined],
]);

/** Seen in messages, and without a place here: channels, library, further times, doses and battery figures, alarm facets, network. */
const PASSED_OVER: readonly number[] = [
  70067, 70071, 70091, 126977, 126978, 158012, 158016, 157999, 158000, 158003, 184516, 184520, 157996, 157997, 67996,
  68023, 68020, 68480, 68488, 68483, 68485,
];
const NETWORK = [69408, 69427] as const;

const KNOWN: ReadonlySet<number> = new Set([...Object.values(TERMS), ...PUMP_TYPES.keys(), ...PASSED_OVER]);

export const isKnown = (number: number): boolean => KNOWN.has(number) || (number >= NETWORK[0] && number <= NETWORK[1]);

/** For rows whose number is 0. The delivery status has two names for one number. */
const NUMBERS: Readonly<Record<string, number>> = {
  MDC_PUMP_INFUSING_STATUS: TERMS.infusingStatus,
  MDC_PUMP_STAT: TERMS.pumpStat,
  MDC_PUMP_MODE: TERMS.pumpMode,
  MDC_FLOW_FLUID_PUMP_CURRENT: TERMS.flowCurrent,
  MDC_FLOW_FLUID_PUMP: TERMS.flowSet,
  MDC_PUMP_CURRENT_DELIVERY_STATUS: TERMS.deliveryStatus,
  MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS: TERMS.deliveryStatus,
  MDC_PUMP_NOT_DELIVERING_REASON: TERMS.notDeliveringReason,
  MDC_DEV_PUMP_NOT_DELIVERING_REASON: TERMS.notDeliveringReason,
  MDC_PUMP_PROGRAM_DELIVERY_MODE: TERMS.deliveryMode,
  MDC_DEV_PUMP_PROGRAM_DELIVERY_MODE: TERMS.deliveryMode,
  MDC_VOL_FLUID_TBI: TERMS.vtbi,
  MDC_VOL_FLUID_TBI_REMAIN: TERMS.volumeRemaining,
  MDC_VOL_FLUID_DELIV: TERMS.volumeDelivered,
  MDC_VOL_FLUID_DELIV_SEGMENT: TERMS.volumeSegment,
  MDC_VOL_FLUID_DELIV_TOTAL: TERMS.volumeTotal,
  MDC_CONC_DRUG: TERMS.concentration,
  MDC_RATE_DOSE: TERMS.doseRate,
  MDC_DOSE_DRUG_DELIV_TOTAL: TERMS.doseTotal,
  MDC_DRUG_NAME_LABEL: TERMS.drugLabel,
  MDC_DRUG_NAME_TYPE: TERMS.drugType,
  MDC_TIME_PD_REMAIN: TERMS.timeRemaining,
  MDC_ATTR_PT_WEIGHT: TERMS.weight,
  MDC_VOL_SYRINGE: TERMS.syringeVolume,
  MDC_VOL_SYRINGE_ACTUAL: TERMS.syringeActual,
  MDC_SYRINGE_MANUFACTURER: TERMS.syringeMaker,
  MDC_ATTR_ID_MODEL: TERMS.model,
  MDC_ATTR_SYS_ID: TERMS.systemId,
  MDC_ID_PROD_SPEC_FW: TERMS.firmware,
  MDC_ATTR_POWER_STAT: TERMS.powerStatus,
  MDC_ATTR_AL_COND: TERMS.preAlarm,
  MDC_ATTR_EVT_COND: TERMS.event,
  MDC_EVT_ALARM: TERMS.alarm,
};

export const numberOfName = (name: string): number | undefined =>
  Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;

/** Events of PCD-10 and PCD-04 whose numbers are known. The number of MDC_EVT_PUMP_DELIV_STOP is not. */
export const EVENTS = {
  deliveryStart: 197288,
  deliveryComplete: 197292,
  nearComplete: 197334,
  barrelCaptureFault: 197218,
  generalAlarm: 196670,
} as const;

/** Units by their numbers, as UCUM. The table is closed: any other number is no unit. */
const UNITS: ReadonlyMap<number, string> = new Map([
  [265266, 'mL/h'],
  [263762, 'mL'],
  [264306, 'mg/mL'],
  [263891, 'ug'],
  [263875, 'kg'],
  [265619, 'ug/kg/min'],
  [264320, 's'],
  [264352, 'min'],
  [262688, '%'],
  [266016, 'mm[Hg]'],
  [268242, 'mA.h'],
]);

const MASSES = ['ng', 'ug', 'mg', 'g', 'mmol', 'meq', '[iU]', 'm[iU]'];

/** What a sender may call a unit itself by UCUM. */
const UCUM: ReadonlySet<string> = new Set([
  ...UNITS.values(),
  ...MASSES.flatMap((mass) => [
    mass,
    `${mass}/mL`,
    ...['', '/kg', '/m2'].flatMap((per) => ['/min', '/h', '/d'].map((time) => `${mass}${per}${time}`)),
  ]),
]);

/** What a row says of its unit: a number or a UCUM code, or both. @returns undefined where neither is known, or they contradict each other. */
export function unitOf(code: string, ucum: string): string | undefined {
  const byNumber = /^[1-9]\d{0,6}$/.test(code) ? UNITS.get(Number(code)) : undefined;
  const bySender = UCUM.has(ucum) ? ucum : undefined;
  if (byNumber !== undefined && ucum !== '' && ucum !== byNumber) return undefined;
  return byNumber ?? bySender;
}

/** The number of a unit, for the simulated gateway. */
export const numberOfUnit = (unit: string): number | undefined => [...UNITS].find(([, known]) => known === unit)?.[0];
