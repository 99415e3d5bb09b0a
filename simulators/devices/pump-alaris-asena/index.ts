/**
 * A simulated Alaris syringe pump on its RS-232 port.
 *
 *   received  cut and decoded with the driver's own framing and codec; what is damaged gets no answer
 *   answered  one question after the other, each 20 to 200 ms after it came or after the answer before
 *   reported  whatever is no bare question of the protocol: commands by their word, and words that nobody knows. None is obeyed
 *             and none answered, for what a pump says to them is not known
 *
 * One pump to a line: further `pumps` stand beside it until a swap puts the cable into one of them. While a pump gives a bolus
 * it says `SET` at the rate of the bolus; its own word for that is not known. Settings: `settings.ts`.
 */
import { latin1 } from '$drivers/bytes.ts';
import { decode, encodeReply } from '$drivers/pump-alaris-asena/codec.ts';
import { cut } from '$drivers/pump-alaris-asena/framing.ts';
import type { Question } from '$drivers/pump-alaris-asena/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import { GRID_MS, type Pump } from '../pump.ts';
import { answer, stateOf } from './answers.ts';
import { readAsenaSettings, type AsenaSettings } from './settings.ts';

export const simulateAlarisAsena = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new AsenaPump(bedside, options);

const NO_BYTES = new Uint8Array(0);
const ESC = 0x1b;
const DELAY_MS = { least: 20, most: 200 } as const;
const FIRST_SERIAL = 51_740;
const FIRST_EVENT = 127_904;

interface Waiting {
  readonly dueMs: number;
  readonly question: Question;
}

class AsenaPump implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: AsenaSettings;
  readonly #onForbidden: (what: string) => void;
  readonly #pumps: BedsidePumps;
  #plugged = 0;
  #isConnected = false;
  #rest: Uint8Array = NO_BYTES;
  #waiting: readonly Waiting[] = [];
  #escapesLeft = 0;
  #eventId = FIRST_EVENT;
  #lastState = '';
  #seed: number;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readAsenaSettings(settings);
    this.#onForbidden = onForbidden;
    this.#pumps = new BedsidePumps(bedside, this.#settings, (_kind, n) => `8002-${FIRST_SERIAL + n}`);
    this.#seed = this.#settings.seed;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    for (const now of this.#pumps.until(input.simMs)) sent.push(...this.#moveTo(now));
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#isConnected = input.type === 'connected';
        this.#hangUp();
        return [];
      case 'received':
        if (this.#isReachable()) this.#hear(input.bytes, input.simMs);
        return sent;
      case 'tick':
        return sent;
    }
  }

  quietUntil(): number {
    return this.#pumps.quietUntil(this.#waiting[0]?.dueMs);
  }

  get #pump(): Pump | undefined {
    return this.#pumps.pumps[this.#plugged];
  }

  #isReachable(): boolean {
    return this.#isConnected && this.#bedside.line().isLinked && this.#pump?.isOn === true;
  }

  #hangUp(): void {
    this.#rest = NO_BYTES;
    this.#waiting = [];
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      if (piece.kind === 'noise') continue;
      const decoded = decode(piece.payload);
      if (decoded.ok && decoded.message.kind === 'question') this.#ask(decoded.message.word, simMs);
      else this.#onForbidden(latin1(piece.payload));
    }
  }

  #ask(question: Question, simMs: number): void {
    const { least, most } = DELAY_MS;
    const delayMs = least + Math.round(this.#chance() * (most - least));
    const isDropped = this.#chance() < this.#settings.dropShare;
    if (isDropped || this.#settings.mute.has(question)) return;
    const dueMs = Math.max(simMs, this.#waiting.at(-1)?.dueMs ?? 0) + delayMs;
    this.#waiting = [...this.#waiting, { dueMs, question }];
  }

  /** Everything at an instant of the pumps' grid. */
  #moveTo(now: number): readonly Uint8Array[] {
    const isNow = (atMs: number): boolean => atMs > now - GRID_MS && atMs <= now;
    for (const { pump } of this.#settings.swaps.filter(({ atMs }) => isNow(atMs))) {
      this.#plugged = pump;
      this.#hangUp();
    }
    this.#escapesLeft += this.#settings.escapesAtMs.filter(isNow).length;
    this.#keepLog();
    if (!this.#isReachable()) {
      this.#hangUp();
      return [];
    }
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    this.#waiting = this.#waiting.slice(due.length);
    return due.flatMap(({ question }) => this.#answer(question, now));
  }

  #keepLog(): void {
    const state = this.#pump ? stateOf(this.#pump) : '';
    if (state !== this.#lastState && this.#lastState !== '') this.#eventId += 1;
    this.#lastState = state;
  }

  #answer(question: Question, now: number): readonly Uint8Array[] {
    const pump = this.#pump;
    if (!pump) return [];
    const around = { pump, settings: this.#settings, now, eventId: this.#eventId };
    const wire = encodeReply(answer(question, around));
    if (this.#escapesLeft === 0) return [wire];
    this.#escapesLeft -= 1;
    return [Uint8Array.of(...wire.subarray(0, wire.length >> 1), ESC)];
  }

  /** Even over 0 to 1 without 1, of a linear congruential generator. */
  #chance(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}
