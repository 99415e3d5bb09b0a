/** A cuff measurement that a host ordered, beside those that the staff takes: half a minute, then the patient as the patient is. */
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

export const ORDERED_MEASUREMENT_MS = 30_000;

export class OrderedCuff {
  #startedAtMs: number | undefined;
  #last: CuffReading | undefined;

  /** Of the measurement that runs now. */
  get startedAtMs(): number | undefined {
    return this.#startedAtMs;
  }
  get last(): CuffReading | undefined {
    return this.#last;
  }

  /** Nothing new while one runs. */
  start(simMs: number): void {
    this.#startedAtMs ??= simMs;
  }

  cancel(): void {
    this.#startedAtMs = undefined;
  }

  /** Ends the measurement when it is time; the bedside must stand at this instant. */
  advanceTo(simMs: number, bedside: SimulatedBedside): void {
    if (this.#startedAtMs === undefined || simMs < this.#startedAtMs + ORDERED_MEASUREMENT_MS) return;
    const { systolic, diastolic, heartRate } = bedside.physiology();
    const meanArterial = diastolic + (systolic - diastolic) / 3;
    const endedAtMs = this.#startedAtMs + ORDERED_MEASUREMENT_MS;
    this.#last = { endedAtMs, systolic, diastolic, meanArterial, pulseRate: heartRate };
    this.#startedAtMs = undefined;
  }
}
