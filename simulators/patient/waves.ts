/** Samples of every signal of the bedside, each a function of its time and number and of the breaths and beats around it. */
import type { WaveformKey } from '$lib/domain/index.ts';
import { arterialMmhg, atTransducer, meanMmhg } from './arterial.ts';
import { co2Percent, impedanceOhm, lungVolume, type Breath } from './breathing.ts';
import { STREAM, uniform, wander, type Stream } from './chance.ts';
import { beatMillivolt } from './ecg.ts';
import { pulsePercent, PULSE_COUNTS_MS } from './pleth.ts';
import type { Beat } from './rhythm.ts';
import type { ArterialLine } from './simulated-bedside.ts';

/** What the sensors see: the records of the time asked for and of the seconds before, and when a sensor sees nothing. */
export interface SignalSource {
  readonly seed: number;
  readonly variability: number;
  readonly hasArterialLine: boolean;
  readonly breaths: readonly Breath[];
  readonly beats: readonly Beat[];
  isEcgOff(tMs: number): boolean;
  isOximeterOff(tMs: number): boolean;
  isCapnographOff(tMs: number): boolean;
  isMoving(tMs: number): boolean;
  arterialLineAt(tMs: number): ArterialLine;
}

/** Value of sample number `index` at its time. Must be asked in the order of time. */
type Sampler = (tMs: number, index: number) => number;

const BREATHING_IN_BASELINE_MV = 0.06;
const BREATHING_IN_ECG_SIZE = 0.07;
const NOISE = { ecgMv: 0.012, plethPercent: 0.015, impedanceOhm: 0.01, arterialMmhg: 0.3 };
const MOVEMENT = {
  ecgMv: 0.22,
  ecgGridMs: 60,
  plethPercent: 1.1,
  plethGridMs: 220,
  impedanceOhm: 0.5,
  impedanceGridMs: 500,
};

const SAMPLERS: Readonly<Partial<Record<WaveformKey, (source: SignalSource) => Sampler>>> = {
  ecg1: ecgSampler,
  pleth: plethSampler,
  respiration: respirationSampler,
  co2: co2Sampler,
  abp: arterialSampler,
};

/** The sampler of a waveform; undefined for a signal that no sensor at this bedside gives. */
export const samplerOf = (waveform: WaveformKey, source: SignalSource): Sampler | undefined =>
  SAMPLERS[waveform]?.(source);

function ecgSampler(source: SignalSource): Sampler {
  const beatIndex = follow(source.beats);
  const breathIndex = follow(source.breaths);
  return (tMs, index) => {
    if (source.isEcgOff(tMs)) return NaN;
    const now = beatIndex(tMs);
    const [beat, before] = [source.beats[now], source.beats[now - 1]];
    const breath = source.breaths[breathIndex(tMs)];
    if (!beat || !before || !breath) return NaN;
    const volume = source.variability * (lungVolume(breath, tMs) - 0.4);
    const heart = beatMillivolt(beat, tMs) + beatMillivolt(before, tMs);
    const movement = source.isMoving(tMs)
      ? MOVEMENT.ecgMv * wander(source.seed, STREAM.muscle, tMs, MOVEMENT.ecgGridMs)
      : 0;
    return (
      heart * (1 - BREATHING_IN_ECG_SIZE * volume) +
      BREATHING_IN_BASELINE_MV * volume +
      hiss(source, STREAM.ecgNoise, index, NOISE.ecgMv) +
      movement
    );
  };
}

function plethSampler(source: SignalSource): Sampler {
  const beatIndex = follow(source.beats);
  return (tMs, index) => {
    if (source.isOximeterOff(tMs)) return NaN;
    let sum = hiss(source, STREAM.plethNoise, index, NOISE.plethPercent);
    for (let back = beatIndex(tMs); ; back--) {
      const beat = source.beats[back];
      if (!beat || tMs - beat.startMs > PULSE_COUNTS_MS) break;
      sum += pulsePercent(beat, tMs);
    }
    return source.isMoving(tMs)
      ? sum + MOVEMENT.plethPercent * wander(source.seed, STREAM.movement, tMs, MOVEMENT.plethGridMs)
      : sum;
  };
}

/** Measured between the ECG electrodes, so it goes when they go. */
function respirationSampler(source: SignalSource): Sampler {
  const breathIndex = follow(source.breaths);
  return (tMs, index) => {
    const breath = source.breaths[breathIndex(tMs)];
    if (!breath || source.isEcgOff(tMs)) return NaN;
    const movement = source.isMoving(tMs)
      ? MOVEMENT.impedanceOhm * wander(source.seed, STREAM.movement, tMs, MOVEMENT.impedanceGridMs)
      : 0;
    return impedanceOhm(breath, tMs) + hiss(source, STREAM.respirationNoise, index, NOISE.impedanceOhm) + movement;
  };
}

function co2Sampler(source: SignalSource): Sampler {
  const breathIndex = follow(source.breaths);
  return (tMs) => {
    const now = breathIndex(tMs);
    const [breath, before] = [source.breaths[now], source.breaths[now - 1]];
    return breath && before && !source.isCapnographOff(tMs) ? co2Percent(breath, before, tMs) : NaN;
  };
}

function arterialSampler(source: SignalSource): Sampler {
  const beatIndex = follow(source.beats);
  return (tMs, index) => {
    if (!source.hasArterialLine) return NaN;
    const now = beatIndex(tMs);
    const beat = source.beats[now];
    const inArtery = arterialMmhg(source.beats, now, tMs);
    const pressure = beat ? atTransducer(source.arterialLineAt(tMs), inArtery, meanMmhg(beat)) : inArtery;
    return pressure + hiss(source, STREAM.arterialNoise, index, NOISE.arterialMmhg);
  };
}

/** Noise of the amplifier, even between plus and minus `size`. */
const hiss = ({ seed, variability }: SignalSource, stream: Stream, index: number, size: number): number =>
  variability * size * (2 * uniform(seed, stream, index) - 1);

/** Finds the last record that has begun, for times that only grow: -1 before the first. */
function follow(records: readonly { readonly startMs: number }[]): (tMs: number) => number {
  let index: number | undefined;
  const startsBy = (position: number, tMs: number): boolean => (records[position]?.startMs ?? Infinity) <= tMs;
  return (tMs) => {
    index ??= lastStarted(records, tMs);
    while (startsBy(index + 1, tMs)) index++;
    return index;
  };
}

function lastStarted(records: readonly { readonly startMs: number }[], tMs: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.startMs ?? Infinity) <= tMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
