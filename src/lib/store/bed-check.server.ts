/**
 * What the rows of one bed must fulfil, given to it in the order of writing; seals first. It keeps the first thing that is
 * wrong, in words, and looks no further in that chain: what comes after a broken place proves nothing.
 *
 *   journal  numbers 1, 2, 3 … · the hash of each entry · nothing that names a later one · all rows listed in `contents`
 *   signal   the same · samples that can be decoded · the overview that they make
 *   seal     its own hash · the heads that it binds · one for every session that the journal closed
 */
import type { BedId, SessionId } from '$lib/domain/index.ts';
import { decodeBlocks } from '$lib/recording/wave-codec.ts';
import { type Line, readLine } from './body-text.ts';
import { bitsOf } from './entry-kinds.ts';
import {
  GENESIS,
  HASH_BYTES,
  hashAt,
  isSameBytes,
  journalHashes,
  type JournalRow,
  sealHash,
  type SealRow,
  signalHash,
  type SignalRow,
} from './hash-chain.server.ts';
import { OverviewCheck, type OverviewEnd, type StoredTrack } from './overview-check.server.ts';
import type { VerifyReport } from './store.ts';

type BedReport = VerifyReport['beds'][number];
type Bad = NonNullable<BedReport['firstBad']>;

/** One chain while it is walked. `heads` keeps the hashes of those links that a seal binds. */
interface Walk {
  rows: number;
  /** Entries or signal rows. */
  links: number;
  good: number;
  hash: Uint8Array;
  bad?: Bad;
  readonly heads: Map<number, Uint8Array | undefined>;
}

/** What the list of beds and all that is derived from a bed's rows says of it. */
export interface Claims extends OverviewEnd {
  /** The last entry that a snapshot, a session or `contents` names; the last signal row that an overview or a session does. */
  readonly lastSeq: number;
  readonly lastNumber: number;
}

/** What review finds of a bed. */
export interface Listing {
  readonly overviewRows: number;
  /** Rows that `contents` leads to, and in how many places it names a wrong first entry. */
  readonly journalRows: number;
  readonly signalRows: number;
  readonly misled: number;
}

const CLOSING = bitsOf(['session', 'phase']);
const NAMED_BY = {
  journal: 'a snapshot, the list of sessions or the table of contents names one that is not there.',
  signal: 'an overview or the list of sessions names one that is not there.',
};
const UNLISTED = 'The table of contents does not lead to every row: some would be missing in review.';

export class BedCheck {
  readonly #bed: BedId;
  readonly #journal: Walk = startWalk();
  readonly #signal: Walk = startWalk();
  readonly #overview: OverviewCheck;
  readonly #seals = new Map<SessionId, { readonly seal: SealRow; readonly hash: Uint8Array }>();
  readonly #closed = new Map<SessionId, number>();
  #session: SessionId | undefined;

  constructor(bed: BedId, stored: StoredTrack) {
    this.#bed = bed;
    this.#overview = new OverviewCheck(stored);
  }

  seal(seal: SealRow, hash: Uint8Array): void {
    this.#seals.set(seal.session, { seal, hash });
    this.#journal.heads.set(seal.lastSeq, undefined);
    this.#signal.heads.set(seal.lastNumber, seal.lastNumber === 0 ? GENESIS : undefined);
  }

  /** @param stored the hashes of its entries. */
  entries(row: JournalRow, stored: Uint8Array): void {
    const walk = this.#journal;
    const names = (index: number) => entryName(row, index);
    walk.rows += 1;
    walk.links += row.lines.length;
    if (walk.bad || !follows(walk, 'journal', row.seq, () => names(0))) return;
    const hashes = journalHashes(walk.hash, row);
    const count = Math.max(row.lines.length, stored.length / HASH_BYTES);
    for (let index = 0; index < count && !walk.bad; index += 1)
      step(walk, 'journal', () => names(index), hashAt(hashes, index), hashAt(stored, index));
    if (!walk.bad && row.kinds & CLOSING)
      row.lines.forEach((line, index) => this.#follow(lineIfAny(line), row.seq + index));
  }

  slice(row: SignalRow, stored: Uint8Array): void {
    const walk = this.#signal;
    const name = () => `signal row ${row.number} (${timeOf(row.at, row.wall)})`;
    walk.rows += 1;
    walk.links += 1;
    if (walk.bad || !follows(walk, 'signal', row.number, name)) return;
    step(walk, 'signal', name, signalHash(walk.hash, row), stored);
    if (walk.bad) return;
    const blocks = decodeBlocks(row.data);
    if (blocks.ok) this.#overview.slice(row, blocks.value);
    else walk.bad = { table: 'signal', row: row.number, what: `${capitalised(name())} cannot be decoded.` };
  }

  /** @param claims undefined when the bed is not in the list of beds. */
  report(claims: Claims | undefined, listing: Listing): BedReport {
    const firstBad =
      this.#journal.bad ??
      (claims ? cutOff(this.#journal, 'journal', claims.lastSeq) : this.#unknownBed()) ??
      this.#unlisted(listing) ??
      this.#signal.bad ??
      (claims && (cutOff(this.#signal, 'signal', claims.lastNumber) ?? this.#badOverview(claims, listing))) ??
      this.#badSeal();
    return {
      bed: this.#bed,
      entryCount: this.#journal.links,
      signalCount: this.#signal.links,
      ...(firstBad && { firstBad }),
    };
  }

  #follow(line: Line | undefined, seq: number): void {
    if (!line) return;
    const { body } = line;
    if (body.kind === 'session') this.#session = body.session.id;
    const isClosed =
      body.kind === 'session' ? body.session.phase === 'closed' : body.kind === 'phase' && body.to === 'closed';
    if (isClosed && this.#session !== undefined) this.#closed.set(this.#session, seq);
  }

  #unknownBed(): Bad {
    return { table: 'journal', row: 1, what: `${this.#bed} is not in the list of beds.` };
  }

  #unlisted({ journalRows, signalRows, misled }: Listing): Bad | undefined {
    if (journalRows !== this.#journal.rows || misled > 0)
      return { table: 'journal', row: this.#journal.good, what: UNLISTED };
    if (signalRows !== this.#signal.rows) return { table: 'signal', row: this.#signal.good, what: UNLISTED };
    return undefined;
  }

  #badOverview(end: OverviewEnd, { overviewRows }: Listing): Bad | undefined {
    const row = this.#overview.wrongFrom(end, overviewRows);
    if (row === undefined) return undefined;
    return {
      table: 'signal',
      row,
      what: `The overview of the signal rows from ${row} on is not what their samples say.`,
    };
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

const startWalk = (): Walk => ({ rows: 0, links: 0, good: 0, hash: GENESIS, heads: new Map() });

/** Whether the next link has the next number. */
function follows(walk: Walk, table: 'journal' | 'signal', number: number, name: () => string): boolean {
  const expected = walk.good + 1;
  if (number === expected) return true;
  const missing = table === 'journal' ? `Entry ${expected}` : `Signal row ${expected}`;
  const what = `${missing} is missing or out of place: ${name()} stands where it should be.`;
  walk.bad = { table, row: expected, what };
  return false;
}

function step(
  walk: Walk,
  table: 'journal' | 'signal',
  name: () => string,
  expected: Uint8Array,
  stored: Uint8Array,
): void {
  const number = walk.good + 1;
  if (!isSameBytes(expected, stored)) {
    const what = `${capitalised(name())} does not follow from the one before it: one of the two was altered after it was written.`;
    walk.bad = { table, row: number, what };
    return;
  }
  walk.good = number;
  walk.hash = stored;
  if (walk.heads.has(number)) walk.heads.set(number, stored);
}

/** When something names a later link than the last one that is there. */
function cutOff({ good }: Walk, table: 'journal' | 'signal', lastNamed: number): Bad | undefined {
  if (lastNamed <= good) return undefined;
  const rows = table === 'journal' ? 'Entries' : 'Signal rows';
  const what = `${rows} ${good + 1} to ${lastNamed} are missing at the end: ${NAMED_BY[table]}`;
  return { table, row: good + 1, what };
}

/** Also of a line that somebody has made unreadable. */
function entryName({ seq, lines, wallOffset }: JournalRow, index: number): string {
  const name = `entry ${seq + index}`;
  const line = lineIfAny(lines[index]);
  if (!line) return name;
  return `${name} (${line.body.kind}, ${timeOf(line.at, wallOffset === null ? null : line.at + wallOffset)})`;
}

function lineIfAny(text: string | undefined): Line | undefined {
  try {
    return text === undefined ? undefined : readLine(text);
  } catch {
    return undefined;
  }
}

/** Calendar time in UTC, or the station's own where the calendar was not known or is beyond all dates. */
const timeOf = (at: number, wall: number | null): string =>
  wall === null || Math.abs(wall) > LAST_DATE_MS
    ? `${at} ms on the station's clock`
    : `${new Date(wall).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
