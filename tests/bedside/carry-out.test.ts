/** What people ask of a bed, each command by itself: carried out with who and when, or refused in one sentence. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  monotonicMs,
  sessionId,
  type Baseline,
  type Command,
  type DeviceStanding,
  type NibpMeasurement,
  type Refusal,
  type Session,
} from '$lib/domain/index.ts';
import { closedGates, emptyBed, type BedState } from '$lib/bedside/index.ts';
import { carryOut } from '$lib/bedside/commands.ts';
import { MONITOR, NURSE, PLAN } from '../support/bed.ts';
import { byKey, channel, session } from '../support/channel.ts';

const NOW = monotonicMs(900_000);
const { infusionStartedAt: _, plan: __, ...BEFORE } = session({ phase: 'baseline' });
const bed = (of: Session | undefined, more: Partial<BedState> = {}): BedState => ({
  ...emptyBed(bedId('bed-1'), NOW),
  ...(of && { session: of }),
  ...more,
});
const asked = (state: BedState, command: Command) => carryOut(state, { id: 'c1', bed: state.bed, by: NURSE, command });

function done(state: BedState, command: Command) {
  const answer = asked(state, command);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}
function refused(state: BedState, command: Command): Refusal {
  const answer = asked(state, command);
  if (answer.ok) throw new Error('it was carried out');
  return answer.error;
}
const ADMIT = {
  type: 'admit',
  session: sessionId('s2'),
  patient: { identifier: 'T-2', weightKg: 70 },
  isSimulated: false,
} as const satisfies Command;
const cuff = (systolic: number, diastolic: number, more: Partial<NibpMeasurement> = {}): NibpMeasurement => ({
  kind: 'nibp',
  source: MONITOR,
  at: NOW,
  measuredAt: NOW,
  systolic,
  diastolic,
  ...more,
});

describe('admission', () => {
  test('begins a session in the set-up, now, by this person, with nothing of the patient before', () => {
    const before = { nibp: [cuff(120, 70)], cuffFailures: 2, channels: byKey(channel()) };
    const { state, outputs } = done(bed(undefined, before), ADMIT);
    expect(state.session).toEqual({
      id: 's2',
      patient: ADMIT.patient,
      admittedAt: NOW,
      admittedBy: NURSE,
      phase: 'setup',
      phaseSince: NOW,
      limits: [],
      gates: [],
      marks: [],
      isSimulated: false,
    });
    expect(state).toMatchObject({ nibp: [], cuffFailures: 0, channels: { p1: { deliveredMl: 0, hasRun: false } } });
    expect(outputs).toEqual([{ kind: 'session', session: state.session, cause: 'admitted' }]);
  });

  test('at a bed where a recording plays is marked as one', () => {
    const playing = [{ isReplay: true } as DeviceStanding];
    expect(done(bed(undefined, { devices: playing }), ADMIT).state.session?.isReplay).toBe(true);
    expect(done(bed(undefined, { devices: [{} as DeviceStanding] }), ADMIT).state.session).not.toHaveProperty(
      'isReplay',
    );
  });

  test.each([20, 300])('a weight of %d kg is one', (weightKg) => {
    expect(asked(bed(undefined), { ...ADMIT, patient: { ...ADMIT.patient, weightKg } }).ok).toBe(true);
  });

  test('without an identifier is refused, and so is a second one', () => {
    expect(refused(bed(undefined), { ...ADMIT, patient: { ...ADMIT.patient, identifier: '  ' } })).toEqual({
      why: 'incomplete',
      message: 'The patient needs an identifier: the hospital number or the study code.',
    });
    expect(refused(bed(BEFORE), ADMIT)).toEqual({
      why: 'session-open',
      message: 'This bed has a patient already. End that session first.',
    });
  });
});

describe('a baseline', () => {
  const accept = (systolic: number, diastolic: number, reason?: string) =>
    ({ type: 'accept-baseline', systolic, diastolic, ...(reason !== undefined && { reason }) }) satisfies Command;
  const three = { nibp: [cuff(120, 70), cuff(124, 76), cuff(131, 79)] };

  test('that is the median is taken with its readings and their mean', () => {
    const means = { nibp: three.nibp.map((one, i) => ({ ...one, meanArterial: 90 + i })) };
    const { state, outputs } = done(bed(BEFORE, means), { ...accept(124, 76), heartRate: 70 });
    expect(state.session?.baseline).toEqual({
      systolic: 124,
      diastolic: 76,
      heartRate: 70,
      meanArterial: 91,
      readings: means.nibp.map(({ measuredAt, systolic, diastolic, meanArterial }) => ({
        measuredAt,
        systolic,
        diastolic,
        meanArterial,
      })),
      acceptedAt: NOW,
      acceptedBy: NURSE,
    });
    expect(outputs).toEqual([{ kind: 'session', session: state.session, cause: 'baseline' }]);
  });

  test('that is another needs a reason, and has an estimated mean', () => {
    const other = { why: 'incomplete', message: 'This differs from the median of the readings; give a reason.' };
    expect(refused(bed(BEFORE, three), accept(130, 76))).toEqual(other);
    expect(refused(bed(BEFORE, three), accept(124, 80))).toEqual(other);
    expect(refused(bed(BEFORE, three), accept(124, 80, '  '))).toEqual(other);
    const taken = done(bed(BEFORE, three), accept(130, 76, 'by hand')).state.session?.baseline;
    expect(taken).toMatchObject({ systolic: 130, meanArterial: 94, reason: 'by hand' });
  });

  test('of fewer than three readings needs a reason', () => {
    const two = { nibp: three.nibp.slice(1) };
    expect(refused(bed(BEFORE, two), accept(128, 78))).toEqual({
      why: 'incomplete',
      message: 'A baseline is the median of 3 cuff readings; give a reason to accept fewer.',
    });
    expect(asked(bed(BEFORE, two), accept(128, 78, 'in a hurry')).ok).toBe(true);
    expect(asked(bed(BEFORE), accept(128, 78, 'by hand')).ok).toBe(true);
  });

  test.each([
    [120, 120],
    [110, 120],
    [120, 0],
    [300, 80],
    [Number.NaN, 80],
  ])('of %d/%d is nobody’s', (systolic, diastolic) => {
    expect(refused(bed(BEFORE, three), accept(systolic, diastolic, 'because'))).toEqual({
      why: 'out-of-range',
      message: 'Systolic must be above diastolic, and both must be pressures of a living person.',
    });
  });

  test.each(['infusion', 'observation', 'discharge-ready'] as const)('is not moved in %s', (phase) => {
    expect(refused(bed(session({ phase }), three), accept(124, 76))).toEqual({
      why: 'wrong-phase',
      message: 'The baseline belongs to the time before the infusion and is not moved afterwards.',
    });
    expect(asked(bed({ ...BEFORE, phase: 'setup' }, three), accept(124, 76)).ok).toBe(true);
  });
});

describe('a plan', () => {
  const plan = (infusion: number, observation: number) =>
    ({ type: 'set-plan', plan: { ...PLAN, nibpIntervalMin: { infusion, observation } } }) satisfies Command;

  test('is taken and told', () => {
    const { state, outputs } = done(bed(BEFORE), plan(1, 60));
    expect(state.session?.plan).toMatchObject({ nibpIntervalMin: { infusion: 1, observation: 60 } });
    expect(outputs).toEqual([{ kind: 'session', session: state.session, cause: 'plan' }]);
  });

  test.each([
    [0.5, 10],
    [5, 0.5],
    [61, 10],
    [5, 61],
  ])('with the cuff every %d and %d min is refused', (infusion, observation) => {
    expect(refused(bed(BEFORE), plan(infusion, observation)).message).toBe(
      'The cuff interval must be between 1 and 60 minutes.',
    );
  });

  test('of a duration that cannot be meant is refused in words', () => {
    const { message } = refused(bed(BEFORE), { type: 'set-plan', plan: { ...PLAN, durationMin: 0 } });
    expect(message).toBe('The duration in minutes must be between 1 and 10080.');
  });
});

describe('limits and gates', () => {
  const limit = (rule: string, value: number, reason = 'athlete') =>
    ({ type: 'set-limit', rule, limit: value, reason }) satisfies Command;

  test('a limit is set within its range, by name, time and reason, in the place of an earlier one', () => {
    const { state, outputs } = done(bed(BEFORE), limit('S1', 140));
    expect(state.session?.limits).toEqual([{ rule: 'S1', limit: 140, reason: 'athlete', by: NURSE, at: NOW }]);
    expect(outputs).toEqual([{ kind: 'session', session: state.session, cause: 'limit' }]);
    const both = done(done(state, limit('H2', 125)).state, limit('S1', 220)).state;
    expect(both.session?.limits.map(({ rule, limit: of }) => [rule, of])).toEqual([
      ['H2', 125],
      ['S1', 220],
    ]);
    const reset = done(both, { type: 'reset-limit', rule: 'H2' });
    expect(reset.state.session?.limits.map(({ rule }) => rule)).toEqual(['S1']);
    expect(reset.outputs).toMatchObject([{ cause: 'limit' }]);
  });

  test.each<[Command, Refusal]>([
    [limit('S1', 139), { why: 'out-of-range', message: 'The limit of S1 must be between 140 and 220.' }],
    [limit('S1', 221), { why: 'out-of-range', message: 'The limit of S1 must be between 140 and 220.' }],
    [limit('S1', 150, ' '), { why: 'incomplete', message: 'A changed limit needs a reason.' }],
    [limit('S99', 150), { why: 'unknown-rule', message: 'There is no limit of rule S99 to set.' }],
    [
      { type: 'override-gate', rule: 'S1', reason: 'x' },
      { why: 'unknown-rule', message: 'There is no gate S1.' },
    ],
    [
      { type: 'override-gate', rule: 'G1', reason: ' ' },
      { why: 'incomplete', message: 'Passing a gate needs a reason.' },
    ],
  ])('%j is refused', (command, refusal) => {
    expect(refused(bed(BEFORE), command)).toEqual(refusal);
  });

  const standing = (...rules: readonly string[]): Partial<BedState> => ({
    rules: Object.fromEntries(rules.map((rule) => [rule, [{ at: 'present', since: NOW }]])),
  });

  test('a gate is closed while it stands, until somebody passes it with a reason; no other rule is one', () => {
    expect(closedGates(bed(BEFORE))).toEqual([]);
    expect(closedGates(bed(undefined, standing('G1')))).toEqual(['G1']);
    const closed = bed(BEFORE, standing('G1', 'S1'));
    expect(closedGates(closed)).toEqual(['G1']);
    const { state, outputs } = done(closed, { type: 'override-gate', rule: 'G1', reason: 'proceeds' });
    expect(closedGates(state)).toEqual([]);
    expect(state.session?.gates).toEqual([{ rule: 'G1', reason: 'proceeds', by: NURSE, at: NOW }]);
    expect(outputs).toMatchObject([{ cause: 'gate' }]);
  });

  test('a closed gate keeps the infusion from being begun by hand, not from being gone back to', () => {
    const ready: Session = { ...BEFORE, plan: PLAN, baseline: {} as Baseline };
    const to = { type: 'set-phase', phase: 'infusion' } as const;
    expect(refused(bed(ready, standing('G1')), to)).toEqual({
      why: 'gate',
      message: 'Gate G1 is closed: the baseline is above its limit. Override it with a reason.',
    });
    expect(asked(bed({ ...ready, phase: 'observation' }, standing('G1')), to).ok).toBe(true);
    expect(done(bed(ready), to).outputs[0]).toMatchObject({ kind: 'phase', to: 'infusion', cause: 'person' });
    expect(asked(bed(ready, standing('G1')), { type: 'set-phase', phase: 'setup' }).ok).toBe(true);
    const { plan: _plan, ...unplanned } = ready;
    expect(refused(bed(unplanned), to).message).toBe('Enter the plan before the infusion begins.');
    expect(refused(bed(BEFORE), to).message).toBe('Accept the baseline before the infusion begins.');
    expect(refused(bed(BEFORE), { type: 'set-phase', phase: 'closed' })).toEqual({
      why: 'wrong-phase',
      message: 'End the session instead.',
    });
  });
});

describe('marks, the sound and the end', () => {
  const mark = (id: string) => ({ type: 'mark', id, kind: 'nausea', text: 'slight' }) satisfies Command;

  test('a mark is kept with who and when, and once', () => {
    const { state, outputs } = done(bed(BEFORE), mark('m1'));
    expect(state.session?.marks).toEqual([{ id: 'm1', kind: 'nausea', text: 'slight', at: NOW, by: NURSE }]);
    expect(outputs).toMatchObject([{ cause: 'mark' }]);
    expect(done(state, mark('m1'))).toEqual({ state, outputs: [] });
    expect(done(state, mark('m2')).state.session?.marks).toHaveLength(2);
  });

  test('a pause lasts two minutes from its first press, and ends at another command', () => {
    const { state, outputs } = done(bed(BEFORE), { type: 'pause-audio' });
    expect(state.audioPausedUntil).toBe(NOW + 120_000);
    expect(outputs).toEqual([{ kind: 'audio', pausedUntil: NOW + 120_000, cause: 'person' }]);
    expect(done(state, { type: 'pause-audio' })).toEqual({ state, outputs: [] });
    const resumed = done(state, { type: 'resume-audio' });
    expect(resumed.state).not.toHaveProperty('audioPausedUntil');
    expect(resumed.outputs).toEqual([{ kind: 'audio', cause: 'person' }]);
    expect(done(resumed.state, { type: 'resume-audio' })).toEqual({ state: resumed.state, outputs: [] });
  });

  test('the end closes the session and leaves nothing of it for the next patient', () => {
    const lived = bed(session(), {
      audioPausedUntil: NOW,
      nibp: [cuff(120, 70)],
      cuffFailures: 1,
      unjudged: [{ rule: 'S1', why: 'x' }],
      rules: { S1: [{ at: 'present', since: NOW }] },
    });
    const { state, outputs } = done(lived, { type: 'end-session' });
    expect(state).toMatchObject({ nibp: [], cuffFailures: 0, unjudged: [], rules: {}, recent: {} });
    expect(Object.keys(state)).not.toEqual(expect.arrayContaining(['session']));
    expect(state).not.toHaveProperty('audioPausedUntil');
    expect(outputs).toEqual([
      { kind: 'phase', from: 'infusion', to: 'closed', cause: 'person' },
      { kind: 'session', session: { ...session(), phase: 'closed', phaseSince: NOW }, cause: 'ended' },
    ]);
  });

  test('without a patient everything but an admission is refused', () => {
    expect(refused(bed(undefined), { type: 'end-session' })).toEqual({
      why: 'no-session',
      message: 'No patient is admitted to this bed. Admit one first.',
    });
  });
});

describe('a score', () => {
  const score = (id: string, value: number, corrects?: string) =>
    ({ type: 'record-score', id, scale: 'rass', value, ...(corrects !== undefined && { corrects }) }) as Command;

  test('is kept with who and when, and once', () => {
    const { state, outputs } = done(bed(BEFORE), score('a', -5));
    expect(state.session?.scores).toEqual([{ id: 'a', scale: 'rass', value: -5, at: NOW, by: NURSE }]);
    expect(outputs).toEqual([{ kind: 'session', session: state.session, cause: 'score' }]);
    expect(done(state, score('a', 2))).toEqual({ state, outputs: [] });
  });

  test.each([-6, 5, 0.5])('of %d is none of its scale', (value) => {
    expect(refused(bed(BEFORE), score('a', value))).toMatchObject({
      why: 'out-of-range',
      message: expect.stringMatching(/goes from -5 to 4 in steps of 1\. Check the number and the scale\.$/) as string,
    });
  });

  test('corrects the first one of the same scale, also by way of another correction', () => {
    const first = done(bed(BEFORE), score('a', 1)).state;
    const second = done(first, score('b', 2, 'a')).state;
    const third = done(second, score('c', 3, 'b')).state;
    expect(third.session?.scores?.map(({ corrects }) => corrects)).toEqual([undefined, 'a', 'a']);
    expect(refused(first, score('b', 2, 'x')).why).toBe('unknown-score');
    const other = { type: 'record-score', id: 'd', scale: 'moaas', value: 5, corrects: 'a' } as Command;
    expect(refused(first, other).why).toBe('unknown-score');
    expect(asked(first, { ...other, corrects: undefined } as never).ok).toBe(true);
  });
});
