/**
 * Every word that a screen shows, one plain object or function for each: the type checker finds a missing or misspelt one.
 * A language is a folder with the same files; it is right when its catalogue has the type {@link Words}. Messages take what
 * they mention as finished text or numbers: how a number or a time is written is decided in `$lib/client/format.ts`.
 */
import { english } from './en/catalogue.ts';

export type Words = typeof english;

/** The language of the screens. */
export const words: Words = english;
