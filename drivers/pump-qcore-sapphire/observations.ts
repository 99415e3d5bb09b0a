/**
 * A batch → one {@link InfusionReading}. The places of state, alarms, battery and drug are not known, so there are none; that
 * the pump infuses is what its volume shows.
 */
import type { DeviceId, InfusionReading, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import type { Flow } from '../rising-volume.ts';
import type { Batch } from './messages.ts';

const STATES: Readonly<Record<Flow, InfusionState>> = {
  resting: 'stopped',
  flowing: 'infusing',
  'too-early': 'unknown',
  'not-rising': 'unknown',
};

const DOUBTS: Readonly<Partial<Record<Flow, string>>> = {
  'too-early': 'a flow is told, and it is too early to see whether the volume rises',
  'not-rising': 'a flow is told and the volume does not rise',
};

/** A pump that tells no serial number. */
const ONLY_CHANNEL = 'pump';

export function readingOf(source: DeviceId, batch: Batch, flow: Flow, now: MonotonicMs): InfusionReading {
  const { rateMlPerHour, volumeInfusedMl, volumeRemainingMl, serial, softwareVersion, isSumRight } = batch;
  const isKnown = flow === 'flowing' || flow === 'resting';
  const doubts = [
    DOUBTS[flow],
    isSumRight ? undefined : 'the sums of this pump are not the ones that we know: damage would not be seen',
    'alarms of this pump are not read',
  ].filter((text) => text !== undefined);
  return {
    kind: 'infusion',
    source,
    at: now,
    channel: serial === 0 ? ONLY_CHANNEL : String(serial),
    model: 'Sapphire',
    softwareVersion: String(softwareVersion),
    pumpType: 'unknown',
    state: STATES[flow],
    ...(isKnown ? { rateMlPerHour } : { rateSetMlPerHour: rateMlPerHour }),
    volumeInfusedMl,
    volumeRemainingMl,
    alarms: [],
    doubt: doubts.join('; '),
  };
}
