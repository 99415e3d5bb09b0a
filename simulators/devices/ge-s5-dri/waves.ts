/** Waveform blocks of the simulated monitor: exact slices of the bedside's signals, cut on the monitor's own grid. */
import { MISSING_CODES, WAVE_BITS, WAVE_BUDGET_PER_SECOND, WAVE_TYPES } from '$drivers/ge-s5-dri/layout-table.ts';
import type { WaveBlock } from '$drivers/ge-s5-dri/messages.ts';
import type { WaveformKey } from '$lib/domain/index.ts';
import type { Sensors, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

interface Signal {
  readonly waveform: WaveformKey;
  /** Wire steps per unit of the domain. */
  readonly steps: number;
  readonly isOn: (sensors: Sensors) => boolean;
}

const ecg = (waveform: WaveformKey): Signal => ({ waveform, steps: 1000, isOn: ({ isEcgOn }) => isEcgOn });

/** The signals that this monitor has; it is given no invasive lines and no EEG. */
const SIGNALS: Readonly<Record<number, Signal>> = {
  1: ecg('ecg1'),
  2: ecg('ecg2'),
  3: ecg('ecg3'),
  8: { waveform: 'pleth', steps: 100, isOn: ({ isOximeterOn }) => isOximeterOn },
  9: { waveform: 'co2', steps: 100, isOn: () => true },
  15: { waveform: 'respiration', steps: 100, isOn: ({ isEcgOn }) => isEcgOn },
};

/** What of a requested list is sent: in its order, as far as the line's budget goes. The rest is dropped without a word. */
export function grantWaves(requested: readonly number[]): readonly number[] {
  const granted: number[] = [];
  let rate = 0;
  for (const type of requested) {
    const rateHz = WAVE_TYPES[type]?.rateHz;
    if (!SIGNALS[type] || rateHz === undefined || rate + rateHz > WAVE_BUDGET_PER_SECOND) continue;
    granted.push(type);
    rate += rateHz;
  }
  return granted;
}

/** The samples of one signal from `fromMs` up to `toMs`. Rates that do not fit the grid give blocks of changing length. */
export function sampleBlock(
  bedside: SimulatedBedside,
  type: number,
  fromMs: number,
  toMs: number,
  isFirst: boolean,
): WaveBlock | undefined {
  const signal = SIGNALS[type];
  const rateHz = WAVE_TYPES[type]?.rateHz;
  if (!signal || rateHz === undefined) return undefined;
  const first = Math.floor((rateHz * fromMs) / 1000);
  const count = Math.floor((rateHz * toMs) / 1000) - first;
  const isOn = signal.isOn(bedside.sensors());
  const physical = bedside.samples(signal.waveform, rateHz, first, count);
  const samples = Int16Array.from(physical, (value) =>
    isOn && Number.isFinite(value) ? Math.round(value * signal.steps) : MISSING_CODES.invalid,
  );
  const status = (isFirst ? WAVE_BITS.gap : 0) | (isOn ? 0 : WAVE_BITS.leadOff);
  return { type, status, label: 0, samples };
}
