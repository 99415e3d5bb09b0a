/**
 * One simulated pump as its base shows it: the session with it, what it was asked to tell unasked, and what it tells.
 *
 * Bits of the alarm word and values of the mode are ours, for nobody outside knows the maker's: a station may take them for
 * nothing but "something" and "nothing".
 */
import type { Pump } from '../pump.ts';

const EVENT_APART_MS = 1000;
const REPEAT_MS = 1000;
const MAX_REPEATS = 3;

const BLOCKED = 0x0010;
const END = 0x0004;
const EMPTY = 0x0008;
const AIR = 0x0020;
const MANUAL = '01';

interface Pending {
  readonly fields: readonly string[];
  readonly sentAt: number;
  readonly repeats: number;
}

export class Unit {
  readonly pump: Pump;
  readonly address: string;
  isOpen = false;
  #letters: ReadonlySet<string> = new Set();
  #told: ReadonlyMap<string, string> = new Map();
  #pending: Pending | undefined;
  #lastEventMs = -Infinity;

  constructor(pump: Pump, address: string) {
    this.pump = pump;
    this.address = address;
  }

  close(): void {
    this.isOpen = false;
    this.watch('');
  }

  /** Tells changes of these variables from now on; none for an empty word. */
  watch(letters: string): void {
    this.#letters = new Set(letters);
    this.#told = variablesOf(this.pump);
    this.#pending = undefined;
  }

  /** The fields of these variables. @returns undefined when there is none of such a letter. */
  read(letters: string): readonly string[] | undefined {
    const variables = variablesOf(this.pump);
    const isKnown = letters !== '' && [...letters].every((letter) => variables.has(letter));
    return isKnown ? [...letters].map((letter) => `${letter}${variables.get(letter) ?? ''}`) : undefined;
  }

  /** The station's own frame for an event has come. */
  acknowledge(): void {
    this.#pending = undefined;
  }

  /** What it tells unasked at this instant: a change, or what was not acknowledged. */
  tell(now: number): readonly string[] | undefined {
    if (this.#pending) return this.#repeat(this.#pending, now);
    if (this.#letters.size === 0 || now - this.#lastEventMs < EVENT_APART_MS) return undefined;
    const variables = variablesOf(this.pump);
    const changed = [...variables].filter(
      ([letter, digits]) => this.#letters.has(letter) && this.#told.get(letter) !== digits,
    );
    if (changed.length === 0) return undefined;
    this.#told = variables;
    this.#lastEventMs = now;
    this.#pending = { fields: changed.map(([letter, digits]) => letter + digits), sentAt: now, repeats: 0 };
    return this.#pending.fields;
  }

  #repeat(pending: Pending, now: number): readonly string[] | undefined {
    if (now - pending.sentAt < REPEAT_MS) return undefined;
    const isOver = pending.repeats === MAX_REPEATS;
    this.#pending = isOver ? undefined : { ...pending, sentAt: now, repeats: pending.repeats + 1 };
    return this.#pending?.fields;
  }
}

const hex = (value: number, digits: number): string =>
  Math.round(value).toString(16).toUpperCase().padStart(digits, '0');

/** Rate in tenths of mL/h, volume in thousandths of mL. A bolus has variables of its own: the rate stays what it was. */
function variablesOf(pump: Pump): ReadonlyMap<string, string> {
  const { order, isBolus, boluses } = pump;
  const rateMlPerHour = isBolus ? order.rateMlPerHour : pump.rateMlPerHour;
  return new Map([
    ['a', hex(alarmsOf(pump), 4)],
    ['e', hex(0, 4)],
    ['m', MANUAL],
    ['d', hex(rateMlPerHour * 10, 4)],
    ['r', hex(pump.volumeMl * 1000, 8)],
    ['k', hex(isBolus ? pump.rateMlPerHour * 10 : 0, 4)],
    ['s', hex(boluses.volumeMl * 1000, 8)],
  ]);
}

const alarmsOf = ({ run, isCallingAir }: Pump): number =>
  (run === 'blocked' ? BLOCKED : 0) +
  (run === 'complete' ? END : 0) +
  (run === 'empty' ? EMPTY : 0) +
  (isCallingAir ? AIR : 0);
