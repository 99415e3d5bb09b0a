/** The driver's own settings, as the site configured them. */
import type { SessionContext } from '../driver.ts';
import { BASE, STAND_ALONE } from './messages.ts';

export interface Settings {
  /** Whom the first session is opened with: the base, which carries modules, or the pump itself. */
  readonly root: typeof BASE | typeof STAND_ALONE;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings({ pump = 'base' }: SessionContext['settings']): Settings {
  if (pump !== 'base' && pump !== 'stand-alone') throw new RangeError('pump must be "base" or "stand-alone"');
  return { root: pump === 'base' ? BASE : STAND_ALONE };
}
