/** Which channel of a bed carries the planned drug: by a person's word, else by the drug's name, else because it is the only one. */
import type { ChannelEntry, ChannelRole, MonotonicMs, Session } from '$lib/domain/index.ts';
import { isInfusing } from '$lib/domain/index.ts';
import { isCarrierName, isSameDrug } from '$lib/pharmacology/index.ts';
import { isComplete, isInterrupted } from './channel.ts';
import type { BedState, ChannelState } from './state.ts';

/** What therapy and dose are told from. */
export type PumpsOfBed = Pick<BedState, 'channels' | 'session'>;

export interface RoleOfChannel {
  readonly role: ChannelRole;
  /** `only-one`: nothing names it, and there is no other that could be it · `none`: nothing tells, a person has to say. */
  readonly from: 'entry' | 'drug-name' | 'only-one' | 'none';
  /** The drug is the planned one by name or by a person's word, or nobody named another: the plan's concentration may hold. */
  readonly isPlannedDrug: boolean;
}

/** The last word of a person on a channel. */
export const entryOf = (session: Session | undefined, channel: string): ChannelEntry | undefined =>
  session?.channels?.findLast((entry) => entry.channel === channel);

/** A person's name for the drug counts before the pump's where the pump sends none, or where it was given against it. */
export function drugOf(
  session: Session | undefined,
  channel: ChannelState,
): { readonly name: string; readonly from: 'pump' | 'entry' } | undefined {
  const entry = entryOf(session, channel.key);
  const sent = channel.reading.drugName;
  if (entry?.drugName !== undefined && (sent === undefined || entry.overrides?.includes('drug')))
    return { name: entry.drugName, from: 'entry' };
  return sent === undefined ? undefined : { name: sent, from: 'pump' };
}

/** Roles, and the names of the channels and of their drugs, which alone they hang on besides the session. */
interface Assigned {
  readonly names: readonly (string | undefined)[];
  readonly roles: ReadonlyMap<string, RoleOfChannel>;
}

const NO_SESSION = {};
const ASSIGNED = new WeakMap<object, Assigned>();

/** Asked for at every word of a pump, which hardly ever is another name. */
export function rolesOf(bed: PumpsOfBed): ReadonlyMap<string, RoleOfChannel> {
  const known = ASSIGNED.get(bed.session ?? NO_SESSION);
  if (known !== undefined && areNamed(bed.channels, known.names)) return known.roles;
  const roles = assignedRoles(bed);
  const names = Object.values(bed.channels).flatMap(({ key, reading }) => [key, reading.drugName]);
  ASSIGNED.set(bed.session ?? NO_SESSION, { names, roles });
  return roles;
}

function areNamed(channels: BedState['channels'], names: Assigned['names']): boolean {
  let i = 0;
  for (const key in channels) {
    const channel = channels[key];
    if (names[i] !== channel?.key || names[i + 1] !== channel?.reading.drugName) return false;
    i += 2;
  }
  return i === names.length;
}

function assignedRoles({ channels, session }: PumpsOfBed): ReadonlyMap<string, RoleOfChannel> {
  const roles = new Map(Object.values(channels).map((channel) => [channel.key, ownRole(session, channel)]));
  const isTold = [...roles.values()].some((one) => one?.role === 'therapy');
  const open = [...roles].filter(([, one]) => one === undefined).map(([key]) => key);
  const only = !isTold && open.length === 1 ? open[0] : undefined;
  const untold = (key: string): RoleOfChannel => {
    const channel = channels[key];
    const isNamed = channel !== undefined && session?.plan !== undefined && drugOf(session, channel) !== undefined;
    return key === only
      ? { role: 'therapy', from: 'only-one', isPlannedDrug: !isNamed }
      : { role: 'other', from: 'none', isPlannedDrug: false };
  };
  return new Map([...roles].map(([key, one]) => [key, one ?? untold(key)]));
}

/** What entry and names say of a channel by itself; undefined where they say nothing. */
function ownRole(session: Session | undefined, channel: ChannelState): RoleOfChannel | undefined {
  const said = entryOf(session, channel.key)?.role;
  if (said !== undefined) return { role: said, from: 'entry', isPlannedDrug: said === 'therapy' };
  const name = drugOf(session, channel)?.name;
  const planned = session?.plan?.drug;
  if (name === undefined) return undefined;
  if (planned !== undefined && isSameDrug(name, planned))
    return { role: 'therapy', from: 'drug-name', isPlannedDrug: true };
  return isCarrierName(name) ? { role: 'carrier', from: 'drug-name', isPlannedDrug: false } : undefined;
}

/** All channels with the planned drug; two syringes may share it. */
export function therapyChannels(bed: PumpsOfBed, roles = rolesOf(bed)): readonly ChannelState[] {
  return Object.values(bed.channels).filter(({ key }) => roles.get(key)?.role === 'therapy');
}

/** The channel with the planned drug that says most about the infusion: one that flows, else one that has run, else the first. */
export function therapyChannel(bed: PumpsOfBed): ChannelState | undefined {
  const channels = therapyChannels(bed);
  return (
    channels.find(({ reading }) => isInfusing(reading.state)) ?? channels.find(({ hasRun }) => hasRun) ?? channels[0]
  );
}

/** When the drug stopped to flow; undefined while a channel gives it, says nothing certain, or has given none. */
export function drugEndedAt(bed: PumpsOfBed): MonotonicMs | undefined {
  const run = therapyChannels(bed).filter(({ hasRun }) => hasRun);
  const hasEnded = run.every((channel) => isComplete(channel.reading) || isInterrupted(channel));
  return hasEnded ? run.map(({ stateSince }) => stateSince).sort((a, b) => b - a)[0] : undefined;
}
