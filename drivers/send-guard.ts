/**
 * The last gate before the wire. It stands below every driver and denies by default: a frame leaves only when one of the
 * driver's patterns matches it whole, because with many pumps the same first word reads or sets, depending on what follows.
 */
import type { SendPattern, SessionContext } from './driver.ts';

/**
 * The frame to put on the wire: a private copy, so that nobody can change it after the check.
 * @param settings what the configuration gave this device, never what the driver made of it; without them nothing passes
 * that needs their leave.
 * @returns undefined when no pattern allows it, and for an empty frame, which asks for nothing.
 */
export function passGuard(
  maySend: readonly SendPattern[],
  encoded: Uint8Array,
  settings: SessionContext['settings'] = {},
): Uint8Array | undefined {
  const frame = new Uint8Array(encoded);
  return frame.length > 0 && maySend.some((pattern) => pattern.matches(frame, settings)) ? frame : undefined;
}
