/** How a simulated New Era pump is set up and what happens to it, as plain data. Everything has a default. */
import type { Mode } from '$drivers/pump-newera-ne1000/messages.ts';
import { fieldsOf, readPumpSettings, type PumpSettings } from '../bedside-pumps.ts';
import { numberOf, type Settings } from '../settings.ts';

export interface NeweraSettings extends PumpSettings {
  readonly address: number;
  /** In which it is when its power comes. */
  readonly mode: Mode;
  readonly model: string;
  readonly version: string;
  readonly diameterMm: number;
  readonly rateUnit: 'UM' | 'MM' | 'UH' | 'MH';
  readonly volumeUnit: 'UL' | 'ML';
  /** From the end of a question to its reply. */
  readonly replyMs: number;
  /** Its power has just come when the scenario begins. */
  readonly isReset: boolean;
  /** Alarms that it raises by itself, by their letter. */
  readonly alarms: readonly { readonly atMs: number; readonly letter: string }[];
}

const RATE_UNITS = ['UM', 'MM', 'UH', 'MH'] as const;

/** The pump has one channel, no sensor for air and no rate that keeps a vein open: those settings do nothing. */
export function readNeweraSettings(settings: Settings): NeweraSettings {
  const text = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
  return {
    ...readPumpSettings({ ...settings, kind: 'syringe', pumps: [], air: [], kvoMlPerHour: 0 }),
    address: numberOf(settings['address'], 0),
    mode: settings['mode'] === 'safe' ? 'safe' : 'basic',
    model: text(settings['model'], 'NE1000'),
    version: text(settings['firmware'], '3.928'),
    diameterMm: numberOf(settings['diameterMm'], 26.59),
    rateUnit: RATE_UNITS.find((unit) => unit === settings['rateUnit']) ?? 'MH',
    volumeUnit: settings['volumeUnit'] === 'UL' ? 'UL' : 'ML',
    replyMs: numberOf(settings['replyMs'], 20),
    isReset: settings['isReset'] !== false,
    alarms: fieldsOf(settings['alarms']).map(({ atMs, letter }) => ({
      atMs: numberOf(atMs, 0),
      letter: text(letter, 'E').slice(0, 1),
    })),
  };
}
