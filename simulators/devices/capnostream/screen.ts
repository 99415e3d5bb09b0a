/**
 * What the simulated Capnostream measures at an instant, as its frames have it. Pure: the bedside and the settings go in, the
 * content of frames comes out.
 */
import {
  CO2_ALARMS,
  FAST_STATUS,
  OXIMETER_ALARMS,
  SLOW_STATUS,
  WAVE_HZ,
  WAVE_STEPS,
} from '$drivers/capnostream/layout-table.ts';
import type { NumericsFrame, Value, WaveFrame } from '$drivers/capnostream/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { covers, numberOf, stretchesOf, type Settings, type Stretch } from '../settings.ts';

const AMBIENT_MMHG = 760;
const MMHG_PER_KPA = 7.500_62;
const MAX_LEVEL = 0xffff;
/** No breath for so long is an alarm. */
const NO_BREATH_ALARM_S = 20;
const LIMITS = {
  etco2High: 60,
  etco2Low: 15,
  respiratoryRateHigh: 30,
  respiratoryRateLow: 5,
  fico2High: 8,
  saturationHigh: 100,
  saturationLow: 85,
  pulseRateHigh: 140,
  pulseRateLow: 50,
};

export interface Screen {
  at(simMs: number): { readonly isFrozen: boolean; readonly isMute: boolean };
  sample(bedside: SimulatedBedside, simMs: number): Pick<WaveFrame, 'level' | 'status'>;
  numerics(bedside: SimulatedBedside, simMs: number): NumericsFrame;
}

export function screenOf(settings: Settings): Screen {
  const epochS = numberOf(settings['epochS'], 1_767_225_600) + numberOf(settings['clockOffsetS'], 0);
  const unit = numberOf(settings['unit'], 1);
  const during = (name: string): ((simMs: number) => boolean) => {
    const stretches = stretchesOf(settings[name]);
    return (simMs) => covers(stretches, simMs);
  };
  const [isOccluded, isPurging, isSilenced] = [during('occluded'), during('purging'), during('silenced')];
  const [isFrozen, isMute] = [during('frozen'), during('mute')];
  const apnoeas = stretchesOf(settings['apnoea']);
  const fastStatus = (bedside: SimulatedBedside, simMs: number): number =>
    (bedside.sensors().isCapnographOn ? 0 : FAST_STATUS.filterLineOff) |
    (isOccluded(simMs) ? FAST_STATUS.occlusion : 0) |
    (isPurging(simMs) ? FAST_STATUS.purging : 0);
  return {
    at: (simMs) => ({ isFrozen: isFrozen(simMs), isMute: isMute(simMs) }),
    sample: (bedside, simMs) => {
      const status = fastStatus(bedside, simMs);
      const [percent = 0] = bedside.samples('co2', WAVE_HZ, Math.round((simMs * WAVE_HZ) / 1000), 1);
      const isFlat = covers(apnoeas, simMs) || status !== 0 || !(percent > 0);
      const level = isFlat ? 0 : Math.round(fromPercent(percent, unit) * WAVE_STEPS);
      return { level: Math.min(level, MAX_LEVEL), status };
    },
    numerics: (bedside, simMs) => {
      const noBreathS = secondsInto(apnoeas, simMs);
      return {
        ...breathing(bedside, unit, noBreathS, fastStatus(bedside, simMs) !== 0),
        ...oximetry(bedside),
        kind: 'numerics',
        time: epochS + Math.floor(simMs / 1000),
        slowStatus: SLOW_STATUS.masimo | (isSilenced(simMs) ? SLOW_STATUS.temporarySilence : 0),
        extendedStatus: 0,
        noBreathS,
        limits: LIMITS,
        unit,
      };
    },
  };
}

/** Seconds since the stretch began in which this instant lies; 0 in none. */
function secondsInto(stretches: readonly Stretch[], simMs: number): number {
  const since = stretches.find((stretch) => covers([stretch], simMs))?.fromMs;
  return since === undefined ? 0 : Math.floor((simMs - since) / 1000);
}

/** In the unit of the monitor; ten times for kPa and vol-%. */
function fromPercent(percent: number, unit: number): number {
  if (unit === 3) return 10 * percent;
  const mmHg = (percent / 100) * AMBIENT_MMHG;
  return unit === 2 ? (10 * mmHg) / MMHG_PER_KPA : mmHg;
}

type Breathing = Pick<NumericsFrame, 'etco2' | 'fico2' | 'respiratoryRate' | 'co2Alarms'>;

function breathing(bedside: SimulatedBedside, unit: number, noBreathS: number, isBlind: boolean): Breathing {
  if (isBlind) return { etco2: 'none', fico2: 'none', respiratoryRate: 'none', co2Alarms: 0 };
  const { etco2: mmHg, respiratoryRate: rate } = bedside.physiology();
  const isApnoea = noBreathS >= NO_BREATH_ALARM_S;
  const etco2 = isApnoea ? 0 : Math.round(fromPercent((100 * mmHg) / AMBIENT_MMHG, unit));
  const respiratoryRate = isApnoea ? 0 : Math.round(rate);
  const co2Alarms =
    (isApnoea ? CO2_ALARMS.noBreath : 0) |
    (mmHg > LIMITS.etco2High ? CO2_ALARMS.etco2High : 0) |
    (mmHg < LIMITS.etco2Low ? CO2_ALARMS.etco2Low : 0) |
    (rate > LIMITS.respiratoryRateHigh ? CO2_ALARMS.respiratoryRateHigh : 0) |
    (!isApnoea && rate < LIMITS.respiratoryRateLow ? CO2_ALARMS.respiratoryRateLow : 0);
  return { etco2, fico2: 0, respiratoryRate, co2Alarms };
}

type Oximetry = Pick<NumericsFrame, 'saturation' | 'pulseRate' | 'oximeterAlarms'>;

function oximetry(bedside: SimulatedBedside): Oximetry {
  if (!bedside.sensors().isOximeterOn)
    return { saturation: 'none', pulseRate: 'none', oximeterAlarms: OXIMETER_ALARMS.sensorOff };
  const { spo2, heartRate } = bedside.physiology();
  const saturation: Value = Math.round(spo2);
  const pulseRate: Value = Math.round(heartRate);
  const oximeterAlarms =
    (saturation < LIMITS.saturationLow ? OXIMETER_ALARMS.saturationLow : 0) |
    (pulseRate > LIMITS.pulseRateHigh ? OXIMETER_ALARMS.pulseRateHigh : 0) |
    (pulseRate < LIMITS.pulseRateLow ? OXIMETER_ALARMS.pulseRateLow : 0);
  return { saturation, pulseRate, oximeterAlarms };
}
