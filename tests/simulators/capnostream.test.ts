import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/capnostream/codec.ts';
import { cut, frame } from '$drivers/capnostream/framing.ts';
import type { Message, NumericsFrame, Query, WaveFrame } from '$drivers/capnostream/messages.ts';
import { simulateCapnostream } from '$simulators/devices/capnostream/index.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { EPOCH_S, wireOf } from '../drivers/capnostream/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NOTHING = new Uint8Array(0);

/** A simulated monitor and everything that it has said, with its time. */
class Monitor {
  readonly bedside = new StillBedside();
  readonly said: { readonly at: number; readonly message: Message }[] = [];
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateCapnostream(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  say(...queries: readonly Query[]): this {
    for (const query of queries) this.receive(encode(query));
    return this;
  }
  receive(bytes: Uint8Array): this {
    return this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
  }
  /** Alive is said every 5 s unless told. */
  runTo(until: number, { isAlive = true, stepMs = 50 } = {}): this {
    while (this.now < until) {
      this.now += stepMs;
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
      if (isAlive && this.now % 5000 === 0) this.say('alive');
    }
    return this;
  }
  feel(changes: Partial<StillBedside['physiologyNow']>): this {
    this.bedside.physiologyNow = { ...this.bedside.physiologyNow, ...changes };
    return this;
  }
  sense(changes: Partial<StillBedside['sensorsNow']>): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...changes };
    return this;
  }
  get numerics(): readonly (NumericsFrame & { readonly at: number })[] {
    return this.said.flatMap(({ at, message }) => (message.kind === 'numerics' ? [{ ...message, at }] : []));
  }
  get waves(): readonly (WaveFrame & { readonly at: number })[] {
    return this.said.flatMap(({ at, message }) => (message.kind === 'wave' ? [{ ...message, at }] : []));
  }
  get last(): NumericsFrame | undefined {
    return this.numerics.at(-1);
  }

  #hear(chunks: readonly Uint8Array[]): this {
    for (const chunk of chunks) {
      for (const piece of cut(NOTHING, chunk).cuts) {
        const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
        if (!decoded?.ok) throw new Error('the simulator said something wrong');
        this.said.push({ at: this.now, message: decoded.message });
      }
    }
    return this;
  }
}

describe('the simulated monitor', () => {
  test('says nothing until it is enabled, then who it is; sends when it is started, and stops when it is told', () => {
    const monitor = new Monitor().say('start').runTo(2000);
    expect(monitor.said).toEqual([]);
    monitor.say('enable').runTo(3000);
    expect(monitor.said.map(({ message }) => message)).toMatchObject([
      { kind: 'identity', details: { serial: 'B355987654', oximetry: 'Masimo' } },
    ]);
    monitor.say('start').runTo(6000);
    expect(monitor.numerics.map(({ at }) => at)).toEqual([4000, 5000, 6000]);
    expect(monitor.waves).toHaveLength(60);
    const count = monitor.say('stop').runTo(8000).said.length;
    monitor.say('start').runTo(9000).say('disable', 'start').runTo(12_000);
    expect(monitor.said.length).toBe(count + 21);
  });

  test('sends what the patient has, each second, and its clock may be wrong', () => {
    const monitor = new Monitor({ clockOffsetS: 3600 }).say('enable', 'start').runTo(1000);
    expect(monitor.last).toMatchObject({
      time: EPOCH_S + 3601,
      etco2: 38,
      fico2: 0,
      respiratoryRate: 14,
      saturation: 97,
      pulseRate: 76,
      slowStatus: 0x80,
      co2Alarms: 0,
      oximeterAlarms: 0,
      unit: 1,
    });
    monitor.feel({ etco2: 61.4, respiratoryRate: 31.2, spo2: 84.4, heartRate: 140.6 }).runTo(2000);
    expect(monitor.last).toMatchObject({
      etco2: 61,
      respiratoryRate: 31,
      saturation: 84,
      pulseRate: 141,
      co2Alarms: 0x0a,
      oximeterAlarms: 0x0c,
    });
  });

  test('sends every sample of the waveform with its number, in its unit', () => {
    const { waves } = new Monitor().say('enable', 'start').runTo(14_000);
    waves.forEach(({ counter, level }, i) => {
      const percent = Math.max(0, 2 * Math.sin((2 * Math.PI * (i + 1)) / 20));
      expect(counter).toBe((i + 1) & 0xff);
      expect(Math.abs(level / 256 - percent * 7.6)).toBeLessThanOrEqual(1 / 512 + 1e-9);
    });
  });

  test.each([
    [2, 51, 20.265],
    [3, 50, 20],
  ])('in unit %i sends tenfold values', (unit, etco2, highest) => {
    const monitor = new Monitor({ unit }).say('enable', 'start').runTo(1000);
    expect(monitor.last).toMatchObject({ unit, etco2 });
    expect(Math.max(...monitor.waves.map(({ level }) => level)) / 256).toBeCloseTo(highest, 2);
  });

  test('with a sensor or the FilterLine off has no value, and says why', () => {
    const monitor = new Monitor().say('enable', 'start').sense({ isOximeterOn: false }).runTo(1000);
    expect(monitor.last).toMatchObject({ saturation: 'none', pulseRate: 'none', oximeterAlarms: 0x20, etco2: 38 });
    monitor.sense({ isOximeterOn: true, isCapnographOn: false }).runTo(2000);
    expect(monitor.last).toMatchObject({ saturation: 97, etco2: 'none', fico2: 'none', respiratoryRate: 'none' });
    expect(monitor.waves.at(-1)).toMatchObject({ level: 0, status: 0x40 });
  });

  test('may be blocked, purging and silenced', () => {
    const monitor = new Monitor({
      occluded: [{ fromMs: 0, toMs: 1500 }],
      purging: [{ fromMs: 1500, toMs: 2500 }],
      silenced: [{ fromMs: 2500, toMs: 3500 }],
    });
    monitor.say('enable', 'start').runTo(3000);
    expect(monitor.numerics).toMatchObject([
      { etco2: 'none', slowStatus: 0x80 },
      { etco2: 'none' },
      { etco2: 38, slowStatus: 0x82 },
    ]);
    expect(monitor.waves.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1])).toEqual([
      4, 0x20, 0,
    ]);
  });

  test('counts the seconds without a breath and alarms after 20 of them', () => {
    const monitor = new Monitor({ apnoea: [{ fromMs: 5000, toMs: 40_000 }] }).say('enable', 'start').runTo(45_000);
    expect(monitor.numerics.map(({ noBreathS }) => noBreathS).slice(3, 8)).toEqual([0, 0, 1, 2, 3]);
    expect(monitor.numerics.find(({ co2Alarms }) => co2Alarms === 1)).toMatchObject({
      at: 25_000,
      respiratoryRate: 0,
      etco2: 0,
      noBreathS: 20,
    });
    expect(monitor.waves.filter(({ at }) => at >= 5000 && at < 40_000).every(({ level }) => level === 0)).toBe(true);
    expect(monitor.last).toMatchObject({ etco2: 38, respiratoryRate: 14, noBreathS: 0 });
  });

  test('may displace its fields, freeze, and forget its numbers', () => {
    const monitor = new Monitor({
      shiftedAtMs: [2500],
      frozen: [{ fromMs: 5000, toMs: 7000 }],
      mute: [{ fromMs: 8000, toMs: 10_000 }],
    });
    monitor.say('enable', 'start').runTo(10_000);
    expect(monitor.numerics.map(({ at, time }) => `${at / 1000} ${time - EPOCH_S}`)).toEqual([
      ...['1 1', '2 2', '3 3', '4 4', '5 4', '6 4', '7 7', '10 10'],
    ]);
    expect(monitor.numerics[2]).toMatchObject({ fico2: 38, respiratoryRate: 0, saturation: 14 });
  });

  test('stops when it has heard nothing for 15 s', () => {
    const monitor = new Monitor().say('enable', 'start').runTo(30_000, { isAlive: false });
    expect(monitor.numerics.at(-1)?.at).toBe(15_000);
    expect(monitor.say('start').runTo(32_000).numerics).toHaveLength(15);
    expect(new Monitor().say('enable', 'start').runTo(60_000).numerics).toHaveLength(60);
  });

  test('restarts: no answer for 8 s, then it must be enabled again', () => {
    const monitor = new Monitor({ restartsAtMs: [3500] }).say('enable', 'start').runTo(11_000).say('enable');
    expect(monitor.numerics).toHaveLength(3);
    expect(monitor.runTo(11_600).say('enable', 'start').runTo(13_000).numerics).toHaveLength(5);
  });

  test('answers a revision, echoes a setting and tells that it was forbidden', () => {
    const monitor = new Monitor()
      .receive(wireOf('revision'))
      .receive(wireOf('setup-4-2'))
      .receive(frame(61, fromHex('41')));
    expect(monitor.said.map(({ message }) => message)).toMatchObject([
      { kind: 'revision', letter: 'A', number: 1 },
      { kind: 'setup', item: 4, value: 2 },
    ]);
    expect(monitor.forbidden).toEqual(['setting 4 = 2', 'command 61']);
    expect(new Monitor().say('enable', 'start', 'alive', 'host-id', 'stop', 'disable').forbidden).toEqual([]);
  });

  test('takes requests in any pieces, and drops what is damaged', () => {
    const monitor = new Monitor()
      .receive(fromHex('00 85 01'))
      .receive(fromHex('01 00'))
      .receive(fromHex('85 01 04 04'));
    expect(monitor.runTo(2000).said.map(({ message }) => message.kind)).toEqual(['identity']);
  });

  test('behind a cable that is out neither speaks nor hears, and goes on counting', () => {
    const monitor = new Monitor().say('enable', 'start').runTo(1000).sense({ isLinked: false }).say('stop').runTo(2000);
    monitor.sense({ isLinked: true }).runTo(3000);
    expect(monitor.numerics.map(({ at }) => at)).toEqual([1000, 3000]);
    expect(monitor.waves.map(({ counter }) => counter).slice(19, 22)).toEqual([20, 41, 42]);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateCapnostream(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const sent = [encode('enable'), encode('start')].flatMap((bytes) =>
        device.step({ type: 'received', simMs: 0, bytes }),
      );
      for (let simMs = stepMs; simMs <= 12_000; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(50)).toBe(bytesWith(3));
    expect(bytesWith(1000)).toBe(bytesWith(3));
  });

  test('needs a small part of its line', () => {
    const device = simulateCapnostream(new StillBedside(), { settings: {} });
    const line = new SimulatedLine(device, { baudRate: 115_200, bitsPerByte: 10 });
    line.connect(0);
    line.receive(0, concatBytes(encode('enable'), encode('start')));
    const bytes = concatBytes(...line.advanceTo(10_000)).length;
    expect(bytes).toBeGreaterThan(200 * 9);
    expect(bytes).toBeLessThan(3000);
    expect(line.droppedBytes).toBe(0);
  });
});
