import { beforeEach, describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { wrapFrame } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import { deviceId } from '$lib/domain/index.ts';
import { ACK, ENQ, FakeBase, nak, of, ONE_PUMP, type Replies } from './fake-base.ts';

/** A pump whose volume rises by 0.1 mL with every answer. */
function rising(address = '1', stepMl = 0.1): () => string {
  let volume = 17.5;
  return () => {
    volume += stepMl;
    const hex = Math.round(volume * 1000)
      .toString(16)
      .toUpperCase()
      .padStart(8, '0');
    return `${address}C;a0000;d020D;r${hex}`;
  };
}
let RISING: Replies = ONE_PUMP;
beforeEach(() => {
  RISING = { ...ONE_PUMP, '1LE;adr': rising() };
});

describe('the beginning', () => {
  test('session with the base, its modules, session with the pump and its values; the rest when there is time', () => {
    const base = new FakeBase().open().runTo(2000);
    expect(base.questions().slice(0, 8)).toEqual([
      ...['0DC', '0LE;b', '1DC', '1LE;adr', '1LP', '0LF;b', '1DE;adrm', '1LF;b'],
    ]);
    expect(base.bench.states).toEqual(['live', 'live']);
    expect(base.bench.statuses.map(({ reason }) => reason)).toEqual([undefined, 'The base names itself "bBASE".']);
    expect(base.readings[0]).toMatchObject({ channel: 'module 1', rateMlPerHour: 52.5, volumeInfusedMl: 17.5 });
    expect(base.readings.at(-1)).toMatchObject({ drugName: 'KETAMINE', model: 'bDPS' });
  });

  test('every reply is acknowledged before the next question', () => {
    const words = new FakeBase().open().runTo(6000).words();
    const [first, ...others] = words;
    expect(first).toBe('0DC');
    others.forEach((word, i) => {
      if (/^\d/.test(word) && i > 0) expect(['ack', word]).toEqual([others[i - 1], word]);
    });
    expect(words.filter((word) => word === 'ack').length).toBeGreaterThan(10);
  });

  test('each question has its pace: values 1 s, modules 5 s, the drug 10 s, the others once', () => {
    const base = new FakeBase(RISING).open().runTo(60_000);
    const count = (word: string): number => base.times(word).length;
    expect(count('1LE;adr')).toBeGreaterThanOrEqual(45);
    expect(count('1LE;adr')).toBeLessThanOrEqual(60);
    expect(count('0LE;b')).toBeGreaterThanOrEqual(11);
    expect(count('0LE;b')).toBeLessThanOrEqual(13);
    expect(count('1LP')).toBe(6);
    for (const once of ['0DC', '1DC', '0LF;b', '1LF;b', '1DE;adrm']) expect([once, count(once)]).toEqual([once, 1]);
  });

  test('a base that knows no module yet is asked every second, and says so', () => {
    const base = new FakeBase({ ...ONE_PUMP, '0LE;b': '0C;b0000' }).open().runTo(5000);
    expect(base.times('0LE;b').length).toBeGreaterThanOrEqual(4);
    expect(base.bench.lastReason).toBe('The base names itself "bBASE". No pump is in the base.');
    base.replies = ONE_PUMP;
    base.runTo(8000);
    expect(base.readings.length).toBeGreaterThan(0);
    expect(base.bench.lastReason).toBe('The base names itself "bBASE".');
  });

  test('five pumps are all told within 3 s of each other, at 50 ms an answer', () => {
    const further = ['2', '3', '4', '5'].map((module) => of(ONE_PUMP, module));
    const replies = further.reduce((all, one) => ({ ...all, ...one }), ONE_PUMP);
    const base = new FakeBase({ ...replies, '0LE;b': '0C;b001F' }).open().runTo(30_000);
    for (const module of [1, 2, 3, 4, 5]) {
      const times = base.readingsOf(module).map(({ at }) => at);
      expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThan(2500);
      expect(base.readingsOf(module).at(-1)?.at).toBeGreaterThan(28_000);
    }
  });

  test('modules beyond the fifth are said, and not spoken to', () => {
    const base = new FakeBase({ ...ONE_PUMP, '0LE;b': '0C;b0021' }).open().runTo(3000);
    expect(base.bench.lastReason).toContain('beyond the fifth');
    expect(base.questions().filter((text) => /^[2-9]/.test(text))).toEqual([]);
  });

  test('nobody answers: asked again and again, a hint, and the link anew', () => {
    const { bench, times } = { bench: new FakeBase({}).open().bench, times: (from: FakeBase) => from.times('0DC') };
    const base = new FakeBase({}).open().runTo(30_000);
    expect(times(base).slice(0, 3)).toEqual([0, 1000, 2000]);
    expect(base.bench.statuses[0]).toMatchObject({ state: 'negotiating' });
    expect(base.bench.lastReason).toMatch(/^The base does not answer. Not a byte comes/);
    expect(base.bench.reopens).toHaveLength(1);
    expect(bench.reopens).toEqual([]);
  });

  test.each([
    ['noise', () => new Uint8Array(20).fill(0x55), /19200 baud, 7 data bits, even parity/],
    ['bytes that are no answer', () => ENQ, /set "pump" to "stand-alone"/],
    ['a refusal', () => wrapFrame('0I;20'), /refuses the session \(error 20: not authorised on this port\)/],
    ['a NAK', () => nak('4'), /refuses what it is sent \(NAK 4: there is nobody at this address\)/],
  ])('a hint knows %s', (_, answer, hint) => {
    const base = new FakeBase({ '0DC': answer }).open().runTo(3500);
    expect(base.bench.lastReason).toMatch(hint);
  });

  test('settings that cannot be are said in a sentence', () => {
    const context = { device: deviceId('d'), settings: { pump: 'two' } };
    expect(() => pumpFreseniusOrchestra.start(context)).toThrow('pump must be "base" or "stand-alone"');
  });
});

describe('what the base says by itself', () => {
  test('a keep-alive is answered at once, in every state and inside a frame', () => {
    const base = new FakeBase({}).open();
    base.bench.receive(ENQ);
    expect(base.words()).toEqual(['0DC', 'alive']);
    base.replies = ONE_PUMP;
    base.runTo(3000);
    const frame = wrapFrame('1E;d020D');
    const before = base.words().length;
    base.bench.receive(frame.subarray(0, 4)).receive(ENQ);
    expect(base.words().slice(before)).toEqual(['alive']);
    base.bench.receive(frame.subarray(4));
    expect(base.words().slice(before)).toEqual(['alive', 'ack', '1E']);
  });

  test('a change is acknowledged by ACK and by a frame at once, though an answer is awaited, and told', () => {
    const base = new FakeBase({ ...ONE_PUMP, '1LE;adr': undefined }).open().runTo(1000);
    const before = base.words().length;
    base.say('1E;d020D;r0000445C');
    expect(base.words().slice(before)).toEqual(['ack', '1E']);
    expect(base.readings.at(-1)).toMatchObject({ rateMlPerHour: 52.5, volumeInfusedMl: 17.5 });
  });

  test('a change that comes again is acknowledged again and told once; later it is news', () => {
    const base = new FakeBase().open().runTo(3000);
    const count = base.readings.length;
    base.say('1E;d0000');
    base.bench.now += 1000;
    base.say('1E;d0000');
    base.bench.now += 1000;
    base.say('1E;d0000');
    expect(base.readings.length).toBe(count + 1);
    expect(base.times('1E')).toEqual([3000, 4000, 5000]);
    base.bench.now += 1600;
    base.say('1E;d0000');
    expect(base.readings.length).toBe(count + 2);
  });

  test('while changes come, all values are asked for every 2 s', () => {
    const base = new FakeBase(RISING).open().runTo(5000);
    let step = 0;
    for (let at = 5500; at <= 25_000; at += 500) {
      step += 1;
      base.say(`1E;r${(0x10_0000 + step).toString(16).toUpperCase()}`).runTo(at);
    }
    const asked = base.times('1LE;adr').filter((at) => at > 6000);
    expect(asked.length).toBeGreaterThanOrEqual(7);
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  test('"adjustable" data, which nobody enabled, are acknowledged and not told', () => {
    const base = new FakeBase().open().runTo(3000);
    const [words, count] = [base.words().length, base.readings.length];
    base.say('1M;d0001');
    expect(base.words().slice(words)).toEqual(['ack', '1M']);
    expect(base.readings.length).toBe(count);
  });

  test.each(['9E;d0001', 'E;d0001', '0E;d0001', '1E'])('%s is acknowledged by ACK alone', (text) => {
    const base = new FakeBase().open().runTo(3000);
    const [words, count] = [base.words().length, base.readings.length];
    base.say(text);
    expect(base.words().slice(words)).toEqual(['ack']);
    expect(base.readings.length).toBe(count);
  });

  test('a wrong sum is answered by NAK 2, a right one that is not understood by ACK, noise by nothing', () => {
    const base = new FakeBase().open().runTo(3000);
    const words = base.words().length;
    base.bench.receive(fromLatin1('\u00021E;d020DFF\u0003'));
    base.say('1X;1');
    base.bench.receive(new Uint8Array(70).fill(0x55));
    expect(base.words().slice(words)).toEqual(['nak', 'ack']);
  });

  test('a stranger is told nothing of its wrong sums', () => {
    const base = new FakeBase({}).open();
    base.bench.receive(fromLatin1('\u00021E;d020DFF\u0003'));
    base.say('1X;1');
    expect(base.words()).toEqual(['0DC']);
  });
});

describe('trouble', () => {
  test('a mute base is silent within 3 s of its last word, and asked for its session until it answers', () => {
    const base = new FakeBase(RISING).open().runTo(20_000);
    const last = base.readings.at(-1)?.at ?? 0;
    const count = base.readings.length;
    base.replies = {};
    base.runTo(40_000);
    const silent = base.bench.statuses.findIndex(({ state }) => state === 'silent');
    expect(base.bench.statuses[silent]?.reason).toMatch(/^The base does not answer. Not a byte comes/);
    expect(base.readings).toHaveLength(count);
    const asked = base.times('0DC').filter((at) => at > last + 3000);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    base.replies = RISING;
    base.runTo(60_000);
    expect(base.bench.states.at(-1)).toBe('live');
    expect(base.readings.slice(count)[0]).toMatchObject({ state: 'infusing' });
  });

  test.each([0, 100, 250, 400, 650, 900])('however it falls mute (%i ms), silence is told within 3 s', (ms) => {
    const base = new FakeBase(RISING).open().runTo(20_000 + ms);
    const heard = 20_000 + ms;
    base.replies = {};
    for (let at = heard; !base.bench.states.includes('silent'); at += 50) {
      expect(at - heard).toBeLessThanOrEqual(3000);
      base.runTo(at);
    }
  });

  test('keep-alives alone are no answers', () => {
    const base = new FakeBase(RISING).open().runTo(10_000);
    base.replies = {};
    for (let at = 10_500; at <= 14_000; at += 500) {
      base.bench.receive(ENQ);
      base.runTo(at);
    }
    expect(base.bench.states.at(-1)).toBe('silent');
    expect(base.words().filter((word) => word === 'alive')).toHaveLength(8);
  });

  test('a session that the base forgot (0D) is opened at once; not over and over', () => {
    const base = new FakeBase(RISING).open().runTo(10_000);
    base.replies = { ...RISING, '1LE;adr': '1I;0D', '0LE;b': '0I;0D' };
    base.runTo(20_000);
    const reopened = base.times('0DC').filter((at) => at > 10_000);
    expect(reopened[0]).toBeLessThan(11_500);
    expect(reopened.length).toBeLessThan(11);
    base.replies = RISING;
    base.runTo(30_000);
    expect(base.bench.states.at(-1)).toBe('live');
    expect(base.readings.at(-1)?.at).toBeGreaterThan(28_000);
  });

  test.each([1, 2, 3])(
    'a base that forgets the session, %i times in a row, and then falls mute is silent within 3 s',
    (times) => {
      const base = new FakeBase(RISING).open().runTo(10_000);
      const forgets = { '1LE;adr': '1I;0D', '0LE;b': '0I;0D' };
      let opened = 0;
      base.replies = { ...RISING, ...forgets, '0DC': () => ((opened += 1) < times ? '0C' : undefined) };
      const heardAt = (): number => Math.max(...base.times('ack'));
      for (let at = 10_050; !base.bench.states.includes('silent'); at += 50) {
        base.runTo(at);
        expect(at - heardAt()).toBeLessThanOrEqual(3000);
      }
      expect(opened).toBeGreaterThanOrEqual(times);
      expect(base.bench.states).not.toContain('negotiating');
    },
  );

  test('a session that a pump forgot (1E) is opened, and everything is asked for again', () => {
    const base = new FakeBase(RISING).open().runTo(10_000);
    let forgotten = 0;
    const goesOn = rising('1', 5);
    base.replies = { ...RISING, '1LE;adr': () => ((forgotten += 1) === 1 ? '1I;1E' : goesOn()) };
    base.runTo(20_000);
    expect(base.questions(10_000).filter((text) => text === '1DC').length).toBeGreaterThanOrEqual(1);
    for (const text of ['1DE;adrm', '1LF;b']) expect(base.times(text)).toHaveLength(2);
    expect(base.readings.at(-1)).toMatchObject({ state: 'infusing' });
    expect(base.readings.map(({ state }) => state).slice(2)).not.toContain('unknown');
  });

  test('a pump that refuses its values although its session is open is not opened without end', () => {
    const base = new FakeBase({ ...ONE_PUMP, '1LE;adr': '1I;1E' }).open().runTo(30_000);
    expect(base.times('1DC').length).toBeLessThan(8);
    expect(base.bench.states).not.toContain('silent');
  });

  test('a pump out of reach (0E) is told once as disconnected, tried every 5 s, and comes back', () => {
    const base = new FakeBase({ ...RISING, '1LE;adr': '1I;0E', '1DC': '1I;0E' }).open().runTo(20_000);
    expect(base.readings).toHaveLength(1);
    expect(base.readings[0]).toMatchObject({ state: 'disconnected', alarms: [] });
    expect(base.readings[0]?.doubt).toBe('the base cannot reach this pump (error 0E: the module cannot be reached)');
    expect(base.times('1DC').length).toBeLessThanOrEqual(5);
    expect(base.bench.states).not.toContain('silent');
    base.replies = RISING;
    base.runTo(30_000);
    expect(base.readings.at(-1)).toMatchObject({ state: 'infusing' });
  });

  test('a module that the mask does not name any more has gone; another that comes is read', () => {
    const two = { ...RISING, ...of(ONE_PUMP, '2') };
    const base = new FakeBase(two).open().runTo(10_000);
    base.replies = { ...two, '0LE;b': '0C;b0002' };
    base.runTo(20_000);
    expect(base.readingsOf(1).at(-1)).toMatchObject({ state: 'disconnected' });
    expect(base.readingsOf(2).at(-1)?.at).toBeGreaterThan(18_000);
    expect(base.questions(16_000).filter((text) => text.startsWith('1'))).toEqual([]);
  });

  const twoModules = (): Replies => ({ ...RISING, ...of(ONE_PUMP, '2'), '2LE;adr': rising('2'), '0LE;b': '0C;b0003' });

  test('one mute pump is told without values, once; the other is not kept waiting; both heal', () => {
    const modules = twoModules();
    const base = new FakeBase(modules).open().runTo(10_000);
    base.replies = { ...modules, '1LE;adr': undefined, '1DC': undefined, '1LP': undefined };
    const count = base.readingsOf(1).length;
    base.runTo(40_000);
    const [mute, ...others] = base.readingsOf(1).slice(count);
    expect(mute).toMatchObject({ state: 'unknown', doubt: 'no values from this pump for 3 s', alarms: [] });
    expect((mute?.at ?? 0) - (base.readingsOf(1)[count - 1]?.at ?? 0)).toBeLessThanOrEqual(4000);
    expect(others).toEqual([]);
    // One try every 5 s and a second of waiting.
    expect(base.times('1DC').filter((at) => at > 10_000).length).toBeLessThanOrEqual(6);
    const times = base
      .readingsOf(2)
      .filter(({ at }) => at > 5000)
      .map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThanOrEqual(3000);
    expect(base.bench.states).not.toContain('silent');
    base.replies = modules;
    base.runTo(50_000);
    expect(base.readingsOf(1).at(-1)).toMatchObject({ state: 'infusing' });
  });

  test.each(Array.from({ length: 12 }, (_, i) => 10_000 + 450 * i))(
    'between two tries the base is asked, so a single mute pump is no silent line (from %i ms)',
    (ms) => {
      const base = new FakeBase(RISING).open().runTo(ms);
      base.replies = { ...RISING, '1LE;adr': undefined, '1DC': undefined, '1LP': undefined };
      base.runTo(30_000);
      expect(base.bench.states).not.toContain('silent');
      expect(base.readings.at(-1)).toMatchObject({ state: 'unknown' });
    },
  );

  test('between two tries nothing else is asked of the same pump: a late answer would be taken for another', () => {
    let asked = 0;
    const base = new FakeBase({ ...RISING, '1LF;b': () => ((asked += 1) === 1 ? undefined : '1C;bDPS') });
    const questions = base.open().runTo(6000).questions();
    const tries = questions.flatMap((text, i) => (text === '1LF;b' ? [i] : []));
    expect(tries).toHaveLength(2);
    expect(questions.slice((tries[0] ?? 0) + 1, tries[1]).filter((text) => text.startsWith('1'))).toEqual([]);
    expect(base.readings.at(-1)).toMatchObject({ model: 'bDPS', drugName: 'KETAMINE' });
  });

  test('an answer that came too late is not taken for another: no drug is called like a volume', () => {
    const late = { ...ONE_PUMP, '1LP': '1C;a0000;d020D;r0000445C' };
    const base = new FakeBase(late).open().runTo(20_000);
    expect(base.readings.every(({ drugName }) => drugName === undefined)).toBe(true);
  });

  test('after a question that was asked twice, its pump is left alone for a second', () => {
    let asked = 0;
    const base = new FakeBase({ ...ONE_PUMP, '1DC': () => ((asked += 1) === 1 ? undefined : '1C') }).open().runTo(5000);
    const [, second = 0] = base.times('1DC');
    expect(base.times('1LE;adr')[0]).toBeGreaterThanOrEqual(second + 1000);
  });

  test('"receiver not ready" is asked once more after a pause', () => {
    let refused = 0;
    const base = new FakeBase({ ...ONE_PUMP, '1LE;adr': () => ((refused += 1) === 1 ? nak('6') : '1C;a0;d0;r0') });
    base.open().runTo(4000);
    const [first = 0, second = 0] = base.times('1LE;adr');
    expect(second - first).toBeGreaterThanOrEqual(250);
    expect(second - first).toBeLessThanOrEqual(600);
    expect(base.readings[0]).toMatchObject({ state: 'stopped' });
  });

  test.each([
    ['1LE;adr', 'it refuses to tell its values (error 04: syntax)'],
    ['1DC', 'it refuses a session (error 04: syntax)'],
  ])('a refused %s is said once', (text, doubt) => {
    const base = new FakeBase({ ...ONE_PUMP, [text]: '1I;04' }).open().runTo(20_000);
    expect(base.readings).toEqual([expect.objectContaining({ state: 'unknown', doubt, alarms: [] })]);
    expect(base.bench.states.at(-1)).toBe('live');
  });

  test.each(['1LP', '1DE;adrm', '1LF;b'])('a refused %s costs only what it would tell', (text) => {
    const base = new FakeBase({ ...RISING, [text]: '1I;01' }).open().runTo(10_000);
    const reading = base.readings.at(-1);
    expect(reading).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(reading?.drugName).toBe(text === '1LP' ? undefined : 'KETAMINE');
    expect(reading?.model).toBe(text === '1LF;b' ? undefined : 'bDPS');
  });

  test.each(['0I;04', '0C;bSOMETHING', '0C'])('a base that answers %s for its modules is told about', (answer) => {
    const base = new FakeBase({ ...ONE_PUMP, '0LE;b': answer }).open().runTo(10_000);
    expect(base.bench.lastReason).toContain('The base does not say');
    expect(base.bench.states.at(-1)).toBe('live');
  });

  test('values that are not understood are said, and not told', () => {
    const base = new FakeBase({ ...ONE_PUMP, '1LE;adr': '1C;dXYZ' }).open().runTo(6000);
    expect(base.readings).toHaveLength(1);
    expect(base.readings[0]).toMatchObject({ state: 'unknown', doubt: 'its values are not understood: dXYZ' });
  });

  test('who speaks while we pause is asked at once, and what it tells is told', () => {
    const base = new FakeBase(RISING).open().runTo(10_000);
    base.replies = {};
    base.runTo(20_000);
    base.replies = RISING;
    const asked = base.times('0DC').length;
    base.say('1E;r0000F000');
    expect(base.times('0DC').length).toBe(asked + 1);
    expect(base.readings.at(-1)).toMatchObject({ at: 20_000, volumeInfusedMl: 61.44 });
    base.runTo(21_000);
    expect(base.bench.states.at(-1)).toBe('live');
  });
});

describe('the end', () => {
  test('reporting off and all sessions closed, the base last', () => {
    const base = new FakeBase({ ...ONE_PUMP, ...of(ONE_PUMP, '2'), '0LE;b': '0C;b0003' }).open().runTo(5000);
    const words = base.words().length;
    base.bench.close();
    expect(base.words().slice(words)).toEqual(['2AE', '2FC', '1AE', '1FC', '0FC']);
    base.bench.receive(concatBytes(ACK, ENQ, wrapFrame('1E;d0001')));
    expect(base.words().slice(words + 5)).toEqual([]);
  });

  test('without a session there is nothing to close', () => {
    const base = new FakeBase({}).open().runTo(500);
    base.bench.close();
    expect(base.words()).toEqual(['0DC']);
  });
});

describe('a pump that stands alone', () => {
  const alone = { ...of(ONE_PUMP, ''), 'LE;adr': rising('') };
  const settings = { pump: 'stand-alone' };

  test('is spoken to without an address, and asked for no modules', () => {
    const base = new FakeBase(alone, settings).open().runTo(5000);
    expect(new Set(base.questions())).toEqual(new Set(['DC', 'LE;adr', 'LP', 'DE;adrm', 'LF;b']));
    expect(base.readings.at(-1)).toMatchObject({ channel: 'pump', state: 'infusing', drugName: 'KETAMINE' });
    expect(base.bench.states).toEqual(['live']);
    base.say('E;d0000');
    expect(base.words().at(-1)).toBe('E');
    base.bench.close();
    expect(base.words().slice(-2)).toEqual(['AE', 'FC']);
  });

  test('is silent within 3 s, and its session is opened anew when it forgot it', () => {
    const base = new FakeBase(alone, settings).open().runTo(10_000);
    base.replies = { ...alone, 'LE;adr': 'I;1E' };
    base.runTo(11_500);
    base.replies = alone;
    base.runTo(15_000);
    expect(base.times('DC').length).toBeGreaterThanOrEqual(2);
    expect(base.bench.states).toEqual(['live']);
    base.replies = {};
    base.runTo(18_000);
    expect(base.bench.states.at(-1)).toBe('silent');
    expect(base.bench.lastReason).toMatch(/^The pump does not answer/);
  });
});

test('a recording is read that nobody asks from: values say themselves what they are', () => {
  const base = new FakeBase({}).open();
  base.say('1C;a0000;d020D;r0000445C').say('1E;r00004460');
  expect(base.readings).toMatchObject([{ volumeInfusedMl: 17.5 }, { volumeInfusedMl: 17.504, state: 'infusing' }]);
});
