/** PDUs ⇄ messages, both ways, because the simulator speaks with the same words. */
import type { Decoded } from '../driver.ts';
import { readAssociation, writeAssociation } from './association.ts';
import { ANNOUNCEMENT_PREFIX, DATA_PREFIX, readEnvelope } from './envelope.ts';
import { frameSerial, PDU_AT, SERIAL_DATA_EXPORT, SERIAL_MESSAGE } from './framing.ts';
import type { Content, Framing, Message } from './messages.ts';
import { readOperation, writeOperation } from './operations.ts';

/** Reads what `cut` delivers: a PDU, on a serial line with its four bytes of header. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  if (payload[0] !== SERIAL_DATA_EXPORT) return withFraming('lan', decodePdu(payload));
  if (payload[1] !== SERIAL_MESSAGE) {
    return { ok: false, why: 'unknown-code', detail: `serial message type ${payload[1]}` };
  }
  return withFraming('serial', decodePdu(payload.subarray(PDU_AT)));
}

/** The bytes for the wire. */
export function encode(message: Message): Uint8Array {
  const pdu = encodePdu(message);
  return message.framing === 'serial' ? frameSerial(pdu) : pdu;
}

export function decodePdu(pdu: Uint8Array): Decoded<Content> {
  if (pdu.length === 0) return { ok: false, why: 'too-short', detail: 'an empty PDU' };
  if (!beginsWith(pdu, DATA_PREFIX) && !beginsWith(pdu, ANNOUNCEMENT_PREFIX)) return readAssociation(pdu);
  const envelope = readEnvelope(pdu);
  return envelope
    ? readOperation(envelope)
    : { ok: false, why: 'malformed', detail: `${pdu.length} bytes of data PDU` };
}

export function encodePdu(message: Content): Uint8Array {
  switch (message.kind) {
    case 'associate':
    case 'accept':
    case 'refuse':
    case 'release':
    case 'released':
    case 'abort':
      return writeAssociation(message);
    default:
      return writeOperation(message);
  }
}

const withFraming = (framing: Framing, decoded: Decoded<Content>): Decoded<Message> =>
  decoded.ok ? { ok: true, message: { ...decoded.message, framing } } : decoded;

const beginsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, i) => bytes[i] === byte);
