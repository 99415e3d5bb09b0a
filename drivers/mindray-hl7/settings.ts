/** The driver's own settings, as the site configured them. */
import type { SessionContext } from '../driver.ts';

export interface Settings {
  /** As set on the monitor; nothing on the wire says it. */
  readonly temperatureUnit: 'Cel' | '[degF]';
  readonly gasUnit: 'mm[Hg]' | 'kPa';
  /** The bed's IPv4 address as a number, when the other end is a central station or gateway; 0 for a bedside monitor. */
  readonly bedAddress: number;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings({
  temperatureUnit = 'Cel',
  gasUnit = 'mm[Hg]',
  bedAddress,
}: SessionContext['settings']): Settings {
  if (temperatureUnit !== 'Cel' && temperatureUnit !== '[degF]')
    throw new RangeError('temperatureUnit must be "Cel" or "[degF]"');
  if (gasUnit !== 'mm[Hg]' && gasUnit !== 'kPa') throw new RangeError('gasUnit must be "mm[Hg]" or "kPa"');
  const address = bedAddress === undefined ? 0 : addressNumber(bedAddress);
  if (address === undefined) throw new RangeError('bedAddress must be an IPv4 address, such as "192.168.8.188"');
  return { temperatureUnit, gasUnit, bedAddress: address };
}

function addressNumber(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
