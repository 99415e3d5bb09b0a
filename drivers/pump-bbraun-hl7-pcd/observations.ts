/**
 * One pump's report → one {@link InfusionReading}. A field appears only when the pump sent a value for it in a unit that we know;
 * nothing is computed but seconds out of minutes. What does not fit together is said in `doubt`.
 */
import type {
  DeviceId,
  InfusionAlarm,
  InfusionReading,
  MonotonicMs,
  OtherNumerics,
  Quantity,
} from '$lib/domain/index.ts';
import { deliveryOf, wordOf, type Evidence } from './delivery.ts';
import { channelOf, nameOf } from './identity.ts';
import type { Identity, PumpReport, Row, Rows } from './messages.ts';
import { PUMP_TYPES, TERMS } from './terms.ts';

export interface PumpView {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  readonly who: Identity;
  readonly report: PumpReport;
  readonly alarms: readonly InfusionAlarm[];
  readonly evidence: Evidence;
  /** From a report about the device itself. */
  readonly power: InfusionReading['power'];
  readonly softwareVersion: string | undefined;
  readonly doubts: readonly string[];
}

/** A value that was sent, and why none of it is shown where it is not. */
interface Judged<Value> {
  readonly value?: Value;
  readonly doubt?: string;
}

const NUMBER = /^[+-]?\d{1,9}(\.\d{1,9})?$/;

/** In this unit, after conversion by `scale` from others. */
export function amountOf(
  rows: Rows,
  term: number,
  unit: string,
  scale: Readonly<Record<string, number>> = {},
): Judged<number> {
  const row = rows.get(term);
  if (!row) return {};
  const { value: number, doubt } = quantityOf(row);
  if (!number) return doubt === undefined ? {} : { doubt };
  if (number.unit === unit) return { value: number.value };
  const factor = Object.hasOwn(scale, number.unit) ? scale[number.unit] : undefined;
  return factor === undefined ? { doubt: `${row.name} in ${number.unit}` } : { value: number.value * factor };
}

function quantityOf({ name, value: [text = ''], unit, unitText }: Row): Judged<Quantity> {
  if (!NUMBER.test(text)) return { doubt: `${name} is no number: ${text.slice(0, 20)}` };
  if (unit === undefined) return { doubt: `${name} in an unknown unit${unitText && `: ${unitText}`}` };
  return { value: { value: Number(text), unit } };
}

/** What a unit must be like for the value to be what its term says. */
const KINDS = {
  concentration: /^[^/]+\/mL$/,
  doseRate: /^(?!mL)[^/]+(\/(kg|m2))?\/(min|h|d)$/,
  dose: /^(ng|ug|mg|g|mmol|meq|m?\[iU\])$/,
  any: /^/,
} as const;

function quantity(rows: Rows, term: number, kind: keyof typeof KINDS): Judged<Quantity> {
  const row = rows.get(term);
  if (!row) return {};
  const judged = quantityOf(row);
  if (!judged.value || KINDS[kind].test(judged.value.unit)) return judged;
  return { doubt: `${row.name} in ${judged.value.unit}` };
}

/** Of a report in the form that has a word for the rate that flows now: older ones have one rate, which then is it. */
function ratesOf(rows: Rows): { readonly now: Judged<number>; readonly set: Judged<number> } {
  const [now, set] = [amountOf(rows, TERMS.flowCurrent, 'mL/h'), amountOf(rows, TERMS.flowSet, 'mL/h')];
  const isOlder = !rows.has(TERMS.deliveryStatus) && !rows.has(TERMS.infusingStatus) && !rows.has(TERMS.flowCurrent);
  return isOlder ? { now: set, set: {} } : { now, set };
}

const MINUTE_S = { min: 60 } as const;

/** Fields that each come out of one or two rows, with what keeps a value from being shown. */
function fieldsOf(rows: Rows): { readonly fields: Partial<InfusionReading>; readonly doubts: readonly string[] } {
  const { now: rate, set } = ratesOf(rows);
  const mode = modeOf(rows);
  const total = volumeOf(rows);
  const segment = amountOf(rows, TERMS.volumeSegment, 'mL');
  const vtbi = amountOf(rows, TERMS.vtbi, 'mL');
  const remaining = amountOf(rows, TERMS.volumeRemaining, 'mL');
  const time = amountOf(rows, TERMS.timeRemaining, 's', MINUTE_S);
  const concentration = concentrationOf(rows);
  const dose = quantity(rows, TERMS.doseRate, 'doseRate');
  const doseGiven = quantity(rows, TERMS.doseTotal, 'dose');
  const weight = weightOf(rows);
  const syringe = syringeOf(rows);
  const judged = [
    rate,
    set,
    mode,
    total,
    segment,
    vtbi,
    remaining,
    time,
    concentration,
    dose,
    doseGiven,
    weight,
    syringe,
  ];
  return {
    fields: {
      ...given(mode.value, (value) => ({ mode: value })),
      ...given(rate.value, (rateMlPerHour) => ({ rateMlPerHour })),
      ...given(set.value, (rateSetMlPerHour) => ({ rateSetMlPerHour })),
      ...given(total.value, (volumeInfusedMl) => ({ volumeInfusedMl })),
      ...given(segment.value, (segmentVolumeMl) => ({ segmentVolumeMl })),
      ...given(vtbi.value, (vtbiMl) => ({ vtbiMl })),
      ...given(remaining.value, (volumeRemainingMl) => ({ volumeRemainingMl })),
      ...given(time.value, (timeRemainingS) => ({ timeRemainingS })),
      ...given(concentration.value, (value) => ({ concentration: value })),
      ...given(dose.value, (doseRate) => ({ doseRate })),
      ...given(doseGiven.value, (value) => ({ doseGiven: value })),
      ...given(weight.value, (patientWeightKg) => ({ patientWeightKg })),
      ...given(syringe.value, (value) => ({ syringe: value })),
    },
    doubts: judged.flatMap(({ doubt }) => doubt ?? []),
  };
}

export function readingOf({ source, at, who, report, alarms, evidence, ...view }: PumpView): InfusionReading {
  const { rows, doubled } = report;
  const { fields, doubts: ofFields } = fieldsOf(rows);
  const { state, doubt } = deliveryOf(rows, fields.rateMlPerHour, alarms, evidence);
  const twice = doubled.map((name) => `${name} came twice with different values; the first is shown`);
  const doubts = new Set([...view.doubts, ...(doubt === undefined ? [] : [doubt]), ...ofFields, ...twice]);
  return {
    kind: 'infusion',
    source,
    at,
    channel: channelOf(who),
    place: nameOf(who),
    ...given(textOf(rows, TERMS.model), (model) => ({ model })),
    ...given(textOf(rows, TERMS.firmware) ?? view.softwareVersion, (softwareVersion) => ({ softwareVersion })),
    pumpType: typeOf(rows),
    state,
    ...fields,
    ...given(drugOf(report), (drugName) => ({ drugName })),
    ...given(powerOf(rows) ?? view.power, (power) => ({ power })),
    alarms,
    ...(doubts.size > 0 && { doubt: [...doubts].join('; ') }),
  };
}

/** A pump of which nothing is heard any more: no value of it stands, its alarms have not been taken back. */
export const disconnectedReading = (
  source: DeviceId,
  at: MonotonicMs,
  who: Identity,
  alarms: readonly InfusionAlarm[],
  doubt: string,
): InfusionReading => ({
  kind: 'infusion',
  source,
  at,
  channel: channelOf(who),
  place: nameOf(who),
  state: 'disconnected',
  alarms,
  doubt,
});

/** A report that came too late to be shown, kept under its own name and time: what it says is history. */
export function historyOf(
  source: DeviceId,
  at: MonotonicMs,
  { who, time, rows }: PumpReport,
): readonly OtherNumerics[] {
  const values = HISTORY.flatMap(([name, term]) => {
    const { value } = quantity(rows, term, 'any');
    return value ? [[`historical ${nameOf(who)} ${name}`, value] as const] : [];
  });
  if (values.length === 0) return [];
  const known = { kind: 'other-numerics', source, at, values: Object.fromEntries(values) } as const;
  return [time === undefined ? known : { ...known, deviceTime: time }];
}

const HISTORY = [
  ['rate', TERMS.flowCurrent],
  ['set rate', TERMS.flowSet],
  ['volume infused', TERMS.volumeTotal],
  ['volume delivered', TERMS.volumeDelivered],
  ['dose rate', TERMS.doseRate],
] as const;

/** A field for a value that is there, nothing for one that is not. */
function given<Value, Fields extends object>(
  value: Value | undefined,
  fields: (value: Value) => Fields,
): Partial<Fields> {
  return value === undefined ? {} : fields(value);
}

export function textOf(rows: Rows, term: number): string | undefined {
  const [first = '', second = ''] = rows.get(term)?.value ?? [];
  return (first || second).slice(0, 80) || undefined;
}

function typeOf(rows: Rows): NonNullable<InfusionReading['pumpType']> {
  const types = new Set([...PUMP_TYPES].flatMap(([number, type]) => (rows.has(number) && type ? [type] : [])));
  const [type] = types;
  return types.size === 1 && type ? type : 'unknown';
}

/** The total counter; older pumps have another one. */
export const volumeOf = (rows: Rows): Judged<number> =>
  rows.has(TERMS.volumeTotal) ? amountOf(rows, TERMS.volumeTotal, 'mL') : amountOf(rows, TERMS.volumeDelivered, 'mL');

const MODES: ReadonlyMap<string, NonNullable<InfusionReading['mode']>> = new Map([
  ['pump-program-delivery-mode-continuous', 'continuous'],
  ['pump-mode-continuous', 'continuous'],
]);

function modeOf(rows: Rows): Judged<NonNullable<InfusionReading['mode']>> {
  const word = wordOf(rows, TERMS.deliveryMode) ?? wordOf(rows, TERMS.pumpMode);
  if (word === undefined) return {};
  const value = MODES.get(word);
  return value ? { value } : { doubt: `a mode unknown here: ${word.slice(0, 60)}` };
}

/** The pump's own name for the drug, else the order's. */
const drugOf = ({ rows, orderedDrug }: PumpReport): string | undefined =>
  textOf(rows, TERMS.drugLabel) ?? textOf(rows, TERMS.drugType) ?? orderedDrug;

/** Zero means that none is set. */
function concentrationOf(rows: Rows): Judged<Quantity> {
  const concentration = quantity(rows, TERMS.concentration, 'concentration');
  return concentration.value?.value === 0 ? {} : concentration;
}

const WEIGHT_KG = [0.25, 250] as const;

function weightOf(rows: Rows): Judged<number> {
  const weight = amountOf(rows, TERMS.weight, 'kg');
  if (weight.value === undefined || weight.value === 0) return weight.doubt === undefined ? {} : weight;
  const [low, high] = WEIGHT_KG;
  const isPlausible = weight.value >= low && weight.value <= high;
  return isPlausible ? weight : { doubt: `a patient weight of ${weight.value} kg` };
}

function syringeOf(rows: Rows): Judged<NonNullable<InfusionReading['syringe']>> {
  const [size, content] = [amountOf(rows, TERMS.syringeVolume, 'mL'), amountOf(rows, TERMS.syringeActual, 'mL')];
  const value = {
    ...given(size.value, (sizeMl) => ({ sizeMl })),
    ...given(content.value, (contentMl) => ({ contentMl })),
    ...given(textOf(rows, TERMS.syringeMaker), (brand) => ({ brand })),
  };
  const doubt = size.doubt ?? content.doubt;
  return { ...(Object.keys(value).length > 0 && { value }), ...(doubt !== undefined && { doubt }) };
}

/** `onMains(0)`, `onBattery(1)`. How long the battery lasts is told on battery only. */
export function powerOf(rows: Rows): InfusionReading['power'] {
  const word = wordOf(rows, TERMS.powerStatus);
  const isOnMains = word?.startsWith('onmains') ? true : word?.startsWith('onbattery') ? false : undefined;
  if (isOnMains === undefined) return undefined;
  const batteryMin = isOnMains ? undefined : amountOf(rows, TERMS.batteryTime, 'min').value;
  return { isOnMains, ...given(batteryMin, (minutes) => ({ batteryMin: minutes })) };
}
