/** The simulated pump by itself, spoken to in bytes, and with the real runner before it. */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { seal } from '$drivers/pump-graseby-3400/framing.ts';
import { pumpGraseby3400 } from '$drivers/pump-graseby-3400/index.ts';
import { simulateGraseby3400 } from '$simulators/devices/pump-graseby-3400/index.ts';
import { SimulatedStation } from '../support/simulated-station.ts';
import { StillBedside } from '../support/still-bedside.ts';

class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const onForbidden = (what: string): void => void this.forbidden.push(what);
    this.device = simulateGraseby3400(this.bedside, { settings, onForbidden });
    this.device.step({ type: 'connected', simMs: 0 });
  }
  start(isStarted = true): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted };
    this.wait(100);
    return this;
  }
  wait(ms: number): string {
    const said: Uint8Array[] = [];
    for (const end = this.now + ms; this.now < end;) {
      this.now += 50;
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return latin1(concatBytes(...said));
  }
  say(bytes: Uint8Array): string {
    const said = this.device.step({ type: 'received', simMs: this.now, bytes });
    return latin1(concatBytes(...said)) + this.wait(200);
  }
  ask(text: string): string {
    return this.say(seal(text));
  }
}

describe('the three questions', () => {
  test('are answered as in the note', () => {
    const host = new Host();
    expect(host.ask('CHCK')).toBe('<OKCHCKSTBY>6F\r');
    host.start().wait(1_200_000);
    expect(host.say(fromLatin1('<CHCK>93\r'))).toBe('<OKCHCKINFS>5D\r');
    expect(host.say(fromLatin1('<GETR>AC\r'))).toBe('<OKGETRINFS525>12\r');
    expect(host.say(fromLatin1('<TOTL>BD\r'))).toBe('<OKTOTLINFS175>24\r');
    expect(host.forbidden).toEqual([]);
  });

  test('are refused in local mode, with the status all the same', () => {
    const host = new Host({ isLocal: true });
    expect(host.ask('GETR')).toBe('<CEGETRSTBY>76\r');
    expect(host.start().ask('CHCK')).toBe(latin1(seal('CECHCKINFS')));
  });

  test('get no answer when they are damaged, and none where it is set so', () => {
    const host = new Host({ mute: ['TOTL'] });
    expect(host.say(fromLatin1('<CHCK>94\r'))).toBe('');
    expect(host.ask('TOTL')).toBe('');
    expect(host.ask('CHCK')).toBe('<OKCHCKSTBY>6F\r');
  });
});

test.each([
  ['a shut line', {}, (host: Host) => void (host.bedside.lineNow = { isOccluded: true, isLinked: true })],
  ['an empty syringe', { contentMl: 0.5 }, () => undefined],
])('%s is ALRM, without a cause', (_what, settings, happen) => {
  const host = new Host(settings).start();
  happen(host);
  host.wait(90_000);
  expect(host.ask('CHCK')).toBe('<OKCHCKALRM>59\r');
  host.bedside.lineNow = { isOccluded: false, isLinked: true };
  expect(host.start(false).ask('CHCK')).toBe('<OKCHCKSTBY>6F\r');
});

describe('every command but the questions', () => {
  test.each([
    ['STRT', 'OK'],
    ['STOP', 'OK'],
    ['CHGR525', 'OK'],
    ['ZTOT', 'OK'],
    ['CHKR525', 'OK'],
    ['CHKR100', 'CE'],
    ['CHGR', 'CE'],
    ['I', 'CE'],
    ['WHAT', 'CE'],
  ])('%s is reported as forbidden, and answered %s', (text, ack) => {
    const host = new Host();
    expect(host.ask(text)).toContain(`<${ack}`);
    expect(host.forbidden).toEqual([text]);
  });

  test('of control is obeyed while nobody has started the pump at its keys', () => {
    const host = new Host();
    for (const text of ['CHGR300', 'STRT']) host.ask(text);
    expect(host.ask('GETR')).toContain('INFS300>');
    host.wait(60_000);
    expect(host.ask('TOTL')).toContain('INFS5>');
    host.ask('ZTOT');
    expect(host.ask('TOTL')).toContain('INFS0>');
    host.ask('STOP');
    expect(host.ask('CHCK')).toBe('<OKCHCKSTBY>6F\r');
  });

  test('of control is refused with the status after somebody has', () => {
    const host = new Host().start();
    for (const text of ['STOP', 'CHGR300', 'ZTOT', 'CHKR525', 'STRT']) {
      expect(host.ask(text)).toContain(`<CE${text.slice(0, 4)}INFS`);
    }
    expect(host.ask('GETR')).toBe('<OKGETRINFS525>12\r');
  });
});

test('says nothing while its cable is out or its power is off', () => {
  const host = new Host({ offs: [{ fromMs: 10_000, toMs: 20_000 }] }).start();
  host.bedside.lineNow = { isOccluded: false, isLinked: false };
  expect(host.ask('CHCK')).toBe('');
  host.bedside.lineNow = { isOccluded: false, isLinked: true };
  expect(host.ask('CHCK')).toBe('<OKCHCKINFS>5D\r');
  host.wait(12_000 - host.now);
  expect(host.ask('CHCK')).toBe('');
  host.wait(21_000 - host.now);
  expect(host.ask('CHCK')).toBe('<OKCHCKSTBY>6F\r');
});

test('says the same whatever the steps of its host are', () => {
  const bytesWith = (stepMs: number) => {
    const bedside = new StillBedside();
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const device = simulateGraseby3400(bedside, { settings: {} });
    device.step({ type: 'connected', simMs: 0 });
    const said: Uint8Array[] = [];
    for (let simMs = 0; simMs < 10_000; simMs += 1000) {
      said.push(...device.step({ type: 'received', simMs, bytes: seal('TOTL') }));
      for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs) {
        said.push(...device.step({ type: 'tick', simMs: at }));
      }
    }
    return latin1(concatBytes(...said));
  };
  expect(bytesWith(8)).toContain('<OKTOTLINFS1>');
  expect(bytesWith(50)).toBe(bytesWith(8));
  expect(bytesWith(1000)).toBe(bytesWith(8));
});

test('in local mode the driver shows the state alone, and stays live', () => {
  const bedside = new StillBedside();
  bedside.orderNow = { ...bedside.orderNow, isStarted: true };
  const forbidden: string[] = [];
  const device = simulateGraseby3400(bedside, {
    settings: { isLocal: true },
    onForbidden: (what) => forbidden.push(what),
  });
  const station = new SimulatedStation(sealDriver(pumpGraseby3400), device).runTo(30_000);
  expect(station.state).toBe('live');
  expect(station.infusions.length).toBeGreaterThan(25);
  expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', alarms: [] });
  expect(station.infusions.at(-1)?.doubt).toContain('the pump refused GETR (CE)');
  expect(station.infusions.every(({ rateMlPerHour }) => rateMlPerHour === undefined)).toBe(true);
  expect(forbidden).toEqual([]);
});
