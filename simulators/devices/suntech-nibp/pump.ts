/**
 * The simulated module's pump: what the pressure in the cuff is, and the numbers of the last measurement.
 *
 *   resting ──▶ inflates at 20 mmHg/s to the initial pressure ──▶ bleeds 3.5 mmHg/s ── end ──▶ empties at 200 mmHg/s
 *
 * A measurement begins and ends with the patient's own cuff, or it is ordered and takes half a minute. The numbers of the one
 * before stand until one begins; then they are zeros.
 */
import type { Data } from '$drivers/suntech-nibp/messages.ts';
import { OrderedCuff } from '$simulators/devices/ordered-cuff.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

const INFLATE_MMHG_PER_MS = 0.02;
const BLEED_MMHG_PER_MS = 0.0035;
const EMPTY_MMHG_PER_MS = 0.2;
const USUAL_INITIAL_MMHG = 160;
const LEAK_FOUND_MS = 20_000;
const LEAK = 87;
const ABORTED = 86;

export interface PumpSettings {
  readonly failure: number;
  readonly isLeaking: boolean;
  readonly isStuck: boolean;
  readonly resultAfterMs: number;
}

const NOTHING: Data = {
  kind: 'data',
  systolic: 0,
  diastolic: 0,
  meanArterial: 0,
  heartRate: 0,
  beats: 0,
  status: 0,
  testCodes: [0, 0, 0, 0, 0, 0, 0, 0],
  error: 0,
};

export class Pump {
  readonly #settings: PumpSettings;
  #ordered = new OrderedCuff();
  #initialMmHg = USUAL_INITIAL_MMHG;
  #atMs = 0;
  #mmHg = 0;
  #data = NOTHING;
  /** Of the measurement that runs, and whether the cuff has been full in it. */
  #run: { readonly isOrdered: boolean; readonly startedAtMs: number; readonly hasBeenFull: boolean } | undefined;
  #pending: { readonly dueMs: number; readonly data: Data } | undefined;

  constructor(settings: PumpSettings) {
    this.#settings = settings;
  }

  get mmHg(): number {
    return this.#mmHg;
  }
  get data(): Data {
    return this.#data;
  }

  /** @returns false while it measures already. */
  start(simMs: number): boolean {
    if (this.#run) return false;
    this.#ordered.start(simMs);
    return true;
  }

  abort(): void {
    this.#ordered.cancel();
    if (this.#run) this.#end({ ...NOTHING, error: ABORTED });
  }

  setInitialPressure(mmHg: number): void {
    this.#initialMmHg = mmHg;
  }

  /** The power was gone. */
  forget(): void {
    this.#ordered = new OrderedCuff();
    this.#run = undefined;
    this.#pending = undefined;
    this.#mmHg = 0;
    this.#data = NOTHING;
  }

  /** Whether a measurement ended by now, its numbers being there. */
  advanceTo(simMs: number, bedside: SimulatedBedside): boolean {
    const elapsedMs = simMs - this.#atMs;
    this.#atMs = simMs;
    if (this.#run) this.#goOn(simMs, bedside);
    else if (bedside.cuff().state === 'measuring') this.#begin(simMs, false);
    else if (this.#ordered.startedAtMs !== undefined) this.#begin(simMs, true);
    this.#move(elapsedMs);
    if (!this.#pending || simMs < this.#pending.dueMs) return false;
    this.#data = this.#pending.data;
    this.#pending = undefined;
    return true;
  }

  #begin(startedAtMs: number, isOrdered: boolean): void {
    this.#run = { isOrdered, startedAtMs, hasBeenFull: false };
    this.#data = NOTHING;
  }

  #goOn(simMs: number, bedside: SimulatedBedside): void {
    if (!this.#run?.isOrdered) {
      const { state, last } = bedside.cuff();
      if (state !== 'measuring') {
        this.#end(state === 'idle' && last ? dataOf(last) : { ...NOTHING, error: this.#settings.failure });
      }
      return;
    }
    if (this.#settings.isStuck) return;
    if (this.#settings.isLeaking) {
      if (simMs - this.#run.startedAtMs >= LEAK_FOUND_MS) {
        this.#ordered.cancel();
        this.#end({ ...NOTHING, error: LEAK });
      }
      return;
    }
    this.#ordered.advanceTo(simMs, bedside);
    const { startedAtMs, last } = this.#ordered;
    if (startedAtMs === undefined && last) this.#end(dataOf(last));
  }

  #end(data: Data): void {
    this.#run = undefined;
    this.#pending = { dueMs: this.#atMs + this.#settings.resultAfterMs, data };
  }

  #move(elapsedMs: number): void {
    if (!this.#run) {
      this.#mmHg = Math.max(0, this.#mmHg - EMPTY_MMHG_PER_MS * elapsedMs);
    } else if (this.#run.isOrdered && this.#settings.isLeaking) {
      this.#mmHg = 0;
    } else if (this.#run.hasBeenFull) {
      this.#mmHg = Math.max(LEAST_BLED_MMHG, this.#mmHg - BLEED_MMHG_PER_MS * elapsedMs);
    } else {
      this.#mmHg = Math.min(this.#initialMmHg, this.#mmHg + INFLATE_MMHG_PER_MS * elapsedMs);
      this.#run = { ...this.#run, hasBeenFull: this.#mmHg >= this.#initialMmHg };
    }
  }
}

/** It does not bleed the cuff empty before it is done. */
const LEAST_BLED_MMHG = 40;
const MMHG_PER_BEAT = 4;

const dataOf = ({ systolic, diastolic, meanArterial, pulseRate }: CuffReading): Data => ({
  ...NOTHING,
  systolic: Math.round(systolic),
  diastolic: Math.round(diastolic),
  meanArterial: Math.round(meanArterial),
  heartRate: Math.min(0xff, Math.round(pulseRate)),
  beats: Math.round((systolic - diastolic) / MMHG_PER_BEAT),
});
