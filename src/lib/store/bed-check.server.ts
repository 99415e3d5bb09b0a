/**
 * What the rows of one bed must fulfil, given to it in the order of writing; seals and snapshots first. It keeps the first
 * thing that is wrong, in words, and looks no further in that chain: what comes after a broken place proves nothing.
 *
 *   journal  numbers 1, 2, 3 … · the hash of each row · no seal and no snapshot of a later entry · all listed in `contents`
 *   signal   the same without snapshots
 *   seal     its own hash · the heads that it binds · one for every session that the journal closed
 */
import type { BedId, JournalEntry, SessionId } from '$lib/domain/index.ts';
import { readText } from './body-text.ts';
import {
  GENESIS,
  isSameBytes,
  journalHash,
  type JournalRow,
  sealHash,
  type SealRow,
  signalHash,
  type SignalRow,
} from './hash-chain.server.ts';
import type { VerifyReport } from './store.ts';

type BedReport = VerifyReport['beds'][number];
type Bad = NonNullable<BedReport['firstBad']>;

/** One chain while it is walked. `heads` keeps the hashes of those rows that a seal binds. */
interface Walk {
  rows: number;
  good: number;
  hash: Uint8Array;
  bad?: Bad;
  readonly heads: Map<number, Uint8Array | undefined>;
}

export class BedCheck {
  readonly #bed: BedId;
  readonly #journal: Walk = startWalk();
  readonly #signal: Walk = startWalk();
  readonly #seals = new Map<SessionId, { readonly seal: SealRow; readonly hash: Uint8Array }>();
  readonly #closed = new Map<SessionId, number>();
  #session: SessionId | undefined;
  #lastSnapshot = 0;

  constructor(bed: BedId) {
    this.#bed = bed;
  }

  seal(seal: SealRow, hash: Uint8Array): void {
    this.#seals.set(seal.session, { seal, hash });
    this.#journal.heads.set(seal.lastSeq, undefined);
    this.#signal.heads.set(seal.lastNumber, seal.lastNumber === 0 ? GENESIS : undefined);
  }

  snapshot(seq: number): void {
    this.#lastSnapshot = Math.max(this.#lastSnapshot, seq);
  }

  entry(row: JournalRow, stored: Uint8Array): void {
    const name = () => `entry ${row.seq} (${row.kind}, ${timeOf(row)})`;
    step(this.#journal, 'journal', row.seq, name, stored, (before) => journalHash(before, row));
    if (!this.#journal.bad) this.#follow(row);
  }

  slice(row: SignalRow, stored: Uint8Array): void {
    const name = () => `signal row ${row.number} (${timeOf(row)})`;
    step(this.#signal, 'signal', row.number, name, stored, (before) => signalHash(before, row));
  }

  /** How many rows `contents` leads to, and in how many places it names a wrong first entry. */
  listing(entries: number, signals: number, misled: number): void {
    const what = 'The table of contents does not lead to every row: some would be missing in review.';
    const { rows, good } = this.#journal;
    if (entries !== rows || misled > 0) this.#journal.bad ??= { table: 'journal', row: good, what };
    if (signals !== this.#signal.rows) this.#signal.bad ??= { table: 'signal', row: this.#signal.good, what };
  }

  report(): BedReport {
    const firstBad = this.#journal.bad ?? this.#cutOff() ?? this.#signal.bad ?? this.#badSeal();
    return {
      bed: this.#bed,
      entryCount: this.#journal.rows,
      signalCount: this.#signal.rows,
      ...(firstBad && { firstBad }),
    };
  }

  #follow({ kind, seq, body }: JournalRow): void {
    if (kind !== 'session' && kind !== 'phase') return;
    const said = readText(body) as JournalEntry['body'];
    if (said.kind === 'session') this.#session = said.session.id;
    const isClosed =
      said.kind === 'session' ? said.session.phase === 'closed' : said.kind === 'phase' && said.to === 'closed';
    if (isClosed && this.#session !== undefined) this.#closed.set(this.#session, seq);
  }

  #cutOff(): Bad | undefined {
    const { good } = this.#journal;
    if (this.#lastSnapshot <= good) return undefined;
    const what = `Entries ${good + 1} to ${this.#lastSnapshot} are missing at the end: a snapshot was made after them.`;
    return { table: 'journal', row: good + 1, what };
  }

  #badSeal(): Bad | undefined {
    for (const { seal, hash } of this.#seals.values()) {
      const what = this.#wrongSeal(seal, hash);
      if (what) return { table: 'seal', row: seal.lastSeq, what: `The seal of session ${seal.session} ${what}` };
    }
    const unsealed = [...this.#closed].find(([session]) => !this.#seals.has(session));
    if (!unsealed) return undefined;
    return { table: 'seal', row: unsealed[1], what: `Session ${unsealed[0]} has ended, but its seal is missing.` };
  }

  #wrongSeal(seal: SealRow, hash: Uint8Array): string | undefined {
    if (!isSameBytes(sealHash(seal), hash)) return 'was altered after it was made.';
    const journalHead = this.#journal.heads.get(seal.lastSeq);
    if (!journalHead) return `binds entry ${seal.lastSeq}, but the journal ends at entry ${this.#journal.good}.`;
    if (!isSameBytes(journalHead, seal.journalHead))
      return `does not bind entry ${seal.lastSeq} as it stands there now.`;
    const signalHead = this.#signal.heads.get(seal.lastNumber);
    if (!signalHead) return `binds signal row ${seal.lastNumber}, but the signals end at row ${this.#signal.good}.`;
    if (!isSameBytes(signalHead, seal.signalHead))
      return `does not bind signal row ${seal.lastNumber} as it stands there now.`;
    return undefined;
  }
}

/** The last date that JavaScript can write. */
const LAST_DATE_MS = 8.64e15;

const startWalk = (): Walk => ({ rows: 0, good: 0, hash: GENESIS, heads: new Map() });

function step(
  walk: Walk,
  table: 'journal' | 'signal',
  number: number,
  name: () => string,
  stored: Uint8Array,
  hashAfter: (before: Uint8Array) => Uint8Array,
): void {
  walk.rows += 1;
  if (walk.bad) return;
  const expected = walk.good + 1;
  if (number !== expected) {
    const missing = table === 'journal' ? `Entry ${expected}` : `Signal row ${expected}`;
    walk.bad = {
      table,
      row: expected,
      what: `${missing} is missing or out of place: ${name()} stands where it should be.`,
    };
  } else if (!isSameBytes(hashAfter(walk.hash), stored)) {
    const what = `${capitalised(name())} does not follow from the row before it: one of the two was altered after it was written.`;
    walk.bad = { table, row: number, what };
  } else {
    walk.good = number;
    walk.hash = stored;
    if (walk.heads.has(number)) walk.heads.set(number, stored);
  }
}

/** Calendar time in UTC, or the station's own where the calendar was not known or is beyond all dates. */
const timeOf = ({ at, wall }: { readonly at: number; readonly wall: number | null }): string =>
  wall === null || Math.abs(wall) > LAST_DATE_MS
    ? `${at} ms on the station's clock`
    : `${new Date(wall).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
