/** The bed of a guided session as every step sees it: live, with the clock of the station. Given by the layout. */
import { getContext, setContext } from 'svelte';
import type { BedId, MonotonicMs } from '$lib/domain/index.ts';
import { MIN_BASELINE_READINGS } from '$lib/bedside/baseline.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { clockMinutes, clockTime } from './format.ts';
import type { LiveWard } from './live-ward.svelte.ts';

export class SessionBed {
  readonly #ward: LiveWard;
  readonly #id: () => BedId;
  /** Cuff readings that make a baseline without a reason. */
  readonly readingsNeeded = MIN_BASELINE_READINGS;
  readonly view: BedView | undefined = $derived.by(() => this.#ward.bed(this.#id()));

  constructor(ward: LiveWard, id: () => BedId) {
    this.#ward = ward;
    this.#id = id;
  }

  get id(): BedId {
    return this.#id();
  }

  get session() {
    return this.view?.session;
  }

  /** Station time. */
  get now(): MonotonicMs {
    return this.#ward.now;
  }

  /** `14:31:08` at the station. */
  clock(at: MonotonicMs): string {
    return clockTime(this.#ward.wallOf(at));
  }

  minutes(at: MonotonicMs): string {
    return clockMinutes(this.#ward.wallOf(at));
  }
}

const BED = Symbol('session bed');

export const setSessionBed = (bed: SessionBed): SessionBed => setContext(BED, bed);
export const useSessionBed = (): SessionBed => getContext<SessionBed>(BED);
