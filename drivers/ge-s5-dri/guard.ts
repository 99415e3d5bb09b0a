/**
 * What may go onto the wire to a monitor: requests for data, byte by byte as the document has them. Written against the
 * bytes, not with the encoder, so that a fault in the encoder is stopped here.
 *
 *   7e │ length, 12 × 0, main type, one subrecord of type 0 at 0, end of list, 18 × 0 │ request │ sum │ 7e
 */
import { equalBytes, fromHex, view } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';
import { cut, frame } from './framing.ts';
import { WAVE_TYPES } from './layout-table.ts';

const HEADER_BYTES = 40;
const header = (lengthHex: string, mainTypeHex: string): Uint8Array =>
  fromHex(`${lengthHex} 00 ${'00'.repeat(12)} ${mainTypeHex} 00 00 00 00 00 00 ff ${'00'.repeat(18)}`);

export const MAY_SEND: readonly SendPattern[] = [
  {
    name: 'physiological records: once, stop, or at an interval of 5 s or more',
    matches: asRequest(header('31', '00'), 49, isPhysiological),
  },
  { name: 'waveforms: start or stop', matches: asRequest(header('48', '01'), 72, isWaveform) },
  { name: 'alarm status: once, follow or leave', matches: asRequest(header('34', '04'), 52, isAlarm) },
];

/** The document defines nothing for intervals of 1 to 4 s, nor for class bits above these. */
const LEAST_INTERVAL_S = 5;
const CLASS_MASK = 0b1111;

/** `u8 record type 1..4 · i16 interval · u32 classes · i16 0`. */
function isPhysiological(body: Uint8Array): boolean {
  const data = view(body);
  const type = data.getUint8(0);
  const intervalS = data.getInt16(1, true);
  const isLegalInterval = intervalS === -1 || intervalS === 0 || intervalS >= LEAST_INTERVAL_S;
  const isLegalClass = data.getUint32(3, true) <= CLASS_MASK;
  return type >= 1 && type <= 4 && isLegalInterval && isLegalClass && isZero(body.subarray(7));
}

/** `i16 0 or 1 · i16 0 · u8 type[8] with FF in it, zero after · 20 × 0`. Unknown waveforms, and 22, are not in the table. */
function isWaveform(body: Uint8Array): boolean {
  const action = view(body).getInt16(0, true);
  const list = Array.from(body.subarray(4, 12));
  const end = list.indexOf(0xff);
  const types = list.slice(0, Math.max(end, 0));
  const isLegalList = end >= 0 && new Set(types).size === end && types.every((type) => Object.hasOwn(WAVE_TYPES, type));
  const isAsked = action === 1 || (action === 0 && end > 0);
  return isAsked && isLegalList && isZero(body.subarray(2, 4)) && isZero(body.subarray(4 + end + 1));
}

/** `u16 0, 2 or 3 · 10 × 0`. */
function isAlarm(body: Uint8Array): boolean {
  return [0, 2, 3].includes(view(body).getUint16(0, true)) && isZero(body.subarray(2));
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The frame must be one whole record with its flags, sum and length right, escaped as it should be and in no other way. */
function asRequest(head: Uint8Array, length: number, isLegal: (body: Uint8Array) => boolean) {
  return (sent: Uint8Array): boolean => {
    const [only, ...others] = cut(new Uint8Array(0), sent).cuts;
    if (only?.kind !== 'frame' || others.length > 0) return false;
    const record = only.payload;
    return (
      record.length === length &&
      equalBytes(record.subarray(0, HEADER_BYTES), head) &&
      equalBytes(frame(record), sent) &&
      isLegal(record.subarray(HEADER_BYTES))
    );
  };
}
