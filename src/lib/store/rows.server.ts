/** Columns of a row as what they must be. A row that is something else was not written by us: the file is damaged. */
import type { Row } from './sqlite.server.ts';
import { failure } from './store-failure.ts';

/** Reads the columns of one row; `file` only names the recording in the failure. */
export class Columns {
  readonly #row: Row;
  readonly #file: string;

  constructor(row: Row, file: string) {
    this.#row = row;
    this.#file = file;
  }

  number(name: string): number {
    const value = this.#row[name];
    if (typeof value !== 'number') throw this.#wrong(name, 'number');
    return value;
  }

  /** @returns undefined for an empty column. */
  numberIfAny(name: string): number | undefined {
    return this.#row[name] === null ? undefined : this.number(name);
  }

  text(name: string): string {
    const value = this.#row[name];
    if (typeof value !== 'string') throw this.#wrong(name, 'text');
    return value;
  }

  /** One for each entry of a journal row. */
  lines(name: string): readonly string[] {
    return this.text(name).split('\n');
  }

  /** @returns undefined for an empty column. */
  textIfAny(name: string): string | undefined {
    return this.#row[name] === null ? undefined : this.text(name);
  }

  bytes(name: string): Uint8Array {
    const value = this.#row[name];
    if (!(value instanceof Uint8Array)) throw this.#wrong(name, 'blob');
    return value;
  }

  #wrong(name: string, expected: string): Error {
    return failure('damaged', this.#file, new TypeError(`column ${name} holds no ${expected}`));
  }
}
