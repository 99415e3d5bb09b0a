/**
 * Records ⇄ messages, both ways, because the simulator speaks with the same words.
 *
 *   off  0 i16 length · 2 u8 number · 3 u8 level · 4 u16 plug · 6 u32 time · 10 4 × 0 · 14 i16 main type
 *       16 8 × (i16 offset from byte 40, u8 type), ended by type FF
 *       40 subrecords
 *
 * Little endian. The list of subrecords is always walked and each class told by its own bits: monitors leave classes out
 * and spread them over records.
 */
import { concatBytes, view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { readRequest, recordName, writeRequest } from './codec-requests.ts';
import {
  read,
  readAlarm,
  readAuxiliary,
  readClass,
  readWave,
  unknownCode,
  writeAlarm,
  writeAuxiliary,
  writeClass,
  writeWave,
} from './codec-subrecords.ts';
import { ALARM_STATUS_SUBRECORD, END_OF_LIST, MAIN_TYPES, RECORD_TYPES, REQUEST_SUBRECORD } from './layout-table.ts';
import type {
  AlarmStatus,
  Auxiliary,
  ClassData,
  Content,
  Message,
  Query,
  RecordHeader,
  WaveBlock,
} from './messages.ts';

export const HEADER_BYTES = 40;
const LIST_AT = 16;
const LIST_ENTRY_BYTES = 3;
const MAX_SUBRECORDS = 8;

/** Reads one record as `cut` delivers it. Never throws; a record of which nothing can be read is not ok. */
export function decode(record: Uint8Array): Decoded<Message> {
  if (record.length < HEADER_BYTES) {
    return { ok: false, why: 'too-short', detail: `a record of ${record.length} bytes` };
  }
  const data = view(record);
  const mainType = data.getInt16(14, true);
  const header: RecordHeader = {
    number: data.getUint8(2),
    level: data.getUint8(3),
    plugId: data.getUint16(4, true),
    time: data.getUint32(6, true),
  };
  const parts = readParts(mainType, listSubrecords(record));
  const readable = parts.flatMap((part) => (part.ok ? [part.message] : []));
  const failures = parts.flatMap((part) => (part.ok ? [] : [part]));
  const content = assemble(readable);
  if (content) {
    const leftOver = readable.length - countParts(content);
    const unread = failures.map(({ detail }) => detail);
    if (leftOver > 0) unread.push(`${leftOver} subrecords that do not belong to the first`);
    return read({ ...content, header, identity: identify(mainType, header, record), unread });
  }
  return failures[0] ?? { ok: false, why: 'malformed', detail: `main type ${mainType} without subrecords` };
}

interface Subrecord {
  readonly type: number;
  /** From its start to the end of the record; undefined when the list points outside. */
  readonly bytes: Uint8Array | undefined;
}

function listSubrecords(record: Uint8Array): readonly Subrecord[] {
  const data = view(record);
  const found: Subrecord[] = [];
  for (let entry = 0; entry < MAX_SUBRECORDS; entry += 1) {
    const at = LIST_AT + entry * LIST_ENTRY_BYTES;
    const type = data.getUint8(at + 2);
    if (type === END_OF_LIST) break;
    const offset = data.getInt16(at, true);
    const isInside = offset >= 0 && HEADER_BYTES + offset < record.length;
    found.push({ type, bytes: isInside ? record.subarray(HEADER_BYTES + offset) : undefined });
  }
  return found;
}

type Part =
  | { readonly is: 'request'; readonly query: Query }
  | { readonly is: 'class'; readonly content: ClassData }
  | { readonly is: 'auxiliary'; readonly content: Auxiliary }
  | { readonly is: 'wave'; readonly content: WaveBlock }
  | { readonly is: 'alarm'; readonly content: AlarmStatus };

const MAIN_TYPE_CODES: ReadonlySet<number> = new Set(Object.values(MAIN_TYPES));

function readParts(mainType: number, subrecords: readonly Subrecord[]): readonly Decoded<Part>[] {
  if (!MAIN_TYPE_CODES.has(mainType)) return [unknownCode(`main type ${mainType}`)];
  return subrecords.map(({ type, bytes }): Decoded<Part> => {
    if (!bytes) return { ok: false, why: 'malformed', detail: `subrecord ${type} lies outside of its record` };
    if (type === REQUEST_SUBRECORD) return wrap(readRequest(mainType, bytes), (query) => ({ is: 'request', query }));
    switch (mainType) {
      case MAIN_TYPES.physiological:
        return readPhysiological(type, bytes);
      case MAIN_TYPES.waveform:
        return wrap(readWave(type, bytes), (content) => ({ is: 'wave', content }));
      default:
        return type === ALARM_STATUS_SUBRECORD
          ? wrap(readAlarm(bytes), (content) => ({ is: 'alarm', content }))
          : unknownCode(`alarm subrecord ${type}`);
    }
  });
}

function readPhysiological(type: number, bytes: Uint8Array): Decoded<Part> {
  const name = recordName(type);
  if (name === undefined) return unknownCode(`physiological subrecord ${type}`);
  return name === 'auxiliary'
    ? wrap(readAuxiliary(bytes), (content) => ({ is: 'auxiliary', content }))
    : wrap(readClass(name, bytes), (content) => ({ is: 'class', content }));
}

const wrap = <T>(result: Decoded<T>, as: (message: T) => Part): Decoded<Part> =>
  result.ok ? read(as(result.message)) : result;

/** What the parts of one record say together; undefined when there are none. */
function assemble(parts: readonly Part[]): Content | undefined {
  const [first] = parts;
  switch (first?.is) {
    case undefined:
      return undefined;
    case 'request':
      return { kind: 'request', query: first.query };
    case 'alarm':
      return { kind: 'alarm', status: first.content };
    case 'wave':
      return { kind: 'waveform', blocks: parts.flatMap((part) => (part.is === 'wave' ? [part.content] : [])) };
    case 'class':
    case 'auxiliary': {
      const classes = parts.flatMap((part) => (part.is === 'class' ? [part.content] : []));
      const [auxiliary] = parts.flatMap((part) => (part.is === 'auxiliary' ? [part.content] : []));
      return auxiliary ? { kind: 'physiological', classes, auxiliary } : { kind: 'physiological', classes };
    }
  }
}

function countParts(content: Content): number {
  switch (content.kind) {
    case 'physiological':
      return content.classes.length + (content.auxiliary ? 1 : 0);
    case 'waveform':
      return content.blocks.length;
    case 'alarm':
    case 'request':
      return 1;
  }
}

/** FNV-1a over all bytes, beside the fields that differ anyway: what two different records could share is negligible. */
function identify(mainType: number, { number, time }: RecordHeader, record: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of record) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${mainType}/${number}/${time}/${(hash >>> 0).toString(16)}`;
}

const OUR_HEADER: RecordHeader = { number: 0, level: 0, plugId: 0, time: 0 };

/** The record of a request; all header fields that a monitor fills are zero. */
export const encodeQuery = (query: Query): Uint8Array => encodeRecord(OUR_HEADER, { kind: 'request', query });

/** @throws RangeError when the content has more parts than a record can list. */
export function encodeRecord(header: RecordHeader, content: Content): Uint8Array {
  const parts = listParts(content);
  if (parts.length > MAX_SUBRECORDS) throw new RangeError(`${parts.length} subrecords`);
  const head = new Uint8Array(HEADER_BYTES);
  const body = concatBytes(...parts.map(({ bytes }) => bytes));
  const data = view(head);
  data.setInt16(0, HEADER_BYTES + body.length, true);
  data.setUint8(2, header.number);
  data.setUint8(3, header.level);
  data.setUint16(4, header.plugId, true);
  data.setUint32(6, header.time, true);
  data.setInt16(14, content.kind === 'request' ? MAIN_TYPES[content.query.type] : MAIN_TYPES[content.kind], true);
  let offset = 0;
  parts.forEach(({ type, bytes }, entry) => {
    data.setInt16(LIST_AT + entry * LIST_ENTRY_BYTES, offset, true);
    data.setUint8(LIST_AT + entry * LIST_ENTRY_BYTES + 2, type);
    offset += bytes.length;
  });
  if (parts.length < MAX_SUBRECORDS) data.setUint8(LIST_AT + parts.length * LIST_ENTRY_BYTES + 2, END_OF_LIST);
  return concatBytes(head, body);
}

function listParts(content: Content): readonly { readonly type: number; readonly bytes: Uint8Array }[] {
  switch (content.kind) {
    case 'request':
      return [{ type: REQUEST_SUBRECORD, bytes: writeRequest(content.query) }];
    case 'waveform':
      return content.blocks.map((block) => ({ type: block.type, bytes: writeWave(block) }));
    case 'alarm':
      return [{ type: ALARM_STATUS_SUBRECORD, bytes: writeAlarm(content.status) }];
    case 'physiological': {
      const classes = content.classes.map((part) => ({ type: RECORD_TYPES[part.kind], bytes: writeClass(part) }));
      const { auxiliary } = content;
      return auxiliary ? [...classes, { type: RECORD_TYPES.auxiliary, bytes: writeAuxiliary(auxiliary) }] : classes;
    }
  }
}
