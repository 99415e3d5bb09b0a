/**
 * What a person says that a pump channel carries. It fills in what the pump does not send; against the pump's word or the plan's
 * it needs a reason, and both are shown from then on.
 */
import {
  CHANNEL_ROLES,
  fail,
  ok,
  type ChannelEntry,
  type ChannelMatter,
  type Command,
  type CommandEnvelope,
  type Refusal,
  type Result,
  type Session,
} from '$lib/domain/index.ts';
import { isSameDrug, PLAN_RANGES, sentMgPerMl } from '$lib/pharmacology/index.ts';
import { followRoles, type Outcome } from './phases.ts';
import type { BedState, ChannelState } from './state.ts';
import { rolesOf } from './therapy.ts';

type Answer = Result<Outcome, Refusal>;
type SetChannel = Extract<Command, { type: 'set-channel' }>;

const refuse = (why: Refusal['why'], message: string): Answer => fail({ why, message });

export function setChannel(state: BedState, session: Session, { by }: CommandEnvelope, command: SetChannel): Answer {
  const channel = state.channels[command.channel];
  if (channel === undefined) return unknownChannel(command.channel);
  const refusal = entryRefusal(command);
  if (refusal) return fail(refusal);
  const { type: _, since, ...said } = command;
  const reason = command.reason?.trim();
  const against = contradictions(state, session, channel, command);
  if (against.length > 0 && !reason) {
    const facts = against.map(({ text }) => text).join(' ');
    return refuse('incomplete', `${facts} Give a reason to say otherwise.`);
  }
  const entry: ChannelEntry = {
    ...withoutReason(said),
    ...(against.length > 0 && reason && { overrides: against.map(({ matter }) => matter), reason }),
    from: since === 'now' ? state.now : session.admittedAt,
    by,
    at: state.now,
  };
  return entered(state, { ...session, channels: [...kept(session, entry, since), entry] });
}

/** A correction holds from the admission on, so nothing stays of what was said before; another syringe leaves the past as it was. */
const kept = (session: Session, entry: ChannelEntry, since: SetChannel['since']): readonly ChannelEntry[] =>
  (session.channels ?? []).filter((one) => since === 'now' || one.channel !== entry.channel);

function withoutReason({ reason: _, ...said }: Omit<SetChannel, 'type' | 'since'>) {
  const { drugName, ...others } = said;
  return { ...others, ...(drugName !== undefined && { drugName: drugName.trim() }) };
}

export function resetChannel(state: BedState, session: Session, channel: string): Answer {
  if (state.channels[channel] === undefined) return unknownChannel(channel);
  const { channels = [], ...rest } = session;
  const others = channels.filter((entry) => entry.channel !== channel);
  if (others.length === channels.length) return ok({ state, outputs: [] });
  return entered(state, others.length === 0 ? rest : { ...rest, channels: others });
}

function entered(state: BedState, session: Session): Answer {
  const { state: next, outputs } = followRoles({ ...state, session }, session);
  return ok({ state: next, outputs: [{ kind: 'session', session, cause: 'channel' }, ...outputs] });
}

const unknownChannel = (channel: string): Answer =>
  refuse('unknown-channel', `There is no pump channel ${channel} at this bed.`);

const MAX_DRUG_LETTERS = 60;

function entryRefusal({ role, drugName, concentrationMgPerMl }: SetChannel): Refusal | undefined {
  if (role === undefined && drugName === undefined && concentrationMgPerMl === undefined)
    return { why: 'incomplete', message: 'Say what the channel carries: its part, its drug or its concentration.' };
  if (role !== undefined && !CHANNEL_ROLES.includes(role))
    return { why: 'out-of-range', message: 'A channel carries the therapy, a carrier, or something else.' };
  if (drugName !== undefined && (drugName.trim() === '' || drugName.trim().length > MAX_DRUG_LETTERS))
    return { why: 'incomplete', message: `The drug needs a name of at most ${MAX_DRUG_LETTERS} letters.` };
  const [low, high] = PLAN_RANGES.concentrationMgPerMl;
  if (concentrationMgPerMl === undefined || (concentrationMgPerMl >= low && concentrationMgPerMl <= high))
    return undefined;
  return { why: 'out-of-range', message: `The concentration in mg/mL must be between ${low} and ${high}.` };
}

interface Contradiction {
  readonly matter: ChannelMatter;
  readonly text: string;
}

/** What of the entry stands against the pump's own word or against the planned drug. */
function contradictions(
  state: BedState,
  session: Session,
  channel: ChannelState,
  { role, drugName, concentrationMgPerMl }: SetChannel,
): readonly Contradiction[] {
  return [
    ...roleContradictions(state, session, channel, role, drugName ?? channel.reading.drugName),
    ...drugContradictions(channel, drugName),
    ...concentrationContradictions(channel, concentrationMgPerMl),
  ];
}

function roleContradictions(
  state: BedState,
  session: Session,
  { key }: ChannelState,
  role: SetChannel['role'],
  name: string | undefined,
): readonly Contradiction[] {
  const planned = session.plan?.drug;
  if (role === undefined) return [];
  const say = (text: string): readonly Contradiction[] => [{ matter: 'role', text }];
  const isPlanned = planned !== undefined && name !== undefined && isSameDrug(name, planned);
  if (role !== 'therapy') return isPlanned ? say(`This channel carries the planned ${planned}.`) : [];
  if (planned !== undefined && name !== undefined && !isPlanned)
    return say(`The plan says ${planned}, this channel ${name}.`);
  const other = [...rolesOf(state)].find(
    ([one, { role: its, from }]) => one !== key && its === 'therapy' && from !== 'only-one',
  );
  const place = other && (state.channels[other[0]]?.reading.place ?? other[0]);
  return place === undefined ? [] : say(`Channel ${place} carries the planned drug already.`);
}

function drugContradictions({ reading }: ChannelState, drugName: string | undefined): readonly Contradiction[] {
  const sent = reading.drugName;
  if (drugName === undefined || sent === undefined || isSameDrug(drugName, sent)) return [];
  return [{ matter: 'drug', text: `The pump says ${sent}.` }];
}

function concentrationContradictions({ sent }: ChannelState, mgPerMl: number | undefined): readonly Contradiction[] {
  const told = sentMgPerMl(sent ? { concentration: sent } : {});
  if (mgPerMl === undefined || !told?.ok || isSameConcentration(mgPerMl, told.value)) return [];
  return [{ matter: 'concentration', text: `The pump says ${told.value} mg/mL.` }];
}

const isSameConcentration = (entered: number, sent: number): boolean => Math.abs(entered / sent - 1) < 0.001;
