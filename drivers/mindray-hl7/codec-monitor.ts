/** The monitor's half of the codec, for the simulated monitor: what a station asks, and messages as bytes. */
import { concatBytes } from '../bytes.ts';
import { encodeText } from '../hl7/charset.ts';
import { at, escape, readMessage, subcomponents, type Segment } from '../hl7/message.ts';
import { frame } from '../hl7/mllp.ts';
import { timeText } from './codec.ts';
import type { AlarmKind, Attribute, Content, SpotParameter } from './messages.ts';
import { CONTROL_IDS, END_OF_ALARMS, FLAG_ID, NO_TIME } from './parameter-table.ts';

/** One line of a query. `isAll`: everything of its kind, whatever the ids. */
export interface AskedLine {
  readonly kind: 'parameters' | AlarmKind;
  readonly everyS: number;
  readonly isAll: boolean;
  readonly ids: readonly number[];
}

/** `other`: anything else that a station might send; the interface has nothing else. */
export type Asked =
  | { readonly kind: 'echo' }
  | { readonly kind: 'query'; readonly lines: readonly AskedLine[] }
  | { readonly kind: 'other'; readonly text: string };

const KINDS: ReadonlyMap<string, AskedLine['kind']> = new Map([
  ['1', 'parameters'],
  ['3', 'physiological'],
  ['4', 'technical'],
]);

/** What a station said, from the payload of its frame. */
export function decodeAsked(payload: Uint8Array): Asked {
  const read = readMessage(payload);
  if (!read.ok) return { kind: 'other', text: read.error.detail };
  const { header, segments } = read.value;
  const what = `${at(header, 9)}^${at(header, 9, 2)} ${at(header, 10)}`;
  if (what === `ORU^R01 ${CONTROL_IDS.echo}` && segments.length === 0) return { kind: 'echo' };
  const [definition, ...filters] = segments;
  const lines = filters.flatMap((filter) => lineOf(filter) ?? []);
  const isQuery =
    what === `QRY^R02 ${CONTROL_IDS.query}` && definition?.name === 'QRD' && lines.length === filters.length;
  return isQuery ? { kind: 'query', lines } : { kind: 'other', text: what };
}

/** `QRF|MON||||address&sequence ^ kind ^ seconds ^ all ^ id & id`. */
function lineOf(filter: Segment): AskedLine | undefined {
  const kind = KINDS.get(at(filter, 5, 2));
  if (filter.name !== 'QRF' || at(filter, 1) !== 'MON' || !kind) return undefined;
  const ids = subcomponents(filter, 5, 5)
    .filter((id) => id !== '')
    .map(Number);
  return { kind, everyS: Number(at(filter, 5, 3)), isAll: at(filter, 5, 4) === '1', ids };
}

/** A number to send; `decimals` as many as this monitor writes, also in its mark for "no data". */
export interface ShownParameter extends Omit<SpotParameter, 'content'> {
  readonly module: string;
  readonly content: Exclude<Content, 'unreadable'>;
  readonly decimals: number;
}

export interface ShownAlarm {
  readonly level: 2 | 3 | 4;
  readonly code: number;
  readonly text: string;
  readonly deviceTime: number;
}

export const encodeEcho = (): Uint8Array => message(CONTROL_IDS.echo, []);

export const encodeNumerics = (parameters: readonly ShownParameter[]): Uint8Array =>
  message(CONTROL_IDS.numerics, parameters.map(parameterLine));

export const encodeSpot = (parameters: readonly ShownParameter[]): Uint8Array =>
  message(
    CONTROL_IDS.spot,
    parameters.map((parameter) => {
      const { deviceTime } = parameter;
      return `${parameterLine(parameter)}||APERIODIC|${deviceTime === undefined ? NO_TIME : timeText(deviceTime)}`;
    }),
  );

/** 3 for a number, 2 for none. */
export const encodeFlags = (parameters: readonly ShownParameter[]): Uint8Array =>
  message(
    CONTROL_IDS.flags,
    parameters.map(({ id, content }) => `OBX||CE|${FLAG_ID}^|${id}|${content === 'no-data' ? 2 : 3}^||||||F`),
  );

export const encodeAlarms = (of: AlarmKind, alarms: readonly ShownAlarm[]): Uint8Array =>
  message(CONTROL_IDS[of], [
    ...alarms.map(alarmLine),
    ...(of === 'physiological' ? [`OBX||CE|${END_OF_ALARMS}^||0^||||||F`] : []),
  ]);

/** Patient and bed: no patient, and attributes of the bed. */
export const encodePatient = (attributes: readonly Attribute[]): Uint8Array =>
  message(CONTROL_IDS.patient, [
    'PID|||',
    'PV1||I|',
    ...attributes.map(({ id, text }) => `OBX||ST|${id}^||${escape(text)}||||||F`),
  ]);

/** A message that says no more than that it is one. */
export const encodeEmpty = (controlId: string): Uint8Array => message(controlId, []);

function parameterLine({ id, label, module, content, decimals }: ShownParameter): string {
  const value = (content === 'no-data' ? -100 : content).toFixed(decimals);
  return `OBX||NM|${id}^${escape(label)}|${module}|${value}||||||F`;
}

/** A technical alarm has level 4, no number and no time. */
function alarmLine({ level, code, text, deviceTime }: ShownAlarm): string {
  const coded = `${code}^${escape(text)}||||||F|`;
  return level === 4 ? `OBX||CE|4||${coded}` : `OBX||CE|${level}|1|${coded}||${timeText(deviceTime)}|`;
}

function message(controlId: string, lines: readonly string[]): Uint8Array {
  const segments = [`MSH|^~\\&|||||||ORU^R01|${controlId}|P|2.3.1|`, ...lines].map((line) => encodeText(`${line}\r`));
  return frame(concatBytes(...segments));
}
