/** How a simulated base is set up and what happens to it, as plain data. Everything has a default. */
import { fieldsOf, pumpEvent, readPumpSettings, type PumpSettings, type PumpSpell } from '../bedside-pumps.ts';
import { numberOf, stretchesOf, type Settings, type Stretch } from '../settings.ts';

export interface BaseSettings extends PumpSettings {
  /** The first pump alone, without a base and without an address. */
  readonly isStandAlone: boolean;
  /** From a command to its reply. */
  readonly latencyMs: number;
  /** From keep-alive to keep-alive, and how long a station may owe its answer. */
  readonly enquiryMs: number;
  readonly patienceMs: number;
  /** Spells in which commands are refused by NAK 6. */
  readonly notReady: readonly Stretch[];
  /** Spells in which a pump does not answer, and the base does not say so. */
  readonly mutes: readonly PumpSpell[];
  /** Commands that are refused with this error, as `{ command, error }`. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Bits of the mask beyond the fifth module. */
  readonly furtherModules: number;
}

export function readBaseSettings(settings: Settings): BaseSettings {
  return {
    ...readPumpSettings(settings),
    isStandAlone: settings.isStandAlone === true,
    latencyMs: numberOf(settings.latencyMs, 100),
    enquiryMs: numberOf(settings.enquiryMs, 1000),
    patienceMs: numberOf(settings.patienceMs, 3000),
    notReady: stretchesOf(settings.notReady),
    mutes: fieldsOf(settings.mutes).map((spell) => ({
      pump: pumpEvent(spell).pump,
      fromMs: numberOf(spell.fromMs, 0),
      toMs: numberOf(spell.toMs, Infinity),
    })),
    refusals: new Map(fieldsOf(settings.refusals).map(({ command, error }) => [String(command), String(error)])),
    furtherModules: numberOf(settings.furtherModules, 0),
  };
}
