/**
 * A recording as the station can play it: its tracks under the station's names, in the station's units, each quantity once.
 * A track that has no place here is left out, and said with the reason.
 */
import { VITALS, WAVEFORMS, type Reading, type VitalKey, type WaveformKey } from '$lib/domain/index.ts';
import { cuffMeasurements, type CuffKey, type CuffPoll, type RecordedCuff } from './cuff.ts';
import { factorTo, vitalNamed, waveformNamed } from './names-table.ts';
import type { NumericTrack, RecordedEvent, Recording, WaveTrack } from './recording.ts';
import { packSamples, type PackedRun } from './samples.ts';

export interface RecordedWave {
  readonly waveform: WaveformKey;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  readonly runs: readonly PackedRun[];
}

export interface RecordedNumerics {
  readonly atMs: number;
  readonly values: Readonly<Partial<Record<VitalKey, Reading>>>;
}

export interface LeftOut {
  readonly track: string;
  /** A sentence's end: `is not known to the station`. */
  readonly why: string;
}

/** Everything stands in the order of time, in ms since the beginning of the recording. */
export interface RecordedPatient extends Pick<Recording, 'name' | 'durationMs' | 'startedWallMs' | 'remarks'> {
  readonly waves: readonly RecordedWave[];
  readonly numerics: readonly RecordedNumerics[];
  readonly cuff: readonly RecordedCuff[];
  readonly events: readonly RecordedEvent[];
  readonly leftOut: readonly LeftOut[];
}

export function asPatient(recording: Recording): RecordedPatient {
  const { name, durationMs, startedWallMs, remarks } = recording;
  const leftOut: LeftOut[] = [];
  const waves = placeWaves(recording.waves, leftOut);
  const moments = gather(placeNumerics(recording.numerics, leftOut));
  const beganMs = moments[0]?.atMs ?? 0;
  return {
    name,
    durationMs,
    ...(startedWallMs !== undefined && { startedWallMs }),
    remarks,
    waves,
    numerics: moments.flatMap(withoutCuff),
    cuff: cuffMeasurements(moments.map(asPoll), beganMs),
    events: recording.events
      .map(({ atMs, text }) => ({ atMs: Math.round(atMs), text }))
      .toSorted((a, b) => a.atMs - b.atMs),
    leftOut,
  };
}

const ECG_PLACES: readonly WaveformKey[] = ['ecg1', 'ecg2', 'ecg3'];
/** Their size means nothing: each recorder scales them as it likes, so they are drawn to fill their usual range. */
const SHAPES: ReadonlySet<WaveformKey> = new Set(['pleth', 'respiration']);

function placeWaves(tracks: readonly WaveTrack[], leftOut: LeftOut[]): readonly RecordedWave[] {
  const placed = new Map<WaveformKey, RecordedWave>();
  const leaveOut = (track: string, why: string): void => void leftOut.push({ track, why });
  for (const track of tracks) {
    const known = track.waveform ?? waveformNamed(track.name);
    if (known === undefined) {
      leaveOut(track.name, 'is not known to the station');
      continue;
    }
    const waveform = ECG_PLACES.includes(known)
      ? ECG_PLACES.find((lead) => !placed.has(lead))
      : byUnit(known, track.unit);
    const factor = waveform && (SHAPES.has(waveform) ? 1 : factorTo(WAVEFORMS[waveform].unit, track.unit));
    const packed = waveform && packSamples(track, SHAPES.has(waveform) ? WAVEFORMS[waveform].range : undefined);
    if (waveform === undefined || placed.has(waveform)) leaveOut(track.name, 'finds its place taken by another track');
    else if (factor === undefined) leaveOut(track.name, `has the unit "${track.unit}"`);
    else if (!packed) leaveOut(track.name, 'holds no values');
    else {
      const { runs, gain, offset } = packed;
      placed.set(waveform, { waveform, rateHz: track.rateHz, gain: gain * factor, offset: offset * factor, runs });
    }
  }
  return [...placed.values()];
}

/** Carbon dioxide is a share or a pressure. */
const byUnit = (waveform: WaveformKey, unit: string): WaveformKey =>
  waveform === 'co2' && factorTo(WAVEFORMS.co2.unit, unit) === undefined ? 'co2Pressure' : waveform;

interface PlacedNumeric {
  readonly vital: VitalKey;
  readonly factor: number;
  readonly track: NumericTrack;
}

/** Of two tracks for one quantity the one with more values is played, the first when they have the same. */
function placeNumerics(tracks: readonly NumericTrack[], leftOut: LeftOut[]): readonly PlacedNumeric[] {
  const placed = new Map<VitalKey, PlacedNumeric>();
  const byCount = tracks.toSorted((a, b) => countOf(b) - countOf(a));
  for (const track of byCount) {
    const known = track.vital ?? vitalNamed(track.name);
    const vital = known === 'temperature1' && placed.has(known) ? 'temperature2' : known;
    const factor = vital && factorTo(VITALS[vital].unit, track.unit);
    if (vital === undefined) leftOut.push({ track: track.name, why: 'is not known to the station' });
    else if (countOf(track) === 0) leftOut.push({ track: track.name, why: 'holds no values' });
    else if (factor === undefined) leftOut.push({ track: track.name, why: `has the unit "${track.unit}"` });
    else if (placed.has(vital)) {
      leftOut.push({ track: track.name, why: `tells ${VITALS[vital].label} as ${placed.get(vital)?.track.name} does` });
    } else placed.set(vital, { vital, factor, track });
  }
  return [...placed.values()];
}

const countOf = ({ points }: NumericTrack): number =>
  points.reduce((count, { value }) => count + (Number.isNaN(value) ? 0 : 1), 0);

function gather(placed: readonly PlacedNumeric[]): readonly RecordedNumerics[] {
  const moments = new Map<number, Partial<Record<VitalKey, Reading>>>();
  for (const { vital, factor, track } of placed) {
    for (const { atMs: preciseMs, value } of track.points) {
      const atMs = Math.round(preciseMs);
      const values = moments.get(atMs) ?? {};
      values[vital] = Number.isNaN(value) ? { missing: 'not-measured' } : { value: round(value * factor) };
      moments.set(atMs, values);
    }
  }
  return [...moments].map(([atMs, values]) => ({ atMs, values })).toSorted((a, b) => a.atMs - b.atMs);
}

/** Files keep numbers in 32 bits; digits beyond those are noise. */
const round = (value: number): number => Number(value.toPrecision(7));

const isCuffKey = (key: string): key is CuffKey => key.startsWith('nibp');

function withoutCuff({ atMs, values }: RecordedNumerics): readonly RecordedNumerics[] {
  const others = Object.entries(values).filter(([key]) => !isCuffKey(key));
  return others.length === 0 ? [] : [{ atMs, values: Object.fromEntries(others) }];
}

function asPoll({ atMs, values }: RecordedNumerics): CuffPoll {
  const numbers: Partial<Record<CuffKey, number>> = {};
  for (const [key, reading] of Object.entries(values)) {
    if (isCuffKey(key) && 'value' in reading) numbers[key] = reading.value;
  }
  return { atMs, numbers };
}
