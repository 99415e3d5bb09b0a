/** Which pump sits where in the simulated rack, what was plugged and pulled, and what each pump is ordered to do. */
import type { Place } from '$drivers/pump-bbraun-bcc/messages.ts';
import type { PumpOrder } from '$simulators/patient/simulated-bedside.ts';
import { Pump } from './pump.ts';
import type { ExtraPump, RackSettings } from './settings.ts';

/** How long a pump that was just plugged in cannot be talked to. */
const STARTING_MS = 3000;

export class Slot {
  readonly pump: Pump;
  /** A further pump's own order; the first pump has the bedside's. */
  readonly extra: ExtraPump | undefined;
  place: Place | undefined;
  hasToldModel = false;
  /** The triggers as last sent, in cyclic mode. */
  lastTriggers = '';
  #pluggedAtMs = -Infinity;
  #readAtMs = 0;
  #readVolumeMl = 0;

  constructor(pump: Pump, place: Place, extra?: ExtraPump) {
    this.pump = pump;
    this.place = place;
    this.extra = extra;
  }

  plug(place: Place, now: number): void {
    this.place = place;
    this.hasToldModel = false;
    this.#pluggedAtMs = now;
  }

  isStarting(now: number): boolean {
    return now - this.#pluggedAtMs < STARTING_MS;
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

/** INNR: type 600 or 680, then the serial number in 20 bits. */
const numberOf = (kind: 'syringe' | 'volumetric', index: number): string =>
  ((kind === 'syringe' ? 0x60012345 : 0x68054321) + index).toString(16).toUpperCase();

/** The bedside's pump first, then the further ones. */
export function createSlots(settings: RackSettings, order: PumpOrder): readonly Slot[] {
  const { contentMl, kvoMlPerHour } = settings;
  const first = new Pump({ kind: 'syringe', number: numberOf('syringe', 0), contentMl, kvoMlPerHour }, order);
  const others = settings.pumps.map((extra, i) => {
    const make = { kind: extra.kind, number: numberOf(extra.kind, i + 1), contentMl, kvoMlPerHour: 0 };
    return new Slot(new Pump(make, orderOf(extra, 0)), extra.place, extra);
  });
  return [new Slot(first, settings.place), ...others];
}

/** What the staff has set at a further pump; it carries no drug that the bedside knows. */
export const orderOf = (extra: ExtraPump, now: number): PumpOrder => ({
  drugName: extra.drugName,
  concentrationMgPerMl: 0,
  weightKg: 0,
  vtbiMl: extra.vtbiMl,
  rateMlPerHour: extra.rateMlPerHour,
  isStarted: now >= extra.startAtMs && now < extra.stopAtMs,
});
