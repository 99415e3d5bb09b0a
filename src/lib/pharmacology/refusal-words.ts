/** Why a quantity gives no milligrams, as a part of a sentence: `the unit mmol/mL counts molecules`. */
import type { NoMass } from './dose-unit-table.ts';
import type { ConversionRefusal, OutOfRange } from './dose.ts';

export function refusalWords(refusal: ConversionRefusal): string {
  switch (refusal.why) {
    case 'unknown-unit':
      return `the unit “${refusal.unit}” is not known`;
    case 'no-mass':
      return `the unit ${refusal.unit} ${NO_MASS_WORDS[refusal.counts]}`;
    case 'different-kinds':
      return `${refusal.from} cannot be told in ${refusal.to}`;
    case 'weight-needed':
      return `${refusal.unit} needs a body weight`;
    case 'concentration-needed':
      return `${refusal.unit} needs a concentration`;
    case 'out-of-range':
      return `${FIELD_WORDS[refusal.field]} of ${refusal.value} lies outside ${refusal.allowed.join(' to ')}`;
  }
}

const NO_MASS_WORDS: Readonly<Record<NoMass, string>> = {
  molecules: 'counts molecules, not milligrams',
  charges: 'counts electrical charges, not milligrams',
  effect: 'counts units of effect, which weigh differently in every drug',
  'body-surface': 'is per square metre of body surface, which is not known here',
  energy: 'counts energy, not milligrams',
  share: 'is a share without an amount',
};

const FIELD_WORDS: Readonly<Record<OutOfRange['field'], string>> = {
  value: 'a value',
  weightKg: 'a weight in kg',
  concentrationMgPerMl: 'a concentration in mg/mL',
  doseMgPerKg: 'a dose in mg/kg',
  durationMin: 'a duration in minutes',
  rateMlPerHour: 'a rate in mL/h',
};
