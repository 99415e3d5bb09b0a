/** How tall the alarm banner of a page is, and how tall it may be. */
import type { Locator } from 'playwright-core';

/** Two lines of words, or buttons in two rows; a banner that is squeezed grows far beyond. In CSS pixels. */
export const HIGHEST_BANNER = 130;

/** In CSS pixels; endless for what is not on the page. */
export const heightOf = async (one: Locator): Promise<number> => (await one.boundingBox())?.height ?? Infinity;
