/**
 * A simulated Graseby 3000 on its computer interface, either generation of the software.
 *
 *   received   cut and taken apart with the driver's own framing and codec, in any check; what is no record gets no answer
 *   answered   one command after the other, each `latencyMs` after it came or after the answer before
 *
 * The newer software answers a record with the wrong CRC start by its own right record with "invalid CRC". Reading commands are
 * answered in either generation. `I`, which arms a time-out and opens control, and every controlling command are reported as
 * forbidden and obeyed by nobody: the newer software says "invalid mode", the older one echoes the letter and does nothing. `N`
 * is a harmless echo in the older software and opens a valve in the newer. Characters of return codes are invented.
 *
 * Settings: see `settings.ts`.
 */
import { decodeCommand, encodeReply } from '$drivers/pump-graseby-3000-500/codec.ts';
import { cut } from '$drivers/pump-graseby-3000-500/framing.ts';
import type { Check } from '$drivers/pump-graseby-3000-500/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import type { Pump } from '../pump.ts';
import { callsOf, clockText, infusionDataOf, statusHexOf } from './replies.ts';
import { readGrasebySettings, type GrasebySettings } from './settings.ts';

export const simulateGraseby3000 = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new GrasebyPump(bedside, options);

const NO_BYTES = new Uint8Array(0);

/** What the controlling commands would do, by the manual's list. */
const CONTROLS: Readonly<Record<string, string>> = {
  I: 'opens control (CI mode) and arms a time-out',
  B: 'silences the alarm',
  C: 'clears the volume',
  E: 'sets the clock',
  F: 'switches the pump on or off',
  K: 'locks the keypad',
  L: 'sets the volume limit',
  N: 'opens a valve',
  O: 'starts the infusion',
  P: 'sets the occlusion pressure',
  R: 'sets the rate',
  S: 'holds the infusion',
  T: 'titrates',
  X: 'writes on the display',
};

type Command = NonNullable<ReturnType<typeof decodeCommand>>;

class GrasebyPump implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: GrasebySettings;
  readonly #pumps: BedsidePumps;
  readonly #onForbidden: (what: string) => void;
  #rest: Uint8Array = NO_BYTES;
  #waiting: readonly { readonly dueMs: number; readonly command: Command }[] = [];
  #onHoldSinceMs = 0;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readGrasebySettings(settings);
    this.#pumps = new BedsidePumps(bedside, { ...this.#settings, pumps: [] }, () => this.#settings.serial);
    this.#onForbidden = onForbidden;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    for (const now of this.#pumps.until(input.simMs)) sent.push(...this.#moveTo(now));
    if (input.type === 'received') {
      if (this.#bedside.line().isLinked) this.#hear(input.bytes, input.simMs);
    } else if (input.type !== 'tick') {
      this.#hangUp();
      return [];
    }
    return sent;
  }

  quietUntil(): number {
    return this.#pumps.quietUntil(this.#waiting[0]?.dueMs);
  }

  #hangUp(): void {
    this.#rest = NO_BYTES;
    this.#waiting = [];
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      const command = piece.kind === 'frame' ? decodeCommand(piece.payload) : undefined;
      if (!command) continue;
      const dueMs = Math.max(simMs, this.#waiting.at(-1)?.dueMs ?? 0) + this.#settings.latencyMs;
      this.#waiting = [...this.#waiting, { dueMs, command }];
    }
  }

  #moveTo(now: number): readonly Uint8Array[] {
    const [pump] = this.#pumps.pumps;
    if (!pump) return [];
    if (pump.run !== 'stopped') this.#onHoldSinceMs = now;
    if (!this.#bedside.line().isLinked) this.#hangUp();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    this.#waiting = this.#waiting.slice(due.length);
    return due.flatMap(({ command }) => this.#answer(command, pump, now) ?? []);
  }

  #answer(command: Command, pump: Pump, now: number): Uint8Array | undefined {
    const { generation, mute } = this.#settings;
    if (mute.has(command.letter)) return undefined;
    return generation === 'old' ? this.#answerOld(command, pump, now) : this.#answerNew(command, pump, now);
  }

  #answerNew({ letter, parameters, check }: Command, pump: Pump, now: number): Uint8Array {
    const { codes, refused, crcStart } = this.#settings;
    const own: Check = crcStart === 'FFFF' ? 'crc-ffff' : 'crc-0000';
    const reply = (code: string, data = ''): Uint8Array => encodeReply(code, this.#statusHex(pump, now), data, own);
    if (check !== own) return reply(codes.badCrc);
    const control = CONTROLS[letter];
    if (control !== undefined) {
      this.#onForbidden(`${letter} ${control}`);
      return reply(codes.badMode);
    }
    const data = this.#data(letter, pump, now);
    if (data === undefined || parameters !== '' || refused.has(letter)) return reply(codes.badCommand);
    return reply(codes.accepted, data);
  }

  #answerOld({ letter, check }: Command, pump: Pump, now: number): Uint8Array {
    const reply = (code: string, data = '', hex = ''): Uint8Array => encodeReply(code, hex, data, 'sum');
    if (check !== 'sum') return reply('?');
    const control = letter === 'N' ? undefined : CONTROLS[letter];
    if (control !== undefined) this.#onForbidden(`${letter} ${control}`);
    if (control !== undefined || letter === 'N') return reply(letter);
    const data = letter === 'Y' ? undefined : this.#data(letter, pump, now);
    if (data === undefined || this.#settings.refused.has(letter)) return reply('?');
    return reply(letter, data, letter === 'A' || letter === 'D' ? this.#statusHex(pump, now) : '');
  }

  #statusHex(pump: Pump, now: number): string {
    return statusHexOf(pump, callsOf(pump, this.#settings, now, this.#onHoldSinceMs), this.#settings);
  }

  #data(letter: string, pump: Pump, now: number): string | undefined {
    switch (letter) {
      case 'A':
        return '';
      case 'D':
        return infusionDataOf(pump, this.#settings);
      case 'G':
        return clockText(now);
      case 'M':
        return this.#settings.model;
      case 'Y':
        return this.#settings.serial;
      default:
        return undefined;
    }
  }
}
