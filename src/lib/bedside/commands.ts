/**
 * What people ask of a bed, carried out or refused. Every branch answers with a new state and outputs, or with a refusal
 * that says in one sentence why not and what to do. Nothing here, and nothing it could call, reaches a device.
 */
import {
  WEIGHT_RANGE_KG,
  fail,
  later,
  ok,
  type Baseline,
  type Command,
  type CommandEnvelope,
  type Phase,
  type Plan,
  type Refusal,
  type Result,
  type Session,
  type SessionCause,
} from '$lib/domain/index.ts';
import { AUDIO_PAUSE_MS } from '$lib/alarms/index.ts';
import { plannedAmounts, type OutOfRange } from '$lib/pharmacology/index.ts';
import { rewound } from './channel.ts';
import { resetChannel, setChannel } from './commands-channel.ts';
import { resetLimit, setLimit } from './commands-limit.ts';
import { recordScore } from './commands-score.ts';
import { MIN_BASELINE_READINGS, proposeBaseline } from './baseline.ts';
import { answerAlarm, endAllAlarms } from './judge.ts';
import { estimatedMean } from './resolve.ts';
import { followRoles, moved, type Outcome } from './phases.ts';
import type { BedState } from './state.ts';

type Answer = Result<Outcome, Refusal>;
type Of<T extends Command['type']> = Extract<Command, { type: T }>;

const refuse = (why: Refusal['why'], message: string): Answer => fail({ why, message });

export function carryOut(state: BedState, envelope: CommandEnvelope): Answer {
  const { command } = envelope;
  if (command.type === 'admit') return admit(state, envelope, command);
  const { session } = state;
  if (session === undefined) return refuse('no-session', 'No patient is admitted to this bed. Admit one first.');
  switch (command.type) {
    case 'accept-baseline':
      return acceptBaseline(state, session, envelope, command);
    case 'set-plan':
      return setPlan(state, session, command.plan);
    case 'set-channel':
      return setChannel(state, session, envelope, command);
    case 'reset-channel':
      return resetChannel(state, session, command.channel);
    case 'set-limit':
      return setLimit(state, session, envelope, command);
    case 'reset-limit':
      return resetLimit(state, session, command.rule);
    case 'override-gate':
      return overrideGate(state, session, envelope, command);
    case 'set-phase':
      return setPhase(state, session, command.phase);
    case 'mark':
      return mark(state, session, envelope, command);
    case 'record-score':
      return recordScore(state, session, envelope, command);
    case 'acknowledge':
      return answerAlarm(state, command.alarm, { type: 'acknowledge', now: state.now, by: envelope.by });
    case 'take-alarm':
      return answerAlarm(state, command.alarm, { type: 'take', now: state.now, by: envelope.by });
    case 'pass-on':
      return passOn(state, envelope, command);
    case 'pause-audio':
      return pauseAudio(state);
    case 'resume-audio':
      return resumeAudio(state);
    case 'end-session':
      return endSession(state, session);
  }
}

function admit(state: BedState, { by }: CommandEnvelope, command: Of<'admit'>): Answer {
  if (state.session !== undefined) {
    return refuse('session-open', 'This bed has a patient already. End that session first.');
  }
  const refusal = weightRefusal(command.patient.weightKg);
  if (refusal) return fail(refusal);
  if (command.patient.identifier.trim() === '') {
    return refuse('incomplete', 'The patient needs an identifier: the hospital number or the study code.');
  }
  const session: Session = {
    id: command.session,
    patient: command.patient,
    admittedAt: state.now,
    admittedBy: by,
    phase: 'setup',
    phaseSince: state.now,
    limits: [],
    gates: [],
    marks: [],
    isSimulated: command.isSimulated,
    ...(state.devices.some((device) => device.isReplay) && { isReplay: true }),
  };
  const channels = Object.fromEntries(Object.entries(state.channels).map(([key, channel]) => [key, rewound(channel)]));
  const { atCuff: _, ...fresh } = state;
  return told({ ...fresh, channels, nibp: [], cuffFailures: 0 }, session, 'admitted');
}

function weightRefusal(weightKg: number): Refusal | undefined {
  const [low, high] = WEIGHT_RANGE_KG;
  if (Number.isFinite(weightKg) && weightKg >= low && weightKg <= high) return undefined;
  return {
    why: 'out-of-range',
    message: `The weight must be between ${low} and ${high} kg. Check the number and its unit.`,
  };
}

function acceptBaseline(
  state: BedState,
  session: Session,
  { by }: CommandEnvelope,
  command: Of<'accept-baseline'>,
): Answer {
  if (session.phase !== 'setup' && session.phase !== 'baseline') {
    return refuse('wrong-phase', 'The baseline belongs to the time before the infusion and is not moved afterwards.');
  }
  if (!(command.systolic > command.diastolic && command.diastolic > 0 && command.systolic < 300)) {
    return refuse('out-of-range', 'Systolic must be above diastolic, and both must be pressures of a living person.');
  }
  const proposal = proposeBaseline(state);
  const isProposed = command.systolic === proposal.systolic && command.diastolic === proposal.diastolic;
  const isReasoned = command.reason !== undefined && command.reason.trim() !== '';
  if (!isReasoned && proposal.readings.length < MIN_BASELINE_READINGS) {
    return refuse(
      'incomplete',
      `A baseline is the median of ${MIN_BASELINE_READINGS} cuff readings; give a reason to accept fewer.`,
    );
  }
  if (!isReasoned && !isProposed)
    return refuse('incomplete', 'This differs from the median of the readings; give a reason.');
  const { type: _, ...values } = command;
  const baseline: Baseline = {
    ...values,
    meanArterial:
      isProposed && proposal.meanArterial !== undefined
        ? proposal.meanArterial
        : Math.round(estimatedMean(command.systolic, command.diastolic)),
    readings: proposal.readings,
    acceptedAt: state.now,
    acceptedBy: by,
  };
  return told(state, { ...session, baseline }, 'baseline');
}

function setPlan(state: BedState, session: Session, plan: Plan): Answer {
  const refusal = planRefusal(plan);
  if (refusal) return fail(refusal);
  const planned: Session = { ...session, plan };
  const { state: next, outputs } = followRoles({ ...state, session: planned }, planned);
  return ok({ state: next, outputs: [{ kind: 'session', session: planned, cause: 'plan' }, ...outputs] });
}

const CUFF_INTERVAL_RANGE_MIN = [1, 60] as const;

function planRefusal(plan: Plan): Refusal | undefined {
  const planned = plannedAmounts(plan);
  if (!planned.ok) {
    const [low, high] = planned.error.allowed;
    return { why: 'out-of-range', message: `${PLAN_WORDS[planned.error.field]} must be between ${low} and ${high}.` };
  }
  const [low, high] = CUFF_INTERVAL_RANGE_MIN;
  const { infusion, observation } = plan.nibpIntervalMin;
  if ([infusion, observation].every((minutes) => minutes >= low && minutes <= high)) return undefined;
  return { why: 'out-of-range', message: `The cuff interval must be between ${low} and ${high} minutes.` };
}

const PLAN_WORDS: Readonly<Record<OutOfRange['field'], string>> = {
  value: 'The value',
  weightKg: 'The weight in kg',
  concentrationMgPerMl: 'The concentration in mg/mL',
  doseMgPerKg: 'The dose in mg/kg',
  durationMin: 'The duration in minutes',
  rateMlPerHour: 'The rate in mL/h',
};

function overrideGate(
  state: BedState,
  session: Session,
  { by }: CommandEnvelope,
  command: Of<'override-gate'>,
): Answer {
  if (!state.ruleSet.rules.some(({ id, isGate }) => id === command.rule && isGate)) {
    return refuse('unknown-rule', `There is no gate ${command.rule}.`);
  }
  if (command.reason.trim() === '') return refuse('incomplete', 'Passing a gate needs a reason.');
  const gate = { rule: command.rule, reason: command.reason, by, at: state.now };
  return told(state, { ...session, gates: [...session.gates, gate] }, 'gate');
}

/** Gates of the rule set that stand and that nobody has overridden. */
export function closedGates(state: BedState): readonly string[] {
  const passed = new Set(state.session?.gates.map(({ rule }) => rule));
  return state.ruleSet.rules
    .filter(({ id, isGate }) => isGate && state.rules[id] !== undefined && !passed.has(id))
    .map(({ id }) => id);
}

function setPhase(state: BedState, session: Session, phase: Phase): Answer {
  if (phase === 'closed') return refuse('wrong-phase', 'End the session instead.');
  if (phase === 'infusion' && session.phase !== 'observation') {
    if (session.baseline === undefined) return refuse('incomplete', 'Accept the baseline before the infusion begins.');
    if (session.plan === undefined) return refuse('incomplete', 'Enter the plan before the infusion begins.');
    const gates = closedGates(state);
    if (gates.length > 0) {
      return refuse(
        'gate',
        `Gate ${gates.join(', ')} is closed: the baseline is above its limit. Override it with a reason.`,
      );
    }
  }
  return ok(moved(state, session, phase, 'person'));
}

function mark(state: BedState, session: Session, { by }: CommandEnvelope, command: Of<'mark'>): Answer {
  if (session.marks.some(({ id }) => id === command.id)) return ok({ state, outputs: [] });
  const { type: _, ...said } = command;
  return told(state, { ...session, marks: [...session.marks, { ...said, at: state.now, by }] }, 'mark');
}

function passOn(state: BedState, { by }: CommandEnvelope, command: Of<'pass-on'>): Answer {
  const to = command.to?.trim();
  const answer = { type: 'pass-on', now: state.now, by, ...(to && { to }) } as const;
  return answerAlarm(state, command.alarm, answer);
}

/** A pause that runs is not made longer: it is over within two minutes of the press that began it. */
function pauseAudio(state: BedState): Answer {
  if (state.audioPausedUntil !== undefined) return ok({ state, outputs: [] });
  const audioPausedUntil = later(state.now, AUDIO_PAUSE_MS);
  return ok({
    state: { ...state, audioPausedUntil },
    outputs: [{ kind: 'audio', pausedUntil: audioPausedUntil, cause: 'person' }],
  });
}

function resumeAudio(state: BedState): Answer {
  if (state.audioPausedUntil === undefined) return ok({ state, outputs: [] });
  const { audioPausedUntil: _, ...next } = state;
  return ok({ state: next, outputs: [{ kind: 'audio', cause: 'person' }] });
}

function endSession(state: BedState, session: Session): Answer {
  const ended = endAllAlarms(state);
  const { session: _, audioPausedUntil: __, atCuff: ___, ...rest } = ended.state;
  const closed: Session = { ...session, phase: 'closed', phaseSince: state.now };
  return ok({
    state: { ...rest, rules: {}, unjudged: [], nibp: [], recent: {}, cuffFailures: 0 },
    outputs: [
      ...ended.outputs,
      { kind: 'phase', from: session.phase, to: 'closed', cause: 'person' },
      { kind: 'session', session: closed, cause: 'ended' },
    ],
  });
}

const told = (state: BedState, session: Session, cause: SessionCause): Answer =>
  ok({ state: { ...state, session }, outputs: [{ kind: 'session', session, cause }] });
