/** The session's story, folded from what the bed concluded: one line per alarm however often it changed. */
import {
  alarmKey,
  MINUTE_MS,
  type AlarmChange,
  type BedOutput,
  type InfusionEvent,
  type MonotonicMs,
  type TimelineEvent,
} from '$lib/domain/index.ts';

const MAX_EVENTS = 300;

export type Timeline = readonly TimelineEvent[];

export function tell(timeline: Timeline, at: MonotonicMs, outputs: readonly BedOutput[]): Timeline {
  let told = timeline;
  for (const output of outputs) told = tellOne(told, at, output);
  return told;
}

function tellOne(timeline: Timeline, at: MonotonicMs, output: BedOutput): Timeline {
  switch (output.kind) {
    case 'alarm':
      return withAlarm(timeline, output.change);
    case 'infusion-event':
      return withInfusionEvent(timeline, { type: 'infusion', at, event: output.event });
    case 'phase':
      return withEvent(timeline, { type: 'phase', at, to: output.to, cause: output.cause });
    case 'session':
      return output.cause === 'admitted' ? [] : timeline;
    case 'audio':
    case 'refused':
      return timeline;
  }
}

const withEvent = (timeline: Timeline, event: TimelineEvent): Timeline => [...timeline.slice(1 - MAX_EVENTS), event];

/** What ends and comes back within this time flickers. */
const FLICKER_MS = MINUTE_MS;

/** What ends it; anything else does not flicker. */
const ENDED_BY: Partial<Record<InfusionEvent['type'], InfusionEvent['type']>> = {
  'alarm-began': 'alarm-ended',
  disconnected: 'reconnected',
};

/**
 * An alarm or a link of a pump that comes and goes would push the whole session out of its story: what comes back within a
 * minute goes on as the one before, without its end. The journal has each of them.
 */
function withInfusionEvent(timeline: Timeline, told: Extract<TimelineEvent, { type: 'infusion' }>): Timeline {
  const { event, at } = told;
  const ends = ENDED_BY[event.type];
  const end = timeline.findLast(
    (one) => one.type === 'infusion' && one.event.type === ends && isOfSame(one.event, event),
  );
  if (end === undefined || at - end.at > FLICKER_MS) return withEvent(timeline, told);
  return timeline.filter((one) => one !== end);
}

function isOfSame(a: InfusionEvent, b: InfusionEvent): boolean {
  const [one, other] = [a, b].map((event) => ('alarm' in event ? alarmKey(event.alarm) : ''));
  return a.channel === b.channel && one === other;
}

/** A notice that was withdrawn before it became an alarm leaves no line. */
function withAlarm(timeline: Timeline, { alarm, cause }: AlarmChange): Timeline {
  const others = timeline.filter((event) => event.type !== 'alarm' || event.alarm !== alarm.id);
  if (cause === 'withdrawn') return others;
  const event: TimelineEvent = {
    type: 'alarm',
    at: alarm.signalledAt,
    alarm: alarm.id,
    rule: alarm.rule,
    priority: alarm.priority,
    headline: alarm.headline,
    state: alarm.state,
    ...(alarm.acknowledgement && {
      acknowledgedBy: alarm.acknowledgement.by.name,
      acknowledgedAt: alarm.acknowledgement.at,
    }),
    ...(alarm.endedAt !== undefined && { endedAt: alarm.endedAt }),
  };
  return withEvent(others, event);
}
