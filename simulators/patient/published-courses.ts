/**
 * Concentrations and effects that were reckoned elsewhere from the published parameters, twice, by Runge–Kutta and by matrix
 * exponential, and ours beside them. ng/mL; minutes from the start of the infusion or from the first nasal device.
 */
import {
  concentrationCurve,
  effectCurve,
  nasalCurve,
  type Concentration,
  type Delivery,
  type EffectOptions,
  type ParameterSetId,
  type Spray,
} from '$lib/pharmacology/index.ts';
import type { Cell, Tolerance } from './comparison.ts';

const WEIGHT_KG = 70;
const USUAL_MIN = [5, 10, 20, 30, 40, 45, 50, 60, 80, 110, 120, 180, 230];

interface Course {
  readonly row: string;
  readonly given:
    | { readonly set: ParameterSetId; readonly weightKg?: number; readonly deliveries: readonly Delivery[] }
    | readonly Spray[];
  readonly of?: 'metabolite';
  readonly atMin: readonly number[];
  /** As printed. */
  readonly published: readonly string[];
}

const infusion = (totalMg: number, durationMin: number): Delivery[] => [
  { fromMin: 0, toMin: durationMin, mgPerMin: totalMg / durationMin },
];
const PAUSED: readonly Delivery[] = [
  { fromMin: 0, toMin: 20, mgPerMin: 35 / 40 },
  { fromMin: 25, toMin: 45, mgPerMin: 35 / 40 },
];
/** So many devices of 28 mg, five minutes apart. */
const devices = (count: number): Spray[] => Array.from({ length: count }, (_, i) => ({ atMin: 5 * i, mg: 28 }));

const words = (text: string): readonly string[] => text.split(' ');

const COURSES: readonly Course[] = [
  {
    row: 'Clements, 0.5 mg/kg over 40 min',
    given: { set: 'clements250', deliveries: infusion(35, 40) },
    atMin: USUAL_MIN,
    published: words('33.2 62.0 109.5 146.9 177.3 157.4 140.8 115.4 84.7 63.1 58.8 43.8 35.9'),
  },
  {
    row: 'Domino, 0.5 mg/kg over 40 min',
    given: { set: 'domino', deliveries: infusion(35, 40) },
    atMin: USUAL_MIN,
    published: words('155.3 181.8 209.6 226.5 240.3 91.4 71.1 55.1 45.8 38.1 35.8 24.9 18.4'),
  },
  {
    row: 'Otto, 35 mg over 40 min',
    given: { set: 'otto', deliveries: infusion(35, 40) },
    atMin: USUAL_MIN,
    published: words('30.3 56.1 98.0 130.9 158.0 139.8 125.2 103.8 78.8 59.5 55.1 36.6 26.7'),
  },
  {
    row: 'Otto, norketamine of it',
    given: { set: 'otto', deliveries: infusion(35, 40) },
    of: 'metabolite',
    atMin: USUAL_MIN,
    published: words('1.2 4.5 15.4 30.2 47.1 54.8 60.7 68.5 74.4 73.2 71.7 60.2 51.1'),
  },
  {
    row: 'Otto, 25 mg at 50 kg',
    given: { set: 'otto', weightKg: 50, deliveries: infusion(25, 40) },
    atMin: [10, 20, 30, 40, 60],
    published: words('53.7 90.8 118.6 141.0 86.0'),
  },
  {
    row: 'Otto, 50 mg at 100 kg',
    given: { set: 'otto', weightKg: 100, deliveries: infusion(50, 40) },
    atMin: [10, 20, 30, 40, 60],
    published: words('58.1 104.1 141.9 173.9 122.1'),
  },
  {
    row: 'Simons, 35 mg over 40 min',
    given: { set: 'simons', deliveries: infusion(35, 40) },
    atMin: USUAL_MIN,
    published: words('159.6 195.1 234.5 264.6 288.7 139.5 113.5 90.7 62.9 42.2 38.2 25.8 20.9'),
  },
  {
    row: 'Clements, paused from 20 to 25',
    given: { set: 'clements250', deliveries: PAUSED },
    atMin: [20, 25, 30, 45, 60],
    published: words('109.5 96.0 118.0 170.9 123.1'),
  },
  {
    row: 'Domino, paused from 20 to 25',
    given: { set: 'domino', deliveries: PAUSED },
    atMin: [20, 25, 30, 45, 60],
    published: words('209.6 63.3 200.0 237.7 59.8'),
  },
  {
    row: 'Clements, 35 mg over 100 min',
    given: { set: 'clements250', deliveries: infusion(35, 100) },
    atMin: [40, 60, 100, 130],
    published: words('70.9 90.0 117.3 74.7'),
  },
  {
    row: 'Domino, 35 mg over 100 min',
    given: { set: 'domino', deliveries: infusion(35, 100) },
    atMin: [40, 100, 110],
    published: words('96.1 122.1 52.8'),
  },
  {
    row: 'Perez-Ruixo, nasal 56 mg, devices at 0 and 5',
    given: devices(2),
    atMin: [40, 120],
    published: words('73 40'),
  },
  {
    row: 'Perez-Ruixo, nasal 84 mg, devices at 0, 5 and 10',
    given: devices(3),
    atMin: [44, 60, 90, 120],
    published: words('101 97 77 58'),
  },
  {
    row: 'Perez-Ruixo, intravenous 28 mg over 40 min',
    given: { set: 'perezRuixo', deliveries: infusion(28, 40) },
    atMin: [20, 40, 80],
    published: words('59 100 52'),
  },
];

const HALF_A_PERCENT: Tolerance = { kind: 'relative', by: 0.005 };

/** Concentrations of every set and route. */
export const concentrationCells = (): readonly Cell[] =>
  COURSES.flatMap((course) => {
    const points = pointsOf(course);
    return course.atMin.map((minute, i) => {
      const point = points[i];
      const found = course.of === 'metabolite' ? point?.metaboliteNgPerMl : point?.drugNgPerMl;
      return {
        row: course.row,
        column: `${minute} min`,
        unit: 'ng/mL',
        published: course.published[i] ?? '',
        tolerance: HALF_A_PERCENT,
        simulated: found ?? NaN,
      };
    });
  });

function pointsOf({ given, atMin }: Course): readonly Concentration[] {
  if (!('set' in given)) return nasalCurve(given, atMin);
  return concentrationCurve(given.set, given.weightKg ?? WEIGHT_KG, given.deliveries, atMin);
}

const EFFECT_MIN = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 100, 120];
const AS_FITTED: Tolerance = { kind: 'absolute', by: 0.02 };
const REFITTED: Tolerance = { kind: 'absolute', by: 0.06 };

const EFFECTS = [
  { doseMg: 35, durationMin: 40, published: words('.19 .45 .64 .78 .94 1.00 .77 .51 .32 .19 .04 -.03') },
  { doseMg: 70, durationMin: 40, published: words('.36 .81 1.11 1.30 1.47 1.51 1.20 .84 .57 .37 .13 .01') },
  { doseMg: 35, durationMin: 100, published: words('.08 .19 .28 .36 .45 .50 .52 .52 .52 .50 .47 .20') },
] as const;

const FITS: readonly { readonly label: string; readonly options: EffectOptions; readonly tolerance: Tolerance }[] = [
  { label: 'Clements', options: {}, tolerance: AS_FITTED },
  { label: 'Domino, refitted', options: { set: 'domino', shape: 'domino' }, tolerance: REFITTED },
];

/** The effect e of three orders; Domino's is our own fit to the same course. */
export const effectCells = (): readonly Cell[] =>
  FITS.flatMap(({ label, options, tolerance }) =>
    EFFECTS.flatMap(({ doseMg, durationMin, published }) => {
      const curve = effectCurve('ketamine', WEIGHT_KG, infusion(doseMg, durationMin), EFFECT_MIN, options);
      return EFFECT_MIN.map((minute, i) => ({
        row: `${label}, ${doseMg / WEIGHT_KG} mg/kg over ${durationMin} min`,
        column: `${minute} min`,
        unit: 'e',
        published: published[i] ?? '',
        tolerance,
        simulated: curve[i] ?? NaN,
      }));
    }),
  );
