/** What screens are told of a bed: each change once, and nothing when nothing has changed. */
import { expect, test } from 'vitest';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { BedViewer } from '$core/bed-view.ts';
import { TestBed } from '../support/bed.ts';

const watch = (bed: TestBed) => {
  const viewer = new BedViewer(ADULT_IV_KETAMINE);
  const same = { label: 'Bed 1', waves: [] };
  return () => viewer.update({ ...same, state: bed.state });
};

test('a bed in which only time passes has nothing to tell', () => {
  const bed = new TestBed().admitted().numerics(1, { heartRate: 72, spo2: 98 });
  bed.command(2, { type: 'set-phase', phase: 'observation' }).command(3, { type: 'set-phase', phase: 'infusion' });
  const update = watch(bed);
  expect(update()?.parts?.session?.phase).toBe('infusion');
  for (const second of [3.25, 3.5, 3.75, 4]) {
    bed.to(second);
    expect(update()).toBeUndefined();
  }
});

test('a gate that closes or opens is told', () => {
  const bed = new TestBed().admitted();
  const update = watch(bed);
  expect(update()?.parts?.closedGates).toEqual([]);
  bed.command(1, { type: 'accept-baseline', systolic: 152, diastolic: 80, reason: 'measured by hand' });
  expect(update()?.parts?.closedGates).toEqual(['G1']);
  bed.command(2, { type: 'override-gate', rule: 'G1', reason: 'seen by the physician' });
  expect(update()?.parts?.closedGates).toEqual([]);
});

test('of two readings in the same millisecond the later one is shown', () => {
  const bed = new TestBed().admitted();
  const update = watch(bed);
  bed.numerics(1, { heartRate: 72 });
  expect(update()?.vitals?.heartRate?.reading).toEqual({ value: 72 });
  bed.numerics(1, { heartRate: 73 });
  expect(update()?.vitals?.heartRate?.reading).toEqual({ value: 73 });
});
