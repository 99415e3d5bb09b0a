/** Parts of a trend that a bed's view already holds. Lines (heart rate, concentration) are histories that a screen collects. */
import { comparePriority, type MonotonicMs } from '$lib/domain/index.ts';
import type { BedView, ChannelView, LimitView } from '$lib/realtime/index.ts';
import type { LevelLine, NibpBar, RateSpan, TrendInput } from './trend-input.ts';
import { trendMarks } from './trend-marks.ts';

export interface WallClock {
  /** A station time as seconds of calendar time. */
  readonly secondsOf: (at: MonotonicMs) => number;
  readonly nowS: number;
}

export function trendOfBed(view: BedView, clock: WallClock): Pick<TrendInput, 'nibp' | 'rates' | 'levels' | 'marks'> {
  const therapy = view.channels.filter(({ isTherapy }) => isTherapy);
  return {
    nibp: nibpBars(view, clock),
    rates: rateSpansOf(therapy, view.devices, clock),
    levels: levelLines(view),
    marks: trendMarks(view.timeline, view.session?.marks ?? [], (at) => clock.secondsOf(at)),
  };
}

export function nibpBars({ nibp, limits }: Pick<BedView, 'nibp' | 'limits'>, { secondsOf }: WallClock): NibpBar[] {
  return nibp.readings.map(({ measuredAt, systolic, diastolic, mean, isMeanEstimated }) => ({
    atS: secondsOf(measuredAt),
    systolic,
    diastolic,
    isCrossed: limits.some((limit) =>
      isCrossed(limit, { systolic, diastolic, ...(!isMeanEstimated && { meanArterial: mean }) }),
    ),
  }));
}

/** A limit of the pressures is reached from above, or fallen short of from below, as the rules count it. */
function isCrossed({ metric, side, limit }: LimitView, values: Partial<Record<LimitView['metric'], number>>): boolean {
  const value = values[metric];
  if (value === undefined) return false;
  return side === 'upper' ? value >= limit : value < limit;
}

/**
 * What flows through all channels of the planned drug together. A rate holds until the pump tells another one; the last one as
 * far as the pump still gives word of it, because a silent pump may stand.
 */
export function rateSpansOf(
  channels: readonly Pick<ChannelView, 'rates' | 'reading'>[],
  devices: BedView['devices'],
  { secondsOf, nowS }: WallClock,
): RateSpan[] {
  const single = channels.map(({ rates, reading }) => {
    const device = devices.find((one) => one.device === reading.source);
    const isTold = device === undefined || device.state === 'live';
    return rateSpans(rates, { secondsOf, nowS: isTold ? nowS : Math.min(nowS, secondsOf(reading.at)) });
  });
  const [only = [], ...others] = single;
  return others.length === 0 ? only : summed(single.flat());
}

function summed(spans: readonly RateSpan[]): RateSpan[] {
  const turns = [...new Set(spans.flatMap(({ fromS, toS }) => [fromS, toS]))].sort((a, b) => a - b);
  return turns.flatMap((fromS, i): RateSpan[] => {
    const toS = turns[i + 1];
    if (toS === undefined) return [];
    const flowing = spans.filter((span) => span.fromS <= fromS && span.toS >= toS);
    const mlPerHour = flowing.reduce((sum, span) => sum + span.mlPerHour, 0);
    return mlPerHour > 0 ? [{ fromS, toS, mlPerHour }] : [];
  });
}

/** The last rate holds until now. */
export function rateSpans(rates: ChannelView['rates'], { secondsOf, nowS }: WallClock): RateSpan[] {
  return rates.flatMap(([at, mlPerHour], i) => {
    const next = rates[i + 1];
    const toS = next ? secondsOf(next[0]) : nowS;
    return mlPerHour > 0 ? [{ fromS: secondsOf(at), toS, mlPerHour }] : [];
  });
}

/** The baseline, and on each side the most urgent limit of the systolic pressure: more lines would hide the trend. */
export function levelLines({ limits, session }: Pick<BedView, 'limits'> & Partial<BedView>): LevelLine[] {
  const lines = (['upper', 'lower'] as const).flatMap((side): LevelLine[] => {
    const [first] = limits
      .filter((limit) => limit.metric === 'systolic' && limit.side === side)
      .sort((a, b) => comparePriority(b.priority, a.priority));
    return first ? [{ value: first.limit, label: String(first.limit), kind: 'limit' }] : [];
  });
  const baseline = session?.baseline?.systolic;
  return baseline === undefined ? lines : [...lines, { value: baseline, label: 'base', kind: 'baseline' }];
}
