/** What the journal and the timeline tell of a pump: each event once, with what a mark on the chart needs. */
import { describe, expect, test } from 'vitest';
import type { InfusionAlarm, InfusionEvent } from '$lib/domain/index.ts';
import { PLAN, TestBed } from '../support/bed.ts';
import { CountingPump } from '../support/counting-pump.ts';

const OCCLUSION: InfusionAlarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'B3' };

const planned = (): TestBed => new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
const events = (bed: TestBed): readonly (InfusionEvent & { readonly atS: number })[] =>
  bed.outputs.flatMap(({ at, body }) => (body.kind === 'infusion-event' ? [{ atS: at / 1000, ...body.event }] : []));
const kinds = (bed: TestBed): readonly string[] => events(bed).map(({ type }) => type);
const inTimeline = (bed: TestBed): readonly string[] =>
  bed.state.timeline.flatMap((one) => (one.type === 'infusion' ? [one.event.type] : []));

describe('events', () => {
  test('of a whole infusion, with time, channel and values', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10, { says: { place: 'slot 1' } }).runs(70, 60).runs(130, 30);
    pump.stands(140, 'paused').runs(200, 30).gives(2);
    pump.atS = 202;
    pump.tell('infusing', 30, { bolus: { count: 1, volumeMl: 2 } });
    pump.tell('alarm', 0, { alarms: [OCCLUSION] });
    pump.atS = 230;
    pump.runs(240, 30).tell('complete', 0).tell('kvo', 3);
    const told = events(bed);
    expect(told.map(({ atS, type }) => `${atS} ${type}`)).toEqual([
      '10 started',
      '70 rate-changed',
      '130 paused',
      '140 resumed',
      '202 bolus',
      '202 stopped',
      '202 alarm-began',
      '230 resumed',
      '230 alarm-ended',
      '240 completed',
      '240 kvo',
    ]);
    for (const event of told) {
      expect(event).toMatchObject({ channel: 'p1', place: 'slot 1', drugName: 'Ketamine', role: 'therapy' });
      expect(event.deliveredMg).toBeCloseTo(event.deliveredMl ?? Number.NaN, 9);
    }
    expect(told[0]).toMatchObject({ mlPerHour: 60, deliveredMl: 0 });
    expect(told[1]).toMatchObject({ fromMlPerHour: 60, toMlPerHour: 30, deliveredMl: expect.closeTo(1, 6) as number });
    expect(told[2]).toMatchObject({ state: 'paused', mlPerHour: 0 });
    expect(told[4]).toMatchObject({ volumeMl: 2, mg: 2 });
    expect(told[5]).toMatchObject({ state: 'alarm' });
    expect(told[6]).toMatchObject({ alarm: OCCLUSION });
    expect(told.at(-1)).toMatchObject({ mlPerHour: 3 });
  });

  test('each once: a reading that says the same again tells nothing', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10).runs(20, 60);
    for (let i = 0; i < 5; i++) pump.tell('alarm', 0, { alarms: [OCCLUSION, { ...OCCLUSION, code: 'B4' }] });
    expect(kinds(bed)).toEqual(['started', 'stopped', 'alarm-began']);
  });

  test('a pump that is pulled out, and a link that breaks', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10).runs(20, 60).tell('disconnected', 0);
    pump.atS = 30;
    pump.runs(40, 60);
    bed
      .device(50, 'pump', 'silent')
      .device(52, 'pump', 'lost')
      .device(60, 'pump', 'negotiating')
      .device(70, 'pump', 'live');
    expect(events(bed).map(({ atS, type }) => `${atS} ${type}`)).toEqual([
      '10 started',
      '20 disconnected',
      '30 reconnected',
      '50 disconnected',
      '70 reconnected',
    ]);
  });

  test('a link that the station opens anew is no event when it is back at once, and one when it is not', () => {
    const bed = planned();
    new CountingPump(bed, 10).runs(20, 60);
    bed.device(50, 'pump', 'opening').device(52, 'pump', 'negotiating').device(54, 'pump', 'live').to(60);
    bed.device(70, 'pump', 'opening').device(71, 'pump', 'lost').device(72, 'pump', 'opening').to(80);
    bed.device(90, 'pump', 'live');
    bed.device(100, 'pump', 'opening').to(104.75);
    expect(events(bed).map(({ atS, type }) => `${atS} ${type}`)).toEqual([
      '10 started',
      '75 disconnected',
      '90 reconnected',
    ]);
  });

  test('the link of a monitor is none of the pump’s', () => {
    const bed = planned();
    new CountingPump(bed, 10).runs(20, 60);
    bed.device(30, 'monitor', 'lost').device(40, 'monitor', 'live');
    expect(kinds(bed)).toEqual(['started']);
  });

  test('without a patient nothing is told', () => {
    const bed = new TestBed().devices(0);
    new CountingPump(bed, 10).runs(20, 60).stands(30);
    bed.device(40, 'pump', 'lost');
    expect(events(bed)).toEqual([]);
  });
});

describe('the timeline', () => {
  test('keeps an alarm that flickers as one that goes on; the journal has each', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10).runs(20, 60);
    for (let i = 0; i < 20; i++) {
      pump.atS += 5;
      pump.tell('infusing', 60, { alarms: [OCCLUSION] });
      pump.atS += 5;
      pump.tell('infusing', 60);
    }
    expect(kinds(bed).filter((type) => type.startsWith('alarm'))).toHaveLength(40);
    expect(inTimeline(bed)).toEqual(['started', 'alarm-began', 'alarm-ended']);
  });

  test('two alarms, and one that comes back later, are told apart', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10).runs(20, 60);
    pump
      .tell('infusing', 60, { alarms: [OCCLUSION] })
      .tell('infusing', 60, { alarms: [{ ...OCCLUSION, kind: 'airInLine' }] });
    pump.tell('infusing', 60);
    pump.atS = 120;
    pump.tell('infusing', 60, { alarms: [OCCLUSION] });
    expect(inTimeline(bed)).toEqual([
      'started',
      'alarm-began',
      'alarm-ended',
      'alarm-began',
      'alarm-ended',
      'alarm-began',
    ]);
  });
});
