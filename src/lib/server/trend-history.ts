/** What a bed's trend shows of the time before the page was opened: heart rate and saturation of the running session. */
import { setImmediate } from 'node:timers/promises';
import type { MonotonicMs, Numerics, SessionId, VitalKey } from '$lib/domain/index.ts';
import type { StoreReader } from '$lib/store/store.ts';

export interface HistorySeries {
  readonly at: readonly number[];
  /** `null`: the device said that there is none. */
  readonly values: readonly (number | null)[];
}

export interface TrendHistory {
  readonly heartRate: HistorySeries;
  readonly spo2: HistorySeries;
}

const MOST_POINTS = 2000;
/** Reading goes on in turns: waves and alarms of all screens pass through this process, too. */
const ENTRIES_PER_TURN = 500;

export const NO_HISTORY: TrendHistory = { heartRate: { at: [], values: [] }, spo2: { at: [], values: [] } };

/** Empty for a session that the recording does not know yet. @throws StoreFailure */
export async function trendHistory(store: StoreReader, id: SessionId): Promise<TrendHistory> {
  const session = store.session(id);
  if (session === undefined) return NO_HISTORY;
  const heartRate = new Collected(['heartRate', 'abpPulseRate', 'pulseRate']);
  const spo2 = new Collected(['spo2']);
  let count = 0;
  for (const { body } of store.entries(session.bed, session.firstSeq, session.lastSeq, ['observed'])) {
    if (++count % ENTRIES_PER_TURN === 0) await setImmediate();
    if (body.kind !== 'observed' || body.observation.kind !== 'numerics') continue;
    heartRate.take(body.observation);
    spo2.take(body.observation);
  }
  return { heartRate: thin(heartRate.points, MOST_POINTS), spo2: thin(spo2.points, MOST_POINTS) };
}

type Point = readonly [at: MonotonicMs, value: number | null];

/** The first of some vitals that a message has a number for. */
class Collected {
  readonly points: Point[] = [];
  readonly #vitals: readonly VitalKey[];

  constructor(vitals: readonly VitalKey[]) {
    this.#vitals = vitals;
  }

  take({ at, values }: Numerics): void {
    const readings = this.#vitals.map((vital) => values[vital]).filter((reading) => reading !== undefined);
    if (readings.length === 0) return;
    const found = readings.find((reading) => 'value' in reading);
    this.points.push([at, found && 'value' in found ? found.value : null]);
  }
}

/** At most so many points: of each stretch of time the lowest and the highest, in their order, and a gap if it has nothing else. */
export function thin(points: readonly Point[], most: number): HistorySeries {
  const size = Math.ceil(points.length / (most / 2));
  const kept =
    size <= 2
      ? points
      : Array.from({ length: Math.ceil(points.length / size) }, (_, i) =>
          extremes(points.slice(i * size, (i + 1) * size)),
        ).flat();
  return { at: kept.map(([at]) => at), values: kept.map(([, value]) => value) };
}

function extremes(stretch: readonly Point[]): readonly Point[] {
  const known = stretch.filter(([, value]) => value !== null);
  if (known.length === 0) return stretch.slice(0, 1);
  const sorted = [...known].sort(([, a], [, b]) => (a ?? 0) - (b ?? 0));
  return [...new Set([sorted[0], sorted.at(-1)])].filter((point) => point !== undefined).sort(([a], [b]) => a - b);
}
