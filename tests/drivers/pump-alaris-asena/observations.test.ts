import { describe, expect, test } from 'vitest';
import { watchFlow, type FlowMemory } from '$drivers/pump-alaris-asena/delivery.ts';
import type { InfRecord, Reply, SyringeReply, VtbiReply } from '$drivers/pump-alaris-asena/messages.ts';
import { flowOf, readingOf, type PumpView } from '$drivers/pump-alaris-asena/observations.ts';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { ml, rate, record } from './pump.ts';
import { REPLIES } from './vectors.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const told = <Told>(reply: Told, at: number) => ({ reply, at: monotonicMs(at) });
const noAlarm = { kind: 'ALARM', code: 'AL_NOALM', texts: [' ', ' '] } as const;

interface Course {
  readonly code?: string | undefined;
  readonly alarmAt?: number;
  readonly vtbi?: PumpView['vtbi'];
  readonly syringe?: PumpView['syringe'];
}

/** The reading of the last of these records, which came at these times. */
function read(records: readonly (readonly [at: number, record: InfRecord])[], course: Course = {}): InfusionReading {
  let flow: FlowMemory | undefined;
  for (const [at, each] of records) flow = watchFlow(flow, flowOf(told(each, at)));
  const [at, last] = records.at(-1) ?? [0, record()];
  const code = 'code' in course ? course.code : 'AL_NOALM';
  if (!flow) throw new Error('no record');
  return readingOf({
    source: deviceId('pump'),
    record: told(last, at),
    flow,
    alarm: code === undefined ? undefined : told({ ...noAlarm, code }, course.alarmAt ?? at),
    vtbi: course.vtbi,
    syringe: course.syringe,
  });
}

const one = (change: Partial<InfRecord> = {}, course: Course = {}): InfusionReading =>
  read([[MINUTE, record(change)]], course);
const syringe = (change: Partial<SyringeReply> = {}): SyringeReply => ({
  kind: 'SYRINGE_STATUS',
  brand: 'BD PERFUSOR',
  size: ' 50',
  state: 'CONF',
  ...change,
});
const vtbi = (change: Partial<VtbiReply> = {}): VtbiReply => ({
  kind: 'INF_VTBI',
  state: 'ACTIV',
  volume: { value: '35.000', unit: 'ml' },
  endAction: 'STOP',
  ...change,
});

describe('a field', () => {
  test('of the logged record is what the note says', () => {
    const logged = REPLIES.map(({ reply }) => reply).find(
      (reply: Reply): reply is InfRecord => reply.kind === 'INF' && reply.serial === '8002-51733',
    );
    expect(logged && read([[MINUTE, logged]], { code: 'AL_OCCLU' })).toEqual({
      kind: 'infusion',
      source: 'pump',
      at: MINUTE,
      channel: '8002-51733',
      pumpType: 'syringe',
      state: 'alarm',
      rateMlPerHour: 0,
      volumeInfusedMl: 0.969,
      pressureMmHg: 530.15,
      alarms: [{ kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'AL_OCCLU' }],
    });
  });

  test.each<readonly [what: string, change: Partial<InfRecord>, fields: Partial<InfusionReading>]>([
    ['serial number', { serial: ' 8002-51740 ' }, { channel: '8002-51740' }],
    ['rate', { mode: 'SET', rate: rate(' 52.50') }, { rateMlPerHour: 52.5 }],
    ['volume', { volume: ml(17.5) }, { volumeInfusedMl: 17.5 }],
    ['pressure', { pressure: { value: '530.15', unit: 'mmHg' } }, { pressureMmHg: 530.15 }],
    ['pressure below that of the room', { pressure: { value: '-50.00', unit: 'mmHg' } }, { pressureMmHg: -50 }],
    ['time', { mode: 'SET', rate: rate('1.00'), remaining: '01:20:03' }, { timeRemainingS: 4803 }],
  ])('%s', (_what, change, fields) => {
    expect(one(change)).toMatchObject(fields);
  });

  test.each<readonly [what: string, change: Partial<InfRecord>, field: keyof InfusionReading]>([
    ['an empty rate', { rate: rate('') }, 'rateMlPerHour'],
    ['an empty volume', { volume: { value: '', unit: '' } }, 'volumeInfusedMl'],
    ['an empty pressure', { pressure: { value: ' ', unit: 'mmHg' } }, 'pressureMmHg'],
    ['a day and more', { mode: 'SET', rate: rate('1.00'), remaining: '24+' }, 'timeRemainingS'],
    ['an empty time', { mode: 'SET', rate: rate('1.00'), remaining: '' }, 'timeRemainingS'],
    ['a time of 61 minutes', { mode: 'SET', rate: rate('1.00'), remaining: '00:61:00' }, 'timeRemainingS'],
    ['the time of a pump on hold', { remaining: '00:04:09' }, 'timeRemainingS'],
  ])('is absent for %s', (_what, change, field) => {
    expect(one(change)).not.toHaveProperty(field);
    expect(one(change).doubt ?? '').not.toContain('understood');
  });

  test.each<readonly [change: Partial<InfRecord>, field: keyof InfusionReading, doubt: string]>([
    [{ rate: { value: '52.50', unit: 'ml/min' } }, 'rateMlPerHour', 'rate "52.50" in "ml/min" is not understood'],
    [{ rate: { value: '52.50', unit: '' } }, 'rateMlPerHour', 'rate "52.50" in "" is not understood'],
    [{ rate: rate('5,25') }, 'rateMlPerHour', 'rate "5,25" in "ml/h" is not understood'],
    [{ volume: { value: '17.5', unit: 'l' } }, 'volumeInfusedMl', 'volume infused "17.5" in "l" is not understood'],
    [{ pressure: { value: '20.0', unit: 'kPa' } }, 'pressureMmHg', 'pressure "20.0" in "kPa" is not understood'],
    [{ pressure: { value: 'HIGH', unit: 'mmHg' } }, 'pressureMmHg', 'pressure "HIGH" in "mmHg" is not understood'],
  ])('in an unknown form gives no number and a doubt: %o', (change, field, doubt) => {
    expect(one(change)).not.toHaveProperty(field);
    expect(one(change).doubt).toContain(doubt);
  });

  test('about the volume to be infused is there while it is active and not old', () => {
    expect(one({}, { vtbi: told(vtbi(), MINUTE - 12_500) }).vtbiMl).toBe(35);
    expect(one({}, { vtbi: told(vtbi(), MINUTE - 12_501) })).not.toHaveProperty('vtbiMl');
    const none = one({}, { vtbi: told(vtbi({ state: 'DEACT', volume: { value: '', unit: '' } }), MINUTE) });
    expect(none).not.toHaveProperty('vtbiMl');
    expect(none).not.toHaveProperty('doubt');
    const strange = one({}, { vtbi: told(vtbi({ state: 'PAUSE' }), MINUTE) });
    expect(strange).not.toHaveProperty('vtbiMl');
    expect(strange.doubt).toBe('volume to be infused "PAUSE", an unknown word');
    expect(one({}, { vtbi: told(vtbi({ volume: { value: '35', unit: 'dl' } }), MINUTE) }).doubt).toContain('"dl"');
  });

  test('about the syringe is there when it was confirmed, and not old', () => {
    expect(one({}, { syringe: told(syringe(), MINUTE) }).syringe).toEqual({ sizeMl: 50, brand: 'BD PERFUSOR' });
    expect(read([[80_001, record()]], { syringe: told(syringe(), 5000) })).not.toHaveProperty('syringe');
    expect(one({}, { syringe: told(syringe({ size: '??' }), MINUTE) }).syringe).toEqual({ brand: 'BD PERFUSOR' });
    const unconfirmed = one({}, { syringe: told(syringe({ state: 'SEL' }), MINUTE) });
    expect(unconfirmed).not.toHaveProperty('syringe');
    expect(unconfirmed.doubt).toBe('the syringe is "SEL", an unknown word');
  });

  test('that no answer has is never there', () => {
    const names = Object.keys(read([[0, record()]], { vtbi: told(vtbi(), 0), syringe: told(syringe(), 0) }));
    const absent = ['drugName', 'concentration', 'doseRate', 'bolus', 'power', 'model', 'mode', 'isRemoteControlled'];
    expect(names.filter((name) => absent.includes(name))).toEqual([]);
  });
});

describe('the state', () => {
  const set = (volumeMl: number, change: Partial<InfRecord> = {}): InfRecord =>
    record({ mode: 'SET', rate: rate('36.00'), volume: ml(volumeMl), ...change });

  test.each<readonly [change: Partial<InfRecord>, code: string, state: string]>([
    [{}, 'AL_NOALM', 'stopped'],
    [{ mode: 'SET' }, 'AL_NOALM', 'stopped'],
    [{ flag: 'A' }, 'AL_OCCLU', 'alarm'],
    [{ flag: 'A', mode: 'SET' }, 'AL_OCCLU', 'alarm'],
    [{ flag: 'A' }, 'AL_NOALM', 'alarm'],
    [{ flag: 'A' }, 'AL_XYZZY', 'alarm'],
    [{ flag: 'A' }, 'AL_VTBIS', 'complete'],
    [{ flag: 'A' }, 'AL_EOIST', 'complete'],
    [{ flag: 'A' }, 'AL_LWBAT', 'stopped'],
    [{ flag: 'A', mode: 'SET', rate: rate('3.00') }, 'AL_EOIKV', 'kvo'],
    [{ flag: 'A', mode: 'SET', rate: rate('3.00') }, 'AL_VTBIK', 'kvo'],
    [{ flag: 'A' }, 'AL_VTBIK', 'complete'],
  ])('of %o with %s is %s', (change, code, state) => {
    expect(one(change, { code }).state).toBe(state);
  });

  test.each(['BOL', 'PURGE', 'STBY', 'set', ''])(
    'of the unknown word "%s" is unknown, whatever the volume does',
    (mode) => {
      const reading = read([
        [0, set(1, { mode })],
        [SECOND, set(1.01, { mode })],
      ]);
      expect(reading).toMatchObject({ state: 'unknown', rateMlPerHour: 36, volumeInfusedMl: 1.01 });
      expect(reading.doubt).toBe(`the pump's mode is "${mode}", an unknown word`);
    },
  );

  test('of a rate alone is unknown; with the first rise of the volume it infuses', () => {
    expect(read([[0, set(1)]])).toMatchObject({
      state: 'unknown',
      doubt: 'a rate is told; no rise of the volume seen yet',
    });
    const still = [
      [0, set(1)],
      [SECOND, set(1)],
    ] as const;
    expect(read(still).state).toBe('unknown');
    const reading = read([...still, [2 * SECOND, set(1.01)]]);
    expect(reading.state).toBe('infusing');
    expect(reading).not.toHaveProperty('doubt');
  });

  test('of a pump that says SET and stands is unknown after a minute', () => {
    const ran = [
      [0, set(1)],
      [SECOND, set(1.01)],
    ] as const;
    expect(read([...ran, [61 * SECOND, set(1.01)]]).state).toBe('infusing');
    expect(read([...ran, [62 * SECOND, set(1.01)]])).toMatchObject({
      state: 'unknown',
      doubt: 'a rate is told, and the volume has not risen for a minute',
    });
  });

  test('at a rate so low that the counter stands for minutes is not doubted before it must have moved', () => {
    const slow = (volumeMl: number) => set(volumeMl, { rate: rate('0.05') });
    const ran = [
      [0, slow(1)],
      [72 * SECOND, slow(1.001)],
    ] as const;
    expect(read([...ran, [72 * SECOND + 2 * MINUTE, slow(1.001)]]).state).toBe('infusing');
    expect(read([...ran, [72 * SECOND + 3 * MINUTE, slow(1.001)]]).state).toBe('unknown');
  });

  test('is proven over a break of the link by what was given meanwhile, and only so far', () => {
    const ran = [
      [0, set(1)],
      [SECOND, set(1.01)],
    ] as const;
    const after = 10 * MINUTE + SECOND;
    expect(read([...ran, [after, set(7.01)]]).state).toBe('infusing');
    expect(read([...ran, [after, set(6.42)]]).state).toBe('infusing');
    expect(read([...ran, [after, set(6.4)]]).state).toBe('unknown');
    expect(read([...ran, [after, set(1.01)]]).state).toBe('unknown');
    expect(read([...ran, [after, set(2, { rate: rate('6.00') })]]).state, 'by the faster of the rates').toBe('unknown');
  });

  test('needs a new proof after a hold', () => {
    const held = [
      [0, set(1)],
      [SECOND, set(1.01)],
      [2 * SECOND, record({ volume: ml(1.015) })],
    ] as const;
    expect(read(held).state).toBe('stopped');
    expect(read([...held, [3 * SECOND, set(1.015)]]).state).toBe('unknown');
    expect(read([...held, [3 * SECOND, set(1.016)]]).state).toBe('infusing');
  });

  test('survives a counter that is set to nought, which proves nothing', () => {
    const ran = [
      [0, set(1)],
      [SECOND, set(1.01)],
      [2 * SECOND, set(0)],
    ] as const;
    expect(read(ran)).toMatchObject({ state: 'infusing', volumeInfusedMl: 0 });
    expect(
      read([
        [0, set(1)],
        [SECOND, set(0)],
      ]).state,
    ).toBe('unknown');
  });

  test('is unknown when the volume rises on hold, or no volume can prove anything', () => {
    const holds = [
      [0, record({ volume: ml(1) })],
      [SECOND, record({ volume: ml(1.01) })],
    ] as const;
    expect(read(holds)).toMatchObject({ state: 'unknown', doubt: 'the volume rises and the pump says that it holds' });
    expect(one({ mode: 'SET', rate: rate('36.00'), volume: { value: '', unit: '' } })).toMatchObject({
      state: 'unknown',
      doubt: 'a rate is told, and no volume that could prove it',
    });
  });

  test('of a rate in an unknown unit is proven by the volume alone, for a minute', () => {
    const odd = (volumeMl: number) => set(volumeMl, { rate: { value: '0.60', unit: 'ml/min' } });
    const ran = [
      [0, odd(1)],
      [SECOND, odd(1.01)],
    ] as const;
    expect(read(ran)).toMatchObject({ state: 'infusing', doubt: 'rate "0.60" in "ml/min" is not understood' });
    expect(read([...ran, [62 * SECOND, odd(1.01)]]).state).toBe('unknown');
  });

  test('on hold with a rate is doubted', () => {
    expect(one({ rate: rate('5.00') })).toMatchObject({
      state: 'stopped',
      doubt: 'the pump says that it holds, and tells a rate',
    });
  });
});

describe('an alarm', () => {
  test.each([
    ['AL_OCCLU', 'occlusion.downstream', 'alarm', 'high'],
    ['AL_DRDIS', 'mechanism.disengaged', 'alarm', 'high'],
    ['AL_SYRCO', 'syringe.fault', 'alarm', 'high'],
    ['AL_NEOIN', 'nearEnd', 'pre-alarm', 'medium'],
    ['AL_EOIKV', 'end.kvo', 'alarm', 'medium'],
    ['AL_EOIST', 'end.stopped', 'alarm', 'medium'],
    ['AL_VTBIS', 'vtbi.done', 'alarm', 'medium'],
    ['AL_VTBIK', 'vtbi.done', 'alarm', 'medium'],
    ['AL_VTBIC', 'vtbi.done', 'alarm', 'medium'],
    ['AL_LWBAT', 'battery.low', 'pre-alarm', 'medium'],
    ['AL_EMBAT', 'battery.empty', 'alarm', 'high'],
    ['AL_LBTAC', 'battery.low', 'pre-alarm', 'medium'],
    ['AL_ACDIS', 'power.ac', 'pre-alarm', 'low'],
    ['AL_CALLB', 'attention', 'alarm', 'low'],
    ['AL_COMTO', 'comms', 'alarm', 'medium'],
    ['AL_FAULT', 'device.fault', 'alarm', 'high'],
    ['AL_PRDSC', 'sensor.pressure', 'alarm', 'high'],
    ['AL_RHIGH', 'limit', 'alarm', 'medium'],
    ['AL_TITCA', 'attention', 'pre-alarm', 'low'],
    ['AL_TITNC', 'attention', 'pre-alarm', 'low'],
    ['AL_TCITG', 'attention', 'pre-alarm', 'low'],
  ])('%s is %s, and but for the occlusion its meaning is said to be inferred', (code, kind, stage, priority) => {
    const { alarms, doubt } = one({ flag: 'A' }, { code });
    expect(alarms).toEqual([{ kind, stage, priority, code }]);
    expect(doubt).toBe(code === 'AL_OCCLU' ? undefined : `what ${code} means is inferred from its name`);
  });

  test.each(['AL_LDSCN', 'AL_XYZZY', 'WHAT'])('%s is unknown, with its code', (code) => {
    expect(one({ flag: 'A' }, { code }).alarms).toEqual([
      { kind: 'unknown', stage: 'alarm', priority: 'medium', code },
    ]);
  });

  test('may be spelled with a space', () => {
    expect(one({ flag: 'A' }, { code: 'AL DRDIS' }).alarms).toMatchObject([
      { kind: 'mechanism.disengaged', code: 'AL_DRDIS' },
    ]);
  });

  test.each(['A', 'W', ''])('without a code is unknown, with the flag "%s"', (flag) => {
    expect(one({ flag }).alarms).toMatchObject([{ kind: 'unknown', code: `INF ${flag}` }]);
    expect(one({ flag }, { code: undefined }).alarms).toMatchObject([{ kind: 'unknown', code: `INF ${flag}` }]);
  });

  test('is told although the flag says that there is none, with a doubt', () => {
    const { alarms, doubt } = one({}, { code: 'AL_OCCLU' });
    expect(alarms).toMatchObject([{ kind: 'occlusion.downstream' }]);
    expect(doubt).toBe('the pump tells AL_OCCLU, and that there is no alarm');
  });

  test('that is not told again for 5 s stands as long as the flag, with a doubt', () => {
    const silent = 'the pump does not say at present which alarm it has';
    const at = (flag: string, ageMs: number) => one({ flag }, { code: 'AL_OCCLU', alarmAt: MINUTE - ageMs });
    expect(at('A', 5000)).not.toHaveProperty('doubt');
    expect(at('A', 5001)).toMatchObject({ alarms: [{ kind: 'occlusion.downstream' }], doubt: silent });
    expect(at('-', 5001)).toMatchObject({ alarms: [], doubt: silent });
    expect(one({}, { code: undefined }).doubt).toBe(silent);
  });
});
