/** Texts of the protocol: UTF-16 with a few characters of Philips' own, and single bytes for what is printed on the case. */
import { latin1 } from '../bytes.ts';
import { Reader, sized, words } from './wire.ts';

const FILL = 0xfeff;

/** U+E400 is left alone: the sources disagree about what it means. */
const PRIVATE: Readonly<Record<number, string>> = {
  0xe145: 'ᴇ',
  0xe14c: 'ʟ',
  0xe401: 'cmH2O',
  0xe40d: '*',
  0xe425: 'V̇',
};

/** `u16 bytes · UTF-16`, without what fills it up. Undefined when it is cut off. */
export function readText(value: Uint8Array): string | undefined {
  const reader = new Reader(value);
  const content = new Reader(reader.take(reader.u16()));
  if (reader.isShort) return undefined;
  let text = '';
  while (content.left >= 2) {
    const unit = content.u16();
    if (unit !== FILL && unit !== 0) text += PRIVATE[unit] ?? String.fromCharCode(unit);
  }
  return text.trim();
}

/** Ends with a NUL, as the monitor's do; `paddedTo` characters, the NUL included, are filled up with spaces before it. */
export function writeText(text: string, paddedTo = 0): Uint8Array {
  const filled = text.padEnd(paddedTo - 1);
  return sized(words(...Array.from({ length: filled.length }, (_, i) => filled.charCodeAt(i)), 0));
}

/** `u16 length · bytes`, NULs left out. */
export const readLabel = (reader: Reader): string => latin1(reader.take(reader.u16())).replaceAll('\0', '').trim();
