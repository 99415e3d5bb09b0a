/**
 * Recorders are reported to write JSON that is none: bare `nan` and `inf`, and control characters inside strings. Both can be
 * made legal without guessing. Decimal commas, also reported, cannot: `1,5` may be one number or two, so a text with them
 * stays unreadable, or its samples too many for their time.
 *
 * Used on a text that failed to parse, never before: a legal text is what it says.
 */

const [TAB, LF, CR, SPACE, DEL, QUOTE, BACKSLASH, SMALL_A, SMALL_Z] = [9, 10, 13, 32, 127, 34, 92, 97, 122] as const;

/** Bare words that stand for no number, in small letters, as C libraries print them. */
const NO_NUMBERS: ReadonlySet<string> = new Set(['nan', 'inf', 'infinity']);

/** The text with bare no-numbers as `null` and control characters escaped inside strings, blank outside. One pass. */
export function repair(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  const put = (from: number, to: number, instead: string): void => {
    parts.push(text.slice(kept, from), instead);
    kept = to;
  };
  let isInside = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code === DEL) {
      if (isInside) put(at, at + 1, `\\u${code.toString(16).padStart(4, '0')}`);
      else if (code !== TAB && code !== LF && code !== CR) put(at, at + 1, ' ');
    } else if (code === QUOTE) isInside = !isInside;
    else if (isInside && code === BACKSLASH) at += 1;
    else if (!isInside && isLetter(code)) {
      const end = endOfWord(text, at);
      if (NO_NUMBERS.has(text.slice(at, end).toLowerCase()))
        put(signBefore(text, at, kept), endOfTag(text, end), 'null');
      at = end - 1;
    }
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

const isLetter = (code: number): boolean => (code | SPACE) >= SMALL_A && (code | SPACE) <= SMALL_Z;

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && isLetter(text.charCodeAt(end))) end += 1;
  return end;
}

/** Windows prints `-nan(ind)`. */
const endOfTag = (text: string, end: number): number => (text.startsWith('(ind)', end) ? end + '(ind)'.length : end);

function signBefore(text: string, at: number, kept: number): number {
  const before = at > kept ? text[at - 1] : undefined;
  return before === '-' || before === '+' ? at - 1 : at;
}
