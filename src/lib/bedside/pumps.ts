/** What a pump's reading and the link to a pump change at the bed. */
import type { AlarmState, BedOutput, DeviceStatus, InfusionReading } from '$lib/domain/index.ts';
import { channelKey, stepChannel } from './channel.ts';
import { followPump, type Outcome } from './phases.ts';
import { eventsAt, happenings, linkEvents } from './pump-events.ts';
import { isLive } from './resolve.ts';
import type { BedState } from './state.ts';

/** The channel moves on, what happened is told, and drug that begins or ends moves the phase. Without a patient nothing is told. */
export function withInfusion(state: BedState, reading: InfusionReading): Outcome {
  const key = channelKey((known) => state.channels[known], reading);
  const before = state.channels[key];
  const told = happenings(before, reading);
  const stepped = stepChannel(before, reading, key);
  const isResumed = told.some(({ type }) => type === 'resumed');
  const channel = isResumed ? { ...stepped, resumedDuring: standingRules(state) } : stepped;
  const next: BedState = { ...state, channels: { ...state.channels, [key]: channel } };
  if (next.session === undefined) return { state: next, outputs: [] };
  const outputs = eventsAt(next, channel, told).map((event): BedOutput => ({ kind: 'infusion-event', event }));
  const followed = followPump(next, next.session, { channel, told });
  return { state: followed.state, outputs: [...outputs, ...followed.outputs] };
}

const STANDING: ReadonlySet<AlarmState> = new Set<AlarmState>(['active', 'acknowledged', 'suspended']);

/** Rules whose alarms stand, answered or not. */
export const standingRules = ({ alarms }: BedState): readonly string[] => [
  ...new Set(
    Object.values(alarms)
      .filter(({ alarm }) => STANDING.has(alarm.state))
      .map(({ alarm }) => alarm.rule),
  ),
];

/** What a change of a device's link means for its pumps. @param before as the bed knew the device. */
export function linkOutputs(
  state: BedState,
  before: DeviceStatus | undefined,
  status: DeviceStatus,
): readonly BedOutput[] {
  if (state.session === undefined || before === undefined || isLive(before) === isLive(status)) return [];
  return linkEvents(state, status.device, isLive(status) ? 'reconnected' : 'disconnected');
}
