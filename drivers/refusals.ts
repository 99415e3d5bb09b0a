/** Who was turned away at a port of ours, counted and in words: for drivers whose devices connect to the station. */
import type { Arrival, Refusal } from './driver.ts';

export type Refused = Extract<Arrival, { kind: 'refused' }>;

export const REFUSAL_WORDS: Readonly<Record<Refusal, string>> = {
  address: 'address not on the list',
  token: 'wrong or no token',
  unreadable: 'no readable message',
  browser: 'web page',
  'too-large': 'message too large',
  'too-many': 'more than one may send',
  'held-back': 'read more slowly, for it sends more than one may',
  noise: 'bytes outside of messages',
  'too-slow': 'message not finished in time',
  stalled: 'takes no answers',
  crowded: 'had to make room for newer connections',
  unanswered: 'gone before its answer',
};

/** How often, by reason and sender; bounded. */
export type Refusals = ReadonlyMap<string, number>;

const MOST_SENDERS = 16;

export function countRefused(
  refused: Refusals,
  { why, sender, count }: Refused,
  words: Readonly<Record<Refusal, string>> = REFUSAL_WORDS,
): Refusals {
  const what = `${words[why]} (${sender})`;
  const key = refused.has(what) || refused.size < MOST_SENDERS ? what : 'other senders';
  return new Map([...refused, [key, (refused.get(key) ?? 0) + count]]);
}

/** One sentence in a list, or none. */
export const refusalSentences = (refused: Refusals): readonly string[] =>
  refused.size === 0 ? [] : [`Refused: ${[...refused].map(([what, count]) => `${coarse(count)} ${what}`).join(', ')}.`];

const MOST_LISTED = 6;

export const listed = (names: readonly string[]): string =>
  [...names.slice(0, MOST_LISTED), ...(names.length > MOST_LISTED ? ['…'] : [])].join(', ');

/** A status goes into the journal: the count is told when its magnitude changes. */
export const coarse = (count: number): string => {
  const magnitude = [1000, 100, 10].find((step) => count > step);
  return magnitude === undefined ? `${count} ×` : `more than ${magnitude} ×`;
};
