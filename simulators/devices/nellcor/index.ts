/**
 * A simulated Nellcor oximeter: a line every 2 s, a heading at first, after every 25 lines and when its limits change.
 *
 *   sensor on   numbers, a star and SL, SH, PL or PH for what is outside its limits
 *   sensor off  `--- --- --- SO`; for 6 s after it is on again `--- --- --- PS`
 *   XOFF, XON   stops, goes on; what was due meanwhile is not made up for
 *   restarting  nothing for 8 s, then a heading and pulse search
 *
 * Anything else that is sent to it is taken for an attempt to enter its interactive mode, and told as forbidden.
 *
 * Settings: `model` (`N-395`), `epochS` Unix seconds of simulated time 0 (2026-01-01), `clockOffsetS` error of its clock,
 * `restartsAtMs`, `limitsChangeAtMs` (the upper limit of the rate becomes 120) and `trendAtMs` (20 stored lines at once) lists
 * of instants, and lists of stretches `{ fromMs, toMs }`: `silenced` its alarm is silenced, `frozen` it prints the same line.
 */
import { encodeHeading, encodeReading, encodeTrendHeading, TREND_END } from '$drivers/nellcor/codec.ts';
import { XOFF, XON, type Heading, type Measured, type ReadingLine } from '$drivers/nellcor/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { Pace } from '../pace.ts';
import { covers, numberOf, stretchesOf, timesOf, type Stretch } from '../settings.ts';

const LINE_EVERY_MS = 2000;
const LINES_PER_HEADING = 25;
const SEARCH_MS = 6000;
const RESTART_MS = 8000;
const TREND_LINES = 20;
const TREND_AGE_MS = 3_600_000;
/** Pulse amplitude has no unit; perfusion index times this looks like one. */
const AMPLITUDE_PER_PERCENT = 20;
const MAX_AMPLITUDE = 254;
const NO_BYTES: readonly Uint8Array[] = [];

const DASHES: Measured = { value: 'dashes', isOutside: false };

export function simulateNellcor(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Oximeter(bedside, options);
}

class Oximeter implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #model: string;
  readonly #epochMs: number;
  readonly #restartsAtMs: readonly number[];
  readonly #limitsChangeAtMs: readonly number[];
  readonly #trendAtMs: readonly number[];
  readonly #silenced: readonly Stretch[];
  readonly #frozen: readonly Stretch[];
  readonly #onForbidden: (what: string) => void;
  readonly #pace = new Pace(LINE_EVERY_MS);
  #isStopped = false;
  #linesSinceHeading = LINES_PER_HEADING;
  #foundAtMs = -Infinity;
  #printedAtMs = 0;
  #printed: Uint8Array | undefined;

  constructor(bedside: SimulatedBedside, { settings, onForbidden }: DeviceOptions) {
    this.#bedside = bedside;
    this.#model = typeof settings['model'] === 'string' ? settings['model'] : 'N-395';
    this.#epochMs = 1000 * (numberOf(settings['epochS'], 1_767_225_600) + numberOf(settings['clockOffsetS'], 0));
    this.#restartsAtMs = timesOf(settings['restartsAtMs']);
    this.#limitsChangeAtMs = timesOf(settings['limitsChangeAtMs']);
    this.#trendAtMs = timesOf(settings['trendAtMs']);
    this.#silenced = stretchesOf(settings['silenced']);
    this.#frozen = stretchesOf(settings['frozen']);
    this.#onForbidden = onForbidden ?? (() => undefined);
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        this.#pace.skipTo(input.simMs);
        return NO_BYTES;
      case 'received':
        for (const byte of input.bytes) this.#receive(byte);
        return NO_BYTES;
      case 'tick':
        return [...this.#pace.until(input.simMs)].flatMap((at) => this.#print(at));
      case 'disconnected':
        return NO_BYTES;
    }
  }

  quietUntil(): number {
    return this.#pace.nextMs;
  }

  #receive(byte: number): void {
    if (!this.#bedside.sensors().isLinked) return;
    if (byte === XON || byte === XOFF) this.#isStopped = byte === XOFF;
    else this.#onForbidden(`byte ${byte} to a Nellcor oximeter`);
  }

  #print(simMs: number): readonly Uint8Array[] {
    this.#bedside.advanceTo(simMs);
    const { isOximeterOn, isLinked } = this.#bedside.sensors();
    const isStarting = this.#restartsAtMs.some((at) => simMs >= at && simMs < at + RESTART_MS);
    if (isStarting || !isOximeterOn) this.#foundAtMs = simMs + SEARCH_MS;
    if (isStarting) {
      this.#linesSinceHeading = LINES_PER_HEADING;
      this.#isStopped = false;
    }
    if (isStarting || this.#isStopped || !isLinked) return NO_BYTES;
    const trend = this.#isDue(this.#trendAtMs, simMs) ? this.#trend(simMs) : NO_BYTES;
    const isHeadingDue = trend.length > 0 || this.#isDue(this.#limitsChangeAtMs, simMs);
    if (isHeadingDue) this.#linesSinceHeading = LINES_PER_HEADING;
    const heading = this.#linesSinceHeading >= LINES_PER_HEADING ? encodeHeading(this.#heading(simMs)) : NO_BYTES;
    this.#linesSinceHeading = heading.length > 0 ? 1 : this.#linesSinceHeading + 1;
    this.#printedAtMs = simMs;
    if (this.#printed === undefined || !covers(this.#frozen, simMs))
      this.#printed = encodeReading(this.#measure(simMs, isOximeterOn));
    return [...trend, ...heading, this.#printed];
  }

  /** Whether one of these instants has come since the last line. */
  #isDue(instants: readonly number[], simMs: number): boolean {
    return instants.some((at) => at > this.#printedAtMs && at <= simMs);
  }

  /** Stored values of an hour ago, all of them 88 % and 55 /min. */
  #trend(simMs: number): readonly Uint8Array[] {
    const stored = Array.from({ length: TREND_LINES }, (_, i) =>
      encodeReading({
        kind: 'reading',
        deviceTime: this.#epochMs + simMs - TREND_AGE_MS + i * LINE_EVERY_MS,
        saturation: { value: 88, isOutside: false },
        pulseRate: { value: 55, isOutside: false },
        pulseAmplitude: { value: 40, isOutside: false },
        codes: [],
      }),
    );
    return [encodeTrendHeading(this.#heading(simMs)), ...stored, TREND_END];
  }

  #heading(simMs: number): Heading {
    const hasChanged = this.#limitsChangeAtMs.some((at) => at <= simMs);
    return {
      kind: 'heading',
      model: this.#model,
      version: '2.0.0.0',
      crc: '1A2B',
      saturationLimits: [90, 100],
      pulseLimits: [50, hasChanged ? 120 : 140],
    };
  }

  #measure(simMs: number, isOximeterOn: boolean): ReadingLine {
    const common = { kind: 'reading', deviceTime: this.#epochMs + simMs } as const;
    const silenced = covers(this.#silenced, simMs) ? ['AS'] : [];
    if (!isOximeterOn || simMs < this.#foundAtMs) {
      const codes = [isOximeterOn ? 'PS' : 'SO', ...silenced];
      return { ...common, saturation: DASHES, pulseRate: DASHES, pulseAmplitude: DASHES, codes };
    }
    const { spo2, heartRate, perfusionIndex } = this.#bedside.physiology();
    const { saturationLimits, pulseLimits } = this.#heading(simMs);
    const saturation = measured(spo2, saturationLimits);
    const pulseRate = measured(heartRate, pulseLimits);
    const amplitude = Math.min(MAX_AMPLITUDE, Math.round(perfusionIndex * AMPLITUDE_PER_PERCENT));
    const codes = [
      ...(saturation.isOutside ? [Math.round(spo2) < saturationLimits[0] ? 'SL' : 'SH'] : []),
      ...(pulseRate.isOutside ? [Math.round(heartRate) < pulseLimits[0] ? 'PL' : 'PH'] : []),
      ...silenced,
    ];
    return { ...common, saturation, pulseRate, pulseAmplitude: { value: amplitude, isOutside: false }, codes };
  }
}

function measured(number: number, [low, high]: readonly [number, number]): Measured {
  const value = Math.round(number);
  return { value, isOutside: value < low || value > high };
}
