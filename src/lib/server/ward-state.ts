/**
 * What the gateway knows of the ward: the views of all beds, folded from the bus as every browser folds them, and the last
 * alarm changes, for screens that were away.
 */
import { monotonicMs, wallMs, type BedId } from '$lib/domain/index.ts';
import type { StationEvent } from '$lib/bus/bus.ts';
import { applyAlarm, applyPatch, type AlarmMessage, type BedView, type StationSnapshot } from '$lib/realtime/index.ts';

const KEPT_ALARMS = 200;

export class WardState {
  readonly #views = new Map<BedId, BedView>();
  readonly #alarms = new Map<BedId, readonly AlarmMessage[]>();
  #at = monotonicMs(0);
  #wallTime = wallMs(0);
  #isKnown = false;

  fold(event: StationEvent): void {
    switch (event.type) {
      case 'snapshot':
        return this.#replace(event.snapshot);
      case 'patch':
        return this.#with(event.patch.bed, (view) => applyPatch(view, event.patch));
      case 'alarm':
        return this.#withAlarm(event.message);
      case 'heartbeat':
        this.#at = event.at;
        this.#wallTime = event.wallTime;
        return;
      case 'wave-channels':
      case 'waves':
      case 'traffic':
      case 'lost':
        return;
    }
  }

  /** Undefined until the core has been heard once. */
  snapshot(): StationSnapshot | undefined {
    if (!this.#isKnown) return undefined;
    return { at: this.#at, wallTime: this.#wallTime, beds: [...this.#views.values()] };
  }

  view(bed: BedId): BedView | undefined {
    return this.#views.get(bed);
  }

  views(): readonly BedView[] {
    return [...this.#views.values()];
  }

  /** Alarm changes of a bed after this number, as far as they are still kept. */
  alarmsAfter(bed: BedId, number: number): readonly AlarmMessage[] {
    return this.#alarms.get(bed)?.filter((message) => message.number > number) ?? [];
  }

  #replace(snapshot: StationSnapshot): void {
    this.#views.clear();
    for (const view of snapshot.beds) this.#views.set(view.bed, view);
    this.#at = snapshot.at;
    this.#wallTime = snapshot.wallTime;
    this.#isKnown = true;
  }

  #with(bed: BedId, change: (view: BedView) => BedView): void {
    const view = this.#views.get(bed);
    if (view !== undefined) this.#views.set(bed, change(view));
  }

  #withAlarm(message: AlarmMessage): void {
    const kept = this.#alarms.get(message.bed) ?? [];
    this.#alarms.set(message.bed, [...kept.slice(1 - KEPT_ALARMS), message]);
    this.#with(message.bed, (view) => applyAlarm(view, message));
  }
}
