/**
 * What simulated MEDIBUS devices answer at an instant. Pure: the bedside goes in, the content of a response comes out.
 *
 * Each model answers the questions that its manual lists; the limits and the priorities of the alarms are ours.
 */
import {
  CODES,
  type Content,
  type Curve,
  type DeviceAlarmEntry,
  type Identity,
} from '$drivers/draeger-medibus/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

export const CO2_UNITS = ['mmHg', 'kPa', '%'] as const;
export type Co2Unit = (typeof CO2_UNITS)[number];

const AMBIENT_MMHG = 760;
/** Of one mmHg. */
const IN_UNIT: Readonly<Record<Co2Unit, number>> = { mmHg: 1, kPa: 1 / 7.500_62, '%': 100 / AMBIENT_MMHG };

export interface Model {
  readonly identity: Identity;
  readonly questions: readonly number[];
  readonly hasOximeter: boolean;
  /** Codes of end-tidal and inspired CO2 in each unit; undefined for a device without. */
  readonly co2: Readonly<Record<Co2Unit, readonly string[]>> | undefined;
  readonly rate: string;
  readonly curves: readonly Curve[];
}

const AIRWAY: Curve = { code: '00', intervalUs: 10_000, minimum: -10, maximum: 100, maxBin: 0x370 };
const PLETH: Curve = { code: '02', intervalUs: 10_000, minimum: -4, maximum: 4, maxBin: 0xfa0 };
const CO2: Curve = { code: '06', intervalUs: 10_000, minimum: -20, maximum: 100, maxBin: 0x460 };

const { measured, lowLimits, highLimits, alarms, dateTime, settings, texts, alarms2, curves, configureCurves } = CODES;
const VENTILATOR = [measured, lowLimits, highLimits, alarms, settings, texts, alarms2, curves, configureCurves];
const version = { software: '04.00', medibus: '04.00' };

export const MODELS = {
  'evita-4': {
    identity: { id: '8240', name: 'Evita 4', ...version },
    questions: VENTILATOR,
    hasOximeter: true,
    co2: { mmHg: ['E6'], kPa: ['E3'], '%': ['DB'] },
    rate: 'D6',
    curves: [AIRWAY, PLETH, CO2],
  },
  savina: {
    identity: { id: '8250', name: 'Savina', ...version },
    questions: [...VENTILATOR, dateTime],
    hasOximeter: false,
    co2: undefined,
    rate: 'D6',
    curves: [AIRWAY],
  },
  capnosat: {
    identity: { id: '8300', name: 'Capnosat', ...version },
    questions: [measured, lowLimits, highLimits, alarms, curves, configureCurves],
    hasOximeter: true,
    co2: { mmHg: ['E6', 'E5'], kPa: ['E3', 'FF'], '%': ['DB', 'DA'] },
    rate: 'D5',
    curves: [PLETH, CO2],
  },
} as const satisfies Record<string, Model>;

export const modelOf = (name: unknown): Model =>
  Object.entries(MODELS).find(([known]) => known === name)?.[1] ?? MODELS['evita-4'];

export interface Screen {
  readonly model: Model;
  readonly unit: Co2Unit;
  /** Of its own clock, ms since 1970. */
  readonly wallTime: number;
  readonly bedside: SimulatedBedside;
}

/** Undefined for what this model does not answer. */
export function answerOf(code: number, screen: Screen): Content | undefined {
  if (code === CODES.identify) return { type: 'identity', identity: screen.model.identity };
  if (!screen.model.questions.includes(code)) return undefined;
  switch (code) {
    case CODES.measured:
      return fields(measuredBy(screen));
    case CODES.lowLimits:
      return fields(LIMITS.map(({ code: limited, low }) => [limited, `${low}`]));
    case CODES.highLimits:
      return fields(LIMITS.map(({ code: limited, high }) => [limited, `${high}`]));
    case CODES.alarms:
      return { type: 'alarms', alarms: alarmsBy(screen) };
    case CODES.dateTime:
      return { type: 'time', time: screen.wallTime };
    case CODES.texts:
      return { type: 'texts', texts: [{ code: '20', text: 'Adults' }, ...unitText(screen)] };
    case CODES.curves:
      return { type: 'curves', curves: screen.model.curves };
    default:
      return { type: 'echo', text: '' };
  }
}

type Field = readonly [code: string, text: string];

/** Four characters; a number of three digits leaves the last one free, as in ` 98 `. */
const fields = (parameters: readonly Field[]): Content => ({
  type: 'values',
  values: parameters.map(([code, text]) => ({ code, text: text.padStart(3).padEnd(4), value: Number(text) })),
  unread: [],
});

function measuredBy({ model, unit, bedside }: Screen): readonly Field[] {
  const { spo2, heartRate, etco2, respiratoryRate } = bedside.physiology();
  const { isOximeterOn, isCapnographOn } = bedside.sensors();
  const gas = (mmHg: number): string => (mmHg * IN_UNIT[unit]).toFixed(unit === 'mmHg' ? 0 : 1);
  const oximetry: readonly Field[] = [
    ['EB', spo2.toFixed(0)],
    ['E1', heartRate.toFixed(0)],
  ];
  const codes = model.co2?.[unit] ?? [];
  const co2 = codes.map((code, isInspired): Field => [code, gas(isInspired ? 0 : etco2)]);
  const rate: readonly Field[] = [[model.rate, respiratoryRate.toFixed(0)]];
  const isRateThere = model.rate !== CO2_RATE || isCapnographOn;
  return [
    ['6B', '1013'],
    ...(model.hasOximeter && isOximeterOn ? oximetry : []),
    ...(isCapnographOn ? co2 : []),
    ...(isRateThere ? rate : []),
  ];
}

/** The rate of breathing that is counted in the CO2. */
const CO2_RATE = 'D5';

const LIMITS = [
  { code: 'EB', low: 90, high: 100, lowAlarm: '07', highAlarm: '22', name: 'SpO2' },
  { code: 'E1', low: 50, high: 120, lowAlarm: '02', highAlarm: '1E', name: 'PULSE' },
  { code: 'E6', low: 25, high: 50, lowAlarm: '27', highAlarm: '28', name: 'etCO2' },
] as const;
const WARNING = 28;
const ADVICE = 6;

function alarmsBy({ model, bedside }: Screen): readonly DeviceAlarmEntry[] {
  const { spo2, heartRate, etco2 } = bedside.physiology();
  const { isOximeterOn, isCapnographOn } = bedside.sensors();
  const isOximeterAway = model.hasOximeter && !isOximeterOn;
  const measuredNow: Readonly<Record<string, number | undefined>> = {
    EB: model.hasOximeter && isOximeterOn ? spo2 : undefined,
    E1: model.hasOximeter && isOximeterOn ? heartRate : undefined,
    E6: model.co2 && isCapnographOn ? etco2 : undefined,
  };
  const broken = LIMITS.flatMap(({ code, low, high, lowAlarm, highAlarm, name }) => {
    const value = measuredNow[code];
    if (value === undefined || (value >= low && value <= high)) return [];
    const [alarm, sign] = value < low ? [lowAlarm, '$&'] : [highAlarm, '"#'];
    return [{ priority: WARNING, code: alarm, phrase: `${name} ${sign}`.padEnd(12) }];
  });
  return [...broken, ...(isOximeterAway ? [{ priority: ADVICE, code: '35', phrase: 'SpO2 SENSOR ' }] : [])];
}

const UNIT_TEXTS: Readonly<Record<Co2Unit, string>> = { mmHg: '22', kPa: '23', '%': '24' };
const unitText = ({ model, unit }: Screen) => (model.co2 ? [{ code: UNIT_TEXTS[unit], text: unit }] : []);
