import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import type { SerialSettings, SessionEffect } from '$drivers/driver.ts';
import { encode, encodeReply } from '$drivers/pump-terumo-ss3/codec.ts';
import { packet } from '$drivers/pump-terumo-ss3/framing.ts';
import { pumpTerumoSs3 } from '$drivers/pump-terumo-ss3/index.ts';
import type { OperatingStatus, Query, Reply } from '$drivers/pump-terumo-ss3/messages.ts';
import { monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { BENCH_DEVICE, PollingBench } from '../../support/polling-bench.ts';
import { CONSTRUCTED, DEVICE_ID, IDENTITY, PRINTED, RUNNING, WHO } from './vectors.ts';

const OTHER_ID = '000100700000001201000002';
/** Its sum is right, and it says nothing. */
const STRANGE = packet('<hello/>');

const newBench = (settings = {}) => new PollingBench(pumpTerumoSs3, settings);
type Bench = ReturnType<typeof newBench>;

const readings = (bench: Bench): readonly InfusionReading[] =>
  bench.observations.filter((seen) => seen.kind === 'infusion');

/** What a pump answers to a question. */
type Pump = (query: Query, at: number) => readonly Uint8Array[];

const pump =
  (deviceId = DEVICE_ID, change: Partial<OperatingStatus> = {}): Pump =>
  (query) => [encodeReply(replyTo(query, deviceId, { ...RUNNING, ...change }))];

const replyTo = (query: Query, deviceId: string, status: OperatingStatus): Reply =>
  query.kind === 'identify'
    ? { kind: 'identity', deviceId }
    : { kind: 'status', deviceId, sequence: query.sequence, status };

/** Knows who it is, and refuses to say how it stands. */
const refusing =
  (result: number, deviceId = DEVICE_ID): Pump =>
  (query) => [
    encodeReply(
      query.kind === 'identify'
        ? { kind: 'identity', deviceId }
        : { kind: 'refusal', deviceId, sequence: query.sequence, result },
    ),
  ];

/** Says who it is, and to the other question this. */
const saying =
  (...answer: readonly Uint8Array[]): Pump =>
  (query) =>
    query.kind === 'identify' ? [IDENTITY.bytes] : answer;

const isIdentify = ({ query }: { readonly query: Query }): boolean => query.kind === 'identify';
const damaged = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte));

describe('on opening', () => {
  test('the pump is asked who it is, and as soon as it says so, how it stands', () => {
    const bench = newBench().open();
    expect(bench.sent).toEqual([{ at: 0, query: { kind: 'identify' } }]);
    bench.receive(IDENTITY.bytes);
    expect(bench.queries()).toEqual([{ kind: 'identify' }, { kind: 'status', deviceId: DEVICE_ID, sequence: 0 }]);
    expect(bench.statuses).toEqual([]);
    bench.receive(CONSTRUCTED.bytes);
    expect(bench.states).toEqual(['live']);
    expect(bench.lastReason).toBe(
      `Pump ${DEVICE_ID}, software 0403. Beta: its link settings are not confirmed by a document, nor is the order of its alarm bytes.`,
    );
    expect(readings(bench)).toMatchObject([{ channel: DEVICE_ID, state: 'infusing', volumeInfusedMl: 17.5 }]);
  });

  test('with the order of the alarm bytes confirmed, that is not said any more', () => {
    const bench = newBench({ alarmByteOrder: 'b0-last' }).open();
    bench.converse(500, pump(DEVICE_ID, { operation: 0, alarmBytes: [0, 0, 8] }));
    expect(bench.lastReason).toMatch(/ Beta: its link settings are not confirmed by a document\.$/);
    expect(readings(bench)).toMatchObject([{ state: 'alarm', alarms: [{ kind: 'occlusion.unspecified' }] }]);
  });

  test('the printed status counts, although its sequence is not the one of the question', () => {
    const bench = newBench().open().converse(1500, saying(PRINTED.bytes));
    expect(bench.states).toEqual(['live']);
    expect(readings(bench)).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
  });

  test('a recording is read, whoever asked: every answer says whose it is', () => {
    const bench = newBench().open().receive(CONSTRUCTED.bytes);
    expect(bench.states).toEqual(['live']);
    expect(readings(bench)).toHaveLength(1);
  });
});

describe('a pump that answers', () => {
  test('is asked every second, with numbers from 00 to 7E and from 00 again', () => {
    const bench = newBench().open().converse(130_000, pump());
    const polls = bench.sent.filter((sent) => !isIdentify(sent));
    const sequences = polls.map(({ query }) => (query.kind === 'status' ? query.sequence : -1));
    expect(sequences).toEqual(polls.map((_, n) => n % 0x7f));
    expect(polls.length).toBeGreaterThan(127);
    const pauses = polls.slice(1).map(({ at }, n) => at - (polls[n]?.at ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1250);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000);
    expect(bench.states).toEqual(['live']);
    expect(readings(bench)).toHaveLength(polls.length);
    expect(bench.queries().filter(({ kind }) => kind === 'identify')).toHaveLength(1);
  });

  test('one question without an answer is nothing to speak of', () => {
    const lost: Pump = (query, at) => (at > 5000 && at < 6000 ? [] : pump()(query, at));
    const bench = newBench().open().converse(12_000, lost);
    expect(bench.states).toEqual(['live']);
  });

  test('a damaged answer is asked for once more, at once, and no more than once', () => {
    const bench = newBench().open().receive(IDENTITY.bytes);
    bench.receive(damaged(CONSTRUCTED.bytes));
    expect(bench.queries()).toMatchObject([{ kind: 'identify' }, { sequence: 0 }, { sequence: 1 }]);
    bench.receive(damaged(CONSTRUCTED.bytes));
    expect(bench.sent).toHaveLength(3);
    bench.receive(CONSTRUCTED.bytes);
    bench.receive(damaged(CONSTRUCTED.bytes));
    expect(bench.sent).toHaveLength(3);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(1000).receive(damaged(CONSTRUCTED.bytes));
    expect(bench.sent).toHaveLength(5);
  });

  test('bytes outside packets are no reason to ask', () => {
    const bench = newBench().open().receive(IDENTITY.bytes);
    bench.receive(new Uint8Array(64).fill(0x55)).receive(Uint8Array.of(0x02, 0x02, 0x02, 0x03));
    expect(bench.noiseBytes).toBeGreaterThan(60);
    expect(bench.sent).toHaveLength(2);
  });

  test('our own question, coming back, is no answer', () => {
    const echo: Pump = (query) => [encode(query)];
    const bench = newBench().open().converse(30_000, echo);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.reopens).toEqual([
      'The pump does not answer. Packets come with the right sum, and none is an answer of this pump.',
    ]);
    expect(readings(bench)).toEqual([]);
  });
});

describe('a pump that falls silent', () => {
  test('is told so 3 s after its last answer, and asked who it is with growing pauses, then the link is opened anew', () => {
    const bench = newBench().open().converse(10_000, pump());
    const last = readings(bench).at(-1)?.at ?? 0;
    const from = bench.now;
    bench.waitUntil(60_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The pump does not answer.');
    expect(readings(bench).at(-1)?.at).toBe(last);
    const asked = bench.sent.filter((sent) => sent.at > from && isIdentify(sent));
    expect(asked.slice(1).map(({ at }, n) => at - (asked[n]?.at ?? 0))).toEqual([3000, 6000, 11_000]);
    expect(bench.reopens).toEqual(['The pump does not answer.']);
    expect(bench.sent.at(-1)?.at).toBeLessThan(60_000 - 10_000);
  });

  test('in time, whenever it happens: the runner is asked for a tick at just that instant', () => {
    let state = pumpTerumoSs3.start({ device: BENCH_DEVICE, settings: {} });
    const give = (input: Parameters<typeof pumpTerumoSs3.step>[1]): readonly SessionEffect<Query>[] => {
      const [next, effects] = pumpTerumoSs3.step(state, input);
      state = next;
      return effects;
    };
    const at = (ms: number) => monotonicMs(ms);
    const status = { kind: 'status', deviceId: DEVICE_ID, sequence: 0, status: RUNNING } as const;
    give({ type: 'opened', now: at(0) });
    give({ type: 'message', now: at(0), message: { kind: 'identity', deviceId: DEVICE_ID } });
    give({ type: 'message', now: at(130), message: status });
    expect(give({ type: 'tick', now: at(1000) })).toContainEqual({ type: 'wake', afterMs: 1000 });
    expect(give({ type: 'tick', now: at(2000) })).toContainEqual({ type: 'wake', afterMs: 1000 });
    expect(give({ type: 'tick', now: at(3000) })).toContainEqual({ type: 'wake', afterMs: 130 });
    expect(give({ type: 'tick', now: at(3129) })).toEqual([]);
    expect(give({ type: 'tick', now: at(3130) })).toContainEqual({
      type: 'status',
      state: 'silent',
      reason: 'The pump does not answer.',
    });
  });

  test('and comes back is live with its first status, and the same channel', () => {
    const bench = newBench().open().converse(5000, pump()).waitUntil(12_000).converse(25_000, pump());
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(new Set(readings(bench).map(({ channel }) => channel))).toEqual(new Set([DEVICE_ID]));
    expect(readings(bench).filter(({ at }) => at > 5500 && at < 12_000)).toEqual([]);
  });

  test('a late answer counts as well', () => {
    const bench = newBench().open().converse(5000, pump()).waitUntil(9000).receive(CONSTRUCTED.bytes);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });
});

describe('a pump that has never answered', () => {
  test('after three questions it is said what may be wrong, and in the end the link is opened anew', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 4000, 7000, 13_000, 24_000]);
    expect(bench.sent.every(isIdentify)).toBe(true);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(/^Not a byte has come from the pump\. Beta: the link settings .* not known to us/);
    expect(bench.reopens).toHaveLength(1);
    bench.open();
    expect(bench.sent.at(-1)).toEqual({ at: 60_000, query: { kind: 'identify' } });
  });

  test.each([
    ['noise', new Uint8Array(40).fill(0x80), /Bytes come, but no packet is right/],
    ['packets of something else', STRANGE, /none is an answer of this pump/],
  ])('but from whose line %s comes', (_what, bytes, words) => {
    const bench = newBench().open().receive(bytes).waitUntil(30_000);
    expect(bench.lastReason).toMatch(words);
    expect(bench.reopens[0]).toMatch(words);
  });
});

describe('a pump that says who it is, and', () => {
  test('not how it stands, is silent with that reason, again and again', () => {
    const bench = newBench().open().converse(60_000, saying());
    expect(bench.states).toEqual(['silent']);
    expect(bench.lastReason).toBe('The pump says who it is, and not how it stands.');
    expect(readings(bench)).toEqual([]);
    expect(bench.reopens).toEqual([]);
  });

  test.each([
    [0x12, 'cannot be executed (12)'],
    [0x13, 'message too short (13)'],
    [0x14, 'message too long (14)'],
    [0x15, 'parameter out of range (15)'],
    [0x42, 'an unknown reason (42)'],
  ])('refuses with %i is asked on, and silent for so long', (result, words) => {
    const bench = newBench().open().converse(5000, pump()).converse(20_000, refusing(result));
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe(`The pump does not tell how it stands: ${words}.`);
    expect(bench.queries(10_000).every(({ kind }) => kind === 'status')).toBe(true);
    expect(bench.queries(10_000).length).toBeGreaterThan(7);
    bench.converse(22_000, pump());
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('answers what is not understood is asked on, and silent for so long', () => {
    const bench = newBench().open().converse(5000, pump()).converse(20_000, saying(STRANGE));
    expect(bench.undecodable.length).toBeGreaterThan(10);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The pump answers with something that this driver does not understand.');
    expect(bench.reopens).toEqual([]);
  });

  test('does not know the question is not asked it again: every 10 s who it is, and no more', () => {
    const bench = newBench().open().converse(60_000, refusing(0x11));
    expect(bench.states).toEqual(['silent']);
    expect(bench.lastReason).toMatch(/unknown command or subcommand \(11\): the model is not supported\.$/);
    expect(bench.queries().filter(({ kind }) => kind === 'status')).toHaveLength(1);
    expect(bench.queries(1000).length).toBe(5);
    expect(bench.reopens).toEqual([]);
  });

  test('does not know the question, and is then exchanged, or taken away', () => {
    const exchanged = newBench().open().converse(15_000, refusing(0x11)).converse(35_000, pump(OTHER_ID));
    expect(exchanged.states).toEqual(['silent', 'live']);
    expect(readings(exchanged)[0]).toMatchObject({ channel: DEVICE_ID, state: 'disconnected' });
    const taken = newBench().open().converse(15_000, refusing(0x11)).waitUntil(120_000);
    expect(taken.lastReason).toBe('The pump does not answer.');
    expect(taken.reopens).toHaveLength(1);
  });
});

describe('another pump in the place of the first', () => {
  test('is another channel, and the first is gone, whoever is asked', () => {
    const bench = newBench().open().converse(5000, pump()).converse(8000, pump(OTHER_ID));
    const told = readings(bench).map(({ channel, state }) => `${channel.slice(-1)} ${state}`);
    expect([...new Set(told)]).toEqual(['1 infusing', '1 disconnected', '2 infusing']);
    expect(told.filter((one) => one === '1 disconnected')).toHaveLength(1);
    expect(bench.queries(6500)).toContainEqual(expect.objectContaining({ deviceId: OTHER_ID }));
    expect(bench.states.every((state) => state === 'live')).toBe(true);
  });

  test('that answers to its own ID only is found by the question who it is', () => {
    const strict: Pump = (query, at) =>
      query.kind === 'status' && query.deviceId !== OTHER_ID ? [] : pump(OTHER_ID)(query, at);
    const bench = newBench().open().converse(5000, pump()).converse(15_000, strict);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(readings(bench).at(-1)).toMatchObject({ channel: OTHER_ID, state: 'infusing' });
    expect(readings(bench).filter(({ state }) => state === 'disconnected')).toMatchObject([{ channel: DEVICE_ID }]);
  });

  test('is noticed over a break of the link as well; the same pump is the same channel', () => {
    const bench = newBench().open().converse(5000, pump()).close();
    bench.open().converse(10_000, pump());
    expect(readings(bench).every(({ state }) => state === 'infusing')).toBe(true);
    bench.close().open().converse(15_000, pump(OTHER_ID));
    expect(readings(bench).filter(({ state }) => state === 'disconnected')).toMatchObject([{ channel: DEVICE_ID }]);
  });
});

test('after the last word nothing is said or told', () => {
  const bench = newBench().open().converse(3000, pump()).close();
  const [sent, told] = [bench.sent.length, bench.observations.length];
  bench.receive(concatBytes(IDENTITY.bytes, CONSTRUCTED.bytes, STRANGE, damaged(CONSTRUCTED.bytes))).waitUntil(60_000);
  expect(bench.sent).toHaveLength(sent);
  expect(bench.observations).toHaveLength(told);
});

describe('on a serial line, whose settings nobody has told us,', () => {
  /** Opens, waits for so long, and takes what the session wants the line to be. */
  function search(attempts: number, link: 'serial' | 'tcp', heardIn = -1) {
    let state = pumpTerumoSs3.start({ device: BENCH_DEVICE, link, settings: {} });
    const lines: (SerialSettings | undefined)[] = [];
    const reasons: string[] = [];
    const words: string[] = [];
    let now = 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      for (let isOpen = true, type: 'opened' | 'tick' = 'opened'; isOpen; type = 'tick', now += 250) {
        const [next, effects] = pumpTerumoSs3.step(state, { type, now: monotonicMs(now) });
        const message = { kind: 'identity', deviceId: DEVICE_ID } as const;
        state =
          attempt === heardIn && type === 'opened'
            ? pumpTerumoSs3.step(next, { type: 'message', now: monotonicMs(now), message })[0]
            : next;
        for (const effect of effects) {
          if (effect.type === 'status' && type === 'opened') words.push(effect.reason ?? '');
          if (effect.type !== 'reopen') continue;
          lines.push(effect.serial);
          reasons.push(effect.why);
          isOpen = false;
        }
      }
    }
    return { lines, reasons, words, now };
  }

  test('each guess is tried for 3 s, and after the last one the first again', () => {
    const { lines, reasons, words, now } = search(11, 'serial');
    const texts = lines.map((line) => `${line?.baudRate} ${line?.dataBits}${line?.parity}${line?.stopBits}`);
    const rates = [9600, 19_200, 57_600, 115_200];
    expect(texts).toEqual([
      ...rates.map((rate) => `${rate} 8none1`),
      ...[38_400, ...rates].map((rate) => `${rate} 8even1`),
      '38400 8none1',
      '9600 8none1',
    ]);
    expect(pumpTerumoSs3.serial).toEqual(lines[9]);
    expect(now).toBeLessThanOrEqual(11 * 3250);
    expect(reasons[0]).toBe(
      'No answer with 38400 8N1; next is 9600 8N1, unless the configuration of the port says otherwise. ' +
        'Beta: the link settings of this pump are not known to us.',
    );
    expect(words[4]).toBe(
      'Asking with 115200 8N1, unless the configuration of the port says otherwise. ' +
        'Beta: the link settings of this pump are not known to us.',
    );
  });

  test('the search ends for good with the first packet', () => {
    const { lines } = search(6, 'serial', 2);
    expect(lines.map((line) => line?.baudRate)).toEqual([9600, 19_200, undefined, undefined, undefined, undefined]);
  });

  test('over a network nothing is searched for, and nothing is said of a line', () => {
    const { lines, words } = search(2, 'tcp');
    expect(lines).toEqual([undefined, undefined]);
    expect(words).toEqual([]);
  });
});

test('says in its name and at the cable that it is a beta', () => {
  expect(pumpTerumoSs3.label).toContain('beta: link settings to be confirmed');
  expect(pumpTerumoSs3.verified).toMatch(/^Beta, link settings to be confirmed: .*never on a real pump\.$/);
});

test('a setting that is none is told in a plain sentence', () => {
  expect(() => newBench({ alarmByteOrder: 'reversed' })).toThrow(/^alarmByteOrder must be one of/);
});

test('what it sends are the packets of the note', () => {
  expect(pumpTerumoSs3.encode({ kind: 'identify' })).toEqual(WHO.bytes);
});
