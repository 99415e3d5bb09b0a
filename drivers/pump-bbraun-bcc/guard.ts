/**
 * What may leave for a ComDevice: two single bytes and four read requests, as whole frames with right length and sum, stuffed
 * or plain. The document speaks of a third request area and does not describe it: it stays shut.
 */
import { latin1 } from '$drivers/bytes.ts';
import type { SendPattern } from '$drivers/driver.ts';
import { ACK, NAK, openFrame, unstuff } from './framing.ts';

const READ_REQUEST =
  // eslint-disable-next-line no-control-regex -- the markers of a frame are control characters
  /^\x01\d{5}\x02[\x2F-\x39\x41-\x7A]{1,15}\/1\/1>(ADMIN:(ALIVE|VERSION)|MEM:GET(SLOT#[1-3][1-9A-O])?)\x03\d{5}\x04$/;

const isByte = (frame: Uint8Array, byte: number): boolean => frame.length === 1 && frame[0] === byte;

function isReadRequest(frame: Uint8Array): boolean {
  const opened = openFrame(frame);
  if (!opened.ok || opened.isLengthWrong) return false;
  const plain = opened.isStuffed ? unstuff(frame) : frame;
  return plain !== undefined && READ_REQUEST.test(latin1(plain));
}

export const MAY_SEND: readonly SendPattern[] = [
  { name: 'ACK', matches: (frame) => isByte(frame, ACK) },
  { name: 'NAK', matches: (frame) => isByte(frame, NAK) },
  { name: 'read request', matches: isReadRequest },
];
