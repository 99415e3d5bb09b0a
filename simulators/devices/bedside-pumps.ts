/**
 * The pumps of one device at a bedside, and what happens to them. The first executes the staff's order and reports what really
 * reaches the patient; further ones have orders of their own. They live from instant 0 of the scenario on, whether or not
 * anybody listens, and move on one grid, so that the host's steps change nothing.
 */
import type { PumpOrder, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { GRID_MS, Pump, type PumpMake } from './pump.ts';
import { listOf, numberOf, type Stretch } from './settings.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A further pump with an order of its own. Without a concentration it carries no drug that anybody reckons with. */
export interface FurtherPump {
  readonly kind: PumpMake['kind'];
  readonly drugName: string;
  readonly concentrationMgPerMl: number;
  readonly rateMlPerHour: number;
  readonly vtbiMl: number;
  readonly startAtMs: number;
  readonly stopAtMs: number;
}

/** Pump 0 executes the bedside's order; the others follow in the order of `pumps`. */
interface AtPump {
  readonly pump: number;
}
export type PumpEvent = AtPump & { readonly atMs: number };
export type PumpSpell = AtPump & Stretch;

/** What happens to pumps, as plain data; the same words in the settings of every simulated pump. Everything has a default. */
export interface PumpSettings {
  /** Of the first pump. */
  readonly kind: PumpMake['kind'];
  readonly contentMl: number;
  readonly kvoMlPerHour: number;
  readonly pumps: readonly FurtherPump[];
  readonly boluses: readonly (PumpEvent & { readonly volumeMl: number })[];
  readonly air: readonly PumpEvent[];
  readonly counterResets: readonly PumpEvent[];
  readonly offs: readonly PumpSpell[];
  readonly batterySpells: readonly PumpSpell[];
}

export function readPumpSettings(settings: Fields): PumpSettings {
  return {
    kind: settings.kind === 'volumetric' ? 'volumetric' : 'syringe',
    contentMl: numberOf(settings.contentMl, 50),
    kvoMlPerHour: numberOf(settings.kvoMlPerHour, 0),
    pumps: fieldsOf(settings.pumps).map(furtherPump),
    boluses: fieldsOf(settings.boluses).map((one) => ({ ...pumpEvent(one), volumeMl: numberOf(one.volumeMl, 1) })),
    air: fieldsOf(settings.air).map(pumpEvent),
    counterResets: fieldsOf(settings.counterResets).map(pumpEvent),
    offs: fieldsOf(settings.offs).map(pumpSpell),
    batterySpells: fieldsOf(settings.batterySpells).map(pumpSpell),
  };
}

export const fieldsOf = (value: unknown): readonly Fields[] =>
  listOf(value).filter((one): one is Fields => typeof one === 'object' && one !== null);

export const pumpEvent = (event: Fields): PumpEvent => ({
  pump: numberOf(event.pump, 0),
  atMs: numberOf(event.atMs, 0),
});

const pumpSpell = (spell: Fields): PumpSpell => ({
  pump: numberOf(spell.pump, 0),
  fromMs: numberOf(spell.fromMs, 0),
  toMs: numberOf(spell.toMs, Infinity),
});

export const furtherPump = (pump: Fields): FurtherPump => ({
  kind: pump.kind === 'syringe' ? 'syringe' : 'volumetric',
  drugName: typeof pump.drugName === 'string' ? pump.drugName : 'NaCl 0,9% 250ml',
  concentrationMgPerMl: numberOf(pump.concentrationMgPerMl, 0),
  rateMlPerHour: numberOf(pump.rateMlPerHour, 20),
  vtbiMl: numberOf(pump.vtbiMl, 250),
  startAtMs: numberOf(pump.startAtMs, 0),
  stopAtMs: numberOf(pump.stopAtMs, Infinity),
});

const orderOf = (further: FurtherPump, now: number): PumpOrder => ({
  drugName: further.drugName,
  concentrationMgPerMl: further.concentrationMgPerMl,
  weightKg: 0,
  vtbiMl: further.vtbiMl,
  rateMlPerHour: further.rateMlPerHour,
  isStarted: now >= further.startAtMs && now < further.stopAtMs,
});

const MINUTES_PER_HOUR = 60;
const REST_MS = 250;

/** What pumps need of a bedside. */
export type PumpSide = Pick<SimulatedBedside, 'advanceTo' | 'line' | 'order' | 'deliver'>;

export class BedsidePumps {
  readonly pumps: readonly Pump[];
  readonly #bedside: PumpSide;
  readonly #settings: PumpSettings;
  #deliveredMgPerMin: number | undefined;
  #nowMs = 0;
  /** When something happens that the settings tell of. */
  readonly #turningMs: readonly number[];
  #nextTurnMs = 0;

  /** @param serial the serial number of a pump, which is the n-th of its device. */
  constructor(bedside: PumpSide, settings: PumpSettings, serial: (kind: PumpMake['kind'], n: number) => string) {
    this.#bedside = bedside;
    this.#settings = settings;
    const { kind, contentMl, kvoMlPerHour } = settings;
    const first = new Pump({ kind, number: serial(kind, 0), contentMl, kvoMlPerHour }, bedside.order());
    const others = settings.pumps.map((further, i) => {
      const make = { kind: further.kind, number: serial(further.kind, i + 1), contentMl, kvoMlPerHour: 0 };
      return new Pump(make, orderOf(further, 0));
    });
    this.pumps = [first, ...others];
    this.#turningMs = turningPoints(settings);
  }

  /**
   * A pump moves all the time, and goes through the points of its grid one by one however late it is asked; four times a second
   * is soon enough for the patient. @param answerMs when the next answer is due
   */
  quietUntil(answerMs = Infinity): number {
    return Math.min(answerMs, (Math.floor(this.#nowMs / REST_MS) + 1) * REST_MS);
  }

  /** The instants of the grid since the last call up to this one, the oldest first; at each, everything has moved there. */
  *until(simMs: number): Generator<number> {
    while (this.#nowMs + GRID_MS <= simMs) {
      this.#nowMs += GRID_MS;
      this.#moveTo(this.#nowMs);
      yield this.#nowMs;
    }
  }

  #moveTo(now: number): void {
    this.#bedside.advanceTo(now);
    if (now >= this.#nextTurnMs) this.#happen(now);
    let n = 0;
    for (const pump of this.pumps) this.#infuse(pump, n++, now);
  }

  #infuse(pump: Pump, n: number, now: number): void {
    const further = this.#settings.pumps[n - 1];
    if (further) return void pump.advance(now, orderOf(further, now), false);
    const mlPerHour = pump.advance(now, this.#bedside.order(), this.#bedside.line().isOccluded);
    const mgPerMin = (mlPerHour * pump.order.concentrationMgPerMl) / MINUTES_PER_HOUR;
    if (mgPerMin === this.#deliveredMgPerMin) return;
    this.#deliveredMgPerMin = mgPerMin;
    this.#bedside.deliver(mgPerMin);
  }

  #happen(now: number): void {
    const { boluses, air, counterResets, offs, batterySpells } = this.#settings;
    const isNow = ({ atMs }: PumpEvent): boolean => atMs > now - GRID_MS && atMs <= now;
    for (const { pump, volumeMl } of boluses.filter(isNow)) this.pumps[pump]?.giveBolus(volumeMl);
    for (const { pump } of air.filter(isNow)) this.pumps[pump]?.meetAir();
    for (const { pump } of counterResets.filter(isNow)) this.pumps[pump]?.resetCounter();
    this.pumps.forEach((pump, n) => {
      const isIn = (spell: PumpSpell): boolean => spell.pump === n && now >= spell.fromMs && now < spell.toMs;
      if (offs.some(isIn) === pump.isOn) pump.switchTo(!pump.isOn);
      pump.isOnMains = !batterySpells.some(isIn);
    });
    this.#nextTurnMs = Math.min(...this.#turningMs.filter((ms) => ms > now));
  }
}

function turningPoints(settings: PumpSettings): readonly number[] {
  const { boluses, air, counterResets, offs, batterySpells } = settings;
  return [
    ...[...boluses, ...air, ...counterResets].map(({ atMs }) => atMs),
    ...[...offs, ...batterySpells].flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ];
}
