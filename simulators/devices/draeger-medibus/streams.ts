/** The real-time stream of a simulated device: the curves that the host has chosen, as far as it has switched them on. */
import { writeRecord } from '$drivers/draeger-medibus/codec-data.ts';
import type { Curve } from '$drivers/draeger-medibus/messages.ts';
import type { WaveformKey } from '$lib/domain/index.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

export const SAMPLE_MS = 10;
const SAMPLE_HZ = 1000 / SAMPLE_MS;
const MMHG_PER_PERCENT = 7.6;
const PEEP_MBAR = 5;
const MAX_STREAMS = 4;

/** The curves of the bedside, with the unit of the wire in one of theirs. */
const SOURCES: Readonly<Record<string, { readonly waveform: WaveformKey; readonly scale: number } | undefined>> = {
  '02': { waveform: 'pleth', scale: 1 },
  '06': { waveform: 'co2', scale: MMHG_PER_PERCENT },
};

/** What a sync command pair says when an expiration begins; its second half is ours. */
const EXPIRATION = [0x6, 0x0];
const EXPIRED_MMHG = 10;
const FIRST_FOUR = 0x1;

export class Streams {
  readonly #offered: readonly Curve[];
  #chosen: readonly { readonly curve: Curve; readonly multiplier: number }[] = [];
  #mask = 0;
  #isExpiring = false;

  constructor(offered: readonly Curve[]) {
    this.#offered = offered;
  }

  stop(): void {
    this.#chosen = [];
    this.#mask = 0;
  }

  /** Pairs of code and multiplier, two digits each; a code that is not offered is passed over. */
  configure(choice: string): void {
    this.stop();
    const pairs = choice.match(/[0-9A-F]{2}\d{2}/g) ?? [];
    this.#chosen = pairs.slice(0, MAX_STREAMS).flatMap((pair) => {
      const curve = this.#offered.find(({ code }) => code === pair.slice(0, 2));
      return curve ? [{ curve, multiplier: Math.max(1, Number(pair.slice(2))) }] : [];
    });
  }

  /** Pairs of sync commands as a host sends them: which four streams, and a bit for each. */
  enable(pairs: readonly number[]): void {
    pairs.forEach((command, i) => {
      if (i % 2 === 0 && command === FIRST_FOUR) this.#mask = pairs[i + 1] ?? 0;
    });
  }

  /** The record of an instant; no bytes when no curve has a sample. A curve whose sensor gives nothing is not in it. */
  recordAt(bedside: SimulatedBedside, simMs: number): Uint8Array {
    const number = Math.round(simMs / SAMPLE_MS);
    let mask = 0;
    const bins: number[] = [];
    let syncs: readonly number[] = [];
    this.#chosen.forEach(({ curve, multiplier }, stream) => {
      const isDue = (this.#mask & (1 << stream)) !== 0 && number % multiplier === 0;
      const value = isDue ? sampleOf(bedside, curve.code, number) : NaN;
      if (Number.isNaN(value)) return;
      mask |= 1 << stream;
      bins.push(binOf(value, curve));
      if (curve.code === '06') syncs = this.#breathe(value);
    });
    return mask === 0 ? new Uint8Array(0) : writeRecord(mask, bins, syncs);
  }

  #breathe(mmHg: number): readonly number[] {
    const wasExpiring = this.#isExpiring;
    this.#isExpiring = mmHg > EXPIRED_MMHG;
    return this.#isExpiring && !wasExpiring ? EXPIRATION : [];
  }
}

function sampleOf(bedside: SimulatedBedside, code: string, number: number): number {
  const source = SOURCES[code];
  if (!source) return PEEP_MBAR;
  const [value = NaN] = bedside.samples(source.waveform, SAMPLE_HZ, number, 1);
  return value * source.scale;
}

function binOf(value: number, { minimum, maximum, maxBin }: Curve): number {
  const bin = Math.round(((value - minimum) / (maximum - minimum)) * maxBin);
  return Math.min(Math.max(bin, 0), maxBin);
}
