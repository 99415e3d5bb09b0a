/**
 * Poll requests and their results.
 *
 *   request   u16 poll number · type · u16 attribute group · extended only: attributes
 *   result    u16 poll number · extended only: u16 sequence · u32 relative time · 8 absolute time · type · u16 group
 *             list of contexts: u16 context · list of objects: u16 handle · attributes
 */
import { concatBytes } from '../bytes.ts';
import { readAttributes, writeAttributes } from './attributes.ts';
import type { PollContext, PolledObject, PollRequest, PollResult, TypeCode } from './messages.ts';
import { ACTION } from './protocol-codes.ts';
import { list, longs, words, type Reader } from './wire.ts';

const ABSOLUTE_TIME_BYTES = 8;

/** @returns undefined for actions that are no poll. */
export function readPollRequest(action: number, reader: Reader): PollRequest | undefined {
  if (!isPoll(action)) return undefined;
  const isExtended = action === ACTION.extendedPoll;
  return {
    isExtended,
    pollNumber: reader.u16(),
    type: readType(reader),
    group: reader.u16(),
    attributes: isExtended ? readAttributes(reader) : [],
  };
}

export const writePollRequest = ({ isExtended, pollNumber, type, group, attributes }: PollRequest): Uint8Array =>
  concatBytes(
    words(pollNumber, type.partition, type.code, group),
    ...(isExtended ? [writeAttributes(attributes)] : []),
  );

/** @returns undefined for actions that are no poll. */
export function readPollResult(action: number, reader: Reader): PollResult | undefined {
  if (!isPoll(action)) return undefined;
  const isExtended = action === ACTION.extendedPoll;
  return {
    isExtended,
    pollNumber: reader.u16(),
    ...(isExtended && { sequence: reader.u16() }),
    relativeTime: reader.u32(),
    absoluteTime: reader.take(ABSOLUTE_TIME_BYTES),
    type: readType(reader),
    group: reader.u16(),
    contexts: reader.list(readContext),
  };
}

export function writePollResult(result: PollResult): Uint8Array {
  const { pollNumber, sequence, relativeTime, absoluteTime, type, group, contexts } = result;
  return concatBytes(
    words(pollNumber, ...(sequence === undefined ? [] : [sequence])),
    longs(relativeTime),
    absoluteTime,
    words(type.partition, type.code, group),
    list(contexts.map(writeContext)),
  );
}

const isPoll = (action: number): boolean => action === ACTION.singlePoll || action === ACTION.extendedPoll;

const readType = (reader: Reader): TypeCode => ({ partition: reader.u16(), code: reader.u16() });

const readContext = (reader: Reader): PollContext => ({
  context: reader.u16(),
  objects: reader.list(readPolledObject),
});

const readPolledObject = (reader: Reader): PolledObject => ({
  handle: reader.u16(),
  attributes: readAttributes(reader),
});

/** `u16 context · list of objects` */
export const writeContext = ({ context, objects }: PollContext): Uint8Array =>
  concatBytes(words(context), list(objects.map(writePolledObject)));

/** `u16 handle · attributes` */
export const writePolledObject = ({ handle, attributes }: PolledObject): Uint8Array =>
  concatBytes(words(handle), writeAttributes(attributes));
