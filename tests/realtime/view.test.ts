import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { alarmId, bedId, monotonicMs, type Alarm, type AlarmState } from '$lib/domain/index.ts';
import {
  applyAlarm,
  applyPatch,
  mergePatches,
  type AlarmMessage,
  type BedPatch,
  type BedView,
} from '$lib/realtime/index.ts';
import { MONITOR } from '../support/bed.ts';

const BED = bedId('bed-1');

const VIEW: BedView = {
  bed: BED,
  label: 'Bed 1',
  vitals: {},
  nibp: { readings: [], intervalMin: 5 },
  limits: [],
  channels: [],
  devices: [],
  deviceAlarms: [],
  timeline: [],
  waves: [],
  closedGates: [],
  unjudged: [],
  audibleScreens: 0,
  alarms: [],
  alarmNumber: 0,
  audio: {},
};

const patch: fc.Arbitrary<BedPatch> = fc
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
      ),
      parts: fc.record(
        {
          label: fc.string(),
          audibleScreens: fc.nat(),
          closedGates: fc.array(fc.string()),
          proposal: fc.constantFrom(null, { readings: [] }),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  .map((body) => ({ bed: BED, ...body }));

describe('patches', () => {
  test('merging patches and applying them once is applying them one by one', () => {
    fc.assert(
      fc.property(fc.array(patch, { minLength: 1, maxLength: 8 }), (patches) => {
        const oneByOne = patches.reduce(applyPatch, VIEW);
        const [first, ...others] = patches;
        if (first === undefined) return;
        expect(applyPatch(VIEW, others.reduce(mergePatches, first))).toEqual(oneByOne);
      }),
    );
  });

  test('null takes an optional part away', () => {
    const withProposal = applyPatch(VIEW, { bed: BED, parts: { proposal: { readings: [], systolic: 128 } } });
    expect(withProposal.proposal?.systolic).toBe(128);
    expect('proposal' in applyPatch(withProposal, { bed: BED, parts: { proposal: null } })).toBe(false);
  });

  test('what a patch does not name stays the same object', () => {
    const next = applyPatch(VIEW, { bed: BED, parts: { label: 'Bed one' } });
    expect(next.nibp).toBe(VIEW.nibp);
    expect(next.vitals).toBe(VIEW.vitals);
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
