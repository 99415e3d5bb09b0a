/** Milligrams: what a channel gave and gives, by whose concentration, and all channels of the planned drug together. */
import type { ChannelEntry, MonotonicMs, Plan, Quantity, Session, WordOf } from '$lib/domain/index.ts';
import {
  plannedAmounts,
  refusalWords,
  sentMgPerMin,
  sentMgPerMl,
  type PlannedAmounts,
} from '$lib/pharmacology/index.ts';
import { isLive } from './resolve.ts';
import { cut, type Stretch } from './course.ts';
import { isSameList, sumAlong, type Given } from './dose-sum.ts';
import type { BedState, ChannelState } from './state.ts';
import { drugOf, rolesOf, therapyChannels, type PumpsOfBed, type RoleOfChannel } from './therapy.ts';
import { flowMlPerHour } from './volume.ts';

/** A number, or why there is none, as a part of a sentence. */
export type Known = { readonly value: number } | { readonly unknown: string };

export type Concentration = { readonly value: number; readonly from: WordOf } | { readonly unknown: string };

/** The words on one channel that hold at a moment. */
interface Words {
  readonly sent: Quantity | undefined;
  readonly entry: ChannelEntry | undefined;
  readonly plannedMgPerMl: number | undefined;
}

type Sent = ReturnType<typeof sentMgPerMl>;

const SENT = new WeakMap<Quantity, { readonly told: Sent }>();

/** The same word of a pump comes with every reading; its unit is read once. */
function toldBy(concentration: Quantity): Sent {
  const known = SENT.get(concentration);
  if (known) return known.told;
  const told = sentMgPerMl({ concentration });
  SENT.set(concentration, { told });
  return told;
}

/** A person's word against the pump's counts before it; any other fills in what the pump does not say. */
function concentrationBy({ sent, entry, plannedMgPerMl }: Words): Concentration {
  const entered = entry?.concentrationMgPerMl;
  if (entered !== undefined && entry?.overrides?.includes('concentration')) return { value: entered, from: 'entry' };
  const told = sent && toldBy(sent);
  if (told?.ok) return { value: told.value, from: 'pump' };
  if (entered !== undefined) return { value: entered, from: 'entry' };
  if (told)
    return { unknown: `the pump tells the concentration in a way that is no mg/mL: ${refusalWords(told.error)}` };
  if (plannedMgPerMl !== undefined) return { value: plannedMgPerMl, from: 'plan' };
  return { unknown: 'the concentration in the syringe is not known' };
}

function wordsAt(
  session: Session | undefined,
  channel: ChannelState,
  at: MonotonicMs,
  role: RoleOfChannel | undefined,
): Omit<Words, 'sent'> {
  return {
    entry: session?.channels?.findLast((one) => one.channel === channel.key && one.from <= at),
    plannedMgPerMl: role?.isPlannedDrug ? session?.plan?.concentrationMgPerMl : undefined,
  };
}

/** What is in the syringe now. @param role where the caller knows it already. */
export function concentrationOf(
  bed: PumpsOfBed,
  channel: ChannelState,
  role = rolesOf(bed).get(channel.key),
): Concentration {
  return concentrationBy({ ...wordsAt(bed.session, channel, channel.reading.at, role), sent: channel.sent });
}

/** A stretch of the course with the concentration that held in it. */
export interface DoseStretch extends Stretch {
  readonly concentration: Concentration;
}

/** The course with concentrations; cut where a person said that another syringe was put in. */
export function doseCourse(
  bed: PumpsOfBed,
  channel: ChannelState,
  role = rolesOf(bed).get(channel.key),
): readonly DoseStretch[] {
  const words = courseWords(bed, channel, role);
  return channel.course.flatMap((stretch) => doseStretches(bed, channel, stretch, { words, role }));
}

/** All words that a course is told with, beside the pump's own. */
type CourseWords = readonly unknown[];

const courseWords = ({ session }: PumpsOfBed, { key }: ChannelState, role: RoleOfChannel | undefined): CourseWords => [
  session?.channels,
  session?.plan?.concentrationMgPerMl,
  key,
  role?.isPlannedDrug,
];

interface Told {
  readonly words: CourseWords;
  readonly parts: readonly DoseStretch[];
}

const TOLD_OF = new WeakMap<Stretch, Told>();

/** One stretch: a stretch that did not change, with the same words on it, is the same parts. */
function doseStretches(
  bed: PumpsOfBed,
  channel: ChannelState,
  stretch: Stretch,
  { words, role }: { readonly words: CourseWords; readonly role: RoleOfChannel | undefined },
): readonly DoseStretch[] {
  const known = TOLD_OF.get(stretch);
  if (known !== undefined && isSameList(known.words, words)) return known.parts;
  const turns = bed.session?.channels?.filter((one) => one.channel === channel.key).map(({ from }) => from) ?? [];
  const pieces = turns.length === 0 ? [stretch] : cut(stretch, turns);
  const parts = pieces.map((piece) => withConcentration(bed, channel, piece, role));
  TOLD_OF.set(stretch, { words, parts });
  return parts;
}

function withConcentration(
  { session }: PumpsOfBed,
  channel: ChannelState,
  stretch: Stretch,
  role: RoleOfChannel | undefined,
): DoseStretch {
  const { from, to, ml, mlPerHour, sent } = stretch;
  const concentration = concentrationBy({ ...wordsAt(session, channel, from, role), sent });
  return {
    from,
    to,
    ml,
    ...(mlPerHour !== undefined && { mlPerHour }),
    ...(sent && { sent }),
    concentration,
  };
}

export interface DeliveredDose {
  readonly mg: number;
  /** Whose concentration it was reckoned with, the least certain one of several; `pump` also for the pump's own count of the dose. */
  readonly from: WordOf;
}

const LEAST_CERTAIN: readonly WordOf[] = ['plan', 'entry', 'pump'];

/** mg of drug given since the session began. Where no concentration is known, the pump's own count of the dose. */
export function deliveredMg(
  bed: PumpsOfBed,
  channel: ChannelState,
  role = rolesOf(bed).get(channel.key),
): DeliveredDose | { readonly unknown: string } {
  const words = courseWords(bed, channel, role);
  const { mg, from, unknown } = sumAlong(channel.course, words, (given, stretch) =>
    doseStretches(bed, channel, stretch, { words, role }).reduce(withDose, given),
  );
  if (unknown !== undefined) return channel.ownDose ? { mg: channel.ownDose.mg, from: 'pump' } : { unknown };
  if (from !== undefined) return { mg, from };
  const now = concentrationOf(bed, channel, role);
  return 'unknown' in now ? now : { mg, from: now.from };
}

function withDose(given: Given, { ml, concentration }: DoseStretch): Given {
  if (given.unknown !== undefined || ml === 0) return given;
  if ('unknown' in concentration) return { ...given, unknown: concentration.unknown };
  return { mg: given.mg + ml * concentration.value, from: lessCertain(given.from, concentration.from) };
}

const lessCertain = (a: WordOf | undefined, b: WordOf): WordOf =>
  a === undefined || LEAST_CERTAIN.indexOf(b) < LEAST_CERTAIN.indexOf(a) ? b : a;

/** mg/min that flow now, by rate and concentration; by the pump's own dose rate where there is no concentration. */
export function flowingMgPerMin(bed: PumpsOfBed, channel: ChannelState, role = rolesOf(bed).get(channel.key)): Known {
  const { reading } = channel;
  const flow = flowMlPerHour(reading);
  if (flow === undefined) return { unknown: 'the pump does not say what flows' };
  if (flow === 0) return { value: 0 };
  const concentration = concentrationOf(bed, channel, role);
  if ('value' in concentration) return { value: (flow * concentration.value) / 60 };
  const told = sentMgPerMin(reading, bed.session?.plan?.weightKg);
  if (told === undefined) return concentration;
  return told.ok ? { value: told.value } : { unknown: refusalWords(told.error) };
}

/** All channels with the planned drug together, against the plan. */
export interface TherapyDose {
  readonly channels: readonly ChannelState[];
  readonly mg: Known;
  readonly mgPerMin: Known;
  /** Of what the plan says, %. */
  readonly percentOfPlan: Known;
  readonly ratePercentOfPlan: Known;
}

export function therapyDose(state: PumpsAndLinks): TherapyDose {
  const roles = rolesOf(state);
  const channels = therapyChannels(state, roles);
  const mg = sumOf(state, channels, roles, givenBy);
  const mgPerMin = sumOf(state, channels, roles, flowingBy);
  const planned = amountsOf(state.session?.plan);
  return {
    channels,
    mg,
    mgPerMin,
    percentOfPlan: shareOf(mg, planned?.totalMg),
    ratePercentOfPlan: shareOf(mgPerMin, planned?.mgPerMin),
  };
}

const PLANNED = new WeakMap<Plan, { readonly amounts: PlannedAmounts | undefined }>();

/** A plan is asked for its amounts at every word of a pump. */
function amountsOf(plan: Plan | undefined): PlannedAmounts | undefined {
  if (plan === undefined) return undefined;
  const known = PLANNED.get(plan);
  if (known) return known.amounts;
  const planned = plannedAmounts(plan);
  const amounts = planned.ok ? planned.value : undefined;
  PLANNED.set(plan, { amounts });
  return amounts;
}

function shareOf(known: Known, whole: number | undefined): Known {
  if (whole === undefined) return NO_PLAN;
  return 'value' in known ? { value: (100 * known.value) / whole } : known;
}

type PumpsAndLinks = Pick<BedState, 'channels' | 'session' | 'devices'>;

const NO_CHANNEL: Known = { unknown: 'no channel is known to carry the planned drug' };
const NO_PLAN: Known = { unknown: 'there is no plan' };

function sumOf(
  state: PumpsAndLinks,
  channels: readonly ChannelState[],
  roles: ReadonlyMap<string, RoleOfChannel>,
  of: (state: PumpsAndLinks, channel: ChannelState, role: RoleOfChannel | undefined) => Known,
): Known {
  if (channels.length === 0) return NO_CHANNEL;
  let sum = 0;
  for (const channel of channels) {
    const part = of(state, channel, roles.get(channel.key));
    if ('unknown' in part) return part;
    sum += part.value;
  }
  return { value: sum };
}

/** A channel that has given nothing has given no milligrams, whatever is in it. */
function givenBy(bed: PumpsAndLinks, channel: ChannelState, role: RoleOfChannel | undefined): Known {
  if (!channel.hasRun && channel.deliveredMl === 0) return { value: 0 };
  const other = otherDrug(bed, channel, role);
  if (other) return other;
  const dose = deliveredMg(bed, channel, role);
  return 'unknown' in dose ? dose : { value: dose.mg };
}

function flowingBy(state: PumpsAndLinks, channel: ChannelState, role: RoleOfChannel | undefined): Known {
  const device = state.devices.find((one) => one.device === channel.reading.source);
  if (device === undefined || !isLive(device)) return { unknown: 'the pump is silent' };
  return otherDrug(state, channel, role) ?? flowingMgPerMin(state, channel, role);
}

/** Milligrams of a drug with another name are no milligrams of the planned one, until a person says that it is the same. */
function otherDrug(
  bed: PumpsOfBed,
  channel: ChannelState,
  role: RoleOfChannel | undefined,
): { readonly unknown: string } | undefined {
  if (role?.isPlannedDrug) return undefined;
  const name = drugOf(bed.session, channel)?.name;
  return { unknown: `the pump says ${name ?? 'no drug'}, the plan ${bed.session?.plan?.drug ?? 'none'}` };
}
