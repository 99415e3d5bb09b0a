/**
 * Recorded samples as the station carries them: Int16 with a gain and an offset, one scale for a whole track. Whole numbers
 * that fit stay what they are; others are put on the finest even scale over what the track really holds.
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { lengthOf, type WaveTrack } from './recording.ts';

export interface Scale {
  readonly gain: number;
  readonly offset: number;
}

export interface PackedRun {
  readonly fromMs: number;
  readonly samples: Int16Array;
}

export interface Packed extends Scale {
  readonly runs: readonly PackedRun[];
}

/** On both sides of 0; one less on the lower side is {@link NO_SAMPLE}. */
const MOST = 32_767;

/**
 * @param stretchedTo the range that the track shall fill, for a signal whose size means nothing.
 * @returns undefined for a track without a single value.
 */
export function packSamples(track: WaveTrack, stretchedTo?: readonly [low: number, high: number]): Packed | undefined {
  const { low, high, isWhole } = extentOf(track);
  if (low > high) return undefined;
  const { shift, step } = stepsOf(low, high, isWhole);
  const { gain, offset } = stretchedTo ? stretch([low, high], stretchedTo) : track;
  const runs = track.runs.map((run) => {
    const samples = new Int16Array(lengthOf(run)).fill(NO_SAMPLE);
    let to = 0;
    for (const { length, at } of run.parts) {
      for (let i = 0; i < length; i += 1, to += 1) {
        const value = at(i);
        if (Number.isFinite(value)) samples[to] = Math.round((value - shift) / step);
      }
    }
    return { fromMs: run.fromMs, samples };
  });
  return { gain: gain * step, offset: offset + gain * shift, runs };
}

interface Extent {
  readonly low: number;
  readonly high: number;
  readonly isWhole: boolean;
}

function extentOf({ runs }: WaveTrack): Extent {
  let [low, high, isWhole] = [Infinity, -Infinity, true];
  for (const { length, at } of runs.flatMap(({ parts }) => parts)) {
    for (let i = 0; i < length; i += 1) {
      const value = at(i);
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      isWhole &&= Number.isInteger(value);
    }
  }
  return { low, high, isWhole };
}

function stepsOf(low: number, high: number, isWhole: boolean): { shift: number; step: number } {
  const isFitting = isWhole && high - low <= 2 * MOST;
  if (isFitting && low >= -MOST && high <= MOST) return { shift: 0, step: 1 };
  if (isFitting) return { shift: low + MOST, step: 1 };
  return { shift: low / 2 + high / 2, step: high > low ? (high / 2 - low / 2) / MOST : 1 };
}

function stretch([low, high]: readonly [number, number], [bottom, top]: readonly [number, number]): Scale {
  const gain = high > low ? (top - bottom) / (high - low) : 0;
  const middle = { gain: 1, offset: (bottom + top) / 2 - low };
  return gain > 0 && Number.isFinite(gain) ? { gain, offset: bottom - gain * low } : middle;
}
