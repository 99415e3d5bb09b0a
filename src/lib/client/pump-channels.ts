/** What a screen says of the pump channels of a bed: how old their word is, their boluses, what does not fit. Pure. */
import type { DeviceStanding, InfusionEvent, MonotonicMs, WordOf } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { BedView, ChannelView } from '$lib/realtime/index.ts';
import { upTo } from './format.ts';
import { therapyOf } from './infusion-progress.ts';

export interface PumpStanding {
  /** Of its last word. */
  readonly ageMs: number;
  /** It may do something else by now: nothing of it is shown as current. */
  readonly isOld: boolean;
}

/** Old as soon as the link does not bring valid data, or when its last word is older than the device's own limit. */
export function pumpStanding(
  { reading }: ChannelView,
  devices: readonly DeviceStanding[],
  now: MonotonicMs,
): PumpStanding {
  const device = deviceOf(reading.source, devices);
  const ageMs = Math.max(0, now - reading.at);
  const isOld = device !== undefined && (device.state !== 'live' || ageMs > device.freshness.staleAfterMs);
  return { ageMs, isOld };
}

export const deviceOf = (
  source: DeviceStanding['device'],
  devices: readonly DeviceStanding[],
): DeviceStanding | undefined => devices.find(({ device }) => device === source);

/** Carrier and other channels, and further ones with the planned drug: each has a line of its own below the card. */
export function otherChannels(channels: readonly ChannelView[]): readonly ChannelView[] {
  const main = therapyOf(channels);
  const rank = { therapy: 0, carrier: 1, other: 2 } as const;
  return channels.filter((one) => one !== main).sort((a, b) => rank[a.role] - rank[b.role]);
}

/** What people call a channel: its drug, else where it sits, else what it is. */
export const channelName = ({ drug, reading, key }: ChannelView): string =>
  drug?.name ?? reading.place ?? reading.model ?? key;

export interface Boluses {
  readonly count: number;
  readonly ml: number;
  /** Absent where the concentration of one of them was not known. */
  readonly mg?: number;
}

type Bolus = Extract<InfusionEvent, { type: 'bolus' }>;

/** Those that the timeline tells of for these channels; undefined when there was none. */
export function bolusesOf(timeline: BedView['timeline'], keys: ReadonlySet<string>): Boluses | undefined {
  const boluses = timeline.flatMap((one): Bolus[] =>
    one.type === 'infusion' && one.event.type === 'bolus' && keys.has(one.event.channel) ? [one.event] : [],
  );
  if (boluses.length === 0) return undefined;
  const mg = boluses.reduce((sum, one) => sum + (one.mg ?? NaN), 0);
  return {
    count: boluses.length,
    ml: boluses.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
    ...(!Number.isNaN(mg) && { mg }),
  };
}

export function bolusText(boluses: Boluses | undefined): string {
  const told = words.infusion.boluses;
  if (boluses === undefined) return told.none;
  return told.given(boluses.count, upTo(boluses.ml, 2), boluses.mg === undefined ? undefined : upTo(boluses.mg, 2));
}

/** Short sentences about one channel, the most important first; what belongs to the therapy as a whole is told with its main one. */
export function channelNotes(bed: BedView, channel: ChannelView, isMain: boolean): readonly string[] {
  const told = words.infusion.notes;
  const { reading, noDose, remarks, isTherapy } = channel;
  const device = deviceOf(reading.source, bed.devices);
  const isNotForPeople = [device?.label, reading.model].some((text) => text !== undefined && NOT_FOR_PEOPLE.test(text));
  const therapy = isMain ? bed.therapy : undefined;
  const whyNoDose = therapy?.noDose ?? (isTherapy ? noDose : undefined);
  const all = [
    ...(isNotForPeople ? [told.notForPeople] : []),
    ...(reading.isRemoteControlled ? [told.remote] : []),
    ...(whyNoDose === undefined ? [] : [told.noDose(whyNoDose)]),
    ...(reading.doubt === undefined ? [] : [told.doubt(reading.doubt)]),
    ...(therapy?.remarks ?? []).map(({ text }) => text),
    ...remarks.map(({ text }) => text),
  ];
  return [...new Set(all)];
}

/** Laboratory pumps carry it in their name. */
const NOT_FOR_PEOPLE = /not for (human|people)/i;

/** Whose word the drug and the concentration are; together where it is the same one. */
export function whoseWord({ drug, concentrationFrom, entry, mgPerMl, isTherapy }: ChannelView): string {
  const { wordOf, wordOfShort, twoWords } = words.infusion;
  const name = drug?.from ?? (isTherapy ? 'plan' : undefined);
  const concentration = mgPerMl === undefined ? undefined : concentrationFrom;
  const say = (from: WordOf): string => (from === 'entry' ? wordOf.entry(entry?.by.name) : wordOf[from]);
  const short = (from: WordOf): string => (from === 'entry' ? say(from) : wordOfShort[from]);
  if (name !== undefined && concentration !== undefined && name !== concentration)
    return twoWords(short(name), short(concentration));
  const one = concentration ?? name;
  return one === undefined ? '' : say(one);
}
