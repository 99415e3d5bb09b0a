/**
 * A journal entry's body (or a bed's state) as the text that is stored, and back. Plain JSON as `JSON.stringify` writes it,
 * so that any tool reads it. JSON has no word for NaN and the infinities and would write null, which is another thing:
 * they become `{"$number":"NaN"}` and come back as what they were. Negative zero comes back as zero, undefined fields not at all.
 */
const KEY = '$number';

export function writeText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('null') ? JSON.stringify(value, withoutNull) : text;
}

/** @throws SyntaxError when the text is not JSON. */
export const readText = (text: string): unknown =>
  text.includes(`{"${KEY}":`) ? JSON.parse(text, withNumber) : JSON.parse(text);

const withoutNull = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { [KEY]: String(value) } : value;

function withNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(KEY in value)) return value;
  return Number(value[KEY]);
}
