/** How days are written in lists of records. */
import { words } from '$lib/messages/index.ts';
import { clockMinutes } from './format.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `21 Nov 2026` of a calendar time, ms since 1970. */
export const dayWords = (wallTime: number): string => day.format(wallTime);

/** `21 Nov 2026 13:46`; a sentence where the calendar was never known. */
export const dayAndTime = (wallTime: number | undefined): string =>
  wallTime === undefined ? words.review.list.noCalendar : `${dayWords(wallTime)} ${clockMinutes(wallTime)}`;
