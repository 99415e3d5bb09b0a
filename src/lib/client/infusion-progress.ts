/** How far an infusion is, from what the pump counted: pure arithmetic, no clock of its own. */
import { isInfusing, later, MINUTE_MS, type MonotonicMs, type Plan } from '$lib/domain/index.ts';
import { pumpEnd } from '$lib/pharmacology/index.ts';
import type { BedView, ChannelView } from '$lib/realtime/index.ts';

export interface InfusionProgress {
  /** Share of the planned dose that was given, 0 to 1, of the planned volume where the concentration is not known; undefined without a plan. */
  readonly share?: number;
  /** That share of the planned time: what a clock would say had the pump run as planned. */
  readonly elapsedMs?: number;
  readonly plannedMs?: number;
  readonly givenMl: number;
  readonly givenMg?: number;
  readonly leftMl?: number;
  readonly leftMg?: number;
  /** When the planned dose will have been given at the present rate; undefined while nothing flows. */
  readonly endsAt?: MonotonicMs;
  /** When the pump will have given what is set at it, by its own word; undefined where it does not say. */
  readonly pumpEndsAt?: MonotonicMs;
  readonly mgPerKgPerHour?: number;
}

export function infusionProgress(channel: ChannelView, plan: Plan | undefined): InfusionProgress {
  const { deliveredMl, deliveredMg, plannedMl, plannedMg } = channel;
  const leftMg =
    plannedMg === undefined || deliveredMg === undefined ? undefined : Math.max(0, plannedMg - deliveredMg);
  const leftMl = leftVolume(channel, leftMg);
  const pumpEndsAt = pumpEndOf(channel);
  const endsAt = endOf(channel, leftMl) ?? pumpEndsAt;
  const mgPerKgPerHour = weightRate(channel, plan);
  const given = shareOf(deliveredMg, plannedMg) ?? shareOf(deliveredMl, plannedMl);
  return {
    givenMl: deliveredMl,
    ...(deliveredMg !== undefined && { givenMg: deliveredMg }),
    ...(given !== undefined && plan && planned(given, plan)),
    ...(leftMl !== undefined && { leftMl }),
    ...(leftMg !== undefined && { leftMg }),
    ...(endsAt !== undefined && { endsAt }),
    ...(pumpEndsAt !== undefined && { pumpEndsAt }),
    ...(mgPerKgPerHour !== undefined && { mgPerKgPerHour }),
  };
}

/** All channels with the planned drug together; of a single one what {@link infusionProgress} says of it. */
export function therapyProgress(
  { channels, therapy }: Pick<BedView, 'channels' | 'therapy'>,
  plan: Plan | undefined,
): InfusionProgress | undefined {
  const main = therapyOf(channels);
  const together = channels.filter(({ isTherapy }) => isTherapy);
  if (main === undefined || together.length < 2 || therapy === undefined) return main && infusionProgress(main, plan);
  const { deliveredMg, plannedMg, mgPerKgPerMin } = therapy;
  const leftMg =
    plannedMg === undefined || deliveredMg === undefined ? undefined : Math.max(0, plannedMg - deliveredMg);
  const share = shareOf(deliveredMg, plannedMg);
  const endsAt = endTogether(together, leftMg);
  return {
    givenMl: together.reduce((sum, one) => sum + one.deliveredMl, 0),
    ...(deliveredMg !== undefined && { givenMg: deliveredMg }),
    ...(share !== undefined && plan && planned(share, plan)),
    ...(leftMg !== undefined && { leftMg }),
    ...(endsAt !== undefined && { endsAt }),
    ...(mgPerKgPerMin !== undefined && { mgPerKgPerHour: mgPerKgPerMin * 60 }),
  };
}

/** Not told when one of them flows without a known dose: it would end earlier. */
function endTogether(channels: readonly ChannelView[], leftMg: number | undefined): MonotonicMs | undefined {
  const flowing = channels.filter(({ reading }) => isInfusing(reading.state));
  const mgPerMin = flowing.reduce((sum, one) => sum + (one.mgPerMin ?? NaN), 0);
  const [first] = flowing;
  if (first === undefined || leftMg === undefined || !(mgPerMin > 0)) return undefined;
  const at = flowing.reduce((latest, { reading }) => (reading.at > latest ? reading.at : latest), first.reading.at);
  return later(at, (leftMg / mgPerMin) * MINUTE_MS);
}

const shareOf = (given: number | undefined, of: number | undefined): number | undefined =>
  given === undefined || of === undefined || of <= 0 ? undefined : given / of;

/** What of the syringe the rest of the dose takes, with the concentration that is in it; the planned volume's rest while that is not known. */
function leftVolume({ deliveredMl, plannedMl, mgPerMl }: ChannelView, leftMg: number | undefined): number | undefined {
  if (leftMg !== undefined && mgPerMl !== undefined && mgPerMl > 0) return leftMg / mgPerMl;
  return plannedMl === undefined ? undefined : Math.max(0, plannedMl - deliveredMl);
}

function planned(given: number, { durationMin }: Plan) {
  const share = Math.min(1, given);
  const plannedMs = durationMin * MINUTE_MS;
  return { share, plannedMs, elapsedMs: share * plannedMs };
}

function endOf({ reading }: ChannelView, leftMl: number | undefined): MonotonicMs | undefined {
  const { state, rateMlPerHour, at } = reading;
  if (!isInfusing(state) || leftMl === undefined || !rateMlPerHour) return undefined;
  return later(at, (leftMl / rateMlPerHour) * 60 * MINUTE_MS);
}

/** Its own word before what its volume and rate come to; where the two differ the channel's remarks say it. */
function pumpEndOf({ reading }: ChannelView): MonotonicMs | undefined {
  if (!isInfusing(reading.state)) return undefined;
  const { bySentS, byVolumeS } = pumpEnd(reading);
  const seconds = bySentS ?? byVolumeS;
  return seconds === undefined ? undefined : later(reading.at, seconds * 1000);
}

function weightRate({ mgPerMin }: ChannelView, plan: Plan | undefined): number | undefined {
  return mgPerMin === undefined || plan === undefined ? undefined : (mgPerMin * 60) / plan.weightKg;
}

/** The channel with the planned drug, one that flows before others, else the only one there is. */
export function therapyOf(channels: readonly ChannelView[]): ChannelView | undefined {
  const therapy = channels.filter(({ isTherapy }) => isTherapy);
  const flowing = therapy.find(({ reading }) => isInfusing(reading.state));
  return flowing ?? therapy.find(({ deliveredMl }) => deliveredMl > 0) ?? therapy[0];
}
