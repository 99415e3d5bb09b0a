/** Everything that asks: which question is put in which state. */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import { beginProbing, type ProbingStep } from '../probing.ts';
import { asked, freshSchedule, nextQuery } from './schedule.ts';
import {
  again,
  forget,
  missingOf,
  send,
  tell,
  type Identifying,
  type Polling,
  type SessionStep,
  type State,
} from './session-state.ts';
import { SILENCES, SUSPICIONS } from './session-words.ts';

const NOTHING_YET = { what: 'nothing', at: monotonicMs(0) } as const;

/** Asks for what is not known of the pump yet, or begins to poll it. */
export function identify(state: State, now: MonotonicMs): SessionStep {
  const { phase, pump } = state;
  const query = pump && missingOf(pump);
  if (!query) return poll(state, now);
  const before = phase.at === 'probing' || phase.at === 'identifying' ? phase.probing : undefined;
  const probing = before ?? beginProbing(now, { wasLive: false })[0];
  const asking = { query, at: now, isRepeat: false };
  return send({ ...state, phase: { at: 'identifying', probing, asking } }, query, now);
}

function poll(state: State, now: MonotonicMs): SessionStep {
  const schedule = freshSchedule(now);
  return askNext(
    { ...state, pump: forget(state.pump) },
    { at: 'polling', asking: undefined, schedule, newsAt: now, isRead: false, instead: NOTHING_YET },
    now,
  );
}

/** The next question that is due, if there is one. */
export function askNext(state: State, phase: Polling, now: MonotonicMs): SessionStep {
  const query = nextQuery(phase.schedule, now);
  if (!query) return [{ ...state, phase }, []];
  const asking = { query, at: now, isRepeat: false };
  return send({ ...state, phase: { ...phase, asking, schedule: asked(phase.schedule, query, now) } }, query, now);
}

/** A probe asks for the serial number. */
export function probe(state: State, [probing, act]: ProbingStep, now: MonotonicMs): SessionStep {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  const suspicion = SUSPICIONS[state.heard];
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return send(next, 'INST_SERIALNO', now);
    case 'hint':
      return suspicion === '' ? [next, []] : tell(next, 'negotiating', suspicion);
    case 'give-up': {
      const why = suspicion === '' ? (state.toldReason ?? SILENCES.nothing) : `${SILENCES.nothing} ${suspicion}`;
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

/** The same question once more. */
export function repeat(state: State, phase: Identifying | Polling, now: MonotonicMs): SessionStep {
  if (!phase.asking) return [state, []];
  const { query } = phase.asking;
  return phase.at === 'polling'
    ? send({ ...state, phase: { ...phase, asking: again(phase.asking, now) } }, query, now)
    : send({ ...state, phase: { ...phase, asking: again(phase.asking, now) } }, query, now);
}
