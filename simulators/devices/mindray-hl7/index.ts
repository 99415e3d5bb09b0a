/**
 * A Mindray bedside monitor on its result port.
 *
 *   connected ─▶ patient and settings ─▶ keep-alive every second
 *                      query ─▶ the asked numbers, flags and alarms every second, the cuff's last reading once and each new one
 *   no keep-alive from the station for 10 s, or a restart: this connection is dead, a new one is served
 *
 * It lives on a grid of whole seconds from instant 0 on, so the host's steps change nothing. Its patience is simulated time as
 * well: run more than eight times as fast as life, it loses a station that says "alive" once a second. A dead connection is
 * silent: a simulated device cannot hang up. It cannot say that a cuff measurement failed: it then has no new reading.
 *
 * Settings: `epochS` Unix seconds at instant 0, `clockOffsetS` by how much the monitor's clock is wrong, `bed` its name,
 * `isOldFirmware` (drops a query before its own first keep-alive, and answers one for all numbers with none),
 * `restartsAtMs` instants at which it is off for a while and forgets the cuff's last reading.
 */
import {
  decodeAsked,
  encodeAlarms,
  encodeEcho,
  encodeEmpty,
  encodeFlags,
  encodeNumerics,
  encodePatient,
  encodeSpot,
  type Asked,
  type AskedLine,
  type ShownParameter,
} from '$drivers/mindray-hl7/codec-monitor.ts';
import { cut } from '$drivers/hl7/mllp.ts';
import { BED_NAME_ID, CONFIGURATION_IDS, CUFF_IDS } from '$drivers/mindray-hl7/parameter-table.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { showAlarms, showCuff, showParameters } from './screen.ts';

const GRID_MS = 1000;
const HOST_PATIENCE_MS = 10_000;
/** How long a restart takes. */
export const RESTART_MS = 15_000;
const NO_BYTES = new Uint8Array(0);
const CUFF: ReadonlySet<number> = new Set(Object.values(CUFF_IDS));

export const simulateMindrayHl7 = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Monitor(bedside, options);

/** What one connection has brought so far. */
interface Connection {
  hostHeardMs: number;
  rest: Uint8Array;
  lines: readonly AskedLine[];
  hasSentEcho: boolean;
  /** The reading that this connection was last told of, by its end; `due` right after a query. */
  toldCuff: number | 'none' | 'due';
}

class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #onForbidden: (what: string) => void;
  readonly #epochMs: number;
  readonly #bed: string;
  readonly #isOldFirmware: boolean;
  readonly #restartsAtMs: readonly number[];
  #gridMs = 0;
  /** Undefined: nobody is connected, or the connection is dead. */
  #connection: Connection | undefined;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    const { epochS = 1_767_225_600, clockOffsetS = 0, bed = 'KETA1', isOldFirmware = false, restartsAtMs } = settings;
    this.#bedside = bedside;
    this.#onForbidden = onForbidden;
    this.#epochMs = (Number(epochS) + Number(clockOffsetS)) * 1000;
    this.#bed = String(bed);
    this.#isOldFirmware = isOldFirmware === true;
    this.#restartsAtMs = Array.isArray(restartsAtMs) ? restartsAtMs.map(Number) : [];
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const sent = this.#advance(input.simMs);
    switch (input.type) {
      case 'connected':
        return this.#greet(input.simMs);
      case 'disconnected':
        this.#connection = undefined;
        return [];
      case 'received':
        this.#hear(input.bytes, input.simMs);
        return sent;
      case 'tick':
        return sent;
    }
  }

  quietUntil(): number {
    return this.#gridMs + GRID_MS;
  }

  #greet(simMs: number): readonly Uint8Array[] {
    const connection = { hostHeardMs: simMs, rest: NO_BYTES, lines: [], hasSentEcho: false, toldCuff: 'none' } as const;
    this.#connection = this.#isDown(simMs) ? undefined : { ...connection };
    if (!this.#connection || !this.#bedside.sensors().isLinked) return [];
    const patient = encodePatient([{ id: BED_NAME_ID, text: this.#bed }]);
    return [patient, ...[...CONFIGURATION_IDS].map(encodeEmpty)];
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const connection = this.#connection;
    if (!connection || !this.#bedside.sensors().isLinked) return;
    const { rest, cuts } = cut(connection.rest, bytes);
    connection.rest = rest;
    for (const piece of cuts) {
      if (piece.kind === 'frame') this.#obey(decodeAsked(piece.payload), connection, simMs);
    }
  }

  #obey(asked: Asked, connection: Connection, simMs: number): void {
    if (asked.kind === 'other') return this.#onForbidden(asked.text);
    connection.hostHeardMs = simMs;
    if (asked.kind === 'echo' || (this.#isOldFirmware && !connection.hasSentEcho)) return;
    connection.lines = asked.lines;
    connection.toldCuff = 'due';
  }

  /** Everything that the monitor says up to this instant. With the cable out it says nothing, and a new reading waits. */
  #advance(simMs: number): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    while (this.#gridMs + GRID_MS <= simMs) {
      this.#gridMs += GRID_MS;
      this.#bedside.advanceTo(this.#gridMs);
      const connection = this.#connection;
      if (!connection) continue;
      if (this.#isDown(this.#gridMs) || this.#gridMs - connection.hostHeardMs > HOST_PATIENCE_MS) {
        this.#connection = undefined;
        continue;
      }
      if (this.#bedside.sensors().isLinked) sent.push(...this.#speak(connection));
    }
    return sent;
  }

  #speak(connection: Connection): readonly Uint8Array[] {
    connection.hasSentEcho = true;
    const due = connection.lines.filter(({ everyS }) => everyS > 0 && (this.#gridMs / GRID_MS) % everyS === 0);
    const alarms = showAlarms(this.#bedside, this.#deviceTime(this.#gridMs));
    return [
      encodeEcho(),
      ...this.#numbers(due),
      ...this.#cuff(connection),
      ...due.flatMap(({ kind }) => (kind === 'parameters' ? [] : [encodeAlarms(kind, alarms[kind])])),
    ];
  }

  #numbers(due: readonly AskedLine[]): readonly Uint8Array[] {
    const wanted = showParameters(this.#bedside).filter(({ id }) => due.some((line) => this.#wants(line, id)));
    const byModule = new Map<string, readonly ShownParameter[]>();
    for (const one of wanted) byModule.set(one.module, [...(byModule.get(one.module) ?? []), one]);
    return [...byModule.values()].flatMap((group) => [encodeNumerics(group), encodeFlags(group)]);
  }

  /** A new reading, and the last one or none once after a query. */
  #cuff(connection: Connection): readonly Uint8Array[] {
    const isWanted = connection.lines.some((line) => [...CUFF].some((id) => this.#wants(line, id)));
    const reading = this.#lastReading();
    const newest = reading?.endedAtMs ?? 'none';
    if (!isWanted || newest === connection.toldCuff) return [];
    connection.toldCuff = newest;
    return [encodeSpot(showCuff(reading, this.#deviceTime(reading?.endedAtMs ?? 0)))];
  }

  #wants({ kind, isAll, ids }: AskedLine, id: number): boolean {
    return kind === 'parameters' && (isAll ? !this.#isOldFirmware : ids.includes(id));
  }

  /** A restart forgets readings. */
  #lastReading(): CuffReading | undefined {
    const { last } = this.#bedside.cuff();
    const restartedMs = Math.max(...this.#restartsAtMs.filter((at) => at <= this.#gridMs));
    return last && last.endedAtMs > restartedMs ? last : undefined;
  }

  #isDown(simMs: number): boolean {
    return this.#restartsAtMs.some((at) => simMs >= at && simMs < at + RESTART_MS);
  }

  #deviceTime(simMs: number): number {
    return this.#epochMs + Math.floor(simMs / 1000) * 1000;
  }
}
