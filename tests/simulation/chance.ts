/** Chance of the simulation: one seed decides everything, and each part draws from a stream of its own. */

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A stream of its own for a part: what others draw does not change it. */
  static of(seed: number, ...names: readonly (string | number)[]): Chance {
    return new Chance(names.reduce<number>((mixed, name) => mix(mixed ^ hashOf(String(name))), mix(seed)));
  }

  /** Even over 0 to 1 without 1 (mulberry32 by T. Ettinger, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[Math.floor(this.next() * list.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  /** With this mean; most are shorter, some much longer. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Instants that come on average every so often within a span. */
  instants(fromMs: number, toMs: number, everyMs: number): readonly number[] {
    const found: number[] = [];
    for (let at = fromMs + this.exponential(everyMs); at < toMs; at += this.exponential(everyMs))
      found.push(Math.round(at));
    return found;
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** C. Wellons, "lowbias32". */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
