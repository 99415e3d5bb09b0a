/** How a bed stood when an alarm began: the phase, the pump, and the device whose reading the alarm rests on. Pure. */
import {
  entriesOf,
  type Alarm,
  type JournalledObservation,
  type MonotonicMs,
  type Session,
  type VitalKey,
} from '$lib/domain/index.ts';
import { flowMlPerHour, HEART_RATE_SOURCES } from '$lib/bedside/index.ts';
import type { AlarmMoment } from '$lib/realtime/review.ts';
import { amountsOf, type InfusionCollector } from './review-infusion.ts';

/** Which vital of a device is which metric of a rule; the others are called alike. */
const METRICS: Readonly<Partial<Record<VitalKey, string>>> = {
  ...Object.fromEntries(HEART_RATE_SOURCES.map((vital) => [vital, 'heartRate'])),
  abpSystolic: 'systolic',
  abpDiastolic: 'diastolic',
  abpMeanArterial: 'meanArterial',
};
const CUFF_METRICS = ['systolic', 'diastolic', 'meanArterial'] as const;

/** Which device gave which metric, and when last. */
export class Sources {
  readonly #lastAt = new Map<string, Map<string, MonotonicMs>>();
  /** Cuff readings are few and judged again minutes later. */
  readonly #cuffAt = new Map<MonotonicMs, string>();

  take(observation: JournalledObservation): void {
    if (observation.kind === 'nibp') {
      this.#cuffAt.set(observation.measuredAt, observation.source);
      for (const metric of CUFF_METRICS) this.#note(metric, observation.source, observation.measuredAt);
    }
    if (observation.kind !== 'numerics') return;
    for (const [vital, reading] of entriesOf(observation.values)) {
      if (reading && 'value' in reading) this.#note(METRICS[vital] ?? vital, observation.source, observation.at);
    }
  }

  /** @returns undefined where two devices could have given it. */
  of({ evidence }: Pick<Alarm, 'evidence'>): string | undefined {
    const [first] = evidence;
    if (first === undefined) return undefined;
    const known = [...(this.#lastAt.get(first.metric) ?? [])];
    if (known.length === 1) return known[0]?.[0];
    const cuff = CUFF_METRICS.some((metric) => metric === first.metric) ? this.#cuffAt.get(first.at) : undefined;
    const [exact, ...others] = known.filter(([, at]) => at === first.at);
    return cuff ?? (others.length === 0 ? exact?.[0] : undefined);
  }

  #note(metric: string, source: string, at: MonotonicMs): void {
    const known = this.#lastAt.get(metric) ?? new Map<string, MonotonicMs>();
    this.#lastAt.set(metric, known.set(source, at));
  }
}

export function momentOf(
  alarm: Alarm,
  at: MonotonicMs,
  session: Session | undefined,
  sources: Sources,
  infusion: InfusionCollector,
): AlarmMoment {
  const source = sources.of(alarm);
  return {
    ...(session && { phase: session.phase }),
    ...(source !== undefined && { source }),
    ...(session && pumpAt(at, session, infusion)),
  };
}

/** The channel that gave most of the session's drug so far; what all of them gave together. */
function pumpAt(at: MonotonicMs, session: Session, infusion: InfusionCollector): Pick<AlarmMoment, 'pump'> {
  const therapy = infusion.therapy(session);
  const reading = therapy?.channels[0]?.reading;
  if (reading === undefined) return {};
  const mlPerHour = flowMlPerHour(reading);
  const { deliveredMl, deliveredMg } = amountsOf(session, therapy, at);
  return {
    pump: {
      state: reading.state,
      deliveredMl: deliveredMl ?? 0,
      ...(mlPerHour !== undefined && { mlPerHour }),
      ...(deliveredMg !== undefined && { deliveredMg }),
    },
  };
}
