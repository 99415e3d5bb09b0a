import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { alarmId, monotonicMs, type Alarm, type AlarmState } from '$lib/domain/index.ts';
import { applyAlarm, applyPatch, patchBetween, type AlarmMessage, type BedView } from '$lib/realtime/index.ts';
import { MONITOR } from '../support/bed.ts';
import { VIEW } from '../support/bed-view.ts';

const { bed: BED } = VIEW;

const changed: fc.Arbitrary<BedView> = fc
  .record(
    {
      vitals: fc.dictionary(
        fc.constantFrom('heartRate', 'spo2', 'pulseRate'),
        fc.integer({ min: 0, max: 200 }).map((value) => ({
          reading: { value },
          at: monotonicMs(0),
          source: MONITOR,
          staleAfterMs: 1,
          expiredAfterMs: 2,
        })),
        { noNullPrototype: true },
      ),
      label: fc.string(),
      audibleScreens: fc.nat(),
      closedGates: fc.array(fc.string()),
      proposal: fc.constant({ readings: [] }),
      alarmNumber: fc.nat(),
    },
    { requiredKeys: [] },
  )
  .map((parts) => ({ ...VIEW, ...parts }));

describe('patches', () => {
  test('a screen that takes every patch shows what a screen shows that comes new, alarms apart', () => {
    fc.assert(
      fc.property(fc.array(changed, { minLength: 2, maxLength: 8 }), (views) => {
        const shown = views.reduce((view, next) => {
          const patch = patchBetween(view, next);
          return patch ? applyPatch(view, patch) : view;
        }, VIEW);
        expect(shown).toEqual({ ...views.at(-1), alarms: VIEW.alarms, alarmNumber: VIEW.alarmNumber });
      }),
    );
  });

  test('a bed that has not changed has none, whatever its alarms did', () => {
    expect(patchBetween(VIEW, { ...VIEW, alarmNumber: 3 })).toBeUndefined();
  });

  test('of a bed from which something is gone says so', () => {
    const withProposal: BedView = { ...VIEW, proposal: { readings: [], systolic: 128 } };
    const patch = patchBetween(withProposal, VIEW);
    expect(patch).toEqual({ bed: BED, changes: { proposal: null } });
    expect(patch && 'proposal' in applyPatch(withProposal, patch)).toBe(false);
  });
});

describe('alarm changes', () => {
  const message = (number: number, state: AlarmState, id = 'a'): AlarmMessage => ({
    bed: BED,
    number,
    at: monotonicMs(number),
    change: { cause: 'updated', alarm: { id: alarmId(id), state } as Alarm },
    audio: state === 'active' ? { sounding: 'high' } : {},
  });

  test('each is applied once and in order: one that came before, or too early, changes nothing', () => {
    const one = applyAlarm(VIEW, message(1, 'active'));
    expect(one.alarms.map(({ id }) => id)).toEqual(['a']);
    expect(applyAlarm(one, message(1, 'ended'))).toBe(one);
    expect(applyAlarm(one, message(3, 'ended'))).toBe(one);
    expect(applyAlarm(one, message(2, 'ended')).alarms).toEqual([]);
  });

  test('it brings what is to be heard with it', () => {
    expect(applyAlarm(VIEW, message(1, 'active')).audio).toEqual({ sounding: 'high' });
  });
});
