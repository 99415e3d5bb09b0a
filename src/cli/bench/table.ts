/** Figures as a table for people: columns as wide as their widest cell, numbers to the right. */

/** Three significant digits, without an exponent; counts as they are; a dash for what was not measured. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 4));
}

const isNumeric = (cell: string): boolean => /^[-–+]?[\d.]*( ?[×%a-zA-Zµ/]+)*$/.test(cell);

/** @param rows the first one is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const [heading = [], ...body] = rows;
  const isRight = widths.map((_, i) => body.every((row) => isNumeric(row[i] ?? '')));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, i) => (isRight[i] ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd();
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
