/** Numbers as a screen reader says them, and the age of a cuff reading in words. Pure. */
import { VITALS, type CuffState, type MonotonicMs, type VitalKey } from '$lib/domain/index.ts';
import type { LimitView, NibpView } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { countdown, stopwatch, wholeMinutes } from './format.ts';
import { limitGroups } from './limits.ts';
import type { CuffReadout, Readout } from './readout.ts';

export function spokenReadout(
  vital: VitalKey,
  metric: LimitView['metric'],
  { text, state, why }: Readout,
  limits: readonly LimitView[],
): string {
  const name = words.bed.names[vital] ?? VITALS[vital].label;
  if (state === 'none') return words.bed.spokenNone(name, words.common.missing[why ?? 'never']);
  return words.bed.spoken(name, text, words.bed.spokenUnits[VITALS[vital].unit] ?? '', spokenLimits(metric, limits));
}

export function spokenCuff({ text, state, ageMs, isUndated }: CuffReadout, limits: readonly LimitView[]): string {
  const name = words.bed.cuffName;
  if (isUndated) return words.bed.spoken(name, text, words.bed.units.pressure, `, ${words.bed.cuff.undated}`);
  if (state === 'none' || ageMs === undefined) return words.bed.spokenNone(name, words.bed.cuff.none);
  const age = words.common.minutesAgo(wholeMinutes(ageMs));
  return `${words.bed.spoken(name, text, words.bed.units.pressure, spokenLimits('systolic', limits))}, ${age}`;
}

const spokenLimits = (metric: LimitView['metric'], limits: readonly LimitView[]): string =>
  limitGroups(metric, limits)
    .map(({ side, numbers }) =>
      words.bed.spokenLimit(side === 'upper' ? words.bed.max : words.bed.min, numbers.join(', ')),
    )
    .join('');

/** `now`, `3 min`, `time unknown`. */
export function cuffAge({ ageMs, isUndated }: CuffReadout): string {
  if (isUndated) return words.bed.cuff.undated;
  if (ageMs === undefined) return words.bed.cuff.none;
  const minutes = wholeMinutes(ageMs);
  return minutes === 0 ? words.common.now : words.common.minutes(minutes);
}

/** The age with what the cuff does now: `3 min`, `5 min · measuring …`; only the latter where there is no reading yet. */
export function cuffDoing(cuff: CuffReadout, state: CuffState | undefined): string {
  if (state !== 'measuring') return cuffAge(cuff);
  const { measuring } = words.bed.cuff;
  return cuff.state === 'none' ? measuring : `${cuffAge(cuff)} · ${measuring}`;
}

/** How the cuff is set and when it comes next: `auto 5 min`, `next in 1:58`, `measuring …`. */
export function cuffPlan({ cuff, intervalMin, nextDueAt }: NibpView, hasSession: boolean, now: MonotonicMs): string[] {
  const told = words.bed.cuff;
  if (cuff?.state === 'failed') return [told.failed];
  if (cuff?.state === 'measuring') return [told.measuring];
  const mode =
    cuff?.mode === undefined
      ? []
      : [cuff.mode === 'auto' && hasSession ? told.auto(intervalMin) : told.modes[cuff.mode]];
  if (!hasSession || nextDueAt === undefined) return mode;
  const leftMs = nextDueAt - now;
  return [...mode, leftMs >= 0 ? told.next(countdown(leftMs)) : told.overdue(stopwatch(-leftMs))];
}
