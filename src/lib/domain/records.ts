/**
 * Keys and entries of a record with the types of its keys. The language forgets them, because an object may have more keys
 * than its type says; ours are literals and decoded data, they have not.
 */
export const keysOf = <K extends string>(record: Readonly<Partial<Record<K, unknown>>>): readonly K[] =>
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- see above
  Object.keys(record) as K[];

export function entriesOf<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): readonly (readonly [K, V])[] {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- see above
  return Object.entries(record) as [K, V][];
}
