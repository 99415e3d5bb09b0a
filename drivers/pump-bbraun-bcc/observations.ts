/**
 * One pump's parameters → one {@link InfusionReading}. A field appears only when the pump sent a value for it in a unit that
 * we know; nothing is computed. What does not fit together, or is older than the block, is said in `doubt`.
 */
import type { DeviceId, InfusionNotice, InfusionReading, MonotonicMs, Quantity } from '$lib/domain/index.ts';
import { alarmsOf } from './alarms.ts';
import { deliveryOf, type FlowEvidence } from './delivery.ts';
import { given } from './given.ts';
import { modelOf } from './model.ts';
import { carriedNames, flagOf, numberOf, bitsOf, hasBit, textOf, type ParameterTable } from './parameters.ts';
import { unitOf } from './units.ts';

/** Everything about a pump that the reading is made of. `doubts`: what is known to be wrong with this block, in words. */
export interface PumpView {
  readonly source: DeviceId;
  readonly now: MonotonicMs;
  readonly channel: string;
  readonly place: string;
  readonly table: ParameterTable;
  readonly flow: FlowEvidence;
  readonly bolus?: InfusionReading['bolus'];
  readonly notices: readonly InfusionNotice[];
  readonly doubts: readonly string[];
}

/** The parameters that a reading is made of: the age of others is nobody's doubt. */
const USED: ReadonlySet<string> = new Set(
  (
    'INRT BASRT INVI INVTB VOLREMAIN INRMT INSOL INSOLSN INDCON INDCONU INDOCAL INDORT INDORTU DORT DORTU PATW INPATW ' +
    'INP2 INSYR INVOLACT DISPNAME INAKKU OPMODE DSSTATUS STATUS1 RUNSTATE ALARM1 ALARM2 PREALARM DGDSTATUS'
  ).split(' '),
);
const isUsed = (name: string): boolean => USED.has(name) || /^IN[AM]\d+$/.test(name);

/** A drop after a rise is an occlusion that was released: the counter does not say what then reached the patient. */
const PRESSURE_DROP = 'PREALARM.12';
const RELEASED = 'the pressure dropped: a line that was occluded may have given the patient what it held';

/** The counter stops here until somebody resets it on the pump. */
const MOST_COUNTED_ML = 9999.9;
const COUNTER_FULL = 'the volume counter of the pump is full and counts no further';
const isCounterFull = (table: ParameterTable): boolean => (numberOf(table, 'INVI') ?? 0) >= MOST_COUNTED_ML;

export function readingOf(view: PumpView): InfusionReading {
  const { table } = view;
  const alarms = alarmsOf(table);
  const { state, doubt } = deliveryOf(table, alarms, view.flow, view.now);
  const dose = doseRateOf(table);
  const concentration = concentrationOf(table);
  const weight = weightOf(table);
  const carried = carriedNames(table).filter(isUsed);
  const doubts = [
    ...view.doubts,
    ...[doubt, concentration.doubt, dose.doubt, weight.doubt].filter((text) => text !== undefined),
    ...(carried.length > 0 ? [`older than this answer: ${carried.join(', ')}`] : []),
    ...(alarms.some(({ code }) => code === PRESSURE_DROP) ? [RELEASED] : []),
    ...(isCounterFull(table) ? [COUNTER_FULL] : []),
  ];
  return {
    kind: 'infusion',
    source: view.source,
    at: view.now,
    channel: view.channel,
    place: view.place,
    ...modelOf(table, view.channel),
    state,
    ...given(modeOf(table), (mode) => ({ mode })),
    ...amountsOf(table, state),
    ...given(drugOf(table), (drugName) => ({ drugName })),
    ...given(concentration.value, (value) => ({ concentration: value })),
    ...given(dose.value, (value) => ({ doseRate: value, doseRateIs: dose.is })),
    ...given(weight.value, (patientWeightKg) => ({ patientWeightKg })),
    ...given(view.bolus, (bolus) => ({ bolus })),
    ...given(runningBolusOf(table, state), (runningBolusMl) => ({ runningBolusMl })),
    ...(view.notices.length > 0 && { notices: view.notices }),
    ...given(numberOf(table, 'INP2'), (pressurePercent) => ({ pressurePercent })),
    ...syringeOf(table),
    ...powerOf(table),
    alarms,
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}

const MODES: Readonly<Record<string, NonNullable<InfusionReading['mode']>>> = {
  '0': 'continuous',
  '1': 'ramp',
  '2': 'program',
  '4': 'pca',
  '5': 'tci',
  '7': 'intermittent',
};

/** Piggyback (3) has no word of its own among our modes and stays unsaid. */
function modeOf(table: ParameterTable): InfusionReading['mode'] {
  const text = textOf(table, 'OPMODE');
  return text !== undefined && Object.hasOwn(MODES, text) ? MODES[text] : undefined;
}

/** What a pump says of a bolus that does not run is not documented, and an old count of one that runs is none. */
function runningBolusOf(table: ParameterTable, state: InfusionReading['state']): number | undefined {
  return state === 'bolus' && table.get('BOVAL')?.age === 0 ? numberOf(table, 'BOVAL') : undefined;
}

function amountsOf(table: ParameterTable, state: InfusionReading['state']): Partial<InfusionReading> {
  const rate = numberOf(table, 'INRT');
  return {
    ...given(rate, (rateMlPerHour) => ({ rateMlPerHour })),
    ...given(numberOf(table, 'BASRT'), (rateSetMlPerHour) => ({ rateSetMlPerHour })),
    ...given(numberOf(table, 'INVI'), (volumeInfusedMl) => ({ volumeInfusedMl })),
    ...given(numberOf(table, 'INVTB'), (vtbiMl) => ({ vtbiMl })),
    ...given(numberOf(table, 'VOLREMAIN'), (volumeRemainingMl) => ({ volumeRemainingMl })),
    ...given(timeRemainingOf(table, rate, state), (timeRemainingS) => ({ timeRemainingS })),
  };
}

const NO_END_S = 65_535;

/** A pump that does not flow keeps an old time or shows 600000, and 65535 stands for no end at all. */
function timeRemainingOf(table: ParameterTable, rate: number | undefined, state: InfusionReading['state']) {
  const seconds = numberOf(table, 'INRMT');
  const isFlowing = rate === undefined ? state === 'infusing' : rate > 0;
  return seconds !== undefined && seconds < NO_END_S && isFlowing ? seconds : undefined;
}

/** Private-use characters are the pump's own signs; no table of them is public. */
export const showGlyphs = (text: string): string => text.replaceAll(/[\uE000-\uF8FF]/g, '□');

function drugOf(table: ParameterTable): string | undefined {
  const name = textOf(table, 'INSOL') ?? textOf(table, 'INSOLSN');
  return name ? showGlyphs(name) : undefined;
}

interface Judged<Value> {
  readonly value?: Value;
  readonly doubt?: string;
}

function quantityOf(table: ParameterTable, name: string, unitName: string): Judged<Quantity> {
  const value = numberOf(table, name);
  const code = textOf(table, unitName);
  if (value === undefined || code === undefined) return {};
  const unit = unitOf(code);
  return unit === undefined ? { doubt: `${name} in the unknown unit ${code}` } : { value: { value, unit } };
}

/** Zero means that none is set; the unit code then is a leftover. */
const concentrationOf = (table: ParameterTable): Judged<Quantity> =>
  numberOf(table, 'INDCON') === 0 ? {} : quantityOf(table, 'INDCON', 'INDCONU');

/** The dose that is being delivered where the pump tells it, else the one that is set, in dose mode only. */
function doseRateOf(table: ParameterTable): Judged<Quantity> & { readonly is: 'set' | 'actual' } {
  const actual = quantityOf(table, 'DORT', 'DORTU');
  if (actual.value || flagOf(table, 'INDOCAL') !== true) return { ...actual, is: 'actual' };
  const set = quantityOf(table, 'INDORT', 'INDORTU');
  return { ...actual, ...set, is: 'set' };
}

const WEIGHT_KG = [0.25, 250] as const;

function weightOf(table: ParameterTable): Judged<number> {
  const value = numberOf(table, 'PATW') ?? numberOf(table, 'INPATW');
  if (value === undefined || value === 0) return {};
  const [low, high] = WEIGHT_KG;
  return value >= low && value <= high ? { value } : { doubt: `a patient weight of ${value} kg` };
}

function syringeOf(table: ParameterTable): Pick<InfusionReading, 'syringe'> {
  const syringe = {
    ...given(numberOf(table, 'INSYR') || undefined, (sizeMl) => ({ sizeMl })),
    ...given(numberOf(table, 'INVOLACT'), (contentMl) => ({ contentMl })),
    ...given(textOf(table, 'DISPNAME') || undefined, (brand) => ({ brand: showGlyphs(brand) })),
  };
  return Object.keys(syringe).length > 0 ? { syringe } : {};
}

/** Battery minutes are left out on mains: 0 and 30 were seen there on healthy pumps. */
function powerOf(table: ParameterTable): Pick<InfusionReading, 'power'> {
  const status = bitsOf(table, 'STATUS1');
  const isOnMains = flagOf(table, 'INM8') ?? (status === undefined ? undefined : hasBit(status, 1));
  const power = {
    ...given(isOnMains, (value) => ({ isOnMains: value })),
    ...given(isOnMains ? undefined : numberOf(table, 'INAKKU'), (batteryMin) => ({ batteryMin })),
  };
  return Object.keys(power).length > 0 ? { power } : {};
}
