import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decode, encodeCommand } from '$drivers/suntech-nibp/codec.ts';
import { cut } from '$drivers/suntech-nibp/framing.ts';
import type { Command, Data, Reply } from '$drivers/suntech-nibp/messages.ts';
import { simulateSuntechNibp } from '$simulators/devices/suntech-nibp/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from '../support/still-bedside.ts';

const READING = { endedAtMs: 0, systolic: 168, diastolic: 98, meanArterial: 121, pulseRate: 118 };

/** A simulated module and a host that asks it one thing at a time. */
class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateSuntechNibp(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  /** Lets time pass; what the module says meanwhile. */
  runTo(until: number): readonly Reply[] {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + 20);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return repliesOf(said);
  }

  give(bytes: Uint8Array): readonly Reply[] {
    const sent = this.device.step({ type: 'received', simMs: this.now, bytes });
    return [...repliesOf(sent), ...this.runTo(this.now + 100)];
  }

  ask(command: Command): readonly Reply[] {
    return this.give(encodeCommand(command));
  }

  get pressure(): number {
    const [reply] = this.ask({ kind: 'get-pressure' });
    return reply?.kind === 'pressure' ? reply.mmHg : NaN;
  }
  get data(): Data | undefined {
    const [reply] = this.ask({ kind: 'get-data' });
    return reply?.kind === 'data' ? reply : undefined;
  }
}

function repliesOf(said: readonly Uint8Array[]): readonly Reply[] {
  return cut(new Uint8Array(0), concatBytes(...said)).cuts.map((piece) => {
    const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
    if (!decoded?.ok) throw new Error('the simulator said something wrong');
    return decoded.message;
  });
}

const word = (signal: string) => ({ kind: 'signal', signal });
const START: Command = { kind: 'start', patient: 'adult' };

describe('the simulated module', () => {
  test('speaks only when asked, within 50 ms', () => {
    const host = new Host();
    expect(host.runTo(60_000)).toEqual([]);
    host.device.step({ type: 'received', simMs: host.now, bytes: encodeCommand({ kind: 'get-pressure' }) });
    expect(host.runTo(host.now + 40)).toEqual([{ kind: 'pressure', mmHg: 0 }]);
  });

  test('is silent to what is damaged, unknown or for the service, and hears what follows', () => {
    const host = new Host();
    expect(host.give(fromHex('3a 79 05 00 49'))).toEqual([]);
    expect(host.give(fromHex('3a 0c 00 01 01 b8 00'))).toEqual([]);
    expect(host.give(fromHex('3a 79 05 00 48'))).toEqual([{ kind: 'pressure', mmHg: 0 }]);
  });

  test('measures when the patient’s cuff does: inflates in 8 s, bleeds, says the end, has the numbers', () => {
    const host = new Host();
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'measuring' };
    host.runTo(4000);
    expect(host.pressure).toBeGreaterThan(75);
    host.runTo(8100);
    expect(host.pressure).toBeGreaterThan(155);
    host.runTo(20_000);
    expect(host.pressure).toBeGreaterThan(110);
    expect(host.pressure).toBeLessThan(130);
    expect(host.data).toMatchObject({ systolic: 0, error: 0 });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'idle', last: { ...READING, endedAtMs: 20_500 } };
    expect(host.runTo(21_000)).toEqual([word('complete')]);
    host.runTo(23_000);
    expect(host.pressure).toBe(0);
    expect(host.data).toMatchObject({ systolic: 168, diastolic: 98, meanArterial: 121, heartRate: 118, error: 0 });
    expect(host.forbidden).toEqual([]);
  });

  test('has an error code after a failure, and says nothing when it is mute', () => {
    const host = new Host({ failure: 89, isMute: true });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'measuring' };
    host.runTo(5000);
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'failed' };
    expect(host.runTo(8000)).toEqual([]);
    expect(host.data).toMatchObject({ systolic: 0, error: 89 });
  });

  test('measures for half a minute when ordered, and reports the order', () => {
    const host = new Host();
    expect(host.ask(START)).toEqual([word('accepted')]);
    expect(host.ask(START)).toEqual([word('aborted')]);
    expect(host.runTo(31_000)).toEqual([word('complete')]);
    expect(host.data).toMatchObject({ systolic: 128, diastolic: 78, meanArterial: 95, heartRate: 76, error: 0 });
    expect(host.forbidden).toEqual(['starts a measurement, adult', 'starts a measurement, adult']);
  });

  test('answers an abort, and says complete when there was something to abort', () => {
    const host = new Host();
    expect(host.ask({ kind: 'abort' })).toEqual([word('aborted')]);
    host.ask(START);
    host.runTo(5000);
    expect(host.ask({ kind: 'abort' })).toEqual([word('aborted'), word('complete')]);
    expect(host.data).toMatchObject({ error: 86 });
    host.runTo(7000);
    expect(host.pressure).toBe(0);
  });

  test('inflates to the pressure that was set, and reports that', () => {
    const host = new Host();
    expect(host.ask({ kind: 'set-initial-pressure', mmHg: 200 })).toEqual([word('accepted'), word('complete')]);
    host.ask(START);
    host.runTo(11_000);
    expect(host.pressure).toBeGreaterThan(190);
    expect(host.forbidden[0]).toBe('sets the initial pressure to 200 mmHg');
  });

  test('with a leak holds no pressure and gives up; stuck it never ends', () => {
    const leaking = new Host({ isLeaking: true });
    leaking.ask(START);
    leaking.runTo(10_000);
    expect(leaking.pressure).toBe(0);
    expect(leaking.runTo(25_000)).toEqual([word('complete')]);
    expect(leaking.data).toMatchObject({ error: 87 });
    const stuck = new Host({ isStuck: true });
    stuck.ask(START);
    expect(stuck.runTo(300_000)).toEqual([]);
    expect(stuck.pressure).toBe(40);
  });

  test('switched off it neither hears nor speaks, and forgets its reading', () => {
    const host = new Host({ offs: [{ fromMs: 40_000, toMs: 45_000 }] });
    host.ask(START);
    host.runTo(35_000);
    expect(host.data).toMatchObject({ systolic: 128 });
    host.runTo(42_000);
    expect(host.ask({ kind: 'get-data' })).toEqual([]);
    host.runTo(46_000);
    expect(host.data).toMatchObject({ systolic: 0, error: 0 });
  });

  test('falls asleep when it is told to, and says nothing while its cable is out', () => {
    const host = new Host({ sleepsAtMs: [5000] });
    expect(host.runTo(6000)).toEqual([word('asleep')]);
    host.bedside.sensorsNow = { ...host.bedside.sensorsNow, isLinked: false };
    expect(host.ask({ kind: 'get-data' })).toEqual([]);
  });

  test('says the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateSuntechNibp(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const said = [...device.step({ type: 'received', simMs: 0, bytes: encodeCommand(START) })];
      for (let simMs = 0; simMs < 40_000; simMs += 1000) {
        said.push(...device.step({ type: 'received', simMs, bytes: encodeCommand({ kind: 'get-pressure' }) }));
        for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs)
          said.push(...device.step({ type: 'tick', simMs: at }));
      }
      return toHex(concatBytes(...said));
    };
    expect(bytesWith(50)).toBe(bytesWith(8));
    expect(bytesWith(1000)).toBe(bytesWith(8));
  });
});
