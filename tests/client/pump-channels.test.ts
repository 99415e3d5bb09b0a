/** What a bed's screen says of its pumps: whose word, how old, boluses, several channels together, events in words. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type InfusionReading, type MonotonicMs } from '$lib/domain/index.ts';
import { eventLines } from '$lib/client/bed-events.ts';
import { therapyOf, therapyProgress } from '$lib/client/infusion-progress.ts';
import {
  bolusesOf,
  bolusText,
  channelNotes,
  otherChannels,
  pumpStanding,
  whoseWord,
} from '$lib/client/pump-channels.ts';
import { tileFoot } from '$lib/client/tile.ts';
import type { BedView, ChannelView } from '$lib/realtime/index.ts';
import { BedViewer } from '$core/bed-view.ts';
import { PLAN, TestBed } from '../support/bed.ts';

const shown = (bed: TestBed): BedView => new BedViewer().whole({ state: bed.state, label: 'Bed 1', waves: [] });
const at = (seconds: number): MonotonicMs => monotonicMs(seconds * 1000);
const planned = (): TestBed => new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
const mgPerMl = (value: number): Pick<InfusionReading, 'concentration'> => ({
  concentration: { value, unit: 'mg/mL' },
});
const main = (view: BedView): ChannelView => {
  const channel = therapyOf(view.channels);
  if (channel === undefined) throw new Error('no channel');
  return channel;
};
/** Runs with a reading every five seconds, so that what flows is counted. */
const running = (bed: TestBed, toS: number, more: Partial<InfusionReading> = {}): TestBed => {
  for (let s = 10; s <= toS; s += 5) {
    bed.pump(s, 'infusing', { rateMlPerHour: 60, volumeInfusedMl: (s - 10) / 60, ...more });
  }
  return bed;
};

describe('the word of a pump', () => {
  test('is old when its own limit is over, and at once when its link is gone', () => {
    const bed = running(planned(), 20);
    const standing = (seconds: number) => pumpStanding(main(shown(bed)), shown(bed).devices, at(seconds));
    expect(standing(22)).toEqual({ ageMs: 2000, isOld: false });
    expect(standing(28)).toEqual({ ageMs: 8000, isOld: true });
    bed.device(21, 'pump', 'lost');
    expect(standing(21)).toEqual({ ageMs: 1000, isOld: true });
  });

  test('old makes the tile say so, and no state as if it were now', () => {
    const bed = running(planned(), 20).pump(25, 'stopped', { rateMlPerHour: 0 }).device(26, 'pump', 'lost');
    const foot = tileFoot(shown(bed), at(40));
    expect(foot).toMatchObject({ isOld: true, isRunning: false });
    expect(foot.text).toMatch(/15 s old$/);
    expect(foot.text).not.toContain('Stopped');
  });
});

describe('whose word a drug and its concentration are', () => {
  test.each([
    ['the pump’s', mgPerMl(1), 'as the pump says'],
    ['the plan’s concentration', {}, 'drug: pump, mg/mL: plan'],
  ] as const)('%s', (_, sent, told) => {
    expect(whoseWord(main(shown(running(planned(), 15, sent))))).toBe(told);
  });

  test('a person’s, by name, also where pump or plan say another one', () => {
    const entry = { type: 'set-channel', channel: 'p1', concentrationMgPerMl: 2, since: 'admission' } as const;
    const bed = running(planned(), 15).command(16, { ...entry, reason: 'label' });
    expect(whoseWord(main(shown(bed)))).toBe('drug: pump, mg/mL: entered by Nurse 07');
    bed.command(17, { ...entry, drugName: 'Ketamine', reason: 'label' });
    expect(main(shown(bed)).mgPerMl).toBe(2);
  });
});

describe('boluses', () => {
  const bolus = (bed: TestBed, s: number, volumeMl: number): TestBed =>
    bed.pump(s, 'infusing', { rateMlPerHour: 60, bolus: { count: 1, volumeMl }, ...mgPerMl(2) });

  test('are counted with volume and dose, and none is said as none', () => {
    const bed = running(planned(), 15, mgPerMl(2));
    expect(bolusText(undefined)).toBe('no bolus');
    bolus(bolus(bed, 20, 2.5), 30, 1);
    const found = bolusesOf(shown(bed).timeline, new Set(['p1']));
    expect(found).toEqual({ count: 2, ml: 3.5, mg: 7 });
    expect(bolusText(found)).toBe('2 boluses 3.5 mL = 7 mg');
    expect(bolusesOf(shown(bed).timeline, new Set(['other']))).toBeUndefined();
  });

  test('of a drug that is not known have no milligrams', () => {
    expect(bolusText({ count: 1, ml: 2.5 })).toBe('bolus 2.5 mL');
  });
});

describe('several channels', () => {
  const two = (): TestBed => {
    const bed = planned();
    for (let s = 10; s <= 70; s += 5) {
      const flowed = { rateMlPerHour: 60, volumeInfusedMl: (s - 10) / 60, ...mgPerMl(1) };
      bed.pump(s, 'infusing', flowed).pump(s, 'infusing', { ...flowed, channel: 'p2', place: 'slot 2' });
      bed.pump(s, 'infusing', { channel: 'p3', drugName: 'NaCl 0.9 %', rateMlPerHour: 20 });
    }
    return bed;
  };

  test('with the drug are reckoned together; left and end are those of all', () => {
    const view = shown(two());
    const progress = therapyProgress(view, PLAN);
    expect(progress?.givenMg).toBeCloseTo(2, 1);
    expect(progress?.leftMg).toBeCloseTo(33, 1);
    expect(progress?.mgPerKgPerHour).toBeCloseTo(120 / 70, 2);
    expect(((progress?.endsAt ?? 0) - 70_000) / 60_000).toBeCloseTo(33 / 2, 1);
    expect(tileFoot(view, at(71)).isRunning).toBe(true);
  });

  test('other than the main one have lines of their own, the drug before the rest', () => {
    expect(otherChannels(shown(two()).channels).map(({ key }) => key)).toEqual(['p2', 'p3']);
  });

  test('are spoken of once: what belongs to all of them stands with the main one', () => {
    const view = shown(two());
    const notes = (key: string) =>
      view.channels.filter((one) => one.key === key).flatMap((one) => channelNotes(view, one, key === 'p1'));
    expect(notes('p1').join()).toContain('2 channels carry');
    expect(notes('p2').join()).not.toContain('2 channels carry');
  });
});

describe('notes', () => {
  test('say first what nobody may overlook: a laboratory pump, a pump that another program commands', () => {
    const view = shown(running(planned(), 15, { isRemoteControlled: true, doubt: 'two rates' }));
    const named = { ...view, devices: view.devices.map((one) => ({ ...one, label: 'Lab pump (not for human use)' })) };
    expect(channelNotes(named, main(view), true).slice(0, 3)).toEqual([
      'This pump is not made for use on people',
      'Another program commands this pump: should that fall silent, the pump may stop',
      'The pump’s values are doubtful – two rates',
    ]);
  });
});

describe('the list of events', () => {
  test('has one line for each thing that a pump does, with its values', () => {
    const bed = running(planned(), 20, mgPerMl(1));
    const alarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: '10' } as const;
    bed
      .pump(25, 'infusing', { rateMlPerHour: 30, volumeInfusedMl: 0.25 })
      .pump(30, 'infusing', { rateMlPerHour: 30, bolus: { count: 1, volumeMl: 2.5 }, volumeInfusedMl: 2.8 })
      .pump(35, 'paused', { rateMlPerHour: 0 })
      .pump(40, 'infusing', { rateMlPerHour: 30 })
      .pump(45, 'alarm', { rateMlPerHour: 0, alarms: [alarm, { ...alarm, kind: 'unknown', code: '77' }] })
      .pump(50, 'stopped', { rateMlPerHour: 0 })
      .device(55, 'pump', 'lost');
    const lines = eventLines(shown(bed).timeline, { marks: [] }).filter(({ type }) => type === 'infusion');
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
    expect(lines.map(({ text }) => text).reverse()).toEqual(
      expect.arrayContaining([
        'Infusion started',
        'Rate 60 → 30 mL/h',
        expect.stringMatching(/^Bolus 2\.5 mL = 2\.5 mg$/),
        'Infusion paused',
        'Infusion resumed',
        'Infusion stopped by the pump’s alarm',
        'Pump alarm: line occluded',
        'Pump alarm: unknown alarm',
        'Pump alarm over: line occluded',
        'Pump not connected any more',
      ]),
    );
  });
});
