/** What the simulated oximeter measures at an instant, in the words of its formats. Pure: the bedside goes in, messages come out. */
import { PERFUSION, PLETH_FORMATS, STATUS, type PlethFormat } from '$drivers/nonin/layout-table.ts';
import type { AsciiLine, Df8Reading, Measured, PacketNumbers, Quality, SpotCheck } from '$drivers/nonin/messages.ts';
import { WAVEFORMS } from '$lib/domain/index.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { OximeterSettings } from './settings.ts';

export interface Shown {
  readonly isOn: boolean;
  /** True beats a minute: what the marks around beats follow. */
  readonly beatsPerMinute: number;
  readonly pulseRate: Measured;
  readonly spo2: Measured;
  readonly perfusion: NonNullable<Quality['perfusion']>;
  readonly isBatteryLow: boolean;
}

/** Where the simulated oximeter begins to call a perfusion index marginal and low, percent: our choice. */
const MARGINAL_BELOW = 0.6;
const LOW_BELOW = 0.3;
/** A heart faster than this is beyond what nine bits can say: 511 means none. */
const FASTEST = 510;

export function show(bedside: SimulatedBedside, settings: OximeterSettings, simMs: number): Shown {
  const { heartRate, spo2, perfusionIndex } = bedside.physiology();
  const isOn = bedside.sensors().isOximeterOn;
  return {
    isOn,
    beatsPerMinute: heartRate,
    pulseRate: isOn ? Math.min(FASTEST, Math.round(heartRate)) : 'absent',
    spo2: isOn ? Math.round(spo2) : 'absent',
    perfusion: perfusionIndex < LOW_BELOW ? 'low' : perfusionIndex < MARGINAL_BELOW ? 'marginal' : 'good',
    isBatteryLow: simMs >= settings.batteryLowFromMs,
  };
}

const REVISION = 0x30;

/** All averages are equal: the bedside has one rate and one saturation at a time. */
export const packetNumbers = ({ pulseRate, spo2, isBatteryLow }: Shown, timer: number): PacketNumbers => ({
  rate: pulseRate,
  saturation: spo2,
  revision: REVISION,
  timer,
  stat2: isBatteryLow ? 1 : 0,
  saturationDisplayed: spo2,
  saturationFast: spo2,
  saturationBeatToBeat: spo2,
  extendedRate: pulseRate,
  extendedSaturation: spo2,
  extendedSaturationDisplayed: spo2,
  rateDisplayed: pulseRate,
  extendedRateDisplayed: pulseRate,
});

export function statusByte({ isOn, perfusion }: Shown, { offIs }: OximeterSettings, isNearBeat: boolean): number {
  if (isOn) return STATUS.always | (isNearBeat ? PERFUSION[perfusion] : 0);
  return STATUS.always | (offIs === 'plug' ? STATUS.disconnected : STATUS.sensorAlarm | STATUS.outOfTrack);
}

/** The pleth on the oximeter's scale: the usual drawing range fills it, without a signal it lies in the middle. */
export function plethStep(format: PlethFormat, percent: number): number {
  const [low, high] = WAVEFORMS.pleth.range;
  const share = Number.isFinite(percent) ? (percent - low) / (high - low) : 0.5;
  return Math.round(Math.min(1, Math.max(0, share)) * PLETH_FORMATS[format].plethMax);
}

const quality = ({ isOn, perfusion }: Shown): Quality => ({
  isSensorOff: !isOn,
  isArtefact: false,
  isOutOfTrack: !isOn,
  ...(isOn && perfusion !== 'good' && { perfusion }),
});

export const df8Reading = (shown: Shown): Df8Reading => ({
  kind: 'reading',
  format: 'df8',
  pulseRate: shown.pulseRate,
  spo2: shown.spo2,
  quality: quality(shown),
  isSmartPoint: false,
  isBatteryLow: shown.isBatteryLow,
});

export const asciiLine = ({ pulseRate, spo2 }: Shown, clockMs: number | undefined): AsciiLine => ({
  kind: 'line',
  format: 'ascii',
  ...(clockMs !== undefined && { time: new Date(clockMs).toISOString().slice(11, 19) }),
  pulseRate,
  spo2,
  isFastAveraging: false,
  isBreath: false,
  isEvent: false,
  unread: '',
});

export const spotCheck = ({ pulseRate, spo2, isBatteryLow }: Shown, clockMs: number): SpotCheck => ({
  kind: 'spot-check',
  format: 'df13',
  deviceTime: clockMs,
  pulseRate,
  spo2,
  isNoMeasurement: false,
  isFromMemory: false,
  isSmartPoint: true,
  isBatteryLow,
});
