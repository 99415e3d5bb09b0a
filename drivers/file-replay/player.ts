/** What a recorded patient showed in a stretch of the recording, as observations at the station's time. Pure. */
import type {
  CuffStatus,
  DeviceId,
  MonotonicMs,
  NibpMeasurement,
  Observation,
  WaveformBlock,
} from '$lib/domain/index.ts';
import type { RecordedCuff } from './cuff.ts';
import type { RecordedNumerics, RecordedPatient, RecordedWave } from './patient.ts';

export interface Stretch {
  /** Included, in ms of the recording. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** It does not follow what was played before. */
  readonly isCut: boolean;
}

export interface Stage {
  readonly source: DeviceId;
  /** When this moment of the recording is played. */
  readonly stationTime: (recordedMs: number) => MonotonicMs;
}

export function play(patient: RecordedPatient, stretch: Stretch, stage: Stage): readonly Observation[] {
  const numerics = within(patient.numerics, stretch).map((one) => numericsOf(one, patient.startedWallMs, stage));
  const cuff = within(patient.cuff, stretch).map((one) => cuffOf(one, stage));
  const told = [...numerics, ...cuff].toSorted((a, b) => a.at - b.at);
  return [...told, ...patient.waves.flatMap((wave) => blocksOf(wave, stretch, stage))];
}

/** Those of a list in the order of time that stand in the stretch. */
export function within<T extends { readonly atMs: number }>(
  list: readonly T[],
  { fromMs, toMs }: Stretch,
): readonly T[] {
  const first = countBefore(list.length, (i) => (list[i]?.atMs ?? 0) < fromMs);
  const end = countBefore(list.length, (i) => (list[i]?.atMs ?? 0) < toMs);
  return list.slice(first, end);
}

/** How many of the first elements are before something, when all of those stand first. */
function countBefore(length: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numericsOf(
  { atMs, values }: RecordedNumerics,
  startedWallMs: number | undefined,
  { source, stationTime }: Stage,
): Observation {
  const deviceTime = startedWallMs === undefined ? {} : { deviceTime: startedWallMs + atMs };
  return { kind: 'numerics', source, at: stationTime(atMs), ...deviceTime, values };
}

function cuffOf(
  { atMs, isUndated, ...numbers }: RecordedCuff,
  { source, stationTime }: Stage,
): NibpMeasurement | CuffStatus {
  const at = stationTime(atMs);
  if (isUndated) return { kind: 'cuff', source, at, state: 'idle', undated: numbers };
  return { kind: 'nibp', source, at, measuredAt: at, ...numbers };
}

function blocksOf(
  { waveform, rateHz, gain, offset, runs }: RecordedWave,
  { fromMs, toMs, isCut }: Stretch,
  { source, stationTime }: Stage,
): readonly WaveformBlock[] {
  const next = countBefore(runs.length, (i) => (runs[i]?.fromMs ?? 0) <= fromMs);
  const blocks: WaveformBlock[] = [];
  for (let i = Math.max(0, next - 1); i < runs.length; i += 1) {
    const run = runs[i];
    if (!run || run.fromMs >= toMs) break;
    const [first, end] = [fromMs, toMs].map((ms) => firstSampleFrom(ms - run.fromMs, rateHz));
    const samples = run.samples.subarray(first, end);
    if (samples.length === 0) continue;
    const at = stationTime(run.fromMs + ((first ?? 0) * 1000) / rateHz);
    const isGapBefore = first === 0 || (isCut && blocks.length === 0);
    blocks.push({ kind: 'waveform', source, waveform, at, rateHz, samples, gain, offset, isGapBefore });
  }
  return blocks;
}

/** A millionth of a sample is rounding, not time. */
const firstSampleFrom = (sinceMs: number, rateHz: number): number =>
  Math.max(0, Math.ceil((sinceMs * rateHz) / 1000 - 1e-6));
