/**
 * Frames ⇄ messages, both ways: the station asks and reads answers, the simulated rack reads questions and answers.
 *
 *   body         bed "/1/1>" information
 *   information  ADMIN:ALIVE · ADMIN:VERSION · MEM:GET · MEM:GETSLOT#13                              (questions)
 *                412,50100,GNACK,0 · 413,50100,V3.30 · 420,50111,INRT,52.50 RS 420,50111,…            (answers)
 *   address      50100 the ComDevice · 501xy pillar x, slot y of 1…9, A…O · 501xyy slot in two digits, as a real rack sent it
 */
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import type { Decoded } from '$drivers/driver.ts';
import { ACK, NAK, openFrame, wrapFrame, type OpenedFrame } from './framing.ts';
import { COM_DEVICE, type Frame, type Message, type Place, type Quadruple, type Query } from './messages.ts';
import type { Reply, Request } from './messages.ts';

const RECORD_SEPARATOR = '\u001e';
const SLOTS = '123456789ABCDEFGHIJKLMNO';
const BED = /^[\x2F-\x39\x41-\x7A]{1,15}$/;
const BED_END = '/1/1>';

/** Where an address is. @returns undefined for the ComDevice and for addresses that the document does not know. */
export function placeOf(address: string): Place | undefined {
  const [, pillar, sign] = /^501([1-3])([1-9A-O]|0[1-9]|1\d|2[0-4])$/.exec(address) ?? [];
  if (pillar === undefined || sign === undefined) return undefined;
  const slot = sign.length === 2 ? Number(sign) : SLOTS.indexOf(sign) + 1;
  return { pillar: Number(pillar), slot };
}

/** The five-character address that the document gives to a place. */
export const addressOf = ({ pillar, slot }: Place): string => `501${pillar}${SLOTS.charAt(slot - 1)}`;

/** The address of slot 10 and above as a ComDevice 3.30 sent it: `501112` for slot 12 of pillar 1. */
export const longAddressOf = ({ pillar, slot }: Place): string => `501${pillar}${slot}`;

export function encode(query: Query): Uint8Array {
  if (query.kind === 'ack') return Uint8Array.of(ACK);
  if (query.kind === 'nak') return Uint8Array.of(NAK);
  const { bed, request, isStuffed } = query;
  return wrapFrame({ body: bodyOf(bed, requestText(request)), isLast: true }, isStuffed);
}

function requestText(request: Request): string {
  switch (request.kind) {
    case 'alive':
      return 'ADMIN:ALIVE';
    case 'version':
      return 'ADMIN:VERSION';
    case 'all-pumps':
      return 'MEM:GET';
    case 'one-pump':
      return `MEM:GETSLOT#${addressOf(request.place).slice(3)}`;
  }
}

const bodyOf = (bed: string, information: string): Uint8Array =>
  concatBytes(fromLatin1(`${bed}${BED_END}`), new TextEncoder().encode(information));

/** Splits at the first `>`; `/` is a legal letter of a bed name. @returns undefined when there is no legal bed name. */
function splitBody(body: Uint8Array): { readonly bed: string; readonly information: string } | undefined {
  const end = body.indexOf(0x3e) + 1;
  const head = latin1(body.subarray(0, end));
  const bed = head.slice(0, -BED_END.length);
  if (!head.endsWith(BED_END) || !BED.test(bed)) return undefined;
  return { bed, information: new TextDecoder().decode(body.subarray(end)) };
}

/** What a ComDevice said. `payload` is the whole frame as it was on the wire, or one ACK or NAK. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const single = singleByte(payload);
  if (single) return { ok: true, message: { kind: single } };
  const opened = openFrame(payload);
  const parts = opened.ok ? splitBody(opened.body) : undefined;
  if (!opened.ok || !parts) return { ok: false, why: 'malformed', detail: 'no frame with a bed name' };
  const reply = decodeReply(parts.information);
  if (!reply) return { ok: false, why: 'malformed', detail: `no record in: ${parts.information.slice(0, 60)}` };
  return { ok: true, message: { kind: 'frame', frame: frameOf(opened, parts.bed), reply } };
}

const frameOf = ({ isLast, isStuffed, isLengthWrong }: OpenedFrame, bed: string): Frame => ({
  bed,
  isLast,
  isStuffed,
  isLengthWrong,
});

function singleByte(payload: Uint8Array): 'ack' | 'nak' | undefined {
  if (payload.length !== 1) return undefined;
  if (payload[0] === ACK) return 'ack';
  return payload[0] === NAK ? 'nak' : undefined;
}

function decodeReply(information: string): Reply | undefined {
  const [, versionTime, version] = /^(\d{1,15}),50100,(V[^,]+)$/.exec(information) ?? [];
  if (version !== undefined) return { kind: 'version', time: Number(versionTime), version };
  const records: Quadruple[] = [];
  const unreadable: string[] = [];
  for (const text of information.split(RECORD_SEPARATOR)) {
    const record = decodeRecord(text);
    if (record) records.push(record);
    else unreadable.push(text);
  }
  const [first] = records;
  if (!first) return undefined;
  if (first.name === 'GNACK' && records.length === 1) return { kind: 'granted', time: first.time };
  return { kind: 'records', records, unreadable };
}

/** Splits at the first three commas; a drug name may have more of them. */
function decodeRecord(text: string): Quadruple | undefined {
  const [, time, address, name, value] = /^(\d{1,15}),([^,]*),([^,]+),([^]*)$/.exec(text) ?? [];
  if (address === undefined || name === undefined || value === undefined) return undefined;
  return { time: Number(time), address, name, value };
}

/** A ComDevice's answer as bytes: the simulator's half of the codec. */
export function encodeReply(frame: Pick<Frame, 'bed' | 'isLast'>, reply: Reply, isStuffed: boolean): Uint8Array {
  return wrapFrame({ body: bodyOf(frame.bed, replyText(reply)), isLast: frame.isLast }, isStuffed);
}

function replyText(reply: Reply): string {
  switch (reply.kind) {
    case 'granted':
      return `${reply.time},${COM_DEVICE},GNACK,0`;
    case 'version':
      return `${reply.time},${COM_DEVICE},${reply.version}`;
    case 'records':
      return reply.records
        .map(({ time, address, name, value }) => [time, address, name, value].join(','))
        .concat(reply.unreadable)
        .join(RECORD_SEPARATOR);
  }
}

/**
 * What a station asked. `other`: a well-formed frame with a request that this protocol's reading side does not have ·
 * `malformed`: a frame that no station makes (another length than it says, without a bed, in more than one block).
 */
export type Asked =
  | { readonly kind: 'ack' | 'nak' }
  | { readonly kind: 'malformed'; readonly text: string }
  | {
      readonly kind: 'request';
      readonly bed: string;
      readonly isStuffed: boolean | undefined;
      readonly request: Request;
    }
  | { readonly kind: 'other'; readonly bed: string; readonly text: string };

export function decodeRequest(payload: Uint8Array): Asked {
  const single = singleByte(payload);
  if (single) return { kind: single };
  const opened = openFrame(payload);
  if (!opened.ok) return { kind: 'malformed', text: latin1(payload) };
  const parts = opened.isLast && !opened.isLengthWrong ? splitBody(opened.body) : undefined;
  if (!parts) return { kind: 'malformed', text: latin1(opened.body) };
  const { bed, information } = parts;
  const request = requestOf(information);
  return request
    ? { kind: 'request', bed, isStuffed: opened.isStuffed, request }
    : { kind: 'other', bed, text: information };
}

function requestOf(information: string): Request | undefined {
  if (information === 'ADMIN:ALIVE') return { kind: 'alive' };
  if (information === 'ADMIN:VERSION') return { kind: 'version' };
  if (information === 'MEM:GET') return { kind: 'all-pumps' };
  const [, sign] = /^MEM:GETSLOT#([1-3][1-9A-O])$/.exec(information) ?? [];
  const place = sign === undefined ? undefined : placeOf(`501${sign}`);
  return place && { kind: 'one-pump', place };
}
