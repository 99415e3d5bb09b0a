/**
 * What an alarm sounds like, found out from its samples alone: nothing here knows how they were made.
 *
 *   samples ─▶ level (root mean square over one period of the tone) ─▶ pulses between the 90 % points, silences, rises
 *          └▶ spectrum of the middle of each pulse (Hann window, FFT) ─▶ fundamental, harmonics and their levels
 *
 * The bounds are those of published descriptions of IEC 60601-1-8.
 */

export interface HeardPulse {
  /** The moments at which the level passes 90 % of the pulse's own, s. */
  readonly fromS: number;
  readonly toS: number;
  /** From 10 to 90 % of the level, s. */
  readonly riseS: number;
  readonly fallS: number;
  readonly levelDb: number;
  readonly fundamentalHz: number;
  /** Everything in the spectrum that stands out, loudest first. */
  readonly partials: readonly Partial[];
}

export interface Partial {
  readonly frequencyHz: number;
  readonly levelDb: number;
}

type Bounds = readonly [low: number, high: number];

/** The loudest of a plausible tone lies here; its period is the window of the level. */
const LEVEL_WINDOW_S = 1 / 261.63;
const SILENCE_DB = -50;

/** @param samples some periods of a repeating alarm, as the loudspeaker gets them. */
export function hear(samples: Float32Array, sampleRateHz: number): readonly HeardPulse[] {
  const level = levelOf(samples, Math.round(LEVEL_WINDOW_S * sampleRateHz));
  return soundsIn(level).map(({ from, to }) => pulseIn(samples, level, { from, to }, sampleRateHz));
}

/** Root mean square of the samples around each sample. */
function levelOf(samples: Float32Array, window: number): Float32Array {
  const level = new Float32Array(samples.length);
  const half = Math.floor(window / 2);
  let sum = 0;
  for (let i = -half; i < samples.length; i += 1) {
    sum += (samples[i + half] ?? 0) ** 2 - (samples[i - half] ?? 0) ** 2;
    if (i >= 0) level[i] = Math.sqrt(Math.max(0, sum) / (2 * half));
  }
  return level;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Stretches that are not silent. */
function soundsIn(level: Float32Array): readonly Stretch[] {
  let loudest = 0;
  for (const value of level) loudest = Math.max(loudest, value);
  const silence = loudest * 10 ** (SILENCE_DB / 20);
  const found: Stretch[] = [];
  let from = -1;
  for (let i = 0; i <= level.length; i += 1) {
    const isSound = (level[i] ?? 0) > silence;
    if (isSound && from < 0) from = i;
    if (!isSound && from >= 0) {
      found.push({ from, to: i });
      from = -1;
    }
  }
  return found;
}

function pulseIn(samples: Float32Array, level: Float32Array, { from, to }: Stretch, rate: number): HeardPulse {
  const own = [...level.subarray(from, to)].sort((a, b) => a - b);
  // The plateau's level: most of a pulse is plateau, and its few loudest samples are ripple.
  const full = own[Math.floor(0.6 * own.length)] ?? 0;
  const first = (share: number): number => {
    let i = from;
    while (i < to && (level[i] ?? 0) < share * full) i += 1;
    return i;
  };
  const last = (share: number): number => {
    let i = to;
    while (i > from && (level[i] ?? 0) < share * full) i -= 1;
    return i;
  };
  const [start, end] = [first(0.9), last(0.9)];
  const partials = partialsOf(samples.subarray(start, end), rate);
  return {
    fromS: start / rate,
    toS: end / rate,
    riseS: (start - first(0.1)) / rate,
    fallS: (last(0.1) - end) / rate,
    levelDb: decibel(full),
    fundamentalHz: fundamentalOf(partials),
    partials,
  };
}

/** What stands out of the spectrum within 40 dB of its loudest. */
function partialsOf(samples: Float32Array, rate: number): readonly Partial[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(8192, samples.length)));
  const real = new Float64Array(size);
  samples.forEach((value, i) => {
    real[i] = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (samples.length - 1)));
  });
  const power = powerSpectrum(real);
  const loudest = Math.max(...power);
  // Lobes of the window lie within two bins of its own length around a partial.
  const near = Math.ceil((2 * size) / samples.length);
  const found: Partial[] = [];
  power.forEach((value, bin) => {
    if (value < loudest * 1e-4) return;
    const around = power.slice(Math.max(0, bin - near), bin + near + 1);
    if (value !== Math.max(...around)) return;
    const frequencyHz = ((bin + peakBeside(power, bin)) * rate) / size;
    found.push({ frequencyHz, levelDb: decibel(value) / 2 });
  });
  return found.sort((a, b) => b.levelDb - a.levelDb);
}

/** Where the top of a peak lies between bins: the top of the parabola through three levels, from -0.5 to 0.5 bins. */
function peakBeside(power: readonly number[], bin: number): number {
  const [before = 0, top = 0, after = 0] = [bin - 1, bin, bin + 1].map((at) => Math.log(power[at] ?? 1e-30));
  return (0.5 * (before - after)) / (before - 2 * top + after);
}

/** The lowest partial that is within 20 dB of the loudest. */
function fundamentalOf(partials: readonly Partial[]): number {
  const [loudest] = partials;
  const audible = partials.filter(({ levelDb }) => levelDb > (loudest?.levelDb ?? 0) - 20);
  return Math.min(...audible.map(({ frequencyHz }) => frequencyHz));
}

const decibel = (value: number): number => 20 * Math.log10(value);

/** Squared magnitudes of the first half of the discrete Fourier transform (Cooley and Tukey, radix 2). */
export function powerSpectrum(samples: Float64Array): readonly number[] {
  const size = samples.length;
  const real = Float64Array.from(samples);
  const imaginary = new Float64Array(size);
  reverseBits(real);
  for (let span = 2; span <= size; span *= 2) {
    for (let block = 0; block < size; block += span) {
      for (let k = 0; k < span / 2; k += 1) butterfly(real, imaginary, block + k, span, k);
    }
  }
  return Array.from({ length: size / 2 }, (_, i) => (real[i] ?? 0) ** 2 + (imaginary[i] ?? 0) ** 2);
}

function butterfly(real: Float64Array, imaginary: Float64Array, at: number, span: number, k: number): void {
  const other = at + span / 2;
  const angle = (-2 * Math.PI * k) / span;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = [real[other] ?? 0, imaginary[other] ?? 0];
  const [turnedReal, turnedImaginary] = [a * cos - b * sin, a * sin + b * cos];
  const [c, d] = [real[at] ?? 0, imaginary[at] ?? 0];
  real[at] = c + turnedReal;
  imaginary[at] = d + turnedImaginary;
  real[other] = c - turnedReal;
  imaginary[other] = d - turnedImaginary;
}

function reverseBits(values: Float64Array): void {
  let reversed = 0;
  for (let i = 1; i < values.length; i += 1) {
    let bit = values.length / 2;
    while (reversed & bit) {
      reversed ^= bit;
      bit /= 2;
    }
    reversed ^= bit;
    if (i < reversed) [values[i], values[reversed]] = [values[reversed] ?? 0, values[i] ?? 0];
  }
}

interface Limits {
  readonly pulses: Bounds;
  readonly durationS: Bounds;
  readonly spacingS: Bounds;
  readonly interburstS: Bounds;
}

const LIMITS: Readonly<Record<'high' | 'medium' | 'low', Limits>> = {
  high: { pulses: [10, 10], durationS: [0.075, 0.2], spacingS: [0.05, 0.125], interburstS: [2.5, 15] },
  medium: { pulses: [3, 3], durationS: [0.125, 0.25], spacingS: [0.125, 0.25], interburstS: [2.5, 30] },
  low: { pulses: [1, 2], durationS: [0.125, 0.25], spacingS: [0.125, 0.25], interburstS: [15, Infinity] },
};

/** Longer than any silence inside a burst. */
const BURST_ENDS_S = 2;

/**
 * Where an alarm leaves the bounds of its priority, in words; empty when it keeps them all.
 * @param samples two periods of it, as they are repeated.
 */
export function faultsOf(
  samples: Float32Array,
  sampleRateHz: number,
  priority: keyof typeof LIMITS,
): readonly string[] {
  const heard = hear(samples, sampleRateHz);
  const limits = LIMITS[priority];
  const nextBurst = heard.findIndex((pulse, i) => i > 0 && pulse.fromS - (heard[i - 1]?.toS ?? 0) > BURST_ENDS_S);
  if (nextBurst < 0) return ['interburst: no silence of two seconds'];
  const burst = heard.slice(0, nextBurst);
  const interburstS = (heard[nextBurst]?.fromS ?? 0) - (burst.at(-1)?.toS ?? 0);
  return [
    ...outside('pulses', burst.length, limits.pulses),
    ...outside('interburst', interburstS, limits.interburstS),
    ...spacingFaults(burst, priority),
    ...burst.flatMap((pulse) => pulseFaults(pulse, limits)),
    ...levelFaults(burst),
  ];
}

function pulseFaults(pulse: HeardPulse, limits: Limits): readonly string[] {
  const durationS = pulse.toS - pulse.fromS;
  const [loudest] = pulse.partials;
  const four = pulse.partials.slice(0, 4);
  const harmonics = pulse.partials.filter(
    ({ frequencyHz }) => frequencyHz >= 300 && frequencyHz <= 4000 && isHarmonic(frequencyHz / pulse.fundamentalHz),
  );
  const audible = harmonics.filter(({ levelDb }) => levelDb >= (loudest?.levelDb ?? 0) - 15);
  return [
    ...outside('duration', durationS, limits.durationS),
    ...outside('rise', pulse.riseS / durationS, [0.1, 0.2]),
    ...outside('fundamental', pulse.fundamentalHz, [150, 1000]),
    ...outside('harmonics', audible.length, [4, Infinity]),
    ...(four.length < 4 ? ['partials: fewer than four'] : []),
    ...outside('partials', (loudest?.levelDb ?? 0) - (four.at(-1)?.levelDb ?? 0), [0, 15]),
  ];
}

/** Whole multiples of the fundamental, itself apart. */
const isHarmonic = (ratio: number): boolean => Math.round(ratio) > 1 && Math.abs(ratio - Math.round(ratio)) < 0.05;

function spacingFaults(burst: readonly HeardPulse[], priority: keyof typeof LIMITS): readonly string[] {
  const { spacingS } = LIMITS[priority];
  const gaps = burst.slice(1).map((pulse, i) => pulse.fromS - (burst[i]?.toS ?? 0));
  const usual = gaps.filter((_, i) => priority !== 'high' || ![2, 4, 7].includes(i));
  const mean = usual.reduce((sum, gap) => sum + gap, 0) / usual.length;
  const between = priority === 'high' && gaps.length === 9 ? ([gaps[2] ?? 0, gaps[7] ?? 0] as const) : [];
  const durationS = (burst[0]?.toS ?? 0) - (burst[0]?.fromS ?? 0);
  return [
    ...usual.flatMap((gap) => outside('spacing', gap, spacingS)),
    ...usual.flatMap((gap) => outside('evenness', gap / mean, [0.95, 1.05])),
    // Between three and two: a pulse is left out, so two spacings and a pulse.
    ...between.flatMap((gap) => outside('gap of the groups', gap / (2 * mean + durationS), [0.95, 1.05])),
    ...(priority === 'high' ? outside('pause', gaps[4] ?? 0, [0.35, 1.3]) : []),
    ...burst.slice(1).flatMap((pulse, i) => outside('fall', burst[i]?.fallS ?? 0, [0, (gaps[i] ?? 0) - pulse.riseS])),
  ];
}

function levelFaults(burst: readonly HeardPulse[]): readonly string[] {
  const levels = burst.map(({ levelDb }) => levelDb);
  return outside('levels', Math.max(...levels) - Math.min(...levels), [0, 10]);
}

const outside = (what: string, value: number, [low, high]: Bounds): readonly string[] =>
  value >= low && value <= high ? [] : [`${what}: ${Number(value.toFixed(3))}, not ${low} to ${high}`];
