import { describe, expect, test } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import { readPollProfile } from '$drivers/philips-intellivue/association.ts';
import type { Content } from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, CLASS, MONITOR_OBJECT } from '$drivers/philips-intellivue/protocol-codes.ts';
import { words } from '$drivers/philips-intellivue/wire.ts';
import {
  accept,
  Bench,
  created,
  invokeIdOf,
  numbers,
  periodOf,
  PROBE_AND_A_BIT_MS,
  result,
  single,
  value,
} from './bench.ts';

const RATE = single(value(0x4182, 76, 0x0aa0));
const abort: Content = { kind: 'abort' };

/** Numbers every 1.024 s up to this time. */
function keepStreaming(bench: Bench, until: number): Bench {
  while (bench.now < until) bench.wait(Math.min(1024, until - bench.now)).hear(numbers(bench.now, [RATE]));
  return bench;
}

describe('on a serial line', () => {
  test('listens for 300 ms, then asks for an association', () => {
    const bench = new Bench().open().wait(290);
    expect(bench.sent).toEqual([]);
    bench.wait(20);
    expect(bench.sent.map(({ at, query }) => [at, query.kind, query.framing])).toEqual([[300, 'associate', 'serial']]);
    const [request] = bench.sent;
    const information = request?.query.kind === 'associate' ? request.query.information : undefined;
    expect(information && readPollProfile(information)).toMatchObject({
      minPollPeriod: 8000,
      maxMtuReceive: 1000,
      extOptions: 0x88000000,
    });
  });

  test('breaks off what the monitor still tells somebody else, and waits for a second of quiet', () => {
    const bench = new Bench()
      .open()
      .wait(100)
      .hear(numbers(0, [RATE]));
    expect(bench.kindsSince(0)).toEqual(['abort']);
    bench
      .wait(700)
      .hear(numbers(0, [RATE]))
      .wait(990);
    expect(bench.kindsSince(0)).toEqual(['abort']);
    bench.wait(260);
    expect(bench.kindsSince(0)).toEqual(['abort', 'associate']);
    expect(bench.of('numerics').length).toBeGreaterThan(0);
  });

  test('breaks it off again when that does not help, and asks all the same after 12 s', () => {
    const bench = new Bench()
      .open()
      .wait(100)
      .hear(numbers(0, [RATE]));
    for (let i = 0; i < 25; i += 1) bench.wait(500).hear(numbers(0, [RATE]));
    const kinds = bench.kindsSince(0);
    expect(kinds.filter((kind) => kind === 'abort').length).toBeGreaterThanOrEqual(11);
    expect(bench.timesOf('associate')[0]).toBeGreaterThanOrEqual(12_000);
    expect(bench.timesOf('associate')[0]).toBeLessThan(12_500);
  });

  test('goes back to listening when data come before the answer', () => {
    const bench = new Bench()
      .open()
      .wait(400)
      .hear(numbers(0, [RATE]))
      .wait(1300);
    expect(bench.kindsSince(0)).toEqual(['associate', 'abort', 'associate']);
  });

  test('asks five times, 2 s apart, then the link is opened anew', () => {
    const bench = new Bench().open().waitUntil(30_000);
    const asked = bench.timesOf('associate');
    expect(asked).toEqual([300, 2500, 4500, 6500, 8500]);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/does not answer.*Not a byte.*data export/);
  });

  test('says when bytes come that are no frames', () => {
    const bench = new Bench().open().receive(new Uint8Array(100).fill(0x55)).waitUntil(12_000);
    expect(bench.reopens[0]).toMatch(/no frame is right.*115200/);
  });
});

describe('on the network', () => {
  test('asks at once, in bare PDUs, for what a datagram can carry', () => {
    const bench = new Bench({}, 'udp').open();
    expect(bench.sent.map(({ at, query }) => [at, query.kind, query.framing])).toEqual([[0, 'associate', 'lan']]);
    bench.hear(accept(), 'lan').hear(created(0), 'lan').wait(200);
    expect(new Set(bench.sent.map(({ query }) => query.framing))).toEqual(new Set(['lan']));
    expect(bench.kindsSince(0)).toContain('numerics 0000');
  });

  test('a refusal is waited out for 2, 4, 8, 10, 10 s, and said', () => {
    const bench = new Bench({}, 'udp').open();
    for (let i = 0; i < 5; i += 1)
      bench
        .wait(100)
        .hear({ kind: 'refuse' }, 'lan')
        .wait(i < 3 ? 2 ** (i + 1) * 1000 : 10_000);
    const asked = bench.timesOf('associate');
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(gaps.map((gap) => Math.round(gap / 1000))).toEqual([2, 4, 8, 10, 10]);
    expect(bench.statuses).toHaveLength(1);
    expect(bench.statuses[0]).toMatchObject({ state: 'negotiating' });
    expect(bench.lastReason).toMatch(/refuses: another system/);
    expect(bench.reopens).toEqual([]);
  });

  test('what comes in serial frames is not believed, and counted', () => {
    const bench = new Bench({}, 'udp').open().hear(accept()).hear(created(0));
    expect(bench.kindsSince(0)).toEqual(['associate']);
    expect(bench.state.foreignFrames).toBe(2);
  });
});

describe('on a link of an unknown kind', () => {
  test('speaks serial frames until it hears something else', () => {
    const bench = new Bench()
      .open()
      .hear(numbers(0, [RATE]), 'lan')
      .wait(1300);
    expect(bench.sent.map(({ query }) => [query.kind, query.framing])).toEqual([
      ['abort', 'lan'],
      ['associate', 'lan'],
    ]);
    expect(bench.of('numerics')).toHaveLength(1);
  });

  test('bare PDUs in a serial line are not believed once it is known: a frame that lost its first byte has no sum', () => {
    const bench = new Bench({}, 'serial').stream();
    const before = bench.observations.length;
    bench.hear(numbers(bench.now, [RATE]), 'lan');
    expect(bench.observations).toHaveLength(before);
    expect(bench.lastReason).toMatch(/At least 1 messages came in frames that this kind of link cannot carry/);
  });
});

describe('setting up', () => {
  test('answers the presentation at once and asks for waves, numbers and alarms, 40 ms apart', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept());
    expect(bench.kindsSince(0)).toEqual(['associate']);
    const from = bench.now;
    bench.hear(created(from));
    expect(bench.sent.at(-1)).toMatchObject({ at: from, query: { kind: 'creation-known', invokeId: 1 } });
    bench.wait(300);
    const after = bench.sent.filter(({ at }) => at > from);
    expect(bench.kindsSince(from + 1)).toEqual(['set', 'numerics 0000', 'waves 0000', 'alerts 0801']);
    expect(after.map(({ at }) => at - from)).toEqual([40, 80, 120, 160]);
    expect(new Set(after.map(({ query }) => invokeIdOf(query))).size).toBe(4);
    expect(after.slice(1).map(({ query }) => periodOf(query))).toEqual([60_000, 60_000, 60_000]);
  });

  test('the first numbers make the link live, with the name of the monitor', () => {
    const model = fromHex('0008 5068696c69707300 0006 4d3830303000');
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept());
    bench.hear(created(bench.now, [{ id: ATTRIBUTE.model, value: model }])).wait(100);
    expect(bench.states).toEqual([]);
    bench.hear(numbers(bench.now, []));
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live', reason: 'Philips M8000.' }]);
  });

  test('each request without an answer is made again after 2 s under another number', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept()).hear(created(310)).waitUntil(4000);
    for (const name of ['set', 'numerics 0000', 'waves 0000', 'alerts 0801'])
      expect(bench.timesOf(name)).toHaveLength(2);
    const ids = bench.sent.map(({ query }) => invokeIdOf(query)).filter((id) => id > 1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('no numbers within 5 s: the association is broken off and the link opened anew', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept()).hear(created(310)).waitUntil(6000);
    expect(bench.kindsSince(5000).at(-1)).toBe('abort');
    expect(bench.reopens).toEqual(['The monitor presented itself and sent no numbers.']);
    const before = bench.sent.length;
    expect(bench.waitUntil(20_000).sent).toHaveLength(before);
  });

  test('a monitor that does not present itself within 10 s is given up', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept()).wait(9500);
    expect(bench.reopens).toEqual([]);
    bench.wait(600);
    expect(bench.kindsSince(9000)).toEqual(['abort']);
    expect(bench.reopens[0]).toMatch(/did not present itself/);
  });

  test('the presentation is answered again, in any state, when the monitor missed the answer', () => {
    const bench = new Bench().stream();
    keepStreaming(bench, 5000);
    bench.hear({ ...created(5000), invokeId: 1, time: 77 } as Content);
    expect(bench.sent.at(-1)?.query).toMatchObject({ kind: 'creation-known', invokeId: 1, time: 77 });
    expect(bench.timesOf('associate')).toHaveLength(1);
  });

  test('waves that the monitor does not grant are not asked for, and that is said', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept(0x80000000)).hear(created(310)).wait(300);
    expect(bench.kindsSince(0)).toEqual(['associate', 'creation-known', 'numerics 0000', 'alerts 0801']);
    bench.hear(numbers(bench.now, []));
    expect(bench.lastReason).toBe('The monitor does not grant waves.');
  });

  test('an answer without readable conditions is taken as one that grants all', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).receive(fromHex('c0 11 01 00 02 0e 00 ec 61 c1'));
    const bare = new Bench({}, 'udp').open().hear({ kind: 'accept' }, 'lan');
    bare.hear(created(0), 'lan').wait(300);
    expect(bare.kindsSince(0)).toContain('waves 0000');
    expect(bench.reopens).toEqual([]);
  });
});

describe('errors', () => {
  const withError = (name: string, error: number) => {
    const bench = new Bench().stream();
    const asked = bench.sent.find(
      ({ query }) =>
        query.kind === name ||
        (query.kind === 'poll' && name === 'waves' && query.request.type.code === CLASS.waves) ||
        (query.kind === 'poll' && name === 'alerts' && query.request.type.code === CLASS.alerts),
    );
    return bench.hear({ kind: 'error', invokeId: invokeIdOf(asked?.query), error, data: new Uint8Array(0) });
  };

  test.each([
    ['set', 2, 'The monitor refuses its waves (access denied).'],
    ['waves', 0, 'The monitor refuses its waves (no such object class).'],
    ['alerts', 99, 'The monitor refuses its alarms (error 99).'],
  ])('to %s costs that alone and is said: %#', (name, error, reason) => {
    const bench = withError(name, error);
    expect(bench.statuses.at(-1)).toEqual({ type: 'status', state: 'live', reason });
    const from = bench.now;
    keepStreaming(bench, 50_000);
    const denied = name === 'alerts' ? 'alerts 0801' : 'waves 0000';
    expect(bench.kindsSince(from).filter((kind) => kind === denied)).toEqual([]);
    expect(bench.kindsSince(from)).toContain('numerics 0803');
    expect(bench.states).not.toContain('silent');
  });

  test('to a request that nobody remembers changes nothing', () => {
    const bench = new Bench().stream();
    const before = bench.statuses.length;
    bench.hear({ kind: 'error', invokeId: 4242, error: 2, data: new Uint8Array(0) });
    expect(bench.statuses).toHaveLength(before);
  });
});

describe('while numbers come', () => {
  test('every stream is renewed after 20 s, the numbers from then on for their values alone', () => {
    const bench = keepStreaming(new Bench().stream(), 61_000);
    const [first = 0] = bench.timesOf('numerics 0000');
    const renewed = bench.timesOf('numerics 0803');
    expect(bench.timesOf('numerics 0000')).toHaveLength(1);
    expect(renewed.map((at) => Math.round((at - first) / 10_000))).toEqual([2, 4, 6]);
    const alerts = bench.timesOf('alerts 0801');
    expect(alerts.length).toBeGreaterThanOrEqual(4);
  });

  test('the monitor never waits 5 s for a word of ours', () => {
    const bench = new Bench({ waveforms: [] }).stream();
    for (let at = bench.now; at < 120_000; at += 1024) {
      bench
        .wait(1024)
        .hear(numbers(bench.now, [RATE]))
        .hear(result(CLASS.alerts, bench.now, [], { group: 0x0801 }));
    }
    const times = bench.sent.map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThan(5000);
    expect(bench.timesOf('presence').length).toBeGreaterThan(15);
  });

  test('the clock of the monitor is asked for once a minute', () => {
    const bench = keepStreaming(new Bench().stream(), 130_000);
    expect(bench.timesOf('clock').map((at) => Math.round(at / 10_000))).toEqual([6, 12]);
  });

  test('waves that stay away are asked for again after 4 s', () => {
    const bench = new Bench().stream();
    for (let i = 0; i < 10; i += 1) bench.wait(256).hear(result(CLASS.waves, bench.now, []));
    const from = bench.now;
    keepStreaming(bench, from + 6000);
    expect(bench.timesOf('waves 0000').filter((at) => at > from)).toHaveLength(1);
  });

  test('nobody is asked for patients', () => {
    const bench = keepStreaming(new Bench().stream(), 130_000);
    expect(bench.sent.some(({ query }) => query.kind === 'poll' && query.request.type.code === CLASS.patient)).toBe(
      false,
    );
  });
});

describe('a monitor that falls silent', () => {
  test('is silent after 5 s and asked again, given up after 10 s', () => {
    const bench = keepStreaming(new Bench().stream(), 8000);
    const last = bench.now;
    bench.waitUntil(last + 4750);
    expect(bench.states).toEqual(['live']);
    bench.waitUntil(last + 5250);
    expect(bench.statuses.at(-1)).toMatchObject({ state: 'silent' });
    expect(bench.timesOf('numerics 0803').some((at) => at > last)).toBe(true);
    bench.waitUntil(last + 12_000);
    expect(bench.sent.at(-1)?.query.kind).toBe('abort');
    expect(bench.reopens).toEqual(['No numbers for 10 s.']);
  });

  test('is silent although its waves go on', () => {
    const bench = keepStreaming(new Bench().stream(), 8000);
    for (let i = 0; i < 24; i += 1) bench.wait(256).hear(result(CLASS.waves, bench.now, []));
    expect(bench.states).toEqual(['live', 'silent']);
  });

  test('is live again with its next numbers, and hears a word of ours at once', () => {
    const bench = keepStreaming(new Bench().stream(), 8000).wait(6000);
    const from = bench.now;
    keepStreaming(bench, from + 3000);
    expect(bench.kindsSince(from)[0]).toBe('presence');
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.reopens).toEqual([]);
  });
});

describe('the end', () => {
  test('a monitor that aborts: the link is opened anew without a word', () => {
    const bench = keepStreaming(new Bench().stream(), 8000);
    const before = bench.sent.length;
    bench.hear(abort);
    expect(bench.reopens).toEqual(['The monitor broke the association off.']);
    expect(bench.sent).toHaveLength(before);
  });

  test('a monitor that releases is answered first', () => {
    const bench = keepStreaming(new Bench().stream(), 8000).hear({ kind: 'release' });
    expect(bench.sent.at(-1)?.query.kind).toBe('released');
    expect(bench.reopens).toEqual(['The monitor ended the association.']);
  });

  test('our own: a release while associated, an abort before the monitor knows us, else nothing', () => {
    const lastWord = (bench: Bench) => {
      const before = bench.sent.length;
      return bench
        .close()
        .sent.slice(before)
        .map(({ query }) => query.kind);
    };
    expect(lastWord(new Bench().stream())).toEqual(['release']);
    expect(lastWord(new Bench().open().wait(310).hear(accept()))).toEqual(['abort']);
    expect(lastWord(new Bench().open().wait(310))).toEqual(['abort']);
    expect(lastWord(new Bench().open())).toEqual([]);
    expect(lastWord(new Bench().open().wait(310).hear({ kind: 'refuse' }))).toEqual([]);
    const closed = new Bench().stream().close();
    const before = closed.sent.length;
    expect(closed.close().wait(20_000).sent).toHaveLength(before);
  });

  test('a new link begins at the beginning, with scales and clocks forgotten', () => {
    const bench = keepStreaming(new Bench().stream(), 8000).hear(abort).wait(1000).open();
    expect(bench.state.intake.system).toEqual({});
    expect(bench.state.intake.tickClock).toBeUndefined();
    bench.wait(310);
    expect(bench.sent.at(-1)?.query.kind).toBe('associate');
    bench.hear(accept()).hear(created(bench.now)).wait(300);
    expect(bench.kindsSince(bench.now - 300)).toContain('numerics 0000');
  });
});

describe('what is remarked', () => {
  const mode = (bits: number) => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept());
    return bench
      .hear(created(bench.now, [{ id: ATTRIBUTE.operatingMode, value: words(bits) }]))
      .hear(numbers(bench.now, []));
  };

  test.each([
    [0x4000, undefined],
    [0x2000, 'The monitor shows a demonstration, not a patient.'],
    [0x1000, 'The monitor is in service mode.'],
    [0x0002, 'The monitor is in standby.'],
  ])('operating mode %i', (bits, reason) => {
    expect(mode(bits).lastReason).toBe(reason);
  });

  test('codes that are not known, once each, with the label of the monitor', () => {
    const bench = new Bench().stream();
    const strange = single(value(0x5813, 12, 0x0f20));
    const labelled = {
      ...strange,
      attributes: [...strange.attributes, { id: ATTRIBUTE.labelText, value: fromHex('0006 0049 0043 0050') }],
    };
    for (let i = 0; i < 5; i += 1) bench.wait(1024).hear(numbers(bench.now, [i === 0 ? labelled : strange, RATE]));
    expect(bench.lastReason).toBe('Sent by the monitor and not known here: number 5813 "ICP".');
    expect(bench.state.intake.strangers).toEqual(new Map([['number 5813 "ICP"', 5]]));
    expect(bench.of('other-numerics').at(-1)?.values).toEqual({ '0x5813': { value: 12, unit: '0x0F20' } });
    expect(bench.states).toEqual(['live', 'live']);
  });

  test('counts change the words at 1, 10, 100', () => {
    const bench = new Bench().stream();
    const first = { part: { is: 'first', count: 1 } } as const;
    for (let i = 0; i < 12; i += 1) bench.wait(1024).hear(numbers(bench.now, [RATE], first));
    const counts = bench.statuses.flatMap(({ reason }) => reason?.match(/At least (\d+) answers/)?.[1] ?? []);
    expect(counts).toEqual(['1', '10']);
  });

  test('an unknown setting, while the link is live', () => {
    const bench = new Bench({ waveforms: ['ecg-II', 'sparkle', 7] }).stream();
    expect(bench.lastReason).toMatch(/^Waveforms not asked for .*: sparkle, \(a number\)\.$/);
  });
});

describe('the setting "waveforms"', () => {
  const asked = (waveforms: unknown): readonly string[] | undefined => {
    const bench = new Bench({ waveforms }).stream();
    const set = bench.sent.find(({ query }) => query.kind === 'set')?.query;
    if (set?.kind !== 'set') return undefined;
    const [modification] = set.modifications;
    const bytes = modification?.attribute.value ?? new Uint8Array(0);
    return Array.from({ length: (bytes.length - 4) / 4 }, (_, i) =>
      new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 + 4 * i).toString(16),
    );
  };

  test('is usually lead II, pleth, ABP, CO2 and respiration', () => {
    expect(asked(undefined)).toEqual(['20102', '24bb4', '24a14', '250ac', '25000']);
    expect(asked('ecg-II')).toEqual(['20102', '24bb4', '24a14', '250ac', '25000']);
  });

  test('keeps to three leads or the compound, and to eight others', () => {
    expect(asked(['ecg', 'ecg-II', 'pleth'])).toEqual(['20100', '24bb4']);
    expect(asked(['ecg-I', 'ecg-II', 'ecg', 'ecg-III', 'ecg-V'])).toEqual(['20101', '20102', '2013d']);
    expect(asked(['pleth', 'abp', 'art', 'cvp', 'pap', 'icp', 'co2', 'respiration', 'pleth'])).toHaveLength(8);
  });

  test('may be empty: then neither the list nor the waves are asked for, and the request says so', () => {
    const bench = new Bench({ waveforms: [] }).stream().wait(20_000);
    expect(bench.kindsSince(0).filter((kind) => kind === 'set' || kind.startsWith('waves'))).toEqual([]);
    const [request] = bench.sent;
    const information = request?.query.kind === 'associate' ? request.query.information : undefined;
    expect(information && readPollProfile(information)?.extOptions).toBe(0x80000000);
  });
});

test('an event that we do not know is not answered', () => {
  const bench = new Bench().stream();
  const before = bench.sent.length;
  bench.hear({ kind: 'announced', invokeId: 3, object: MONITOR_OBJECT, time: 0, attributes: [] });
  expect(bench.sent).toHaveLength(before);
});
