/** The driver's own settings, as the site configured them. */
import type { SessionContext } from '../driver.ts';

/** By what a pump of this bed is known: everything that is given must fit. */
export interface PumpSetting {
  /** EUI-64 of the station, as the gateway sends it in MSH-3. */
  readonly station?: string;
  readonly label?: string;
  /** MDC_ATTR_SYS_ID. */
  readonly system?: string;
}

export interface Settings {
  /** Empty: every pump that is reported here. */
  readonly pumps: readonly PumpSetting[];
}

const MOST_PUMPS = 64;
const EXPLAINED =
  'pumps must be a list such as [{"station": "0012211839000001", "label": "P51559"}] or [{"system": "1111…"}]';

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings(settings: SessionContext['settings']): Settings {
  const pumps = pumpsIn(settings);
  if (typeof pumps === 'string') throw new RangeError(pumps);
  return { pumps };
}

/** The pumps, or a plain sentence why they are none. */
export function pumpsIn({ pumps = [] }: SessionContext['settings']): readonly PumpSetting[] | string {
  if (!Array.isArray(pumps) || pumps.length > MOST_PUMPS) return EXPLAINED;
  const read = pumps.map(readPump);
  return read.every((pump) => pump !== undefined) ? read : EXPLAINED;
}

const KEYS = ['station', 'label', 'system'] as const;

function readPump(value: unknown): PumpSetting | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const isRead = entries.every(([key, text]) => KEYS.some((known) => known === key) && isText(text));
  if (entries.length === 0 || !isRead) return undefined;
  const given = new Map(entries);
  const [station, label, system] = KEYS.map((key) => given.get(key));
  return {
    ...(isText(station) && { station: station.trim() }),
    ...(isText(label) && { label: label.trim() }),
    ...(isText(system) && { system: system.trim() }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Whether a pump could belong to both: one has all, or what both name of a pump does not differ. */
export function overlap(one: SessionContext['settings'], other: SessionContext['settings']): boolean {
  const [left, right] = [pumpsIn(one), pumpsIn(other)];
  if (typeof left === 'string' || typeof right === 'string') return false;
  if (left.length === 0 || right.length === 0) return true;
  return left.some((a) => right.some((b) => !KEYS.some((key) => differ(a[key], b[key]))));
}

const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase();
