/** The nurse of a bed in virtual time: gives commands, and answers whatever has sounded for long enough. */
import { SECOND_MS, type Command, type MonotonicMs } from '$lib/domain/index.ts';
import type { BedFold } from '$lib/bedside/index.ts';

const NURSE = { name: 'Nurse', station: 'virtual' };

export class VirtualNurse {
  readonly #fold: BedFold;
  readonly #answerAfterMs: number;
  #commands = 0;

  /** @param answerAfterS how long an alarm waits for her; infinite when nobody comes. */
  constructor(fold: BedFold, answerAfterS: number) {
    this.#fold = fold;
    this.#answerAfterMs = answerAfterS * SECOND_MS;
  }

  ask(at: MonotonicMs, command: Command): void {
    this.#commands += 1;
    const envelope = { id: `nurse-${this.#commands}`, bed: this.#fold.state.bed, by: NURSE, command };
    this.#fold.input(at, { kind: 'command', envelope });
  }

  /** She looks around. */
  round(at: MonotonicMs): void {
    for (const { alarm } of Object.values(this.#fold.state.alarms)) {
      const isWaiting = alarm.state === 'active' || alarm.state === 'latched';
      if (isWaiting && at - alarm.signalledAt >= this.#answerAfterMs)
        this.ask(at, { type: 'acknowledge', alarm: alarm.id });
    }
  }

  /** Gates that stand are decided: she goes on, and says why. */
  overrideGates(at: MonotonicMs, reason: string): void {
    for (const rule of this.#fold.state.ruleSet.rules) {
      if (rule.isGate) this.ask(at, { type: 'override-gate', rule: rule.id, reason });
    }
  }
}
