/** The two checks of FLAC, highest bit first from 0: CRC-8 of a frame's header (0x07), CRC-16 of a frame (0x8005). */

const table = (width: 8 | 16, polynomial: number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let register = byte << (width - 8);
    for (let bit = 0; bit < 8; bit += 1) {
      const isSet = (register & (1 << (width - 1))) !== 0;
      register = ((register << 1) ^ (isSet ? polynomial : 0)) & (2 ** width - 1);
    }
    return register;
  });

const CRC8 = table(8, 0x07);
const CRC16 = table(16, 0x8005);

/** Check value for `123456789`: 0xF4. */
export function crc8(bytes: Uint8Array): number {
  let register = 0;
  for (const byte of bytes) register = CRC8[register ^ byte] ?? 0;
  return register;
}

/** Check value for `123456789`: 0xFEE8. */
export function crc16(bytes: Uint8Array): number {
  let register = 0;
  for (const byte of bytes) register = ((register << 8) & 0xff00) ^ (CRC16[(register >> 8) ^ byte] ?? 0);
  return register;
}
