/**
 * Lets the changes of beds through to the screens: at once while they are few; in a flood, what has changed of a bed since it
 * was told last goes out with the next tick. The flood of one bed does not hold back the first change of another. While alarm
 * changes of a bed wait, its other changes are held: they build on them.
 */
import type { BedId } from '$lib/domain/index.ts';
import { patchBetween, type AlarmMessage, type BedPatch, type BedView } from '$lib/realtime/index.ts';
import type { WardState } from './ward-state.ts';

/** More bed changes than this within one tick wait for the next one, and of one bed more than that. */
const PATCHES_PER_TICK = 40;
const PATCHES_PER_BED = 20;

export class PatchFlow {
  readonly #ward: WardState;
  readonly #tell: (patch: BedPatch) => void;
  /** Beds that have something to tell, each as it was told last. */
  readonly #waiting = new Map<BedId, BedView>();
  readonly #held = new Set<BedId>();
  readonly #toldOf = new Map<BedId, number>();
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
    const told = this.#toldOf.get(patch.bed) ?? 0;
    if (told > 0 && (told >= PATCHES_PER_BED || this.#toldInTick >= PATCHES_PER_TICK)) {
      this.#waiting.set(patch.bed, before);
      return;
    }
    this.#toldOf.set(patch.bed, told + 1);
    this.#toldInTick += 1;
    this.#tell(patch);
  }

  /** An alarm change of the bed is about to wait: what the screens know of the bed is what the ward knows until then. */
  hold(bed: BedId): void {
    const known = this.#ward.view(bed);
    if (known !== undefined && !this.#waiting.has(bed)) this.#waiting.set(bed, known);
    this.#held.add(bed);
  }

  /** A change that waited was told to the screens. */
  heard({ bed, audio }: AlarmMessage): void {
    const known = this.#waiting.get(bed);
    if (known !== undefined) this.#waiting.set(bed, { ...known, audio });
  }

  /** No alarm change of the bed waits any more. */
  release(bed: BedId): void {
    this.#held.delete(bed);
    this.flush(bed);
  }

  /** What waits of a bed is told: before anything else is that builds on it. */
  flush(bed: BedId): void {
    const [before, now] = [this.#waiting.get(bed), this.#ward.view(bed)];
    this.#waiting.delete(bed);
    const patch = before && now && patchBetween(before, now);
    if (patch) this.#tell(patch);
  }

  flushAll(): void {
    for (const bed of [...this.#waiting.keys()]) if (!this.#held.has(bed)) this.flush(bed);
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  tick(): void {
    this.#toldInTick = 0;
    this.#toldOf.clear();
    this.flushAll();
  }

  /** All screens get a snapshot instead. */
  drop(): void {
    this.#held.clear();
    this.#waiting.clear();
  }
}
