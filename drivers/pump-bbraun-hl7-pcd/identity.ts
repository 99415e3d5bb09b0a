/**
 * Which pump a message is about. A pump has a system id of its own, sits in a station, and carries a label; alarms name station and
 * label only, and the label without its first letter. So what pumps reported before is remembered: by it an alarm finds its pump.
 */
import type { Received, Routing, SessionContext } from '../driver.ts';
import { decode } from './codec.ts';
import type { Identity, Report } from './messages.ts';
import { pumpsIn, type PumpSetting } from './settings.ts';

/** Pumps by station and label without its letter: one place may have had an `I51559` and a `P51559`. */
export type Places = ReadonlyMap<string, readonly Identity[]>;

const MOST_PLACES = 1024;
const MOST_AT_PLACE = 4;

/** `P51559` → `51559`: the letter says which kind of pump it is. */
export const bare = (label: string): string => label.replace(/^[IP](?=\d)/, '');

const placeOf = ({ station, label }: Identity): string => `${station.toUpperCase()} ${bare(label)}`;

/** By what readings of a pump are known: its own id where it has told one, else its place. */
export const channelOf = ({ station, label, system, unit }: Identity): string =>
  `${system || `${label}@${station}`}${unit && `/${unit}`}`;

/** For people. */
export const nameOf = ({ station, label, system, unit }: Identity): string =>
  `${label || system}${unit && ` unit ${unit}`}${station && ` at station ${station}`}`;

/** Remembers the pumps of a report, the newest pump of a label first; the place that was used longest ago is forgotten first. */
export function learn(places: Places, { pumps }: Pick<Report, 'pumps'>): Places {
  const named = pumps.map(({ who }) => who).filter(({ label }) => label !== '');
  if (named.length === 0) return places;
  const next = new Map(places);
  for (const who of named) {
    const place = placeOf(who);
    const known = next.get(place) ?? [];
    const isSame = (one: Identity): boolean => one.label === who.label && one.unit === who.unit;
    // A label that another pump carries now is that pump's. One that this time did not tell its id is the one we know.
    const pump = (who.system === '' && known.find(isSame)) || who;
    next.delete(place);
    next.set(place, [pump, ...known.filter((one) => !isSame(one))].slice(0, MOST_AT_PLACE));
  }
  while (next.size > MOST_PLACES) next.delete(next.keys().next().value ?? '');
  return next;
}

/** The pumps that are meant: itself, and for one without a system id those that are known at its place. */
export function meant(places: Places, who: Identity): readonly Identity[] {
  if (who.system !== '') return [who];
  const known = places.get(placeOf(who)) ?? [];
  const same = known.filter(({ label }) => label === who.label);
  if (same.length > 0) return same;
  return known.length > 0 ? known : [who];
}

/**
 * Whether a pump belongs to a device with these settings; without any, every pump does. `isRouted`: the port, which has listened for
 * longer than a device that was just started, has found that it does: then an id that was not sent is no objection.
 */
export const isOf = (who: Identity, pumps: readonly PumpSetting[], isRouted = false): boolean =>
  pumps.length === 0 || pumps.some((setting) => fits(who, setting, isRouted && who.system === ''));

function fits(who: Identity, { station, label, system }: PumpSetting, isIdUnknown: boolean): boolean {
  const isStation = station === undefined || station.toUpperCase() === who.station.toUpperCase();
  const isSystem = system === undefined || isIdUnknown || system.toLowerCase() === who.system.toLowerCase();
  const isLabel =
    label === undefined || label === who.label || (bare(who.label) === who.label && bare(label) === who.label);
  return isStation && isSystem && isLabel;
}

/** Everybody that a report is about. */
export const everybodyIn = (places: Places, { pumps, alarms }: Report): readonly Identity[] =>
  [...pumps, ...alarms].flatMap(({ who }) => meant(places, who));

/** Whose message it is, at a port that gateways of whole wards send to. */
export const routing: Routing<Places> = {
  start: () => new Map(),
  route: (before, { bytes }: Received) => {
    const decoded = decode(bytes);
    if (!decoded.ok || decoded.message.kind !== 'report') return [before, () => false];
    const places = learn(before, decoded.message);
    const everybody = everybodyIn(places, decoded.message);
    return [places, (settings) => everybody.some((who) => isMine(who, settings))];
  },
};

/** Settings that are none belong to a device that will not start. */
function isMine(who: Identity, settings: SessionContext['settings']): boolean {
  const pumps = pumpsIn(settings);
  return typeof pumps !== 'string' && isOf(who, pumps);
}
