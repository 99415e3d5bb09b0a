/** One channel of a pump, folded from its readings: what it does, what it gave, and what it said of itself. */
import type { InfusionReading, InfusionState, Quantity } from '$lib/domain/index.ts';
import { isInfusing } from '$lib/domain/index.ts';
import { sentDoseGivenMg } from '$lib/pharmacology/index.ts';
import { withStretch, type Course } from './course.ts';
import type { ChannelState } from './state.ts';
import { auditVolume } from './volume-audit.ts';
import { flowMlPerHour, SILENCE_MS, volumeSince } from './volume.ts';

/**
 * The bed's key of a channel: the pump's own identity, so that a pump keeps it in another slot and at another device. Only
 * where two devices tell of the same name at the same time (pumps that have none) the second one's key names its device.
 */
export function channelKey(
  known: (key: string) => ChannelState | undefined,
  { channel, source, at }: InfusionReading,
): string {
  const own = `${channel}@${source}`;
  if (known(own) !== undefined) return own;
  const other = known(channel)?.reading;
  if (other === undefined || other.source === source || other.state === 'disconnected') return channel;
  return at - other.at > SILENCE_MS ? channel : own;
}

/** Folds one reading into its channel. */
export function stepChannel(before: ChannelState | undefined, reading: InfusionReading, key: string): ChannelState {
  const volume = volumeSince(before, reading);
  const sent = sentBy(before, reading);
  const flows = isInfusing(reading.state);
  const isNewRun = flows && !before?.flowed;
  const fall = volume.fall ?? before?.fall;
  const ownDose = ownDoseOf(before, reading);
  const audit = before && volume.counter && auditVolume(before.audit, before.reading, reading, volume.ml);
  return {
    key,
    reading,
    stateSince: before?.reading.state === reading.state ? before.stateSince : reading.at,
    deliveredMl: (before?.deliveredMl ?? 0) + volume.ml,
    hasRun: (before?.hasRun ?? false) || flows,
    flowed: UNCERTAIN.has(reading.state) ? (before?.flowed ?? false) : flows,
    resumedDuring: isNewRun ? [] : (before?.resumedDuring ?? []),
    rates: withRate(before?.rates ?? [], reading),
    course: courseOf(before, reading, volume.ml),
    ...(volume.counter && { counter: volume.counter }),
    ...(volume.integration && { integration: volume.integration }),
    ...(fall && { fall }),
    ...(audit && { audit }),
    ...(sent && { sent }),
    ...(ownDose && { ownDose }),
  };
}

/** Forgets what a channel gave before: for the next patient. Its counters stand where they stand. */
export function rewound({ key, reading, stateSince, counter, sent, ownDose }: ChannelState): ChannelState {
  return {
    key,
    reading,
    stateSince,
    deliveredMl: 0,
    hasRun: false,
    flowed: false,
    resumedDuring: [],
    rates: [],
    course: [],
    ...(counter && { counter }),
    ...(sent && { sent }),
    ...(ownDose && { ownDose: { ...ownDose, mg: 0 } }),
  };
}

/** Says nothing of whether drug flows: what was certain last stands. */
const UNCERTAIN: ReadonlySet<InfusionState> = new Set<InfusionState>(['disconnected', 'unknown']);

const SPEECHLESS: ReadonlySet<InfusionState> = new Set<InfusionState>(['disconnected', 'off', 'unknown']);

/** A pump that is pulled out does not say that its syringe has changed. */
function sentBy(before: ChannelState | undefined, reading: InfusionReading): Quantity | undefined {
  const sent = reading.concentration;
  if (sent === undefined) return SPEECHLESS.has(reading.state) ? before?.sent : undefined;
  const known = before?.sent;
  return known?.value === sent.value && known.unit === sent.unit ? known : sent;
}

/** Begins with the first flow: what stood still before it is no course. */
function courseOf(before: ChannelState | undefined, reading: InfusionReading, ml: number): Course {
  if (before === undefined || (before.course.length === 0 && ml === 0)) return [];
  const flow = reading.at - before.reading.at <= SILENCE_MS ? flowMlPerHour(before.reading) : undefined;
  const sent = before.sent ?? reading.concentration;
  return withStretch(before.course, {
    from: before.reading.at,
    to: reading.at,
    ml,
    ...(flow !== undefined && { mlPerHour: flow }),
    ...(sent && { sent }),
  });
}

const MAX_RATES = 600;

function withRate(rates: ChannelState['rates'], reading: InfusionReading): ChannelState['rates'] {
  const flowing = flowMlPerHour(reading);
  if (flowing === undefined || rates.at(-1)?.[1] === flowing) return rates;
  return [...rates.slice(1 - MAX_RATES), [reading.at, flowing] as const];
}

/** The pump's own count of the dose, from the session's beginning on; one that falls has begun anew. */
function ownDoseOf(before: ChannelState | undefined, reading: InfusionReading): ChannelState['ownDose'] {
  const told = sentDoseGivenMg(reading, undefined);
  if (!told?.ok) return before?.ownDose;
  const { counterMg, mg } = before?.ownDose ?? { counterMg: told.value, mg: 0 };
  return { counterMg: told.value, mg: mg + (told.value >= counterMg ? told.value - counterMg : told.value) };
}

const STOPPED: ReadonlySet<InfusionState> = new Set<InfusionState>(['stopped', 'paused', 'standby', 'alarm', 'off']);
const COMPLETE: ReadonlySet<InfusionState> = new Set<InfusionState>(['complete', 'kvo']);

export const isStopped = (state: InfusionState): boolean => STOPPED.has(state);

export const isComplete = ({ state, alarms }: InfusionReading): boolean =>
  COMPLETE.has(state) || alarms.some(({ kind, stage }) => stage === 'alarm' && COMPLETION_ALARMS.has(kind));

const COMPLETION_ALARMS: ReadonlySet<string> = new Set(['infusionComplete', 'vtbi.done', 'end.stopped', 'end.kvo']);

/** Started once, not complete, and not flowing now. */
export const isInterrupted = ({ reading, hasRun }: ChannelState): boolean =>
  hasRun && STOPPED.has(reading.state) && !isComplete(reading);
