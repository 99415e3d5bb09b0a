/** Numbers as people type them: with a comma or a point. Pure. */

/** @returns undefined for anything that is not one plain number: `1.000,5`, `70 kg`, an empty field. */
export function typedNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return /^\d{1,6}([.,]\d{1,4})?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
}
