/**
 * A program in the laboratory that commands the pump beside the person at its keys: the newest word counts. Only what a test
 * sends reaches it; a driver of ours never does.
 */
import type { PumpOrder } from '$simulators/patient/simulated-bedside.ts';

type Commanded = Pick<PumpOrder, 'isStarted' | 'rateMlPerHour' | 'vtbiMl'>;

export class LabConsole {
  #staff: PumpOrder;
  #commanded: Partial<Commanded> = {};

  constructor(staff: PumpOrder) {
    this.#staff = staff;
  }

  /** The pump runs by the console's word, not by a hand at its keys. */
  get hasStarted(): boolean {
    return this.#commanded.isStarted === true;
  }

  command(change: Partial<Commanded>): void {
    this.#commanded = { ...this.#commanded, ...change };
  }

  /** The order that holds now; what the staff has changed since the last look is not commanded any more. */
  orderBeside(staff: PumpOrder): PumpOrder {
    const { isStarted, rateMlPerHour, vtbiMl } = this.#commanded;
    const before = this.#staff;
    this.#commanded = {
      ...(isStarted !== undefined && staff.isStarted === before.isStarted && { isStarted }),
      ...(rateMlPerHour !== undefined && staff.rateMlPerHour === before.rateMlPerHour && { rateMlPerHour }),
      ...(vtbiMl !== undefined && staff.vtbiMl === before.vtbiMl && { vtbiMl }),
    };
    this.#staff = staff;
    return { ...staff, ...this.#commanded };
  }
}
