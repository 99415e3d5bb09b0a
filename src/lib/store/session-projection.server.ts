/**
 * The list of sessions, kept beside the journal in the same transaction, and the seal of a session that ended. All of it
 * follows from the journal's `session`, `phase` and `alarm` entries.
 */
import {
  type BedOutput,
  type JournalEntry,
  PRIORITIES,
  type Session,
  type SessionId,
  sessionId,
} from '$lib/domain/index.ts';
import { readLine } from './body-text.ts';
import type { WrittenRow } from './chain-writer.server.ts';
import { bitsOf, KIND_BITS } from './entry-kinds.ts';
import { hashAt, sealHash } from './hash-chain.server.ts';
import type { Head } from './heads.server.ts';
import { Columns } from './rows.server.ts';
import type { Database, Statement } from './sqlite.server.ts';
import { orDamaged } from './store-failure.ts';

/** An entry, and the row in which it stands. */
interface Written {
  readonly head: Head;
  readonly entry: JournalEntry;
  readonly row: WrittenRow;
}

const CONCERNED = bitsOf(['session', 'alarm', 'phase']);

const FIND = 'select first_seq, first_number, last_seq from session where id = ?';
const COMMANDS = `select seq, entries from journal where slot in (?, ?) and bed = ? and seq <= ?
  and kinds & ${KIND_BITS.command} order by seq desc`;
const ADMIT = `insert into session (id, bed, first_seq, from_at, admitted_wall, first_number, latest, latest_seq)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = 'update session set latest = ?, latest_seq = ? where id = ?';
const END = 'update session set last_seq = ?, to_at = ?, ended_wall = ? where id = ?';
const SIGNALLED = `insert into alarm values (?, ?, ?)
  on conflict (session, id) do update set urgency = min(urgency, excluded.urgency)`;
const RERANKED = 'update alarm set urgency = min(urgency, ?) where session = ? and id = ?';
const SEAL = 'insert into seal values (?, ?, ?, ?, ?, ?, ?, ?, ?)';

export class SessionProjection {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #closings = new Map<SessionId, Written>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Takes in the entries of a row that was just written; most kinds say nothing about sessions. */
  row(head: Head, row: WrittenRow): void {
    if ((row.kinds & CONCERNED) === 0) return;
    for (const entry of row.entries) this.#entry({ head, entry, row });
  }

  /** Seals what ended since the last call; to be called when the batch's signals are written, too. */
  sealEnded(): void {
    for (const [id, last] of this.#closings) this.#end(id, last);
    this.#closings.clear();
  }

  /** Forgets what a transaction that failed had begun. */
  forget(): void {
    this.#closings.clear();
  }

  #entry(written: Written): void {
    const { head, entry } = written;
    const { body } = entry;
    if (body.kind === 'session') this.#session(body.session, written);
    else if (body.kind === 'alarm') this.#alarm(head, body.change);
    else if (body.kind === 'phase' && body.to === 'closed' && head.session !== undefined)
      this.#closings.set(sessionId(head.session), written);
  }

  #session(session: Session, written: Written): void {
    const { id } = session;
    const { head, entry, row } = written;
    if (this.#statement(FIND).get(id)) this.#statement(UPDATE).run(row.row, entry.seq, id);
    else this.#admit(id, written);
    if (session.phase === 'closed') this.#closings.set(id, written);
    else head.session = id;
  }

  /** A session begins with the command that admitted the patient, a few entries before its first output. */
  #admit(id: SessionId, { head, entry, row }: Written): void {
    const { bed, seq, at } = entry;
    const firstSeq = this.#admission(id, entry, row.slot) ?? seq;
    this.#statement(ADMIT).run(id, bed, firstSeq, at, wallOf(row, entry), head.number + 1, row.row, seq);
  }

  #admission(id: SessionId, { bed, seq }: JournalEntry, slot: number): number | undefined {
    for (const found of this.#statement(COMMANDS).all(slot - 1, slot, bed, seq)) {
      const row = new Columns(found, this.#db.file);
      const lines = row.lines('entries');
      const index = orDamaged(this.#db.file, () => lines.findLastIndex((line) => isAdmission(line, id)));
      if (index !== -1) return row.number('seq') + index;
    }
    return undefined;
  }

  #alarm(head: Head, { cause, alarm }: Extract<BedOutput, { kind: 'alarm' }>['change']): void {
    if (head.session === undefined) return;
    const urgency = PRIORITIES.indexOf(alarm.priority);
    if (cause === 'signalled') this.#statement(SIGNALLED).run(head.session, alarm.id, urgency);
    else this.#statement(RERANKED).run(urgency, head.session, alarm.id);
  }

  #end(id: SessionId, { head, entry, row }: Written): void {
    const found = this.#statement(FIND).get(id);
    if (!found || found['last_seq'] !== null) return;
    const session = new Columns(found, this.#db.file);
    const { bed, seq: lastSeq, at } = entry;
    this.#statement(END).run(lastSeq, at, wallOf(row, entry), id);
    if (head.session === id) head.session = undefined;
    const [firstSeq, firstNumber] = [session.number('first_seq'), session.number('first_number')];
    const [lastNumber, signalHead] = [head.number, head.signalHash];
    const journalHead = hashAt(row.hashes, lastSeq - row.seq);
    const seal = { session: id, bed, firstSeq, lastSeq, firstNumber, lastNumber, journalHead, signalHead };
    const hash = sealHash(seal);
    this.#statement(SEAL).run(id, bed, firstSeq, lastSeq, firstNumber, lastNumber, journalHead, signalHead, hash);
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

/** Calendar time of an entry, as its row has it. */
const wallOf = ({ wallOffset }: WrittenRow, { at }: JournalEntry): number | null =>
  wallOffset === null ? null : at + wallOffset;

function isAdmission(line: string, id: SessionId): boolean {
  const { body } = readLine(line);
  if (body.kind !== 'command') return false;
  const { command } = body.envelope;
  return command.type === 'admit' && command.session === id;
}
