/**
 * What simulated devices can see of the simulated patient and can do to it. One bedside is shared by all devices of a bed,
 * so the pump's drops become the monitor's pressures.
 *
 * All times are whole milliseconds of simulated time since the scenario began; everything is a function of seed, scenario
 * and the delivery reported by the pump, never of how often it is asked.
 */
import type { WaveformKey } from '$lib/domain/index.ts';

/** A patient's values at an instant. Pressures mmHg, rates 1/min, saturation and perfusion %, CO2 mmHg. */
export interface Physiology {
  readonly heartRate: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly spo2: number;
  readonly perfusionIndex: number;
  readonly respiratoryRate: number;
  readonly etco2: number;
}

/** `damped`: kinked or clotted, the mean alone comes through. `open`: to the air, by a tap or out of the artery. */
export type ArterialLine = 'patent' | 'damped' | 'open';

export interface Sensors {
  readonly isEcgOn: boolean;
  readonly isOximeterOn: boolean;
  readonly isCuffOn: boolean;
  readonly isCapnographOn: boolean;
  /** What the arterial line passes on to its transducer, where there is one. */
  readonly arterialLine: ArterialLine;
  /** The monitor's cable: while false nothing at all arrives from the monitor. */
  readonly isLinked: boolean;
}

export interface CuffReading {
  readonly endedAtMs: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial: number;
  readonly pulseRate: number;
}

export interface Cuff {
  readonly state: 'idle' | 'measuring' | 'failed';
  readonly mode: 'auto' | 'stat' | 'manual';
  readonly intervalMs: number;
  readonly last?: CuffReading;
}

/** What the infusion line does with what the pump pushes; the scenario decides it. */
export interface Line {
  readonly isOccluded: boolean;
  /** The pump's cable: while false nothing at all arrives from the pump. */
  readonly isLinked: boolean;
}

/** What the scenario has the staff do at the pump. */
export interface PumpOrder {
  readonly drugName: string;
  readonly concentrationMgPerMl: number;
  readonly weightKg: number;
  readonly vtbiMl: number;
  readonly rateMlPerHour: number;
  /** Whether the staff has the pump running at this instant (started, not paused, not stopped). */
  readonly isStarted: boolean;
}

export interface SimulatedBedside {
  /** Moves everything on to this instant; earlier instants are ignored. */
  advanceTo(simMs: number): void;
  /** What a sensor that is in place finds: the truth, except where a movement, a cold hand or the cuff on that arm spoils it. */
  physiology(): Physiology;
  sensors(): Sensors;
  cuff(): Cuff;
  line(): Line;
  order(): PumpOrder;
  /**
   * Physical values of `count` samples from sample number `first` of a signal sampled at `rateHz` since time zero, in the
   * unit of the domain's waveform table. NaN where the sensor gives nothing. The samples must not lie in the future.
   */
  samples(waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array;
  /** The pump reports what it delivers from now on, in mg of drug per minute. */
  deliver(mgPerMin: number): void;
}

/** Why a device now shows something else than is true, or nothing. `line-occluded` is no artefact: it changes the patient. */
export type Artefact =
  | 'movement'
  | 'low-perfusion'
  | 'cuff-on-oximeter-arm'
  | 'ecg-off'
  | 'oximeter-off'
  | 'cuff-off'
  | 'cuff-failed'
  | 'capnograph-off'
  | 'arterial-open'
  | 'arterial-damped'
  | 'monitor-unlinked'
  | 'pump-unlinked';

/** What is so, beside what devices see of it: for judging what a station made of it. No device may look here. */
export interface Truth {
  readonly physiology: Physiology;
  /** The drug's effect e, 1 at the peak of the usual infusion. */
  readonly effect: number;
  /** In the blood, ng/mL. */
  readonly concentrationNgPerMl: number;
  readonly artefacts: readonly Artefact[];
}

export interface SimulatedPatient extends SimulatedBedside {
  truth(): Truth;
}
