/**
 * What a simulated pump says of itself: parameter names and values as a ComDevice 3.30 or 3.36 sends them, with the habits
 * that were recorded from real pumps. Order and texts follow the protocol note's sample block.
 */
import { GRID_MS, type Pump } from '../pump.ts';
import type { RackSettings } from './settings.ts';

export type Parameter = readonly [name: string, value: string];

export const NO_VALUE = '_NV';

/** Unit codes of the document. */
const MG_PER_ML = '31';
const MG_PER_KG_H = '69';

const NO_END_S = 65_535;
const NEVER_S = 600_000;
/** A pump that infuses and still has standby minutes left over was recorded. */
const LEFTOVER_STANDBY_MIN = '1388';
const SPELL_NAMES: ReadonlySet<string> = new Set(['INSOL', 'INSOLSN', 'INVOLACT', 'INRMT', 'INVI', 'INP2']);
const GROUPED_NAMES: ReadonlySet<string> = new Set([
  'INRT',
  'BASRT',
  'INDCON',
  'INDCONU',
  'INDORT',
  'INDORTU',
  'DORT',
  'DORTU',
]);
const GROUPING_MS = 1000;

/** What changes when it is read: the caller decides whether this is such a read. */
export interface ReadOnce {
  readonly isFirst: boolean;
  readonly meanMlPerHour: number;
  readonly boluses: { readonly count: number; readonly volumeMl: number };
  readonly hasNewDisposable: boolean;
}

const bit = (is: boolean): string => (is ? '1' : '0');

/** All enabled parameters of a pump at `now`. */
export function parametersOf(pump: Pump, settings: RackSettings, now: number, once: ReadOnce): readonly Parameter[] {
  const all: readonly Parameter[] = [
    ['DSSTATUS', pump.isOn ? '00051' : '00050'],
    ...(settings.version === '3.36' ? [['GNMODEL', `${modelOf(pump)}\r`] as const] : []),
    ...(once.isFirst ? [['GNNEW', `${modelOf(pump)}\r`] as const] : []),
    ...flowOf(pump, once),
    ['DISPNAME', pump.make.kind === 'syringe' ? 'OPS 50' : 'Intrafix Space'],
    ['DISPCHG', bit(once.hasNewDisposable)],
    ...drugOf(pump),
    ['INP1', '4'],
    ['INP2', String(Math.round(pump.pressurePercent))],
    ['INNR', pump.make.number],
    ['INSERNUM', String(Number.parseInt(pump.make.number.slice(3), 16))],
    ['INAKKU', pump.make.kind === 'syringe' ? '0' : '30'],
    ['INBORT', pump.isBolus ? pump.rateMlPerHour.toFixed(2) : '0.00'],
    ['INBOVAL', once.boluses.volumeMl.toFixed(1)],
    ['INBOCNT', String(once.boluses.count)],
    ...(settings.version === '3.36' ? bitFieldsOf(pump, settings) : flagsOf(pump, settings)),
  ];
  const visible = settings.visible;
  return all
    .filter(([name]) => visible === undefined || name === 'DSSTATUS' || visible.includes(name))
    .map(([name, value]) => [name, isWithoutValue(name, pump, settings, now) ? NO_VALUE : value]);
}

const modelOf = ({ make }: Pump): string => (make.kind === 'syringe' ? '688N030004' : '686N030004');

function isWithoutValue(name: string, pump: Pump, { noValue, isGrouping }: RackSettings, now: number): boolean {
  const { everyMs, forMs } = noValue;
  if (SPELL_NAMES.has(name) && now % everyMs >= everyMs - forMs) return true;
  return isGrouping && GROUPED_NAMES.has(name) && now - pump.changedAtMs < GROUPING_MS;
}

function flowOf(pump: Pump, { meanMlPerHour }: ReadOnce): readonly Parameter[] {
  const { make, order } = pump;
  const syringe: readonly Parameter[] = [
    ['INSYR', '50'],
    ['INVOLACT', pump.contentMl.toFixed(2)],
  ];
  return [
    ['INRT', pump.rateMlPerHour.toFixed(2)],
    ['INAVRT', meanMlPerHour.toFixed(2)],
    ['INVTB', order.vtbiMl.toFixed(2)],
    ...(make.kind === 'syringe' ? syringe : []),
    ['INRMT', String(remainingS(pump))],
    ['INVI', pump.shownVolumeMl.toFixed(2)],
    ['INTIME', String(Math.floor(pump.runningMs / 60_000))],
    ['INSTBY', make.kind === 'syringe' ? '0' : LEFTOVER_STANDBY_MIN],
  ];
}

/** Whole minutes, rounded up. */
function remainingS({ order, rateMlPerHour, remainingMl }: Pump): number {
  if (order.vtbiMl <= 0) return NO_END_S;
  if (rateMlPerHour === 0) return NEVER_S;
  const minutes = Math.ceil((remainingMl / rateMlPerHour) * 60 - GRID_MS / 60_000);
  return Math.min(NO_END_S, minutes * 60);
}

/** Long name with whatever commas it has; short name with the pump's own hand sign. A carrier has a leftover unit code. */
function drugOf({ order }: Pump): readonly Parameter[] {
  const names: readonly Parameter[] = [
    ['INSOL', order.drugName.slice(0, 25)],
    ['INSOLSN', `${order.drugName.slice(0, 7)}\u{E01F}`],
  ];
  if (order.concentrationMgPerMl <= 0) {
    return [...names, ['INDOCAL', '0'], ['INDCON', '0.000'], ['INDCONU', MG_PER_ML]];
  }
  return [
    ...names,
    ['INDOCAL', '1'],
    ['INDCON', order.concentrationMgPerMl.toFixed(3)],
    ['INDCONU', MG_PER_ML],
    ['INDORT', dose(order.rateMlPerHour, order)],
    ['INDORTU', MG_PER_KG_H],
  ];
}

const dose = (mlPerHour: number, { concentrationMgPerMl, weightKg }: Pump['order']): string =>
  ((mlPerHour * concentrationMgPerMl) / weightKg).toFixed(3);

const isCalling = ({ run, isCallingAir }: Pump): boolean =>
  run === 'blocked' || run === 'complete' || run === 'empty' || isCallingAir;

/** A pump in alarm is not ready; one that has taken its alarm back is. */
const isReady = (pump: Pump): boolean => pump.run === 'stopped' || pump.run === 'air';

/** The pump's rate against the soft limits: below the low one, above the high one. */
function isBeyond(
  { order }: Pump,
  { softLimits: { low, high } }: RackSettings,
): readonly [low: boolean, high: boolean] {
  return [low !== undefined && order.rateMlPerHour < low, high !== undefined && order.rateMlPerHour > high];
}

/** 1 and 3: beyond · 2, 4, 5: within the only limit, or within both · 6: none is defined. */
function doseGuardOf(pump: Pump, settings: RackSettings): readonly Parameter[] {
  const { low, high } = settings.softLimits;
  const [isLow, isHigh] = isBeyond(pump, settings);
  const within = low === undefined ? (high === undefined ? 6 : 2) : high === undefined ? 4 : 5;
  return [
    ['DGDSTATUS', String(isLow ? 1 : isHigh ? 3 : within)],
    ['DGDALERTSLL', bit(isLow)],
    ['DGDALERTSLH', bit(isHigh)],
    ['DGDALERTHLH', '0'],
  ];
}

function flagsOf(pump: Pump, settings: RackSettings): readonly Parameter[] {
  const [isLow, isHigh] = isBeyond(pump, settings);
  return [
    ['INM1', bit(isReady(pump))],
    ['INM2', bit(pump.isBolus)],
    ['INM3', bit(pump.rateMlPerHour > 0)],
    ['INM6', '0'],
    ['INM8', bit(pump.isOnMains)],
    ['INM10', bit(pump.run === 'kvo')],
    ['INM12', bit(isLow)],
    ['INM13', bit(isHigh)],
    ['INA2', bit(pump.run === 'empty')],
    ['INA3', bit(pump.run === 'blocked')],
    ['INA7', bit(pump.run === 'complete')],
    ['INA12', bit(pump.isNearEmpty)],
    ['INA13', NO_VALUE],
    ['INA15', bit(pump.isCallingAir)],
  ];
}

const isWarning = (pump: Pump): boolean =>
  pump.isNearEnd || pump.isPressureRising || pump.hasPressureDropped || pump.run === 'kvo';

function bitFieldsOf(pump: Pump, settings: RackSettings): readonly Parameter[] {
  const { order } = pump;
  const field = (name: string, bits: Bits): Parameter => [name, bitsText(bits, settings.bitText)];
  const dosed: readonly Parameter[] = [
    ['DORT', dose(pump.rateMlPerHour, order)],
    ['DORTU', MG_PER_KG_H],
  ];
  return [
    ['BASRT', order.rateMlPerHour.toFixed(2)],
    ['VOLREMAIN', order.vtbiMl > 0 ? pump.remainingMl.toFixed(2) : NO_VALUE],
    ...(order.concentrationMgPerMl > 0 ? dosed : []),
    ['BOVAL', pump.runningBolusMl.toFixed(2)],
    ['BOCNT', String(pump.boluses.count % 256)],
    ['PATW', order.weightKg.toFixed(1)],
    ['OPMODE', '0'],
    ...doseGuardOf(pump, settings),
    field('RUNSTATE', runStateOf(pump)),
    field('STATUS1', statusOf(pump)),
    field('ALARM1', alarmsOf(pump)),
    field('ALARM2', { 0: true }),
    field('PREALARM', warningsOf(pump)),
  ];
}

/** Bit number → whether it is set. */
type Bits = Readonly<Record<number, boolean>>;

function bitsText(bits: Bits, style: RackSettings['bitText']): string {
  const value = Object.entries(bits).reduce((sum, [bit, isSet]) => sum + (isSet ? 2 ** Number(bit) : 0), 0);
  return style === 'hex' ? `0x${value.toString(16).padStart(8, '0')}` : String(value);
}

const runStateOf = (pump: Pump): Bits => ({
  0: isReady(pump),
  1: pump.run === 'running',
  2: isCalling(pump),
  3: pump.run === 'kvo',
  5: isWarning(pump),
});

function statusOf(pump: Pump): Bits {
  const isRunning = pump.run === 'running';
  const isDosed = pump.order.concentrationMgPerMl > 0;
  const always: Bits = { 0: pump.isOn, 1: pump.isOnMains, 23: true };
  const running: Bits = { 7: isRunning, 8: isRunning, 9: isRunning, 10: pump.isBolus };
  return { ...always, ...running, 6: isReady(pump), 13: pump.run === 'kvo', 15: isDosed };
}

const alarmsOf = (pump: Pump): Bits => ({
  0: !isCalling(pump),
  9: pump.run === 'empty',
  10: pump.run === 'blocked',
  13: pump.run === 'complete',
  29: pump.isCallingAir,
});

const warningsOf = (pump: Pump): Bits => ({
  0: !isWarning(pump),
  2: pump.isNearEnd,
  5: pump.run === 'kvo',
  10: pump.isPressureRising,
  12: pump.hasPressureDropped,
});

const TRIGGERS: ReadonlySet<string> = new Set(
  (
    'GNNEW GNMODEL INRT BASRT INSOL INDORT DORT PATW INBOCNT INBOVAL BOCNT OPMODE RUNSTATE STATUS1 ALARM1 ALARM2 PREALARM ' +
    'DISPCHG DGDSTATUS DGDALERTSLL DGDALERTSLH DGDALERTHLH ' +
    'INM2 INM3 INM6 INM7 INM10 INM12 INM13 INM14 INA1 INA2 INA3 INA5 INA6 INA7 INA8 INA9 INA11 INA12 INA14 INA15 INA16'
  ).split(' '),
);

/** The values whose change a ComDevice in cyclic mode reports at once. */
export const triggersOf = (parameters: readonly Parameter[]): string =>
  parameters.filter(([name]) => TRIGGERS.has(name)).join('\n');
