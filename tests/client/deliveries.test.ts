/** What a page says of the alarms that it shows and sounds, and what it says about who has them. */
import { describe, expect, test } from 'vitest';
import { alarmId, bedId, monotonicMs, type Alarm, type EscalationStage } from '$lib/domain/index.ts';
import { escalatedOf, isUnanswered, responsibilityWords } from '$lib/client/alarm-words.ts';
import { deliveriesOf, PageDeliveries, type Page } from '$lib/client/deliveries.ts';
import { alarmsOf, soundOf } from '$lib/client/urgency.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { VIEW } from '../support/bed-view.ts';

const BED_2 = bedId('bed-2');

const alarm = (name: string, more: Partial<Alarm> = {}): Alarm => ({
  id: alarmId(name),
  rule: 'S1',
  ruleVersion: '1',
  kind: 'physiological',
  priority: 'high',
  state: 'active',
  headline: name,
  explanation: '',
  onsetAt: monotonicMs(0),
  signalledAt: monotonicMs(1000),
  evidence: [],
  isOutranked: false,
  ...more,
});

const bed = (alarms: readonly Alarm[], more: Partial<BedView> = {}): BedView => ({
  ...VIEW,
  alarms,
  audio: alarms[0] ? { sounding: alarms[0].priority } : {},
  ...more,
});

const page = (more: Partial<Page> = {}): Page => ({
  view: { type: 'ward' },
  tiles: [VIEW.bed, BED_2],
  isVisible: true,
  sound: 'running',
  ...more,
});

const said = (beds: readonly BedView[], at: Page): readonly string[] =>
  deliveriesOf(beds, at).map((one) => `${one.alarm} ${one.isShown ? 'shown' : 'not shown'} ${one.sound ?? '-'}`);

describe('a page says', () => {
  test.each<[Partial<Page>, string]>([
    [{}, 'a shown sounded'],
    [{ isVisible: false }, 'a not shown sounded'],
    [{ sound: 'off' }, 'a shown muted'],
    [{ sound: 'blocked' }, 'a shown muted'],
    [{ view: { type: 'none' } }, 'a shown sounded'],
  ])('%j: %s', (how, words) => {
    expect(said([bed([alarm('a')])], page(how))).toEqual([words]);
  });

  test('that a bed’s audio is paused', () => {
    const paused = bed([alarm('a')], { audio: { pausedUntil: monotonicMs(9000) } });
    expect(said([paused], page())).toEqual(['a shown paused']);
  });

  test('nothing of an alarm that it neither shows nor sounds: below a more urgent one, on another bed’s page', () => {
    const beds = [bed([alarm('a')]), bed([alarm('b', { priority: 'medium' })], { bed: BED_2 })];
    expect(said(beds, page({ view: { type: 'bed', bed: VIEW.bed } }))).toEqual(['a shown sounded']);
    expect(said(beds, page({ view: { type: 'bed', bed: BED_2 } }))).toEqual(['a shown sounded', 'b shown -']);
    expect(said(beds, page())).toEqual(['a shown sounded', 'b shown -']);
    expect(said(beds, page({ tiles: [] }))).toEqual(['a shown sounded']);
  });

  test('that it shows what was put before every screen', () => {
    const carried = bed([alarm('b', { priority: 'medium', escalation: 2 })], { bed: BED_2 });
    const beds = [bed([alarm('a')]), carried];
    expect(said(beds, page({ view: { type: 'bed', bed: VIEW.bed } }))).toEqual(['a shown sounded', 'b shown -']);
  });

  test('nothing of what somebody has answered, of a notice, and of what the station knows already', () => {
    const quiet = [
      alarm('a', { state: 'acknowledged' }),
      alarm('b', { priority: 'notice' }),
      alarm('c', { state: 'pending' }),
      alarm('d', { shownAt: monotonicMs(1), soundedAt: monotonicMs(1) }),
    ];
    expect(said([bed(quiet)], page())).toEqual([]);
  });

  test('each thing once, a new signal again, and everything again to a station that may not have heard it', () => {
    const told = new PageDeliveries();
    const first = [bed([alarm('a')])];
    expect(told.due(first, page({ sound: 'off' }))).toHaveLength(1);
    expect(told.due(first, page({ sound: 'off' }))).toEqual([]);
    expect(told.due(first, page())).toHaveLength(1);
    expect(told.due([bed([alarm('a', { signalledAt: monotonicMs(2000) })])], page())).toHaveLength(1);
    told.forget();
    expect(told.due([bed([alarm('a', { signalledAt: monotonicMs(2000) })])], page())).toHaveLength(1);
    expect(told.due([bed([])], page())).toEqual([]);
  });
});

describe('an alarm that nobody answers', () => {
  test.each([
    [undefined, false],
    [2, false],
    [3, true],
    [4, true],
  ] as const)('at stage %s is called unanswered: %s, and is louder then', (stage, isSo) => {
    const one = alarm('a', stage === undefined ? {} : { escalation: stage });
    expect(isUnanswered(one)).toBe(isSo);
    expect(soundOf([bed([one])])?.loudness).toBe(isSo ? 'raised' : 'as-set');
  });

  test('does not raise the sound of a more urgent one', () => {
    const beds = [bed([alarm('a')]), bed([alarm('b', { priority: 'medium', escalation: 4 })], { bed: BED_2 })];
    expect(soundOf(beds)).toMatchObject({ priority: 'high', loudness: 'as-set' });
  });

  test('comes before newer ones of its priority, and below the banner when another is in it, or at the last stage', () => {
    const carried = (stage: EscalationStage) => alarm('old', { escalation: stage, signalledAt: monotonicMs(0) });
    const names = (...alarms: readonly Alarm[]) => alarmsOf([bed(alarms)]).map(({ alarm: { id } }) => id);
    expect(names(alarm('new', { signalledAt: monotonicMs(9000) }), carried(3))).toEqual(['old', 'new']);
    const below = (...alarms: readonly Alarm[]) => escalatedOf(alarmsOf([bed(alarms)])).map(({ alarm: { id } }) => id);
    expect(below(carried(3))).toEqual([]);
    expect(below(carried(4))).toEqual(['old']);
    expect(below(alarm('new', { priority: 'high' }), { ...carried(2), priority: 'medium' })).toEqual(['old']);
  });
});

describe('who has it', () => {
  const by = { name: 'Ana', station: 'screen 3' };
  const at = monotonicMs(0);
  const words = (more: Partial<Alarm>) => responsibilityWords(alarm('a', more), () => 0);

  test('is said with the screen, to whom it was passed on, and not where it was answered', () => {
    expect(words({ responsibility: { state: 'taken', by, at } })).toMatch(/^Taken by Ana at screen 3, \d\d:\d\d:\d\d$/);
    expect(words({ responsibility: { state: 'passed-on', by, at, to: 'Ben' } })).toMatch(/^Passed on by Ana to Ben, /);
    expect(words({ responsibility: { state: 'taken', by, at }, state: 'acknowledged' })).toBeUndefined();
    expect(words({})).toBeUndefined();
  });
});
