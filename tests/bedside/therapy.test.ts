/** Which channel is the therapy: by a person's word, by the drug's name, or because no other can be it. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type ChannelEntry, type InfusionState } from '$lib/domain/index.ts';
import {
  drugEndedAt,
  drugOf,
  entryOf,
  rolesOf,
  therapyChannel,
  therapyChannels,
  type ChannelState,
} from '$lib/bedside/index.ts';
import { NURSE } from '../support/bed.ts';
import { byKey, channel, nameless, session } from '../support/channel.ts';

const entry = (of: string, more: Partial<ChannelEntry>): ChannelEntry => ({
  channel: of,
  from: monotonicMs(0),
  by: NURSE,
  at: monotonicMs(0),
  ...more,
});
const bed = (channels: readonly ChannelState[], ...entries: readonly ChannelEntry[]) => ({
  channels: byKey(...channels),
  session: session(entries.length > 0 ? { channels: entries } : {}),
});
const roles = (of: Parameters<typeof rolesOf>[0]) =>
  [...rolesOf(of)].map(([key, { role, from, isPlannedDrug }]) => `${key} ${role} ${from} ${isPlannedDrug}`);

describe('the drug of a channel', () => {
  const ketamine = channel();

  test('is the pump’s word, and a person’s only where it was said against it or where the pump says none', () => {
    const said = (more: Partial<ChannelEntry>) => session({ channels: [entry('p1', more)] });
    expect(drugOf(session(), ketamine)).toEqual({ name: 'Ketamine', from: 'pump' });
    expect(drugOf(said({ drugName: 'Esketamine' }), ketamine)).toEqual({ name: 'Ketamine', from: 'pump' });
    expect(drugOf(said({ drugName: 'Esketamine', overrides: ['role'] }), ketamine)?.from).toBe('pump');
    expect(drugOf(said({ drugName: 'Esketamine', overrides: ['drug'] }), ketamine)).toEqual({
      name: 'Esketamine',
      from: 'entry',
    });
    expect(drugOf(said({ role: 'therapy' }), ketamine)?.from).toBe('pump');
    expect(drugOf(said({ drugName: 'Esketamine' }), nameless('p1'))).toEqual({ name: 'Esketamine', from: 'entry' });
    expect(drugOf(session(), nameless('p1'))).toBeUndefined();
    expect(drugOf(undefined, ketamine)).toEqual({ name: 'Ketamine', from: 'pump' });
  });

  test('the last word on a channel counts, and none on another', () => {
    const words = session({
      channels: [entry('p1', { role: 'other' }), entry('p1', { role: 'carrier' }), entry('p2', { role: 'therapy' })],
    });
    expect(entryOf(words, 'p1')?.role).toBe('carrier');
    expect(entryOf(words, 'p3')).toBeUndefined();
    expect(entryOf(undefined, 'p1')).toBeUndefined();
  });
});

describe('roles', () => {
  test.each<[string, Parameters<typeof rolesOf>[0], readonly string[]]>([
    [
      'by name',
      bed([channel(), channel({ key: 'c' }, { drugName: 'NaCl' })]),
      ['p1 therapy drug-name true', 'c carrier drug-name false'],
    ],
    ['the only one without a name', bed([nameless('a')]), ['a therapy only-one true']],
    ['one with another drug, alone', bed([channel({}, { drugName: 'Propofol' })]), ['p1 therapy only-one false']],
    [
      'the only one left beside a carrier',
      bed([nameless('a'), channel({ key: 'c' }, { drugName: 'NaCl' })]),
      ['a therapy only-one true', 'c carrier drug-name false'],
    ],
    ['none, where two have no name', bed([nameless('a'), nameless('b')]), ['a other none false', 'b other none false']],
    [
      'none, where another is the therapy by name',
      bed([channel(), nameless('b')]),
      ['p1 therapy drug-name true', 'b other none false'],
    ],
    [
      'none, where a person named another',
      bed([nameless('a'), nameless('b')], entry('a', { role: 'therapy' })),
      ['a therapy entry true', 'b other none false'],
    ],
    [
      'a person’s word against the name',
      bed([channel()], entry('p1', { role: 'carrier' })),
      ['p1 carrier entry false'],
    ],
    [
      'an entry that says no part leaves it to the name',
      bed([channel()], entry('p1', { concentrationMgPerMl: 1 })),
      ['p1 therapy drug-name true'],
    ],
  ])('%s', (_, of, expected) => {
    expect(roles(of)).toEqual(expected);
  });

  test('without a plan the only pump is it by being alone, whatever its name, and a carrier is none', () => {
    const { plan: _, ...unplanned } = session();
    expect(roles({ channels: byKey(channel()), session: unplanned })).toEqual(['p1 therapy only-one true']);
    expect(roles({ channels: byKey(channel({}, { drugName: 'NaCl' })), session: unplanned })).toEqual([
      'p1 carrier drug-name false',
    ]);
    expect(roles({ channels: byKey(channel()) })).toEqual(['p1 therapy only-one true']);
  });
});

describe('the channel to look at', () => {
  const standing = (key: string, more: Partial<ChannelState> = {}) => channel({ key, ...more }, { state: 'stopped' });

  test('is the one that flows, else the one that has run, else the first', () => {
    const [unused, used, running] = [standing('a', { hasRun: false }), standing('b'), channel({ key: 'c' })];
    expect(therapyChannel(bed([unused, used, running]))?.key).toBe('c');
    expect(therapyChannel(bed([unused, used]))?.key).toBe('b');
    expect(therapyChannel(bed([unused, standing('d', { hasRun: false })]))?.key).toBe('a');
    expect(therapyChannel(bed([]))).toBeUndefined();
  });

  test('is never a carrier', () => {
    const carrier = channel({ key: 'c' }, { drugName: 'NaCl' });
    expect(therapyChannels(bed([carrier, channel()])).map(({ key }) => key)).toEqual(['p1']);
    expect(therapyChannel(bed([carrier]))).toBeUndefined();
  });
});

describe('the end of the drug', () => {
  const inState = (key: string, state: InfusionState, sinceS: number, more: Partial<ChannelState> = {}) =>
    channel({ key, stateSince: monotonicMs(sinceS * 1000), ...more }, { state });

  test.each<[string, readonly ChannelState[], number | undefined]>([
    ['when it is complete', [inState('a', 'complete', 50)], 50],
    ['when it was stopped', [inState('a', 'paused', 50)], 50],
    ['the last of two', [inState('a', 'stopped', 50), inState('b', 'complete', 70), inState('c', 'off', 60)], 70],
    ['not while one still flows', [inState('a', 'stopped', 50), inState('b', 'infusing', 70)], undefined],
    ['not while one says nothing certain', [inState('a', 'unknown', 50)], undefined],
    ['not by one that never ran', [inState('a', 'stopped', 50), inState('b', 'stopped', 70, { hasRun: false })], 50],
    ['not at all, where none ran', [inState('a', 'stopped', 50, { hasRun: false })], undefined],
  ])('%s', (_, channels, endS) => {
    expect(drugEndedAt(bed(channels))).toBe(endS === undefined ? undefined : endS * 1000);
  });
});
