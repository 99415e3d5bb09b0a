/**
 * The wave objects of the simulated monitor: exact slices of the bedside's signals, 256 ms each, on the monitor's own scales.
 * A pleth without a sensor is a flat line in a state that says nothing, as a real monitor sends it.
 */
import type { WaveformKey } from '$lib/domain/index.ts';
import { fromHex } from '$drivers/bytes.ts';
import type { Attribute, PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { UNIT } from '$drivers/philips-intellivue/numerics-table.ts';
import { ATTRIBUTE, CLASS, STATE } from '$drivers/philips-intellivue/protocol-codes.ts';
import type { FloatValue } from '$drivers/philips-intellivue/floats.ts';
import { longs, words } from '$drivers/philips-intellivue/wire.ts';
import {
  writeCompoundWave,
  writeScale,
  writeSpecification,
  writeWave,
  type WaveScale,
  type WaveSpecification,
} from '$drivers/philips-intellivue/wave-values.ts';
import {
  ABP,
  CO2,
  COMPOUND_ECG,
  ECG_II,
  PLETH,
  RESPIRATION,
  WAVE_LABELS,
  WAVES,
} from '$drivers/philips-intellivue/waves-table.ts';
import type { Sensors, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { identify } from './objects.ts';
import type { MonitorSettings } from './settings.ts';

export const BLOCK_MS = 256;
const METRIC = fromHex('00000800 0001 4280 01 03 0000');
const PERCENT_PER_MMHG = 100 / 760;

interface Signal {
  readonly handle: number;
  readonly waveform: WaveformKey;
  readonly rateHz: number;
  readonly unit: number;
  readonly significantBits: number;
  readonly flags: number;
  readonly scale: WaveScale;
  /** Digits behind the point in the scale's limits. */
  readonly decimals: number;
  /** Of the scale per unit of the bedside's signal. */
  readonly factor: number;
  readonly isOn: (sensors: Sensors) => boolean;
  /** What is sent while the sensor is off. */
  readonly off: { readonly state: number; readonly sample: number };
}

const scale = (lower: FloatValue, upper: FloatValue, lowerScaled: number, upperScaled: number): WaveScale => ({
  lower,
  upper,
  lowerScaled,
  upperScaled,
});
const INVALID = { state: STATE.invalid, sample: 0 };
const SMOOTH = 0x8000;
const ECG_FLAGS = 0x3000;
/** Sample values that mean something else, as a real ECG has them. */
const ECG_FIXED_VALUES = fromHex('0003 000c 0004 8008 0003 4001 0002 8004');

const ecg = (rateHz: number): Signal => ({
  handle: 0x02ca,
  waveform: 'ecg1',
  rateHz,
  unit: UNIT.millivolt,
  significantBits: 14,
  flags: ECG_FLAGS,
  scale: scale(-40.96, 40.955, 0, 0x3fff),
  decimals: 3,
  factor: 1,
  isOn: ({ isEcgOn }) => isEcgOn,
  off: { state: STATE.invalid, sample: 0x2000 },
});
const COARSE_ECG = scale(-81.92, 81.91, 0, 0x3fff);

const SIGNALS: Readonly<Record<number, Signal>> = {
  [COMPOUND_ECG]: ecg(250),
  [ECG_II]: ecg(500),
  [PLETH]: {
    handle: 0x0402,
    waveform: 'pleth',
    rateHz: 125,
    unit: UNIT.dimensionless,
    significantBits: 12,
    flags: SMOOTH,
    scale: scale('nan', 'nan', 0, 0x0fff),
    decimals: 0,
    factor: 1,
    isOn: ({ isOximeterOn }) => isOximeterOn,
    off: { state: 0, sample: 0x0800 },
  },
  [ABP]: {
    handle: 0x0410,
    waveform: 'abp',
    rateHz: 125,
    unit: UNIT.mmHg,
    significantBits: 14,
    flags: SMOOTH,
    scale: scale(-40, 520, 160, 9120),
    decimals: 0,
    factor: 1,
    isOn: () => true,
    off: INVALID,
  },
  [RESPIRATION]: {
    handle: 0x0420,
    waveform: 'respiration',
    rateHz: 62.5,
    unit: UNIT.ohm,
    significantBits: 12,
    flags: SMOOTH,
    scale: scale(-0.6, 1.9, 0, 4095),
    decimals: 1,
    factor: 1,
    isOn: ({ isEcgOn }) => isEcgOn,
    off: INVALID,
  },
  [CO2]: {
    handle: 0x0430,
    waveform: 'co2',
    rateHz: 62.5,
    unit: UNIT.mmHg,
    significantBits: 12,
    flags: SMOOTH,
    scale: scale(-10, 50, 0, 4000),
    decimals: 0,
    factor: 1 / PERCENT_PER_MMHG,
    isOn: ({ isCapnographOn }) => isCapnographOn,
    off: INVALID,
  },
};

/** The leads of the compound; this bedside has a signal for the first alone. */
const COMPOUND_LEADS = [ECG_II, 0x0143, 0x013e];
const USUAL_ORDER = [ECG_II, PLETH, ABP, RESPIRATION, CO2];
const MAX_WAVES = 11;

/** What of a list of labels is sent: what this monitor has, in that order. Without a list it chooses by itself. */
export function grantWaves(labels: readonly number[], settings: MonitorSettings): readonly number[] {
  const asked = labels.length === 0 ? USUAL_ORDER : labels.map((label) => label - WAVE_LABELS);
  const has = (id: number): boolean =>
    SIGNALS[id] !== undefined && (id !== ABP || settings.hasArterialLine) && (id !== CO2 || settings.hasCapnograph);
  return [...new Set(asked)].filter(has).slice(0, MAX_WAVES);
}

/** Static and dynamic context of one wave. */
export function showWaveContext(id: number, simMs: number, settings: MonitorSettings): readonly Attribute[] {
  const signal = SIGNALS[id];
  if (!signal) return [];
  const name = WAVES[id]?.name ?? '';
  const fixedValues = signal.flags === ECG_FLAGS ? [{ id: ATTRIBUTE.fixedValues, value: ECG_FIXED_VALUES }] : [];
  return [
    ...identify({
      handle: signal.handle,
      objectClass: CLASS.waves,
      metric: METRIC,
      label: WAVE_LABELS | id,
      text: name,
    }),
    { id: ATTRIBUTE.waveSpecification, value: writeSpecification(specificationOf(signal)) },
    ...fixedValues,
    { id: ATTRIBUTE.samplePeriod, value: longs(8000 / signal.rateHz) },
    { id: ATTRIBUTE.unit, value: words(signal.unit) },
    { id: ATTRIBUTE.waveScale, value: writeScale(scaleAt(signal, simMs, settings), signal.decimals) },
  ];
}

const specificationOf = ({ rateHz, significantBits, flags }: Signal): WaveSpecification => ({
  blockSize: (rateHz * BLOCK_MS) / 1000,
  sampleBits: 16,
  significantBits,
  flags,
});

const scaleAt = ({ scale: own, waveform }: Signal, simMs: number, { coarseEcgFromMs }: MonitorSettings): WaveScale =>
  waveform === 'ecg1' && simMs >= coarseEcgFromMs ? COARSE_ECG : own;

/** The object of one wave with its samples from `fromMs` on; `context` as in {@link showWaveContext}. */
export function showWave(
  id: number,
  bedside: SimulatedBedside,
  fromMs: number,
  settings: MonitorSettings,
  context: readonly Attribute[],
): PolledObject | undefined {
  const signal = SIGNALS[id];
  if (!signal) return undefined;
  const samples = sample(signal, bedside, fromMs, settings);
  const mark = settings.isDemo ? STATE.demoData : 0;
  const isOn = signal.isOn(bedside.sensors());
  const wave = { physioId: id, state: (isOn ? 0 : signal.off.state) | mark, samples };
  if (id !== COMPOUND_ECG) {
    return { handle: signal.handle, attributes: [...context, { id: ATTRIBUTE.wave, value: writeWave(wave) }] };
  }
  const silent = words(...Array.from({ length: samples.length / 2 }, () => signal.off.sample));
  const leads = COMPOUND_LEADS.map((physioId, i) =>
    i === 0 ? { ...wave, physioId } : { physioId, state: STATE.invalid | mark, samples: silent },
  );
  return {
    handle: signal.handle,
    attributes: [...context, { id: ATTRIBUTE.waveCompound, value: writeCompoundWave(leads) }],
  };
}

function sample(signal: Signal, bedside: SimulatedBedside, fromMs: number, settings: MonitorSettings): Uint8Array {
  const { waveform, rateHz, factor, off } = signal;
  const count = (rateHz * BLOCK_MS) / 1000;
  const physical = bedside.samples(waveform, rateHz, Math.round((rateHz * fromMs) / 1000), count);
  const isOn = signal.isOn(bedside.sensors());
  const toSample = scaler(scaleAt(signal, fromMs, settings));
  const samples = Array.from(physical, (value) =>
    isOn && Number.isFinite(value) ? toSample(value * factor) : off.sample,
  );
  return words(...samples);
}

/** A pleth has no physical unit: its usual swing, percent, fills the range. */
const PLETH_SWING = [-4, 4] as const;

function scaler({ lower, upper, lowerScaled, upperScaled }: WaveScale): (value: number) => number {
  const [low, high] = typeof lower === 'number' && typeof upper === 'number' ? [lower, upper] : PLETH_SWING;
  const perUnit = (upperScaled - lowerScaled) / (high - low);
  return (value) => Math.max(lowerScaled, Math.min(upperScaled, Math.round(lowerScaled + (value - low) * perUnit)));
}
