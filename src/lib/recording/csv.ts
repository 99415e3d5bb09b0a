/**
 * Tables as comma-separated values (RFC 4180), UTF-8 without a byte order mark, so that the first column keeps its name.
 *
 *   name,name\r\n
 *   text,"text with , or "" or a line break"\r\n
 *   '=text,-3.5\r\n          a text that a spreadsheet would take for a formula begins with an apostrophe; a number never does
 */

/** What was not known is an empty cell, never 0. */
export type Cell = string | number | undefined;

/** `=`, `+`, `-`, `@`, also in full width and behind blanks, and what some programs strip before they look. */
const LOOKS_LIKE_FORMULA = /^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** One table: a row of names, then the rows. A name that a row does not have is an empty cell. */
export function toCsv<Name extends string>(
  names: readonly Name[],
  rows: Iterable<Readonly<Partial<Record<Name, Cell>>>>,
): string {
  const lines = [csvLine(names)];
  for (const row of rows) lines.push(csvLine(names.map((name) => row[name])));
  return lines.join('');
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

function written(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = LOOKS_LIKE_FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
