/**
 * Texts ⇄ messages, both ways: the station asks and reads replies, the simulated pump writes them.
 *
 *   question   CHCK · GETR · TOTL
 *   reply      OK or CE │ the command │ STBY, INFS or ALRM │ number in tenths, or nothing          OKGETRINFS525
 */
import { latin1 } from '$drivers/bytes.ts';
import type { Decoded } from '$drivers/driver.ts';
import { seal } from './framing.ts';
import type { Message, Query } from './messages.ts';

export const encode = (query: Query): Uint8Array => seal(query);

/** Reads the text of one frame. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload);
  const [, ack, command, status, data] = /^([A-Z]{2})([A-Z]{4})([A-Z]{4})(.*)$/.exec(text) ?? [];
  if (command === undefined || status === undefined || data === undefined) {
    return { ok: false, why: text.length < 10 ? 'too-short' : 'malformed', detail: text };
  }
  if (ack !== 'OK' && ack !== 'CE') return { ok: false, why: 'unknown-code', detail: text };
  return { ok: true, message: { ack, command, status, data } };
}

/** A reply as bytes: the simulated pump's half of the codec. @throws RangeError when it fits into no frame. */
export const encodeReply = ({ ack, command, status, data }: Message): Uint8Array =>
  seal(`${ack}${command}${status}${data}`);

/** The number of a reply. @returns undefined for what is no whole number: tenths have no sign and no point. */
export const numberIn = ({ data }: Message): number | undefined =>
  /^\d{1,7}$/.test(data) ? Number(data) / 10 : undefined;
