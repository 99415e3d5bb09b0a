/**
 * What may leave for a Graseby 3400: three questions, byte by byte, written against the bytes and not with the encoder. Everything
 * else of this protocol acts on the pump, `CHKR` too: it looks like a question and keeps a computer in control.
 */
import { latin1 } from '$drivers/bytes.ts';
import type { SendPattern } from '$drivers/driver.ts';

const exactly = (name: string, text: string): SendPattern => ({ name, matches: (frame) => latin1(frame) === text });

export const MAY_SEND: readonly SendPattern[] = [
  exactly('status', '<CHCK>93\r'),
  exactly('rate', '<GETR>AC\r'),
  exactly('total delivered', '<TOTL>BD\r'),
];
