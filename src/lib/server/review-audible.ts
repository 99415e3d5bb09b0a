/**
 * When a bed sounded: from its alarms as they changed, its audio pauses, and the two ends that come by themselves (a pause that
 * runs out, a latched HIGH that falls silent). The same judgement of what sounds as at the bed, so it is what people heard
 * where a screen sounded. Pure.
 */
import { LATCH_SOUND_MS, soundingPriority, type TrackedAlarm } from '$lib/alarms/index.ts';
import { later, type Alarm, type MonotonicMs, type Priority } from '$lib/domain/index.ts';

export type AudibleMs = Readonly<Record<Exclude<Priority, 'notice'>, number>>;

export class AudibleCollector {
  readonly #sounded = { high: 0, medium: 0, low: 0 };
  readonly #alarms = new Map<string, TrackedAlarm>();
  #pausedUntil: MonotonicMs | undefined;
  #at: MonotonicMs | undefined;

  alarm(at: MonotonicMs, alarm: Alarm): void {
    this.#passTo(at);
    if (alarm.state === 'ended') this.#alarms.delete(alarm.id);
    else this.#alarms.set(alarm.id, tracked(alarm));
  }

  pause(at: MonotonicMs, pausedUntil: MonotonicMs | undefined): void {
    this.#passTo(at);
    this.#pausedUntil = pausedUntil;
  }

  /** `to`: where a sound that lasts is cut off. */
  sounded(to: MonotonicMs): AudibleMs {
    this.#passTo(to);
    return { ...this.#sounded };
  }

  #passTo(to: MonotonicMs): void {
    let from = this.#at ?? to;
    for (const turn of [...this.#turns(from, to), to]) {
      const priority = soundingPriority(Object.fromEntries(this.#alarms), this.#pausedUntil, from);
      if (priority !== undefined && priority !== 'notice') this.#sounded[priority] += turn - from;
      from = turn;
    }
    this.#at = to;
  }

  /** Where the sound may change by itself, in order. */
  #turns(from: MonotonicMs, to: MonotonicMs): readonly MonotonicMs[] {
    const ends = [...this.#alarms.values()].flatMap(({ alarm: { endedAt } }) =>
      endedAt === undefined ? [] : [later(endedAt, LATCH_SOUND_MS)],
    );
    return [...ends, ...(this.#pausedUntil === undefined ? [] : [this.#pausedUntil])]
      .filter((at) => at > from && at < to)
      .sort((a, b) => a - b);
  }
}

const tracked = (alarm: Alarm): TrackedAlarm =>
  alarm.acknowledgement === undefined ? { alarm } : { alarm, wasAcknowledged: true };
