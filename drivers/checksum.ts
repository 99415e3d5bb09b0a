/** The checksums that device protocols use. Each names its check value for the ASCII text `123456789`. */

/** Sum of all bytes modulo 256. Check value 0xDD. */
export function sum8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}

/** CRC-16/X-25, the frame check of PPP and IrDA: polynomial 0x1021 reflected, start and final XOR 0xFFFF. Check value 0x906E. */
export function crc16X25(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >>> 1) ^ 0x8408 : register >>> 1;
  }
  return register ^ 0xffff;
}

/** CRC-16/XMODEM: polynomial 0x1021, start 0, nothing reflected, no final XOR. Check value 0x31C3. */
export const crc16Xmodem = (bytes: Uint8Array): number => crc16From(0, bytes);

/** CRC-16/CCITT-FALSE: as XMODEM, but start 0xFFFF. Check value 0x29B1. */
export const crc16CcittFalse = (bytes: Uint8Array): number => crc16From(0xffff, bytes);

function crc16From(start: number, bytes: Uint8Array): number {
  let register = start;
  for (const byte of bytes) {
    register ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      register = register & 0x8000 ? ((register << 1) ^ 0x1021) & 0xffff : register << 1;
    }
  }
  return register;
}
