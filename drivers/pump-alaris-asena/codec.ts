/**
 * Frames ⇄ messages, both ways, because the simulator speaks with the same words. Fields are kept as they were sent, spaces
 * and all: what they are worth is for `observations.ts` to say. A record with another number of fields than the logged ones
 * is not read at all, for nobody knows what then stands where.
 */
import { latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { frame } from './framing.ts';
import {
  CONTROL_WORDS,
  OTHER_QUESTIONS,
  QUERIES,
  type Amount,
  type Message,
  type Query,
  type Question,
  type Reply,
} from './messages.ts';

const SEPARATOR = '^';

/** A question as it goes onto the wire: the word alone. */
export const encode = (query: Query): Uint8Array => frame(query);

/** Reads one frame as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload);
  const [word = '', ...fields] = text.split(SEPARATOR);
  const control = CONTROL_WORDS.find((known) => known === word);
  if (control) return { ok: true, message: { kind: 'control', word: control, text } };
  const question = questionOf(word);
  if (!question) return { ok: false, why: 'unknown-code', detail: text };
  if (fields.length === 0) return { ok: true, message: { kind: 'question', word: question } };
  const reply = readReply(question, fields);
  if (reply) return { ok: true, message: reply };
  return { ok: false, why: fields.length < FIELD_COUNTS[question] ? 'too-short' : 'malformed', detail: text };
}

const questionOf = (word: string): Question | undefined =>
  [...QUERIES, ...OTHER_QUESTIONS].find((known) => known === word);

/** Behind the word. `ALARM` has two texts in the logs, and one in a public program. */
const FIELD_COUNTS: Readonly<Record<Question, number>> = {
  INST_SERIALNO: 1,
  COMMS_PROTOCOL: 1,
  COMMS_RESPONSE_MAX: 2,
  SYRINGE_STATUS: 3,
  INF_RATE_MAX_SYRINGE: 2,
  INF: 13,
  INF_VTBI: 4,
  ALARM: 1,
  INF_VI: 2,
  INF_RATE: 2,
};

function readReply(word: Question, fields: readonly string[]): Reply | undefined {
  if (word === 'ALARM') return readAlarm(fields);
  if (fields.length !== FIELD_COUNTS[word]) return undefined;
  const [first = '', second = '', third = '', fourth = ''] = fields;
  switch (word) {
    case 'INST_SERIALNO':
      return first.trim() === '' ? undefined : { kind: word, serial: first };
    case 'COMMS_PROTOCOL':
      return { kind: word, version: first };
    case 'COMMS_RESPONSE_MAX':
    case 'INF_RATE_MAX_SYRINGE':
    case 'INF_VI':
    case 'INF_RATE':
      return { kind: word, amount: { value: first, unit: second } };
    case 'SYRINGE_STATUS':
      return { kind: word, brand: first, size: second, state: third };
    case 'INF_VTBI':
      return { kind: word, state: first, volume: { value: second, unit: third }, endAction: fourth };
    case 'INF':
      return readInf(fields);
  }
}

const readAlarm = ([code = '', ...texts]: readonly string[]): Reply | undefined =>
  code.trim() === '' ? undefined : { kind: 'ALARM', code, texts };

function readInf(fields: readonly string[]): Reply | undefined {
  const [serial = '', flag = '', mode = '', rate = '', rateUnit = '', blank = '', volume = '', ...further] = fields;
  const [volumeUnit = '', pressure = '', pressureUnit = '', remaining = '', logType = '', eventId = ''] = further;
  if (serial.trim() === '') return undefined;
  return {
    kind: 'INF',
    serial,
    flag,
    mode,
    rate: { value: rate, unit: rateUnit },
    blank,
    volume: { value: volume, unit: volumeUnit },
    pressure: { value: pressure, unit: pressureUnit },
    remaining,
    logType,
    eventId,
  };
}

/** An answer as a pump sends it. @throws RangeError for text that no frame can hold. */
export const encodeReply = (reply: Reply): Uint8Array => frame([reply.kind, ...fieldsOf(reply)].join(SEPARATOR));

const both = ({ value, unit }: Amount): readonly string[] => [value, unit];

function fieldsOf(reply: Reply): readonly string[] {
  switch (reply.kind) {
    case 'INST_SERIALNO':
      return [reply.serial];
    case 'COMMS_PROTOCOL':
      return [reply.version];
    case 'COMMS_RESPONSE_MAX':
    case 'INF_RATE_MAX_SYRINGE':
    case 'INF_VI':
    case 'INF_RATE':
      return both(reply.amount);
    case 'SYRINGE_STATUS':
      return [reply.brand, reply.size, reply.state];
    case 'INF_VTBI':
      return [reply.state, ...both(reply.volume), reply.endAction];
    case 'ALARM':
      return [reply.code, ...reply.texts];
    case 'INF': {
      const { serial, flag, mode, rate, blank, volume, pressure, remaining, logType, eventId } = reply;
      return [
        serial,
        flag,
        mode,
        ...both(rate),
        blank,
        ...both(volume),
        ...both(pressure),
        remaining,
        logType,
        eventId,
      ];
    }
  }
}
