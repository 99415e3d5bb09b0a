/** How a simulated Alaris pump is set up and what happens to it, as plain data. Everything has a default. */
import { fieldsOf, pumpEvent, readPumpSettings, type PumpEvent, type PumpSettings } from '../bedside-pumps.ts';
import { listOf, numberOf, stretchesOf, timesOf, type Stretch } from '../settings.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface AsenaSettings extends PumpSettings {
  readonly seed: number;
  /** The share of answers that never come, 0 to 1. */
  readonly dropShare: number;
  /** From these instants on the next answer is broken off by an ESC in its middle. */
  readonly escapesAtMs: readonly number[];
  /** The cable is put into another one of the `pumps`. */
  readonly swaps: readonly PumpEvent[];
  /** Questions that it does not answer. */
  readonly mute: ReadonlySet<unknown>;
  /** Spells in which the pump tells another mode than the two that are known. */
  readonly modes: readonly (Stretch & { readonly word: string })[];
  readonly protocol: string;
  /** The word for the syringe; another than `CONF` is not known. */
  readonly syringeState: string;
}

/** A syringe pump: it has no detector for air. */
export function readAsenaSettings(settings: Fields): AsenaSettings {
  return {
    ...readPumpSettings(settings),
    kind: 'syringe',
    air: [],
    seed: numberOf(settings.seed, 1),
    dropShare: numberOf(settings.dropShare, 0),
    escapesAtMs: timesOf(settings.escapesAtMs),
    swaps: fieldsOf(settings.swaps).map(pumpEvent),
    mute: new Set(listOf(settings.mute)),
    modes: fieldsOf(settings.modes).flatMap((mode) =>
      stretchesOf([mode]).map((stretch) => ({ ...stretch, word: text(mode.word, 'SET') })),
    ),
    protocol: text(settings.protocol, 'Asena Rev 2.1.5'),
    syringeState: text(settings.syringeState, 'CONF'),
  };
}

const text = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
