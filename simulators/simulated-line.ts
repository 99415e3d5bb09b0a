/**
 * The serial line between a simulated device and the world, on simulated time: it steps the device at least every 50 ms
 * unless it is quiet for longer, and lets its bytes out no faster than a UART would.
 *
 *   device ─▶ [ waiting, at most 4096 bytes; what comes on top is dropped and counted ] ─▶ one byte per byte time ─▶ out
 */
import { concatBytes } from '$drivers/bytes.ts';
import type { DeviceInput, SimulatedDevice } from './simulated-device.ts';

export interface LineSpeed {
  readonly baudRate: number;
  /** Start, data, parity and stop bits together: 10 for 8N1, 11 for 8E1. */
  readonly bitsPerByte: number;
}

/** The longest step a device is promised, ms of simulated time. */
const MAX_STEP_MS = 50;
const MAX_WAITING_BYTES = 4096;
const NOTHING: readonly Uint8Array[] = [];

export class SimulatedLine {
  readonly #device: SimulatedDevice;
  readonly #byteMs: number;
  readonly #maxStepMs: number;
  #now = 0;
  #waiting: Uint8Array = new Uint8Array(0);
  #lineFreeAt = 0;
  #droppedBytes = 0;

  /**
   * Without a speed, bytes leave when the device gives them.
   * @param maxStepMs more than a device is promised only where its bytes may come later than they would.
   */
  constructor(device: SimulatedDevice, speed?: LineSpeed, maxStepMs = MAX_STEP_MS) {
    this.#device = device;
    this.#maxStepMs = maxStepMs;
    this.#byteMs = speed ? (1000 * speed.bitsPerByte) / speed.baudRate : 0;
  }

  /** Bytes that the device wanted to send while the line was too far behind. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  connect(simMs: number): readonly Uint8Array[] {
    this.#now = simMs;
    return this.#step({ type: 'connected', simMs });
  }

  advanceTo(simMs: number): readonly Uint8Array[] {
    let out: readonly Uint8Array[] = NOTHING;
    while (this.#now < simMs) {
      this.#now = Math.min(simMs, Math.max(this.#now + this.#maxStepMs, this.quietUntil()));
      const said = this.#step({ type: 'tick', simMs: this.#now });
      if (said.length > 0) out = out.length === 0 ? said : [...out, ...said];
    }
    return out;
  }

  /** Until when nothing comes out unless something is received; in the past where that is not known. */
  quietUntil(): number {
    return this.#byteMs === 0 ? (this.#device.quietUntil?.() ?? 0) : 0;
  }

  receive(simMs: number, bytes: Uint8Array): readonly Uint8Array[] {
    const before = this.advanceTo(simMs);
    return [...before, ...this.#step({ type: 'received', simMs: this.#now, bytes })];
  }

  /** What the device would still say finds no listener. */
  disconnect(simMs: number): void {
    this.advanceTo(simMs);
    this.#device.step({ type: 'disconnected', simMs: this.#now });
  }

  #step(input: DeviceInput): readonly Uint8Array[] {
    const said = this.#device.step(input);
    return this.#byteMs === 0 ? said : this.#pace(said);
  }

  #pace(said: readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.#waiting.length === 0) this.#lineFreeAt = Math.max(this.#lineFreeAt, this.#now);
    const wanted = concatBytes(this.#waiting, ...said);
    const sentCount = Math.min(wanted.length, Math.floor((this.#now - this.#lineFreeAt) / this.#byteMs));
    this.#lineFreeAt += sentCount * this.#byteMs;
    this.#waiting = wanted.slice(sentCount, sentCount + MAX_WAITING_BYTES);
    this.#droppedBytes += wanted.length - sentCount - this.#waiting.length;
    return sentCount > 0 ? [wanted.slice(0, sentCount)] : [];
  }
}
