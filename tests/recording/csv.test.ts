import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine, toCsv, type Cell } from '$lib/recording/csv.ts';

/** A reader by the letter of RFC 4180, written apart from the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [quoted] = /^"(?:[^"]|"")*"/.exec(text.slice(at)) ?? [];
    const [cell = ''] = quoted === undefined ? (/^[^,\r\n"]*/.exec(text.slice(at)) ?? []) : [quoted];
    row.push(quoted === undefined ? cell : cell.slice(1, -1).replaceAll('""', '"'));
    at += cell.length;
    if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else if (text[at] === ',') at += 1;
    else throw new Error(`no end of a cell at ${at}`);
  }
  if (row.length > 0) throw new Error('the last row has no end');
  return rows;
}

const isFormula = (cell: string): boolean => /^[\s\u00a0]*[=+\-@＝＋－＠]/u.test(cell) || /^[\t\r\n]/.test(cell);

describe('a table as comma-separated values', () => {
  test('has a row of names, ends every row with CR LF, and leaves empty what a row does not have', () => {
    expect(toCsv(['a', 'b', 'c'], [{ a: 1, c: 'x' }, { b: '' }])).toBe('a,b,c\r\n1,,x\r\n,,\r\n');
  });

  test('quotes commas, quotes and line breaks', () => {
    expect(csvLine(['a,b', 'say "no"', 'two\r\nlines', 'plain'])).toBe('"a,b","say ""no""","two\r\nlines",plain\r\n');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '\u00a0=1'])(
    'takes from %j its power over a spreadsheet',
    (text) => expect(parse(csvLine([text]))[0]).toEqual([`'${text}`]),
  );

  test('leaves negative numbers numbers, and has none for what is not one', () => {
    expect(csvLine([-3.5, 0, Number.NaN, Infinity, undefined])).toBe('-3.5,0,,,\r\n');
  });

  test('is read back as it was written, whatever was in it', () => {
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', '-', ' ', 'a', '\u00a0', '＝') }),
      fc.integer(),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1 }), (rows) => {
        const read = parse(rows.map(csvLine).join(''));
        expect(read.map((row) => row.length)).toEqual(rows.map((row) => row.length));
        read.flat().forEach((found, i) => {
          const written = rows.flat()[i];
          if (typeof written === 'string') {
            expect([written, `'${written}`]).toContain(found);
            expect(isFormula(found)).toBe(false);
          } else expect(found).toBe(written === undefined ? '' : String(written));
        });
      }),
    );
  });
});
