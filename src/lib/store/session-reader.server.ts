/** Sessions as review lists them: the projection's row, the latest `session` entry for what was said about the patient, and the seal. */
import { bedId, monotonicMs, type Session, type SessionId, sessionId, wallMs } from '$lib/domain/index.ts';
import { readLine } from './body-text.ts';
import { hex } from './hash-chain.server.ts';
import { Columns } from './rows.server.ts';
import type { Database, Row, Statement } from './sqlite.server.ts';
import { failure, orDamaged } from './store-failure.ts';
import type { Seal, SessionRow, StoreReader } from './store.ts';

const ALARMS = (urgency: number) => `(select count(*) from alarm a where a.session = s.id and a.urgency = ${urgency})`;

const SESSIONS = `select s.id, s.bed, s.first_seq, s.from_at, s.admitted_wall, s.last_seq, s.to_at, s.ended_wall,
    j.entries, s.latest_seq - j.seq as latest_line,
    ${ALARMS(0)} as high, ${ALARMS(1)} as medium, ${ALARMS(2)} as low,
    x.first_seq as seal_first_seq, x.last_seq as seal_last_seq, x.first_number, x.last_number,
    x.journal_head, x.signal_head, x.hash
  from session s join journal j on j.row = s.latest left join seal x on x.session = s.id`;

const ONE = `${SESSIONS} where s.id = ?`;
const LIST = `${SESSIONS} where (?1 is null or s.bed = ?1) and (?2 is null or s.admitted_wall < ?2)
  order by s.admitted_wall desc, s.rowid desc limit ?3`;
const NO_LIMIT = -1;

export class SessionReader {
  readonly #file: string;
  readonly #one: Statement;
  readonly #list: Statement;

  constructor(db: Database) {
    this.#file = db.file;
    this.#one = db.prepare(ONE);
    this.#list = db.prepare(LIST);
  }

  list(filter: Parameters<StoreReader['sessions']>[0] = {}): readonly SessionRow[] {
    const rows = this.#list.all(filter.bed ?? null, filter.before ?? null, filter.limit ?? NO_LIMIT);
    return rows.map((row) => this.#session(row));
  }

  one(id: SessionId): SessionRow | undefined {
    const row = this.#one.get(id);
    return row && this.#session(row);
  }

  #session(row: Row): SessionRow {
    const columns = new Columns(row, this.#file);
    const { patient, plan, isSimulated, isReplay } = this.#latest(columns);
    const admittedWall = columns.numberIfAny('admitted_wall');
    const lastSeq = columns.numberIfAny('last_seq');
    const endedWall = columns.numberIfAny('ended_wall');
    return {
      id: sessionId(columns.text('id')),
      bed: bedId(columns.text('bed')),
      identifier: patient.identifier,
      ...(patient.shortName !== undefined && { shortName: patient.shortName }),
      ...(admittedWall !== undefined && { admittedWall: wallMs(admittedWall) }),
      from: monotonicMs(columns.number('from_at')),
      firstSeq: columns.number('first_seq'),
      ...(lastSeq !== undefined && { lastSeq, to: monotonicMs(columns.number('to_at')) }),
      ...(endedWall !== undefined && { endedWall: wallMs(endedWall) }),
      ...(plan && { plan }),
      isSimulated,
      ...(isReplay && { isReplay }),
      alarms: { high: columns.number('high'), medium: columns.number('medium'), low: columns.number('low') },
      ...(row['hash'] !== null && { seal: sealOf(columns) }),
    };
  }

  #latest(columns: Columns): Session {
    const line = columns.lines('entries')[columns.number('latest_line')];
    const body = line === undefined ? undefined : orDamaged(this.#file, () => readLine(line).body);
    if (body?.kind !== 'session') throw failure('damaged', this.#file, new Error('a session has no entry'));
    return body.session;
  }
}

const sealOf = (columns: Columns): Seal => ({
  hash: hex(columns.bytes('hash')),
  journalHead: hex(columns.bytes('journal_head')),
  signalHead: hex(columns.bytes('signal_head')),
  entryCount: columns.number('seal_last_seq') - columns.number('seal_first_seq') + 1,
  signalCount: columns.number('last_number') - columns.number('first_number') + 1,
});
