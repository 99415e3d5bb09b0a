/** What a person says that a pump channel carries: what is taken, what needs a reason, and what is forgotten again. */
import { describe, expect, test } from 'vitest';
import { bedId, monotonicMs, type ChannelEntry, type Command, type Session } from '$lib/domain/index.ts';
import { PLAN_RANGES } from '$lib/pharmacology/index.ts';
import { resetChannel, setChannel } from '$lib/bedside/commands-channel.ts';
import type { ChannelState } from '$lib/bedside/index.ts';
import { NURSE } from '../support/bed.ts';
import { byKey, channel, nameless, session } from '../support/channel.ts';
import { NOW, bedWith } from '../support/told-bed.ts';

type SetChannel = Extract<Command, { type: 'set-channel' }>;

const { plan: _, ...UNPLANNED } = session();
const SESSION = session({ admittedAt: monotonicMs(5000) });
const saidOf = (key: string, more: Partial<ChannelEntry> = {}): ChannelEntry => ({
  ...{ channel: key, from: monotonicMs(0), by: NURSE, at: monotonicMs(0) },
  ...more,
});

function say(
  more: Partial<SetChannel>,
  told: Session = SESSION,
  channels: readonly ChannelState[] = [nameless('p1')],
): Session['channels'] | string {
  const command: SetChannel = { type: 'set-channel', channel: 'p1', since: 'admission', ...more };
  const envelope = { id: 'c1', bed: bedId('bed-1'), by: NURSE, command };
  const answer = setChannel(bedWith({ session: told, channels: byKey(...channels) }), told, envelope, command);
  if (!answer.ok) return `${answer.error.why}: ${answer.error.message}`;
  expect(answer.value.outputs[0]).toEqual({ kind: 'session', cause: 'channel', session: answer.value.state.session });
  return answer.value.state.session?.channels;
}

describe('what a channel carries', () => {
  test('holds from the admission on, or from now where another syringe was put in, by whom and since when', () => {
    const entry = { channel: 'p1', drugName: 'Ketamine', by: NURSE, at: NOW };
    expect(say({ drugName: 'Ketamine' })).toEqual([{ ...entry, from: 5000 }]);
    expect(say({ drugName: 'Ketamine', since: 'now' })).toEqual([{ ...entry, from: NOW }]);
  });

  test('corrected, takes the place of all that was said of this channel; another syringe leaves it as it was', () => {
    const before = [saidOf('p1', { drugName: 'NaCl' }), saidOf('p2'), saidOf('p1', { role: 'carrier' })];
    const told = { ...SESSION, channels: before };
    expect(say({ drugName: 'Ketamine' }, told)).toMatchObject([{ channel: 'p2' }, { drugName: 'Ketamine' }]);
    expect(say({ drugName: 'Ketamine', since: 'now' }, told)).toMatchObject([...before, { drugName: 'Ketamine' }]);
  });

  test('keeps no reason where nothing was contradicted', () => {
    expect(say({ role: 'therapy', reason: 'just so' })).toEqual([
      { channel: 'p1', role: 'therapy', from: 5000, by: NURSE, at: NOW },
    ]);
  });

  test.each<[Partial<SetChannel>, object | string]>([
    [{ channel: 'p9', role: 'other' }, 'unknown-channel: There is no pump channel p9 at this bed.'],
    [{}, 'incomplete: Say what the channel carries: its part, its drug or its concentration.'],
    [{ role: 'nothing' as 'other' }, 'out-of-range: A channel carries the therapy, a carrier, or something else.'],
    [{ drugName: '  ' }, 'incomplete: The drug needs a name of at most 60 letters.'],
    [{ drugName: 'x'.repeat(61) }, 'incomplete: The drug needs a name of at most 60 letters.'],
    [{ drugName: ` ${'x'.repeat(60)} ` }, [{ drugName: 'x'.repeat(60) }]],
    [{ concentrationMgPerMl: PLAN_RANGES.concentrationMgPerMl[0] }, [{}]],
    [{ concentrationMgPerMl: PLAN_RANGES.concentrationMgPerMl[1] }, [{}]],
  ])('%j: %j', (more, answer) => {
    if (typeof answer === 'string') expect(say(more)).toBe(answer);
    else expect(say(more)).toMatchObject(answer);
  });

  test.each([PLAN_RANGES.concentrationMgPerMl[0] - 1e-9, PLAN_RANGES.concentrationMgPerMl[1] + 1e-9])(
    '%d mg/mL is out of range',
    (concentrationMgPerMl) => {
      const [low, high] = PLAN_RANGES.concentrationMgPerMl;
      expect(say({ concentrationMgPerMl })).toBe(
        `out-of-range: The concentration in mg/mL must be between ${low} and ${high}.`,
      );
    },
  );
});

describe('against the word of pump or plan', () => {
  const sent = (mgPerMl: number): ChannelState => channel({ sent: { value: mgPerMl, unit: 'mg/mL' } });
  const REASON = ' Give a reason to say otherwise.';

  test.each<[string, Partial<SetChannel>, readonly ChannelState[], string]>([
    ['another drug', { drugName: 'Propofol' }, [channel()], 'The pump says Ketamine.'],
    ['another concentration', { concentrationMgPerMl: 2 }, [sent(1)], 'The pump says 1 mg/mL.'],
    ['a concentration that is a little off', { concentrationMgPerMl: 2.0021 }, [sent(2)], 'The pump says 2 mg/mL.'],
    ['the planned drug as a carrier', { role: 'carrier' }, [channel()], 'This channel carries the planned Ketamine.'],
    [
      'the planned drug, so named, as a carrier',
      { role: 'carrier', drugName: 'Ketamine' },
      [nameless('p1')],
      'This channel carries the planned Ketamine.',
    ],
    [
      'another drug as the therapy',
      { role: 'therapy' },
      [channel({}, { drugName: 'Propofol' })],
      'The plan says Ketamine, this channel Propofol.',
    ],
    [
      'a second therapy',
      { role: 'therapy' },
      [nameless('p1'), channel({ key: 'p2' }, { place: '12' })],
      'Channel 12 carries the planned drug already.',
    ],
    [
      'a second therapy in a pump without a place',
      { role: 'therapy' },
      [nameless('p1'), channel({ key: 'p2' })],
      'Channel p2 carries the planned drug already.',
    ],
    [
      'drug and concentration',
      { drugName: 'Propofol', concentrationMgPerMl: 2 },
      [sent(1)],
      'The pump says Ketamine. The pump says 1 mg/mL.',
    ],
  ])('%s needs a reason', (_, more, channels, fact) => {
    expect(say(more, SESSION, channels)).toBe(`incomplete: ${fact}${REASON}`);
    expect(say({ ...more, reason: '  ' }, SESSION, channels)).toBe(`incomplete: ${fact}${REASON}`);
  });

  test('with a reason it is taken, with what it stands against', () => {
    const more = { role: 'therapy', drugName: 'Propofol', concentrationMgPerMl: 2, reason: ' changed ' } as const;
    expect(say(more, SESSION, [sent(1)])).toMatchObject([
      { overrides: ['role', 'drug', 'concentration'], reason: 'changed' },
    ]);
  });

  test.each<[string, Partial<SetChannel>, readonly ChannelState[], Session]>([
    ['the same drug by another name', { drugName: 'KETAMIN' }, [channel()], SESSION],
    ['the same concentration', { concentrationMgPerMl: 2.0019 }, [sent(2)], SESSION],
    ['a concentration that the pump does not send', { concentrationMgPerMl: 2 }, [channel()], SESSION],
    ['the planned drug as the therapy', { role: 'therapy' }, [channel()], SESSION],
    ['the therapy again, of the channel that is it', { role: 'therapy' }, [channel(), nameless('p2')], SESSION],
    ['a carrier that is one', { role: 'carrier' }, [channel({}, { drugName: 'NaCl' })], SESSION],
    ['a part without a plan', { role: 'therapy' }, [channel()], UNPLANNED],
    ['another part without a plan', { role: 'carrier' }, [channel()], UNPLANNED],
    [
      'the therapy where another channel was it only for want of others',
      { role: 'therapy' },
      [nameless('p1'), nameless('p2')],
      { ...SESSION, channels: [saidOf('p1', { role: 'carrier' })] },
    ],
  ])('%s needs none', (_, more, channels, told) => {
    expect(say(more, told, channels)).toHaveLength(1);
    expect(say(more, told, channels)).not.toMatchObject([{ overrides: expect.anything() as unknown }]);
  });
});

describe('what was said of a channel', () => {
  const reset = (key: string, channels?: readonly ChannelEntry[]) => {
    const told = channels ? { ...SESSION, channels } : SESSION;
    const state = bedWith({ session: told, channels: byKey(nameless('p1'), nameless('p2')) });
    return { state, answer: resetChannel(state, told, key) };
  };

  test('is forgotten, and of the others nothing', () => {
    const { answer } = reset('p1', [saidOf('p1'), saidOf('p2'), saidOf('p1')]);
    expect(answer.ok && answer.value.state.session?.channels).toEqual([saidOf('p2')]);
    expect(answer.ok && answer.value.outputs).toMatchObject([{ kind: 'session', cause: 'channel' }]);
  });

  test('leaves nothing behind where it was all that was said', () => {
    const { answer } = reset('p1', [saidOf('p1')]);
    expect(answer.ok && answer.value.state.session).not.toHaveProperty('channels');
  });

  test.each([undefined, [saidOf('p2')]])('changes nothing where there was nothing (%j)', (channels) => {
    const { state, answer } = reset('p1', channels);
    expect(answer).toEqual({ ok: true, value: { state, outputs: [] } });
  });

  test('of a channel that there is not cannot be forgotten', () => {
    expect(reset('p9').answer).toMatchObject({ ok: false, error: { why: 'unknown-channel' } });
  });
});
