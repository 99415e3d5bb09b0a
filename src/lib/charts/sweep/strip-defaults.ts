/**
 * How each waveform is drawn unless a page asks otherwise: paper speed, vertical scale, colour.
 *
 * `gain`: so many mm per unit, like paper; `range`: fixed values at bottom and top; `auto`: follows the signal slowly.
 */
import { WAVEFORMS, type WaveformKey } from '$lib/domain/index.ts';

export type VerticalMode =
  | { readonly type: 'gain'; readonly mmPerUnit: number }
  | { readonly type: 'range'; readonly low: number; readonly high: number }
  | { readonly type: 'auto' };

export type SpeedMmPerS = 6.25 | 12.5 | 25 | 50;

export interface StripDefaults {
  readonly speedMmPerS: SpeedMmPerS;
  readonly vertical: VerticalMode;
  /** Name of the colour's custom property in the stylesheet. */
  readonly token: string;
}

/** CSS pixels per millimetre at 96 per inch; a calibrated screen has its own. */
export const PX_PER_MM = 3.78;

const ECG: StripDefaults = { speedMmPerS: 25, vertical: { type: 'gain', mmPerUnit: 10 }, token: '--ecg' };

const inRange = (waveform: WaveformKey, speedMmPerS: SpeedMmPerS, token: string): StripDefaults => {
  const [low, high] = WAVEFORMS[waveform].range;
  return { speedMmPerS, vertical: { type: 'range', low, high }, token };
};

export const STRIP_DEFAULTS: Readonly<Record<WaveformKey, StripDefaults>> = {
  ecg1: ECG,
  ecg2: ECG,
  ecg3: ECG,
  pleth: { speedMmPerS: 25, vertical: { type: 'auto' }, token: '--spo2' },
  respiration: { speedMmPerS: 6.25, vertical: { type: 'auto' }, token: '--resp' },
  co2: inRange('co2', 6.25, '--co2'),
  co2Pressure: inRange('co2Pressure', 6.25, '--co2'),
  abp: inRange('abp', 25, '--abp'),
  cvp: inRange('cvp', 25, '--abp'),
  icp: inRange('icp', 25, '--abp'),
  pressure1: inRange('pressure1', 25, '--abp'),
  pressure2: inRange('pressure2', 25, '--abp'),
};

/** What is printed at the edge of a strip: `ECG · 10 mm/mV · 25 mm/s`, `Pleth · gain auto · 25 mm/s`. */
export function stripCaption(waveform: WaveformKey, vertical: VerticalMode, speedMmPerS: number): string {
  const { label, unit } = WAVEFORMS[waveform];
  const shown = unit.replaceAll(/[[\]]/g, '');
  return `${label} · ${verticalWords(vertical, shown)} · ${speedMmPerS} mm/s`;
}

function verticalWords(vertical: VerticalMode, unit: string): string {
  switch (vertical.type) {
    case 'gain':
      return `${vertical.mmPerUnit} mm/${unit}`;
    case 'range':
      return `${vertical.low} to ${vertical.high} ${unit}`;
    case 'auto':
      return 'gain auto';
  }
}
