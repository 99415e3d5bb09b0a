/** Lists of attributes, the one structure that everything in this protocol is written in. */
import { concatBytes } from '../bytes.ts';
import type { Attribute, ManagedObject } from './messages.ts';
import { list, Reader, sized, words } from './wire.ts';

/** `u16 id · u16 length · value` */
export const readAttribute = (reader: Reader): Attribute => ({ id: reader.u16(), value: reader.take(reader.u16()) });

export const readAttributes = (reader: Reader): readonly Attribute[] => reader.list(readAttribute);

export const writeAttribute = ({ id, value }: Attribute): Uint8Array => concatBytes(words(id), sized(value));

export const writeAttributes = (attributes: readonly Attribute[]): Uint8Array => list(attributes.map(writeAttribute));

/** The value of the first attribute with this id. */
export const attributeOf = (attributes: readonly Attribute[], id: number): Uint8Array | undefined =>
  attributes.find((attribute) => attribute.id === id)?.value;

/** What that value says; undefined when there is none, `damaged` when it ends early. */
export function readValue<T>(
  attributes: readonly Attribute[],
  id: number,
  read: (reader: Reader) => T,
): T | 'damaged' | undefined {
  const value = attributeOf(attributes, id);
  if (!value) return undefined;
  const reader = new Reader(value);
  const result = read(reader);
  return reader.isShort ? 'damaged' : result;
}

export const isRead = <T>(value: T | 'damaged' | undefined): value is T => value !== undefined && value !== 'damaged';

export const readObject = (reader: Reader): ManagedObject => ({
  objectClass: reader.u16(),
  context: reader.u16(),
  handle: reader.u16(),
});

export const writeObject = ({ objectClass, context, handle }: ManagedObject): Uint8Array =>
  words(objectClass, context, handle);
