/** A burst as samples, by adding up its partials. What is tested is what is played: the screen plays these very samples. */
import { type Burst, type Pulse, burstPeriodS, endOfPulseS, PARTIALS } from './burst.ts';

/** The loudest sample; a little room for the converter. */
const PEAK_LEVEL = 0.9;
/** Highest value of the sum of partials, found once: all pulses have the same shape. */
const PEAK_OF_SUM = Math.max(...Array.from({ length: 2000 }, (_, i) => waveform(i / 2000)));

/** One period of a burst, silence between bursts included, so that it can be played in a loop. Samples from -1 to 1. */
export function renderBurst(burst: Burst, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(burstPeriodS(burst) * sampleRateHz));
  for (const pulse of burst.pulses) addPulse(samples, pulse, sampleRateHz);
  return samples;
}

/** How loud a pulse is at a moment of its burst, from 0 to 1. */
export function levelAt(pulse: Pulse, timeS: number): number {
  const sinceStartS = timeS - pulse.startS;
  const untilEndS = endOfPulseS(pulse) - timeS;
  return Math.max(0, Math.min(1, sinceStartS / pulse.riseS, untilEndS / pulse.fallS));
}

function addPulse(samples: Float32Array, pulse: Pulse, sampleRateHz: number): void {
  const first = Math.ceil(pulse.startS * sampleRateHz);
  const last = Math.min(samples.length - 1, Math.floor(endOfPulseS(pulse) * sampleRateHz));
  for (let i = first; i <= last; i += 1) {
    const timeS = i / sampleRateHz;
    const value = waveform((timeS - pulse.startS) * pulse.frequencyHz);
    samples[i] = (samples[i] ?? 0) + (PEAK_LEVEL / PEAK_OF_SUM) * levelAt(pulse, timeS) * value;
  }
}

/** Sum of the partials after so many periods of the fundamental. */
function waveform(periods: number): number {
  let sum = 0;
  for (const { harmonic, level } of PARTIALS) sum += level * Math.sin(2 * Math.PI * harmonic * periods);
  return sum;
}
