/**
 * The bed as the fold of its journal: `step` takes one input (or a tick) and answers with the new state and what was
 * concluded. Live, in replay and after a crash it is this function, over the same inputs and the same ticks.
 */
import {
  TICK_MS,
  entriesOf,
  monotonicMs,
  type BedInput,
  type BedOutput,
  type CuffStatus,
  type DeviceStanding,
  type DeviceStatus,
  type JournalledObservation,
  type MonotonicMs,
  type NibpMeasurement,
  type Numerics,
  type RuleSet,
  type Session,
  type VitalKey,
} from '$lib/domain/index.ts';
import { carryOut } from './commands.ts';
import { withExpiredLimits } from './commands-limit.ts';
import { deliverAlarm, judge, type Judged } from './judge.ts';
import { followReopenings, linkOutputs, lossOf, withInfusion } from './pumps.ts';
import { atCuff, withRecent } from './recent.ts';
import { isLive } from './resolve.ts';
import type { BedState, Standing } from './state.ts';
import { tell } from './timeline.ts';

/** The ticks that stand between two instants, the second included. */
export function ticksBetween(from: MonotonicMs, to: MonotonicMs): readonly MonotonicMs[] {
  const first = (Math.floor(from / TICK_MS) + 1) * TICK_MS;
  const last = Math.floor(to / TICK_MS) * TICK_MS;
  return last < first
    ? []
    : Array.from({ length: (last - first) / TICK_MS + 1 }, (_, i) => monotonicMs(first + i * TICK_MS));
}

export function tick(state: BedState, at: MonotonicMs): Judged {
  const followed = followReopenings({ ...state, now: at });
  const limited = withExpiredLimits(followed.state);
  const woken = withoutPause(limited.state);
  const outputs = [...followed.outputs, ...limited.outputs, ...woken.outputs];
  const judged = judge(woken.state);
  return retold(outputs.length === 0 ? judged : joined(outputs, judged));
}

function withoutPause(state: BedState): Judged {
  if (state.audioPausedUntil === undefined || state.now < state.audioPausedUntil) return quiet(state);
  const { audioPausedUntil: _, ...resumed } = state;
  return { state: resumed, outputs: [{ kind: 'audio', cause: 'timeout' }] };
}

export function step(state: BedState, at: MonotonicMs, input: BedInput): Judged {
  const taken = input.kind === 'observed' ? observe(state, at, input.observation) : take({ ...state, now: at }, input);
  return retold(joined(taken.outputs, judge(taken.state)));
}

/** With the session's story told on. */
function retold({ state, outputs }: Judged): Judged {
  if (outputs.length === 0) return { state, outputs };
  return { state: { ...state, timeline: tell(state.timeline, state.now, outputs) }, outputs };
}

function take(state: BedState, input: Exclude<BedInput, { kind: 'observed' }>): Judged {
  switch (input.kind) {
    case 'device':
      return withDevice(state, input.status);
    case 'device-removed':
      return quiet(withoutDevice(state, input.device));
    case 'delivered':
      return deliverAlarm(state, input.delivery);
    case 'station':
      return quiet({ ...state, station: input.status });
    case 'clock':
    case 'started':
      return quiet({ ...state, clock: { at: state.now, wallTime: input.wallTime } });
    case 'command':
      return command(state, input);
    case 'rules':
      return adopt(state, input.ruleSet);
  }
}

const NO_OUTPUTS: readonly BedOutput[] = [];

const quiet = (state: BedState): Judged => ({ state, outputs: NO_OUTPUTS });

/** A patient keeps the rules that he was admitted with until the session ends. */
function adopt(state: BedState, ruleSet: RuleSet): Judged {
  if (state.session === undefined) return quiet({ ...state, ruleSet });
  const message = 'The patient of this bed keeps the rules that he was admitted with until the session ends.';
  return { state, outputs: [{ kind: 'refused', command: 'rules', refusal: { why: 'session-open', message } }] };
}

const REMEMBERED_COMMANDS = 64;

function command(state: BedState, { envelope }: Extract<BedInput, { kind: 'command' }>): Judged {
  if (state.done.includes(envelope.id)) return quiet(state);
  const answer = carryOut(state, envelope);
  if (!answer.ok) return { state, outputs: [{ kind: 'refused', command: envelope.id, refusal: answer.error }] };
  const done = [...state.done.slice(1 - REMEMBERED_COMMANDS), envelope.id];
  return { state: { ...answer.value.state, done }, outputs: answer.value.outputs };
}

/** What a recording has told stays in the session, so its mark does, too. */
function heard(state: BedState, { isReplay }: DeviceStatus): Judged {
  if (!isReplay || state.session === undefined || state.session.isReplay) return quiet(state);
  const session: Session = { ...state.session, isReplay };
  return { state: { ...state, session }, outputs: [{ kind: 'session', session, cause: 'replay' }] };
}

function withDevice(state: BedState, status: DeviceStatus): Judged {
  const before = state.devices.find(({ device }) => device === status.device);
  const loss = lossOf(before, status);
  const standing: DeviceStanding = {
    ...status,
    ...(!isLive(status) && { silentSince: before?.silentSince ?? status.at }),
    ...(loss && { loss }),
  };
  const devices = before
    ? state.devices.map((known) => (known === before ? standing : known))
    : [...state.devices, standing];
  return joined(linkOutputs(state, before, standing), heard({ ...state, devices }, status));
}

function withoutDevice(state: BedState, device: string): BedState {
  const { [device]: _, ...deviceAlarms } = state.deviceAlarms;
  return {
    ...state,
    devices: state.devices.filter((status) => status.device !== device),
    channels: Object.fromEntries(Object.entries(state.channels).filter(([, { reading }]) => reading.source !== device)),
    deviceAlarms,
  };
}

/** The bed at `now`, when it is told this. A bed is copied once for what comes often. */
function observe(state: BedState, now: MonotonicMs, observation: JournalledObservation): Judged {
  switch (observation.kind) {
    case 'numerics':
      return quiet(withNumerics(state, now, observation));
    case 'nibp':
      return quiet(withNibp({ ...state, now }, observation));
    case 'cuff':
      return quiet(withCuff({ ...state, now }, observation));
    case 'device-alarm':
      return quiet({ ...state, now, deviceAlarms: { ...state.deviceAlarms, [observation.source]: observation } });
    case 'infusion':
      return withInfusion(state, now, observation);
    case 'other-numerics':
      return quiet({ ...state, now });
  }
}

function withNumerics(state: BedState, now: MonotonicMs, numerics: Numerics): BedState {
  const { source, at, values } = numerics;
  const vitals: Partial<Record<VitalKey, Readonly<Record<string, Standing>>>> = { ...state.vitals };
  for (const [key, reading] of entriesOf(values)) {
    vitals[key] = { ...vitals[key], [source]: { reading, at } };
  }
  const recent = state.session === undefined ? state.recent : withRecent(state.recent, numerics);
  return { ...state, now, vitals, recent };
}

const MAX_NIBP = 400;

/**
 * A reading that was measured when one we have was measured is that one again: nothing new, nothing alarms. A driver that
 * was started anew dates it by another reckoning of ours, but by the same time of the device.
 */
function withNibp(state: BedState, reading: NibpMeasurement): BedState {
  if (state.nibp.some((known) => isSameReading(known, reading))) return state;
  const nibp = [...state.nibp.slice(1 - MAX_NIBP), reading];
  return { ...state, nibp, atCuff: atCuff(state, reading), cuffFailures: 0 };
}

const isSameReading = (a: NibpMeasurement, b: NibpMeasurement): boolean =>
  a.source === b.source &&
  (a.deviceTime !== undefined && b.deviceTime !== undefined
    ? a.deviceTime === b.deviceTime
    : a.measuredAt === b.measuredAt);

function withCuff(state: BedState, cuff: CuffStatus): BedState {
  const failed = cuff.state === 'failed' && state.cuff?.state !== 'failed';
  return { ...state, cuff, cuffFailures: state.cuffFailures + (failed ? 1 : 0) };
}

const joined = (outputs: readonly BedOutput[], judged: Judged): Judged =>
  outputs.length === 0 ? judged : { state: judged.state, outputs: [...outputs, ...judged.outputs] };
