import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { decode, encodeCommand } from '$drivers/ge-dinamap/codec.ts';
import { cut } from '$drivers/ge-dinamap/framing.ts';
import type { Command, Message } from '$drivers/ge-dinamap/messages.ts';
import { simulateGeDinamap } from '$simulators/devices/ge-dinamap/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from '../support/still-bedside.ts';

const READING = { endedAtMs: 0, systolic: 168, diastolic: 98, meanArterial: 121, pulseRate: 118 };

/** A simulated monitor that is asked one command at a time. */
class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateGeDinamap(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number): string {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + 20);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return latin1(concatBytes(...said));
  }

  give(bytes: Uint8Array): string {
    const sent = this.device.step({ type: 'received', simMs: this.now, bytes });
    return latin1(concatBytes(...sent)) + this.runTo(this.now + 200);
  }

  ask(command: Command): Message | undefined {
    const [only] = cut(new Uint8Array(0), fromLatin1(this.give(encodeCommand(command)))).cuts;
    const decoded = only?.kind === 'frame' ? decode(only.payload) : undefined;
    return decoded?.ok ? decoded.message : undefined;
  }
}

describe('the simulated monitor', () => {
  test('speaks only when asked, within 50 ms', () => {
    const host = new Host();
    expect(host.runTo(60_000)).toBe('');
    host.device.step({ type: 'received', simMs: host.now, bytes: encodeCommand('OA') });
    expect(host.runTo(host.now + 20)).toBe('');
    expect(host.runTo(host.now + 20)).toMatch(/^ OA1097\d10/);
  });

  test('answers commands with CR LF, with a CR before them, and two at a time in their order', () => {
    const host = new Host();
    expect(host.give(fromLatin1(' OA!3\r\n'))).toMatch(/^ OA/);
    expect(host.give(fromLatin1('\r\r OA!3\r'))).toMatch(/^ OA/);
    expect(host.give(fromLatin1(' RA!6\r OA!3\r'))).toMatch(/^ RA2076..\r OA/);
  });

  test('is silent to what is damaged or unknown, and to the command whose answer nobody knows', () => {
    const host = new Host();
    expect(host.give(fromLatin1(' OA!4\r'))).toBe('');
    expect(host.give(fromLatin1('hello\r'))).toBe('');
    expect(host.ask('TD')).toBeUndefined();
    expect(host.ask('OA')).toBeDefined();
  });

  test('shows the last reading with its age, until it is 5400 s old', () => {
    const host = new Host();
    host.bedside.cuffNow = { ...host.bedside.cuffNow, last: READING };
    host.runTo(3000);
    expect(host.ask('NA')).toMatchObject({ status: 'done', ageS: 3, systolic: 168, diastolic: 98, meanArterial: 121 });
    expect(host.ask('NF')).toMatchObject({ letters: 'NF', ageS: 3, systolic: 168 });
    host.runTo(5_400_000);
    expect(host.ask('NA')).toMatchObject({ ageS: 5400, systolic: 168 });
    host.runTo(5_401_000);
    expect(host.ask('NA')).toMatchObject({ status: 'done', ageS: undefined, systolic: 0 });
  });

  test('goes on showing the old numbers while it measures, and none after a failure', () => {
    const host = new Host({ failure: 'level timeout' });
    host.bedside.cuffNow = { state: 'measuring', mode: 'stat', intervalMs: 300_000, last: READING };
    host.runTo(60_000);
    expect(host.ask('NA')).toMatchObject({ status: 'busy', isStat: true, ageS: 60, systolic: 168 });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'failed' };
    expect(host.ask('NA')).toMatchObject({ status: 'level timeout', ageS: undefined, systolic: 0 });
  });

  test('shows the rate of the oximeter, else of the cuff, else none', () => {
    const host = new Host();
    expect(host.ask('RA')).toMatchObject({ source: 'oximeter', rate: 76 });
    host.bedside.sensorsNow = { ...host.bedside.sensorsNow, isOximeterOn: false };
    expect(host.ask('RC')).toMatchObject({ letters: 'RC', source: 'nibp', rate: undefined });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, last: READING };
    expect(host.ask('RA')).toMatchObject({ source: 'nibp', rate: 118 });
    expect(host.ask('OA')).toMatchObject({ status: 'no-data', spo2: 0 });
  });

  test('starts a determination when ordered, and cancels it; both are reported as forbidden', () => {
    const host = new Host();
    expect(host.ask('NC0')).toEqual({ kind: 'acknowledgement', letters: 'NC', text: '' });
    expect(host.ask('NA')).toMatchObject({ status: 'busy' });
    // The bare letters, as of an echo: what a real monitor answers is not known.
    expect(host.ask('ND')).toEqual({ kind: 'command', command: 'ND' });
    expect(host.ask('NA')).toMatchObject({ status: 'done', ageS: undefined });
    host.ask('NC0');
    host.runTo(host.now + 31_000);
    expect(host.ask('NA')).toMatchObject({ status: 'done', ageS: 1, systolic: 128, diastolic: 78, meanArterial: 95 });
    expect(host.forbidden).toEqual(['starts the cuff', 'cancels the cuff', 'starts the cuff']);
  });

  test('switched off it neither hears nor speaks, and forgets its reading', () => {
    const host = new Host({ offs: [{ fromMs: 10_000, toMs: 15_000 }] });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, last: READING };
    host.runTo(9000);
    expect(host.ask('NA')).toMatchObject({ ageS: 9 });
    host.runTo(12_000);
    expect(host.ask('NA')).toBeUndefined();
    host.runTo(16_000);
    expect(host.ask('NA')).toMatchObject({ status: 'done', ageS: undefined });
  });

  test('says nothing while its cable is out', () => {
    const host = new Host();
    host.bedside.sensorsNow = { ...host.bedside.sensorsNow, isLinked: false };
    expect(host.ask('NA')).toBeUndefined();
  });

  test('does not answer what it is set not to answer', () => {
    const host = new Host({ mute: ['OA'] });
    expect(host.ask('OA')).toBeUndefined();
    expect(host.ask('RA')).toBeDefined();
  });

  test('shows a temperature in tenths of a degree Fahrenheit, with its age and a count', () => {
    const host = new Host({ temperatures: [{ atMs: 1000, celsius: 37 }] });
    expect(host.ask('TC')).toMatchObject({ counter: ' ', ageS: undefined });
    host.runTo(5000);
    expect(host.ask('TC')).toMatchObject({ counter: '!', ageS: 4, tenthsFahrenheit: 986, shownIn: 'C' });
  });

  test('takes settings that nobody understands for settings that are not there', () => {
    const host = new Host({
      temperatures: [{ atMs: 0, celsius: 'warm' }, 37, null],
      mute: 'OA',
      offs: 5,
      failure: 'x',
    });
    expect(host.ask('TC')).toMatchObject({ ageS: undefined });
    expect(host.ask('OA')).toMatchObject({ status: 'operating' });
    host.bedside.cuffNow = { ...host.bedside.cuffNow, state: 'failed' };
    expect(host.ask('NA')).toMatchObject({ status: 'failed' });
  });

  test('says the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateGeDinamap(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const said: Uint8Array[] = [];
      for (let simMs = 0; simMs < 5000; simMs += 1000) {
        said.push(...device.step({ type: 'received', simMs, bytes: encodeCommand('NA') }));
        for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs)
          said.push(...device.step({ type: 'tick', simMs: at }));
      }
      return toHex(concatBytes(...said));
    };
    expect(bytesWith(50)).toBe(bytesWith(8));
    expect(bytesWith(1000)).toBe(bytesWith(8));
  });
});
