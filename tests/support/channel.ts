/** Pumps as plain data, for what is told from them without a bed's life around it. */
import {
  deviceId,
  monotonicMs,
  sessionId,
  type InfusionReading,
  type InfusionState,
  type Session,
} from '$lib/domain/index.ts';
import type { ChannelState } from '$lib/bedside/index.ts';
import { NURSE, PLAN, PUMP } from './bed.ts';

/** What a pump says at a second. */
export const reading = (
  atS: number,
  state: InfusionState = 'infusing',
  more: Partial<InfusionReading> = {},
): InfusionReading => ({
  kind: 'infusion',
  source: PUMP,
  at: monotonicMs(atS * 1000),
  channel: 'p1',
  state,
  alarms: [],
  ...more,
});

/** A channel that runs with ketamine, but for what is told otherwise. */
export function channel(more: Partial<ChannelState> = {}, says: Partial<InfusionReading> = {}): ChannelState {
  const { key = 'p1' } = more;
  const state = says.state ?? 'infusing';
  return {
    key,
    reading: reading(600, state, { channel: key, drugName: 'Ketamine', rateMlPerHour: 60, ...says }),
    stateSince: monotonicMs(0),
    deliveredMl: 10,
    hasRun: true,
    flowed: state === 'infusing',
    resumedDuring: [],
    rates: [],
    course: [{ from: monotonicMs(0), to: monotonicMs(600_000), ml: 10, mlPerHour: 60 }],
    ...more,
  };
}

/** A channel that has not run and says nothing of what is in it. */
export const nameless = (key: string, more: Partial<ChannelState> = {}): ChannelState => {
  const { drugName: _, ...said } = reading(600, 'stopped', { channel: key, rateMlPerHour: 0 });
  return channel({ key, hasRun: false, deliveredMl: 0, course: [], reading: said, ...more });
};

/** A planned session in the infusion. */
export const session = (more: Partial<Session> = {}): Session => ({
  id: sessionId('s1'),
  patient: { identifier: 'T-1', weightKg: 70, birthYear: 1980 },
  admittedAt: monotonicMs(0),
  admittedBy: NURSE,
  phase: 'infusion',
  phaseSince: monotonicMs(0),
  infusionStartedAt: monotonicMs(0),
  plan: PLAN,
  limits: [],
  gates: [],
  marks: [],
  isSimulated: true,
  ...more,
});

/** Channels under their keys. */
export const byKey = (...channels: readonly ChannelState[]): Readonly<Record<string, ChannelState>> =>
  Object.fromEntries(channels.map((one) => [one.key, one]));

export const OTHER_PUMP = deviceId('pump-2');
