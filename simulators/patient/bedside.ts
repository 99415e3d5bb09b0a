/**
 * The simulated bedside: a fold over whole seconds of the pure parts in this folder.
 *
 *   each second: drug in the line ─▶ blood ─▶ effect ─▶ circulation ─▶ sensing ─▶ cuff
 *   when asked:  the breaths and beats of the seconds that have passed ─▶ samples
 *
 * Samples are read from the recorded breaths and beats, so nothing depends on how often anybody looks. Two inputs come from
 * outside: the time, and what the pump reports. Until a pump reports for the first time the drug is taken as delivered the
 * way the staff ordered it, so that a monitor simulated alone still shows the scenario's course.
 */
import { SECOND_MS, type WaveformKey } from '$lib/domain/index.ts';
import { kineticFactors } from '$lib/pharmacology/index.ts';
import { readScenario, type ScenarioReading } from '$simulators/scenarios/at-instant.ts';
import type { Scenario } from '$simulators/scenarios/scenario.ts';
import { artefactsAt } from './artefacts.ts';
import { normal, STREAM } from './chance.ts';
import { physiologyAt } from './circulation.ts';
import { inflatedForS, RESTING_CUFF, showCuff, stepCuff, type CuffState } from './cuff.ts';
import { bloodOf, drugCourse, type DrugCourse, type DrugState } from './drug.ts';
import { modified } from './modifiers.ts';
import { drawResponse, type PatientResponse } from './response.ts';
import { sensed } from './sensing.ts';
import { REMEMBERED_MS, Signals, type Noted } from './signals.ts';
import type { Cuff, Line, Physiology, PumpOrder, Sensors, SimulatedPatient, Truth } from './simulated-bedside.ts';
import { samplerOf, type SignalSource } from './waves.ts';

/** A bedside at minute 0 of a scenario. The same scenario, seed and pump give the same patient. */
export const createBedside = (scenario: Scenario, seed: number): SimulatedPatient => new Bedside(scenario, seed);

interface Pump {
  readonly mgPerMin: number;
  readonly sinceMs: number;
  /** Pushed since the last whole second, before `sinceMs`. */
  readonly pushedMg: number;
}

class Bedside implements SimulatedPatient {
  readonly #scenario: Scenario;
  readonly #seed: number;
  readonly #reading: ScenarioReading;
  readonly #response: PatientResponse;
  readonly #course: DrugCourse;
  readonly #signals: Signals;
  readonly #source: SignalSource;
  readonly #isMoving: (simMs: number) => boolean;
  readonly #isPerfusionLow: (simMs: number) => boolean;
  #nowMs = 0;
  #second = 0;
  #drug: DrugState;
  #cuff: CuffState = RESTING_CUFF;
  #pump: Pump | undefined;
  #assumedMl = 0;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#reading = readScenario(scenario);
    this.#isMoving = this.#reading.disturbed('movement');
    this.#isPerfusionLow = this.#reading.disturbed('low-perfusion');
    this.#response = responseOf(scenario, seed);
    this.#course = courseOf(scenario, seed, this.#response);
    this.#drug = this.#course.start;
    this.#signals = new Signals({
      seed,
      variability: scenario.variability,
      restingPulsePressure: this.#response.resting.systolic - this.#response.resting.diastolic,
      physiologyAt: (simMs, noted) => this.#sensedAt(simMs, noted),
    });
    this.#source = {
      seed,
      variability: scenario.variability,
      hasArterialLine: scenario.hasArterialLine === true,
      breaths: this.#signals.breaths,
      beats: this.#signals.beats,
      isEcgOff: this.#reading.disturbed('ecg-off'),
      isOximeterOff: this.#reading.disturbed('oximeter-off'),
      isCapnographOff: this.#reading.disturbed('capnograph-off'),
      isMoving: this.#isMoving,
      arterialLineAt: (simMs) => this.#reading.arterialLineAt(simMs),
    };
    this.#signals.note(this.#noted());
  }

  advanceTo(simMs: number): void {
    while ((this.#second + 1) * SECOND_MS <= simMs) this.#step();
    this.#nowMs = Math.max(this.#nowMs, simMs);
  }

  physiology(): Physiology {
    return this.#sensedAt(this.#nowMs, this.#noted());
  }

  sensors(): Sensors {
    return this.#reading.sensorsAt(this.#nowMs);
  }

  cuff(): Cuff {
    return showCuff(this.#cuff, this.#scenario.cuff, this.#nowMs);
  }

  line(): Line {
    return this.#reading.lineAt(this.#nowMs);
  }

  order(): PumpOrder {
    return this.#reading.orderAt(this.#nowMs);
  }

  truth(): Truth {
    const effect = this.#course.effectOf(this.#drug);
    return {
      physiology: this.#truthAt(this.#nowMs, effect),
      effect,
      concentrationNgPerMl: bloodOf(this.#drug),
      artefacts: artefactsAt(this.#reading, this.#nowMs, {
        isArmSqueezed: this.#noted().armInflatedForS !== undefined,
        hasCuffFailed: this.#cuff.is === 'failed',
      }),
    };
  }

  /** @throws RangeError for samples that lie in the future: a device that reads ahead is wrong. */
  samples(waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array {
    const values = new Float64Array(count).fill(NaN);
    const timeOf = (index: number): number => (index * SECOND_MS) / rateHz;
    if (count > 0 && timeOf(first + count - 1) > this.#nowMs)
      throw new RangeError(`${waveform} sample ${first + count - 1} at ${rateHz} Hz lies after ${this.#nowMs} ms`);
    this.#signals.catchUp();
    const sampler = samplerOf(waveform, this.#source);
    if (!sampler) return values;
    const oldestMs = Math.max(0, this.#nowMs - REMEMBERED_MS);
    for (let i = 0; i < count; i++) {
      const tMs = timeOf(first + i);
      if (tMs >= oldestMs) values[i] = sampler(tMs, first + i);
    }
    return values;
  }

  /** @throws RangeError when the pump reports something that is no rate. */
  deliver(mgPerMin: number): void {
    if (!Number.isFinite(mgPerMin) || mgPerMin < 0) throw new RangeError(`The pump reports ${mgPerMin} mg/min`);
    if (this.#pump?.mgPerMin === mgPerMin) return;
    this.#pump = { mgPerMin, sinceMs: this.#nowMs, pushedMg: this.#pump ? pushedBy(this.#pump, this.#nowMs) : 0 };
  }

  #step(): void {
    const occluded = this.#reading.lineAt(this.#second * SECOND_MS).isOccluded;
    const pushedMg = this.#takePushed();
    this.#second += 1;
    this.#nowMs = this.#second * SECOND_MS;
    this.#drug = this.#course.step(this.#drug, pushedMg, occluded);
    this.#cuff = stepCuff(this.#cuff, this.#scenario.cuff, this.#seed, {
      second: this.#second,
      isCuffOn: () => this.sensors().isCuffOn,
      physiology: () => this.#truthAt(this.#nowMs, this.#course.effectOf(this.#drug)),
    });
    this.#signals.note(this.#noted());
  }

  #noted(): Noted {
    return {
      effect: this.#course.effectOf(this.#drug),
      armInflatedForS: this.#scenario.cuff.isOnOximeterArm ? inflatedForS(this.#cuff, this.#second) : undefined,
    };
  }

  /** What the pump pushed into the line during the second that now ends, mg. */
  #takePushed(): number {
    const endMs = (this.#second + 1) * SECOND_MS;
    if (!this.#pump) return this.#assumePushed();
    const pushedMg = pushedBy(this.#pump, endMs);
    this.#pump = { mgPerMin: this.#pump.mgPerMin, sinceMs: endMs, pushedMg: 0 };
    return pushedMg;
  }

  /** As ordered, by a pump that stops at once at an occlusion and at its volume to be infused. */
  #assumePushed(): number {
    const order = this.#reading.orderAt(this.#second * SECOND_MS);
    if (!order.isStarted || this.#reading.lineAt(this.#second * SECOND_MS).isOccluded) return 0;
    const ml = Math.min(order.rateMlPerHour / 3600, order.vtbiMl - this.#assumedMl);
    this.#assumedMl += ml;
    return ml * order.concentrationMgPerMl;
  }

  #truthAt(simMs: number, effect: number): Physiology {
    return physiologyAt({
      seed: this.#seed,
      response: this.#response,
      variability: this.#scenario.variability,
      simMs,
      effect,
      episodes: this.#reading.episodesAt(simMs),
      pulls: this.#reading.pullsAt(simMs),
    });
  }

  #sensedAt(simMs: number, { effect, armInflatedForS }: Noted): Physiology {
    return sensed(this.#truthAt(simMs, effect), {
      seed: this.#seed,
      simMs,
      variability: this.#scenario.variability,
      armInflatedForS,
      isMoving: this.#isMoving(simMs),
      isPerfusionLow: this.#isPerfusionLow(simMs),
    });
  }
}

function responseOf({ response, modifiers = [] }: Scenario, seed: number): PatientResponse {
  return modified(typeof response === 'string' ? drawResponse(response, seed) : response, modifiers);
}

function courseOf({ drug, plan, kinetics, sprays }: Scenario, seed: number, { shape }: PatientResponse): DrugCourse {
  const draw = (stream: typeof STREAM.kineticVolume | typeof STREAM.kineticClearance): number =>
    normal(seed, stream, 0);
  const factors = kinetics?.isDrawn
    ? kineticFactors(draw(STREAM.kineticVolume), draw(STREAM.kineticClearance))
    : undefined;
  return drugCourse(drug, plan.weightKg, { set: kinetics?.set, factors, shape, sprays });
}

const pushedBy = ({ mgPerMin, sinceMs, pushedMg }: Pump, untilMs: number): number =>
  pushedMg + (mgPerMin * (untilMs - sinceMs)) / 60_000;
