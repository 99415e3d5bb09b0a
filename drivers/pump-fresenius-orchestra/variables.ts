/**
 * Fields `<letter><hexadecimal digits>` ⇄ variables, as `LE` and spontaneous frames carry them. How many digits a variable has
 * is not known, so any number is read; what several letters mean is not known either, so alarm and mode stay as they were sent.
 */
import type { ModuleAddress } from './messages.ts';
import { MODULES } from './messages.ts';

/** Of a pump. `a` alarm and `m` mode as sent; `d` rate, mL/h; `r` volume, mL. */
export interface Variables {
  readonly a?: string;
  readonly m?: string;
  readonly d?: number;
  readonly r?: number;
}

const RATE_STEPS_PER_ML_PER_HOUR = 10;
const VOLUME_STEPS_PER_ML = 1000;
/** Longer ones are no numbers that can be told exactly. */
const FIELD = /^([a-z])([0-9A-F]{1,12})$/;

/** Letter → digits. @returns undefined when a field is none of a variable, or a letter comes twice. */
export function readFields(fields: readonly string[]): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const field of fields) {
    const [, letter, digits] = FIELD.exec(field) ?? [];
    if (letter === undefined || digits === undefined || found.has(letter)) return undefined;
    found.set(letter, digits);
  }
  return found;
}

const PUMP_LETTERS: ReadonlySet<string> = new Set(['a', 'd', 'r', 'm', 'e', 'k', 's']);

/** @returns undefined for fields that are no variables of a pump, and when none of those that are read is among them. */
export function readVariables(fields: readonly string[]): Variables | undefined {
  const found = readFields(fields);
  if (!found || ![...found.keys()].every((letter) => PUMP_LETTERS.has(letter))) return undefined;
  const [a, m, d, r] = ['a', 'm', 'd', 'r'].map((letter) => found.get(letter));
  const variables: Variables = {
    ...(a !== undefined && { a }),
    ...(m !== undefined && { m }),
    ...(d !== undefined && { d: Number.parseInt(d, 16) / RATE_STEPS_PER_ML_PER_HOUR }),
    ...(r !== undefined && { r: Number.parseInt(r, 16) / VOLUME_STEPS_PER_ML }),
  };
  return Object.keys(variables).length > 0 ? variables : undefined;
}

/** The modules in a base, and whether it names some that this driver does not know. */
export interface ModuleMask {
  readonly modules: readonly ModuleAddress[];
  readonly hasOthers: boolean;
}

export function readMask(fields: readonly string[]): ModuleMask | undefined {
  const digits = readFields(fields)?.get('b');
  if (digits === undefined) return undefined;
  const mask = Number.parseInt(digits, 16);
  return {
    modules: MODULES.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1),
    hasOthers: mask >= 2 ** MODULES.length,
  };
}
