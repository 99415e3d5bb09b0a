/** The small steps that a conversation is made of. */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { Content, Query } from './messages.ts';
import { associate } from './queries.ts';
import { remarkOn } from './remarks.ts';
import { tell, type Effect, type SessionStep, type State } from './session-state.ts';

/** Sends the association request. */
export function meet(state: State, now: MonotonicMs, attempts: number): SessionStep {
  const query = associate(state.framing, state.settings.waves.length > 0);
  return [{ ...state, phase: { at: 'associating', askedAt: now, attempts }, sentAt: now }, [{ type: 'send', query }]];
}

export const say = ({ framing }: State, content: Content): Effect => {
  const query: Query = { ...content, framing };
  return { type: 'send', query };
};

/** The link is opened anew; until then nothing is asked. */
export const giveUp = (state: State, why: string, ...words: readonly Effect[]): SessionStep => [
  { ...state, phase: { at: 'closed' } },
  [...words, { type: 'reopen', why }],
];

/** Says what there is to remark while numbers come; `told` when they have just come. */
export function live(state: State, told: State['told'] = state.told): SessionStep {
  return state.phase.at === 'streaming' && told === 'live' ? tell(state, told, remarkOn(state)) : [state, []];
}
