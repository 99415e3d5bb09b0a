/**
 * What may go onto the wire to a monitor: four questions, byte by byte. Written against the bytes and not with the encoder,
 * so that a fault in the encoder is stopped here. Starting (`NC0`) and cancelling (`ND`) a determination are not among them.
 */
import { latin1 } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

const exactly = (name: string, text: string): SendPattern => ({ name, matches: (frame) => latin1(frame) === text });

export const MAY_SEND: readonly SendPattern[] = [
  exactly('cuff: status and last result', '\r NA!2\r'),
  exactly('pulse rate', '\r RA!6\r'),
  exactly('oximeter', '\r OA!3\r'),
  exactly('temperature', '\r TC!:\r'),
];
