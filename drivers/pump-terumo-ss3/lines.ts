/**
 * Line settings that are tried one after the other. The pages of the manual that name the right ones were not available: this is an order
 * of guesses, and no more. What the configuration of a port fixes is used instead, whatever stands here.
 */
import type { SerialSettings } from '$drivers/driver.ts';

const BAUD_RATES = [38_400, 9600, 19_200, 57_600, 115_200];

const lineOf = (baudRate: number, parity: SerialSettings['parity']): SerialSettings => ({
  baudRate,
  dataBits: 8,
  parity,
  stopBits: 1,
  rtscts: false,
});

export const FIRST_LINE: SerialSettings = lineOf(38_400, 'none');

const LINES: readonly SerialSettings[] = [
  ...BAUD_RATES.map((baudRate) => lineOf(baudRate, 'none')),
  ...BAUD_RATES.map((baudRate) => lineOf(baudRate, 'even')),
];

/** The n-th guess; after the last one the first comes again. */
export const guess = (n: number): SerialSettings => LINES[n % LINES.length] ?? FIRST_LINE;

/** `38400 8N1`. */
export const lineText = ({ baudRate, parity }: SerialSettings): string =>
  `${baudRate} 8${parity === 'even' ? 'E' : 'N'}1`;
