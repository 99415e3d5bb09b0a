/**
 * What a reading says about the patient. The rate is counted from the pleth, so it is the pulse rate. Of a packet's many
 * averages the ones for display over eight beats are taken.
 */
import type { DeviceId, Missing, MonotonicMs, Numerics, Reading as VitalReading } from '$lib/domain/index.ts';
import { STAT2 } from './layout-table.ts';
import { qualityOf } from './codec-packets.ts';
import type { Measured, Packet, Quality, Reading } from './messages.ts';

export interface Values {
  readonly pulseRate: Measured;
  readonly spo2: Measured;
  /** At the end of what the reading covers; absent in formats that say nothing of it. */
  readonly quality?: Quality;
  /** The oximeter doubted its signal at some time within it. */
  readonly isDoubtful: boolean;
  readonly isBatteryLow: boolean;
}

/** @returns undefined for a packet that lost its numbers. */
export function valuesOf(reading: Reading): Values | undefined {
  switch (reading.kind) {
    case 'packet':
      return packetValues(reading);
    case 'line':
      return { pulseRate: reading.pulseRate, spo2: reading.spo2, isDoubtful: false, isBatteryLow: false };
    case 'reading': {
      const { pulseRate, spo2, quality, isBatteryLow } = reading;
      return { pulseRate, spo2, quality, isDoubtful: isDoubted(quality), isBatteryLow };
    }
    case 'spot-check': {
      const { isNoMeasurement, isBatteryLow } = reading;
      const { pulseRate, spo2 } = isNoMeasurement ? NOTHING : reading;
      return { pulseRate, spo2, isDoubtful: false, isBatteryLow };
    }
  }
}

const NOTHING = { pulseRate: 'absent', spo2: 'absent' } as const;

const isDoubted = ({ isSensorOff, isArtefact, isOutOfTrack }: Quality): boolean =>
  isSensorOff || isArtefact || isOutOfTrack;

function packetValues({ frames, numbers }: Packet): Values | undefined {
  const last = frames.at(-1);
  if (!numbers || !last) return undefined;
  return {
    pulseRate: numbers.extendedRateDisplayed,
    spo2: numbers.extendedSaturationDisplayed,
    quality: qualityOf(last.status),
    isDoubtful: frames.some(({ status }) => isDoubted(qualityOf(status))),
    isBatteryLow: (numbers.stat2 & STAT2.batteryLow) !== 0,
  };
}

export function numericsOf(values: Values, source: DeviceId, at: MonotonicMs, deviceTime?: number): Numerics {
  return {
    kind: 'numerics',
    source,
    at,
    ...(deviceTime !== undefined && { deviceTime }),
    values: { pulseRate: toReading(values.pulseRate, values), spo2: toReading(values.spo2, values) },
  };
}

/** Without a sensor on the finger no number counts, whatever stands in its place. */
function toReading(measured: Measured, { quality, isDoubtful }: Values): VitalReading {
  if (quality?.isSensorOff) return { missing: 'sensor-off' };
  if (measured === 'impossible') return { missing: 'invalid' };
  if (measured === 'absent') return { missing: absence(quality) };
  return isDoubtful ? { value: measured, isQuestionable: true } : { value: measured };
}

function absence(quality: Quality | undefined): Missing {
  if (quality?.isArtefact) return 'artefact';
  return quality?.isOutOfTrack ? 'searching' : 'not-measured';
}
