/** A patient for whom the bench decides everything: simulated devices on it speak real frames with known content. */
import type { WaveformKey } from '$lib/domain/index.ts';
import type {
  Cuff,
  Line,
  Physiology,
  PumpOrder,
  Sensors,
  SimulatedBedside,
} from '$simulators/patient/simulated-bedside.ts';

export interface StillBedsideOptions {
  /** Nothing moves unless this says so; simulated ms. */
  readonly physiology?: (simMs: number) => Partial<Physiology>;
  readonly isPumpStarted?: (simMs: number) => boolean;
}

const RESTING: Physiology = {
  heartRate: 72,
  systolic: 120,
  diastolic: 75,
  spo2: 98,
  perfusionIndex: 2.4,
  respiratoryRate: 14,
  etco2: 38,
};

const BEATS_PER_S = 1.2;

export class StillBedside implements SimulatedBedside {
  readonly #options: StillBedsideOptions;
  #nowMs = 0;

  constructor(options: StillBedsideOptions) {
    this.#options = options;
  }

  advanceTo(simMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, simMs);
  }

  physiology(): Physiology {
    return { ...RESTING, ...this.#options.physiology?.(this.#nowMs) };
  }

  sensors(): Sensors {
    return {
      isEcgOn: true,
      isOximeterOn: true,
      isCuffOn: true,
      isCapnographOn: true,
      arterialLine: 'patent',
      isLinked: true,
    };
  }

  cuff(): Cuff {
    return { state: 'idle', mode: 'auto', intervalMs: 300_000 };
  }

  line(): Line {
    return { isOccluded: false, isLinked: true };
  }

  order(): PumpOrder {
    const isStarted = this.#options.isPumpStarted?.(this.#nowMs) ?? false;
    return { drugName: 'Ketamine', concentrationMgPerMl: 1, weightKg: 70, vtbiMl: 0, rateMlPerHour: 52.5, isStarted };
  }

  /** A beat with a sharp peak: every byte value occurs, as in a real trace. */
  samples(_waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array {
    return Float64Array.from({ length: count }, (_, i) => {
      const phase = (((first + i) / rateHz) * BEATS_PER_S) % 1;
      return Math.exp(-(((phase - 0.3) / 0.03) ** 2)) + 0.2 * Math.sin(2 * Math.PI * phase);
    });
  }

  deliver(): void {
    // Nobody's blood takes it.
  }
}
