/**
 * A simulated patient's whole uneventful session on a bed of its own, in virtual time: the physiology of the simulator, a monitor
 * and a pump that tell it in observations, the bed's fold, and a nurse who does what she does every day. No wire and no waves, so
 * that hundreds of sessions take minutes.
 *
 *   0 admitted ─▶ 11 baseline of three cuff readings, plan ─▶ 15 pump runs ─▶ 55 complete ─▶ 115 end of the observation
 */
import {
  bedId,
  deviceId,
  keysOf,
  monotonicMs,
  SECOND_MS,
  sessionId,
  wallMs,
  type BedInput,
  type InfusionReading,
  type JournalEntry,
  type JournalledObservation,
  type MonotonicMs,
  type RuleSet,
} from '$lib/domain/index.ts';
import { BedFold, emptyBed, proposeBaseline, STATE_VERSION } from '$lib/bedside/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { STREAM, uniform } from '$simulators/patient/chance.ts';
import { MODIFIERS, type ModifierId } from '$simulators/patient/modifiers.ts';
import type { PresetId } from '$simulators/patient/response.ts';
import type { SimulatedPatient } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { VirtualNurse } from './nurse.ts';

export interface UneventfulSession {
  readonly preset: PresetId;
  readonly seed: number;
  readonly ruleSet: RuleSet;
  /** How long the nurse takes to answer an alarm. */
  readonly answerAfterS: number;
}

const BASELINE_AT_S = 11 * 60;
const OBSERVED_MIN = 60;
const PUMP_EVERY_S = 5;
/** Of a monitor and a pump that tell every second and every five. */
const FRESHNESS = { staleAfterMs: 7500, expiredAfterMs: 15_000 } as const;
const MONITOR = deviceId('monitor');
const PUMP = deviceId('pump');

/** @returns the journal of the session, from the admission to the end of the observation. */
export function judgeUneventful(order: UneventfulSession): readonly JournalEntry[] {
  const journal: JournalEntry[] = [];
  new SimulatedBed(order, (entry) => journal.push(entry)).run();
  return journal;
}

/** Patients with a known hypertension have a preset of their own. */
const DRAWN: readonly ModifierId[] = keysOf(MODIFIERS).filter((id) => id !== 'hypertension');
const MODIFIER_CHANCE = 0.3;

/** The patient of this number in the population of a preset, with what else may be known of people. */
export function uneventful(preset: PresetId, seed: number): Scenario {
  const drawn = scenario(preset);
  if (!drawn.ok) throw new RangeError(drawn.error);
  const modifiers = DRAWN.filter((_, i) => uniform(seed, STREAM.scenario, i) < MODIFIER_CHANCE);
  return { ...drawn.value, modifiers };
}

class SimulatedBed {
  readonly #order: UneventfulSession;
  readonly #scenario: Scenario;
  readonly #patient: SimulatedPatient;
  readonly #fold: BedFold;
  readonly #nurse: VirtualNurse;
  #cuffAtMs = 0;
  #infusedMl = 0;

  constructor(order: UneventfulSession, hand: (entry: JournalEntry) => void) {
    this.#order = order;
    this.#scenario = uneventful(order.preset, order.seed);
    this.#patient = createBedside(this.#scenario, order.seed);
    this.#fold = new BedFold({ state: emptyBed(bedId('simulated'), monotonicMs(0)), seq: 0 }, hand);
    this.#nurse = new VirtualNurse(this.#fold, order.answerAfterS);
  }

  run(): void {
    this.#open();
    const { durationMin } = this.#scenario.plan;
    const startMin = this.#scenario.acts.find(({ act }) => act === 'start')?.atMin ?? 0;
    const endS = (startMin + durationMin + OBSERVED_MIN) * 60;
    for (let second = 1; second <= endS; second += 1) this.#second(second);
  }

  #open(): void {
    const at = monotonicMs(0);
    const start = wallMs(0);
    this.#take(at, { kind: 'started', version: 'simulated', stateVersion: STATE_VERSION, wallTime: start });
    this.#take(at, { kind: 'clock', wallTime: start, stepMs: 0 });
    this.#take(at, { kind: 'rules', ruleSet: this.#order.ruleSet });
    this.#take(at, { kind: 'station', status: { screens: 1, audibleScreens: 1, recorder: 'ok' } });
    for (const [device, role] of [
      [MONITOR, 'monitor'],
      [PUMP, 'pump'],
    ] as const) {
      this.#take(at, {
        kind: 'device',
        status: { device, role, at, state: 'live', label: role, freshness: FRESHNESS, isSimulated: true },
      });
    }
    const patient = { identifier: this.#order.preset, weightKg: this.#scenario.plan.weightKg };
    this.#nurse.ask(at, { type: 'admit', session: sessionId('simulated'), patient, isSimulated: true });
    this.#nurse.ask(at, { type: 'set-phase', phase: 'baseline' });
  }

  #second(second: number): void {
    const at = monotonicMs(second * SECOND_MS);
    this.#patient.advanceTo(at);
    this.#tellMonitor(at);
    if (second % PUMP_EVERY_S === 0) this.#tellPump(at);
    if (second === BASELINE_AT_S) this.#prepare(at);
    this.#nurse.round(at);
  }

  /** The baseline as it is proposed, the plan, and gates decided. */
  #prepare(at: MonotonicMs): void {
    const { systolic, diastolic, heartRate, spo2, respiratoryRate } = proposeBaseline(this.#fold.state);
    if (systolic === undefined || diastolic === undefined) throw new Error('three cuff readings gave no baseline');
    const others = Object.entries({ heartRate, spo2, respiratoryRate }).filter(([, value]) => value !== undefined);
    this.#nurse.ask(at, { type: 'accept-baseline', systolic, diastolic, ...Object.fromEntries(others) });
    this.#nurse.ask(at, { type: 'set-plan', plan: this.#scenario.plan });
    this.#nurse.overrideGates(at, 'decided by the prescriber');
  }

  /** As a monitor does: whole numbers once a second, a cuff reading when it is complete. */
  #tellMonitor(at: MonotonicMs): void {
    const { heartRate, spo2, respiratoryRate } = this.#patient.physiology();
    const whole = (value: number) => ({ value: Math.round(value) });
    const values = {
      heartRate: whole(heartRate),
      pulseRate: whole(heartRate),
      spo2: whole(spo2),
      respiratoryRate: whole(respiratoryRate),
    };
    this.#observe(at, { kind: 'numerics', source: MONITOR, at, values });
    const { last } = this.#patient.cuff();
    if (last === undefined || last.endedAtMs <= this.#cuffAtMs) return;
    this.#cuffAtMs = last.endedAtMs;
    const { endedAtMs, ...reading } = last;
    this.#observe(at, { kind: 'nibp', source: MONITOR, at, measuredAt: monotonicMs(endedAtMs), ...reading });
  }

  /** The pump that the staff starts: it runs until its volume is given. */
  #tellPump(at: MonotonicMs): void {
    const { isStarted, rateMlPerHour, vtbiMl, concentrationMgPerMl, drugName } = this.#patient.order();
    const isDone = this.#infusedMl >= vtbiMl;
    const isRunning = isStarted && !isDone;
    const state: InfusionReading['state'] = isRunning ? 'infusing' : isStarted ? 'complete' : 'standby';
    this.#patient.deliver(isRunning ? (rateMlPerHour * concentrationMgPerMl) / 60 : 0);
    this.#observe(at, {
      ...{ kind: 'infusion', source: PUMP, at, channel: 'pump', drugName, alarms: [], state },
      ...{ rateMlPerHour: isRunning ? rateMlPerHour : 0, volumeInfusedMl: this.#infusedMl, vtbiMl },
    });
    if (isRunning) this.#infusedMl = Math.min(vtbiMl, this.#infusedMl + (rateMlPerHour * PUMP_EVERY_S) / 3600);
  }

  #observe(at: MonotonicMs, observation: JournalledObservation): void {
    this.#take(at, { kind: 'observed', observation });
  }

  #take(at: MonotonicMs, input: BedInput): void {
    this.#fold.input(at, input);
  }
}
