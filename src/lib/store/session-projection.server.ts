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
import type { WrittenEntry } from './chain-writer.server.ts';
import { sealHash } from './hash-chain.server.ts';
import type { Head } from './heads.server.ts';
import { Columns } from './rows.server.ts';
import type { Database, Statement } from './sqlite.server.ts';

/** A session's last entry, and the bed's journal head there. */
interface Closing {
  readonly head: Head;
  readonly entry: WrittenEntry;
  readonly journalHead: Uint8Array;
}

const FIND = 'select first_seq, first_number, last_seq from session where id = ?';
const FIND_ADMISSION = `select seq from journal where slot in (?, ?) and bed = ? and seq < ? and kind = 'command'
  and json_extract(body, '$.envelope.command.session') = ? order by seq desc limit 1`;
const ADMIT = `insert into session (id, bed, first_seq, from_at, admitted_wall, first_number, latest)
  values (?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = 'update session set latest = ? where id = ?';
const END = 'update session set last_seq = ?, to_at = ?, ended_wall = ? where id = ?';
const SIGNALLED = `insert into alarm values (?, ?, ?)
  on conflict (session, id) do update set urgency = min(urgency, excluded.urgency)`;
const RERANKED = 'update alarm set urgency = min(urgency, ?) where session = ? and id = ?';
const SEAL = 'insert into seal values (?, ?, ?, ?, ?, ?, ?, ?, ?)';

export class SessionProjection {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #closings = new Map<SessionId, Closing>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Takes in an entry that was just written; most kinds say nothing about sessions. */
  entry(head: Head, entry: JournalEntry, written: WrittenEntry): void {
    const { body } = entry;
    if (body.kind === 'session') this.#session(head, body.session, written);
    else if (body.kind === 'alarm') this.#alarm(head, body.change);
    else if (body.kind === 'phase' && body.to === 'closed' && head.session !== undefined)
      this.#close(head, sessionId(head.session), written);
  }

  /** Seals what ended since the last call; to be called when the batch's signals are written, too. */
  sealEnded(): void {
    for (const [id, closing] of this.#closings) this.#end(id, closing);
    this.#closings.clear();
  }

  /** Forgets what a transaction that failed had begun. */
  forget(): void {
    this.#closings.clear();
  }

  #session(head: Head, session: Session, written: WrittenEntry): void {
    const { id } = session;
    if (this.#statement(FIND).get(id)) this.#statement(UPDATE).run(written.row, id);
    else this.#admit(head, id, written);
    if (session.phase === 'closed') this.#close(head, id, written);
    else head.session = id;
  }

  /** A session begins with the command that admitted the patient, a few entries before its first output. */
  #admit(head: Head, id: SessionId, { slot, bed, seq, at, wall, row }: WrittenEntry): void {
    const command = this.#statement(FIND_ADMISSION).get(slot - 1, slot, bed, seq, id);
    const firstSeq = command ? new Columns(command, this.#db.file).number('seq') : seq;
    this.#statement(ADMIT).run(id, bed, firstSeq, at, wall, head.number + 1, row);
  }

  #close(head: Head, id: SessionId, entry: WrittenEntry): void {
    this.#closings.set(id, { head, entry, journalHead: head.journalHash });
  }

  #alarm(head: Head, { cause, alarm }: Extract<BedOutput, { kind: 'alarm' }>['change']): void {
    if (head.session === undefined) return;
    const urgency = PRIORITIES.indexOf(alarm.priority);
    if (cause === 'signalled') this.#statement(SIGNALLED).run(head.session, alarm.id, urgency);
    else this.#statement(RERANKED).run(urgency, head.session, alarm.id);
  }

  #end(id: SessionId, { head, entry, journalHead }: Closing): void {
    const found = this.#statement(FIND).get(id);
    if (!found || found['last_seq'] !== null) return;
    const session = new Columns(found, this.#db.file);
    this.#statement(END).run(entry.seq, entry.at, entry.wall, id);
    if (head.session === id) head.session = undefined;
    const [firstSeq, firstNumber] = [session.number('first_seq'), session.number('first_number')];
    const [lastSeq, lastNumber, signalHead] = [entry.seq, head.number, head.signalHash];
    const { bed } = entry;
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
