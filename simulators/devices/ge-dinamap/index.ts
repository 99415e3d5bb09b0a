/**
 * A simulated DINAMAP monitor on its host port, ASCII mode.
 *
 *   received  cut and decoded with the driver's own framing and codec; what is no right command gets no answer
 *   answered  one command after the other, each 30 ms after it came or after the answer before (inferred)
 *
 * The numbers of a determination stand there with their age until the next one, for 5400 s at most; the age goes on counting
 * while the cuff measures. A start (`NC0`) or cancel (`ND`) is obeyed as far as known, and reported as forbidden; what the
 * status is after a cancel is not known, here the old numbers count again.
 *
 * Settings: `patient` "adult" or "neonate" ("adult"), `failure` the status of a failed determination ("failed"),
 * `sensorOff` the oximeter's status without a finger ("no-data"; a PRO says "unplugged"), `mute` commands that it does not
 * answer ([]), `endsWithLf` lines end with CR LF (false), `offs` times in which it is switched off
 * as { fromMs, toMs }: it forgets the last reading ([]), `temperatures` determinations of the thermometer as { atMs, celsius } ([]).
 */
import { concatBytes } from '$drivers/bytes.ts';
import { decode, encodeReply } from '$drivers/ge-dinamap/codec.ts';
import { cut } from '$drivers/ge-dinamap/framing.ts';
import type { Command } from '$drivers/ge-dinamap/messages.ts';
import { OrderedCuff } from '$simulators/devices/ordered-cuff.ts';
import { covers } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { answer, readSettings, type Settings } from './answers.ts';

const REPLY_MS = 30;
const LF = Uint8Array.of(0x0a);

export function simulateGeDinamap(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Monitor(bedside, options);
}

class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: Settings;
  readonly #onForbidden: (what: string) => void;
  readonly #cuff = new OrderedCuff();
  #rest: Uint8Array = new Uint8Array(0);
  #waiting: readonly { readonly dueMs: number; readonly command: Command }[] = [];

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readSettings(settings);
    this.#onForbidden = onForbidden;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#rest = new Uint8Array(0);
        this.#waiting = [];
        return [];
      case 'tick':
        return this.#advance(input.simMs);
      case 'received': {
        const sent = this.#advance(input.simMs);
        if (this.#isReachable(input.simMs)) this.#receive(input.bytes, input.simMs);
        return sent;
      }
    }
  }

  quietUntil(): number {
    return this.#waiting[0]?.dueMs ?? Infinity;
  }

  #isReachable(simMs: number): boolean {
    return !covers(this.#settings.offs, simMs) && this.#bedside.sensors().isLinked;
  }

  #receive(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      if (!decoded?.ok || decoded.message.kind !== 'command') continue;
      const dueMs = Math.max(simMs, this.#waiting.at(-1)?.dueMs ?? 0) + REPLY_MS;
      this.#waiting = [...this.#waiting, { dueMs, command: decoded.message.command }];
    }
  }

  #advance(simMs: number): readonly Uint8Array[] {
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= simMs);
    this.#waiting = this.#waiting.slice(due.length);
    const sent = due.flatMap(({ dueMs, command }) => {
      this.#bedside.advanceTo(dueMs);
      return this.#isReachable(dueMs) ? this.#obey(command, dueMs) : [];
    });
    this.#bedside.advanceTo(simMs);
    return sent;
  }

  #obey(command: Command, simMs: number): readonly Uint8Array[] {
    this.#cuff.advanceTo(simMs, this.#bedside);
    if (command === 'NC0') {
      this.#onForbidden('starts the cuff');
      this.#cuff.start(simMs);
    }
    if (command === 'ND') {
      this.#onForbidden('cancels the cuff');
      this.#cuff.cancel();
    }
    const reply = this.#settings.mute.has(command)
      ? undefined
      : answer(command, { bedside: this.#bedside, ordered: this.#cuff, settings: this.#settings, simMs });
    if (!reply) return [];
    const wire = encodeReply(reply);
    return [this.#settings.endsWithLf ? concatBytes(wire, LF) : wire];
  }
}
