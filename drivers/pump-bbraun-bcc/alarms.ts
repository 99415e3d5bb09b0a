/**
 * The alarms of one pump out of its parameters. A pump sends either the 32-bit fields ALARM1, ALARM2 and PREALARM or the
 * flags INA1…; RUNSTATE says in two bits of its own whether there is an alarm or a pre-alarm at all.
 *
 * Nothing is dropped: a bit, flag or text that the document does not explain is an alarm of kind `unknown` with its code.
 * The text form of the 32-bit fields is not known for certain, so what they say must agree with RUNSTATE; where it does not,
 * there is an alarm of kind `unknown`, never none. The same holds for an alarm whose parameter loses its value.
 *
 * A rate beyond a soft limit of the drug library is a warning, too; RUNSTATE does not speak of it.
 */
import type { InfusionAlarm, InfusionAlarmKind } from '$lib/domain/index.ts';
import {
  ALARM1_KINDS,
  ALARM2_KINDS,
  FLAG_KINDS,
  LIMIT_WORDS,
  PRE_ALARM_FLAGS,
  PREALARM_KINDS,
  priorityOf,
  type KindByNumber,
  type Stage,
} from './alarm-table.ts';
import { bitsOf, hasBit, lostValue, parseBits, textOf, type ParameterTable } from './parameters.ts';

const FIELDS: readonly (readonly [name: string, kinds: KindByNumber, stage: Stage])[] = [
  ['ALARM1', ALARM1_KINDS, 'alarm'],
  ['ALARM2', ALARM2_KINDS, 'alarm'],
  ['PREALARM', PREALARM_KINDS, 'pre-alarm'],
];
const RUNSTATE_BIT = { alarm: 2, 'pre-alarm': 5 } as const;

const alarm = (kind: InfusionAlarmKind, stage: Stage, code: string): InfusionAlarm => ({
  kind,
  stage,
  priority: priorityOf(kind, stage),
  code,
});

/** Everything the pump calls or warns about, most certain first; empty when it says that there is nothing. */
export const alarmsOf = (table: ParameterTable): readonly InfusionAlarm[] => [
  ...stageAlarms(table, 'alarm'),
  ...stageAlarms(table, 'pre-alarm'),
  ...limitAlarms(table),
];

function stageAlarms(table: ParameterTable, stage: Stage): readonly InfusionAlarm[] {
  const runState = bitsOf(table, 'RUNSTATE');
  const isAnnounced = runState === undefined ? undefined : hasBit(runState, RUNSTATE_BIT[stage]);
  const fields = FIELDS.filter(([, , at]) => at === stage).flatMap(([name, kinds]) =>
    fieldAlarms(table, name, kinds, stage, isAnnounced),
  );
  const alarms = [...fields, ...flagAlarms(table).filter((flag) => flag.stage === stage)];
  if (alarms.length > 0 || !isAnnounced) return alarms;
  return [alarm('unknown', stage, `RUNSTATE.${RUNSTATE_BIT[stage]}${stage === 'alarm' ? lastDeviceAlarm(table) : ''}`)];
}

/** The number of the pump's last device alarm, for the log: whether that one stands is not told, and no list of them is public. */
function lastDeviceAlarm(table: ParameterTable): string {
  const number = textOf(table, 'LASTDA');
  return number !== undefined && /^[12]\d{3}$/.test(number) ? ` LASTDA=${number}` : '';
}

function fieldAlarms(
  table: ParameterTable,
  name: string,
  kinds: KindByNumber,
  stage: Stage,
  isAnnounced: boolean | undefined,
): readonly InfusionAlarm[] {
  const text = textOf(table, name);
  if (text === undefined) {
    return lostCall(lostValue(table, name)) ? [alarm('unknown', stage, `${name}=_NV`)] : [];
  }
  const bits = parseBits(text);
  if (bits === undefined) return [alarm('unknown', stage, `${name}=${text}`)];
  const numbers = bitNumbers(bits);
  if (numbers.length > 0 && isAnnounced === false) return [alarm('unknown', stage, `${name}=${text}`)];
  return numbers.map((bit) => alarm(kinds[bit] ?? 'unknown', stage, `${name}.${bit}`));
}

/** Whether a field that has no value any more said something else than "none" while it had one. */
function lostCall(text: string | undefined): boolean {
  if (text === undefined) return false;
  const bits = parseBits(text);
  return bits === undefined || bitNumbers(bits).length > 0;
}

/** The set bits but bit 0, which says "none". */
const bitNumbers = (bits: number): readonly number[] =>
  Array.from({ length: 31 }, (_, i) => i + 1).filter((bit) => hasBit(bits, bit));

function flagAlarms(table: ParameterTable): readonly InfusionAlarm[] {
  return [...table.keys()].flatMap((name) => {
    const [, digits] = /^INA(\d{1,3})$/.exec(name) ?? [];
    if (digits === undefined) return [];
    const number = Number(digits);
    const words = { 0: undefined, 1: FLAG_KINDS[number] ?? 'unknown' } as const;
    return wordAlarms(table, name, words, PRE_ALARM_FLAGS.has(number) ? 'pre-alarm' : 'alarm');
  });
}

const limitAlarms = (table: ParameterTable): readonly InfusionAlarm[] =>
  Object.entries(LIMIT_WORDS).flatMap(([name, words]) => wordAlarms(table, name, words, 'pre-alarm'));

type Words = Readonly<Record<string, InfusionAlarmKind | undefined>>;

/** A parameter that says by single words whether something stands. A word that is not among them is unknown, never none. */
function wordAlarms(table: ParameterTable, name: string, words: Words, stage: Stage): readonly InfusionAlarm[] {
  const text = textOf(table, name);
  const said = text ?? lostValue(table, name);
  const kind = said !== undefined && Object.hasOwn(words, said) ? words[said] : 'unknown';
  if (said === undefined || kind === undefined) return [];
  if (text === undefined) return [alarm('unknown', stage, `${name}=_NV`)];
  const isFlag = text === '1' && name.startsWith('IN');
  return [alarm(kind, stage, isFlag ? name : `${name}=${text}`)];
}
