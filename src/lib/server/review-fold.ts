/**
 * The journal of one session, entry by entry, into what its review shows. A class because a session has ten thousand entries;
 * it does no more than hand each one to whom it concerns.
 *
 *   command ─▶ remembered: what follows at once was concluded from it, so it is known who asked and why
 *   observed ─▶ lines, cuff readings, infusion · alarm ─▶ one row per alarm · the others ─▶ one event each
 */
import {
  isInput,
  type AlarmId,
  type BedInput,
  type BedOutput,
  type CommandEnvelope,
  type CuffStatus,
  type DeviceStatus,
  type JournalEntry,
  type JournalledObservation,
  type MonotonicMs,
  type NibpMeasurement,
  type Session,
} from '$lib/domain/index.ts';
import { meanOf } from '$lib/bedside/index.ts';
import type { AlarmRow, CuffReading, Doer, PhaseStretch, ReviewEvent } from '$lib/realtime/review.ts';
import { alarmingReadings, foldAlarm } from './review-alarms.ts';
import { AudibleCollector } from './review-audible.ts';
import { doerOf, sessionEvent } from './review-events.ts';
import type { Witness } from './review-gaps.ts';
import { InfusionCollector } from './review-infusion.ts';
import { LineCollector } from './review-lines.ts';
import { momentOf, Sources } from './review-moment.ts';

/** Kinds of entries that a review is made of; the others say nothing that it shows. */
export const REVIEWED_KINDS: readonly (BedInput | BedOutput)['kind'][] = [
  'observed',
  'device',
  'command',
  'clock',
  'started',
  'alarm',
  'session',
  'phase',
  'infusion-event',
  'audio',
  'refused',
];

const BROKEN: ReadonlySet<DeviceStatus['state']> = new Set(['silent', 'lost', 'fault']);

export class ReviewFold {
  readonly lines = new LineCollector();
  readonly infusion = new InfusionCollector();
  readonly audible = new AudibleCollector();
  readonly events: ReviewEvent[] = [];
  readonly witnesses: Witness[] = [];
  session: Session | undefined;
  readonly #nibp: NibpMeasurement[] = [];
  readonly #alarming = new Set<MonotonicMs>();
  readonly #alarms = new Map<AlarmId, AlarmRow>();
  readonly #devices = new Map<string, DeviceStatus>();
  readonly #sources = new Sources();
  readonly #phases: { at: MonotonicMs; phase: Session['phase'] }[] = [];
  #cuff: CuffStatus['state'] = 'idle';
  #asked: CommandEnvelope | undefined;
  #lastAt: MonotonicMs | undefined;

  take({ at, body }: JournalEntry): void {
    if (isInput(body)) this.#input(at, body);
    else this.#output(at, body);
    this.#lastAt = at;
  }

  alarms(): readonly AlarmRow[] {
    return [...this.#alarms.values()].sort((a, b) => a.signalledAt - b.signalledAt);
  }

  devices(): readonly DeviceStatus[] {
    return [...this.#devices.values()];
  }

  cuff(): readonly CuffReading[] {
    return this.#nibp.map((reading) => {
      const mean = meanOf(reading);
      return {
        at: reading.measuredAt,
        systolic: reading.systolic,
        diastolic: reading.diastolic,
        mean: Math.round(mean.value),
        isMeanEstimated: mean.isEstimated,
        isAlarming: this.#alarming.has(reading.measuredAt),
      };
    });
  }

  phases(to: MonotonicMs): readonly PhaseStretch[] {
    return this.#phases
      .map(({ at, phase }, i) => ({ phase, from: at, to: this.#phases[i + 1]?.at ?? to }))
      .filter(({ phase }) => phase !== 'closed');
  }

  #input(at: MonotonicMs, input: BedInput): void {
    this.#asked = input.kind === 'command' ? input.envelope : undefined;
    switch (input.kind) {
      case 'observed':
        return this.#observe(at, input.observation);
      case 'device':
        return this.#device(at, input.status);
      case 'started':
        this.witnesses.push({ at, what: 'started' });
        this.events.push({
          type: 'started',
          at,
          version: input.version,
          ...(this.#lastAt !== undefined && { silentSince: this.#lastAt }),
        });
        return;
      case 'clock':
        if (input.stepMs !== 0) this.events.push({ type: 'clock', at, stepMs: input.stepMs });
        return;
      case 'command':
      case 'device-removed':
      case 'delivered':
      case 'rules':
      case 'station':
        return;
    }
  }

  #observe(at: MonotonicMs, observation: JournalledObservation): void {
    this.#sources.take(observation);
    switch (observation.kind) {
      case 'numerics':
        return this.lines.take(observation);
      case 'infusion':
        return this.infusion.take(observation);
      case 'nibp':
        if (!this.#isKnown(observation)) this.#nibp.push(observation);
        return;
      case 'cuff':
        if (observation.state === 'failed' && this.#cuff !== 'failed') {
          const { detail } = observation;
          this.events.push({ type: 'cuff-failed', at, ...(detail !== undefined && { detail }) });
        }
        this.#cuff = observation.state;
        return;
      case 'device-alarm':
      case 'other-numerics':
        return;
    }
  }

  #isKnown({ source, measuredAt }: NibpMeasurement): boolean {
    return this.#nibp.some((known) => known.source === source && known.measuredAt === measuredAt);
  }

  /** A link that breaks is told, and that it is back; what lies between opening and life is not. */
  #device(at: MonotonicMs, status: DeviceStatus): void {
    this.witnesses.push({ at, what: status });
    const before = this.#devices.get(status.device);
    this.#devices.set(status.device, status);
    const isBroken = BROKEN.has(status.state);
    if (isBroken ? before?.state === status.state : before === undefined || status.state !== 'live') return;
    const { label, state, reason } = status;
    this.events.push({ type: 'device', at, label, state, ...(reason !== undefined && { reason }) });
  }

  #output(at: MonotonicMs, output: BedOutput): void {
    const who = doerOf(this.#asked?.by);
    switch (output.kind) {
      case 'alarm':
        return this.#alarm(at, output);
      case 'session':
        return this.#told(at, output);
      case 'phase':
        return this.#phase(at, output, output.cause === 'person' ? who : {});
      case 'infusion-event': {
        const mlPerHour = this.infusion.flowOf(output.event.channel);
        this.events.push({ type: 'infusion', at, event: output.event, ...(mlPerHour !== undefined && { mlPerHour }) });
        return;
      }
      case 'audio': {
        const { cause, pausedUntil } = output;
        const isPaused = pausedUntil !== undefined;
        this.audible.pause(at, pausedUntil);
        this.events.push({ type: 'audio', at, isPaused, cause, ...(cause === 'person' && who) });
        return;
      }
      case 'refused':
        this.events.push({ type: 'refused', at, message: output.refusal.message, ...who });
        return;
    }
  }

  /** The end of the session is told as such. */
  #phase(at: MonotonicMs, { from, to, cause }: Extract<BedOutput, { kind: 'phase' }>, who: Partial<Doer>): void {
    this.#phases.push({ at, phase: to });
    if (to !== 'closed') this.events.push({ type: 'phase', at, from, to, cause, ...who });
  }

  #alarm(at: MonotonicMs, { change }: Extract<BedOutput, { kind: 'alarm' }>): void {
    const { alarm } = change;
    const command = this.#asked?.command;
    const isAsked = command !== undefined && 'alarm' in command && command.alarm === alarm.id;
    const row = foldAlarm(this.#alarms.get(alarm.id), at, change, {
      doer: isAsked ? doerOf(this.#asked?.by) : {},
      momentOf: (signalled) => momentOf(signalled, at, this.session, this.#sources, this.infusion),
    });
    this.#alarms.set(alarm.id, row);
    this.audible.alarm(at, alarm);
    for (const readAt of alarmingReadings(change)) this.#alarming.add(readAt);
  }

  #told(at: MonotonicMs, { session, cause }: Extract<BedOutput, { kind: 'session' }>): void {
    const event = sessionEvent(at, session, cause, this.#asked, this.session);
    this.session = session;
    if (cause === 'admitted') this.#phases.push({ at, phase: session.phase });
    if (event !== undefined) this.events.push(event);
  }
}
