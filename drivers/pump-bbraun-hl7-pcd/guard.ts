/**
 * What may leave for a gateway: an acknowledgement of one message, as a whole frame, behind the line that says for which connection
 * it is. Written against the bytes, not with the encoder, so that a fault in the encoder is stopped here. No order, query or report
 * of any kind has this form: the message type is ACK, there is one MSA, and after it nothing but the reason of a rejection.
 */
import { latin1 } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

/** Text of ASCII, in which the separators stand escaped. */
const text = (most: number): string => `[ -{}~]{0,${most}}`;
const name = '[^\\x00-\\x1f\\x7f-\\xff|]{0,560}';

const HEAD =
  `\\x0b@reply\\|\\d{1,15}\\rMSH\\|\\^~\\\\&\\|INFUSCOPE\\|\\|${name}\\|${name}\\|\\d{14}\\+0000\\|\\|` +
  'ACK(\\^[A-Z]\\d\\d\\^ACK)?\\|\\d{7,21}\\|P\\|2\\.6\\r';
const ID = text(600);
const ACCEPT = `MSA\\|AA\\|${ID}\\r`;
const REJECT = `MSA\\|A[ER]\\|${ID}\\|${text(180)}\\rERR\\|{3}\\d{3}\\^[A-Za-z ]{1,40}\\^HL70357\\|E\\|{4}${text(180)}\\r`;

const ACKNOWLEDGEMENT = new RegExp(`^${HEAD}(${ACCEPT}|${REJECT})\\x1c\\r$`);

export const MAY_SEND: readonly SendPattern[] = [
  { name: 'acknowledgement', matches: (frame) => ACKNOWLEDGEMENT.test(latin1(frame)) },
];
