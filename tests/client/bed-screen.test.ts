/** What screens make of a bed's alarms, pump and links besides its numbers. */
import { describe, expect, test } from 'vitest';
import { alarmId, bedId, monotonicMs, type Alarm } from '$lib/domain/index.ts';
import { bedNotices } from '$lib/client/bed-notices.ts';
import { isField, keyAction, type KeyPress } from '$lib/client/keys.ts';
import { limitGroups, limitsOf } from '$lib/client/limits.ts';
import { tileFoot } from '$lib/client/tile.ts';
import { sparkPath, track, type TrafficTrack } from '$lib/client/traffic-track.ts';
import { alarmsOf, listed } from '$lib/client/urgency.ts';
import { words } from '$lib/messages/index.ts';
import type { BedView, LimitView } from '$lib/realtime/index.ts';
import { BedViewer } from '$core/bed-view.ts';
import { MONITOR, TestBed } from '../support/bed.ts';

const shown = (bed: TestBed): BedView => new BedViewer().whole({ state: bed.state, label: 'Bed 1', waves: [] });

const alarm = (id: string, parts: Partial<Alarm> = {}): Alarm => ({
  id: alarmId(id),
  rule: 'S1',
  ruleVersion: '1',
  kind: 'physiological',
  priority: 'high',
  state: 'active',
  headline: id,
  explanation: '',
  onsetAt: monotonicMs(0),
  signalledAt: monotonicMs(0),
  evidence: [],
  isOutranked: false,
  ...parts,
});

describe('the list of all alarms', () => {
  const bed = (id: string, alarms: readonly Alarm[]): BedView => ({
    ...shown(new TestBed()),
    bed: bedId(id),
    label: id,
    alarms,
  });

  test('has below the most urgent alarm of a bed those that it covers, and never loses one', () => {
    const beds = [
      bed('bed-1', [
        alarm('covered', { isOutranked: true }),
        alarm('top'),
        alarm('other', { priority: 'medium' }),
        alarm('note', { priority: 'notice' }),
      ]),
      bed('bed-2', [alarm('second', { priority: 'medium', signalledAt: monotonicMs(-1) })]),
      bed('bed-3', [alarm('orphan', { isOutranked: true })]),
    ];
    const order = listed(alarmsOf(beds)).map(({ alarm: one }) => one.id);
    expect(order).toEqual(['top', 'covered', 'other', 'second', 'note', 'orphan']);
  });
});

describe('the foot of a tile', () => {
  const infusing = (): TestBed => new TestBed().admitted(1).pump(10, 'infusing', { rateMlPerHour: 60 });

  test('tells how far the infusion is', () => {
    const bed = infusing();
    expect(tileFoot(shown(bed), monotonicMs(12_000))).toMatchObject({ isOld: false, isRunning: true });
  });

  test('says how old the pump’s last word is when it is too old', () => {
    const foot = tileFoot(shown(infusing()), monotonicMs(40_000));
    expect(foot.isOld).toBe(true);
    expect(foot.text).toMatch(/· 30 s old$/);
  });
});

describe('notices of a bed', () => {
  test('tell of undated cuff numbers beside another reading, whose time is known', () => {
    const view = shown(new TestBed());
    const cuff = {
      kind: 'cuff',
      source: MONITOR,
      at: monotonicMs(0),
      state: 'idle',
      undated: { systolic: 93, diastolic: 60 },
    } as const;
    const reading = {
      kind: 'nibp',
      source: MONITOR,
      at: monotonicMs(0),
      measuredAt: monotonicMs(0),
      ...{ systolic: 120, diastolic: 70, mean: 87, isMeanEstimated: true },
    } as const;
    const texts = (nibp: Partial<BedView['nibp']>): readonly string[] =>
      bedNotices({ ...view, nibp: { ...view.nibp, ...nibp } }, monotonicMs(0)).map(({ text }) => text);
    const told = 'The monitor shows 93/60; when that was measured is not known';
    expect(texts({ cuff, readings: [reading] })).toContain(told);
    expect(texts({ cuff })).not.toContain(told);
    expect(texts({ cuff, readings: [{ ...reading, systolic: 93, diastolic: 60 }] })).not.toContain(told);
  });
});

describe('limits beside a number', () => {
  const limit = (side: LimitView['side'], number: number, priority: LimitView['priority']): LimitView => ({
    ...{ rule: `${side}${number}`, metric: 'systolic', side, limit: number, priority },
    ...{ isAdjusted: false, isConfirmed: false, holdS: 0 },
  });

  test('come with the one that is reached first, the upper ones before the lower ones', () => {
    const limits = [limit('lower', 90, 'medium'), limit('upper', 180, 'high'), limit('upper', 160, 'medium')];
    expect(limitsOf('systolic', limits).map(({ limit: number }) => number)).toEqual([160, 180, 90]);
    expect(limitGroups('systolic', limits).map(({ side, numbers }) => [side, numbers])).toEqual([
      ['upper', [160, 180]],
      ['lower', [90]],
    ]);
    expect(limitsOf('heartRate', limits)).toEqual([]);
  });
});

describe('single keys', () => {
  const press = (key: string, parts: Partial<KeyPress> = {}): KeyPress => ({
    ...{ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false },
    ...parts,
  });

  test('do what the table on the screen says, each of them', () => {
    const keys = words.layout.help.keys.map(([key]) => key).filter((key) => key !== 'Esc' && key !== '1 – 9');
    expect(keys.map((key) => keyAction(press(key.toLowerCase()), false)?.type)).toEqual([
      'acknowledge',
      'audio',
      'ward',
      'events',
      'help',
    ]);
    expect(keyAction(press('9'), false)).toEqual({ type: 'bed', index: 8 });
    expect(keyAction(press('0'), false)).toBeUndefined();
  });

  test('do nothing while somebody writes, holds the key down, or means the browser', () => {
    expect(keyAction(press('a'), true)).toBeUndefined();
    expect(keyAction(press('a', { repeat: true }), false)).toBeUndefined();
    expect(keyAction(press('a', { ctrlKey: true }), false)).toBeUndefined();
    expect(isField('TEXTAREA', false) && isField('INPUT', false) && isField('DIV', true)).toBe(true);
    expect(isField('BUTTON', false)).toBe(false);
  });
});

describe('the small line of a link’s traffic', () => {
  const totals = (...at: readonly number[]): TrafficTrack =>
    at.reduce<TrafficTrack>((samples, ms, i) => [...samples, { at: monotonicMs(ms), bytesIn: 100 * i, frames: i }], []);

  test('begins where the page began to look: silence is drawn only where it was seen', () => {
    expect(sparkPath([], 60_000, 118, 24)).toBe('');
    const path = sparkPath(totals(57_000, 58_000, 59_000), 60_000, 118, 24);
    expect(path.split(/[ML]/).slice(1)).toHaveLength(4);
    expect(path.startsWith('M112.0')).toBe(true);
  });

  test('is not drawn across a device that counts anew', () => {
    const before = totals(1000, 2000);
    const traffic = { device: 'm', at: monotonicMs(3000), bytesIn: 7, bytesOut: 0, frames: 1, messages: 1 };
    const counts = { noiseBytes: 0, badSumBytes: 0, undecodable: 0, repeats: 0, reopens: 0, refusedSends: 0 };
    expect(track(before, { ...traffic, ...counts, lastFrames: [] })).toEqual([{ at: 3000, bytesIn: 7, frames: 1 }]);
  });
});
