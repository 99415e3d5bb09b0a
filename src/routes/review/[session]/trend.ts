/** What the chart of a whole recorded session shows: the review in the chart's own words, on the clock of the wall. Pure. */
import type { NibpBar, TrendInput, TrendLine, PhaseSpan } from '$lib/charts/trend/trend-input.ts';
import { rateSpans } from '$lib/charts/trend/from-bed.ts';
import { trendMarks } from '$lib/charts/trend/trend-marks.ts';
import { SECOND_MS, type MonotonicMs, type TimelineEvent } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { isAlarm } from '$lib/client/review-rows.ts';
import type { Review, ReviewLine } from '$lib/realtime/review.ts';

export type Series = 'pressure' | 'heartRate' | 'spo2' | 'concentration' | 'marks';
export const SERIES: readonly Series[] = ['pressure', 'heartRate', 'spo2', 'concentration', 'marks'];

/** @param hidden series that the reader has switched off. */
export function reviewInput(review: Review, hidden: ReadonlySet<Series>): TrendInput {
  const secondsOf = (at: MonotonicMs): number => (at + review.wallOffsetMs) / SECOND_MS;
  const { span, lines, concentration } = review;
  const line = (key: Series, of: ReviewLine | undefined): TrendLine | undefined =>
    of && !hidden.has(key) ? lineOf(of, secondsOf(span.from)) : undefined;
  const heartRate = line('heartRate', lines.heartRate);
  const spo2 = line('spo2', lines.spo2);
  const predicted = line('concentration', concentration);
  const isPressure = !hidden.has('pressure');
  return {
    fromS: secondsOf(span.from),
    toS: Math.max(secondsOf(span.to), secondsOf(span.from) + 60),
    nibp: isPressure ? barsOf(review, secondsOf) : [],
    ...(heartRate && { heartRate }),
    ...(spo2 && { spo2 }),
    ...(predicted && { concentration: predicted }),
    rates: rateSpans(review.rates, { secondsOf, nowS: secondsOf(span.to) }),
    levels: isPressure ? levelsOf(review) : [],
    phases: phasesOf(review, secondsOf),
    marks: hidden.has('marks') ? [] : trendMarks(timelineOf(review), marksOf(review), secondsOf),
  };
}

const lineOf = ({ seconds, values, gapAfterS }: ReviewLine, fromS: number): TrendLine => ({
  timesS: seconds.map((second) => fromS + second),
  values,
  gapAfterS,
});

const barsOf = ({ cuff }: Review, secondsOf: (at: MonotonicMs) => number): NibpBar[] =>
  cuff.map(({ at, systolic, diastolic, isAlarming }) => ({
    atS: secondsOf(at),
    systolic,
    diastolic,
    isCrossed: isAlarming,
  }));

const levelsOf = ({ levels }: Review): TrendInput['levels'] =>
  levels.map(({ value, kind }) => ({ value, kind, label: words.review.chart[kind](value) }));

function phasesOf({ phases }: Review, secondsOf: (at: MonotonicMs) => number): PhaseSpan[] {
  return phases.flatMap(({ phase, from, to }) => {
    if (phase !== 'infusion' && phase !== 'observation') return [];
    return [{ fromS: secondsOf(from), toS: secondsOf(to), label: words.review.chart.phases[phase], kind: phase }];
  });
}

/** Alarms that signalled and what the pump did, as the chart of a bed has them. */
function timelineOf({ alarms, events }: Review): TimelineEvent[] {
  const signalled = alarms.filter(isAlarm).map((row): TimelineEvent => ({
    type: 'alarm',
    at: row.signalledAt,
    alarm: row.id,
    rule: row.rule,
    priority: row.priority,
    headline: row.headline,
    state: 'ended',
  }));
  const pump = events.flatMap((event): TimelineEvent[] =>
    event.type === 'infusion' ? [{ type: 'infusion', at: event.at, event: event.event }] : [],
  );
  return [...signalled, ...pump];
}

const marksOf = ({ events }: Review) =>
  events.flatMap((event) => (event.type === 'mark' && event.mark.corrects === undefined ? [event.mark] : []));
