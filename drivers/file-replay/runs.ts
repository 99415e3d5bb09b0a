/**
 * Chunks of samples put together to runs. Chunks that follow one another within {@link MAX_DRIFT_MS} are one run, because a
 * recorder's times tremble; a chunk that says again what was there before is cut by what it repeats.
 */
import type { Run, Samples } from './recording.ts';

/** More than this between the end of a chunk and the next one is a gap. */
export const MAX_DRIFT_MS = 100;

/** Samples as the file has them together. */
export interface Chunk extends Samples {
  readonly fromMs: number;
}

/** Puts records together that follow without a hole. Sorts them by time first. */
export function joinRuns(chunks: readonly Chunk[], rateHz: number): readonly Run[] {
  const runs: { fromMs: number; parts: Samples[] }[] = [];
  let endMs = -Infinity;
  for (const chunk of chunks.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const behindMs = endMs - chunk.fromMs;
    const last = runs.at(-1);
    const isNext = last !== undefined && Math.abs(behindMs) <= MAX_DRIFT_MS;
    const rest = isNext ? chunk : without(chunk, Math.max(0, Math.ceil((behindMs * rateHz) / 1000)), rateHz);
    if (rest.length === 0) continue;
    if (isNext) last.parts.push(rest);
    else runs.push({ fromMs: rest.fromMs, parts: [rest] });
    endMs = (isNext ? endMs : rest.fromMs) + (rest.length * 1000) / rateHz;
  }
  return runs;
}

const without = ({ fromMs, length, at }: Chunk, first: number, rateHz: number): Chunk => ({
  fromMs: fromMs + (first * 1000) / rateHz,
  length: Math.max(0, length - first),
  at: (index) => at(index + first),
});
