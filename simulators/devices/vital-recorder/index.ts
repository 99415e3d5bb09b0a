/**
 * A simulated Vital Recorder at a patient monitor: once a second it sends the second that has passed, deaf to what it
 * receives. A sensor that is off leaves its tracks there without values, a cable that is out leaves no tracks at all.
 *
 * Settings: `vrcode` (`simulated-recorder`) and `room` (`BED1`) by which it names itself and its place, `otherRooms` names of
 * empty ones, `epochS` Unix seconds of simulated time 0 (2026-01-01), `clockOffsetS` error of its clock, `restartsAtMs` a list
 * of instants after which it is silent for 10 s, `roomsAs` `list` or `map`, `cuff` `repeated` every second, as recorded, or
 * `once`, `hasBareNan` writes `nan` where it has no sample, `isEngineIo3` leaves the 04 before its messages, and lists of
 * stretches `{ fromMs, toMs }`: `heldBack` its network is away and it sends everything afterwards, `frozen` it sends the same
 * message again and again.
 */
import { concatBytes } from '$drivers/bytes.ts';
import { encodeFeed, type Written } from '$drivers/vital-recorder/codec.ts';
import { KINDS, wrap } from '$drivers/vital-recorder/framing.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pace } from '../pace.ts';
import { covers, numberOf, stretchesOf, timesOf, type Settings } from '../settings.ts';
import { tracksOf } from './feed.ts';

const SEND_EVERY_MS = 1000;
const RESTART_MS = 10_000;
const EPOCH_S = 1_767_225_600;
const NO_BYTES: readonly Uint8Array[] = [];

export function simulateVitalRecorder(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Recorder(bedside, options.settings);
}

class Recorder implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: Settings;
  readonly #epochMs: number;
  readonly #pace = new Pace(SEND_EVERY_MS);
  #sequence = 0;
  #cuffToldMs = -1;
  #held: Uint8Array[] = [];
  #last: Uint8Array | undefined;

  constructor(bedside: SimulatedBedside, settings: Settings) {
    this.#bedside = bedside;
    this.#settings = settings;
    this.#epochMs = 1000 * (numberOf(settings['epochS'], EPOCH_S) + numberOf(settings['clockOffsetS'], 0));
  }

  step({ type, simMs }: DeviceInput): readonly Uint8Array[] {
    if (type === 'connected') this.#pace.skipTo(simMs);
    return type === 'tick' ? [...this.#pace.until(simMs)].flatMap((at) => this.#send(at)) : NO_BYTES;
  }

  #send(simMs: number): readonly Uint8Array[] {
    const isStarting = timesOf(this.#settings['restartsAtMs']).some((at) => simMs >= at && simMs < at + RESTART_MS);
    if (isStarting) {
      this.#held = [];
      return NO_BYTES;
    }
    const isFrozen = covers(stretchesOf(this.#settings['frozen']), simMs);
    const message = (isFrozen ? this.#last : undefined) ?? this.#message(simMs);
    this.#last = message;
    this.#held.push(message);
    if (covers(stretchesOf(this.#settings['heldBack']), simMs)) return NO_BYTES;
    return this.#held.splice(0);
  }

  #message(simMs: number): Uint8Array {
    this.#bedside.advanceTo(simMs);
    const body = encodeFeed(this.#feed(simMs), this.#settings['hasBareNan'] === true ? 'nan' : 'null');
    const sent = this.#settings['isEngineIo3'] === true ? concatBytes(Uint8Array.of(0x04), body) : body;
    return wrap(KINDS.socket, sent);
  }

  #feed(simMs: number): Written {
    const rooms = [this.#room(simMs), ...this.#otherRooms()];
    const isMap = this.#settings['roomsAs'] === 'map';
    return {
      ver: 'simulated',
      vrcode: textOf(this.#settings['vrcode'], 'simulated-recorder'),
      rooms: isMap ? Object.fromEntries(rooms.map((room) => [room.roomname, room])) : rooms,
    };
  }

  #room(simMs: number) {
    const toS = (ms: number): number => (this.#epochMs + ms) / 1000;
    const { isLinked } = this.#bedside.sensors();
    return {
      roomname: textOf(this.#settings['room'], 'BED1'),
      seqid: this.#sequence++,
      ...{ dtstart: toS(simMs - SEND_EVERY_MS), dtend: toS(simMs), dtcase: toS(0), dtapp: toS(0) },
      ...{ ptcon: isLinked ? 1 : 0, recording: 0, dgmt: 0 },
      devs: [{ type: 'Intellivue', name: 'Intellivue', status: isLinked ? 'connected' : 'disconnected', port: 'COM1' }],
      trks: isLinked ? tracksOf(this.#bedside, simMs, toS, this.#hasCuff()) : [],
      evts: [],
    };
  }

  #otherRooms() {
    const names = this.#settings['otherRooms'];
    const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    return texts.map((roomname) => ({ roomname, trks: [], evts: [] }));
  }

  #hasCuff(): boolean {
    const endedAtMs = this.#bedside.cuff().last?.endedAtMs;
    if (endedAtMs === undefined) return false;
    const isNew = endedAtMs !== this.#cuffToldMs;
    this.#cuffToldMs = endedAtMs;
    return isNew || this.#settings['cuff'] !== 'once';
  }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
