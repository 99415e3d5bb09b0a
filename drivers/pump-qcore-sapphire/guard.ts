/**
 * What may leave for the pump: "this is PC", byte by byte, with any sequence number and its sum. Written against the bytes and not
 * with the encoder, so that a fault in the encoder is stopped here.
 */
import type { SendPattern } from '../driver.ts';

const HEAD = [0xbb, 0x65, 0x00, 0x67, 0x03, 0x00, 0x01];
const SUM_AT_SEQUENCE_0 = 0xe6;

function isThisIsPc(frame: Uint8Array): boolean {
  const [sequence = 0, command, sum] = frame.subarray(HEAD.length);
  return (
    frame.length === HEAD.length + 3 &&
    HEAD.every((byte, i) => frame[i] === byte) &&
    command === 0x16 &&
    sum === ((SUM_AT_SEQUENCE_0 + sequence) & 0xff)
  );
}

export const MAY_SEND: readonly SendPattern[] = [{ name: 'this is PC', matches: isThisIsPc }];
