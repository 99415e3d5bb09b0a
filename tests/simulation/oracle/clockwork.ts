/**
 * From "is beyond its limit now" to "must be signalled" and "may be signalled", for one row of the table. Both questions are
 * answered with a margin, so that a quarter of a second more or less decides nothing:
 *
 *   must   it has certainly lasted long enough, and the station has had a moment to say so
 *   may    it can have lasted long enough
 *
 * A time in which nothing is known holds the count still for 30 s, then it begins again.
 */
import type { Row, Verdict } from './table.ts';
import type { Sight } from './sight.ts';

/** What the station may take from the moment at which a signal is due: a tick of its clock, twice. */
export const MARGIN_MS = 600;
const FREEZE_MS = 30_000;
const CONFIRM_WITHIN_MIN = 5;
export class Clockwork {
  readonly row: Row;
  #at = 0;
  #last: Verdict = { is: 'no' };
  /** Beyond the limit so far, by the strict and by the lenient count. */
  #strictMs = 0;
  #lenientMs = 0;
  #unknownMs = 0;
  /** When the reading was taken that waits for a second one. */
  #waitsSince: number | undefined;
  #isConfirmed = false;
  /** Of what stands already: since when it is plainly back inside. */
  #insideMs = 0;
  /** It has certainly stood; then it ends only beyond the hysteresis. What may have stood for an instant holds nothing up. */
  #hasStood = false;
  #isHeld = false;

  constructor(row: Row) {
    this.row = row;
  }

  /** The world as it is from now on; up to now it was as at the last look. */
  look(sight: Sight): void {
    this.#pass(sight.at - this.#at);
    this.#at = sight.at;
    const { row } = this;
    const phase = sight.session?.phase;
    if (phase === undefined || !row.phases.includes(phase)) return this.#reset();
    const verdict = row.stands(sight, 0);
    const held = verdict.is === 'yes' ? verdict : row.stands(sight, row.hysteresis);
    this.#isHeld = held.is !== 'no';
    if (verdict.is === 'no') this.#strictMs = this.#lenientMs = 0;
    if (this.#isHeld) this.#insideMs = 0;
    // How long a cuff reading has been standing is no time that a line has been beyond the limit.
    if (verdict.is === 'yes' && this.#last.is === 'yes' && verdict.isCuff !== this.#last.isCuff) this.#strictMs = 0;
    // While a line gives the pressure no cuff reading is judged; what it read before confirms nothing afterwards.
    if (sight.systolic?.isCuff === false) this.#begin();
    else if (row.cuff === 'confirm') this.#confirm(verdict, held, sight.cuffIntervalMin);
    this.#last = verdict;
    if (this.must) this.#hasStood = true;
  }

  /** Time passes, and nothing that the row looks at has changed. */
  wait(at: number): void {
    this.#pass(at - this.#at);
    this.#at = at;
    if (this.must) this.#hasStood = true;
  }

  /** A signal is due, beyond doubt. */
  get must(): boolean {
    if (this.#last.is !== 'yes') return false;
    if (this.#isByCuff) return this.#strictMs >= MARGIN_MS && (this.row.cuff !== 'confirm' || this.#isConfirmed);
    return this.#strictMs >= this.row.holdS * 1000 + MARGIN_MS;
  }

  /** A signal has a reason. */
  get may(): boolean {
    if (this.#last.is !== 'yes') return false;
    if (this.#isByCuff) return this.row.cuff !== 'confirm' || this.#isConfirmed;
    return this.#lenientMs >= this.row.holdS * 1000 - MARGIN_MS;
  }

  /** A first reading waits for its confirmation. */
  get mayBeNoticed(): boolean {
    return this.#waitsSince !== undefined || this.may;
  }

  /** What stood may have ended: it is back inside, for as long as the row asks. */
  get mayEnd(): boolean {
    if (!this.#hasStood) return true;
    return !this.#isHeld && this.#isBackLongEnough;
  }

  get #isBackLongEnough(): boolean {
    return this.#insideMs >= (this.#isByCuff ? 0 : (this.row.clearS ?? 0) * 1000) - MARGIN_MS;
  }

  get #isByCuff(): boolean {
    return this.row.cuff !== undefined && this.#last.isCuff === true;
  }

  #reset(): void {
    this.#last = { is: 'no' };
    this.#strictMs = this.#lenientMs = this.#unknownMs = 0;
    this.#begin();
    this.#isHeld = false;
    this.#insideMs = Infinity;
    this.#hasStood = false;
  }

  #begin(): void {
    this.#waitsSince = undefined;
    this.#isConfirmed = false;
  }

  #pass(ms: number): void {
    if (this.#last.is === 'yes') {
      this.#strictMs += ms;
      this.#lenientMs += ms;
      this.#unknownMs = 0;
    } else if (this.#last.is === 'unknown') {
      this.#unknownMs += ms;
      if (this.#unknownMs >= FREEZE_MS - MARGIN_MS) this.#strictMs = 0;
      if (this.#unknownMs >= FREEZE_MS + MARGIN_MS) this.#lenientMs = 0;
    } else {
      this.#unknownMs = 0;
    }
    if (!this.#isHeld) this.#insideMs += ms;
    if (this.#insideMs > 0 && this.#isBackLongEnough) this.#hasStood = false;
  }

  /** The second of two readings that agree, taken in time after the first. */
  #confirm(verdict: Verdict, held: Verdict, intervalMin: number): void {
    if (this.#isConfirmed) {
      if (held.is === 'no') this.#isConfirmed = false;
      return;
    }
    if (verdict.is === 'no') this.#waitsSince = undefined;
    const { measuredAt } = verdict;
    if (verdict.is !== 'yes' || measuredAt === undefined || measuredAt === this.#waitsSince) return;
    const windowMs = Math.max(CONFIRM_WITHIN_MIN, 1.5 * intervalMin) * 60_000;
    const isInTime = this.#waitsSince !== undefined && measuredAt - this.#waitsSince <= windowMs;
    if (isInTime && this.#waitsSince !== undefined && measuredAt > this.#waitsSince) {
      this.#isConfirmed = true;
      this.#waitsSince = undefined;
    } else {
      this.#waitsSince = measuredAt;
    }
  }
}
