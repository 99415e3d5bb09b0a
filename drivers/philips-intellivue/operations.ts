/**
 * What is invoked and what results, inside the envelope.
 *
 *   event    object · u32 time · u16 type · u16 length · data          its result the same
 *   action   object · u32 scope 0 · u16 type · u16 length · data       its result without scope
 *   get      object · u32 scope 0 · list of u16 ids                    its result object · attributes
 *   set      object · u32 scope 0 · list of u16 operator + attribute   its result object · attributes
 */
import { concatBytes } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import {
  readAttribute,
  readAttributes,
  readObject,
  writeAttribute,
  writeAttributes,
  writeObject,
} from './attributes.ts';
import { ANNOUNCEMENT_PREFIX, WHOLE, writeEnvelope, type Envelope } from './envelope.ts';
import type { Content } from './messages.ts';
import { readPollRequest, readPollResult, writePollRequest, writePollResult } from './polls.ts';
import { ACTION, COMMAND, EVENT, MONITOR_OBJECT } from './protocol-codes.ts';
import { list, longs, Reader, sized, words } from './wire.ts';

type Operation = Exclude<Content, { kind: 'associate' | 'accept' | 'refuse' | 'release' | 'released' | 'abort' }>;
type Read = Decoded<Operation>;

const SCOPE = 0;

export function readOperation(envelope: Envelope): Read {
  const reader = new Reader(envelope.body);
  const { invokeId } = envelope;
  switch (envelope.apdu) {
    case 'invoke':
      return whole(reader, readInvocation(envelope.command, invokeId, reader));
    case 'result':
      return whole(reader, readResult(envelope, reader));
    case 'error':
      return { ok: true, message: { kind: 'error', invokeId, error: envelope.error, data: envelope.body } };
  }
}

const whole = (reader: Reader, result: Read): Read =>
  result.ok && reader.isShort
    ? { ok: false, why: 'malformed', detail: `a ${result.message.kind} that ends early` }
    : result;

/** Who forgets the scope shifts everything behind it by four bytes; a real monitor ignores that. */
const OUT_OF_SCOPE: Read = { ok: false, why: 'malformed', detail: 'a request without the scope 0' };

const unknown = (detail: string): Read => ({ ok: false, why: 'unknown-code', detail });

function readInvocation(command: number, invokeId: number, reader: Reader): Read {
  const object = readObject(reader);
  switch (command) {
    case COMMAND.event:
    case COMMAND.confirmedEvent: {
      const [time, type] = [reader.u32(), reader.u16()];
      const kind = type === EVENT.created ? 'created' : type === EVENT.announced ? 'announced' : undefined;
      if (!kind) return unknown(`event ${type.toString(16)}`);
      const data = new Reader(reader.take(reader.u16()));
      if (kind === 'created') readObject(data);
      const attributes = readAttributes(data);
      return whole(data, { ok: true, message: { kind, invokeId, object, time, attributes } });
    }
    case COMMAND.get:
      if (reader.u32() !== SCOPE) return OUT_OF_SCOPE;
      return { ok: true, message: { kind: 'get', invokeId, attributes: reader.list((item) => item.u16()) } };
    case COMMAND.set:
    case COMMAND.confirmedSet: {
      if (reader.u32() !== SCOPE) return OUT_OF_SCOPE;
      const isConfirmed = command === COMMAND.confirmedSet;
      const modifications = reader.list((item) => ({ operator: item.u16(), attribute: readAttribute(item) }));
      return { ok: true, message: { kind: 'set', invokeId, isConfirmed, modifications } };
    }
    case COMMAND.action: {
      if (reader.u32() !== SCOPE) return OUT_OF_SCOPE;
      const type = reader.u16();
      const data = new Reader(reader.take(reader.u16()));
      const request = readPollRequest(type, data);
      return request ? whole(data, { ok: true, message: { kind: 'poll', invokeId, request } }) : unknownAction(type);
    }
    default:
      return unknown(`command ${command}`);
  }
}

const unknownAction = (type: number): Read => unknown(`action ${type.toString(16)}`);

function readResult({ command, invokeId, part }: Extract<Envelope, { apdu: 'result' }>, reader: Reader): Read {
  const object = readObject(reader);
  switch (command) {
    case COMMAND.confirmedEvent: {
      const [time, type] = [reader.u32(), reader.u16()];
      if (type !== EVENT.created) return unknown(`result of event ${type.toString(16)}`);
      return { ok: true, message: { kind: 'creation-known', invokeId, object, time } };
    }
    case COMMAND.get:
    case COMMAND.confirmedSet: {
      const kind = command === COMMAND.get ? 'got' : 'was-set';
      return { ok: true, message: { kind, invokeId, attributes: readAttributes(reader) } };
    }
    case COMMAND.action: {
      const type = reader.u16();
      const data = new Reader(reader.take(reader.u16()));
      const result = readPollResult(type, data);
      return result
        ? whole(data, { ok: true, message: { kind: 'polled', invokeId, part, result } })
        : unknownAction(type);
    }
    default:
      return unknown(`result of command ${command}`);
  }
}

export function writeOperation(operation: Operation): Uint8Array {
  const { invokeId } = operation;
  const invoke = (command: number, body: Uint8Array, prefix?: Uint8Array): Uint8Array =>
    writeEnvelope({ apdu: 'invoke', invokeId, command, body }, prefix);
  const answer = (command: number, body: Uint8Array, part = WHOLE): Uint8Array =>
    writeEnvelope({ apdu: 'result', invokeId, command, part, body });
  switch (operation.kind) {
    case 'created':
      return invoke(COMMAND.confirmedEvent, writeEvent(operation, EVENT.created));
    case 'announced':
      return invoke(COMMAND.event, writeEvent(operation, EVENT.announced), ANNOUNCEMENT_PREFIX);
    case 'creation-known': {
      const { object, time } = operation;
      return answer(COMMAND.confirmedEvent, concatBytes(writeObject(object), longs(time), words(EVENT.created, 0)));
    }
    case 'poll': {
      const type = operation.request.isExtended ? ACTION.extendedPoll : ACTION.singlePoll;
      return invoke(COMMAND.action, toMonitor(words(type), sized(writePollRequest(operation.request))));
    }
    case 'polled': {
      const type = operation.result.isExtended ? ACTION.extendedPoll : ACTION.singlePoll;
      const data = sized(writePollResult(operation.result));
      return answer(COMMAND.action, concatBytes(writeObject(MONITOR_OBJECT), words(type), data), operation.part);
    }
    case 'get':
      return invoke(COMMAND.get, toMonitor(list(operation.attributes.map((id) => words(id)))));
    case 'set':
      return invoke(
        operation.isConfirmed ? COMMAND.confirmedSet : COMMAND.set,
        toMonitor(writeModifications(operation)),
      );
    case 'got':
    case 'was-set': {
      const body = concatBytes(writeObject(MONITOR_OBJECT), writeAttributes(operation.attributes));
      return answer(operation.kind === 'got' ? COMMAND.get : COMMAND.confirmedSet, body);
    }
    case 'error':
      return writeEnvelope({ apdu: 'error', invokeId, error: operation.error, body: operation.data });
  }
}

const toMonitor = (...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(writeObject(MONITOR_OBJECT), longs(SCOPE), ...parts);

const writeModifications = ({ modifications }: Extract<Operation, { kind: 'set' }>): Uint8Array =>
  list(modifications.map(({ operator, attribute }) => concatBytes(words(operator), writeAttribute(attribute))));

/** What the monitor presents is itself, named once more before its attributes; an announcement leaves that out. */
function writeEvent(
  { kind, object, time, attributes }: Extract<Operation, { kind: 'created' | 'announced' }>,
  type: number,
): Uint8Array {
  const info = writeAttributes(attributes);
  const data = sized(kind === 'created' ? concatBytes(writeObject(object), info) : info);
  return concatBytes(writeObject(object), longs(time), words(type), data);
}
