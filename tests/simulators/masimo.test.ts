import { describe, expect, test } from 'vitest';
import { concatBytes, latin1, toHex } from '$drivers/bytes.ts';
import { EXCEPTIONS } from '$drivers/masimo/messages.ts';
import { simulateMasimo } from '$simulators/devices/masimo/index.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import { read } from '../drivers/masimo/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const { fullSet, sensorOff, pulseSearch } = EXCEPTIONS;

/** A simulated oximeter and every line that it has printed, with its time. */
class Oximeter {
  readonly bedside = new StillBedside();
  readonly printed: { readonly at: number; readonly text: string }[] = [];
  readonly #device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.#device = simulateMasimo(this.bedside, { settings });
    this.#device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number, stepMs = 50): this {
    while (this.now < until) {
      this.now += stepMs;
      for (const bytes of this.#device.step({ type: 'tick', simMs: this.now }))
        this.printed.push({ at: this.now, text: latin1(bytes).trim() });
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
  get last() {
    return read(this.printed.at(-1)?.text ?? '');
  }
}

describe('the simulated oximeter', () => {
  test.each([
    [
      'rad-8',
      '01/01/26 00:00:01 SN=---------- SPO2=097% BPM=076 PI=02.40% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800',
    ],
    [
      'radical-7-blue',
      '01/01/26 00:00:01 SN=---------- SPO2=097% BPM=076 PI=02.40% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC=000800',
    ],
    [
      'radical-7-colour',
      '01/01/26 00:00:01 SN=---------- SPO2=097% BPM=076 PI=02.40 SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ALARM=000000 EXC=0000800 EXC1=00000000',
    ],
  ])('prints a line each second, as a %s does', (layout, text) => {
    const { printed } = new Oximeter({ layout }).runTo(4000);
    expect(printed.map(({ at }) => at)).toEqual([1000, 2000, 3000, 4000]);
    expect(printed[0]?.text).toBe(text);
  });

  test('rounds as the monitor shows, and its clock may be wrong', () => {
    const oximeter = new Oximeter({ clockOffsetS: -3600 }).feel({
      spo2: 93.5,
      heartRate: 101.4,
      perfusionIndex: 0.555,
    });
    expect(oximeter.runTo(1000).last).toMatchObject({
      deviceTime: Date.UTC(2025, 11, 31, 23, 0, 1),
      saturation: 94,
      pulseRate: 101,
      perfusionIndex: 0.56,
    });
  });

  test('with the sensor off shows dashes, then searches for 6 s', () => {
    const oximeter = new Oximeter().runTo(2000).sense({ isOximeterOn: false }).runTo(5000);
    expect(oximeter.last).toMatchObject({
      saturation: 'dashes',
      perfusionIndex: 'dashes',
      exceptions: fullSet | sensorOff,
    });
    oximeter.sense({ isOximeterOn: true }).runTo(11_000);
    expect(oximeter.last).toMatchObject({ saturation: 'dashes', exceptions: fullSet | pulseSearch });
    expect(oximeter.runTo(12_000).last).toMatchObject({ saturation: 97, exceptions: fullSet });
  });

  test('alarms at its limits, and its mute key silences', () => {
    const oximeter = new Oximeter({ muted: [{ fromMs: 5000, toMs: 8000 }] });
    const alarmsAt = (until: number) => oximeter.runTo(until).last.alarms;
    expect(oximeter.feel({ spo2: 90, heartRate: 140 }).runTo(1000).last.alarms).toBe(0);
    oximeter.feel({ spo2: 89.4, heartRate: 49.4 });
    expect(alarmsAt(2000)).toBe(0x1a);
    oximeter.feel({ spo2: 97, heartRate: 141 });
    expect([alarmsAt(3000), alarmsAt(5000), alarmsAt(8000)]).toEqual([0x14, 0x24, 0x14]);
  });

  test('restarts: nothing for 8 s, then it searches', () => {
    const { printed } = new Oximeter({ restartsAtMs: [2500] }).runTo(18_000);
    expect(printed.map(({ at }) => at / 1000)).toEqual([1, 2, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(printed.map(({ text }) => (read(text).exceptions & pulseSearch) !== 0)).toEqual([
      ...[false, false],
      ...Array<boolean>(6).fill(true),
      ...[false, false],
    ]);
  });

  test('may freeze, and may print its trend', () => {
    const settings = { frozen: [{ fromMs: 3000, toMs: 5000 }], trend: [{ fromMs: 6000, toMs: 7000 }] };
    const { printed } = new Oximeter(settings).runTo(7000);
    expect(printed.map(({ text }) => text.slice(0, 17))).toEqual([
      '01/01/26 00:00:01',
      '01/01/26 00:00:02',
      '01/01/26 00:00:02',
      '01/01/26 00:00:02',
      '01/01/26 00:00:05',
      '12/31/25 23:00:06',
      '01/01/26 00:00:07',
    ]);
    expect(printed[5]?.text).toBe('12/31/25 23:00:06 SpO2=097 PR=076 PI=02.40 EXC=800');
  });

  test('behind a cable that is out is not heard, and is deaf anyway', () => {
    const oximeter = new Oximeter().sense({ isLinked: false }).runTo(5000).sense({ isLinked: true }).runTo(6000);
    expect(oximeter.printed.map(({ at }) => at)).toEqual([6000]);
    const device = simulateMasimo(new StillBedside(), { settings: {}, onForbidden: () => expect.unreachable() });
    expect(device.step({ type: 'received', simMs: 100, bytes: Uint8Array.of(1, 2, 3) })).toEqual([]);
  });

  test('does the same whatever the steps of its host are, and makes up for nothing', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateMasimo(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 5500 });
      const sent: Uint8Array[] = [];
      for (let simMs = 5500; simMs <= 20_000; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(1)).toBe(bytesWith(50));
    expect(bytesWith(50)).toBe(bytesWith(500));
    expect(
      latin1(Uint8Array.from(bytesWith(50).split(' '), (byte) => Number.parseInt(byte, 16))).match(/\n/g),
    ).toHaveLength(15);
  });

  test('keeps up with a line of 9600 baud', () => {
    const line = new SimulatedLine(simulateMasimo(new StillBedside(), { settings: {} }), {
      baudRate: 9600,
      bitsPerByte: 10,
    });
    line.connect(0);
    expect(concatBytes(...line.advanceTo(10_900)).length).toBe(10 * 177);
    expect(line.droppedBytes).toBe(0);
  });
});
