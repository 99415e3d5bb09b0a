/** The driver's own settings, as the site configured them. */
import type { SessionContext } from '$drivers/driver.ts';
import { placeOf } from './codec.ts';
import type { Place } from './messages.ts';

export interface Settings {
  /** Target time from question to question, ms. With more than 2 s a loss could not be shown within three. */
  readonly pollMs: number;
  /** Only this pump is asked for; without it, all of the rack. */
  readonly slot: Place | undefined;
  /** `cyclic`: the ComDevice is set to push; nothing is ever asked. `request` notices a pushing ComDevice by itself. */
  readonly mode: 'request' | 'cyclic';
  /** The period of a ComDevice that pushes, ms. */
  readonly cycleMs: number;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings(settings: SessionContext['settings']): Settings {
  const { slot, mode = 'request' } = settings;
  if (mode !== 'request' && mode !== 'cyclic') throw new RangeError('mode must be "request" or "cyclic"');
  const place = typeof slot === 'string' ? placeOf(`501${slot}`) : undefined;
  if (slot !== undefined && !place) throw new RangeError('slot must be a pillar and a slot, such as "13" or "1A"');
  return {
    pollMs: milliseconds(settings, 'pollMs', 1000, [500, 2000]),
    slot: place,
    mode,
    cycleMs: milliseconds(settings, 'cycleMs', 5000, [1000, 60_000]),
  };
}

function milliseconds(
  settings: SessionContext['settings'],
  name: string,
  usual: number,
  [low, high]: readonly [number, number],
): number {
  const value = settings[name] ?? usual;
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw new RangeError(`${name} must be a number from ${low} to ${high}`);
}
