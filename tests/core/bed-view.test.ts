/** What screens are told of a bed: each change once, and nothing when nothing has changed. */
import { expect, test } from 'vitest';
import { applyPatch } from '$lib/realtime/index.ts';
import { BedViewer } from '$core/bed-view.ts';
import { TestBed } from '../support/bed.ts';

/** A screen: what it was told last, and what it shows since. */
const watch = (bed: TestBed) => {
  const viewer = new BedViewer();
  const source = () => ({ label: 'Bed 1', waves: [], state: bed.state });
  let shown = viewer.whole(source());
  return () => {
    const patch = viewer.update(source());
    if (patch) shown = applyPatch(shown, patch);
    const { alarms, alarmNumber } = shown;
    expect(shown).toEqual({ ...viewer.whole(source()), alarms, alarmNumber });
    return { told: patch?.changes, shown };
  };
};

test('a bed in which only time passes has nothing to tell', () => {
  const bed = new TestBed().admitted().numerics(1, { heartRate: 72, spo2: 98 });
  const update = watch(bed);
  bed.command(2, { type: 'set-phase', phase: 'observation' }).command(3, { type: 'set-phase', phase: 'infusion' });
  expect(update().shown.session?.phase).toBe('infusion');
  for (const second of [3.25, 3.5, 3.75, 4]) {
    bed.to(second);
    expect(update().told).toBeUndefined();
  }
});

test('the question about a stop is told when its time has come, though nothing else has changed', () => {
  const bed = new TestBed().admitted().pump(1, 'infusing', { rateMlPerHour: 50 }).pump(10, 'stopped');
  const update = watch(bed);
  bed.to(69.75);
  expect(update().shown.phaseProposal).toBeUndefined();
  bed.to(70);
  expect(update().shown.phaseProposal).toMatchObject({ to: 'observation', because: 'stopped' });
});

test('a gate that closes or opens is told', () => {
  const bed = new TestBed().admitted();
  const update = watch(bed);
  expect(update().shown.closedGates).toEqual([]);
  bed.command(1, { type: 'accept-baseline', systolic: 152, diastolic: 80, reason: 'measured by hand' });
  expect(update().shown.closedGates).toEqual(['G1']);
  bed.command(2, { type: 'override-gate', rule: 'G1', reason: 'seen by the physician' });
  expect(update().shown.closedGates).toEqual([]);
});

test('of a number that came again nothing but its time is told', () => {
  const bed = new TestBed().admitted().numerics(1, { heartRate: 72, spo2: 98 });
  const update = watch(bed);
  bed.numerics(2, { heartRate: 72, spo2: 97 });
  expect(update().told).toEqual({
    vitals: { heartRate: { at: 2000 }, spo2: { at: 2000, reading: { value: 97 } } },
  });
});

test('of two readings in the same millisecond the later one is shown', () => {
  const bed = new TestBed().admitted();
  const update = watch(bed);
  bed.numerics(1, { heartRate: 72 });
  expect(update().shown.vitals.heartRate?.reading).toEqual({ value: 72 });
  bed.numerics(1, { heartRate: 73 });
  expect(update().shown.vitals.heartRate?.reading).toEqual({ value: 73 });
});

test('what an alarm change told of the sound is where the next change begins', () => {
  const bed = new TestBed().admitted();
  const viewer = new BedViewer();
  const source = () => ({ label: 'Bed 1', waves: [], state: bed.state });
  expect(viewer.whole(source()).audio).toEqual({});
  viewer.toldAudio({ sounding: 'high' });
  expect(viewer.update(source())?.changes).toEqual({ audio: { sounding: null } });
});
