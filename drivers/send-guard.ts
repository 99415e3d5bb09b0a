/**
 * The last gate before the wire. It stands below every driver and denies by default: a frame leaves only when one of the
 * driver's patterns matches it whole, because with many pumps the same first word reads or sets, depending on what follows.
 */
import type { SendPattern } from './driver.ts';

/**
 * The frame to put on the wire: a private copy, so that nobody can change it after the check.
 * @returns undefined when no pattern allows it, and for an empty frame, which asks for nothing.
 */
export function passGuard(maySend: readonly SendPattern[], encoded: Uint8Array): Uint8Array | undefined {
  const frame = new Uint8Array(encoded);
  return frame.length > 0 && maySend.some((pattern) => pattern.matches(frame)) ? frame : undefined;
}
