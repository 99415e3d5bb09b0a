/**
 * Unit codes of INDCONU, INDORTU, DORTU, RTLIMUT and BOLVOLLIMUT, as UCUM. The table is closed: a code that is not in it, or
 * that names no unit of a quantity (hours and minutes, Unix time, body mass index, carbohydrates), gives no number.
 *
 * The families run over the same seven bases, and mg comes before µg: 23+i amount · 30+i per mL · 37+i per kg ·
 * 44+3i+t per time · 65+3i+t per kg and time, with i of the base and t of /min, /h, /day.
 */
const BASES = ['ng', 'mg', 'ug', 'g', 'mmol', 'meq', '[iU]'];
const TIMES = ['min', 'h', 'd'];

const families = BASES.flatMap((base, i): [number, string][] => [
  [23 + i, base],
  [30 + i, `${base}/mL`],
  [37 + i, `${base}/kg`],
  ...TIMES.flatMap((time, t): [number, string][] => [
    [44 + 3 * i + t, `${base}/${time}`],
    [65 + 3 * i + t, `${base}/kg/${time}`],
  ]),
]);

/** Plain, per minute, hour and day, each per square metre of body surface. */
const perSurface = (first: number, base: string): [number, string][] =>
  ['', '/min', '/h', '/d'].map((time, i) => [first + i, `${base}/m2${time}`]);

/** kIU and million IU share one order. */
const greatUnits = (first: number, base: string): [number, string][] =>
  ['', '/mL', '/kg', '/h', '/d', '/kg/h', '/kg/d'].map((per, i) => [first + i, `${base}${per}`]);

const MILLI_UNITS = [
  '',
  '/mL',
  '/kg',
  '/m2',
  '/min',
  '/h',
  '/d',
  '/kg/min',
  '/kg/h',
  '/kg/d',
  '/m2/min',
  '/m2/h',
  '/m2/d',
];

const UCUM: ReadonlyMap<number, string> = new Map<number, string>([
  [1, 'mL/h'],
  [2, 'mL'],
  [5, 'a'],
  [6, 'mm'],
  [7, 'nL'],
  [8, 'deg'],
  [9, 'N'],
  [10, 'mbar'],
  [11, 'mm2'],
  [12, 'mA'],
  [13, 'ms'],
  [15, '%'],
  [16, 'mV'],
  [17, 'Cel'],
  [18, 'mA.h'],
  [19, 'm'],
  [22, 'kg'],
  ...families,
  [86, 'mm[Hg]'],
  [87, 'kPa'],
  [88, '[lb_av]'],
  [89, 'mmol/L'],
  [90, 'mg/dL'],
  [94, 'h'],
  [95, 'cm'],
  [96, '[in_i]'],
  ...perSurface(97, 'ng'),
  ...perSurface(101, 'ug'),
  ...perSurface(105, 'mg'),
  ...perSurface(109, 'g'),
  ...perSurface(113, '[iU]'),
  ...MILLI_UNITS.map((per, i): [number, string] => [117 + i, `m[iU]${per}`]),
  ...greatUnits(130, 'k[iU]'),
  ...greatUnits(137, 'M[iU]'),
  ...perSurface(144, 'meq'),
  [148, 'kcal'],
  [149, 'kcal/kg'],
  [150, 'kcal/mL'],
  [151, 'kcal/d'],
  [152, 'kcal/kg/d'],
  [153, 'mL/kg'],
  [154, 'mL/mL'],
  [155, 'mL/kg/h'],
  [156, 'Mbit/s'],
]);

/** The UCUM unit of a code as it was sent. @returns undefined for a code that gives no number. */
export const unitOf = (code: string): string | undefined =>
  /^\d{1,3}$/.test(code) ? UCUM.get(Number(code)) : undefined;
