/** A pump that says what it does every few seconds, on a test bed: its counter is the truth that a test compares with. */
import { monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { PUMP, type TestBed } from './bed.ts';

export interface CountingPumpMake {
  readonly everyS?: number;
  /** A pump without a counter tells its rate only. */
  readonly counts?: boolean;
  /** What stands in every reading. */
  readonly says?: Partial<InfusionReading>;
}

export class CountingPump {
  readonly #bed: TestBed;
  readonly #make: CountingPumpMake;
  #told = '';
  /** On the counter, and what really went in. */
  counterMl = 0;
  givenMl = 0;
  atS: number;

  constructor(bed: TestBed, atS: number, make: CountingPumpMake = {}) {
    this.#bed = bed;
    this.#make = make;
    this.atS = atS;
    this.tell('stopped', 0);
  }

  /** Flows at a rate up to a second and says so all the time. */
  runs(toS: number, mlPerHour: number, state: InfusionReading['state'] = 'infusing'): this {
    if (this.#told !== `${state} ${mlPerHour}`) this.tell(state, mlPerHour);
    while (this.atS < toS) {
      const nextS = Math.min(toS, this.atS + (this.#make.everyS ?? 2));
      this.gives((mlPerHour * (nextS - this.atS)) / 3600);
      this.atS = nextS;
      this.tell(state, mlPerHour);
    }
    return this;
  }

  stands(toS: number, state: InfusionReading['state'] = 'stopped'): this {
    return this.runs(toS, 0, state);
  }

  /** Goes on, and nobody hears it: the link is away. */
  unheard(toS: number, mlPerHour: number): this {
    this.gives((mlPerHour * (toS - this.atS)) / 3600);
    this.atS = toS;
    return this;
  }

  gives(ml: number): this {
    this.givenMl += ml;
    this.counterMl += ml;
    return this;
  }

  tell(state: InfusionReading['state'], rateMlPerHour: number, more: Partial<InfusionReading> = {}): this {
    this.#told = `${state} ${rateMlPerHour}`;
    const { says, counts = true } = this.#make;
    const counter = Math.round(this.counterMl * 100) / 100;
    this.#bed.pump(this.atS, state, {
      source: PUMP,
      at: monotonicMs(this.atS * 1000),
      rateMlPerHour,
      ...(counts && { volumeInfusedMl: counter }),
      ...says,
      ...more,
    });
    return this;
  }
}
