/** What the pumps of a bed do: events out of readings, delivered volume, and which channel carries the planned drug. */
import type { InfusionEvent, InfusionReading, InfusionState } from '$lib/domain/index.ts';
import { isInfusing } from '$lib/domain/index.ts';
import type { BedState, ChannelState } from './state.ts';

const MAX_RATES = 600;

/** The channel with the planned drug: by name, else the only one, else none. */
export function therapyChannel(state: BedState): ChannelState | undefined {
  const channels = Object.values(state.channels);
  const drug = state.session?.plan?.drug.slice(0, 5).toLowerCase();
  const named = drug && channels.find(({ reading }) => reading.drugName?.toLowerCase().startsWith(drug));
  return named || (channels.length === 1 ? channels[0] : undefined);
}

export interface ChannelStep {
  readonly channel: ChannelState;
  readonly events: readonly InfusionEvent[];
}

/** Folds one reading into its channel and says what happened between the two. */
export function stepChannel(before: ChannelState | undefined, reading: InfusionReading): ChannelStep {
  const events = eventsBetween(before, reading);
  const isSameState = before?.reading.state === reading.state;
  return {
    channel: {
      reading,
      stateSince: isSameState ? before.stateSince : reading.at,
      deliveredMl: (before?.deliveredMl ?? 0) + volumeSince(before?.counterMl, reading.volumeInfusedMl),
      ...counterOf(reading.volumeInfusedMl ?? before?.counterMl),
      hasRun: (before?.hasRun ?? false) || isInfusing(reading.state),
      rates: withRate(before?.rates ?? [], reading),
    },
    events,
  };
}

/** mL between two looks at the pump's counter; 0 when it was not read, the new count when the counter was reset. */
function volumeSince(from: number | undefined, to: number | undefined): number {
  if (from === undefined || to === undefined) return 0;
  return to >= from ? to - from : to;
}

const counterOf = (counterMl: number | undefined): Pick<ChannelState, 'counterMl'> =>
  counterMl === undefined ? {} : { counterMl };

function withRate(rates: ChannelState['rates'], reading: InfusionReading): ChannelState['rates'] {
  const flowing = flowMlPerHour(reading);
  if (flowing === undefined || rates.at(-1)?.[1] === flowing) return rates;
  return [...rates.slice(1 - MAX_RATES), [reading.at, flowing] as const];
}

/** What flows now, mL/h; undefined when the pump does not say. */
export function flowMlPerHour({ state, rateMlPerHour }: InfusionReading): number | undefined {
  if (isInfusing(state) || state === 'kvo') return rateMlPerHour;
  return state === 'unknown' || state === 'disconnected' ? undefined : 0;
}

const STOPPED: ReadonlySet<InfusionState> = new Set<InfusionState>(['stopped', 'paused', 'standby', 'alarm', 'off']);
const COMPLETE: ReadonlySet<InfusionState> = new Set<InfusionState>(['complete', 'kvo']);

export const isComplete = ({ state, alarms }: InfusionReading): boolean =>
  COMPLETE.has(state) || alarms.some(({ kind, stage }) => stage === 'alarm' && COMPLETION_ALARMS.has(kind));

const COMPLETION_ALARMS: ReadonlySet<string> = new Set(['infusionComplete', 'vtbi.done', 'end.stopped', 'end.kvo']);

/** Started once, not complete, and not flowing now. */
export const isInterrupted = ({ reading, hasRun }: ChannelState): boolean =>
  hasRun && STOPPED.has(reading.state) && !isComplete(reading);

function eventsBetween(before: ChannelState | undefined, reading: InfusionReading): readonly InfusionEvent[] {
  const channel = reading.channel;
  const events: InfusionEvent[] = [];
  const was = before?.reading;
  const flows = isInfusing(reading.state);
  const flowed = was !== undefined && isInfusing(was.state);
  if (flows && !flowed) events.push({ type: before?.hasRun ? 'resumed' : 'started', channel });
  if (was !== undefined && isComplete(reading) && !isComplete(was)) events.push({ type: 'completed', channel });
  else if (flowed && STOPPED.has(reading.state)) events.push({ type: 'stopped', channel });
  if (flows && flowed) events.push(...rateChange(was, reading));
  const bolusMl = bolusBetween(reading);
  if (bolusMl > 0) events.push({ type: 'bolus', channel, volumeMl: bolusMl });
  return events;
}

function rateChange(was: InfusionReading, now: InfusionReading): readonly InfusionEvent[] {
  const from = was.rateMlPerHour;
  const to = now.rateMlPerHour;
  if (from === undefined || to === undefined || was.state !== now.state || from === to) return [];
  return [{ type: 'rate-changed', channel: now.channel, fromMlPerHour: from, toMlPerHour: to }];
}

/** Boluses are told once, in the reading after they ended. */
const bolusBetween = (reading: InfusionReading): number => reading.bolus?.volumeMl ?? 0;

/** mg of drug given in the session, with whose word the concentration is; undefined without a concentration in mg/mL. */
export function deliveredMg(
  { reading, deliveredMl }: ChannelState,
  plannedMgPerMl: number | undefined,
): { readonly mg: number; readonly concentrationFrom: 'pump' | 'plan' } | undefined {
  const sent = reading.concentration;
  if (sent?.unit === 'mg/mL') return { mg: deliveredMl * sent.value, concentrationFrom: 'pump' };
  return plannedMgPerMl === undefined ? undefined : { mg: deliveredMl * plannedMgPerMl, concentrationFrom: 'plan' };
}
