/** Which pump sits where in the simulated rack, and since when. */
import type { Place } from '$drivers/pump-bbraun-bcc/messages.ts';
import type { Pump } from '../pump.ts';

/** How long a pump that was just plugged in cannot be talked to. */
const STARTING_MS = 3000;

export class Slot {
  readonly pump: Pump;
  place: Place | undefined;
  hasToldModel = false;
  /** Another syringe or line was put in, and nobody has been told. */
  hasNewDisposable = false;
  /** The triggers as last sent, in cyclic mode. */
  lastTriggers = '';
  #pluggedAtMs = -Infinity;
  #readAtMs = 0;
  #readVolumeMl = 0;

  constructor(pump: Pump, place: Place | undefined) {
    this.pump = pump;
    this.place = place;
  }

  plug(place: Place, now: number): void {
    this.place = place;
    this.hasToldModel = false;
    this.#pluggedAtMs = now;
  }

  isStarting(now: number): boolean {
    return now - this.#pluggedAtMs < STARTING_MS;
  }

  /** Whether the disposable was changed since the last time, which is then forgotten. */
  readNewDisposable(): boolean {
    const isNew = this.hasNewDisposable;
    this.hasNewDisposable = false;
    return isNew;
  }

  /** The mean rate since this was last called, mL/h. */
  readMean(now: number): number {
    const hours = (now - this.#readAtMs) / 3_600_000;
    const mean = hours > 0 ? (this.pump.volumeMl - this.#readVolumeMl) / hours : this.pump.rateMlPerHour;
    this.restartMean(now);
    return mean;
  }

  restartMean(now: number): void {
    this.#readAtMs = now;
    this.#readVolumeMl = this.pump.volumeMl;
  }
}

/** INNR: eight hexadecimal digits, type 600 or 680, then the serial number in 20 bits. */
export const serialOf = (kind: 'syringe' | 'volumetric', n: number): string =>
  ((kind === 'syringe' ? 0x60012345 : 0x68054321) + n).toString(16).toUpperCase();
