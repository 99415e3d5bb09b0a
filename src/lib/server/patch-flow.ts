/**
 * Lets the changes of beds through to the screens: at once while they are few; in a flood, what has changed of a bed since it
 * was told last goes out with the next tick.
 */
import type { BedId } from '$lib/domain/index.ts';
import { patchBetween, type BedPatch, type BedView } from '$lib/realtime/index.ts';
import type { WardState } from './ward-state.ts';

/** More bed changes than this within one tick wait for the next one. */
const PATCHES_PER_TICK = 40;

export class PatchFlow {
  readonly #ward: WardState;
  readonly #tell: (patch: BedPatch) => void;
  /** Beds that have something to tell, each as it was told last. */
  readonly #waiting = new Map<BedId, BedView>();
  #toldInTick = 0;

  constructor(ward: WardState, tell: (patch: BedPatch) => void) {
    this.#ward = ward;
    this.#tell = tell;
  }

  /** Folds a change into the ward and passes it on, now or later. */
  take(patch: BedPatch): void {
    const before = this.#ward.view(patch.bed);
    this.#ward.fold({ type: 'patch', patch });
    if (before === undefined || this.#waiting.has(patch.bed)) return;
    this.#toldInTick += 1;
    if (this.#toldInTick <= PATCHES_PER_TICK) this.#tell(patch);
    else this.#waiting.set(patch.bed, before);
  }

  /** What waits of a bed is told: before anything else is that builds on it. */
  flush(bed: BedId): void {
    const [before, now] = [this.#waiting.get(bed), this.#ward.view(bed)];
    this.#waiting.delete(bed);
    const patch = before && now && patchBetween(before, now);
    if (patch) this.#tell(patch);
  }

  flushAll(): void {
    for (const bed of [...this.#waiting.keys()]) this.flush(bed);
  }

  tick(): void {
    this.#toldInTick = 0;
    this.flushAll();
  }

  /** All screens get a snapshot instead. */
  drop(): void {
    this.#waiting.clear();
  }
}
