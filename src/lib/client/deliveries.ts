/**
 * What this page says of the alarms that it shows and sounds. Shown is what a visible page really has on it: the banner's
 * alarm, what a bed's own page is about, the alarm of a bed's tile, and what was put before every screen. Said once for each new
 * state of each signal, and no more when the station knows it from any screen.
 */
import type { AlarmId, BedId } from '$lib/domain/index.ts';
import type { BedView, DeliveryReport, View } from '$lib/realtime/index.ts';
import type { SoundState } from './sound/alarm-sounder.ts';
import { alarmsOf, isAnswered, isBanner, soundOf, type BedAlarm } from './urgency.ts';

/** The page as it is now. `tiles`: beds whose tiles are on it. */
export interface Page {
  readonly view: View;
  readonly tiles: readonly BedId[];
  readonly isVisible: boolean;
  readonly sound: SoundState;
}

export class PageDeliveries {
  /** What was said last, by alarm; of alarms that are there. */
  #said: ReadonlyMap<AlarmId, string> = new Map();

  /** @returns what has to be said now; it counts as said. */
  due(beds: readonly BedView[], page: Page): readonly DeliveryReport[] {
    const said = new Map<AlarmId, string>();
    const reports: DeliveryReport[] = [];
    for (const report of deliveriesOf(beds, page)) {
      const words = JSON.stringify(report);
      said.set(report.alarm, words);
      if (this.#said.get(report.alarm) !== words) reports.push(report);
    }
    this.#said = said;
    return reports;
  }

  /** The station may not have heard it. */
  forget(): void {
    this.#said = new Map();
  }
}

/** Of the alarms that call and that nobody is known to see, or to hear, yet. */
export function deliveriesOf(beds: readonly BedView[], page: Page): readonly DeliveryReport[] {
  const alarms = alarmsOf(beds).filter(isBanner);
  const sounding = soundOf(beds)?.priority;
  return alarms.flatMap((entry, index): readonly DeliveryReport[] => {
    const { bed, alarm } = entry;
    if (isAnswered(alarm) || (alarm.shownAt !== undefined && alarm.soundedAt !== undefined)) return [];
    const sound = soundFor(entry, page.sound, sounding);
    const isShown = page.isVisible && (index === 0 || isOnPage(entry, alarms, page));
    if (!isShown && sound === undefined) return [];
    return [{ bed, alarm: alarm.id, signalledAt: alarm.signalledAt, isShown, ...(sound && { sound }) }];
  });
}

function isOnPage({ bed, alarm }: BedAlarm, sorted: readonly BedAlarm[], { view, tiles }: Page): boolean {
  if ((alarm.escalation ?? 0) >= 2) return true;
  if (view.type === 'bed') return view.bed === bed;
  return tiles.includes(bed) && sorted.find((other) => other.bed === bed)?.alarm.id === alarm.id;
}

/** Only the most urgent alarm of all beds has a burst of its own; one below it has not been sounded. */
function soundFor(
  { alarm, pausedUntil }: BedAlarm,
  state: SoundState,
  sounding: BedAlarm['alarm']['priority'] | undefined,
): DeliveryReport['sound'] {
  if (alarm.isOutranked || alarm.state === 'pending') return undefined;
  if (state !== 'running') return 'muted';
  if (pausedUntil !== undefined) return 'paused';
  return sounding === alarm.priority ? 'sounded' : undefined;
}
