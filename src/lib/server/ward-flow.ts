/**
 * What has changed in the ward, on its way to the screens: alarm changes first and in their order, numbers where there is room,
 * each bed within its own share. Both ways of one bed are kept together, because a screen folds one upon the other.
 */
import type { BedId } from '$lib/domain/index.ts';
import type { AlarmMessage, BedPatch, StationSnapshot } from '$lib/realtime/index.ts';
import { AlarmFlow } from './alarm-flow.ts';
import { PatchFlow } from './patch-flow.ts';
import type { WardState } from './ward-state.ts';

export interface Screens {
  readonly alarm: (message: AlarmMessage) => void;
  readonly patch: (patch: BedPatch) => void;
  readonly snapshot: (snapshot: StationSnapshot) => void;
}

export class WardFlow {
  readonly #ward: WardState;
  readonly #screens: Screens;
  readonly #alarms: AlarmFlow;
  readonly #patches: PatchFlow;

  constructor(ward: WardState, screens: Screens) {
    this.#ward = ward;
    this.#screens = screens;
    this.#patches = new PatchFlow(ward, screens.patch);
    this.#alarms = new AlarmFlow({
      tell: (message) => this.#tellAlarm(message),
      caughtUp: (bed) => this.#patches.release(bed),
      beginAnew: (last) => this.#beginAnew(last),
    });
  }

  patch(patch: BedPatch): void {
    this.#patches.take(patch);
  }

  /** What waits of the bed is told before its alarm change, or held until that has been told. */
  alarm(message: AlarmMessage): void {
    this.#makeWay(message.bed);
    this.#ward.fold({ type: 'alarm', message });
    this.#alarms.take(message);
  }

  /** Something is left for the next tick. */
  get isWaiting(): boolean {
    return this.#alarms.isWaiting || this.#patches.isWaiting;
  }

  tick(): void {
    this.#alarms.tick();
    this.#patches.tick();
  }

  /** Everything that waits is told: a change fits only a screen that stands where it begins. @returns what stands then */
  settled(): StationSnapshot | undefined {
    this.#alarms.drain();
    this.#patches.flushAll();
    return this.#ward.snapshot();
  }

  /** All screens get a snapshot instead of what waits. */
  drop(): void {
    this.#alarms.drop();
    this.#patches.drop();
  }

  #makeWay(bed: BedId): void {
    if (this.#alarms.isFull(bed)) this.#patches.hold(bed);
    else this.#patches.flush(bed);
  }

  #tellAlarm(message: AlarmMessage): void {
    this.#patches.heard(message);
    this.#screens.alarm(message);
  }

  /** A storm has left the screens too far behind: they begin with the whole, and answer for the last change. */
  #beginAnew(last: AlarmMessage): void {
    this.drop();
    const snapshot = this.#ward.snapshot();
    if (snapshot !== undefined) this.#screens.snapshot(snapshot);
    this.#screens.alarm(last);
  }
}
