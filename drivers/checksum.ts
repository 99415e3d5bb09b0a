/** The checksums that device protocols use. Each names its check value for the ASCII text `123456789`. */

/** Sum of all bytes modulo 256. Check value 0xDD. */
export function sum8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
