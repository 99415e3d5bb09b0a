/** A field for a value that is there, nothing for one that is not. */
export function given<Value, Fields extends object>(
  value: Value | undefined,
  fields: (value: Value) => Fields,
): Partial<Fields> {
  return value === undefined ? {} : fields(value);
}
