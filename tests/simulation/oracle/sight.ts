/**
 * What a careful person could say of a bed at a moment, from nothing but what stands in its journal: folded plainly, without
 * any of the station's own reckoning. Where two readings of the documents are possible it says "not known".
 */
import type {
  AlarmState,
  InfusionReading,
  JournalEntry,
  Priority,
  Reading as VitalReading,
  Session,
} from '$lib/domain/index.ts';

/** A number that counts now; undefined where none does. */
export type Reading =
  { readonly value: number; readonly at: number; readonly isCuff: boolean; readonly isExpired: boolean } | undefined;

export interface StandingAlarm {
  readonly id: string;
  readonly rule: string;
  readonly priority: Priority;
  readonly state: AlarmState;
}

export interface Sight {
  readonly at: number;
  readonly session: Session | undefined;
  readonly limits: ReadonlyMap<string, number>;
  readonly baseline: Session['baseline'];
  readonly systolic: Reading;
  readonly diastolic: Reading;
  readonly meanArterial: Reading;
  readonly heartRate: Reading;
  readonly spo2: Reading;
  readonly respiratoryRate: Reading;
  readonly isInfusing: boolean | undefined;
  readonly isInterrupted: boolean | undefined;
  readonly doseRatePercent: number | undefined;
  readonly pumpAlarm: Priority | 'unknown' | undefined;
  readonly cuffAgeMin: number;
  readonly cuffIntervalMin: number;
  readonly isHeartRateLost: boolean | undefined;
  readonly isSaturationLost: boolean | undefined;
  /** The pulse and the mean of an arterial line; undefined where none is told. */
  readonly line: { readonly pulse: number | undefined; readonly mean: number | undefined } | undefined;
  /** What a person entered last on each scale. */
  readonly scores: ReadonlyMap<string, number>;
  readonly silent: readonly { readonly forS: number; readonly isOnlyMonitor: boolean }[];
  readonly standing: readonly StandingAlarm[];
}

interface Device {
  readonly role: 'monitor' | 'pump';
  readonly isLive: boolean;
  readonly silentSince: number | undefined;
  readonly validForMs: number;
}

interface Cuff {
  readonly key: string;
  readonly at: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly mean: number;
}

const PLAUSIBLE: Readonly<Record<string, readonly [number, number]>> = {
  heartRate: [10, 350],
  pulseRate: [10, 350],
  abpPulseRate: [10, 350],
  spo2: [30, 100],
  respiratoryRate: [0, 120],
  abpSystolic: [0, 320],
  abpDiastolic: [0, 250],
  abpMeanArterial: [-50, 280],
};

const HEART_RATES = ['heartRate', 'abpPulseRate', 'pulseRate'] as const;
const MINUTE_MS = 60_000;
const FLOWING: ReadonlySet<string> = new Set(['infusing', 'bolus']);
const NOTHING_KNOWN: ReadonlySet<string> = new Set(['unknown', 'disconnected']);
const STOPPED: ReadonlySet<string> = new Set(['stopped', 'paused', 'standby', 'alarm', 'off']);
const DONE: ReadonlySet<string> = new Set(['complete', 'kvo']);
const PLANNED_ALARMS: ReadonlySet<string> = new Set([
  'nearEnd',
  'infusionComplete',
  'vtbi.done',
  'end.stopped',
  'end.kvo',
]);
const DONE_ALARMS: ReadonlySet<string> = new Set(['infusionComplete', 'vtbi.done', 'end.stopped', 'end.kvo']);
const URGENCY: readonly Priority[] = ['notice', 'low', 'medium', 'high'];

export const isAsUrgent = (a: Priority, b: Priority): boolean => URGENCY.indexOf(a) >= URGENCY.indexOf(b);

/** Decision 16: what an arterial line shows below these is no pulse, and no pressure of the patient. */
export const LEAST_PULSE = 3;
export const LEAST_MEAN = 10;

/** A correction counts in the place and at the time of what it corrects. */
function scoresOf(session: Session | undefined): ReadonlyMap<string, number> {
  const entered = session?.scores ?? [];
  const counts = (first: (typeof entered)[number]): number =>
    entered.findLast(({ corrects }) => corrects === first.id)?.value ?? first.value;
  return new Map(entered.filter(({ corrects }) => corrects === undefined).map((first) => [first.scale, counts(first)]));
}

const NONE_SILENT: Sight['silent'] = [];

interface Told {
  readonly value: number;
  readonly at: number;
  readonly isDoubtful: boolean;
}

const measured = ({ value, at, isDoubtful }: Told): Reading =>
  isDoubtful ? undefined : { value, at, isCuff: false, isExpired: false };

/** The fold itself. `look` may be asked at any moment not before the last entry. */
export class Witness {
  session: Session | undefined;
  readonly #devices = new Map<string, Device>();
  /** In the order in which they were first heard of: that of the bed. */
  readonly #vitals = new Map<string, Map<string, { readonly reading: VitalReading; readonly at: number }>>();
  #cuffs: Cuff[] = [];
  readonly #channels = new Map<string, InfusionReading>();
  readonly #hasRun = new Set<string>();
  readonly #alarms = new Map<string, StandingAlarm>();
  /** Made anew only when an alarm or the session is another one. */
  #standing: readonly StandingAlarm[] = [];
  #limits: ReadonlyMap<string, number> = new Map();
  #scores: ReadonlyMap<string, number> = new Map();
  /** Values that were observed, for those who check evidence. */
  readonly seen = new Set<string>();

  take({ at, body }: JournalEntry): void {
    switch (body.kind) {
      case 'device':
        return this.#device(at, body.status);
      case 'observed':
        return this.#observe(body.observation);
      case 'session':
        return this.#withSession(body.cause === 'ended' ? undefined : body.session, body.cause === 'admitted');
      case 'alarm':
        return this.#alarm(body.change.alarm);
      case 'device-removed':
      case 'command':
      case 'station':
      case 'clock':
      case 'rules':
      case 'delivered':
      case 'started':
      case 'phase':
      case 'infusion-event':
      case 'audio':
      case 'refused':
        return;
    }
  }

  look(at: number): Sight {
    const { session } = this;
    const cuff = this.#cuffs.at(-1);
    const plan = session?.plan;
    const cuffIntervalMin =
      session?.phase === 'observation'
        ? (plan?.nibpIntervalMin.observation ?? 15)
        : (plan?.nibpIntervalMin.infusion ?? 5);
    const line = this.#pressureOfLine(at);
    const heartRate = this.#heartRate(at);
    const spo2 = this.#vital('spo2', at);
    const ofCuff = (value: number): Reading =>
      cuff && { value, at: cuff.at, isCuff: true, isExpired: at - cuff.at > 3 * cuffIntervalMin * MINUTE_MS };
    return {
      at,
      session,
      cuffIntervalMin,
      baseline: session?.baseline,
      limits: this.#limits,
      systolic: line ? line.systolic : cuff && ofCuff(cuff.systolic),
      diastolic: line ? line.diastolic : cuff && ofCuff(cuff.diastolic),
      meanArterial: line ? undefined : cuff && ofCuff(cuff.mean),
      heartRate,
      spo2,
      respiratoryRate: this.#vital('respiratoryRate', at),
      cuffAgeMin: (at - Math.max(cuff?.at ?? 0, session?.phaseSince ?? 0)) / MINUTE_MS,
      isHeartRateLost: heartRate ? false : this.#isLost(HEART_RATES, at),
      isSaturationLost: spo2 ? false : this.#isLost(['spo2'], at),
      line: this.#line(at),
      scores: this.#scores,
      silent: this.#silent(at),
      standing: this.#standing,
      ...this.#pump(),
    };
  }

  #device(
    at: number,
    { device, role, state, freshness }: Extract<JournalEntry['body'], { kind: 'device' }>['status'],
  ): void {
    const before = this.#devices.get(device);
    const isLive = state === 'live';
    const silentSince = isLive ? undefined : (before?.silentSince ?? at);
    this.#devices.set(device, { role, isLive, silentSince, validForMs: freshness.expiredAfterMs });
  }

  #observe(observation: Extract<JournalEntry['body'], { kind: 'observed' }>['observation']): void {
    if (observation.kind === 'numerics') {
      for (const [key, reading] of Object.entries(observation.values)) {
        const bySource = this.#vitals.get(key) ?? new Map<string, { reading: VitalReading; at: number }>();
        bySource.set(observation.source, { reading, at: observation.at });
        this.#vitals.set(key, bySource);
        if ('value' in reading) this.seen.add(`${key}=${reading.value}@${observation.at}`);
      }
    }
    if (observation.kind === 'nibp') this.#measure(observation);
    if (observation.kind === 'infusion') {
      this.#channels.set(observation.channel, observation);
      if (FLOWING.has(observation.state)) this.#hasRun.add(observation.channel);
    }
  }

  #measure(nibp: Extract<Extract<JournalEntry['body'], { kind: 'observed' }>['observation'], { kind: 'nibp' }>): void {
    const key = `${nibp.source} ${nibp.deviceTime ?? nibp.measuredAt}`;
    if (this.#cuffs.some((known) => known.key === key)) return;
    const mean = nibp.meanArterial ?? nibp.diastolic + (nibp.systolic - nibp.diastolic) / 3;
    const { measuredAt, systolic, diastolic, pulseRate } = nibp;
    this.#cuffs.push({ key, at: measuredAt, systolic, diastolic, mean });
    for (const [what, value] of Object.entries({ systolic, diastolic, meanArterial: mean, heartRate: pulseRate }))
      if (value !== undefined) this.seen.add(`${what}=${value}@${measuredAt}`);
  }

  #withSession(session: Session | undefined, isNew: boolean): void {
    if (session === undefined || isNew) {
      this.#cuffs = [];
      this.#hasRun.clear();
    }
    this.session = session;
    this.#scores = scoresOf(session);
    this.#limits = new Map(session?.limits.map(({ rule, limit }) => [rule, limit]));
  }

  #alarm({ id, rule, priority, state }: StandingAlarm): void {
    if (state === 'ended') this.#alarms.delete(id);
    else this.#alarms.set(id, { id, rule, priority, state });
    this.#standing = [...this.#alarms.values()];
  }

  /** The first device of the bed that gives a good number that is not too old. */
  #vital(key: string, at: number): Reading {
    const number = this.#number(key, at);
    return number && measured(number);
  }

  #number(key: string, at: number): Told | undefined {
    const bySource = this.#vitals.get(key);
    if (bySource === undefined) return undefined;
    for (const [device, { validForMs }] of this.#devices) {
      const standing = bySource.get(device);
      if (standing === undefined || at - standing.at > validForMs || 'missing' in standing.reading) continue;
      const { value, isQuestionable = false } = standing.reading;
      const [low, high] = PLAUSIBLE[key] ?? [-Infinity, Infinity];
      return { value, at: standing.at, isDoubtful: isQuestionable || value < low || value > high };
    }
    return undefined;
  }

  /** The pulse of the last cuff reading is shown, but it is no quantity that can stay beyond a limit for seconds (clinical.md 5.1). */
  #heartRate(at: number): Reading {
    for (const key of HEART_RATES) {
      const number = this.#number(key, at);
      if (number) return measured(number);
    }
    return undefined;
  }

  #line(at: number): Sight['line'] {
    const systolic = this.#vital('abpSystolic', at)?.value;
    const diastolic = this.#vital('abpDiastolic', at)?.value;
    const mean = this.#vital('abpMeanArterial', at)?.value;
    const pulse = systolic === undefined || diastolic === undefined ? undefined : systolic - diastolic;
    return pulse === undefined && mean === undefined ? undefined : { pulse, mean };
  }

  /** A line without a pulse shows no pressure of the patient. */
  #pressureOfLine(at: number): { readonly systolic: Reading; readonly diastolic: Reading } | undefined {
    const systolic = this.#vital('abpSystolic', at);
    const diastolic = this.#vital('abpDiastolic', at);
    if (systolic === undefined || diastolic === undefined) return undefined;
    const pulse = systolic.value - diastolic.value;
    const mean = this.#vital('abpMeanArterial', at)?.value ?? diastolic.value + pulse / 3;
    return pulse < LEAST_PULSE || mean < LEAST_MEAN ? undefined : { systolic, diastolic };
  }

  /** Undefined while every monitor is silent: then nothing can be said of it. */
  #isLost(keys: readonly string[], at: number): boolean | undefined {
    if (keys.some((key) => this.#number(key, at) !== undefined)) return false;
    return [...this.#devices.values()].some(({ role, isLive }) => role === 'monitor' && isLive) ? true : undefined;
  }

  #silent(at: number): Sight['silent'] {
    const all = [...this.#devices.values()];
    if (all.every(({ silentSince }) => silentSince === undefined)) return NONE_SILENT;
    return all.flatMap((one) => {
      if (one.silentSince === undefined) return [];
      const isOther = all.some((other) => other !== one && other.role === 'monitor' && other.isLive);
      return [{ forS: (at - one.silentSince) / 1000, isOnlyMonitor: one.role === 'monitor' && !isOther }];
    });
  }

  #pump(): Pick<Sight, 'isInfusing' | 'isInterrupted' | 'doseRatePercent' | 'pumpAlarm'> {
    const none = { isInfusing: undefined, isInterrupted: undefined, doseRatePercent: undefined, pumpAlarm: undefined };
    const [reading, ...others] = this.#channels.values();
    if (reading === undefined) return none;
    if (others.length > 0) return { ...none, pumpAlarm: 'unknown' };
    const isHeard = this.#devices.get(reading.source)?.isLive === true;
    if (!isHeard || reading.state === 'disconnected') return { ...none, pumpAlarm: 'unknown' };
    const pumpAlarm = reading.alarms
      .map(({ kind, priority }): Priority =>
        PLANNED_ALARMS.has(kind) ? 'notice' : kind.startsWith('occlusion') && priority === 'low' ? 'medium' : priority,
      )
      .reduce<Priority | undefined>((most, one) => (most && isAsUrgent(most, one) ? most : one), undefined);
    if (NOTHING_KNOWN.has(reading.state)) return { ...none, pumpAlarm };
    const isInfusing = FLOWING.has(reading.state);
    const isDone =
      DONE.has(reading.state) || reading.alarms.some(({ kind, stage }) => stage === 'alarm' && DONE_ALARMS.has(kind));
    const isInterrupted = this.#hasRun.has(reading.channel) && STOPPED.has(reading.state) && !isDone;
    return { isInfusing, isInterrupted, pumpAlarm, doseRatePercent: this.#doseRatePercent(reading) };
  }

  /** Where concentration and rate are told in words that need no conversion. */
  #doseRatePercent({ state, rateMlPerHour, concentration, drugName }: InfusionReading): number | undefined {
    const plan = this.session?.plan;
    if (
      plan === undefined ||
      rateMlPerHour === undefined ||
      !FLOWING.has(state) ||
      (this.session?.channels ?? []).length > 0
    )
      return undefined;
    if (concentration !== undefined && concentration.unit !== 'mg/mL') return undefined;
    if (drugName !== undefined && drugName.slice(0, 5).toLowerCase() !== plan.drug.slice(0, 5).toLowerCase())
      return undefined;
    const mgPerMin = (rateMlPerHour * (concentration?.value ?? plan.concentrationMgPerMl)) / 60;
    return (100 * mgPerMin) / ((plan.doseMgPerKg * plan.weightKg) / plan.durationMin);
  }
}
