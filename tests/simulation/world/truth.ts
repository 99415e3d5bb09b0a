/** What really was, second by second, beside the journal: the patient, the sensors, the cables, the processes. */
import type { Physiology, Sensors, CuffReading } from '$simulators/patient/simulated-bedside.ts';

export interface TruthSample {
  readonly simMs: number;
  /** The station's clock at this moment; undefined while no core lives. */
  readonly at: number | undefined;
  readonly physiology: Physiology;
  readonly sensors: Sensors;
  readonly cuff: CuffReading | undefined;
  /** Every cable of a monitor carries what is sent, unharmed and in time. */
  readonly areMonitorsWell: boolean;
}
