import { describe, expect, test } from 'vitest';
import { bedId, sessionId, type Command, type Patient, type Refusal } from '$lib/domain/index.ts';
import { NURSE, PLAN, TestBed } from '../support/bed.ts';

const PATIENT: Patient = { identifier: 'T-1', weightKg: 70, birthYear: 1980 };
const admit = (patient: Patient): Command => ({ type: 'admit', session: sessionId('s1'), patient, isSimulated: true });

const refusals = (bed: TestBed): readonly Refusal[] =>
  bed.outputs.flatMap(({ body }) => (body.kind === 'refused' ? [body.refusal] : []));

/** A bed with three quiet readings before the dose. */
function measured(
  readings: readonly (readonly [number, number])[] = [
    [128, 78],
    [131, 80],
    [126, 77],
  ],
): TestBed {
  const bed = new TestBed().admitted();
  readings.forEach(([systolic, diastolic], i) => bed.nibp(60 + 120 * i, systolic, diastolic));
  return bed.to(500);
}

describe('admission', () => {
  test.each([19, 301, 0, -70, Number.NaN])('a weight of %s kg is refused with the range', (weightKg) => {
    const bed = new TestBed().command(0, admit({ ...PATIENT, weightKg }));
    expect(refusals(bed)).toEqual([
      { why: 'out-of-range', message: 'The weight must be between 20 and 300 kg. Check the number and its unit.' },
    ]);
    expect(bed.state.session).toBeUndefined();
  });

  test('a second patient is refused while the first is here', () => {
    const bed = new TestBed().command(0, admit(PATIENT)).command(1, admit({ ...PATIENT, identifier: 'T-2' }));
    expect(refusals(bed).map(({ why }) => why)).toEqual(['session-open']);
    expect(bed.state.session?.patient.identifier).toBe('T-1');
  });

  test('readings of the patient before do not count for the next one', () => {
    const bed = measured()
      .command(510, { type: 'end-session' })
      .command(520, admit({ ...PATIENT, identifier: 'T-2' }));
    expect(bed.state.nibp).toEqual([]);
  });
});

describe('baseline', () => {
  const accept = (systolic: number, diastolic: number, reason?: string): Command => ({
    type: 'accept-baseline',
    systolic,
    diastolic,
    ...(reason === undefined ? {} : { reason }),
  });

  test('it is the median of the cuff readings', () => {
    const bed = measured().command(510, accept(128, 78));
    expect(bed.state.session?.baseline).toMatchObject({
      systolic: 128,
      diastolic: 78,
      meanArterial: 95,
      acceptedBy: NURSE,
    });
    expect(bed.state.session?.baseline?.readings).toHaveLength(3);
  });

  test('another value than the median, or fewer than three readings, need a reason', () => {
    const bed = measured().command(510, accept(140, 85));
    expect(refusals(bed)).toEqual([
      { why: 'incomplete', message: 'This differs from the median of the readings; give a reason.' },
    ]);
    bed.command(511, accept(140, 85, 'cuff was too large, taken by hand'));
    expect(bed.state.session?.baseline?.systolic).toBe(140);
    const short = measured([[128, 78]]).command(510, accept(128, 78));
    expect(refusals(short)[0]?.message).toContain('median of 3 cuff readings');
  });

  test('it is never moved once the infusion runs', () => {
    const bed = measured().command(510, accept(128, 78)).command(520, { type: 'set-plan', plan: PLAN });
    bed.pump(600, 'infusing');
    bed.command(610, accept(120, 70, 'calmer now'));
    expect(bed.state.session?.baseline?.systolic).toBe(128);
    expect(refusals(bed).at(-1)?.why).toBe('wrong-phase');
  });
});

describe('the way into the infusion', () => {
  test('by hand it needs a baseline and a plan', () => {
    const bed = measured().command(510, { type: 'set-phase', phase: 'infusion' });
    bed.command(520, { type: 'accept-baseline', systolic: 128, diastolic: 78 });
    bed.command(530, { type: 'set-phase', phase: 'infusion' });
    bed.command(540, { type: 'set-plan', plan: PLAN });
    bed.command(550, { type: 'set-phase', phase: 'infusion' });
    expect(refusals(bed).map(({ why }) => why)).toEqual(['incomplete', 'incomplete']);
    expect(bed.state.session?.phase).toBe('infusion');
  });

  test('a baseline above 140/90 closes a gate that a person opens with a reason', () => {
    const bed = measured([
      [146, 84],
      [148, 85],
      [146, 84],
    ]);
    bed
      .command(510, { type: 'accept-baseline', systolic: 146, diastolic: 84 })
      .command(511, { type: 'set-plan', plan: PLAN });
    expect(bed.to(512).alarm('G1')).toMatchObject({ priority: 'notice' });
    bed.command(520, { type: 'set-phase', phase: 'infusion' });
    expect(refusals(bed).at(-1)?.why).toBe('gate');
    bed.command(530, { type: 'override-gate', rule: 'G1', reason: '' });
    expect(refusals(bed).at(-1)?.why).toBe('incomplete');
    bed.command(540, { type: 'override-gate', rule: 'G1', reason: 'prescriber informed, proceeds' });
    bed.command(550, { type: 'set-phase', phase: 'infusion' });
    expect(bed.state.session?.phase).toBe('infusion');
    expect(bed.state.session?.gates).toEqual([
      { rule: 'G1', reason: 'prescriber informed, proceeds', by: NURSE, at: 540_000 },
    ]);
  });

  test.each([
    [1980, true],
    [1950, false],
    [undefined, true],
  ])('146 systolic closes it below 65 years and when the age is unknown (born %s: %s)', (birthYear, isClosed) => {
    const bed = new TestBed().admitted().command(1, { type: 'end-session' });
    const { birthYear: _, ...ageless } = PATIENT;
    bed.command(2, admit(birthYear === undefined ? ageless : { ...PATIENT, birthYear }));
    [60, 180, 300].forEach((at) => bed.nibp(at, 146, 84));
    bed.command(400, { type: 'accept-baseline', systolic: 146, diastolic: 84 }).to(401);
    expect(bed.alarm('G1') !== undefined).toBe(isClosed);
  });

  test('drug that flows moves the phase whatever the gates say: what happens is said', () => {
    const bed = new TestBed().admitted().pump(30, 'infusing', { rateMlPerHour: 52.5 });
    expect(bed.state.session?.phase).toBe('infusion');
    expect(bed.outputs.map(({ body }) => body)).toContainEqual({
      kind: 'phase',
      from: 'setup',
      to: 'infusion',
      cause: 'pump',
    });
  });
});

describe('limits and plans', () => {
  test.each([
    ['S1', 230, 'out-of-range'],
    ['S1', Number.NaN, 'out-of-range'],
    ['S5', 140, 'unknown-rule'],
    ['XX', 140, 'unknown-rule'],
  ])('limit of %s set to %s: %s', (rule, limit, why) => {
    const bed = measured().command(510, { type: 'set-limit', rule, limit, reason: 'because' });
    expect(refusals(bed).map((refusal) => refusal.why)).toEqual([why]);
    expect(bed.state.session?.limits).toEqual([]);
  });

  test('a changed limit keeps who and why, and can be reset', () => {
    const bed = measured().command(510, { type: 'set-limit', rule: 'H2', limit: 125, reason: 'athlete' });
    expect(bed.state.session?.limits).toEqual([
      { rule: 'H2', limit: 125, isWidened: true, reason: 'athlete', by: NURSE, at: 510_000 },
    ]);
    bed.command(520, { type: 'reset-limit', rule: 'H2' });
    expect(bed.state.session?.limits).toEqual([]);
  });

  test.each([
    [{ weightKg: 700 }, 'The weight in kg must be between 20 and 300.'],
    [{ concentrationMgPerMl: 0 }, 'The concentration in mg/mL must be between 0.01 and 100.'],
    [{ doseMgPerKg: Number.NaN }, 'The dose in mg/kg must be between 0.001 and 50.'],
    [{ nibpIntervalMin: { infusion: 0, observation: 10 } }, 'The cuff interval must be between 1 and 60 minutes.'],
  ])('a plan with %j is refused in words', (change, message) => {
    const bed = measured().command(510, { type: 'set-plan', plan: { ...PLAN, ...change } });
    expect(refusals(bed)).toEqual([{ why: 'out-of-range', message }]);
  });
});

describe('delivery of commands', () => {
  test('the same command delivered twice is carried out once', () => {
    const mark: Command = { type: 'mark', id: 'm1', kind: 'nausea', text: '' };
    const bed = measured().command(510, mark, 'same').command(511, mark, 'same');
    expect(bed.state.session?.marks).toHaveLength(1);
  });

  test('a command to a bed without a patient is refused', () => {
    const bed = new TestBed().command(0, { type: 'pause-audio' });
    expect(refusals(bed)).toEqual([
      { why: 'no-session', message: 'No patient is admitted to this bed. Admit one first.' },
    ]);
    expect(bed.state.bed).toBe(bedId('bed-1'));
  });

  test('an alarm that has ended cannot be acknowledged, and nothing changes', () => {
    const bed = measured();
    const before = bed.state.alarms;
    bed.command(510, { type: 'acknowledge', alarm: 'bed-1:99' as never });
    expect(refusals(bed).at(-1)?.why).toBe('unknown-alarm');
    expect(bed.state.alarms).toEqual(before);
  });

  test('the end of the session ends its alarms, its pause and its limits', () => {
    const bed = measured()
      .nibp(520, 190, 95)
      .command(530, { type: 'pause-audio' })
      .command(540, { type: 'end-session' });
    expect(bed.state.session).toBeUndefined();
    expect(bed.state.alarms).toEqual({});
    expect(bed.state.audioPausedUntil).toBeUndefined();
    const last = bed.outputs.at(-1)?.body;
    expect(last).toMatchObject({ kind: 'session', cause: 'ended', session: { phase: 'closed' } });
  });
});
