/**
 * A simulated Capnostream on its full protocol.
 *
 *   idle ── enable: identity ──▶ enabled ── start ──▶ sending: a sample of the waveform every 50 ms, numerics every second
 *    ▲                              ▲────── stop ────────╯
 *    ╰── disable, not a byte from the host for 15 s, restart (8 s without an answer)
 *
 * Settings, patient ids and what else would change something are told as forbidden; a setting is echoed, as the monitor does.
 *
 * Settings of the simulation: `epochS` Unix seconds of simulated time 0 (2026-01-01), `clockOffsetS` error of its clock, `unit`
 * 1 mmHg, 2 kPa, 3 vol-%, `restartsAtMs` and `shiftedAtMs` (numerics with their fields displaced by one) lists of instants, and
 * lists of stretches `{ fromMs, toMs }`: `apnoea` no breath, `occluded` the FilterLine is blocked, `purging`, `silenced` its
 * alarms are silenced, `frozen` the same numerics again and again, `mute` nothing but the waveform.
 */
import { decodeCommand, encodeReply } from '$drivers/capnostream/codec.ts';
import { cut } from '$drivers/capnostream/framing.ts';
import { WAVE_HZ } from '$drivers/capnostream/layout-table.ts';
import type { Command, Content, NumericsFrame } from '$drivers/capnostream/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pace } from '../pace.ts';
import { timesOf } from '../settings.ts';
import { screenOf, type Screen } from './screen.ts';

const SAMPLE_EVERY_MS = 1000 / WAVE_HZ;
const NUMERICS_EVERY_MS = 1000;
const RESTART_MS = 8000;
const HOST_LOST_MS = 15_000;
const IDENTITY = 'V45.67 02/24/2008 B355987654  ';
const FORBIDDEN_CODES: ReadonlySet<number> = new Set([10, 61, 62]);

export function simulateCapnostream(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Monitor(bedside, options);
}

class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #screen: Screen;
  readonly #restartsAtMs: readonly number[];
  readonly #shiftedAtMs: readonly number[];
  readonly #onForbidden: (what: string) => void;
  readonly #pace = new Pace(SAMPLE_EVERY_MS);
  #rest: Uint8Array = new Uint8Array(0);
  #is: 'idle' | 'enabled' | 'sending' = 'idle';
  #heardAtMs = 0;
  #counter = 0;
  #shown: NumericsFrame | undefined;

  constructor(bedside: SimulatedBedside, { settings, onForbidden }: DeviceOptions) {
    this.#bedside = bedside;
    this.#screen = screenOf(settings);
    this.#restartsAtMs = timesOf(settings['restartsAtMs']);
    this.#shiftedAtMs = timesOf(settings['shiftedAtMs']);
    this.#onForbidden = onForbidden ?? (() => undefined);
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
      case 'received':
        return [...this.#advance(input.simMs), ...this.#receive(input.bytes, input.simMs)];
    }
  }

  #advance(simMs: number): readonly Uint8Array[] {
    return [...this.#pace.until(simMs)].flatMap((at) => this.#send(at));
  }

  #send(simMs: number): readonly Uint8Array[] {
    this.#bedside.advanceTo(simMs);
    const isLost = simMs - this.#heardAtMs > HOST_LOST_MS;
    if (isLost || this.#isStarting(simMs)) this.#is = 'idle';
    if (this.#is !== 'sending') return [];
    const { isMute } = this.#screen.at(simMs);
    const numerics = simMs % NUMERICS_EVERY_MS === 0 && !isMute ? [this.#numerics(simMs)] : [];
    const frames = [this.#sample(simMs), ...numerics].map(encodeReply);
    return this.#bedside.sensors().isLinked ? frames : [];
  }

  #isStarting(simMs: number): boolean {
    return this.#restartsAtMs.some((at) => simMs >= at && simMs < at + RESTART_MS);
  }

  #sample(simMs: number): Content {
    this.#counter = (this.#counter + 1) & 0xff;
    return { kind: 'wave', counter: this.#counter, ...this.#screen.sample(this.#bedside, simMs) };
  }

  #numerics(simMs: number): NumericsFrame {
    const before = this.#shown;
    if (before && this.#screen.at(simMs).isFrozen) return before;
    const now = this.#screen.numerics(this.#bedside, simMs);
    const isShifted = this.#shiftedAtMs.some((at) => at > simMs - NUMERICS_EVERY_MS && at <= simMs);
    if (isShifted)
      return { ...now, fico2: now.etco2, respiratoryRate: now.fico2, saturation: before?.respiratoryRate ?? 0 };
    this.#shown = now;
    return now;
  }

  #receive(bytes: Uint8Array, simMs: number): readonly Uint8Array[] {
    if (!this.#bedside.sensors().isLinked || this.#isStarting(simMs)) return [];
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    return cuts.flatMap((piece) => {
      if (piece.kind === 'noise') return [];
      this.#heardAtMs = simMs;
      return this.#obey(decodeCommand(piece.payload)).map(encodeReply);
    });
  }

  #obey(command: Command): readonly Content[] {
    switch (command.kind) {
      case 'enable':
        if (this.#is === 'idle') this.#is = 'enabled';
        return [{ kind: 'identity', text: IDENTITY }];
      case 'disable':
        this.#is = 'idle';
        return [];
      case 'start':
        if (this.#is === 'enabled') this.#is = 'sending';
        return [];
      case 'stop':
        if (this.#is === 'sending') this.#is = 'enabled';
        return [];
      case 'revision':
        return [{ kind: 'revision', letter: 'A', number: 1 }];
      case 'setup':
        this.#onForbidden(`setting ${command.item} = ${command.value}`);
        return [command];
      case 'other':
        if (FORBIDDEN_CODES.has(command.code)) this.#onForbidden(`command ${command.code}`);
        return [];
      case 'alive':
      case 'host-id':
        return [];
    }
  }
}
