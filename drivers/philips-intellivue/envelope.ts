/**
 * The envelope of every PDU that is not about the association.
 *
 *   E1 00 00 02 │ u16 type · u16 length │ type 1, 2, 3: u16 invoke id · u16 command or error · u16 length │ body
 *                                       │ type 5: u8 state · u8 count · then the same                    │
 *
 * An announcement to everybody has 00 00 01 00 in place of E1 00 00 02.
 */
import { concatBytes } from '../bytes.ts';
import type { Part } from './messages.ts';
import { APDU } from './protocol-codes.ts';
import { Reader, sized, words } from './wire.ts';

export const DATA_PREFIX = Uint8Array.of(0xe1, 0x00, 0x00, 0x02);
export const ANNOUNCEMENT_PREFIX = Uint8Array.of(0x00, 0x00, 0x01, 0x00);
const PREFIX_BYTES = 4;

interface Addressed {
  readonly invokeId: number;
  readonly body: Uint8Array;
}

export type Envelope = Addressed &
  (
    | { readonly apdu: 'invoke'; readonly command: number }
    | { readonly apdu: 'result'; readonly command: number; readonly part: Part }
    | { readonly apdu: 'error'; readonly error: number }
  );

/** @returns undefined when a length contradicts the bytes, or the type is none that the protocol has. */
export function readEnvelope(pdu: Uint8Array): Envelope | undefined {
  const reader = new Reader(pdu.subarray(PREFIX_BYTES));
  const type = reader.u16();
  if (reader.u16() !== reader.left) return undefined;
  const part = type === APDU.linked ? readPart(reader.u8(), reader.u8()) : WHOLE;
  const invokeId = reader.u16();
  const code = reader.u16();
  const body = reader.take(reader.u16());
  if (reader.isShort || !part) return undefined;
  switch (type) {
    case APDU.invoke:
      return { apdu: 'invoke', invokeId, command: code, body };
    case APDU.result:
    case APDU.linked:
      return { apdu: 'result', invokeId, command: code, part, body };
    case APDU.error:
      return { apdu: 'error', invokeId, error: code, body };
    default:
      return undefined;
  }
}

export function writeEnvelope(envelope: Envelope, prefix: Uint8Array = DATA_PREFIX): Uint8Array {
  const { invokeId, body } = envelope;
  const isError = envelope.apdu === 'error';
  const part = envelope.apdu === 'result' ? envelope.part : WHOLE;
  const link = part.is === 'whole' ? new Uint8Array(0) : Uint8Array.of(LINK_STATES.indexOf(part.is) + 1, part.count);
  const type = isError ? APDU.error : part.is !== 'whole' ? APDU.linked : APDU[envelope.apdu];
  const code = isError ? envelope.error : envelope.command;
  return concatBytes(prefix, words(type), sized(concatBytes(link, words(invokeId, code), sized(body))));
}

export const WHOLE: Part = { is: 'whole' };
const LINK_STATES = ['first', 'middle', 'last'] as const;

function readPart(state: number, count: number): Part | undefined {
  const is = LINK_STATES[state - 1];
  return is && { is, count };
}
