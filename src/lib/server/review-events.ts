/** What a change of the session was, said as one event, from the command that asked for it. Pure. */
import type { Actor, CommandEnvelope, MonotonicMs, Session, SessionCause } from '$lib/domain/index.ts';
import type { Doer, ReviewEvent } from '$lib/realtime/review.ts';

/** @param before the session before the change. @returns undefined for what other entries tell already (a phase, a device), and where the command is not known. */
export function sessionEvent(
  at: MonotonicMs,
  session: Session,
  cause: SessionCause,
  asked: CommandEnvelope | undefined,
  before: Session | undefined,
): ReviewEvent | undefined {
  const who = { at, ...doerOf(asked?.by) };
  switch (cause) {
    case 'admitted':
      return { ...who, ...doerOf(session.admittedBy), type: 'admitted' };
    case 'baseline':
      return session.baseline && { ...who, type: 'baseline', ...pressures(session.baseline) };
    case 'plan':
      return session.plan && { ...who, type: 'plan', plan: session.plan };
    case 'channel':
      return channelEvent(who, session, asked);
    case 'limit':
      return limitEvent(who, session, asked, before);
    case 'limit-expired':
      return expiredEvent(at, session, before);
    case 'gate': {
      const gate = session.gates.at(-1);
      return gate && { ...who, type: 'gate', rule: gate.rule, reason: gate.reason };
    }
    case 'mark': {
      const mark = session.marks.at(-1);
      return mark && { ...who, ...doerOf(mark.by), type: 'mark', mark };
    }
    case 'score': {
      const score = session.scores?.at(-1);
      return score && { ...who, ...doerOf(score.by), type: 'score', score };
    }
    case 'ended':
      return { ...who, type: 'ended', ...reasonOf(asked) };
    case 'phase':
    case 'replay':
      return undefined;
  }
}

export const doerOf = (actor: Actor | undefined): Partial<Doer> =>
  actor === undefined ? {} : { by: actor.name, station: actor.station };

const pressures = ({ systolic, diastolic, reason }: NonNullable<Session['baseline']>) => ({
  systolic,
  diastolic,
  ...(reason !== undefined && { reason }),
});

type Who = { readonly at: MonotonicMs } & Partial<Doer>;

function channelEvent(
  who: Who,
  { channels = [] }: Session,
  asked: CommandEnvelope | undefined,
): ReviewEvent | undefined {
  switch (asked?.command.type) {
    case 'set-channel': {
      const { channel } = asked.command;
      const entry = channels.findLast((one) => one.channel === channel);
      return { ...who, type: 'channel', channel, ...(entry && { entry }) };
    }
    case 'reset-channel':
      return { ...who, type: 'channel', channel: asked.command.channel };
    default:
      return undefined;
  }
}

function limitEvent(
  who: Who,
  { limits }: Session,
  asked: CommandEnvelope | undefined,
  before: Session | undefined,
): ReviewEvent | undefined {
  const ownOf = (rule: string): { from?: number } => {
    const own = before?.limits.find((known) => known.rule === rule);
    return own === undefined ? {} : { from: own.limit };
  };
  switch (asked?.command.type) {
    case 'set-limit': {
      const { type: _, ...set } = asked.command;
      const isWidened = limits.find(({ rule }) => rule === set.rule)?.isWidened;
      return { ...who, type: 'limit-set', ...set, ...ownOf(set.rule), ...(isWidened && { isWidened }) };
    }
    case 'reset-limit':
      return { ...who, type: 'limit-reset', rule: asked.command.rule, ...ownOf(asked.command.rule) };
    default:
      return undefined;
  }
}

function expiredEvent(
  at: MonotonicMs,
  { limits }: Session,
  before: Session | undefined,
): Extract<ReviewEvent, { type: 'limit-expired' }> | undefined {
  const ended = before?.limits.find(
    (one) => one.until !== undefined && !limits.some(({ rule, at: set }) => rule === one.rule && set === one.at),
  );
  if (ended === undefined) return undefined;
  const back = limits.find(({ rule }) => rule === ended.rule)?.limit;
  return { at, type: 'limit-expired', rule: ended.rule, ...(back !== undefined && { limit: back }) };
}

function reasonOf(asked: CommandEnvelope | undefined): { reason?: string } {
  if (asked?.command.type !== 'end-session' || asked.command.reason === undefined) return {};
  return { reason: asked.command.reason };
}
