/**
 * The simulated bedside: a fold over whole seconds of the pure parts in this folder.
 *
 *   each second: drug in the line ─▶ blood ─▶ effect ─▶ circulation ─▶ cuff
 *                                                          └─▶ the breaths and beats that begin in this second
 *
 * Samples are read from the recorded breaths and beats, so nothing depends on how often anybody looks. Two inputs come from
 * outside: the time, and what the pump reports. Until a pump reports for the first time the drug is taken as delivered the
 * way the staff ordered it, so that a monitor simulated alone still shows the scenario's course.
 */
import { SECOND_MS, type WaveformKey } from '$lib/domain/index.ts';
import { disturbedBy, episodesAt, lineAt, orderAt, sensorsAt } from '$simulators/scenarios/at-instant.ts';
import type { Scenario } from '$simulators/scenarios/scenario.ts';
import type { Breath } from './breathing.ts';
import { STREAM, uniform } from './chance.ts';
import { physiologyAt } from './circulation.ts';
import { inflatedForS, RESTING_CUFF, showCuff, stepCuff, type CuffState } from './cuff.ts';
import { drugCourse, effectOf, type DrugCourse, type DrugState } from './drug.ts';
import { drawResponse, type PatientResponse } from './response.ts';
import { beatAt, breathAt, type Beat } from './rhythm.ts';
import type { Cuff, Line, Physiology, PumpOrder, Sensors, SimulatedBedside } from './simulated-bedside.ts';
import { samplerOf, type SignalSource } from './waves.ts';

/** Samples older than this are no longer known and read as NaN: a bedside may run for days. */
export const REMEMBERED_MS = 30 * 60 * SECOND_MS;

/** A bedside at minute 0 of a scenario. The same scenario, seed and pump give the same patient. */
export const createBedside = (scenario: Scenario, seed: number): SimulatedBedside => new Bedside(scenario, seed);

/** Breaths and beats are kept this long before the first sample asked for: no sample needs older ones. */
const RUN_UP_MS = 15 * SECOND_MS;

interface Pump {
  readonly mgPerMin: number;
  readonly sinceMs: number;
  /** Pushed since the last whole second, before `sinceMs`. */
  readonly pushedMg: number;
}

class Bedside implements SimulatedBedside {
  readonly #scenario: Scenario;
  readonly #seed: number;
  readonly #response: PatientResponse;
  readonly #course: DrugCourse;
  readonly #signals: SignalSource & { readonly breaths: Breath[]; readonly beats: Beat[] };
  #nowMs = 0;
  #second = 0;
  #drug: DrugState;
  #cuff: CuffState = RESTING_CUFF;
  #pump: Pump | undefined;
  #assumedMl = 0;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#response = typeof scenario.response === 'string' ? drawResponse(scenario.response, seed) : scenario.response;
    this.#course = drugCourse(scenario.drug, scenario.plan.weightKg);
    this.#drug = this.#course.start;
    this.#signals = {
      seed,
      variability: scenario.variability,
      breaths: [],
      beats: [],
      isEcgOff: disturbedBy(scenario, 'ecg-off'),
      isOximeterOff: disturbedBy(scenario, 'oximeter-off'),
      isCapnographOff: disturbedBy(scenario, 'capnograph-off'),
      isMoving: disturbedBy(scenario, 'movement'),
    };
    this.#breatheAndBeat();
  }

  advanceTo(simMs: number): void {
    while ((this.#second + 1) * SECOND_MS <= simMs) this.#step();
    this.#nowMs = Math.max(this.#nowMs, simMs);
  }

  physiology(): Physiology {
    return this.#physiologyAt(this.#nowMs);
  }

  sensors(): Sensors {
    return sensorsAt(this.#scenario, this.#nowMs);
  }

  cuff(): Cuff {
    return showCuff(this.#cuff, this.#scenario.cuff, this.#nowMs);
  }

  line(): Line {
    return lineAt(this.#scenario, this.#nowMs);
  }

  order(): PumpOrder {
    return orderAt(this.#scenario, this.#nowMs);
  }

  /** @throws RangeError for samples that lie in the future: a device that reads ahead is wrong. */
  samples(waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array {
    const values = new Float64Array(count).fill(NaN);
    const timeOf = (index: number): number => (index * SECOND_MS) / rateHz;
    if (count > 0 && timeOf(first + count - 1) > this.#nowMs)
      throw new RangeError(`${waveform} sample ${first + count - 1} at ${rateHz} Hz lies after ${this.#nowMs} ms`);
    const sampler = samplerOf(waveform, this.#signals);
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
    const occluded = lineAt(this.#scenario, this.#second * SECOND_MS).isOccluded;
    const pushedMg = this.#takePushed();
    this.#second += 1;
    this.#nowMs = this.#second * SECOND_MS;
    this.#drug = this.#course.step(this.#drug, pushedMg, occluded);
    this.#cuff = stepCuff(this.#cuff, this.#scenario.cuff, this.#seed, {
      second: this.#second,
      isCuffOn: this.sensors().isCuffOn,
      physiology: this.physiology(),
    });
    this.#breatheAndBeat();
    forget(this.#signals.breaths, this.#nowMs);
    forget(this.#signals.beats, this.#nowMs);
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
    const order = orderAt(this.#scenario, this.#second * SECOND_MS);
    if (!order.isStarted || lineAt(this.#scenario, this.#second * SECOND_MS).isOccluded) return 0;
    const ml = Math.min(order.rateMlPerHour / 3600, order.vtbiMl - this.#assumedMl);
    this.#assumedMl += ml;
    return ml * order.concentrationMgPerMl;
  }

  #physiologyAt(simMs: number): Physiology {
    return physiologyAt({
      seed: this.#seed,
      response: this.#response,
      variability: this.#scenario.variability,
      simMs,
      effect: effectOf(this.#drug),
      episodes: episodesAt(this.#scenario, simMs),
      armInflatedForS: this.#scenario.cuff.isOnOximeterArm ? inflatedForS(this.#cuff, this.#second) : undefined,
    });
  }

  /** Adds the breaths and beats that begin before the next whole second. */
  #breatheAndBeat(): void {
    const { seed, variability, breaths, beats } = this.#signals;
    const untilMs = (this.#second + 1) * SECOND_MS;
    for (let startMs = nextBreathMs(breaths, seed); startMs < untilMs; startMs = nextBreathMs(breaths, seed))
      breaths.push(breathAt(startMs, seed, variability, this.#physiologyAt(startMs)));
    for (let startMs = nextBeatMs(beats, seed); startMs < untilMs; startMs = nextBeatMs(beats, seed)) {
      const breath = breaths.findLast((candidate) => candidate.startMs <= startMs);
      if (!breath) throw new Error('A beat before the first breath');
      beats.push(beatAt(startMs, seed, variability, this.#physiologyAt(startMs), breath));
    }
  }
}

const pushedBy = ({ mgPerMin, sinceMs, pushedMg }: Pump, untilMs: number): number =>
  pushedMg + (mgPerMin * (untilMs - sinceMs)) / 60_000;

function nextBreathMs(breaths: readonly Breath[], seed: number): number {
  const last = breaths.at(-1);
  return last ? last.startMs + last.durationMs : -RUN_UP_MS - SECOND_MS * uniform(seed, STREAM.breathDuration, 0);
}

function nextBeatMs(beats: readonly Beat[], seed: number): number {
  const last = beats.at(-1);
  return last ? last.startMs + last.intervalMs : -RUN_UP_MS + SECOND_MS * uniform(seed, STREAM.beat, 0);
}

/** Drops what is twice as old as is remembered, in one piece, so that it costs next to nothing per second. */
function forget(records: { readonly startMs: number }[], nowMs: number): void {
  if ((records[0]?.startMs ?? nowMs) > nowMs - 2 * REMEMBERED_MS) return;
  const kept = records.findIndex((record) => record.startMs > nowMs - REMEMBERED_MS - RUN_UP_MS);
  records.splice(0, kept);
}
