/** A directory for the recordings of one test, removed afterwards. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach } from 'vitest';
import { openReader } from '$lib/store/sqlite-reader.server.ts';
import { openWriter } from '$lib/store/sqlite-writer.server.ts';
import type { RecordBatch, StoreReader, StoreWriter } from '$lib/store/store.ts';

const directories: string[] = [];
const open: { close(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'infuscope-store-'));
  directories.push(directory);
  return directory;
}

export const scratchFile = (): string => join(scratchDirectory(), 'recording.db');

/** Closed when the test ends. */
export function writing(file: string): StoreWriter {
  const writer = openWriter(file);
  open.push(writer);
  return writer;
}

export function reading(file: string): StoreReader {
  const reader = openReader(file);
  open.push(reader);
  return reader;
}

/** Writes all batches and closes the recording. */
export function recorded(batches: readonly RecordBatch[], file = scratchFile()): string {
  const writer = openWriter(file);
  for (const batch of batches) writer.commit(batch);
  writer.close();
  return file;
}

/**
 * What the disk holds at this instant, as if the process had been killed: under another name, because the engine goes on
 * knowing a file that this process has open, or has had open a moment ago.
 */
export function copied(file: string): string {
  const copy = scratchFile();
  for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  return copy;
}

/** Every row of every table. */
export function contentOf(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare(`select name from sqlite_schema where type = 'table' order by name`).all() as {
    name: string;
  }[];
  const content = tables.map(({ name }) => [name, db.prepare(`select * from ${name}`).all()]);
  db.close();
  return content;
}
