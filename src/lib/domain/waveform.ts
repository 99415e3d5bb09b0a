import type { DeviceId } from './brand.ts';
import type { MonotonicMs } from './time.ts';

/** Signals drawn as a trace. `unit` is UCUM; `range` is the usual drawing range in that unit, not a limit. */
export const WAVEFORMS = {
  ecg1: { label: 'ECG', unit: 'mV', range: [-0.8, 1.6] },
  ecg2: { label: 'ECG 2', unit: 'mV', range: [-0.8, 1.6] },
  ecg3: { label: 'ECG 3', unit: 'mV', range: [-0.8, 1.6] },
  pleth: { label: 'Pleth', unit: '%', range: [-4, 4] },
  respiration: { label: 'Resp', unit: 'Ohm', range: [-1.5, 1.5] },
  co2: { label: 'CO₂', unit: '%', range: [0, 8] },
  co2Pressure: { label: 'CO₂', unit: 'mm[Hg]', range: [0, 60] },
  abp: { label: 'ABP', unit: 'mm[Hg]', range: [0, 200] },
  cvp: { label: 'CVP', unit: 'mm[Hg]', range: [-5, 25] },
  icp: { label: 'ICP', unit: 'mm[Hg]', range: [-5, 40] },
  pressure1: { label: 'P1', unit: 'mm[Hg]', range: [0, 200] },
  pressure2: { label: 'P2', unit: 'mm[Hg]', range: [0, 200] },
} as const satisfies Record<string, { label: string; unit: string; range: readonly [number, number] }>;

export type WaveformKey = keyof typeof WAVEFORMS;

/** No sample here: the device sent a control code, or the transport lost it. It is drawn as a hole. */
export const NO_SAMPLE = -32768;

/**
 * Consecutive samples of one signal. The physical value is `sample * gain + offset` in the unit of {@link WAVEFORMS};
 * a sample equal to {@link NO_SAMPLE} is no value.
 */
export interface WaveformBlock {
  readonly kind: 'waveform';
  readonly source: DeviceId;
  readonly waveform: WaveformKey;
  /** Time of the first sample. */
  readonly at: MonotonicMs;
  readonly rateHz: number;
  readonly samples: Int16Array;
  readonly gain: number;
  readonly offset: number;
  /** Something is missing between the previous block and this one. */
  readonly isGapBefore: boolean;
}

export const durationMs = (block: Pick<WaveformBlock, 'samples' | 'rateHz'>): number =>
  (block.samples.length * 1000) / block.rateHz;
