/** Groups of one class area ⇄ numbers in their units. Everything about offsets and scales is in the layout table. */
import { view } from '../bytes.ts';
import { CLASS_AREA_BYTES, GROUP_HEADER_BYTES, LOWEST_VALUE, MISSING_CODES } from './layout-table.ts';
import type { FieldValue, Group, GroupLayouts, GroupsOf, MissingCode } from './messages.ts';

/** Everything below {@link LOWEST_VALUE} that the document does not name; we write it as this. */
const UNNAMED_CODE = -32768;
const CODE_NAMES: ReadonlyMap<number, MissingCode> = new Map(
  (Object.entries(MISSING_CODES) as [MissingCode, number][]).map(([name, code]) => [code, name]),
);
const CODES: Readonly<Record<MissingCode, number>> = { ...MISSING_CODES, 'unknown-code': UNNAMED_CODE };

export function readValue(raw: number, stepsPerUnit: number): FieldValue {
  return raw >= LOWEST_VALUE ? raw / stepsPerUnit : (CODE_NAMES.get(raw) ?? 'unknown-code');
}

/** @returns the nearest wire step; what a 16-bit field cannot hold is written as out of range, as a monitor would. */
export function writeValue(value: FieldValue, stepsPerUnit: number): number {
  if (typeof value === 'string') return CODES[value];
  const raw = Math.round(value * stepsPerUnit);
  if (raw < LOWEST_VALUE) return CODES['under-range'];
  return raw > 0x7fff ? CODES['over-range'] : raw;
}

/** `area` holds the 270 bytes of a class. */
export function readGroups<Layouts extends GroupLayouts>(layouts: Layouts, area: Uint8Array): GroupsOf<Layouts> {
  const data = view(area);
  const groups = Object.entries(layouts).map(([name, { at, stepsPerUnit, hasHeader }]) => {
    const fieldsAt = hasHeader ? at + GROUP_HEADER_BYTES : at;
    const values = Object.entries(stepsPerUnit).map(([field, steps], index) => [
      field,
      readValue(data.getInt16(fieldsAt + 2 * index, true), steps),
    ]);
    const group: Group = {
      status: hasHeader ? data.getUint32(at, true) : 0,
      label: hasHeader ? data.getUint16(at + 4, true) : 0,
      values: Object.fromEntries(values) as Record<string, FieldValue>,
    };
    return [name, group];
  });
  return Object.fromEntries(groups) as GroupsOf<Layouts>;
}

/** The 270 bytes of a class; places that the layout does not name are zero. */
export function writeGroups<Layouts extends GroupLayouts>(layouts: Layouts, groups: GroupsOf<Layouts>): Uint8Array {
  const area = new Uint8Array(CLASS_AREA_BYTES);
  const data = view(area);
  for (const [name, { at, stepsPerUnit, hasHeader }] of Object.entries(layouts)) {
    const { status, label, values } = groups[name] as Group;
    if (hasHeader) {
      data.setUint32(at, status, true);
      data.setUint16(at + 4, label, true);
    }
    Object.entries(stepsPerUnit).forEach(([field, steps], index) => {
      const offset = at + (hasHeader ? GROUP_HEADER_BYTES : 0) + 2 * index;
      data.setInt16(offset, writeValue(values[field] ?? 'invalid', steps), true);
    });
  }
  return area;
}

/** Every group without a module and without a number: what a monitor sends for places where nothing is plugged in. */
export function absentGroups<Layouts extends GroupLayouts>(layouts: Layouts): GroupsOf<Layouts> {
  const groups = Object.entries(layouts).map(([name, { stepsPerUnit }]) => {
    const values = Object.fromEntries(Object.keys(stepsPerUnit).map((field) => [field, 'invalid']));
    return [name, { status: 0, label: 0, values }];
  });
  return Object.fromEntries(groups) as GroupsOf<Layouts>;
}
