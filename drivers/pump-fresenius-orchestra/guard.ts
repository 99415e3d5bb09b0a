/**
 * What may leave for a base or a pump: three answers of the link, and a closed list of commands that read or turn reporting
 * on and off, under a right sum. The same letters with another argument are another command, so whole frames are compared.
 * Written against the bytes and not with the encoder, so that a fault in the encoder is stopped here.
 */
import { equalBytes, latin1 } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import type { SendPattern, SessionContext } from '../driver.ts';

const FRAME =
  // eslint-disable-next-line no-control-regex -- the markers of a frame are control characters
  /^\x02([ -}]+)([0-9A-F]{2})\x03$/;
const OF_BASE = /^0(DC|FC|LF;b|LE;b)$/;
const OF_PUMP = /^(DC|FC|LF;b|LP|LE;adr|DE;adrm|AE|E|M)$/;

/** The text of a frame with a right sum. */
function textOf(bytes: Uint8Array): string | undefined {
  const [, text, sum] = FRAME.exec(latin1(bytes)) ?? [];
  const isRight = Number.parseInt(sum ?? '', 16) === 0xff - sum8(bytes.subarray(1, -3));
  return isRight ? text : undefined;
}

const isAlone = (settings: SessionContext['settings'] | undefined): boolean => settings?.['pump'] === 'stand-alone';

/** On a base, modules 1 to 5 and no other; a pump that stands alone has no address, and nobody else is spoken to then. */
function isPumpRead(frame: Uint8Array, settings: SessionContext['settings'] | undefined): boolean {
  const text = textOf(frame);
  if (text === undefined) return false;
  if (isAlone(settings)) return OF_PUMP.test(text);
  return /^[1-5]/.test(text) && OF_PUMP.test(text.slice(1));
}

const exactly = (name: string, ...bytes: readonly number[]): SendPattern => ({
  name,
  matches: (frame) => equalBytes(frame, Uint8Array.from(bytes)),
});

export const MAY_SEND: readonly SendPattern[] = [
  exactly('ACK', 0x06),
  exactly('NAK, wrong sum', 0x15, 0x32),
  exactly('DC4, answer to a keep-alive', 0x14),
  {
    name: 'session and reads of the base',
    matches: (frame, settings) => !isAlone(settings) && OF_BASE.test(textOf(frame) ?? ''),
  },
  { name: 'session, reads and reporting of a pump', matches: isPumpRead },
];
