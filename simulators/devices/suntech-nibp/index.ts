/**
 * A simulated SunTech blood pressure module, in a device whose staff also presses the button: it measures when the patient's
 * own cuff does, and when the host orders it.
 *
 *   received   cut and decoded with the driver's own framing and codec; what is no right command gets no answer
 *   answered   one command after the other, each 20 ms after it came or after the answer before (inferred)
 *   by itself  "complete" at the end of every measurement, good or bad; "asleep" when the settings say so
 *
 * Whatever acts on the patient (start, abort, initial pressure) is obeyed and reported as forbidden. A second start while it
 * measures is answered with "aborted" (inferred).
 *
 * Settings: `failure` the error code of a measurement that fails (87), `isMute` it never says "complete" (false), `isLeaking`
 * the cuff of an ordered measurement holds no pressure and it fails after 20 s (false), `isStuck` an ordered measurement never
 * ends (false), `resultAfterMs` how long it reckons after the pressure is gone (0), `offs` times in which it is switched off
 * as { fromMs, toMs }: it forgets the last reading ([]), `sleepsAtMs` when it says "asleep" ([]).
 */
import { decodeCommand, encodeReply } from '$drivers/suntech-nibp/codec.ts';
import { cutCommands } from '$drivers/suntech-nibp/framing.ts';
import type { Command, Reply } from '$drivers/suntech-nibp/messages.ts';
import { Pace } from '$simulators/devices/pace.ts';
import { covers, numberOf, stretchesOf, timesOf, type Stretch } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pump } from './pump.ts';

const REPLY_MS = 20;
const GRID_MS = 10;

export function simulateSuntechNibp(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Module(bedside, options);
}

class Module implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #onForbidden: (what: string) => void;
  readonly #pump: Pump;
  readonly #offs: readonly Stretch[];
  readonly #sleepsAtMs: readonly number[];
  readonly #isMute: boolean;
  readonly #pace = new Pace(GRID_MS);
  #rest: Uint8Array = new Uint8Array(0);
  #waiting: readonly { readonly dueMs: number; readonly command: Command }[] = [];

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    const { failure, isMute, isLeaking, isStuck, resultAfterMs, offs, sleepsAtMs } = settings;
    this.#bedside = bedside;
    this.#onForbidden = onForbidden;
    this.#pump = new Pump({
      failure: numberOf(failure, 87),
      isLeaking: isLeaking === true,
      isStuck: isStuck === true,
      resultAfterMs: numberOf(resultAfterMs, 0),
    });
    this.#isMute = isMute === true;
    this.#offs = stretchesOf(offs);
    this.#sleepsAtMs = timesOf(sleepsAtMs);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const replies = this.#advance(input.simMs);
    switch (input.type) {
      case 'connected':
        return [];
      case 'disconnected':
        // What was received is obeyed, although nobody hears the answer.
        for (const { command } of this.#waiting) this.#obey(command, input.simMs);
        this.#waiting = [];
        this.#rest = new Uint8Array(0);
        return [];
      case 'received':
        if (this.#isReachable(input.simMs)) this.#receive(input.bytes, input.simMs);
        return replies.map(encodeReply);
      case 'tick':
        return replies.map(encodeReply);
    }
  }

  #isReachable(simMs: number): boolean {
    return !covers(this.#offs, simMs) && this.#bedside.sensors().isLinked;
  }

  #receive(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cutCommands(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      const command = piece.kind === 'frame' ? decodeCommand(piece.payload) : undefined;
      if (!command) continue;
      const dueMs = Math.max(simMs, this.#waiting.at(-1)?.dueMs ?? 0) + REPLY_MS;
      this.#waiting = [...this.#waiting, { dueMs, command }];
    }
  }

  /** Everything that the module says up to this instant; it goes on measuring while nobody hears it. */
  #advance(simMs: number): readonly Reply[] {
    const said: Reply[] = [];
    for (const at of this.#pace.until(simMs)) {
      this.#bedside.advanceTo(at);
      if (covers(this.#offs, at)) this.#pump.forget();
      const hasEnded = this.#pump.advanceTo(at, this.#bedside);
      const due = this.#waiting.filter(({ dueMs }) => dueMs <= at);
      this.#waiting = this.#waiting.slice(due.length);
      const replies = due.flatMap(({ command }) => this.#obey(command, at));
      if (hasEnded && !this.#isMute) replies.push(signal('complete'));
      if (this.#sleepsAtMs.includes(at)) replies.push(signal('asleep'));
      if (this.#isReachable(at)) said.push(...replies);
    }
    return said;
  }

  #obey(command: Command, simMs: number): readonly Reply[] {
    switch (command.kind) {
      case 'get-pressure':
        return [{ kind: 'pressure', mmHg: Math.round(this.#pump.mmHg) }];
      case 'get-data':
        return [this.#pump.data];
      case 'start':
        this.#onForbidden(`starts a measurement, ${command.patient}`);
        return [signal(this.#pump.start(simMs) ? 'accepted' : 'aborted')];
      case 'abort':
        this.#onForbidden('aborts a measurement');
        this.#pump.abort();
        return [signal('aborted')];
      case 'set-initial-pressure':
        this.#onForbidden(`sets the initial pressure to ${command.mmHg} mmHg`);
        this.#pump.setInitialPressure(command.mmHg);
        return [signal('accepted'), signal('complete')];
    }
  }
}

const signal = (word: Extract<Reply, { kind: 'signal' }>['signal']): Reply => ({ kind: 'signal', signal: word });
