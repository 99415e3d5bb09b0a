import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '$drivers/bytes.ts';
import { encode, encodeReply } from '$drivers/pump-alaris-asena/codec.ts';
import { frame } from '$drivers/pump-alaris-asena/framing.ts';
import type { Query, Reply } from '$drivers/pump-alaris-asena/messages.ts';
import { alarm, lastOf, newBench, rate, readingsOf, record, running, say, serial, talk, type Bench } from './pump.ts';
import { COMMANDS } from './vectors.ts';

const asksOf = (bench: Bench, query: Query, fromMs = 0): readonly number[] =>
  bench.sent.filter((each) => each.query === query && each.at >= fromMs).map(({ at }) => at);
const gapsOf = (times: readonly number[]): readonly number[] => times.slice(1).map((at, i) => at - (times[i] ?? 0));
/** In the middle of a quiet conversation. */
const live = (): Bench => talk(newBench().open(), 10_000);

describe('on opening', () => {
  test('nothing is said at once, then the serial number is asked for until it is told', () => {
    const bench = newBench().open();
    expect(bench.sent).toEqual([]);
    bench.waitUntil(2500);
    expect(bench.sent.map(({ at, query }) => `${at} ${query}`)).toEqual([
      '250 INST_SERIALNO',
      '1250 INST_SERIALNO',
      '2250 INST_SERIALNO',
    ]);
    expect(bench.statuses).toEqual([]);
  });

  test('the pump is identified, then its alarm and its record are asked for; it is live with the first record', () => {
    const bench = talk(newBench().open(), 900);
    expect(bench.queries()).toEqual([
      'INST_SERIALNO',
      'COMMS_PROTOCOL',
      'COMMS_RESPONSE_MAX',
      'SYRINGE_STATUS',
      'ALARM',
      'INF',
      'INF_VTBI',
      'SYRINGE_STATUS',
    ]);
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live' }]);
    expect(readingsOf(bench)).toMatchObject([
      { channel: '8002-51740', state: 'stopped', syringe: { sizeMl: 50, brand: 'BD PLASTIPAK' }, alarms: [] },
    ]);
  });

  test.each<Query>(['COMMS_PROTOCOL', 'COMMS_RESPONSE_MAX', 'SYRINGE_STATUS'])(
    'a pump that does not answer %s is asked twice, then for its number again after growing pauses, then anew',
    (query) => {
      const bench = talk(newBench().open(), 60_000, { [query]: undefined });
      expect(bench.states).toEqual(['negotiating']);
      expect(bench.lastReason).toBe(`The pump tells its serial number, and does not answer ${query}.`);
      expect(bench.observations).toEqual([]);
      const [first = 0, second = 0] = asksOf(bench, query);
      expect(second - first).toBeGreaterThanOrEqual(500);
      expect(second - first).toBeLessThanOrEqual(750);
      const numbers = gapsOf(asksOf(bench, 'INST_SERIALNO'));
      expect(numbers.map((gap) => Math.round(gap / 1000))).toEqual([1, 1, 2, 3, 6, 11]);
      expect(bench.reopens).toEqual([bench.lastReason]);
    },
  );

  test('another version of the protocol is said, and read', () => {
    const bench = talk(newBench().open(), 3000, {
      COMMS_PROTOCOL: { kind: 'COMMS_PROTOCOL', version: 'Asena Rev 3.0' },
    });
    expect(bench.statuses).toMatchObject([
      { state: 'live', reason: 'The pump speaks "Asena Rev 3.0"; this driver was written for Asena Rev 2.x.' },
    ]);
  });
});

describe('the pace', () => {
  const bench = talk(newBench().open(), 65_000);
  const within = (query: Query, least: number, most: number) => {
    const gaps = gapsOf(asksOf(bench, query, 2000));
    expect(gaps.length).toBeGreaterThan(0);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(most);
  };

  test('is that of the note: record 1 s, alarm 2 s, volume to be infused 5 s, syringe 30 s', () => {
    within('INF', 1000, 1300);
    within('ALARM', 2000, 2500);
    within('INF_VTBI', 5000, 5500);
    within('SYRINGE_STATUS', 30_000, 30_500);
    expect(asksOf(bench, 'COMMS_PROTOCOL')).toHaveLength(1);
    expect(asksOf(bench, 'INST_SERIALNO')).toHaveLength(1);
  });

  test('leaves a question its answer: never two at once', () => {
    expect(Math.min(...gapsOf(bench.sent.map(({ at }) => at)))).toBeGreaterThanOrEqual(50);
  });

  test('gives one reading per record', () => {
    const times = readingsOf(bench).map(({ at }) => at);
    expect(times).toHaveLength(asksOf(bench, 'INF').length);
    expect(new Set(times).size).toBe(times.length);
  });
});

describe('a pump that does not answer', () => {
  test('is asked with growing pauses, then the link is opened anew with a hint', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([250, 1250, 2250, 4250, 7250, 13_250, 24_250]);
    expect(bench.statuses).toMatchObject([{ state: 'negotiating' }]);
    expect(bench.lastReason).toMatch(/Not a byte/);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/^The pump does not answer\. Not a byte/);
    bench.open().waitUntil(60_250);
    expect(bench.sent.at(-1)).toEqual({ at: 60_250, query: 'INST_SERIALNO' });
  });

  test.each([
    ['noise', new Uint8Array(600).fill(0x55), /no frame is right/],
    ['damaged frames', fromLatin1('!INF|4962\r'), /no frame is right/],
    ['words that nobody knows', frame('HELLO^1'), /words that this driver does not know/],
    ['an echo of our own question', encode('INST_SERIALNO'), /echo/],
  ])('but with %s gets the hint for that', (_what, bytes, hint) => {
    const bench = newBench().open().waitUntil(500).receive(bytes).waitUntil(4000);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(hint);
    expect(bench.queries()).not.toContain('COMMS_PROTOCOL');
  });

  test('any more is silent within 3 s of its last record, whenever that came', () => {
    for (const from of [10_000, 10_250, 10_350, 10_650, 10_950, 11_100]) {
      const bench = talk(newBench().open(), from);
      const last = lastOf(bench).at;
      bench.waitUntil(last + 3000);
      expect(bench.states).toEqual(['live', 'silent']);
      expect(bench.lastReason).toBe('The pump does not answer.');
      expect(lastOf(bench).at, 'nothing is told twice').toBe(last);
    }
  });

  test('any more is asked for its number after pauses, and is live again with its next record', () => {
    const bench = live().waitUntil(18_000);
    expect(bench.queries(13_500)).toEqual(['INST_SERIALNO', 'INST_SERIALNO']);
    talk(bench, 30_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(asksOf(bench, 'COMMS_PROTOCOL'), 'a pump that is known is not identified again').toHaveLength(1);
  });

  test('for 25 s has its link opened anew, and is not identified again', () => {
    const bench = live().waitUntil(60_000);
    expect(bench.reopens).toEqual(['The pump does not answer.']);
    talk(bench.open(), 62_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(asksOf(bench, 'COMMS_PROTOCOL')).toHaveLength(1);
  });

  test.each<readonly [what: string, answer: (query: Query) => readonly Uint8Array[], reason: string]>([
    [
      'only damage comes',
      () => [fromLatin1('!INF^8002-51740|0000\r')],
      'What comes from the pump is damaged on its way.',
    ],
    [
      'records of another form come',
      (query) => (query === 'INF' ? [frame('INF^8002-51740^-^SET')] : []),
      'The pump answers in another form than this driver knows.',
    ],
  ])('with a record because %s says so', (_what, answer, reason) => {
    const bench = live().converse(14_000, answer);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe(reason);
  });

  test('with a record, but with all else, is silent as well', () => {
    const bench = talk(live(), 14_000, { INF: undefined });
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The pump does not answer.');
    talk(bench, 25_000, { INF: undefined });
    expect(bench.states).toEqual(['live', 'silent', 'silent']);
    expect(bench.lastReason).toBe('The pump answers, but not the question for its record (INF).');
  });
});

describe('an answer', () => {
  test('that does not come is asked for again after half a second', () => {
    const bench = live();
    const from = bench.now;
    bench.waitUntil(13_000);
    const gaps = gapsOf(asksOf(bench, 'INF', from));
    expect(gaps.length).toBeGreaterThanOrEqual(2);
    expect(gaps.every((gap) => gap >= 500 && gap <= 750)).toBe(true);
  });

  test('that is damaged is asked for again at once, and once', () => {
    const bench = newBench().open().waitUntil(250);
    say(bench, serial('8002-51740'));
    expect(bench.queries().at(-1)).toBe('COMMS_PROTOCOL');
    const damaged = fromLatin1('!COMMS_PROTOCOL^Asena Rev 2.1.6|661A\r');
    bench.receive(damaged);
    expect(bench.queries().slice(1)).toEqual(['COMMS_PROTOCOL', 'COMMS_PROTOCOL']);
    bench.receive(damaged);
    expect(bench.queries().slice(1)).toEqual(['COMMS_PROTOCOL', 'COMMS_PROTOCOL']);
    expect(bench.noiseBytes).toBe(2 * damaged.length);
  });

  test('that is abandoned by an ESC is asked for again at once', () => {
    const bench = newBench().open().waitUntil(250);
    say(bench, serial('8002-51740')).receive(fromLatin1('!COMMS_PROTOCOL^As\u001b'));
    expect(bench.queries().slice(1)).toEqual(['COMMS_PROTOCOL', 'COMMS_PROTOCOL']);
  });

  test('to another question is used, and answers nothing', () => {
    const bench = live();
    while (asksOf(bench, 'INF').at(-1) !== bench.now) bench.waitUntil(bench.now + 250);
    const sent = bench.sent.length;
    say(bench, alarm('AL_NEOIN'));
    expect(bench.sent).toHaveLength(sent);
    say(bench, record());
    expect(lastOf(bench).alarms).toMatchObject([{ kind: 'nearEnd' }]);
  });

  test('that comes later than the pump allows is none: it was held up on its way', () => {
    const bench = live();
    const last = lastOf(bench).at;
    bench.waitUntil(13_000);
    const asked = asksOf(bench, 'INF').at(-1) ?? 0;
    bench.waitUntil(asked + 4250);
    say(bench, running(5000));
    expect(lastOf(bench).at).toBe(last);
    expect(bench.states).toEqual(['live', 'silent']);
  });

  test('that comes late, but in time, is the news that was waited for', () => {
    const bench = live();
    bench.waitUntil(13_500);
    expect(bench.states).toEqual(['live', 'silent']);
    say(bench, record());
    expect(lastOf(bench).at).toBe(13_500);
  });

  test.each([
    ['100', 1000],
    ['2500', 2500],
    ['9000', 4000],
    ['soon', 4000],
  ])('may take as long as the pump says, within bounds: %s', (value, limitMs) => {
    const start = () =>
      talk(newBench().open(), 10_000, {
        COMMS_RESPONSE_MAX: { kind: 'COMMS_RESPONSE_MAX', amount: { value, unit: 'ms' } },
      });
    for (const [lateMs, isUsed] of [
      [limitMs, true],
      [limitMs + 250, false],
    ] as const) {
      const bench = start().waitUntil(13_000);
      const before = readingsOf(bench).length;
      bench.waitUntil((asksOf(bench, 'INF').at(-1) ?? 0) + lateMs);
      say(bench, record());
      expect(bench.states).toEqual(['live', 'silent']);
      expect(readingsOf(bench).length - before, `${lateMs} ms`).toBe(isUsed ? 1 : 0);
    }
  });
});

describe('a question that stays unanswered while the record is answered', () => {
  test('is put to rest and said, and the record keeps its pace', () => {
    const bench = talk(newBench().open(), 60_000, { INF_VTBI: undefined });
    expect(bench.states.every((state) => state === 'live')).toBe(true);
    expect(bench.lastReason).toBe('The pump does not answer INF_VTBI.');
    expect(Math.max(...gapsOf(asksOf(bench, 'INF', 1000)))).toBeLessThanOrEqual(2000);
    expect(asksOf(bench, 'INF_VTBI', 20_000).length).toBeLessThanOrEqual(5);
  });

  test('is asked again after 30 s, and the word about it is taken back', () => {
    const bench = talk(newBench().open(), 20_000, { INF_VTBI: undefined });
    expect(bench.lastReason).toBe('The pump does not answer INF_VTBI.');
    talk(bench, 60_000);
    expect(bench.statuses.at(-1)).toEqual({ type: 'status', state: 'live' });
  });

  test('about the alarm leaves the flag, and a doubt', () => {
    const bench = talk(newBench().open(), 12_000, { ALARM: undefined, INF: record({ flag: 'A' }) });
    expect(lastOf(bench)).toMatchObject({
      state: 'alarm',
      alarms: [{ kind: 'unknown', code: 'INF A' }],
      doubt: 'the pump does not say at present which alarm it has',
    });
    expect(bench.lastReason).toBe('The pump does not answer ALARM.');
  });
});

describe('an alarm that begins', () => {
  const begins = (at: number): Reply =>
    at < 12_000 ? running(at) : running(12_000, { flag: 'A', mode: 'HLD', rate: rate('0.00'), eventId: '127905' });
  const code = (at: number): Reply => alarm(at < 12_000 ? 'AL_NOALM' : 'AL_OCCLU');

  test('is asked about at once, and the record is told with it and with its own time', () => {
    const bench = talk(live(), 14_000, { INF: begins, ALARM: code });
    const flagged = readingsOf(bench).filter(({ alarms }) => alarms.length > 0);
    expect(flagged[0]).toMatchObject({ state: 'alarm', alarms: [{ kind: 'occlusion.downstream', code: 'AL_OCCLU' }] });
    expect(flagged[0]?.at).toBeLessThanOrEqual(13_100);
    expect(readingsOf(bench).some(({ alarms }) => alarms.some(({ kind }) => kind === 'unknown'))).toBe(false);
    expect(readingsOf(bench).filter(({ at, state }) => at > 12_000 && state !== 'alarm')).toEqual([]);
  });

  test('and is not answered is told without its name, within a second and a half', () => {
    const bench = talk(live(), 15_000, { INF: begins, ALARM: (at) => (at < 12_000 ? alarm('AL_NOALM') : undefined) });
    const [first] = readingsOf(bench).filter(({ alarms }) => alarms.length > 0);
    expect(first).toMatchObject({ state: 'alarm', alarms: [{ kind: 'unknown', code: 'INF A' }] });
    const stamps = bench.observations.map(({ at }) => at);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  });

  test('behind another one is asked about at once as well, because the log of the pump has moved on', () => {
    const warned = (at: number): Reply => running(at, { flag: 'A', eventId: '127905' });
    const ended = record({ flag: 'A', eventId: '127906' });
    const bench = talk(live(), 30_000, {
      INF: (at) => (at < 20_000 ? warned(at) : ended),
      ALARM: (at) => alarm(at < 20_000 ? 'AL_NEOIN' : 'AL_VTBIS'),
    });
    expect(
      readingsOf(bench)
        .filter(({ state }) => state === 'stopped')
        .every(({ at }) => at < 12_000),
    ).toBe(true);
    expect(lastOf(bench)).toMatchObject({ state: 'complete', alarms: [{ kind: 'vtbi.done' }] });
  });

  test('and whose record could not be told before the link broke is not told after it', () => {
    const bench = say(live().waitUntil(10_900), record({ flag: 'A' }));
    talk(bench.open(), 20_000);
    expect(readingsOf(bench).filter(({ at, alarms }) => at === 10_900 || alarms.length > 0)).toEqual([]);
    expect(lastOf(bench)).toMatchObject({ state: 'stopped', alarms: [] });
  });
});

describe('another serial number', () => {
  test('is another pump: the first is gone, and the second is identified before it is read', () => {
    const other = record({ serial: '8002-51733' });
    const bench = talk(live(), 15_000, { INF: other, INST_SERIALNO: serial('8002-51733') });
    const states = readingsOf(bench)
      .filter(({ at }) => at > 10_000)
      .map(({ channel, state }) => `${channel} ${state}`);
    expect(states[0]).toBe('8002-51740 disconnected');
    expect(new Set(states.slice(1))).toEqual(new Set(['8002-51733 stopped']));
    expect(asksOf(bench, 'COMMS_PROTOCOL')).toHaveLength(2);
    expect(bench.states).toEqual(['live']);
  });

  test('after a break of the link is another pump, and nothing of the first is told of it', () => {
    const bench = talk(newBench().open(), 10_000, { INF: (at) => running(at) }).waitUntil(15_000);
    talk(bench, 25_000, {
      INST_SERIALNO: serial('8002-51733'),
      INF: record({ serial: '8002-51733', mode: 'SET', rate: rate('36.00'), volume: { value: '5.000', unit: 'ml' } }),
      INF_VTBI: undefined,
    });
    const after = readingsOf(bench).filter(({ at }) => at > 15_000);
    expect(after[0]).toMatchObject({ channel: '8002-51740', state: 'disconnected' });
    expect(after[1]).toMatchObject({ channel: '8002-51733', state: 'unknown' });
    expect(after[1]).not.toHaveProperty('vtbiMl');
  });
});

describe('an infusion', () => {
  test('is one with the second record, and stays one over a break of the link', () => {
    const bench = talk(newBench().open(), 20_000, { INF: (at) => running(at) });
    expect(
      readingsOf(bench)
        .map(({ state }) => state)
        .slice(0, 3),
    ).toEqual(['unknown', 'infusing', 'infusing']);
    bench.waitUntil(50_000).open();
    talk(bench, 55_000, { INF: (at) => running(at) });
    expect(readingsOf(bench).filter(({ state }) => state === 'unknown')).toHaveLength(1);
    expect(lastOf(bench).state).toBe('infusing');
  });
});

describe('a command that is overheard', () => {
  const control = COMMANDS.filter(({ text }) => !/^INF_(RATE|VTBI)/.test(text));

  test.each(control)('$text: nothing is asked for 30 s, and it is said why', ({ text }) => {
    const bench = live().receive(frame(text));
    const asked = bench.sent.length;
    bench.waitUntil(39_750);
    expect(bench.sent).toHaveLength(asked);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/^Another program commands this pump/);
    talk(bench, 50_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('again and again keeps us quiet, and what that program is answered is not ours', () => {
    const bench = live();
    const before = bench.sent.length;
    for (let at = 10_000; at < 120_000; at += 3000) {
      bench
        .waitUntil(at)
        .receive(frame('REMOTE_CTRL^ENABLED^3CC1'))
        .receive(encodeReply(running(at)));
    }
    expect(bench.sent).toHaveLength(before);
    expect(lastOf(bench).at).toBeLessThanOrEqual(10_000);
  });

  test('keeps us quiet on a link that is opened anew, too', () => {
    const bench = live().receive(frame('INF_STOP')).waitUntil(20_000).open();
    const asked = bench.sent.length;
    bench.waitUntil(39_750);
    expect(bench.sent).toHaveLength(asked);
    expect(bench.states.at(-1)).toBe('silent');
    expect(bench.lastReason).toMatch(/^Another program/);
    bench.waitUntil(42_000);
    expect(bench.queries(39_750)).toContain('INST_SERIALNO');
  });
});

test('closing says nothing; afterwards nothing is asked, and nothing that comes is told', () => {
  const bench = live();
  const [asked, told] = [bench.sent.length, bench.observations.length];
  bench.close().waitUntil(20_000);
  say(bench, record());
  expect(bench.sent).toHaveLength(asked);
  expect(bench.observations).toHaveLength(told);
});
