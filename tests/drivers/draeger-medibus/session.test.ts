import { describe, expect, test } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import { Bench, EVITA } from './bench.ts';
import { alarmed, framed, identified, measured, offering, wireOf } from './vectors.ts';

const SUSPEND = Uint8Array.of(0x11);
const RESUME = Uint8Array.of(0x13);
const ABORT = Uint8Array.of(0x18);
const BAD_SUM = fromHex('01 24 45 42 20 39 38 20 37 41 0d');

describe('beginning the communication', () => {
  test('is asked for every 3 s while nothing at all is heard, and after 40 s the link is opened anew', () => {
    const bench = new Bench().open().waitUntil(39_750);
    expect(bench.said()).toEqual(Array.from({ length: 14 }, (_, i) => `${3000 * i} icc`));
    expect(bench.lastReason).toMatch(/Not a byte has come/);
    expect(bench.reopens).toEqual([]);
    bench.waitUntil(60_000);
    expect(bench.reopens).toEqual([expect.stringMatching(/^No answer from the device\. Not a byte/)]);
    expect(bench.sent.at(-1)?.at).toBe(39_000);
  });

  test('is asked for every 10 s while characters come, and the reason says what they are', () => {
    const bench = new Bench().open();
    for (let at = 500; at <= 21_000; at += 500) bench.waitUntil(at).receive(fromHex('20 7f 20 1b'));
    expect(bench.said()).toEqual(['0 icc', '10000 icc', '20000 icc']);
    expect(bench.lastReason).toMatch(/no frame is right\. Check baud rate and parity/);
  });

  test('leads by the answer to the questions, one at a time, each answered before the next', () => {
    const bench = new Bench().open().talk(1500);
    expect(bench.names()).toEqual([
      'icc',
      ...['identify', 'curves', 'configure', 'measured', 'enable', 'alarms', 'alarms2'],
    ]);
    expect(bench.said().slice(1, 5)).toEqual(['50 identify', '100 curves', '150 configure', '200 measured']);
    expect(bench.states).toEqual(['live']);
    expect(bench.lastReason).toBe('Evita 4, software 04.00.');
  });

  test('by the device is answered, and the questions begin', () => {
    const bench = new Bench().open().waitUntil(1000).receive(wireOf('icc'));
    expect(bench.said(1)).toEqual(['1000 answer icc']);
    expect(bench.frames(1)[0]).toBe('01 51 35 32 0d');
    expect(bench.waitUntil(2000).said(1)).toEqual(['1000 answer icc', '2000 identify']);
  });

  test('by both at once: the device is not asked before its answer is out, since it drops a question that comes then', () => {
    const bench = new Bench().open().waitUntil(20).receive(wireOf('icc'));
    bench.waitUntil(60).receive(wireOf('icc answered'));
    expect(bench.said()).toEqual(['0 icc', '20 answer icc', '60 identify']);
  });

  test('ignores commands that are mixed into it', () => {
    const bench = new Bench().open().waitUntil(500).receive(wireOf('nop')).receive(wireOf('identify'));
    expect(bench.said()).toEqual(['0 icc']);
  });

  test('by an answer that belongs to something else has not come about, but its numbers count', () => {
    const bench = new Bench().open().receive(measured('EB 98 '));
    expect(bench.names()).toEqual(['icc']);
    expect(bench.states).toEqual([]);
    expect(bench.readings('spo2')).toEqual([{ value: 98 }]);
  });
});

describe('the rounds', () => {
  test('ask for measured data and alarms every 2 s, and for curves again every 5 s', () => {
    const names = new Bench().open().talk(30_250).names(10_000);
    const count = (name: string) => names.filter((each) => each === name).length;
    expect(count('measured')).toBeGreaterThanOrEqual(9);
    expect(count('alarms')).toBeGreaterThanOrEqual(9);
    expect(count('alarms2')).toBeGreaterThanOrEqual(9);
    expect(count('enable')).toBe(4);
    expect(names.every((name) => ['measured', 'alarms', 'alarms2', 'enable'].includes(name))).toBe(true);
  });

  test('leave out the alarms of page 2 for a device that has none', () => {
    const capnosat = { ...EVITA, identify: identified('8300', 'Capnosat') };
    expect(new Bench().open().talk(10_000, capnosat).names()).not.toContain('alarms2');
    expect(
      new Bench()
        .open()
        .talk(10_000, { ...EVITA, identify: framed('response', 'R') })
        .names(),
    ).not.toContain('alarms2');
  });

  test.each([
    ['a MEDIBUS version without arguments', { ...EVITA, identify: identified('8240', 'Evita 4', '02.10') }],
    ['no curve on offer', { ...EVITA, curves: framed('response', 'S') }],
    ['no identity', { ...EVITA, identify: framed('response', 'R') }],
  ])('go without curves with %s', (_what, answers) => {
    const bench = new Bench().open().talk(10_000, answers);
    expect(bench.names()).not.toContain('configure');
    expect(bench.names()).not.toContain('enable');
    expect(bench.readings('spo2').length).toBeGreaterThan(3);
  });

  test.each([
    ['identity', { ...EVITA, identify: framed('response', 'RDraeger') }, 'identify'],
    ['curves', { ...EVITA, curves: framed('response', 'S00') }, 'curves'],
    ['identity, damaged each time', { ...EVITA, identify: BAD_SUM }, 'identify'],
  ])('begin although there is no understandable answer about: %s', (_what, answers, name) => {
    const bench = new Bench().open().talk(10_000, answers);
    expect(bench.names().filter((each) => each === name)).toHaveLength(3);
    expect(bench.states).toEqual(['live']);
  });
});

describe('the commands of the device', () => {
  test.each([
    ['1b 51 36 43 0d', '01 51 35 32 0d'],
    ['1b 30 34 42 0d', '01 30 33 31 0d'],
    ['1b 52 36 44 0d', '01 52 35 33 0d'],
    ['1b 49 36 34 0d', '01 49 34 41 0d'],
    ['1b 55 37 30 0d', '01 55 35 36 0d'],
  ])('%s is answered at once by an empty %s', (command, answer) => {
    const bench = new Bench().open().talk(5500).receive(fromHex(command));
    expect(bench.frames(5500)[0]).toBe(answer);
  });

  test('others are not answered', () => {
    const bench = new Bench().open().talk(5500);
    bench.receive(framed('command', '$')).receive(framed('command', 'Zabc')).receive(framed('command', 'V'));
    expect(bench.said(5500)).toEqual([]);
  });

  test('ICC on a link that stands is a device that has begun anew: all is asked again', () => {
    const bench = new Bench().open().talk(10_100).receive(wireOf('icc')).talk(10_400);
    expect(bench.names(10_100)).toEqual(['answer icc', 'identify', 'curves', 'configure', 'measured', 'enable']);
    expect(bench.states).toEqual(['live']);
  });

  test('STOP is answered and told; after 3 s of quiet the communication is begun again', () => {
    const bench = new Bench().open().talk(10_100).receive(wireOf('stop'));
    expect(bench.names(10_100)).toEqual(['answer stop']);
    expect(bench.lastReason).toBe('The device has ended the communication.');
    bench.talk(14_000);
    expect(bench.said(10_150)[0]).toBe('13250 icc');
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });
});

describe('suspend and resume', () => {
  test('nothing leaves in between, then what is owed and what is due', () => {
    const bench = new Bench().open().talk(10_100).receive(SUSPEND).receive(wireOf('nop')).waitUntil(12_500);
    expect(bench.said(10_100)).toEqual([]);
    bench.receive(RESUME);
    expect(bench.said(10_100)).toEqual(['12500 answer nop', expect.stringMatching(/^12500 (measured|alarms)$/)]);
    expect(bench.states).toEqual(['live']);
  });

  test('without a resume for 3 s the link is lost', () => {
    const bench = new Bench().open().talk(10_100);
    for (const at of [10_100, 11_000, 12_000, 13_000])
      bench.waitUntil(at).receive(at === 10_100 ? SUSPEND : wireOf('nop'));
    expect(bench.waitUntil(13_250).names(10_100)).toEqual(['icc']);
    expect(bench.lastReason).toMatch(/suspended the communication and does not resume/);
  });
});

describe('silence', () => {
  test('for 3 s, or 5 s while an answer is due, is told and begun anew; then the numbers come back', () => {
    const bench = new Bench().open().talk(10_000).waitUntil(20_000);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toBe('The device does not answer.');
    const silentAt = bench.said(10_000).find((text) => text.endsWith(' icc'));
    expect(Number(silentAt?.split(' ')[0])).toBeLessThanOrEqual(15_250);
    bench.talk(24_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.reopens).toEqual([]);
  });

  test('real-time records do not keep a link', () => {
    const bench = new Bench().open().talk(10_000);
    for (let at = 10_100; at <= 20_000; at += 100) bench.waitUntil(at).receive(wireOf('record'));
    expect(bench.states).toEqual(['live', 'silent']);
  });

  test('of the measured data alone is told as well; other questions go on', () => {
    const bench = new Bench()
      .open()
      .talk(10_000)
      .talk(30_000, { ...EVITA, measured: [] });
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.lastReason).toMatch(/does not answer the question for measured data/);
    expect(bench.names(20_000)).toEqual(expect.arrayContaining(['measured', 'alarms', 'nop']));
    expect(bench.names(20_000)).not.toContain('icc');
  });

  test('while an answer is due, NOP tells the device every 2 s that we are there', () => {
    const bench = new Bench()
      .open()
      .talk(10_000)
      .talk(25_000, { ...EVITA, measured: [], alarms: [] });
    const times = bench.sent.filter(({ at }) => at >= 10_000).map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(3000);
  });
});

describe('wrong answers', () => {
  test('a damaged answer is waited for one second longer, and its question comes again with the next round', () => {
    const bench = new Bench().open().talk(10_000);
    const before = bench.readings('spo2').length;
    bench.talk(11_900, { ...EVITA, measured: BAD_SUM }).talk(16_000);
    expect(bench.states).toEqual(['live']);
    expect(bench.readings('spo2').length).toBeGreaterThanOrEqual(before + 2);
    const asked = bench.sent
      .filter(({ query }) => query.kind === 'ask' && query.what === 'measured')
      .map(({ at }) => at);
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3000);
  });

  test('a lost answer is not waited for when the NOP after it is answered: at most 4 s pass', () => {
    const bench = new Bench().open().talk(10_000);
    const before = bench.readings('spo2').length;
    while (bench.names(10_000).at(-1) !== 'measured') bench.talk(bench.now + 50, { ...EVITA, measured: [] });
    const lostAt = bench.now;
    bench.talk(lostAt + 100, { ...EVITA, measured: [] }).talk(lostAt + 4000);
    expect(bench.readings('spo2').length).toBeGreaterThan(before);
    expect(bench.states).toEqual(['live']);
  });

  test('a damaged NOP of the device does not let a second question out before the answer', () => {
    const bench = new Bench().open().talk(10_000);
    while (bench.names(10_000).at(-1) !== 'measured')
      bench
        .waitUntil(bench.now + 250)
        .receive(wireOf('nop answered'))
        .receive(EVITA_ALARMS)
        .receive(EVITA_ALARMS_2);
    const asked = bench.now;
    bench.receive(fromHex('1b 30 34 43 0d'));
    expect(bench.names(asked).at(-1)).toBe('measured');
    bench.waitUntil(asked + 500).receive(measured('EB 91 '));
    expect(bench.readings('spo2').at(-1)).toEqual({ value: 91 });
  });

  test.each([
    ['refused', wireOf('refused')],
    ['aborted', ABORT],
    ['of an unknown code', framed('response', 'Zabc')],
    ['cut short and begun again', fromHex('01 24 45 01 24 32 35 0d')],
  ])('%s answers end nothing', (_what, answer) => {
    const bench = new Bench()
      .open()
      .talk(10_000)
      .talk(16_000, { ...EVITA, measured: answer })
      .talk(24_000);
    expect(bench.readings('spo2').at(-1)).toEqual({ value: 98 });
    expect(bench.names(10_000)).not.toContain('icc');
  });

  test('an answer that nobody has asked for is no answer to the open question', () => {
    const bench = new Bench().open().receive(wireOf('icc answered')).receive(alarmed([]));
    expect(bench.names()).toEqual(['icc', 'identify']);
  });
});

const EVITA_ALARMS = framed('response', "'");
const EVITA_ALARMS_2 = framed('response', '.');

describe('closing', () => {
  test('stops a link that stands', () => {
    const bench = new Bench().open().talk(5000).close();
    expect(bench.names().at(-1)).toBe('stop');
    const count = bench.sent.length;
    bench.receive(wireOf('nop')).receive(wireOf('nop answered')).waitUntil(9000);
    expect(bench.sent).toHaveLength(count);
  });

  test('says nothing before one stands', () => {
    expect(new Bench().open().close().names()).toEqual(['icc']);
  });
});

test('a curve that is offered twice is asked for once', () => {
  const pleth = { code: '02', intervalUs: 10_000, minimum: 0, maximum: 100, maxBin: 100 };
  const bench = new Bench().open().talk(1000, { ...EVITA, curves: offering([pleth, pleth]) });
  expect(bench.queries().find(({ kind }) => kind === 'configure-curves')).toEqual({
    kind: 'configure-curves',
    curves: [expect.objectContaining({ code: '02', multiplier: 2 })],
  });
});
