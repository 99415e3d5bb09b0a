/** The beds as a page knows them, folded from what the wire brings with the same functions as at the station. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { BedId } from '$lib/domain/index.ts';
import {
  applyAlarm,
  applyPatch,
  type AlarmMessage,
  type BedPatch,
  type BedView,
  type WaveChannel,
} from '$lib/realtime/index.ts';
import { alarmsOf, isBanner } from './urgency.ts';

export class WardBeds {
  readonly #beds = new SvelteMap<BedId, BedView>();
  readonly all = $derived([...this.#beds.values()]);
  readonly alarms = $derived(alarmsOf(this.all));
  readonly bannerAlarms = $derived(this.alarms.filter(isBanner));

  get(id: BedId): BedView | undefined {
    return this.#beds.get(id);
  }

  /** For handlers, which follow nothing. */
  now(): readonly BedView[] {
    return untrack(() => [...this.#beds.values()]);
  }

  replace(beds: readonly BedView[]): void {
    for (const known of this.#beds.keys()) if (!beds.some(({ bed }) => bed === known)) this.#beds.delete(known);
    for (const bed of beds) this.#beds.set(bed.bed, bed);
  }

  patch(patch: BedPatch): void {
    const view = this.#beds.get(patch.bed);
    if (view !== undefined) this.#beds.set(patch.bed, applyPatch(view, patch));
  }

  /** @returns false when an earlier change of this bed is missing: then nothing was taken on. */
  take(message: AlarmMessage): boolean {
    const view = this.#beds.get(message.bed);
    if (view === undefined || message.number > view.alarmNumber + 1) return false;
    this.#beds.set(message.bed, applyAlarm(view, message));
    return true;
  }

  channels(channels: readonly WaveChannel[]): void {
    const [first] = channels;
    const view = first && this.#beds.get(first.bed);
    if (view !== undefined) this.#beds.set(view.bed, { ...view, waves: channels });
  }

  /** Whether the audio of some bed was paused until before this instant and nothing was said of the end of it. */
  hasPauseBefore(at: number): boolean {
    return this.now().some(({ audio }) => (audio.pausedUntil ?? Infinity) < at);
  }

  /** Numbers of the last alarm changes shown, for the station to know what this page has missed. */
  alarmNumbers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.now().map(({ bed, alarmNumber }) => [bed, alarmNumber]));
  }
}
