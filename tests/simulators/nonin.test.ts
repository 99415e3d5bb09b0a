import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, latin1, toHex } from '$drivers/bytes.ts';
import { decode } from '$drivers/nonin/codec.ts';
import { cut } from '$drivers/nonin/framing.ts';
import type { Message, Packet } from '$drivers/nonin/messages.ts';
import { simulateNonin } from '$simulators/devices/nonin/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { GET_SERIAL_NUMBER, SET_DF7_WITH_OPTIONS } from '../drivers/nonin/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const SET_FORMAT = (number: number) => Uint8Array.of(0x02, 0x70, 0x02, 0x02, number, 0x03);

/** A simulated oximeter and all that it has said. */
class Oximeter {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  readonly chunks: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateNonin(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.#hear(this.device.step({ type: 'connected', simMs: 0 }));
  }

  runTo(until: number, stepMs = 20): this {
    while (this.now < until) {
      this.now = Math.min(this.now + stepMs, until);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }

  tell(bytes: Uint8Array): this {
    this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
    return this;
  }

  get said(): Uint8Array {
    return concatBytes(...this.chunks.map(({ bytes }) => bytes));
  }
  get messages(): readonly Message[] {
    return cut(new Uint8Array(0), this.said).cuts.flatMap((piece) => {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      return decoded?.ok ? [decoded.message] : [];
    });
  }
  get packets(): readonly Packet[] {
    return this.messages.filter((message) => message.kind === 'packet');
  }
  wear(isOximeterOn: boolean): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, isOximeterOn };
    return this;
  }

  #hear(chunks: readonly Uint8Array[]): void {
    this.chunks.push(...chunks.map((bytes) => ({ at: this.now, bytes })));
  }
}

describe('the simulated oximeter', () => {
  test('sends frames of format 2 by itself, 75 a second, each at its time', () => {
    const oximeter = new Oximeter().runTo(10_000, 1);
    expect(oximeter.said.length).toBe(751 * 5);
    oximeter.chunks.forEach(({ at }, frame) => expect(at).toBe(Math.max(1, Math.ceil((frame * 1000) / 75))));
  });

  test('shows what the bedside has: rate, saturation, and its pleth sample for sample', () => {
    const oximeter = new Oximeter();
    oximeter.bedside.physiologyNow = { ...oximeter.bedside.physiologyNow, heartRate: 142.4, spo2: 92.6 };
    const { packets } = oximeter.runTo(3000);
    expect(packets).toHaveLength(9);
    expect(packets.every(({ numbers }) => numbers?.extendedRateDisplayed === 142)).toBe(true);
    expect(packets.every(({ numbers }) => numbers?.extendedSaturationDisplayed === 93)).toBe(true);
    const heights = packets.flatMap(({ frames }) => frames.map(({ pleth }) => pleth));
    expect(heights).toEqual(
      Array.from({ length: 225 }, (_, i) => Math.round(((2 * Math.sin((2 * Math.PI * i) / 75) + 4) / 8) * 255)),
    );
  });

  test('counts its packets, and marks the frames around each beat with the perfusion', () => {
    const oximeter = new Oximeter().runTo(10_000);
    const timers = oximeter.packets.map(({ numbers }) => numbers?.timer ?? 0);
    expect(timers).toEqual(timers.map((_, i) => (timers[0] ?? 0) + i));
    const marked = (bits: number) =>
      oximeter.packets.flatMap(({ frames }) => frames.filter(({ status }) => (status & 6) === bits)).length;
    // 76 beats a minute for 10 s, about 12 frames each.
    expect(marked(2)).toBeGreaterThan(130);
    expect(marked(2)).toBeLessThan(170);
    oximeter.bedside.physiologyNow = { ...oximeter.bedside.physiologyNow, perfusionIndex: 0.2 };
    expect(
      oximeter
        .runTo(12_000)
        .packets.at(-1)
        ?.frames.every(({ status }) => (status & 6) !== 2),
    ).toBe(true);
    expect(marked(4)).toBeGreaterThan(10);
  });

  test.each([
    ['finger', 0x18],
    ['plug', 0x40],
  ])('without its %s says so in every frame, with flat pleth and no numbers', (offIs, bits) => {
    const oximeter = new Oximeter({ offIs }).wear(false).runTo(2000);
    for (const { frames, numbers } of oximeter.packets) {
      expect(frames.every(({ status, pleth }) => (status & 0x7e) === bits && pleth === 128)).toBe(true);
      expect(numbers).toMatchObject({ rate: 'absent', saturation: 'absent', extendedRateDisplayed: 'absent' });
    }
    expect(oximeter.wear(true).runTo(3000).packets.at(-1)?.numbers?.rate).toBe(76);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => toHex(new Oximeter({ format: 'df7' }).runTo(4000, stepMs).said);
    expect(bytesWith(50)).toBe(bytesWith(1));
    expect(bytesWith(1000)).toBe(bytesWith(7));
  });

  test('goes on while nobody listens, and is joined in the middle of a packet', () => {
    const device = simulateNonin(new StillBedside(), { settings: {} });
    device.step({ type: 'connected', simMs: 0 });
    device.step({ type: 'disconnected', simMs: 0 });
    device.step({ type: 'connected', simMs: 5100 });
    const said = concatBytes(...device.step({ type: 'tick', simMs: 6100 }));
    const { cuts } = cut(new Uint8Array(0), said);
    expect(cuts[0]).toMatchObject({ kind: 'noise', why: 'no-start' });
    expect(cuts.filter(({ kind }) => kind === 'frame').length).toBeGreaterThanOrEqual(2);
  });

  test('behind a cable that is out is not heard and hears nothing, and goes on', () => {
    const oximeter = new Oximeter().runTo(1000);
    const before = oximeter.said.length;
    oximeter.bedside.sensorsNow = { ...oximeter.bedside.sensorsNow, isLinked: false };
    oximeter.tell(SET_FORMAT(7)).runTo(3000);
    expect(oximeter.said.length).toBe(before);
    oximeter.bedside.sensorsNow = { ...oximeter.bedside.sensorsNow, isLinked: true };
    const packets = oximeter.runTo(4000).packets;
    expect(packets.at(-1)).toMatchObject({ format: 'df2' });
    expect(packets.at(-1)?.numbers?.timer).toBeGreaterThan(9);
  });
});

describe('its other formats', () => {
  test('7: the same frames with a pleth of sixteen bits', () => {
    const { packets } = new Oximeter({ format: 'df7' }).runTo(2000);
    expect(packets).toHaveLength(6);
    expect(packets[0]?.frames[0]?.pleth).toBe(32_768);
    expect(packets[0]).toMatchObject({ format: 'df7', numbers: { rate: 76 } });
  });

  test('8: a reading a second', () => {
    const oximeter = new Oximeter({ format: 'df8' }).runTo(4000);
    expect(oximeter.chunks.map(({ at }) => at)).toEqual([20, 1000, 2000, 3000, 4000]);
    expect(toHex(oximeter.chunks[1]?.bytes ?? new Uint8Array(0))).toBe('80 4c 61 00');
    expect(toHex(oximeter.wear(false).runTo(5000).chunks.at(-1)?.bytes ?? new Uint8Array(0))).toBe('a3 7f 7f 08');
  });

  test('ASCII: a line a second, with the time where it has a clock', () => {
    const oximeter = new Oximeter({ format: 'ascii' }).runTo(1000).wear(false).runTo(2000);
    expect(latin1(oximeter.said)).toBe('SPO2=097 HR=076\r\nSPO2=097 HR=076\r\nSPO2=--- HR=---\r\n');
    const withClock = new Oximeter({ format: 'ascii', hasClock: true }).runTo(1000);
    expect(latin1(withClock.said)).toBe('00:00:00 SPO2=097 HR=076\r\n00:00:01 SPO2=097 HR=076\r\n');
  });

  test('13: one spot check for each finger that stays in for 6 s', () => {
    const oximeter = new Oximeter({ format: 'df13' }).runTo(30_000).wear(false).runTo(32_000).wear(true).runTo(36_000);
    expect(oximeter.messages).toMatchObject([
      { kind: 'spot-check', pulseRate: 76, spo2: 97, deviceTime: 1_767_225_605_000, isFromMemory: false },
    ]);
    expect(oximeter.runTo(40_000).messages).toHaveLength(2);
  });
});

describe('what it is told', () => {
  test.each([
    [2, 'df2'],
    [7, 'df7'],
  ])('format %i is acknowledged and sent from then on', (number, format) => {
    const oximeter = new Oximeter({ format: 'df13' }).runTo(1000).tell(SET_FORMAT(number));
    expect(toHex(oximeter.said)).toBe('06');
    oximeter.runTo(2000);
    expect(oximeter.packets.length).toBeGreaterThanOrEqual(2);
    expect(oximeter.packets.every((packet) => packet.format === format)).toBe(true);
    expect(oximeter.forbidden).toEqual([]);
  });

  test.each(['02 70 02 02 05 03', '02 70 02 01 02 03', '02 99 00 03'])('%s is refused', (hex) => {
    expect(toHex(new Oximeter({ format: 'df13' }).tell(fromHex(hex)).said)).toBe('15');
  });

  test('date and time, and serial number, are answered', () => {
    const oximeter = new Oximeter({ format: 'df13' }).tell(fromHex('02 72 00 03')).tell(GET_SERIAL_NUMBER);
    expect(oximeter.messages).toEqual([
      { kind: 'date-time', deviceTime: 1_767_225_600_000 },
      { kind: 'serial-number', serialNumber: '500123456' },
    ]);
    expect(oximeter.forbidden).toEqual([]);
  });

  test.each([
    [SET_DF7_WITH_OPTIONS, 'set a data format with options'],
    [fromHex('02 72 06 1a 01 0f 09 1e 05 03'), 'set the date and time'],
    [fromHex('02 75 01 0a 03'), 'set the Bluetooth timeout'],
  ])('what outlives the session is reported as forbidden: %#', (bytes, what) => {
    expect(new Oximeter().tell(bytes).forbidden).toEqual([what]);
  });

  test('noise and answers are passed over in silence', () => {
    const oximeter = new Oximeter({ format: 'df13' });
    expect(oximeter.tell(fromHex('ff 00 41 06 15 02 f2 00 03')).said).toEqual(new Uint8Array(0));
  });

  test('a tabletop hears nothing', () => {
    const oximeter = new Oximeter({ format: 'ascii' }).tell(SET_FORMAT(2)).runTo(2000);
    expect(oximeter.messages.every(({ kind }) => kind === 'line')).toBe(true);
  });
});

describe('when it is switched off and on', () => {
  test('it is quiet and deaf meanwhile, and begins anew as it was set up', () => {
    const off = [{ fromMs: 2000, toMs: 4000 }];
    const oximeter = new Oximeter({ format: 'df13', off }).tell(SET_FORMAT(2)).runTo(1990);
    const before = oximeter.said.length;
    expect(oximeter.runTo(3000).tell(SET_FORMAT(2)).runTo(3990).said.length).toBe(before);
    expect(oximeter.runTo(5000).said.length).toBe(before);
    expect(oximeter.runTo(12_000).messages.at(-1)).toMatchObject({ kind: 'spot-check' });
  });

  test('it starts its packets at the first frame, its timer at 1, and a tabletop prints a header', () => {
    const off = [{ fromMs: 2000, toMs: 4010 }];
    const oximeter = new Oximeter({ off }).runTo(5000);
    expect(oximeter.packets.filter(({ numbers }) => numbers?.timer === 1)).toHaveLength(2);
    const tabletop = new Oximeter({ format: 'ascii', off }).runTo(6000);
    expect(tabletop.messages.map(({ kind }) => kind)).toEqual(['line', 'line', 'text', 'line', 'line']);
  });

  test('its battery runs low when it is told to', () => {
    const { packets } = new Oximeter({ batteryLowFromMs: 1000 }).runTo(2000);
    expect(packets.map(({ numbers }) => numbers?.stat2)).toEqual([0, 0, 0, 1, 1, 1]);
  });
});
