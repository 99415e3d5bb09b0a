/** What a bed remembers of its last look spares work and decides nothing: a bed that forgets everything concludes the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step, tick, ticksBetween, type BedState } from '$lib/bedside/index.ts';
import {
  alarmId,
  deviceId,
  monotonicMs,
  type BedInput,
  type BedOutput,
  type Command,
  type MonotonicMs,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import { PRESETS } from '$lib/rules/index.ts';
import { MONITOR, NURSE, PLAN, PUMP, TestBed } from '../support/bed.ts';

type Make = (at: MonotonicMs) => BedInput;

const RANGES: Readonly<Partial<Record<VitalKey, readonly [number, number]>>> = {
  heartRate: [35, 160],
  pulseRate: [35, 160],
  abpPulseRate: [60, 100],
  spo2: [82, 100],
  respiratoryRate: [0, 34],
  abpSystolic: [2, 210],
  abpDiastolic: [0, 120],
  abpMeanArterial: [1, 140],
  icpMean: [0, 60],
};

const anyReading = (vital: VitalKey): fc.Arbitrary<Reading> => {
  const [min, max] = RANGES[vital] ?? [0, 1];
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min, max }).map((value): Reading => ({ value })) },
    { weight: 1, arbitrary: fc.constant<Reading>({ value: max, isQuestionable: true }) },
    { weight: 1, arbitrary: fc.constantFrom<Reading>({ missing: 'sensor-off' }, { missing: 'not-measured' }) },
  );
};

const anyNumerics: fc.Arbitrary<Make> = fc
  .record({
    source: fc.constantFrom(MONITOR, deviceId('oximeter')),
    values: fc.record(Object.fromEntries(Object.keys(RANGES).map((vital) => [vital, anyReading(vital as VitalKey)])), {
      requiredKeys: [],
    }),
  })
  .map(({ source, values }) => (at) => ({
    kind: 'observed',
    observation: { kind: 'numerics', source, at, values: values },
  }));

const anyCuff: fc.Arbitrary<Make> = fc
  .record({
    systolic: fc.integer({ min: 75, max: 200 }),
    diastolic: fc.integer({ min: 40, max: 70 }),
    lateMs: fc.constantFrom(0, 8000),
    isMeasured: fc.boolean(),
  })
  .map(({ systolic, diastolic, lateMs, isMeasured }) => (at) => ({
    kind: 'observed',
    observation: {
      ...{ kind: 'nibp', source: MONITOR, at, measuredAt: monotonicMs(at - lateMs), systolic, diastolic },
      ...(isMeasured && { meanArterial: diastolic + 20 }),
    },
  }));

const anyPump: fc.Arbitrary<Make> = fc
  .record({
    state: fc.constantFrom('infusing', 'paused', 'stopped', 'complete', 'unknown'),
    rateMlPerHour: fc.constantFrom(40, 52.5),
    isOccluded: fc.boolean(),
  })
  .map(({ isOccluded, ...said }) => (at) => ({
    kind: 'observed',
    observation: {
      ...{ kind: 'infusion', source: PUMP, at, channel: 'p1', drugName: 'Ketamine', ...said },
      volumeInfusedMl: at / 1e5,
      alarms: isOccluded ? [{ kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: '1' }] : [],
    },
  }));

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map((n): Command => ({ type: 'acknowledge', alarm: alarmId(`bed-1:${n}`) })),
  fc.constantFrom('infusion' as const, 'observation' as const).map((phase): Command => ({ type: 'set-phase', phase })),
  fc
    .tuple(fc.uuid(), fc.constantFrom('moaas' as const, 'icp' as const), fc.integer({ min: 0, max: 5 }))
    .map(([id, scale, value]): Command => ({ type: 'record-score', id, scale, value })),
  fc.integer({ min: 150, max: 200 }).map((limit): Command => ({ type: 'set-limit', rule: 'S1', limit, reason: 'x' })),
  fc.constant<Command>({ type: 'accept-baseline', systolic: 128, diastolic: 78, heartRate: 72, reason: 'x' }),
  fc.constant<Command>({ type: 'pause-audio' }),
);

const anyStatus: fc.Arbitrary<Make> = fc.oneof(
  fc
    .tuple(fc.constantFrom('monitor', 'oximeter', 'pump'), fc.constantFrom('live' as const, 'silent' as const))
    .map(([id, state]): Make => (at) => ({
      kind: 'device',
      status: {
        ...{ device: deviceId(id), role: id === 'pump' ? 'pump' : 'monitor', at, state, label: id },
        ...{ freshness: { staleAfterMs: 7500, expiredAfterMs: 13_000 }, isSimulated: true },
      },
    })),
  fc
    .integer({ min: 0, max: 1 })
    .map((audibleScreens): Make => () => ({ kind: 'station', status: { screens: 1, audibleScreens, recorder: 'ok' } })),
  fc
    .constantFrom('idle' as const, 'failed' as const)
    .map((state): Make => (at) => ({ kind: 'observed', observation: { kind: 'cuff', source: MONITOR, at, state } })),
  fc.boolean().map((isSilenced): Make => (at) => ({
    kind: 'observed',
    observation: { kind: 'device-alarm', source: MONITOR, at, alarms: [], isSilenced },
  })),
);

let commands = 0;
const anyInput: fc.Arbitrary<Make> = fc.oneof(
  { weight: 8, arbitrary: anyNumerics },
  { weight: 3, arbitrary: anyCuff },
  { weight: 2, arbitrary: anyPump },
  { weight: 2, arbitrary: anyStatus },
  {
    weight: 2,
    arbitrary: anyCommand.map((command): Make => {
      const id = `x${(commands += 1)}`;
      return () => ({ kind: 'command', envelope: { id, bed: new TestBed().state.bed, by: NURSE, command } });
    }),
  },
);

/** Nothing is known by its object any more; the rules are kept, or every look would make them ready again. */
const forgetful = (state: BedState): BedState => ({
  ...(JSON.parse(JSON.stringify(state)) as BedState),
  ruleSet: state.ruleSet,
});

type Course = readonly (readonly [waitMs: number, make: Make])[];

function live(start: BedState, course: Course, remember: (state: BedState) => BedState): string {
  const told: (readonly [number, BedOutput])[] = [];
  let state = start;
  for (const [waitMs, make] of course) {
    const at = monotonicMs(state.now + waitMs);
    for (const due of ticksBetween(state.now, at)) {
      const judged = tick(remember(state), due);
      state = judged.state;
      told.push(...judged.outputs.map((output) => [due, output] as const));
    }
    const judged = step(remember(state), at, make(at));
    state = judged.state;
    told.push(...judged.outputs.map((output) => [at, output] as const));
  }
  return JSON.stringify({ told, state });
}

test('a bed that remembers its last look and one that forgets it conclude the same, byte for byte', () => {
  const course = fc.array(fc.tuple(fc.constantFrom(0, 1000, 5000, 16_000), anyInput), { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(...PRESETS), course, (ruleSet, events) => {
      const bed = new TestBed().input(0, { kind: 'rules', ruleSet }).admitted();
      bed.command(1, { type: 'set-plan', plan: PLAN });
      expect(live(bed.state, events, (state) => state)).toBe(live(bed.state, events, forgetful));
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('of two futures of one moment neither sees what the other has seen', () => {
  const course = fc.array(fc.tuple(fc.constantFrom(250, 5000), anyInput), { minLength: 5, maxLength: 15 });
  fc.assert(
    fc.property(course, course, course, (past, one, other) => {
      const bed = new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
      let state = bed.state;
      for (const [waitMs, make] of past) {
        const at = monotonicMs(state.now + waitMs);
        state = step(state, at, make(at)).state;
      }
      const alone = live(forgetful(state), one, (same) => same);
      live(state, other, (same) => same);
      expect(live(state, one, (same) => same)).toBe(alone);
    }),
    { numRuns: 40 },
  );
}, 60_000);
