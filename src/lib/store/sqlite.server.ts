/**
 * The one file that knows the SQLite binding: opening with the right durability and permissions, the file's version,
 * transactions, and the engine's errors as {@link StoreFailure}s. Everything above speaks {@link Database} and plain rows.
 *
 * WAL with synchronous FULL: a commit is on the disk before it returns, readers never wait for the writer, and whatever
 * kills the process leaves a file that holds exactly the transactions that were committed.
 */
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { MIGRATIONS } from './migrations/index.ts';
import { failure, StoreFailure } from './store-failure.ts';

export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  /** @returns the row number of an insertion. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): readonly Row[];
}

/** An open recording. Every method throws a {@link StoreFailure} and nothing else. */
export interface Database {
  readonly file: string;
  prepare(sql: string): Statement;
  /** Does the work in one transaction; when it throws, nothing of it remains. */
  transaction(work: () => void): void;
  close(): void;
}

/** `Info` in ASCII: what SQLite keeps in its header to tell whose file it is. */
const APPLICATION_ID = 0x496e666f;
const PAGE_BYTES = 8192;
/** Pages in the log before they are moved into the file: the pages of a slot are written many times there and once here. */
const LOG_PAGES = 4000;
/** How long to wait for a lock that another process holds for a moment, ms. */
const BUSY_MS = 2000;
/** SQLite's file header, see https://sqlite.org/fileformat2.html: page size at 16, number of pages at 28. */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
/**
 * SQLite's primary result codes and its fixed texts for them, see https://sqlite.org/rescode.html. The texts are needed
 * because the binding (1.2.1) leaves the code out of what `all` and `prepare` throw.
 */
const RESULTS: readonly (readonly [code: number, text: string, why: Parameters<typeof failure>[0]])[] = [
  [5, 'database is locked', 'shared'],
  [8, 'attempt to write a readonly database', 'denied'],
  [10, 'disk I/O error', 'io'],
  [11, 'database disk image is malformed', 'damaged'],
  [13, 'database or disk is full', 'full'],
  [14, 'unable to open database file', 'denied'],
  [26, 'file is not a database', 'foreign'],
];

/** What the file system says when it cannot give us the directory or the file. */
const NO_ACCESS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT']);

/** Opens the recording for the one writer; makes file and directory (for the owner only) and brings the format up to date. */
export function openForWriting(file: string): Database {
  return guard(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    if (isCutShort(file)) throw failure('damaged', file);
    const db: Bound = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
    return closedOnFailure(db, () => {
      const version = versionOf(db, file);
      if (version === 0) db.exec(`pragma page_size = ${PAGE_BYTES}; pragma application_id = ${APPLICATION_ID}`);
      db.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${LOG_PAGES}`);
      migrate(db, version);
      return wrap(db, file, () => db.exec('pragma wal_checkpoint(truncate)'));
    });
  });
}

/** Opens the recording beside a writer that may be at work. */
export function openForReading(file: string): Database {
  return guard(file, () => {
    if (isCutShort(file)) throw failure('damaged', file);
    if (sizeOf(file) === 0) throw failure('missing', file);
    const db: Bound = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: true });
    return closedOnFailure(db, () => {
      const version = versionOf(db, file);
      if (version < MIGRATIONS.length) throw olderVersion(file, version);
      return wrap(db, file, () => undefined);
    });
  });
}

function migrate(db: Bound, from: number): void {
  MIGRATIONS.slice(from).forEach((sql, index) => {
    db.exec(`begin immediate; ${sql} pragma user_version = ${from + index + 1}; commit`);
  });
}

/** @throws StoreFailure when the file is not ours or was written by a newer program. */
function versionOf(db: Bound, file: string): number {
  const version = Number(firstValue(db, 'pragma user_version'));
  const isOurs = firstValue(db, 'pragma application_id') === APPLICATION_ID;
  const isEmpty = firstValue(db, 'select count(*) from sqlite_schema') === 0;
  if (!isOurs && !isEmpty) throw failure('foreign', file);
  if (version > MIGRATIONS.length) throw newerVersion(file, version);
  return version;
}

const newerVersion = (file: string, version: number) =>
  new StoreFailure(
    'newer',
    file,
    `${file} was written by a newer Infuscope (format ${version}; this one knows up to ${MIGRATIONS.length}). ` +
      `Nothing was changed in it. Install that version again, or choose another data directory.`,
  );

const olderVersion = (file: string, version: number) =>
  new StoreFailure(
    'older',
    file,
    `${file} has the older format ${version}, this program reads format ${MIGRATIONS.length}. ` +
      `Start the station once: it brings the recording up to date.`,
  );

function firstValue(db: Bound, sql: string): unknown {
  const row = db.prepare(sql).get();
  return row && typeof row === 'object' ? Object.values(row)[0] : undefined;
}

function wrap(db: Bound, file: string, beforeClose: () => void): Database {
  const undo = (): void => {
    if (db.isTransaction) db.exec('rollback');
  };
  return {
    file,
    prepare: (sql) =>
      wrapStatement(
        guard(file, () => db.prepare(sql)),
        file,
      ),
    transaction(work) {
      guard(file, () => {
        try {
          db.exec('begin immediate');
          work();
          db.exec('commit');
        } finally {
          undo();
        }
      });
    },
    close() {
      guard(file, () => {
        try {
          beforeClose();
        } finally {
          db.close();
        }
      });
    },
  };
}

/** The part of the binding that we use, with results that nobody has looked at yet. */
interface Bound {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): BoundStatement;
  close(): void;
}

interface BoundStatement {
  run(...values: SqlValue[]): { lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

function wrapStatement(statement: BoundStatement, file: string): Statement {
  return {
    run: (...values) => guard(file, () => Number(statement.run(...values).lastInsertRowid)),
    get: (...values) => guard(file, () => statement.get(...values) as Row | undefined),
    all: (...values) => guard(file, () => statement.all(...values) as Row[]),
  };
}

/** The engine's and the file system's exceptions as StoreFailures; ours pass. */
function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFailure) throw error;
    throw translated(error, file);
  }
}

function translated(error: unknown, file: string): StoreFailure {
  const { errcode, code, message } = Object(error) as { errcode?: unknown; code?: unknown; message?: unknown };
  const primary = typeof errcode === 'number' ? errcode & 0xff : undefined;
  const result = RESULTS.find(([known, text]) => (primary === undefined ? text === message : known === primary));
  if (result) return failure(result[2], file, error);
  if (code === 'ENOSPC') return failure('full', file, error);
  if (typeof code === 'string' && NO_ACCESS.has(code)) return failure('denied', file, error);
  return new StoreFailure('other', file, `The recording ${file} could not be used: ${String(message)}`, {
    cause: error,
  });
}

function closedOnFailure(db: Bound, open: () => Database): Database {
  let opened: Database | undefined;
  try {
    return (opened = open());
  } finally {
    if (!opened) db.close();
  }
}

/**
 * Whether bytes are missing at the end. SQLite takes a page that is there in part for a page of zeros, and an emptied file
 * beside a full log for a new one, whose log it deletes. While the log holds pages, those of the file may be incomplete.
 */
function isCutShort(file: string): boolean {
  const hasLog = sizeOf(`${file}-wal`) > 0;
  const size = sizeOf(file);
  if (size < HEADER_BYTES || hasLog) return size === 0 && hasLog;
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, header);
  closeSync(descriptor);
  return header.toString('latin1', 0, 16) === MAGIC && size < header.readUInt32BE(28) * header.readUInt16BE(16);
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
