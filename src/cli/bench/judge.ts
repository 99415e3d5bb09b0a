/**
 * What it costs to judge: the journal of a pressure surge with its monitor and its pump, folded with the full rule set as fast as
 * it goes, for one bed and for many side by side.
 *
 *   simulated devices ─▶ drivers ─ an hour of observations ─▶ (a) each bed's fold: step by step, with its ticks
 *                                                         ─▶ floor: each number compared with two fixed limits
 */
import { Subscription } from 'rxjs';
import {
  bedId,
  deviceId,
  entriesOf,
  keysOf,
  MINUTE_MS,
  monotonicMs,
  sessionId,
  wallMs,
  type BedInput,
  type Command,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import { emptyBed, step, tick, ticksBetween, type BedState } from '$lib/bedside/index.ts';
import { plannedAmounts } from '$lib/pharmacology/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { BED_DEVICES, createSimulatedBed } from '$simulators/simulated-bed.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { alternate, type Goal, type Setting } from './goal.ts';
import type { Figure } from './report.ts';

const SIZES = [1, 4, 16] as const;
/** Folds before anything is measured: the machine has to learn them first. */
const WARM_FOLDS = 12;
const MAX_MICROSECONDS = 5;

interface Entry {
  readonly at: MonotonicMs;
  readonly input: BedInput;
}

const minutesOf = ({ isQuick }: Setting): number => (isQuick ? 20 : 65);

/** What the devices of a bed say, and what the staff does, from minute 0 on. */
function journal(story: Scenario, minutes: number): readonly Entry[] {
  const entries: Entry[] = [];
  const running = new Subscription();
  const time = new VirtualTime();
  const now = (): MonotonicMs => monotonicMs(time.now());
  const bed = createSimulatedBed({ scenario: story, seed: 7, epochS: 0, startAtMin: 0 });
  const put = (input: BedInput): void => void entries.push({ at: now(), input });
  const order = (command: Command): void =>
    put({
      kind: 'command',
      envelope: { id: command.type, bed: bedId('bed-1'), by: { name: 'Bench', station: 'bench' }, command },
    });
  put({ kind: 'clock', wallTime: wallMs(1_800_000_000_000), stepMs: 0 });
  put({ kind: 'station', status: { screens: 1, audibleScreens: 1, recorder: 'ok' } });
  const patient = { identifier: 'B-1', weightKg: story.plan.weightKg, birthYear: 1969 };
  order({ type: 'admit', session: sessionId('s1'), patient, isSimulated: true });
  order({ type: 'set-plan', plan: story.plan });
  for (const id of BED_DEVICES) {
    const driver = driverOf(id);
    if (driver === undefined) throw new RangeError(`there is no driver ${id}`);
    const events$ = runDriver(driver, simulatedLink({ device: bed.device(id), scheduler: time, beginsMs: 0 }), {
      context: { device: deviceId(id), settings: {} },
      label: driver.label,
      isSimulated: true,
      clock: now,
      scheduler: time,
    });
    const listening = events$.subscribe((event) => {
      if (event.kind === 'status') put({ kind: 'device', status: event.status });
      if (event.kind !== 'observed') return;
      for (const observation of event.observations) {
        if (observation.kind !== 'waveform') put({ kind: 'observed', observation });
      }
    });
    running.add(listening);
  }
  time.runTo(14 * MINUTE_MS);
  order({ type: 'accept-baseline', systolic: 132, diastolic: 74, heartRate: 76, spo2: 98, reason: 'bench' });
  time.runTo(minutes * MINUTE_MS);
  running.unsubscribe();
  return entries;
}

/** A message of a device holds several: each number that a monitor tells is judged for itself; a report of a pump is one. */
function readingsIn({ input }: Entry): number {
  if (input.kind !== 'observed') return 0;
  return input.observation.kind === 'numerics' ? keysOf(input.observation.values).length : 1;
}

const sumOf = (entries: readonly Entry[], of: (entry: Entry) => number): number =>
  entries.reduce((sum, entry) => sum + of(entry), 0);

interface Round {
  readonly perReadingUs: number;
  readonly perMessageUs: number;
  readonly perTickUs: number;
  readonly alarms: number;
}

/** Beds take turns, as they do in a ward; steps and ticks are timed apart. */
function fold(entries: readonly Entry[], beds: number): Round {
  let states: BedState[] = Array.from({ length: beds }, (_, i) => emptyBed(bedId(`bed-${i + 1}`), monotonicMs(0)));
  let [stepNs, tickNs, messages, readings, ticks] = [0, 0, 0, 0, 0];
  let before = monotonicMs(0);
  for (const entry of entries) {
    const { at, input } = entry;
    const due = ticksBetween(before, at);
    const began = process.hrtime.bigint();
    for (const instant of due) states = states.map((state) => tick(state, instant).state);
    const ticked = process.hrtime.bigint();
    states = states.map((state) => step(state, at, input).state);
    const stepped = process.hrtime.bigint();
    before = at;
    tickNs += Number(ticked - began);
    ticks += due.length * beds;
    if (input.kind !== 'observed') continue;
    stepNs += Number(stepped - ticked);
    messages += beds;
    readings += beds * readingsIn(entry);
  }
  const alarms = states.reduce((sum, { alarmCount }) => sum + alarmCount, 0) / beds;
  return {
    perReadingUs: stepNs / readings / 1000,
    perMessageUs: stepNs / messages / 1000,
    perTickUs: tickNs / ticks / 1000,
    alarms,
  };
}

const FIXED: Readonly<Record<string, readonly [low: number, high: number]>> = {
  heartRate: [50, 120],
  spo2: [92, 101],
  respiratoryRate: [8, 28],
};

function compareAll(entries: readonly Entry[]): Pick<Round, 'perReadingUs'> {
  const readings = sumOf(entries, readingsIn);
  let crossed = 0;
  const began = process.hrtime.bigint();
  for (const { input } of entries) {
    if (input.kind !== 'observed') continue;
    if (input.observation.kind !== 'numerics') continue;
    for (const [key, reading] of entriesOf(input.observation.values)) {
      const [low, high] = FIXED[key] ?? [-Infinity, Infinity];
      if ('value' in reading && (reading.value < low || reading.value > high)) crossed += 1;
    }
  }
  const ns = Number(process.hrtime.bigint() - began);
  return { perReadingUs: crossed < 0 ? Number.NaN : ns / readings / 1000 };
}

/** 1 where a bed of many costs as much as one alone. */
const scaling = (alone: readonly number[], together: readonly number[]): Figure => ({
  what: '  cost of a bed, to one alone',
  unit: '×',
  ours: together.map((us, i) => us / (alone[i] ?? Number.NaN)),
});

export const judging: Goal = {
  id: 'judge',
  title: 'judging a reading with the full rule set, at 1, 4 and 16 beds',
  needs: [],
  measure: async (setting) => {
    const surge = scenario('surge');
    if (!surge.ok) throw new RangeError(surge.error);
    const planned = plannedAmounts(surge.value.plan);
    const entries = journal(surge.value, minutesOf(setting));
    const figures: Figure[] = [];
    let { alarms } = fold(entries, 1);
    for (let i = 1; i < WARM_FOLDS; i += 1) fold(entries, 4);
    let alone: readonly number[] = [];
    for (const beds of SIZES) {
      setting.tell(`  ${beds} beds`);
      const rounds = await alternate(
        { ...setting, tell: () => undefined },
        () => Promise.resolve(fold(entries, beds)),
        () => Promise.resolve(compareAll(entries)),
      );
      alarms = Math.max(alarms, ...rounds.ours.map((round) => round.alarms));
      const perReadingUs = rounds.ours.map((round) => round.perReadingUs);
      if (beds === 1) alone = perReadingUs;
      const name = beds === 1 ? '1 bed' : `${beds} beds`;
      figures.push(
        {
          what: `${name}: a reading`,
          unit: 'µs',
          ours: perReadingUs,
          floor: rounds.floor.map((round) => round.perReadingUs),
          limit: { of: 'value', atMost: MAX_MICROSECONDS },
        },
        {
          what: '  readings judged, one core',
          unit: '1/s',
          ours: perReadingUs.map((us) => 1e6 / us),
        },
        { what: '  a message of a device', unit: 'µs', ours: rounds.ours.map(({ perMessageUs }) => perMessageUs) },
        { what: '  a tick, four a second', unit: 'µs', ours: rounds.ours.map(({ perTickUs }) => perTickUs) },
      );
      if (beds > 1) figures.push(scaling(alone, perReadingUs));
    }
    const messages = sumOf(entries, ({ input }) => (input.kind === 'observed' ? 1 : 0));
    const readings = sumOf(entries, readingsIn);
    return {
      id: 'judge',
      title: judging.title,
      floor: 'each number compared with two fixed limits',
      figures,
      remarks: [
        `${minutesOf(setting)} min of the scenario "${surge.value.id}" (${planned.ok ? planned.value.totalMg : '--'} mg ordered): ` +
          `${readings} readings in ${messages} messages of monitor and pump (a number of the monitor, a report of the pump), ${ADULT_IV_KETAMINE.rules.length} rules, ${alarms} alarms in each bed.`,
        'One core, one thread; taking the message into the state, judging it and living on with the alarms; recorder and screens are not in it.',
      ],
    };
  },
};
