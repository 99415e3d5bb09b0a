import type { MarkKind, MonotonicMs } from '$lib/domain/index.ts';

/** A mark that was just stored. */
export interface Marked {
  readonly id: string;
  readonly kind: MarkKind;
  readonly at: MonotonicMs;
}
