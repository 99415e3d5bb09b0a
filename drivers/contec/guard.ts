/** What may go onto the wire to an oximeter: four commands of v7, byte by byte, and nothing else. v4.6 is told nothing. */
import { equalBytes, fromHex } from '$drivers/bytes.ts';
import type { SendPattern } from '$drivers/driver.ts';

const only = (name: string, hex: string): SendPattern => {
  const allowed = fromHex(hex);
  return { name, matches: (frame) => equalBytes(allowed, frame) };
};

export const MAY_SEND: readonly SendPattern[] = [
  only('start real-time data', '7d 81 a1 80 80 80 80 80 80'),
  only('stop real-time data', '7d 81 a2 80 80 80 80 80 80'),
  only('stop sending stored data', '7d 81 a7 80 80 80 80 80 80'),
  only('keep alive', '7d 81 af 80 80 80 80 80 80'),
];
