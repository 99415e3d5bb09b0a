/** Changes on their way to the screens: at once while they are few, and in a flood nothing lost and nothing out of its order. */
import { expect, test } from 'vitest';
import { bedId, monotonicMs, wallMs } from '$lib/domain/index.ts';
import { applyPatch, type BedPatch, type BedView } from '$lib/realtime/index.ts';
import { PatchFlow } from '$lib/server/patch-flow.ts';
import { WardState } from '$lib/server/ward-state.ts';
import { VIEW } from '../support/bed-view.ts';

const FLOOD = 20;

function flow() {
  const ward = new WardState();
  ward.fold({ type: 'snapshot', snapshot: { at: monotonicMs(0), wallTime: wallMs(0), beds: [VIEW] } });
  const told: BedPatch[] = [];
  const patches = new PatchFlow(ward, (patch) => told.push(patch));
  const label = (text: string): void => patches.take({ bed: VIEW.bed, changes: { label: text } });
  const shown = (from: BedView = VIEW): BedView => told.reduce(applyPatch, from);
  return { ward, told, patches, label, shown };
}

test('a flood goes out with the tick as what has changed since, and then changes pass at once again', () => {
  const { told, patches, label, shown } = flow();
  for (let i = 1; i <= FLOOD + 30; i += 1) label(`Bed ${i}`);
  expect(told).toHaveLength(FLOOD);
  patches.tick();
  expect(told).toHaveLength(FLOOD + 1);
  expect(shown().label).toBe(`Bed ${FLOOD + 30}`);
  label('Bed again');
  expect(told).toHaveLength(FLOOD + 2);
});

test('a screen that begins after what waited was told stands where the next change begins', () => {
  const { ward, told, patches, label, shown } = flow();
  for (let i = 1; i <= FLOOD; i += 1) label('Bed A');
  label('Bed B');
  patches.flushAll();
  const beginning = ward.view(VIEW.bed) ?? VIEW;
  told.length = 0;
  label('Bed A');
  patches.tick();
  expect(shown(beginning).label).toBe('Bed A');
});

test('what waits of a bed is told when it is asked for, once; a snapshot takes its place', () => {
  const { told, patches, label } = flow();
  for (let i = 1; i <= FLOOD + 1; i += 1) label(`Bed ${i}`);
  patches.flush(bedId('bed-2'));
  expect(told).toHaveLength(FLOOD);
  patches.flush(VIEW.bed);
  patches.flush(VIEW.bed);
  expect(told.at(-1)).toEqual({ bed: VIEW.bed, changes: { label: `Bed ${FLOOD + 1}` } });
  expect(told).toHaveLength(FLOOD + 1);
  label('Bed 50');
  patches.drop();
  patches.tick();
  expect(told).toHaveLength(FLOOD + 1);
});
