/**
 * The alarms in the three alarm bytes of the status.
 *
 *   byte 5        byte 6      byte 7
 *   b16 to b23    b8 to b15   b0 to b7      if the 24 bits are one number as the other numbers of the packet are: `b0-last`
 *   b0 to b7      b8 to b15   b16 to b23    if not: `b0-first`
 *
 * The manual, as far as we have it, does not say which. Until a site has confirmed it, a bit of an outer byte is one of two alarms,
 * an occlusion for example or the battery: kind `unknown`, with both names, and with the stage and priority of the worse one.
 */
import type { InfusionAlarm } from '$lib/domain/index.ts';
import { ALARM_BITS, RESERVED, type AlarmBit } from './alarm-table.ts';
import type { AlarmBytes } from './messages.ts';
import type { AlarmByteOrder } from './settings.ts';

const BITS_PER_BYTE = 8;

/** Lowest bit first, in bytes 5, 6 and 7. */
const FIRST_BITS: Readonly<Record<Exclude<AlarmByteOrder, 'unconfirmed'>, readonly number[]>> = {
  'b0-last': [16, 8, 0],
  'b0-first': [0, 8, 16],
};

export function alarmsOf(bytes: AlarmBytes, order: AlarmByteOrder): readonly InfusionAlarm[] {
  const readings = order === 'unconfirmed' ? [FIRST_BITS['b0-last'], FIRST_BITS['b0-first']] : [FIRST_BITS[order]];
  return bytes.flatMap((byte, place) =>
    bitsOf(byte).map((bit) => {
      const numbers = new Set(readings.map((firstBits) => (firstBits[place] ?? 0) + bit));
      return [...numbers]
        .sort((a, b) => a - b)
        .map(alarmOf)
        .reduce(eitherOf);
    }),
  );
}

/** Whether some alarm may be another than it seems. */
export const isAmbiguous = ([first, , last]: AlarmBytes, order: AlarmByteOrder): boolean =>
  order === 'unconfirmed' && (first !== 0 || last !== 0);

const bitsOf = (byte: number): readonly number[] =>
  Array.from({ length: BITS_PER_BYTE }, (_, bit) => bit).filter((bit) => (byte >> bit) & 1);

function alarmOf(number: number): InfusionAlarm {
  const { name, kind, stage, priority }: AlarmBit = ALARM_BITS[number] ?? RESERVED;
  return { kind, stage, priority, code: `b${number} ${name}` };
}

const WORST_FIRST = ['high', 'medium', 'low'] as const;

const eitherOf = (one: InfusionAlarm, other: InfusionAlarm): InfusionAlarm => ({
  kind: 'unknown',
  stage: one.stage === 'alarm' ? one.stage : other.stage,
  priority: WORST_FIRST.find((each) => each === one.priority || each === other.priority) ?? 'high',
  code: `${one.code} or ${other.code}`,
});
