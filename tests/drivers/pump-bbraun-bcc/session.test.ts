import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionEffect, SessionInput } from '$drivers/driver.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import type { Frame, Message, Quadruple, Query, Reply } from '$drivers/pump-bbraun-bcc/messages.ts';
import { recordsOf, type Values, like } from './readings.ts';
import { VECTORS } from './vectors.ts';

type Effect = SessionEffect<Query>;

const frame = (reply: Reply, change: Partial<Frame> = {}): Message => ({
  kind: 'frame',
  frame: { bed: 'KETA1', isLast: true, isStuffed: true, isLengthWrong: false, ...change },
  reply,
});
const granted = (time: number, change?: Partial<Frame>) => frame({ kind: 'granted', time }, change);
const version = (time: number) => frame({ kind: 'version', time, version: 'V3.30' });
const block = (records: readonly Quadruple[], change?: Partial<Frame>) =>
  frame({ kind: 'records', records, unreadable: [] }, change);
const error = (code: number, time: number, address = '50100', change?: Partial<Frame>) =>
  block(recordsOf({ GNERR: code }, time, address), change);
const head = (time: number): readonly Quadruple[] => recordsOf({ FMNOR: 1 }, time, '50100');
const pump = (time: number, values: Values = {}, address = '50111'): readonly Quadruple[] =>
  recordsOf({ INNR: `600000${address.slice(3)}`, INM3: 1, INRT: '5.00', ...values }, time, address);

/** One session by hand: what goes in, and everything that came out. */
class Talk {
  state;
  now = 0;
  effects: Effect[] = [];

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.state = pumpBbraunBcc.start({ device: deviceId('rack'), settings });
  }

  put(input: SessionInput<Message>): readonly Effect[] {
    const [state, effects] = pumpBbraunBcc.step(this.state, input);
    this.state = state;
    this.effects.push(...effects);
    return effects;
  }
  open(): this {
    this.put({ type: 'opened', now: monotonicMs(this.now) });
    return this;
  }
  hear(message: Message): readonly Effect[] {
    return this.put({ type: 'message', now: monotonicMs(this.now), message });
  }
  noise(why: 'bad-sum' | 'bad-length' | 'no-start' | 'too-long' = 'bad-sum'): readonly Effect[] {
    return this.put({ type: 'noise', now: monotonicMs(this.now), why, byteCount: 9 });
  }
  wait(ms: number): readonly Effect[] {
    const from = this.effects.length;
    for (const end = this.now + ms; this.now < end;) {
      this.now += 50;
      this.put({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this.effects.slice(from);
  }
  /** Up to the first MEM:GET. */
  start(time = 400): this {
    this.open().wait(300);
    this.hear(granted(time));
    this.wait(600);
    this.hear(version(time + 1));
    this.wait(600);
    return this;
  }
  /** A whole answer, and on to the next question. */
  answer(records: readonly Quadruple[]): readonly Effect[] {
    const effects = this.hear(block(records));
    this.wait(2000);
    return effects;
  }
}

const sent = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'send') return [];
    return effect.query.kind === 'request' ? [effect.query.request.kind] : [effect.query.kind];
  });
const told = (effects: readonly Effect[]): readonly Observation[] =>
  effects.flatMap((effect) => (effect.type === 'observed' ? effect.observations : []));
const statuses = (effects: readonly Effect[]) => effects.filter((effect) => effect.type === 'status');

describe('greeting', () => {
  test('drains 300 ms, then greets the bed named 1 with stuffing on', () => {
    const talk = new Talk().open();
    expect(sent(talk.wait(250))).toEqual([]);
    const [effect] = talk.wait(50).filter(({ type }) => type === 'send');
    expect(effect).toMatchObject({ query: { bed: '1', isStuffed: true, request: { kind: 'alive' } } });
  });

  test('twice stuffed, twice plain, two seconds each', () => {
    const talk = new Talk().open();
    talk.wait(8400);
    const ways = talk.effects.flatMap((effect) =>
      effect.type === 'send' && effect.query.kind === 'request' ? [effect.query.isStuffed] : [],
    );
    expect(ways).toEqual([true, true, false, false]);
  });

  test('the real bed name is used from then on, and the version is asked once', () => {
    const talk = new Talk().open();
    talk.wait(300);
    talk.hear(granted(400, { bed: 'BED/7', isStuffed: false }));
    expect(sent(talk.wait(600))).toEqual(['ack', 'version']);
    expect(talk.effects.findLast(({ type }) => type === 'send')).toMatchObject({
      query: { bed: 'BED/7', isStuffed: false },
    });
    expect(sent(talk.wait(2100))).toEqual(['all-pumps']);
  });

  test('an error in answer to a greeting is not mistaken for values: greeted again', () => {
    const talk = new Talk().open();
    talk.wait(300);
    expect(statuses(talk.hear(error(51, 400)))).toMatchObject([{ state: 'silent', reason: like(/GNERR 51/) }]);
    expect(sent(talk.wait(1100))).toEqual(['ack', 'alive']);
  });

  test('an opened link that stays mute is silent within three seconds', () => {
    const talk = new Talk().open();
    expect(statuses(talk.wait(3000))).toMatchObject([{ state: 'silent', reason: 'The ComDevice does not answer.' }]);
  });
});

describe('refusal (GNERR 68)', () => {
  test('is answered by a greeting, later each time', () => {
    const talk = new Talk().start();
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      talk.hear(error(68, 410 + i * 20));
      const from = talk.now;
      while (!sent(talk.wait(50)).includes('alive'));
      waits.push(talk.now - from);
    }
    expect(waits).toEqual([1000, 2000, 5000, 10_000, 10_000]);
  });

  test('values in between begin the waits from the first again', () => {
    const talk = new Talk().start();
    for (let i = 0; i < 2; i++) talk.hear(error(68, 410));
    talk.wait(2000);
    talk.hear(granted(412));
    talk.wait(600);
    talk.hear(block([...head(413), ...pump(413)]));
    talk.wait(2000);
    talk.hear(error(68, 415));
    expect(sent(talk.wait(1000))).toEqual(['ack', 'alive']);
  });

  test('the greeting goes to bed 1, whatever the bed is called', () => {
    const talk = new Talk().start();
    talk.hear(error(68, 410));
    talk.wait(1000);
    expect(talk.effects.findLast(({ type }) => type === 'send')).toMatchObject({
      query: { bed: '1', request: { kind: 'alive' } },
    });
  });

  test('the third one tries the other way of stuffing', () => {
    const talk = new Talk().start();
    for (const isStuffed of [true, true, false]) {
      talk.hear(error(68, 410));
      while (!sent(talk.wait(50)).includes('alive'));
      expect(talk.effects.findLast(({ type }) => type === 'send')).toMatchObject({ query: { isStuffed } });
    }
  });

  test('a refusal that is not stuffed settles the question at once', () => {
    const talk = new Talk().open();
    talk.wait(300);
    talk.hear(error(68, 410, '50100', { isStuffed: false }));
    talk.wait(1000);
    expect(talk.effects.findLast(({ type }) => type === 'send')).toMatchObject({
      query: { isStuffed: false, request: { kind: 'alive' } },
    });
  });

  test('beside values it is no refusal: nothing that came is thrown away', () => {
    const talk = new Talk().start();
    const effects = talk.hear(block([...head(410), ...pump(410), ...recordsOf({ GNERR: 68 }, 410, '50100')]));
    expect(told(effects)).toMatchObject([{ channel: '60000011', state: 'infusing' }]);
    expect(statuses(effects)).toMatchObject([{ state: 'live', reason: 'The ComDevice reports error 68.' }]);
  });

  test.each([500, 1000, 2000])('silence is told within 3 s of the last news, whatever the pace: %i', (pollMs) => {
    const talk = new Talk({ pollMs }).start();
    talk.hear(block([...head(410), ...pump(410)]));
    const from = talk.now;
    while (statuses(talk.effects).at(-1)?.state !== 'silent') talk.wait(50);
    expect(talk.now - from).toBeLessThanOrEqual(2750);
    expect(statuses(talk.effects).at(-1)).toMatchObject({ reason: 'The ComDevice does not answer.' });
  });

  test('without news it is told as silence, with the reason', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410)]);
    const from = talk.effects.length;
    for (let i = 0; i < 3; i++) {
      talk.hear(error(68, 412 + i));
      talk.wait(2500);
    }
    expect(statuses(talk.effects.slice(from))).toMatchObject([{ state: 'silent', reason: like(/GNERR 68/) }]);
  });
});

describe('answers', () => {
  test('are told before they are acknowledged', () => {
    const talk = new Talk().start();
    const effects = [...talk.hear(block([...head(410), ...pump(410)])), ...talk.wait(100)];
    expect(effects.map(({ type }) => type).filter((type) => type !== 'wake')).toEqual(['observed', 'status', 'send']);
    expect(sent(effects)).toEqual(['ack']);
  });

  test('block by block: no question before the last one', () => {
    const talk = new Talk().start();
    talk.hear(block([...head(410), ...pump(410)], { isLast: false }));
    expect(sent(talk.wait(2500))).toEqual(['ack']);
    talk.hear(block(pump(410, {}, '50113')));
    expect(sent(talk.wait(600))).toEqual(['ack', 'all-pumps']);
  });

  test('a complete answer without a pump that was there: it is gone', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410), ...pump(410, {}, '50113')]);
    expect(told(talk.answer([...head(412), ...pump(412)]))).toMatchObject([
      { channel: '60000011', state: 'infusing' },
      { channel: '60000013', state: 'disconnected' },
    ]);
  });

  test.each([
    ['its first block is missing', [block(pump(412))]],
    ['the rack says that it is in disorder', [error(51, 412)]],
    [
      'a record of it cannot be read',
      [frame({ kind: 'records', records: [...head(412), ...pump(412)], unreadable: ['5011'] })],
    ],
  ])('nothing is concluded from an answer when %s', (_, messages) => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410), ...pump(410, {}, '50113')]);
    for (const message of messages) talk.hear(message);
    expect(told(talk.effects)).not.toContainEqual(expect.objectContaining({ state: 'disconnected' }));
  });

  test('GNERR 11: the link is good, and every pump is gone', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410)]);
    const effects = talk.hear(error(11, 412));
    expect(told(effects)).toMatchObject([{ channel: '60000011', state: 'disconnected' }]);
    expect(statuses(effects)).toMatchObject([{ state: 'live', reason: like(/No pump/) }]);
  });

  test('GNERR 11 after blocks is the end of the answer, no more', () => {
    const talk = new Talk().start();
    talk.hear(block([...head(410), ...pump(410)], { isLast: false }));
    expect(told(talk.hear(error(11, 410)))).toEqual([]);
    expect(sent(talk.wait(2000))).toEqual(['ack', 'all-pumps']);
  });

  test('a frame that says a wrong length is taken, with doubt', () => {
    const talk = new Talk().start();
    expect(told(talk.hear(block([...head(410), ...pump(410)], { isLengthWrong: true })))).toMatchObject([
      { state: 'infusing', doubt: 'the block said a wrong length' },
    ]);
  });

  test('a wrong length together with the other way of stuffing is damage', () => {
    const talk = new Talk().start();
    const effects = talk.hear(block([...head(410), ...pump(410)], { isLengthWrong: true, isStuffed: false }));
    expect(told(effects)).toEqual([]);
    expect(sent(talk.wait(100))).toEqual(['nak']);
  });

  test('a block that cannot be read is acknowledged, so that those behind it are reached', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410), ...pump(410, {}, '50113')]);
    talk.put({ type: 'undecodable', now: monotonicMs(talk.now), why: 'malformed' });
    expect(sent(talk.wait(100))).toEqual(['ack']);
    expect(told(talk.hear(block([...head(412), ...pump(412)])))).toMatchObject([{ channel: '60000011' }]);
    expect(told(talk.effects)).not.toContainEqual(expect.objectContaining({ state: 'disconnected' }));
    talk.wait(1000);
    expect(told(talk.hear(block([...head(413), ...pump(413), ...pump(413, {}, '50113')])))).toMatchObject([
      { channel: '60000011' },
      { channel: '60000013', doubt: like(/an answer was lost/) },
    ]);
    expect(
      told(talk.effects).findLast((seen) => seen.kind === 'infusion' && seen.channel === '60000011'),
    ).not.toHaveProperty('doubt');
  });

  test('the very same answer again is no news: a frozen rack goes silent', () => {
    const talk = new Talk().start();
    for (let i = 0; i < 4; i++) talk.answer([...head(410), ...pump(410)]);
    expect(told(talk.effects)).toHaveLength(1);
    expect(statuses(talk.effects).at(-1)).toMatchObject({ state: 'silent' });
  });

  test('half a second of quiet follows the ACK of a block that nobody asked for, too', () => {
    const talk = new Talk().start();
    talk.hear(block([...head(410), ...pump(410)]));
    talk.wait(1900);
    talk.hear(block(pump(411)));
    expect(sent(talk.wait(550))).toEqual(['ack']);
    expect(sent(talk.wait(50))).toEqual(['all-pumps']);
  });

  test('a late answer is still told', () => {
    const talk = new Talk().start();
    talk.wait(3000);
    expect(statuses(talk.effects).at(-1)).toMatchObject({ state: 'silent' });
    const effects = talk.hear(block([...head(410), ...pump(410)]));
    expect(told(effects)).toHaveLength(1);
    expect(statuses(effects)).toMatchObject([{ state: 'live' }]);
    expect(sent(talk.wait(1500))).toEqual(['ack', 'alive']);
    talk.hear(block([...head(411), ...pump(411)]));
    expect(sent(talk.wait(5000))).toContain('alive');
  });
});

describe('damage', () => {
  test('a damaged block is refused after 100 ms, three times, then the question is asked anew', () => {
    const talk = new Talk().start();
    for (let i = 0; i < 3; i++) {
      talk.noise();
      expect(sent(talk.wait(150))).toEqual(['nak']);
    }
    talk.noise();
    expect(sent(talk.wait(600))).toEqual(['all-pumps']);
  });

  test('a block that is asked for again has its own three seconds', () => {
    const talk = new Talk().start();
    talk.wait(2900);
    talk.noise();
    expect(sent(talk.wait(4050))).toEqual(['nak']);
    expect(sent(talk.wait(50))).toEqual(['alive']);
  });

  test('one damaged block that comes in pieces is asked for again once, and has all of its three chances', () => {
    const talk = new Talk().start();
    for (let i = 0; i < 3; i++) {
      for (let piece = 0; piece < 5; piece++) talk.noise(piece === 4 ? 'bad-sum' : 'bad-length');
      expect(sent(talk.wait(150))).toEqual(['nak']);
    }
    expect(told(talk.hear(block([...head(410), ...pump(410)])))).toMatchObject([{ state: 'infusing' }]);
  });

  test('pumps behind a block that stays damaged are unknown after the second answer, those before it are not', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410), ...pump(410, {}, '50113')]);
    for (const time of [412, 414]) {
      talk.hear(block([...head(time), ...pump(time)], { isLast: false }));
      for (let i = 0; i < 4; i++) {
        talk.wait(300);
        talk.noise();
      }
      talk.wait(600);
    }
    expect(told(talk.effects).slice(-2)).toMatchObject([
      { channel: '60000011', state: 'infusing' },
      { channel: '60000013', state: 'unknown', doubt: 'not in the last 2 answers' },
    ]);
    expect(statuses(talk.effects).at(-1)).toMatchObject({ state: 'live' });
  });

  test('a damaged GNACK is refused, too', () => {
    const talk = new Talk().open();
    talk.wait(300);
    talk.noise();
    expect(sent(talk.wait(150))).toEqual(['nak']);
  });

  test('a whole frame right behind the damage is what is answered', () => {
    const talk = new Talk().start();
    talk.noise('bad-length');
    talk.hear(block([...head(410), ...pump(410)]));
    expect(sent(talk.wait(400))).toEqual(['ack']);
  });

  test('bytes outside of frames are never refused', () => {
    const talk = new Talk().start();
    talk.noise('no-start');
    expect(sent(talk.wait(1000))).toEqual([]);
  });

  test('what nobody waits for is not asked for again', () => {
    const talk = new Talk().start();
    talk.hear(block([...head(410), ...pump(410)]));
    talk.wait(200);
    talk.noise();
    expect(sent(talk.wait(1000))).toEqual(['all-pumps']);
    const draining = new Talk().open();
    draining.noise();
    expect(sent(draining.wait(250))).toEqual([]);
  });
});

describe('another life of the ComDevice', () => {
  const running = () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410, { GNNEW: '688N', INP2: 80 })]);
    return talk;
  };

  test('a time that runs backwards: what came is told, then it is greeted and asked for its version again', () => {
    const talk = running();
    expect(told(talk.hear(block([...head(3), ...pump(3)])))).toMatchObject([{ model: 'Perfusor Space' }]);
    expect(told(talk.effects).at(-1)).not.toHaveProperty('pressurePercent');
    expect(sent(talk.wait(1000))).toEqual(['ack', 'alive']);
    talk.hear(granted(4));
    expect(sent(talk.wait(1000))).toEqual(['ack', 'version']);
  });

  test('another bed: greeted, and its name is used', () => {
    const talk = running();
    talk.hear(block([...head(412), ...pump(412)], { bed: 'KETA2' }));
    expect(sent(talk.wait(1000))).toEqual(['ack', 'alive']);
    talk.hear(granted(413, { bed: 'KETA2' }));
    talk.wait(1000);
    expect(talk.effects.findLast(({ type }) => type === 'send')).toMatchObject({ query: { bed: 'KETA2' } });
  });

  test('a refusal with an earlier time waits like any refusal', () => {
    const talk = running();
    talk.hear(error(68, 2));
    expect(sent(talk.wait(950))).toEqual(['ack']);
    expect(sent(talk.wait(100))).toEqual(['alive']);
  });
});

describe('a link that is opened again', () => {
  test('goes on with the pumps that it knew, and says what the old link may have taken with it', () => {
    const talk = new Talk().start();
    talk.answer([...head(410), ...pump(410, { INBOCNT: 0, INBOVAL: '0.0' })]);
    talk.start(420);
    expect(told(talk.hear(block([...head(430), ...pump(430)])))).toMatchObject([
      { channel: '60000011', doubt: like(/an answer was lost/) },
    ]);
  });

  test('after a ComDevice that pushed, too: a block may have been on its way', () => {
    const talk = new Talk({ mode: 'cyclic' }).open();
    talk.hear(block([...head(410), ...pump(410, { INBOCNT: 0, INBOVAL: '0.0' })]));
    talk.wait(1000);
    talk.open();
    expect(told(talk.hear(block([...head(420), ...pump(420)])))).toMatchObject([{ doubt: like(/an answer was lost/) }]);
  });

  test('between two questions nothing is lost with it', () => {
    const talk = new Talk().start();
    talk.hear(block([...head(410), ...pump(410, { INBOCNT: 0, INBOVAL: '0.0' })]));
    talk.wait(200);
    talk.start(420);
    expect(told(talk.hear(block([...head(430), ...pump(430, { INBOCNT: 0, INBOVAL: '0.0' })])))[0]).not.toHaveProperty(
      'doubt',
    );
  });

  test('says nothing after it was told to close', () => {
    const talk = new Talk().start();
    talk.put({ type: 'closing', now: monotonicMs(talk.now) });
    const from = talk.effects.length;
    talk.wait(5000);
    talk.hear(granted(400));
    talk.noise();
    talk.put({ type: 'undecodable', now: monotonicMs(talk.now), why: 'malformed' });
    talk.wait(1000);
    expect(talk.effects.slice(from)).toEqual([]);
  });
});

describe('unrequested blocks', () => {
  test('while draining or greeting: the ComDevice pushes, it is only acknowledged', () => {
    for (const waitMs of [100, 1000]) {
      const talk = new Talk().open();
      talk.wait(waitMs);
      const from = talk.effects.length;
      for (let time = 410; time < 440; time += 5) {
        talk.hear(block([...head(time), ...pump(time)]));
        talk.wait(5000);
      }
      expect(new Set(sent(talk.effects.slice(from)))).toEqual(new Set(['ack']));
    }
  });

  test.each([68, 11])(
    'a leftover error %i while draining is no push, and is acknowledged before the greeting',
    (code) => {
      const talk = new Talk().open();
      talk.wait(250);
      talk.hear(error(code, 400));
      expect(sent(talk.wait(700))).toEqual(['ack', 'alive']);
    },
  );

  test('when they end, one ACK may revive them, then questions are asked', () => {
    const talk = new Talk().open();
    talk.hear(block([...head(410), ...pump(410)]));
    expect(sent(talk.wait(12_000))).toEqual(['ack', 'ack', 'alive']);
  });

  test('a pump that a pushing ComDevice does not tell of any more is unknown after a minute and a cycle', () => {
    const talk = new Talk({ mode: 'cyclic' }).open();
    talk.hear(block([...head(410), ...pump(410), ...pump(410, {}, '50113')]));
    for (let time = 415; time <= 480; time += 5) {
      talk.wait(5000);
      talk.hear(block([...head(time), ...pump(time)]));
    }
    const unknown = told(talk.effects).filter((seen) => seen.kind === 'infusion' && seen.state === 'unknown');
    expect(unknown).toMatchObject([{ channel: '60000013', at: 70_000 }]);
  });

  test('damaged for good: acknowledged in the end, or the ComDevice would send nothing more', () => {
    const talk = new Talk({ mode: 'cyclic' }).open();
    for (let i = 0; i < 4; i++) {
      talk.noise();
      talk.wait(200);
    }
    expect(sent(talk.effects)).toEqual(['nak', 'nak', 'nak', 'ack']);
  });
});

describe('settings', () => {
  test.each([
    [{ pollMs: 100 }, /pollMs/],
    [{ pollMs: 2001 }, /pollMs must be a number from 500 to 2000/],
    [{ pollMs: 'often' }, /pollMs/],
    [{ slot: '44' }, /slot/],
    [{ slot: 13 }, /slot/],
    [{ mode: 'both' }, /mode/],
    [{ cycleMs: 1 }, /cycleMs/],
  ])('%o is refused in words', (settings, words) => {
    expect(() => new Talk(settings)).toThrow(words);
  });

  test('pollMs sets the pace', () => {
    const talk = new Talk({ pollMs: 1000 }).start();
    talk.hear(block([...head(410), ...pump(410)]));
    expect(sent(talk.wait(950))).toEqual(['ack']);
    expect(sent(talk.wait(50))).toEqual(['all-pumps']);
  });
});

describe('random conversations', () => {
  const anyRecords = fc
    .array(
      fc.record({
        time: fc.nat(500),
        address: fc.constantFrom('50100', '50111', '50113', '501112', '5019Z'),
        name: fc.constantFrom(
          'INNR',
          'INRT',
          'INVI',
          'INM1',
          'INM3',
          'INA3',
          'GNERR',
          'STATUS1',
          'ALARM1',
          'INBOCNT',
          'BOCNT',
          'X',
        ),
        value: fc.oneof(
          fc.constantFrom('_NV', '0', '1', '39', '68', '11', '41', '51', '811', '600', '60012345'),
          fc.string(),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((records): Reply => ({ kind: 'records', records, unreadable: [] }));
  const anyReply = fc.oneof(
    { weight: 4, arbitrary: anyRecords },
    fc.nat(500).map((time): Reply => ({ kind: 'granted', time })),
    fc.nat(500).map((time): Reply => ({ kind: 'version', time, version: 'V3.30' })),
  );
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc.constantFrom<Message>({ kind: 'ack' }, { kind: 'nak' }),
    fc
      .record({
        bed: fc.stringMatching(/^[/-9A-Za-z]{1,15}$/),
        isLast: fc.boolean(),
        isStuffed: fc.constantFrom(true, false, undefined),
        isLengthWrong: fc.boolean(),
        reply: anyReply,
      })
      .map(({ reply, ...change }) => frame(reply, change)),
  );
  const anyInput = fc.oneof(
    { weight: 6, arbitrary: anyMessage.map((message) => ({ type: 'message' as const, message })) },
    { weight: 4, arbitrary: fc.nat(4000).map((ms) => ({ type: 'tick' as const, ms })) },
    fc
      .constantFrom('no-start' as const, 'bad-sum' as const, 'bad-length' as const, 'too-long' as const)
      .map((why) => ({ type: 'noise' as const, why })),
    fc.constantFrom({ type: 'opened' as const }, { type: 'closing' as const }, { type: 'undecodable' as const }),
  );
  const anySettings = fc.constantFrom({}, { mode: 'cyclic' }, { slot: '1C' }, { pollMs: 500 });

  test('whatever happens, nothing throws, every frame passes the guard, and nobody is told of a lost pump twice', () => {
    fc.assert(
      fc.property(anySettings, fc.array(anyInput, { maxLength: 30 }), (settings, inputs) => {
        const talk = new Talk(settings).open();
        for (const input of inputs) {
          const now = monotonicMs(talk.now);
          if (input.type === 'tick') talk.put({ type: 'tick', now: monotonicMs((talk.now += input.ms)) });
          else if (input.type === 'noise') talk.put({ ...input, now, byteCount: 5 });
          else if (input.type === 'undecodable') talk.put({ ...input, now, why: 'malformed' });
          else talk.put({ ...input, now });
        }
        for (const effect of talk.effects) {
          if (effect.type !== 'send') continue;
          const bytes = pumpBbraunBcc.encode(effect.query);
          expect(pumpBbraunBcc.maySend.some((pattern) => pattern.matches(bytes))).toBe(true);
        }
        const gone = told(talk.effects).map((each) => each.kind === 'infusion' && `${each.channel} ${each.state}`);
        for (const [i, each] of gone.entries()) {
          const before = gone
            .slice(0, i)
            .findLast((other) => String(other).split(' ')[0] === String(each).split(' ')[0]);
          if (String(each).endsWith('disconnected')) expect(before).not.toBe(each);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

test('describe says each message in one line', () => {
  for (const { bytes } of VECTORS) {
    const decoded = pumpBbraunBcc.decode(bytes);
    if (decoded.ok) expect(pumpBbraunBcc.describe(decoded.message)).toMatch(/^KETA1 [^\n]+$/);
  }
  const block2 = VECTORS.find(({ name }) => name === 'block-2');
  const decoded = pumpBbraunBcc.decode(block2?.bytes ?? new Uint8Array(0));
  expect(decoded.ok && pumpBbraunBcc.describe(decoded.message)).toBe(
    'KETA1 last block, 12 records: 13 GNNEW 686N030004 · 13 INRT 0.00 · 13 INSOL NaCl 0,9% 250ml · 13 INVI 3.38 · 13 INA15 1',
  );
  const quiet = { ALARM1: 1, PREALARM: '0x00000001', INA3: 0, INBOCNT: 0, DISPCHG: '_NV' };
  expect(pumpBbraunBcc.describe(block(recordsOf(quiet)))).toBe('KETA1 last block, 5 records');
  const once = { ALARM1: 1025, PREALARM: 'zz', INBOCNT: 1, DISPCHG: '1\r', INM13: 1 };
  expect(pumpBbraunBcc.describe(block(recordsOf(once)))).toBe(
    'KETA1 last block, 5 records: 11 ALARM1 1025 · 11 PREALARM zz · 11 INBOCNT 1 · 11 DISPCHG 1 · 11 INM13 1',
  );
  expect(pumpBbraunBcc.describe({ kind: 'ack' })).toBe('ACK');
});
