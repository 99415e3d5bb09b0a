/** What a recorder at a simulated bedside has to send for one second: the tracks of a monitor, as recordings of one have them. */
import type { Written } from '$drivers/vital-recorder/codec.ts';
import { WAVEFORMS, type WaveformKey } from '$lib/domain/index.ts';
import type { Cuff, Sensors, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

const MONITOR = 'Intellivue';
const SECOND_MS = 1000;

interface Signal {
  readonly name: string;
  readonly waveform: WaveformKey;
  readonly montype: number;
  readonly rateHz: number;
  readonly unit: string;
  readonly range: readonly [number, number];
  readonly isOn: (sensors: Sensors) => boolean;
}

const SIGNALS: readonly Signal[] = [
  { name: 'ECG_II', waveform: 'ecg1', montype: 1, rateHz: 500, unit: 'mV', range: [-1, 3], isOn: (on) => on.isEcgOn },
  {
    name: 'PLETH',
    waveform: 'pleth',
    montype: 8,
    rateHz: 125,
    unit: '',
    range: [0, 100],
    isOn: (on) => on.isOximeterOn,
  },
  {
    name: 'RESP',
    waveform: 'respiration',
    montype: 0,
    rateHz: 62.5,
    unit: 'ohm',
    range: [0, 100],
    isOn: (on) => on.isEcgOn,
  },
  {
    name: 'CO2',
    waveform: 'co2Pressure',
    montype: 13,
    rateHz: 62.5,
    unit: 'mmHg',
    range: [0, 60],
    isOn: (on) => on.isCapnographOn,
  },
];

/** Signals without a unit of ours are drawn over the recorder's own range. */
const HAS_OWN_SCALE: ReadonlySet<WaveformKey> = new Set(['pleth', 'respiration']);

/** The tracks for the second that ends at `simMs`; the bedside must stand there. `toS` gives the recorder's time, s. */
export function tracksOf(
  bedside: SimulatedBedside,
  simMs: number,
  toS: (simMs: number) => number,
  hasCuff: boolean,
): Written[] {
  const sensors = bedside.sensors();
  const waves = SIGNALS.map((signal, i) => waveTrack(bedside, signal, simMs, toS, signal.isOn(sensors), i + 1));
  const cuff = hasCuff ? cuffValues(bedside.cuff()) : [];
  const numbers = [...vitalValues(bedside, sensors), ...cuff].map(([name, montype, unit, value], i) => ({
    ...{ id: 100 + i, name, type: 'num', montype, unit, dname: MONITOR },
    recs: [{ dt: toS(simMs), val: value ?? null }],
  }));
  return [...numbers, ...waves];
}

type Value = readonly [name: string, montype: number, unit: string, value: number | undefined];

function vitalValues(bedside: SimulatedBedside, { isEcgOn, isOximeterOn, isCapnographOn }: Sensors): readonly Value[] {
  const { heartRate, spo2, perfusionIndex, respiratoryRate, etco2 } = bedside.physiology();
  const when = (isOn: boolean, value: number): number | undefined => (isOn ? value : undefined);
  return [
    ['ECG_HR', 2, '/min', when(isEcgOn, Math.round(heartRate))],
    ['HR', 0, '/min', when(isEcgOn || isOximeterOn, Math.round(heartRate))],
    ['PLETH_SAT_O2', 10, '%', when(isOximeterOn, Math.round(spo2))],
    ['PLETH_HR', 9, '/min', when(isOximeterOn, Math.round(heartRate))],
    ['PLETH_PERF_REL', 0, '', when(isOximeterOn, Number(perfusionIndex.toFixed(2)))],
    ['RR', 12, '/min', when(isEcgOn, Math.round(respiratoryRate))],
    ['CO2_CONC', 15, 'mmHg', when(isCapnographOn, Math.round(etco2))],
  ];
}

function cuffValues({ last }: Cuff): readonly Value[] {
  if (!last) return [];
  return [
    ['NIBP_SYS', 16, 'mmHg', Math.round(last.systolic)],
    ['NIBP_DIA', 17, 'mmHg', Math.round(last.diastolic)],
    ['NIBP_MEAN', 18, 'mmHg', Math.round(last.meanArterial)],
    ['NIBP_HR', 0, '/min', Math.round(last.pulseRate)],
  ];
}

function waveTrack(
  bedside: SimulatedBedside,
  { name, waveform, montype, rateHz, unit, range }: Signal,
  simMs: number,
  toS: (simMs: number) => number,
  isOn: boolean,
  id: number,
): Written {
  const first = Math.floor((rateHz * (simMs - SECOND_MS)) / SECOND_MS);
  const count = Math.floor((rateHz * simMs) / SECOND_MS) - first;
  const [low, high] = range;
  const ours = WAVEFORMS[waveform].range;
  const scale = HAS_OWN_SCALE.has(waveform)
    ? (value: number) => low + ((value - ours[0]) * (high - low)) / (ours[1] - ours[0])
    : (value: number) => value;
  const samples = bedside.samples(waveform, rateHz, first, count).map((value) => (isOn ? scale(value) : NaN));
  return {
    ...{ id, name, type: 'wav', montype, srate: rateHz, mindisp: low, maxdisp: high, color: 0, unit, dname: MONITOR },
    recs: [{ dt: toS((first * SECOND_MS) / rateHz), val: samples }],
  };
}
