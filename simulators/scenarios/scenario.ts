/**
 * What a scenario says: a patient, what the staff does, and what goes wrong, as plain data.
 *
 * Times are minutes of the scenario. Minute 0: the patient has just been connected. Unless a scenario says otherwise the
 * baseline cuff readings end at minutes 2, 6 and 10, the infusion starts at minute 15 and takes 40 minutes, so infusion
 * minute m is scenario minute m + 15. A span includes its first instant and not its last.
 */
import type { Patient, Plan } from '$lib/domain/index.ts';
import type { EffectDrug, Spray } from '$lib/pharmacology/index.ts';
import type { CuffPlan } from '$simulators/patient/cuff.ts';
import type { SimulatedSet } from '$simulators/patient/drug.ts';
import type { ModifierId } from '$simulators/patient/modifiers.ts';
import type { Gains, PresetId, PatientResponse } from '$simulators/patient/response.ts';
import type { Physiology } from '$simulators/patient/simulated-bedside.ts';

/** Age instead of the year of birth: a scenario does not know today. */
export interface ScenarioPatient extends Omit<Patient, 'birthYear'> {
  readonly ageYears: number;
}

export interface Span {
  readonly fromMin: number;
  readonly toMin: number;
}

/** What the staff does at the pump. */
export type PumpAct =
  | { readonly atMin: number; readonly act: 'start' | 'pause' | 'resume' | 'stop' }
  | { readonly atMin: number; readonly act: 'set-rate'; readonly rateMlPerHour: number };

/**
 * What happens to sensors, cables and line. `movement`: the patient is restless, ECG and pleth are disturbed and the oximeter
 * finds too little saturation. `low-perfusion`: a cold hand, the pulse at the finger is small and saturation reads uncertainly.
 * `arterial-open`: the arterial line is open to the air; `arterial-damped`: it is kinked or clotted and passes the mean alone.
 */
export interface Disturbance extends Span {
  readonly what:
    | 'ecg-off'
    | 'oximeter-off'
    | 'cuff-off'
    | 'monitor-unlinked'
    | 'pump-unlinked'
    | 'line-occluded'
    | 'movement'
    | 'low-perfusion'
    | 'capnograph-off'
    | 'arterial-open'
    | 'arterial-damped';
}

/** Something that moves pressure and heart rate besides the drug; comes within `riseMin`, is gone at the end of its span. */
export interface Episode extends Span, Gains {
  readonly riseMin: number;
  readonly fallMin: number;
}

/** A state the patient comes into whatever drug and resting values say: there within `riseMin`, gone at the end of its span. */
export interface Excursion extends Span {
  readonly riseMin: number;
  readonly fallMin: number;
  readonly to: Partial<Physiology>;
}

/** How this patient's body handles the drug, where it is not the usual way. */
export interface Kinetics {
  /** Absent: the drug's usual set. */
  readonly set?: SimulatedSet;
  /** The seed draws volume and clearance around the set's, as people differ. */
  readonly isDrawn?: boolean;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What happens and when, for the person who chooses a scenario. */
  readonly story: string;
  /** Absent: nobody lies here, or nobody knows who. */
  readonly patient?: ScenarioPatient;
  /** A named population draws this patient from the seed. */
  readonly response: PatientResponse | PresetId;
  /** What else is known of this patient and changes resting values and response. */
  readonly modifiers?: readonly ModifierId[];
  readonly drug: EffectDrug;
  readonly kinetics?: Kinetics;
  /** Nasal esketamine, device by device; a pump then gives nothing. */
  readonly sprays?: readonly Spray[];
  readonly plan: Plan;
  readonly acts: readonly PumpAct[];
  readonly disturbances: readonly Disturbance[];
  readonly episodes: readonly Episode[];
  readonly excursions?: readonly Excursion[];
  /** An arterial line is in: the signal `abp` is there. */
  readonly hasArterialLine?: boolean;
  readonly cuff: CuffPlan;
  /** Size of everything that varies by itself, from 0 (a patient like a formula) to 1 (as usual). */
  readonly variability: number;
}
