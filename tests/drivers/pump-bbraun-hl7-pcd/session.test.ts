import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { encode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import { wrap } from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { pumpBbraunHl7Pcd } from '$drivers/pump-bbraun-hl7-pcd/index.ts';
import type { Message, Query } from '$drivers/pump-bbraun-hl7-pcd/messages.ts';
import type { State } from '$drivers/pump-bbraun-hl7-pcd/session.ts';
import { monotonicMs, type InfusionReading, type OtherNumerics } from '$lib/domain/index.ts';
import { BENCH_DEVICE, PollingBench } from '../../support/polling-bench.ts';
import {
  alarm,
  answerIn,
  arrived,
  EPOCH,
  hl7,
  NOTE,
  report,
  RUNNING,
  STATION,
  SYSTEM,
  type AlarmShape,
  type Shape,
} from './vectors.ts';

const CONNECTION = { sender: '10.1.2.3', connection: 7 } as const;
const STOPPED = [
  '158005^X^MDC|1.1.2.22|^pump-delivery-status-not-delivering|',
  '158014^X^MDC|1.1.1.2|0|265266',
] as const;
type Cover = Parameters<typeof arrived>[2];

class Gateway extends PollingBench<Message, Query, State> {
  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    super(pumpBbraunHl7Pcd, settings);
    this.open().receive(wrap({ kind: 'came', ...CONNECTION }));
  }
  says(shape: Partial<Shape> = {}, cover: Cover = {}): this {
    return this.hears(report({ at: this.now, ...shape }), cover);
  }
  calls(shape: Partial<AlarmShape> & Pick<AlarmShape, 'phase'>): this {
    return this.hears(alarm({ at: this.now, ...shape }));
  }
  hears(bytes: Uint8Array, cover: Cover = {}): this {
    return this.receive(arrived(bytes, this.now, { ...CONNECTION, ...cover }));
  }
  /** Reports every 5 s up to this time. */
  saysUntil(at: number, shape: Partial<Shape> = {}): this {
    while (this.now + 5000 <= at) this.waitUntil(this.now + 5000).says(shape);
    return this;
  }
  get last(): InfusionReading {
    return this.infusions.at(-1) ?? expect.unreachable();
  }
  get history(): readonly OtherNumerics[] {
    return this.observations.filter((seen) => seen.kind === 'other-numerics');
  }
  /** MSA-1 of each acknowledgement. */
  get codes(): readonly (string | undefined)[] {
    return this.sent.map(({ query }) => answerIn(encode(query)).lines[1]?.split('|')[1]);
  }
}

describe('the way of the link', () => {
  test('waits, says how to be found, is live with the first report', () => {
    const bench = new PollingBench(pumpBbraunHl7Pcd).open().waitUntil(14_750);
    expect(bench.statuses).toEqual([]);
    bench.waitUntil(15_000);
    expect(bench.lastReason).toMatch(/^No gateway has connected yet/);
    const gateway = new Gateway().says();
    expect(gateway.statuses.map(({ state, reason }) => [state, reason])).toEqual([
      ['negotiating', 'A gateway is connected and has reported no pump of this bed yet.'],
      ['live', undefined],
    ]);
    expect(gateway.reopens).toEqual([]);
  });

  test('is silent 30 s after the last report, the pump is disconnected, and both heal by themselves', () => {
    const gateway = new Gateway().says().saysUntil(20_000).waitUntil(49_750);
    expect(gateway.states.at(-1)).toBe('live');
    gateway.waitUntil(50_000);
    expect(gateway.statuses.at(-1)).toEqual({
      type: 'status',
      state: 'silent',
      reason: `No report of a pump has come any more. Not heard of any more: P51559 at station ${STATION}.`,
    });
    expect(gateway.last).toMatchObject({ state: 'disconnected', channel: SYSTEM, at: 50_000 });
    expect(gateway.last.rateMlPerHour).toBeUndefined();
    const told = gateway.infusions.length;
    gateway.waitUntil(200_000);
    expect(gateway.infusions).toHaveLength(told);
    gateway.says();
    expect(gateway.states.at(-1)).toBe('live');
    expect(gateway.last.state).toBe('infusing');
  });

  test('a pump that speaks every 40 s has three times so long, and one long silence does not change that', () => {
    const gateway = new Gateway().says();
    for (const at of [29_000, 58_000, 87_000, 116_000]) gateway.waitUntil(at).says();
    gateway.waitUntil(116_000 + 86_750);
    expect(gateway.states.at(-1)).toBe('live');
    gateway.waitUntil(116_000 + 87_000);
    expect(gateway.states.at(-1)).toBe('silent');
  });

  test('one of two pumps that is missed is named while the link is live', () => {
    const gateway = new Gateway().says();
    gateway.says({ label: 'I51560', system: 'other' }).saysUntil(35_000);
    expect(gateway.states.at(-1)).toBe('live');
    expect(gateway.lastReason).toBe(`Not heard of any more: I51560 at station ${STATION}.`);
    expect(gateway.infusions.filter(({ state }) => state === 'disconnected').map(({ channel }) => channel)).toEqual([
      'other',
    ]);
  });

  test('a connection that is closed is said at once', () => {
    const gateway = new Gateway()
      .says()
      .saysUntil(10_000)
      .receive(wrap({ kind: 'gone', ...CONNECTION }));
    expect(gateway.statuses.at(-1)).toMatchObject({
      state: 'silent',
      reason: 'The gateway has disconnected (10.1.2.3).',
    });
    gateway.receive(wrap({ kind: 'came', sender: '10.1.2.3', connection: 8 })).says({}, { connection: 8 });
    expect(gateway.states.at(-1)).toBe('live');
  });

  test('a gateway with a connection for each message does not flicker', () => {
    const gateway = new Gateway();
    for (let connection = 10; connection < 20; connection += 1) {
      gateway.waitUntil(gateway.now + 5000);
      gateway.receive(wrap({ kind: 'came', sender: '10.1.2.3', connection })).says({}, { connection });
      gateway.receive(wrap({ kind: 'gone', sender: '10.1.2.3', connection }));
    }
    expect(gateway.states.filter((state) => state === 'silent')).toEqual([]);
  });

  test('what is known outlives the link', () => {
    const gateway = new Gateway().says({ id: 'A' }).close().open();
    const told = gateway.infusions.length;
    gateway.says({ id: 'A', at: 0 });
    expect(gateway.infusions).toHaveLength(told);
  });
});

describe('an acknowledgement', () => {
  test('leaves after the message was told, to the connection that it came by', () => {
    const order: string[] = [];
    const context = { device: BENCH_DEVICE, settings: {} };
    const [, effects] = pumpBbraunHl7Pcd.step(pumpBbraunHl7Pcd.start(context), {
      type: 'message',
      now: monotonicMs(0),
      message: decoded(),
    });
    for (const { type } of effects) order.push(type);
    expect(order.slice(-2)).toEqual(['observed', 'send']);
    const gateway = new Gateway().says({}, { connection: 42 });
    expect(answerIn(encode(gateway.sent[0]?.query ?? expect.unreachable())).connection).toBe(42);
  });

  test('of the same message again leaves again, and nothing is told twice', () => {
    const gateway = new Gateway().says({ id: 'A', at: 0 });
    const told = gateway.observations.length;
    gateway.waitUntil(10_000).says({ id: 'A', at: 0 }).says({ id: 'A', at: 0, sentAt: 10_000 });
    expect(gateway.codes).toEqual(['AA', 'AA', 'AA']);
    expect(gateway.observations).toHaveLength(told);
  });

  test('of a counter that began anew is of a new message', () => {
    const gateway = new Gateway().says({ id: '1' }).waitUntil(5000).says({ id: '1' });
    expect(gateway.infusions).toHaveLength(2);
  });

  test('is another device’s duty where it is said so', () => {
    expect(new Gateway().says({}, { duty: 'listen' }).sent).toEqual([]);
  });

  test('of what cannot be read is a refusal, and the next is taken', () => {
    const gateway = new Gateway().hears(fromLatin1('HELLO WORLD\r')).says();
    expect(gateway.codes).toEqual(['AR', 'AA']);
    expect(gateway.undecodable).toHaveLength(1);
    expect(gateway.states.at(-1)).toBe('live');
    expect(gateway.lastReason).toBe('Messages that were not taken: 1 × no message header (MSH) could be read (AR).');
  });

  test('of a message of another type, of none and of one too long says why', () => {
    const gateway = new Gateway();
    gateway.hears(report({ at: 0, type: 'ADT^A01' })).hears(report({ at: 0, label: '', system: '' }));
    gateway.hears(hl7(NOTE).slice(0, 300), { isCutOff: true });
    expect(gateway.codes).toEqual(['AR', 'AE', 'AR']);
    expect(gateway.infusions).toEqual([]);
  });

  test('is not sent for a bare message of a file, which is told all the same', () => {
    const gateway = new Gateway().receive(frame(hl7(NOTE)));
    expect(gateway.sent).toEqual([]);
    expect(gateway.last.rateMlPerHour).toBe(52.5);
  });
});

function decoded(): Message {
  const read = pumpBbraunHl7Pcd.decode(arrived(report({ at: 0 }), 0).slice(1, -2));
  return read.ok ? read.message : expect.unreachable();
}

describe('whose pump it is', () => {
  const OWN = { pumps: [{ station: STATION, label: 'P51559' }] };

  test('says the setting: what is another’s is not told', () => {
    const gateway = new Gateway(OWN).says({ label: 'P60000', system: 'other' }, { duty: 'listen' });
    expect(gateway.infusions).toEqual([]);
    gateway.says();
    expect(gateway.infusions).toHaveLength(1);
  });

  test.each([
    [{ label: 'P51559' }, true],
    [{ system: SYSTEM.toUpperCase() }, true],
    [{ station: STATION }, true],
    [{ station: STATION, system: SYSTEM, label: 'P51559' }, true],
    [{ station: 'FFFF211839000001', label: 'P51559' }, false],
    [{ label: 'I51559' }, false],
    [{ system: '99999999' }, false],
  ])('%j: %s', (pump, isOwn) => {
    expect(new Gateway({ pumps: [pump] }).says().infusions.length > 0).toBe(isOwn);
  });

  test('is no bed’s: it is acknowledged, counted and named', () => {
    const gateway = new Gateway(OWN);
    for (let i = 0; i < 3; i += 1)
      gateway.waitUntil(i * 5000).says({ label: 'P60000', system: 'other' }, { duty: 'nobody' });
    expect(gateway.codes).toEqual(['AA', 'AA', 'AA']);
    expect(gateway.lastReason).toContain(`Reported here and set up at no bed: 3 × P60000 at station ${STATION}.`);
    expect(gateway.infusions).toEqual([]);
  });

  test.each([[{ pumps: 'P51559' }], [{ pumps: [{}] }], [{ pumps: [{ pump: 'x' }] }], [{ pumps: [{ label: ' ' }] }]])(
    'is not said by %j',
    (settings) => expect(() => new Gateway(settings)).toThrow(/^pumps must be a list such as/),
  );

  test('its alarm finds it by station and label without the letter, also where it is set up by its system id', () => {
    const gateway = new Gateway({ pumps: [{ system: SYSTEM }] }).says().waitUntil(1000).calls({ phase: 'start' });
    expect(gateway.last).toMatchObject({
      channel: SYSTEM,
      alarms: [{ kind: 'occlusion.downstream', priority: 'high' }],
    });
  });

  test('its alarm is told though it was just started and knows its pumps by their ids only: the port knows whose it is', () => {
    const gateway = new Gateway({ pumps: [{ system: SYSTEM }] }).calls({ phase: 'start' });
    expect(gateway.last.alarms).toMatchObject([{ kind: 'occlusion.downstream' }]);
    expect(new Gateway({ pumps: [{ system: SYSTEM }] }).says({ system: 'other' }).infusions).toEqual([]);
  });

  test('a label that another pump carries now is that pump’s', () => {
    const gateway = new Gateway().says().waitUntil(5000).says({ system: 'new' }).calls({ phase: 'start' });
    expect(gateway.last).toMatchObject({ channel: 'new', alarms: [{ kind: 'occlusion.downstream' }] });
  });

  test('the same label at another station is another pump', () => {
    const gateway = new Gateway()
      .says()
      .says({ station: 'ABC', system: 'other' })
      .calls({ phase: 'start', station: 'ABC' });
    expect(gateway.last.channel).toBe('other');
  });
});

describe('an alarm', () => {
  test('is told at once, stands through updates and reports, and ends', () => {
    const gateway = new Gateway().says({ rows: RUNNING }).waitUntil(2000).calls({ phase: 'start', seq: 1 });
    expect(gateway.last).toMatchObject({ at: 2000, doubt: 'its values are from 2 s before this alarm' });
    expect(gateway.last.alarms).toEqual([
      { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'Occlusion Downstream' },
    ]);
    const told = gateway.infusions.length;
    gateway.calls({ phase: 'update', seq: 2, of: 1 });
    expect(gateway.infusions).toHaveLength(told);
    gateway.waitUntil(5000).says({ rows: STOPPED });
    expect(gateway.last).toMatchObject({ state: 'alarm', alarms: [{ kind: 'occlusion.downstream' }] });
    gateway.waitUntil(6000).calls({ phase: 'end', seq: 3, of: 1 });
    expect(gateway.last).toMatchObject({ state: 'stopped', alarms: [] });
  });

  test('that only an update tells of is one, and an end without its start ends what it names', () => {
    const gateway = new Gateway().says().calls({ phase: 'update', seq: 5 });
    expect(gateway.last.alarms).toHaveLength(1);
    gateway.calls({ phase: 'end', seq: 9 });
    expect(gateway.last.alarms).toEqual([]);
  });

  test('does not begin again by a report that was made before its end', () => {
    const gateway = new Gateway().says().waitUntil(4000).calls({ phase: 'end', seq: 3, of: 1 });
    gateway.calls({ phase: 'start', seq: 1, at: 3000 });
    expect(gateway.infusions.flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  test('of which nothing is heard for 10 min stands, and is said to be old', () => {
    const gateway = new Gateway().says().calls({ phase: 'start' }).saysUntil(600_000);
    expect(gateway.last.alarms).toHaveLength(1);
    expect(gateway.last.doubt).toBe('the alarm "Occlusion Downstream" has not been confirmed for 10 min');
  });

  test('of a pump that has not reported yet is told, and is the pump’s when it does', () => {
    const gateway = new Gateway().calls({ phase: 'start' });
    expect(gateway.last).toMatchObject({ state: 'unknown', channel: `51559@${STATION}`, alarms: [{}] });
    gateway.waitUntil(1000).says();
    expect(gateway.infusions.slice(-2)).toMatchObject([
      { channel: `51559@${STATION}`, state: 'disconnected', alarms: [] },
      { channel: SYSTEM, alarms: [{ kind: 'occlusion.downstream' }] },
    ]);
  });

  test('of a pump that is not heard any more is kept and told without values', () => {
    const gateway = new Gateway().says().calls({ phase: 'start' }).waitUntil(40_000);
    expect(gateway.last).toMatchObject({ state: 'disconnected', alarms: [{ kind: 'occlusion.downstream' }] });
    gateway.calls({ phase: 'start', text: 'Air In Line', seq: 8 });
    expect(gateway.last).toMatchObject({ state: 'disconnected', alarms: [{}, { kind: 'airInLine' }] });
  });

  test('announced within a report is a warning for as long as reports have it', () => {
    const warned = [...RUNNING, '68012^MDC_ATTR_AL_COND^MDC|1.1.1.9|197334^MDC_EVT_VOL_INFUS_NEAR_COMP^MDC|'];
    const gateway = new Gateway().says({ rows: warned });
    expect(gateway.last.alarms).toMatchObject([{ kind: 'nearEnd', stage: 'pre-alarm', priority: 'medium' }]);
    expect(gateway.waitUntil(5000).says().last.alarms).toEqual([]);
  });
});

describe('what comes late', () => {
  const backlog = (gateway: Gateway, from: number, to: number): Gateway => {
    for (let at = from; at < to; at += 5000) gateway.says({ at, rows: STOPPED });
    return gateway;
  };

  test('is acknowledged and kept as history, and looks neither fresh nor alarming', () => {
    const gateway = new Gateway().says().saysUntil(10_000).waitUntil(120_000);
    const [told, sent] = [gateway.infusions.length, gateway.sent.length];
    backlog(gateway, 15_000, 100_000).calls({ phase: 'start', at: 50_000 });
    expect(gateway.infusions).toHaveLength(told);
    expect(gateway.sent).toHaveLength(sent + 18);
    expect(gateway.states.at(-1)).toBe('silent');
    expect(gateway.lastReason).toContain('Reports come more than 15 s late');
    expect(gateway.history[0]).toEqual({
      kind: 'other-numerics',
      source: 'device-1',
      at: 120_000,
      deviceTime: EPOCH + 15_000,
      values: { [`historical P51559 at station ${STATION} rate`]: { value: 0, unit: 'mL/h' } },
    });
    gateway.says();
    expect(gateway.last).toMatchObject({ state: 'infusing', alarms: [] });
    expect(gateway.states.at(-1)).toBe('live');
  });

  test('ends an alarm all the same', () => {
    const gateway = new Gateway().says().calls({ phase: 'start', seq: 1 }).waitUntil(100_000);
    gateway.calls({ phase: 'end', seq: 2, of: 1, at: 30_000 });
    expect(gateway.last.alarms).toEqual([]);
  });

  test('is late by its own header where that was made anew', () => {
    const gateway = new Gateway().waitUntil(60_000).says({ at: 10_000, sentAt: 60_000 });
    expect(gateway.infusions).toEqual([]);
    expect(gateway.history).toHaveLength(1);
  });

  test('within 15 s is of now, and what is older than the newest is not', () => {
    const gateway = new Gateway().says().waitUntil(20_000).says({ at: 8000 });
    expect(gateway.infusions).toHaveLength(2);
    gateway.says({ at: 7000 });
    expect(gateway.infusions).toHaveLength(2);
    expect(gateway.history).toHaveLength(1);
  });

  test.each([
    ['behind', -600_000],
    ['ahead of', 600_000],
  ])('a clock that is 10 min %s ours is known by the pace of two reports, and said', (words, skew) => {
    const gateway = new Gateway();
    for (const at of [0, 5000, 10_000]) gateway.waitUntil(at).says({ at: at + skew });
    expect(gateway.infusions).toHaveLength(2);
    expect(gateway.last.doubt).toBe(`its clock is about 10 min ${words} the station's`);
  });

  test('a backlog after the start, from a clock that is wrong, is never taken for the present', () => {
    const gateway = new Gateway().waitUntil(60_000);
    for (let at = 0; at < 60_000; at += 5000) gateway.waitUntil(gateway.now + 250).says({ at: at - 3_600_000 });
    expect(gateway.infusions).toEqual([]);
    expect(gateway.lastReason).toContain('The clock of the gateway differs from the station’s');
  });
});

describe('events and reports about the device', () => {
  const PCD10 = { type: 'ORU^R42^ORU_R01', profile: 'IHE_PCD_010' } as const;
  const event = (code: number): string => `68487^MDC_ATTR_EVT_COND^MDC|1.1.1.3|${code}^X^MDC|`;

  test('a completion holds until the pump delivers again', () => {
    const gateway = new Gateway()
      .says()
      .waitUntil(1000)
      .says({ ...PCD10, rows: [event(197292), ...STOPPED] });
    expect(gateway.last.state).toBe('complete');
    expect(gateway.waitUntil(5000).says({ rows: STOPPED }).last.state).toBe('complete');
    expect(gateway.waitUntil(10_000).says().last.state).toBe('infusing');
    expect(gateway.waitUntil(15_000).says({ rows: STOPPED }).last.state).toBe('stopped');
  });

  test('an event that tells no status counts from the next report on, and tells nothing itself', () => {
    const gateway = new Gateway()
      .says()
      .waitUntil(1000)
      .says({ ...PCD10, rows: [event(197292)] });
    expect(gateway.infusions).toHaveLength(1);
    expect(gateway.waitUntil(5000).says({ rows: STOPPED }).last.state).toBe('complete');
  });

  test('power and software come with the pump’s next report', () => {
    const device = {
      profile: 'IHE_PCD_015',
      rows: ['67925^P^MDC|1.2.0.1|onBattery(1)|', '67976^T^MDC|1.2.0.2|90|264352', '531976^F^MDC|1.1.0.1|v7|'],
    };
    const gateway = new Gateway().says().says(device);
    expect(gateway.infusions).toHaveLength(1);
    expect(gateway.waitUntil(5000).says().last).toMatchObject({
      power: { isOnMains: false, batteryMin: 90 },
      softwareVersion: 'v7',
    });
    gateway.saysUntil(905_000);
    expect(gateway.last.power).toBeUndefined();
  });
});

test('who was refused is said, in magnitudes', () => {
  const gateway = new Gateway();
  for (let i = 0; i < 12; i += 1)
    gateway.receive(wrap({ kind: 'refused', sender: '10.9.9.9', why: 'too-slow', count: 1 }));
  expect(gateway.lastReason).toContain('Refused: more than 10 × message not finished in time (10.9.9.9).');
});

test('what has no place here is named', () => {
  expect(new Gateway().says({ rows: [...RUNNING, '157985^MDC_X^MDC|1.1.1.9|1|265266'] }).lastReason).toBe(
    'No place here for 1 of the terms sent: 157985 MDC_X.',
  );
});

test('three thousand pumps are taken as they come, and the newest are known', () => {
  const gateway = new Gateway();
  const all: Uint8Array[] = [];
  for (let i = 0; i < 3000; i += 1)
    all.push(arrived(report({ at: 0, label: `P${i}`, system: `s${i}`, station: `st${i % 900}` }), 0));
  for (const bytes of all) gateway.receive(bytes);
  expect(gateway.codes.every((code) => code === 'AA')).toBe(true);
  gateway.receive(concatBytes(...all.slice(0, 10)));
  expect(gateway.states.at(-1)).toBe('live');
});
