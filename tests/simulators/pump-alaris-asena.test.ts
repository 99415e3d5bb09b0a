import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { decode } from '$drivers/pump-alaris-asena/codec.ts';
import { cut, frame } from '$drivers/pump-alaris-asena/framing.ts';
import type { Message, Question } from '$drivers/pump-alaris-asena/messages.ts';
import { simulateAlarisAsena } from '$simulators/devices/pump-alaris-asena/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { COMMANDS, QUESTIONS } from '../drivers/pump-alaris-asena/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const MINUTE = 60_000;

/** A simulated pump that is asked one question at a time. */
class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateAlarisAsena(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number): string {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + 25);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return latin1(concatBytes(...said));
  }

  give(bytes: Uint8Array): string {
    const sent = this.device.step({ type: 'received', simMs: this.now, bytes });
    return latin1(concatBytes(...sent)) + this.runTo(this.now + 300);
  }

  ask(question: Question): Message | undefined {
    const [only] = cut(new Uint8Array(0), fromLatin1(this.give(frame(question)))).cuts;
    const decoded = only?.kind === 'frame' ? decode(only.payload) : undefined;
    return decoded?.ok ? decoded.message : undefined;
  }

  order(change: Partial<StillBedside['orderNow']>): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, ...change };
    return this;
  }
}

describe('the simulated pump', () => {
  test.each(Object.entries(QUESTIONS))('answers %s with the same word and at least one field', (word, sum) => {
    const host = new Host();
    expect(host.give(fromLatin1(`!${word}|${sum}\r`))).toMatch(new RegExp(`^!${word}\\^[ -~]+\\|[0-9A-F]{4}\\r$`));
    expect(host.forbidden).toEqual([]);
  });

  test.each([
    ['INST_SERIALNO', '!INST_SERIALNO^8002-51740|050B'],
    ['COMMS_PROTOCOL', '!COMMS_PROTOCOL^Asena Rev 2.1.5|661A'],
    ['COMMS_RESPONSE_MAX', '!COMMS_RESPONSE_MAX^4000^ms|DFDF'],
    ['SYRINGE_STATUS', '!SYRINGE_STATUS^BD PLASTIPAK^ 50^CONF|1CF8'],
    ['INF_RATE_MAX_SYRINGE', '!INF_RATE_MAX_SYRINGE^1200.00^ml/h|8575'],
    ['INF_VTBI', '!INF_VTBI^ACTIV^35.000^ml^STOP|B75C'],
    ['ALARM', '!ALARM^AL_NOALM^ ^ |C73B'],
  ])('answers %s as the note has it', (question, text) => {
    expect(new Host().give(frame(question))).toBe(`${text}\r`);
  });

  test('speaks only when asked, 20 to 250 ms after it', () => {
    const host = new Host();
    expect(host.runTo(MINUTE)).toBe('');
    const delays = Array.from({ length: 200 }, () => {
      host.runTo(host.now + 1000);
      const from = host.now;
      host.device.step({ type: 'received', simMs: from, bytes: frame('INF') });
      while (host.runTo(host.now + 25) === '' && host.now < from + 1000);
      return host.now - from;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...delays)).toBeLessThanOrEqual(250);
    expect(new Set(delays).size).toBeGreaterThan(2);
  });

  test('answers two questions in their order', () => {
    const host = new Host();
    host.device.step({ type: 'received', simMs: 0, bytes: concatBytes(frame('ALARM'), frame('INST_SERIALNO')) });
    expect(host.runTo(1000)).toMatch(/^!ALARM\^[^!]*\r!INST_SERIALNO\^[^!]*\r$/);
  });

  test('is silent to what is damaged', () => {
    const host = new Host();
    expect(host.give(fromLatin1('!INF|4962\r'))).toBe('');
    expect(host.give(fromLatin1('INF\r\u001b!'))).toBe('');
    expect(host.ask('INF')).toMatchObject({ kind: 'INF' });
    expect(host.forbidden).toEqual([]);
  });

  test.each(COMMANDS)('reports $text, does not answer it and does not obey it', ({ text }) => {
    const host = new Host().order({ isStarted: true });
    host.runTo(10_000);
    expect(host.give(frame(text))).toBe('');
    expect(host.forbidden).toEqual([text]);
    expect(host.ask('INF')).toMatchObject({ mode: 'SET', rate: { value: '52.50' } });
    expect(host.ask('INF_VTBI')).toMatchObject({ state: 'ACTIV', volume: { value: '35.000' } });
  });

  test.each(['WHATEVER', 'INF^1', 'INST_SERIALNO^8002-99999', 'ALARM^', 'INF_VI^0.000^ml'])(
    'reports %s, which is no bare question',
    (text) => {
      const host = new Host();
      expect(host.give(frame(text))).toBe('');
      expect(host.forbidden).toEqual([text]);
    },
  );

  test('on hold it shows the rate 0.00 and the time that is left', () => {
    const host = new Host();
    host.runTo(1000);
    expect(host.ask('INF')).toMatchObject({
      flag: '-',
      mode: 'HLD',
      rate: { value: '0.00', unit: 'ml/h' },
      volume: { value: '0.000', unit: 'ml' },
      pressure: { value: '17.91', unit: 'mmHg' },
      remaining: '00:40:00',
      eventId: '127904',
    });
  });

  test('after twenty minutes it shows the constructed record of the note, but for the number of its log', () => {
    const host = new Host();
    host.runTo(1000);
    host.order({ isStarted: true });
    host.runTo(1000 + 20 * MINUTE);
    const said = host.give(frame('INF'));
    expect(said).toMatch(
      /^!INF\^8002-51740\^-\^SET\^52\.50\^ml\/h\^\^17\.50\d\^ml\^17\.91\^mmHg\^00:(20:00|19:59)\^EVENT\^\d+\|/,
    );
    expect(host.ask('INF_VI')).toMatchObject({ amount: { unit: 'ml' } });
    expect(host.ask('INF_RATE')).toMatchObject({ amount: { value: '52.50', unit: 'ml/h' } });
  });

  test('the number of its log moves on whenever something happens', () => {
    const host = new Host();
    const idOf = (): number => {
      const message = host.ask('INF');
      return message?.kind === 'INF' ? Number(message.eventId) : NaN;
    };
    const before = idOf();
    expect(idOf()).toBe(before);
    host.order({ isStarted: true });
    host.runTo(2000);
    expect(idOf()).toBe(before + 1);
    host.order({ rateMlPerHour: 30 });
    host.runTo(4000);
    expect(idOf()).toBe(before + 2);
  });

  test('without a volume to be infused it says so, and the time is that of the syringe', () => {
    const host = new Host().order({ vtbiMl: 0, rateMlPerHour: 50, isStarted: true });
    host.runTo(1000);
    expect(host.give(frame('INF_VTBI'))).toBe('!INF_VTBI^DEACT^^^|F6D0\r');
    expect(host.give(frame('INF'))).toMatch(/\^00:59:\d\d\^/);
    host.order({ rateMlPerHour: 1 });
    host.runTo(3000);
    expect(host.ask('INF')).toMatchObject({ remaining: '24+' });
  });

  test('the occlusion: pressure, flag, hold and rate as in the logged record', () => {
    const host = new Host().order({ isStarted: true });
    host.runTo(10_000);
    host.bedside.lineNow = { isOccluded: true, isLinked: true };
    host.runTo(2 * MINUTE);
    expect(host.give(frame('ALARM'))).toBe('!ALARM^AL_OCCLU^ ^ |5B3B\r');
    expect(host.ask('INF')).toMatchObject({
      flag: 'A',
      mode: 'HLD',
      rate: { value: '0.00' },
      pressure: { value: '530.15' },
    });
  });

  test.each<
    readonly [settings: Readonly<Record<string, unknown>>, vtbiMl: number, atMs: number, code: string, mode: string]
  >([
    [{}, 2, 60_000, 'AL_NEOIN', 'SET'],
    [{}, 1, 90_000, 'AL_VTBIS', 'HLD'],
    [{ kvoMlPerHour: 3 }, 1, 90_000, 'AL_VTBIK', 'SET'],
    [{ contentMl: 1 }, 35, 90_000, 'AL_EOIST', 'HLD'],
    [{ batterySpells: [{ fromMs: 10_000, toMs: 20_000 }] }, 35, 15_000, 'AL_ACDIS', 'SET'],
    [{ batterySpells: [{ fromMs: 10_000, toMs: 20_000 }] }, 35, 25_000, 'AL_NOALM', 'SET'],
    [{ air: [{ atMs: 5000 }] }, 35, 15_000, 'AL_NOALM', 'SET'],
  ])('with %o and %i ml it calls, at %i ms: %s, mode %s', (settings, vtbiMl, atMs, code, mode) => {
    const host = new Host(settings).order({ vtbiMl, isStarted: true });
    host.runTo(atMs);
    expect(host.ask('ALARM')).toMatchObject({ code });
    expect(host.ask('INF')).toMatchObject({ flag: code === 'AL_NOALM' ? '-' : 'A', mode });
  });

  test('off, or without its cable, it neither hears nor speaks', () => {
    const host = new Host({ offs: [{ fromMs: 10_000, toMs: 20_000 }] });
    host.runTo(12_000);
    expect(host.ask('INF')).toBeUndefined();
    host.runTo(21_000);
    expect(host.ask('INF')).toBeDefined();
    host.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(host.ask('INF')).toBeUndefined();
    host.bedside.lineNow = { isOccluded: false, isLinked: true };
    expect(host.runTo(host.now + 1000)).toBe('');
    expect(host.ask('INF')).toBeDefined();
  });

  test('a swap puts the cable into another pump', () => {
    const host = new Host({ pumps: [{ kind: 'syringe' }], swaps: [{ atMs: 5000, pump: 1 }] });
    expect(host.ask('INST_SERIALNO')).toMatchObject({ serial: '8002-51740' });
    host.runTo(5000);
    expect(host.ask('INST_SERIALNO')).toMatchObject({ serial: '8002-51741' });
    expect(host.ask('INF')).toMatchObject({ serial: '8002-51741', mode: 'SET', rate: { value: '20.00' } });
  });

  test('an answer may be broken off by an ESC, dropped, or never given', () => {
    const broken = new Host({ escapesAtMs: [1000] });
    broken.runTo(1000);
    const part = broken.give(frame('INF'));
    expect([part.slice(0, 5), part.at(-1)]).toEqual(['!INF^', '\u001b']);
    expect(broken.ask('INF')).toBeDefined();
    const mute = new Host({ mute: ['ALARM'] });
    expect([mute.ask('ALARM'), mute.ask('INF')]).toMatchObject([undefined, { kind: 'INF' }]);
    const lossy = new Host({ dropShare: 0.3 });
    const came = Array.from({ length: 400 }, () => lossy.ask('INF')).filter((message) => message !== undefined).length;
    expect(came).toBeGreaterThan(230);
    expect(came).toBeLessThan(330);
  });

  test('takes settings that nobody understands for settings that are not there', () => {
    const host = new Host({
      mute: 'INF',
      escapesAtMs: 5,
      swaps: [null, 3],
      modes: [{ word: 'X' }],
      protocol: 7,
      kind: 'volumetric',
    });
    expect(host.ask('INF')).toMatchObject({ mode: 'HLD', serial: '8002-51740' });
    expect(host.ask('COMMS_PROTOCOL')).toMatchObject({ version: 'Asena Rev 2.1.5' });
  });

  test('says the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number): string => {
      const bedside = new StillBedside();
      bedside.orderNow = { ...bedside.orderNow, isStarted: true };
      const device = simulateAlarisAsena(bedside, {
        settings: { dropShare: 0.1, boluses: [{ atMs: 3000, volumeMl: 1 }] },
      });
      device.step({ type: 'connected', simMs: 0 });
      const said: Uint8Array[] = [];
      for (let simMs = 0; simMs < 20_000; simMs += 1000) {
        said.push(...device.step({ type: 'received', simMs, bytes: frame('INF') }));
        for (let at = simMs + stepMs; at <= simMs + 1000; at += stepMs)
          said.push(...device.step({ type: 'tick', simMs: at }));
      }
      return toHex(concatBytes(...said));
    };
    expect(bytesWith(50)).toBe(bytesWith(10));
    expect(bytesWith(1000)).toBe(bytesWith(10));
    expect(bytesWith(50).length).toBeGreaterThan(4000);
  });
});
