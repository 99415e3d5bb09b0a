/**
 * The monitor's messages, decoded, and what the station sends, encoded. The other half, for the simulated monitor, is
 * `codec-monitor.ts`.
 *
 *   MSH|^~\&|||||||ORU^R01|204|P|2.3.1|                                       MSH-10: what message it is
 *   OBX||NM|101^HR|2101|60||||||F                                             OBX-3 id^label, -4 module, -5 value
 *   OBX||NM|170^Sys|2105|135||||||F||APERIODIC|20141229081629                 OBX-14 time, monitor's local clock
 *   OBX||CE|2037^|101|3^||||||F                                               flag 3 for parameter 101
 *   OBX||CE|2|1|10076^**T1 Too Low||||||F|||20200418190201|                   OBX-3 level, -5 code^text
 *
 * Nobody acknowledges anything on this interface.
 */
import { fromLatin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { at, readMessage, type Segment } from '../hl7/message.ts';
import { frame } from '../hl7/mllp.ts';
import type {
  AlarmKind,
  AlarmLine,
  Attribute,
  Body,
  Content,
  Message,
  Query,
  SpotParameter,
  Want,
} from './messages.ts';
import {
  CONFIGURATION_IDS,
  CONTROL_IDS,
  END_OF_ALARMS,
  FLAG_ID,
  NO_DATA_TEXTS,
  NO_DATA_VALUES,
} from './parameter-table.ts';

export function decode(payload: Uint8Array): Decoded<Message> {
  const read = readMessage(payload);
  if (!read.ok) return { ok: false, ...read.error };
  const { header, segments } = read.value;
  const [type, controlId] = [`${at(header, 9)}^${at(header, 9, 2)}`, at(header, 10)];
  const reader = type === 'ORU^R01' ? READERS.get(controlId) : undefined;
  if (reader) return { ok: true, message: reader(segments) };
  if (type === 'ORU^R01' && CONFIGURATION_IDS.has(controlId)) {
    return { ok: true, message: { kind: 'configuration', controlId, unread: [] } };
  }
  return { ok: false, why: 'unknown-code', detail: `${type.slice(0, 20)} ${controlId.slice(0, 20)}` };
}

type Reader = (segments: readonly Segment[]) => Message;

/** By control id. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  [CONTROL_IDS.echo, (segments) => ({ kind: 'echo', unread: segments.map(asText) })],
  [
    CONTROL_IDS.patient,
    (segments) =>
      collect(segments.filter(isObservation), readAttribute, (attributes) => ({ kind: 'patient', attributes })),
  ],
  [
    CONTROL_IDS.numerics,
    (segments) => collect(segments, readParameter, (parameters) => ({ kind: 'numerics', parameters })),
  ],
  [CONTROL_IDS.flags, (segments) => collect(segments, readFlag, (flags) => ({ kind: 'flags', flags }))],
  [CONTROL_IDS.spot, (segments) => collect(segments, readSpot, (parameters) => ({ kind: 'spot', parameters }))],
  [CONTROL_IDS.physiological, readAlarms('physiological')],
  [CONTROL_IDS.technical, readAlarms('technical')],
] satisfies readonly (readonly [string, Reader])[]);

/** Every line as what `read` makes of it; those that it makes nothing of are kept as unread. */
function collect<T>(
  segments: readonly Segment[],
  read: (segment: Segment) => T | undefined,
  toBody: (items: readonly T[]) => Body,
): Message {
  const items: T[] = [];
  const unread: string[] = [];
  for (const segment of segments) {
    const item = isObservation(segment) ? read(segment) : undefined;
    if (item === undefined) unread.push(asText(segment));
    else items.push(item);
  }
  return { ...toBody(items), unread };
}

const LONGEST_TEXT = 80;
const asText = ({ fields, separators }: Segment): string => fields.join(separators.field).slice(0, LONGEST_TEXT);
const isObservation = ({ name }: Segment): boolean => name === 'OBX';

/** A BeneView T8 sent `0^RR` with module 0 (a public capture): id 0 is no parameter. */
function idOf(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function readParameter(segment: Segment): SpotParameter | undefined {
  const id = idOf(at(segment, 3));
  if (id === undefined || at(segment, 2) !== 'NM') return undefined;
  return { id, label: at(segment, 3, 2), content: contentOf(at(segment, 5)) };
}

function readSpot(segment: Segment): SpotParameter | undefined {
  const parameter = readParameter(segment);
  const deviceTime = timeOf(at(segment, 14));
  return parameter && deviceTime !== undefined ? { ...parameter, deviceTime } : parameter;
}

function contentOf(text: string): Content {
  if (NO_DATA_TEXTS.has(text)) return 'no-data';
  if (!/^[+-]?\d{1,9}(\.\d{0,9})?$/.test(text)) return 'unreadable';
  const value = Number(text);
  return NO_DATA_VALUES.has(value) ? 'no-data' : value;
}

/** Ms since 1970 of a time of fourteen digits, as if the monitor stood in Greenwich. Undefined when it is none, as fourteen zeros are. */
export function timeOf(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return timeText(time) === text ? time : undefined;
}

/** The fourteen digits of a time; the inverse of `timeOf`. */
export const timeText = (time: number): string => new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14);

/** The parameter's id stands in OBX-4, the flag in OBX-5. */
function readFlag(segment: Segment): Attribute | undefined {
  const id = idOf(at(segment, 4));
  return id === undefined || at(segment, 3) !== String(FLAG_ID) ? undefined : { id, text: at(segment, 5) };
}

function readAttribute(segment: Segment): Attribute | undefined {
  const id = idOf(at(segment, 3));
  return id === undefined ? undefined : { id, text: at(segment, 5) };
}

function readAlarms(of: AlarmKind): Reader {
  return (segments) => {
    const lines = segments.filter((segment) => !isObservation(segment) || at(segment, 3) !== END_OF_ALARMS);
    return collect(lines, readAlarm, (alarms) => ({ kind: 'alarms', of, alarms }));
  };
}

/** Undefined without a text: there is nothing to show. */
function readAlarm(segment: Segment): AlarmLine | undefined {
  const text = at(segment, 5, 2).trim();
  return text === '' ? undefined : { code: at(segment, 5), text };
}

const ECHO = 'MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\r';
/** The time of the query, a constant as five public programs send it: the session knows no calendar, and nothing depends on it. */
const QUERY_HEAD = 'MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRD|20060731145557|R|I|Q895211|||||RES\r';

/** A whole frame. */
export function encode(query: Query): Uint8Array {
  if (query.kind === 'echo') return frame(fromLatin1(ECHO));
  const lines = query.wants.map((want) => `QRF|MON||||${query.bedAddress}&0^${wantText(want)}\r`);
  return frame(fromLatin1(QUERY_HEAD + lines.join('')));
}

/** Kind of data, seconds between two of them, everything or a list, the list. */
function wantText(want: Want): string {
  if (want.what === 'parameters') return `1^1^0^${want.ids.join('&')}`;
  return `${want.of === 'physiological' ? 3 : 4}^1^1^`;
}
