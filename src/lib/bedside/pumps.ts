/** What a pump's reading and the link to a pump change at the bed. */
import type {
  AlarmState,
  BedOutput,
  DeviceStanding,
  DeviceStatus,
  InfusionReading,
  MonotonicMs,
} from '$lib/domain/index.ts';
import { channelKey, stepChannel } from './channel.ts';
import { followPump, type Outcome } from './phases.ts';
import { eventsAt, happenings, linkEvents } from './pump-events.ts';
import { isLive } from './resolve.ts';
import type { BedState } from './state.ts';

/** The channel moves on, what happened is told, and drug that begins or ends moves the phase. Without a patient nothing is told. */
export function withInfusion(state: BedState, now: MonotonicMs, reading: InfusionReading): Outcome {
  const key = channelKey((known) => state.channels[known], reading);
  const before = state.channels[key];
  const told = happenings(before, reading);
  const stepped = stepChannel(before, reading, key);
  const isResumed = told.some(({ type }) => type === 'resumed');
  const channel = isResumed ? { ...stepped, resumedDuring: standingRules(state) } : stepped;
  const next: BedState = { ...state, now, channels: { ...state.channels, [key]: channel } };
  if (next.session === undefined || told.length === 0) return { state: next, outputs: NO_OUTPUTS };
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

/** A link that the station itself opens anew (at its start, or because a person asked for it) may take so long to be back. */
export const REOPENING_MS = 5000;

/** How a device is lost: at once when its link breaks; not yet while we have only opened it anew. */
export function lossOf(before: DeviceStanding | undefined, status: DeviceStatus): DeviceStanding['loss'] {
  if (before === undefined || isLive(status)) return undefined;
  if (!isLive(before)) return before.loss;
  return status.state === 'opening' || status.state === 'negotiating' ? 'waiting' : 'told';
}

/** What a change of a device's link means for its pumps. @param before as the bed knew the device. */
export function linkOutputs(
  state: BedState,
  before: DeviceStanding | undefined,
  now: DeviceStanding,
): readonly BedOutput[] {
  if (state.session === undefined || before === undefined || (before.loss === 'told') === (now.loss === 'told'))
    return [];
  return linkEvents(state, now.device, now.loss === 'told' ? 'disconnected' : 'reconnected');
}

/** With time: what we opened anew and has not come back is lost. */
export function followReopenings(state: BedState): Outcome {
  const overdue = state.devices.filter(
    ({ loss, silentSince }) => loss === 'waiting' && state.now - (silentSince ?? state.now) >= REOPENING_MS,
  );
  if (overdue.length === 0) return { state, outputs: NO_OUTPUTS };
  const lost = overdue.map((device): DeviceStanding => ({ ...device, loss: 'told' }));
  return {
    state: {
      ...state,
      devices: state.devices.map((known) => lost.find(({ device }) => device === known.device) ?? known),
    },
    outputs: lost.flatMap((device, i) => linkOutputs(state, overdue[i], device)),
  };
}

const NO_OUTPUTS: readonly BedOutput[] = [];
