/** The driver's own setting, as the site configured it. */
import type { SessionContext } from '$drivers/driver.ts';
import { FORMAT_NUMBERS } from './layout-table.ts';
import type { Format } from './messages.ts';

/** `auto` takes what comes and asks for format 2 when nothing does; a format by name is the only one believed. */
export type FormatSetting = 'auto' | Format;

const CHOICES: readonly FormatSetting[] = ['auto', 'ascii', ...(['df2', 'df7', 'df8', 'df13'] as const)];

/** @throws RangeError with a plain sentence when the setting is not what it can be. */
export function readFormat({ format = 'auto' }: SessionContext['settings']): FormatSetting {
  const choice = CHOICES.find((known) => known === format);
  if (choice === undefined) throw new RangeError(`format must be one of ${CHOICES.join(', ')}`);
  return choice;
}

/** For people. */
export const formatName = (format: Format): string =>
  format === 'ascii' ? 'ASCII lines' : `data format ${FORMAT_NUMBERS[format]}`;
