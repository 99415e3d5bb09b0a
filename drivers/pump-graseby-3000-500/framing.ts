/**
 * Bytes of the line ⇄ records, alike in both directions.
 *
 *   3c │ LL │ command, or reply │ XXXX │ 3e       software after 0.67: four digits of a CRC
 *   3c │ LL │ command, or reply │ SS   │ 3e       software up to 0.67: two digits of a sum
 *
 * LL: length of all, two hexadecimal digits. The check runs from `<` to the last character before it. The CRC has the
 * polynomial 0x1189, most significant bit first (the vendor's printed table); its start is not known, 0000 and FFFF are taken
 * for possible, and a record says by its own check which it is. That the sum is of eight bits is our inference.
 *
 * A record holds neither `<` nor `>`: behind a damaged one the next true start is the next `<`.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import { cutPieces, MAX_NOISE_BYTES, noiseToStart, type Piece } from '../cutting.ts';
import type { CutResult, NoiseReason } from '../driver.ts';
import { CHECKS, type Check } from './messages.ts';

const OPEN = 0x3c;
const CLOSE = 0x3e;
const HEAD_BYTES = 3;
const LEAST_BYTES = 7;
/** A command of the older software with its 40 characters of parameters: the longest of all. */
export const MAX_RECORD_BYTES = 47;

export const MAX_REST_BYTES = MAX_NOISE_BYTES;

const POLYNOMIAL = 0x1189;

/** Most significant bit first, no final XOR. Of one byte from 0 it is the vendor's printed table. */
export function crc(bytes: Uint8Array, start: number): number {
  let register = start;
  for (const byte of bytes) {
    register ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      register = ((register << 1) ^ (register & 0x8000 ? POLYNOMIAL : 0)) & 0xffff;
    }
  }
  return register;
}

const WIDTHS: Readonly<Record<Check, number>> = { 'crc-0000': 4, 'crc-ffff': 4, sum: 2 };

const checkText = (checked: Uint8Array, check: Check): string =>
  hex(check === 'sum' ? sum8(checked) : crc(checked, check === 'crc-0000' ? 0 : 0xffff), WIDTHS[check]);

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');

/** @throws RangeError for a body that does not fit into a record. */
export function wrapRecord(body: string, check: Check): Uint8Array {
  const length = HEAD_BYTES + body.length + WIDTHS[check] + 1;
  const inner = fromLatin1(body);
  if (length > MAX_RECORD_BYTES || !inner.every(isInner)) throw new RangeError(`not a record: ${body}`);
  const checked = concatBytes(fromLatin1(`<${hex(length, 2)}`), inner);
  return concatBytes(checked, fromLatin1(`${checkText(checked, check)}>`));
}

/** What stands between length and check, and which check is right. @returns undefined when none is. */
export function openRecord(wire: Uint8Array): { readonly body: string; readonly check: Check } | undefined {
  for (const check of CHECKS) {
    const end = wire.length - 1 - WIDTHS[check];
    if (end <= HEAD_BYTES) continue;
    const sent = latin1(wire.subarray(end, -1)).toUpperCase();
    if (sent === checkText(wire.subarray(0, end), check))
      return { body: latin1(wire.subarray(HEAD_BYTES, end)), check };
  }
  return undefined;
}

/** Takes records out of what was received; a payload is the whole record. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (bytes[from] !== OPEN) return noise(bytes, from, 'no-start');
  const digits = latin1(bytes.subarray(from + 1, from + HEAD_BYTES));
  if (!/^[0-9a-f]*$/i.test(digits)) return noise(bytes, from, 'bad-length');
  if (digits.length < 2) return undefined;
  const length = Number.parseInt(digits, 16);
  if (length < LEAST_BYTES) return noise(bytes, from, 'bad-length');
  if (length > MAX_RECORD_BYTES) return noise(bytes, from, 'too-long');
  const end = from + length;
  if (!bytes.subarray(from + HEAD_BYTES, end - 1).every(isInner)) return noise(bytes, from, 'bad-length');
  if (bytes.length < end) return undefined;
  if (bytes[end - 1] !== CLOSE) return noise(bytes, from, 'bad-length');
  const wire = bytes.slice(from, end);
  return openRecord(wire) ? { cuts: [{ kind: 'frame', wire, payload: wire }], end } : noise(bytes, from, 'bad-sum');
}

const isInner = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e && byte !== OPEN && byte !== CLOSE;

/** From here to the next start. */
const noise = (bytes: Uint8Array, from: number, why: NoiseReason): Piece | undefined =>
  noiseToStart(bytes, from, OPEN, why);
