/** The simulated rack by itself, spoken to in bytes. The driver in front of it: tests/drivers/pump-bbraun-bcc/loop.test.ts. */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/pump-bbraun-bcc/codec.ts';
import { cut, openFrame, wrapFrame } from '$drivers/pump-bbraun-bcc/framing.ts';
import type { Frame, Message, Quadruple, Request } from '$drivers/pump-bbraun-bcc/messages.ts';
import { createBbraunRack } from '$simulators/devices/pump-bbraun-bcc/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NO_BYTES = new Uint8Array(0);

class Station {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  readonly isStuffed: boolean;
  now = 0;
  bed = '1';

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.isStuffed = settings.isStuffing !== false;
    this.device = createBbraunRack(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  start(isStarted = true): void {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted };
  }
  wait(ms: number): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (const end = this.now + ms; this.now < end;) {
      this.now += 50;
      chunks.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return concatBytes(...chunks);
  }
  say(bytes: Uint8Array, waitMs = 300): readonly Message[] {
    this.device.step({ type: 'received', simMs: this.now, bytes });
    return messagesIn(this.wait(waitMs));
  }
  ask(request: Request, bed = this.bed): readonly Message[] {
    return this.say(encode({ kind: 'request', bed, isStuffed: this.isStuffed, request }));
  }
  ack(): readonly Message[] {
    return this.say(Uint8Array.of(0x06));
  }
  nak(): readonly Message[] {
    return this.say(Uint8Array.of(0x15));
  }
  greet(): this {
    const [answer] = this.ask({ kind: 'alive' }, '1');
    if (answer?.kind === 'frame') this.bed = answer.frame.bed;
    this.ack();
    return this;
  }
  /** All records of a complete answer, and its blocks. */
  poll(): { readonly records: readonly Quadruple[]; readonly frames: readonly Frame[] } {
    const records: Quadruple[] = [];
    const frames: Frame[] = [];
    for (let messages = this.ask({ kind: 'all-pumps' }); messages.length > 0; messages = this.ack()) {
      for (const message of messages) {
        if (message.kind !== 'frame' || message.reply.kind !== 'records') continue;
        records.push(...message.reply.records);
        frames.push(message.frame);
      }
    }
    return { records, frames };
  }
  value(name: string, address = '50111'): string | undefined {
    return this.poll().records.find((record) => record.name === name && record.address === address)?.value;
  }
}

function messagesIn(bytes: Uint8Array): readonly Message[] {
  return cut(NO_BYTES, bytes).cuts.map((piece) => {
    const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
    if (!decoded?.ok) throw new Error(`the rack sent ${toHex(bytes)}`);
    return decoded.message;
  });
}

const errors = (messages: readonly Message[]): readonly string[] =>
  messages.flatMap((message) =>
    message.kind === 'frame' && message.reply.kind === 'records'
      ? message.reply.records.filter(({ name }) => name === 'GNERR').map(({ value }) => value)
      : [],
  );

describe('the conversation', () => {
  test('greeting, version and a question, with the bed name of the rack', () => {
    const station = new Station();
    expect(station.ask({ kind: 'alive' }, '1')).toMatchObject([
      { frame: { bed: 'KETA1' }, reply: { kind: 'granted' } },
    ]);
    station.bed = 'KETA1';
    expect(station.ask({ kind: 'version' })).toMatchObject([{ reply: { kind: 'version', version: 'V3.30' } }]);
    expect(station.ask({ kind: 'all-pumps' })).toMatchObject([{ frame: { isLast: true }, reply: { kind: 'records' } }]);
  });

  test('another bed name, or a question before the greeting, is refused with 68', () => {
    const station = new Station();
    expect(errors(station.ask({ kind: 'all-pumps' }, 'KETA1'))).toEqual(['68']);
    station.greet();
    expect(errors(station.ask({ kind: 'all-pumps' }, 'OTHER'))).toEqual(['68']);
    expect(errors(station.ask({ kind: 'all-pumps' }, '1'))).toEqual(['68']);
    expect(errors(station.ask({ kind: 'all-pumps' }))).toEqual([]);
  });

  test('the wrong way of stuffing, a wrong sum and a torn frame are refused with 68', () => {
    const station = new Station().greet();
    const question = { kind: 'request', bed: 'KETA1', request: { kind: 'all-pumps' } } as const;
    expect(errors(station.say(encode({ ...question, isStuffed: false })))).toEqual(['68']);
    const damaged = encode({ ...question, isStuffed: true }).map((byte, i) => (i === 9 ? byte ^ 1 : byte));
    expect(errors(station.say(damaged))).toEqual(['68']);
  });

  test('block by block: the next one after ACK, the same one after NAK, the first one after a new question', () => {
    const station = new Station({ pumps: [{ place: '13' }] }).greet();
    const first = station.ask({ kind: 'all-pumps' });
    expect(first).toMatchObject([{ frame: { isLast: false } }]);
    expect(station.nak()).toEqual(first);
    expect(station.ack()).toMatchObject([{ frame: { isLast: true } }]);
    expect(station.ack()).toEqual([]);
    station.ask({ kind: 'all-pumps' });
    expect(station.ask({ kind: 'all-pumps' })).toMatchObject([{ frame: { isLast: false } }]);
  });

  test('a greeting ends an answer that was under way', () => {
    const station = new Station({ pumps: [{ place: '13' }] }).greet();
    station.ask({ kind: 'all-pumps' });
    station.ask({ kind: 'alive' });
    expect(station.ack()).toEqual([]);
  });

  test('only the first block has the records of the ComDevice', () => {
    const { records, frames } = new Station({ pumps: [{ place: '13' }, { place: '12' }] }).greet().poll();
    expect(frames.map(({ isLast }) => isLast)).toEqual([false, false, true]);
    expect(records.filter(({ address }) => address === '50100').map(({ name }) => name)).toEqual([
      'FMNOR',
      'FMSTAT',
      'FMRT',
    ]);
    expect(records.slice(0, 3).every(({ address }) => address === '50100')).toBe(true);
  });

  test('one slot; an empty one is 39, one that the rack does not have 811', () => {
    const station = new Station({ pumps: [{ place: '13' }] }).greet();
    const [one] = station.ask({ kind: 'one-pump', place: { pillar: 1, slot: 3 } });
    expect(one?.kind === 'frame' && one.reply.kind === 'records' && one.reply.records.at(-1)?.address).toBe('50113');
    expect(errors(station.ask({ kind: 'one-pump', place: { pillar: 1, slot: 2 } }))).toEqual(['39']);
    expect(errors(station.ask({ kind: 'one-pump', place: { pillar: 3, slot: 1 } }))).toEqual(['811']);
  });

  test('an order to a pump is refused and reported', () => {
    const station = new Station().greet();
    const order = wrapFrame({ body: fromLatin1('KETA1/1/1>MEM:SET#11,INRT,99'), isLast: true }, true);
    expect(errors(station.say(order))).toEqual(['68']);
    expect(station.forbidden).toEqual(['MEM:SET#11,INRT,99']);
  });

  /** Orders that would be imaginable, a third request area, other ways to write a question, and frames that no station makes. */
  const FORBIDDEN = [
    'KETA1/1/1>MEM:SET',
    'KETA1/1/1>MEM:SET#11,INRT,99',
    'KETA1/1/1>MEM:SETSLOT#11',
    'KETA1/1/1>MEM:PUT',
    'KETA1/1/1>MEM:CLEAR',
    'KETA1/1/1>MEM:GETSLOT#41',
    'KETA1/1/1>MEM:GETSLOT#1P',
    'KETA1/1/1>MEM:GET,1',
    'KETA1/1/1>mem:get',
    'KETA1/1/1>ADMIN:RESET',
    'KETA1/1/1>ADMIN:STOP',
    'KETA1/1/1>ADMIN:TIME,120000',
    'KETA1/1/1>PUMP:START#11',
    'KETA1/1/1>420,50111,INRT,99.00',
    'KETA1/1/1>',
    '1/1/1>MEM:SET#11',
    'OTHER/1/1>MEM:SET#11',
    'A BED/1/1>MEM:SET#11',
    'MEM:SET#11',
    '',
  ];

  describe.each([
    ['request', true],
    ['request', false],
    ['cyclic', true],
  ])('in %s mode, stuffed %s', (mode, isStuffing) => {
    test.each(FORBIDDEN)('`%s` is reported, and changes nothing', (body) => {
      const station = new Station({ mode, isStuffing });
      if (mode === 'request') station.greet();
      const answer = station.say(wrapFrame({ body: fromLatin1(body), isLast: true }, isStuffing));
      expect(station.forbidden).toHaveLength(1);
      expect(body).toContain(station.forbidden[0]);
      if (mode === 'cyclic') return;
      expect(errors(answer)).toEqual(['68']);
      expect(station.value('INRT')).toBe('0.00');
      expect(station.bedside.deliveredMgPerMin).toBe(0);
    });
  });

  test('a question in two blocks, or one that says a wrong length, is reported', () => {
    const station = new Station({ isStuffing: false }).greet();
    const body = fromLatin1('KETA1/1/1>MEM:GET');
    expect(errors(station.say(wrapFrame({ body, isLast: false }, false)))).toEqual(['68']);
    const question = latin1(wrapFrame({ body, isLast: true }, false));
    const wrong = question.replace('00031', '00032').replace('00071', '00072');
    expect(errors(station.say(fromLatin1(wrong)))).toEqual(['68']);
    expect(station.forbidden).toEqual(['KETA1/1/1>MEM:GET', 'KETA1/1/1>MEM:GET']);
  });

  test('the four questions, ACK and NAK are not, nor is what the line damaged', () => {
    const station = new Station().greet();
    station.ask({ kind: 'version' });
    station.poll();
    station.ask({ kind: 'one-pump', place: { pillar: 1, slot: 1 } });
    station.nak();
    const order = wrapFrame({ body: fromLatin1('KETA1/1/1>MEM:SET'), isLast: true }, true);
    station.say(order.map((byte, i) => (i === 9 ? byte ^ 1 : byte)));
    expect(station.forbidden).toEqual([]);
  });

  test('frames are stuffed, or not, as the rack is set', () => {
    for (const isStuffing of [true, false]) {
      const station = new Station({ isStuffing }).greet();
      const [message] = station.ask({ kind: 'all-pumps' });
      expect(message?.kind === 'frame' && message.frame.isStuffed).toBe(isStuffing);
    }
  });

  test('without its cable the rack neither hears nor speaks', () => {
    const station = new Station().greet();
    station.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(station.ask({ kind: 'all-pumps' })).toEqual([]);
    station.bedside.lineNow = { isOccluded: false, isLinked: true };
    expect(station.wait(1000)).toEqual(NO_BYTES);
    expect(station.ask({ kind: 'all-pumps' })).toHaveLength(1);
  });

  test('a cable that is pulled cuts what was under way, and a pushing rack falls silent', () => {
    const slow = new Station({ baudRate: 2400 });
    const greeting = encode({ kind: 'request', bed: '1', isStuffed: true, request: { kind: 'alive' } });
    slow.device.step({ type: 'received', simMs: 0, bytes: greeting });
    expect(slow.wait(200).length).toBeGreaterThan(0);
    slow.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(slow.wait(1000)).toHaveLength(0);
    const pushing = new Station({ mode: 'cyclic', cycleMs: 2000 });
    expect(pushing.wait(2500).length).toBeGreaterThan(0);
    const cut = new Station({ mode: 'cyclic', cycleMs: 2000 });
    cut.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(cut.wait(2500)).toHaveLength(0);
  });

  test('a serial line lets the bytes out one after the other', () => {
    const station = new Station({ baudRate: 2400, latencyMs: 50 });
    station.device.step({
      type: 'received',
      simMs: 0,
      bytes: encode({ kind: 'request', bed: '1', isStuffed: true, request: { kind: 'alive' } }),
    });
    expect(station.wait(50)).toHaveLength(0);
    expect(station.wait(50)).toHaveLength(12);
    expect(station.wait(100)).toHaveLength(24);
  });

  test('an answer waits until the one before it has left the serial line', () => {
    const station = new Station({ baudRate: 2400, latencyMs: 50 });
    const greeting = encode({ kind: 'request', bed: '1', isStuffed: true, request: { kind: 'alive' } });
    for (let i = 0; i < 3; i++) {
      station.device.step({ type: 'received', simMs: station.now, bytes: greeting });
      expect(station.wait(100).length).toBeLessThanOrEqual(24);
    }
    expect(station.wait(100)).toHaveLength(24);
  });
});

describe('what is read once', () => {
  test('the model is told in the first answer only, before 3.36', () => {
    const station = new Station().greet();
    expect(station.value('GNNEW')).toBe('688N030004\r');
    expect(station.value('GNNEW')).toBeUndefined();
    expect(new Station({ version: '3.36' }).greet().value('GNMODEL')).toBe('688N030004\r');
  });

  test('a bolus is counted in the next answer, and forgotten by it', () => {
    const station = new Station({ boluses: [{ atMs: 5000, volumeMl: 2 }] }).greet();
    station.start();
    station.wait(15_000);
    expect(station.poll().records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'INBOCNT', value: '1' }),
        expect.objectContaining({ name: 'INBOVAL', value: '2.0' }),
      ]),
    );
    expect(station.value('INBOCNT')).toBe('0');
  });

  test('a changed disposable is told in the next answer, and forgotten by it', () => {
    const station = new Station({ disposableChanges: [{ pump: 0, atMs: 5000 }] }).greet();
    expect(station.value('DISPCHG')).toBe('0');
    expect(station.value('DISPNAME')).toBe('OPS 50');
    station.wait(6000);
    expect(station.value('DISPCHG')).toBe('1');
    expect(station.value('DISPCHG')).toBe('0');
  });

  test('a removed pump is told once', () => {
    const station = new Station({ pumps: [{ place: '13' }], moves: [{ pump: 1, atMs: 2000 }] }).greet();
    station.wait(3000);
    expect(station.value('GNERR', '50113')).toBe('39');
    expect(station.value('GNERR', '50113')).toBeUndefined();
  });

  test('the mean rate is that since the last question', () => {
    const station = new Station().greet();
    station.start();
    station.wait(10_000);
    station.poll();
    station.wait(5000);
    station.start(false);
    station.wait(5000);
    expect(Number(station.value('INAVRT'))).toBeGreaterThan(24);
    expect(Number(station.value('INAVRT'))).toBe(0);
  });
});

describe('the recorded habits', () => {
  test('the volume moves in steps of five seconds', () => {
    const station = new Station().greet();
    station.start();
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 20; i++) {
      station.wait(450);
      seen.add(station.value('INVI'));
    }
    expect(seen.size).toBeLessThanOrEqual(5);
    expect(seen.size).toBeGreaterThan(2);
  });

  test('the time left is in whole minutes rounded up, and 600000 at rate 0', () => {
    const station = new Station().greet();
    expect(station.value('INRMT')).toBe('600000');
    station.start();
    station.wait(30_000);
    expect(station.value('INRMT')).toBe('2400');
  });

  test('leftover standby minutes while infusing, a comma in a name, a hand sign, two-digit slots, rate 0.00 on stop', () => {
    const station = new Station({ hasLongAddresses: true, pumps: [{ place: '1C' }] }).greet();
    station.wait(1000);
    expect(station.value('INSTBY', '501112')).toBe('1388');
    expect(station.value('INRT', '501112')).toBe('20.00');
    expect(station.value('INSOL', '501112')).toBe('NaCl 0,9% 250ml');
    expect(station.value('INSOLSN')).toBe('Ketamin\uE01F');
    expect(station.value('INRT')).toBe('0.00');
  });

  test('some values are missing for a few seconds now and then', () => {
    const station = new Station({ noValue: { everyMs: 10_000, forMs: 3000 } }).greet();
    expect(station.value('INSOL')).toBe('Ketamine');
    station.wait(7000 - station.now);
    expect(station.value('INSOL')).toBe('_NV');
    station.wait(3000);
    expect(station.value('INSOL')).toBe('Ketamine');
  });

  test('after a restart the seconds begin anew and everything is refused for a minute', () => {
    const station = new Station({ restartsAtMs: [5000] }).greet();
    station.wait(5000);
    expect(errors(station.ask({ kind: 'alive' }, '1'))).toEqual(['68']);
    station.wait(60_000);
    expect(errors(station.ask({ kind: 'all-pumps' }))).toEqual(['68']);
    const [answer] = station.ask({ kind: 'alive' }, '1');
    expect(answer?.kind === 'frame' && answer.reply.kind === 'granted' && answer.reply.time).toBeLessThan(70);
  });

  test('only the parameters that the site has enabled are told', () => {
    const station = new Station({ visible: ['INRT', 'INNR'] }).greet();
    const names = station
      .poll()
      .records.filter(({ address }) => address === '50111')
      .map(({ name }) => name);
    expect(names).toEqual(['DSSTATUS', 'INRT', 'INNR']);
  });

  test('version 3.36 sends bit fields instead of flags', () => {
    const names = new Station({ version: '3.36' })
      .greet()
      .poll()
      .records.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['STATUS1', 'ALARM1', 'ALARM2', 'PREALARM', 'RUNSTATE', 'BASRT', 'DORT']),
    );
    expect(names.filter((name) => /^IN[AM]\d/.test(name))).toEqual([]);
  });
});

describe('what BCC 3.36 tells beyond', () => {
  test('how much of a bolus has been given while it runs', () => {
    const station = new Station({ version: '3.36', boluses: [{ atMs: 5000, volumeMl: 2 }] }).greet();
    station.start();
    expect(station.value('BOVAL')).toBe('0.00');
    station.wait(7000 - station.now);
    const running = Number(station.value('BOVAL'));
    expect(running).toBeGreaterThan(0.5);
    expect(running).toBeLessThan(1);
    station.wait(6000);
    expect(station.value('BOVAL')).toBe('0.00');
    expect(station.value('BOCNT')).toBe('1');
  });

  test.each([
    [{}, ['6', '0', '0']],
    [{ low: 60 }, ['1', '1', '0']],
    [{ low: 50 }, ['4', '0', '0']],
    [{ high: 50 }, ['3', '0', '1']],
    [{ high: 60 }, ['2', '0', '0']],
    [{ low: 50, high: 60 }, ['5', '0', '0']],
  ])('its rate against the soft limits %o', (softLimits, words) => {
    const station = new Station({ version: '3.36', softLimits }).greet();
    const { records } = station.poll();
    const value = (name: string) => records.find((record) => record.name === name)?.value;
    expect(['DGDSTATUS', 'DGDALERTSLL', 'DGDALERTSLH'].map(value)).toEqual(words);
    const flags = new Station({ softLimits }).greet();
    expect([flags.value('INM12'), flags.value('INM13')]).toEqual(words.slice(1));
  });
});

describe('what reaches the patient', () => {
  const minutes = (station: Station, count: number): void => void station.wait(count * 60_000);

  test('0.875 mg/min while it runs, nothing before and nothing after', () => {
    const station = new Station();
    station.wait(50);
    expect(station.bedside.deliveredMgPerMin).toBe(0);
    station.start();
    station.wait(1000);
    expect(station.bedside.deliveredMgPerMin).toBeCloseTo(0.875, 9);
    minutes(station, 39);
    expect(station.bedside.deliveredMgPerMin).toBeCloseTo(0.875, 9);
    minutes(station, 1);
    expect(station.bedside.deliveredMgPerMin).toBe(0);
  });

  test('a pump that was stopped starts a new volume after completion only', () => {
    const station = new Station().greet();
    station.bedside.orderNow = { ...station.bedside.orderNow, vtbiMl: 0.875 };
    station.start();
    station.wait(30_000);
    station.start(false);
    station.wait(10_000);
    station.start();
    station.wait(31_000);
    expect(station.value('INA7')).toBe('1');
    station.start(false);
    station.wait(1000);
    station.start();
    station.wait(1000);
    expect(station.value('INRT')).toBe('52.50');
  });

  test('the pressure rises to the alarm in a minute, and a stopped pump does not raise it', () => {
    const station = new Station().greet();
    station.bedside.lineNow = { isOccluded: true, isLinked: true };
    minutes(station, 1);
    expect(station.value('INP2')).toBe('12');
    station.start();
    station.wait(30_000);
    expect(Number(station.value('INP2'))).toBeGreaterThan(50);
    expect(station.value('INA3')).toBe('0');
    station.wait(31_000);
    expect(station.value('INP2')).toBe('100');
    expect(station.value('INA3')).toBe('1');
    expect(station.value('INRT')).toBe('0.00');
  });

  test('starting again against a line that is still shut alarms again at once', () => {
    const station = new Station().greet();
    station.bedside.lineNow = { isOccluded: true, isLinked: true };
    station.start();
    minutes(station, 2);
    station.start(false);
    station.wait(1000);
    expect(station.value('INA3')).toBe('0');
    station.start();
    station.wait(1000);
    expect(station.value('INA3')).toBe('1');
  });
});

describe('time', () => {
  /** A conversation with everything in it, the rack stepped as the host likes. */
  function run(stepMs: number): string {
    const bedside = new StillBedside();
    const rack = createBbraunRack(bedside, {
      settings: { pumps: [{ place: '13' }], boluses: [{ atMs: 7000, volumeMl: 1 }], baudRate: 19_200 },
    });
    rack.step({ type: 'connected', simMs: 0 });
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const out: Uint8Array[] = [];
    const request = (asked: Request, bed: string) => encode({ kind: 'request', bed, isStuffed: true, request: asked });
    for (let now = 0; now < 20_000; now += stepMs) {
      out.push(...rack.step({ type: 'tick', simMs: now }));
      if (now % 2000 !== 0) continue;
      const bytes = now === 0 ? request({ kind: 'alive' }, '1') : request({ kind: 'all-pumps' }, 'KETA1');
      out.push(...rack.step({ type: 'received', simMs: now, bytes }));
    }
    return toHex(concatBytes(...out));
  }

  test('the same bytes come out whatever the steps of the host are', () => {
    const fine = run(10);
    expect(fine.length).toBeGreaterThan(1000);
    expect(run(50)).toBe(fine);
    expect(run(25)).toBe(fine);
    expect(run(40)).toBe(fine);
  });

  test('a rack that is first looked at in the middle has lived until then', () => {
    const bedside = new StillBedside();
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const rack = createBbraunRack(bedside, { settings: { noValue: { everyMs: Infinity, forMs: 0 } } });
    rack.step({ type: 'connected', simMs: 20 * 60_000 });
    rack.step({
      type: 'received',
      simMs: 20 * 60_000,
      bytes: encode({ kind: 'request', bed: '1', isStuffed: true, request: { kind: 'alive' } }),
    });
    rack.step({ type: 'tick', simMs: 20 * 60_000 + 1000 });
    rack.step({
      type: 'received',
      simMs: 20 * 60_000 + 1000,
      bytes: encode({ kind: 'request', bed: 'KETA1', isStuffed: true, request: { kind: 'all-pumps' } }),
    });
    const bytes = concatBytes(...rack.step({ type: 'tick', simMs: 20 * 60_000 + 2000 }));
    const opened = openFrame(bytes);
    expect(opened.ok && new TextDecoder().decode(opened.body)).toContain('INVI,17.50');
  });
});
