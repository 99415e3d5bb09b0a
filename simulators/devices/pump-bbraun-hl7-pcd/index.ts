/**
 * A B. Braun SpacePlus station with its pumps, as a gateway that connects to the monitoring station: each pump's status every 5 s,
 * events at start and completion, alarms with start, updates every 30 s and end, the device itself every 5 min. It waits for an
 * acknowledgement of each message, sends again what was not acknowledged within 10 s, and keeps what it cannot send.
 *
 * On the link it says its messages as the station's listener would hand them over (`cover.ts` of the driver); over a real connection
 * they go as they are. A pump that is off is not reported. The network is away while the pump's line is not linked.
 *
 * Settings: those of `bedside-pumps.ts`; `station` its EUI-64, `epochS` Unix seconds at instant 0, `clockOffsetS` by how much the
 * station's clock is wrong, `reportMs` (5000), `isSentWithLf` segments end with LF, `label` of the first pump, `systemId` of it.
 */
import {
  asArrived,
  decodeAnswer,
  encodeReport,
  type SentOrder,
  type SentRow,
} from '$drivers/pump-bbraun-hl7-pcd/codec-gateway.ts';
import { cut } from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import type { Profile } from '$drivers/pump-bbraun-hl7-pcd/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps, readPumpSettings } from '../bedside-pumps.ts';
import { numberOf, type Settings } from '../settings.ts';
import { Outbox } from './outbox.ts';
import {
  alarmReport,
  ALARMS,
  alarmsOf,
  deviceReport,
  eventReport,
  orderOf,
  statusReport,
  type AlarmName,
  type Seat,
} from './reports.ts';

const EPOCH_S = 1_767_225_600;
const UPDATE_MS = 30_000;
const DEVICE_MS = 300_000;
const NO_BYTES = new Uint8Array(0);

export const createPcdStation = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new PcdStation(bedside, options);

/** What a pump was last reported to be. */
interface Course {
  readonly seat: Seat;
  run: Seat['pump']['run'];
  /** Alarms that have begun, with the filler of their start and when they were last told. */
  readonly alarms: Map<AlarmName, { readonly filler: string; toldMs: number }>;
}

class PcdStation implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #pumps: BedsidePumps;
  readonly #courses: readonly Course[];
  readonly #outbox = new Outbox();
  readonly #onForbidden: (what: string) => void;
  readonly #station: string;
  readonly #epochMs: number;
  readonly #offsetMs: number;
  readonly #reportMs: number;
  readonly #segmentEnd: '\r' | '\n';
  #sequence = 0;
  #sent = 0;
  #hasBeenConnected = false;
  #isConnected = false;
  #rest: Uint8Array = NO_BYTES;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#onForbidden = onForbidden;
    this.#station = textOf(settings['station'], '0012211839000001');
    this.#epochMs = 1000 * numberOf(settings['epochS'], EPOCH_S);
    this.#offsetMs = 1000 * numberOf(settings['clockOffsetS'], 0);
    this.#reportMs = Math.max(1000, numberOf(settings['reportMs'], 5000));
    this.#segmentEnd = settings['isSentWithLf'] === true ? '\n' : '\r';
    this.#pumps = new BedsidePumps(bedside, readPumpSettings(settings), (_, n) => String(51_559 + n));
    this.#courses = this.#pumps.pumps.map((pump, n) => ({
      seat: { pump, ...namesOf(pump.make, n, settings) },
      run: pump.run,
      alarms: new Map(),
    }));
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    for (const now of this.#pumps.until(input.simMs)) this.#moveTo(now);
    switch (input.type) {
      case 'connected':
        this.#isConnected = true;
        this.#rest = NO_BYTES;
        this.#outbox.restart();
        this.#greet(input.simMs);
        return this.#send(input.simMs);
      case 'disconnected':
        this.#isConnected = false;
        return [];
      case 'received':
        if (this.#bedside.line().isLinked) this.#hear(input.bytes);
        return this.#send(input.simMs);
      case 'tick':
        return this.#send(input.simMs);
    }
  }

  /** Whoever connects for the first time is told what is there. */
  #greet(simMs: number): void {
    if (this.#hasBeenConnected) return;
    this.#hasBeenConnected = true;
    for (const { seat } of this.#courses) {
      if (seat.pump.isOn) this.#put('pcd-01', simMs, orderOf(seat), statusReport(seat));
    }
  }

  #send(simMs: number): readonly Uint8Array[] {
    if (!this.#isConnected || !this.#bedside.line().isLinked) return [];
    const message = this.#outbox.next(simMs);
    return message ? [asArrived(message, ++this.#sent, this.#epochMs + simMs)] : [];
  }

  #hear(bytes: Uint8Array): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      if (piece.kind !== 'frame') continue;
      const answered = decodeAnswer(piece.payload);
      if (answered.kind === 'answer') this.#outbox.acknowledged(answered.controlId);
      else this.#onForbidden(answered.text);
    }
  }

  #moveTo(now: number): void {
    this.#courses.forEach((course, n) => {
      if (course.seat.pump.isOn) this.#report(course, n, now);
      else course.alarms.clear();
    });
  }

  /** Pumps of one station report in turn. */
  #report(course: Course, n: number, now: number): void {
    const { seat } = course;
    this.#tellEvents(course, now);
    this.#tellAlarms(course, now);
    const turnMs = Math.floor((this.#reportMs * n) / this.#courses.length / 50) * 50;
    if (now % this.#reportMs === turnMs % this.#reportMs) this.#put('pcd-01', now, orderOf(seat), statusReport(seat));
    if (now % DEVICE_MS === 1000) this.#put('pcd-15', now, orderOf(seat), deviceReport(seat));
  }

  #tellEvents(course: Course, now: number): void {
    const { seat, run: before } = course;
    const { run } = seat.pump;
    course.run = run;
    if (run === before) return;
    if (run === 'running') this.#put('pcd-10', now, orderOf(seat), eventReport(seat, 'start'));
    if (run === 'complete' || run === 'kvo') this.#put('pcd-10', now, orderOf(seat), eventReport(seat, 'complete'));
  }

  #tellAlarms({ seat, alarms }: Course, now: number): void {
    const standing = alarmsOf(seat.pump);
    for (const [name, { filler }] of [...alarms]) {
      if (standing.includes(name)) continue;
      alarms.delete(name);
      this.#alarm(seat, name, 'end', filler, now);
    }
    for (const name of standing) {
      const known = alarms.get(name);
      if (!known) alarms.set(name, { filler: this.#alarm(seat, name, 'start', undefined, now), toldMs: now });
      else if (now - known.toldMs >= UPDATE_MS) {
        known.toldMs = now;
        this.#alarm(seat, name, 'update', known.filler, now);
      }
    }
  }

  /** @returns the filler of this report. */
  #alarm(
    seat: Seat,
    name: AlarmName,
    phase: 'start' | 'update' | 'end',
    parent: string | undefined,
    now: number,
  ): string {
    const filler = `${seat.label.slice(1)}_${seat.systemId}_${Object.keys(ALARMS).indexOf(name)}_${this.#sequence}`;
    const order: SentOrder = { filler, what: ['196616', 'MDC_EVT_ALARM'], ...(parent !== undefined && { parent }) };
    this.#put('pcd-04', now, order, alarmReport(seat, name, phase));
    return filler;
  }

  /** Before anybody was ever connected, nothing is kept. */
  #put(transaction: Profile, now: number, order: SentOrder, rows: readonly SentRow[]): void {
    this.#sequence += 1;
    if (!this.#hasBeenConnected) return;
    const controlId = `639${String(this.#sequence).padStart(17, '0')}`;
    const { segmentEnd, station } = { segmentEnd: this.#segmentEnd, station: this.#station };
    const time = this.#epochMs + this.#offsetMs + now;
    this.#outbox.put(controlId, encodeReport({ transaction, station, controlId, time, segmentEnd }, order, rows));
  }
}

function namesOf(
  { kind, number }: Seat['pump']['make'],
  n: number,
  settings: Settings,
): Pick<Seat, 'label' | 'systemId'> {
  const label = `${kind === 'syringe' ? 'P' : 'I'}${number}`;
  const systemId = `11111111-2222-3333-4444-${String(555_555_555_555 + n)}`;
  if (n > 0) return { label, systemId };
  return { label: textOf(settings['label'], label), systemId: textOf(settings['systemId'], systemId) };
}

const textOf = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
