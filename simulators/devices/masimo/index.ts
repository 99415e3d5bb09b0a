/**
 * A simulated Masimo oximeter: a line every second, deaf to what it receives.
 *
 *   sensor on   numbers as they are, ALARM bits by its limits (90 %, 50 to 140 /min), EXC full SET
 *   sensor off  dashes, EXC sensor off; for 6 s after it is on again dashes, EXC pulse search
 *   restarting  nothing for 8 s, then pulse search
 *
 * Settings: `layout` `rad-8`, `radical-7-blue` or `radical-7-colour` (the default), `epochS` Unix seconds of simulated time 0
 * (2026-01-01), `clockOffsetS` error of the monitor's clock, `restartsAtMs` a list of instants, and lists of stretches
 * `{ fromMs, toMs }`: `muted` its mute key was pressed, `frozen` it prints the same line again and again, `trend` somebody
 * prints the trend, one stored line every second in place of the live ones.
 */
import { encode } from '$drivers/masimo/codec.ts';
import { LAYOUTS, type LayoutName } from '$drivers/masimo/layout-table.ts';
import { ALARMS, EXCEPTIONS, type Line } from '$drivers/masimo/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pace } from '../pace.ts';
import { covers, numberOf, stretchesOf, timesOf, type Stretch } from '../settings.ts';

const LINE_EVERY_MS = 1000;
const SEARCH_MS = 6000;
const RESTART_MS = 8000;
const LIMITS = { saturation: 90, pulseLow: 50, pulseHigh: 140 };
const TREND_AGE_S = 3600;
const NO_VALUES = { saturation: 'dashes', pulseRate: 'dashes', perfusionIndex: 'dashes' } as const;
const NO_BYTES: readonly Uint8Array[] = [];

export function simulateMasimo(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Oximeter(bedside, options.settings);
}

class Oximeter implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #layout: LayoutName;
  readonly #epochMs: number;
  readonly #restartsAtMs: readonly number[];
  readonly #muted: readonly Stretch[];
  readonly #frozen: readonly Stretch[];
  readonly #trend: readonly Stretch[];
  readonly #pace = new Pace(LINE_EVERY_MS);
  #foundAtMs = -Infinity;
  #printed: Uint8Array | undefined;

  constructor(bedside: SimulatedBedside, settings: DeviceOptions['settings']) {
    this.#bedside = bedside;
    this.#layout = layoutOf(settings['layout']);
    this.#epochMs = 1000 * (numberOf(settings['epochS'], 1_767_225_600) + numberOf(settings['clockOffsetS'], 0));
    this.#restartsAtMs = timesOf(settings['restartsAtMs']);
    this.#muted = stretchesOf(settings['muted']);
    this.#frozen = stretchesOf(settings['frozen']);
    this.#trend = stretchesOf(settings['trend']);
  }

  step({ type, simMs }: DeviceInput): readonly Uint8Array[] {
    if (type === 'connected') this.#pace.skipTo(simMs);
    return type === 'tick' ? [...this.#pace.until(simMs)].flatMap((at) => this.#print(at)) : NO_BYTES;
  }

  quietUntil(): number {
    return this.#pace.nextMs;
  }

  #print(simMs: number): readonly Uint8Array[] {
    this.#bedside.advanceTo(simMs);
    const { isOximeterOn, isLinked } = this.#bedside.sensors();
    const isStarting = this.#restartsAtMs.some((at) => simMs >= at && simMs < at + RESTART_MS);
    if (isStarting || !isOximeterOn) this.#foundAtMs = simMs + SEARCH_MS;
    if (isStarting) return NO_BYTES;
    if (this.#printed === undefined || !covers(this.#frozen, simMs)) this.#printed = this.#line(simMs, isOximeterOn);
    return isLinked ? [this.#printed] : NO_BYTES;
  }

  #line(simMs: number, isOximeterOn: boolean): Uint8Array {
    const content = this.#measure(simMs, isOximeterOn);
    if (!covers(this.#trend, simMs)) return encode(content, this.#layout);
    return encode({ ...content, deviceTime: this.#epochMs + simMs - 1000 * TREND_AGE_S }, 'trend');
  }

  #measure(simMs: number, isOximeterOn: boolean): Line {
    const common = { kind: 'live', deviceTime: this.#epochMs + simMs, others: {} } as const;
    const muted = covers(this.#muted, simMs) ? ALARMS.muted : 0;
    if (!isOximeterOn || simMs <= this.#foundAtMs) {
      const why = isOximeterOn ? EXCEPTIONS.pulseSearch : EXCEPTIONS.sensorOff;
      return { ...common, ...NO_VALUES, exceptions: EXCEPTIONS.fullSet | why, alarms: muted };
    }
    const { spo2, heartRate, perfusionIndex } = this.#bedside.physiology();
    const [saturation, pulseRate] = [Math.round(spo2), Math.round(heartRate)];
    const breaches =
      (saturation < LIMITS.saturation ? ALARMS.saturationLow : 0) |
      (pulseRate < LIMITS.pulseLow ? ALARMS.pulseLow : 0) |
      (pulseRate > LIMITS.pulseHigh ? ALARMS.pulseHigh : 0);
    const sounding = breaches !== 0 && muted === 0 ? ALARMS.sounding : 0;
    const alarms = breaches | sounding | muted;
    return { ...common, saturation, pulseRate, perfusionIndex, exceptions: EXCEPTIONS.fullSet, alarms };
  }
}

const layoutOf = (name: unknown): LayoutName =>
  typeof name === 'string' && isLayout(name) ? name : 'radical-7-colour';

const isLayout = (name: string): name is LayoutName => Object.hasOwn(LAYOUTS, name);
