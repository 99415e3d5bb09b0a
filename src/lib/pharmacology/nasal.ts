/**
 * Nasal esketamine, device by device (Perez-Ruixo 2021): part of a device is taken up by the nose, the rest is swallowed and
 * reaches the blood through gut and liver, late and diminished.
 *
 *   device ─ 54 % (later devices × 0.62) ─▶ [4 nose] ─ 2.93/h ─▶ [0 blood]
 *          ╰ the rest, evenly over 0.53 h ─▶ [5 gut] ─ 1.45/h ─▶ 64 % [3 liver], 36 % lost
 */
import {
  advanceKinetics,
  concentration,
  meanRate,
  startKinetics,
  type CompartmentModel,
  type Concentration,
  type KineticState,
} from './compartments.ts';
import { MIN_PER_HOUR, PARAMETER_SETS } from './parameter-sets.ts';

/** One device, both its sprays. */
export interface Spray {
  readonly atMin: number;
  readonly mg: number;
}

const NOSE = 4;
const GUT = 5;
const LIVER = 3;
const FIRST_FRACTION = 0.54;
const LATER_FACTOR = 0.62;
const NOSE_PER_MIN = 2.93 / MIN_PER_HOUR;
const GUT_PER_MIN = 1.45 / MIN_PER_HOUR;
const GUT_FRACTION = 0.64;
const SWALLOWING_MIN = 0.53 * MIN_PER_HOUR;

/** The nose and the gut before a model of blood, tissues and liver; what is swallowed is its constant input. */
export const withNose = (body: CompartmentModel): CompartmentModel => ({
  ...body,
  size: body.size + 2,
  entry: GUT,
  flows: [
    ...body.flows,
    { from: NOSE, to: 0, perMin: NOSE_PER_MIN },
    { from: GUT, to: LIVER, perMin: GUT_FRACTION * GUT_PER_MIN },
    { from: GUT, perMin: (1 - GUT_FRACTION) * GUT_PER_MIN },
  ],
});

export interface NasalUptake {
  /** Instant by instant, what enters the nose, mg. */
  readonly nose: readonly Spray[];
  /** What is swallowed from `fromMin` to `toMin` (scenario or session minutes, as the devices), mg/min on average. */
  readonly swallowed: (fromMin: number, toMin: number) => number;
  /** Minutes at which something begins or ends. */
  readonly turns: readonly number[];
}

/** Devices in the order of time. */
export function nasalUptake(devices: readonly Spray[]): NasalUptake {
  const fraction = (index: number): number => FIRST_FRACTION * (index === 0 ? 1 : LATER_FACTOR);
  const nose = devices.map(({ atMin, mg }, i) => ({ atMin, mg: mg * fraction(i) }));
  const spans = devices.map(({ atMin, mg }, i) => ({
    fromMin: atMin,
    toMin: atMin + SWALLOWING_MIN,
    mgPerMin: (mg * (1 - fraction(i))) / SWALLOWING_MIN,
  }));
  return {
    nose,
    swallowed: (fromMin, toMin) => meanRate(spans, fromMin, toMin),
    turns: spans.flatMap((span) => [span.fromMin, span.toMin]),
  };
}

/** The state with this much more in the nose. */
export const sprayed = (state: KineticState, mg: number): KineticState => ({
  ...state,
  amountsMg: state.amountsMg.map((amount, compartment) => (compartment === NOSE ? amount + mg : amount)),
});

/** Predicted concentrations of esketamine, ng/mL, at the given minutes, in their order: a model estimate, not a measurement. */
export function nasalCurve(devices: readonly Spray[], atMin: readonly number[]): Concentration[] {
  const uptake = nasalUptake(devices);
  const found = new Map<number, Concentration>();
  const times = [...new Set([...uptake.turns, ...atMin])].sort((a, b) => a - b);
  let state = startKinetics(withNose(PARAMETER_SETS.perezRuixo.model(ANY_KG)), times[0] ?? 0);
  for (const time of times) {
    if (time > state.atMin) state = advanceKinetics(state, time, uptake.swallowed(state.atMin, time));
    for (const dose of uptake.nose) if (dose.atMin === time) state = sprayed(state, dose.mg);
    found.set(time, concentration(state));
  }
  return atMin.map((time) => found.get(time) ?? concentration(startKinetics(state.model)));
}

/** The set knows no influence of weight. */
const ANY_KG = 70;
