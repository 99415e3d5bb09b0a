/**
 * Phases and the pump. Drug that begins to flow moves the bed into the infusion and a completed infusion into the observation,
 * because the rules of a phase must watch what happens, not what was pressed. What is not certain is only proposed: a plain
 * stop may be a pause, so a person confirms that it was the end. People may move the phase at any time.
 */
import {
  isInfusing,
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

/** What the pump suggests and a person may confirm; undefined where phase and pump agree. */
export function proposePhase(state: BedState): PhaseProposal | undefined {
  const { session } = state;
  if (session === undefined || session.phase === 'closed') return undefined;
  if (session.phase !== 'infusion') {
    const flowing = flowingTherapy(state);
    return flowing && { to: 'infusion', because: 'drug-flows', since: flowing.stateSince };
  }
  const since = drugEndedAt(state);
  if (since === undefined) return undefined;
  const isDone = therapyChannels(state).every(({ hasRun, reading }) => !hasRun || isComplete(reading));
  return { to: 'observation', because: isDone ? 'complete' : 'stopped', since };
}
