/**
 * What the replies about oximeter, rate and temperature say about the patient. The cuff is not here: its numbers mean nothing
 * without their history (`nibp.ts`).
 *
 * Two traps: the rate may be that of the last cuff reading, however old, and a temperature stands there for hours. Neither is
 * shown as if it were live.
 */
import type { DeviceId, Missing, MonotonicMs, Numerics, Reading } from '$lib/domain/index.ts';
import type { OximeterReply, RateReply, TemperatureReply } from './messages.ts';

/** A temperature of this age was still new at the question before. */
export const TEMPERATURE_FRESH_S = 5;

export function numericsOf(
  reply: OximeterReply | RateReply | TemperatureReply,
  source: DeviceId,
  at: MonotonicMs,
): Numerics {
  return { kind: 'numerics', source, at, values: valuesOf(reply) };
}

function valuesOf(reply: OximeterReply | RateReply | TemperatureReply): Numerics['values'] {
  switch (reply.kind) {
    case 'oximeter':
      return { spo2: readOximeter(reply) };
    case 'rate':
      return { pulseRate: readRate(reply) };
    case 'temperature':
      return { temperature1: readTemperature(reply) };
  }
}

const OXIMETER_MISSING: Readonly<Record<Exclude<OximeterReply['status'], 'operating'>, Missing>> = {
  standby: 'not-measured',
  'no-data': 'not-measured',
  unplugged: 'sensor-off',
};

function readOximeter({ status, spo2 }: OximeterReply): Reading {
  if (status !== 'operating') return { missing: OXIMETER_MISSING[status] };
  return spo2 > 0 ? { value: spo2 } : { missing: 'invalid' };
}

/** Only a rate that the oximeter measures is a running one. */
const readRate = ({ source, rate }: RateReply): Reading =>
  source === 'oximeter' && rate !== undefined ? { value: rate } : { missing: 'not-measured' };

const TEMPERATURE_MISSING: Readonly<Record<Exclude<TemperatureReply['status'], 'idle'>, Missing>> = {
  'in-progress': 'not-measured',
  timeout: 'invalid',
  'contact-lost': 'sensor-off',
  aborted: 'invalid',
};

function readTemperature({ status, ageS, tenthsFahrenheit }: TemperatureReply): Reading {
  if (status !== 'idle') return { missing: TEMPERATURE_MISSING[status] };
  if (ageS === undefined || ageS > TEMPERATURE_FRESH_S) return { missing: 'not-measured' };
  return { value: celsius(tenthsFahrenheit) };
}

/** To a hundredth of a degree, finer than the monitor's own tenth of a degree Fahrenheit. */
const celsius = (tenthsFahrenheit: number): number => Math.round(((tenthsFahrenheit - 320) * 50) / 9) / 100;
