/**
 * A status → one {@link InfusionReading}. A field appears only when the pump sent a value for it whose meaning is known; what does
 * not fit together, or cannot be read, is said in `doubt`.
 */
import type { DeviceId, InfusionAlarm, InfusionReading, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import { alarmsOf, isAmbiguous } from './alarms.ts';
import { DOSE_UNITS, FLOW_UNIT, OPERATIONS, POWER_SOURCES, SYRINGE_ML, SYRINGES } from './code-table.ts';
import { isMgPerMl } from './dilution.ts';
import type { OperatingStatus } from './messages.ts';
import type { AlarmByteOrder } from './settings.ts';

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

export function readingOf(
  deviceId: string,
  status: OperatingStatus,
  alarmByteOrder: AlarmByteOrder,
  { source, at }: Moment,
): InfusionReading {
  const alarms = alarmsOf(status.alarmBytes, alarmByteOrder);
  const state = stateOf(status, alarms);
  const doubts = doubtsOf(status, state, isAmbiguous(status.alarmBytes, alarmByteOrder));
  return {
    kind: 'infusion',
    source,
    at,
    channel: deviceId,
    softwareVersion: hex(status.softwareVersion, 4),
    pumpType: 'syringe',
    state,
    ...rateOf(status, state),
    rateSetMlPerHour: status.rateSetMlPerHour,
    volumeInfusedMl: status.deliveredMl,
    ...(typeof status.vtbiMl === 'number' && { vtbiMl: status.vtbiMl }),
    ...doseOf(status),
    ...(isWeight(status.weightKg) && { patientWeightKg: status.weightKg }),
    pressurePercent: status.occlusionPercent,
    ...syringeOf(status),
    ...(POWER_SOURCES[status.powerSource] !== undefined && {
      power: { isOnMains: POWER_SOURCES[status.powerSource] === 'mains' },
    }),
    alarms,
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}

/** The last word about a pump in whose place another one answers now. */
export const goneReading = (deviceId: string, { source, at }: Moment): InfusionReading => ({
  kind: 'infusion',
  source,
  at,
  channel: deviceId,
  pumpType: 'syringe',
  state: 'disconnected',
  alarms: [],
});

const hex = (code: number, digits: number): string => code.toString(16).toUpperCase().padStart(digits, '0');

const STATES: Readonly<Record<number, InfusionState>> = {
  1: 'infusing',
  2: 'standby',
  3: 'purging',
  4: 'bolus',
  5: 'bolus',
};
const STOP = 0;

/** A pump that stopped and calls is in `alarm`; when all it calls is that the infusion is over, that is `complete`. */
function stateOf({ operation }: OperatingStatus, alarms: readonly InfusionAlarm[]): InfusionState {
  if (operation !== STOP) return STATES[operation] ?? 'unknown';
  const calls = alarms.filter(({ stage }) => stage === 'alarm');
  if (calls.length === 0) return 'stopped';
  return calls.every(({ kind }) => kind === 'infusionComplete') ? 'complete' : 'alarm';
}

/** Only the set rate is sent. It flows when the pump says that it infuses; how fast a bolus or a purge is, nobody says. */
function rateOf({ rateSetMlPerHour }: OperatingStatus, state: InfusionState): Pick<InfusionReading, 'rateMlPerHour'> {
  switch (state) {
    case 'infusing':
      return { rateMlPerHour: rateSetMlPerHour };
    case 'stopped':
    case 'standby':
    case 'alarm':
    case 'complete':
      return { rateMlPerHour: 0 };
    default:
      return {};
  }
}

/** Whether the dose is the one that is set or the one that flows, the document does not say. */
function doseOf(status: OperatingStatus): Pick<InfusionReading, 'doseRate' | 'concentration'> {
  const { doseRate, doseUnit, dilution } = status;
  const unit = doseUnit === FLOW_UNIT ? undefined : DOSE_UNITS[doseUnit];
  return {
    ...(unit !== undefined && { doseRate: { value: doseRate, unit } }),
    ...(dilution !== 'off' && isMgPerMl(status) && { concentration: { value: dilution, unit: 'mg/mL' } }),
  };
}

const WEIGHT_KG = [0.25, 250] as const;

const isWeight = (kg: OperatingStatus['weightKg']): kg is number =>
  typeof kg === 'number' && kg >= WEIGHT_KG[0] && kg <= WEIGHT_KG[1];

function syringeOf({ syringe }: OperatingStatus): Pick<InfusionReading, 'syringe'> {
  const sizeMl = SYRINGE_ML[syringe];
  return sizeMl === undefined ? {} : { syringe: { sizeMl } };
}

function doubtsOf(status: OperatingStatus, state: InfusionState, isAlarmAmbiguous: boolean): readonly string[] {
  const { operation, doseUnit, dilution, weightKg, syringe, powerSource } = status;
  const isInfusing = state === 'infusing';
  const doubts: readonly (readonly [isSo: boolean, words: string])[] = [
    [OPERATIONS[operation] === undefined, `operating status ${hex(operation, 1)} is reserved in the document`],
    [isInfusing && status.rateSetMlPerHour === 0, 'the pump says it infuses, at rate 0'],
    [isInfusing && status.isPlungerOff, 'the pump says it infuses, and that its plunger is not set'],
    [isInfusing && SYRINGES[syringe] === SYRINGES[0], 'the pump says it infuses, and that it has no syringe'],
    [DOSE_UNITS[doseUnit] === undefined, `a dose rate in the unknown unit ${hex(doseUnit, 2)}`],
    [
      dilution !== 'off' && !isMgPerMl(status),
      `a dilution of ${String(dilution)}, in a unit that its dose does not prove`,
    ],
    [weightKg !== 'off' && !isWeight(weightKg), `a patient weight of ${weightKg} kg`],
    [SYRINGES[syringe] === undefined, `unknown syringe code ${hex(syringe, 2)}`],
    [POWER_SOURCES[powerSource] === undefined, `unknown power source ${powerSource}`],
    [isAlarmAmbiguous, 'the order of the alarm bytes is not confirmed: an alarm may be one of two'],
  ];
  return doubts.flatMap(([isSo, words]) => (isSo ? [words] : []));
}
