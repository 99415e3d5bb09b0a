/** Answers to alarms on their way: sent, refused, or not heard of. One for the page, so that banner, list and keys agree. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { MINUTE_MS, type AlarmId, type BedId } from '$lib/domain/index.ts';
import type { BedAlarm } from './urgency.ts';
import { isWaiting } from './alarm-words.ts';
import type { LiveWard } from './live-ward.svelte.ts';

/** How long a refusal stays readable. */
const FAILURE_SHOWN_MS = MINUTE_MS / 4;

export class AlarmAnswers {
  readonly sending = new SvelteSet<string>();
  /** Why an answer did not arrive, by alarm or bed. */
  readonly failures = new SvelteMap<string, string>();
  readonly #ward: LiveWard;

  constructor(ward: LiveWard) {
    this.#ward = ward;
  }

  async acknowledge({ bed, alarm }: BedAlarm): Promise<void> {
    if (!isWaiting(alarm)) return;
    await this.#ask(bed, alarm.id, { type: 'acknowledge', alarm: alarm.id });
  }

  /** A promise to see to it; it sounds on. */
  async take({ bed, alarm }: BedAlarm): Promise<void> {
    await this.#ask(bed, alarm.id, { type: 'take-alarm', alarm: alarm.id });
  }

  /** Another must see to it: it calls again everywhere. */
  async passOn({ bed, alarm }: BedAlarm, to?: string): Promise<void> {
    await this.#ask(bed, alarm.id, { type: 'pass-on', alarm: alarm.id, ...(to !== undefined && { to }) });
  }

  async toggleAudio(bed: BedId, isPaused: boolean): Promise<void> {
    await this.#ask(bed, bed, { type: isPaused ? 'resume-audio' : 'pause-audio' });
  }

  async #ask(bed: BedId, key: AlarmId | BedId, command: Parameters<LiveWard['command']>[1]): Promise<void> {
    if (this.sending.has(key)) return;
    this.sending.add(key);
    this.failures.delete(key);
    const answer = await this.#ward.command(bed, command);
    this.sending.delete(key);
    if (answer.ok) return;
    this.failures.set(key, answer.error.message);
    setTimeout(() => this.failures.delete(key), FAILURE_SHOWN_MS);
  }
}
