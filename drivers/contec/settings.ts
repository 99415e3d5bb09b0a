/** The driver's own setting, and the lines of the two generations. */
import type { SerialSettings, SessionContext } from '$drivers/driver.ts';
import type { Generation } from './messages.ts';

/** `auto` tries both lines and takes what comes; a generation by name is the only one believed. */
export type FormatSetting = 'auto' | Generation;

export const LINES: Readonly<Record<Generation, SerialSettings>> = {
  v7: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  'v4.6': { baudRate: 19_200, dataBits: 8, parity: 'odd', stopBits: 1, rtscts: false },
};

export const lineName = (generation: Generation): string => (generation === 'v7' ? '115200 8N1' : '19200 8O1');

const CHOICES: readonly FormatSetting[] = ['auto', 'v4.6', 'v7'];

/** @throws RangeError with a plain sentence when the setting is not what it can be. */
export function readFormat({ format = 'auto' }: SessionContext['settings']): FormatSetting {
  const choice = CHOICES.find((known) => known === format);
  if (choice === undefined) throw new RangeError(`format must be one of ${CHOICES.join(', ')}`);
  return choice;
}
