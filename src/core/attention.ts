/** What the station says on its own console, for when no screen is there to say it: alarms that nobody answers, or can hear. */
import type { AlarmChange, Priority, StationStatus } from '$lib/domain/index.ts';

const CALLS: ReadonlySet<AlarmChange['cause']> = new Set<AlarmChange['cause']>([
  'signalled',
  'returned',
  'worsened',
  'priority-raised',
  'reminded',
]);

const WORDS: Readonly<Partial<Record<Priority, string>>> = { high: 'HIGH alarm', medium: 'Medium alarm' };

/** @returns undefined where the screens suffice */
export function attention(
  label: string,
  { cause, alarm }: AlarmChange,
  { screens, audibleScreens }: StationStatus,
): string | undefined {
  const words = WORDS[alarm.priority];
  if (words === undefined || alarm.isOutranked) return undefined;
  const said = `${label}: ${words}, ${alarm.headline}.`;
  if (cause === 'escalated' && alarm.escalation === 4) {
    return `${said} UNANSWERED. Go to the bed, or send somebody.`;
  }
  if (!CALLS.has(cause) || audibleScreens > 0) return undefined;
  return screens === 0
    ? `${said} No screen is connected: nobody sees or hears it. Open a screen and start the watch.`
    : `${said} No screen can sound it: start the watch at a screen.`;
}
