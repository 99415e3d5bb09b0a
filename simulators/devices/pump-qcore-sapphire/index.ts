/**
 * A simulated Sapphire on its serial line (QCP).
 *
 *   silent ── "this is PC" ──▶ batches every 250 ms ── 30 s without it ──▶ silent
 *
 * The bytes of a batch whose meaning nobody knows are full of starts; some frames have a wrong sum, and frames of other types
 * come in between. Whatever else a host says is reported as forbidden and obeyed by nobody.
 *
 * Settings: see `settings.ts`.
 */
import { isThisIsPc, writeBatch } from '$drivers/pump-qcore-sapphire/codec.ts';
import { cut, openFrame, wrapFrame, type FrameContent } from '$drivers/pump-qcore-sapphire/framing.ts';
import { BATCH, COMMAND, PC, PUMP, TYPES } from '$drivers/pump-qcore-sapphire/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { BedsidePumps } from '../bedside-pumps.ts';
import type { Pump } from '../pump.ts';
import { readSapphireSettings, type SapphireSettings } from './settings.ts';

export const simulateSapphire = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Sapphire(bedside, options);

const NO_BYTES = new Uint8Array(0);
const STREAMS_FOR_MS = 30_000;
const RESPONSE = 26;
const LARGE_BATCH = 11;

/** What the commands of type 3 would do, by the one public program. */
const COMMANDS: Readonly<Record<number, string>> = {
  5: 'resets the pump',
  6: 'enables communication',
  7: 'disables communication',
  19: 'disables alarms',
  20: 'disables alarms',
  21: 'disables alarms',
  24: 'requests a bolus',
  35: 'updates the cache',
  44: 'asks for the alarm status',
  53: 'clears the drug library',
  55: 'locks the pump',
  56: 'releases the pump',
};

class Sapphire implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: SapphireSettings;
  readonly #pumps: BedsidePumps;
  readonly #onForbidden: (what: string) => void;
  #rest: Uint8Array = NO_BYTES;
  #toldAtMs = -Infinity;
  #sequence = 0;
  #frameCount = 0;
  #batchCount = 0;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readSapphireSettings(settings);
    this.#pumps = new BedsidePumps(bedside, { ...this.#settings, pumps: [] }, () => String(this.#settings.serial));
    this.#onForbidden = onForbidden;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    for (const now of this.#pumps.until(input.simMs)) sent.push(...this.#moveTo(now));
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#rest = NO_BYTES;
        return [];
      case 'received':
        return this.#isReachable() ? [...sent, ...this.#hear(input.bytes, input.simMs)] : sent;
      case 'tick':
        return sent;
    }
  }

  #isReachable(): boolean {
    return this.#bedside.line().isLinked && this.#pumps.pumps[0]?.isOn === true;
  }

  #hear(bytes: Uint8Array, simMs: number): readonly Uint8Array[] {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    return cuts.flatMap((piece) => {
      const frame = piece.kind === 'frame' ? openFrame(piece.payload) : undefined;
      if (!frame?.isSumRight) return [];
      if (!isThisIsPc(frame)) {
        this.#onForbidden(forbiddenWords(frame));
        return [];
      }
      this.#toldAtMs = simMs;
      return [this.#frame(RESPONSE, Uint8Array.of(...frame.data, 0))];
    });
  }

  #moveTo(now: number): readonly Uint8Array[] {
    const [pump] = this.#pumps.pumps;
    if (pump && !pump.isOn) this.#toldAtMs = -Infinity;
    const { batchEveryMs, otherEvery } = this.#settings;
    const isStreaming = now - this.#toldAtMs < STREAMS_FOR_MS && this.#isReachable();
    if (!pump || !isStreaming || now % batchEveryMs !== 0) return [];
    this.#batchCount += 1;
    const batch = this.#frame(BATCH, this.#batchData(pump));
    const isOtherDue = otherEvery > 0 && this.#batchCount % otherEvery === 0;
    return isOtherDue ? [batch, this.#frame(LARGE_BATCH, new Uint8Array(40).fill(0xbb))] : [batch];
  }

  #batchData(pump: Pump): Uint8Array {
    const { serial, softwareVersion, dataBytes, tellsSetRate } = this.#settings;
    const { order, volumeMl, remainingMl } = pump;
    return writeBatch(new Uint8Array(dataBytes).fill(0xbb), {
      softwareVersion,
      serial,
      rateMlPerHour: tellsSetRate ? order.rateMlPerHour : pump.rateMlPerHour,
      volumeRemainingMl: Number.isFinite(remainingMl) ? remainingMl : 0,
      volumeInfusedMl: volumeMl,
    });
  }

  #frame(type: number, data: Uint8Array): Uint8Array {
    const { wrongSumEvery } = this.#settings;
    const wire = wrapFrame({ target: PC, sender: PUMP, type, sequence: this.#sequence, data });
    this.#sequence = (this.#sequence + 1) & 0xff;
    this.#frameCount += 1;
    const isWrong = wrongSumEvery > 0 && this.#frameCount % wrongSumEvery === 0;
    return isWrong ? wire.map((byte, i) => (i === wire.length - 1 ? byte ^ 0x5a : byte)) : wire;
  }
}

function forbiddenWords({ type, data }: FrameContent): string {
  const [command = -1] = data;
  if (type !== COMMAND) return `sends a frame of type ${type} (${TYPES[type] ?? 'unnamed'})`;
  return `command ${command} ${COMMANDS[command] ?? 'is not known'}`;
}
