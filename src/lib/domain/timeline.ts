import type { AlarmState, Priority } from './alarm.ts';
import type { AlarmId } from './brand.ts';
import type { InfusionEvent } from './infusion-event.ts';
import type { Phase } from './session.ts';
import type { MonotonicMs } from './time.ts';

/** What happened in a session, for the event list and the marks on the chart. Marks by people stand in the session itself. */
export type TimelineEvent =
  | {
      readonly type: 'alarm';
      readonly at: MonotonicMs;
      readonly alarm: AlarmId;
      readonly rule: string;
      readonly priority: Priority;
      readonly headline: string;
      readonly state: AlarmState;
      readonly acknowledgedBy?: string;
      readonly acknowledgedAt?: MonotonicMs;
      readonly endedAt?: MonotonicMs;
    }
  | { readonly type: 'infusion'; readonly at: MonotonicMs; readonly event: InfusionEvent }
  | { readonly type: 'phase'; readonly at: MonotonicMs; readonly to: Phase; readonly cause: 'person' | 'pump' };
