import { describe, expect, test } from 'vitest';
import type { Arrival } from '$drivers/driver.ts';
import { encodeArrival, encodeFeed, type Written } from '$drivers/vital-recorder/codec.ts';
import { KINDS, wrap } from '$drivers/vital-recorder/framing.ts';
import { vitalRecorder } from '$drivers/vital-recorder/index.ts';
import { start } from '$drivers/vital-recorder/session.ts';
import { deviceId } from '$lib/domain/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { EPOCH_S, feed, number, room } from './vectors.ts';

/** The driver at an open port, and a recorder whose second 0 is at 0 s of ours. */
const bench = (settings: Readonly<Record<string, unknown>> = {}) =>
  new FoldedDriver({ ...vitalRecorder, start: (context) => start({ ...context, settings }) }).open();

type Folded = ReturnType<typeof bench>;

const hr = (second: number, value = 77) => number('ECG_HR', 2, '/min', value, EPOCH_S + second);
const send = (folded: Folded, ...rooms: readonly Written[]): Folded =>
  folded.receive(wrap(KINDS.socket, encodeFeed(feed(...rooms))));
const say = (folded: Folded, arrival: Arrival): Folded => folded.receive(encodeArrival(arrival));

function sendSeconds(folded: Folded, from: number, to: number): Folded {
  for (let second = from; second <= to; second += 1) send(folded.waitUntil(second * 1000), room('OR1', hr(second)));
  return folded;
}

describe('the way to live and back', () => {
  test('a port at which nobody is says how a recorder finds it', () => {
    const folded = bench().waitUntil(9999);
    expect(folded.states).toEqual([]);
    expect(folded.waitUntil(60_000)).toMatchObject({ states: ['negotiating'], reopens: [] });
    expect(folded.lastReason).toMatch(/No recorder has sent anything yet/);
  });

  test('live with the second message, silent 5 s after the last, live again by itself', () => {
    const folded = sendSeconds(bench(), 1, 3);
    expect(folded.states).toEqual(['live']);
    expect(folded.readings('heartRate')).toHaveLength(2);
    folded.waitUntil(7999);
    expect(folded.states.at(-1)).toBe('live');
    folded.waitUntil(8000);
    expect(folded.statuses.at(-1)).toEqual({
      type: 'status',
      state: 'silent',
      reason: 'The recorder is connected and sends nothing.',
    });
    sendSeconds(folded, 9, 9);
    expect(folded.states.at(-1)).toBe('live');
    expect(folded.reopens).toEqual([]);
  });

  test('who has gone is said to be gone', () => {
    const folded = say(sendSeconds(bench(), 1, 3), { kind: 'gone', sender: '10.1.2.3', connection: 1 }).waitUntil(9000);
    expect(folded.lastReason).toBe('The recorder has disconnected.');
    say(folded, { kind: 'came', sender: '10.1.2.3', connection: 1 });
    expect(folded.lastReason).toBe('The recorder is connected and sends nothing.');
  });

  test('what it knows outlives the link', () => {
    const folded = sendSeconds(bench(), 1, 3).close().open();
    sendSeconds(folded, 4, 4);
    expect(folded.states).toEqual(['live', 'live']);
    expect(folded.readings('heartRate')).toHaveLength(3);
  });
});

describe('what is no news', () => {
  test('the same message again and again becomes silence', () => {
    const folded = sendSeconds(bench(), 1, 3);
    for (let second = 4; second <= 10; second += 1) send(folded.waitUntil(second * 1000), room('OR1', hr(3)));
    expect(folded.readings('heartRate')).toHaveLength(2);
    expect(folded.lastReason).toMatch(/same data again and again/);
  });

  test('a backlog is not told as present, but a cuff reading in it is told with its time', () => {
    const folded = sendSeconds(bench(), 1, 40).waitUntil(60_000);
    const cuff = (second: number) => [
      number('NIBP_SYS', 16, 'mmHg', 142, EPOCH_S + second),
      number('NIBP_DIA', 17, 'mmHg', 88, EPOCH_S + second),
    ];
    const before = folded.numerics.length;
    for (let second = 41; second <= 56; second += 1)
      send(folded, room('OR1', hr(second), ...(second === 50 ? cuff(50) : [])));
    expect(folded.numerics).toHaveLength(before);
    expect(folded.states.at(-1)).toBe('silent');
    expect(folded.lastReason).toMatch(/more than 3 s late/);
    expect(folded.nibp).toMatchObject([{ at: 60_000, systolic: 142, diastolic: 88 }]);
    expect(Math.abs((folded.nibp[0]?.measuredAt ?? 0) - 50_000)).toBeLessThan(10);
    sendSeconds(folded, 60, 60);
    expect(folded.states.at(-1)).toBe('live');
  });

  test('rooms of others are not ours; which there are is said', () => {
    const folded = bench({ room: 'OR2' });
    send(folded.waitUntil(1000), room('OR1', hr(1)), room('OR3', hr(1)));
    expect(folded.lastReason).toBe('The recorder sends no room "OR2", only "OR1", "OR3".');
    send(folded.waitUntil(2000), room('OR1', hr(2, 60)), room('OR2', hr(2, 70)));
    send(folded.waitUntil(3000), room('OR1', hr(3, 61)), room('OR2', hr(3, 71)));
    expect(folded.readings('heartRate')).toEqual([{ value: 71 }]);
    expect(folded.statuses.at(-1)).toEqual({ type: 'status', state: 'live' });
  });

  test('of several rooms none is taken for ours unless it is said which', () => {
    const folded = bench();
    for (const second of [1, 2, 3])
      send(folded.waitUntil(second * 1000), room('OR1', hr(second)), room('OR2', hr(second)));
    expect(folded.observations).toEqual([]);
    expect(folded.lastReason).toBe(
      'The recorder sends several rooms ("OR1", "OR2"): give this device the setting "room".',
    );
  });

  test('a room without data, and messages that cannot be read', () => {
    const folded = send(bench(), room('OR1'));
    expect(folded.lastReason).toBe('The recorder sends no data for this room.');
    folded.receive(wrap(KINDS.socket, Uint8Array.of(0x78, 1, 2, 3)));
    expect(folded.lastReason).toBe('What the recorder sends cannot be read.');
    expect(folded.undecodable).toEqual(['damaged zlib']);
  });
});

describe('remarks', () => {
  test('tracks without a place are named once, in all messages together', () => {
    const folded = bench();
    const more = Array.from({ length: 8 }, (_, i) => number(`X${i}`, 0, '', 1));
    for (const second of [1, 2, 3, 4]) send(folded.waitUntil(second * 1000), room('OR1', hr(second), ...more));
    expect(folded.statuses).toEqual([
      {
        ...{ type: 'status', state: 'live' },
        reason:
          'No place here for 8 of its tracks: Intellivue/X0, Intellivue/X1, Intellivue/X2, Intellivue/X3, Intellivue/X4, Intellivue/X5, ….',
      },
    ]);
  });

  test('refused senders are told with their reason, and counted in steps: the journal is not flooded', () => {
    const folded = bench();
    for (let i = 0; i < 3000; i += 1) say(folded, { kind: 'refused', sender: '10.9.9.9', why: 'token', count: 1 });
    say(folded, { kind: 'refused', sender: '10.1.1.1', why: 'address', count: 2 });
    expect(folded.lastReason).toMatch(
      /Refused: more than 1000 × wrong or no vrcode \(10\.9\.9\.9\), 2 × address not on the list \(10\.1\.1\.1\)\.$/,
    );
    expect(folded.statuses.length).toBeLessThan(20);
  });

  test('senders without number are one', () => {
    const folded = bench();
    for (let i = 0; i < 200; i += 1) say(folded, { kind: 'refused', sender: `10.0.0.${i}`, why: 'address', count: 1 });
    expect(folded.lastReason?.length).toBeLessThan(1200);
    expect(folded.lastReason).toContain('more than 100 × other senders');
  });

  test('parts that are not understood are said', () => {
    const folded = bench();
    for (const second of [1, 2, 3])
      send(folded.waitUntil(second * 1000), room('OR1', hr(second), { name: 'X', type: 'smell', recs: [] }));
    expect(folded.statuses.at(-1)).toMatchObject({
      state: 'live',
      reason: 'Parts of its messages are not understood.',
    });
  });
});

test('a room that is no name is a mistake in the configuration', () => {
  for (const wrong of [5, '', ' ', null])
    expect(() => start({ device: deviceId('d'), settings: { room: wrong } })).toThrow(/room must be the name/);
});

test('nothing can be sent to a recorder', () => {
  expect(vitalRecorder.maySend).toEqual([]);
  expect(sendSeconds(bench(), 1, 10).sent).toEqual([]);
});
