/** How a simulated rack is set up and what happens to it, as plain data. Everything has a default. */
import { placeOf } from '$drivers/pump-bbraun-bcc/codec.ts';
import type { Place } from '$drivers/pump-bbraun-bcc/messages.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A further pump with an order of its own. */
export interface ExtraPump {
  readonly place: Place;
  readonly kind: 'syringe' | 'volumetric';
  readonly drugName: string;
  readonly rateMlPerHour: number;
  readonly vtbiMl: number;
  readonly startAtMs: number;
  readonly stopAtMs: number;
}

/** Pump 0 executes the bedside's order; the others follow in the order of `pumps`. */
export interface PumpEvent {
  readonly pump: number;
  readonly atMs: number;
}

export interface RackSettings {
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
  readonly place: Place;
  readonly contentMl: number;
  readonly kvoMlPerHour: number;
  readonly pumps: readonly ExtraPump[];
  readonly boluses: readonly (PumpEvent & { readonly volumeMl: number })[];
  readonly air: readonly PumpEvent[];
  /** A pump is pulled out, and with `to` plugged in there. */
  readonly moves: readonly (PumpEvent & { readonly to: Place | undefined })[];
  readonly restartsAtMs: readonly number[];
  /** Spells in which the rack calls its own topology invalid. */
  readonly rackFaults: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Some parameters have no value for the last `forMs` of every `everyMs`. */
  readonly noValue: { readonly everyMs: number; readonly forMs: number };
}

/** @throws RangeError for a place that no rack has. */
export function readRackSettings(settings: Fields): RackSettings {
  const noValue = isFields(settings.noValue) ? settings.noValue : {};
  return {
    bed: text(settings.bed, 'KETA1'),
    version: settings.version === '3.36' ? '3.36' : '3.30',
    bitText: settings.bitText === 'hex' ? 'hex' : 'decimal',
    isStuffing: settings.isStuffing !== false,
    hasExtendedErrors: settings.hasExtendedErrors === true,
    hasLongAddresses: settings.hasLongAddresses === true,
    isGrouping: settings.isGrouping === true,
    visible: Array.isArray(settings.visible) ? settings.visible.map(String) : undefined,
    mode: settings.mode === 'cyclic' ? 'cyclic' : 'request',
    cycleMs: number(settings.cycleMs, 5000),
    latencyMs: number(settings.latencyMs, 120),
    baudRate: number(settings.baudRate, 0),
    pillars: number(settings.pillars, 1),
    place: place(settings.place, '11'),
    contentMl: number(settings.contentMl, 50),
    kvoMlPerHour: number(settings.kvoMlPerHour, 0),
    pumps: list(settings.pumps).map(extraPump),
    boluses: list(settings.boluses).map((event) => ({ ...pumpEvent(event), volumeMl: number(event.volumeMl, 1) })),
    air: list(settings.air).map(pumpEvent),
    moves: list(settings.moves).map((event) => ({
      ...pumpEvent(event),
      to: event.to === undefined ? undefined : place(event.to, ''),
    })),
    restartsAtMs: (Array.isArray(settings.restartsAtMs) ? settings.restartsAtMs : []).map((at) => number(at, 0)),
    rackFaults: list(settings.rackFaults).map(({ fromMs, toMs }) => ({
      fromMs: number(fromMs, 0),
      toMs: number(toMs, 0),
    })),
    noValue: { everyMs: number(noValue.everyMs, 420_000), forMs: number(noValue.forMs, 3000) },
  };
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const text = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
const number = (value: unknown, usual: number): number => (typeof value === 'number' ? value : usual);

function place(value: unknown, usual: string): Place {
  const found = placeOf(`501${text(value, usual)}`);
  if (!found) throw new RangeError(`no such place in a rack: ${text(value, usual)}`);
  return found;
}

const pumpEvent = (event: Fields): PumpEvent => ({ pump: number(event.pump, 0), atMs: number(event.atMs, 0) });

const extraPump = (pump: Fields): ExtraPump => ({
  place: place(pump.place, ''),
  kind: pump.kind === 'syringe' ? 'syringe' : 'volumetric',
  drugName: text(pump.drugName, 'NaCl 0,9% 250ml'),
  rateMlPerHour: number(pump.rateMlPerHour, 20),
  vtbiMl: number(pump.vtbiMl, 250),
  startAtMs: number(pump.startAtMs, 0),
  stopAtMs: number(pump.stopAtMs, Infinity),
});
