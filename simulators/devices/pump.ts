/**
 * One infusion pump and the line behind it: motor, therapy, pressure, alarms. It moves in steps of its own grid.
 *
 * A pump that is switched off does nothing, and stands still when it comes on again; its counter is kept.
 *
 *   stopped ─start▶ running ─volume done▶ complete, or kvo where a rate is set for it
 *                     │  ╰ bolus: the same, faster
 *                     ╰ pressure 100 % ▶ blocked · air ▶ air · syringe empty ▶ empty      start or stop end the alarm
 *
 * Line shut: nothing reaches the patient, what is pumped is trapped, and the pressure rises to the alarm in a minute.
 * Line open again: what is trapped, at most half a millilitre (the pump draws the rest back), reaches the patient in seconds.
 */
import type { PumpOrder } from '$simulators/patient/simulated-bedside.ts';

export const GRID_MS = 50;
const GRID_H = GRID_MS / 3_600_000;
const GRID_S = GRID_MS / 1000;

const IDLE_PERCENT = 12;
const ALARM_PERCENT = 100;
const PRE_ALARM_PERCENT = 55;
const RISE_PERCENT_PER_S = (ALARM_PERCENT - IDLE_PERCENT) / 60;
const FALL_PERCENT_PER_S = (ALARM_PERCENT - IDLE_PERCENT) / 5;

const RELEASED_ML = 0.5;
const RELEASE_ML_PER_HOUR = 360;
const DROP_NOTICE_MS = 30_000;

const BOLUS_ML_PER_HOUR = 1200;
const NEAR_END_H = 3 / 60;
/** The volume on display moves in steps. */
const VOLUME_STEP_MS = 5000;
/** A recorded pump took its air flag back by itself and stayed at rate 0. */
const AIR_FLAG_MS = 39_000;
/** Less than this is rounding. */
const NOTHING_ML = 1e-9;

export type Run = 'stopped' | 'running' | 'kvo' | 'complete' | 'blocked' | 'air' | 'empty';

export interface PumpMake {
  readonly kind: 'syringe' | 'volumetric';
  /** Serial number, as the protocol writes it. */
  readonly number: string;
  readonly contentMl: number;
  readonly kvoMlPerHour: number;
}

export class Pump {
  readonly make: PumpMake;
  run: Run = 'stopped';
  order: PumpOrder;
  /** When the ordered rate last changed. */
  changedAtMs = -Infinity;
  volumeMl = 0;
  shownVolumeMl = 0;
  contentMl: number;
  pressurePercent = IDLE_PERCENT;
  /** Boluses of the therapy, and those that nobody has read yet. */
  boluses = { count: 0, volumeMl: 0 };
  unread = { count: 0, volumeMl: 0 };
  runningMs = 0;
  isOn = true;
  isOnMains = true;
  #therapyFromMl = 0;
  #bolusLeftMl = 0;
  #bolusMl = 0;
  #trappedMl = 0;
  #isReleasing = false;
  #releasedAtMs = -Infinity;
  #airSinceMs = -Infinity;
  #now = 0;

  constructor(make: PumpMake, order: PumpOrder) {
    this.make = make;
    this.contentMl = make.contentMl;
    this.order = { ...order, isStarted: false };
  }

  /** Moves on by one grid step to `now`. Returns what reaches the patient meanwhile, mL/h. */
  advance(now: number, order: PumpOrder, isOccluded: boolean): number {
    this.#now = now;
    if (order.isStarted !== this.order.isStarted && this.isOn) this.#press(order.isStarted);
    if (order.rateMlPerHour !== this.order.rateMlPerHour) this.changedAtMs = now;
    this.order = order;
    const pumpedMl = Math.min(this.rateMlPerHour * GRID_H, this.#availableMl());
    this.#pump(pumpedMl);
    const releasedMlPerHour = isOccluded ? this.#trap(pumpedMl) : this.#release();
    if (now % VOLUME_STEP_MS === 0) this.shownVolumeMl = this.volumeMl;
    return (isOccluded ? 0 : pumpedMl / GRID_H) + releasedMlPerHour;
  }

  /** What the motor does now, mL/h. */
  get rateMlPerHour(): number {
    if (this.run === 'kvo') return this.make.kvoMlPerHour;
    if (this.run !== 'running') return 0;
    return this.isBolus ? BOLUS_ML_PER_HOUR : this.order.rateMlPerHour;
  }

  get isBolus(): boolean {
    return this.run === 'running' && this.#bolusLeftMl > 0;
  }

  /** What of a bolus that runs now was given; 0 when none runs. */
  get runningBolusMl(): number {
    return this.isBolus ? this.#bolusMl - this.#bolusLeftMl : 0;
  }

  /** To the end of the volume to be infused; without one, for ever. */
  get remainingMl(): number {
    if (this.order.vtbiMl <= 0) return Infinity;
    return Math.max(0, this.order.vtbiMl - (this.volumeMl - this.#therapyFromMl));
  }

  get isPressureRising(): boolean {
    return this.run === 'running' && this.#trappedMl > 0 && this.pressurePercent >= PRE_ALARM_PERCENT;
  }

  get hasPressureDropped(): boolean {
    return this.#now - this.#releasedAtMs < DROP_NOTICE_MS;
  }

  get isNearEnd(): boolean {
    return this.run === 'running' && this.remainingMl <= this.order.rateMlPerHour * NEAR_END_H;
  }

  get isNearEmpty(): boolean {
    const isLow = this.contentMl <= this.order.rateMlPerHour * NEAR_END_H;
    return this.make.kind === 'syringe' && this.run === 'running' && isLow;
  }

  get isCallingAir(): boolean {
    return this.run === 'air' && this.#now - this.#airSinceMs < AIR_FLAG_MS;
  }

  /** Somebody presses the bolus key, if the pump runs. */
  giveBolus(volumeMl: number): void {
    if (this.run !== 'running') return;
    this.#bolusLeftMl = volumeMl;
    this.#bolusMl = volumeMl;
  }

  switchTo(isOn: boolean): void {
    this.isOn = isOn;
    this.#press(false);
  }

  /** Somebody sets the volume counter to nought; the volume to be infused stays what it was. */
  resetCounter(): void {
    this.#therapyFromMl -= this.volumeMl;
    this.volumeMl = 0;
    this.shownVolumeMl = 0;
  }

  meetAir(): void {
    if (this.rateMlPerHour === 0) return;
    this.run = 'air';
    this.#airSinceMs = this.#now;
  }

  /** Hands over the boluses since the last time, which are then forgotten. */
  readBoluses(): { readonly count: number; readonly volumeMl: number } {
    const boluses = this.unread;
    this.unread = { count: 0, volumeMl: 0 };
    return boluses;
  }

  #press(isStart: boolean): void {
    if (isStart && this.remainingMl < NOTHING_ML) this.#therapyFromMl = this.volumeMl;
    this.#bolusLeftMl = 0;
    this.run = isStart ? 'running' : 'stopped';
  }

  /** A keep-open rate is not limited by the volume to be infused. */
  #availableMl(): number {
    const content = this.make.kind === 'syringe' ? this.contentMl : Infinity;
    return this.run === 'running' ? Math.min(content, this.remainingMl) : content;
  }

  #pump(ml: number): void {
    this.volumeMl += ml;
    if (this.make.kind === 'syringe') this.contentMl = Math.max(0, this.contentMl - ml);
    if (this.rateMlPerHour > 0) this.runningMs += GRID_MS;
    this.#finishBolus(ml);
    if (this.run === 'running' && this.remainingMl < NOTHING_ML) {
      this.run = this.make.kvoMlPerHour > 0 ? 'kvo' : 'complete';
    } else if (this.rateMlPerHour > 0 && this.make.kind === 'syringe' && this.contentMl < NOTHING_ML) {
      this.run = 'empty';
    }
  }

  #finishBolus(ml: number): void {
    if (!this.isBolus) return;
    this.#bolusLeftMl -= ml;
    if (this.#bolusLeftMl > NOTHING_ML) return;
    this.#bolusLeftMl = 0;
    for (const tally of [this.boluses, this.unread]) {
      tally.count++;
      tally.volumeMl += this.#bolusMl;
    }
  }

  #trap(ml: number): number {
    this.#isReleasing = false;
    this.#trappedMl += ml;
    if (ml > 0) this.pressurePercent = Math.min(ALARM_PERCENT, this.pressurePercent + RISE_PERCENT_PER_S * GRID_S);
    if (this.pressurePercent >= ALARM_PERCENT && this.run === 'running') {
      this.run = 'blocked';
      this.#bolusLeftMl = 0;
    }
    return 0;
  }

  #release(): number {
    this.pressurePercent = Math.max(IDLE_PERCENT, this.pressurePercent - FALL_PERCENT_PER_S * GRID_S);
    if (this.#trappedMl <= 0) return 0;
    if (!this.#isReleasing) {
      this.#isReleasing = true;
      this.#trappedMl = Math.min(this.#trappedMl, RELEASED_ML);
      this.#releasedAtMs = this.#now;
    }
    const ml = Math.min(this.#trappedMl, RELEASE_ML_PER_HOUR * GRID_H);
    this.#trappedMl -= ml;
    return ml / GRID_H;
  }
}
