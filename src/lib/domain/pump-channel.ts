import type { MonotonicMs } from './time.ts';

/** What a channel is to the treatment: the planned drug, a fluid that carries it, or something else. */
export type ChannelRole = 'therapy' | 'carrier' | 'other';

export const CHANNEL_ROLES: readonly ChannelRole[] = ['therapy', 'carrier', 'other'];

export type ChannelMatter = 'role' | 'drug' | 'concentration';

/** Whose word a drug name or a concentration is: the pump's, a person's for this channel, or the plan's. */
export type WordOf = 'pump' | 'entry' | 'plan';

/** What does not fit together at a pump, as a sentence for people. It is said and never corrected. */
export interface Remark {
  readonly about: RemarkTopic;
  readonly text: string;
}

export type RemarkTopic =
  | 'drug'
  | 'concentration'
  | 'dose-rate'
  | 'rate'
  | 'weight'
  | 'volume'
  | 'dose-given'
  | 'end'
  | 'same-drug'
  | 'unassigned';

/** A phase that the pump suggests and that a person has to confirm. */
export interface PhaseProposal {
  readonly to: 'infusion' | 'observation';
  readonly because: 'drug-flows' | 'stopped' | 'complete';
  readonly since: MonotonicMs;
}
