import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decode, encodeQuery } from '$drivers/draeger-medibus/codec.ts';
import { cut, slowFrame } from '$drivers/draeger-medibus/framing.ts';
import type { Content, Message, Query } from '$drivers/draeger-medibus/messages.ts';
import { simulateDraegerMedibus } from '$simulators/devices/draeger-medibus/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import { StillBedside } from '../support/still-bedside.ts';

const ask = (what: Extract<Query, { kind: 'ask' }>['what']): Query => ({ kind: 'ask', what });
const ICC_ECHO: Query = { kind: 'echo', of: 'icc' };

/** A simulated device and everything that it has said, with its time. */
class Bench {
  readonly bedside = new StillBedside();
  readonly said: { readonly at: number; readonly message: Message }[] = [];
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  noiseBytes = 0;
  now = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateDraegerMedibus(this.bedside, {
      settings,
      onForbidden: (what) => this.forbidden.push(what),
    });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  /** Each with half a second for its answer. */
  say(...queries: readonly Query[]): this {
    for (const query of queries) this.receive(encodeQuery(query)).runTo(this.now + 500);
    return this;
  }
  receive(bytes: Uint8Array): this {
    return this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
  }
  runTo(until: number): this {
    while (this.now < until) {
      this.now = Math.min(until, this.now + 40);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }
  sense(changes: Partial<StillBedside['sensorsNow']>): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...changes };
    return this;
  }
  get slow(): readonly string[] {
    return this.said.flatMap(({ message }) => {
      if (message.kind === 'command') return [`asks ${message.code.toString(16)}`];
      if (message.kind === 'flow') return [message.word];
      return message.kind === 'response' ? [`answers ${message.code.toString(16)}`] : [];
    });
  }
  get records() {
    return this.said.flatMap(({ at, message }) => (message.kind === 'record' ? [{ ...message, at }] : []));
  }
  /** The content of the last response. */
  get last(): Content | undefined {
    return this.said.flatMap(({ message }) => (message.kind === 'response' ? [message.content] : [])).at(-1);
  }
  get fields(): Readonly<Record<string, string>> {
    const { last } = this;
    if (last?.type !== 'values') throw new Error('no values');
    return Object.fromEntries(last.values.map(({ code, text }) => [code, text]));
  }

  #hear(chunks: readonly Uint8Array[]): this {
    const { rest, cuts } = cut(this.#rest, concatBytes(...chunks));
    this.#rest = rest;
    for (const piece of cuts) {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      if (decoded?.ok) this.said.push({ at: this.now, message: decoded.message });
      else this.noiseBytes += 1;
    }
    return this;
  }
}

const linked = (settings: Readonly<Record<string, unknown>> = {}) => new Bench(settings).runTo(100).say(ask('icc'));

describe('the simulated device', () => {
  test('begins the communication by itself, every 3 s, and is linked when that is answered', () => {
    const bench = new Bench().runTo(7000);
    expect(bench.slow).toEqual(['asks 51', 'asks 51', 'asks 51']);
    bench.say(ask('measured'));
    expect(bench.slow).toHaveLength(3);
    bench.say(ICC_ECHO, ask('measured'));
    expect(bench.slow.at(-1)).toBe('answers 24');
  });

  test('is linked when the host begins, and asks once who that is', () => {
    const bench = linked().runTo(2000);
    expect(bench.slow).toEqual(['asks 51', 'answers 51', 'asks 52']);
  });

  test('says NOP after 2 s of its own quiet, and begins anew when it has heard nothing for 3 s', () => {
    const bench = linked().say(ask('nop'), ask('nop')).runTo(2800);
    bench.receive(encodeQuery({ kind: 'enable-streams', mask: 3 })).runTo(8000);
    expect(bench.slow.slice(5)).toEqual(['asks 30', 'asks 51', 'asks 51']);
  });

  test('sends what the patient has, in its unit', () => {
    expect(linked().say(ask('measured')).fields).toEqual({
      '6B': '1013',
      EB: ' 97 ',
      E1: ' 76 ',
      E6: ' 38 ',
      D6: ' 14 ',
    });
    expect(linked({ co2Unit: 'kPa' }).say(ask('measured')).fields).toMatchObject({ E3: '5.1 ' });
    expect(linked({ co2Unit: '%' }).say(ask('measured')).fields).toMatchObject({ DB: '5.0 ' });
    expect(linked({ model: 'capnosat' }).say(ask('measured')).fields).toEqual({
      '6B': '1013',
      EB: ' 97 ',
      E1: ' 76 ',
      E6: ' 38 ',
      E5: '  0 ',
      D5: ' 14 ',
    });
    expect(linked({ model: 'savina' }).say(ask('measured')).fields).toEqual({ '6B': '1013', D6: ' 14 ' });
  });

  test('leaves out what a sensor that is off would give', () => {
    const bench = linked().sense({ isOximeterOn: false }).say(ask('measured'));
    expect(Object.keys(bench.fields)).toEqual(['6B', 'E6', 'D6']);
    bench.sense({ isOximeterOn: true, isCapnographOn: false }).say(ask('measured'));
    expect(Object.keys(bench.fields)).toEqual(['6B', 'EB', 'E1', 'D6']);
    const capnosat = linked({ model: 'capnosat' }).sense({ isCapnographOn: false }).say(ask('measured'));
    expect(Object.keys(capnosat.fields)).toEqual(['6B', 'EB', 'E1']);
  });

  test('alarms beyond its limits, and when the oximeter is off', () => {
    const bench = linked();
    bench.bedside.physiologyNow = { ...bench.bedside.physiologyNow, spo2: 84, heartRate: 140, etco2: 20 };
    bench.say(ask('alarms'));
    expect(bench.last).toMatchObject({ alarms: [{ code: '07', priority: 28 }, { code: '1E' }, { code: '27' }] });
    bench.sense({ isOximeterOn: false, isCapnographOn: false }).say(ask('alarms'));
    expect(bench.last).toEqual({ type: 'alarms', alarms: [{ priority: 6, code: '35', phrase: 'SpO2 SENSOR ' }] });
  });

  test('says who it is, its limits, texts, curves and, as a Savina, its clock', () => {
    const bench = linked({ model: 'savina', epochS: 1_767_225_600 }).say(ask('identify'));
    expect(bench.last).toMatchObject({ identity: { id: '8250', name: 'Savina' } });
    const answered = (code: number) =>
      bench.receive(slowFrame({ kind: 'command', code, text: '' })).runTo(bench.now + 1000).last;
    expect(answered(0x25)).toMatchObject({ type: 'values' });
    expect(answered(0x26)).toMatchObject({ type: 'values' });
    expect(answered(0x2a)).toMatchObject({ texts: [{ code: '20', text: 'Adults' }] });
    expect(answered(0x53)).toMatchObject({ curves: [{ code: '00' }] });
    expect(answered(0x28)).toMatchObject({ type: 'time' });
    expect(answered(0x2b)).toMatchObject({ type: 'values', values: [] });
  });

  test('sends the curves that were chosen and switched on, a record inside the slow bytes too', () => {
    const curves = [
      { code: '02', multiplier: 2 },
      { code: '06', multiplier: 4 },
    ];
    const bench = linked().say({ kind: 'configure-curves', curves });
    expect(bench.records).toEqual([]);
    bench.receive(encodeQuery({ kind: 'enable-streams', mask: 3 }));
    const from = bench.now;
    for (; bench.now < from + 5000;) bench.say(ask('measured'));
    const both = bench.records.filter(({ mask }) => mask === 3).length;
    const pleth = bench.records.filter(({ mask }) => mask === 1).length;
    expect(Math.abs(both - 125)).toBeLessThanOrEqual(2);
    expect(Math.abs(pleth - 125)).toBeLessThanOrEqual(2);
    expect(bench.records.some(({ syncs }) => syncs[0] === 6)).toBe(true);
    expect(bench.slow.filter((text) => text === 'answers 24')).toHaveLength(10);
    expect(bench.noiseBytes).toBe(0);
    bench.sense({ isOximeterOn: false });
    bench.receive(encodeQuery(ask('icc'))).runTo(bench.now + 500);
    expect(bench.records.filter(({ at }) => at > bench.now - 400)).toEqual([]);
  });

  test('drops a question that comes before the last answer is out, and refuses one with a wrong sum', () => {
    const bench = linked();
    bench.receive(concatBytes(encodeQuery(ask('measured')), encodeQuery(ask('alarms')))).runTo(bench.now + 400);
    expect(bench.slow.slice(2)).toEqual(['answers 24']);
    bench.receive(fromHex('1b 24 33 45 0d')).runTo(bench.now + 100);
    expect(bench.slow.slice(3)).toEqual(['answers 15']);
  });

  test('answers a stop, then nothing until the communication is begun again', () => {
    const bench = linked().say(ask('stop'), ask('measured'), ask('nop')).runTo(10_000);
    expect(bench.slow).toEqual(['asks 51', 'answers 51', 'answers 55']);
    expect(bench.say(ask('icc'), ask('measured')).slow.at(-1)).toBe('answers 24');
  });

  test('suspends and resumes, and hears nothing in between', () => {
    const bench = linked({ suspended: [{ fromMs: 700, toMs: 1500 }] }).runTo(800);
    bench.say(ask('measured')).runTo(1600).say(ask('measured'));
    expect(bench.slow.filter((text) => text !== 'asks 52')).toEqual([
      'asks 51',
      'answers 51',
      'suspend',
      'resume',
      'answers 24',
    ]);
  });

  test('restarts: 5 s without a word, then it begins anew', () => {
    const bench = linked({ restartsAtMs: [700] })
      .runTo(800)
      .say(ask('icc'))
      .runTo(5600);
    expect(bench.slow).toHaveLength(2);
    expect(bench.runTo(5800).slow.slice(2)).toEqual(['asks 51']);
  });

  test('tells what is no question and keeps no link', () => {
    const bench = linked();
    for (const [code, text] of [
      [0x4a, '$EB'],
      [0x49, ''],
      [0x5a, 'x'],
    ] as const) {
      bench.receive(slowFrame({ kind: 'command', code, text })).runTo(bench.now + 300);
    }
    expect(bench.forbidden).toEqual(['command 4A', 'command 49', 'command 5A']);
    const harmless = ['icc', 'nop', 'identify', 'measured', 'alarms', 'alarms2', 'curves', 'stop'] as const;
    expect(linked().say(...harmless.map(ask)).forbidden).toEqual([]);
  });

  test('behind a cable that is out neither speaks nor hears', () => {
    const bench = linked().sense({ isLinked: false }).say(ask('measured')).runTo(2000).sense({ isLinked: true });
    expect(bench.runTo(2100).slow).toEqual(['asks 51', 'answers 51']);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateDraegerMedibus(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const curves = [{ code: '06', multiplier: 2 }];
      const asked = [
        ask('icc'),
        { kind: 'configure-curves', curves } as const,
        { kind: 'enable-streams', mask: 1 } as const,
      ];
      const sent: Uint8Array[] = [];
      asked.forEach((query, i) =>
        sent.push(...device.step({ type: 'received', simMs: 300 * i, bytes: encodeQuery(query) })),
      );
      for (let simMs = 600 + stepMs; simMs <= 6600; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(50)).toBe(bytesWith(3));
    expect(bytesWith(1000)).toBe(bytesWith(3));
  });

  test('needs less than half of a line of 9600 baud', () => {
    const line = new SimulatedLine(simulateDraegerMedibus(new StillBedside(), { settings: {} }), {
      baudRate: 9600,
      bitsPerByte: 11,
    });
    line.connect(0);
    const curves = [
      { code: '02', multiplier: 2 },
      { code: '06', multiplier: 2 },
    ];
    const count = (chunks: readonly Uint8Array[]) => concatBytes(...chunks).length;
    let bytes = count(line.receive(0, encodeQuery(ask('icc'))));
    bytes += count(line.receive(500, encodeQuery({ kind: 'configure-curves', curves })));
    bytes += count(line.receive(1000, encodeQuery({ kind: 'enable-streams', mask: 3 })));
    for (let at = 2000; at <= 11_000; at += 1000) bytes += count(line.receive(at, encodeQuery(ask('measured'))));
    expect(bytes / 11).toBeGreaterThan(200);
    expect(bytes / 11).toBeLessThan(9600 / 11 / 2);
    expect(line.droppedBytes).toBe(0);
  });
});
