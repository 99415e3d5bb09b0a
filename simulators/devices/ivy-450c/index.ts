/**
 * A simulated Ivy 450C: a record every second, deaf to what it receives.
 *
 *   waveforms   of the second that ends; respiration from the electrodes, no invasive pressure, no CO2, no temperature
 *   cuff        the last numbers stand, also while it measures; none after a failure, and none at first
 *   sensor off  its numbers are empty, its waveform flat
 *   restarting  nothing for 8 s, and the cuff numbers are forgotten
 *
 * Settings: `restartsAtMs` a list of instants, `dropsAtMs` another: the record after each loses 37 bytes of its waveforms.
 */
import { encode } from '$drivers/ivy-450c/codec.ts';
import { TRACES, type TraceName } from '$drivers/ivy-450c/layout-table.ts';
import type { Line, Message } from '$drivers/ivy-450c/messages.ts';
import { concatBytes } from '$drivers/bytes.ts';
import type { WaveformKey } from '$lib/domain/index.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pace } from '../pace.ts';
import { timesOf } from '../settings.ts';

const RECORD_EVERY_MS = 1000;
const RESTART_MS = 8000;
const DROPPED = { from: 150, to: 187 };
const NO_TRANSDUCER = 251;
const LIMITS = { saturation: 90, rateLow: 50, rateHigh: 140 };

/** From the unit of the bedside to the bytes of the monitor: `zero + value × steps`. */
const SCALES = {
  ecg: { waveform: 'ecg1', zero: 100, steps: 50 },
  respiration: { waveform: 'respiration', zero: 128, steps: 50 },
  pleth: { waveform: 'pleth', zero: 128, steps: 25 },
} as const satisfies Partial<Record<TraceName, { waveform: WaveformKey; zero: number; steps: number }>>;

export function simulateIvy450c(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Monitor(bedside, options.settings);
}

class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #restartsAtMs: readonly number[];
  readonly #dropsAtMs: readonly number[];
  readonly #pace = new Pace(RECORD_EVERY_MS);

  constructor(bedside: SimulatedBedside, settings: DeviceOptions['settings']) {
    this.#bedside = bedside;
    this.#restartsAtMs = timesOf(settings['restartsAtMs']);
    this.#dropsAtMs = timesOf(settings['dropsAtMs']);
  }

  step({ type, simMs }: DeviceInput): readonly Uint8Array[] {
    if (type === 'connected') this.#pace.skipTo(simMs);
    return type === 'tick' ? [...this.#pace.until(simMs)].flatMap((at) => this.#send(at)) : [];
  }

  #send(simMs: number): readonly Uint8Array[] {
    this.#bedside.advanceTo(simMs);
    const startedAt = Math.max(0, ...this.#restartsAtMs.filter((at) => at <= simMs));
    if (startedAt > 0 && simMs < startedAt + RESTART_MS) return [];
    if (!this.#bedside.sensors().isLinked) return [];
    const record = encode({ traces: this.#traces(simMs), lines: this.#lines(startedAt) });
    const isDamaged = this.#dropsAtMs.some((at) => at > simMs - RECORD_EVERY_MS && at <= simMs);
    return [isDamaged ? concatBytes(record.subarray(0, DROPPED.from), record.subarray(DROPPED.to)) : record];
  }

  #traces(simMs: number): Message['traces'] {
    const { isEcgOn, isOximeterOn } = this.#bedside.sensors();
    const flat = (name: 'p1' | 'p2') => new Uint8Array(TRACES[name].count).fill(NO_TRANSDUCER);
    const trace = (name: keyof typeof SCALES, isOn: boolean): Uint8Array => {
      const { waveform, zero, steps } = SCALES[name];
      const { count } = TRACES[name];
      const first = Math.round((simMs * count) / 1000) - count;
      const values = this.#bedside.samples(waveform, count, Math.max(0, first), count);
      return Uint8Array.from(values, (value) =>
        isOn && Number.isFinite(value) ? Math.min(255, Math.max(0, Math.round(zero + steps * value))) : zero,
      );
    };
    return {
      ecg: trace('ecg', isEcgOn),
      respiration: trace('respiration', isEcgOn),
      pleth: trace('pleth', isOximeterOn),
      p1: flat('p1'),
      p2: flat('p2'),
    };
  }

  #lines(startedAt: number): Message['lines'] {
    const { isEcgOn, isOximeterOn } = this.#bedside.sensors();
    const { heartRate, respiratoryRate, spo2 } = this.#bedside.physiology();
    const [rate, saturation] = [Math.round(heartRate), Math.round(spo2)];
    const rateAlarm = rate < LIMITS.rateLow ? 'LOW' : rate > LIMITS.rateHigh ? 'HIGH' : '';
    return {
      HR: line('1', [isEcgOn ? rate : undefined], 'ECG-II-DIAG', isEcgOn ? rateAlarm : 'LEAD OFF'),
      RR: line('1', [isEcgOn ? Math.round(respiratoryRate) : undefined], 'APNEA: 20 SEC'),
      ETCO2: line('1', [undefined]),
      SPO2: isOximeterOn
        ? line('1', [saturation, rate], '', saturation < LIMITS.saturation ? 'LOW' : '')
        : line('1', [undefined, undefined], '', 'SENSOR OFF'),
      NIBP: line('4', this.#cuff(startedAt)),
      P1: line('3', [undefined, undefined, undefined], 'NO TRANSDUCER'),
      P2: line('3', [undefined, undefined, undefined], 'NO TRANSDUCER'),
      T1: line('1', [undefined]),
      T2: line('1', [undefined]),
    };
  }

  #cuff(startedAt: number): Line['numbers'] {
    const { state, last } = this.#bedside.cuff();
    if (state === 'failed' || last === undefined || last.endedAtMs < startedAt)
      return [undefined, undefined, undefined, undefined];
    return [last.systolic, last.diastolic, last.meanArterial, last.pulseRate].map(Math.round);
  }
}

const line = (status: string, numbers: Line['numbers'], label = '', alarm = ''): Line => ({
  status,
  numbers,
  label,
  alarm,
});
