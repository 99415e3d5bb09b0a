/**
 * Drug in the body as amounts in compartments with first-order exchange, so that a screen and a simulated patient can say
 * what concentration an infusion gives. A calculation from a published average patient, never a measurement.
 *
 *            infusion, mg/min
 *                  ▼
 *   [2] ⇄ k12 ─ [0 blood] ─ k13 ⇄ [3]          every arrow moves k · amount, 1/min · mg
 *                  ▼ k10                        concentration = amount / volume of compartment 0
 *               out, or on to the metabolite
 *
 * While the infusion rate stands still the equations are linear with constant input, so one step of any length is exact:
 * the matrix exponential of the flows, with the infusion as one more column. There is no step size to choose wrongly.
 */

/** A first-order movement out of one compartment; without `to` it leaves the body. */
export interface Flow {
  readonly from: number;
  readonly to?: number;
  readonly perMin: number;
}

/** Compartment 0 is the blood that is sampled. */
export interface CompartmentModel {
  readonly size: number;
  /** Where the constant input arrives; absent: in the blood. */
  readonly entry?: number;
  readonly flows: readonly Flow[];
  readonly volumeL: number;
  /** Norketamine, where the set knows it; its amount is carried in mg of the parent drug. */
  readonly metabolite?: { readonly compartment: number; readonly volumeL: number };
}

/** Infusion at a constant rate over a span of time; spans may overlap and then add up. */
export interface Delivery {
  readonly fromMin: number;
  readonly toMin: number;
  readonly mgPerMin: number;
}

/** ng/mL, of drug base. No metabolite where the parameter set has none. */
export interface Concentration {
  readonly drugNgPerMl: number;
  readonly metaboliteNgPerMl?: number;
}

/** Where a patient stands at one moment: the amounts, mg, in every compartment of the model. */
export interface KineticState {
  readonly model: CompartmentModel;
  readonly atMin: number;
  readonly amountsMg: readonly number[];
}

const NG_PER_ML_PER_MG_PER_L = 1000;

export const startKinetics = (model: CompartmentModel, atMin = 0): KineticState => ({
  model,
  atMin,
  amountsMg: Array.from({ length: model.size }, () => 0),
});

/** Moves a state on by a fixed time at a constant infusion rate, mg/min. */
export type KineticStep = (state: KineticState, mgPerMin: number) => KineticState;

/** A step of fixed length, worked out once: for a clock that always moves on by the same. */
export function kineticStep(model: CompartmentModel, minutes: number): KineticStep {
  const transition = exponential(flowMatrix(model, minutes));
  const { size } = model;
  return ({ atMin, amountsMg: before }, mgPerMin) => {
    const amountsMg: number[] = [];
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let column = 0; column < size; column++) sum += at(transition, row, column) * (before[column] ?? 0);
      amountsMg.push(sum + at(transition, row, size) * mgPerMin);
    }
    return { model, atMin: atMin + minutes, amountsMg };
  };
}

/** The state at `toMin` after infusing at a constant `mgPerMin` since the state's own time. A time in the past gives the state itself. */
export function advanceKinetics(state: KineticState, toMin: number, mgPerMin: number): KineticState {
  const minutes = toMin - state.atMin;
  return minutes > 0 ? { ...kineticStep(state.model, minutes)(state, mgPerMin), atMin: toMin } : state;
}

export function concentration({ model, amountsMg }: KineticState): Concentration {
  const inVolume = (compartment: number, volumeL: number): number =>
    ((amountsMg[compartment] ?? 0) / volumeL) * NG_PER_ML_PER_MG_PER_L;
  const drugNgPerMl = inVolume(0, model.volumeL);
  if (model.metabolite === undefined) return { drugNgPerMl };
  return { drugNgPerMl, metaboliteNgPerMl: inVolume(model.metabolite.compartment, model.metabolite.volumeL) };
}

/** Infusion rate, mg/min, averaged over a span: exact inside a span of constant rate. */
export function meanRate(deliveries: readonly Delivery[], fromMin: number, toMin: number): number {
  const mg = deliveries.reduce((sum, delivery) => {
    const overlap = Math.min(toMin, delivery.toMin) - Math.max(fromMin, delivery.fromMin);
    return overlap > 0 ? sum + overlap * delivery.mgPerMin : sum;
  }, 0);
  return mg / (toMin - fromMin);
}

/**
 * Concentrations at the given times, in their order, ng/mL, in a patient who had none of the drug before the first delivery.
 */
export function concentrationsAfter(
  model: CompartmentModel,
  deliveries: readonly Delivery[],
  atMin: readonly number[],
): Concentration[] {
  const turns = deliveries.flatMap(({ fromMin, toMin }) => [fromMin, toMin]);
  const times = [...new Set([...turns, ...atMin])].sort((a, b) => a - b);
  const found = new Map<number, Concentration>();
  let state = startKinetics(model, times[0] ?? 0);
  for (const time of times) {
    if (time > state.atMin) state = advanceKinetics(state, time, meanRate(deliveries, state.atMin, time));
    found.set(time, concentration(state));
  }
  return atMin.map((time) => found.get(time) ?? concentration(startKinetics(model)));
}

/** Square matrix, row after row. */
interface Matrix {
  readonly size: number;
  readonly cells: Float64Array;
}

const at = (matrix: Matrix, row: number, column: number): number => matrix.cells[row * matrix.size + column] ?? 0;

/** The flows over `minutes`, and in a last column what 1 mg/min of infusion brings. */
function flowMatrix(model: CompartmentModel, minutes: number): Matrix {
  const size = model.size + 1;
  const cells = new Float64Array(size * size);
  const add = (row: number, column: number, value: number): void => {
    cells[row * size + column] = (cells[row * size + column] ?? 0) + value * minutes;
  };
  for (const { from, to, perMin } of model.flows) {
    add(from, from, -perMin);
    if (to !== undefined) add(to, from, perMin);
  }
  add(model.entry ?? 0, size - 1, 1);
  return { size, cells };
}

/** Terms of the series: with a norm of at most 1/2 the first one left out is below 1e-16. */
const SERIES_TERMS = 13;

/** Matrix exponential by scaling and squaring of the power series. */
function exponential(matrix: Matrix): Matrix {
  const norm = Math.max(...rowSums(matrix));
  const halvings = norm > 0.5 ? Math.ceil(Math.log2(norm / 0.5)) : 0;
  const scaled = { size: matrix.size, cells: matrix.cells.map((cell) => cell / 2 ** halvings) };
  let sum = identity(matrix.size);
  for (let term = SERIES_TERMS; term >= 1; term--) sum = onePlus(product(scaled, sum), 1 / term);
  for (let i = 0; i < halvings; i++) sum = product(sum, sum);
  return sum;
}

const rowSums = ({ size, cells }: Matrix): number[] =>
  Array.from({ length: size }, (_, row) =>
    cells.subarray(row * size, (row + 1) * size).reduce((sum, cell) => sum + Math.abs(cell), 0),
  );

const identity = (size: number): Matrix => onePlus({ size, cells: new Float64Array(size * size) }, 0);

/** 1 + factor · matrix. */
function onePlus({ size, cells }: Matrix, factor: number): Matrix {
  return { size, cells: cells.map((cell, i) => cell * factor + (i % (size + 1) === 0 ? 1 : 0)) };
}

function product(left: Matrix, right: Matrix): Matrix {
  const { size } = left;
  const cells = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += at(left, row, k) * at(right, k, column);
      cells[row * size + column] = sum;
    }
  return { size, cells };
}
