/** Believable signals and their arrival in wave frames, as the gateway would send them: real packing, 25 frames per second. */
import { bedId, monotonicMs, type WaveformKey } from '$lib/domain/index.ts';
import { packWaves, unpackWaves, type WaveChannel, type WaveFrame, type WavePart } from '$lib/realtime/index.ts';

const bump = (x: number, middle: number, width: number) => Math.exp(-((x - middle) ** 2) / (2 * width ** 2));

/** One period each, `x` from 0 to 1, in the waveform's unit. */
const SHAPES: Partial<Record<WaveformKey, { bpm: number; at: (x: number) => number }>> = {
  ecg1: {
    bpm: 76,
    at: (x) =>
      0.12 * bump(x, 0.18, 0.025) -
      0.12 * bump(x, 0.235, 0.008) +
      1.15 * bump(x, 0.26, 0.011) -
      0.24 * bump(x, 0.288, 0.01) +
      0.26 * bump(x, 0.46, 0.045),
  },
  pleth: { bpm: 76, at: (x) => 0.9 * bump(x, 0.3, 0.09) + 0.42 * bump(x, 0.52, 0.1) - 0.4 },
  respiration: { bpm: 15, at: (x) => 0.5 * Math.sin(2 * Math.PI * x) },
  co2: {
    bpm: 15,
    at: (x) => 4.8 * Math.min(1, Math.max(0, (x - 0.38) / 0.06)) * (x > 0.86 ? Math.max(0, (0.9 - x) / 0.04) : 1),
  },
  abp: { bpm: 76, at: (x) => 78 + 46 * bump(x, 0.3, 0.08) + 22 * bump(x, 0.5, 0.12) },
};

const GAIN = 0.002;

export function channelsOf(bed: number, waveforms: readonly WaveformKey[], rateHz: number): WaveChannel[] {
  return waveforms.map((waveform, i) => ({
    number: bed * 10 + i,
    bed: bedId(`bed-${bed}`),
    waveform,
    rateHz: waveform === 'co2' || waveform === 'respiration' ? rateHz / 4 : rateHz,
    gain: waveform === 'abp' ? 0.01 : GAIN,
    offset: 0,
  }));
}

const STEPS = 2000;
/** Periods calculated beforehand: making the signal is not what is measured here. */
const TABLES = new Map(
  Object.entries(SHAPES).map(([waveform, { at }]) => [
    waveform,
    Float32Array.from({ length: STEPS }, (_, i) => at(i / STEPS)),
  ]),
);

export function sampleOf({ waveform, rateHz, gain, bed }: WaveChannel, number: number): number {
  const bpm = (SHAPES[waveform]?.bpm ?? 60) * (1 + 0.02 * (bed.charCodeAt(bed.length - 1) % 7));
  const step = Math.floor(((number * bpm) / 60 / rateHz) * STEPS) % STEPS;
  const noise = 0.004 * (((number * 7919) % 13) / 6 - 1);
  return Math.round(((TABLES.get(waveform)?.[step] ?? 0) + noise) / gain);
}

export class Wards {
  readonly #channels: readonly WaveChannel[];
  readonly #sent = new Map<number, number>();
  /** Channels that send nothing, for strips without a signal. */
  readonly silent = new Set<number>();

  constructor(channels: readonly WaveChannel[]) {
    this.#channels = channels;
  }

  /** What came up to `nowMs`, packed and unpacked as on the wire. */
  frame(nowMs: number): WaveFrame | undefined {
    const parts: WavePart[] = [];
    for (const channel of this.#channels) {
      const from = this.#sent.get(channel.number) ?? Math.floor((nowMs * channel.rateHz) / 1000) - 1;
      const to = Math.floor((nowMs * channel.rateHz) / 1000);
      this.#sent.set(channel.number, to);
      if (to <= from || this.silent.has(channel.number)) continue;
      const samples = Int16Array.from({ length: to - from }, (_, i) => sampleOf(channel, from + i));
      const at = monotonicMs((from * 1000) / channel.rateHz);
      parts.push({ channel: channel.number, at, samples, isGapBefore: false });
    }
    return unpackWaves(packWaves(monotonicMs(nowMs), parts));
  }
}
