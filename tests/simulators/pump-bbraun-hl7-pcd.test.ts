import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { decode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import { cut } from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import type { Report } from '$drivers/pump-bbraun-hl7-pcd/messages.ts';
import { createPcdStation } from '$simulators/devices/pump-bbraun-hl7-pcd/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NOTHING = new Uint8Array(0);

/** A station of pumps, and a listener that acknowledges while it is willing. */
class Bench {
  readonly patient = new StillBedside();
  readonly reports: { readonly at: number; readonly report: Report; readonly text: string }[] = [];
  readonly forbidden: string[] = [];
  isWilling = true;
  now = 0;
  readonly #device;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.#device = createPcdStation(this.patient, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.#take(this.#device.step({ type: 'connected', simMs: 0 }));
  }

  runTo(at: number): this {
    while (this.now < at) {
      this.now += 50;
      this.#take(this.#device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }
  hears(bytes: Uint8Array): this {
    this.#take(this.#device.step({ type: 'received', simMs: this.now, bytes }));
    return this;
  }
  acknowledges(controlId: string): this {
    return this.hears(frame(fromLatin1(`MSH|^~\\&|X||||||ACK^R01^ACK|1|P|2.6\rMSA|AA|${controlId}\r`)));
  }
  of(profile: Report['profile']): readonly Report[] {
    return this.reports.filter(({ report }) => report.profile === profile).map(({ report }) => report);
  }

  #take(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      const [piece] = cut(NOTHING, chunk).cuts;
      if (piece?.kind !== 'frame') return expect.unreachable();
      const decoded = decode(piece.payload);
      if (!decoded.ok || decoded.message.kind !== 'report') return expect.unreachable();
      const report = decoded.message;
      expect([report.rejection, report.unread]).toEqual([undefined, []]);
      this.reports.push({ at: this.now, report, text: latin1(piece.payload) });
      if (this.isWilling) this.acknowledges(report.header.controlId);
    }
  }
}

describe('the simulated station', () => {
  test('reports each pump every 5 s, in turn, and the device every 5 min', () => {
    const bench = new Bench({ pumps: [{}] }).runTo(60_000);
    const labels = bench.of('pcd-01').map(({ pumps }) => pumps[0]?.who.label);
    expect(labels.filter((label) => label === 'P51559')).toHaveLength(13);
    expect(labels.filter((label) => label === 'I51560')).toHaveLength(13);
    bench.runTo(602_000);
    expect(bench.of('pcd-15')).toHaveLength(6);
  });

  test('tells the start and the end of a delivery as events', () => {
    const bench = new Bench();
    bench.patient.orderNow = { ...bench.patient.orderNow, isStarted: true, vtbiMl: 1 };
    bench.runTo(90_000);
    expect(bench.of('pcd-10').map(({ pumps }) => pumps[0]?.rows.get(68487)?.value[0])).toEqual(['197288', '197292']);
  });

  test('tells an alarm at its start, every 30 s, and at its end, under one id', () => {
    const bench = new Bench();
    bench.patient.orderNow = { ...bench.patient.orderNow, isStarted: true };
    bench.patient.lineNow = { isOccluded: true, isLinked: true };
    bench.runTo(130_000);
    bench.patient.orderNow = { ...bench.patient.orderNow, isStarted: false };
    bench.runTo(140_000);
    const alarms = bench.of('pcd-04').flatMap((report) => report.alarms);
    expect(alarms.map(({ phase }) => phase)).toEqual(['start', 'update', 'update', 'end']);
    expect(new Set(alarms.map(({ id }) => id)).size).toBe(1);
    expect(alarms[0]).toMatchObject({ who: { label: '51559', system: '' }, text: 'Occlusion Downstream' });
  });

  test('sends again after 10 s what was not acknowledged, and nothing else before', () => {
    const bench = new Bench();
    bench.isWilling = false;
    bench.runTo(25_000);
    const own = bench.reports.slice(1);
    expect(new Set(own.map(({ report }) => report.header.controlId)).size).toBe(1);
    expect(own.map(({ at }) => at)).toEqual([1000, 11_000, 21_000]);
    bench.acknowledges('another').runTo(26_000);
    expect(bench.reports).toHaveLength(4);
    bench.isWilling = true;
    bench.acknowledges(own[0]?.report.header.controlId ?? '').runTo(26_500);
    expect(bench.reports.length).toBeGreaterThan(6);
  });

  test('keeps what it cannot send while the network is away, and sends it with its own time', () => {
    const bench = new Bench().runTo(10_000);
    bench.patient.lineNow = { isOccluded: false, isLinked: false };
    bench.runTo(60_000);
    const before = bench.reports.length;
    bench.patient.lineNow = { isOccluded: false, isLinked: true };
    bench.runTo(62_000);
    const times = bench.reports.slice(before).map(({ report }) => report.header.time ?? 0);
    expect(times).toHaveLength(10);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(45_000);
  });

  test('says its lines with LF where it is set so, and its clock may be wrong', () => {
    const [wrong] = new Bench({ isSentWithLf: true, clockOffsetS: -600 }).reports;
    const [right] = new Bench().reports;
    expect(wrong?.text.split('\n').length).toBeGreaterThan(10);
    expect((right?.report.header.time ?? 0) - (wrong?.report.header.time ?? 0)).toBe(600_000);
  });

  test.each([
    ['an order', 'MSH|^~\\&|X||||||RGV^O15|1|P|2.6\rRXG|1\r'],
    ['a query', 'MSH|^~\\&|X||||||QRY^R02|1|P|2.6\r'],
    ['what is no HL7', 'START PUMP\r'],
  ])('calls it forbidden to be sent %s', (_, text) => {
    const bench = new Bench();
    bench.hears(frame(fromLatin1(text)));
    expect(bench.forbidden).toHaveLength(1);
  });
});
