/** The simulated pump by itself, spoken to in records. The driver in front of it: tests/drivers/pump-graseby-3000-500/loop.test.ts. */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { decode } from '$drivers/pump-graseby-3000-500/codec.ts';
import { wrapRecord } from '$drivers/pump-graseby-3000-500/framing.ts';
import type { Check, Reply } from '$drivers/pump-graseby-3000-500/messages.ts';
import { simulateGraseby3000 } from '$simulators/devices/pump-graseby-3000-500/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateGraseby3000(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number): string {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + 50);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return latin1(concatBytes(...said));
  }

  give(bytes: Uint8Array): string {
    const sent = this.device.step({ type: 'received', simMs: this.now, bytes });
    return latin1(concatBytes(...sent)) + this.runTo(this.now + 200);
  }

  ask(body: string, check: Check = 'crc-0000'): Reply | undefined {
    const text = this.give(wrapRecord(body, check));
    const decoded = text === '' ? undefined : decode(fromLatin1(text));
    return decoded?.ok && decoded.message.kind === 'reply' ? decoded.message : undefined;
  }

  order(change: Partial<StillBedside['orderNow']>): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, ...change };
    return this;
  }
}

const CONTROLS = [...'IBCEFKLNOPRSTX'];

describe('the newer software', () => {
  test('speaks only when asked, one answer after the other, each after its latency', () => {
    const host = new Host({ latencyMs: 100 });
    expect(host.runTo(60_000)).toBe('');
    host.device.step({ type: 'received', simMs: host.now, bytes: fromLatin1('<09M9776><09D0AB7>') });
    expect(host.runTo(host.now + 50)).toBe('');
    expect(host.runTo(host.now + 50)).toMatch(/^<15040C00A300064[0-9A-F]{4}>$/);
    expect(host.runTo(host.now + 50)).toBe('');
    expect(host.runTo(host.now + 50)).toContain('0000.00035.0052.5');
  });

  test('tells model, serial number, time, alarm bytes and infusion data', () => {
    const host = new Host();
    expect(host.ask('M')?.data).toEqual({ is: 'model', model: '3000', softwareVersion: '1.00' });
    expect(host.ask('Y')?.data).toEqual({ is: 'serial', serial: 'G30000042' });
    expect(host.ask('G')?.data).toEqual({ is: 'other', text: '020401000000' });
    expect(host.ask('A')).toMatchObject({ code: '0', data: { is: 'none' }, status: { isRunning: false } });
    host.order({ isStarted: true }).runTo(240_000);
    expect(host.ask('D')).toMatchObject({
      status: { alarm: 0, isRunning: true, isKvo: false, isPoweredUp: true },
      data: { volumeInfusedMl: 3.4, vtbiMl: 35, rateMlPerHour: 52.5 },
    });
  });

  test('answers a wrong CRC start by its own right record with a code of refusal', () => {
    expect(new Host().ask('M', 'crc-ffff')).toMatchObject({ check: 'crc-0000', code: '1', data: { is: 'none' } });
    expect(new Host({ crcStart: 'FFFF' }).ask('M', 'crc-0000')).toMatchObject({ check: 'crc-ffff', code: '1' });
    expect(new Host({ codes: { badCrc: 'K', accepted: 'A' } }).ask('M')).toMatchObject({ code: 'A' });
  });

  test.each(CONTROLS)('reports %s as forbidden, says "invalid mode" and does nothing', (letter) => {
    for (const parameters of ['', '0100', '1']) {
      const host = new Host();
      host.order({ isStarted: true }).runTo(60_000);
      const before = host.ask('D');
      expect(host.ask(`${letter}${parameters}`)).toMatchObject({ code: '3', data: { is: 'none' } });
      expect(host.forbidden).toHaveLength(1);
      expect(host.forbidden[0]).toMatch(new RegExp(`^${letter} `));
      expect(host.ask('D')).toMatchObject({ status: before?.status, data: { rateMlPerHour: 52.5 } });
    }
  });

  test('reports no reading command, in small letters either', () => {
    const host = new Host();
    for (const letter of 'AGMYDagmyd') expect(host.ask(letter)?.code).toBe('0');
    expect(host.ask('Z')).toMatchObject({ code: '4' });
    expect(host.ask('D1')).toMatchObject({ code: '4' });
    expect(host.forbidden).toEqual([]);
  });

  test('is silent to what is no record', () => {
    const host = new Host();
    expect(host.give(fromLatin1('<09D0AB8>'))).toBe('');
    expect(host.give(fromLatin1('hello'))).toBe('');
    expect(host.ask('D')).toBeDefined();
  });
});

describe('the older software', () => {
  test('echoes the letter before its data, and has no serial number', () => {
    const host = new Host({ generation: 'old' });
    expect(host.ask('M', 'sum')).toMatchObject({ code: 'M', data: { is: 'model', softwareVersion: '0.63' } });
    expect(host.ask('Y', 'sum')).toMatchObject({ code: '?' });
    expect(host.ask('M', 'crc-0000')).toMatchObject({ check: 'sum', code: '?' });
    expect(host.give(wrapRecord('D', 'sum'))).toMatch(/^<19D000\.0035\.052\.5[0-9A-F]{4}..>$/);
    expect(host.give(wrapRecord('G', 'sum'))).toMatch(/^<13G0204010000\d\d..>$/);
    expect(host.give(wrapRecord('A', 'sum'))).toMatch(/^<0BA[0-9A-F]{4}..>$/);
  });

  test('has wider data from 0.66 on, and no decimals for what does not fit before', () => {
    expect(new Host({ generation: 'old', hasWideData: true }).give(wrapRecord('D', 'sum'))).toContain(
      'D0000.00035.0052.5',
    );
    const host = new Host({ generation: 'old' }).order({ rateMlPerHour: 120, vtbiMl: 1000 });
    host.runTo(1000);
    expect(host.give(wrapRecord('D', 'sum'))).toContain('D00001000120');
  });

  test.each(CONTROLS.filter((letter) => letter !== 'N'))(
    'reports %s as forbidden, echoes it and does nothing',
    (letter) => {
      const host = new Host({ generation: 'old' });
      expect(host.give(wrapRecord(`${letter}0`, 'sum'))).toBe(latin1(wrapRecord(letter, 'sum')));
      expect(host.forbidden).toHaveLength(1);
    },
  );

  test('takes N for the harmless echo that it is there', () => {
    const host = new Host({ generation: 'old' });
    expect(host.give(wrapRecord('N', 'sum'))).toBe(latin1(wrapRecord('N', 'sum')));
    expect(host.forbidden).toEqual([]);
  });
});

describe('what happens to it', () => {
  test('alarm numbers, battery, somebody who controls it', () => {
    const host = new Host({
      air: [{ atMs: 10_000 }],
      batterySpells: [{ fromMs: 20_000, toMs: 30_000 }],
      controlled: [{ fromMs: 20_000, toMs: 30_000 }],
      alarms: [{ alarm: 0x12, fromMs: 40_000, toMs: 50_000 }],
    });
    host.order({ isStarted: true }).runTo(12_000);
    expect(host.ask('A')?.status).toMatchObject({ alarm: 0x0a, isRunning: false });
    host.runTo(22_000);
    expect(host.ask('A')?.status).toMatchObject({ isOnBattery: true, isControlled: true });
    host.runTo(42_000);
    expect(host.ask('A')?.status).toMatchObject({ alarm: 0x12, isOnBattery: false, isControlled: false });
  });

  test('an occlusion stops it; at the end it keeps the vein open and calls for it', () => {
    const host = new Host();
    host.order({ isStarted: true, vtbiMl: 2 }).runTo(200_000);
    expect(host.ask('A')?.status).toMatchObject({ alarm: 0x06, isRunning: true, isKvo: true });
    const other = new Host();
    other.order({ isStarted: true });
    other.bedside.lineNow = { isOccluded: true, isLinked: true };
    other.runTo(90_000);
    expect(other.ask('A')?.status).toMatchObject({ alarm: 0x09, isRunning: false });
  });

  test('on hold it calls after two minutes, with another end it holds', () => {
    const host = new Host({ kvoMlPerHour: 0 });
    host.runTo(100_000);
    expect(host.ask('A')?.status?.alarm).toBe(0);
    host.runTo(121_000);
    expect(host.ask('A')?.status?.alarm).toBe(0x07);
    host.order({ isStarted: true, vtbiMl: 1 }).runTo(250_000);
    expect(host.ask('A')?.status).toMatchObject({ alarm: 0x07, isRunning: false });
  });

  test('switched off it says so; without its cable it neither hears nor speaks', () => {
    const host = new Host({ offs: [{ fromMs: 1000, toMs: 5000 }] });
    host.runTo(2000);
    expect(host.ask('A')?.status).toMatchObject({ isPoweredUp: false, alarm: 0 });
    host.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(host.ask('A')).toBeUndefined();
  });

  test('does not answer what it is set not to answer, and refuses what it is set to refuse', () => {
    const host = new Host({ mute: ['Y'], refused: ['D'] });
    expect(host.ask('Y')).toBeUndefined();
    expect(host.ask('D')).toMatchObject({ code: '4', data: { is: 'none' } });
  });

  test('takes settings that nobody understands for settings that are not there', () => {
    const host = new Host({
      codes: 'x',
      mute: 'D',
      alarms: [{ alarm: 'x', fromMs: 0, toMs: 10 }, 5],
      crcStart: 1,
      model: 4,
    });
    expect(host.ask('D')).toMatchObject({ code: '0', check: 'crc-0000' });
  });
});

test('says the same whatever the steps of its host are', () => {
  const bytesWith = (stepMs: number) => {
    const bedside = new StillBedside();
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const device = simulateGraseby3000(bedside, { settings: {} });
    device.step({ type: 'connected', simMs: 0 });
    const said: Uint8Array[] = [];
    for (let simMs = 0; simMs < 30_000; simMs += 1000) {
      said.push(...device.step({ type: 'received', simMs, bytes: fromLatin1('<09D0AB7>') }));
      for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs)
        said.push(...device.step({ type: 'tick', simMs: at }));
    }
    return toHex(concatBytes(...said));
  };
  expect(bytesWith(50)).toBe(bytesWith(8));
  expect(bytesWith(1000)).toBe(bytesWith(8));
});
