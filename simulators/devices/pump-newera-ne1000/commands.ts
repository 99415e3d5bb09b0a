/** Commands of the protocol as the simulated pump understands them, and those that change what a pump does. */
import type { Data } from '$drivers/pump-newera-ne1000/messages.ts';
import { isRateUnit, isVolumeUnit, millilitres, mlPerHour } from '$drivers/pump-newera-ne1000/units.ts';

const READS = ['', 'VER', 'DIA', 'RAT', 'VOL', 'DIS', 'DIR', 'PHN'] as const;
export type Read = (typeof READS)[number];

/**
 * `order`: understood, and obeyed by what `change` says · `refused`: understood, and answered with this error, because the
 * number is out of range or because this pump cannot do it · `unknown`: no command.
 */
export type Command =
  | { readonly kind: 'read'; readonly read: Read }
  | { readonly kind: 'order'; readonly change: Change }
  | { readonly kind: 'refused'; readonly code: 'OOR' | 'NA' }
  | { readonly kind: 'unknown' };

export type Change =
  | { readonly what: 'run' | 'stop' | 'clear' }
  | { readonly what: 'rate'; readonly mlPerHour: number }
  | { readonly what: 'target'; readonly ml: number }
  | { readonly what: 'diameter'; readonly mm: number }
  | { readonly what: 'address'; readonly address: number }
  | { readonly what: 'watchdog'; readonly seconds: number };

/** Program commands whose effect is not simulated: understood, and not applicable. */
const NOT_SIMULATED = ['PUR', 'DIR', 'PHN', 'FUN', 'LOC', 'BUZ', 'TRG', 'OUT', 'ROM', 'BP', 'AL', 'PF', 'LN', '*'];

const NUMBER = /^(\d{0,4}\.?\d{0,3})([A-Z]{2})?$/;

/** @param units in which a number without one is taken. */
export function commandOf(text: string, units: { readonly rate: string; readonly volume: string }): Command {
  const read = READS.find((known) => known === text);
  if (read !== undefined) return { kind: 'read', read };
  const [word, argument] = [text.slice(0, 3), text.slice(3)];
  switch (word) {
    case 'RUN':
      return { kind: 'order', change: { what: 'run' } };
    case 'STP':
      return { kind: 'order', change: { what: 'stop' } };
    case 'CLD':
      return { kind: 'order', change: { what: 'clear' } };
    case 'RAT':
    case 'VOL':
    case 'DIA':
      return orderWithNumber(word, argument, units);
    case 'SAF':
      return whole(argument, 255, (seconds) => ({ what: 'watchdog', seconds }));
    case 'ADR':
      return whole(argument, 99, (address) => ({ what: 'address', address }));
    default:
      return NOT_SIMULATED.some((known) => text.startsWith(known))
        ? { kind: 'refused', code: 'NA' }
        : { kind: 'unknown' };
  }
}

function orderWithNumber(
  word: 'RAT' | 'VOL' | 'DIA',
  argument: string,
  units: { readonly rate: string; readonly volume: string },
): Command {
  const [, digits = '', unit] = NUMBER.exec(argument) ?? [];
  const value = Number(digits);
  const isInRange = /\d/.test(digits) && digits.replace('.', '').length <= 4;
  if (digits === '') return { kind: 'unknown' };
  if (!isInRange) return { kind: 'refused', code: 'OOR' };
  const change = changeOf(word, value, unit ?? (word === 'RAT' ? units.rate : units.volume));
  return change ? { kind: 'order', change } : { kind: 'unknown' };
}

function changeOf(word: 'RAT' | 'VOL' | 'DIA', value: number, unit: string): Change | undefined {
  if (word === 'DIA') return { what: 'diameter', mm: value };
  if (word === 'RAT') return isRateUnit(unit) ? { what: 'rate', mlPerHour: mlPerHour(value, unit) ?? 0 } : undefined;
  return isVolumeUnit(unit) ? { what: 'target', ml: millilitres(value, unit) ?? 0 } : undefined;
}

function whole(argument: string, most: number, change: (value: number) => Change): Command {
  if (!/^\d+$/.test(argument)) return { kind: 'unknown' };
  const value = Number(argument);
  return value <= most ? { kind: 'order', change: change(value) } : { kind: 'refused', code: 'OOR' };
}

export const NO_DATA: Data = { kind: 'none' };
