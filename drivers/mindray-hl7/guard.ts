/**
 * What may leave for a monitor: the keep-alive and one query for data, as whole frames. Written against the bytes, not with the
 * encoder, so that a fault in the encoder is stopped here. The interface knows nothing that would change a monitor.
 *
 *   0B MSH…QRY^R02|1203… CR  QRD… CR  QRF|MON||||bed&0^1^1^0^101&151&160&161 CR …  1C 0D
 */
import { latin1 } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

const whole = (pattern: string): ((frame: Uint8Array) => boolean) => {
  const expression = new RegExp(`^${pattern}$`);
  return (frame) => expression.test(latin1(frame));
};

const HEAD = '\\x0bMSH\\|\\^~\\\\&\\|{7}';
const TAIL = '\\x1c\\r';
/** Numbers by one to four ids, or all alarms of one kind; once a second. */
const WANTED = '(1\\^1\\^0\\^[1-9]\\d{2}(&[1-9]\\d{2}){0,3}|[34]\\^1\\^1\\^)';

export const MAY_SEND: readonly SendPattern[] = [
  { name: 'keep-alive', matches: whole(`${HEAD}ORU\\^R01\\|106\\|P\\|2\\.3\\.1\\|\\r${TAIL}`) },
  {
    name: 'query for numbers and alarms',
    matches: whole(
      `${HEAD}QRY\\^R02\\|1203\\|P\\|2\\.3\\.1\\rQRD\\|\\d{14}\\|R\\|I\\|Q895211\\|{5}RES\\r` +
        `(QRF\\|MON\\|{4}\\d{1,10}&0\\^${WANTED}\\r){1,16}${TAIL}`,
    ),
  },
];
