/** What may go onto the wire to an oximeter: the request for one of its data formats, byte by byte, and nothing else. */
import { equalBytes, fromHex } from '$drivers/bytes.ts';
import type { SendPattern } from '$drivers/driver.ts';

const SET_FORMAT = ['02', '07', '08', '0d'].map((format) => fromHex(`02 70 02 02 ${format} 03`));

export const MAY_SEND: readonly SendPattern[] = [
  {
    name: 'ask for data format 2, 7, 8 or 13',
    matches: (frame) => SET_FORMAT.some((allowed) => equalBytes(allowed, frame)),
  },
];
