/** What happened at a pump between two readings of a channel, and when its link broke or came back. */
import {
  alarmKey,
  isInfusing,
  type BedOutput,
  type ChannelMoment,
  type ChannelRole,
  type InfusionAlarm,
  type InfusionEvent,
  type InfusionHappening,
  type InfusionReading,
} from '$lib/domain/index.ts';
import { concentrationOf, deliveredMg } from './channel-dose.ts';
import { isComplete, isStopped } from './channel.ts';
import type { ChannelState } from './state.ts';
import { drugOf, rolesOf, type PumpsOfBed } from './therapy.ts';
import { flowMlPerHour } from './volume.ts';

export function happenings(before: ChannelState | undefined, reading: InfusionReading): readonly InfusionHappening[] {
  const was = before?.reading;
  return [
    ...linkHappenings(was, reading),
    ...flowHappenings(before, reading),
    ...bolusHappenings(reading),
    ...alarmHappenings(was?.alarms ?? NOTHING, reading.alarms),
  ];
}

const NOTHING: readonly never[] = [];

/** A pump that is pulled out of its place says so, or its device does. */
function linkHappenings(was: InfusionReading | undefined, reading: InfusionReading): readonly InfusionHappening[] {
  if (was === undefined || (was.state === 'disconnected') === (reading.state === 'disconnected')) return NOTHING;
  return [{ type: reading.state === 'disconnected' ? 'disconnected' : 'reconnected' }];
}

function flowHappenings(before: ChannelState | undefined, reading: InfusionReading): readonly InfusionHappening[] {
  const was = before?.reading;
  const { state } = reading;
  const flows = isInfusing(state);
  const flowed = before?.flowed ?? false;
  const told: InfusionHappening[] = [];
  if (flows && !flowed) told.push({ type: before?.hasRun ? 'resumed' : 'started', state });
  if (was !== undefined && isComplete(reading) && !isComplete(was)) told.push({ type: 'completed' });
  else if (flowed && isStopped(state)) told.push({ type: state === 'paused' ? 'paused' : 'stopped', state });
  if (state === 'kvo' && was?.state !== 'kvo') told.push({ type: 'kvo' });
  if (was !== undefined) told.push(...rateChange(was, reading));
  return told;
}

function rateChange(was: InfusionReading, now: InfusionReading): readonly InfusionHappening[] {
  const from = was.rateMlPerHour;
  const to = now.rateMlPerHour;
  if (from === undefined || to === undefined || from === to) return NOTHING;
  if (!isInfusing(now.state) || was.state !== now.state) return NOTHING;
  return [{ type: 'rate-changed', fromMlPerHour: from, toMlPerHour: to }];
}

/** Boluses are told once, in the reading after they ended. */
function bolusHappenings({ bolus }: InfusionReading): readonly InfusionHappening[] {
  return bolus === undefined || bolus.volumeMl <= 0 ? NOTHING : [{ type: 'bolus', volumeMl: bolus.volumeMl }];
}

function alarmHappenings(
  before: readonly InfusionAlarm[],
  now: readonly InfusionAlarm[],
): readonly InfusionHappening[] {
  if (before.length === 0 && now.length === 0) return NOTHING;
  const [was, is] = [byKey(before), byKey(now)];
  const ended = [...was].filter(([key]) => !is.has(key)).map(([, alarm]) => ({ type: 'alarm-ended', alarm }) as const);
  const began = [...is].filter(([key]) => !was.has(key)).map(([, alarm]) => ({ type: 'alarm-began', alarm }) as const);
  return [...ended, ...began];
}

const byKey = (alarms: readonly InfusionAlarm[]): ReadonlyMap<string, InfusionAlarm> =>
  new Map(alarms.map((alarm) => [alarmKey(alarm), alarm]));

/** The events of a channel with what stood when they happened. */
export function eventsAt(
  bed: PumpsOfBed,
  channel: ChannelState,
  told: readonly InfusionHappening[],
): readonly InfusionEvent[] {
  if (told.length === 0) return [];
  const moment = momentOf(bed, channel);
  const mgPerMl = moment.role === 'carrier' ? undefined : mgPerMlOf(bed, channel);
  return told.map((one) => ({
    ...moment,
    ...one,
    ...(one.type === 'bolus' && mgPerMl !== undefined && { mg: one.volumeMl * mgPerMl }),
  }));
}

function mgPerMlOf(bed: PumpsOfBed, channel: ChannelState): number | undefined {
  const concentration = concentrationOf(bed, channel);
  return 'value' in concentration ? concentration.value : undefined;
}

function momentOf(bed: PumpsOfBed, channel: ChannelState): ChannelMoment & { readonly role: ChannelRole } {
  const { key, reading, deliveredMl } = channel;
  const role = rolesOf(bed).get(key)?.role ?? 'other';
  const flow = flowMlPerHour(reading);
  const drug = drugOf(bed.session, channel);
  const dose = role === 'carrier' ? undefined : deliveredMg(bed, channel);
  return {
    channel: key,
    role,
    deliveredMl,
    ...(reading.place !== undefined && { place: reading.place }),
    ...(drug && { drugName: drug.name }),
    ...(flow !== undefined && { mlPerHour: flow }),
    ...(dose && 'mg' in dose && { deliveredMg: dose.mg }),
  };
}

/** When the link of a device breaks or comes back: its channels, which say nothing of it themselves. */
export function linkEvents(
  bed: PumpsOfBed,
  device: string,
  type: 'disconnected' | 'reconnected',
): readonly BedOutput[] {
  return Object.values(bed.channels)
    .filter(({ reading }) => reading.source === device && reading.state !== 'disconnected')
    .flatMap((channel) => eventsAt(bed, channel, [{ type }]))
    .map((event) => ({ kind: 'infusion-event', event }));
}
