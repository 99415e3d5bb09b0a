/**
 * Which letters the bytes of an HL7 message are. MSH-18 should say it and mostly says nothing, so text is taken for UTF-8
 * when it is faultless UTF-8, and else for ISO 8859-1, in which no bytes are wrong: text is never lost and never refused.
 * A character set with any other name is guessed in the same way; whoever shows the text can see its name.
 */
import { latin1 } from '../bytes.ts';

export type Charset = 'utf-8' | 'iso-8859-1';

/** Names of HL7 table 0211. ASCII is left out: senders that say it send letters beyond it all the same. */
const NAMED: Readonly<Record<string, Charset>> = { 'UNICODE UTF-8': 'utf-8', '8859/1': 'iso-8859-1' };

const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { fatal: true });
const ENCODER = new TextEncoder();

/** The character set of these bytes. @param declared what MSH-18 says; bytes that contradict it decide. */
export function charsetOf(bytes: Uint8Array, declared: string): Charset {
  if (NAMED[declared] === 'iso-8859-1') return 'iso-8859-1';
  return isUtf8(bytes) ? 'utf-8' : 'iso-8859-1';
}

export const decodeText = (bytes: Uint8Array, charset: Charset): string =>
  charset === 'utf-8' ? LENIENT.decode(bytes) : latin1(bytes);

/** Always UTF-8. */
export const encodeText = (text: string): Uint8Array => ENCODER.encode(text);

/** Most messages are plain ASCII, which is both. */
function isUtf8(bytes: Uint8Array): boolean {
  if (isAscii(bytes)) return true;
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}
