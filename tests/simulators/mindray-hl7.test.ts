import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { encodeText } from '$drivers/hl7/charset.ts';
import { cut, frame } from '$drivers/hl7/mllp.ts';
import { decode, encode } from '$drivers/mindray-hl7/codec.ts';
import type { Message, Query, Want } from '$drivers/mindray-hl7/messages.ts';
import { RESTART_MS, simulateMindrayHl7 } from '$simulators/devices/mindray-hl7/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from '../support/still-bedside.ts';

const ECHO: Query = { kind: 'echo' };
const ask = (...wants: readonly Want[]): Query => ({ kind: 'query', bedAddress: 0, wants });
const ids = (...list: readonly number[]): Want => ({ what: 'parameters', ids: list });
const ALARMS: readonly Want[] = [
  { what: 'alarms', of: 'physiological' },
  { what: 'alarms', of: 'technical' },
];
/** All numbers, as no station of ours asks. */
const SEND_ALL = frame(
  encodeText('MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRD|20060731145557|R|I|Q895211|||||RES\rQRF|MON||||0&0^1^1^1^\r'),
);

/** A simulated monitor and everything that it has said, with the simulated time of each message. */
class Monitor {
  readonly bedside = new StillBedside();
  readonly device: SimulatedDevice;
  readonly said: { readonly at: number; readonly message: Message; readonly bytes: Uint8Array }[] = [];
  readonly forbidden: string[] = [];
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateMindrayHl7(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
  }

  connect(): this {
    return this.#hear(this.device.step({ type: 'connected', simMs: this.now }));
  }

  send(...queries: readonly Query[]): this {
    return queries.reduce((self, query) => self.receive(encode(query)), this);
  }

  receive(bytes: Uint8Array): this {
    return this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
  }

  /** Echoes every second, as a station does. */
  runFor(ms: number, stepMs = 50): this {
    for (const end = this.now + ms; this.now < end;) {
      this.runSilently(Math.min(stepMs, end - this.now));
      if (this.now % 1000 === 0) this.send(ECHO);
    }
    return this;
  }

  runSilently(ms: number, stepMs = 50): this {
    for (const end = this.now + ms; this.now < end;) {
      this.now = Math.min(this.now + stepMs, end);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }

  measure(systolic: number): this {
    const last = { endedAtMs: this.now, systolic, diastolic: 78, meanArterial: 94, pulseRate: 71 };
    this.bedside.cuffNow = { ...this.bedside.cuffNow, last };
    return this;
  }

  sense(sensors: Partial<StillBedside['sensorsNow']>): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...sensors };
    return this;
  }

  times(kind: Message['kind']): readonly number[] {
    return this.said.filter(({ message }) => message.kind === kind).map(({ at }) => at);
  }
  kindsSince(at: number): readonly string[] {
    return this.said.filter((one) => one.at > at).map(({ message }) => message.kind);
  }
  /** The last content of a parameter. */
  shown(id: number) {
    const all = this.said.flatMap(({ message }) =>
      message.kind === 'numerics' || message.kind === 'spot' ? message.parameters : [],
    );
    return all.findLast((parameter) => parameter.id === id)?.content;
  }
  get spots() {
    return this.said.flatMap(({ at, message }) =>
      message.kind === 'spot' ? [{ at, parameters: message.parameters }] : [],
    );
  }

  #hear(chunks: readonly Uint8Array[]): this {
    for (const bytes of chunks) {
      const [only, ...others] = cut(new Uint8Array(0), bytes).cuts;
      const decoded = only?.kind === 'frame' && others.length === 0 ? decode(only.payload) : undefined;
      if (!decoded?.ok || decoded.message.unread.length > 0) throw new Error('the simulator said something wrong');
      this.said.push({ at: this.now, message: decoded.message, bytes });
    }
    return this;
  }
}

describe('the simulated monitor', () => {
  test('greets with patient, bed and settings, then keeps the link alive, and gives no number before it is asked', () => {
    const monitor = new Monitor({ bed: 'Room 3' }).connect().runFor(5500);
    expect(monitor.said.slice(0, 4).map(({ at, message }) => [at, message.kind])).toEqual([
      [0, 'patient'],
      [0, 'configuration'],
      [0, 'configuration'],
      [0, 'configuration'],
    ]);
    expect(monitor.said[0]?.message).toMatchObject({ attributes: [{ id: 2308, text: 'Room 3' }] });
    expect(monitor.kindsSince(0)).toEqual(['echo', 'echo', 'echo', 'echo', 'echo']);
    expect(monitor.times('echo')).toEqual([1000, 2000, 3000, 4000, 5000]);
  });

  test('sends what was asked, every second, a message per module with its flags behind it', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101, 151, 160, 161), ids(162)))
      .runFor(3000);
    expect(monitor.kindsSince(2000)).toEqual(['echo', 'numerics', 'flags', 'numerics', 'flags', 'numerics', 'flags']);
    const last = monitor.said.filter(({ at }) => at === 3000).map(({ message }) => message);
    expect(
      last.flatMap((message) => (message.kind === 'numerics' ? [message.parameters.map(({ id }) => id)] : [])),
    ).toEqual([[101], [151], [160, 161, 162]]);
    expect(last.findLast(({ kind }) => kind === 'flags')).toMatchObject({
      flags: [
        { id: 160, text: '3' },
        { id: 161, text: '3' },
        { id: 162, text: '3' },
      ],
    });
    expect(monitor.times('numerics')[0]).toBe(1000);
  });

  test('a new query replaces the one before', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101)))
      .runFor(2000)
      .send(ask(ids(160)))
      .runFor(2000);
    const since = monitor.said.filter(({ at }) => at > 2000);
    expect(
      since.flatMap(({ message }) => (message.kind === 'numerics' ? message.parameters.map(({ id }) => id) : [])),
    ).toEqual([160, 160]);
  });

  test('has no line for a module that is not there', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(500, 501, 502, 600)))
      .runFor(3000);
    expect(monitor.times('numerics')).toEqual([]);
  });

  test('shows a sensor that is off as no data, with its flag and its technical alarm', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101, 160, 250), ...ALARMS))
      .runFor(1000);
    expect([monitor.shown(101), monitor.shown(160), monitor.shown(250)]).toEqual([76, 97, 38]);
    monitor.sense({ isEcgOn: false, isOximeterOn: false, isCapnographOn: false }).runFor(1000);
    expect([monitor.shown(101), monitor.shown(160), monitor.shown(250)]).toEqual(['no-data', 'no-data', 'no-data']);
    const last = monitor.said.filter(({ at }) => at === 2000).map(({ message }) => message);
    expect(last.filter(({ kind }) => kind === 'flags')).toMatchObject([
      { flags: [{ text: '2' }] },
      { flags: [{ text: '2' }] },
      { flags: [{ text: '2' }] },
    ]);
    expect(last.filter(({ kind }) => kind === 'alarms')).toMatchObject([
      { of: 'physiological', alarms: [] },
      { of: 'technical', alarms: [{ code: '205' }, { code: '5' }] },
    ]);
  });

  test('has physiological alarms of its own, the whole list every second', () => {
    const monitor = new Monitor().connect().send(ask(...ALARMS));
    monitor.bedside.physiologyNow = { ...monitor.bedside.physiologyNow, heartRate: 35, spo2: 85 };
    monitor.runFor(3000);
    const lists = monitor.said.flatMap(({ message }) =>
      message.kind === 'alarms' && message.of === 'physiological' ? [message.alarms.map(({ text }) => text)] : [],
    );
    expect(lists).toEqual(Array.from({ length: 3 }, () => ['***HR Too Low', '**SpO2 Too Low']));
  });
});

describe('the simulated cuff', () => {
  test('shows no reading after the query, then each new one once', () => {
    const monitor = new Monitor({ epochS: 1_750_000_000 })
      .connect()
      .send(ask(ids(170, 171, 172, 173)))
      .runFor(3000);
    expect(monitor.spots.map(({ at, parameters }) => [at, parameters.map(({ content }) => content)])).toEqual([
      [1000, ['no-data', 'no-data', 'no-data', 'no-data']],
    ]);
    expect(monitor.spots[0]?.parameters[0]).not.toHaveProperty('deviceTime');
    monitor.measure(128).runFor(5000);
    expect(monitor.spots).toHaveLength(2);
    expect(monitor.spots[1]?.parameters).toEqual(
      [
        [171, 'Dia', 78],
        [172, 'Mean', 94],
        [170, 'Sys', 128],
        [173, 'NIBP_PR', 71],
      ].map(([id, label, content]) => ({ id, label, content, deviceTime: 1_750_000_003_000 })),
    );
  });

  test('gives the last reading again after a query', () => {
    const query = ask(ids(170, 171));
    const monitor = new Monitor().connect().send(query).measure(128).runFor(3000).send(query).runFor(3000);
    expect(monitor.spots.map(({ at }) => at)).toEqual([1000, 4000]);
  });

  test('is not shown to a station that does not ask for it', () => {
    expect(
      new Monitor()
        .connect()
        .send(ask(ids(101)))
        .measure(128)
        .runFor(3000).spots,
    ).toEqual([]);
  });

  test('has the time of the monitor’s own clock, wrong as it may be', () => {
    const monitor = new Monitor({ epochS: 1_750_000_000, clockOffsetS: -90 }).connect().send(ask(ids(170)));
    monitor.measure(128).runFor(1000);
    expect(monitor.spots[0]?.parameters[0]?.deviceTime).toBe(1_749_999_910_000);
  });
});

describe('old firmware', () => {
  test('drops a query that comes before its own first keep-alive', () => {
    const monitor = new Monitor({ isOldFirmware: true })
      .connect()
      .runFor(500)
      .send(ask(ids(101)))
      .runFor(3500);
    expect(monitor.times('numerics')).toEqual([]);
    monitor.send(ask(ids(101))).runFor(1000);
    expect(monitor.times('numerics')).toEqual([5000]);
    expect(
      new Monitor()
        .connect()
        .runFor(500)
        .send(ask(ids(101)))
        .runFor(500)
        .times('numerics'),
    ).toEqual([1000]);
  });

  test('takes a query for everything and sends no numbers', () => {
    const old = new Monitor({ isOldFirmware: true }).connect().runFor(1500).receive(SEND_ALL).runFor(3000);
    expect([old.times('numerics'), old.spots, old.forbidden]).toEqual([[], [], []]);
    const recent = new Monitor().connect().runFor(1500).receive(SEND_ALL).runFor(1500);
    expect(recent.shown(101)).toBe(76);
    expect(recent.shown(106)).toBe('no-data');
    expect(recent.spots).toHaveLength(1);
  });
});

describe('a connection', () => {
  test('on which the station says nothing for more than 10 s is dead until a new one comes', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101)))
      .runSilently(30_000);
    expect(monitor.times('echo').at(-1)).toBe(10_000);
    expect(
      monitor
        .send(ask(ids(101)))
        .runSilently(3000)
        .times('echo')
        .at(-1),
    ).toBe(10_000);
    monitor
      .connect()
      .send(ask(ids(101)))
      .runSilently(2000);
    expect(monitor.times('numerics').at(-1)).toBe(35_000);
  });

  test('begins without a query, whatever the one before had', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101)))
      .runFor(2000);
    monitor.device.step({ type: 'disconnected', simMs: monitor.now });
    expect(monitor.runSilently(3000).said.every(({ at }) => at <= 2000)).toBe(true);
    monitor.connect().runFor(2000);
    expect(monitor.kindsSince(5000)).toEqual(['echo', 'echo']);
  });

  test('is dead after a restart, and the last reading is forgotten', () => {
    const query = ask(ids(170, 171));
    const monitor = new Monitor({ restartsAtMs: [5000] }).connect().send(query).measure(128).runFor(10_000);
    expect(monitor.times('echo').at(-1)).toBe(4000);
    monitor.connect().runFor(2000);
    expect(monitor.said.at(-1)?.at).toBe(4000);
    monitor
      .runFor(RESTART_MS - 7000)
      .connect()
      .send(query)
      .runFor(2000);
    expect(monitor.spots.at(-1)?.parameters.map(({ content }) => content)).toEqual(Array(4).fill('no-data'));
  });

  test('with the cable out brings nothing either way, and a new reading waits for it', () => {
    const monitor = new Monitor()
      .connect()
      .send(ask(ids(101), ids(170)))
      .runFor(2000)
      .sense({ isLinked: false });
    monitor
      .measure(128)
      .runFor(5000)
      .send(ask(ids(160)));
    expect(monitor.said.at(-1)?.at).toBe(2000);
    monitor.sense({ isLinked: true }).runFor(1000);
    expect(monitor.kindsSince(7000)).toEqual(['echo', 'numerics', 'flags', 'spot']);
    expect([monitor.shown(101), monitor.shown(170), monitor.shown(160)]).toEqual([76, 128, undefined]);
  });

  test('takes a query in pieces and among noise', () => {
    const monitor = new Monitor().connect();
    const bytes = concatBytes(Uint8Array.of(1, 2, 3), encode(ask(ids(101))));
    monitor.receive(bytes.slice(0, 40)).receive(bytes.slice(40)).runFor(1000);
    expect(monitor.shown(101)).toBe(76);
  });

  test('reports whatever is neither keep-alive nor query', () => {
    const monitor = new Monitor().connect();
    monitor.receive(frame(fromLatin1('MSH|^~\\&|||||||ORM^O01|7|P|2.3.1|\r')));
    expect(monitor.forbidden).toEqual(['ORM^O01 7']);
    expect(monitor.send(ECHO, ask(ids(101)), ask(...ALARMS)).forbidden).toHaveLength(1);
  });
});

test('the steps of the host change nothing', () => {
  const course = (stepMs: number) => {
    const monitor = new Monitor().connect().send(ask(ids(101, 160), ids(170), ...ALARMS));
    monitor.runSilently(4000, stepMs).measure(128).runSilently(4000, stepMs);
    return monitor.said.map(({ bytes }) => String.fromCharCode(...bytes));
  };
  expect(course(7)).toEqual(course(1000));
  expect(course(50)).toHaveLength(course(1000).length);
});
