/** The simulated pump by itself, spoken to in bytes. The driver in front of it: tests/drivers/pump-newera-ne1000/loop.test.ts. */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { cut, open, seal } from '$drivers/pump-newera-ne1000/framing.ts';
import { simulateNeweraNe1000 } from '$simulators/devices/pump-newera-ne1000/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

class Console {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const options = {
      settings: { isReset: false, ...settings },
      onForbidden: (what: string) => this.forbidden.push(what),
    };
    this.device = simulateNeweraNe1000(this.bedside, options);
    this.device.step({ type: 'connected', simMs: 0 });
  }
  start(isStarted = true): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted };
    return this;
  }
  wait(ms: number): Uint8Array {
    const said: Uint8Array[] = [];
    for (const end = this.now + ms; this.now < end;) {
      this.now += 50;
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return concatBytes(...said);
  }
  say(bytes: Uint8Array, waitMs = 200): Uint8Array {
    const said = this.device.step({ type: 'received', simMs: this.now, bytes });
    return concatBytes(...said, this.wait(waitMs));
  }
  /** The text of the one reply. */
  ask(text: string): string | undefined {
    return textsIn(this.say(fromLatin1(`${text}\r`)))[0];
  }
  askSafely(text: string): string | undefined {
    return textsIn(this.say(seal('safe', text)))[0];
  }
}

const textsIn = (bytes: Uint8Array): readonly string[] =>
  cut(new Uint8Array(0), bytes).cuts.flatMap((piece) => {
    const packet = piece.kind === 'frame' ? open(piece.payload) : undefined;
    return packet ? [packet.text] : [];
  });

const LEAVE_SAFE_MODE = fromHex('02 08 53 41 46 30 55 43 03');

describe('questions', () => {
  test('of the note are answered as in the note', () => {
    const pump = new Console();
    pump.start().wait(1_200_000);
    expect(toHex(pump.say(fromHex('30 44 49 53 0D')))).toBe(
      toHex(fromHex('02 30 30 49 49 31 37 2E 35 30 57 30 2E 30 30 30 4D 4C 03')),
    );
    expect(pump.ask('0RAT')).toBe('00I52.50MH');
    expect(pump.ask('0VOL')).toBe('00I35.00ML');
    pump.start(false).wait(100);
    expect(pump.ask('0')).toBe('00P');
    expect(pump.ask('0DIA')).toBe('00P26.59');
    expect(pump.ask('0DIR')).toBe('00PINF');
    expect(pump.ask('0PHN')).toBe('00P1');
  });

  test('of the note are answered as in the note in safe mode', () => {
    const pump = new Console({ mode: 'safe' });
    expect(toHex(pump.say(fromHex('02 08 30 56 45 52 48 09 03')))).toBe(
      toHex(fromHex('02 13 30 30 53 4E 45 31 30 30 30 56 33 2E 39 32 38 27 22 03')),
    );
    expect(textsIn(pump.say(fromHex('02 05 30 36 53 03')))).toEqual(['00S']);
    expect(textsIn(pump.say(fromHex('02 08 30 52 41 54 38 CB 03')))).toEqual(['00S52.50MH']);
    expect(textsIn(pump.say(fromHex('02 08 30 44 49 53 30 46 03')))).toEqual(['00SI0.000W0.000ML']);
  });

  test('may have spaces and small letters, and no address', () => {
    const pump = new Console();
    for (const text of ['0 rat', ' 0Rat ', 'RAT', '00RAT']) expect(pump.ask(text)).toBe('00S52.50MH');
  });

  test('for another address are not answered', () => {
    const pump = new Console({ address: 12 });
    expect(pump.ask('0RAT')).toBeUndefined();
    expect(pump.ask('12RAT')).toBe('12S52.50MH');
  });

  test('that are none are answered with a question mark', () => {
    const pump = new Console();
    for (const text of ['0XYZ', '0RATX', '0RAT0VER', '0RAT8K0VER', '0VERX']) expect(pump.ask(text)).toBe('00S?');
    expect(pump.forbidden).toEqual([]);
  });

  test('whose CR was lost are put together with what follows', () => {
    const pump = new Console();
    expect(pump.say(fromLatin1('0RAT'))).toHaveLength(0);
    expect(pump.ask('0')).toBe('00S');
    expect(pump.forbidden).toEqual(['RAT0']);
    expect(pump.ask('0RAT')).toBe('00S0.000MH');
  });
});

describe('commands that change something', () => {
  test.each([
    ['RUN', '00S'],
    ['STP', '00S'],
    ['RAT5', '00S'],
    ['RAT100.0MM', '00S'],
    ['VOL20', '00S'],
    ['DIA10.5', '00S'],
    ['CLDINF', '00S'],
    ['CLDWDR', '00S'],
    ['SAF0', '00S'],
    ['SAF10', '00S'],
    ['ADR7', '07S'],
    ['PUR', '00S?NA'],
    ['DIRWDR', '00S?NA'],
    ['PHN2', '00S?NA'],
    ['FUNRAT', '00S?NA'],
    ['LOC1', '00S?NA'],
    ['BUZ1', '00S?NA'],
    ['*RESET', '00S?NA'],
    ['RAT12345', '00S?OOR'],
    ['SAF256', '00S?OOR'],
    ['ADR100', '00S?OOR'],
  ])('%s is reported as forbidden, and answered %s', (text, reply) => {
    const pump = new Console();
    expect(pump.ask(`0${text}`)).toBe(reply);
    expect(pump.forbidden).toEqual([text]);
  });

  test('are obeyed, so that a laboratory can drive the pump; the newest word counts', () => {
    const pump = new Console();
    for (const text of ['0RAT30', '0VOL1', '0RUN']) pump.ask(text);
    expect(pump.ask('0RAT')).toBe('00I30.00MH');
    pump.wait(60_000);
    expect(pump.ask('0DIS')).toMatch(/^00II0\.50\dW/);
    pump.start().start(false).wait(100);
    expect(pump.ask('0')).toBe('00I');
    pump.ask('0STP');
    expect(pump.ask('0')).toBe('00P');
    pump.ask('0CLDINF');
    expect(pump.ask('0DIS')).toBe('00PI0.000W0.000ML');
    pump.bedside.orderNow = { ...pump.bedside.orderNow, rateMlPerHour: 10, isStarted: true };
    pump.wait(100);
    expect(pump.ask('0RAT')).toBe('00I10.00MH');
    pump.ask('0DIA5.5');
    expect(pump.ask('0DIA')).toBe('00I5.500');
  });
});

describe('an alarm', () => {
  test('is over once it was told in a reply to a command that the pump understands', () => {
    const pump = new Console({ isReset: true });
    expect(pump.ask('0XYZ')).toBe('00S?');
    expect(pump.ask('0VER')).toBe('00A?R');
    expect(pump.ask('0VER')).toBe('00SNE1000V3.928');
  });

  test('of a shut line and of an empty syringe is a stall', () => {
    const shut = new Console().start();
    shut.wait(1000);
    shut.bedside.lineNow = { isOccluded: true, isLinked: true };
    shut.wait(70_000);
    expect([shut.ask('0'), shut.ask('0')]).toEqual(['00A?S', '00S']);
    const empty = new Console({ contentMl: 0.1 }).start();
    empty.wait(60_000);
    expect([empty.ask('0'), empty.ask('0')]).toEqual(['00A?S', '00S']);
  });

  test('is sent unasked in safe mode, and that does not end it', () => {
    const pump = new Console({ mode: 'safe', alarms: [{ atMs: 1000, letter: 'E' }] });
    expect(textsIn(pump.wait(2000))).toEqual(['00A?E']);
    expect([pump.askSafely('0'), pump.askSafely('0')]).toEqual(['00A?E', '00S']);
  });

  test('of the watchdog comes when nobody speaks, and the pump stops', () => {
    const pump = new Console().start();
    pump.wait(1000);
    expect(pump.ask('0SAF3')).toBe('00I');
    for (let i = 0; i < 5; i += 1) {
      pump.wait(2000);
      expect(pump.askSafely('0')).toBe('00I');
    }
    expect(textsIn(pump.wait(4000))).toEqual(['00A?T']);
    expect([pump.askSafely('0'), pump.askSafely('0')]).toEqual(['00A?T', '00P']);
  });
});

describe('the safe mode', () => {
  test('answers what is no right packet with ?COM, half a packet after half a second', () => {
    const pump = new Console({ mode: 'safe' });
    const bad = fromHex('02 08 30 52 41 54 38 CC 03 02 05 30 36 53 03');
    expect(textsIn(pump.say(bad))).toEqual(['00S?COM', '00S']);
    expect(pump.say(fromLatin1('0VER\r'), 450)).toHaveLength(0);
    expect(textsIn(pump.wait(300))).toEqual(['00S?COM']);
    expect(textsIn(pump.say(seal('basic', '00S')))).toEqual(['00S?COM']);
  });

  test('is left by the packet that the vendor prints', () => {
    const pump = new Console({ mode: 'safe' });
    expect(textsIn(pump.say(LEAVE_SAFE_MODE))).toEqual(['00S']);
    expect(pump.ask('0VER')).toBe('00SNE1000V3.928');
    expect(pump.forbidden).toEqual(['SAF0']);
  });
});

test('says nothing while its cable is out or its power is off, and comes back with a reset', () => {
  const pump = new Console({ offs: [{ fromMs: 10_000, toMs: 20_000 }] }).start();
  pump.wait(1000);
  pump.bedside.lineNow = { isOccluded: false, isLinked: false };
  expect(pump.ask('0')).toBeUndefined();
  pump.bedside.lineNow = { isOccluded: false, isLinked: true };
  expect(pump.ask('0')).toBe('00I');
  pump.wait(12_000 - pump.now);
  expect(pump.ask('0')).toBeUndefined();
  pump.wait(21_000 - pump.now);
  expect([pump.ask('0'), pump.ask('0')]).toEqual(['00A?R', '00S']);
});

test('has no sensor for air', () => {
  const pump = new Console({ air: [{ atMs: 2000 }] }).start();
  pump.wait(5000);
  expect(pump.ask('0')).toBe('00I');
});

test('answers no sooner than the next instant of its grid, and the same whatever the steps of its host are', () => {
  const bytesWith = (stepMs: number) => {
    const bedside = new StillBedside();
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const device = simulateNeweraNe1000(bedside, { settings: {} });
    device.step({ type: 'connected', simMs: 0 });
    const said: Uint8Array[] = [];
    for (let simMs = 0; simMs < 5000; simMs += 1000) {
      said.push(...device.step({ type: 'received', simMs, bytes: fromLatin1('0DIS\r') }));
      for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs)
        said.push(...device.step({ type: 'tick', simMs: at }));
    }
    return latin1(concatBytes(...said));
  };
  expect(bytesWith(8)).toContain('00I');
  expect(bytesWith(50)).toBe(bytesWith(8));
  expect(bytesWith(1000)).toBe(bytesWith(8));
});

test('takes settings that nobody understands for settings that are not there', () => {
  const pump = new Console({
    address: 'x',
    mode: 5,
    rateUnit: 'XX',
    volumeUnit: null,
    diameterMm: '1',
    alarms: [3, { letter: 5 }],
  });
  expect(pump.ask('0RAT')).toBe('00S52.50MH');
});
