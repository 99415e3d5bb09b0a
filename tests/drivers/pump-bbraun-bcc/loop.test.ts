import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InfusionReading } from '$lib/domain/index.ts';
import { latin1 } from '$drivers/bytes.ts';
import { like } from './readings.ts';
import { FIRST_PUMP, SECOND_PUMP, VirtualLink, type LinkSetup } from './virtual-link.ts';

const MINUTE = 60_000;
const order = (link: VirtualLink, change: Partial<VirtualLink['bedside']['orderNow']>) => {
  link.bedside.orderNow = { ...link.bedside.orderNow, ...change };
};
const started = (setup: LinkSetup = {}): VirtualLink => {
  const link = new VirtualLink(setup).open().runFor(10_000);
  order(link, { isStarted: true });
  return link.runFor(10_000);
};
const states = (readings: readonly InfusionReading[]): readonly string[] =>
  readings.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
const alarmsOf = ({ alarms }: InfusionReading): readonly string[] =>
  alarms.map(({ kind, stage }) => `${stage} ${kind}`);
/** 3.36 tells what 3.30 tells, and more. */
const BOTH = [
  ['3.30', {}],
  ['3.36 decimal', { version: '3.36' }],
  ['3.36 hexadecimal', { version: '3.36', bitText: 'hex' }],
] as const;

describe('opening', () => {
  test('greets, learns the bed, asks the version once, then asks for all pumps every second', () => {
    const link = new VirtualLink().open().runFor(20_000);
    expect(link.sentKinds().slice(0, 7)).toEqual(['alive', 'ack', 'version', 'ack', 'all-pumps', 'ack', 'all-pumps']);
    const asked = link.sent.filter(({ query }) => query.kind === 'request' && query.request.kind === 'all-pumps');
    expect(asked.every(({ query }) => query.kind === 'request' && query.bed === 'KETA1')).toBe(true);
    const gaps = asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));
    expect(new Set(gaps)).toEqual(new Set([1000]));
    expect(link.statuses).toMatchObject([{ state: 'negotiating' }, { state: 'live', reason: 'Bed KETA1, BCC V3.30.' }]);
    expect(link.last()).toMatchObject({ channel: FIRST_PUMP, state: 'stopped', drugName: 'Ketamine' });
  });

  test.each([true, false])('finds out by itself whether the rack stuffs its frames: %s', (isStuffing) => {
    const link = new VirtualLink({ rack: { isStuffing } }).open().runFor(8000);
    expect(link.status).toBe('live');
    const last = link.sent.findLast(({ query }) => query.kind === 'request')?.query;
    expect(last?.kind === 'request' && last.isStuffed).toBe(isStuffing);
  });

  test('an ACK follows a frame after 100 ms, and half a second of quiet follows the ACK', () => {
    const link = new VirtualLink({ driver: { pollMs: 500 } }).open();
    const heard: number[] = [];
    link.toDriver = (bytes, at) => {
      heard.push(at);
      return bytes;
    };
    link.runFor(10_000);
    const acks = link.sent.filter(({ query }) => query.kind === 'ack').map(({ at }) => at);
    expect(acks.slice(0, 5).map((at, i) => at - (heard[i] ?? 0))).toEqual([100, 100, 100, 100, 100]);
    for (const { at } of link.sent.filter(({ query }) => query.kind === 'request').slice(1)) {
      expect(at - Math.max(...acks.filter((ack) => ack < at))).toBeGreaterThanOrEqual(500);
    }
  });

  test('an empty rack is live, and says that it is empty', () => {
    const link = new VirtualLink({ rack: { moves: [{ pump: 0, atMs: 50 }] } }).open().runFor(8000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'live', reason: 'Bed KETA1, BCC V3.30. No pump in the rack.' });
    expect(link.readings).toEqual([]);
  });

  test('one pump of interest is asked for alone', () => {
    const link = new VirtualLink({
      rack: { pumps: [{ place: '13' }] },
      driver: { slot: '13' },
    })
      .open()
      .runFor(8000);
    expect(link.sentKinds()).toContain('one-pump');
    expect(new Set(link.readings.map(({ channel }) => channel))).toEqual(new Set([SECOND_PUMP]));
  });

  test('a slot that the rack does not have is said', () => {
    const link = new VirtualLink({ driver: { slot: '31' } }).open().runFor(8000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'silent', reason: like(/GNERR 811/) });
  });
});

describe.each(BOTH)('an infusion, BCC %s', (_, rack) => {
  test('start, rate change, pause, resume', () => {
    const link = new VirtualLink({ rack }).open().runFor(10_000);
    expect(link.last().state).toBe('stopped');
    order(link, { isStarted: true });
    link.runFor(MINUTE);
    expect(link.last()).toMatchObject({
      state: 'infusing',
      rateMlPerHour: 52.5,
      vtbiMl: 35,
      timeRemainingS: 2340,
      concentration: { value: 1, unit: 'mg/mL' },
      doseRate: { value: 0.75, unit: 'mg/kg/h' },
      alarms: [],
    });
    // 52.5 mL/h for a minute is 0.875 mL, less what the counter's last step of five seconds does not show yet.
    expect(link.last().volumeInfusedMl).toBeGreaterThan(0.79);
    expect(link.last().volumeInfusedMl).toBeLessThanOrEqual(0.875);
    expect(link.bedside.deliveredMgPerMin).toBeCloseTo(0.875, 9);
    order(link, { rateMlPerHour: 30 });
    link.runFor(5000);
    expect(link.last()).toMatchObject({ state: 'infusing', rateMlPerHour: 30 });
    expect(link.bedside.deliveredMgPerMin).toBeCloseTo(0.5, 9);
    order(link, { isStarted: false });
    link.runFor(5000);
    expect(link.last()).toMatchObject({ state: 'stopped', rateMlPerHour: 0, alarms: [] });
    expect(link.last()).not.toHaveProperty('timeRemainingS');
    expect(link.bedside.deliveredMgPerMin).toBe(0);
    order(link, { isStarted: true });
    link.runFor(5000);
    expect(states(link.readings)).toEqual(['stopped', 'infusing', 'stopped', 'infusing']);
  });

  test('a bolus is seen while it runs and counted once when it is over', () => {
    const link = started({ rack: { ...rack, boluses: [{ atMs: 30_000, volumeMl: 2.5 }] } }).runFor(MINUTE);
    expect(link.readings.some(({ state, rateMlPerHour }) => state === 'bolus' && rateMlPerHour === 1200)).toBe(true);
    const told = link.readings.filter(({ bolus }) => bolus && bolus.count > 0);
    expect(told).toMatchObject([{ bolus: { count: 1, volumeMl: 2.5 } }]);
    expect(told[0]).not.toHaveProperty('doubt');
  });

  test('occlusion: pressure, alarm, stop; released into the patient when the line opens', () => {
    const link = started({ rack });
    link.bedside.lineNow = { isOccluded: true, isLinked: true };
    const closedAt = link.now;
    link.runFor(25_000);
    expect(link.bedside.deliveredMgPerMin).toBe(0);
    expect(link.last()).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(link.last().pressurePercent).toBeGreaterThan(40);
    link.runFor(50_000);
    expect(link.last()).toMatchObject({ state: 'alarm', rateMlPerHour: 0, pressurePercent: 100 });
    expect(alarmsOf(link.last())[0]).toMatch(/^alarm occlusion/);
    expect(link.deliveredMl(closedAt + 50, link.now)).toBe(0);
    link.bedside.lineNow = { isOccluded: false, isLinked: true };
    const openedAt = link.now;
    link.runFor(20_000);
    expect(link.last()).toMatchObject({ state: 'alarm', pressurePercent: 12 });
    expect(link.deliveredMl(openedAt, link.now)).toBeCloseTo(0.5, 6);
    order(link, { isStarted: false });
    link.runFor(5000);
    order(link, { isStarted: true });
    link.runFor(5000);
    expect(link.last()).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(link.bedside.deliveredMgPerMin).toBeCloseTo(0.875, 9);
  });

  test('volume done: complete, and nothing flows', () => {
    const link = started({ rack });
    order(link, { vtbiMl: 3.4567 });
    link.runFor(4 * MINUTE);
    expect(link.last()).toMatchObject({ state: 'complete', rateMlPerHour: 0, vtbiMl: 3.46 });
    expect(alarmsOf(link.last())).toEqual(['alarm infusionComplete']);
    expect(link.last().volumeInfusedMl).toBe(3.46);
    expect(link.deliveredMl(0, link.now)).toBeCloseTo(3.4567, 9);
  });

  test('volume done with a keep-open rate: kvo', () => {
    const link = started({ rack: { ...rack, kvoMlPerHour: 3 } });
    order(link, { vtbiMl: 1 });
    link.runFor(2 * MINUTE);
    expect(link.last()).toMatchObject({ state: 'kvo', rateMlPerHour: 3 });
    expect(link.bedside.deliveredMgPerMin).toBeCloseTo(0.05, 9);
  });

  test('air: the pump stops, takes its alarm back after a while, and stays stopped', () => {
    const link = started({ rack: { ...rack, air: [{ atMs: 30_000 }] } }).runFor(20_000);
    expect(link.last()).toMatchObject({ state: 'alarm', rateMlPerHour: 0 });
    expect(alarmsOf(link.last())).toEqual(['alarm airInLine']);
    link.runFor(MINUTE);
    expect(link.last()).toMatchObject({ state: 'stopped', rateMlPerHour: 0, alarms: [] });
  });
});

describe('pre-alarms', () => {
  const at336 = { rack: { version: '3.36' } };

  test('pressure: first the pre-alarm at 55 to 60 percent, then the alarm; a drop afterwards is marked', () => {
    const link = started(at336);
    link.bedside.lineNow = { isOccluded: true, isLinked: true };
    const from = link.readings.length;
    link.runFor(75_000);
    const warned = link.readings.slice(from).find(({ alarms }) => alarms.length > 0);
    expect(warned).toMatchObject({
      state: 'infusing',
      alarms: [{ kind: 'occlusion.downstream', stage: 'pre-alarm', priority: 'medium', code: 'PREALARM.10' }],
    });
    expect(warned?.pressurePercent).toBeGreaterThanOrEqual(55);
    expect(warned?.pressurePercent).toBeLessThanOrEqual(60);
    expect(link.last().alarms).toMatchObject([{ kind: 'occlusion.downstream', stage: 'alarm', code: 'ALARM1.10' }]);
    link.bedside.lineNow = { isOccluded: false, isLinked: true };
    link.runFor(10_000);
    expect(alarmsOf(link.last())).toEqual(['alarm occlusion.downstream', 'pre-alarm attention']);
  });

  test('the end of the volume is announced three minutes before', () => {
    const link = started(at336);
    order(link, { vtbiMl: 52.5 / 12 });
    link.runFor(MINUTE);
    expect(link.last().alarms).toEqual([]);
    link.runFor(2 * MINUTE);
    expect(alarmsOf(link.last())).toEqual(['pre-alarm nearEnd']);
    expect(link.last().state).toBe('infusing');
  });

  test('a syringe that runs empty is announced and then stops the pump', () => {
    const link = started({ rack: { contentMl: 5 } }).runFor(3 * MINUTE);
    expect(alarmsOf(link.last())).toEqual(['pre-alarm nearEnd']);
    link.runFor(4 * MINUTE);
    expect(link.last()).toMatchObject({ state: 'alarm', alarms: [{ kind: 'empty' }] });
  });
});

describe('what else the rack tells', () => {
  test.each(BOTH)('BCC %s: a rate beyond a soft limit is a warning while it lasts', (_, rack) => {
    const link = started({ rack: { ...rack, softLimits: { high: 60 } } });
    expect(link.last().alarms).toEqual([]);
    order(link, { rateMlPerHour: 80 });
    link.runFor(3000);
    expect(link.last()).toMatchObject({
      state: 'infusing',
      alarms: [{ kind: 'limit', stage: 'pre-alarm', priority: 'low' }],
    });
    order(link, { rateMlPerHour: 52.5 });
    link.runFor(3000);
    expect(link.last().alarms).toEqual([]);
    const notices = link.readings.flatMap((reading) => reading.notices ?? []);
    expect(notices).toEqual('version' in rack ? ['limit-overruled'] : []);
  });

  test('another syringe: in one reading, with its brand', () => {
    const link = started({ rack: { disposableChanges: [{ pump: 0, atMs: 30_000 }] } }).runFor(20_000);
    const told = link.readings.filter(({ notices }) => notices !== undefined);
    expect(told).toMatchObject([{ notices: ['disposable-changed'], syringe: { brand: 'OPS 50' } }]);
  });

  test('BCC 3.36: a bolus is followed while it runs', () => {
    const link = started({ rack: { version: '3.36', boluses: [{ atMs: 30_000, volumeMl: 2.5 }] } }).runFor(MINUTE);
    const running = link.readings.flatMap(({ runningBolusMl }) => runningBolusMl ?? []);
    expect(running.length).toBeGreaterThan(5);
    expect(running).toEqual(running.toSorted((a, b) => a - b));
    expect(Math.max(...running)).toBeGreaterThan(2);
    expect(
      link.readings.every(({ state, runningBolusMl }) => (state === 'bolus') === (runningBolusMl !== undefined)),
    ).toBe(true);
  });
});

describe('more than one pump', () => {
  const two = { rack: { pumps: [{ place: '13', rateMlPerHour: 20, vtbiMl: 250 }] } };

  test('every pump of the rack is reached, each with its own values', () => {
    const link = started(two).runFor(20_000);
    expect(link.last(FIRST_PUMP)).toMatchObject({ place: 'pillar 1 slot 1', state: 'infusing', rateMlPerHour: 52.5 });
    expect(link.last(SECOND_PUMP)).toMatchObject({
      place: 'pillar 1 slot 3',
      model: 'Infusomat Space',
      state: 'infusing',
      rateMlPerHour: 20,
      drugName: 'NaCl 0,9% 250ml',
    });
    expect(link.last(SECOND_PUMP)).not.toHaveProperty('doseRate');
  });

  test('twenty-four pumps on three pillars, with addresses of six digits', () => {
    const places = Array.from({ length: 23 }, (_, i) => `${1 + (i % 3)}${'23456789ABCDEFGHIJKLMNO'[i]}`);
    const rack = { pillars: 3, hasLongAddresses: true, pumps: places.map((place) => ({ place })) };
    const link = started({ rack }).runFor(20_000);
    expect(new Set(link.readings.map(({ channel }) => channel)).size).toBe(24);
    expect(link.readings.map(({ place }) => place)).toContain('pillar 2 slot 24');
    expect(link.status).toBe('live');
  });

  test('a pump pulled out says goodbye, and goes on as the same channel where it is plugged in again', () => {
    const moves = [
      { pump: 0, atMs: 30_000 },
      { pump: 0, atMs: 50_000, to: '12' },
    ];
    const link = started({ rack: { ...two.rack, moves } }).runFor(20_000);
    expect(link.last()).toMatchObject({ state: 'disconnected', place: 'pillar 1 slot 1' });
    expect(link.last(SECOND_PUMP).state).toBe('infusing');
    const before = link.readings.findLast(({ channel, state }) => channel === FIRST_PUMP && state === 'infusing');
    link.runFor(30_000);
    expect(link.last()).toMatchObject({ state: 'infusing', place: 'pillar 1 slot 2', model: 'Perfusor Space' });
    expect(link.last().volumeInfusedMl).toBeGreaterThan(before?.volumeInfusedMl ?? 0);
    expect(states(link.readings.filter(({ channel }) => channel === FIRST_PUMP))).toEqual([
      'stopped',
      'infusing',
      'disconnected',
      'infusing',
    ]);
    expect(link.status).toBe('live');
  });

  test('a notice of removal that gets lost: the pump is missed in the next answer', () => {
    const link = started({ rack: { ...two.rack, moves: [{ pump: 0, atMs: 30_000 }] } });
    link.toDriver = (bytes) => (/GNEERR,39|GNERR,39/.test(latin1(bytes)) ? undefined : bytes);
    link.runFor(20_000);
    expect(link.last().state).toBe('disconnected');
  });

  test('a pump that starts up reports a disturbance first, with extended errors', () => {
    const rack = { ...two.rack, hasExtendedErrors: true, moves: [{ pump: 0, atMs: 30_000, to: '12' }] };
    const link = started({ rack }).runFor(30_000);
    const errors = link.messages.filter(
      (message) =>
        message.kind === 'frame' &&
        message.reply.kind === 'records' &&
        message.reply.records.some(({ name, value }) => name === 'GNERR' && value === '41'),
    );
    expect(errors.length).toBeGreaterThan(0);
    expect(link.last()).toMatchObject({ state: 'infusing', place: 'pillar 1 slot 2' });
  });

  test('an impossible rack is said at once, and is over when it is over', () => {
    const link = started({ rack: { ...two.rack, rackFaults: [{ fromMs: 30_000, toMs: 40_000 }] } }).runFor(14_000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'silent', reason: like(/GNERR 51/) });
    expect(link.last().state).toBe('infusing');
    link.runFor(10_000);
    expect(link.status).toBe('live');
    expect(link.readings.some(({ state }) => state === 'disconnected')).toBe(false);
  });
});

describe('trouble on the line', () => {
  test('the cable is out: silent within 3 s of the last news, back when the cable is', () => {
    const link = started();
    const lastHeard = link.last().at;
    link.bedside.lineNow = { isOccluded: false, isLinked: false };
    link.runFor(20_000);
    const silent = link.statuses.find(({ state }) => state === 'silent');
    expect(silent).toMatchObject({ reason: 'The ComDevice does not answer.' });
    expect((silent?.at ?? 0) - lastHeard).toBeLessThanOrEqual(3000);
    expect(link.last().at).toBe(lastHeard);
    link.bedside.lineNow = { isOccluded: false, isLinked: true };
    link.runFor(20_000);
    expect(link.status).toBe('live');
    expect(link.last()).toMatchObject({ state: 'infusing' });
  });

  test('greetings come after 1, 2, 5 and 10 s, each way of stuffing in turn; then the link is opened anew', () => {
    const link = started();
    link.toDriver = () => undefined;
    const from = link.now;
    link.runFor(40_000);
    const greetings = link.sent.filter(
      ({ at, query }) => at > from && query.kind === 'request' && query.request.kind === 'alive',
    );
    const gaps = greetings.slice(1).map(({ at }, i) => at - (greetings[i]?.at ?? 0));
    expect(gaps).toEqual([2000 + 2000, 2000 + 5000, 2000 + 10_000]);
    const stuffed = greetings.map(({ query }) => query.kind === 'request' && query.isStuffed);
    expect(stuffed).toEqual([true, true, false, false]);
    expect(link.reopened).toHaveLength(1);
  });

  test('a damaged block is asked for again, and told once', () => {
    const link = started({ rack: { boluses: [{ atMs: 30_000, volumeMl: 2 }] } });
    let damaged = 0;
    link.toDriver = (bytes) => {
      if (!/INBOCNT,1/.test(latin1(bytes)) || damaged > 0) return bytes;
      damaged++;
      return bytes.map((byte, i) => (i === 100 ? byte ^ 0x40 : byte));
    };
    link.runFor(40_000);
    expect(damaged).toBe(1);
    expect(link.sentKinds().filter((kind) => kind === 'nak')).toHaveLength(1);
    expect(link.readings.filter(({ bolus }) => bolus && bolus.count > 0)).toHaveLength(1);
    expect(link.statuses.some(({ state }) => state === 'silent')).toBe(false);
  });

  test('after three NAKs a new question is asked, and the gap is said', () => {
    const link = started();
    let isDamaging = true;
    link.toDriver = (bytes) => (isDamaging ? bytes.map((byte, i) => (i === 30 ? byte ^ 0x01 : byte)) : bytes);
    const from = link.now;
    link.runFor(2400);
    isDamaging = false;
    expect(link.sentKinds(from).filter((kind) => kind !== 'ack')).toEqual([
      'all-pumps',
      'nak',
      'nak',
      'nak',
      'all-pumps',
    ]);
    link.runFor(4000);
    expect(link.status).toBe('live');
    expect(link.readings.filter(({ doubt }) => doubt?.includes('an answer was lost'))).toHaveLength(1);
  });

  test('blocks that stay damaged are no live link', () => {
    const link = started();
    link.toDriver = (bytes) => bytes.map((byte, i) => (i === 30 ? byte ^ 0x01 : byte));
    link.runFor(8000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'silent', reason: 'Blocks arrive damaged.' });
  });

  test('a lost ACK: the second pump is not reached, the next question starts over, no bolus twice', () => {
    const rack = { pumps: [{ place: '13' }], boluses: [{ atMs: 21_000, volumeMl: 1 }] };
    const link = started({ rack });
    let lost = 0;
    link.toDevice = (bytes) => {
      if (bytes[0] !== 0x06 || link.now < 30_000 || lost >= 2) return bytes;
      lost++;
      return undefined;
    };
    link.runFor(30_000);
    expect(lost).toBe(2);
    expect(link.status).toBe('live');
    expect(link.last(SECOND_PUMP).at).toBeGreaterThan(45_000);
    expect(link.readings.filter(({ bolus }) => bolus && bolus.count > 0)).toHaveLength(1);
  });

  test('a block that comes twice is told once', () => {
    const link = started({ rack: { boluses: [{ atMs: 30_000, volumeMl: 2 }] } });
    link.toDriver = (bytes) => Uint8Array.of(...bytes, ...bytes);
    const from = link.readings.length;
    link.runFor(30_000);
    const readings = link.readings.slice(from);
    expect(readings.filter(({ bolus }) => bolus && bolus.count > 0)).toHaveLength(1);
    expect(new Set(readings.map(({ at }) => at)).size).toBe(readings.length);
  });

  test('bytes that arrive one by one change nothing', () => {
    const whole = started().runFor(10_000);
    const pieces = new VirtualLink();
    pieces.maxChunkBytes = 1;
    pieces.open().runFor(10_000);
    order(pieces, { isStarted: true });
    pieces.runFor(20_000);
    expect(pieces.readings).toEqual(whole.readings);
    expect(pieces.sent).toEqual(whole.sent);
  });

  test('9600 baud is enough for one pump', () => {
    const link = started({ rack: { baudRate: 9600 } }).runFor(30_000);
    expect(link.statuses.some(({ state }) => state === 'silent')).toBe(false);
    expect(link.last()).toMatchObject({ state: 'infusing' });
  });

  test('values that are missing for some seconds are bridged and marked, never zero', () => {
    const link = started({ rack: { noValue: { everyMs: 30_000, forMs: 3000 } } }).runFor(50_000);
    const bridged = link.readings.filter(({ doubt }) => doubt?.includes('older than this answer'));
    expect(bridged.length).toBeGreaterThan(0);
    expect(bridged.every(({ drugName, pressurePercent }) => drugName === 'Ketamine' && pressurePercent === 12)).toBe(
      true,
    );
  });

  test('data grouping: values of a moment that is not over are missing, not mixed', () => {
    const link = started({ rack: { isGrouping: true }, driver: { pollMs: 700 } });
    order(link, { rateMlPerHour: 30 });
    link.runFor(5000);
    const doses = link.readings
      .filter(({ at }) => at > 20_000)
      .map(({ rateMlPerHour, doseRate }) => [rateMlPerHour, doseRate?.value]);
    expect(new Set(doses.map(String))).toEqual(new Set(['52.5,0.75', '30,0.429']));
  });
});

describe('a restarted ComDevice', () => {
  test('refuses everything for a minute, is silent for us, and is greeted until it answers', () => {
    const link = started({ rack: { restartsAtMs: [30_000] } }).runFor(15_000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'silent', reason: like(/GNERR 68/) });
    link.runFor(75_000);
    expect(link.statuses.at(-1)).toMatchObject({ state: 'live' });
    expect(link.last()).toMatchObject({ channel: FIRST_PUMP, state: 'infusing', model: 'Perfusor Space' });
    expect(link.last().volumeInfusedMl).toBeGreaterThan(1);
    expect(link.readings.some(({ state }) => state === 'disconnected')).toBe(false);
    expect(link.sentKinds(90_000)).toContain('version');
  });
});

describe('a ComDevice that pushes', () => {
  const cyclic = { rack: { mode: 'cyclic', pumps: [{ place: '13' }] }, driver: { mode: 'cyclic' } };

  test('is acknowledged and never asked', () => {
    const link = started(cyclic).runFor(30_000);
    expect(new Set(link.sentKinds())).toEqual(new Set(['ack']));
    expect(link.last(FIRST_PUMP).state).toBe('infusing');
    expect(link.last(SECOND_PUMP).state).toBe('infusing');
    expect(link.status).toBe('live');
  });

  test('tells a change within a second and a half', () => {
    const link = started(cyclic).runFor(12_300);
    order(link, { isStarted: false });
    link.runFor(1500);
    expect(link.last().state).toBe('stopped');
  });

  test('a lost ACK stops it; one more revives it', () => {
    const link = started(cyclic);
    let lost = 0;
    link.toDevice = (bytes) => (lost++ === 0 ? undefined : bytes);
    link.runFor(20_000);
    expect(link.statuses.slice(-2)).toMatchObject([
      { state: 'silent', reason: 'The ComDevice has stopped sending.' },
      { state: 'live' },
    ]);
    expect(link.reopened).toEqual([]);
  });

  test('when even that does not help the link is opened anew', () => {
    const link = started(cyclic);
    link.bedside.lineNow = { isOccluded: false, isLinked: false };
    link.runFor(15_000);
    expect(link.reopened).toHaveLength(1);
    link.bedside.lineNow = { isOccluded: false, isLinked: true };
    link.open().runFor(10_000);
    expect(link.status).toBe('live');
  });

  test('is noticed without the setting, too: unrequested blocks are acknowledged and the questions end', () => {
    const link = new VirtualLink({ rack: { mode: 'cyclic' } }).open().runFor(6000);
    const from = link.now;
    link.runFor(20_000);
    expect(new Set(link.sentKinds(from))).toEqual(new Set(['ack']));
    expect(link.status).toBe('live');
  });
});

describe('a bad line', () => {
  /** Each chunk from the rack is left alone, lost, doubled, damaged or cut short; each of ours is left alone or lost. */
  const anyFate = fc.nat(19);
  const anyFates = fc.record({
    toDriver: fc.array(anyFate, { minLength: 1, maxLength: 40 }),
    toDevice: fc.array(anyFate, { minLength: 1, maxLength: 40 }),
    place: fc.nat(500),
    rack: fc.constantFrom({}, { version: '3.36' }, { isStuffing: false }, { pumps: [{ place: '13' }] }),
  });

  function spoil(bytes: Uint8Array, fate: number | undefined, place: number): Uint8Array | undefined {
    if (fate === 0) return undefined;
    if (fate === 1) return Uint8Array.of(...bytes, ...bytes);
    if (fate === 2 || fate === 3) return bytes.map((byte, i) => (i === place % bytes.length ? byte ^ 0x05 : byte));
    return fate === 4 ? bytes.slice(0, place % bytes.length) : bytes;
  }

  test('never makes a forbidden request, never doubles a bolus, never loses one in silence, and heals', () => {
    fc.assert(
      fc.property(anyFates, ({ toDriver, toDevice, place, rack }) => {
        const boluses = [22_000, 30_000, 38_000].map((atMs) => ({ atMs, volumeMl: 1 }));
        const link = started({ rack: { ...rack, boluses } });
        let [heard, said] = [0, 0];
        link.toDriver = (bytes) => spoil(bytes, toDriver[heard++ % toDriver.length], place);
        link.toDevice = (bytes) => (toDevice[said++ % toDevice.length] === 0 ? undefined : bytes);
        link.runFor(25_000);
        link.toDriver = (bytes) => bytes;
        link.toDevice = (bytes) => bytes;
        link.runFor(15_000);
        if (link.reopened.length > 0) link.open();
        link.runFor(25_000);
        expect(link.forbidden).toEqual([]);
        expect(link.status).toBe('live');
        expect(link.last()).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
        const readings = link.readings.filter(({ channel }) => channel === FIRST_PUMP);
        const count = readings.reduce((sum, { bolus }) => sum + (bolus?.count ?? 0), 0);
        const isLossSaid = readings.some(({ doubt }) => doubt !== undefined && /lost|last good answer/.test(doubt));
        expect(count).toBeLessThanOrEqual(boluses.length);
        expect(count === boluses.length || isLossSaid).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
