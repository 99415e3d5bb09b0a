/**
 * How long a bare PDU is, by what it says itself. Strict where the protocol has fixed bytes, because on a serial line the
 * same bytes are noise.
 *
 *   E1 00 00 02 │ u16 1, 2, 3 or 5 │ u16 n                      n behind that
 *   00 00 01 00 │ u16 1            │ u16 n                      n behind that
 *   0D, 0E │ LI n │ 14 session bytes │ C1 │ LI that agrees      n behind the first LI
 *   0C 03 32 01 │ u8      0C 02 00 00      the refusal of a monitor, and that of a simulated one
 *   09, 0A │ n │ C1 │ n - 2                n behind the second byte
 *   19 │ n │ 11 01 03 C1 │ n - 5           n behind the second byte
 */
import { LONG_INDICATOR, PRESENTATION, SESSION, SESSION_DATA } from './association.ts';
import { ANNOUNCEMENT_PREFIX, DATA_PREFIX } from './envelope.ts';
import { APDU } from './protocol-codes.ts';

/** The payload of one datagram on an Ethernet; monitors stay below it. */
export const LONGEST_PDU = 1472;
/** Releasing and aborting take a few bytes; the longest known has 48. */
const LONGEST_PARTING = 64;
const ENVELOPE_BYTES = 8;

/** Bytes of the PDU at `from`; `unknown` while too little of it is there; `none` when no PDU begins like this. */
export function measurePdu(bytes: Uint8Array, from: number): number | 'unknown' | 'none' {
  switch (bytes[from]) {
    case DATA_PREFIX[0]:
      return measureEnvelope(bytes, from, DATA_PREFIX, DATA_TYPES);
    case ANNOUNCEMENT_PREFIX[0]:
      return measureEnvelope(bytes, from, ANNOUNCEMENT_PREFIX, ANNOUNCEMENT_TYPES);
    case SESSION.request:
    case SESSION.response:
      return measureMeeting(bytes, from);
    case SESSION.refuse:
      return measureRefusal(bytes, from);
    case SESSION.release:
    case SESSION.released:
      return measureParting(bytes, from, (length) => [PRESENTATION, length - 2]);
    case SESSION.abort:
      return measureParting(bytes, from, (length) => [0x11, 0x01, 0x03, PRESENTATION, length - 5]);
    default:
      return 'none';
  }
}

const DATA_TYPES: readonly number[] = Object.values(APDU);
const ANNOUNCEMENT_TYPES: readonly number[] = [APDU.invoke];

function measureEnvelope(
  bytes: Uint8Array,
  from: number,
  prefix: Uint8Array,
  types: readonly number[],
): number | 'unknown' | 'none' {
  if (!agrees(bytes, from, prefix)) return 'none';
  const [typeHigh = 0, typeLow, lengthHigh, lengthLow] = bytes.subarray(from + prefix.length, from + ENVELOPE_BYTES);
  if (typeHigh !== 0 || (typeLow !== undefined && !types.includes(typeLow))) return 'none';
  if (lengthHigh === undefined || lengthLow === undefined) return 'unknown';
  const size = ENVELOPE_BYTES + 256 * lengthHigh + lengthLow;
  return size <= LONGEST_PDU ? size : 'none';
}

function measureMeeting(bytes: Uint8Array, from: number): number | 'unknown' | 'none' {
  const session = readIndicator(bytes, from + 1);
  if (session === 'unknown') return 'unknown';
  const dataAt = session.end;
  if (!agrees(bytes, dataAt, SESSION_DATA)) return 'none';
  const presentationAt = dataAt + SESSION_DATA.length;
  const mark = bytes[presentationAt];
  if (mark !== undefined && mark !== PRESENTATION) return 'none';
  const presentation = readIndicator(bytes, presentationAt + 1);
  if (presentation === 'unknown') return 'unknown';
  const end = dataAt + session.length;
  return presentation.end + presentation.length === end && end - from <= LONGEST_PDU ? end - from : 'none';
}

function readIndicator(bytes: Uint8Array, at: number): { length: number; end: number } | 'unknown' {
  const [first, high, low] = bytes.subarray(at, at + 3);
  if (first === undefined) return 'unknown';
  if (first !== LONG_INDICATOR) return { length: first, end: at + 1 };
  return high === undefined || low === undefined ? 'unknown' : { length: 256 * high + low, end: at + 3 };
}

const REFUSALS: Readonly<Record<number, readonly number[]>> = { 2: [0, 0], 3: [0x32, 0x01] };

function measureRefusal(bytes: Uint8Array, from: number): number | 'unknown' | 'none' {
  const length = bytes[from + 1];
  if (length === undefined) return 'unknown';
  const fixed = REFUSALS[length];
  return fixed && agrees(bytes, from + 2, fixed) ? 2 + length : 'none';
}

/** `fixed` are the bytes that must follow a length. */
function measureParting(
  bytes: Uint8Array,
  from: number,
  fixed: (length: number) => readonly number[],
): number | 'unknown' | 'none' {
  const length = bytes[from + 1];
  if (length === undefined) return 'unknown';
  const size = 2 + length;
  return length > 0 && size <= LONGEST_PARTING && agrees(bytes, from + 2, fixed(length)) ? size : 'none';
}

/** As far as they are there, the bytes are these. */
function agrees(bytes: Uint8Array, at: number, expected: ArrayLike<number>): boolean {
  for (let i = 0; i < expected.length && at + i < bytes.length; i += 1) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
