/**
 * Phases and the pump. Drug that begins to flow moves the bed into the infusion and a completed infusion into the observation,
 * because the rules of a phase must watch what happens, not what was pressed. What is not certain is only proposed: a plain
 * stop may be a pause, so a person confirms that it was the end. People may move the phase at any time.
 */
import {
  isInfusing,
  later,
  MINUTE_MS,
  type BedOutput,
  type InfusionHappening,
  type MonotonicMs,
  type Phase,
  type PhaseProposal,
  type Session,
} from '$lib/domain/index.ts';
import { isComplete } from './channel.ts';
import { isLive } from './resolve.ts';
import type { BedState, ChannelState } from './state.ts';
import { drugEndedAt, rolesOf, therapyChannels } from './therapy.ts';

export interface Outcome {
  readonly state: BedState;
  readonly outputs: readonly BedOutput[];
}

const unmoved = (state: BedState): Outcome => ({ state, outputs: [] });

/** The session in another phase, with the clocks that hang on it. */
export function moved(state: BedState, session: Session, phase: Phase, cause: 'person' | 'pump'): Outcome {
  if (session.phase === phase) return unmoved(state);
  const { infusionEndedAt: _, ...running } = session;
  const next: Session = {
    ...(phase === 'infusion' ? running : session),
    phase,
    phaseSince: state.now,
    ...(phase === 'infusion' && session.infusionStartedAt === undefined && { infusionStartedAt: state.now }),
    ...(phase === 'observation' && { infusionEndedAt: infusionEnd(state, session) }),
  };
  return {
    state: { ...state, session: next },
    outputs: [
      { kind: 'phase', from: session.phase, to: phase, cause },
      { kind: 'session', session: next, cause: 'phase' },
    ],
  };
}

/** The observation is counted from the last drop, not from the press that confirmed it; from now while nobody knows. */
function infusionEnd(state: BedState, { infusionStartedAt, infusionEndedAt }: Session): MonotonicMs {
  if (infusionEndedAt !== undefined) return infusionEndedAt;
  const ended = drugEndedAt(state);
  return ended === undefined || ended < (infusionStartedAt ?? 0) ? state.now : ended;
}

/** Moves the phase after what a channel has just told. A carrier moves nothing; a channel that nobody named does, while no other is named. */
export function followPump(
  state: BedState,
  session: Session,
  { channel, told }: { readonly channel: ChannelState; readonly told: readonly InfusionHappening[] },
): Outcome {
  if (!maySpeak(state, channel)) return unmoved(state);
  const begins = told.some(({ type }) => type === 'started' || type === 'resumed');
  if (begins && session.phase !== 'infusion') return moved(state, session, 'infusion', 'pump');
  const ends = told.some(({ type }) => type === 'completed') && !otherFlows(state, channel);
  return ends && session.phase === 'infusion' ? moved(state, session, 'observation', 'pump') : unmoved(state);
}

function maySpeak(state: BedState, { key }: ChannelState): boolean {
  const roles = rolesOf(state);
  const role = roles.get(key);
  if (role?.role === 'therapy') return true;
  return role?.from === 'none' && ![...roles.values()].some((one) => one.role === 'therapy');
}

const otherFlows = (state: BedState, { key }: ChannelState): boolean =>
  therapyChannels(state).some((other) => other.key !== key && isInfusing(other.reading.state));

/** A plan or a person's word has just made a running pump the therapy: it begins as if it had started now. */
export function followRoles(state: BedState, session: Session): Outcome {
  const isBefore = session.phase === 'setup' || session.phase === 'baseline';
  return isBefore && flowingTherapy(state) !== undefined ? moved(state, session, 'infusion', 'pump') : unmoved(state);
}

/** A channel of the planned drug that certainly flows. */
const flowingTherapy = (state: BedState): ChannelState | undefined =>
  therapyChannels(state).find(
    ({ reading }) =>
      isInfusing(reading.state) && state.devices.some((device) => device.device === reading.source && isLive(device)),
  );

/** A stop that nobody planned is mostly no end: whoever stands at the pump is not asked before this time. */
export const STOP_ASKED_AFTER_MS = MINUTE_MS;

/** What the pump suggests, and from when on it is asked. */
export interface PhaseQuestion {
  readonly proposal: PhaseProposal;
  readonly from: MonotonicMs;
}

/** What a person may confirm now; undefined where phase and pump agree, or it is too early to ask. */
export const proposePhase = (state: BedState): PhaseProposal | undefined => asked(questionOfPhase(state), state.now);

export const asked = (question: PhaseQuestion | undefined, now: MonotonicMs): PhaseProposal | undefined =>
  question !== undefined && now >= question.from ? question.proposal : undefined;

/** Depends on pumps and session, not on the time: see {@link asked}. While a pump alarm stands nobody is asked about a stop. */
export function questionOfPhase(state: BedState): PhaseQuestion | undefined {
  const { session } = state;
  if (session === undefined || session.phase === 'closed') return undefined;
  if (session.phase !== 'infusion') {
    const since = flowingTherapy(state)?.stateSince;
    return since === undefined
      ? undefined
      : { proposal: { to: 'infusion', because: 'drug-flows', since }, from: since };
  }
  const since = drugEndedAt(state);
  if (since === undefined) return undefined;
  const run = therapyChannels(state).filter(({ hasRun }) => hasRun);
  if (run.every(({ reading }) => isComplete(reading))) {
    return { proposal: { to: 'observation', because: 'complete', since }, from: since };
  }
  if (run.some(({ reading }) => reading.alarms.some(({ stage }) => stage === 'alarm'))) return undefined;
  return { proposal: { to: 'observation', because: 'stopped', since }, from: later(since, STOP_ASKED_AFTER_MS) };
}
