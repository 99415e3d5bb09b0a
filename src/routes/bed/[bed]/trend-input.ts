/** Everything that a bed's trend shows, put together: what the bed's view holds, what was logged, what a model expects. */
import { trendOfBed } from '$lib/charts/trend/from-bed.ts';
import type { TrendInput, TrendLine } from '$lib/charts/trend/trend-input.ts';
import { liveWindow, type LiveWindow } from '$lib/charts/trend/trend-scales.ts';
import type { MonotonicMs, Session } from '$lib/domain/index.ts';
import { therapyProgress } from '$lib/client/infusion-progress.ts';
import type { Prediction } from '$lib/client/prediction.ts';
import type { VitalLog } from '$lib/client/vital-log.ts';
import type { BedView } from '$lib/realtime/index.ts';

/** Numbers come every few seconds; after this long without one the line is broken. */
const VITAL_GAP_S = 40;

export interface TrendParts {
  readonly bed: BedView;
  readonly session: Session;
  readonly logs: { readonly heartRate: VitalLog; readonly spo2: VitalLog };
  readonly prediction: Prediction | undefined;
  readonly shown: LiveWindow;
  readonly now: MonotonicMs;
  readonly secondsOf: (at: MonotonicMs) => number;
}

export function trendInput({ bed, session, logs, prediction, shown, now, secondsOf }: TrendParts): TrendInput {
  const nowS = secondsOf(now);
  const endsAt = therapyProgress(bed, session.plan)?.endsAt;
  const line = ({ at, values }: VitalLog): TrendLine => ({ timesS: at.map(secondsOf), values, gapAfterS: VITAL_GAP_S });
  const window = liveWindow(shown, {
    startS: secondsOf(session.admittedAt),
    nowS,
    ...(endsAt !== undefined && { plannedEndS: secondsOf(endsAt) }),
  });
  return {
    ...trendOfBed(bed, { secondsOf, nowS }),
    ...window,
    nowS,
    phases: [],
    heartRate: line(logs.heartRate),
    spo2: line(logs.spo2),
    ...(prediction && {
      concentration: { timesS: prediction.at.map(secondsOf), values: prediction.ngPerMl, gapAfterS: Infinity },
      givenUntilS: Math.min(nowS, secondsOf(prediction.knownUntil)),
    }),
  };
}
