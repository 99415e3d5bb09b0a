/** The driver's own setting, as the site configured it. */
import type { SessionContext } from '$drivers/driver.ts';

/**
 * Which of the three alarm bytes holds bits 0 to 7; the document that we have does not say it. A site that has seen an
 * occlusion of its own pump knows (README).
 */
export const ALARM_BYTE_ORDERS = ['unconfirmed', 'b0-last', 'b0-first'] as const;
export type AlarmByteOrder = (typeof ALARM_BYTE_ORDERS)[number];

export interface Settings {
  readonly alarmByteOrder: AlarmByteOrder;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings({ alarmByteOrder = 'unconfirmed' }: SessionContext['settings']): Settings {
  const known = ALARM_BYTE_ORDERS.find((order) => order === alarmByteOrder);
  if (!known) throw new RangeError(`alarmByteOrder must be one of "${ALARM_BYTE_ORDERS.join('", "')}"`);
  return { alarmByteOrder: known };
}
