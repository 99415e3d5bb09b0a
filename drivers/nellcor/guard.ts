/**
 * What may leave for a Nellcor oximeter: XON, which lets it print on. Two of another control character (03) would put it into
 * its interactive mode, which interrupts its printing and offers to set its clock.
 */
import type { SendPattern } from '../driver.ts';

export const MAY_SEND: readonly SendPattern[] = [
  { name: 'XON', matches: (frame) => frame.length === 1 && frame[0] === 0x11 },
];
