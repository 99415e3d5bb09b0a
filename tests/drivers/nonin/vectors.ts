/** Bytes that our own code did not make. */
import { fromHex } from '$drivers/bytes.ts';

/**
 * One packet of format 2 from a real 9560: frames 4 to 28 of a capture of 30 frames that the public repository
 * mattjlewis/NoninPulseOx prints. Five bytes each.
 */
export const CAPTURED_PACKET = fromHex(
  '01814300c5 0180434a0e 0180436024 0180439458 01804300c4 01804100c2 01803e17d6 01803c04c1 018039601a ' +
    '0180366017 0180356016 01803400b5 01803400b5 01803400b5 0180354a00 0180366017 0180376018 01803a00bb ' +
    '01804000c1 01804a00cb 0180574a22 01806900ea 01807c4a47 0180900011 0180a10022',
);

/** What the capture's own repository reads out of it. */
export const CAPTURED_PLETH = [
  67, 67, 67, 67, 67, 65, 62, 60, 57, 54, 53, 52, 52, 52, 53, 54, 55, 58, 64, 74, 87, 105, 124, 144, 161,
];

/** Frames 0 to 3, 8 to 10, 13 and 14 of the packet in the unit test of pez-globo/pufferfish-software, by their number. */
export const SUITE_FRAMES: Readonly<Record<number, Uint8Array>> = {
  0: fromHex('01 81 01 00 83'),
  1: fromHex('01 80 01 48 ca'),
  2: fromHex('01 80 01 61 e3'),
  3: fromHex('01 80 01 30 b2'),
  8: fromHex('01 80 01 61 e3'),
  9: fromHex('01 80 01 61 e3'),
  10: fromHex('01 80 01 61 e3'),
  13: fromHex('01 80 01 00 82'),
  14: fromHex('01 80 01 48 ca'),
};

/** Computed from the description, by an encoder that also makes the two packets above: frames 0 to 2 of a packet. */
export const FAST_HEART = fromHex('01 81 40 01 c3  01 80 40 0e cf  01 80 40 5d 1e');
export const NO_VALUES = fromHex('01 99 40 03 dd  01 98 40 7f 58  01 98 40 7f 58');

/** Format 8, computed. */
export const DF8 = {
  usual: fromHex('80 76 61 00'),
  fast: fromHex('81 0e 5d 00'),
  none: fromHex('a3 7f 7f 08'),
};

/** Format 13, computed: 2026-01-15 09:30:05, SmartPoint, 118 / 97. */
export const SPOT_CHECK = fromHex('00 02 00 0d 00 0e 14 1a 01 0f 09 1e 05 00 02 00 00 76 00 61 43 03');

export const LINES = {
  usual: 'SPO2=097 HR=118\r\n',
  none: 'SPO2=--- HR=---\r\n',
  event: '14:02:11 SPO2=095 HR=131*\r\n',
};

/** Set-format frames as public programs send them; the one with options is from the software of mdpnp. */
export const SET_DF2 = fromHex('02 70 02 02 02 03');
export const SET_DF7_WITH_OPTIONS = fromHex('02 70 04 02 07 21 9e 03');
export const GET_SERIAL_NUMBER = fromHex('02 74 02 02 02 03');
