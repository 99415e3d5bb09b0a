/**
 * How numbers, times and ages are written on screens: here and nowhere else is anything rounded. Times of day are 24 h in the
 * time zone of the screen; spans are stopwatches, `0:42`, `18:24`, `1:02:03`.
 */
import { MINUTE_MS, SECOND_MS } from '$lib/domain/index.ts';

const seconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', hour12: false });
const minutes = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', hour12: false });

/** `14:26:08` of a calendar time, ms since 1970. */
export const clockTime = (wallTime: number): string => seconds.format(wallTime);

/** `14:26`. */
export const clockMinutes = (wallTime: number): string => minutes.format(wallTime);

/** A span that has passed, whole seconds: `0:42`, `18:24`, `1:02:03`. What is negative counts as nothing. */
export function stopwatch(spanMs: number): string {
  const all = Math.max(0, Math.floor(spanMs / SECOND_MS));
  const hours = Math.floor(all / 3600);
  const rest = `${Math.floor((all % 3600) / 60)}:${pad(all % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest.padStart(5, '0')}`;
}

/** A span that is still to come, so that it says 0:00 only when it is over. */
export const countdown = (spanMs: number): string => stopwatch(Math.ceil(spanMs / SECOND_MS) * SECOND_MS);

const pad = (n: number): string => String(n).padStart(2, '0');

/** Fixed decimals, thousands apart: `19 136`, `26.6`, `0.50`. */
export function decimal(value: number, digits: number): string {
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** As many decimals as a person would write: `26.6`, `0.5`, `35`. */
export const upTo = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

export const wholeSeconds = (spanMs: number): number => Math.max(0, Math.floor(spanMs / SECOND_MS));
export const wholeMinutes = (spanMs: number): number => Math.max(0, Math.floor(spanMs / MINUTE_MS));

/** `800 B/s`, `4.4 kB/s`. */
export const byteRate = (bytesPerS: number): string =>
  bytesPerS < 1000 ? `${Math.round(bytesPerS)} B/s` : `${(bytesPerS / 1000).toFixed(1)} kB/s`;

/** `310 kB`, `7.9 MB`. */
export const byteSize = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
