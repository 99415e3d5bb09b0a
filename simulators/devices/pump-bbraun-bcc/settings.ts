/** How a simulated rack is set up and what happens to it, as plain data. Everything has a default. */
import { placeOf } from '$drivers/pump-bbraun-bcc/codec.ts';
import type { Place } from '$drivers/pump-bbraun-bcc/messages.ts';
import { fieldsOf, pumpEvent, readPumpSettings, type PumpEvent, type PumpSettings } from '../bedside-pumps.ts';
import { numberOf, stretchesOf, timesOf, type Stretch } from '../settings.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface RackSettings extends PumpSettings {
  readonly bed: string;
  /** `3.30` tells flags (INM, INA), `3.36` bit fields (STATUS1, ALARM1) and what is new in that version. */
  readonly version: '3.30' | '3.36';
  /** How bit fields are written; the document leaves it open. */
  readonly bitText: 'decimal' | 'hex';
  readonly isStuffing: boolean;
  readonly hasExtendedErrors: boolean;
  readonly hasLongAddresses: boolean;
  readonly isGrouping: boolean;
  /** The parameters enabled on the web page; undefined: all that the version has. */
  readonly visible: readonly string[] | undefined;
  readonly mode: 'request' | 'cyclic';
  readonly cycleMs: number;
  readonly latencyMs: number;
  /** 0: no pacing. */
  readonly baudRate: number;
  readonly pillars: number;
  /** Of the first pump and of the further ones. */
  readonly places: readonly Place[];
  /** A pump is pulled out, and with `to` plugged in there. */
  readonly moves: readonly (PumpEvent & { readonly to: Place | undefined })[];
  /** Another syringe or line is put in. */
  readonly disposableChanges: readonly PumpEvent[];
  /** Soft limits of the drug library for the rate of every pump, mL/h. */
  readonly softLimits: { readonly low: number | undefined; readonly high: number | undefined };
  readonly restartsAtMs: readonly number[];
  /** Spells in which the rack calls its own topology invalid. */
  readonly rackFaults: readonly Stretch[];
  /** Some parameters have no value for the last `forMs` of every `everyMs`. */
  readonly noValue: { readonly everyMs: number; readonly forMs: number };
}

/** @throws RangeError for a place that no rack has. */
export function readRackSettings(settings: Fields): RackSettings {
  const noValue = fieldsOf([settings.noValue])[0] ?? {};
  const limits = fieldsOf([settings.softLimits])[0] ?? {};
  return {
    ...readPumpSettings(settings),
    bed: text(settings.bed, 'KETA1'),
    version: settings.version === '3.36' ? '3.36' : '3.30',
    bitText: settings.bitText === 'hex' ? 'hex' : 'decimal',
    isStuffing: settings.isStuffing !== false,
    hasExtendedErrors: settings.hasExtendedErrors === true,
    hasLongAddresses: settings.hasLongAddresses === true,
    isGrouping: settings.isGrouping === true,
    visible: Array.isArray(settings.visible) ? settings.visible.map(String) : undefined,
    mode: settings.mode === 'cyclic' ? 'cyclic' : 'request',
    cycleMs: numberOf(settings.cycleMs, 5000),
    latencyMs: numberOf(settings.latencyMs, 120),
    baudRate: numberOf(settings.baudRate, 0),
    pillars: numberOf(settings.pillars, 1),
    places: [place(settings.place, '11'), ...fieldsOf(settings.pumps).map((pump) => place(pump.place, ''))],
    moves: fieldsOf(settings.moves).map((event) => ({
      ...pumpEvent(event),
      to: event.to === undefined ? undefined : place(event.to, ''),
    })),
    disposableChanges: fieldsOf(settings.disposableChanges).map(pumpEvent),
    softLimits: { low: limit(limits.low), high: limit(limits.high) },
    restartsAtMs: timesOf(settings.restartsAtMs),
    rackFaults: stretchesOf(settings.rackFaults),
    noValue: { everyMs: numberOf(noValue.everyMs, 420_000), forMs: numberOf(noValue.forMs, 3000) },
  };
}

const text = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);

const limit = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function place(value: unknown, usual: string): Place {
  const found = placeOf(`501${text(value, usual)}`);
  if (!found) throw new RangeError(`no such place in a rack: ${text(value, usual)}`);
  return found;
}
