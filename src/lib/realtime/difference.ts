/**
 * What has changed between two values made of plain data, so that only that travels:
 *
 *   { rate: 98, at: 1000, source: 'm1' } → { rate: 98, at: 2000, source: 'm1' }    { at: 2000 }
 *   { sounding: 'high' } → { }                                                     { sounding: null }
 *   [ a, b ] → [ a, b2, c ]                                                        { '[]': { 1: …, 2: c } }
 *   anything else, and a list that got shorter                                     the new value
 *
 * Objects are merged as in JSON Merge Patch (RFC 7396), which leaves lists whole; ours grow at their end all day long. Null
 * means "no longer there", so the values themselves hold none. Two differences cannot be added up: who has to wait with one
 * keeps the value that it starts from and finds the difference later.
 */
const LIST = '[]';

type Plain = string | number | boolean | undefined;

export type Difference<T> = T extends Plain
  ? T
  : T extends readonly (infer Element)[]
    ? T | { readonly [LIST]: Readonly<Record<string, Difference<Element>>> }
    : { readonly [K in keyof T]?: Difference<T[K]> | (undefined extends T[K] ? null : never) };

/**
 * @param except fields of the whole that are left as they were.
 * @returns undefined when both are the same.
 */
export function difference<T>(before: T, after: T, except?: ReadonlySet<string>): Difference<T> | undefined {
  const isSkipping = except !== undefined && isFields(before) && isFields(after);
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the walk below keeps the shape of T
  return (isSkipping ? changedFields(before, after, except) : differ(before, after)) as Difference<T> | undefined;
}

/** The value after the change. What did not change stays the same object. */
export function withDifference<T>(before: T, change: Difference<T>): T {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- as above
  return wholeMerged(before, change) as T;
}

/** As {@link merged}; the whole, always of one shape, is copied at a place of its own, which is many times as fast. */
function wholeMerged(before: unknown, change: unknown): unknown {
  const isMerge = isFields(change) && isFields(before) && !isFields(change[LIST]);
  return isMerge ? folded({ ...before }, before, change) : merged(before, change);
}

function differ(before: unknown, after: unknown): unknown {
  if (Object.is(before, after)) return undefined;
  if (Array.isArray(before) && Array.isArray(after) && after.length >= before.length) {
    const elements = changedElements(before, after);
    return elements && { [LIST]: elements };
  }
  return isFields(before) && isFields(after) ? changedFields(before, after) : after;
}

function changedElements(before: readonly unknown[], after: readonly unknown[]): Fields | undefined {
  const changed: Record<string, unknown> = {};
  let isChanged = false;
  for (let i = 0; i < after.length; i += 1) {
    const change = differ(before[i], after[i]);
    if (change === undefined) continue;
    changed[i] = change;
    isChanged = true;
  }
  return isChanged ? changed : undefined;
}

function changedFields(before: Fields, after: Fields, except?: ReadonlySet<string>): Fields | undefined {
  const changed: Record<string, unknown> = {};
  let isChanged = false;
  for (const key in after) {
    const [one, other] = [before[key], after[key]];
    if (one === other || except?.has(key)) continue;
    const change = differ(one, other);
    if (change === undefined) continue;
    changed[key] = change;
    isChanged = true;
  }
  for (const key in before) {
    if (before[key] === undefined || after[key] !== undefined || except?.has(key)) continue;
    changed[key] = null;
    isChanged = true;
  }
  return isChanged ? changed : undefined;
}

function merged(before: unknown, change: unknown): unknown {
  if (!isFields(change)) return change;
  const elements = change[LIST];
  if (isFields(elements)) {
    return mergedElements(Array.isArray(before) ? before : [], elements);
  }
  return isFields(before) ? mergedFields(before, change) : change;
}

function mergedElements(before: readonly unknown[], change: Fields): readonly unknown[] {
  const elements = [...before];
  for (const index in change) elements[Number(index)] = merged(before[Number(index)], change[index]);
  return elements;
}

const mergedFields = (before: Fields, change: Fields): Fields => folded({ ...before }, before, change);

function folded(copy: Record<string, unknown>, before: Fields, change: Fields): Fields {
  for (const key in change) {
    const one = change[key];
    if (one === null) delete copy[key];
    else copy[key] = merged(before[key], one);
  }
  return copy;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
