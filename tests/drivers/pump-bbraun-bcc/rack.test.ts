import { describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { forgetValues, markUnheard, missPumps, muteOld, removeAbsent } from '$drivers/pump-bbraun-bcc/rack-gaps.ts';
import { FedRack, recordsOf, SOURCE, like, type Values } from './readings.ts';

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
    expect(rack.rack.pumps.size).toBe(1);
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
        softwareVersion: '688N',
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
    expect(rack.rack.pumps.size).toBe(1);
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
    expect([...left.pumps.keys()]).toEqual(['pillar 1 slot 1']);
    expect(readings).toMatchObject([{ channel: '60000002', state: 'disconnected' }]);
  });
});

describe('who a pump is, which is told once', () => {
  const moving = (first: Values) => {
    const rack = new FedRack();
    rack.feed(recordsOf({ ...RUNNING, INNR: '60012345', ...first }, 5, '50111'));
    expect(rack.feed(recordsOf({ GNERR: 39 }, 7, '50111'))).toMatchObject([{ state: 'disconnected' }]);
    return rack;
  };

  test('is remembered while it is away, and is there again at its new place', () => {
    const rack = moving({ GNNEW: '688N030004' });
    expect(rack.rack.pumps.size).toBe(0);
    expect(rack.feed(recordsOf({ ...RUNNING, INNR: '60012345' }, 99, '5012A'))).toMatchObject([
      { place: 'pillar 2 slot 10', model: 'Perfusor Space', softwareVersion: '688N030004' },
    ]);
    expect(rack.rack.away.size).toBe(0);
  });

  test('comes with nothing that it did before', () => {
    const rack = moving({ GNNEW: '688N', INP2: 80 });
    expect(rack.feed(recordsOf({ ...RUNNING, INNR: '60012345' }, 9, '50113'))[0]).not.toHaveProperty('pressurePercent');
  });

  test('is another matter for another pump, and for a place', () => {
    const rack = moving({ GNNEW: '688N' });
    expect(rack.feed(recordsOf({ ...RUNNING, INNR: '60099999' }, 9))[0]).not.toHaveProperty('model');
    const placed = new FedRack();
    placed.feed(recordsOf({ ...RUNNING, GNNEW: '688N' }, 5));
    placed.feed(recordsOf({ GNERR: 39 }, 7));
    expect(placed.feed(recordsOf(RUNNING, 9))[0]).not.toHaveProperty('model');
  });

  test('is forgotten for those that left first when very many have', () => {
    const rack = new FedRack();
    for (let n = 0; n < 100; n++) {
      rack.feed(recordsOf({ ...RUNNING, INNR: String(60_000_001 + n), GNNEW: '688N' }, 2 * n));
      rack.feed(recordsOf({ GNERR: 39 }, 2 * n + 1));
    }
    expect(rack.rack.away.size).toBe(48);
    expect([...rack.rack.away.keys()].at(-1)).toBe('60000100');
  });
});

describe('what is told once', () => {
  test('another disposable: in one reading, never carried on', () => {
    const rack = new FedRack();
    expect(rack.tell({ ...RUNNING, DISPCHG: 0 })).not.toHaveProperty('notices');
    expect(rack.tell({ ...RUNNING, DISPCHG: 1, DISPNAME: 'OPS 50' })).toMatchObject({
      notices: ['disposable-changed'],
      syringe: { brand: 'OPS 50' },
    });
    expect(rack.tell({ ...RUNNING, DISPCHG: '_NV' })).not.toHaveProperty('notices');
  });

  test('an answer that was lost may have held it, and that is said where the pump tells it at all', () => {
    const rack = new FedRack();
    rack.tell({ ...RUNNING, BOCNT: 3, DISPCHG: 0 });
    rack.rack = markUnheard(rack.rack, new Set());
    expect(rack.tell({ ...RUNNING, BOCNT: 3, DISPCHG: 0 }).doubt).toMatch(/changed disposable would be missing/);
    expect(rack.tell({ ...RUNNING, BOCNT: 3, DISPCHG: 0 })).not.toHaveProperty('doubt');
  });

  test.each([
    ['DGDALERTSLL', 1, 'limit-overruled'],
    ['DGDALERTSLL', 2, 'limit-rejected'],
    ['DGDALERTSLH', 1, 'limit-overruled'],
    ['DGDALERTSLH', 2, 'limit-rejected'],
    ['DGDALERTHLH', 1, 'hard-limit-met'],
  ])('%s %i is %s, when it becomes that', (name, word, notice) => {
    const rack = new FedRack();
    expect(rack.tell({ ...RUNNING, [name]: word })).not.toHaveProperty('notices');
    rack.tell({ ...RUNNING, [name]: 0 });
    expect(rack.tell({ ...RUNNING, [name]: word }).notices).toEqual([notice]);
    expect(rack.tell({ ...RUNNING, [name]: word })).not.toHaveProperty('notices');
    rack.tell({ ...RUNNING, [name]: '_NV' });
    expect(rack.tell({ ...RUNNING, [name]: word })).not.toHaveProperty('notices');
    expect(rack.tell({ ...RUNNING, [name]: 0 })).not.toHaveProperty('notices');
  });

  test('what a pump told beside the word that it is gone is told before it goes', () => {
    const rack = new FedRack();
    rack.tell(RUNNING);
    const last = recordsOf({ ...RUNNING, INBOCNT: 1, INBOVAL: '2.5', DISPCHG: 1, GNERR: 39 }, 9);
    expect(rack.feed(last)).toMatchObject([
      { bolus: { count: 1, volumeMl: 2.5 }, notices: ['disposable-changed'] },
      { state: 'disconnected' },
    ]);
  });

  test('a bolus waits for the pump at its new place', () => {
    const rack = new FedRack();
    rack.feed(recordsOf({ ...RUNNING, INNR: '60012345' }, 5, '50111'));
    expect(
      rack.feed(recordsOf({ ...RUNNING, INNR: '60012345', INBOCNT: 1, INBOVAL: '2.5', DISPCHG: 1 }, 7, '50113')),
    ).toMatchObject([{ channel: '60012345', bolus: { count: 1, volumeMl: 2.5 }, notices: ['disposable-changed'] }]);
  });
});

describe('a pump that is not heard while others are', () => {
  const FIRST = new Set(['pillar 1 slot 1']);
  const two = () => {
    const rack = new FedRack();
    rack.feed([...recordsOf(RUNNING, 5, '50111'), ...recordsOf({ ...RUNNING, INNR: '60000002' }, 5, '50112')]);
    return rack;
  };

  test('is unknown after the second answer without it, once, and itself again when it is heard', () => {
    const rack = two();
    const miss = () => {
      const step = missPumps(rack.rack, FIRST, at(rack));
      rack.rack = step.rack;
      return step.readings;
    };
    expect(miss()).toEqual([]);
    expect(miss()).toMatchObject([
      { channel: '60000002', state: 'unknown', alarms: [], doubt: 'not in the last 2 answers' },
    ]);
    expect(miss()).toEqual([]);
    const heard = rack.feed(recordsOf({ ...RUNNING, INNR: '60000002' }, 99, '50112'));
    expect(heard).toMatchObject([{ state: 'infusing', doubt: like(/an answer was lost/) }]);
    expect(miss()).toEqual([]);
    expect(miss()).toHaveLength(1);
  });

  test('says nothing when nothing at all was heard: then it is the ComDevice', () => {
    const rack = two();
    for (let i = 0; i < 3; i++) {
      const step = missPumps(rack.rack, new Set(), at(rack));
      rack.rack = step.rack;
      expect(step.readings).toEqual([]);
    }
  });

  test('is unknown by its age where no answer has an end', () => {
    const rack = two();
    rack.feed(recordsOf(RUNNING, 65, '50111'), 60_000);
    expect(muteOld(rack.rack, monotonicMs(2000), at(rack)).readings).toEqual([]);
    const { rack: muted, readings } = muteOld(rack.rack, monotonicMs(2001), at(rack));
    expect(readings).toMatchObject([{ channel: '60000002', state: 'unknown' }]);
    expect(muteOld(muted, monotonicMs(2001), at(rack)).readings).toEqual([]);
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
