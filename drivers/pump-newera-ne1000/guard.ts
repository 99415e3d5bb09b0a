/**
 * What may leave for a New Era pump: five questions to the configured address, as whole frames, in either mode. Written against
 * the bytes and not with the encoder, so that a fault in the encoder is stopped here.
 *
 * The bare status question (address and CR) only reads as well and stays shut: where the CR of `0RAT` is lost on the line, a pump
 * puts the two together and reads `0RAT0`, which sets the rate. For the same reason every question ends in letters.
 */
import { latin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import type { SendPattern } from '$drivers/driver.ts';
import { addressOf } from './settings.ts';

const BASIC = /^(0|[1-9]\d?)(?:VER|DIA|RAT|DIS|VOL)\r$/;
// eslint-disable-next-line no-control-regex -- STX, length and ETX are control characters
const SAFE = /^\x02([\x08\x09])((0|[1-9]\d?)(?:VER|DIA|RAT|DIS|VOL))([^]{2})\x03$/;

const isTo = (digits: string | undefined, settings: Readonly<Record<string, unknown>>): boolean =>
  digits !== undefined && Number(digits) === addressOf(settings);

export const MAY_SEND: readonly SendPattern[] = [
  {
    name: 'question, basic mode',
    matches: (frame, settings = {}) => isTo(BASIC.exec(latin1(frame))?.[1], settings),
  },
  {
    name: 'question, safe mode',
    matches: (frame, settings = {}) => {
      const [, length = '', text = '', digits, sum = ''] = SAFE.exec(latin1(frame)) ?? [];
      const crc = crc16Xmodem(frame.subarray(2, 2 + text.length));
      const isWhole = length.charCodeAt(0) === text.length + 4 && sum === String.fromCharCode(crc >> 8, crc & 0xff);
      return isWhole && isTo(digits, settings);
    },
  },
];
