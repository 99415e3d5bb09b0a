/**
 * What a screen reader is told of alarms: a new high alarm at once, everything else gathered and at most one message in
 * five seconds. Pure: whoever holds the state calls it with each change and once a second.
 */
import type { Priority } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { isCalling } from './alarm-words.ts';
import type { BedAlarm } from './urgency.ts';

export const POLITE_EVERY_MS = 5000;

interface Calling {
  readonly priority: Priority;
  readonly text: string;
}

export interface Announced {
  /** Alarms that called when they were last looked at, by id. */
  readonly calling: ReadonlyMap<string, Calling>;
  readonly waiting: readonly string[];
  readonly politeAtMs: number;
  /** For the two live regions. */
  readonly alert: string;
  readonly polite: string;
}

export const NOTHING_ANNOUNCED: Announced = {
  calling: new Map(),
  waiting: [],
  politeAtMs: -Infinity,
  alert: '',
  polite: '',
};

export function announce(before: Announced, alarms: readonly BedAlarm[], nowMs: number): Announced {
  const calling = new Map<string, Calling>();
  for (const { alarm, label } of alarms) {
    if (!isCalling(alarm) || alarm.priority === 'notice') continue;
    const text = words.alarms.spoken(words.alarms.priorities[alarm.priority], label, alarm.headline);
    calling.set(alarm.id, { priority: alarm.priority, text });
  }
  const fresh = [...calling].filter(([id, { priority }]) => before.calling.get(id)?.priority !== priority);
  const urgent = fresh.filter(([, { priority }]) => priority === 'high').map(([, { text }]) => text);
  const others = fresh.filter(([, { priority }]) => priority !== 'high').map(([, { text }]) => text);
  const waiting = [...before.waiting, ...others];
  const isDue = waiting.length > 0 && nowMs - before.politeAtMs >= POLITE_EVERY_MS;
  return {
    calling,
    waiting: isDue ? [] : waiting,
    politeAtMs: isDue ? nowMs : before.politeAtMs,
    alert: urgent.length > 0 ? urgent.join(' ') : before.alert,
    polite: isDue ? waiting.join(' ') : before.polite,
  };
}
