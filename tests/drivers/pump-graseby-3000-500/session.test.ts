import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '$drivers/bytes.ts';
import { encodeReply } from '$drivers/pump-graseby-3000-500/codec.ts';
import { wrapRecord } from '$drivers/pump-graseby-3000-500/framing.ts';
import { pumpGraseby3000 } from '$drivers/pump-graseby-3000-500/index.ts';
import type { Check, Query } from '$drivers/pump-graseby-3000-500/messages.ts';
import { start } from '$drivers/pump-graseby-3000-500/session.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { BENCH_DEVICE, PollingBench } from '../../support/polling-bench.ts';
import { NEW_DATA, OLD_DATA } from './vectors.ts';

const RUNNING = '40C208';
const benchOf = (settings: Readonly<Record<string, unknown>> = {}) => new PollingBench(pumpGraseby3000, settings);
type Bench = ReturnType<typeof benchOf>;

const readings = (bench: Bench): readonly InfusionReading[] =>
  bench.observations.filter((seen) => seen.kind === 'infusion');
const asked = (bench: Bench, fromMs = 0) => bench.queries(fromMs).map(({ letter, check }) => `${letter} ${check}`);

interface Pump {
  readonly own?: Check;
  readonly code?: string;
  readonly badCrc?: string;
  readonly status?: string;
  readonly mute?: string;
}

/** A pump of the newer software: a record with the other CRC start it calls wrong, and says so in a right one. */
function pump({ own = 'crc-0000', code = '0', badCrc = '1', status = RUNNING, mute = '' }: Pump = {}) {
  const data = { M: '300064', Y: 'G30000042', D: NEW_DATA };
  return ({ letter, check }: Query): readonly Uint8Array[] => {
    if (mute.includes(letter)) return [];
    return [check === own ? encodeReply(code, status, data[letter], own) : encodeReply(badCrc, status, '', own)];
  };
}

const live = (settings = {}, answering = pump()): Bench => benchOf(settings).open().converse(3000, answering);

describe('getting to know the pump', () => {
  test('asks for model and serial number, then for data every second, and tells them at once', () => {
    const bench = live();
    expect(asked(bench).slice(0, 4)).toEqual(['M crc-0000', 'Y crc-0000', 'D crc-0000', 'D crc-0000']);
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live', reason: 'Model 3000, software 1.00.' }]);
    expect(readings(bench)[0]).toMatchObject({ at: 150, channel: 'G30000042', state: 'infusing', rateMlPerHour: 52.5 });
    const times = bench.sent.filter(({ query }) => query.letter === 'D').map(({ at }) => at);
    expect(
      times
        .slice(1)
        .map((at, i) => at - (times[i] ?? 0))
        .every((gap) => gap >= 1000 && gap <= 1250),
    ).toBe(true);
  });

  test('learns the CRC start from the record in which the pump calls ours wrong', () => {
    const bench = live({}, pump({ own: 'crc-ffff' }));
    expect(asked(bench).slice(0, 4)).toEqual(['M crc-0000', 'M crc-ffff', 'Y crc-ffff', 'D crc-ffff']);
    expect(bench.states).toEqual(['live']);
  });

  test('of a pump that is mute to the wrong start, tries the other', () => {
    const answering = ({ letter, check }: Query) =>
      check === 'crc-ffff' ? pump({ own: 'crc-ffff' })({ letter, check }) : [];
    const bench = live({}, answering);
    expect(asked(bench).slice(0, 3)).toEqual(['M crc-0000', 'M crc-ffff', 'Y crc-ffff']);
    expect(bench.states).toEqual(['live']);
  });

  test('keeps to a start that is set, and says when the pump has the other', () => {
    const bench = benchOf({ crcStart: '0000' })
      .open()
      .converse(12_000, pump({ own: 'crc-ffff' }));
    expect(new Set(asked(bench))).toEqual(new Set(['M crc-0000']));
    expect(bench.lastReason).toContain('"crcStart" is set to something else');
    expect(readings(bench)).toEqual([]);
  });

  test.each([['A'], ['0'], ['7']])('learns that the return code "%s" means accepted', (code) => {
    expect(readings(live({}, pump({ code, badCrc: 'X' }))).length).toBeGreaterThan(1);
  });

  test('of a pump that tells no serial number asks three times, and goes on without', () => {
    const bench = benchOf()
      .open()
      .converse(6000, pump({ mute: 'Y' }));
    expect(asked(bench).filter((text) => text.startsWith('Y'))).toHaveLength(3);
    expect(readings(bench)[0]).toMatchObject({ channel: 'pump', model: '3000' });
    // An answer that is too late changes no channel.
    bench.receive(encodeReply('0', RUNNING, 'G30000042', 'crc-0000')).converse(9000, pump({ mute: 'Y' }));
    expect(new Set(readings(bench).map(({ channel }) => channel))).toEqual(new Set(['pump']));
  });

  test('says when it does not know the model', () => {
    const bench = benchOf()
      .open()
      .receive(encodeReply('4', RUNNING, '', 'crc-0000'))
      .converse(9000, pump({ mute: 'M' }));
    expect(bench.lastReason).toBe('It does not say which model it is.');
    expect(readings(bench).at(-1)).not.toHaveProperty('model');
  });

  test('reads nothing before it knows whose data they are', () => {
    const bench = benchOf()
      .open()
      .receive(encodeReply('0', RUNNING, NEW_DATA, 'crc-0000'));
    expect(readings(bench)).toEqual([]);
    expect(asked(bench)).toEqual(['M crc-0000', 'M crc-0000']);
  });
});

describe('return codes', () => {
  test('another one than that of accepted commands: data are not used, and the code is said', () => {
    const bench = live();
    const count = readings(bench).length;
    bench.converse(9000, pump({ code: '5' }));
    expect(readings(bench)).toHaveLength(count);
    expect(bench.statuses.at(-1)).toMatchObject({
      state: 'silent',
      reason: 'The pump answers and tells no infusion data (its code is "5"; accepted is "0").',
    });
    expect(bench.reopens).toEqual([]);
    bench.converse(11_000, pump());
    expect(bench.states.at(-1)).toBe('live');
  });

  test('the one that is set is the one', () => {
    const bench = benchOf({ acceptedCode: 'A' })
      .open()
      .converse(9000, pump({ code: '0' }));
    expect(readings(bench)).toEqual([]);
    expect(bench.lastReason).toContain('its code is "0"; accepted is "A"');
    expect(bench.states).not.toContain('live');
    expect(readings(live({ acceptedCode: 'A' }, pump({ code: 'A' }))).length).toBeGreaterThan(0);
  });

  test('one refusal is no silence', () => {
    const bench = live();
    bench.receive(encodeReply('2', RUNNING, '', 'crc-0000')).converse(6000, pump());
    expect(bench.states).toEqual(['live']);
  });
});

test('a refusal that was followed by data is not what a later silence is put down to', () => {
  const bench = live()
    .converse(4000, pump({ code: '5' }))
    .converse(6000, pump());
  bench.waitUntil(10_000);
  expect(bench.statuses.at(-1)).toMatchObject({ state: 'silent', reason: 'The pump does not answer.' });
});

test('another program that controls the pump is said as long as it does', () => {
  const bench = live();
  bench.converse(5000, pump({ status: 'C0C208' }));
  expect(bench.lastReason).toContain('Another program controls this pump (CI mode)');
  expect(readings(bench).at(-1)).toMatchObject({ isRemoteControlled: true });
  bench.converse(7000, pump());
  expect(bench.lastReason).toBe('Model 3000, software 1.00.');
});

describe('silence', () => {
  test('a pump that falls mute is told as silent after three questions or more, and nothing is told again', () => {
    const bench = live();
    const last = readings(bench).at(-1)?.at ?? 0;
    bench.waitUntil(last + 3000);
    expect(bench.statuses.at(-1)).toEqual({ type: 'status', state: 'silent', reason: 'The pump does not answer.' });
    expect(bench.sent.filter(({ at, query }) => at > last && query.letter === 'D').length).toBeGreaterThanOrEqual(3);
    bench.waitUntil(60_000);
    expect(readings(bench).at(-1)?.at).toBe(last);
  });

  test.each([0, 250, 500, 750])('within 3 s wherever in the second it happens (%i)', (offset) => {
    const bench = live();
    bench.converse(5000 + offset, pump());
    const last = readings(bench).at(-1)?.at ?? 0;
    bench.waitUntil(last + 3000);
    expect(bench.states.at(-1)).toBe('silent');
  });

  test('asks again with pauses, then has the link opened anew; nothing that was found out stands', () => {
    const bench = live({}, pump({ own: 'crc-ffff' }));
    bench.waitUntil(60_000);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toContain('The pump does not answer.');
    const count = bench.sent.length;
    bench.waitUntil(120_000);
    expect(bench.sent).toHaveLength(count);
    bench.open();
    expect(asked(bench).at(-1)).toBe('M crc-0000');
  });

  test('a pump that comes back is asked who it is before its data count', () => {
    const bench = live();
    bench.waitUntil(8000);
    const from = bench.now;
    bench.converse(15_000, pump());
    expect(asked(bench, from + 1).slice(0, 3)).toEqual(['M crc-0000', 'Y crc-0000', 'D crc-0000']);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
  });

  test('another pump with another CRC start in its place is found as well', () => {
    const bench = live();
    bench.waitUntil(8000).converse(20_000, pump({ own: 'crc-ffff' }));
    expect(bench.states.at(-1)).toBe('live');
    expect(asked(bench).at(-1)).toBe('D crc-ffff');
  });

  test('answers that arrive damaged are said to be', () => {
    const bench = live();
    const bad = fromLatin1('<200049C2080017.50035.0052.50000>');
    bench.converse(8000, () => [bad, bad]);
    expect(bench.statuses.find(({ state }) => state === 'silent')?.reason).toBe('Answers of the pump arrive damaged.');
  });

  test('the last words are none, and nothing is said after them', () => {
    const bench = live();
    const count = bench.sent.length;
    bench
      .close()
      .waitUntil(20_000)
      .receive(encodeReply('0', RUNNING, NEW_DATA, 'crc-0000'));
    expect(bench.sent).toHaveLength(count);
    expect(bench.states).toEqual(['live']);
  });
});

describe('a pump that never answered', () => {
  const hintAfter = (answer: (query: Query) => readonly Uint8Array[], settings = {}) =>
    benchOf(settings).open().converse(20_000, answer);

  test.each([
    ['nothing', () => [], 'Not a byte has come. The line of this pump is not known to us'],
    ['noise', () => [Uint8Array.of(1, 2, 3, 0x3c)], 'Bytes come, and no record is right.'],
    [
      'a CRC of a kind that we do not know',
      () => [fromLatin1('<0E049C2081234><')],
      'Bytes come, and no record is right.',
    ],
    ['an echo', ({ letter, check }: Query) => [wrapRecord(letter, check)], 'its own questions come back'],
    ['the older software', () => [encodeReply('?', '', '', 'sum')], 'set "generation" to "old"'],
  ] as const)('%s: the person at the cable is told what to look at', (_what, answer, words) => {
    const bench = hintAfter(answer);
    expect(bench.statuses[0]?.state).toBe('negotiating');
    expect(bench.statuses[0]?.reason).toContain(words);
    expect(bench.states).not.toContain('live');
    expect(readings(bench)).toEqual([]);
  });

  test('both CRC starts are tried in turn', () => {
    expect(asked(hintAfter(() => [])).slice(0, 4)).toEqual(['M crc-0000', 'M crc-ffff', 'M crc-0000', 'M crc-ffff']);
  });

  test('that greets and tells no data is said to', () => {
    const bench = hintAfter(pump({ mute: 'D' }));
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toBe('The pump does not answer.');
  });
});

describe('the older software', () => {
  const older = ({ letter }: Query) => [
    letter === 'D' ? wrapRecord(`D${OLD_DATA}`, 'sum') : wrapRecord('M30003F', 'sum'),
  ];

  test('is asked only when that is set, without Y, and told after three right records', () => {
    const bench = benchOf({ generation: 'old' }).open().converse(4000, older);
    expect(asked(bench).slice(0, 4)).toEqual(['M sum', 'D sum', 'D sum', 'D sum']);
    const second = bench.sent[2];
    expect(readings(bench)[0]?.at).toBe((second?.at ?? 0) + 50);
    expect(bench.lastReason).toContain('Alarms, hold and KVO of software up to 0.67 are not understood');
    expect(readings(bench)[0]).toMatchObject({
      channel: 'pump',
      model: '3000',
      softwareVersion: '0.63',
      state: 'unknown',
    });
  });

  test('infuses when its volume rises, and no longer when it should have and did not', () => {
    const bench = benchOf({ generation: 'old' }).open();
    const rising = ({ letter }: Query, at: number) => {
      const ml = Math.floor((52.5 * Math.min(at, 60_000)) / 360_000) / 10;
      return letter === 'D'
        ? [wrapRecord(`D${ml.toFixed(1).padStart(5, '0')}035.052.50240`, 'sum')]
        : [wrapRecord('M30003F', 'sum')];
    };
    bench.converse(60_000, rising);
    expect(readings(bench).at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    bench.converse(80_000, rising);
    expect(readings(bench).at(-1)).toMatchObject({ state: 'unknown', rateSetMlPerHour: 52.5 });
  });

  test('a wrong sum between its first records makes them count anew', () => {
    const bench = benchOf({ generation: 'old' }).open().converse(100, older);
    bench.receive(fromLatin1('<07?FF><')).converse(1600, older);
    expect(bench.sent).toHaveLength(3);
    expect(readings(bench)).toEqual([]);
    bench.converse(5000, older);
    expect(readings(bench).length).toBeGreaterThan(0);
  });

  test('that says ? is there and refuses', () => {
    const bench = benchOf({ generation: 'old' })
      .open()
      .converse(9000, () => [wrapRecord('?', 'sum')]);
    expect(bench.lastReason).toBe('The pump answers and tells no infusion data (its code is "?").');
    expect(bench.reopens).toEqual([]);
  });

  test('set, and records of the newer software come', () => {
    const bench = benchOf({ generation: 'old' }).open();
    bench.converse(9000, () => [encodeReply('1', RUNNING, '', 'crc-0000')]);
    expect(bench.lastReason).toContain('"generation" is set to "old"');
  });
});

test.each([
  [{ generation: 'both' }, 'generation must be "new" or "old"'],
  [{ crcStart: 'ffff' }, 'crcStart must be "0000" or "FFFF"'],
  [{ crcStart: 0 }, 'crcStart must be "0000" or "FFFF"'],
  [{ acceptedCode: 'OK' }, 'acceptedCode must be one character'],
  [{ acceptedCode: '' }, 'acceptedCode must be one character'],
])('settings that cannot be are refused with a sentence: %j', (settings, words) => {
  expect(() => start({ device: BENCH_DEVICE, settings })).toThrow(words);
});
