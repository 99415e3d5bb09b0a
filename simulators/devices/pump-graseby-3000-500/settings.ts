/** How a simulated Graseby pump is set up and what happens to it, as plain data. Everything has a default. */
import { readPumpSettings, type PumpSettings } from '../bedside-pumps.ts';
import { numberOf, stretchesOf, type Settings, type Stretch } from '../settings.ts';

export interface GrasebySettings extends PumpSettings {
  readonly generation: 'new' | 'old';
  /** Which D the older software has: up to 0.65, or 0.66 and 0.67. */
  readonly hasWideData: boolean;
  readonly crcStart: '0000' | 'FFFF';
  /** Return codes; the characters are invented, the document that has them was not seen. */
  readonly codes: Readonly<Record<'accepted' | 'badCrc' | 'badMode' | 'badCommand', string>>;
  /** Four characters, and the software in hundredths, hexadecimal. */
  readonly model: string;
  readonly serial: string;
  readonly latencyMs: number;
  /** Letters that are not answered, and letters that are refused. */
  readonly mute: ReadonlySet<unknown>;
  readonly refused: ReadonlySet<unknown>;
  /** Spells in which somebody else has CI mode on. */
  readonly controlled: readonly Stretch[];
  /** An alarm number that is on, as { alarm, fromMs, toMs }, and what it does not change: the motor. */
  readonly alarms: readonly (Stretch & { readonly alarm: number })[];
}

/** No document tells the rate at which this pump keeps a vein open. */
const KVO_ML_PER_HOUR = 1;

export function readGrasebySettings(settings: Settings): GrasebySettings {
  const { generation, crcStart, model, serial, kvoMlPerHour } = settings;
  const codes = typeof settings.codes === 'object' && settings.codes !== null ? settings.codes : {};
  return {
    ...readPumpSettings({ ...settings, kind: 'volumetric', kvoMlPerHour: numberOf(kvoMlPerHour, KVO_ML_PER_HOUR) }),
    generation: generation === 'old' ? 'old' : 'new',
    hasWideData: settings.hasWideData === true,
    crcStart: crcStart === 'FFFF' ? 'FFFF' : '0000',
    codes: { accepted: '0', badCrc: '1', badMode: '3', badCommand: '4', ...textsOf(codes) },
    model: text(model, generation === 'old' ? '30003F' : '300064'),
    serial: text(serial, 'G30000042'),
    latencyMs: numberOf(settings.latencyMs, 50),
    mute: new Set(Array.isArray(settings.mute) ? settings.mute : []),
    refused: new Set(Array.isArray(settings.refused) ? settings.refused : []),
    controlled: stretchesOf(settings.controlled),
    alarms: stretchesOf(settings.alarms).map((spell) => ({ ...spell, alarm: alarmOf(spell) })),
  };
}

const text = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);

const alarmOf = (spell: object): number => ('alarm' in spell ? numberOf(spell.alarm, 0) & 0x1f : 0);

const textsOf = (fields: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
