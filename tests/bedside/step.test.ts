/** What one input changes at a bed, before anything is judged of it. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  deviceId,
  monotonicMs,
  PHASES,
  sessionId,
  wallMs,
  type BedInput,
  type BedOutput,
  type CuffStatus,
  type DeviceStatus,
  type JournalledObservation,
} from '$lib/domain/index.ts';
import { emptyBed, step, tick, ticksBetween, type BedState } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { MONITOR, NURSE, PUMP } from '../support/bed.ts';
import { reading } from '../support/channel.ts';

const status = (id: string, more: Partial<DeviceStatus> = {}): BedInput => ({
  kind: 'device',
  status: {
    device: deviceId(id),
    role: id === 'pump' ? 'pump' : 'monitor',
    at: monotonicMs(0),
    state: 'live',
    label: id,
    isSimulated: true,
    freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
    ...more,
  },
});
const seen = (observation: JournalledObservation): BedInput => ({ kind: 'observed', observation });
const command = (id: string, asked: Extract<BedInput, { kind: 'command' }>['envelope']['command']): BedInput => ({
  kind: 'command',
  envelope: { id, bed: bedId('bed-1'), by: NURSE, command: asked },
});
const ADMIT = command('admit', {
  type: 'admit',
  session: sessionId('s1'),
  patient: { identifier: 'T-1', weightKg: 70 },
  isSimulated: true,
});

/** A bed after these inputs, each a second after the other. */
function after(...inputs: readonly BedInput[]): { readonly state: BedState; readonly outputs: readonly BedOutput[] } {
  let state = emptyBed(bedId('bed-1'), monotonicMs(0));
  const outputs: BedOutput[] = [];
  inputs.forEach((input, i) => {
    const judged = step(state, monotonicMs(1000 * (i + 1)), input);
    state = judged.state;
    outputs.push(...judged.outputs);
  });
  return { state, outputs };
}

test('a bed of which nothing is known has nothing', () => {
  expect(emptyBed(bedId('bed-1'), monotonicMs(5))).toMatchObject({
    bed: 'bed-1',
    now: 5,
    vitals: {},
    recent: {},
    nibp: [],
    cuffFailures: 0,
    deviceAlarms: {},
    devices: [],
    channels: {},
    rules: {},
    alarms: {},
    unjudged: [],
    alarmCount: 0,
    changeCount: 0,
    timeline: [],
    station: { screens: 0, audibleScreens: 0, recorder: 'ok' },
    done: [],
  });
});

describe('ticks', () => {
  const between = (from: number, to: number) => ticksBetween(monotonicMs(from), monotonicMs(to));

  test('stand on their grid after the first instant, up to the second one', () => {
    expect(between(0, 750)).toEqual([250, 500, 750]);
    expect(between(250, 749)).toEqual([500]);
    expect(between(100, 249)).toEqual([]);
    expect(between(100, 250)).toEqual([250]);
  });

  test('are none in time that stands still or runs back', () => {
    expect(between(500, 500)).toEqual([]);
    expect(between(5000, 100)).toEqual([]);
  });
});

describe('a pause of the sound', () => {
  const paused = after(ADMIT, command('p', { type: 'pause-audio' })).state;

  test('ends at its time, and that is told', () => {
    const end = paused.audioPausedUntil ?? monotonicMs(0);
    const before = tick(paused, monotonicMs(end - 1));
    expect(before.state.audioPausedUntil).toBe(end);
    const { state, outputs } = tick(paused, end);
    expect(state).not.toHaveProperty('audioPausedUntil');
    expect(outputs).toContainEqual({ kind: 'audio', cause: 'timeout' });
  });
});

describe('devices', () => {
  test('keep their place, and say since when they are silent', () => {
    const { state } = after(
      status('monitor'),
      status('pump'),
      status('monitor', { state: 'silent', at: monotonicMs(3000) }),
      status('monitor', { state: 'lost', at: monotonicMs(4000) }),
    );
    expect(state.devices.map(({ device }) => device)).toEqual(['monitor', 'pump']);
    expect(state.devices[0]).toMatchObject({ state: 'lost', silentSince: 3000 });
    expect(state.devices[1]).not.toHaveProperty('silentSince');
  });

  test('that speak again are silent no more', () => {
    const silent = status('monitor', { state: 'silent', at: monotonicMs(1000) });
    expect(after(status('monitor'), silent, status('monitor')).state.devices[0]).not.toHaveProperty('silentSince');
  });

  test('that were live and are not are lost: told at once, or waited for where we open the link anew', () => {
    const loss = (...states: readonly DeviceStatus['state'][]) =>
      after(...states.map((state) => status('pump', { state }))).state.devices[0]?.loss;
    expect(loss('live', 'lost')).toBe('told');
    expect(loss('live', 'silent')).toBe('told');
    expect(loss('live', 'opening')).toBe('waiting');
    expect(loss('live', 'negotiating')).toBe('waiting');
    expect(loss('live', 'opening', 'lost')).toBe('waiting');
    expect(loss('opening', 'lost')).toBeUndefined();
    expect(loss('live', 'lost', 'live')).toBeUndefined();
    expect(after(status('pump', { state: 'lost' })).state.devices[0]).not.toHaveProperty('loss');
  });

  test('whose link we opened anew are lost five seconds later, to the tick, and only they', () => {
    const opened = after(
      status('monitor'),
      status('pump'),
      status('pump', { state: 'opening', at: monotonicMs(3000) }),
    );
    const lossAt = (at: number) => tick(opened.state, monotonicMs(at)).state.devices.map(({ loss }) => loss);
    expect(lossAt(7999)).toEqual([undefined, 'waiting']);
    expect(lossAt(8000)).toEqual([undefined, 'told']);
  });

  test('that are taken away take their pumps and alarms with them, and no other’s', () => {
    const alarm = (source: string) =>
      seen({ kind: 'device-alarm', source: deviceId(source), at: monotonicMs(0) } as never);
    const { state } = after(
      status('monitor'),
      status('pump'),
      alarm('monitor'),
      alarm('pump'),
      seen(reading(5)),
      seen(reading(6, 'infusing', { channel: 'p2', source: deviceId('pump-2') })),
      { kind: 'device-removed', device: PUMP },
    );
    expect(state.devices.map(({ device }) => device)).toEqual(['monitor']);
    expect(Object.keys(state.channels)).toEqual(['p2']);
    expect(Object.keys(state.deviceAlarms)).toEqual(['monitor']);
  });

  test('that play a recording mark the session for good, once', () => {
    const replay = status('monitor', { isReplay: true });
    const { state, outputs } = after(ADMIT, replay, replay, status('monitor'));
    expect(state.session?.isReplay).toBe(true);
    expect(outputs.filter((one) => one.kind === 'session' && one.cause === 'replay')).toHaveLength(1);
    expect(after(replay).state.session).toBeUndefined();
    expect(after(ADMIT, status('monitor')).state.session).not.toHaveProperty('isReplay');
  });
});

describe('what is observed', () => {
  const numerics = (source: string, heartRate: number): BedInput =>
    seen({
      kind: 'numerics',
      source: deviceId(source),
      at: monotonicMs(7),
      values: { heartRate: { value: heartRate } },
    });

  test('stands by vital and device; its course begins with the patient', () => {
    const { state } = after(numerics('monitor', 70), numerics('other', 71), numerics('monitor', 72));
    expect(state.vitals.heartRate).toEqual({
      monitor: { reading: { value: 72 }, at: 7 },
      other: { reading: { value: 71 }, at: 7 },
    });
    expect(state.recent).toEqual({});
    expect(after(ADMIT, numerics('monitor', 70)).state.recent).toHaveProperty('heartRate');
  });

  const cuff = (measuredAt: number, more: object = {}): BedInput =>
    seen({
      kind: 'nibp',
      source: MONITOR,
      at: monotonicMs(9),
      measuredAt: monotonicMs(measuredAt),
      systolic: 120,
      diastolic: 70,
      ...more,
    });

  test('a cuff reading is one by its device’s own time, else by ours, and each device has its own', () => {
    const count = (...inputs: readonly BedInput[]) => after(...inputs).state.nibp.length;
    expect(count(cuff(1), cuff(1))).toBe(1);
    expect(count(cuff(1), cuff(2))).toBe(2);
    expect(count(cuff(1), cuff(1, { source: PUMP }))).toBe(2);
    expect(count(cuff(1, { deviceTime: 'a' }), cuff(2, { deviceTime: 'a' }))).toBe(1);
    expect(count(cuff(1, { deviceTime: 'a' }), cuff(1, { deviceTime: 'b' }))).toBe(2);
    expect(count(cuff(1, { deviceTime: 'a' }), cuff(1))).toBe(1);
    expect(count(cuff(1), cuff(1, { deviceTime: 'a' }))).toBe(1);
  });

  test('the last 400 cuff readings are kept', () => {
    const { state } = after(...Array.from({ length: 405 }, (_, i) => cuff(i)));
    expect(state.nibp).toHaveLength(400);
    expect([state.nibp[0]?.measuredAt, state.nibp.at(-1)?.measuredAt]).toEqual([5, 404]);
  });

  test('cuff failures are counted once each, until a reading succeeds', () => {
    const is = (state: CuffStatus['state']): BedInput =>
      seen({ kind: 'cuff', source: MONITOR, at: monotonicMs(1), state } as never);
    const failures = (...inputs: readonly BedInput[]) => after(...inputs).state.cuffFailures;
    expect(failures(is('failed'), is('failed'))).toBe(1);
    expect(failures(is('failed'), is('idle'), is('failed'))).toBe(2);
    expect(failures(is('idle'))).toBe(0);
    expect(failures(is('failed'), cuff(1))).toBe(0);
    expect(after(is('failed')).state.cuff).toMatchObject({ state: 'failed' });
  });

  test('what a device measures besides is recorded and changes nothing', () => {
    const other = seen({ kind: 'other-numerics', source: MONITOR, at: monotonicMs(1), values: {} } as never);
    const before = after(status('monitor')).state;
    expect({ ...after(status('monitor'), other).state, now: before.now }).toEqual(before);
  });
});

describe('station and clock', () => {
  test('are kept as they were told', () => {
    const station = { screens: 2, audibleScreens: 1, recorder: 'ok' } as const;
    expect(after({ kind: 'station', status: station }).state.station).toEqual(station);
    expect(after({ kind: 'clock', wallTime: wallMs(5), stepMs: 0 }).state.clock).toEqual({ at: 1000, wallTime: 5 });
    expect(after({ kind: 'started', version: '1', stateVersion: 5, wallTime: wallMs(5) }).state.clock).toEqual({
      at: 1000,
      wallTime: 5,
    });
  });
});

describe('rules', () => {
  const OTHER = { ...ADULT_IV_KETAMINE, version: 'other' };

  test('that the journal tells are taken while nobody is admitted', () => {
    const { state, outputs } = after({ kind: 'rules', ruleSet: OTHER });
    expect(state.ruleSet).toBe(OTHER);
    expect(outputs).toEqual([]);
  });

  test('of a patient stay those of his admission', () => {
    const { state, outputs } = after(ADMIT, { kind: 'rules', ruleSet: OTHER });
    expect(state.ruleSet).toBe(ADULT_IV_KETAMINE);
    expect(outputs.at(-1)).toEqual({
      kind: 'refused',
      command: 'rules',
      refusal: {
        why: 'session-open',
        message: 'The patient of this bed keeps the rules that he was admitted with until the session ends.',
      },
    });
  });
});

test('what a screen says of a signal is kept with the alarm', () => {
  const at = monotonicMs(3000);
  const cuff = seen({ kind: 'nibp', source: MONITOR, at, measuredAt: at, systolic: 200, diastolic: 110 });
  const always = ADULT_IV_KETAMINE.rules.map((rule) => (rule.id === 'S1' ? { ...rule, phases: PHASES } : rule));
  const rules: BedInput = { kind: 'rules', ruleSet: { ...ADULT_IV_KETAMINE, rules: always } };
  const sick = after(rules, ADMIT, cuff).state;
  const alarm = sick.alarms.S1?.alarm;
  if (alarm?.state !== 'active') throw new Error('nothing calls');
  const delivery = { alarm: alarm.id, signalledAt: alarm.signalledAt, screen: 'screen-1', isShown: true };
  const { state, outputs } = step(sick, monotonicMs(3100), { kind: 'delivered', delivery });
  expect(outputs).toMatchObject([{ kind: 'alarm', change: { cause: 'delivered', alarm: { id: alarm.id } } }]);
  expect(state.alarms.S1?.alarm).toMatchObject({ shownAt: 3100, shownOn: 'screen-1' });
});

describe('a command', () => {
  test('is carried out once, however often it is delivered', () => {
    const mark = command('m', { type: 'mark', id: 'm1', kind: 'nausea', text: '' });
    const once = after(ADMIT, mark);
    const twice = after(ADMIT, mark, mark);
    expect(twice.outputs).toHaveLength(once.outputs.length);
    expect(twice.state.done).toEqual(['admit', 'm']);
  });

  test('that was refused may be asked again', () => {
    const early = command('x', { type: 'end-session' });
    const { state, outputs } = after(early, ADMIT, early);
    expect(outputs[0]).toMatchObject({ kind: 'refused', command: 'x', refusal: { why: 'no-session' } });
    expect(state.session).toBeUndefined();
  });

  test('the last 64 are remembered', () => {
    const pauses = Array.from({ length: 70 }, (_, i) => command(`p${i}`, { type: 'resume-audio' }));
    const { done } = after(ADMIT, ...pauses).state;
    expect(done).toHaveLength(64);
    expect([done[0], done.at(-1)]).toEqual(['p6', 'p69']);
  });

  test('is told in the story of the session', () => {
    const { state } = after(ADMIT, command('x', { type: 'set-phase', phase: 'baseline' }));
    expect(state.timeline).toMatchObject([{ type: 'phase', to: 'baseline', at: 2000 }]);
  });
});
