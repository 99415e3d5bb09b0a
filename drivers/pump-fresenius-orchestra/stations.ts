/**
 * Whom we have a session with, and which question is next. Every question has its own time; the one that has been due for
 * longest is asked, and of several that are due at the same time the one that stands first.
 *
 *   closed ── open ──▶ values ─ drug ─ enable-events ─ device-type, and then values again and again, the drug now and then
 *     ▲ 1 s, 5 s                                │
 *     ╰──── twice no answer · error 1E, 0E ─────╯
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { BASE, type Address, type PumpAddress, type Question } from './messages.ts';

export const VALUES_MS = 1000;
/** While spontaneous frames come, all values are still asked for this often: they hold only what changed. */
const WHOLE_VALUES_MS = 2000;
const DRUG_MS = 10_000;
const MASK_MS = 5000;
/** A base that has just begun may not know its modules yet. */
const NO_MODULES_MS = 1000;
/** Before a session is opened again. */
const REOPEN_MS = 1000;
export const RETRY_MS = 5000;
/** What is owed by an answer that came too late may still come for so long. */
const LATE_MS = 1000;

export interface Station {
  readonly address: Address;
  readonly isOpen: boolean;
  readonly openedAt: MonotonicMs;
  /** When which question is due. */
  readonly due: ReadonlyMap<Question, MonotonicMs>;
  /** The question that was not answered once: nothing else is asked before it. */
  readonly again: Question | undefined;
  /** It did not answer before: one try is enough, others wait for the line. */
  readonly isMute: boolean;
  /** Nothing is asked before: an answer that comes late would be taken for that of another question. */
  readonly quietUntil: MonotonicMs;
  /** When it last answered the question for its values. */
  readonly wholeAt: MonotonicMs;
}

export type Stations = ReadonlyMap<Address, Station>;

export const closedStation = (address: Address, openAt: MonotonicMs): Station => ({
  address,
  isOpen: false,
  openedAt: openAt,
  due: new Map([['open', openAt]]),
  again: undefined,
  isMute: false,
  quietUntil: openAt,
  wholeAt: openAt,
});

export const openedBase = (now: MonotonicMs): Station => ({
  ...opened(BASE, now),
  due: new Map([
    ['modules', now],
    ['device-type', later(now, 500)],
  ]),
});

/** Its values first; a little apart, so that the values of other pumps are not kept waiting. */
export const openedPump = (address: PumpAddress, now: MonotonicMs): Station => ({
  ...opened(address, now),
  due: new Map([
    ['values', now],
    ['drug', later(now, 250)],
    ['enable-events', later(now, 500)],
    ['device-type', later(now, 750)],
  ]),
});

const opened = (address: Address, now: MonotonicMs): Station => ({
  ...closedStation(address, now),
  isOpen: true,
  openedAt: now,
});

export interface Next {
  readonly address: Address;
  readonly question: Question;
}

/** @returns undefined while nothing is due. */
export function nextQuestion(stations: Stations, now: MonotonicMs): Next | undefined {
  let first: (Next & { readonly at: MonotonicMs }) | undefined;
  for (const { address, due, again, quietUntil } of stations.values()) {
    if (now < quietUntil) continue;
    for (const [question, at] of due) {
      const isItsTurn = at <= now && (again === undefined || again === question);
      if (isItsTurn && (!first || at < first.at)) first = { address, question, at };
    }
  }
  return first && { address: first.address, question: first.question };
}

const withDue = (station: Station, question: Question, at: MonotonicMs): Station => ({
  ...station,
  due: new Map(station.due).set(question, at),
});

function withoutDue(station: Station, question: Question): Station {
  const due = new Map(station.due);
  due.delete(question);
  return { ...station, due };
}

export const dueNow = (station: Station, question: Question, now: MonotonicMs): Station =>
  withDue(station, question, now);

/** It said something of its own address. */
export const heard = (station: Station): Station => ({ ...station, isMute: false });

/** A question was answered, whatever the answer is. `again`: when it is due again, ms. */
export function answered(station: Station, question: Question, now: MonotonicMs, againMs?: number): Station {
  const isRepeated = station.again === question;
  const settled: Station = isRepeated ? { ...station, again: undefined, quietUntil: later(now, LATE_MS) } : station;
  return againMs === undefined ? withoutDue(settled, question) : withDue(settled, question, later(now, againMs));
}

export const answeredValues = (station: Station, now: MonotonicMs): Station => ({
  ...answered(station, 'values', now, VALUES_MS),
  wholeAt: now,
});

export const answeredDrug = (station: Station, now: MonotonicMs): Station => answered(station, 'drug', now, DRUG_MS);

export const answeredMask = (station: Station, now: MonotonicMs, hasModules: boolean): Station =>
  answered(station, 'modules', now, hasModules ? MASK_MS : NO_MODULES_MS);

/** Values came unasked: the question for them can wait a little. */
export function toldValues(station: Station, now: MonotonicMs): Station {
  if (!station.due.has('values')) return station;
  const at = Math.min(later(now, VALUES_MS), later(station.wholeAt, WHOLE_VALUES_MS));
  return withDue(station, 'values', later(now, Math.max(0, at - now)));
}

/** Once more, at once or after a pause. */
export const askAgain = (station: Station, question: Question, at: MonotonicMs): Station => ({
  ...withDue(station, question, at),
  again: question,
});

/** Given up: a pump's session is opened anew, soon when it had one; a base is asked again. */
export function givenUp(station: Station, question: Question, now: MonotonicMs): Station {
  const quietUntil = later(now, LATE_MS);
  if (station.address === BASE) {
    const rested = question === 'modules' ? withDue(station, question, quietUntil) : withoutDue(station, question);
    return { ...rested, again: undefined, quietUntil };
  }
  const openAt = later(now, question === 'open' ? RETRY_MS : REOPEN_MS);
  return { ...closedStation(station.address, openAt), isMute: true, quietUntil };
}

/** Its session is gone (1E): opened again, at once unless it was opened just now. */
export function lostSession(station: Station, now: MonotonicMs): Station {
  const isHasty = now - station.openedAt < 2 * REOPEN_MS;
  return closedStation(station.address, isHasty ? later(now, RETRY_MS) : now);
}

/** It cannot be reached, or refuses a session. */
export const outOfReach = (station: Station, now: MonotonicMs): Station =>
  closedStation(station.address, later(now, RETRY_MS));

/** Telling off and the sessions closed, the base's last. */
export const lastQuestions = (stations: Stations): readonly Next[] =>
  [...stations.values()]
    .filter(({ isOpen }) => isOpen)
    .reverse()
    .flatMap(({ address }): readonly Next[] => [
      ...(address === BASE ? [] : [{ address, question: 'disable-events' } as const]),
      { address, question: 'close' },
    ]);
