/** How far an infusion is, from the volume that the pump counted: pure arithmetic, no clock of its own. */
import { isInfusing, later, MINUTE_MS, type MonotonicMs, type Plan } from '$lib/domain/index.ts';
import type { ChannelView } from '$lib/realtime/index.ts';

export interface InfusionProgress {
  /** Share of the planned volume that was given, 0 to 1; undefined without a plan. */
  readonly share?: number;
  /** That share of the planned time: what a clock would say had the pump run as planned. */
  readonly elapsedMs?: number;
  readonly plannedMs?: number;
  readonly givenMl: number;
  readonly givenMg?: number;
  readonly leftMl?: number;
  readonly leftMg?: number;
  /** When the planned volume will have been given at the present rate; undefined while nothing flows. */
  readonly endsAt?: MonotonicMs;
  readonly mgPerKgPerHour?: number;
}

export function infusionProgress(channel: ChannelView, plan: Plan | undefined): InfusionProgress {
  const { deliveredMl, deliveredMg, plannedMl, plannedMg } = channel;
  const leftMl = plannedMl === undefined ? undefined : Math.max(0, plannedMl - deliveredMl);
  const endsAt = endOf(channel, leftMl);
  const mgPerKgPerHour = weightRate(channel, plan);
  return {
    givenMl: deliveredMl,
    ...(deliveredMg !== undefined && { givenMg: deliveredMg }),
    ...(plannedMl !== undefined && plannedMl > 0 && plan && planned(deliveredMl / plannedMl, plan)),
    ...(leftMl !== undefined && { leftMl }),
    ...(plannedMg !== undefined && deliveredMg !== undefined && { leftMg: Math.max(0, plannedMg - deliveredMg) }),
    ...(endsAt !== undefined && { endsAt }),
    ...(mgPerKgPerHour !== undefined && { mgPerKgPerHour }),
  };
}

function planned(given: number, { durationMin }: Plan) {
  const share = Math.min(1, given);
  const plannedMs = durationMin * MINUTE_MS;
  return { share, plannedMs, elapsedMs: share * plannedMs };
}

/** By the plan's volume; by the pump's own word where there is no plan. */
function endOf({ reading }: ChannelView, leftMl: number | undefined): MonotonicMs | undefined {
  const { state, rateMlPerHour, timeRemainingS, at } = reading;
  if (!isInfusing(state)) return undefined;
  if (leftMl !== undefined && rateMlPerHour) return later(at, (leftMl / rateMlPerHour) * 60 * MINUTE_MS);
  return timeRemainingS === undefined ? undefined : later(at, timeRemainingS * 1000);
}

/** Milligrams in a millilitre: the pump's word before the plan's. */
export function concentrationOf(channel: ChannelView, plan: Plan | undefined): number | undefined {
  const sent = channel.reading.concentration;
  return sent?.unit === 'mg/mL' ? sent.value : plan?.concentrationMgPerMl;
}

function weightRate(channel: ChannelView, plan: Plan | undefined): number | undefined {
  const { rateMlPerHour } = channel.reading;
  const mgPerMl = concentrationOf(channel, plan);
  if (rateMlPerHour === undefined || mgPerMl === undefined || plan === undefined) return undefined;
  return (rateMlPerHour * mgPerMl) / plan.weightKg;
}

/** The channel with the planned drug, else the only one there is. */
export const therapyOf = (channels: readonly ChannelView[]): ChannelView | undefined =>
  channels.find(({ isTherapy }) => isTherapy) ?? (channels.length === 1 ? channels[0] : undefined);
