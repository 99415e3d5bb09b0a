/**
 * What may go onto the wire to a pump: seven questions, byte by byte. Written against the bytes and not with the encoder, so that
 * a fault in the encoder is stopped here. A whole frame must match, because with this pump the same word reads or sets depending
 * on what stands behind it. Taking remote control is not among them: it would make our silence stop the infusion.
 */
import { latin1 } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

const exactly = (name: string, text: string): SendPattern => ({ name, matches: (frame) => latin1(frame) === text });

export const MAY_SEND: readonly SendPattern[] = [
  exactly('serial number', '!INST_SERIALNO|457D\r'),
  exactly('version of the protocol', '!COMMS_PROTOCOL|E8DA\r'),
  exactly('longest time for an answer', '!COMMS_RESPONSE_MAX|7E29\r'),
  exactly('syringe', '!SYRINGE_STATUS|4102\r'),
  exactly('state of the infusion', '!INF|4961\r'),
  exactly('volume to be infused', '!INF_VTBI|8456\r'),
  exactly('alarm', '!ALARM|50B2\r'),
];
