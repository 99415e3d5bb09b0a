/**
 * A simulated device on its MEDIBUS port.
 *
 *   waiting: ICC every 3 s ── ICC answered, or an ICC of the host ──▶ linked ── nothing slow heard for 3 s ──▶ waiting
 *      ╰── restart (5 s without a word)                                 ╰── STOP: answered, then deaf until the next ICC
 *
 * Linked it answers one question at a time, drops a second one that comes before its answer is out, says NOP when it has said
 * nothing for 2 s, and asks once who the host is. Every 10 ms a few bytes of the slow stream leave, with a real-time record in
 * the middle of them. A command whose sum is wrong is refused.
 *
 * Settings: `model` "evita-4", "savina" or "capnosat" ("evita-4"), `co2Unit` "mmHg", "kPa" or "%" ("mmHg"), `epochS` Unix seconds of
 * simulated time 0 (2026-01-01), `restartsAtMs` instants ([]), `suspended` stretches { fromMs, toMs } between its "suspend" and its
 * "resume", in which it hears nothing ([]).
 *
 * Commands that are neither questions nor keep the link are told as forbidden.
 */
import { concatBytes } from '$drivers/bytes.ts';
import { decode, encodeCommand, encodeResponse } from '$drivers/draeger-medibus/codec.ts';
import { cut } from '$drivers/draeger-medibus/framing.ts';
import { CODES } from '$drivers/draeger-medibus/messages.ts';
import { Pace } from '$simulators/devices/pace.ts';
import { covers, numberOf, stretchesOf, timesOf, type Stretch } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { answerOf, CO2_UNITS, modelOf, type Co2Unit, type Model } from './screen.ts';
import { SAMPLE_MS, Streams } from './streams.ts';

const BYTES_AT_ONCE = 4;
const ICC_EVERY_MS = 3000;
const HOST_LOST_MS = 3000;
const NOP_AFTER_MS = 2000;
const IDENTIFY_AFTER_MS = 1000;
const RESTART_MS = 5000;
const SUSPEND = Uint8Array.of(0x11);
const RESUME = Uint8Array.of(0x13);
const REFUSAL = encodeResponse(CODES.refused, { type: 'echo', text: '' });

/** Commands that change something: what the device sends, and its clock. What they would all change is not known. */
const ORDERS: readonly number[] = [CODES.configureData, CODES.timeChanged];
const isOrder = (code: number): boolean => ORDERS.includes(code) || !Object.values<number>(CODES).includes(code);

export function simulateDraegerMedibus(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Device(bedside, options);
}

class Device implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #onForbidden: (what: string) => void;
  readonly #model: Model;
  readonly #unit: Co2Unit;
  readonly #epochMs: number;
  readonly #restarts: readonly Stretch[];
  readonly #suspensions: readonly Stretch[];
  readonly #streams: Streams;
  readonly #pace = new Pace(SAMPLE_MS);
  #rest: Uint8Array = new Uint8Array(0);
  #is: 'waiting' | 'linked' | 'deaf' = 'waiting';
  #isSuspended = false;
  #iccAtMs = -Infinity;
  #heardAtMs = 0;
  #saidAtMs = 0;
  #identifyAtMs = Infinity;
  /** Slow bytes on their way out, and how many of them are still to go until the last answer is out. */
  #outbox: Uint8Array = new Uint8Array(0);
  #answerBytes = 0;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#onForbidden = onForbidden;
    this.#model = modelOf(settings['model']);
    this.#unit = CO2_UNITS.find((unit) => unit === settings['co2Unit']) ?? 'mmHg';
    this.#epochMs = 1000 * numberOf(settings['epochS'], 1_767_225_600);
    this.#restarts = timesOf(settings['restartsAtMs']).map((fromMs) => ({ fromMs, toMs: fromMs + RESTART_MS }));
    this.#suspensions = stretchesOf(settings['suspended']);
    this.#streams = new Streams(this.#model.curves);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        this.#pace.skipTo(input.simMs);
        this.#rest = new Uint8Array(0);
        return [];
      case 'disconnected':
        return [];
      case 'tick':
        return this.#advance(input.simMs);
      case 'received': {
        const sent = this.#advance(input.simMs);
        this.#receive(input.bytes, input.simMs);
        return sent;
      }
    }
  }

  #advance(simMs: number): readonly Uint8Array[] {
    return [...this.#pace.until(simMs)].map((at) => this.#send(at)).filter((bytes) => bytes.length > 0);
  }

  /** What leaves at this instant: a piece of the slow stream, and a record in the middle of it. */
  #send(simMs: number): Uint8Array {
    this.#bedside.advanceTo(simMs);
    if (covers(this.#restarts, simMs)) this.#forget();
    else this.#keepLink(simMs);
    const record = this.#streams.recordAt(this.#bedside, simMs);
    const slow = this.#outbox.subarray(0, BYTES_AT_ONCE);
    this.#outbox = this.#outbox.slice(slow.length);
    this.#answerBytes = Math.max(0, this.#answerBytes - slow.length);
    const half = slow.length >> 1;
    const said = concatBytes(this.#flow(simMs), slow.subarray(0, half), record, slow.subarray(half));
    return this.#bedside.sensors().isLinked ? said : new Uint8Array(0);
  }

  #forget(): void {
    this.#is = 'waiting';
    this.#iccAtMs = -Infinity;
    this.#outbox = new Uint8Array(0);
    this.#answerBytes = 0;
    this.#streams.stop();
  }

  #keepLink(simMs: number): void {
    if (this.#is === 'linked' && simMs - this.#heardAtMs >= HOST_LOST_MS) this.#forget();
    if (this.#is === 'waiting' && simMs - this.#iccAtMs >= ICC_EVERY_MS) {
      this.#iccAtMs = simMs;
      this.#say(encodeCommand(CODES.icc), simMs);
    }
    if (this.#is !== 'linked') return;
    if (simMs >= this.#identifyAtMs) {
      this.#identifyAtMs = Infinity;
      this.#say(encodeCommand(CODES.identify), simMs);
    }
    if (simMs - this.#saidAtMs >= NOP_AFTER_MS) this.#say(encodeCommand(CODES.nop), simMs);
  }

  #flow(simMs: number): Uint8Array {
    const isSuspended = covers(this.#suspensions, simMs);
    if (isSuspended === this.#isSuspended) return new Uint8Array(0);
    this.#isSuspended = isSuspended;
    return isSuspended ? SUSPEND : RESUME;
  }

  #say(bytes: Uint8Array, simMs: number): void {
    this.#outbox = concatBytes(this.#outbox, bytes);
    this.#saidAtMs = simMs;
  }

  #answer(bytes: Uint8Array, simMs: number): void {
    this.#say(bytes, simMs);
    this.#answerBytes = this.#outbox.length;
  }

  #receive(bytes: Uint8Array, simMs: number): void {
    const isHearing = this.#bedside.sensors().isLinked && !covers(this.#restarts, simMs) && !this.#isSuspended;
    if (!isHearing) return;
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    if (bytes.some((byte) => byte < 0x80)) this.#heardAtMs = simMs;
    for (const piece of cuts) {
      if (piece.kind === 'frame') this.#take(piece.payload, simMs);
      else if (piece.why === 'bad-sum' && this.#is === 'linked') this.#answer(REFUSAL, simMs);
    }
  }

  #take(payload: Uint8Array, simMs: number): void {
    const decoded = decode(payload);
    if (!decoded.ok) return;
    const { message } = decoded;
    if (message.kind === 'record') this.#streams.enable(message.syncs);
    if (message.kind === 'command') this.#obey(message.code, message.argument, simMs);
    const isAgreed = message.kind === 'response' && message.code === CODES.icc && this.#is === 'waiting';
    if (isAgreed) this.#link(simMs);
  }

  #link(simMs: number): void {
    this.#is = 'linked';
    this.#identifyAtMs = simMs + IDENTIFY_AFTER_MS;
    this.#streams.stop();
  }

  #obey(code: number, argument: string, simMs: number): void {
    if (isOrder(code)) this.#onForbidden(`command ${code.toString(16).toUpperCase()}`);
    if (code === CODES.icc) this.#link(simMs);
    if (this.#is !== 'linked' || (this.#answerBytes > 0 && code !== CODES.icc)) return;
    if (code === CODES.stop) this.#is = 'deaf';
    if (code === CODES.stop) this.#streams.stop();
    if (code === CODES.configureCurves) this.#streams.configure(argument);
    const content = answerOf(code, {
      model: this.#model,
      unit: this.#unit,
      wallTime: this.#epochMs + simMs,
      bedside: this.#bedside,
    });
    this.#answer(encodeResponse(code, content ?? { type: 'echo', text: '' }), simMs);
  }
}
