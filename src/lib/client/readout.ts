/**
 * What stands where a number should be: the number with its age, or why there is none. Pure; the same for every screen.
 *
 *   live      fresh, the device stands by it          92
 *   stale     older than the device should let it be  92 in grey, with its age
 *   none      no number: never 0, never an old one    --  with the reason; --- beyond the device's range
 */
import { VITALS, type CuffStatus, type Missing, type MonotonicMs, type VitalKey } from '$lib/domain/index.ts';
import { HEART_RATE_SOURCES } from '$lib/bedside/resolve.ts';
import type { BedView, NibpView, VitalView } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { decimal } from './format.ts';

export interface Readout {
  readonly state: 'live' | 'stale' | 'none';
  /** What is written large. */
  readonly text: string;
  /** The number itself, unrounded, while there is one. */
  readonly value?: number;
  /** Age; undefined when nothing was ever read. */
  readonly ageMs?: number;
  readonly why?: Missing | 'expired' | 'never';
  readonly isQuestionable?: boolean;
}

export function readout(vital: VitalKey, view: VitalView | undefined, now: MonotonicMs): Readout {
  if (view === undefined) return { state: 'none', text: words.common.noValue, why: 'never' };
  const ageMs = Math.max(0, now - view.at);
  if (ageMs > view.expiredAfterMs) return { state: 'none', text: words.common.noValue, why: 'expired', ageMs };
  if ('missing' in view.reading) return absent(view.reading.missing, ageMs);
  const { value, isQuestionable = false } = view.reading;
  const digits = decimal(value, VITALS[vital].decimals);
  return {
    state: ageMs > view.staleAfterMs ? 'stale' : 'live',
    text: isQuestionable ? `(${digits}?)` : digits,
    value,
    ageMs,
    isQuestionable,
  };
}

function absent(why: Missing, ageMs: number): Readout {
  const isBeyondRange = why === 'under-range' || why === 'over-range';
  const text = isBeyondRange ? words.common.outOfRange : words.common.noValue;
  return { state: 'none', text, why, ageMs };
}

export interface NamedReadout extends Readout {
  readonly vital: VitalKey;
}

/** The heart rate from the first source that has one now, else what the ECG says of it. */
export function heartRate({ vitals }: Pick<BedView, 'vitals'>, now: MonotonicMs): NamedReadout {
  const all = HEART_RATE_SOURCES.map((vital) => ({ ...readout(vital, vitals[vital], now), vital }));
  const first = all.find(({ state }) => state !== 'none') ?? all[0];
  return first ?? { ...readout('heartRate', undefined, now), vital: 'heartRate' };
}

export interface CuffReadout {
  readonly state: 'live' | 'stale' | 'none';
  /** `128/76`. */
  readonly text: string;
  readonly systolic?: number;
  readonly diastolic?: number;
  readonly mean?: number;
  readonly isMeanEstimated?: boolean;
  readonly measuredAt?: MonotonicMs;
  readonly ageMs?: number;
  /** The monitor shows these numbers and nobody knows since when: read, and neither judged nor compared. */
  readonly isUndated?: boolean;
}

const OLD_WITHOUT_SESSION_MS = 10 * 60_000;
const OLD_INTERVALS = 1.5;

/** The last cuff reading. It is grey when the next one should have come long ago. */
export function cuffReadout(nibp: NibpView, hasSession: boolean, now: MonotonicMs): CuffReadout {
  const { readings, intervalMin } = nibp;
  const last = readings.at(-1);
  if (last === undefined) return withoutReading(nibp.cuff);
  const { systolic, diastolic, mean, isMeanEstimated, measuredAt } = last;
  const ageMs = Math.max(0, now - measuredAt);
  const oldMs = hasSession ? OLD_INTERVALS * intervalMin * 60_000 : OLD_WITHOUT_SESSION_MS;
  return {
    state: ageMs > oldMs ? 'stale' : 'live',
    text: cuffPair({ systolic, diastolic }),
    systolic,
    diastolic,
    mean,
    isMeanEstimated,
    measuredAt,
    ageMs,
  };
}

function withoutReading(cuff: CuffStatus | undefined): CuffReadout {
  if (cuff?.undated === undefined) return { state: 'none', text: `${words.common.noValue}/${words.common.noValue}` };
  return { state: 'stale', text: cuffPair(cuff.undated), isUndated: true };
}

/** `128/76`. */
export const cuffPair = ({ systolic, diastolic }: { readonly systolic: number; readonly diastolic: number }): string =>
  `${decimal(systolic, 0)}/${decimal(diastolic, 0)}`;

/** How old a number is, where it stands beside a number; undefined where there is none and none is expected back. */
export const shownAgeMs = ({ state, why, ageMs }: Readout): number | undefined =>
  state !== 'none' || why === 'expired' ? ageMs : undefined;
