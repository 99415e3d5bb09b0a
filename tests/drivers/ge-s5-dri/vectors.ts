/**
 * Frames of the vendor's computer interface specification (1 to 4) and frames computed from it by an independent encoder,
 * which reproduces those four (the others).
 */
import { fromHex } from '$drivers/bytes.ts';

const ZEROS = (count: number) => '00 '.repeat(count);
const physiological = (tail: string) => fromHex(`7e 31 ${ZEROS(20)} ff ${ZEROS(17)} 00 ${tail}`);
const waveform = (body: string, sum: string) =>
  fromHex(`7e 48 ${ZEROS(13)} 01 00 00 00 00 00 00 ff ${ZEROS(17)} 00 ${body} ${sum} 7e`);
const alarm = (command: string, sum: string) =>
  fromHex(`7e 34 ${ZEROS(13)} 04 00 00 00 00 00 00 ff ${ZEROS(17)} 00 ${command} ${ZEROS(11)} ${sum} 7e`);

/** Printed in the specification byte by byte. */
export const DISPLAYED_10S_ALL = fromHex(`
  7e 31 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  01 0a 00 0e 00 00 00 00 00 49 7e`);
export const ECG1_START = fromHex(`
  7e 48 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 01 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 48 7e`);

export const DISPLAYED_STOP = physiological('01 00 00 00 00 00 00 00 00 31 7e');
/** Its sum is 7D, so the sum is escaped. */
export const TREND60_ALL = physiological('03 3c 00 0e 00 00 00 00 00 7d 5d 7e');
export const DISPLAYED_5S_BASIC = physiological('01 05 00 00 00 00 00 00 00 36 7e');
export const AUXILIARY_ONCE = physiological('04 ff ff 00 00 00 00 00 00 32 7e');
export const AUXILIARY_10S = physiological('04 0a 00 00 00 00 00 00 00 3e 7e');
export const ECG1_PLETH_START = waveform(`00 00 00 00 01 08 ff ${ZEROS(25)}`, '50');
export const ALARM_FOLLOW = alarm('02', '39');
export const ALARM_ONCE = alarm('00', '37');
export const ALARM_LEAVE = alarm('03', '3a');

/** Heart rate 118 and all else that note 10 lists, 2026-01-01T00:00:00Z. */
export const DISPLAYED_REPLY = fromHex(`
  7e 3e 01 07 0a 34 12 00 b9 55 69 00 00 00 00 00 00 00 00 01 00 00 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 b9 55 69 0b 00 00 00 20 01 76 00 01 80 01 80 01 80 10 00 00 00 00 00 00 00 01 80 01 80 01 80 01 80 00 00 00 00 00 00 01
  80 01 80 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 01 80 03 00 00 00 08 00
  a0 41 48 26 44 2f 76 00 03 00 00 00 0b 00 4c 0e 00 00 00 00 00 00 01 80 00 00 00 00 00 00 01 80 00 00 00 00 00 00 01 80 03
  00 00 00 00 00 e4 25 76 00 f0 00 01 80 03 00 00 00 01 00 f4 01 0a 00 0e 00 b0 1d 00 00 00 00 00 00 01 80 01 80 00 00 00 00
  00 00 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 01 80 01 80 01 80 01 80 01 80 00
  00 00 00 00 00 01 80 01 80 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 76 00 79 00 70 00 00 00 00 00 00 00 01 80 00 00
  00 00 00 00 01 80 01 80 01 80 01 80 00 00 00 00 00 00 01 80 01 80 01 80 01 80 00 00 00 00 00 00 c6 7e`);
