/** The simulated base by itself, spoken to in bytes. The driver in front of it: tests/drivers/pump-fresenius-orchestra/loop.test.ts. */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { cut, wrapFrame } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { simulateOrchestra } from '$simulators/devices/pump-fresenius-orchestra/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NO_BYTES = new Uint8Array(0);
const NAMES: Readonly<Record<string, string>> = { '\u0006': 'ACK', '\u0005': 'ENQ' };

class Station {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  /** Whether keep-alives and changes are answered. */
  isAwake = true;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateOrchestra(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  order(change: Partial<StillBedside['orderNow']>): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, ...change };
    return this;
  }
  give(bytes: Uint8Array): readonly string[] {
    return this.#read(this.device.step({ type: 'received', simMs: this.now, bytes }));
  }
  wait(ms: number): readonly string[] {
    const heard: string[] = [];
    for (const end = this.now + ms; this.now < end;) {
      this.now += 50;
      heard.push(...this.#read(this.device.step({ type: 'tick', simMs: this.now })));
    }
    return heard;
  }
  /** All that comes within a moment, without keep-alives. */
  ask(text: string, waitMs = 150): readonly string[] {
    return [...this.give(wrapFrame(text)), ...this.wait(waitMs)].filter((word) => word !== 'ENQ');
  }
  /** With the sessions of these pumps open. */
  open(...modules: readonly string[]): this {
    this.ask('0DC');
    for (const module of modules) this.ask(`${module}DC`);
    return this;
  }

  #read(chunks: readonly Uint8Array[]): readonly string[] {
    const { cuts, rest } = cut(NO_BYTES, concatBytes(...chunks));
    expect(rest).toHaveLength(0);
    const words = cuts.map((piece) => (piece.kind === 'frame' ? latin1(piece.payload) : 'noise'));
    for (const word of this.isAwake ? words : []) {
      if (word === '\u0005') this.device.step({ type: 'received', simMs: this.now, bytes: Uint8Array.of(0x14) });
      if (/^\dE/.test(word))
        this.device.step({ type: 'received', simMs: this.now, bytes: wrapFrame(word.slice(0, 2)) });
    }
    return words.map((word) => NAMES[word] ?? word.replace('\u0015', 'NAK '));
  }
}

describe('the conversation', () => {
  test('as in the note: session, modules, session with a pump, values', () => {
    const station = new Station();
    expect(station.ask('0DC')).toEqual(['ACK', '0C']);
    expect(station.ask('0LE;b')).toEqual(['ACK', '0C;b0001']);
    expect(station.ask('1DC')).toEqual(['ACK', '1C']);
    expect(station.ask('1LE;dr')).toEqual(['ACK', '1C;d0000;r00000000']);
    expect(station.ask('1LP')).toEqual(['ACK', '1C;Ketamine']);
    expect(station.ask('1FC')).toEqual(['ACK', '1C']);
    expect(station.ask('0FC')).toEqual(['ACK', '0C']);
  });

  test('rate in tenths of mL/h, volume in thousandths of mL, as in the vector', () => {
    const station = new Station({ latencyMs: 0 }).open('1').order({ isStarted: true });
    station.wait((17.5 / 52.5) * 3_600_000 - 50);
    expect(station.ask('1LE;dr', 100).filter((word) => word !== 'ACK')).toEqual(['1C;d020D;r0000445C']);
  });

  test('without its session a base answers 0D, a pump 1E, and one that is not there 0E', () => {
    const station = new Station();
    for (const text of ['0LE;b', '1DC', '1LE;d', '0FC'])
      expect(station.ask(text)).toEqual(['ACK', `${text[0] ?? ''}I;0D`]);
    station.open();
    expect(station.ask('1LE;dr')).toEqual(['ACK', '1I;1E']);
    expect(station.ask('2DC')).toEqual(['ACK', '2I;0E']);
  });

  test('a variable that it does not have is a syntax error', () => {
    const station = new Station().open('1');
    for (const text of ['1LE;x', '1LE', '1DE;b', '1LF;c', '0LE;a', '0LF;a'])
      expect(station.ask(text)).toEqual(['ACK', `${text[0] ?? ''}I;04`]);
  });

  test('the mask has a bit for every pump that is on', () => {
    const station = new Station({ pumps: [{}, {}], offs: [{ pump: 1, fromMs: 1000, toMs: 2000 }] }).open('2');
    expect(station.ask('0LE;b')).toEqual(['ACK', '0C;b0007']);
    station.wait(1000);
    expect(station.ask('0LE;b')).toEqual(['ACK', '0C;b0005']);
    expect(station.ask('2LE;d')).toEqual(['ACK', '2I;0E']);
    station.wait(1000);
    expect(station.ask('0LE;b')).toEqual(['ACK', '0C;b0007']);
    expect(station.ask('2LE;d')).toEqual(['ACK', '2I;1E']);
  });

  test('more pumps than a base carries are refused', () => {
    expect(() => new Station({ pumps: [{}, {}, {}, {}, {}] })).toThrow(RangeError);
  });

  test('a damaged frame is answered by NAK 2, and what is refused by NAK 6 while it is not ready', () => {
    const station = new Station({ notReady: [{ fromMs: 1000, toMs: 2000 }] });
    expect(station.give(fromLatin1('\u00020DC00\u0003'))).toEqual(['NAK 2']);
    station.wait(1000);
    expect(station.ask('0DC')).toEqual(['NAK 6']);
    station.wait(1000);
    expect(station.ask('0DC')).toEqual(['ACK', '0C']);
  });

  test('its last frame comes again after our NAK', () => {
    const station = new Station().open();
    station.ask('0LE;b');
    expect(station.give(Uint8Array.of(0x15, 0x32))).toEqual(['0C;b0001']);
  });

  test('an address that cannot be is refused by NAK 4', () => {
    expect(new Station().ask('DC')).toEqual(['NAK 4']);
    expect(new Station({ isStandAlone: true }).ask('0DC')).toEqual(['NAK 4']);
  });

  test('commands wait for one another', () => {
    const station = new Station();
    const both = concatBytes(wrapFrame('0DC'), wrapFrame('0LE;b'));
    expect([...station.give(both), ...station.wait(300)]).toEqual(['ACK', 'ACK', '0C', '0C;b0001']);
  });

  test('without its cable the base neither hears nor speaks', () => {
    const station = new Station().open('1');
    station.give(wrapFrame('1LE;d'));
    station.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(station.wait(500)).toEqual([]);
    expect(station.ask('1LE;d')).toEqual([]);
    station.bedside.lineNow = { isOccluded: false, isLinked: true };
    expect(station.ask('1LE;d')).toEqual(['ACK', '1C;d0000']);
  });

  test('a pump that stands alone has no address', () => {
    const station = new Station({ isStandAlone: true });
    expect(station.ask('LE;d')).toEqual(['ACK', 'I;1E']);
    expect(station.ask('DC')).toEqual(['ACK', 'C']);
    expect(station.ask('LE;d')).toEqual(['ACK', 'C;d0000']);
    expect(station.ask('LP')).toEqual(['ACK', 'C;Ketamine']);
    expect(station.ask('FC')).toEqual(['ACK', 'C']);
    expect(station.ask('LE;d')).toEqual(['ACK', 'I;1E']);
  });
});

describe('keep-alives', () => {
  test('come every second while a session is open', () => {
    const station = new Station();
    expect(station.wait(3000)).toEqual([]);
    station.open();
    expect(station.wait(5000)).toEqual(Array.from({ length: 5 }, () => 'ENQ'));
    station.ask('0FC');
    expect(station.wait(3000)).toEqual([]);
  });

  test('that are not answered for 3 s end all sessions', () => {
    const station = new Station().open('1');
    station.isAwake = false;
    station.wait(2500);
    expect(station.ask('1LE;d')).toEqual(['ACK', '1C;d0000']);
    station.wait(1000);
    expect(station.ask('1LE;d')).toEqual(['ACK', '1I;0D']);
  });
});

describe('changes', () => {
  const changes = (words: readonly string[]): readonly string[] => words.filter((word) => /^\dE/.test(word));

  test('come only when they were asked for, hold only what changed, and once a second at most', () => {
    const station = new Station().open('1').order({ isStarted: true });
    expect(changes(station.wait(3000))).toEqual([]);
    station.ask('1DE;adrm');
    const told = changes(station.wait(5000));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(told.every((word) => /^1E;r[0-9A-F]{8}$/.test(word))).toBe(true);
    station.order({ isStarted: false });
    expect(changes(station.wait(2000))[0]).toMatch(/^1E;d0000(;r[0-9A-F]{8})?$/);
    expect(changes(station.wait(3000))).toEqual([]);
    station.order({ isStarted: true }).ask('1AE');
    expect(changes(station.wait(3000))).toEqual([]);
  });

  test('an alarm is one of them', () => {
    const station = new Station().open('1').order({ isStarted: true, vtbiMl: 0.1 });
    station.ask('1DE;a');
    expect(changes(station.wait(20_000))).toEqual(['1E;a0004']);
  });

  test('that are not acknowledged come again three times, a second apart', () => {
    const station = new Station({ patienceMs: 60_000 }).open('1');
    station.ask('1DE;d');
    station.order({ isStarted: true }).isAwake = false;
    expect(changes(station.wait(10_000))).toEqual(['1E;d020D', '1E;d020D', '1E;d020D', '1E;d020D']);
  });
});

describe('what would change a pump', () => {
  test.each([
    ...[
      'MO;1',
      'MO;2',
      'PR;020D',
      'PO',
      'PB;0010;0100',
      'PF',
      'PV;0100',
      'RV',
      'PP;05',
      'PS;1',
      'EP;01',
      'AP',
      'EN;a',
      'RZ',
    ],
    ...['OF', 'SI'],
  ])('%s is reported and refused, with a session and without', (command) => {
    const station = new Station();
    station.give(wrapFrame(`1${command}`));
    expect(station.forbidden).toEqual([`1${command}`]);
    station.wait(200);
    station.open('1').order({ isStarted: true }).wait(1000);
    const before = station.ask('1LE;d');
    expect(station.ask(`1${command}`)).toEqual(['ACK', '1I;02']);
    expect(station.forbidden).toEqual([`1${command}`, `1${command}`]);
    expect(station.ask('1LE;d')).toEqual(before);
  });

  test('a command that the note does not know is reported too', () => {
    const station = new Station().open('1');
    expect(station.ask('1ZZ;1')).toEqual(['ACK', '1I;02']);
    expect(station.forbidden).toEqual(['1ZZ;1']);
  });

  test('reads are not', () => {
    const station = new Station().open('1');
    for (const text of ['1LE;aemdrks', '1LN', '1LM', '1DM;a', '1AM', '1LF;b', '0LF;b', '1DE;d', '1AE'])
      expect(station.ask(text)[1]).toMatch(/^[01]C/);
    expect(station.forbidden).toEqual([]);
  });
});

test('what happens does not depend on how the host steps', () => {
  const settings = { pumps: [{}], offs: [{ pump: 1, fromMs: 3000, toMs: 6000 }] };
  const said = (stepMs: number): string => {
    const bedside = new StillBedside();
    bedside.orderNow = { ...bedside.orderNow, isStarted: true };
    const device = simulateOrchestra(bedside, { settings });
    const out: Uint8Array[] = [...device.step({ type: 'connected', simMs: 0 })];
    out.push(...device.step({ type: 'received', simMs: 0, bytes: wrapFrame('0DC') }));
    for (let at = stepMs; at <= 10_000; at += stepMs) {
      out.push(...device.step({ type: 'tick', simMs: at }));
      if (at === 1000) out.push(...device.step({ type: 'received', simMs: at, bytes: wrapFrame('1DC') }));
      if (at === 1500) out.push(...device.step({ type: 'received', simMs: at, bytes: wrapFrame('1DE;adr') }));
    }
    return latin1(concatBytes(...out));
  };
  expect(said(50)).toBe(said(10));
  expect(said(25)).toBe(said(10));
});
