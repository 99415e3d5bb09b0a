/**
 * A recorded patient on a bed of his own, in virtual time: the driver that plays recordings, the bed's fold, and a nurse who
 * does what she would do, so that hours of a recording are judged in seconds.
 *
 *   0 admitted ─▶ baseline, taken from the first minutes ─▶ the phase that was asked for ─▶ the recording's end
 *
 * A recording without any pressure has no baseline to compare with, so it stays in the phase `baseline`, whose limits are absolute.
 */
import { concat, from, interval, NEVER, of, type Subscription } from 'rxjs';
import {
  bedId,
  deviceId,
  MINUTE_MS,
  monotonicMs,
  SECOND_MS,
  sessionId,
  wallMs,
  type BedInput,
  type Command,
  type JournalEntry,
  type Observation,
  type Phase,
  type RuleSet,
} from '$lib/domain/index.ts';
import {
  BedFold,
  emptyBed,
  median,
  MIN_BASELINE_READINGS,
  proposeBaseline,
  STATE_VERSION,
} from '$lib/bedside/index.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { VirtualNurse } from './nurse.ts';

export interface JudgingOptions {
  /** The driver that plays recordings. */
  readonly driver: AnyDriver;
  /** Everything that the link of the recording carries. */
  readonly parts: readonly Uint8Array[];
  readonly ruleSet: RuleSet;
  readonly phase: Extract<Phase, 'baseline' | 'infusion' | 'observation'>;
  /** The first so many minutes are the baseline, and as many more as it takes until a pressure is known. */
  readonly baselineMin: number;
  /** Minutes between cuff readings that the plan expects; unless told, what the first readings keep. */
  readonly cuffEveryMin?: number;
  /** How long the nurse takes to answer an alarm; infinite when nobody does. */
  readonly answerAfterS: number;
}

export interface JudgedRecording {
  readonly durationMs: number;
  readonly journal: readonly JournalEntry[];
  /** What the player said of the file. */
  readonly remarks: readonly string[];
  /** Without one, what was judged was the phase `baseline`. */
  readonly hasBaseline: boolean;
}

const PATIENT = { identifier: 'recording', weightKg: 70 } as const;
const ROUND_MS = SECOND_MS;
/** A month: no recording is longer. */
const LONGEST_MS = 31 * 24 * 60 * MINUTE_MS;

export function judgeRecording(options: JudgingOptions): JudgedRecording {
  const bed = new RecordedBed(options);
  bed.run();
  return bed.judged();
}

class RecordedBed {
  readonly #options: JudgingOptions;
  readonly #time = new VirtualTime();
  readonly #fold: BedFold;
  readonly #nurse: VirtualNurse;
  readonly #journal: JournalEntry[] = [];
  readonly #remarks: string[] = [];
  readonly #cuffAtMs: number[] = [];
  readonly #line: Readonly<Record<'systolic' | 'diastolic', number[]>> = { systolic: [], diastolic: [] };
  #isOver = false;

  constructor(options: JudgingOptions) {
    this.#options = options;
    const start = { state: emptyBed(bedId('recording'), monotonicMs(0)), seq: 0 };
    this.#fold = new BedFold(start, (entry) => this.#journal.push(entry));
    this.#nurse = new VirtualNurse(this.#fold, options.answerAfterS);
  }

  run(): void {
    const { baselineMin } = this.#options;
    this.#take({ kind: 'started', version: 'recording', stateVersion: STATE_VERSION, wallTime: wallMs(0) });
    this.#take({ kind: 'rules', ruleSet: this.#options.ruleSet });
    this.#take({ kind: 'station', status: { screens: 1, audibleScreens: 1, recorder: 'ok' } });
    const running = this.#play();
    this.#ask({ type: 'admit', session: sessionId('recording'), patient: PATIENT, isSimulated: false });
    this.#ask({ type: 'set-phase', phase: 'baseline' });
    running.add(interval(ROUND_MS, this.#time).subscribe(() => this.#nurse.round(this.#now())));
    while (!this.#isOver && this.#time.now() < LONGEST_MS) {
      this.#time.runTo(this.#time.now() + ROUND_MS);
      this.#fold.advance(this.#now());
      if (this.#time.now() >= baselineMin * MINUTE_MS) this.#begin();
    }
    running.unsubscribe();
  }

  judged(): JudgedRecording {
    return {
      durationMs: this.#fold.state.now,
      journal: this.#journal,
      remarks: this.#remarks,
      hasBaseline: this.#fold.state.session?.baseline !== undefined,
    };
  }

  #play(): Subscription {
    const link = { bytes$: concat(from(this.#options.parts), NEVER), send: () => Promise.resolve() };
    const { driver } = this.#options;
    return runDriver(driver, () => concat(of(link), NEVER), {
      context: { device: deviceId('recording'), settings: {} },
      label: driver.label,
      isSimulated: false,
      clock: () => this.#now(),
      scheduler: this.#time,
    }).subscribe((event) => this.#hear(event));
  }

  #hear(event: DriverEvent): void {
    if (event.kind === 'status') {
      const { state, reason } = event.status;
      this.#take({ kind: 'device', status: event.status });
      if (reason !== undefined) this.#remarks.push(reason);
      if (state === 'silent' || state === 'fault') this.#isOver = true;
    }
    if (event.kind !== 'observed' || this.#isOver) return;
    for (const observation of event.observations) this.#observe(observation);
  }

  #observe(observation: Observation): void {
    if (observation.kind === 'waveform') return;
    if (observation.kind === 'nibp') this.#cuffAtMs.push(observation.measuredAt);
    if (observation.kind === 'numerics') {
      const { abpSystolic: systolic, abpDiastolic: diastolic } = observation.values;
      if (systolic && 'value' in systolic) this.#line.systolic.push(systolic.value);
      if (diastolic && 'value' in diastolic) this.#line.diastolic.push(diastolic.value);
    }
    this.#take({ kind: 'observed', observation });
  }

  /** The first minutes are over, and a pressure is known: what they showed is the patient's own normal. */
  #begin(): void {
    const { phase } = this.#options;
    const { session } = this.#fold.state;
    if (phase === 'baseline' || session?.baseline !== undefined || this.#isOver) return;
    const pressure = this.#restingPressure();
    if (pressure === undefined) return;
    const reason = 'from the first minutes of the recording';
    const { heartRate, spo2, respiratoryRate } = proposeBaseline(this.#fold.state);
    const others = Object.entries({ heartRate, spo2, respiratoryRate }).filter(([, value]) => value !== undefined);
    this.#ask({ type: 'accept-baseline', ...pressure, ...Object.fromEntries(others), reason });
    this.#ask({ type: 'set-plan', plan: this.#plan() });
    this.#nurse.overrideGates(this.#now(), reason);
    this.#ask({ type: 'set-phase', phase: 'infusion' });
    if (phase === 'observation') this.#ask({ type: 'set-phase', phase });
  }

  /** mmHg: medians of the arterial line, else of three cuff readings; undefined while there are none. */
  #restingPressure(): { readonly systolic: number; readonly diastolic: number } | undefined {
    const [systolic, diastolic] = [median(this.#line.systolic), median(this.#line.diastolic)];
    if (systolic !== undefined && diastolic !== undefined) return { systolic, diastolic };
    const { readings, systolic: upper, diastolic: lower } = proposeBaseline(this.#fold.state);
    if (readings.length < MIN_BASELINE_READINGS || upper === undefined || lower === undefined) return undefined;
    return { systolic: upper, diastolic: lower };
  }

  /** The usual plan, with the cuff at the recording's own pace as far as that is known. */
  #plan(): Extract<Command, { type: 'set-plan' }>['plan'] {
    const distances = this.#cuffAtMs.slice(1).map((at, index) => at - (this.#cuffAtMs[index] ?? at));
    const keptMin = Math.round((median(distances) ?? 5 * MINUTE_MS) / MINUTE_MS);
    const everyMin = this.#options.cuffEveryMin ?? Math.min(60, Math.max(1, keptMin));
    return {
      template: 'ket-iv-40',
      drug: 'Ketamine',
      concentrationMgPerMl: 1,
      doseMgPerKg: 0.5,
      durationMin: 40,
      weightKg: PATIENT.weightKg,
      nibpIntervalMin: { infusion: everyMin, observation: everyMin },
    };
  }

  #ask(command: Command): void {
    this.#nurse.ask(this.#now(), command);
  }

  #take(input: BedInput): void {
    this.#fold.input(this.#now(), input);
  }

  #now(): ReturnType<typeof monotonicMs> {
    return monotonicMs(this.#time.now());
  }
}
