/** What the player says about a recording to people. */
import type { RecordedPatient } from './patient.ts';

/** `1:02:05`, `0:25`. */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** So many tracks are named one by one. */
const MOST_NAMED = 12;

/** What is played, what is wrong with it, and what of it the station does not show. */
export function openingWords({ name, durationMs, remarks, leftOut }: RecordedPatient): string {
  const named = leftOut.slice(0, MOST_NAMED).map(({ track, why }) => `${track} ${why}`);
  const more = leftOut.length > MOST_NAMED ? [`and ${leftOut.length - MOST_NAMED} more`] : [];
  const missing = leftOut.length > 0 ? [`Not shown: ${[...named, ...more].join('; ')}.`] : [];
  return [`Recording ${name}, ${clockText(durationMs)} long.`, ...remarks, ...missing].join(' ');
}
