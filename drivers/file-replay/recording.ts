/**
 * What every kind of recording file is read into: tracks under the names that the file gives them, in its own units, at
 * the times it tells. What the station makes of a track is decided afterwards, in `patient.ts`.
 *
 *   wave      ────────── run ──────────╮  gap  ╭──── run ────     `at(i)` × gain + offset = physical value
 *   numeric   ·     ·     ·     ·          ·     ·                a point has a value, or it says that there was none
 */
import type { VitalKey, WaveformKey } from '$lib/domain/index.ts';

/** A file of the recording, whole and unpacked. */
export interface RecordingFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Why it is not all of the file; a plain sentence. */
  readonly problem?: string;
}

/** Samples as they stand in the file; they are read where they are, a recording is large. */
export interface Samples {
  readonly length: number;
  /** As stored; NaN where the file has no value. */
  readonly at: (index: number) => number;
}

/** Samples that follow without a hole. */
export interface Run {
  /** Of the first sample, ms since the beginning of the recording. */
  readonly fromMs: number;
  readonly parts: readonly Samples[];
}

export const lengthOf = ({ parts }: Run): number => parts.reduce((sum, { length }) => sum + length, 0);

interface Track {
  /** `Intellivue/ECG_II`: the device, where there are several, and its own name. */
  readonly name: string;
  readonly unit: string;
}

export interface WaveTrack extends Track {
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  /** In the order of time, never overlapping. */
  readonly runs: readonly Run[];
  /** What the file's own code says that it is; without one its name decides. */
  readonly waveform?: WaveformKey;
}

export interface NumericPoint {
  readonly atMs: number;
  /** NaN: the recorder noted that there was no value. */
  readonly value: number;
}

export interface NumericTrack extends Track {
  readonly points: readonly NumericPoint[];
  readonly vital?: VitalKey;
}

/** Something that was written down: a drug given, a phase begun. */
export interface RecordedEvent {
  readonly atMs: number;
  readonly text: string;
}

export interface Recording {
  readonly name: string;
  /** Calendar time of its beginning, ms since 1970, as its recorder had it. */
  readonly startedWallMs?: number;
  readonly durationMs: number;
  readonly waves: readonly WaveTrack[];
  readonly numerics: readonly NumericTrack[];
  readonly events: readonly RecordedEvent[];
  /** What is wrong with the file, or was said about it; plain sentences. */
  readonly remarks: readonly string[];
}

/** A month; a recording longer than this is damaged times, ms. */
export const LONGEST_RECORDING_MS = 31 * 24 * 3_600_000;

/** When the last sample ends, or the last point or event stands. */
export function endOf({ waves, numerics, events }: Pick<Recording, 'waves' | 'numerics' | 'events'>): number {
  const ends = [
    ...waves.map(({ runs, rateHz }) => {
      const last = runs.at(-1);
      return last ? last.fromMs + (lengthOf(last) * 1000) / rateHz : 0;
    }),
    ...numerics.map(({ points }) => points.at(-1)?.atMs ?? 0),
    ...events.map(({ atMs }) => atMs),
  ];
  return ends.reduce((latest, end) => Math.max(latest, end), 0);
}
