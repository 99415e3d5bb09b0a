/** What a real-time line says about the patient, in the station's words. The codes decide first whether its numbers count. */
import type { DeviceAlarm, DeviceId, MonotonicMs, Numerics, Reading } from '$lib/domain/index.ts';
import { CODES, type Code } from './code-table.ts';
import type { Measured, ReadingLine, Value } from './messages.ts';

const MAX_SATURATION = 100;

/** @param isProven whether it is certain that the line is a real-time one; else its numbers are in doubt. */
export function numericsOf(line: ReadingLine, isProven: boolean, source: DeviceId, at: MonotonicMs): Numerics {
  const { deviceTime, saturation, pulseRate } = line;
  const codes = knownCodes(line);
  const missing = codes.find((code) => code.missing !== undefined)?.missing;
  const isQuestionable = !isProven || codes.some(({ isDoubtful }) => isDoubtful === true);
  const read = (value: Value, highest: number): Reading => {
    const reading = missing === undefined ? readValue(value, highest) : { missing };
    return isQuestionable && 'value' in reading ? { ...reading, isQuestionable } : reading;
  };
  return {
    kind: 'numerics',
    source,
    at,
    ...(deviceTime !== undefined && { deviceTime }),
    values: { spo2: read(saturation.value, MAX_SATURATION), pulseRate: read(pulseRate.value, Infinity) },
  };
}

/** In the order of the table, which is the order of preference. */
const knownCodes = ({ codes }: ReadingLine): readonly Code[] =>
  Object.entries(CODES).flatMap(([name, code]) => (codes.includes(name) ? [code] : []));

function readValue(value: Value, highest: number): Reading {
  if (value === 'dashes') return { missing: 'not-measured' };
  return value > 0 && value <= highest ? { value } : { missing: 'invalid' };
}

/** The oximeter's own alarms: its codes in words, numbers that it stars without a code for it, and codes that are new to us. */
export function deviceAlarmOf(line: ReadingLine, source: DeviceId, at: MonotonicMs): DeviceAlarm {
  const codes = knownCodes(line);
  const named = codes.flatMap(({ text, alarm }) => (alarm === undefined ? [] : [{ text, priority: alarm }]));
  const unnamed = line.codes.filter((code) => !Object.hasOwn(CODES, code)).map((code) => `Code ${code}`);
  const starred = [
    ...starredWithout(line, line.saturation, ['SH', 'SL'], 'SpO2 outside its limits'),
    ...starredWithout(line, line.pulseRate, ['PH', 'PL'], 'Pulse rate outside its limits'),
  ];
  const others = [...starred, ...unnamed].map((text) => ({ text, priority: 'medium' as const }));
  return {
    kind: 'device-alarm',
    source,
    at,
    alarms: [...named, ...others],
    isSilenced: codes.some(({ isSilencing }) => isSilencing === true),
  };
}

const starredWithout = (line: ReadingLine, { isOutside }: Measured, codes: readonly string[], text: string) =>
  isOutside && !codes.some((code) => line.codes.includes(code)) ? [text] : [];

/** Equal for two lines with the same alarms. */
export const alarmKey = ({ codes, saturation, pulseRate }: ReadingLine): string =>
  `${codes.join(' ')} ${saturation.isOutside ? 's' : ''}${pulseRate.isOutside ? 'p' : ''}`;
