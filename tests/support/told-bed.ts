/** A bed as plain data: what devices told, each so long ago, without a life around it. */
import {
  bedId,
  deviceId,
  monotonicMs,
  type DeviceStanding,
  type MonotonicMs,
  type NibpMeasurement,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import { emptyBed, type BedState } from '$lib/bedside/index.ts';
import { MONITOR, PUMP } from './bed.ts';
import { session } from './channel.ts';

/** Long after the beginning, so that a time that is taken for an age is far off. */
export const NOW = monotonicMs(10_000_000);
export const ago = (ms: number): MonotonicMs => monotonicMs(NOW - ms);

export const OXIMETER = deviceId('oximeter');

/** A monitor whose numbers expire after 13 s; a pump where that is said. */
export const device = (id: string = MONITOR, more: Partial<DeviceStanding> = {}): DeviceStanding => ({
  device: deviceId(id),
  role: id.startsWith(PUMP) ? 'pump' : 'monitor',
  at: ago(600_000),
  state: 'live',
  label: id,
  freshness: { staleAfterMs: 7500, expiredAfterMs: 13_000 },
  isSimulated: true,
  ...more,
});

/** What one device says of some vitals: numbers, or whole readings. */
export type Said = Readonly<Partial<Record<VitalKey, number | Reading>>>;

/** What devices said last, all of it so many milliseconds ago. */
export function vitals(said: Said, agoMs = 0, source: string = MONITOR): BedState['vitals'] {
  return Object.fromEntries(
    Object.entries(said).map(([vital, one]) => [
      vital,
      { [source]: { reading: typeof one === 'number' ? { value: one } : one, at: ago(agoMs) } },
    ]),
  );
}

/** Of several devices together. */
export function together(...all: readonly BedState['vitals'][]): BedState['vitals'] {
  const joined: Record<string, BedState['vitals'][VitalKey]> = {};
  for (const one of all)
    for (const [vital, bySource] of Object.entries(one)) joined[vital] = { ...joined[vital], ...bySource };
  return joined;
}

/** A monitor that is live, and a patient in the infusion. */
export const bedWith = (more: Partial<BedState> = {}): BedState => ({
  ...emptyBed(bedId('bed-1'), NOW),
  devices: [device()],
  session: session(),
  ...more,
});

export const cuffReading = (
  agoMs: number,
  systolic: number,
  diastolic: number,
  more: Partial<NibpMeasurement> = {},
): NibpMeasurement => ({
  kind: 'nibp',
  source: MONITOR,
  at: ago(agoMs),
  measuredAt: ago(agoMs),
  systolic,
  diastolic,
  ...more,
});
