import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { decode } from '$drivers/ivy-450c/codec.ts';
import { cut } from '$drivers/ivy-450c/framing.ts';
import type { Message } from '$drivers/ivy-450c/messages.ts';
import { simulateIvy450c } from '$simulators/devices/ivy-450c/index.ts';
import type { CuffReading } from '$simulators/patient/simulated-bedside.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import { StillBedside } from '../support/still-bedside.ts';

const READING: CuffReading = { endedAtMs: 5000, systolic: 142.4, diastolic: 90.6, meanArterial: 108, pulseRate: 82 };

/** A simulated monitor and every record that it has sent, with its time. */
class Monitor {
  readonly bedside = new StillBedside();
  readonly sent: { readonly at: number; readonly message: Message }[] = [];
  readonly #device;
  damaged = 0;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.#device = simulateIvy450c(this.bedside, { settings, onForbidden: () => expect.unreachable() });
    this.#device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number): this {
    while (this.now < until) {
      this.now += 50;
      for (const bytes of this.#device.step({ type: 'tick', simMs: this.now })) {
        const [first] = cut(new Uint8Array(0), bytes).cuts;
        const decoded = first?.kind === 'frame' ? decode(first.payload) : undefined;
        if (decoded?.ok) this.sent.push({ at: this.now, message: decoded.message });
        else this.damaged += 1;
      }
    }
    return this;
  }
  sense(changes: Partial<StillBedside['sensorsNow']>): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...changes };
    return this;
  }
  get lines(): Message['lines'] {
    return this.sent.at(-1)?.message.lines ?? {};
  }
}

describe('the simulated monitor', () => {
  test('sends a record each second, with the lines that the recording has', () => {
    const monitor = new Monitor().runTo(3000);
    expect(monitor.sent.map(({ at }) => at)).toEqual([1000, 2000, 3000]);
    expect(monitor.lines).toMatchObject({
      HR: { status: '1', numbers: [76], label: 'ECG-II-DIAG', alarm: '' },
      RR: { numbers: [14], label: 'APNEA: 20 SEC' },
      ETCO2: { numbers: [undefined] },
      SPO2: { numbers: [97, 76] },
      NIBP: { status: '4', numbers: [undefined, undefined, undefined, undefined] },
      P2: { status: '3', label: 'NO TRANSDUCER' },
      T1: { numbers: [undefined] },
    });
  });

  test('has in each record the samples of the second that ends', () => {
    const { sent } = new Monitor().runTo(3000);
    sent.forEach(({ message: { traces } }) => {
      const sine = (count: number, i: number, amplitude: number) => amplitude * Math.sin((2 * Math.PI * i) / count);
      expect([...traces.ecg]).toEqual(Array.from({ length: 200 }, (_, i) => Math.round(100 + 50 * sine(200, i, 1))));
      expect([...traces.pleth]).toEqual(Array.from({ length: 50 }, (_, i) => Math.round(128 + 25 * sine(50, i, 2))));
      expect([...traces.respiration]).toEqual(
        Array.from({ length: 50 }, (_, i) => Math.round(128 + 50 * sine(50, i, 2))),
      );
      expect(new Set([...traces.p1, ...traces.p2])).toEqual(new Set([251]));
    });
  });

  test('has no number and a flat trace where a sensor is off', () => {
    const monitor = new Monitor().sense({ isEcgOn: false }).runTo(1000);
    expect(monitor.lines).toMatchObject({
      HR: { numbers: [undefined], alarm: 'LEAD OFF' },
      RR: { numbers: [undefined] },
    });
    expect(new Set(monitor.sent.at(-1)?.message.traces.ecg)).toEqual(new Set([100]));
    monitor.sense({ isEcgOn: true, isOximeterOn: false }).runTo(2000);
    expect(monitor.lines.SPO2).toMatchObject({ numbers: [undefined, undefined], alarm: 'SENSOR OFF' });
    expect(new Set(monitor.sent.at(-1)?.message.traces.pleth)).toEqual(new Set([128]));
  });

  test('alarms at its limits', () => {
    const monitor = new Monitor();
    const alarmsWith = (heartRate: number, spo2: number) => {
      monitor.bedside.physiologyNow = { ...monitor.bedside.physiologyNow, heartRate, spo2 };
      const { HR, SPO2 } = monitor.runTo(monitor.now + 1000).lines;
      return [HR?.alarm, SPO2?.alarm];
    };
    expect(alarmsWith(140, 90)).toEqual(['', '']);
    expect(alarmsWith(141, 89)).toEqual(['HIGH', 'LOW']);
    expect(alarmsWith(49, 97)).toEqual(['LOW', '']);
  });

  test('shows the last cuff reading, also while it measures, and none after a failure', () => {
    const monitor = new Monitor();
    const shownWith = (state: 'idle' | 'measuring' | 'failed') => {
      monitor.bedside.cuffNow = { state, mode: 'auto', intervalMs: 300_000, last: READING };
      return monitor.runTo(monitor.now + 1000).lines.NIBP?.numbers;
    };
    expect(shownWith('idle')).toEqual([142, 91, 108, 82]);
    expect(shownWith('measuring')).toEqual([142, 91, 108, 82]);
    expect(shownWith('failed')).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('restarts: nothing for 8 s, and the cuff reading is forgotten', () => {
    const monitor = new Monitor({ restartsAtMs: [7500] });
    monitor.bedside.cuffNow = { state: 'idle', mode: 'auto', intervalMs: 300_000, last: READING };
    monitor.runTo(18_000);
    expect(monitor.sent.map(({ at }) => at / 1000)).toEqual([1, 2, 3, 4, 5, 6, 7, 16, 17, 18]);
    expect(monitor.lines.NIBP?.numbers[0]).toBeUndefined();
  });

  test('may lose bytes of a record', () => {
    const monitor = new Monitor({ dropsAtMs: [2500] }).runTo(5000);
    expect(monitor.damaged).toBe(1);
    expect(monitor.sent.map(({ at }) => at / 1000)).toEqual([1, 2, 4, 5]);
  });

  test('behind a cable that is out sends nothing', () => {
    const monitor = new Monitor().sense({ isLinked: false }).runTo(3000).sense({ isLinked: true }).runTo(4000);
    expect(monitor.sent.map(({ at }) => at)).toEqual([4000]);
  });

  test('does the same whatever the steps of its host are, and fits its line', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateIvy450c(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const sent: Uint8Array[] = [];
      for (let simMs = stepMs; simMs <= 12_000; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(50)).toBe(bytesWith(4));
    expect(bytesWith(3000)).toBe(bytesWith(4));
    const line = new SimulatedLine(simulateIvy450c(new StillBedside(), { settings: {} }), {
      baudRate: 9600,
      bitsPerByte: 10,
    });
    line.connect(0);
    expect(concatBytes(...line.advanceTo(10_900)).length).toBeGreaterThan(10 * 500);
    expect(line.droppedBytes).toBe(0);
  });
});
