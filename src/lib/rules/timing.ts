/**
 * From "crossed" to "a condition": one level's own small state machine.
 *
 *            crossed                     held long enough / confirmed
 *   absent ───────────▶ pending ─────────────────────────────────────▶ present
 *      ▲                   │ back inside, or unknown for 30 s             │
 *      └───────────────────┴──────────────────────────────────────────────┘ back beyond the hysteresis for clearS
 *
 * An unknown answer freezes a running hold for at most 30 s; a condition that stands is then `isUnknown`, neither over
 * nor renewed. Time comes from outside: `step` is a function.
 */
import type { MonotonicMs, Timing } from '$lib/domain/index.ts';
import type { Answer } from './expression.ts';

export type LevelState =
  | { readonly at: 'absent' }
  | {
      readonly at: 'pending';
      readonly since: MonotonicMs;
      /** Time during which the hold was frozen. */
      readonly frozenMs: number;
      readonly unknownSince?: MonotonicMs;
      /** Single readings crossed, more of them must agree. */
      readonly awaits?: 'confirmation';
      /** The last readings and whether they crossed, where several of them decide. */
      readonly seen?: Seen;
    }
  | {
      readonly at: 'present';
      readonly since: MonotonicMs;
      readonly insideSince?: MonotonicMs;
      readonly unknownWhy?: string;
    };

type Seen = readonly (readonly [at: MonotonicMs, crossed: boolean])[];

export const ABSENT: LevelState = { at: 'absent' };

const FREEZE_LIMIT_MS = 30_000;

export interface TimingInput {
  readonly now: MonotonicMs;
  /** Does the crossing hold, asked without hysteresis unless the condition stands. */
  readonly answer: Answer;
  readonly nibpIntervalMs: number;
}

export function step(state: LevelState, timing: Timing, input: TimingInput): LevelState {
  switch (state.at) {
    case 'absent':
      return input.answer.truth === 'yes' ? begin(timing, input) : state;
    case 'pending':
      return state.awaits ? confirm(state, timing, input) : hold(state, timing, input);
    case 'present':
      return stand(state, timing, input);
  }
}

const holdMs = (timing: Timing): number => 1000 * (timing.type === 'hold' ? timing.holdS : timing.continuousHoldS);

function begin(timing: Timing, { now, answer }: TimingInput): LevelState {
  if (answer.isEpisodic) {
    const since = answer.sampleAt ?? now;
    const awaiting: Pending = { at: 'pending', since, frozenMs: 0, awaits: 'confirmation' };
    if (timing.type === 'confirm') return awaiting;
    if (timing.type === 'readings' && timing.crossing > 1) return { ...awaiting, seen: [[since, true]] };
    return { at: 'present', since };
  }
  return holdMs(timing) === 0 ? { at: 'present', since: now } : { at: 'pending', since: now, frozenMs: 0 };
}

type Pending = Extract<LevelState, { at: 'pending' }>;
type Present = Extract<LevelState, { at: 'present' }>;

function hold(state: Pending, timing: Timing, input: TimingInput): LevelState {
  const { now, answer } = input;
  if (answer.truth === 'no') return ABSENT;
  // The line held so far; now a single reading speaks, which is judged as one.
  if (answer.truth === 'yes' && answer.isEpisodic) return begin(timing, input);
  if (answer.truth === 'unknown') {
    if (state.unknownSince === undefined) return { ...state, unknownSince: now };
    return now - state.unknownSince >= FREEZE_LIMIT_MS ? ABSENT : state;
  }
  const frozenMs = state.frozenMs + (state.unknownSince === undefined ? 0 : now - state.unknownSince);
  if (now - state.since - frozenMs >= holdMs(timing)) return { at: 'present', since: state.since };
  if (state.unknownSince === undefined) return state;
  return { at: 'pending', since: state.since, frozenMs };
}

/** A later reading decides; one that comes too late to be a repeat begins a new wait. */
function confirm(state: Pending, timing: Timing, input: TimingInput): LevelState {
  const { now, answer, nibpIntervalMs } = input;
  if (timing.type === 'readings' && answer.isEpisodic) return count(state, timing, answer);
  if (answer.truth === 'no') return ABSENT;
  const sampleAt = answer.sampleAt;
  if (answer.truth === 'unknown' || sampleAt === undefined || sampleAt <= state.since) return state;
  if (!answer.isEpisodic) return { at: 'pending', since: now, frozenMs: 0 };
  const windowMs = timing.type === 'confirm' ? timing.withinMin * 60_000 : 0;
  return sampleAt - state.since <= Math.max(windowMs, 1.5 * nibpIntervalMs)
    ? { at: 'present', since: state.since }
    : { ...state, since: sampleAt };
}

/** So many of the last readings: those that did not cross count among them. */
function count(state: Pending, timing: Extract<Timing, { type: 'readings' }>, { truth, sampleAt }: Answer): LevelState {
  const before = state.seen ?? [];
  if (truth === 'unknown' || sampleAt === undefined || sampleAt <= (before.at(-1)?.[0] ?? 0)) return state;
  const seen = [...before, [sampleAt, truth === 'yes'] as const].slice(-timing.of);
  const crossed = seen.filter(([, isCrossed]) => isCrossed);
  const [first] = crossed;
  if (first === undefined) return ABSENT;
  const [since] = first;
  return crossed.length >= timing.crossing ? { at: 'present', since } : { ...state, since, seen };
}

function stand(state: Present, timing: Timing, { now, answer }: TimingInput): LevelState {
  const { since } = state;
  if (answer.truth === 'unknown') {
    return state.unknownWhy === answer.why ? state : { at: 'present', since, unknownWhy: answer.why };
  }
  if (answer.truth === 'yes') {
    return state.insideSince === undefined && state.unknownWhy === undefined ? state : { at: 'present', since };
  }
  const clearMs = timing.type === 'hold' && !answer.isEpisodic ? (timing.clearS ?? 0) * 1000 : 0;
  const insideSince = state.insideSince ?? now;
  if (now - insideSince >= clearMs) return ABSENT;
  return state.insideSince === undefined ? { at: 'present', since, insideSince } : state;
}
