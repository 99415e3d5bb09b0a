/**
 * Alarm changes on their way to the screens: at once, in their order, each bed within its own share of a tick. A bed that storms
 * waits for its next share; the change of another bed passes it. Should a bed fall too far behind, its screens are given the
 * whole ward anew instead of what waits, so that its newest alarm is not late either.
 */
import type { BedId } from '$lib/domain/index.ts';
import type { AlarmMessage } from '$lib/realtime/index.ts';

/** Changes of one bed that go out within one tick. */
export const ALARMS_PER_TICK = 16;
/** More than this of one bed wait for no share any more. */
export const MAX_WAITING = 160;

export interface AlarmFlowOptions {
  readonly tell: (message: AlarmMessage) => void;
  /** Nothing of the bed waits any more: what was held because of it may go. */
  readonly caughtUp: (bed: BedId) => void;
  /** Gives every screen everything; `last` is the newest change of the bed that overflowed. */
  readonly beginAnew: (last: AlarmMessage) => void;
}

export class AlarmFlow {
  readonly #options: AlarmFlowOptions;
  readonly #told = new Map<BedId, number>();
  readonly #waiting = new Map<BedId, AlarmMessage[]>();

  constructor(options: AlarmFlowOptions) {
    this.#options = options;
  }

  /** Whether changes of this bed wait, so that its next one will. */
  isFull(bed: BedId): boolean {
    return this.#waiting.has(bed) || (this.#told.get(bed) ?? 0) >= ALARMS_PER_TICK;
  }

  take(message: AlarmMessage): void {
    const { bed } = message;
    if (!this.isFull(bed)) return this.#tell(message);
    const waiting = this.#waiting.get(bed) ?? [];
    this.#waiting.set(bed, waiting);
    waiting.push(message);
    if (waiting.length <= MAX_WAITING) return;
    this.#waiting.delete(bed);
    this.#options.beginAnew(message);
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  tick(): void {
    this.#told.clear();
    for (let i = 0; i < ALARMS_PER_TICK && this.#waiting.size > 0; i += 1) this.#round();
  }

  /** Everything that waits, now: before anything is told that contains it. */
  drain(): void {
    while (this.#waiting.size > 0) this.#round();
  }

  /** All screens get a snapshot instead. */
  drop(): void {
    this.#waiting.clear();
  }

  /** One change of every bed that waits. */
  #round(): void {
    for (const [bed, waiting] of [...this.#waiting]) {
      const message = waiting.shift();
      if (message) this.#tell(message);
      if (waiting.length > 0) continue;
      this.#waiting.delete(bed);
      this.#options.caughtUp(bed);
    }
  }

  #tell(message: AlarmMessage): void {
    this.#told.set(message.bed, (this.#told.get(message.bed) ?? 0) + 1);
    this.#options.tell(message);
  }
}
