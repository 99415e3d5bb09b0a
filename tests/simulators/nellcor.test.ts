import { describe, expect, test } from 'vitest';
import { concatBytes, latin1, toHex } from '$drivers/bytes.ts';
import { simulateNellcor } from '$simulators/devices/nellcor/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { read } from '../drivers/nellcor/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const [XON, XOFF] = [0x11, 0x13];
const HEADING = 'N-395 VERSION 2.0.0.0 CRC: 1A2B SpO2 Limit: 90-100% PR Limit: 50-140BPM';
const COLUMNS = 'TIME   %SPO2  BPM  PA  Status';

/** A simulated oximeter and every line that it has printed, with its time. */
class Oximeter {
  readonly bedside = new StillBedside();
  readonly printed: { readonly at: number; readonly text: string }[] = [];
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateNellcor(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number, stepMs = 50): this {
    while (this.now < until) {
      this.now += stepMs;
      for (const bytes of this.device.step({ type: 'tick', simMs: this.now }))
        this.printed.push({ at: this.now, text: latin1(bytes).trim() });
    }
    return this;
  }

  receive(...bytes: readonly number[]): this {
    expect(this.device.step({ type: 'received', simMs: this.now, bytes: Uint8Array.from(bytes) })).toEqual([]);
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
  get last(): string | undefined {
    return this.printed.at(-1)?.text.slice(19);
  }
}

describe('the simulated oximeter', () => {
  test('prints a heading, then a line every 2 s, and a heading again after 25 lines', () => {
    const { printed } = new Oximeter().runTo(54_000);
    expect(printed.slice(0, 4)).toEqual([
      { at: 2000, text: HEADING },
      { at: 2000, text: COLUMNS },
      { at: 2000, text: '01-JAN-26 00:00:02  97  76  48' },
      { at: 4000, text: '01-JAN-26 00:00:04  97  76  48' },
    ]);
    expect(printed.filter(({ text }) => text === HEADING).map(({ at }) => at)).toEqual([2000, 52_000]);
    expect(printed.filter(({ text }) => text !== HEADING && text !== COLUMNS)).toHaveLength(27);
  });

  test('prints a heading when its limits change', () => {
    const { printed } = new Oximeter({ limitsChangeAtMs: [4500], model: 'N-595' }).feel({ heartRate: 130 }).runTo(6000);
    expect(printed.slice(3).map(({ text }) => text)).toEqual([
      '01-JAN-26 00:00:04  97 130  48',
      'N-595 VERSION 2.0.0.0 CRC: 1A2B SpO2 Limit: 90-100% PR Limit: 50-120BPM',
      COLUMNS,
      '01-JAN-26 00:00:06  97 130*  48 PH',
    ]);
  });

  test('stars what is outside its limits and says why', () => {
    const oximeter = new Oximeter({ silenced: [{ fromMs: 8000, toMs: 9000 }] });
    const lastWith = (spo2: number, heartRate: number) =>
      oximeter.feel({ spo2, heartRate }).runTo(oximeter.now + 2000).last;
    expect(lastWith(90, 140)).toBe(' 90 140  48');
    expect(lastWith(89.4, 49.4)).toBe(' 89*  49*  48 SL PL');
    expect(lastWith(100, 140.6)).toBe('100 141*  48 PH');
    expect(lastWith(88, 100)).toBe(' 88* 100  48 SL AS');
  });

  test('with the sensor off shows dashes, then searches for 6 s', () => {
    const oximeter = new Oximeter().runTo(2000).sense({ isOximeterOn: false }).runTo(4000);
    expect(oximeter.last).toBe('--- --- --- SO');
    oximeter.sense({ isOximeterOn: true });
    expect([6000, 8000, 10_000].map((at) => oximeter.runTo(at).last)).toEqual([
      '--- --- --- PS',
      '--- --- --- PS',
      ' 97  76  48',
    ]);
  });

  test('stops at XOFF and goes on at XON, without making up for what was due', () => {
    const oximeter = new Oximeter().runTo(2000).receive(XOFF).runTo(9000).receive(XON).runTo(10_000);
    expect(oximeter.printed.map(({ at }) => at)).toEqual([2000, 2000, 2000, 10_000]);
    expect(oximeter.forbidden).toEqual([]);
  });

  test('takes everything else for an attempt to enter its menu', () => {
    const oximeter = new Oximeter().receive(3, 3).receive(0x31, 0x0d, 0x0a);
    expect(oximeter.forbidden).toHaveLength(5);
    expect(oximeter.forbidden[0]).toBe('byte 3 to a Nellcor oximeter');
  });

  test('restarts: nothing for 8 s, then a heading and a search; an XOFF is forgotten', () => {
    const oximeter = new Oximeter({ restartsAtMs: [4500] }).runTo(4000).receive(XOFF).runTo(20_000);
    expect(oximeter.printed.slice(4).map(({ at, text }) => `${at} ${text.slice(19)}`)).toEqual([
      `14000 ${HEADING.slice(19)}`,
      `14000 ${COLUMNS.slice(19)}`,
      '14000 --- --- --- PS',
      '16000 --- --- --- PS',
      '18000  97  76  48',
      '20000  97  76  48',
    ]);
  });

  test('prints its trend at once, between headings, and may freeze', () => {
    const { printed } = new Oximeter({ trendAtMs: [3000], frozen: [{ fromMs: 6000, toMs: 8000 }] }).runTo(8000);
    const trend = printed.filter(({ at }) => at === 4000).map(({ text }) => text);
    expect(trend).toHaveLength(25);
    expect(read(trend[0] ?? '').kind).toBe('trend-heading');
    expect(trend[1]).toBe('31-DEC-25 23:00:04  88  55  40');
    expect(trend.slice(-4)).toEqual(['Output Complete', HEADING, COLUMNS, '01-JAN-26 00:00:04  97  76  48']);
    expect(printed.slice(-2).map(({ text }) => text.slice(10, 18))).toEqual(['00:00:04', '00:00:08']);
  });

  test('behind a cable that is out neither prints nor hears', () => {
    const oximeter = new Oximeter().sense({ isLinked: false }).receive(XOFF).runTo(5000).sense({ isLinked: true });
    expect(oximeter.runTo(6000).printed.map(({ at }) => at)).toEqual([6000, 6000, 6000]);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateNellcor(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const sent: Uint8Array[] = [];
      for (let simMs = stepMs; simMs <= 60_000; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(3)).toBe(bytesWith(50));
    expect(bytesWith(50)).toBe(bytesWith(3000));
  });
});
