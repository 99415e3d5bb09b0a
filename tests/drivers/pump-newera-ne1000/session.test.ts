import { describe, expect, test } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import { seal } from '$drivers/pump-newera-ne1000/framing.ts';
import { pumpNeweraNe1000 } from '$drivers/pump-newera-ne1000/index.ts';
import type { Mode, Query, Word } from '$drivers/pump-newera-ne1000/messages.ts';
import { PollingBench } from '../../support/polling-bench.ts';

const newBench = (settings = {}) => new PollingBench(pumpNeweraNe1000, settings);
type Bench = ReturnType<typeof newBench>;

const DATA: Readonly<Record<Word, string>> = {
  VER: 'NE1000V3.928',
  DIA: '26.59',
  RAT: '52.50MH',
  DIS: 'I17.50W0.000ML',
  VOL: '35.00ML',
};
type Told = Partial<Record<Word, string | undefined>>;

/** A pump that tells this status and these data; `undefined` stays unanswered. */
function talk(bench: Bench, until: number, status = 'I', told: Told = {}, mode: Mode = 'basic'): Bench {
  const data = { ...DATA, ...told };
  return bench.converse(until, ({ word }) => {
    const text = data[word];
    return text === undefined ? [] : [seal(mode, `00${status}${text}`)];
  });
}
const words = (queries: readonly Query[]): readonly Word[] => queries.map(({ word }) => word);
const last = (bench: Bench) => bench.infusions.at(-1);

const LIVE =
  'Bench pump, not for human use: NE1000, version 3.928. Its alarms end on the pump when they are read here.';

describe('on opening', () => {
  test('the pump is asked who it is, until it answers', () => {
    const bench = newBench().open().waitUntil(2750);
    expect(bench.sent).toEqual(
      [0, 1000, 2000].map((at) => ({ at, query: { word: 'VER', address: 0, mode: 'basic' } })),
    );
    expect(bench.statuses).toEqual([]);
  });

  test('then the syringe, and after that rate, volumes and target in rounds of half a second', () => {
    const bench = talk(newBench().open(), 10_000);
    expect(words(bench.queries()).slice(0, 8)).toEqual(['VER', 'DIA', 'RAT', 'DIS', 'VOL', 'RAT', 'DIS', 'VOL']);
    const starts = bench.sent.filter(({ query }) => query.word === 'RAT').map(({ at }) => at);
    const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    expect(gaps.slice(1).every((gap) => gap === 500)).toBe(true);
    expect(bench.infusions.length).toBeGreaterThanOrEqual(18);
    expect(bench.infusions.every((reading) => reading.rateMlPerHour === 52.5 && reading.volumeInfusedMl === 17.5)).toBe(
      true,
    );
  });

  test('says with the first reading, and not before, that it is live, what it is, and for whom it is not', () => {
    const bench = newBench().open().receive(seal('basic', '00SNE1000V3.928'));
    expect(bench.states).toEqual([]);
    talk(bench, 1000);
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live', reason: LIVE }]);
  });

  test('a pump that does not tell its name is read all the same', () => {
    const bench = talk(newBench().open(), 2000, 'S', { VER: '?' });
    expect(bench.lastReason).toContain('Bench pump, not for human use: it has not told its name.');
    expect(last(bench)).toMatchObject({ state: 'stopped', volumeInfusedMl: 17.5 });
    expect(last(bench)?.model).toBeUndefined();
  });

  test('the configured address is asked', () => {
    const bench = newBench({ address: 12 }).open();
    expect(bench.queries()).toEqual([{ word: 'VER', address: 12, mode: 'basic' }]);
    bench.receive(seal('basic', '12SNE1000V3.928')).waitUntil(250);
    expect(bench.queries()[1]).toEqual({ word: 'DIA', address: 12, mode: 'basic' });
  });
});

describe('a pump that does not answer', () => {
  test('is asked with growing pauses, then the link is opened anew with a hint', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 4000, 7000, 13_000, 24_000]);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toContain('Not a byte');
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/does not answer.*Not a byte/);
    bench.open();
    expect(bench.sent.at(-1)?.at).toBe(60_000);
  });

  test.each([
    ['noise', new Uint8Array(200).fill(0x55), /no packet is right/],
    ['packets that nobody understands', fromHex('02 30 30 5A 68 03'), /does not understand/],
    ['another pump of the chain', seal('basic', '05S'), /address 5 answers; 0 is configured/],
  ])('but with %s gets the hint for that', (_what, bytes, hint) => {
    const bench = newBench().open().waitUntil(500).receive(bytes).waitUntil(3500);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(hint);
  });

  test('any more is silent within 3 s of its last word, is asked again, and is live with its next reading', () => {
    const bench = talk(newBench().open(), 20_000);
    const from = bench.infusions.length;
    const lastAt = last(bench)?.at ?? 0;
    for (let at = 20_000; bench.states.at(-1) === 'live' && at < 30_000; at += 250) bench.waitUntil(at);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The pump does not answer.');
    expect(bench.now - lastAt).toBeLessThanOrEqual(2250);
    bench.waitUntil(30_000);
    expect(bench.infusions).toHaveLength(from);
    expect(words(bench.queries(bench.now - 8000)).every((word) => word === 'VER')).toBe(true);
    talk(bench, 45_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.infusions.length).toBeGreaterThan(from);
  });

  test('for ever gets its link opened anew', () => {
    const bench = talk(newBench().open(), 5000).waitUntil(60_000);
    expect(bench.reopens).toEqual(['The pump does not answer.']);
  });

  test('closing ends everything', () => {
    const bench = talk(newBench().open(), 5000).close();
    const { length } = bench.sent;
    bench.receive(seal('basic', '00I52.50MH')).waitUntil(20_000);
    expect(bench.sent).toHaveLength(length);
  });
});

describe('a round', () => {
  test('without an answer to one question is a reading without that value, and the doubt says so', () => {
    const bench = talk(newBench().open(), 8000, 'I', { RAT: undefined });
    expect(bench.states).toEqual(['live']);
    expect(last(bench)).toMatchObject({ state: 'infusing', volumeInfusedMl: 17.5, doubt: 'no answer to RAT' });
    expect(last(bench)?.rateMlPerHour).toBeUndefined();
  });

  test('without any answer is no reading', () => {
    const bench = talk(newBench().open(), 3000);
    const { length } = bench.infusions;
    talk(bench, 3900, 'I', { RAT: undefined, DIS: undefined, VOL: undefined });
    expect(bench.infusions.length - length).toBeLessThanOrEqual(1);
    expect(bench.infusions.every(({ volumeInfusedMl }) => volumeInfusedMl !== undefined)).toBe(true);
  });

  test('with errors is a reading of the state alone, and the doubt tells them', () => {
    const bench = talk(newBench().open(), 3000, 'S', { RAT: '?NA', DIS: '', VOL: 'what' });
    expect(last(bench)).toMatchObject({
      state: 'stopped',
      doubt: 'RAT was answered ?NA; DIS was answered without a value; VOL was answered what',
    });
  });

  test('takes a late reply for what it says, and waits on for the one that it asked for', () => {
    const bench = newBench().open();
    for (const data of [DATA.VER, DATA.DIA]) bench.receive(seal('basic', `00I${data}`));
    bench.waitUntil(500);
    expect(words(bench.queries())).toEqual(['VER', 'DIA', 'RAT', 'DIS']);
    bench.receive(seal('basic', '00I31.00MH'));
    expect(bench.sent).toHaveLength(4);
    for (const data of [DATA.DIS, DATA.VOL]) bench.receive(seal('basic', `00I${data}`));
    expect(bench.infusions).toMatchObject([{ rateMlPerHour: 31, volumeInfusedMl: 17.5, vtbiMl: 35 }]);
    expect(last(bench)?.doubt).toBeUndefined();
  });

  test('asks nothing before the answer has come or its time is over', () => {
    const bench = newBench().open().receive(seal('basic', '00SNE1000V3.928'));
    expect(words(bench.queries())).toEqual(['VER', 'DIA']);
    bench.waitUntil(250);
    expect(bench.sent).toHaveLength(2);
    bench.waitUntil(500);
    expect(words(bench.queries())).toEqual(['VER', 'DIA', 'RAT']);
  });

  test('damaged and strange replies are no answer', () => {
    const bench = newBench().open().receive(seal('basic', '00SNE1000V3.928'));
    bench.receive(fromHex('02 0E 30 30 49 35 32 2E 35 30 4D 48 52 EE 03 02')).receive(fromHex('30 30 5A 68 03'));
    expect(bench.noiseBytes).toBe(15);
    expect(bench.undecodable).toHaveLength(1);
    expect(words(bench.queries())).toEqual(['VER', 'DIA']);
  });
});

describe('an alarm', () => {
  const stall = seal('basic', '00A?S');
  /** Told once, in the reply to the next question: then the pump stands and says nothing of it any more. */
  const stalled = (): Bench => {
    const bench = talk(newBench().open(), 3000);
    let isTold = false;
    return bench.converse(4000, ({ word }) => {
      const reply = isTold ? seal('basic', `00S${DATA[word]}`) : stall;
      isTold = true;
      return [reply];
    });
  };

  test('is kept although reading it has ended it on the pump, until the pump runs again', () => {
    const bench = stalled();
    expect(last(bench)).toMatchObject({
      state: 'alarm',
      alarms: [{ kind: 'unspecified', stage: 'alarm', priority: 'high', code: 'A?S' }],
    });
    expect(last(bench)?.doubt).toMatch(/its motor stalled; reading it has ended it on the pump/);
    talk(bench, 120_000, 'S');
    expect(last(bench)).toMatchObject({ state: 'alarm', alarms: [{ code: 'A?S' }] });
    talk(bench, 121_000, 'I');
    expect(last(bench)).toMatchObject({ state: 'infusing', alarms: [] });
    talk(bench, 122_000, 'P');
    expect(last(bench)).toMatchObject({ state: 'paused', alarms: [] });
  });

  test('is in the reading of its own round, with what its question did not tell', () => {
    const bench = talk(newBench().open(), 3000);
    bench.converse(3600, ({ word }) => [word === 'RAT' ? stall : seal('basic', `00S${DATA[word]}`)]);
    expect(last(bench)).toMatchObject({ state: 'alarm', volumeInfusedMl: 17.5, alarms: [{ code: 'A?S' }] });
    expect(last(bench)?.doubt).toContain('RAT was answered by an alarm');
  });

  test('outlives a break of the link', () => {
    const bench = talk(stalled().waitUntil(60_000).open(), 62_000, 'S');
    expect(last(bench)).toMatchObject({ state: 'alarm', alarms: [{ code: 'A?S' }] });
  });

  test('during which the pump moves on stays for 10 s', () => {
    const bench = talk(newBench().open(), 3000).receive(seal('basic', '00A?E'));
    talk(bench, 9000);
    expect(last(bench)).toMatchObject({ state: 'infusing', alarms: [{ code: 'A?E' }] });
    talk(bench, 14_000);
    expect(last(bench)).toMatchObject({ state: 'infusing', alarms: [] });
  });

  test('of several each is kept once', () => {
    const bench = stalled();
    for (const letter of ['E', 'S', 'E']) bench.receive(seal('basic', `00A?${letter}`));
    talk(bench, 5000, 'S');
    expect(last(bench)?.alarms.map(({ code }) => code)).toEqual(['A?S', 'A?E']);
  });

  test('in the reply to the very first question is kept as well', () => {
    const bench = newBench().open().receive(seal('basic', '00A?R'));
    talk(bench, 2000, 'S');
    expect(words(bench.queries()).slice(0, 3)).toEqual(['VER', 'VER', 'DIA']);
    expect(last(bench)).toMatchObject({ state: 'alarm', alarms: [{ kind: 'power.ac', priority: 'low', code: 'A?R' }] });
  });
});

describe('a pump in safe mode', () => {
  const COM = seal('safe', '00S?COM');
  const modes = (bench: Bench) => new Set(bench.queries().map(({ mode }) => mode));

  test('is spoken to in safe packets as soon as one of its own has come, and it is said', () => {
    const bench = newBench().open().waitUntil(500).receive(COM);
    expect(bench.queries()).toEqual([
      { word: 'VER', address: 0, mode: 'basic' },
      { word: 'VER', address: 0, mode: 'safe' },
    ]);
    talk(bench, 3000, 'I', {}, 'safe');
    expect(bench.states).toEqual(['live']);
    expect(bench.lastReason).toBe(
      `${LIVE} It is in its safe mode, which another program has switched on: it may stop when nobody asks it any more.`,
    );
    expect(last(bench)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5, isRemoteControlled: true });
  });

  test('is believed for a right packet only', () => {
    const damaged = COM.map((byte, i) => (i === 4 ? byte ^ 1 : byte));
    const bench = newBench().open().receive(damaged).receive(fromHex('02')).waitUntil(8000);
    expect(modes(bench)).toEqual(new Set(['basic']));
  });

  test('that is switched on or off meanwhile is followed', () => {
    const bench = talk(newBench().open(), 3000);
    bench.waitUntil(3250).receive(COM);
    talk(bench, 6000, 'I', {}, 'safe');
    expect(bench.sent.at(-1)?.query.mode).toBe('safe');
    bench.receive(seal('basic', '00S'));
    talk(bench, 9000);
    expect(bench.sent.at(-1)?.query.mode).toBe('basic');
    expect(bench.lastReason).toBe(LIVE);
    expect(last(bench)?.isRemoteControlled).toBeUndefined();
  });

  test('tells its alarms unasked, and they are kept; a new link begins in basic mode', () => {
    const bench = newBench().open().receive(COM);
    talk(bench, 3000, 'S', {}, 'safe').receive(seal('safe', '00A?T'));
    talk(bench, 4000, 'S', {}, 'safe');
    expect(last(bench)).toMatchObject({ state: 'alarm', alarms: [{ kind: 'comms', code: 'A?T' }] });
    bench.open();
    expect(bench.sent.at(-1)?.query).toEqual({ word: 'VER', address: 0, mode: 'basic' });
  });
});
