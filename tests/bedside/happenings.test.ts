/** What happened at a pump between two of its readings. */
import { describe, expect, test } from 'vitest';
import type { InfusionAlarm, InfusionReading, InfusionState } from '$lib/domain/index.ts';
import { stepChannel, type ChannelState } from '$lib/bedside/index.ts';
import { eventsAt, happenings, linkEvents } from '$lib/bedside/pump-events.ts';
import { byKey, channel, OTHER_PUMP, reading, session } from '../support/channel.ts';

const OCCLUSION: InfusionAlarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'B3' };
const AIR: InfusionAlarm = { ...OCCLUSION, kind: 'airInLine' };
const DONE: InfusionAlarm = { ...OCCLUSION, kind: 'infusionComplete' };

const TWO = { value: 2, unit: 'mg/mL' };

type Said = readonly [InfusionState, Partial<InfusionReading>?];

/** What the last of the readings tells. */
function told(...said: readonly Said[]) {
  const readings = said.map(([state, more], i) => reading(i, state, more));
  const last = readings.pop();
  if (!last) throw new Error('nothing was said');
  const before = readings.reduce<ChannelState | undefined>((was, one) => stepChannel(was, one, 'p1'), undefined);
  return happenings(before, last);
}
const types = (...said: readonly Said[]) => told(...said).map(({ type }) => type);

describe('the flow', () => {
  test.each<[string, readonly Said[], readonly string[]]>([
    ['runs at the first look', [['infusing']], ['started']],
    ['stands at the first look', [['stopped']], []],
    ['is complete at the first look', [['complete']], []],
    ['begins', [['stopped'], ['infusing']], ['started']],
    ['runs on', [['infusing'], ['infusing']], []],
    ['runs on as a bolus', [['infusing'], ['bolus']], []],
    ['begins again', [['infusing'], ['paused'], ['infusing']], ['resumed']],
    ['runs on after the pump was away', [['infusing'], ['disconnected'], ['infusing']], ['reconnected']],
    ['is paused', [['infusing'], ['paused']], ['paused']],
    ['is stopped', [['infusing'], ['stopped']], ['stopped']],
    ['is stopped by an alarm', [['infusing'], ['alarm']], ['stopped']],
    ['was seen to stop already', [['infusing'], ['paused'], ['stopped']], []],
    ['had stopped when the pump came back', [['infusing'], ['disconnected'], ['stopped']], ['reconnected', 'stopped']],
    ['is complete', [['infusing'], ['complete']], ['completed']],
    ['is complete by an alarm', [['infusing'], ['alarm', { alarms: [DONE] }]], ['completed', 'alarm-began']],
    ['stays complete', [['infusing'], ['complete'], ['complete']], []],
    ['is complete, and the vein is kept open', [['infusing'], ['kvo']], ['completed', 'kvo']],
    ['keeps the vein open later', [['infusing'], ['complete'], ['kvo']], ['kvo']],
    ['goes on keeping it open', [['infusing'], ['kvo'], ['kvo']], []],
    ['keeps it open at the first look', [['kvo']], ['kvo']],
  ])('%s', (_, said, expected) => {
    expect(types(...said)).toEqual(expected);
  });

  test('is told with the pump’s own state', () => {
    expect(told(['stopped'], ['bolus'])).toEqual([{ type: 'started', state: 'bolus' }]);
    expect(told(['infusing'], ['standby'])).toEqual([{ type: 'stopped', state: 'standby' }]);
    expect(told(['infusing'], ['paused'])).toEqual([{ type: 'paused', state: 'paused' }]);
  });
});

describe('the rate', () => {
  const at = (rateMlPerHour: number | undefined, state: InfusionState = 'infusing'): Said =>
    rateMlPerHour === undefined ? [state] : [state, { rateMlPerHour }];

  test('is changed while it flows', () => {
    expect(told(at(60), at(30))).toEqual([{ type: 'rate-changed', fromMlPerHour: 60, toMlPerHour: 30 }]);
  });

  test.each<[string, Said, Said]>([
    ['the same', at(60), at(60)],
    ['not told before', at(undefined), at(60)],
    ['not told now', at(60), at(undefined)],
    ['set while it stands', at(60, 'paused'), at(30, 'paused')],
    ['of a bolus', at(60), at(1200, 'bolus')],
  ])('that is %s has not changed', (_, before, now) => {
    expect(types(before, now)).toEqual([]);
  });

  test('at the first look is not a change', () => {
    expect(types(at(60))).toEqual(['started']);
  });
});

test('a bolus is told with its volume; one of nothing is none', () => {
  const bolus = (volumeMl: number): Said => ['infusing', { bolus: { count: 1, volumeMl } }];
  expect(told(['infusing'], bolus(2))).toEqual([{ type: 'bolus', volumeMl: 2 }]);
  expect(told(['infusing'], bolus(0))).toEqual([]);
});

test('alarms end before others begin, and each is told with itself', () => {
  const alarms = (...all: readonly InfusionAlarm[]): Said => ['infusing', { alarms: all }];
  expect(told(['infusing'], alarms(OCCLUSION))).toEqual([{ type: 'alarm-began', alarm: OCCLUSION }]);
  expect(told(alarms(OCCLUSION), alarms(AIR))).toEqual([
    { type: 'alarm-ended', alarm: OCCLUSION },
    { type: 'alarm-began', alarm: AIR },
  ]);
  expect(told(alarms(OCCLUSION), alarms(OCCLUSION, AIR))).toEqual([{ type: 'alarm-began', alarm: AIR }]);
  expect(types(alarms(OCCLUSION))).toEqual(['started', 'alarm-began']);
});

test('the pump is pulled out and put back', () => {
  expect(types(['infusing'], ['disconnected'])).toEqual(['disconnected']);
  expect(types(['disconnected'], ['disconnected'])).toEqual([]);
  expect(types(['disconnected'], ['stopped'])).toEqual(['reconnected']);
  expect(types(['disconnected'])).toEqual([]);
});

describe('an event', () => {
  const bolus = { type: 'bolus', volumeMl: 2 } as const;

  test('tells what stood when it happened', () => {
    const p1 = channel({ sent: TWO }, { place: 'slot 1' });
    const bed = { channels: byKey(p1), session: session() };
    expect(eventsAt(bed, p1, [bolus, { type: 'kvo' }])).toEqual([
      {
        channel: 'p1',
        role: 'therapy',
        deliveredMl: 10,
        place: 'slot 1',
        drugName: 'Ketamine',
        mlPerHour: 60,
        deliveredMg: 10,
        type: 'bolus',
        volumeMl: 2,
        mg: 4,
      },
      expect.not.objectContaining({ mg: expect.anything() as unknown }),
    ]);
  });

  test('of a carrier has no milligrams, and what is not known is not there', () => {
    const carrier = channel({ key: 'c', sent: TWO }, { drugName: 'NaCl 0,9%', state: 'unknown' });
    expect(eventsAt({ channels: byKey(carrier), session: session() }, carrier, [bolus])).toStrictEqual([
      { channel: 'c', role: 'carrier', deliveredMl: 10, drugName: 'NaCl 0,9%', type: 'bolus', volumeMl: 2 },
    ]);
  });

  test('of a drug in an unknown concentration has a volume only', () => {
    const { plan: _, ...unplanned } = session();
    const p1 = channel();
    const [event] = eventsAt({ channels: byKey(p1), session: unplanned }, p1, [bolus]);
    expect(event).toMatchObject({ volumeMl: 2 });
    expect(event).not.toHaveProperty('mg');
    expect(event).not.toHaveProperty('deliveredMg');
  });

  test('of a channel that the bed does not know has no part', () => {
    expect(eventsAt({ channels: {}, session: session() }, channel(), [{ type: 'kvo' }])).toMatchObject([
      { role: 'other' },
    ]);
  });
});

test('a link that breaks is told for each pump behind it that did not say so itself', () => {
  const channels = byKey(
    channel(),
    channel({ key: 'p2' }, { state: 'disconnected' }),
    channel({ key: 'p3' }, { source: OTHER_PUMP }),
  );
  const events = linkEvents({ channels, session: session() }, 'pump', 'disconnected');
  expect(events).toMatchObject([{ kind: 'infusion-event', event: { type: 'disconnected', channel: 'p1' } }]);
});
