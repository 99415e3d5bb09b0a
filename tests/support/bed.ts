import {
  bedId,
  deviceId,
  monotonicMs,
  sessionId,
  wallMs,
  type Actor,
  type Alarm,
  type AlarmChange,
  type BedInput,
  type BedOutput,
  type Command,
  type DeviceStatus,
  type InfusionReading,
  type MonotonicMs,
  type Plan,
  type RuleSet,
} from '$lib/domain/index.ts';
import { emptyBed, step, tick, ticksBetween, type BedState } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';

export const NURSE: Actor = { name: 'Nurse 07', station: 'screen-1' };
export const MONITOR = deviceId('monitor');
export const PUMP = deviceId('pump');

export const PLAN: Plan = {
  template: 'ket-iv-40',
  drug: 'Ketamine',
  concentrationMgPerMl: 1,
  doseMgPerKg: 0.5,
  durationMin: 40,
  weightKg: 70,
  nibpIntervalMin: { infusion: 5, observation: 10 },
};

/** A bed in a test's hand: inputs at given times, ticks in between as the sequencer would put them, outputs kept. */
export class TestBed {
  state: BedState;
  readonly inputs: { readonly at: MonotonicMs; readonly input: BedInput }[] = [];
  readonly outputs: { readonly at: number; readonly body: BedOutput }[] = [];
  #commandCount = 0;

  constructor(ruleSet: RuleSet = ADULT_IV_KETAMINE) {
    this.state = { ...emptyBed(bedId('bed-1'), monotonicMs(0)), ruleSet };
  }

  /** Lets time pass up to this second. */
  to(atS: number): this {
    for (const at of ticksBetween(this.state.now, monotonicMs(atS * 1000))) {
      this.#keep(at, tick(this.state, at));
    }
    return this;
  }

  input(atS: number, input: BedInput): this {
    this.to(atS);
    const at = monotonicMs(Math.max(this.state.now, atS * 1000));
    this.inputs.push({ at, input });
    this.#keep(at, step(this.state, at, input));
    return this;
  }

  command(atS: number, command: Command, id = `c${(this.#commandCount += 1)}`): this {
    return this.input(atS, { kind: 'command', envelope: { id, bed: this.state.bed, by: NURSE, command } });
  }

  devices(atS: number, state: 'live' | 'silent' | 'lost' = 'live'): this {
    return this.device(atS, 'monitor', state).device(atS, 'pump', state);
  }

  device(atS: number, role: 'monitor' | 'pump', state: DeviceStatus['state']): this {
    return this.input(atS, {
      kind: 'device',
      status: {
        device: role === 'monitor' ? MONITOR : PUMP,
        role,
        at: monotonicMs(atS * 1000),
        state,
        label: role === 'monitor' ? 'Monitor' : 'Pump',
        freshness: { staleAfterMs: 7500, expiredAfterMs: 13_000 },
        isSimulated: true,
      },
    });
  }

  /** A bed with a patient, both devices and the station well: nothing technical stands. */
  admitted(atS = 0): this {
    return this.input(atS, { kind: 'clock', wallTime: wallMs(1_800_000_000_000), stepMs: 0 })
      .devices(atS)
      .input(atS, { kind: 'station', status: { screens: 1, audibleScreens: 1, recorder: 'ok' } })
      .command(atS, {
        type: 'admit',
        session: sessionId('s1'),
        patient: { identifier: 'T-1', weightKg: 70, birthYear: 1980 },
        isSimulated: true,
      });
  }

  nibp(atS: number, systolic: number, diastolic: number): this {
    const at = monotonicMs(atS * 1000);
    return this.input(atS, {
      kind: 'observed',
      observation: { kind: 'nibp', source: MONITOR, at, measuredAt: at, systolic, diastolic },
    });
  }

  numerics(atS: number, values: { heartRate?: number; spo2?: number }): this {
    const at = monotonicMs(atS * 1000);
    const readings = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
    return this.input(atS, {
      kind: 'observed',
      observation: { kind: 'numerics', source: MONITOR, at, values: readings },
    });
  }

  pump(atS: number, state: InfusionReading['state'], more: Partial<InfusionReading> = {}): this {
    const reading: InfusionReading = {
      kind: 'infusion',
      source: PUMP,
      at: monotonicMs(atS * 1000),
      channel: 'p1',
      state,
      drugName: 'Ketamine',
      alarms: [],
      ...more,
    };
    return this.input(atS, { kind: 'observed', observation: reading });
  }

  changes(fromS = 0, toS = Number.POSITIVE_INFINITY): readonly AlarmChange[] {
    return this.outputs
      .filter(({ at }) => at >= fromS * 1000 && at < toS * 1000)
      .flatMap(({ body }) => (body.kind === 'alarm' ? [body.change] : []));
  }

  alarm(rule: string): Alarm | undefined {
    return Object.values(this.state.alarms).find(({ alarm }) => alarm.rule === rule)?.alarm;
  }

  #keep(at: number, { state, outputs }: { state: BedState; outputs: readonly BedOutput[] }): void {
    this.state = state;
    this.outputs.push(...outputs.map((body) => ({ at, body })));
  }
}
