/** The driver's own settings, as the site configured them. */
import type { SessionContext } from '../driver.ts';

export interface Settings {
  /** The recorder's name of the place whose patient this is; without it the recorder must have one room only. */
  readonly room: string | undefined;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings({ room }: SessionContext['settings']): Settings {
  if (room === undefined) return { room };
  if (typeof room !== 'string' || room.trim() === '')
    throw new RangeError('room must be the name of a room as the recorder has it, such as "OR1"');
  return { room: room.trim() };
}
