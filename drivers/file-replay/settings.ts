/** The driver's own settings: `loop` begins again at the end, `startAtS` leaves out so many seconds at the beginning. */
import type { SessionContext } from '$drivers/driver.ts';

export interface ReplaySettings {
  readonly isLooped: boolean;
  readonly startAtMs: number;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings({ loop = false, startAtS = 0 }: SessionContext['settings']): ReplaySettings {
  if (typeof loop !== 'boolean') throw new RangeError('loop must be true or false');
  if (typeof startAtS !== 'number' || !(startAtS >= 0)) throw new RangeError('startAtS must be seconds, 0 or more');
  return { isLooped: loop, startAtMs: startAtS * 1000 };
}
