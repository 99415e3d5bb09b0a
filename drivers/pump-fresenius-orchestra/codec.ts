/**
 * Frames ⇄ messages, both ways: the station asks and reads answers, the simulated base reads commands and answers.
 *
 *   command   address, two letters, and behind a semicolon the argument       1LE;adr
 *   reply     address, status letter, and fields behind semicolons            1C;d020D;r0000445C   1I;1E   1E;d020D
 */
import { latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { ACK, DC4, ENQ, NAK, wrapFrame } from './framing.ts';
import type { EventStatus, Message, Query, Question } from './messages.ts';

/** `a` alarm, `d` rate, `r` volume, `m` mode; of a base `b` modules; of what never changes `b` the device type. */
export const QUESTION_TEXTS: Readonly<Record<Question, string>> = {
  open: 'DC',
  close: 'FC',
  'device-type': 'LF;b',
  modules: 'LE;b',
  values: 'LE;adr',
  drug: 'LP',
  'enable-events': 'DE;adrm',
  'disable-events': 'AE',
};

const BAD_SUM = 0x32;

export function encode(query: Query): Uint8Array {
  switch (query.kind) {
    case 'ack':
      return Uint8Array.of(ACK);
    case 'nak':
      return Uint8Array.of(NAK, BAD_SUM);
    case 'alive':
      return Uint8Array.of(DC4);
    case 'question':
      return wrapFrame(query.address + QUESTION_TEXTS[query.question]);
    case 'event-ack':
      return wrapFrame(query.address + query.status);
  }
}

/** Reads a payload as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const [first, second] = payload;
  if (first === undefined) return { ok: false, why: 'too-short', detail: 'no bytes' };
  if (first < 0x20) return decodeByte(first, second);
  const text = latin1(payload);
  const [, address, status, rest] = /^(\d?)([CIEM])(?:;(.*))?$/.exec(text) ?? [];
  if (address === undefined || status === undefined) return { ok: false, why: 'unknown-code', detail: text };
  const fields = rest === undefined ? [] : rest.split(';');
  if (status === 'C') return { ok: true, message: { kind: 'correct', address, fields } };
  if (isEvent(status)) return { ok: true, message: { kind: 'event', address, status, fields } };
  return rest === undefined
    ? { ok: false, why: 'too-short', detail: text }
    : { ok: true, message: { kind: 'incorrect', address, code: rest } };
}

const isEvent = (status: string): status is EventStatus => status === 'E' || status === 'M';

function decodeByte(byte: number, behind: number | undefined): Decoded<Message> {
  if (byte === ACK) return { ok: true, message: { kind: 'ack' } };
  if (byte === ENQ) return { ok: true, message: { kind: 'enquiry' } };
  if (byte === DC4) return { ok: true, message: { kind: 'alive' } };
  if (byte === NAK && behind !== undefined) {
    return { ok: true, message: { kind: 'nak', code: String.fromCharCode(behind) } };
  }
  return { ok: false, why: 'unknown-code', detail: `byte ${byte}` };
}

/** What a base or pump sends: the simulator's half of the codec. @throws RangeError for text that no frame may hold. */
export function encodeMessage(message: Message): Uint8Array {
  switch (message.kind) {
    case 'ack':
      return Uint8Array.of(ACK);
    case 'nak':
      return Uint8Array.of(NAK, message.code.charCodeAt(0));
    case 'enquiry':
      return Uint8Array.of(ENQ);
    case 'alive':
      return Uint8Array.of(DC4);
    case 'correct':
      return wrapFrame([`${message.address}C`, ...message.fields].join(';'));
    case 'incorrect':
      return wrapFrame(`${message.address}I;${message.code}`);
    case 'event':
      return wrapFrame([message.address + message.status, ...message.fields].join(';'));
  }
}

/** What a station said, as a base reads it. `argument`: all behind the first semicolon. */
export type Said =
  | { readonly kind: 'ack' | 'nak' | 'alive' | 'unreadable' }
  | { readonly kind: 'event-ack'; readonly address: string; readonly status: EventStatus }
  | {
      readonly kind: 'command';
      readonly address: string;
      readonly command: string;
      readonly argument: string | undefined;
    };

export function decodeSaid(payload: Uint8Array): Said {
  const single = payload[0] === ACK ? 'ack' : payload[0] === NAK ? 'nak' : payload[0] === DC4 ? 'alive' : undefined;
  if (single) return { kind: single };
  const text = latin1(payload);
  const [, eventAddress, status] = /^(\d?)([EM])$/.exec(text) ?? [];
  if (eventAddress !== undefined && status !== undefined && isEvent(status)) {
    return { kind: 'event-ack', address: eventAddress, status };
  }
  const [, address, command, argument] = /^(\d?)([A-Z]{2})(?:;(.*))?$/.exec(text) ?? [];
  if (address === undefined || command === undefined) return { kind: 'unreadable' };
  return { kind: 'command', address, command, argument };
}
