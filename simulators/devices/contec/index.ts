/**
 * A simulated Contec oximeter of either generation, on a grid of 60 samples a second.
 *
 *   v4.6   talks by itself and hears nothing
 *   v7     is quiet until it is told to start; stops when told, or says that it ends when nothing came for `keepAliveMs`
 *
 * Settings: `format` (`v7`), `offIs` what a sensor that is off shows: `finger` out or `probe` error (`finger`), `keepAliveMs`
 * (30 000), `off` stretches in which it is switched off, after which a v7 waits to be started again. What a v7 answers when
 * it is asked for its names is not known: it stays silent then.
 */
import { decode, writeDisconnected, writeSample } from '$drivers/contec/codec.ts';
import { cut } from '$drivers/contec/framing.ts';
import { COMMANDS, FOUR_BITS, SAMPLE_HZ, SEVEN_BITS } from '$drivers/contec/layout-table.ts';
import type { Generation, Sample } from '$drivers/contec/messages.ts';
import { WAVEFORMS } from '$lib/domain/index.ts';
import { covers, numberOf, stretchesOf, type Stretch } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';

/** After the finger is in, the oximeter looks for its pulse for so long: our choice. */
const SEARCH_MS = 2000;
const KEEP_ALIVE_MS = 30_000;
const USUAL_SIGNAL = 7;
const FASTEST = 254;
const NOTHING: readonly Uint8Array[] = [];
const NO_BYTES = new Uint8Array(0);

export const simulateContec = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Oximeter(bedside, options);

class Oximeter implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #generation: Generation;
  readonly #offIs: 'finger' | 'probe';
  readonly #keepAliveMs: number;
  readonly #off: readonly Stretch[];
  readonly #onForbidden: (what: string) => void;
  #rest: Uint8Array = NO_BYTES;
  #nextSample = 0;
  /** Since when a v7 sends, or was last told to go on. */
  #toldMs: number | undefined;
  #fingerOutAtMs = -Infinity;
  #beatPhase = 0;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#generation = settings.format === 'v4.6' ? 'v4.6' : 'v7';
    this.#offIs = settings.offIs === 'probe' ? 'probe' : 'finger';
    this.#keepAliveMs = numberOf(settings.keepAliveMs, KEEP_ALIVE_MS);
    this.#off = stretchesOf(settings.off);
    this.#onForbidden = onForbidden;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        this.#rest = NO_BYTES;
        this.#nextSample = Math.max(this.#nextSample, Math.ceil((input.simMs * SAMPLE_HZ) / 1000));
        return NOTHING;
      case 'disconnected':
        return NOTHING;
      case 'tick':
        return this.#advance(input.simMs);
      case 'received': {
        const sent = this.#advance(input.simMs);
        this.#receive(input.bytes, input.simMs);
        return sent;
      }
    }
  }

  /** Everything that is sent up to this instant. With the cable out it goes on, and nobody gets it. */
  #advance(simMs: number): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    for (let at = dueMs(this.#nextSample); at <= simMs; at = dueMs(this.#nextSample)) {
      this.#bedside.advanceTo(at);
      const said = this.#live(this.#nextSample, at);
      if (said && this.#bedside.sensors().isLinked) sent.push(said);
      this.#nextSample += 1;
    }
    return sent;
  }

  #live(number: number, simMs: number): Uint8Array | undefined {
    if (covers(this.#off, simMs)) this.#toldMs = undefined;
    const isSending = this.#generation === 'v4.6' || this.#toldMs !== undefined;
    if (covers(this.#off, simMs) || !isSending) return undefined;
    if (this.#toldMs !== undefined && simMs - this.#toldMs >= this.#keepAliveMs) {
      this.#toldMs = undefined;
      return writeDisconnected(0);
    }
    return writeSample(this.#measure(number, simMs));
  }

  #measure(number: number, simMs: number): Sample {
    const { heartRate, spo2, perfusionIndex } = this.#bedside.physiology();
    const isOn = this.#bedside.sensors().isOximeterOn;
    if (!isOn) this.#fingerOutAtMs = simMs;
    const isSearching = isOn && simMs - this.#fingerOutAtMs < SEARCH_MS;
    const isMeasuring = isOn && !isSearching;
    const [percent = NaN] = isOn ? this.#bedside.samples('pleth', SAMPLE_HZ, number, 1) : [];
    const pleth = plethStep(percent);
    return {
      kind: 'sample',
      generation: this.#generation,
      signal: isMeasuring ? USUAL_SIGNAL : 0,
      pleth,
      bar: isMeasuring ? Math.round((pleth * FOUR_BITS) / SEVEN_BITS) : 0,
      isBeat: this.#isBeat(heartRate) && isMeasuring,
      isSpo2Low: false,
      isFingerOut: !isOn && this.#generation === 'v4.6' && this.#offIs === 'finger',
      isProbeError: !isOn && (this.#generation === 'v7' || this.#offIs === 'probe'),
      isSearching,
      isSearchingLong: false,
      pulseRate: isMeasuring ? Math.min(FASTEST, Math.round(heartRate)) : 'absent',
      spo2: isMeasuring ? Math.round(spo2) : 'absent',
      perfusionIndex: isMeasuring && this.#generation === 'v7' ? Math.round(perfusionIndex * 100) / 100 : 'absent',
    };
  }

  #isBeat(beatsPerMinute: number): boolean {
    this.#beatPhase += beatsPerMinute / 60 / SAMPLE_HZ;
    const isBeat = this.#beatPhase >= 1;
    if (isBeat) this.#beatPhase -= 1;
    return isBeat;
  }

  #receive(bytes: Uint8Array, simMs: number): void {
    if (this.#generation === 'v4.6' || covers(this.#off, simMs) || !this.#bedside.sensors().isLinked) return;
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      if (decoded?.ok && decoded.message.kind === 'command') this.#obey(decoded.message.code, simMs);
    }
  }

  #obey(code: number, simMs: number): void {
    switch (code) {
      case COMMANDS.start:
        this.#toldMs = simMs;
        return;
      case COMMANDS['keep-alive']:
        if (this.#toldMs !== undefined) this.#toldMs = simMs;
        return;
      case COMMANDS.stop:
        this.#toldMs = undefined;
        return;
      case COMMANDS['stop-storage']:
        return;
      default:
        this.#onForbidden(`command 0x${code.toString(16)}`);
    }
  }
}

/** The usual drawing range fills the oximeter's scale; without a signal it lies in the middle. */
function plethStep(percent: number): number {
  const [low, high] = WAVEFORMS.pleth.range;
  const share = Number.isFinite(percent) ? (percent - low) / (high - low) : 0.5;
  return Math.round(Math.min(1, Math.max(0, share)) * SEVEN_BITS);
}

/** When a sample is sent, in whole ms. */
const dueMs = (sample: number): number => Math.ceil((sample * 1000) / SAMPLE_HZ);
