/**
 * What the numbers of one answer say about the patient, in the station's words. The cuff is not here: its numbers mean
 * nothing without their history (`nibp.ts`).
 */
import type { OtherNumerics, Reading, VitalKey } from '$lib/domain/index.ts';
import { NUMERICS, PHYSIO, UNNAMED_METRIC } from './numerics-table.ts';
import { hasValue, isOddUnit, isValid, readingOf, type Trust } from './readings.ts';
import type { NumericObject, NumericValue } from './values.ts';

export type Values = Partial<Record<VitalKey, Reading>>;

/** One number, one place. */
const PLACES: readonly (readonly [VitalKey, number])[] = [
  ['heartRate', PHYSIO.heartRate],
  ['pulseRate', PHYSIO.plethPulse],
  ['abpPulseRate', PHYSIO.arterialPulse],
  ['spo2', PHYSIO.saturation],
  ['perfusionIndex', PHYSIO.perfusion],
  ['etco2', PHYSIO.endTidalCo2],
  ['fico2', PHYSIO.inspiredCo2],
  ['cvpMean', PHYSIO.cvpMean],
  ['bis', PHYSIO.bis],
  ['bisSignalQuality', PHYSIO.bisQuality],
];

const ABP_PLACES: readonly (readonly [VitalKey, number])[] = [
  ['abpSystolic', PHYSIO.abpSystolic],
  ['abpDiastolic', PHYSIO.abpDiastolic],
  ['abpMeanArterial', PHYSIO.abpMean],
];
const ART_PLACES: typeof ABP_PLACES = [
  ['abpSystolic', PHYSIO.artSystolic],
  ['abpDiastolic', PHYSIO.artDiastolic],
  ['abpMeanArterial', PHYSIO.artMean],
];

/** The station has two places for temperatures: the two sites that were seen first keep them. */
const TEMPERATURE_PLACES = ['temperature1', 'temperature2'] as const;

type Readings = ReadonlyMap<number, Reading>;

export function vitalsOf(
  objects: readonly NumericObject[],
  temperatures: readonly number[],
  trust: Trust,
): { readonly values: Values; readonly temperatures: readonly number[] } {
  const readings = readAll(objects, trust);
  const sites = [...readings.keys()].filter((id) => NUMERICS[id]?.quantity === 'temperature');
  const placed = [...new Set([...temperatures, ...sites])].slice(0, TEMPERATURE_PLACES.length);
  const pressures = ABP_PLACES.some(([, id]) => readings.has(id)) ? ABP_PLACES : ART_PLACES;
  const places: readonly (readonly [VitalKey, Reading | undefined])[] = [
    ...[...PLACES, ...pressures].map(([key, id]) => [key, readings.get(id)] as const),
    ...TEMPERATURE_PLACES.map((key, i) => [key, readings.get(placed[i] ?? NaN)] as const),
    ['respiratoryRate', readBreathing(readings)],
  ];
  const values: Values = {};
  for (const [key, reading] of places) if (reading) values[key] = reading;
  return { values, temperatures: placed };
}

/** By physio id. Where two objects give the same quantity, the first that has a number counts. */
function readAll(objects: readonly NumericObject[], trust: Trust): Readings {
  const readings = new Map<number, Reading>();
  for (const value of objects.flatMap(({ values }) => values)) {
    if (!hasValue(readings.get(value.physioId))) readings.set(value.physioId, readingOf(value, trust));
  }
  return readings;
}

/** Breaths counted in the airway where they are, else by impedance. */
function readBreathing(readings: Readings): Reading | undefined {
  const airway = readings.get(PHYSIO.airwayRate);
  const impedance = readings.get(PHYSIO.impedanceRate);
  return hasValue(airway) ? airway : (impedance ?? airway);
}

const CUFF_IDS = [PHYSIO.cuffSystolic, PHYSIO.cuffDiastolic, PHYSIO.cuffMean, PHYSIO.cuffPulse] as const;
const PLACED: ReadonlySet<number> = new Set([
  ...[...PLACES, ...ABP_PLACES, ...ART_PLACES].map(([, id]) => id),
  ...[PHYSIO.airwayRate, PHYSIO.impedanceRate, ...CUFF_IDS],
]);

/**
 * Valid numbers without a place here: those of the note by their names, the others by their raw number, all in the
 * monitor's own unit code.
 */
export function othersAmong(
  objects: readonly NumericObject[],
  temperatures: readonly number[],
  trust: Trust,
): OtherNumerics['values'] {
  const others: Record<string, { readonly value: number; readonly unit: string }> = {};
  for (const { handle, values } of objects) {
    for (const { physioId, state, unit, value } of values) {
      if (PLACED.has(physioId) || temperatures.includes(physioId)) continue;
      if (typeof value !== 'number' || !isValid(state, trust)) continue;
      others[nameOf(physioId, handle)] = { value, unit: `0x${hex(unit)}` };
    }
  }
  return others;
}

function nameOf(physioId: number, handle: number): string {
  if (physioId === UNNAMED_METRIC) return `0x${hex(physioId)} of object ${handle}`;
  return NUMERICS[physioId]?.name ?? `0x${hex(physioId)}`;
}

/** What stands in these objects and is not understood, in words for people; the monitor's own label where it gave one. */
export function strangersAmong(
  objects: readonly NumericObject[],
  labels: ReadonlyMap<number, string>,
): readonly string[] {
  return objects.flatMap(({ handle, values, isDamaged }) => {
    const label = labels.get(handle);
    const named = (what: string): string => (label === undefined ? what : `${what} "${label}"`);
    const damaged = isDamaged ? [named(`unreadable number ${hex(handle)}`)] : [];
    return [...damaged, ...values.flatMap((value) => strangenessOf(value)).map(named)];
  });
}

function strangenessOf(value: NumericValue): readonly string[] {
  const definition = NUMERICS[value.physioId];
  if (!definition || value.physioId === UNNAMED_METRIC) return [`number ${hex(value.physioId)}`];
  return isOddUnit(value) ? [`unit ${hex(value.unit)} of ${definition.name}`] : [];
}

export const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');
