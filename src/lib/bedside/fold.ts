/**
 * The journal, folded. `BedFold` is what the core lives by and what a replay repeats: it puts the ticks between the inputs,
 * numbers inputs and outputs, and hands every entry out in order. Fed with the inputs of a recorded journal it must hand
 * out the recorded outputs, byte for byte; `compareReplay` says where it does not.
 */
import { isInput, type BedInput, type BedOutput, type JournalEntry, type MonotonicMs } from '$lib/domain/index.ts';
import { step, tick, ticksBetween } from './step.ts';
import type { BedState } from './state.ts';

export class BedFold {
  #state: BedState;
  #seq: number;
  readonly #hand: (entry: JournalEntry) => void;

  /** @param hand receives every entry, an input before it is interpreted, its outputs right after. */
  constructor(start: { state: BedState; seq: number }, hand: (entry: JournalEntry) => void) {
    this.#state = start.state;
    this.#seq = start.seq;
    this.#hand = hand;
  }

  get state(): BedState {
    return this.#state;
  }

  /** Number of the last entry handed out. */
  get seq(): number {
    return this.#seq;
  }

  /** Lets the ticks up to `at` happen. Time that stands still or runs back changes nothing. */
  advance(at: MonotonicMs): void {
    for (const due of ticksBetween(this.#state.now, at)) {
      const { state, outputs } = tick(this.#state, due);
      this.#state = state;
      this.#tell(due, outputs);
    }
  }

  /**
   * Takes one input at `at`, or at the bed's own time when that is later already. Before `started` no ticks happen: while
   * the core was down nobody watched, and a replay must not pretend otherwise.
   */
  input(at: MonotonicMs, body: BedInput): void {
    if (body.kind !== 'started') this.advance(at);
    const now = at > this.#state.now ? at : this.#state.now;
    this.#entry(now, body);
    const { state, outputs } = step(this.#state, now, body);
    this.#state = state;
    this.#tell(now, outputs);
  }

  #tell(at: MonotonicMs, outputs: readonly BedOutput[]): void {
    for (const output of outputs) this.#entry(at, output);
  }

  #entry(at: MonotonicMs, body: BedInput | BedOutput): void {
    this.#seq += 1;
    this.#hand({ bed: this.#state.bed, seq: this.#seq, at, body });
  }
}

export interface Mismatch {
  readonly seq: number;
  readonly recorded: JournalEntry | undefined;
  readonly replayed: JournalEntry | undefined;
}

/**
 * Folds the inputs of a recorded journal again and compares everything with what was recorded.
 * @returns the first entry that differs, or undefined when replay equals record.
 */
export function compareReplay(
  start: { state: BedState; seq: number },
  recorded: Iterable<JournalEntry>,
): Mismatch | undefined {
  const replayed: JournalEntry[] = [];
  const fold = new BedFold(start, (entry) => replayed.push(entry));
  for (const entry of recorded) {
    if (replayed.length === 0) feed(fold, entry);
    const again = replayed.shift();
    if (again === undefined || !isSameEntry(entry, again)) return { seq: entry.seq, recorded: entry, replayed: again };
  }
  const extra = replayed.shift();
  return extra && { seq: extra.seq, recorded: undefined, replayed: extra };
}

/** An output that nothing has produced yet can only come from a tick at its own time. */
function feed(fold: BedFold, entry: JournalEntry): void {
  if (isInput(entry.body)) fold.input(entry.at, entry.body);
  else fold.advance(entry.at);
}

/** An input is handed out as it was fed in; only what was concluded from it is made anew, and can differ. */
const isSameEntry = (a: JournalEntry, b: JournalEntry): boolean =>
  a.seq === b.seq &&
  a.at === b.at &&
  a.bed === b.bed &&
  (a.body === b.body || JSON.stringify(a.body) === JSON.stringify(b.body));
