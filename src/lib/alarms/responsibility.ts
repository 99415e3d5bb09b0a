/**
 * Who has an alarm in hand, and what screens say of it. Taking and passing on are promises between people: neither ends a
 * condition, and taking does not end the sound. What was passed on calls again, also where it had been acknowledged,
 * because nobody has it any more.
 */
import type { Actor, Alarm, Delivery, MonotonicMs, Responsibility } from '$lib/domain/index.ts';
import { escalates, PASSED_ON_STAGE } from './escalation.ts';
import { calling, change, unchanged, type AlarmStep, type TrackedAlarm } from './tracked.ts';

const isSameActor = (a: Actor, b: Actor): boolean => a.name === b.name && a.station === b.station;

/** Whoever takes it replaces the one before; taking twice changes nothing. The clock of the escalation begins again. */
export function take(tracked: TrackedAlarm, by: Actor, now: MonotonicMs): AlarmStep {
  const { responsibility: had } = tracked.alarm;
  if (tracked.alarm.state === 'pending') return unchanged(tracked);
  if (had?.state === 'taken' && isSameActor(had.by, by)) return unchanged(tracked);
  const { escalation: _, ...alarm } = tracked.alarm;
  const taken: TrackedAlarm = { ...tracked, alarm: { ...alarm, responsibility: { state: 'taken', by, at: now } } };
  return change(tracked.callsSince === undefined ? taken : { ...taken, callsSince: now }, 'taken');
}

export function passOn(tracked: TrackedAlarm, by: Actor, to: string | undefined, now: MonotonicMs): AlarmStep {
  const { alarm } = tracked;
  const { responsibility: had } = alarm;
  if (alarm.state === 'pending') return unchanged(tracked);
  if (had?.state === 'passed-on' && had.to === to && isSameActor(had.by, by)) return unchanged(tracked);
  const responsibility: Responsibility = { state: 'passed-on', by, at: now, ...(to !== undefined && { to }) };
  if (alarm.state === 'latched') return change({ ...tracked, alarm: { ...alarm, responsibility } }, 'passed-on');
  const called = calling(tracked, now);
  const state = alarm.state === 'suspended' ? 'suspended' : 'active';
  const isCarried = escalates(alarm) && !alarm.isOutranked;
  return change(
    {
      ...called,
      alarm: { ...called.alarm, state, responsibility, ...(isCarried && { escalation: PASSED_ON_STAGE }) },
    },
    'passed-on',
  );
}

/** Whether a screen's word adds something to what is known of the signal: the first that shows it, the first that sounds it. */
export const isNewDelivery = (alarm: Alarm, { signalledAt, isShown, sound }: Omit<Delivery, 'screen'>): boolean =>
  alarm.signalledAt === signalledAt &&
  ((isShown && alarm.shownAt === undefined) || (sound === 'sounded' && alarm.soundedAt === undefined));

/** The first screen that shows a signal and the first that sounds it count; the others say nothing new. */
export function deliver(tracked: TrackedAlarm, delivery: Delivery, now: MonotonicMs): AlarmStep {
  const { alarm } = tracked;
  if (!isNewDelivery(alarm, delivery)) return unchanged(tracked);
  const { screen } = delivery;
  const isShown = delivery.isShown && alarm.shownAt === undefined;
  const isSounded = delivery.sound === 'sounded' && alarm.soundedAt === undefined;
  return change(
    {
      ...tracked,
      alarm: {
        ...alarm,
        ...(isShown && { shownAt: now, shownOn: screen }),
        ...(isSounded && { soundedAt: now, soundedOn: screen }),
      },
    },
    'delivered',
  );
}
