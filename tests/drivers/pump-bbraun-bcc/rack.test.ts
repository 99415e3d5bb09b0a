import { describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { forgetValues, markUnheard, removeAbsent } from '$drivers/pump-bbraun-bcc/rack.ts';
import { FedRack, recordsOf, SOURCE, like } from './readings.ts';

const RUNNING = { INM1: 0, INM3: 1, INRT: '5.00', INBOCNT: 0, INBOVAL: '0.0' };
const at = (rack: FedRack) => ({ source: SOURCE, now: monotonicMs(rack.now), doubts: [] });

describe('pumps in a rack', () => {
  test('a block may hold several pumps: values go by address, not by the first record', () => {
    const rack = new FedRack();
    const readings = rack.feed([
      ...recordsOf({ FMNOR: 1 }, 5, '50100'),
      ...recordsOf({ INNR: '60000001', INRT: '1.00' }, 5, '50111'),
      ...recordsOf({ INNR: '68000001', INRT: '2.00' }, 5, '501112'),
    ]);
    expect(readings.map(({ channel, place, rateMlPerHour }) => [channel, place, rateMlPerHour])).toEqual([
      ['60000001', 'pillar 1 slot 1', 1],
      ['68000001', 'pillar 1 slot 12', 2],
    ]);
  });

  test('one place has one pump, in whichever way its address is written', () => {
    const rack = new FedRack();
    rack.feed(recordsOf({ INRT: '1.00', GNNEW: '688N' }, 5, '5011C'));
    expect(rack.feed(recordsOf({ INRT: '2.00' }, 7, '501112'))).toMatchObject([
      { channel: 'pillar 1 slot 12', model: 'Perfusor Space' },
    ]);
    expect(rack.rack.size).toBe(1);
  });

  test('an address that nobody knows still has its pump', () => {
    expect(new FedRack().feed(recordsOf({ INRT: '1.00' }, 5, '50199'))).toMatchObject([
      { channel: 'address 50199', rateMlPerHour: 1 },
    ]);
  });

  test('a removed pump says goodbye once, without a value', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, INNR: '60012345', GNNEW: '688N' });
    const goodbye = recordsOf({ GNERR: 39 }, 9);
    expect(rack.feed(goodbye)).toEqual([
      {
        kind: 'infusion',
        source: SOURCE,
        at: 4000,
        channel: '60012345',
        place: 'pillar 1 slot 1',
        model: 'Perfusor Space',
        pumpType: 'syringe',
        state: 'disconnected',
        alarms: [],
      },
    ]);
    expect(rack.feed(goodbye)).toEqual([]);
  });

  test('a pump that is plugged in elsewhere keeps its channel, in either order of news', () => {
    const rack = new FedRack();
    rack.feed(recordsOf({ ...RUNNING, INNR: '60012345', GNNEW: '688N', INP2: 80 }, 5, '50111'));
    const moved = rack.feed(recordsOf({ ...RUNNING, INNR: '60012345' }, 7, '50113'));
    expect(moved).toMatchObject([
      { channel: '60012345', place: 'pillar 1 slot 3', state: 'infusing', model: 'Perfusor Space' },
    ]);
    expect(moved[0]).not.toHaveProperty('pressurePercent');
    expect(rack.feed(recordsOf({ GNERR: 39 }, 7, '50111'))).toEqual([]);
    expect(rack.rack.size).toBe(1);
  });

  test('another pump at the same place is another channel, and the first one is gone', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, INNR: '60012345', INP2: 80 });
    const readings = rack.feed(recordsOf({ ...RUNNING, INNR: '60099999' }, 9));
    expect(readings).toMatchObject([
      { channel: '60012345', state: 'disconnected' },
      { channel: '60099999', state: 'infusing' },
    ]);
    expect(readings[1]).not.toHaveProperty('pressurePercent');
  });

  test('a pump that tells its number late ends the channel of its place and keeps what it told', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, INNR: '_NV', GNNEW: '688N' });
    expect(rack.feed(recordsOf({ ...RUNNING, INNR: '60012345' }, 9))).toMatchObject([
      { channel: 'pillar 1 slot 1', state: 'disconnected', doubt: 'known by its number from now on: 60012345' },
      { channel: '60012345', state: 'infusing', model: 'Perfusor Space' },
    ]);
  });

  test('a number of zeros is none', () => {
    expect(new FedRack().tell({ INNR: '00000000' }).channel).toBe('pillar 1 slot 1');
  });

  test('a disturbed pump is unknown for ten seconds and then gone', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, INNR: '60012345' });
    const disturbance = recordsOf({ GNERR: 41 }, 9);
    expect(rack.feed(disturbance)).toMatchObject([{ state: 'unknown', doubt: like(/error 41/), alarms: [] }]);
    expect(rack.feed(disturbance, 9999)).toMatchObject([{ state: 'unknown' }]);
    expect(rack.feed(disturbance, 1)).toMatchObject([{ channel: '60012345', state: 'disconnected' }]);
    expect(rack.feed(disturbance)).toEqual([]);
  });

  test('a disturbance that ends leaves nothing behind', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING });
    rack.feed(recordsOf({ GNERR: 41 }, 9));
    expect(rack.tell({ ...RUNNING }).state).toBe('infusing');
    expect(rack.feed(recordsOf({ GNERR: 41 }, 99), 9999)).toMatchObject([{ state: 'unknown' }]);
  });

  test('an error of which nothing is known, beside values, is said with them', () => {
    expect(new FedRack().tell({ ...RUNNING, GNERR: 77 })).toMatchObject({
      state: 'infusing',
      doubt: 'the rack reports error 77',
    });
  });

  test('a pump that a complete answer does not have is gone', () => {
    const rack = new FedRack();
    rack.feed([
      ...recordsOf({ ...RUNNING, INNR: '60000001' }, 5, '50111'),
      ...recordsOf({ ...RUNNING, INNR: '60000002' }, 5, '50112'),
    ]);
    const { rack: left, readings } = removeAbsent(rack.rack, new Set(['pillar 1 slot 1']), at(rack));
    expect([...left.keys()]).toEqual(['pillar 1 slot 1']);
    expect(readings).toMatchObject([{ channel: '60000002', state: 'disconnected' }]);
  });
});

describe('boluses', () => {
  test('the same block again tells nothing, so no bolus counts twice', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    const bolus = recordsOf({ ...RUNNING, INBOCNT: 1, INBOVAL: '2.5' }, 700);
    expect(rack.feed(bolus)).toMatchObject([{ bolus: { count: 1, volumeMl: 2.5 } }]);
    expect(rack.feed(bolus)).toEqual([]);
  });

  test('an equal block of a later second is another bolus', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    const values = { ...RUNNING, INBOCNT: 1, INBOVAL: '2.5' };
    expect([...rack.feed(recordsOf(values, 700)), ...rack.feed(recordsOf(values, 702))]).toMatchObject([
      { bolus: { count: 1 } },
      { bolus: { count: 1 } },
    ]);
  });

  test('a bolus in the very first answer may be an old one, and that is said', () => {
    expect(new FedRack().tell({ ...RUNNING, INBOCNT: 1, INBOVAL: '2.5' })).toMatchObject({
      bolus: { count: 1, volumeMl: 2.5 },
      doubt: like(/before this watch began/),
    });
  });

  test('a volume without a count is a bolus, a count without a volume is one of unknown volume', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    expect(rack.tell({ INM3: 1, INBOVAL: '0.5' }).bolus).toEqual({ count: 1, volumeMl: 0.5 });
    expect(rack.tell({ INM3: 1, INBOCNT: 2 })).toMatchObject({
      bolus: { count: 2, volumeMl: 0 },
      doubt: like(/2 boluses of unknown volume/),
    });
  });

  test('after a lost answer the next one says that a bolus may be missing, once', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    rack.rack = markUnheard(rack.rack, new Set());
    expect(rack.tell(RUNNING).doubt).toMatch(/an answer was lost/);
    expect(rack.tell(RUNNING)).not.toHaveProperty('doubt');
  });

  test('a pump that was in the lost answer before it was lost has no gap', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    rack.rack = markUnheard(rack.rack, new Set(['pillar 1 slot 1']));
    expect(rack.tell(RUNNING)).not.toHaveProperty('doubt');
  });

  test('with the running count of BCC 3.36 the gap is closed: no doubt when it fits, the count when it does not', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, BOCNT: 3 });
    rack.rack = markUnheard(rack.rack, new Set());
    expect(rack.tell({ ...RUNNING, INBOCNT: 1, INBOVAL: '1.0', BOCNT: 4 })).not.toHaveProperty('doubt');
    rack.rack = markUnheard(rack.rack, new Set());
    expect(rack.tell({ ...RUNNING, INBOCNT: 1, INBOVAL: '1.0', BOCNT: 6 })).toMatchObject({
      bolus: { count: 2, volumeMl: 1 },
      doubt: '2 boluses since the last good answer, 1 of them with a volume',
    });
  });

  test('a restarted ComDevice: who the pumps are stays, what they said does not', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, INNR: '60012345', GNNEW: '688N', INP2: 80 });
    rack.rack = forgetValues(rack.rack);
    const reading = rack.tell({ ...RUNNING, INNR: '60012345' });
    expect(reading).toMatchObject({ channel: '60012345', model: 'Perfusor Space', state: 'infusing' });
    expect(reading).not.toHaveProperty('pressurePercent');
  });
});
