/** The witness and all clockworks along one journal: asked at every entry, and in between as often as nothing can slip through. */
import type { JournalEntry } from '$lib/domain/index.ts';
import { Clockwork } from './clockwork.ts';
import { Witness, type Reading, type Sight } from './sight.ts';
import { ROWS } from './table.ts';

const EVERY_MS = 500;

export interface Listener {
  /** At a moment between entries, or before the entry of that moment is taken. */
  readonly onMoment?: (sight: Sight, oracle: Oracle) => void;
  /** Right after this entry. */
  readonly onEntry?: (entry: JournalEntry, sight: Sight, oracle: Oracle) => void;
}

export class Oracle {
  readonly witness = new Witness();
  readonly clockworks: readonly Clockwork[];
  #at = 0;
  #seen: Sight | undefined;

  /** @param rules the ids of the rules that the station has; rows of others are passed over. */
  constructor(rules: ReadonlySet<string>) {
    this.clockworks = ROWS.filter(({ rule }) => rules.has(rule)).map((row) => new Clockwork(row));
  }

  of(rule: string): readonly Clockwork[] {
    return this.clockworks.filter(({ row }) => row.rule === rule);
  }

  /** Goes along a journal from its beginning. While the core is down nobody watches, and nothing is due. */
  follow(journal: Iterable<JournalEntry>, listener: Listener): void {
    for (const entry of journal) {
      if (entry.body.kind === 'started') this.#at = entry.at;
      this.#advance(entry.at, listener);
      this.witness.take(entry);
      const sight = this.#look(entry.at);
      listener.onEntry?.(entry, sight, this);
    }
  }

  #advance(untilMs: number, { onMoment }: Listener): void {
    while (this.#at + EVERY_MS < untilMs) {
      this.#at += EVERY_MS;
      onMoment?.(this.#look(this.#at), this);
    }
    // Of what came in the same instant as the entry before, nothing has been seen since.
    if (untilMs === this.#at) return;
    this.#at = untilMs;
    onMoment?.(this.#look(untilMs), this);
  }

  #look(at: number): Sight {
    const sight = this.witness.look(at);
    const isAsSeen = this.#seen !== undefined && isSameButOlder(this.#seen, sight);
    for (const clockwork of this.clockworks) {
      if (isAsSeen && !clockwork.row.isByClock) clockwork.wait(at);
      else clockwork.look(sight);
    }
    this.#seen = sight;
    return sight;
  }
}

/** Nothing but time has passed: what a row says that does not go by the clock, it would say again. */
const isSameButOlder = (a: Sight, b: Sight): boolean =>
  a.session === b.session &&
  a.isInfusing === b.isInfusing &&
  a.isInterrupted === b.isInterrupted &&
  a.doseRatePercent === b.doseRatePercent &&
  a.pumpAlarm === b.pumpAlarm &&
  a.cuffIntervalMin === b.cuffIntervalMin &&
  a.isHeartRateLost === b.isHeartRateLost &&
  a.isSaturationLost === b.isSaturationLost &&
  a.standing === b.standing &&
  a.line?.pulse === b.line?.pulse &&
  a.line?.mean === b.line?.mean &&
  isSameReading(a.systolic, b.systolic) &&
  isSameReading(a.diastolic, b.diastolic) &&
  isSameReading(a.meanArterial, b.meanArterial) &&
  isSameReading(a.heartRate, b.heartRate) &&
  isSameReading(a.spo2, b.spo2) &&
  isSameReading(a.respiratoryRate, b.respiratoryRate);

const isSameReading = (a: Reading, b: Reading): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.value === b.value &&
    a.at === b.at &&
    a.isCuff === b.isCuff &&
    a.isExpired === b.isExpired);
