import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/pump-terumo-ss3/codec.ts';
import { cut, packet } from '$drivers/pump-terumo-ss3/framing.ts';
import type { Message, OperatingStatus } from '$drivers/pump-terumo-ss3/messages.ts';
import { simulateTerumoSs3 } from '$simulators/devices/pump-terumo-ss3/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { HOW, IDENTITY, WHO } from '../drivers/pump-terumo-ss3/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const ID = '000100700000001201000001';
const HEAD = '<?xml version="1.0"?>';
const MINUTE = 60_000;

/** A station that speaks by the note alone. */
class Station {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}, stepMs = 50) {
    this.stepMs = stepMs;
    this.device = simulateTerumoSs3(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }
  readonly stepMs: number;

  runTo(until: number): Uint8Array {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + this.stepMs);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return concatBytes(...said);
  }

  give(bytes: Uint8Array): Uint8Array {
    const sent = this.device.step({ type: 'received', simMs: this.now, bytes });
    return concatBytes(...sent, this.runTo(this.now + 200));
  }

  ask(bytes: Uint8Array): readonly Message[] {
    const { cuts, rest } = cut(new Uint8Array(0), this.give(bytes));
    expect(rest).toHaveLength(0);
    return cuts.map((piece) => {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      if (!decoded?.ok) throw new Error('no packet of a pump');
      return decoded.message;
    });
  }

  command(hex: string, deviceId = ID): readonly Message[] {
    const base64 = btoa(latin1(fromHex(hex)));
    return this.ask(packet(`${HEAD}<REQ><DEVID>${deviceId}</DEVID><CMD>${base64}</CMD></REQ>`));
  }

  status(): OperatingStatus {
    const [message] = this.ask(HOW.bytes);
    if (message?.kind !== 'status') throw new Error('no status');
    return message.status;
  }

  start(): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted: true };
    this.runTo(this.now + 100);
    return this;
  }
}

describe('the simulated pump answers', () => {
  test('only when asked, 40 ms later at the earliest', () => {
    const station = new Station();
    expect(station.runTo(MINUTE)).toHaveLength(0);
    station.device.step({ type: 'received', simMs: station.now, bytes: WHO.bytes });
    expect(station.runTo(station.now + 30)).toHaveLength(0);
    expect(station.runTo(station.now + 20)).toEqual(IDENTITY.bytes);
  });

  test('who it is, as the manual prints it, to the question that the manual prints', () => {
    expect(new Station().give(WHO.bytes)).toEqual(IDENTITY.bytes);
    expect(new Station({ deviceId: 'ABCDEF700000001201000001' }).ask(WHO.bytes)).toEqual([
      { kind: 'identity', deviceId: 'ABCDEF700000001201000001' },
    ]);
  });

  test('how it stands, under the number of the question, to numbers of a station and of a rack', () => {
    for (const sequence of [0, 1, 0x7e, 0x80, 0xfe]) {
      expect(new Station().ask(encode({ kind: 'status', deviceId: ID, sequence }))).toMatchObject([
        { kind: 'status', deviceId: ID, sequence },
      ]);
    }
  });

  test.each([
    ['TE-SS730', 51],
    ['TE-SS830P', 87],
    [undefined, 87],
  ])('with as many bytes as a %s: %i', (model, length) => {
    const [piece] = cut(new Uint8Array(0), new Station({ model }).give(HOW.bytes)).cuts;
    const [, base64 = ''] = /<CMD>(.*)<\/CMD>/.exec(piece?.kind === 'frame' ? latin1(piece.payload) : '') ?? [];
    expect(atob(base64)).toHaveLength(length);
  });

  test('two questions at once in their order, and one that comes in pieces', () => {
    const station = new Station();
    expect(station.ask(concatBytes(WHO.bytes, HOW.bytes)).map(({ kind }) => kind)).toEqual(['identity', 'status']);
    expect(station.give(HOW.bytes.slice(0, 50))).toHaveLength(0);
    expect(station.ask(HOW.bytes.slice(50))).toMatchObject([{ kind: 'status' }]);
    expect(station.forbidden).toEqual([]);
  });

  test('the same, whatever the steps of its host are', () => {
    const courses = [10, 50, 170].map((stepMs) => {
      const station = new Station({ boluses: [{ atMs: 3000, volumeMl: 1 }] }, stepMs).start();
      station.runTo(5000);
      return station.status();
    });
    expect(courses[1]).toEqual(courses[0]);
    expect(courses[2]).toEqual(courses[0]);
  });

  test('12 or what it is told to, in spells in which it refuses', () => {
    const station = new Station({
      refusals: [
        { fromMs: 0, toMs: 1000 },
        { fromMs: 2000, result: 0x15 },
      ],
    });
    expect(station.ask(HOW.bytes)).toEqual([{ kind: 'refusal', deviceId: ID, sequence: 1, result: 0x12 }]);
    expect(station.ask(WHO.bytes)).toEqual([{ kind: 'identity', deviceId: ID }]);
    station.runTo(1500);
    expect(station.ask(HOW.bytes)).toMatchObject([{ kind: 'status' }]);
    station.runTo(2500);
    expect(station.ask(HOW.bytes)).toMatchObject([{ result: 0x15 }]);
    expect(station.forbidden).toEqual([]);
  });
});

describe('anything but the two questions is refused and told as forbidden:', () => {
  test.each([
    ['another command', '05 02 00 00', 0x11],
    ['another command with data', '05 10 00 00 01 02', 0x11],
    ['another subcommand', '05 01 00 01', 0x11],
    ['the command with data', '05 01 00 00 00', 0x14],
    ['half a command', '05 01 00', 0x13],
  ])('%s', (_what, hex, result) => {
    const station = new Station();
    expect(station.command(hex)).toEqual([{ kind: 'refusal', deviceId: ID, sequence: 5, result }]);
    expect(station.forbidden).toEqual([`command ${hex}`]);
  });

  test('every command that a byte can name', () => {
    const station = new Station();
    for (let command = 0; command < 256; command++) {
      station.command(`00 ${command.toString(16).padStart(2, '0')} 00 00`);
    }
    expect(station.forbidden).toHaveLength(255);
  });

  test.each([
    ['a packet without a command', packet(`${HEAD}<REQ><DEVID>${ID}</DEVID></REQ>`)],
    ['another element', packet(`${HEAD}<SET><DEVID>${ID}</DEVID></SET>`)],
    ['an answer', IDENTITY.bytes],
  ])('%s, in silence', (_what, bytes) => {
    const station = new Station();
    expect(station.give(bytes)).toHaveLength(0);
    expect(station.forbidden).toHaveLength(1);
  });

  test('a command to another pump as well, which is not answered', () => {
    const station = new Station();
    expect(station.command('05 02 00 00', ID.replace('1', '2'))).toEqual([]);
    expect(station.forbidden).toHaveLength(1);
  });
});

describe('silence', () => {
  test('to what is damaged, and to the questions for another pump: nothing is forbidden in them', () => {
    const station = new Station();
    expect(station.give(HOW.bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))).toHaveLength(0);
    expect(station.give(fromLatin1('hello\r\n'))).toHaveLength(0);
    expect(station.command('05 01 00 00', ID.replace('1', '2'))).toEqual([]);
    expect(station.forbidden).toEqual([]);
  });

  test('while the cable is out, for what was under way as well', () => {
    const station = new Station();
    station.device.step({ type: 'received', simMs: station.now, bytes: HOW.bytes });
    station.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(station.runTo(1000)).toHaveLength(0);
    expect(station.give(WHO.bytes)).toHaveLength(0);
    station.bedside.lineNow = { isOccluded: false, isLinked: true };
    expect(station.runTo(2000)).toHaveLength(0);
    expect(station.ask(WHO.bytes)).toHaveLength(1);
  });

  test('while it is switched off, and after a new connection for what the old one asked', () => {
    const station = new Station({ offs: [{ fromMs: 1000, toMs: 2000 }] });
    station.runTo(1100);
    expect(station.give(WHO.bytes)).toHaveLength(0);
    station.runTo(2100);
    station.device.step({ type: 'received', simMs: station.now, bytes: HOW.bytes });
    station.device.step({ type: 'disconnected', simMs: station.now });
    station.device.step({ type: 'connected', simMs: station.now });
    expect(station.runTo(3000)).toHaveLength(0);
    expect(station.ask(WHO.bytes)).toHaveLength(1);
  });
});

describe('what it says of an infusion', () => {
  test('before the start and while it runs', () => {
    const station = new Station();
    const calm = { softwareVersion: 0x0403, alarmBytes: [0, 0, 0], powerSource: 1, batteryBars: 5, subBattery: 1 };
    const ordered = { rateSetMlPerHour: 52.5, vtbiMl: 35, doseRate: 0.75, doseUnit: 8, weightKg: 70, dilution: 1 };
    expect(station.status()).toMatchObject({ ...calm, ...ordered, operation: 0, deliveredMl: 0, syringe: 6 });
    station.start().runTo(4 * MINUTE);
    const running = station.status();
    expect(running).toMatchObject({ ...calm, ...ordered, operation: 1, occlusionPercent: 0 });
    expect(running.deliveredMl).toBeCloseTo(3.5, 1);
  });

  test('a bolus is in the volume, and named while it runs', () => {
    const station = new Station({ boluses: [{ atMs: 10_000, volumeMl: 2 }] }).start();
    station.runTo(12_000);
    expect(station.status().operation).toBe(5);
    station.runTo(30_000);
    const after = station.status();
    expect(after.operation).toBe(1);
    expect(after.deliveredMl).toBeGreaterThan(2.2);
  });

  test.each([
    ['b0-last', [0, 0, 0x08], [0, 0, 0x04], [0, 0x01, 0]],
    ['b0-first', [0x08, 0, 0], [0x04, 0, 0], [0, 0x01, 0]],
  ])(
    'occlusion, completion and a syringe nearly empty, with %s',
    (alarmByteOrder, occlusion, completion, nearlyEmpty) => {
      const blocked = new Station({ alarmByteOrder }).start();
      blocked.bedside.lineNow = { isOccluded: true, isLinked: true };
      blocked.runTo(35_000);
      expect(blocked.status()).toMatchObject({ operation: 1, occlusionPercent: 50, alarmBytes: [0, 0, 0] });
      blocked.runTo(2 * MINUTE);
      expect(blocked.status()).toMatchObject({ operation: 0, occlusionPercent: 75, alarmBytes: occlusion });
      expect(blocked.status().isAlarmSounding).toBe(true);

      const complete = new Station({ alarmByteOrder });
      complete.bedside.orderNow = { ...complete.bedside.orderNow, vtbiMl: 1 };
      complete.start().runTo(2 * MINUTE);
      expect(complete.status()).toMatchObject({ operation: 0, alarmBytes: completion });

      const empty = new Station({ alarmByteOrder, contentMl: 3 }).start();
      empty.runTo(2 * MINUTE);
      expect(empty.status()).toMatchObject({ operation: 1, alarmBytes: nearlyEmpty, syringe: 2 });
      empty.runTo(5 * MINUTE);
      expect(empty.status()).toMatchObject({ operation: 0, alarmBytes: nearlyEmpty });
    },
  );

  test('on battery, without VTBI, without a drug', () => {
    const station = new Station({ batterySpells: [{ fromMs: 0, toMs: MINUTE }] });
    station.runTo(1000);
    expect(station.status().powerSource).toBe(0);
    station.bedside.orderNow = { ...station.bedside.orderNow, vtbiMl: 0, concentrationMgPerMl: 0, weightKg: 0 };
    station.runTo(2 * MINUTE);
    expect(station.status()).toMatchObject({
      ...{ powerSource: 1, vtbiMl: 'off', weightKg: 'off', dilution: 'off', doseRate: 0, doseUnit: 0 },
    });
  });

  test.each([
    [5, 2],
    [10, 3],
    [20, 4],
    [30, 5],
    [50, 6],
  ])('a syringe of %i mL has code %i', (contentMl, syringe) => {
    expect(new Station({ contentMl }).status().syringe).toBe(syringe);
  });

  test('there is one pump to a line, of one kind', () => {
    const station = new Station({ kind: 'volumetric', pumps: [{}], kvoMlPerHour: 3, air: [{ atMs: 1000 }] });
    station.bedside.orderNow = { ...station.bedside.orderNow, vtbiMl: 1 };
    station.start().runTo(3 * MINUTE);
    expect(station.status()).toMatchObject({ operation: 0, alarmBytes: [0, 0, 4] });
  });
});
