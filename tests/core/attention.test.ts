/** What the station's own console says: alarms that no screen can say, and those that nobody answers. */
import { expect, test } from 'vitest';
import type { AlarmCause, Priority, StationStatus } from '$lib/domain/index.ts';
import { attention } from '$core/attention.ts';
import { TestBed } from '../support/bed.ts';

const status = (screens: number, audibleScreens: number): StationStatus => ({
  screens,
  audibleScreens,
  recorder: 'ok',
});

function said(cause: AlarmCause, screens: StationStatus, priority: Priority = 'high', escalation?: 1 | 2 | 3 | 4) {
  const alarm = new TestBed()
    .admitted()
    .command(1, { type: 'set-phase', phase: 'observation' })
    .nibp(2, 199, 110)
    .alarm('S1');
  if (alarm === undefined) throw new Error('no alarm');
  return attention('Bed 1', { cause, alarm: { ...alarm, priority, ...(escalation && { escalation }) } }, screens);
}

test('an alarm that some screen sounds is left to the screens', () => {
  expect(said('signalled', status(2, 1))).toBeUndefined();
});

test('an alarm that no screen can sound, or show, is said with what to do', () => {
  expect(said('signalled', status(1, 0))).toMatch(
    /^Bed 1: HIGH alarm, Systolic 199 .*No screen can sound it: start the watch/,
  );
  expect(said('reminded', status(0, 0), 'medium')).toMatch(
    /^Bed 1: Medium alarm.*No screen is connected.*Open a screen/,
  );
});

test('a low alarm, a notice and what is only a movement of an alarm are not', () => {
  for (const priority of ['low', 'notice'] as const) expect(said('signalled', status(0, 0), priority)).toBeUndefined();
  for (const cause of ['updated', 'acknowledged', 'delivered', 'condition-ended'] as const) {
    expect(said(cause, status(0, 0))).toBeUndefined();
  }
});

test('an alarm that was carried to the last stage is said whoever is there; the stages before it are not', () => {
  expect(said('escalated', status(3, 3), 'high', 4)).toMatch(/UNANSWERED\. Go to the bed/);
  expect(said('escalated', status(3, 3), 'high', 3)).toBeUndefined();
});
