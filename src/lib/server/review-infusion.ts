/** What the pumps of a recorded session did: flow over time, amounts, and the concentration that a model makes of it. Pure. */
import { MINUTE_MS, type InfusionReading, type MonotonicMs, type Session } from '$lib/domain/index.ts';
import {
  channelKey,
  deliveredMg,
  doseCourse,
  flowMlPerHour,
  stepChannel,
  therapyChannels,
  type ChannelState,
  type PumpsOfBed,
} from '$lib/bedside/index.ts';
import { concentrationCurve, PARAMETER_SETS, plannedAmounts, type Delivery } from '$lib/pharmacology/index.ts';
import { parameterSetFor, type ModelChoice } from '$lib/pharmacology/templates.ts';
import type { ReviewConcentration, ReviewSummary, TimeSpan } from '$lib/realtime/review.ts';

export type Rates = readonly (readonly [at: MonotonicMs, mlPerHour: number])[];

interface Channel {
  readonly state: ChannelState;
  readonly rates: (readonly [MonotonicMs, number])[];
}

/** The channels with the session's drug. `rates` are the ones of the channel that gave most of it. */
export interface Therapy {
  readonly rates: Rates;
  readonly bed: PumpsOfBed;
  readonly channels: readonly ChannelState[];
}

export class InfusionCollector {
  readonly #channels = new Map<string, Channel>();

  take(reading: InfusionReading): void {
    const key = channelKey((known) => this.#channels.get(known)?.state, reading);
    const known = this.#channels.get(key);
    const rates = known?.rates ?? [];
    const flow = flowMlPerHour(reading);
    if (flow !== undefined && flow !== rates.at(-1)?.[1]) rates.push([reading.at, flow]);
    this.#channels.set(key, { state: stepChannel(known?.state, reading, key), rates });
  }

  /** What a channel delivers now, mL/h; undefined when it does not say. */
  flowOf(channel: string): number | undefined {
    const known = this.#channels.get(channel);
    return known && flowMlPerHour(known.state.reading);
  }

  /** The channels with the session's drug, chosen as the bed itself chooses them. */
  therapy(session: Session): Therapy | undefined {
    const channels = Object.fromEntries([...this.#channels].map(([key, { state }]) => [key, state]));
    const bed: PumpsOfBed = { channels, session };
    const chosen = [...therapyChannels(bed)].sort((a, b) => b.deliveredMl - a.deliveredMl);
    const rates = chosen[0] && this.#channels.get(chosen[0].key)?.rates;
    return rates && { rates, bed, channels: chosen };
  }
}

type Amounts = Omit<ReviewSummary, 'peak' | 'highestHeartRate' | 'lowestSpo2'>;

export function amountsOf(session: Session, therapy: Therapy | undefined, to: MonotonicMs): Amounts {
  const { plan, infusionStartedAt } = session;
  const planned = plan && plannedAmounts(plan);
  const infusion = infusionStartedAt !== undefined && {
    from: infusionStartedAt,
    to: session.infusionEndedAt ?? to,
  };
  return {
    pausedMs: infusion && therapy ? pausedMs(therapy.rates, infusion) : 0,
    ...(therapy && givenBy(therapy)),
    ...(planned?.ok && { plannedMg: planned.value.totalMg }),
    ...(infusion && { infusion }),
  };
}

/** Without milligrams where the concentration of one of the channels is not known. */
function givenBy({ bed, channels }: Therapy): Pick<Amounts, 'deliveredMl' | 'deliveredMg' | 'concentrationFrom'> {
  const deliveredMl = channels.reduce((sum, channel) => sum + channel.deliveredMl, 0);
  const doses = channels.filter(({ hasRun }) => hasRun).map((channel) => deliveredMg(bed, channel));
  const known = doses.filter((dose) => 'mg' in dose);
  if (known.length < doses.length || known[0] === undefined) return { deliveredMl };
  const from = (['plan', 'entry', 'pump'] as const).find((word) => known.some((dose) => dose.from === word)) ?? 'pump';
  return { deliveredMl, deliveredMg: known.reduce((sum, { mg }) => sum + mg, 0), concentrationFrom: from };
}

/** Time without flow inside a span. */
export function pausedMs(rates: Rates, { from, to }: TimeSpan): number {
  return rates.reduce((sum, [at, flow], i) => {
    if (flow > 0) return sum;
    const end = rates[i + 1]?.[0] ?? to;
    return sum + Math.max(0, Math.min(end, to) - Math.max(at, from));
  }, 0);
}

const CURVE_STEP_MS = MINUTE_MS;

/** Predicted concentration over the session; undefined for a drug without a model, without a plan or without any flow. */
export function concentrationOf(
  session: Session,
  therapy: Therapy | undefined,
  span: TimeSpan,
  models: ModelChoice,
): ReviewConcentration | undefined {
  const { plan } = session;
  const set = plan && parameterSetFor(plan.drug, models);
  if (!plan || !therapy || set === undefined) return undefined;
  const deliveries = deliveriesOf(therapy, span);
  const [first] = deliveries;
  if (first === undefined) return undefined;
  const minutes = stepsOf(first.fromMin, (span.to - span.from) / MINUTE_MS, deliveries);
  const curve = concentrationCurve(set, plan.weightKg, deliveries, minutes);
  return {
    model: PARAMETER_SETS[set].label,
    seconds: minutes.map((minute) => minute * 60),
    values: curve.map(({ drugNgPerMl }) => Math.round(drugNgPerMl * 10) / 10),
    gapAfterS: Infinity,
  };
}

/** What the pumps really gave. Minutes count from the session's beginning. What flowed without a known concentration is left out. */
function deliveriesOf({ bed, channels }: Therapy, { from }: TimeSpan): readonly Delivery[] {
  return channels
    .flatMap((channel) => doseCourse(bed, channel))
    .flatMap((stretch) => {
      const { concentration, ml } = stretch;
      if (!('value' in concentration) || ml <= 0) return [];
      const [fromMin, toMin] = [(stretch.from - from) / MINUTE_MS, (stretch.to - from) / MINUTE_MS];
      return [{ fromMin, toMin, mgPerMin: (ml * concentration.value) / (toMin - fromMin) }];
    })
    .sort((a, b) => a.fromMin - b.fromMin);
}

/** Every minute, and where the flow turns: the curve has its corners there. */
function stepsOf(fromMin: number, toMin: number, deliveries: readonly Delivery[]): readonly number[] {
  const count = Math.max(0, Math.floor(((toMin - fromMin) * MINUTE_MS) / CURVE_STEP_MS));
  const grid = Array.from({ length: count + 1 }, (_, i) => fromMin + (i * CURVE_STEP_MS) / MINUTE_MS);
  const turns = deliveries.flatMap((delivery) => [delivery.fromMin, delivery.toMin]);
  return [...new Set([...grid, ...turns, toMin])].filter((minute) => minute <= toMin).sort((a, b) => a - b);
}
