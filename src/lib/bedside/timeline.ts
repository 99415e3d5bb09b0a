/** The session's story, folded from what the bed concluded: one line per alarm however often it changed. */
import type { AlarmChange, BedOutput, MonotonicMs, TimelineEvent } from '$lib/domain/index.ts';

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
      return withEvent(timeline, { type: 'infusion', at, event: output.event });
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
