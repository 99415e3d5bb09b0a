/**
 * Vectors of the protocol note. Commands and CRCs were computed there with two programs; the data fields and alarm bytes are the
 * note's examples. Nothing is a recording. The sums of the older software are ours, of an inferred algorithm.
 */

/** The letter, and the CRC of `<09` and the letter by either start. */
export const COMMAND_CRCS = [
  ['D', '0AB7', 'EAFD'],
  ['A', '5D1A', 'BD50'],
  ['M', '9776', '773C'],
  ['Y', 'D84B', '3801'],
  ['G', '382C', 'D866'],
] as const;

/** Entries of the printed CRC table: the rows that the note shows, and those that it names one by one. */
export const TABLE: readonly (readonly [number, number])[] = [
  ...[0x0000, 0x1189, 0x2312, 0x329b, 0x4624, 0x57ad, 0x6536, 0x74bf, 0x8c48].map((entry, i) => [i, entry] as const),
  [15, 0xf8f7],
  ...[0x0919, 0x1890, 0x2a0b, 0x3b82].map((entry, i) => [16 + i, entry] as const),
  [24, 0x8551],
  [28, 0xc375],
  [31, 0xf1ee],
];

export const OLD_DATA = '017.5035.052.50000';
export const NEW_DATA = '0017.50035.0052.5';
export const STATUS = '49C208';
