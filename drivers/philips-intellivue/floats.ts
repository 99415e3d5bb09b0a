/**
 * The protocol's decimal numbers.
 *
 *   u8 exponent, signed │ 24 bit mantissa, signed        value = mantissa × 10 ^ exponent
 *
 * Four mantissas are no numbers, whatever the exponent.
 */
import { longs } from './wire.ts';

/** Why there is no number: none at all, none at this resolution, beyond the upper or the lower end. */
export type NotANumber = 'nan' | 'not-at-this-resolution' | 'over-range' | 'under-range';
export type FloatValue = number | NotANumber;

const SPECIAL: Readonly<Record<number, NotANumber>> = {
  0x7fffff: 'nan',
  0x800000: 'not-at-this-resolution',
  0x7ffffe: 'over-range',
  0x800002: 'under-range',
};
const LARGEST_MANTISSA = 0x7ffffd;

/** From the four bytes as one unsigned word. */
export function toFloat(word: number): FloatValue {
  const special = SPECIAL[word & 0xffffff];
  if (special) return special;
  const exponent = word >> 24;
  const mantissa = (word << 8) >> 8;
  // Dividing by a power of ten gives the nearest number to the decimal; multiplying by its inverse does not.
  return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
}

/** With so many digits behind the point. @throws RangeError when the number does not fit into the mantissa. */
export function fromFloat(value: FloatValue, decimals: number): Uint8Array {
  if (typeof value === 'string') {
    const [mantissa] = Object.entries(SPECIAL).find(([, name]) => name === value) ?? [];
    return longs(Number(mantissa));
  }
  const mantissa = Math.round(value * 10 ** decimals);
  if (Math.abs(mantissa) > LARGEST_MANTISSA) throw new RangeError(`${value} with ${decimals} decimals`);
  return longs((((-decimals & 0xff) << 24) | (mantissa & 0xffffff)) >>> 0);
}
