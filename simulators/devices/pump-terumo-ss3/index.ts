/**
 * A simulated Terufusion SS3 syringe pump on its external communication.
 *
 *   who are you           its ID
 *   how do you stand      its status, to its own ID only                    (that a foreign ID is passed over is inferred)
 *   another command       refused, 11; too short a command 13, with data 14
 *   anything else         nothing: damaged, not a packet, an answer         (inferred)
 *
 * It answers `latencyMs` after the question, one after the other; how long a real pump takes is not known. There is no control
 * command in the vendor's chapter, so everything with a right sum that is none of the two questions is told as forbidden.
 */
import { cut } from '$drivers/pump-terumo-ss3/framing.ts';
import { COMMAND_BYTES, decode, encodeReply, STATUS_COMMAND } from '$drivers/pump-terumo-ss3/codec.ts';
import { MESSAGE_TOO_LONG, MESSAGE_TOO_SHORT, UNKNOWN_COMMAND } from '$drivers/pump-terumo-ss3/code-table.ts';
import type { Reply, Request } from '$drivers/pump-terumo-ss3/messages.ts';
import { equalBytes, latin1, toHex } from '$drivers/bytes.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import type { Pump } from '../pump.ts';
import { readSyringePumpSettings, type SyringePumpSettings } from './settings.ts';
import { statusOf } from './status.ts';

/** Settings: see `settings.ts`. */
export const simulateTerumoSs3 = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new SyringePump(bedside, options);

const NO_BYTES = new Uint8Array(0);

/** What is asked; `refused`: with the execution result that it is worth. */
type Asked =
  | { readonly kind: 'identity' }
  | { readonly kind: 'status'; readonly sequence: number }
  | { readonly kind: 'refused'; readonly sequence: number; readonly result: number };

class SyringePump implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: SyringePumpSettings;
  readonly #pumps: BedsidePumps;
  readonly #onForbidden: (what: string) => void;
  #rest: Uint8Array = NO_BYTES;
  #waiting: readonly { readonly dueMs: number; readonly asked: Asked }[] = [];

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readSyringePumpSettings(settings);
    this.#pumps = new BedsidePumps(bedside, this.#settings, () => this.#settings.deviceId);
    this.#onForbidden = onForbidden;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const said: Uint8Array[] = [];
    for (const now of this.#pumps.until(input.simMs)) said.push(...this.#speak(now));
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#forget();
        return [];
      case 'tick':
        return said;
      case 'received':
        if (this.#reachable()) this.#hear(input.bytes, input.simMs);
        return said;
    }
  }

  quietUntil(): number {
    return this.#pumps.quietUntil(this.#waiting[0]?.dueMs);
  }

  #forget(): void {
    this.#rest = NO_BYTES;
    this.#waiting = [];
  }

  /** @returns undefined while the cable is out or the pump is switched off. */
  #reachable(): Pump | undefined {
    const [pump] = this.#pumps.pumps;
    return pump?.isOn && this.#bedside.line().isLinked ? pump : undefined;
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      if (piece.kind === 'noise') continue;
      const decoded = decode(piece.payload);
      if (!decoded.ok || decoded.message.kind !== 'request') this.#onForbidden(latin1(piece.payload));
      else this.#take(decoded.message, simMs);
    }
  }

  #take(request: Request, simMs: number): void {
    const asked = askedBy(request);
    if (!asked || asked.kind === 'refused') {
      this.#onForbidden(request.command ? `command ${toHex(request.command)}` : 'a request without a command');
    }
    const isOurs = asked?.kind === 'identity' || request.deviceId === this.#settings.deviceId;
    if (!asked || !isOurs) return;
    const dueMs = Math.max(simMs, this.#waiting.at(-1)?.dueMs ?? 0) + this.#settings.latencyMs;
    this.#waiting = [...this.#waiting, { dueMs, asked }];
  }

  /** What leaves at this instant of the pump's grid. */
  #speak(now: number): readonly Uint8Array[] {
    const pump = this.#reachable();
    if (!pump) {
      this.#forget();
      return [];
    }
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    this.#waiting = this.#waiting.slice(due.length);
    return due.map(({ asked }) => encodeReply(this.#answer(asked, pump, now)));
  }

  #answer(asked: Asked, pump: Pump, now: number): Reply {
    const { deviceId, refusals } = this.#settings;
    if (asked.kind === 'identity') return { kind: 'identity', deviceId };
    const { sequence } = asked;
    if (asked.kind === 'refused') return { kind: 'refusal', deviceId, sequence, result: asked.result };
    const refusal = refusals.find(({ fromMs, toMs }) => now >= fromMs && now < toMs);
    return refusal
      ? { kind: 'refusal', deviceId, sequence, result: refusal.result }
      : { kind: 'status', deviceId, sequence, status: statusOf(pump, this.#settings) };
  }
}

/** @returns undefined for a packet that asks for nothing. */
function askedBy({ deviceId, command }: Request): Asked | undefined {
  if (!command) return deviceId === undefined ? { kind: 'identity' } : undefined;
  const [sequence = 0] = command;
  if (command.length < COMMAND_BYTES) return { kind: 'refused', sequence, result: MESSAGE_TOO_SHORT };
  const isStatus = equalBytes(command.subarray(1, COMMAND_BYTES), STATUS_COMMAND);
  if (!isStatus) return { kind: 'refused', sequence, result: UNKNOWN_COMMAND };
  return command.length > COMMAND_BYTES
    ? { kind: 'refused', sequence, result: MESSAGE_TOO_LONG }
    : { kind: 'status', sequence };
}
