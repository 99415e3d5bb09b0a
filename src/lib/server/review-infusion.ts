/** What the pumps of a recorded session did: flow over time, amounts, and the concentration that a model makes of it. Pure. */
import { bedId, MINUTE_MS, type InfusionReading, type MonotonicMs, type Session } from '$lib/domain/index.ts';
import {
  deliveredMg,
  emptyBed,
  flowMlPerHour,
  stepChannel,
  therapyChannel,
  type ChannelState,
} from '$lib/bedside/index.ts';
import { concentrationCurve, PARAMETER_SETS, plannedAmounts, type Delivery } from '$lib/pharmacology/index.ts';
import { pumpMgPerMl } from '$lib/pharmacology/plan-sums.ts';
import { parameterSetFor } from '$lib/pharmacology/templates.ts';
import type { ReviewConcentration, ReviewSummary, TimeSpan } from '$lib/realtime/review.ts';

export type Rates = readonly (readonly [at: MonotonicMs, mlPerHour: number])[];

interface Channel {
  readonly state: ChannelState;
  readonly rates: (readonly [MonotonicMs, number])[];
}

export interface Therapy {
  readonly rates: Rates;
  readonly channel: ChannelState;
}

export class InfusionCollector {
  readonly #channels = new Map<string, Channel>();

  take(reading: InfusionReading): void {
    const known = this.#channels.get(reading.channel);
    const rates = known?.rates ?? [];
    const flow = flowMlPerHour(reading);
    if (flow !== undefined && flow !== rates.at(-1)?.[1]) rates.push([reading.at, flow]);
    this.#channels.set(reading.channel, { state: stepChannel(known?.state, reading).channel, rates });
  }

  /** What a channel delivers now, mL/h; undefined when it does not say. */
  flowOf(channel: string): number | undefined {
    const known = this.#channels.get(channel);
    return known && flowMlPerHour(known.state.reading);
  }

  /** The channel with the session's drug, chosen as the bed itself chooses it. */
  therapy(session: Session): Therapy | undefined {
    const channels = Object.fromEntries([...this.#channels].map(([key, { state }]) => [key, state]));
    const chosen = therapyChannel({ ...emptyBed(BED_OF_NOBODY, session.admittedAt), channels, session });
    const found = chosen && this.#channels.get(chosen.reading.channel);
    return found && { rates: found.rates, channel: found.state };
  }
}

/** `therapyChannel` looks at channels and plan alone. */
const BED_OF_NOBODY = bedId('none');

type Amounts = Omit<ReviewSummary, 'peak' | 'highestHeartRate' | 'lowestSpo2'>;

export function amountsOf(session: Session, therapy: Therapy | undefined, to: MonotonicMs): Amounts {
  const { plan, infusionStartedAt } = session;
  const given = therapy && deliveredMg(therapy.channel, plan?.concentrationMgPerMl);
  const planned = plan && plannedAmounts(plan);
  const infusion = infusionStartedAt !== undefined && {
    from: infusionStartedAt,
    to: session.infusionEndedAt ?? to,
  };
  return {
    pausedMs: infusion && therapy ? pausedMs(therapy.rates, infusion) : 0,
    ...(therapy && { deliveredMl: therapy.channel.deliveredMl }),
    ...(given && { deliveredMg: given.mg, concentrationFrom: given.concentrationFrom }),
    ...(planned?.ok && { plannedMg: planned.value.totalMg }),
    ...(infusion && { infusion }),
  };
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
): ReviewConcentration | undefined {
  const { plan } = session;
  const set = plan && parameterSetFor(plan.drug);
  if (!plan || !therapy || set === undefined) return undefined;
  const deliveries = deliveriesOf(therapy, plan.concentrationMgPerMl, span);
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

/** Minutes count from the session's beginning. The pump's own concentration counts before the planned one. */
function deliveriesOf(
  { rates, channel }: Therapy,
  plannedMgPerMl: number,
  { from, to }: TimeSpan,
): readonly Delivery[] {
  const mgPerMl = pumpMgPerMl(channel.reading) ?? plannedMgPerMl;
  return rates.flatMap(([at, mlPerHour], i) => {
    if (mlPerHour <= 0) return [];
    const fromMin = (Math.max(at, from) - from) / MINUTE_MS;
    const toMin = ((rates[i + 1]?.[0] ?? to) - from) / MINUTE_MS;
    return [{ fromMin, toMin, mgPerMin: (mlPerHour * mgPerMl) / 60 }];
  });
}

/** Every minute, and where the flow turns: the curve has its corners there. */
function stepsOf(fromMin: number, toMin: number, deliveries: readonly Delivery[]): readonly number[] {
  const count = Math.max(0, Math.floor(((toMin - fromMin) * MINUTE_MS) / CURVE_STEP_MS));
  const grid = Array.from({ length: count + 1 }, (_, i) => fromMin + (i * CURVE_STEP_MS) / MINUTE_MS);
  const turns = deliveries.flatMap((delivery) => [delivery.fromMin, delivery.toMin]);
  return [...new Set([...grid, ...turns, toMin])].filter((minute) => minute <= toMin).sort((a, b) => a - b);
}
