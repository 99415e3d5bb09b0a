/** Placed waveform blocks as the station's waveforms: which trace, which scale, which samples are none. */
import { NO_SAMPLE, type DeviceId, type WaveformBlock, type WaveformKey } from '$lib/domain/index.ts';
import { LOWEST_VALUE, WAVE_BITS } from './layout-table.ts';
import type { PressureTraces } from './pressures.ts';
import type { PlacedBlock } from './wave-clock.ts';

const TRACES: Readonly<Record<number, { readonly waveform: WaveformKey; readonly gain: number }>> = {
  1: { waveform: 'ecg1', gain: 0.001 },
  2: { waveform: 'ecg2', gain: 0.001 },
  3: { waveform: 'ecg3', gain: 0.001 },
  8: { waveform: 'pleth', gain: 0.01 },
  9: { waveform: 'co2', gain: 0.01 },
  15: { waveform: 'respiration', gain: 0.01 },
};
const PRESSURE_GAIN = 0.01;

/** @returns undefined for waveforms that the station has no place for. Samples of a lead that is off are no samples. */
export function traceOf(placed: PlacedBlock, source: DeviceId, traces: PressureTraces): WaveformBlock | undefined {
  const { block, at, rateHz, isGapBefore } = placed;
  const pressure = traces.get(block.type);
  const trace = pressure ? { waveform: pressure, gain: PRESSURE_GAIN } : TRACES[block.type];
  if (!trace) return undefined;
  const isLeadOff = (block.status & WAVE_BITS.leadOff) !== 0;
  const samples = block.samples.map((sample) => (isLeadOff || sample <= LOWEST_VALUE ? NO_SAMPLE : sample));
  return { kind: 'waveform', source, at, rateHz, ...trace, samples, offset: 0, isGapBefore };
}
