/**
 * What a screen makes of the link: pure. A page that was only just opened is `connecting` for as long as a loss is not yet
 * certain; it shows what the station knew when it made the page, in grey.
 */
import type { LinkNews } from './watchdog/watchdog.ts';
import { LOST_AFTER_MS } from './watchdog/link.ts';

export type LinkScreen = 'live' | 'connecting' | 'delayed' | 'lost';

export function linkScreen({ state, ageMs, heardWallTime }: LinkNews): LinkScreen {
  const isNew = state === 'lost' && heardWallTime === undefined && ageMs < LOST_AFTER_MS;
  return isNew ? 'connecting' : state;
}
