/**
 * What may leave for a Capnostream: six frames, byte by byte. All else is refused, first of all 3C (settings, among them the
 * alarm limits and the alarm silence) and 3D, 3E (patient id). Written against the bytes, not with the encoder, so that a
 * fault in the encoder is stopped here.
 */
import { equalBytes, fromHex } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

const exactly = (name: string, hex: string): SendPattern => {
  const allowed = fromHex(hex);
  return { name, matches: (frame) => equalBytes(frame, allowed) };
};

export const MAY_SEND: readonly SendPattern[] = [
  exactly('enable communication', '85 01 01 00'),
  exactly('disable communication', '85 01 02 03'),
  exactly('start real-time data', '85 01 04 05'),
  exactly('stop real-time data', '85 01 05 04'),
  exactly('the link is active', '85 01 06 07'),
  exactly('host id "Infuscope"', '85 12 07 49 6e 66 75 73 63 6f 70 65 20 20 20 20 20 20 20 20 4b'),
];
